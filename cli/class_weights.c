#include "class_weights.h"

#include <nearsym/classes.h>

void tell_class_weights(FILE *out, const nsym_events *events) {
    const nsym_column *label = nsym_events_column(events, "label"), *weight = nsym_events_column(events, "weight");
    nsym_class_tally t;
    if (!label || label->width != 1) return;
    if (weight && weight->width != 1) return;
    const double *weights = weight ? weight->values : NULL;
    if (nsym_class_tally_of(&t, label->values, weights, events->count) != NSYM_OK) return;
    for (size_t k = 0; k < NSYM_CLASSES_MAX; k++)
        if (t.count[k]) fprintf(out, "label %zu: %zu events, whose weights add up to %.6g\n", k, t.count[k], t.sum[k]);
    if (t.least > 0 && t.most > 3 * t.least)
        fprintf(out,
                "warning: the weights of one class add up to %.3g times those of another; studies and trainings on "
                "labelled\nfiles make classes count alike (weights.balance), other programs may not\n",
                t.most / t.least);
}
