#include <nearsym/generate/dimuon.h>

#include "generate/parton.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double PI = 3.14159265358979323846;
static const double MASS_Z = 91.188, WIDTH_Z = 2.441404, ALPHA = 1 / 132.507, FERMI = 1.16639e-5, PICOBARN = 0.389379e9;

enum { PDG, STATUS, MOTHER1, MOTHER2, COLOUR1, COLOUR2, PX, PY, PZ, ENERGY, MASS, LIFETIME, SPIN, FEATURES };

static const nsym_dimuon_process processes[] = {NSYM_DIMUON_Z, NSYM_DIMUON_PHOTON};

static nsym_events *generate(nsym_dimuon_options options) {
    nsym_events *events;
    if (nsym_dimuon_generate(&events, &options) != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

static nsym_events *sample(nsym_dimuon_process process, size_t n) {
    nsym_dimuon_options options = nsym_dimuon_defaults(process);
    options.events = n;
    return generate(options);
}

static const double *particle(const nsym_events *events, size_t event, size_t k) {
    return events->particles + (events->offsets[event] + k) * FEATURES;
}

static size_t particles_of(const nsym_events *events, size_t event) {
    return (size_t)(events->offsets[event + 1] - events->offsets[event]);
}

/* 0: the positive muon, 1: the negative one; they end the record. */
static const double *muon(const nsym_events *events, size_t event, size_t k) {
    return particle(events, event, particles_of(events, event) - 2 + k);
}

static double pair_mass(const nsym_events *events, size_t event) {
    const double *a = muon(events, event, 0), *b = muon(events, event, 1);
    double e = a[ENERGY] + b[ENERGY], z = a[PZ] + b[PZ];
    return sqrt((e - z) * (e + z));
}

static double pt_of(const double *p) {
    return hypot(p[PX], p[PY]);
}

static double eta_of(const double *p) {
    return asinh(p[PZ] / pt_of(p));
}

static double number(const nsym_events *events, const char *attribute) {
    const char *text = nsym_events_attribute(events, attribute);
    assert_non_null(text);
    return strtod(text, NULL);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void momentum_is_conserved_and_muons_are_massless(void **state) {
    (void)state;
    for (int p = 0; p < 2; p++) {
        nsym_events *events = sample(processes[p], 2000);
        for (size_t i = 0; i < events->count; i++) {
            const double *in[2] = {particle(events, i, 0), particle(events, i, 1)};
            const double *out[2] = {muon(events, i, 0), muon(events, i, 1)};
            double total = in[0][ENERGY] + in[1][ENERGY], tolerance = 1e-13 * total; /* rounding of the largest term */
            for (int k = PX; k <= ENERGY; k++)
                assert_true(fabs(in[0][k] + in[1][k] - out[0][k] - out[1][k]) < tolerance);
            for (int k = 0; k < 2; k++) {
                double momentum = sqrt(out[k][PX] * out[k][PX] + out[k][PY] * out[k][PY] + out[k][PZ] * out[k][PZ]);
                assert_true(fabs(out[k][ENERGY] - momentum) < tolerance);
                assert_true(in[k][ENERGY] == fabs(in[k][PZ]) && in[k][ENERGY] < 6500);
            }
        }
        nsym_events_free(events);
    }
}

static void records_are_those_of_a_les_houches_file(void **state) {
    (void)state;
    static const char *const names[FEATURES] = {"pdg", "status", "mother1", "mother2", "colour1",  "colour2", "px",
                                                "py",  "pz",     "energy",  "mass",    "lifetime", "spin"};
    for (int p = 0; p < 2; p++) {
        nsym_events *events = sample(processes[p], 3000);
        assert_int_equal(events->features, FEATURES);
        for (size_t k = 0; k < FEATURES; k++) assert_int_equal(nsym_events_feature(events, names[k]), k);
        size_t with_line = 0;
        for (size_t i = 0; i < events->count; i++) {
            const double *a = particle(events, i, 0), *b = particle(events, i, 1), *plus = muon(events, i, 0);
            const double *quark = a[PDG] > 0 ? a : b, *antiquark = a[PDG] > 0 ? b : a, *minus = muon(events, i, 1);
            bool line = p == 0 && fabs(pair_mass(events, i) - MASS_Z) < 15 * WIDTH_Z;
            with_line += line;
            assert_int_equal(particles_of(events, i), line ? 5 : 4);
            assert_true(quark[PDG] >= 1 && quark[PDG] <= 4 && antiquark[PDG] == -quark[PDG]);
            assert_true(a[STATUS] == -1 && b[STATUS] == -1 && a[PZ] > 0 && b[PZ] < 0);
            assert_true(quark[COLOUR1] == 501 && quark[COLOUR2] == 0);
            assert_true(antiquark[COLOUR1] == 0 && antiquark[COLOUR2] == 501);
            assert_true(plus[PDG] == -13 && minus[PDG] == 13 && plus[STATUS] == 1 && minus[STATUS] == 1);
            assert_true(plus[MOTHER1] == (line ? 3 : 1) && minus[MOTHER2] == (line ? 3 : 2));
            assert_true(fabs(quark[SPIN]) == 1 && antiquark[SPIN] == -quark[SPIN]);
            assert_true(fabs(minus[SPIN]) == 1 && plus[SPIN] == -minus[SPIN]);
            if (!line) continue;
            const double *z = particle(events, i, 2);
            assert_true(z[PDG] == 23 && z[STATUS] == 2 && z[MOTHER1] == 1 && z[MOTHER2] == 2);
            assert_true(fabs(z[MASS] - pair_mass(events, i)) < 1e-9);
            assert_true(fabs(z[ENERGY] - plus[ENERGY] - minus[ENERGY]) < 1e-12 * z[ENERGY]);
        }
        assert_true(p == 1 ? with_line == 0 : with_line > 2950);
        assert_true(nsym_events_column(events, "weight")->values[7] == 1);
        assert_true(fabs(nsym_events_column(events, "scale")->values[7] - pair_mass(events, 7)) < 1e-9);
        assert_string_equal(nsym_events_attribute(events, "generator"), "nearsym");
        assert_true(number(events, "beam_energy_gev") == 6500);
        nsym_events_free(events);
    }
}

static void every_event_obeys_the_cuts(void **state) {
    (void)state;
    for (int p = 0; p < 2; p++) {
        nsym_dimuon_options options = nsym_dimuon_defaults(processes[p]);
        options.events = 5000;
        options.mass_min_gev = 60;
        options.pt_min_gev = 25;
        options.eta_max = 1.8;
        options.delta_r_min = 3.3; /* above pi: the muons must differ in eta, by 1.01 */
        nsym_events *events = generate(options);
        for (size_t i = 0; i < events->count; i++) {
            const double *a = muon(events, i, 0), *b = muon(events, i, 1);
            assert_true(pair_mass(events, i) > 60);
            assert_true(pt_of(a) > 25 - 1e-9 && pt_of(b) > 25 - 1e-9);
            assert_true(fabs(eta_of(a)) < 1.8 + 1e-9 && fabs(eta_of(b)) < 1.8 + 1e-9);
            assert_true(hypot(PI, eta_of(a) - eta_of(b)) > 3.3 - 1e-9);
        }
        nsym_events_free(events);
    }
}

/* The Z's partial width into a pair, from the Fermi constant: the tree-level relation that fixes the mixing angle makes
   this the same as the couplings' own form. */
static double partial_width(double charge, double isospin, double colours) {
    double half = 0.5 * MASS_Z * MASS_Z;
    double w2 = half + sqrt(half * half - PI * ALPHA * MASS_Z * MASS_Z / (FERMI * sqrt(2)));
    double vector = isospin - 2 * charge * (1 - w2 / (MASS_Z * MASS_Z));
    return colours * FERMI * pow(MASS_Z, 3) / (6 * sqrt(2) * PI) * (vector * vector + isospin * isospin);
}

/* The textbook cross section of q qbar -> mu+ mu- over all angles, pb. */
static double partonic(nsym_dimuon_process process, bool up, double s) {
    double charge = up ? 2. / 3 : -1. / 3;
    if (process == NSYM_DIMUON_PHOTON) return PICOBARN * 4 * PI * ALPHA * ALPHA * charge * charge / (9 * s);
    double m2 = MASS_Z * MASS_Z, widths = partial_width(charge, up ? 0.5 : -0.5, 3) * partial_width(-1, -0.5, 1);
    return PICOBARN * 12 * PI / 9 * s / m2 * widths / ((s - m2) * (s - m2) + m2 * WIDTH_Z * WIDTH_Z);
}

static double luminosity(const nsym_partons *partons, double log_tau, double q, bool up) {
    enum { N = 200 };
    double sum = 0;
    for (int k = 0; k < N; k++) {
        double a[NSYM_PARTONS], b[NSYM_PARTONS], y = log_tau / 2 + -log_tau * (k + 0.5) / N;
        nsym_partons_at(partons, log_tau / 2 + y, q, a);
        nsym_partons_at(partons, log_tau / 2 - y, q, b);
        sum += up ? a[NSYM_UP] * b[NSYM_ANTIUP] + a[NSYM_CHARM] * b[NSYM_CHARM]
                  : a[NSYM_DOWN] * b[NSYM_ANTIDOWN] + a[NSYM_STRANGE] * b[NSYM_STRANGE];
    }
    return 2 * sum * -log_tau / N;
}

static void without_cuts_the_cross_section_is_the_textbook_one(void **state) {
    (void)state;
    nsym_partons *partons;
    assert_int_equal(nsym_partons_new(&partons), NSYM_OK);
    for (int p = 0; p < 2; p++) {
        nsym_dimuon_options options = nsym_dimuon_defaults(processes[p]);
        options.events = 0;
        options.pt_min_gev = options.delta_r_min = 0;
        options.eta_max = INFINITY;
        nsym_events *events = generate(options);
        enum { N = 4000 };
        double sum = 0, first = log(70. / 13000);
        for (int i = 0; i < N; i++) { /* in ln(m / energy); the Z's width is some 20 steps */
            double log_root = first - first * (i + 0.5) / N, m = 13000 * exp(log_root);
            for (int up = 0; up < 2; up++)
                sum += luminosity(partons, 2 * log_root, m, up) * partonic(processes[p], up, m * m) * 2 * -first / N;
        }
        /* 0.3 %: both are sums over grids */
        assert_true(fabs(number(events, "cross_section_pb") / sum - 1) < 3e-3);
        assert_true(number(events, "cross_section_error_pb") < 5e-3 * sum);
        nsym_events_free(events);
    }
    nsym_partons_free(partons);
}

static void angles_follow_their_closed_forms(void **state) {
    (void)state;
    for (int p = 0; p < 2; p++) {
        nsym_dimuon_options options = nsym_dimuon_defaults(processes[p]);
        options.events = 100000;
        options.pt_min_gev = options.delta_r_min = 0;
        options.eta_max = INFINITY;
        nsym_events *events = generate(options);
        double square = 0, n[2] = {0}, forward[2] = {0}, left = 0;
        for (size_t i = 0; i < events->count; i++) {
            const double *quark = particle(events, i, particle(events, i, 0)[PDG] > 0 ? 0 : 1);
            const double *minus = muon(events, i, 1);
            double m = pair_mass(events, i), along = minus[ENERGY] * quark[ENERGY] - minus[PZ] * quark[PZ];
            double cosine = 1 - 4 * along / (m * m); /* invariant: p_q p_mu = m^2 / 4 (1 - cos) */
            int up = quark[PDG] == 2 || quark[PDG] == 4;
            square += cosine * cosine;
            n[up]++;
            forward[up] += cosine > 0 ? 1 : -1;
            left += minus[SPIN] < 0;
        }
        double all = n[0] + n[1];
        assert_true(fabs(square / all - 0.4) < 4 * 0.3 / sqrt(all)); /* four standard errors; 1 + cos^2 */
        for (int up = 0; up < 2; up++) {
            double sine2 = 1 - pow(80.419 / MASS_Z, 2), ratio = up ? 1 - 8 * sine2 / 3 : 1 - 4 * sine2 / 3;
            double lepton = 1 - 4 * sine2; /* vector over axial */
            double asymmetry = p == 1 ? 0 : 3 * ratio / (1 + ratio * ratio) * lepton / (1 + lepton * lepton);
            assert_true(fabs(forward[up] / n[up] - asymmetry) < 4 / sqrt(n[up]));
            double left_share = p == 1 ? 0.5 : 0.5 + lepton / (1 + lepton * lepton);
            assert_true(fabs(left / all - left_share) < 4 * 0.5 / sqrt(all));
        }
        nsym_events_free(events);
    }
}

static void boosted_z_pairs_are_forward_along_the_boost(void **state) {
    (void)state;
    nsym_events *events = sample(NSYM_DIMUON_Z, 100000);
    double sum = 0, n = 0;
    for (size_t i = 0; i < events->count; i++) {
        const double *plus = muon(events, i, 0), *minus = muon(events, i, 1);
        double boost = eta_of(plus) + eta_of(minus);
        if (fabs(boost) < 2) continue; /* a rapidity of 1: the quark is mostly the faster parton */
        n++;
        sum += (eta_of(minus) > eta_of(plus)) == (boost > 0) ? 1 : -1;
    }
    assert_true(sum / n > 3 / sqrt(n));
    nsym_events_free(events);
}

static void the_median_mass_of_the_z_is_its_mass(void **state) {
    (void)state;
    nsym_events *events = sample(NSYM_DIMUON_Z, 20000);
    double *mass = malloc(events->count * sizeof *mass);
    assert_non_null(mass);
    for (size_t i = 0; i < events->count; i++) mass[i] = pair_mass(events, i);
    qsort(mass, events->count, sizeof *mass, ascending);
    /* the median's standard error is pi / 4 Gamma / sqrt(n) = 0.014 GeV */
    assert_true(fabs(mass[events->count / 2] - MASS_Z) < 0.06);
    /* a whole Breit-Wigner has the width between its quartiles; the cut at 70 GeV takes 4 % of that */
    assert_true(fabs(mass[events->count * 3 / 4] - mass[events->count / 4] - WIDTH_Z) < 0.08 * WIDTH_Z);
    free(mass);
    nsym_events_free(events);
}

static void a_longer_sample_begins_with_the_shorter_one(void **state) {
    (void)state;
    for (int p = 0; p < 2; p++) {
        nsym_events *few = sample(processes[p], 300), *many = sample(processes[p], 1000);
        assert_memory_equal(few->offsets, many->offsets, 301 * sizeof *few->offsets);
        assert_memory_equal(few->particles, many->particles, few->offsets[300] * FEATURES * sizeof(double));
        assert_string_equal(nsym_events_attribute(few, "cross_section_pb"),
                            nsym_events_attribute(many, "cross_section_pb"));
        nsym_dimuon_options other = nsym_dimuon_defaults(processes[p]);
        other.events = 300;
        other.seed++;
        nsym_events *others = generate(other);
        size_t equal = 0;
        for (size_t i = 0; i < 300; i++) equal += pair_mass(few, i) == pair_mass(others, i);
        assert_int_equal(equal, 0);
        nsym_events_free(few);
        nsym_events_free(many);
        nsym_events_free(others);
    }
}

static void cross_sections_are_madgraphs(void **state) {
    (void)state;
    const double published[] = {627.56, 13.068}; /* pb, MadGraph5_aMC@NLO 3.1.1 with NNPDF2.3 QED LO and these cuts */
    for (int p = 0; p < 2; p++) {
        nsym_events *events = sample(processes[p], 0);
        assert_int_equal(events->count, 0);
        assert_true(fabs(number(events, "cross_section_pb") / published[p] - 1) < 0.01);
        nsym_events_free(events);
    }
}

static void expect_refusal(nsym_dimuon_options options, const char *word) {
    nsym_events *events;
    assert_int_equal(nsym_dimuon_generate(&events, &options), NSYM_EINVAL);
    assert_null(events);
    assert_non_null(strstr(nsym_message(), word));
}

static void numbers_out_of_range_are_refused_by_name(void **state) {
    (void)state;
    const nsym_dimuon_options good = nsym_dimuon_defaults(NSYM_DIMUON_Z);
    const double never[] = {NAN, -1, 1e9};
    for (int k = 0; k < 3; k++) {
        nsym_dimuon_options bad = good;
        bad.beam_energy_gev = never[k];
        expect_refusal(bad, "beam_energy_gev");
        bad = good;
        bad.mass_min_gev = never[k];
        expect_refusal(bad, "mass_min_gev");
        bad = good;
        bad.pt_min_gev = never[k];
        expect_refusal(bad, "pt_min_gev");
        bad = good;
        bad.delta_r_min = never[k];
        expect_refusal(bad, "delta_r_min");
        bad = good;
        bad.eta_max = k < 2 ? never[k] : 0;
        expect_refusal(bad, "eta_max");
    }
    nsym_dimuon_options bad = good;
    bad.events = SIZE_MAX;
    expect_refusal(bad, "events");
    bad = good;
    bad.process = (nsym_dimuon_process)7;
    expect_refusal(bad, "process");
}

static void cuts_that_no_event_passes_are_refused(void **state) {
    (void)state;
    for (int p = 0; p < 2; p++) {
        nsym_dimuon_options options = nsym_dimuon_defaults(processes[p]);
        options.events = 10;
        options.delta_r_min = 7; /* needs |eta| of 3.1 */
        expect_refusal(options, "no event");
        options = nsym_dimuon_defaults(processes[p]);
        options.mass_min_gev = 12990;
        expect_refusal(options, "too little");
        options = nsym_dimuon_defaults(processes[p]);
        options.pt_min_gev = 6499;
        expect_refusal(options, "too little");
    }
}

static size_t asked;

static bool at_the_tenth(void) {
    return ++asked >= 10;
}

static void a_stop_is_asked_for_before_every_event(void **state) {
    (void)state;
    nsym_dimuon_options o = nsym_dimuon_defaults(NSYM_DIMUON_Z);
    nsym_events *events;
    o.events = 100, o.stop = at_the_tenth;
    assert_int_equal(nsym_dimuon_generate(&events, &o), NSYM_EINTERRUPTED);
    assert_string_equal(nsym_message(), "stopped on request after 9 of 100 events");
    assert_null(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_is_asked_for_before_every_event),
        cmocka_unit_test(momentum_is_conserved_and_muons_are_massless),
        cmocka_unit_test(records_are_those_of_a_les_houches_file),
        cmocka_unit_test(every_event_obeys_the_cuts),
        cmocka_unit_test(without_cuts_the_cross_section_is_the_textbook_one),
        cmocka_unit_test(angles_follow_their_closed_forms),
        cmocka_unit_test(boosted_z_pairs_are_forward_along_the_boost),
        cmocka_unit_test(the_median_mass_of_the_z_is_its_mass),
        cmocka_unit_test(a_longer_sample_begins_with_the_shorter_one),
        cmocka_unit_test(cross_sections_are_madgraphs),
        cmocka_unit_test(numbers_out_of_range_are_refused_by_name),
        cmocka_unit_test(cuts_that_no_event_passes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
