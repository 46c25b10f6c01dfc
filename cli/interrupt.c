#include "interrupt.h"

#include <signal.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
    signal(SIGINT,
           SIG_DFL); /* a ledger is safe at any moment, and a file that is not whole stands under another name */
}

void interrupt_catch(void) {
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
}

bool interrupt_asked(void) {
    return interrupted != 0;
}
