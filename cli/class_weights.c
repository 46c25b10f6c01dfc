#include "class_weights.h"

#include <nearsym/classes.h>

#include <math.h>

void tell_class_weights(FILE *out, const nsym_events *events) {
    const nsym_column *label = nsym_events_column(events, "label"), *weight = nsym_events_column(events, "weight");
    size_t count[NSYM_CLASSES_MAX] = {0};
    double sum[NSYM_CLASSES_MAX] = {0}, least = INFINITY, most = 0;
    if (!label || label->width != 1) return;
    for (size_t i = 0; i < events->count; i++) {
        double k = label->values[i];
        if (!(k >= 0 && k < NSYM_CLASSES_MAX && k == floor(k))) return;
        count[(size_t)k]++;
        sum[(size_t)k] += weight && weight->width == 1 ? weight->values[i] : 1;
    }
    for (size_t k = 0; k < NSYM_CLASSES_MAX; k++) {
        if (!count[k]) continue;
        fprintf(out, "label %zu: %zu events, whose weights add up to %.6g\n", k, count[k], sum[k]);
        least = fmin(least, sum[k]);
        most = fmax(most, sum[k]);
    }
    if (least > 0 && most > 3 * least)
        fprintf(out,
                "warning: the weights of one class add up to %.3g times those of another; studies and trainings on "
                "labelled\nfiles make classes count alike (weights.balance), other programs may not\n",
                most / least);
}
