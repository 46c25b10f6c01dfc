/* How fast this machine trains. */
#ifndef NEARSYM_BENCH_H
#define NEARSYM_BENCH_H

#include <nearsym/model.h>
#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rates of one thread. Arithmetic is that of the matrix products alone, a multiplication and an addition counted as 2;
   of a first layer whose inputs are mostly 0, what is done for the others. */
typedef struct nsym_train_rate {
    double events_per_second;     /* by the clock */
    double events_per_cpu_second; /* by the time this thread had a CPU */
    double gflops;                /* 10^9 operations per CPU second of training */
    double sgemm_gflops;          /* the same of dnnl_sgemm on matrices of 1024 x 1024, the machine's own rate */
} nsym_train_rate;

/* What is trained on. */
typedef struct nsym_train_task {
    size_t batch;        /* events a step, copies counted */
    size_t particles;    /* in every event, or, where the spec has no slots, in the mean: evenly spread by a third */
    size_t copies;       /* 1, or so many neighbouring events share a label and should share their output */
    size_t hit;          /* values of an event's input that are not 0, in the mean; 0: all of them */
    double weight_decay; /* of AdamW; 0: Adam */
    double seconds;      /* CPU time to train for; at least ten steps are done */
} nsym_train_task;

/* Trains a model of this spec on random events: forward pass, binary cross entropy, with copies also the encouraged
   invariance, backward pass, AdamW.
   Errors: a spec that makes no sense, by the name of its member; a batch, particles, copies or seconds of 0; particles
   that are not the spec's slots or more than it pads to; a batch that is no multiple of the copies. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_train(const nsym_model_spec *spec, const nsym_train_task *task,
                                                      nsym_train_rate *out);

/* The instruction set whose loops this CPU runs: "avx512", "avx2" or "baseline". Borrowed for ever. */
NSYM_API const char *nsym_cpu_target(void);

#ifdef __cplusplus
}
#endif
#endif
