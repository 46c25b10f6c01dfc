/* The test part of a run's sample, and what the errors of its measures are of: events, of which all copies may test. */
#ifndef NSYM_STUDY_TEST_PART_H
#define NSYM_STUDY_TEST_PART_H

#include "sources/sample.h"
#include "stats/metric.h"
#include "study/card.h"

typedef struct nsym_test_part {
    nsym_parts parts;
    uint32_t *tests;                /* parts.tests, owned */
    const double *labels, *weights; /* of all rows of the sample, borrowed */
    float *test_labels;             /* (tests) owned, so the next two */
    double *test_weights;           /* (tests) */
    size_t
        *test_events; /* (tests) the events, from 0, that test rows are copies of, where all copies test; else NULL */
} nsym_test_part;

/* Close it whatever the status. Errors: as nsym_sample_parts. */
nsym_status nsym_test_part_open(nsym_test_part *out, const nsym_run_card *card,
                                const nsym_sample *sample) NSYM_MUST_CHECK;
void nsym_test_part_close(nsym_test_part *part);

/* The influences of rows (tests) of one event become one, in place, where all copies test, and their error that of
   events. Gives how many there are. */
size_t nsym_test_part_join(double *influence, const nsym_test_part *part, double *error);

/* A metric of scores, its error and the influences that it is made of, joined: of how many events is told; none where
   the error is NaN. Shapes: influence, scores, labels, weights (tests), weights NULL: 1 each. */
nsym_status nsym_test_part_measure(double *value, double *error, double *influence, size_t *events,
                                   const nsym_metric *metric, const nsym_test_part *part, const double *scores,
                                   const float *labels, const double *weights) NSYM_MUST_CHECK;

/* The AUC of scores (tests, outputs), of several outputs the mean of each against all others, its error, NaN where it
   is unknown, and the influence (tests) that it is made of, not joined; not set where the error is NaN. */
nsym_status nsym_test_part_auc(double *auc, double *error, double *influence, const nsym_test_part *part,
                               const double *scores, size_t outputs) NSYM_MUST_CHECK;

/* A column of the events as the scores (tests) of the part; `falling`: the smaller, the more like signal. Errors: there
   is none of one value an event. */
nsym_status nsym_test_part_column(double *scores, const nsym_test_part *part, const nsym_events *events,
                                  const char *name, bool falling) NSYM_MUST_CHECK;

/* True-positive rates tpr (m) of scores and labels (tests) at false-positive rates fpr (m), and their errors, of events
   where all copies test. */
nsym_status nsym_test_part_roc(double *tpr, double *errors, const nsym_test_part *part, const double *scores,
                               const float *labels, const double *fpr, size_t m) NSYM_MUST_CHECK;

#endif
