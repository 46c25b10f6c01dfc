/* What a mass fit says of its errors: of weighted events, by the profile likelihood, and at bounds. */
#include "stats/golden.h"

#include <nearsym/massfit.h>
#include <nearsym/random.h>

enum { P = NSYM_MASS_PARAMETERS };
static const double low = 70, high = 110;

typedef struct {
    double *masses, *weights;
    size_t n;
} sample;

static sample sample_of(const json_t *root) {
    sample s;
    s.masses = golden_numbers(json_object_get(root, "masses"), &s.n);
    s.weights = json_object_get(root, "weights") ? golden_numbers(json_object_get(root, "weights"), &s.n) : NULL;
    return s;
}

static void sample_free(sample *s) {
    free(s->masses);
    free(s->weights);
}

static nsym_mass_options usual(void) {
    return nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, low, high);
}

static nsym_mass_fit fitted(const nsym_mass_options *o, const double *masses, const double *weights, size_t n) {
    nsym_mass_fit fit;
    memset(&fit, 0, sizeof fit);
    if (nsym_mass_fit_events(&fit, o, masses, weights, n) != NSYM_OK) fail_msg("%s", nsym_message());
    return fit;
}

static nsym_mass_intervals intervals_of(const nsym_mass_options *o, const nsym_mass_fit *fit, const double *masses,
                                        const double *weights, size_t n, double sigmas) {
    nsym_mass_intervals out;
    if (nsym_mass_find_intervals(&out, o, fit, masses, weights, n, sigmas) != NSYM_OK) fail_msg("%s", nsym_message());
    return out;
}

/* A simplex knows its minimum to the root of its rounding, differences their errors to a few in 1e-5. */
static void weighted_fits_are_those_of_a_general_minimiser(void **state) {
    (void)state;
    static const char *const names[] = {"plain", "weighted"};
    json_t *root = golden_load("weighted.json");
    for (int k = 0; k < 2; k++) {
        const json_t *golden = json_object_get(root, names[k]), *wanted = json_object_get(golden, "fit");
        sample s = sample_of(golden);
        size_t count;
        double *value = golden_numbers(json_object_get(wanted, "value"), &count);
        double *error = golden_numbers(json_object_get(wanted, "error"), &count);
        nsym_mass_options o = usual();
        nsym_mass_fit fit = fitted(&o, s.masses, s.weights, s.n);
        const double ours[] = {fit.signal, fit.background, fit.value[0], fit.value[1], fit.value[2], fit.value[3]};
        const double errors[] = {sqrt(fit.yield_covariance[0][0]),
                                 sqrt(fit.yield_covariance[1][1]),
                                 fit.error[0],
                                 fit.error[1],
                                 fit.error[2],
                                 fit.error[3]};
        assert_int_equal(count, 6);
        for (size_t i = 0; i < 6; i++) {
            assert_near(ours[i], value[i], 3e-4 * error[i]);
            assert_near(errors[i], error[i], 3e-4 * error[i]);
        }
        assert_near(fit.yield_covariance[0][1], json_number_value(json_object_get(wanted, "between_yields")),
                    5e-4 * error[0] * error[1]);
        assert_true(fit.weighted == (k == 1));
        free(value);
        free(error);
        sample_free(&s);
    }
    json_decref(root);
}

static void intervals_are_those_of_a_general_minimiser(void **state) {
    (void)state;
    static const char *const names[] = {"plain", "weighted"};
    json_t *root = golden_load("weighted.json");
    for (int k = 0; k < 2; k++) {
        const json_t *golden = json_object_get(root, names[k]), *wanted = json_object_get(golden, "intervals");
        sample s = sample_of(golden);
        nsym_mass_options o = usual();
        nsym_mass_fit fit = fitted(&o, s.masses, s.weights, s.n);
        nsym_mass_intervals in = intervals_of(&o, &fit, s.masses, s.weights, s.n, 1);
        const nsym_mass_interval ours[] = {in.parameter[NSYM_MASS_TAU], in.parameter[NSYM_MASS_FRACTION],
                                           in.background};
        static const char *const of[] = {"tau", "s", "background"};
        for (size_t i = 0; i < 3; i++) {
            size_t two;
            double *ends = golden_numbers(json_object_get(wanted, of[i]), &two), width = ends[1] - ends[0];
            assert_near(ours[i].low, ends[0], 5e-4 * width);
            assert_near(ours[i].high, ends[1], 5e-4 * width);
            free(ends);
        }
        assert_near(in.parameter[NSYM_MASS_CENTRE].low, 90.8, 0);
        sample_free(&s);
    }
    json_decref(root);
}

/* The limit is where -log L has risen by 1.645^2 / 2. */
static void a_yield_at_its_bound_has_a_limit(void **state) {
    (void)state;
    json_t *root = golden_load("weighted.json");
    const json_t *golden = json_object_get(root, "none");
    sample s = sample_of(golden);
    nsym_mass_options o = usual();
    nsym_mass_fit fit = fitted(&o, s.masses, NULL, s.n);
    assert_true(fit.background == 0 && fit.at_bound >> NSYM_MASS_FRACTION & 1);
    assert_non_null(strstr(fit.warning, "s = 1 is at a bound: no background is found"));
    nsym_mass_intervals one = intervals_of(&o, &fit, s.masses, NULL, s.n, 1),
                        limit = intervals_of(&o, &fit, s.masses, NULL, s.n, 1.6448536269514722);
    double golden_one = json_number_value(json_object_get(golden, "one")),
           golden_limit = json_number_value(json_object_get(golden, "limit"));
    assert_near(one.background.high, golden_one, 1e-3 * golden_one);
    assert_near(limit.background.high, golden_limit, 1e-3 * golden_limit);
    assert_true(one.background.low == 0 && one.background.open_low && !one.background.open_high);
    assert_true(one.parameter[NSYM_MASS_FRACTION].high == 1 && one.parameter[NSYM_MASS_FRACTION].open_high);
    assert_near(one.parameter[NSYM_MASS_FRACTION].low, 1 - golden_one / (double)s.n, 2e-3 * golden_one / (double)s.n);
    assert_true(one.parameter[NSYM_MASS_TAU].open_low && one.parameter[NSYM_MASS_TAU].open_high); /* nothing tells */
    sample_free(&s);
    json_decref(root);
}

typedef struct {
    double fraction, tau, sigma, gamma;
} truth;

/* Masses (n), and whether each is signal. */
static void draw(double *masses, bool *signal, size_t n, truth t, uint64_t index) {
    nsym_random random = nsym_random_stream(41, "errors", index);
    for (size_t i = 0; i < n; i++) {
        signal[i] = nsym_random_uniform(&random) < t.fraction;
        do {
            double u = nsym_random_uniform(&random);
            masses[i] = signal[i]
                            ? 90.8 + t.sigma * nsym_random_normal(&random) + t.gamma * tan(3.14159265358979 * (u - 0.5))
                            : low - t.tau * log1p(-u);
        } while (!(masses[i] > low && masses[i] < high));
    }
}

enum { N = 3000 };
static double masses[2 * N], weights[2 * N];
static bool signal[2 * N];

static void weights_of_1_change_no_bit(void **state) {
    (void)state;
    for (int method = 0; method < 2; method++) {
        nsym_mass_options o = nsym_mass_defaults((nsym_mass_method)method, low, high);
        draw(masses, signal, N, (truth){0.8, 18, 0.9, 1.4}, 1);
        for (size_t i = 0; i < N; i++) weights[i] = 1;
        nsym_mass_fit with = fitted(&o, masses, weights, N), without = fitted(&o, masses, NULL, N);
        assert_memory_equal(&with, &without, sizeof with);
        assert_true(!with.weighted && with.weight == N);
    }
}

static void events_of_weight_0_might_as_well_be_missing(void **state) {
    (void)state;
    static double kept[N], of_kept[N];
    size_t n = 0;
    nsym_mass_options o = usual();
    draw(masses, signal, N, (truth){0.8, 18, 0.9, 1.4}, 2);
    for (size_t i = 0; i < N; i++) {
        weights[i] = i % 3 == 0 ? 0 : i % 2 ? 2 : 1;
        if (weights[i] > 0) kept[n] = masses[i], of_kept[n++] = weights[i];
    }
    nsym_mass_fit with = fitted(&o, masses, weights, N), without = fitted(&o, kept, of_kept, n);
    assert_int_equal(with.weightless, N / 3);
    assert_int_equal(with.events, n);
    with.weightless = 0;
    assert_memory_equal(&with, &without, sizeof with);
}

/* Luminosity weights: all numbers but the yields stay, also where they are tiny. */
static void a_common_factor_of_all_weights_scales_the_yields(void **state) {
    (void)state;
    nsym_mass_options o = usual();
    draw(masses, signal, N, (truth){0.8, 18, 0.9, 1.4}, 3);
    nsym_mass_fit plain = fitted(&o, masses, NULL, N);
    for (size_t i = 0; i < N; i++) weights[i] = 1e-7;
    nsym_mass_fit scaled = fitted(&o, masses, weights, N);
    nsym_mass_intervals one = intervals_of(&o, &plain, masses, NULL, N, 1),
                        other = intervals_of(&o, &scaled, masses, weights, N, 1);
    for (int i = 0; i < NSYM_MASS_CENTRE; i++) {
        assert_near(scaled.value[i], plain.value[i], 1e-7 * plain.error[i]);
        assert_near(scaled.error[i], plain.error[i],
                    0.15 * plain.error[i]); /* the sandwich estimates the same in another way */
        double share = scaled.error[i] / plain.error[i];
        assert_near(other.parameter[i].high - scaled.value[i], share * (one.parameter[i].high - plain.value[i]),
                    0.01 * plain.error[i]);
    }
    assert_near(scaled.signal, 1e-7 * plain.signal, 1e-12);
    assert_near(scaled.chi2, plain.chi2, 1e-6 * plain.chi2);
    assert_near(scaled.effective, N, 1e-6);
}

/* Events that are there with weights 1 and -1 cancel, and leave larger errors. */
static void a_negative_weight_takes_its_event_back(void **state) {
    (void)state;
    nsym_mass_options o = usual();
    draw(masses, signal, N, (truth){0.8, 18, 0.9, 1.4}, 4);
    nsym_mass_fit plain = fitted(&o, masses, NULL, N);
    for (size_t i = 0; i < N; i++) weights[i] = 1;
    for (size_t i = 0; i < 300; i++) {
        masses[N + 2 * i] = masses[N + 2 * i + 1] = masses[10 * i];
        weights[N + 2 * i] = 1, weights[N + 2 * i + 1] = -1;
    }
    nsym_mass_fit more = fitted(&o, masses, weights, N + 600);
    for (int i = 0; i < NSYM_MASS_CENTRE; i++) {
        assert_near(more.value[i], plain.value[i], 1e-6 * plain.error[i]);
        assert_near(more.error[i] / plain.error[i], sqrt(1.2), 0.12); /* sum w^2 is 1.2 times as large */
    }
    assert_near(more.signal + more.background, N, 1e-9);
    assert_near(more.ks_distance, plain.ks_distance, 1e-3);
}

/* numpy.histogram(weights=): with as many bins it is that of events that are there so many times. */
static void the_published_method_takes_a_histogram_of_weights(void **state) {
    (void)state;
    static double repeated[3 * N];
    size_t n = 0;
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_PUBLISHED, low, high);
    o.bins = 40;
    draw(masses, signal, N, (truth){0.8, 18, 0.9, 1.4}, 5);
    for (size_t i = 0; i < N; i++) {
        weights[i] = 1 + (double)(i % 3);
        for (size_t k = 0; k <= i % 3; k++) repeated[n++] = masses[i];
    }
    nsym_mass_fit once = fitted(&o, masses, weights, N), often = fitted(&o, repeated, NULL, n);
    for (int i = 0; i < NSYM_MASS_CENTRE; i++) assert_near(once.value[i], often.value[i], 1e-6 * often.error[i]);
    assert_near(once.signal, often.signal, 1e-6 * often.signal);
    assert_true(once.yield_covariance[0][0] > often.yield_covariance[0][0]); /* sum w^2 beside sum w */
}

/* Pulls of 40 fits to weighted events, some of them negative, have spread 1: within four of its errors. */
static void errors_of_weighted_fits_are_the_spread_of_fits(void **state) {
    (void)state;
    enum { FITS = 40 };
    const truth t = {0.6, 18, 0.9, 1.4};
    const double s = 3 * t.fraction / (3 * t.fraction + 1 - t.fraction);
    const double values[] = {t.tau, t.sigma, t.gamma, s};
    double squares[4] = {0}, of_background = 0;
    nsym_mass_options o = usual();
    for (uint64_t k = 0; k < FITS; k++) {
        draw(masses, signal, N, t, 100 + k);
        for (size_t i = 0; i < N; i++) weights[i] = (signal[i] ? 3 : 1) * (i % 25 == 0 ? -1 : 1);
        nsym_mass_fit fit = fitted(&o, masses, weights, N);
        for (int i = 0; i < 4; i++) squares[i] += pow((fit.value[i] - values[i]) / fit.error[i], 2) / FITS;
        double off = fit.background - 0.92 * (1 - t.fraction) * N; /* one in 25 counts -1 */
        of_background += off * off / fit.yield_covariance[1][1] / FITS;
    }
    for (int i = 0; i < 4; i++) assert_near(squares[i], 1, 4 * sqrt(2. / FITS));
    assert_near(of_background, 1, 4 * sqrt(2. / FITS));
}

/* Little background: where the covariance's errors are too small, the profile's intervals cover. 24 toys know 0.68 to
   0.1, so the bounds are wide; bench/coverage/massfit.c has 500. */
static void profile_intervals_cover(void **state) {
    (void)state;
    enum { TOYS = 24 };
    const truth t = {0.93, 17, 0.891, 1.551};
    const double values[] = {t.tau, t.sigma, t.gamma, t.fraction};
    int inside[2][4] = {{0}};
    nsym_mass_options o = usual();
    for (uint64_t k = 0; k < TOYS; k++) {
        draw(masses, signal, N, t, 200 + k);
        nsym_mass_fit fit = fitted(&o, masses, NULL, N);
        for (int sigmas = 1; sigmas < 3; sigmas++) {
            nsym_mass_intervals in = intervals_of(&o, &fit, masses, NULL, N, sigmas);
            for (int i = 0; i < 4; i++) {
                nsym_mass_interval at = in.parameter[i];
                assert_true(at.low <= fit.value[i] && fit.value[i] <= at.high);
                inside[sigmas - 1][i] += at.low <= values[i] && values[i] <= at.high;
            }
        }
    }
    for (int i = 0; i < 4; i++) {
        assert_true(inside[0][i] >= 10 && inside[0][i] <= 22);
        assert_true(inside[1][i] >= 20);
    }
}

static void a_bound_that_was_set_makes_no_verdict(void **state) {
    (void)state;
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_PUBLISHED, low, high);
    for (uint64_t k = 0; k < 5; k++) {
        draw(masses, signal, N, (truth){0.9, 17, 0.891, 2.9}, 300 + k);
        nsym_mass_fit fit = fitted(&o, masses, NULL, N);
        assert_near(fit.value[NSYM_MASS_GAMMA], 2, 1e-5); /* as scipy's, whose bound it is */
        const char *found =
            strstr(fit.warning, "gamma = 2 is at a bound that was set; the data prefer a value beyond it");
        assert_non_null(found);
        assert_non_null(strstr(found, "fit the likelihood, whose bounds are wider. It finds tau"));
        assert_null(strstr(fit.warning, "cannot be told"));
        double gamma = 0, error = 0;
        assert_int_equal(sscanf(strstr(strstr(found, "It finds"), "gamma"), "gamma %lf +- %lf", &gamma, &error), 2);
        assert_near(gamma, 2.9, 5 * error);
    }
    nsym_mass_options narrow = usual();
    narrow.upper[NSYM_MASS_GAMMA] = 2;
    nsym_mass_fit fit = fitted(&narrow, masses, NULL, N);
    assert_non_null(strstr(fit.warning, "the data prefer a value beyond it"));
    assert_non_null(strstr(fit.warning, "set wider bounds"));
}

static void refused(const double *w, size_t n, nsym_status wanted, const char *words) {
    nsym_mass_options o = usual();
    nsym_mass_fit fit;
    assert_int_equal(nsym_mass_fit_events(&fit, &o, masses, w, n), wanted);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void weights_that_weigh_nothing_are_refused(void **state) {
    (void)state;
    draw(masses, signal, N, (truth){0.8, 18, 0.9, 1.4}, 6);
    for (size_t i = 0; i < N; i++) weights[i] = 0;
    refused(weights, N, NSYM_EINVAL, "all 3000 weights are 0");
    weights[17] = NAN;
    refused(weights, N, NSYM_ENUMERIC, "the weight of event 18 is nan");
    for (size_t i = 0; i < N; i++) weights[i] = i % 2 ? 1 : -1;
    refused(weights, N, NSYM_EINVAL, "add up to 0");
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_PUBLISHED, low, high);
    nsym_mass_fit fit = fitted(&o, masses, NULL, N);
    nsym_mass_intervals in;
    assert_int_equal(nsym_mass_find_intervals(&in, &o, &fit, masses, NULL, N, 1), NSYM_EINVAL);
    o = usual();
    fit = fitted(&o, masses, NULL, N);
    assert_int_equal(nsym_mass_find_intervals(&in, &o, &fit, masses, NULL, N, 0), NSYM_EINVAL);
}

static size_t asked, patience;

static bool later(void) {
    return ++asked > patience;
}

/* Wherever it is stopped, before the first step or at the last one. */
static void fits_and_intervals_that_are_stopped_say_so(void **state) {
    (void)state;
    draw(masses, signal, N, (truth){0.8, 18, 0.9, 1.4}, 6);
    nsym_mass_options o = usual();
    nsym_mass_intervals in;
    nsym_mass_fit fit;
    patience = SIZE_MAX;
    o.stop = later;
    for (int k = 0; k < 2; k++) {
        patience = SIZE_MAX, asked = 0;
        fit = fitted(&o, masses, NULL, N);
        if (k) intervals_of(&o, &fit, masses, NULL, N, 1);
        const size_t all = asked, stops[] = {k ? all / 2 : 0, all / 4 * 3, all - 1};
        for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
            patience = SIZE_MAX, asked = 0;
            if (k) fit = fitted(&o, masses, NULL, N);
            patience = stops[i];
            nsym_status status = k ? nsym_mass_find_intervals(&in, &o, &fit, masses, NULL, N, 1)
                                   : nsym_mass_fit_events(&fit, &o, masses, NULL, N);
            assert_int_equal(status, NSYM_EINTERRUPTED);
            assert_non_null(strstr(nsym_message(), "stopped on request"));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_and_intervals_that_are_stopped_say_so),
        cmocka_unit_test(weighted_fits_are_those_of_a_general_minimiser),
        cmocka_unit_test(intervals_are_those_of_a_general_minimiser),
        cmocka_unit_test(a_yield_at_its_bound_has_a_limit),
        cmocka_unit_test(weights_of_1_change_no_bit),
        cmocka_unit_test(events_of_weight_0_might_as_well_be_missing),
        cmocka_unit_test(a_common_factor_of_all_weights_scales_the_yields),
        cmocka_unit_test(a_negative_weight_takes_its_event_back),
        cmocka_unit_test(the_published_method_takes_a_histogram_of_weights),
        cmocka_unit_test(errors_of_weighted_fits_are_the_spread_of_fits),
        cmocka_unit_test(profile_intervals_cover),
        cmocka_unit_test(a_bound_that_was_set_makes_no_verdict),
        cmocka_unit_test(weights_that_weigh_nothing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
