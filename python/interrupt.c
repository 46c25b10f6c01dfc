#include "interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of `calls` and `before` */
static size_t calls;                                     /* at work, on any thread */
static struct sigaction before;                          /* Python's handler, or the user's own */
static volatile sig_atomic_t interrupted;

/* oneDNN's AVX-512 products lead the stack pointer into memory of the heap, which the frame of a signal would
   overwrite: while a call is at work, signals of its thread have a stack of their own. */
enum { STACK = 1 << 17 };
static _Thread_local void *own_stack;
static _Thread_local size_t depth; /* calls of this thread, one within the other */

static void begin_stack(void) {
    stack_t now;
    if (depth++ > 0 || sigaltstack(NULL, &now) != 0 || !(now.ss_flags & SS_DISABLE)) return;
    own_stack = malloc(STACK);
    if (own_stack) sigaltstack(&(stack_t){.ss_sp = own_stack, .ss_size = STACK}, NULL);
}

static void end_stack(void) {
    if (--depth > 0 || !own_stack) return;
    sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    free(own_stack);
    own_stack = NULL;
}

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

/* All handlers of the process use such a stack where a thread has one; where it has none, this changes nothing. */
static void move_handlers(void) {
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0 || !has_handler(&action) || action.sa_flags & SA_ONSTACK) continue;
        action.sa_flags |= SA_ONSTACK;
        sigaction(number, &action, NULL);
    }
}

void nearsym_interrupt_begin(void) {
    begin_stack();
    pthread_mutex_lock(&lock);
    if (calls++ == 0) {
        interrupted = 0;
        move_handlers();
        sigaction(SIGINT, NULL, &before);
        if (has_handler(&before)) {
            struct sigaction ours = {.sa_sigaction = on_interrupt, .sa_flags = SA_SIGINFO | SA_ONSTACK};
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
    end_stack();
}

bool nearsym_interrupted(void) {
    return interrupted != 0;
}
