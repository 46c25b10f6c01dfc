/* Keeps signals away from a thread, such as one in the background, or while oneDNN computes: its AVX-512 products of
   matrices (2.6, jit_avx512_common_gemm_f32) move the stack pointer into memory of their own, and a handler that a
   signal starts there writes over what lies below it. */
#ifndef NSYM_BASE_SIGNALS_H
#define NSYM_BASE_SIGNALS_H

#include <signal.h>
#include <stddef.h>

/* Holds all signals of the calling thread but those of its own mistakes; `before` puts things back. */
static inline void nsym_signals_hold(sigset_t *before) {
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
    sigset_t held;
    sigfillset(&held);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) sigdelset(&held, own[i]);
    pthread_sigmask(SIG_BLOCK, &held, before);
}

static inline void nsym_signals_again(const sigset_t *before) {
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

#endif
