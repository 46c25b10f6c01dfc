#include "sources/judge.h"

#include "base/fail.h"
#include "stats/splot_fits.h"

#include <stdlib.h>

static nsym_status fit_masses(nsym_splot_fits **out, const double *mass, const nsym_data_card *card,
                              const nsym_parts *parts, size_t workers) {
    const nsym_judge_card *judge = &card->judge;
    nsym_splot_options options = nsym_splot_defaults(judge->method, judge->mass[0], judge->mass[1]);
    size_t n = parts->test_count;
    options.bootstraps = judge->bootstraps;
    options.toys = judge->toys;
    options.seed = card->seed;
    options.workers = workers;
    double *tested = malloc((n + 1) * sizeof *tested);
    if (!tested) return nsym_fail(NSYM_ENOMEM, "no memory for %zu masses", n);
    for (size_t i = 0; i < n; i++) tested[i] = mass[nsym_test_row(parts, i)];
    nsym_status status = nsym_splot_fits_new(out, &options, tested, NULL, n);
    free(tested);
    if (status != NSYM_OK) return nsym_fail_in(status, "sPlot of the test sample: ");
    (*out)->options.workers = 1; /* runs that judge go on beside each other */
    return NSYM_OK;
}

static nsym_status add_sweights(nsym_events *events, const double *mass, const nsym_judge_card *judge) {
    size_t n = events->count;
    nsym_splot_options options = nsym_splot_defaults(judge->method, judge->mass[0], judge->mass[1]);
    nsym_splot_fits *fits;
    nsym_splot_result result;
    double *weights = malloc((2 * n + 1) * sizeof *weights), *column[2];
    options.bootstraps = options.toys = 0;
    nsym_status status = weights ? nsym_splot_fits_new(&fits, &options, mass, NULL, n)
                                 : nsym_fail(NSYM_ENOMEM, "no memory for the sWeights of %zu events", n);
    if (status == NSYM_OK) {
        status = nsym_splot_measure(&result, NULL, weights, NULL, fits, NULL, 0);
        nsym_splot_fits_free(fits);
    }
    if (status == NSYM_OK)
        status = nsym_events_add_column(events, "sweight_signal", "", "sWeight of the signal", 1, &column[0]);
    if (status == NSYM_OK)
        status = nsym_events_add_column(events, "sweight_background", "", "sWeight of the background", 1, &column[1]);
    for (size_t i = 0; status == NSYM_OK && i < n; i++)
        for (size_t k = 0; k < 2; k++) column[k][i] = weights[2 * i + k];
    free(weights);
    return status;
}

/* A mass judges events that count alike. */
static nsym_status check_test_weights(const nsym_events *events, const nsym_parts *parts) {
    double *weight;
    NSYM_TRY(nsym_column_values(&weight, events, "weight"));
    for (size_t i = 0; i < parts->test_count; i++) {
        size_t row = nsym_test_row(parts, i);
        if (weight[row] != 1)
            return nsym_fail(
                NSYM_EINVAL,
                "row %zu: weight is %g, but splot.mass needs events of weight 1; leave out the weights or splot.mass",
                nsym_events_row(events, row), weight[row]);
    }
    return NSYM_OK;
}

nsym_status nsym_judge_open(nsym_sample *sample, const nsym_data_card *card, const nsym_parts *parts, size_t workers) {
    double *mass;
    nsym_status status = nsym_column_values(&mass, sample->events, "mass");
    if (status != NSYM_OK) return nsym_fail_in(status, "splot.mass: ");
    NSYM_TRY(check_test_weights(sample->events, parts));
    NSYM_TRY(add_sweights(sample->events, mass, &card->judge));
    return fit_masses(&sample->fits, mass, card, parts, workers);
}
