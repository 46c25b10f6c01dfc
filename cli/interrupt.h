/* Ctrl-C (and SIGTERM) as a question that long work asks now and then. */
#ifndef NEARSYM_CLI_INTERRUPT_H
#define NEARSYM_CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on the first signal is only noted; a second Ctrl-C ends the program at once. */
void interrupt_catch(void);

bool interrupt_asked(void);

#endif
