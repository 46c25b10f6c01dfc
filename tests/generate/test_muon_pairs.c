/* Muon pairs of a Z and of heavy flavours: their spectra, that what lies around a muon does not depend on the mass, and
   that prompt muons are isolated. */
#include "data/temporary.h"

#include "stats/voigt.h"

#include <nearsym/generate/muon_pairs.h>
#include <nearsym/observables.h>
#include <nearsym/stats.h>

static nsym_events *generate(const nsym_muon_pairs_options *options, uint64_t first, size_t count) {
    nsym_events *events;
    if (nsym_muon_pairs_generate(&events, options, first, count) != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

static nsym_muon_pairs_options bare(void) {
    nsym_muon_pairs_options o = nsym_muon_pairs_defaults();
    o.activity.pile_up = o.activity.underlying = o.jet.tail = 0;
    return o;
}

static void refused(const nsym_muon_pairs_options *options, const char *words) {
    assert_int_equal(nsym_muon_pairs_write(options, in_folder("refused.h5")), NSYM_EINVAL);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_int_equal(empty_folder(), 0);
    nsym_events *none;
    if (options->events == 0) return;
    assert_int_equal(nsym_muon_pairs_generate(&none, options, 0, 9), NSYM_EINVAL);
    assert_null(none);
}

static void options_out_of_range_are_refused_by_name(void **state) {
    (void)state;
    const nsym_muon_pairs_options right = nsym_muon_pairs_defaults();
    nsym_muon_pairs_options o = right;
    o.events = 0;
    refused(&o, "muon_pairs: events is 0, must be at least 1");
    o = right, o.signal = 1.01;
    refused(&o, "muon_pairs: signal is 1.01, must be 0 to 1");
    o = right, o.same_sign = -0.1;
    refused(&o, "same_sign is -0.1, must be 0 to 1");
    o = right, o.gamma_gev = NAN;
    refused(&o, "gamma_gev is nan");
    o = right, o.tau_gev = 0;
    refused(&o, "tau_gev is 0, must be 0.01");
    o = right, o.mass_min_gev = 110;
    refused(&o, "mass_min_gev is 110, must be below mass_max_gev, 110");
    o = right, o.nonprompt_power = 1;
    refused(&o, "nonprompt_power is 1, must be 2 to 100");
    o = right, o.activity.radius = 0.4;
    refused(&o, "activity.radius is 0.4, must be 0.45 to 1");
    o = right, o.stray = 2;
    refused(&o, "muon_pairs: stray is 2, must be 0 to 1");
    o = right, o.jet.tail = -1;
    refused(&o, "jet.tail is -1");
    o = right, o.mu_pt_min_gev = 0.5, o.activity.field_t = 10, o.activity.depth_m = 10;
    refused(&o, "does not reach the calorimeter");
    o = right, o.gamma_gev = 0, o.mass_min_gev = 101;
    refused(&o, "of 100000 masses around mass_gev, 90.8, none lies within mass_min_gev, 101, and mass_max_gev, 110");
    o = right, o.mu_pt_min_gev = 500;
    refused(&o, "of 100000 decays of mass_gev, 90.8, in none both muons are above mu_pt_min_gev, 500");
    nsym_events *none;
    assert_int_equal(nsym_muon_pairs_generate(&none, &right, 0, SIZE_MAX / 2), NSYM_ENOMEM);
    assert_null(none);
    none = generate(&right, 5, 0);
    assert_int_equal(none->count, 0);
    nsym_events_free(none);
}

static void a_file_is_the_same_for_any_number_of_workers(void **state) {
    (void)state;
    nsym_muon_pairs_options o = nsym_muon_pairs_defaults();
    o.events = 20000; /* three blocks */
    o.activity.pile_up = 5;
    o.workers = 1;
    assert_int_equal(nsym_muon_pairs_write(&o, in_folder("one.h5")), NSYM_OK);
    o.workers = 5;
    assert_int_equal(nsym_muon_pairs_write(&o, in_folder("five.h5")), NSYM_OK);
    nsym_events *one = read_events(in_folder("one.h5")), *five = read_events(in_folder("five.h5"));
    nsym_events *whole = generate(&o, 0, o.events), *part = generate(&o, 12345, 3);
    assert_same(whole, one);
    assert_same(one, five);
    for (size_t c = 0; c < part->columns; c++)
        assert_memory_equal(part->column[c].values, column(whole, part->column[c].name) + 12345, 3 * sizeof(double));
    assert_memory_equal(part->particles, whole->particles + 4 * whole->offsets[12345],
                        4 * part->offsets[3] * sizeof *part->particles);
    assert_string_equal(nsym_events_attribute(one, "generator"), "nearsym muon_pairs");
    assert_string_equal(nsym_events_attribute(one, "pile_up"), "5");
    assert_string_equal(nsym_events_attribute(one, "tau_gev"), "14.97");
    nsym_events_free(one);
    nsym_events_free(five);
    nsym_events_free(whole);
    nsym_events_free(part);
    assert_int_equal(empty_folder(), 2);
}

static bool always(void) {
    return true;
}

static void what_is_stopped_or_cannot_be_written_leaves_nothing(void **state) {
    (void)state;
    nsym_muon_pairs_options o = nsym_muon_pairs_defaults();
    o.events = 20000, o.workers = 2, o.stop = always;
    assert_int_equal(nsym_muon_pairs_write(&o, in_folder("stopped.h5")), NSYM_EINTERRUPTED);
    nsym_events *events;
    assert_int_equal(nsym_muon_pairs_generate(&events, &o, 0, 10), NSYM_EINTERRUPTED);
    assert_null(events);
    o.stop = NULL, o.events = 10;
    assert_int_equal(nsym_muon_pairs_write(&o, in_folder("no/folder.h5")), NSYM_EIO);
    assert_int_equal(nsym_muon_pairs_write(&o, in_folder("ending.xyz")), NSYM_EINVAL);
    assert_int_equal(empty_folder(), 0);
}

/* A share of n draws lies within five standard errors of its probability. */
static void assert_share(double share, double expected, double n, const char *what) {
    double error = sqrt(expected * (1 - expected) / n);
    if (!(fabs(share - expected) <= 5 * error + 1e-12)) fail_msg("%s is %g, not %g", what, share, expected);
}

/* Below every whole number of GeV lie as many as the Voigt profile and the exponential of the window say. */
static void masses_follow_voigt_and_exponential(void **state) {
    (void)state;
    enum { EVENTS = 60000 };
    nsym_muon_pairs_options o = bare();
    o.signal = 0.5;
    nsym_events *events = generate(&o, 0, EVENTS);
    const double *truth = column(events, "truth"), *mass = column(events, "mass");
    for (double at = 71; at < 110; at++) {
        double below[2] = {0};
        for (size_t i = 0; i < EVENTS; i++) below[truth[i] == 1] += mass[i] < at;
        double voigt = nsym_voigt_integral(70 - 90.8, at - 90.8, 0.865, 1.7135) /
                       nsym_voigt_integral(70 - 90.8, 110 - 90.8, 0.865, 1.7135);
        assert_share(below[1] / (EVENTS / 2), voigt, EVENTS / 2, "the share of prompt pairs");
        assert_share(below[0] / (EVENTS / 2), expm1(-(at - 70) / 14.97) / expm1(-40 / 14.97), EVENTS / 2,
                     "the share of others");
    }
    for (size_t i = 0; i < EVENTS; i++) assert_true(mass[i] >= 70 && mass[i] <= 110);
    nsym_events_free(events);
}

/* Opposite charges of all prompt pairs, the cuts of both muons, and m^2 = 2 pT pT' (cosh(d_eta) - cos(d_phi)). */
static void two_muons_have_their_mass_and_pass_the_cuts(void **state) {
    (void)state;
    enum { EVENTS = 40000 };
    nsym_muon_pairs_options o = bare();
    o.signal = 0.3;
    const double etas[] = {2.1, 0.3};
    for (size_t run = 0; run < 2; run++) { /* in the plane across the beam only pT and azimuth make a mass */
        o.mu_eta_max = etas[run];
        nsym_events *events = generate(&o, 0, EVENTS);
        const double *pt[] = {column(events, "mu_pt"), column(events, "mu2_pt")};
        const double *eta[] = {column(events, "mu_eta"), column(events, "mu2_eta")};
        const double *phi[] = {column(events, "mu_phi"), column(events, "mu2_phi")};
        const double *charge[] = {column(events, "mu_charge"), column(events, "mu2_charge")};
        double same = 0, positive = 0, prompt = 0;
        for (size_t i = 0; i < EVENTS; i++) {
            for (int m = 0; m < 2; m++)
                assert_true(pt[m][i] > 25 && fabs(eta[m][i]) < etas[run] && fabs(phi[m][i]) <= acos(-1) &&
                            fabs(charge[m][i]) == 1);
            double square = 2 * pt[0][i] * pt[1][i] * (cosh(eta[0][i] - eta[1][i]) - cos(phi[0][i] - phi[1][i]));
            assert_true(fabs(sqrt(square) - column(events, "mass")[i]) < 1e-6); /* of a cosine near 1 */
            bool alike = charge[0][i] == charge[1][i], is_prompt = column(events, "truth")[i] == 1;
            assert_false(alike && is_prompt);
            same += alike;
            prompt += is_prompt;
            positive += charge[0][i] > 0;
        }
        assert_true(fabs(prompt - 0.3 * EVENTS) <= 1);
        assert_share(same / (0.7 * EVENTS), 0.098, 0.7 * EVENTS, "the share of equal charges");
        assert_share(positive / EVENTS, 0.5, EVENTS, "the share of positive muons");
        nsym_events_free(events);
    }
}

/* Without transverse momentum and rapidity of the Z, pT is M / (2 cosh(eta)), the second muon the first one's image,
   and the mean square of the cosine that of 1 + cos^2 within the cut, z^2 < 1 - (2 pT_min / M)^2. */
static void a_z_at_rest_decays_as_a_spin_of_one(void **state) {
    (void)state;
    enum { EVENTS = 20000 };
    nsym_muon_pairs_options o = bare();
    o.signal = 1, o.pair_pt_gev = o.pair_rapidity = o.sigma_gev = o.gamma_gev = 0;
    nsym_events *events = generate(&o, 0, EVENTS);
    double squares = 0;
    for (size_t i = 0; i < EVENTS; i++) {
        double eta = column(events, "mu_eta")[i], pt = column(events, "mu_pt")[i];
        assert_true(fabs(pt - 90.8 / 2 / cosh(eta)) < 1e-9);
        assert_true(fabs(column(events, "mu2_pt")[i] - pt) < 1e-9 && fabs(column(events, "mu2_eta")[i] + eta) < 1e-9);
        squares += tanh(eta) * tanh(eta) / EVENTS;
    }
    double z2 = 1 - (50 / 90.8) * (50 / 90.8), z = sqrt(z2); /* tanh(2.1) is above it */
    double wanted = (z2 * z / 3 + z2 * z2 * z / 5) / (z + z2 * z / 3);
    assert_true(fabs(squares - wanted) < 5 * sqrt(z2 * z2 / 11 / EVENTS)); /* variance of z^2, about 4/45 z2^2 */
    nsym_events_free(events);
}

/* Without cuts a muon has the mean square pT of the decay and of half the Z's, M^2/4 (1 - 2/5) + 6 (15/4)^2, and the
   two pseudorapidities add up to twice the rapidity. */
static void a_moving_z_takes_its_muons_along(void **state) {
    (void)state;
    enum { EVENTS = 20000 };
    nsym_muon_pairs_options o = bare();
    o.signal = 1, o.mu_pt_min_gev = 0.5, o.mu_eta_max = 10, o.sigma_gev = o.gamma_gev = 0;
    nsym_events *events = generate(&o, 0, EVENTS);
    double square = 0, fourth = 0, sums = 0, outside = 0;
    for (size_t i = 0; i < EVENTS; i++) {
        double pt2 = column(events, "mu_pt")[i] * column(events, "mu_pt")[i];
        double sum = column(events, "mu_eta")[i] + column(events, "mu2_eta")[i];
        square += pt2 / EVENTS;
        fourth += pt2 * pt2 / EVENTS;
        sums += sum * sum / EVENTS;
        outside += fabs(sum) > 4.8 + 1e-9; /* a second muon that was put elsewhere, as it had no pT left */
    }
    double wanted = 90.8 * 90.8 / 4 * 0.6 + 6 * 3.75 * 3.75, most = 4.8 * 4.8;
    assert_true(fabs(square - wanted) < 5 * sqrt((fourth - square * square) / EVENTS) + 1); /* 1: the cut at 0.5 GeV */
    assert_true(outside < EVENTS / 1000);
    assert_true(fabs(sums - most / 3) < 5 * sqrt(most * most * 4 / 45 / EVENTS) + 0.01);
    nsym_events_free(events);
}

/* Means of pT^-p from its minimum up, and of eta^2 with a bow, in closed form. */
static void muons_of_heavy_flavours_have_their_spectra(void **state) {
    (void)state;
    enum { EVENTS = 40000 };
    nsym_muon_pairs_options o = bare();
    o.signal = 0, o.nonprompt_power = 8;
    nsym_events *events = generate(&o, 0, EVENTS);
    double sum = 0, squares = 0, p = o.nonprompt_power, b = o.nonprompt_bow, most = o.mu_eta_max * o.mu_eta_max;
    for (size_t i = 0; i < EVENTS; i++) {
        sum += column(events, "mu_pt")[i] / EVENTS;
        squares += column(events, "mu_eta")[i] * column(events, "mu_eta")[i] / EVENTS;
    }
    double mean = 25 * (p - 1) / (p - 2), variance = 625 * (p - 1) / (p - 3) - mean * mean;
    assert_true(fabs(sum - mean) < 5 * sqrt(variance / EVENTS));
    assert_true(fabs(squares - most * (1. / 3 - b / 5) / (1 - b / 3)) < 5 * sqrt(most * most / 11 / EVENTS));
    nsym_events_free(events);
}

/* Other masses, the same muons and particles, bit by bit; so sPlot may unfold with the mass. */
static void nothing_else_depends_on_the_mass(void **state) {
    (void)state;
    enum { EVENTS = 2000 };
    nsym_muon_pairs_options o = nsym_muon_pairs_defaults();
    o.signal = 0.5;
    nsym_events *one = generate(&o, 0, EVENTS);
    o.sigma_gev = 3, o.gamma_gev = 0.5, o.tau_gev = 40, o.mass_min_gev = 80, o.mass_max_gev = 130;
    nsym_events *other = generate(&o, 0, EVENTS);
    static const char *const same[] = {"truth", "mu_pt", "mu_eta", "mu_phi", "mu_charge", "npu"};
    for (size_t c = 0; c < sizeof same / sizeof *same; c++)
        assert_memory_equal(column(one, same[c]), column(other, same[c]), EVENTS * sizeof(double));
    assert_memory_equal(one->offsets, other->offsets, (EVENTS + 1) * sizeof *one->offsets);
    assert_memory_equal(one->particles, other->particles, 4 * one->offsets[EVENTS] * sizeof *one->particles);
    size_t moved = 0;
    for (size_t i = 0; i < EVENTS; i++) moved += column(one, "mass")[i] != column(other, "mass")[i];
    assert_int_equal(moved, EVENTS);
    nsym_events_free(one);
    nsym_events_free(other);
}

/* Of the charged particles of pile-up a share passes for the muon's: 0.47 wide around it all are drawn, 0.45 are kept.
 */
static void charged_particles_of_stray_interactions_pass_for_the_muons(void **state) {
    (void)state;
    enum { EVENTS = 20000 };
    nsym_muon_pairs_options o = bare();
    o.signal = 1, o.stray = 0.4;
    o.activity.pile_up = 10;
    nsym_events *events = generate(&o, 0, EVENTS);
    double number[6] = {0}, interactions = 0;
    for (size_t i = 0; i < EVENTS; i++) interactions += column(events, "npu")[i];
    for (uint64_t k = 0; k < events->offsets[EVENTS]; k++) number[(size_t)events->particles[4 * k + 3]]++;
    const nsym_soft_spectrum *c = &o.activity.charged;
    double each = acos(-1) * 0.45 * 0.45 * c->density * pow(1 + o.activity.pt_min_gev / c->scale_gev, -c->power);
    const double wanted[] = {o.stray * interactions * each, (1 - o.stray) * interactions * each};
    const size_t kinds[] = {NSYM_CHARGED_HADRON, NSYM_PILE_UP};
    for (size_t k = 0; k < 2; k++) { /* Poisson of a gamma of shape 0.6 an interaction, and a binomial */
        double error = sqrt(wanted[k] * (1 + each / o.activity.activity + each));
        if (!(fabs(number[kinds[k]] - wanted[k]) < 5 * error))
            fail_msg("of kind %zu are %g, not %g", kinds[k], number[kinds[k]], wanted[k]);
    }
    nsym_events_free(events);
}

/* Correlation coefficient of what one species has. Shapes: x, y, truth (n). */
static double correlation(const double *x, const double *y, const double *truth, size_t n, double species) {
    double count = 0, sums[5] = {0};
    for (size_t i = 0; i < n; i++) {
        if (truth[i] != species) continue;
        const double terms[] = {x[i], y[i], x[i] * x[i], y[i] * y[i], x[i] * y[i]};
        for (int k = 0; k < 5; k++) sums[k] += terms[k];
        count++;
    }
    for (int k = 0; k < 5; k++) sums[k] /= count;
    return (sums[4] - sums[0] * sums[1]) / sqrt((sums[2] - sums[0] * sums[0]) * (sums[3] - sums[1] * sums[1]));
}

/* The numbers of docs/muon_pairs.md, within five standard errors of 10000 events of either species. */
static void a_sample_is_what_the_guide_says(void **state) {
    (void)state;
    enum { EVENTS = 20000 };
    static float labels[EVENTS];
    static double scores[EVENTS];
    static double values[EVENTS][2], sums[EVENTS];
    nsym_muon_pairs_options o = nsym_muon_pairs_defaults();
    nsym_observables *observables;
    o.signal = 0.5;
    nsym_events *events = generate(&o, 0, EVENTS);
    const double *truth = column(events, "truth"), *mass = column(events, "mass"), *pt = column(events, "mu_pt");
    assert_int_equal(nsym_observables_parse(&observables, "iso_pileup_0.4,sum_pt"), NSYM_OK);
    assert_int_equal(nsym_observables_compute(values[0], observables, events, 1, NULL, NULL), NSYM_OK);
    double objects[2] = {0}, pts[2] = {0}, auc, error;
    for (size_t i = 0; i < EVENTS; i++) {
        int species = truth[i] == 1;
        scores[i] = -values[i][0];
        labels[i] = (float)truth[i];
        sums[i] = values[i][1];
        objects[species] += (double)(events->offsets[i + 1] - events->offsets[i]) / (EVENTS / 2);
        pts[species] += pt[i] / (EVENTS / 2);
    }
    assert_int_equal(nsym_auc(&auc, &error, scores, labels, NULL, EVENTS), NSYM_OK);
    assert_true(fabs(auc - 0.821) < 0.015);
    assert_true(fabs(objects[1] - 16.1) < 0.5 && fabs(objects[0] - 20.1) < 0.5);
    assert_true(fabs(pts[1] - 41.0) < 0.6 && fabs(pts[0] - 36.4) < 1);
    for (int species = 0; species < 2; species++) {
        assert_true(fabs(correlation(mass, sums, truth, EVENTS, species)) < 5 / sqrt(EVENTS / 2));
        assert_true(fabs(correlation(mass, pt, truth, EVENTS, species)) < 5 / sqrt(EVENTS / 2));
    }
    for (uint64_t k = 0; k < events->offsets[EVENTS]; k++) {
        const double *p = events->particles + 4 * k;
        assert_true(p[0] > 0.3 - 1e-6 && hypot(p[1], p[2]) < 0.45 + 1e-6 && p[3] >= 1 && p[3] <= 5);
    }
    assert_int_equal(nsym_events_feature(events, "kind"), 3);
    assert_null(nsym_events_column(events, "label"));
    nsym_observables_free(observables);
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_out_of_range_are_refused_by_name),
        cmocka_unit_test(a_file_is_the_same_for_any_number_of_workers),
        cmocka_unit_test(what_is_stopped_or_cannot_be_written_leaves_nothing),
        cmocka_unit_test(masses_follow_voigt_and_exponential),
        cmocka_unit_test(two_muons_have_their_mass_and_pass_the_cuts),
        cmocka_unit_test(a_z_at_rest_decays_as_a_spin_of_one),
        cmocka_unit_test(a_moving_z_takes_its_muons_along),
        cmocka_unit_test(muons_of_heavy_flavours_have_their_spectra),
        cmocka_unit_test(nothing_else_depends_on_the_mass),
        cmocka_unit_test(charged_particles_of_stray_interactions_pass_for_the_muons),
        cmocka_unit_test(a_sample_is_what_the_guide_says),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
