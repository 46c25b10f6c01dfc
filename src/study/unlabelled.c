#include "study/unlabelled.h"

#include "base/fail.h"
#include <nearsym/stats.h>

#include <stdlib.h>

static nsym_status measure_truth(nsym_unlabelled *out, const double *truth, const float *scores, size_t n) {
    float *labels = malloc((n + 1) * sizeof *labels);
    if (!labels) return nsym_fail(NSYM_ENOMEM, "no memory for %zu labels", n);
    for (size_t i = 0; i < n; i++) labels[i] = (float)truth[i];
    nsym_status status = nsym_auc(scores, labels, NULL, n, &out->auc, NULL);
    if (status == NSYM_OK) status = nsym_tpr_at_fpr(scores, labels, NULL, n, 0.5, &out->efficiency);
    free(labels);
    return status;
}

nsym_status nsym_unlabelled_measure(nsym_unlabelled *out, const nsym_events *events, size_t first, size_t n,
                                    const float *scores, const nsym_mixture_card *card, uint64_t seed) {
    nsym_splot_options options = nsym_splot_options_usual(card->method, card->window[0], card->window[1]);
    nsym_splot_result result;
    const nsym_column *truth = nsym_events_column(events, "truth");
    const double *mass = nsym_events_column(events, "mass")->values + first;
    double *values = malloc((n + 1) * sizeof *values);
    if (!values) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    for (size_t i = 0; i < n; i++) values[i] = (double)scores[i];
    options.bootstraps = card->bootstraps;
    options.toys = card->toys;
    options.seed = seed;
    options.workers = 1;
    *out = (nsym_unlabelled){.has_truth = truth && truth->width == 1};
    nsym_status status = nsym_splot_run(&result, &out->splot, NULL, &options, mass, values, n, 1);
    free(values);
    if (status == NSYM_OK && truth && out->has_truth) status = measure_truth(out, truth->values + first, scores, n);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "sPlot of the test sample: ");
}
