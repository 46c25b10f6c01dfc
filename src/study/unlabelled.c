#include "study/unlabelled.h"

#include "base/fail.h"
#include "stats/splot.h"

#include <stdlib.h>

nsym_status nsym_unlabelled_measure(nsym_unlabelled *out, const nsym_splot_fits *fits, const double *scores, size_t n,
                                    size_t bootstraps) {
    nsym_splot_result result;
    *out = (nsym_unlabelled){.sweights = malloc((2 * n + 1) * sizeof *out->sweights),
                             .bootstraps = malloc((bootstraps + 1) * sizeof *out->bootstraps)};
    if (!out->sweights || !out->bootstraps) return nsym_fail(NSYM_ENOMEM, "no memory for %zu sWeights", n);
    nsym_status status = nsym_splot_measure(&result, &out->splot, out->sweights, out->bootstraps, fits, scores, 1);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "sPlot of the test sample: ");
}

void nsym_unlabelled_free(nsym_unlabelled *unlabelled) {
    free(unlabelled->sweights);
    free(unlabelled->bootstraps);
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
