#include "study/unlabelled.h"

#include "base/fail.h"
#include "stats/splot.h"
#include <nearsym/stats.h>

#include <stdlib.h>

static nsym_status measure_truth(nsym_unlabelled *out, const double *truth, const double *scores, size_t n) {
    float *labels = malloc((n + 1) * sizeof *labels);
    if (!labels) return nsym_fail(NSYM_ENOMEM, "no memory for %zu labels", n);
    for (size_t i = 0; i < n; i++) labels[i] = (float)truth[i];
    const double half = 0.5;
    nsym_status status = nsym_auc(scores, labels, NULL, n, &out->auc, &out->auc_error);
    if (status == NSYM_OK) status = nsym_tpr_at_fpr(scores, labels, NULL, n, half, &out->efficiency);
    if (status == NSYM_OK) status = nsym_roc_error(&out->efficiency_error, scores, labels, NULL, n, &half, 1);
    free(labels);
    return status;
}

nsym_status nsym_unlabelled_measure(nsym_unlabelled *out, const nsym_events *events, size_t first, size_t n,
                                    const double *scores, const nsym_mixture_card *card, uint64_t seed) {
    nsym_splot_options options = nsym_splot_options_usual(card->method, card->window[0], card->window[1]);
    nsym_splot_result result;
    const nsym_column *truth = nsym_events_column(events, "truth");
    const double *mass = nsym_events_column(events, "mass")->values + first;
    options.bootstraps = card->bootstraps;
    options.toys = card->toys;
    options.seed = seed;
    options.workers = 1;
    *out = (nsym_unlabelled){.has_truth = truth && truth->width == 1, .sweights = malloc((2 * n + 1) * sizeof(double))};
    nsym_status status = out->sweights ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu sWeights", n);
    if (status == NSYM_OK)
        status = nsym_splot_run(&result, &out->splot, out->sweights, &options, mass, NULL, scores, n, 1);
    if (status == NSYM_OK && truth && out->has_truth) status = measure_truth(out, truth->values + first, scores, n);
    if (status == NSYM_OK) return NSYM_OK;
    free(out->sweights);
    out->sweights = NULL;
    return nsym_fail_in(status, "sPlot of the test sample: ");
}

nsym_status nsym_unlabelled_roc(const double *scores, const double *sweights, size_t n, const double *fpr, size_t m,
                                double *tpr) {
    size_t *order = malloc((n + 1) * sizeof *order);
    nsym_status status = order ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    if (status == NSYM_OK) status = nsym_splot_order(order, scores, n);
    for (size_t k = 0; status == NSYM_OK && k < m; k++) {
        nsym_splot_roc_point point;
        status = nsym_splot_curve(&point, scores, order, sweights, n, fpr[k]);
        tpr[k] = point.tpr;
    }
    free(order);
    return status;
}
