#include "train/weights.h"

#include "base/fail.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* Rows of a sample, by the events that they are copies of or one by one. */
typedef struct {
    const char *what;
    const uint32_t *events; /* (n) of the parts' that train; NULL: those that test */
    size_t n;
} group;

static size_t row_of(const nsym_training *t, const group *g, size_t i) {
    return g->events ? nsym_part_first(&t->parts, g->events[i]) : nsym_test_row(&t->parts, i);
}

/* Events that are drawn have probabilities. */
static nsym_status check_drawn(const nsym_training *t, const group *g, const char *how) {
    for (size_t i = 0; i < g->n; i++) {
        size_t row = row_of(t, g, i);
        char at[NSYM_ROW_TEXT];
        if (t->weights[row] < 0)
            return nsym_fail(NSYM_EINVAL, "%s: weight is %g; %s", nsym_training_row(at, t, row), t->weights[row], how);
    }
    return NSYM_OK;
}

/* Is a weight a number that a loss, of single precision, can use? */
static nsym_status check_weight(const nsym_training *t, size_t row) {
    double weight = t->weights[row];
    char at[NSYM_ROW_TEXT];
    if (!isfinite(weight))
        return nsym_fail(NSYM_EINVAL, "%s: weight is %g, must be finite", nsym_training_row(at, t, row), weight);
    if (t->card->weighted && fabs(weight) > (double)FLT_MAX)
        return nsym_fail(
            NSYM_EINVAL,
            "%s: weight is %g, too large for single precision, in which the loss is computed; scale all weights",
            nsym_training_row(at, t, row), weight);
    return NSYM_OK;
}

/* A class counts for something, and all alike: a sum of the other sign would be a class to get wrong. */
static nsym_status check_classes(const double *sum, size_t classes, const char *what) {
    if (classes <= 2) {
        if ((sum[0] > 0 && sum[1] > 0) || (sum[0] < 0 && sum[1] < 0)) return NSYM_OK;
        return nsym_fail(NSYM_EINVAL,
                         "the weights of the %s events add up to %g for the background and to %g for the signal; both "
                         "sums must have the same sign and not be 0: use more events, or correct the weights",
                         what, sum[0], sum[1]);
    }
    for (size_t k = 0; k < classes; k++)
        if (!((sum[k] > 0 && sum[0] > 0) || (sum[k] < 0 && sum[0] < 0)))
            return nsym_fail(NSYM_EINVAL,
                             "the weights of the %s events add up to %g for class %zu and to %g for class 0; all sums "
                             "must have the same sign and not be 0: use more events, or correct the weights",
                             what, sum[k], k, sum[0]);
    return NSYM_OK;
}

static nsym_status check_sums(const nsym_training *t, const group *g) {
    double sum[NSYM_CLASSES_MAX] = {0}, largest = 0;
    for (size_t i = 0; i < g->n; i++) {
        size_t row = row_of(t, g, i);
        NSYM_TRY(check_weight(t, row));
        sum[(size_t)t->labels[row]] += t->weights[row];
        largest = fmax(largest, fabs(t->weights[row]));
    }
    if (t->card->weighted && largest > 0 && largest < (double)FLT_MIN)
        return nsym_fail(NSYM_EINVAL,
                         "the weights of the %s events are at most %g, which is 0 in single precision, in which the "
                         "loss is computed; scale all weights",
                         g->what, largest);
    return check_classes(sum, t->parts.classes, g->what);
}

nsym_status nsym_weights_check(const nsym_training *t) {
    const group trains = {"training", t->events, t->event_count};
    const group checks = {"validation", t->checked, t->checked_count};
    const group tests = {"test", NULL, t->parts.test_count};
    bool drawn = t->card->sampling == NSYM_BY_WEIGHT;
    if (drawn)
        NSYM_TRY(
            check_drawn(t, &trains,
                        "train.sampling: weight draws events in proportion to their weights, which must be at least 0; "
                        "with train.sampling: each and train.weighted: true negative weights are allowed"));
    if (t->card->redraw_test)
        NSYM_TRY(check_drawn(t, &tests,
                             "train.redraw_test draws test events in proportion to their weights, which must be at "
                             "least 0; without train.redraw_test negative weights are allowed in the test"));
    if (drawn || t->card->weighted) NSYM_TRY(check_sums(t, &trains));
    if (t->checked && t->card->weighted) NSYM_TRY(check_sums(t, &checks));
    return tests.n ? check_sums(t, &tests) : NSYM_OK;
}

size_t nsym_weights_keep(uint32_t *kept, const nsym_training *t, const uint32_t *events, size_t n) {
    const double *weights = t->card->weighted ? t->weights : NULL;
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (!weights || weights[nsym_part_first(&t->parts, events[i])] != 0) kept[count++] = events[i];
    return count;
}

double nsym_weights_mean(const nsym_training *t, const uint32_t *events, size_t n) {
    double sum = 0, rows = 0;
    bool negative = false;
    for (size_t i = 0; t->card->weighted && i < n; i++)
        for (size_t c = 0; c < nsym_part_rows(&t->parts, events[i]); c++) {
            double weight = t->weights[nsym_part_first(&t->parts, events[i]) + c];
            negative = negative || weight < 0;
            sum += weight;
            rows++;
        }
    return negative ? sum / rows : 0;
}
