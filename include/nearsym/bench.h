/* How fast this machine trains. */
#ifndef NEARSYM_BENCH_H
#define NEARSYM_BENCH_H

#include <nearsym/model.h>
#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rates of one thread. Arithmetic is that of the matrix products alone, a multiplication and an addition counted as 2.
 */
typedef struct nsym_train_rate {
    double events_per_second;     /* by the clock */
    double events_per_cpu_second; /* by the time this thread had a CPU */
    double gflops;                /* 10^9 operations per CPU second of training */
    double sgemm_gflops;          /* the same of dnnl_sgemm on matrices of 1024 x 1024, the machine's own rate */
} nsym_train_rate;

/* Trains a model of this spec for about `seconds` of CPU time, and at least ten steps, on random events of `particles`
   particles each, in batches of `batch`: forward pass, binary cross entropy, backward pass, AdamW.
   Errors: a spec that makes no sense, by the name of its member; a batch, particles or seconds of 0; particles that are
   not the spec's slots. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_train(const nsym_model_spec *spec, size_t batch, double seconds,
                                                      size_t particles, nsym_train_rate *out);

/* The instruction set whose loops this CPU runs: "avx512", "avx2" or "baseline". Borrowed for ever. */
NSYM_API const char *nsym_cpu_target(void);

#ifdef __cplusplus
}
#endif
#endif
