#include "data/temporary.h"

#include <nearsym/generate/muons.h>
#include <nearsym/pixels.h>
#include <nearsym/stats.h>

enum { CELLS = NSYM_MUONS_SIDE * NSYM_MUONS_SIDE };

static nsym_events *generate(const nsym_muons_options *options, uint64_t first, size_t count) {
    nsym_events *events;
    if (nsym_muons_generate(&events, options, first, count) != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

static void refused(const nsym_muons_options *options, const char *words) {
    assert_int_equal(nsym_muons_write(options, in_folder("refused.h5")), NSYM_EINVAL);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_int_equal(empty_folder(), 0);
    nsym_events *none;
    if (options->events == 0) return;
    assert_int_equal(nsym_muons_generate(&none, options, 0, 1), NSYM_EINVAL);
    assert_null(none);
}

static void options_out_of_range_are_refused_by_name(void **state) {
    (void)state;
    const nsym_muons_options right = nsym_muons_defaults();
    nsym_muons_options o = right;
    o.events = 0;
    refused(&o, "events is 0, must be at least 1");
    o = right, o.signal = 1.01;
    refused(&o, "signal is 1.01, must be 0 to 1");
    o = right, o.threshold_gev = NAN;
    refused(&o, "threshold_gev is nan");
    o = right, o.level = (nsym_muons_level)7;
    refused(&o, "no level has the number 7");
    o = right, o.mu_pt_min_gev = 15;
    refused(&o, "mu_pt_min_gev is 15, must be below mu_pt_max_gev, 15");
    o = right, o.nonprompt_bow = -1;
    refused(&o, "nonprompt_bow is -1");
    o = right, o.activity.radius = 0.45;
    refused(&o, "activity.radius is 0.45, must be 0.47 to 1");
    o = right, o.activity.pile_up = -1;
    refused(&o, "pile_up is -1");
    o = right, o.mu_pt_min_gev = 0.01, o.mu_pt_max_gev = 0.3;
    refused(&o, "does not reach the calorimeter");
    nsym_events *none;
    assert_int_equal(nsym_muons_generate(&none, &right, 0, SIZE_MAX / 2), NSYM_ENOMEM);
    assert_null(none);
    none = generate(&right, 5, 0);
    assert_int_equal(none->count, 0);
    nsym_events_free(none);
}

static void a_file_is_the_same_for_any_number_of_workers(void **state) {
    (void)state;
    nsym_muons_options o = nsym_muons_defaults();
    o.events = 20000; /* three blocks */
    o.activity.pile_up = 5;
    for (int level = 0; level < 2; level++) {
        o.level = level ? NSYM_MUONS_CELLS : NSYM_MUONS_PARTICLES;
        o.workers = 1;
        assert_int_equal(nsym_muons_write(&o, in_folder("one.h5")), NSYM_OK);
        o.workers = 5;
        assert_int_equal(nsym_muons_write(&o, in_folder("five.h5")), NSYM_OK);
        nsym_events *one = read_events(in_folder("one.h5")), *five = read_events(in_folder("five.h5"));
        nsym_events *whole = generate(&o, 0, o.events), *part = generate(&o, 12345, 3);
        assert_same(whole, one);
        assert_same(one, five);
        assert_true(column(part, "mu_pt")[1] == column(whole, "mu_pt")[12346]);
        assert_memory_equal(part->particles, whole->particles + 4 * whole->offsets[12345],
                            4 * part->offsets[3] * sizeof *part->particles);
        assert_string_equal(nsym_events_attribute(one, "level"), level ? "cells" : "particles");
        assert_string_equal(nsym_events_attribute(one, "pile_up"), "5");
        assert_string_equal(nsym_events_attribute(one, "generator"), "nearsym muons");
        nsym_events_free(one);
        nsym_events_free(five);
        nsym_events_free(whole);
        nsym_events_free(part);
        assert_int_equal(empty_folder(), 2);
    }
}

static bool always(void) {
    return true;
}

static void what_is_stopped_or_cannot_be_written_leaves_nothing(void **state) {
    (void)state;
    nsym_muons_options o = nsym_muons_defaults();
    o.events = 20000, o.workers = 2, o.stop = always;
    assert_int_equal(nsym_muons_write(&o, in_folder("stopped.h5")), NSYM_EINTERRUPTED);
    assert_non_null(strstr(nsym_message(), "after 0 of 20000 events"));
    nsym_events *events;
    assert_int_equal(nsym_muons_generate(&events, &o, 0, 10), NSYM_EINTERRUPTED);
    assert_null(events);
    o.stop = NULL, o.events = 10;
    assert_int_equal(nsym_muons_write(&o, in_folder("no/folder.h5")), NSYM_EIO);
    assert_int_equal(nsym_muons_write(&o, in_folder("ending.xyz")), NSYM_EINVAL);
    assert_int_equal(empty_folder(), 0);
}

static void the_share_of_signal_is_exact(void **state) {
    (void)state;
    nsym_muons_options o = nsym_muons_defaults();
    const double shares[] = {0, 0.1, 0.5, 0.7, 1};
    o.activity.pile_up = 0;
    for (size_t s = 0; s < 5; s++) {
        o.signal = shares[s];
        nsym_events *events = generate(&o, 0, 1000);
        double sum = 0;
        for (size_t i = 0; i < 1000; i++) {
            double label = column(events, "label")[i];
            assert_true(label == 0 || label == 1);
            if (s == 2) assert_true(label == (double)(i % 2));
            sum += label;
        }
        assert_true(fabs(sum - 1000 * shares[s]) <= 1); /* the share may be rounded to just below a whole number */
        nsym_events_free(events);
    }
}

/* The mean of n values of that mean and variance lies within five standard errors. */
static void assert_near(double mean, double expected, double variance, double n, const char *what) {
    if (!(fabs(mean - expected) < 5 * sqrt(variance / n))) fail_msg("%s is %g, not %g", what, mean, expected);
}

/* The means of the truncated exponential, of the truncated power and of eta^2, in closed form. */
static void muons_have_the_spectra_of_their_class(void **state) {
    (void)state;
    enum { EVENTS = 40000 };
    nsym_muons_options o = nsym_muons_defaults();
    o.activity.pile_up = o.activity.underlying = o.activity.tail = 0;
    nsym_events *events = generate(&o, 0, EVENTS);
    const double *label = column(events, "label"), *pt = column(events, "mu_pt"), *eta = column(events, "mu_eta");
    const double *phi = column(events, "mu_phi"), *charge = column(events, "mu_charge");
    double sum[2] = {0}, square[2] = {0}, phis = 0, charges = 0;
    for (size_t i = 0; i < EVENTS; i++) {
        assert_true(pt[i] >= 10 && pt[i] <= 15 && fabs(eta[i]) <= 2.53 && fabs(phi[i]) <= acos(-1));
        assert_true(charge[i] == 1 || charge[i] == -1);
        assert_true(column(events, "weight")[i] == 1);
        sum[label[i] == 1] += pt[i] / (EVENTS / 2);
        square[label[i] == 1] += eta[i] * eta[i] / (EVENTS / 2);
        phis += phi[i] / EVENTS;
        charges += charge[i] / EVENTS;
    }
    double a = o.prompt_slope, p = o.nonprompt_power, b = o.nonprompt_bow, max2 = 2.53 * 2.53;
    double prompt = 10 + 1 / a - 5 / expm1(5 * a);
    double nonprompt = (1 - p) / (2 - p) * (pow(15, 2 - p) - pow(10, 2 - p)) / (pow(15, 1 - p) - pow(10, 1 - p));
    assert_near(sum[1], prompt, 2, EVENTS / 2, "prompt pT"); /* a variance of 1.9 GeV^2 */
    assert_near(sum[0], nonprompt, 2, EVENTS / 2, "non-prompt pT");
    assert_near(square[1], max2 / 3, max2 * max2 / 11, EVENTS / 2, "prompt eta^2"); /* 4/45 for a flat density */
    assert_near(square[0], max2 * (1. / 3 - b / 5) / (1 - b / 3), max2 * max2 / 11, EVENTS / 2, "non-prompt eta^2");
    assert_near(phis, 0, 3.3, EVENTS, "phi");
    assert_near(charges, 0, 1, EVENTS, "the charge");
    nsym_events_free(events);
}

/* A cell lies in the circle as a whole. */
static bool inside(const double *cell) {
    double half = NSYM_MUONS_RADIUS / NSYM_MUONS_SIDE;
    return hypot(fabs(cell[1]) + half, fabs(cell[2]) + half) < NSYM_MUONS_RADIUS;
}

/* Without field, resolution and least pT the cells of an event are the sums of its particles, but for the rounding to
   single precision, which may move a particle at an edge. */
static void both_levels_show_the_same_event(void **state) {
    (void)state;
    enum { EVENTS = 200 };
    nsym_muons_options o = nsym_muons_defaults();
    o.activity.field_t = o.activity.pt_min_gev = 0;
    o.photon_stochastic = o.hadron_stochastic = o.hadron_constant = 0;
    nsym_events *cells = generate(&o, 40, EVENTS);
    o.level = NSYM_MUONS_PARTICLES;
    nsym_events *particles = generate(&o, 40, EVENTS);
    nsym_pixels *pixels;
    assert_int_equal(
        nsym_pixels_new_equal(&pixels, NSYM_MUONS_SIDE, NSYM_MUONS_SIDE, -NSYM_MUONS_RADIUS, NSYM_MUONS_RADIUS),
        NSYM_OK);
    size_t compared = 0, differ = 0;
    for (size_t c = 0; c < cells->columns; c++)
        assert_memory_equal(cells->column[c].values, particles->column[c].values, EVENTS * sizeof(double));
    for (size_t i = 0; i < EVENTS; i++) {
        double image[CELLS] = {0};
        for (uint64_t k = particles->offsets[i]; k < particles->offsets[i + 1]; k++) {
            const double *p = particles->particles + 4 * k;
            image[nsym_pixels_find(pixels, p[1], p[2])] += p[0];
        }
        for (uint64_t k = cells->offsets[i]; k < cells->offsets[i + 1]; k++) {
            const double *cell = cells->particles + 4 * k;
            if (!inside(cell)) continue;
            compared++;
            differ += fabs(image[(size_t)cell[3]] - cell[0]) > 1e-5 * cell[0];
        }
    }
    assert_true(compared > 40 * EVENTS && differ <= compared / 1000);
    nsym_pixels_free(pixels);
    nsym_events_free(cells);
    nsym_events_free(particles);
}

static void cells_and_particles_are_what_their_features_say(void **state) {
    (void)state;
    enum { EVENTS = 300 };
    nsym_muons_options o = nsym_muons_defaults();
    nsym_events *all = generate(&o, 0, EVENTS);
    o.threshold_gev = 1.5;
    nsym_events *hard = generate(&o, 0, EVENTS);
    o.level = NSYM_MUONS_PARTICLES;
    nsym_events *particles = generate(&o, 0, EVENTS);
    static const char *const names[] = {"pt", "d_eta", "d_phi"};
    for (size_t f = 0; f < 3; f++) {
        assert_int_equal(nsym_events_feature(all, names[f]), f);
        assert_int_equal(nsym_events_feature(particles, names[f]), f);
    }
    assert_int_equal(nsym_events_feature(all, "cell"), 3);
    assert_int_equal(nsym_events_feature(particles, "kind"), 3);
    uint64_t above = 0;
    for (size_t i = 0; i < EVENTS; i++)
        for (uint64_t k = all->offsets[i]; k < all->offsets[i + 1]; k++) {
            const double *cell = all->particles + 4 * k;
            size_t number = (size_t)cell[3];
            assert_true(k == all->offsets[i] || cell[3] > cell[-1]);
            assert_true(fabs(cell[1] - (0.028125 * ((double)(number / 32) + 0.5) - 0.45)) < 1e-6);
            assert_true(fabs(cell[2] - (0.028125 * ((double)(number % 32) + 0.5) - 0.45)) < 1e-6);
            assert_true(cell[0] > 0 && hypot(cell[1], cell[2]) < 0.45);
            if (cell[0] > 1.5) assert_memory_equal(cell, hard->particles + 4 * above++, 4 * sizeof *cell);
        }
    assert_int_equal(above, hard->offsets[EVENTS]);
    for (uint64_t k = 0; k < particles->offsets[EVENTS]; k++) {
        const double *p = particles->particles + 4 * k;
        assert_true(p[0] > 0.3 - 1e-6 && hypot(p[1], p[2]) < 0.45 + 1e-6 && p[3] >= 1 && p[3] <= 5);
        for (int f = 0; f < 3; f++) assert_true(p[f] == (double)(float)p[f]);
    }
    nsym_events_free(all);
    nsym_events_free(hard);
    nsym_events_free(particles);
}

/* The numbers of docs/muons.md, within what 8000 events of either class tell (and 1 % of the table's rounding). */
static void a_sample_is_what_the_guide_says(void **state) {
    (void)state;
    enum { EVENTS = 16000, CONES = 2 };
    static float labels[EVENTS];
    static double isolation[CONES][EVENTS];
    static double clumped[EVENTS];
    nsym_muons_options o = nsym_muons_defaults();
    nsym_events *events = generate(&o, 0, EVENTS);
    double cells[2] = {0}, energy[2] = {0}, clumps[2] = {0}, alike[2] = {0};
    for (size_t i = 0; i < EVENTS; i++) {
        int label = column(events, "label")[i] == 1;
        double near[CONES] = {0}, sum = 0, squares = 0;
        for (uint64_t k = events->offsets[i]; k < events->offsets[i + 1]; k++) {
            const double *cell = events->particles + 4 * k;
            double r = hypot(cell[1], cell[2]);
            sum += cell[0];
            squares += cell[0] * cell[0];
            near[0] += r < 0.1 ? cell[0] : 0;
            near[1] += r < 0.35 ? cell[0] : 0;
        }
        for (int c = 0; c < CONES; c++) isolation[c][i] = -near[c] / column(events, "mu_pt")[i];
        labels[i] = (float)label;
        clumped[i] = squares / (sum * sum);
        cells[label] += (double)(events->offsets[i + 1] - events->offsets[i]) / (EVENTS / 2);
        energy[label] += sum / (EVENTS / 2);
        if (near[1] < 20 || near[1] > 24) continue; /* the cone cannot tell these apart */
        clumps[label] += clumped[i];
        alike[label]++;
    }
    assert_true(fabs(cells[1] - 61.9) < 1 && fabs(cells[0] - 66.8) < 1); /* five standard errors: 0.85 */
    assert_true(fabs(energy[1] - 31.9) < 0.7 && fabs(energy[0] - 43.5) < 0.9);
    double auc[CONES], error;
    for (int c = 0; c < CONES; c++)
        assert_int_equal(nsym_auc(&auc[c], &error, isolation[c], labels, NULL, EVENTS), NSYM_OK);
    assert_true(fabs(auc[0] - 0.636) < 0.02 && fabs(auc[1] - 0.787) < 0.018); /* five standard errors */
    assert_true(alike[0] > 500 && alike[1] > 500);
    assert_true(clumps[0] / alike[0] > 1.2 * clumps[1] / alike[1]); /* the core is off the axis, but it is hard */
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_out_of_range_are_refused_by_name),
        cmocka_unit_test(a_file_is_the_same_for_any_number_of_workers),
        cmocka_unit_test(what_is_stopped_or_cannot_be_written_leaves_nothing),
        cmocka_unit_test(the_share_of_signal_is_exact),
        cmocka_unit_test(muons_have_the_spectra_of_their_class),
        cmocka_unit_test(both_levels_show_the_same_event),
        cmocka_unit_test(cells_and_particles_are_what_their_features_say),
        cmocka_unit_test(a_sample_is_what_the_guide_says),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
