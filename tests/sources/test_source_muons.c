/* Samples of muons: their cells above a threshold, flat spectra, equal shares of the classes in every part. */
#include "sources/refused.h"
#include "sources/sample.h"
#include "study/card_text.h"
#include <nearsym/generate/muons.h>

static const nsym_data_card usual = {.source = &nsym_source_muons,
                                     .seed = 3,
                                     .file = "",
                                     .files = "",
                                     .folder = "",
                                     .particles = "",
                                     .define = "",
                                     .select = "",
                                     .events = 2000,
                                     .repeat = 1,
                                     .sides = 2,
                                     .grid = {32, 32},
                                     .copies = {.group = "", .symmetry = &nsym_rotate, .count = 1},
                                     .weights = {.flatten = 4},
                                     .split = {.test = 0.2, .shuffle = true, .group = true, .stratify = true}};

/* With cells or particles, in the usual pile-up. */
static nsym_data_card with_level(nsym_data_card card, bool particles) {
    nsym_source_muons.section->defaults(card.options, 0);
    card.options[0] = particles;
    return card;
}

static nsym_events *load(nsym_data_card card) {
    nsym_sample sample;
    card = with_level(card, card.options[0]);
    if (nsym_sample_load(&sample, &card, 2, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_int_equal(sample.shown->count, sample.events->count);
    assert_true((sample.pictures != NULL) == (card.sides > 0)); /* cells can be shown */
    nsym_events *events = sample.events;
    sample.events = NULL;
    nsym_sample_free(&sample);
    return events;
}

static void any_stretch_of_the_sample_has_its_share_of_either_class(void **state) {
    (void)state;
    nsym_events *events = load(usual);
    const double *label = column(events, "label");
    for (size_t first = 0; first < 2000; first += 100) {
        double ones = 0;
        for (size_t i = 0; i < 100; i++) ones += label[first + i];
        assert_true(ones == 50);
    }
    nsym_data_card drawn = usual;
    drawn.split.stratify = false;
    nsym_events *other = load(drawn);
    size_t differ = 0;
    for (size_t i = 0; i < 2000; i++) differ += column(other, "label")[i] != label[i];
    assert_true(differ > 800); /* 1000 +- 22 */
    /* within a class the order is the one that was drawn */
    for (int c = 0; c < 2; c++)
        for (size_t i = 0, k = 0; i < 2000; i++) {
            if (label[i] != c) continue;
            while (column(other, "label")[k] != c) k++;
            assert_true(column(events, "mu_phi")[i] == column(other, "mu_phi")[k++]);
        }
    nsym_events_free(events);
    nsym_events_free(other);
}

/* Aligned cells are cells of the same grid, each once, at its middle; what is lost has left the grid. */
static void aligned_cells_are_summed_anew(void **state) {
    (void)state;
    nsym_data_card card = usual;
    card.align = true;
    nsym_events *plain = load(usual), *turned = load(card);
    double before = 0, after = 0, xx = 0, yy = 0;
    size_t seen[32 * 32] = {0};
    assert_int_equal(plain->count, turned->count);
    for (size_t i = 0; i < turned->count; i++) {
        for (uint64_t p = plain->offsets[i]; p < plain->offsets[i + 1]; p++)
            before += plain->particles[p * plain->features + nsym_events_feature(plain, "pt")];
        for (uint64_t p = turned->offsets[i]; p < turned->offsets[i + 1]; p++) {
            const double *cell = turned->particles + p * turned->features;
            double pt = cell[nsym_events_feature(turned, "pt")], x = cell[nsym_events_feature(turned, "d_eta")],
                   y = cell[nsym_events_feature(turned, "d_phi")];
            size_t number = (size_t)cell[nsym_events_feature(turned, "cell")];
            assert_true(number < 32 * 32 && seen[number] != i + 1);
            seen[number] = i + 1;
            assert_true(fabs(x - (((double)(number / 32) + 0.5) / 16 - 1) * NSYM_MUONS_RADIUS) < 1e-12);
            assert_true(fabs(y - (((double)(number % 32) + 0.5) / 16 - 1) * NSYM_MUONS_RADIUS) < 1e-12);
            after += pt, xx += pt * x * x, yy += pt * y * y;
        }
    }
    assert_true(after <= before && after > 0.97 * before);
    assert_true(yy > 1.3 * xx);
    nsym_events_free(plain);
    nsym_events_free(turned);
}

static void alignment_needs_positions_and_their_grid(void **state) {
    (void)state;
    nsym_data_card card = usual;
    card.align = true;
    card.sides = 0;
    refused(card, "and needs their grid: set data.cells");
}

static void unequal_classes_have_their_shares_too(void **state) {
    (void)state;
    nsym_muons_options options = nsym_muons_defaults();
    nsym_events *events;
    options.signal = 0.07;
    assert_int_equal(nsym_muons_generate(&events, &options, 0, 1000), NSYM_OK);
    nsym_data_card card = usual;
    card.source = &nsym_source_file;
    card.file = in_folder("rare.h5");
    assert_int_equal(nsym_events_write(events, card.file), NSYM_OK);
    nsym_events_free(events);
    events = load(card);
    for (size_t first = 0; first < 1000; first += 100) {
        double ones = 0;
        for (size_t i = 0; i < 100; i++) ones += column(events, "label")[first + i];
        assert_true(fabs(ones - 7) <= 1);
    }
    nsym_events_free(events);
}

static void each_class_is_flat_in_pt_and_eta(void **state) {
    (void)state;
    nsym_events *events = load(usual);
    double sum[2][16] = {{0}}, range[2][2] = {{INFINITY, -INFINITY}, {INFINITY, -INFINITY}};
    const double *value[] = {column(events, "mu_pt"), column(events, "mu_eta")};
    for (size_t i = 0; i < 4000; i++) {
        double v = value[i % 2][i / 2];
        range[i % 2][0] = fmin(range[i % 2][0], v), range[i % 2][1] = fmax(range[i % 2][1], v);
    }
    for (size_t i = 0; i < 2000; i++) {
        size_t bin = 0;
        for (size_t k = 0; k < 2; k++) {
            size_t at = (size_t)(4 * (value[k][i] - range[k][0]) / (range[k][1] - range[k][0]));
            bin = 4 * bin + (at < 4 ? at : 3);
        }
        sum[column(events, "label")[i] == 1][bin] += column(events, "weight")[i];
    }
    for (size_t k = 0; k < 32; k++) assert_true(fabs(sum[k / 16][k % 16] - 1000. / 16) < 1e-9);
    nsym_events_free(events);
    nsym_data_card plain = usual;
    plain.weights.flatten = 0;
    events = load(plain);
    for (size_t i = 0; i < 2000; i++) assert_true(column(events, "weight")[i] == 1);
    nsym_events_free(events);
}

static void cells_below_the_threshold_are_left_out(void **state) {
    (void)state;
    nsym_data_card card = usual;
    card.detector.threshold = 0.5;
    nsym_events *all = load(usual), *some = load(card);
    size_t pt = nsym_events_feature(all, "pt"), kept = 0;
    for (size_t i = 0; i < 2000; i++) {
        uint64_t at = some->offsets[i];
        for (uint64_t row = all->offsets[i]; row < all->offsets[i + 1]; row++) {
            const double *cell = all->particles + row * all->features;
            if (cell[pt] < 0.5) continue;
            assert_memory_equal(cell, some->particles + at * some->features, all->features * sizeof *cell);
            at++, kept++;
        }
        assert_int_equal(at, some->offsets[i + 1]);
    }
    assert_true(kept > 2000 && kept < all->offsets[2000] / 2);
    nsym_events_free(all);
    nsym_events_free(some);
    card.detector.threshold = 1e5;
    refused(card, "no event has a particle or cell of at least 100000 GeV (detector.threshold)");
}

static void particles_have_kinds_and_no_pictures(void **state) {
    (void)state;
    nsym_data_card card = usual;
    card = with_level(card, true);
    card.sides = 0;
    nsym_events *events = load(card);
    assert_true(nsym_events_feature(events, "kind") != NSYM_NONE);
    assert_true(nsym_events_feature(events, "cell") == NSYM_NONE);
    nsym_events_free(events);
}

static void a_seed_gives_the_same_bits_and_another_seed_others(void **state) {
    (void)state;
    nsym_data_card reseeded = usual;
    reseeded.seed = 4;
    nsym_events *a = load(usual), *again = load(usual), *other = load(reseeded);
    assert_same(a, again);
    assert_memory_not_equal(column(a, "mu_pt"), column(other, "mu_pt"), 2000 * sizeof(double));
    nsym_events_free(a);
    nsym_events_free(again);
    nsym_events_free(other);
}

static void refused_text(const char *text, const char *words) {
    nsym_data_card card = usual;
    card.source = &nsym_source_file;
    card.file = in_folder("text.csv");
    write_bytes(card.file, text, strlen(text));
    refused(card, words);
    assert_says("text.csv: ");
}

static void files_that_cannot_serve_are_refused(void **state) {
    (void)state;
    refused_text("label,mu_pt,mu_eta,pt_0,cell_0,pt_1,cell_1\n1,10,0,3,0,1,2\n0,11,1,1,1,-0.5,3\n",
                 "row 2: pt of particle 2 is -0.5");
    refused_text("label,mu_pt,mu_eta,pt_0,cell_0,pt_1,cell_1\n1,10,0,nan,0,1,2\n0,11,1,1,1,1,3\n",
                 "row 1: pt of particle 1 is");
    refused_text("label,mu_pt,mu_eta,pt_0,cell_0,pt_1,cell_1\n1,10,0,3,0,inf,2\n0,11,1,1,1,1,3\n",
                 "row 1: pt of particle 2 is inf");
    refused_text("label,mu_pt,mu_eta,pt_0,cell_0,pt_1,cell_1\n1,10,0,0,0,0,2\n0,11,1,0,1,0,3\n",
                 "no event has a particle with pt above 0");
    refused_text("label,mu_pt,mu_eta,pt_0,cell_0,pt_1,cell_1\n1,10,0,1,0,1,2\n1,11,1,2,1,1,3\n",
                 "the weights of the events with label 0 sum to 0");
    refused_text("label,mu_pt,pt_0,cell_0,pt_1,cell_1\n1,10,1,0,1,2\n0,11,2,1,1,3\n",
                 "there is no column 'mu_eta' of one value");
    refused_text("label,mu_pt,mu_eta,pt_0,cell_0,pt_1,cell_1\n1,nan,0,1,0,1,2\n0,11,1,2,1,1,3\n",
                 "the value to be made flat is");
    refused_text("mu_pt,mu_eta,pt_0,cell_0,pt_1,cell_1\n10,0,1,0,1,2\n11,1,2,1,1,3\n", "there is no column 'label'");
    refused_text("label,mu_pt,mu_eta,pt_0,cell_0,pt_1,cell_1\n1,10,0,1,0,1,2\n0,11,1,2,1,1,1024\n",
                 "cell is 1024, must be below 1024");
}

/* A threshold needs what it cuts on; nothing else asks for particles of which there are no pictures. */
static void files_without_cells_of_some_pt_have_neither_threshold_nor_pictures(void **state) {
    (void)state;
    static const char *const texts[] = {"label,mu_pt,mu_eta\n1,10,0\n0,11,1\n",
                                        "label,mu_pt,mu_eta,e_0,cell_0,e_1,cell_1\n1,10,0,1,0,1,2\n0,11,1,2,1,1,3\n",
                                        "label,mu_pt,mu_eta,pt_0,pt_1\n1,10,0,1,1\n0,11,1,2,1\n"};
    for (size_t i = 0; i < 3; i++) {
        nsym_data_card card = usual;
        nsym_sample sample;
        card.source = &nsym_source_file;
        card.file = in_folder("bare.csv");
        write_bytes(card.file, texts[i], strlen(texts[i]));
        if (i != 1) {
            refused(card, "data.cells is the grid of particles that are cells, but these particles have no 'cell'");
            card.sides = 0;
        }
        assert_int_equal(nsym_sample_load(&sample, &card, 2, NULL), NSYM_OK);
        assert_null(sample.pictures);
        nsym_sample_free(&sample);
        card.detector.threshold = 0.5;
        if (i < 2) refused(card, "detector.threshold cuts on pt or energy, but the particles have neither");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_stretch_of_the_sample_has_its_share_of_either_class),
        cmocka_unit_test(aligned_cells_are_summed_anew),
        cmocka_unit_test(alignment_needs_positions_and_their_grid),
        cmocka_unit_test(unequal_classes_have_their_shares_too),
        cmocka_unit_test(each_class_is_flat_in_pt_and_eta),
        cmocka_unit_test(cells_below_the_threshold_are_left_out),
        cmocka_unit_test(particles_have_kinds_and_no_pictures),
        cmocka_unit_test(a_seed_gives_the_same_bits_and_another_seed_others),
        cmocka_unit_test(files_that_cannot_serve_are_refused),
        cmocka_unit_test(files_without_cells_of_some_pt_have_neither_threshold_nor_pictures),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
