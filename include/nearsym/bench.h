/* How fast this machine trains and predicts. */
#ifndef NEARSYM_BENCH_H
#define NEARSYM_BENCH_H

#include <nearsym/model.h>
#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rates. Arithmetic is that of matrix products and convolutions alone, a multiplication and an addition counted as 2;
   of a first layer on images with zeros only what is done, and every convolution as if done directly. */
typedef struct nsym_bench_rate {
    double events_per_second;     /* by the clock, of all threads together */
    double events_per_cpu_second; /* by the time the threads had a CPU */
    double gflops;                /* 10^9 operations per CPU second */
    double sgemm_gflops;          /* the same of dnnl_sgemm on matrices of 1024 x 1024, the machine's own rate */
} nsym_bench_rate;

/* What is trained on, or predicted. */
typedef struct nsym_bench_task {
    size_t batch;        /* events a step, copies counted; events predicted at once */
    size_t particles;    /* in every event, or, where the spec has no slots, in the mean: evenly spread by a third */
    size_t copies;       /* 1, or so many neighbouring events share a label and should share their output */
    size_t hit;          /* 0, or so many of the event input's values differ from 0 in the mean (FCN); up to a 16th */
    double weight_decay; /* of AdamW; 0: Adam */
    double seconds;      /* CPU time of each thread; at least two steps are done */
    size_t threads;      /* that work at once, each on a network of its own */
    nsym_precision precision;
} nsym_bench_task;

/* Trains a model of this spec on random events: forward pass, binary cross entropy, with copies also the encouraged
   invariance, backward pass, AdamW.
   Errors: a spec that makes no sense, by the name of its member; a batch, particles, copies, seconds or threads of 0;
   particles that are not the spec's slots or more than it pads to; a batch that is no multiple of the copies. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_train(nsym_bench_rate *out, const nsym_model_spec *spec,
                                                      const nsym_bench_task *task);

/* The logits of random events, 256 at a time, as trained models predict. Errors as above. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_predict(nsym_bench_rate *out, const nsym_model_spec *spec,
                                                        const nsym_bench_task *task);

/* The library of dense arithmetic: "oneDNN 2.6.0". Borrowed for ever. */
NSYM_API const char *nsym_arithmetic(void);

#ifdef __cplusplus
}
#endif
#endif
