/* Measures of scores on labelled events, each with what every event adds to it, of which its error and that of a
   difference are made. A new one is a file, and a row in the table of metrics.c. */
#ifndef NSYM_STATS_METRIC_H
#define NSYM_STATS_METRIC_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct nsym_metric {
    const char *name, *true_name; /* by the labels; by the true classes of events in mixtures */
    bool of_logits;               /* of a network's logits; else of any scores */
    /* The value and its error, NaN where it is unknown, as that of a class of one event: `influence` (n) is not set
       then. Shapes: scores, labels, weights (n), weights NULL: 1 each. */
    nsym_status (*measure)(double *value, double *error, double *influence, const double *scores, const float *labels,
                           const double *weights, size_t n);
} nsym_metric;

extern const nsym_metric nsym_metric_auc, nsym_metric_efficiency, nsym_metric_brier;

/* The table, NULL-terminated. */
extern const nsym_metric *const nsym_metrics[];

#endif
