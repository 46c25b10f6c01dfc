#include "class_weights.h"

#include <math.h>

void class_weights_add(class_weights *all, const nsym_events *events) {
    const nsym_column *label = nsym_events_column(events, "label"), *weight = nsym_events_column(events, "weight");
    nsym_class_tally t;
    all->unknown |= !label || label->width != 1 || (weight && weight->width != 1);
    if (all->unknown) return;
    const double *weights = weight ? weight->values : NULL;
    all->unknown = nsym_class_tally_of(&t, label->values, weights, events->count) != NSYM_OK;
    for (size_t k = 0; !all->unknown && k < NSYM_CLASSES_MAX; k++) {
        all->count[k] += t.count[k];
        all->sum[k] += t.sum[k];
    }
}

void class_weights_tell(FILE *out, const class_weights *all) {
    double least = INFINITY, most = 0;
    if (all->unknown) return;
    for (size_t k = 0; k < NSYM_CLASSES_MAX; k++) {
        if (!all->count[k]) continue;
        fprintf(out, "label %zu: %zu events, whose weights add up to %.6g\n", k, all->count[k], all->sum[k]);
        least = fmin(least, all->sum[k]);
        most = fmax(most, all->sum[k]);
    }
    if (least > 0 && most > 3 * least)
        fprintf(out,
                "warning: the weights of one class add up to %.3g times those of another; studies and trainings on "
                "labelled\nfiles make classes count alike (weights.balance), other programs may not\n",
                most / least);
}
