#include "interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of `calls` and `before` */
static size_t calls;                                     /* at work, on any thread */
static struct sigaction before;                          /* Python's handler, or the user's own */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number, siginfo_t *about, void *context) {
    interrupted = 1;
    if (before.sa_flags & SA_SIGINFO)
        before.sa_sigaction(number, about, context);
    else
        before.sa_handler(number);
}

/* Signals that are ignored, or that end the process, stay as they are. */
static bool has_handler(const struct sigaction *action) {
    return action->sa_flags & SA_SIGINFO || (action->sa_handler != SIG_IGN && action->sa_handler != SIG_DFL);
}

void nearsym_interrupt_begin(void) {
    pthread_mutex_lock(&lock);
    if (calls++ == 0) {
        interrupted = 0;
        sigaction(SIGINT, NULL, &before);
        if (has_handler(&before)) {
            struct sigaction ours = {.sa_sigaction = on_interrupt, .sa_flags = SA_SIGINFO};
            sigemptyset(&ours.sa_mask);
            sigaction(SIGINT, &ours, NULL);
        }
    }
    pthread_mutex_unlock(&lock);
}

void nearsym_interrupt_end(void) {
    pthread_mutex_lock(&lock);
    if (--calls == 0 && has_handler(&before)) sigaction(SIGINT, &before, NULL);
    pthread_mutex_unlock(&lock);
}

bool nearsym_interrupted(void) {
    return interrupted != 0;
}
