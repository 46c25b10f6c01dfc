/* Samples of two mixtures: shares, weights and sWeights of built-in events and of files. */
#include "sources/refused.h"
#include "sources/sample.h"
#include "study/card_text.h"
#include <nearsym/generate/muon_pairs.h>
#include <nearsym/splot.h>

static nsym_data_card usual(void) {
    static const double purity = 0.8; /* the one option of these events */
    nsym_data_card card = {.source = &nsym_source_muon_pairs,
                           .seed = 3,
                           .file = "",
                           .files = "",
                           .folder = "",
                           .particles = "",
                           .define = "",
                           .select = "",
                           .events = 1800,
                           .repeat = 1,
                           .copies = {.group = "", .symmetry = &nsym_rotate, .count = 1},
                           .observables = "iso_pileup_0.4,sum_pt",
                           .labels = {.from = NSYM_LABELS_MIXTURES,
                                      .mass = {70, 110},
                                      .signal_region = {84, 96},
                                      .pt_min = 25,
                                      .eta_max = 2.1},
                           .weights = {.kde = NSYM_KDE_DESCRIBED, .balance = true},
                           .split = {.test = 0.25, .validation = 0.2, .shuffle = true, .group = true, .stratify = true},
                           .judge = {.ends = 2, .mass = {70, 110}, .method = NSYM_MASS_LIKELIHOOD}};
    nsym_source_muon_pairs.section->defaults(card.options, 0);
    memcpy(card.options, &purity, sizeof purity); /* the first of them */
    return card;
}

static nsym_events *load(nsym_data_card card) {
    nsym_sample sample;
    if (nsym_sample_load(&sample, &card, 2, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_non_null(sample.shown); /* columns without particles, for figures */
    assert_int_equal(sample.shown->count, sample.events->count);
    assert_int_equal(sample.shown->columns, sample.events->columns);
    assert_null(sample.shown->offsets);
    bool placed = sample.events->offsets && nsym_events_feature(sample.events, "d_eta") != NSYM_NONE;
    assert_true((sample.pictures != NULL) == placed);
    if (placed) assert_int_equal(sample.pictures->count, 6); /* averages by sWeights, by label and by the truth */
    assert_non_null(sample.fits);
    nsym_events *events = sample.events;
    sample.events = NULL;
    nsym_sample_free(&sample);
    return events;
}

/* As a training divides the sample. */
static nsym_parts parts_of(const nsym_events *events, const nsym_data_card *card) {
    nsym_parts parts;
    assert_int_equal(nsym_parts_of(&parts, &card->split, 0, column(events, "label"), events->count), NSYM_OK);
    return parts;
}

static double sum_of(const double *values, const double *label, double wanted, size_t first, size_t n) {
    double sum = 0;
    for (size_t i = first; i < first + n; i++) sum += label[i] == wanted ? (values ? values[i] : 1) : 0;
    return sum;
}

static void every_part_has_its_share_of_either_label_and_only_those_that_train_have_weights(void **state) {
    (void)state;
    for (int k = 0; k < 2; k++) {
        nsym_data_card card = usual();
        card.split.order = k ? NSYM_SPLIT_FIRST : NSYM_SPLIT_LAST;
        card.weights.kde = NSYM_KDE_NONE;
        nsym_events *events = load(card);
        const double *label = column(events, "label"), *weight = column(events, "weight");
        nsym_parts parts = parts_of(events, &card);
        double share = sum_of(NULL, label, 1, 0, events->count) / (double)events->count;
        const size_t first[] = {parts.train_first, parts.train_first + parts.check_first, parts.test_first};
        const size_t count[] = {parts.train_count, parts.check_count, parts.test_count};
        assert_true(parts.test_count > 300 && parts.check_count > 300 && share > 0.5 && share < 0.9);
        for (size_t p = 0; p < 3; p++) {
            double ones = sum_of(NULL, label, 1, first[p], count[p]), zeros = (double)count[p] - ones;
            assert_true(fabs(ones - share * (double)count[p]) <= 1); /* spread evenly: off by one event at each end */
            double w1 = sum_of(weight, label, 1, first[p], count[p]), w0 = sum_of(weight, label, 0, first[p], count[p]);
            assert_true(fabs(w1 - ones) < 1e-9);
            assert_true(fabs(w0 - (p < 2 ? ones : zeros)) < 1e-9); /* balanced, but not where it tests */
        }
        nsym_events_free(events);
    }
}

/* The parts that train and validate are weighed each by itself, so that neither knows of the other or of the test. */
static void densities_are_weighed_in_each_part_alone(void **state) {
    (void)state;
    nsym_data_card card = usual();
    nsym_events *events = load(card);
    nsym_parts parts = parts_of(events, &card);
    const double *label = column(events, "label"), *weight = column(events, "weight");
    size_t drawn = 0, plain = 0;
    for (size_t i = 0; i < events->count; i++) {
        if (i >= parts.test_first) assert_true(weight[i] == 1);
        if (i < parts.test_first && label[i] == 0) drawn += weight[i] != 1;
        if (i < parts.test_first && label[i] == 1) plain += weight[i] == 1;
    }
    assert_true(drawn > 150 && plain == (size_t)sum_of(NULL, label, 1, 0, parts.test_first));
    card.split.validation = 0.21; /* another division: the same order and labels, other weights */
    nsym_events *other = load(card);
    assert_memory_equal(label, column(other, "label"), events->count * sizeof *label);
    assert_memory_not_equal(weight, column(other, "weight"), events->count * sizeof *weight);
    nsym_events_free(events);
    nsym_events_free(other);
}

static void sweights_add_up_to_one_and_see_the_truth(void **state) {
    (void)state;
    nsym_events *events = load(usual());
    const double *s = column(events, "sweight_signal"), *b = column(events, "sweight_background");
    double yield = 0, n = (double)events->count, prompt = 0;
    for (size_t i = 0; i < events->count; i++) {
        assert_true(fabs(s[i] + b[i] - 1) < 1e-9);
        yield += s[i];
        prompt += column(events, "truth")[i];
    }
    assert_true(fabs(yield - prompt) < 0.1 * n); /* the fit's error of these events is about 3 % of them */
    nsym_events_free(events);
}

static void a_seed_gives_the_same_bits_and_another_seed_others(void **state) {
    (void)state;
    nsym_data_card card = usual(), reseeded = usual(), drawn = usual();
    reseeded.seed = 4;
    drawn.labels.fractions = 2, drawn.labels.fraction[0] = 0.95, drawn.labels.fraction[1] = 0.4;
    nsym_events *a = load(card), *again = load(card), *other = load(reseeded), *b = load(drawn), *b_again = load(drawn);
    assert_same(a, again);
    assert_same(b, b_again);
    assert_memory_not_equal(column(a, "mass"), column(other, "mass"), 1000 * sizeof(double));
    nsym_events_free(a);
    nsym_events_free(again);
    nsym_events_free(other);
    nsym_events_free(b);
    nsym_events_free(b_again);
}

static void observables_are_columns_and_the_built_in_truth_is_kept(void **state) {
    (void)state;
    nsym_data_card card = usual();
    card.labels.from = NSYM_LABELS_TRUTH;
    nsym_events *events = load(card);
    double iso[2] = {0}, n[2] = {0};
    for (size_t i = 0; i < events->count; i++) {
        int truth = (int)column(events, "truth")[i];
        assert_true(column(events, "label")[i] == truth);
        iso[truth] += column(events, "iso_pileup_0.4")[i];
        n[truth]++;
        assert_true(column(events, "sum_pt")[i] >= 0);
    }
    assert_true(iso[0] / n[0] > 2 * iso[1] / n[1]); /* a jet around those that are not prompt */
    nsym_events_free(events);
}

/* What the built-in source makes serves as a file. */
static char *file_of(const char *name, double weight, bool truth) {
    nsym_events *events, *some;
    nsym_muon_pairs_options options = nsym_muon_pairs_defaults();
    double *weights;
    options.activity.seed = 3;
    options.signal = 0.8;
    assert_int_equal(nsym_muon_pairs_generate(&events, &options, 0, 1800), NSYM_OK);
    assert_int_equal(nsym_events_columns(&some, events, 0, 1800), NSYM_OK);
    nsym_events *kept = truth ? events : some;
    if (weight >= 0) {
        assert_int_equal(nsym_events_add_column(kept, "weight", "", "", 1, &weights), NSYM_OK);
        for (size_t i = 0; i < 1800; i++) weights[i] = i == 7 ? weight : 1;
    }
    char *path = in_folder(name);
    assert_int_equal(nsym_events_write(kept, path), NSYM_OK);
    nsym_events_free(events);
    nsym_events_free(some);
    return path;
}

static void a_file_gives_what_the_built_in_events_give(void **state) {
    (void)state;
    nsym_data_card card = usual();
    nsym_events *built_in = load(card);
    card.source = &nsym_source_file;
    card.file = file_of("pairs.h5", -1, true);
    nsym_events *file = load(card);
    assert_same(built_in, file);
    nsym_events_free(file);
    card.file = file_of("ones.h5", 1, true);
    file = load(card);
    assert_memory_equal(column(built_in, "weight"), column(file, "weight"), file->count * sizeof(double));
    nsym_events_free(file);
    nsym_events_free(built_in);
}

static void files_that_cannot_serve_are_refused(void **state) {
    (void)state;
    nsym_data_card card = usual();
    card.source = &nsym_source_file;
    card.file = file_of("weights.h5", 0.5, true);
    refused(card, "weights.h5: row 8: weight is 0.5; events of two mixtures count once each");
    card.file = file_of("bare.h5", -1, false);
    refused(card, "bare.h5: ");
    card.observables[0] = 0; /* columns alone are enough where nothing reads particles */
    nsym_events_free(load(card));
    card.labels.mass[0] = 200, card.labels.mass[1] = 300;
    refused(card, "bare.h5: none of 1800 events has a mass in 200..300 GeV");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_has_its_share_of_either_label_and_only_those_that_train_have_weights),
        cmocka_unit_test(densities_are_weighed_in_each_part_alone),
        cmocka_unit_test(sweights_add_up_to_one_and_see_the_truth),
        cmocka_unit_test(a_seed_gives_the_same_bits_and_another_seed_others),
        cmocka_unit_test(observables_are_columns_and_the_built_in_truth_is_kept),
        cmocka_unit_test(a_file_gives_what_the_built_in_events_give),
        cmocka_unit_test(files_that_cannot_serve_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
