/* What a study says about events without labels: by sWeights of the mass, and by the truth that built-in events have.
 */
#include "study/card_text.h"
#include "study/grid.h"
#include "study/results_of.h"
#include "study/unlabelled.h"
#include <nearsym/generate/muon_pairs.h>
#include <nearsym/stats.h>

#include <jansson.h>

static const char tiny[] =
    "study: tiny\n"
    "seed: 3\n"
    "data: {generate: muon_pairs, events: 4000}\n"
    "muon_pairs: {purity: 0.8}\n"
    "labels: {from: mixtures}\n"
    "weights: {kde: described, balance: true}\n"
    "split: {test: 0.5, validation: 0.1, stratify: true}\n"
    "splot: {bootstraps: 30}\n"
    "observables: [iso_pileup_0.4, sum_pt]\n"
    "train: {epochs: 2, batch: 64, learning_rate: 0.01, sampling: bootstrap_class, scale: true,\n"
    "  weighted: true, every_epoch: false}\n"
    "models:\n"
    "  network: {event: columns, columns: [iso_pileup_0.4, sum_pt], hidden: [8]}\n"
    "  cut: {kind: column, column: iso_pileup_0.4, falling: true}\n"
    "  wrong: {kind: column, column: iso_pileup_0.4}\n"
    "experiments:\n"
    "  main: {grid: {model: [network, cut, wrong]}}\n";

/* New: the rows of a run with settings (NULL-terminated, or NULL). */
static json_t *ran(const char *name, const char *const *set) {
    char out[512];
    snprintf(out, sizeof out, "%s", in_folder(name));
    nsym_study_options options = {.card = card_file(tiny), .set = set, .jobs = 1, .out = out};
    while (set && set[options.sets]) options.sets++;
    if (nsym_study_run(&options) != NSYM_OK) fail_msg("%s", nsym_message());
    return results_of(name);
}

/* The metric of a model; NaN where there is none. */
static double value(json_t *results, const char *model, const char *metric) {
    size_t i;
    json_t *row;
    json_array_foreach(results, i, row) {
        const char *m = json_string_value(json_object_get(row, "model"));
        if (m && strcmp(m, model) == 0 && strcmp(json_string_value(json_object_get(row, "metric")), metric) == 0)
            return json_number_value(json_object_get(row, "mean"));
    }
    return NAN;
}

/* A part of the error of the network's auc_final. */
static double part(json_t *results, const char *name) {
    size_t i;
    json_t *row;
    json_array_foreach(results, i, row) {
        const char *m = json_string_value(json_object_get(row, "model"));
        if (m && strcmp(m, "network") == 0 &&
            strcmp(json_string_value(json_object_get(row, "metric")), "auc_final") == 0)
            return json_number_value(json_object_get(json_object_get(row, "error"), name));
    }
    return NAN;
}

static void a_score_is_judged_by_the_mass_as_by_the_truth(void **state) {
    (void)state;
    json_t *results = ran("out", NULL);
    static const char *const models[] = {"network", "cut", "wrong"};
    for (size_t k = 0; k < 3; k++) {
        double by_mass = value(results, models[k], "splot_auc"), truth = value(results, models[k], "true_auc");
        double error = value(results, models[k], "splot_auc_error");
        assert_true(error > 0.002 && error < 0.05);
        assert_true(fabs(by_mass - truth) < 4 * error);
        double half = value(results, models[k], "splot_efficiency"),
               half_error = value(results, models[k], "splot_efficiency_error");
        assert_true(half_error > 0 && fabs(half - value(results, models[k], "true_efficiency")) < 4 * half_error);
        assert_true(fabs(value(results, models[k], "splot_dependence")) < 4); /* of the mass, in its errors */
    }
    assert_true(value(results, "network", "true_auc") > 0.75); /* of mixtures alone */
    json_decref(results);
}

static void a_falling_column_is_the_same_score_turned_round(void **state) {
    (void)state;
    json_t *results = ran("out", NULL);
    static const char *const metrics[] = {"splot_auc", "true_auc", "auc_final"};
    for (size_t k = 0; k < 3; k++)
        assert_true(fabs(value(results, "cut", metrics[k]) + value(results, "wrong", metrics[k]) - 1) < 1e-12);
    assert_true(value(results, "cut", "splot_auc") > 0.75 && value(results, "cut", "auc_final") > 0.5);
    assert_true(isnan(value(results, "cut", "parameters")) && value(results, "network", "parameters") == 33);
    json_decref(results);
}

static void errors_are_there_where_bootstraps_are_asked_for(void **state) {
    (void)state;
    json_t *results = ran("plain", (const char *const[]){"splot.bootstraps=0", NULL});
    assert_true(isnan(value(results, "cut", "splot_auc_error")));
    assert_true(isnan(value(results, "cut", "splot_efficiency_error")));
    json_t *with = ran("out", NULL); /* and they change nothing else */
    assert_true(value(results, "cut", "splot_auc") == value(with, "cut", "splot_auc"));
    json_decref(with);
    json_decref(results);
}

/* Members are what they are without; a restart is another training. */
static void restarts_change_no_member(void **state) {
    (void)state;
    static const char *const metrics[] = {"splot_auc", "auc_final"};
    json_t *plain = ran("two", (const char *const[]){"members=2", "splot.bootstraps=0", NULL});
    json_t *more = ran("more", (const char *const[]){"members=2", "restarts=2", "splot.bootstraps=0", NULL});
    for (size_t k = 0; k < 2; k++)
        assert_true(value(plain, "network", metrics[k]) == value(more, "network", metrics[k]));
    assert_true(part(plain, "trainings") > 0 && part(plain, "trainings") != part(more, "trainings"));
    json_decref(plain);
    json_decref(more);
}

static nsym_events *built_in(void) {
    nsym_events *events;
    nsym_muon_pairs_options options = nsym_muon_pairs_defaults();
    options.activity.pile_up = 1;
    options.signal = 0.8;
    assert_int_equal(nsym_muon_pairs_generate(&events, &options, 0, 3000), NSYM_OK);
    return events;
}

/* A score of truth and noise; its bootstraps are told one by one. */
static void a_score_is_judged_by_the_fits_of_its_events(void **state) {
    (void)state;
    nsym_events *events = built_in();
    float labels[1500];
    double scores[1500], auc;
    nsym_splot_options options = nsym_splot_defaults(NSYM_MASS_LIKELIHOOD, 70, 110);
    nsym_splot_fits *fits;
    nsym_unlabelled u;
    options.toys = 0;
    options.bootstraps = 2;
    const double *truth = nsym_events_column(events, "truth")->values + 1200;
    for (size_t i = 0; i < 1500; i++) {
        labels[i] = (float)truth[i];
        scores[i] = truth[i] + (double)((i * 7919) % 1500) / 750;
    }
    const double *mass = nsym_events_column(events, "mass")->values + 1200;
    assert_int_equal(nsym_splot_fits_new(&fits, &options, mass, NULL, 1500), NSYM_OK);
    assert_int_equal(nsym_unlabelled_measure(&u, fits, scores, 1500, 2), NSYM_OK);
    assert_int_equal(nsym_auc(&auc, NULL, scores, labels, NULL, 1500), NSYM_OK);
    assert_true(fabs(auc - 0.875) < 0.03 && fabs(u.splot.value.auc - auc) < 0.08); /* 1 - (1 - 1/2)^2 / 2 */
    double half = fabs(u.bootstraps[0].auc - u.bootstraps[1].auc) / sqrt(2);       /* the deviation of two values */
    assert_true(half > 0 && fabs(u.splot.bootstrap.auc / half - 1) < 1e-9);
    nsym_unlabelled_free(&u);
    scores[4] = NAN;
    assert_int_not_equal(nsym_unlabelled_measure(&u, fits, scores, 1500, 2), NSYM_OK);
    assert_says("sPlot of the test sample: ");
    nsym_unlabelled_free(&u);
    nsym_splot_fits_free(fits);
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_score_is_judged_by_the_mass_as_by_the_truth),
        cmocka_unit_test(a_falling_column_is_the_same_score_turned_round),
        cmocka_unit_test(errors_are_there_where_bootstraps_are_asked_for),
        cmocka_unit_test(restarts_change_no_member),
        cmocka_unit_test(a_score_is_judged_by_the_fits_of_its_events),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
