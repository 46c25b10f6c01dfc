/* Ctrl-C while a call of the library is at work: the GIL is released then, and Python would hear of the signal only
   after the call. Between begin and end the signal also sets a flag, which the library asks for (`stop`), and goes on
   to Python's own handler, so that KeyboardInterrupt rises as soon as the call is back. */
#ifndef NEARSYM_PYTHON_INTERRUPT_H
#define NEARSYM_PYTHON_INTERRUPT_H

#include <stdbool.h>

/* For the thread that hears of signals, once: their handlers get a stack of their own, unless they have one. oneDNN's
   kernels for AVX-512 use the stack pointer for something else, and a handler on the thread's own stack would write
   over what they work on. Python's handlers ask for such a stack (SA_ONSTACK, since 3.10). */
void nearsym_use_signal_stack(void);

void nearsym_interrupt_begin(void);
void nearsym_interrupt_end(void);

/* For the library's `stop`. */
bool nearsym_interrupted(void);

#endif
