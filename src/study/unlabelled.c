#include "study/unlabelled.h"

#include "base/fail.h"
#include "stats/splot.h"
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
    *out = (nsym_unlabelled){.has_truth = truth && truth->width == 1, .sweights = malloc((2 * n + 1) * sizeof *values)};
    nsym_status status = out->sweights ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu sWeights", n);
    if (status == NSYM_OK)
        status = nsym_splot_run(&result, &out->splot, out->sweights, &options, mass, NULL, values, n, 1);
    free(values);
    if (status == NSYM_OK && truth && out->has_truth) status = measure_truth(out, truth->values + first, scores, n);
    if (status == NSYM_OK) return NSYM_OK;
    free(out->sweights);
    out->sweights = NULL;
    return nsym_fail_in(status, "sPlot of the test sample: ");
}

nsym_status nsym_unlabelled_roc(const float *scores, const double *sweights, size_t n, const double *fpr, size_t m,
                                double *tpr) {
    double *values = malloc((n + 1) * sizeof *values);
    size_t *order = malloc((n + 1) * sizeof *order);
    nsym_status status = values && order ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) values[i] = (double)scores[i];
    if (status == NSYM_OK) status = nsym_splot_order(order, values, n);
    for (size_t k = 0; status == NSYM_OK && k < m; k++) {
        nsym_splot_roc_point point;
        status = nsym_splot_curve(&point, values, order, sweights, n, fpr[k]);
        tpr[k] = point.tpr;
    }
    free(values);
    free(order);
    return status;
}
