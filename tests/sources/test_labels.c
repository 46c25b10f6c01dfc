/* Two mixtures in place of two classes: which events are taken, how they are labelled and weighed. */
#include "sources/labels.h"
#include "sources/sample.h"
#include "sources/weights.h"
#include "study/card_text.h"
#include <nearsym/generate/muon_pairs.h>
#include <nearsym/kde.h>
#include <nearsym/random.h>

enum { COLUMNS = 8 };

static char warning[NSYM_WARNING_SIZE], note[NSYM_NOTE_SIZE];

static const char *const names[COLUMNS] = {"mu_pt",  "mu_eta",  "mu_phi",  "mu_charge",
                                           "mu2_pt", "mu2_eta", "mu2_phi", "mu2_charge"};

static const nsym_labels_card plain = {
    .from = NSYM_LABELS_MIXTURES, .mass = {70, 110}, .signal_region = {84, 96}, .pt_min = 25, .eta_max = 2.1};

/* All pairs are taken. */
static const nsym_labels_card open_card = {
    .from = NSYM_LABELS_MIXTURES, .mass = {0, 1e6}, .signal_region = {84, 96}, .eta_max = 100};

static const nsym_weights_card described = {.kde = NSYM_KDE_DESCRIBED};

static void label(nsym_events **events, const nsym_labels_card *card, uint64_t seed) {
    if (nsym_labels_make(events, note, card, seed) != NSYM_OK) fail_msg("%s", nsym_message());
}

/* Events with these columns: rows (n, COLUMNS). */
static nsym_events *pairs(double rows[][COLUMNS], size_t n) {
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, n), NSYM_OK);
    for (size_t k = 0; k < COLUMNS; k++) {
        double *values;
        assert_int_equal(nsym_events_add_column(events, names[k], "", "", 1, &values), NSYM_OK);
        for (size_t i = 0; i < n; i++) values[i] = rows[i][k];
    }
    return events;
}

static double *add(nsym_events *events, const char *name, const double *from) {
    double *values;
    assert_int_equal(nsym_events_add_column(events, name, "", "", 1, &values), NSYM_OK);
    for (size_t i = 0; i < events->count; i++) values[i] = from ? from[i] : 1;
    return values;
}

/* Two back-to-back muons of 45 GeV, charges opposite: 90 GeV. */
#define BACK_TO_BACK                                                                                                   \
    { 45, 0, 0, 1, 45, 0, 3.14159265358979, -1 }

static void events_strictly_inside_the_cuts_are_kept_in_their_order(void **state) {
    (void)state;
    double rows[12][COLUMNS],
        mass[12] = {70, nextafter(70, 71), 90, 91, 92, 93, 94, 95, nextafter(110, 0), 110, 20, 88};
    for (size_t i = 0; i < 12; i++) memcpy(rows[i], (double[COLUMNS])BACK_TO_BACK, sizeof rows[i]);
    rows[3][0] = 25;                /* not above */
    rows[4][4] = nextafter(25, 26); /* above */
    rows[5][1] = -2.1;              /* not below */
    rows[6][5] = 2.1;
    rows[7][5] = -nextafter(2.1, 0);
    nsym_events *events = pairs(rows, 12);
    add(events, "mass", mass);
    label(&events, &plain, 1);
    static const size_t kept[] = {1, 2, 4, 7, 8, 11};
    assert_int_equal(events->count, 6);
    for (size_t k = 0; k < 6; k++) {
        assert_true(column(events, "mass")[k] == mass[kept[k]]);
        assert_true(column(events, "mu2_pt")[k] == rows[kept[k]][4]);
    }
    nsym_events_free(events);
}

/* m^2 = 2 pt1 pt2 (cosh(d eta) - cos(d phi)) of massless muons; those of 0.1057 GeV add 0.04 MeV at most here. */
static void a_mass_that_is_not_there_is_that_of_the_two_muons(void **state) {
    (void)state;
    double rows[200][COLUMNS];
    nsym_random random = nsym_random_stream(5, "pairs", 0);
    for (size_t i = 0; i < 200; i++)
        for (size_t k = 0; k < COLUMNS; k++) {
            double u = nsym_random_uniform(&random);
            rows[i][k] = k % 4 == 0   ? 30 + 40 * u
                         : k % 4 == 1 ? 4 * u - 2
                         : k % 4 == 2 ? 6.28 * u - 3.14
                         : u < 0.5    ? 1
                                      : -1;
        }
    memcpy(rows[0], (double[COLUMNS])BACK_TO_BACK, sizeof rows[0]);
    nsym_labels_card card = plain;
    card.mass[0] = 20, card.mass[1] = 1000;
    nsym_events *events = pairs(rows, 200);
    label(&events, &card, 1);
    assert_true(events->count > 150);
    for (size_t i = 0; i < events->count; i++) {
        double massless = 2 * column(events, "mu_pt")[i] * column(events, "mu2_pt")[i] *
                          (cosh(column(events, "mu_eta")[i] - column(events, "mu2_eta")[i]) -
                           cos(column(events, "mu_phi")[i] - column(events, "mu2_phi")[i]));
        double excess = column(events, "mass")[i] - sqrt(massless);
        assert_true(excess > 0 && excess < 5e-3); /* at most (2 m)^2 / mass, from 20 GeV on */
    }
    /* E = sqrt(45^2 + m^2) twice */
    assert_true(fabs(column(events, "mass")[0] - 2 * sqrt(45 * 45 + 0.1056583755 * 0.1056583755)) < 1e-12);
    nsym_events_free(events);
}

static void label_1_has_opposite_charges_and_a_mass_near_the_peak(void **state) {
    (void)state;
    double rows[8][COLUMNS], mass[8] = {84, 96, nextafter(84, 0), nextafter(96, 99), 90, 90, 90, 71};
    static const double expected[8] = {1, 1, 0, 0, 1, 0, 0, 0};
    for (size_t i = 0; i < 8; i++) memcpy(rows[i], (double[COLUMNS])BACK_TO_BACK, sizeof rows[i]);
    rows[4][3] = -1, rows[4][7] = 1;
    rows[5][7] = 1;
    rows[6][3] = -1;
    nsym_events *events = pairs(rows, 8);
    add(events, "mass", mass);
    label(&events, &plain, 1);
    assert_memory_equal(column(events, "label"), expected, sizeof expected);
    nsym_events_free(events);
}

static nsym_events *built_in(size_t n, double signal) {
    nsym_events *events;
    nsym_muon_pairs_options options = nsym_muon_pairs_defaults();
    options.activity.pile_up = 1;
    options.signal = signal;
    options.same_sign = 0.5;
    if (nsym_muon_pairs_generate(&events, &options, 0, n) != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

static void mixtures_are_drawn_with_the_fractions_asked_for(void **state) {
    (void)state;
    nsym_labels_card card = open_card;
    card.fractions = 2, card.fraction[0] = 0.99, card.fraction[1] = 0.56;
    nsym_events *events = built_in(20000, 0.93), *again = built_in(20000, 0.93), *other = built_in(20000, 0.93);
    label(&events, &card, 7);
    assert_int_equal(events->count, 20000);
    double count[2] = {0}, signal[2] = {0};
    for (size_t i = 0; i < events->count; i++) {
        int k = (int)column(events, "label")[i];
        count[k]++;
        signal[k] += column(events, "truth")[i];
    }
    for (int k = 0; k < 2; k++) {
        double f = card.fraction[1 - k];
        assert_true(fabs(signal[k] / count[k] - f) < 4 * sqrt(f * (1 - f) / count[k]));
    }
    /* n1 = (0.93 - 0.56) / (0.99 - 0.56) n */
    assert_true(fabs(count[1] / 20000 - 0.37 / 0.43) < 4 * sqrt(0.86 * 0.14 / 20000));
    label(&again, &card, 7);
    label(&other, &card, 8);
    assert_same(events, again);
    assert_memory_not_equal(column(events, "label"), column(other, "label"), 20000 * sizeof(double));
    nsym_events_free(events);
    nsym_events_free(again);
    nsym_events_free(other);
}

static void labels_may_be_the_truth(void **state) {
    (void)state;
    nsym_labels_card card = open_card;
    const nsym_weights_card balanced = {.balance = true};
    card.from = NSYM_LABELS_TRUTH;
    for (card.fractions = 0; card.fractions <= 2; card.fractions += 2) { /* which it leaves aside */
        card.fraction[0] = 0.99, card.fraction[1] = 0.56;
        nsym_events *events = built_in(500, 0.8);
        label(&events, &card, 7);
        assert_memory_equal(column(events, "label"), column(events, "truth"), 500 * sizeof(double));
        add(events, "weight", NULL);
        assert_int_equal(nsym_weights_match(warning, events, 0, 500, &balanced, 2), NSYM_OK);
        for (size_t i = 0; i < 500; i++)
            assert_true(column(events, "weight")[i] == (column(events, "truth")[i] == 1 ? 1 : 4));
        nsym_events_free(events);
    }
}

/* Largest difference of the weighted distributions of two groups in a column. */
static double ks(const nsym_events *events, const char *name, const double *group) {
    const double *value = column(events, name), *weight = column(events, "weight");
    double total[2] = {0}, most = 0;
    for (size_t i = 0; i < events->count; i++) total[group[i] == 1] += weight[i];
    for (size_t k = 0; k < events->count; k += 7) {
        double below[2] = {0};
        for (size_t i = 0; i < events->count; i++)
            if (value[i] <= value[k]) below[group[i] == 1] += weight[i];
        most = fmax(most, fabs(below[0] / total[0] - below[1] / total[1]));
    }
    return most;
}

/* Both recipes: the group that gets weights, and how its spectra come nearer to the others'. */
static void check_densities(nsym_kde_weights kde, bool by_charge) {
    const nsym_weights_card card = {.kde = kde};
    nsym_events *events = built_in(4000, 0.6);
    label(&events, &open_card, 7);
    double *weight = add(events, "weight", NULL), *group = calloc(4000, sizeof *group);
    size_t changed = 0, sources = 0;
    for (size_t i = 0; i < 4000; i++)
        group[i] =
            by_charge ? column(events, "mu_charge")[i] != column(events, "mu2_charge")[i] : column(events, "label")[i];
    double before[] = {ks(events, "mu_pt", group), ks(events, "mu_eta", group)};
    assert_int_equal(nsym_weights_match(warning, events, 0, 4000, &card, 2), NSYM_OK);
    for (size_t i = 0; i < 4000; i++) {
        sources += group[i] == 0;
        changed += weight[i] != 1;
        assert_true(weight[i] >= 0 && (group[i] == 0 || weight[i] == 1)); /* 0: far out, where no target is */
    }
    assert_true(sources > 500 && changed == sources);
    assert_true(before[0] > 0.1 && ks(events, "mu_pt", group) < before[0] / 3);
    assert_true(ks(events, "mu_eta", group) < fmax(before[1], 0.05));
    free(group);
    nsym_events_free(events);
}

static void as_published_same_sign_events_get_the_spectra_of_the_others(void **state) {
    (void)state;
    check_densities(NSYM_KDE_PUBLISHED, true);
}

static void as_described_label_0_gets_the_spectra_of_label_1(void **state) {
    (void)state;
    check_densities(NSYM_KDE_DESCRIBED, false);
}

/* The rarer label is multiplied by the ratio of sums, behind what the densities gave; events outside keep theirs. */
static void labels_are_balanced_by_their_numbers(void **state) {
    (void)state;
    for (int k = 0; k < 3; k++) {
        nsym_weights_card card = {.kde = (nsym_kde_weights)k};
        nsym_events *a = built_in(1500, 0.6), *b = built_in(1500, 0.6);
        nsym_events *both[] = {a, b};
        double count[2] = {0};
        for (int e = 0; e < 2; e++) {
            card.balance = e;
            label(&both[e], &open_card, 7);
            double *weight = add(both[e], "weight", NULL);
            for (size_t i = 0; i < 1500; i++) weight[i] = 17;
            assert_int_equal(nsym_weights_match(warning, both[e], 100, 1200, &card, 2), NSYM_OK);
        }
        a = both[0], b = both[1];
        for (size_t i = 100; i < 1300; i++) count[column(a, "label")[i] == 1]++;
        int rare = count[1] < count[0];
        for (size_t i = 0; i < 1500; i++) {
            double before = column(a, "weight")[i];
            bool inside = i >= 100 && i < 1300, is_rare = (column(a, "label")[i] == 1) == rare;
            assert_true(inside || before == 17);
            assert_true(column(b, "weight")[i] == (inside && is_rare ? before * (count[!rare] / count[rare]) : before));
        }
        nsym_events_free(a);
        nsym_events_free(b);
    }
}

static void refused_selection(nsym_events *events, const nsym_labels_card *card, const char *words) {
    nsym_events *before = events;
    assert_int_not_equal(nsym_labels_make(&events, note, card, 1), NSYM_OK);
    assert_true(events == before); /* still the caller's */
    assert_says(words);
    nsym_events_free(events);
}

static void events_that_cannot_be_selected_from_are_refused(void **state) {
    (void)state;
    double rows[2][COLUMNS] = {BACK_TO_BACK, BACK_TO_BACK}, mass[2] = {90, NAN};
    nsym_events *events = pairs(rows, 2);
    add(events, "mass", mass);
    refused_selection(events, &plain, "row 2: the mass is");
    for (size_t k = 0; k < 2; k++) {
        double wrong[2][COLUMNS] = {BACK_TO_BACK, BACK_TO_BACK};
        mass[1] = 90;
        wrong[1][4 * k] = k ? INFINITY : NAN;
        events = pairs(wrong, 2);
        add(events, "mass", mass);
        refused_selection(events, &plain, k ? "row 2: the second muon has pt inf" : "row 2: the first muon has pt");
    }
    nsym_labels_card card = plain;
    card.mass[0] = 200, card.mass[1] = 300;
    refused_selection(pairs(rows, 2), &card, "none of 2 events has a mass in 200..300 GeV");
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    refused_selection(
        events, &plain,
        "there is no column 'mass', and it cannot be computed from the muons: there is no column 'mu_pt'");
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    add(events, "mass", NULL);
    refused_selection(events, &plain, "there is no column 'mu_pt'");
    events = pairs(rows, 2);
    double *wide;
    assert_int_equal(nsym_events_add_column(events, "mass", "", "", 2, &wide), NSYM_OK);
    refused_selection(events, &plain, "there is no column 'mass' of one value an event");
}

static void refused_labels(nsym_events *events, const nsym_labels_card *card, const char *words) {
    assert_int_not_equal(nsym_labels_make(&events, note, card, 1), NSYM_OK);
    assert_says(words);
    nsym_events_free(events);
}

static void labels_that_cannot_be_are_refused(void **state) {
    (void)state;
    static const double peak[2] = {90, 71};
    for (size_t k = 0; k < 4; k++) {
        static const double charges[] = {0, NAN, INFINITY, 1};
        static const char *const words[] = {"row 2: mu2_charge is 0, must be a charge", "row 2: mu2_charge is",
                                            "row 2: mu2_charge is inf",
                                            "0 of 2 events have label 1; both mixtures need events"};
        double rows[2][COLUMNS] = {BACK_TO_BACK, BACK_TO_BACK};
        rows[1][7] = charges[k];
        if (k == 3) rows[0][7] = 1; /* all of the same sign */
        nsym_events *events = pairs(rows, 2);
        add(events, "mass", peak);
        refused_labels(events, &plain, words[k]);
    }
    double rows[2][COLUMNS] = {BACK_TO_BACK, BACK_TO_BACK};
    nsym_events *events = pairs(rows, 2);
    static const double beside[2] = {83, 97};
    add(events, "mass", beside);
    refused_labels(events, &plain, "0 of 2 events have label 1");
    nsym_labels_card card = plain;
    card.from = NSYM_LABELS_TRUTH;
    events = pairs(rows, 2);
    add(events, "mass", peak);
    refused_labels(events, &card, "there is no column 'truth'");
    static const double truths[][2] = {{1, 1}, {1, NAN}, {1, 2}};
    static const char *const words[] = {"2 of 2 events have label 1", "row 2: truth is",
                                        "row 2: truth is 2, must be 0 or 1"};
    for (size_t k = 0; k < 4; k++) {
        if (k == 3) card.from = NSYM_LABELS_MIXTURES; /* it is measured by, then */
        events = pairs(rows, 2);
        add(events, "mass", peak);
        add(events, "truth", truths[k < 2 ? k : 2]);
        refused_labels(events, &card, words[k < 2 ? k : 2]);
    }
}

static void a_label_that_is_there_already_is_not_replaced(void **state) {
    (void)state;
    double rows[2][COLUMNS] = {BACK_TO_BACK, BACK_TO_BACK};
    static const double peak[2] = {90, 71};
    nsym_events *events = pairs(rows, 2);
    add(events, "mass", peak);
    add(events, "label", NULL);
    refused_labels(events, &plain, "there is a column 'label' already");
}

static void fractions_that_events_cannot_have_are_refused(void **state) {
    (void)state;
    static const double signals[] = {0.93, 0.5}, fractions[][2] = {{0.9, 0.5}, {0.99, 0.56}};
    for (size_t k = 0; k < 2; k++) { /* more signal than in either mixture, less than in either */
        nsym_labels_card card = open_card;
        card.fractions = 2;
        memcpy(card.fraction, fractions[k], sizeof card.fraction);
        refused_labels(built_in(1000, signals[k]), &card,
                       k ? "the signal fraction of the events is 0.5, which must lie between them"
                         : "the signal fraction of the events is 0.93");
    }
}

/* Weights of label 0 by pT alone: what kernel densities in one dimension give, which test_kde.c holds against scipy. */
static void check_weights_by_pt(const nsym_events *events, const double *weight) {
    double target[2000], source[2000], ratio[2000];
    size_t n[2] = {0};
    for (size_t i = 0; i < 2000; i++) {
        int one = column(events, "label")[i] == 1;
        (one ? target : source)[n[one]++] = column(events, "mu_pt")[i];
    }
    assert_int_equal(nsym_kde_ratio(ratio, source, n[0], target, n[1], source, n[0], 1, 0, 2), NSYM_OK);
    for (size_t i = 0, k = 0; i < 2000; i++)
        if (column(events, "label")[i] != 1) assert_true(weight[i] == ratio[k++]);
}

/* mu_eta is one number, or so but for what rounding in single or double precision adds. */
static void a_coordinate_that_does_not_vary_is_left_out_and_told(void **state) {
    (void)state;
    for (int noise = 0; noise < 4; noise++) {
        nsym_events *events = built_in(2000, 0.6);
        nsym_random random = nsym_random_stream(4, "noise", 0);
        label(&events, &open_card, 7);
        double *weight = add(events, "weight", NULL), *eta = column(events, "mu_eta");
        for (size_t i = 0; i < 2000; i++) {
            double far = 2 * nsym_random_uniform(&random) - 1;
            const double same[] = {0.5, -0.3 + 1e-15 * far, (double)(float)(1.7 + 1e-7 * far), 0};
            eta[i] = same[noise];
        }
        warning[0] = '\0';
        assert_int_equal(nsym_weights_match(warning, events, 0, 2000, &described, 2), NSYM_OK);
        assert_string_equal(warning, "weights.kde: mu_eta is the same in all events, so only mu_pt is used for "
                                     "their weights");
        check_weights_by_pt(events, weight);
        nsym_events_free(events);
    }
}

static void a_coordinate_that_varies_in_one_group_alone_is_refused(void **state) {
    (void)state;
    static const char *const says[] = {"mu_eta does not vary in one of the groups",
                                       "mu_eta does not vary in one of the groups", "neither mu_eta nor mu_pt varies"};
    for (int k = 0; k < 3; k++) { /* one group, two numbers, both coordinates */
        nsym_events *events = built_in(2000, 0.6);
        label(&events, &open_card, 7);
        add(events, "weight", NULL);
        for (size_t i = 0; i < 2000; i++) {
            bool one = column(events, "label")[i] == 1;
            if (one || k > 0) column(events, "mu_eta")[i] = k == 1 && one ? 1 : 0.5;
            if (k == 2) column(events, "mu_pt")[i] = 30;
        }
        assert_int_equal(nsym_weights_match(warning, events, 0, 2000, &described, 2), NSYM_ENUMERIC);
        assert_says(says[k]);
        nsym_events_free(events);
    }
}

static void weights_without_densities_are_refused(void **state) {
    (void)state;
    double rows[3][COLUMNS] = {BACK_TO_BACK, BACK_TO_BACK, BACK_TO_BACK}, mass[3] = {90, 90, 71};
    for (int k = 0; k < 2; k++) {
        const nsym_weights_card card = {.kde = k ? NSYM_KDE_PUBLISHED : NSYM_KDE_DESCRIBED};
        nsym_events *events = pairs(rows, 3);
        add(events, "mass", mass);
        add(events, "weight", NULL);
        label(&events, &plain, 1);
        assert_int_not_equal(nsym_weights_match(warning, events, 0, 3, &card, 2), NSYM_OK);
        assert_says(k ? "of 3 events for 0 (weights.kde): " : "kernel densities in (mu_eta, mu_pt) of 2 events for 1");
        nsym_events_free(events);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_strictly_inside_the_cuts_are_kept_in_their_order),
        cmocka_unit_test(a_mass_that_is_not_there_is_that_of_the_two_muons),
        cmocka_unit_test(label_1_has_opposite_charges_and_a_mass_near_the_peak),
        cmocka_unit_test(mixtures_are_drawn_with_the_fractions_asked_for),
        cmocka_unit_test(labels_may_be_the_truth),
        cmocka_unit_test(as_published_same_sign_events_get_the_spectra_of_the_others),
        cmocka_unit_test(as_described_label_0_gets_the_spectra_of_label_1),
        cmocka_unit_test(a_coordinate_that_does_not_vary_is_left_out_and_told),
        cmocka_unit_test(a_coordinate_that_varies_in_one_group_alone_is_refused),
        cmocka_unit_test(labels_are_balanced_by_their_numbers),
        cmocka_unit_test(events_that_cannot_be_selected_from_are_refused),
        cmocka_unit_test(labels_that_cannot_be_are_refused),
        cmocka_unit_test(a_label_that_is_there_already_is_not_replaced),
        cmocka_unit_test(fractions_that_events_cannot_have_are_refused),
        cmocka_unit_test(weights_without_densities_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
