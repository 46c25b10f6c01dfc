/* Any source with any copies, detector, labels, split and network: cards that no study foresaw. */
#include "sources/sample.h"
#include "study/card_text.h"
#include "transform/lorentz.h"
#include <nearsym/random.h>
#include <nearsym/splot.h>
#include <nearsym/study.h>

/* The sample of a card's model `m`. */
static nsym_sample sample_of(const char *text, nsym_run_card *card) {
    nsym_sample sample;
    nsym_tree *tree = opened(text, NULL, NULL);
    if (nsym_card_read(card, tree, "m") != NSYM_OK) fail_msg("%s", nsym_message());
    if (nsym_sample_load(&sample, &card->data, 2, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_tree_free(tree);
    return sample;
}

static double value(const nsym_events *events, const char *name, size_t row) {
    const nsym_column *column = nsym_events_column(events, name);
    if (!column) fail_msg("there is no column %s", name);
    return column->values[row];
}

#define PAIRS "data: {generate: dimuon, events: 200}\nsplit: {shuffle: false}\n"
#define MODEL "models: {m: {kind: pfn, particles: p4, particle_map: [4], latent: 2, hidden: [4]}}\n"

static void a_boosted_copy_has_the_same_mass_and_another_rapidity(void **state) {
    (void)state;
    nsym_run_card card;
    nsym_sample s = sample_of(PAIRS "copies: {where: before, transform: boost, values: [0, 0.5, -1]}\n" MODEL, &card);
    const double shift[] = {0, 0.5, -1};
    assert_int_equal(s.count, 400);
    for (size_t e = 0; e < s.count; e++) {
        assert_int_equal(s.groups[e + 1] - s.groups[e], 3);
        const double *first = s.events->particles + 8 * s.groups[e];
        for (size_t c = 0; c < 3; c++) {
            const double *p = s.events->particles + 8 * (s.groups[e] + c);
            assert_true(fabs(nsym_mass(p, 2) / nsym_mass(first, 2) - 1) < 1e-9);
            for (size_t k = 0; k < 8; k += 4)
                assert_true(fabs(atanh(p[k + 2] / p[k + 3]) - atanh(first[k + 2] / first[k + 3]) - shift[c]) < 1e-6);
            assert_true(value(s.events, "label", s.groups[e] + c) == value(s.events, "label", s.groups[e]));
        }
    }
    nsym_sample_free(&s);
}

/* The sample of PAIRS with copies by a transformation, made by so many workers. */
static nsym_sample sample_moved(const char *transform, const char *more, size_t seed, size_t jobs) {
    char text[512];
    nsym_run_card card;
    nsym_sample sample;
    snprintf(text, sizeof text,
             PAIRS "seed: %zu\ncopies: {where: before, transform: %s, values: random, count: 4%s}\n" MODEL, seed,
             transform, more);
    nsym_tree *tree = opened(text, NULL, NULL);
    if (nsym_card_read(&card, tree, "m") != NSYM_OK) fail_msg("%s", nsym_message());
    if (nsym_sample_load(&sample, &card.data, jobs, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_tree_free(tree);
    return sample;
}

static void random_copies_in_space_keep_the_mass_and_depend_on_the_seed_alone(void **state) {
    (void)state;
    static const char *const transforms[] = {"boost_transverse", "rotate_3d"}, *const more[] = {", range: 1", ""};
    for (size_t t = 0; t < 2; t++) {
        nsym_sample s = sample_moved(transforms[t], more[t], 3, 1), again = sample_moved(transforms[t], more[t], 3, 2),
                    other = sample_moved(transforms[t], more[t], 4, 1);
        assert_int_equal(s.events->count, 1600);
        assert_memory_equal(s.events->particles, again.events->particles, 1600 * 8 * sizeof(double));
        for (size_t e = 0; e < s.count; e++) {
            const double *first = s.events->particles + 8 * s.groups[e], *moved = first + 8;
            for (size_t c = 1; c < 4; c++, moved += 8) {
                assert_true(fabs(nsym_mass(moved, 2) / nsym_mass(first, 2) - 1) < 1e-9);
                assert_true(moved[0] != first[0] && moved[0] != moved[-8]);
                assert_true((moved[2] == first[2]) == (t == 0) && (moved[3] == first[3]) == (t == 1));
            }
            assert_true(other.events->particles[8 * other.groups[e] + 8] != first[8]);
        }
        nsym_sample_free(&s);
        nsym_sample_free(&again);
        nsym_sample_free(&other);
    }
}

/* Listed values boost along x. */
static void listed_transverse_boosts_are_along_x(void **state) {
    (void)state;
    nsym_run_card card;
    nsym_sample s =
        sample_of(PAIRS "copies: {where: after, transform: boost_transverse, values: [0, 0.5]}\n" MODEL, &card);
    for (size_t e = 0; e < s.count; e++) {
        const double *p = s.events->particles + 8 * s.groups[e];
        for (size_t k = 0; k < 8; k += 4) {
            assert_true(p[k + 8 + 1] == p[k + 1] && p[k + 8 + 2] == p[k + 2]);
            assert_true(fabs(atanh(p[k + 8] / p[k + 8 + 3]) - atanh(p[k] / p[k + 3]) - 0.5) < 1e-6);
        }
    }
    nsym_sample_free(&s);
}

static void copies_before_smearing_have_draws_of_their_own_and_leave_the_event_alone(void **state) {
    (void)state;
    nsym_run_card card;
    nsym_sample plain = sample_of(PAIRS "detector: {smear: {resolution: 0.1}}\n" MODEL, &card);
    nsym_sample before = sample_of(PAIRS "detector: {smear: {resolution: 0.1}}\n"
                                         "copies: {where: before, transform: boost, count: 3}\n" MODEL,
                                   &card);
    nsym_sample after = sample_of(PAIRS "detector: {smear: {resolution: 0.1}}\n"
                                        "copies: {where: after, transform: boost, count: 3}\n" MODEL,
                                  &card);
    assert_null(plain.groups);
    for (size_t e = 0; e < plain.count; e++) {
        double mass = value(plain.events, "mass", e);
        assert_true(value(before.events, "mass", before.groups[e]) == mass);
        assert_true(value(after.events, "mass", after.groups[e]) == mass);
        for (size_t c = 1; c < 3; c++) {
            assert_true(value(before.events, "mass", before.groups[e] + c) != mass); /* smeared anew */
            assert_true(fabs(value(after.events, "mass", after.groups[e] + c) / mass - 1) < 1e-9);
        }
    }
    nsym_sample_free(&plain);
    nsym_sample_free(&before);
    nsym_sample_free(&after);
}

/* 60 physical events, 1 to 3 rows each in a random order, with columns event, label and mass. */
static char *file_of_copies(void) {
    char *path = in_folder("copies.csv");
    FILE *file = fopen(path, "w");
    nsym_random random = nsym_random_stream(1, "copies", 0);
    size_t rows[180], n = 0;
    for (size_t e = 0; e < 60; e++)
        for (size_t c = 0; c <= e % 3; c++) rows[n++] = 10 * e + c;
    for (size_t i = n; i-- > 1;) {
        size_t k = nsym_random_below(&random, (uint32_t)i + 1), row = rows[i];
        rows[i] = rows[k], rows[k] = row;
    }
    fprintf(file, "event,copy,label,x\n");
    for (size_t i = 0; i < n; i++)
        fprintf(file, "%zu,%zu,%zu,%g\n", rows[i] / 10, rows[i] % 10, rows[i] / 10 % 2, nsym_random_uniform(&random));
    fclose(file);
    return path;
}

static void rows_of_one_event_stay_together(void **state) {
    (void)state;
    nsym_run_card card;
    char text[1024];
    for (int reserve = 0; reserve < 2; reserve++)
        for (int all = 0; all < 2; all++) {
            snprintf(text, sizeof text,
                     "data: {file: %s}\ncopies: {group: event, test: %s}\nsplit: {test: 0.25, reserve: %d}\n"
                     "models: {m: {kind: fcn, event: columns, columns: x, hidden: [4]}}\n",
                     file_of_copies(), all ? "all" : "one", reserve ? 45 : 0);
            nsym_sample s = sample_of(text, &card);
            nsym_parts parts;
            uint32_t *tests;
            assert_int_equal(nsym_sample_parts(&parts, &tests, &s, &card.data, 0), NSYM_OK);
            assert_int_equal(parts.train_count, 45);
            bool trains[60] = {false};
            for (size_t e = 0; e < parts.train_count; e++) {
                size_t first = nsym_part_first(&parts, e), event = (size_t)value(s.events, "event", first);
                assert_int_equal(nsym_part_rows(&parts, e), event % 3 + 1);
                for (size_t r = 0; r < nsym_part_rows(&parts, e); r++)
                    assert_int_equal((size_t)value(s.events, "event", first + r), event);
                trains[event] = true;
            }
            size_t expected = 0;
            for (size_t e = 0; e < 60; e++) expected += !trains[e] * (all ? e % 3 + 1 : 1);
            assert_int_equal(parts.test_count, expected);
            for (size_t i = 0; i < parts.test_count; i++)
                assert_false(trains[(size_t)value(s.events, "event", nsym_test_row(&parts, i))]);
            free(tests);
            nsym_sample_free(&s);
        }
}

static void objects_are_summed_in_cells(void **state) {
    (void)state;
    nsym_run_card card;
    nsym_sample s =
        sample_of("data: {generate: muons, events: 40}\nmuons: {level: particles}\n"
                  "detector: {cells: [16, 16], range: [-0.5, 0.5], threshold: 0.2}\nsplit: {shuffle: false}\n"
                  "models: {m: {kind: cnn, event: image, filters: [4], hidden: [4]}}\n",
                  &card);
    nsym_sample particles = sample_of("data: {generate: muons, events: 40}\nmuons: {level: particles}\n"
                                      "split: {shuffle: false}\n"
                                      "models: {m: {kind: pfn, particles: objects, particle_map: [4], latent: 2, "
                                      "hidden: [4]}}\n",
                                      &card);
    assert_string_equal(nsym_events_attribute(s.events, "grid"), "16x16");
    size_t cell = nsym_events_feature(s.events, "cell"), pt = nsym_events_feature(s.events, "pt"), seen = 0;
    for (size_t i = 0; i < s.events->count; i++) {
        double image[256] = {0};
        const nsym_events *p = particles.events;
        for (uint64_t k = p->offsets[i]; k < p->offsets[i + 1]; k++) {
            const double *q = p->particles + k * p->features;
            double x = q[nsym_events_feature(p, "d_eta")], y = q[nsym_events_feature(p, "d_phi")];
            if (fabs(x) >= 0.5 || fabs(y) >= 0.5) continue;
            image[(size_t)((x + 0.5) * 16) * 16 + (size_t)((y + 0.5) * 16)] += q[nsym_events_feature(p, "pt")];
        }
        for (uint64_t k = s.events->offsets[i]; k < s.events->offsets[i + 1]; k++) {
            const double *q = s.events->particles + k * s.events->features;
            assert_true(q[pt] >= 0.2 && fabs(image[(size_t)q[cell]] - q[pt]) < 1e-9);
            image[(size_t)q[cell]] = 0;
            seen++;
        }
        for (size_t c = 0; c < 256; c++) assert_true(image[c] < 0.2 + 1e-9); /* what is left is below the threshold */
    }
    assert_true(seen > 100);
    nsym_sample_free(&s);
    nsym_sample_free(&particles);
}

static void labelled_events_with_a_mass_are_judged_by_it(void **state) {
    (void)state;
    nsym_run_card card;
    nsym_sample s = sample_of("data: {generate: dimuon, events: 3000}\ndetector: {smear: {resolution: 0.02}}\n"
                              "splot: {mass: [70, 110], bootstraps: 0}\n" MODEL,
                              &card);
    assert_non_null(s.fits);
    assert_non_null(nsym_events_column(s.events, "sweight_signal"));
    nsym_sample_free(&s);
}

static void trained(const char *text, const char *const *set, double better) {
    nsym_study_options options = {.card = card_file(text), .set = set, .jobs = 1};
    nsym_trained out;
    while (set && set[options.sets]) options.sets++;
    if (nsym_study_train(&out, &options, NULL, in_folder("model.h5"), NULL, NULL) != NSYM_OK)
        fail_msg("%s", nsym_message());
    if (!(out.auc > better)) fail_msg("the AUC is %g, not above %g", out.auc, better);
    nsym_train_history_free(&out.history);
}

static void pairs_boosted_before_the_smearing_train_a_hybrid_with_a_penalty(void **state) {
    (void)state;
    trained("data: {generate: dimuon, events: 2000}\n"
            "copies: {where: before, transform: boost, count: 3}\n"
            "detector: {smear: {resolution: 0.1}}\n"
            "split: {validation: 0.1}\n"
            "train: {epochs: 4, sampling: each, shuffle: true, scale: true, invariance: 1}\n"
            "models:\n"
            "  m: {kind: hybrid, particles: p4, event: lorentz, gate: pt, particle_map: [16], event_map: [16],\n"
            "      gate_map: [8], latent: 4, hidden: [16], activation: silu}\n",
            NULL, 0.7); /* the mass alone gives .82 */
}

static void cells_train_a_hybrid_whose_gate_sees_columns(void **state) {
    (void)state;
    trained("data: {generate: showers, events: 2000}\n"
            "showers: {deposits: 8, noise: 4, points: 4}\n"
            "detector: {cells: [16, 16]}\n"
            "copies: {where: before, count: 4}\n"
            "split: {reserve: 800}\n"
            "train: {epochs: 12, batch: 64, sampling: each, shuffle: true, scale: true}\n"
            "models:\n"
            "  m: {kind: hybrid, particles: cells, event: columns, gate: columns, columns: log_ratio,\n"
            "      particle_map: [16], event_map: [8], gate_map: [8], latent: 4, hidden: [16]}\n",
            NULL, 0.65); /* log_ratio tells them as well as anything can */
}

static void folds_validate_for_any_source(void **state) {
    (void)state;
    const char *const set[] = {"split.folds=3", NULL};
    trained("data: {generate: muons, events: 1500}\n"
            "observables: [sum_pt, width]\n"
            "train: {epochs: 20, batch: 64, sampling: each, scale: true}\n"
            "models: {m: {kind: fcn, event: columns, columns: [sum_pt, width], hidden: [8]}}\n",
            set, 0.6);
}

static void settings_are_searched_for_any_source(void **state) {
    (void)state;
    static const char text[] =
        "study: s\ndata: {generate: dimuon, events: 100}\ndetector: {smear: {resolution: 0.1}}\nsplit: {folds: 2}\n"
        "train: {epochs: 2, sampling: each, scale: true, every_epoch: false}\n"
        "models: {m: {kind: fcn, event: lorentz, hidden: [4]}}\n"
        "experiments: {e: {members: 2, grid: {model: m}, search: {tries: 2, space: {train.batch: [16, 32]}}}}\n";
    char chosen[2048] = "";
    const nsym_study_options options = {.card = card_file(text), .jobs = 2, .out = in_folder("searched")};
    if (nsym_study_run(&options) != NSYM_OK) fail_msg("%s", nsym_message());
    FILE *file = fopen(in_folder("searched/chosen.yaml"), "r");
    assert_non_null(file);
    chosen[fread(chosen, 1, sizeof chosen - 1, file)] = '\0';
    fclose(file);
    assert_non_null(strstr(chosen, "train.batch:"));
    assert_non_null(strstr(chosen, "metric: validation_auc"));
}

/* What a card's model `m` is refused with. */
static void refused(const char *text, const char *words) {
    nsym_run_card card;
    nsym_sample sample = {0};
    nsym_tree *tree;
    nsym_status status = open_text(&tree, text, NULL, NULL);
    if (status == NSYM_OK) status = nsym_card_read(&card, tree, "m");
    if (status == NSYM_OK) status = nsym_sample_load(&sample, &card.data, 1, NULL);
    assert_int_not_equal(status, NSYM_OK);
    assert_says(words);
    nsym_tree_free(tree);
}

static void what_cannot_be_combined_is_refused(void **state) {
    (void)state;
    refused(PAIRS "detector: {cells: [4, 4]}\n" MODEL,
            "detector.cells sums positions in cells, but 'dimuon' has no positions");
    refused("data: {generate: showers}\ndetector: {smear: {resolution: 0.1}}\n" MODEL,
            "detector.smear acts on momenta, but 'showers' has none");
    refused(PAIRS "copies: {where: before, transform: shift_phi}\n" MODEL,
            "the particles lack the features that 'shift_phi' acts on: phi and eta, or d_phi and d_eta");
    refused(PAIRS "copies: {where: before, transform: rotate_3d}\n" MODEL,
            "copies.transform: rotate_3d needs copies.values: random");
    refused(PAIRS "copies: {where: before, transform: rotate_3d, values: [0, 90]}\n" MODEL,
            "copies.transform: rotate_3d needs copies.values: random");
    refused(PAIRS "copies: {group: event}\n" MODEL, "there is no column 'event' of one value an event");
    refused(PAIRS "splot: {mass: [70, 110]}\nlabels: {from: mixtures}\n" MODEL, "there is no column 'mu_pt'");
}

/* The sample of a card's model `m` cannot be made. */
static void not_made(const char *text, const char *words) {
    nsym_run_card card;
    nsym_sample sample;
    nsym_tree *tree = opened(text, NULL, NULL);
    if (nsym_card_read(&card, tree, "m") == NSYM_OK && nsym_sample_load(&sample, &card.data, 2, NULL) == NSYM_OK)
        fail_msg("taken, but \"%s\"", words);
    nsym_tree_free(tree);
    assert_says(words);
}

/* 40 events of four particles, in a csv of these features. */
static char *file_of_particles(const char *a, const char *b) {
    char *path = in_folder("particles.csv");
    FILE *file = fopen(path, "w");
    nsym_random random = nsym_random_stream(1, "particles", 0);
    fprintf(file, "label,pt");
    for (int j = 0; j < 4; j++) fprintf(file, ",pt_%d,%s_%d,%s_%d", j, a, j, b, j);
    for (int i = 0; i < 40; i++) {
        fprintf(file, "\n%d,%g", i % 2, 1 + nsym_random_uniform(&random) + i % 2);
        for (int j = 0; j < 4; j++)
            fprintf(file, ",%g,%g,0", 1 + nsym_random_uniform(&random), nsym_random_uniform(&random) - 0.5);
    }
    fclose(file);
    return path;
}

#define TABLE "models: {m: {kind: fcn, event: columns, columns: pt, hidden: [4]}}\n"

static void particles_without_a_plane_are_not_rotated(void **state) {
    (void)state;
    static const char *const sections[][2] = {
        {"split: {test: 0.5, reserve: 10}\nmeasure: {events: 5}\n", "measure.events rotates test events, but the"},
        {"copies: {where: before, transform: shift_phi, reflect: true}\n", "copies.reflect mirrors particles, but the"},
        {"copies: {where: before, transform: boost}\n",
         "copies.transform: the particles lack the features that 'boost'"},
        {"copies: {where: before, transform: boost_transverse}\n", "'boost_transverse' acts on: px, py and energy"}};
    char text[1024];
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        snprintf(text, sizeof text, "data: {file: %s}\n%s" TABLE, file_of_particles("eta", "phi"), sections[i][0]);
        not_made(text, sections[i][1]);
    }
}

/* What cells sum is shifted in phi, its second coordinate. */
static void positions_are_shifted_in_phi_before_cells(void **state) {
    (void)state;
    char text[1024];
    nsym_run_card card;
    snprintf(text, sizeof text,
             "data: {file: %s}\ndetector: {cells: [4, 4]}\nsplit: {shuffle: false}\n"
             "copies: {where: before, transform: shift_phi, values: [0, 40]}\n" TABLE,
             file_of_particles("d_eta", "d_phi"));
    nsym_sample s = sample_of(text, &card);
    size_t eta = nsym_events_feature(s.events, "d_eta"), phi = nsym_events_feature(s.events, "d_phi");
    for (size_t row = 0; row < s.events->count; row++) /* 40 degrees are 0.698; of 0 to 0.5 into 0.5 to 1 */
        for (uint64_t p = s.events->offsets[row]; p < s.events->offsets[row + 1]; p++) {
            const double *cell = s.events->particles + p * s.events->features;
            assert_true(fabs(cell[eta]) < 0.5 && cell[phi] == (row % 2 ? 0.75 : 0.25));
        }
    assert_int_equal(s.events->count, 80);
    nsym_sample_free(&s);
    snprintf(text, sizeof text,
             "data: {file: %s}\ndetector: {cells: [4, 4]}\ncopies: {where: before, transform: boost}\n" TABLE,
             file_of_particles("d_eta", "d_phi"));
    not_made(text, "the positions that detector.cells sums lack the features that 'boost' acts on");
}

/* What the first background event that tests weighs. */
static double first_test_weight(const char *sections) {
    char text[1024];
    nsym_run_card card;
    snprintf(text, sizeof text,
             "data: {file: %s}\nweights: {reweight: {binning: equal, bins: 3, low: 1, high: 3}}\n%s" TABLE,
             file_of_particles("d_eta", "d_phi"), sections);
    nsym_sample s = sample_of(text, &card);
    nsym_parts parts;
    uint32_t *tests;
    assert_int_equal(nsym_sample_parts(&parts, &tests, &s, &card.data, 0), NSYM_OK);
    size_t i = 0;
    while (value(s.events, "label", nsym_test_row(&parts, i)) == 1) i++; /* signal keeps its weight */
    double weight = value(s.events, "weight", nsym_test_row(&parts, i));
    free(tests);
    nsym_sample_free(&s);
    return weight;
}

/* Neither copies nor rotated test events change what an event weighs. */
static void an_event_weighs_the_same_with_copies(void **state) {
    (void)state;
    double plain = first_test_weight("split: {test: 0.5, reserve: 20}\n");
    assert_true(plain != 1);
    static const char *const others[] = {
        "split: {test: 0.5, reserve: 20}\nmeasure: {events: 3, rotations: 9}\n",
        "split: {test: 0.5, reserve: 20}\ncopies: {where: before, count: 5}\n",
        "split: {test: 0.5, reserve: 20}\ncopies: {where: before, count: 5, test: all}\n"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (first_test_weight(others[i]) != plain) fail_msg("%g: %s", first_test_weight(others[i]), others[i]);
    double whole = first_test_weight("split: {test: 0.5}\n");
    assert_true(first_test_weight("split: {test: 0.5}\ncopies: {where: before, count: 5}\n") == whole);
}

static void a_mass_judges_events_that_count_once(void **state) {
    (void)state;
    static const char text[] = "data: {generate: dimuon, events: 200}\nsplot: {mass: [71, 109]}\n%s" MODEL;
    char all[1024];
    snprintf(all, sizeof all, text, "copies: {where: before, transform: boost, test: all}\n");
    not_made(all, "copies.test is all, but splot.mass needs each test event only once");
    snprintf(all, sizeof all, text, "weights: {reweight: {binning: quantile, bins: 4}}\n");
    not_made(all, "but splot.mass needs events of weight 1");
}

static void a_reserve_without_what_validates_is_refused(void **state) {
    (void)state;
    not_made("data: {generate: dimuon, events: 200}\nsplit: {test: 0.5, reserve: 40, validation: 0.01}\n" MODEL,
             "split.validation is 0.01, less than one event of the reserve of 40");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_boosted_copy_has_the_same_mass_and_another_rapidity),
        cmocka_unit_test(random_copies_in_space_keep_the_mass_and_depend_on_the_seed_alone),
        cmocka_unit_test(listed_transverse_boosts_are_along_x),
        cmocka_unit_test(copies_before_smearing_have_draws_of_their_own_and_leave_the_event_alone),
        cmocka_unit_test(rows_of_one_event_stay_together),
        cmocka_unit_test(objects_are_summed_in_cells),
        cmocka_unit_test(labelled_events_with_a_mass_are_judged_by_it),
        cmocka_unit_test(pairs_boosted_before_the_smearing_train_a_hybrid_with_a_penalty),
        cmocka_unit_test(cells_train_a_hybrid_whose_gate_sees_columns),
        cmocka_unit_test(folds_validate_for_any_source),
        cmocka_unit_test(settings_are_searched_for_any_source),
        cmocka_unit_test(what_cannot_be_combined_is_refused),
        cmocka_unit_test(particles_without_a_plane_are_not_rotated),
        cmocka_unit_test(positions_are_shifted_in_phi_before_cells),
        cmocka_unit_test(an_event_weighs_the_same_with_copies),
        cmocka_unit_test(a_mass_judges_events_that_count_once),
        cmocka_unit_test(a_reserve_without_what_validates_is_refused)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
