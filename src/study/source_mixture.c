/* Events of two mixtures: muon pairs with what surrounds one of the muons, built-in or of a file, selected, labelled by
   charge and mass, divided, weighted. */
#include "study/source.h"

#include "base/fail.h"
#include "stats/splot_fits.h"
#include "study/cwola.h"
#include "study/muon_pictures.h"
#include "train/training.h"
#include <nearsym/io.h>
#include <nearsym/mixture.h>

#include <stdlib.h>
#include <string.h>

static nsym_status generate(nsym_events **out, const nsym_data_card *card) {
    nsym_mixture_options options = nsym_mixture_defaults();
    options.surroundings.seed = card->seed;
    options.signal = card->mixture.signal;
    return nsym_mixture_generate(out, &options, 0, card->events);
}

/* Weights are those of mixtures and sWeights those of counts: events that count for more have no place in either. */
static nsym_status check_weights(const nsym_events *events) {
    const nsym_column *weight = nsym_events_column(events, "weight");
    for (size_t i = 0; weight && i < events->count; i++)
        if (weight->width != 1 || weight->values[i] != 1)
            return nsym_fail(NSYM_EINVAL,
                             "row %zu: weight is %g; events of two mixtures count once each, so leave the column "
                             "'weight' out or rename it (nearsym data convert --rename weight=other)",
                             nsym_events_row(events, i), weight->values[i * weight->width]);
    return NSYM_OK;
}

static nsym_status divide(nsym_parts *out, const nsym_events *events, const nsym_mixture_card *card) {
    const nsym_train_card train = {.test = card->test,
                                   .validation = card->validation,
                                   .split = card->test_first ? NSYM_SPLIT_FIRST : NSYM_SPLIT_LAST};
    return nsym_parts_of(out, &train, nsym_events_column(events, "label")->values, events->count);
}

/* Weights for those that train and those that validate, each by itself; what tests counts as it is. */
static nsym_status weigh(char *warning, nsym_events *events, const nsym_mixture_card *card, size_t workers) {
    nsym_parts parts;
    NSYM_TRY(divide(&parts, events, card));
    NSYM_TRY(nsym_cwola_weigh(warning, events, parts.train_first, parts.train_count, card, workers));
    if (parts.check_count == 0) return NSYM_OK;
    return nsym_cwola_weigh(warning, events, parts.train_first + parts.check_first, parts.check_count, card, workers);
}

/* The mass fits by which all scores of the test events are judged. */
static nsym_status fit_masses(nsym_splot_fits **out, const nsym_events *events, const nsym_data_card *data,
                              size_t workers) {
    const nsym_mixture_card *card = &data->mixture;
    nsym_splot_options options = nsym_splot_options_usual(card->method, card->window[0], card->window[1]);
    nsym_parts parts;
    options.bootstraps = card->bootstraps;
    options.toys = card->toys;
    options.seed = data->seed;
    options.workers = workers;
    NSYM_TRY(divide(&parts, events, card));
    const double *mass = nsym_events_column(events, "mass")->values + parts.test_first;
    nsym_status status = nsym_splot_fits_new(out, &options, mass, NULL, parts.test_count);
    if (status != NSYM_OK) return nsym_fail_in(status, "sPlot of the test sample: ");
    (*out)->options.workers = 1; /* runs that judge go on beside each other */
    return NSYM_OK;
}

/* sWeights of all events, for figures: columns sweight_signal and sweight_background. */
static nsym_status add_sweights(nsym_events *events, const nsym_mixture_card *card) {
    size_t n = events->count;
    nsym_splot_options options = nsym_splot_options_usual(card->method, card->window[0], card->window[1]);
    nsym_splot_fits *fits;
    nsym_splot_result result;
    double *weights = malloc((2 * n + 1) * sizeof *weights), *column[2];
    const double *mass = nsym_events_column(events, "mass")->values;
    options.bootstraps = options.toys = 0;
    nsym_status status = weights ? nsym_splot_fits_new(&fits, &options, mass, NULL, n)
                                 : nsym_fail(NSYM_ENOMEM, "no memory for the sWeights of %zu events", n);
    if (status == NSYM_OK) {
        status = nsym_splot_judge(&result, NULL, weights, NULL, fits, NULL, 0);
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

nsym_status nsym_source_mixture(nsym_sample *out, const nsym_data_card *card, size_t workers) {
    const nsym_mixture_card *mixture = &card->mixture;
    nsym_events *events = NULL;
    NSYM_TRY(card->file[0] ? nsym_events_read(&events, card->file, NULL) : generate(&events, card));
    nsym_status status = check_weights(events);
    if (status == NSYM_OK) status = nsym_cwola_select(&events, mixture);
    if (status == NSYM_OK) status = nsym_cwola_label(events, mixture, card->seed);
    if (status == NSYM_OK) status = nsym_labelled_prepare(&events, card, workers);
    if (status == NSYM_OK) status = weigh(out->warning, events, mixture, workers);
    if (status == NSYM_OK) status = add_sweights(events, mixture);
    if (status == NSYM_OK) status = fit_masses(&out->fits, events, card, workers);
    if (status == NSYM_OK) status = nsym_mixture_pictures(&out->pictures, events);
    if (status == NSYM_OK) status = nsym_events_columns(&out->shown, events, 0, events->count);
    if (status == NSYM_OK) {
        out->events = events;
        return NSYM_OK;
    }
    nsym_sample_free(out);
    nsym_events_free(events);
    return card->file[0] ? nsym_fail_in(status, "%s: ", card->file) : status;
}
