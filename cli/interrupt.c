#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

enum { SIGNAL_STACK = 1 << 16 };

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
    signal(SIGINT,
           SIG_DFL); /* a ledger is safe at any moment, and a file that is not whole stands under another name */
}

/* The handler has a stack of its own: oneDNN's kernels for AVX-512 use the stack pointer for something else, and what
   the system writes below it would be written over what they work on. */
void interrupt_catch(void) {
    static char place[SIGNAL_STACK];
    const stack_t stack = {.ss_sp = place, .ss_size = sizeof place};
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaltstack(&stack, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool interrupt_asked(void) {
    return interrupted != 0;
}
