/* Measures how fast this machine trains and predicts. */
#ifndef NEARSYM_BENCH_H
#define NEARSYM_BENCH_H

#include <nearsym/model.h>
#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rates. They count the operations of matrix products and convolutions alone, a multiplication and an addition as 2. In
   a first layer that reads images with zeros, only the operations that are done count. A convolution counts as if it
   were done directly. */
typedef struct nsym_bench_rate {
    double events_per_second;     /* per second of wall-clock time, all threads together */
    double events_per_cpu_second; /* per second of the threads' CPU time */
    double gflops;                /* 10^9 operations per CPU second */
    double sgemm_gflops;          /* the same for dnnl_sgemm on matrices of 1024 x 1024: what the machine can do */
} nsym_bench_rate;

/* What to train or predict. */
typedef struct nsym_bench_task {
    size_t batch;     /* events per training step, copies included; events predicted at once */
    size_t particles; /* particles in every event; if the specification has no slots, their mean number: numbers are
                         uniform within a third of it */
    size_t copies;    /* 1, or the number of neighbouring events that are copies: they share a label, and the invariance
                         penalty acts on them */
    size_t hit; /* 0, or the mean number of values in the event input that are not 0 (FCN); up to a 16th of them */
    double weight_decay; /* of AdamW; 0: Adam */
    double seconds;      /* CPU time of each thread; at least two steps are done */
    size_t threads;      /* threads at the same time, each with a network of its own */
    nsym_precision precision;
} nsym_bench_task;

/* Trains a model of this specification on random events: forward pass, binary cross entropy, with copies also the
   invariance penalty, backward pass, AdamW. Errors: an invalid specification, with the name of its member; a batch,
   particles, copies, seconds or threads of 0; another number of particles than the specification's slots, or more than
   it pads to; a batch that is no multiple of the copies. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_train(nsym_bench_rate *out, const nsym_model_spec *spec,
                                                      const nsym_bench_task *task);

/* Computes the logits of random events, 256 at a time, as trained models do. Errors: as above. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_predict(nsym_bench_rate *out, const nsym_model_spec *spec,
                                                        const nsym_bench_task *task);

/* Name and version of the library for dense arithmetic: "oneDNN 2.6.0". Borrowed, valid for ever. */
NSYM_API const char *nsym_arithmetic(void);

#ifdef __cplusplus
}
#endif
#endif
