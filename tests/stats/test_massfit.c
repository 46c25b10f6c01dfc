#include "stats/golden.h"

#include "stats/voigt.h"
#include <nearsym/massfit.h>
#include <nearsym/random.h>

enum { P = NSYM_MASS_PARAMETERS };
static const double low = 70, high = 110;
static const int published_order[4] = {NSYM_MASS_TAU, NSYM_MASS_SIGMA, NSYM_MASS_GAMMA, NSYM_MASS_FRACTION};

static void profiles_are_those_of_scipy(void **state) {
    (void)state;
    json_t *root = golden_load("massfit.json");
    size_t n;
    double *v = golden_numbers(json_object_get(root, "profiles"), &n);
    assert_true(n > 40);
    for (size_t i = 0; i < n; i++) {
        double value = nsym_voigt_value(v[4 * i], v[4 * i + 1], v[4 * i + 2]);
        assert_near(value, v[4 * i + 3], 1e-12 * v[4 * i + 3] + 1e-60);
    }
    free(v);
    v = golden_numbers(json_object_get(root, "integrals"), &n);
    for (size_t i = 0; i < n; i++, v += 5) assert_near(nsym_voigt_integral(v[0], v[1], v[2], v[3]), v[4], 1e-12);
    free(v - 5 * n);
    json_decref(root);
}

/* The value keeps its relative precision in the tail of a Gaussian, too, down to exp(-120). Derivative k of w loses (2
   |z|)^k to the recursion by which it is made. */
static void profiles_and_derivatives_are_mpmaths(void **state) {
    (void)state;
    static const int orders[NSYM_VOIGT_TERMS] = {0, 2, 1, 1, 4, 3, 3, 2, 2, 2};
    enum { MOST = 200 };
    double x[MOST], sigma[MOST], gamma[MOST], expected[MOST][NSYM_VOIGT_TERMS], terms[MOST * NSYM_VOIGT_TERMS];
    size_t n = 0, from = 0;
    FILE *file = fopen(NSYM_TEST_DATA "/voigt.golden", "r");
    char comment[128];
    assert_non_null(file);
    assert_non_null(fgets(comment, sizeof comment, file));
    for (; n < MOST && fscanf(file, "%lf %lf %lf", &x[n], &sigma[n], &gamma[n]) == 3; n++)
        for (size_t t = 0; t < NSYM_VOIGT_TERMS; t++) assert_int_equal(fscanf(file, "%lf", &expected[n][t]), 1);
    fclose(file);
    assert_int_equal(n, 165);
    for (size_t end; from < n; from = end) { /* lines of one width go together, near and far */
        for (end = from; end < n && sigma[end] == sigma[from] && gamma[end] == gamma[from];) end++;
        nsym_voigt_terms(x + from, end - from, sigma[from], gamma[from], terms);
        for (size_t i = from; i < end; i++) {
            const double *ours = terms + (i - from) * NSYM_VOIGT_TERMS;
            double alone[NSYM_VOIGT_TERMS], z = hypot(x[i], gamma[i]) / (sigma[i] * sqrt(2));
            double size = fmin(1, 1 / (sqrt(M_PI) * z)) / (sigma[i] * sqrt(2 * M_PI));
            assert_near(ours[0], expected[i][0], 1e-13 * expected[i][0] + 1e-51);
            for (int t = 1; t < NSYM_VOIGT_TERMS; t++) {
                double inner = pow(sigma[i], t > 3 ? -2 : -1);
                assert_near(ours[t], expected[i][t], 1e-13 * size * inner * pow(1 + 2 * fmin(z, 11), orders[t]));
            }
            nsym_voigt(x[i], sigma[i], gamma[i], alone);
            assert_memory_equal(alone, ours, sizeof alone);
        }
    }
}

/* Central differences of the terms that come before; x moves against the centre. */
static void derivatives_of_the_profile_are_differences(void **state) {
    (void)state;
    static const double at[][3] = {{0.3, 0.87, 1.7},  {4, 1.3, 0},  {-15, 0.9, 1.5}, {13, 1, 0.3},
                                   {0.2, 0.02, 0.05}, {30, 0.1, 1}, {9, 1, 2},       {11.2, 1, 2}};
    static const int below[NSYM_VOIGT_TERMS][2] = {/* derivative in which of which term */
                                                   {0, 0}, {0, 0}, {1, 0}, {2, 0}, {0, 1},
                                                   {1, 1}, {2, 1}, {1, 2}, {2, 2}, {2, 3}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        double terms[NSYM_VOIGT_TERMS], up[NSYM_VOIGT_TERMS], down[NSYM_VOIGT_TERMS];
        double sigma = at[i][1], gamma = at[i][2], scale = sigma + gamma, h = 1e-5 * sigma;
        nsym_voigt(at[i][0], sigma, gamma, terms);
        for (int t = 1; t < NSYM_VOIGT_TERMS; t++) {
            int in = below[t][0];
            if (in == 1 && gamma == 0) continue; /* no gamma below 0 */
            nsym_voigt(at[i][0] - (in == 2) * h, sigma + (in == 0) * h, gamma + (in == 1) * h, up);
            nsym_voigt(at[i][0] + (in == 2) * h, sigma - (in == 0) * h, gamma - (in == 1) * h, down);
            double difference = (up[below[t][1]] - down[below[t][1]]) / (2 * h);
            assert_near(terms[t], difference,
                        1e-6 * (fabs(difference) + terms[0] / scale / scale * (t > 3 ? 1 : scale)));
        }
    }
}

static void assert_squares(const nsym_mass_fit *fit, const json_t *golden, double tolerance) {
    size_t n, rows;
    double *value = golden_numbers(json_object_get(golden, "value"), &n);
    double *covariance = golden_numbers(json_object_get(golden, "covariance"), &rows);
    assert_true(fit->converged && n == 4 && rows == 4);
    for (size_t i = 0; i < 4; i++) {
        double error = sqrt(covariance[5 * i]);
        assert_near(fit->value[published_order[i]], value[i], tolerance * error);
        assert_near(fit->error[published_order[i]], error, 10 * tolerance * error);
        for (size_t j = 0; j < 4; j++)
            assert_near(fit->covariance[published_order[i]][published_order[j]], covariance[4 * i + j],
                        20 * tolerance * error * sqrt(covariance[5 * j]));
    }
    free(value);
    free(covariance);
}

static void least_squares_are_those_of_curve_fit(void **state) {
    (void)state;
    json_t *root = golden_load("massfit.json");
    size_t n, bins;
    double *masses = golden_numbers(json_object_get(root, "masses"), &n), edges[33];
    double *density = golden_numbers(json_object_get(root, "published"), &bins);
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_PUBLISHED, low, high);
    nsym_mass_fit fit;
    for (int k = 0; k <= 32; k++) edges[k] = low + 1.25 * k;
    for (int average = 0; average < 2; average++) {
        const char *of_events = average ? "events_averaged" : "events_centres";
        const char *of_bins = average ? "published_averaged" : "published_centres";
        o.average = average;
        assert_int_equal(nsym_mass_fit_histogram(&fit, &o, edges, density, bins), NSYM_OK);
        assert_squares(&fit, json_object_get(root, of_bins), 1e-5); /* scipy stops at about 1e-8 of the squares */
        assert_int_equal(nsym_mass_fit_events(&fit, &o, masses, NULL, n), NSYM_OK);
        assert_squares(&fit, json_object_get(root, of_events), 1e-5);
        assert_string_equal(fit.warning, "");
        assert_int_equal(fit.events, n);
    }
    free(masses);
    free(density);
    json_decref(root);
}

/* arXiv:2306.15737: tau 14.97, sigma 0.865, gamma 1.7135, s 0.9561 from the density of the figure, which is rounded to
   1e-5; a fit that stops a little before the bottom of its flat valley changes gamma by 3e-5, hence the last digit. */
static void the_published_spectrum_gives_the_published_parameters(void **state) {
    (void)state;
    json_t *root = golden_load("massfit.json");
    size_t bins;
    double *density = golden_numbers(json_object_get(root, "published"), &bins), edges[33];
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_PUBLISHED, low, high);
    nsym_mass_fit fit;
    for (int k = 0; k <= 32; k++) edges[k] = low + 1.25 * k;
    o.average = true;
    assert_int_equal(nsym_mass_fit_histogram(&fit, &o, edges, density, bins), NSYM_OK);
    assert_near(fit.value[NSYM_MASS_TAU], 14.97, 0.005);
    assert_near(fit.value[NSYM_MASS_SIGMA], 0.865, 0.0005);
    assert_near(fit.value[NSYM_MASS_GAMMA], 1.7135, 0.0001);
    assert_near(fit.value[NSYM_MASS_FRACTION], 0.9561, 0.00005);
    assert_true(fit.converged && isnan(fit.chi2) && isnan(fit.ks_distance));
    free(density);
    json_decref(root);
}

/* The golden fit has the yields as parameters of an extended likelihood. */
static void the_likelihood_is_that_of_a_general_minimiser(void **state) {
    (void)state;
    json_t *root = golden_load("massfit.json"), *golden;
    size_t n, i;
    double *masses = golden_numbers(json_object_get(root, "masses"), &n);
    json_array_foreach(json_object_get(root, "likelihood"), i, golden) {
        size_t count, rows;
        double *value = golden_numbers(json_object_get(golden, "value"), &count);
        double *covariance = golden_numbers(json_object_get(golden, "covariance"), &rows);
        nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, low, high);
        if (json_is_true(json_object_get(golden, "free_centre"))) o.fixed = 0;
        nsym_mass_fit fit;
        assert_int_equal(nsym_mass_fit_events(&fit, &o, masses, NULL, n), NSYM_OK);
        const double ours[] = {fit.signal,   fit.background, fit.value[0],
                               fit.value[1], fit.value[2],   fit.value[NSYM_MASS_CENTRE]};
        const double errors[] = {sqrt(fit.yield_covariance[0][0]),
                                 sqrt(fit.yield_covariance[1][1]),
                                 fit.error[0],
                                 fit.error[1],
                                 fit.error[2],
                                 fit.error[NSYM_MASS_CENTRE]};
        for (size_t k = 0; k < count; k++) {
            double error = sqrt(covariance[k * count + k]);
            assert_near(ours[k], value[k], 1e-4 * error); /* a simplex knows its minimum to the root of its rounding */
            assert_near(errors[k], error, 2e-4 * error);
        }
        assert_near(fit.yield_covariance[0][1], covariance[1], 2e-4 * errors[0] * errors[1]);
        assert_near(fit.covariance[NSYM_MASS_SIGMA][NSYM_MASS_GAMMA], covariance[3 * count + 4],
                    2e-4 * errors[3] * errors[4]);
        assert_true(fit.converged && fit.bins > 15 && fit.ndf < fit.bins && fit.chi2 < 3 * (double)fit.ndf);
        assert_true(fit.ks_distance < 1.6 / sqrt((double)n)); /* 1 in 100 is larger */
        free(value);
        free(covariance);
    }
    free(masses);
    json_decref(root);
}

typedef struct {
    double tau, sigma, gamma, fraction, centre;
} truth;

/* Masses (n) in the window from Gaussian + Cauchy and an exponential. */
static void draw(double *masses, size_t n, truth t, double from, double to, uint64_t index) {
    nsym_random random = nsym_random_stream(31, "masses", index);
    for (size_t i = 0; i < n;) {
        double m;
        if (nsym_random_uniform(&random) < t.fraction) do {
                m = t.centre + t.sigma * nsym_random_normal(&random) +
                    t.gamma * tan(3.14159265358979 * (nsym_random_uniform(&random) - 0.5));
            } while (!(m > from && m < to)); /* the fraction is that inside the window */
        else
            m = from - t.tau * log1p(-nsym_random_uniform(&random) * (1 - exp(-(to - from) / t.tau)));
        if (m > from && m < to) masses[i++] = m;
    }
}

/* Pulls of 40 fits have mean 0 and spread 1: within four of their own errors. */
static void errors_are_the_spread_of_fits(void **state) {
    (void)state;
    enum { N = 10000, FITS = 40 };
    static double masses[N];
    const truth t = {20, 1.3, 1.5, 0.75, 90.5};
    const double values[P] = {t.tau, t.sigma, t.gamma, t.fraction, t.centre};
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, low, high);
    o.fixed = 0;
    double sum[P] = {0}, squares[P] = {0}, chi2 = 0, ndf = 0;
    for (uint64_t k = 0; k < FITS; k++) {
        nsym_mass_fit fit;
        draw(masses, N, t, low, high, k);
        assert_int_equal(nsym_mass_fit_events(&fit, &o, masses, NULL, N), NSYM_OK);
        chi2 += fit.chi2, ndf += (double)fit.ndf;
        for (int i = 0; i < P; i++) {
            double pull = (fit.value[i] - values[i]) / fit.error[i];
            sum[i] += pull / FITS, squares[i] += pull * pull / FITS;
        }
    }
    for (int i = 0; i < P; i++) {
        assert_near(sum[i], 0, 4 / sqrt(FITS));
        assert_near(squares[i], 1, 4 * sqrt(2. / FITS));
    }
    assert_near(chi2, ndf, 5 * sqrt(2 * ndf));
}

/* Wherever it starts, and whatever is to be fitted, it ends well or says why. */
static void odd_shapes_and_starts_fail_clearly_or_converge(void **state) {
    (void)state;
    enum { N = 400, CASES = 40 };
    double masses[N];
    size_t converged = 0;
    for (uint64_t k = 0; k < CASES; k++) {
        nsym_random random = nsym_random_stream(32, "shapes", k);
        truth t = {exp(6 * nsym_random_uniform(&random)), exp(-5 + 7 * nsym_random_uniform(&random)),
                   exp(-5 + 7 * nsym_random_uniform(&random)), nsym_random_uniform(&random),
                   low + 5 + 30 * nsym_random_uniform(&random)};
        if (k % 4 == 0) t.fraction = k % 8 == 0;
        draw(masses, N, t, low, high, k);
        nsym_mass_options o = nsym_mass_defaults(k % 5 == 4 ? NSYM_MASS_PUBLISHED : NSYM_MASS_LIKELIHOOD, low, high);
        o.start[NSYM_MASS_CENTRE] = t.centre;
        if (o.method == NSYM_MASS_LIKELIHOOD) o.fixed = k % 2 ? 0 : o.fixed;
        for (int i = 0; i < NSYM_MASS_CENTRE && k % 3; i++)
            o.start[i] = o.lower[i] + (o.upper[i] - o.lower[i]) * nsym_random_uniform(&random);
        nsym_mass_fit fit;
        nsym_status status = nsym_mass_fit_events(&fit, &o, masses, NULL, N);
        assert_true((status == NSYM_OK) == fit.converged);
        if (status != NSYM_OK) assert_true(strlen(nsym_message()) > 40);
        if (fit.at_bound) assert_non_null(strstr(fit.warning, "is at a bound"));
        for (int i = 0; i < P; i++)
            assert_true(status != NSYM_OK || (isfinite(fit.value[i]) && isfinite(fit.error[i])));
        converged += fit.converged;
    }
    assert_true(converged >= CASES * 3 / 4);
}

static void two_starts_find_one_minimum(void **state) {
    (void)state;
    enum { N = 2000 };
    static double masses[N];
    draw(masses, N, (truth){20, 1.3, 1.5, 0.75, 90.8}, low, high, 99);
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, low, high);
    nsym_mass_fit a, b;
    assert_int_equal(nsym_mass_fit_events(&a, &o, masses, NULL, N), NSYM_OK);
    const double start[P] = {300, 0.1, 8, 0.05, 90.8};
    memcpy(o.start, start, sizeof start);
    assert_int_equal(nsym_mass_fit_events(&b, &o, masses, NULL, N), NSYM_OK);
    for (int i = 0; i < P; i++) assert_near(b.value[i], a.value[i], 1e-8 * fabs(a.value[i]));
}

/* A histogram's integrals of the densities are the shares, and shares of the window are all. */
static void shares_are_integrals_of_densities(void **state) {
    (void)state;
    enum { BINS = 4000 };
    static double edges[BINS + 1], middle[BINS], s[BINS], b[BINS], ds[BINS], db[BINS];
    nsym_mass_fit fit = {.low = low, .high = high, .value = {18, 0.9, 1.6, 0.8, 90.8}};
    double all_s = 0, all_b = 0;
    for (int k = 0; k <= BINS; k++) edges[k] = low + (high - low) * k / BINS;
    for (int k = 0; k < BINS; k++) middle[k] = (edges[k] + edges[k + 1]) / 2;
    assert_int_equal(nsym_mass_shares(s, b, &fit, edges, BINS), NSYM_OK);
    assert_int_equal(nsym_mass_densities(ds, db, &fit, middle, BINS), NSYM_OK);
    for (int k = 0; k < BINS; k++) {
        double width = edges[k + 1] - edges[k];
        assert_near(ds[k] * width, s[k], 1e-5 * s[k]); /* midpoint rule */
        assert_near(db[k] * width, b[k], 1e-5 * b[k]);
        all_s += s[k], all_b += b[k];
    }
    assert_near(all_s, 1, 1e-12);
    assert_near(all_b, 1, 1e-12);
}

static void refused(const nsym_mass_options *o, const double *masses, size_t n, nsym_status wanted, const char *words) {
    nsym_mass_fit fit;
    assert_int_equal(nsym_mass_fit_events(&fit, o, masses, NULL, n), wanted);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void what_has_no_fit_is_refused(void **state) {
    (void)state;
    enum { N = 40 };
    double masses[N], below[N], same[N];
    for (int i = 0; i < N; i++) masses[i] = 75 + i * 0.8, below[i] = 71 + i * 0.4, same[i] = 90.8;
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, low, high), odd = o;
    refused(&o, masses, 0, NSYM_EINVAL, "0 of 0 masses are in the window 70 to 110, a fit needs 10");
    refused(&o, masses, 9, NSYM_EINVAL, "9 of 9 masses");
    refused(&o, below, N, NSYM_EINVAL, "lie below the centre 90.8");
    masses[7] = NAN;
    refused(&o, masses, N, NSYM_ENUMERIC, "the mass of event 8 is NaN");
    masses[7] = -INFINITY;
    refused(&o, masses, N, NSYM_ENUMERIC, "the mass of event 8 is -inf");
    masses[7] = 300;
    nsym_mass_fit fit;
    nsym_status status = nsym_mass_fit_events(&fit, &o, masses, NULL, N);
    assert_true(status == NSYM_OK || status == NSYM_ENUMERIC);
    assert_int_equal(fit.outside, 1);
    odd.start[NSYM_MASS_CENTRE] = 120;
    refused(&odd, masses, N, NSYM_EINVAL, "the peak is outside the window");
    odd = o, odd.high = 60;
    refused(&odd, masses, N, NSYM_EINVAL, "the mass window is 70 to 60, must rise");
    odd = o, odd.start[NSYM_MASS_SIGMA] = 1000;
    refused(&odd, masses, N, NSYM_EINVAL, "the start of sigma is 1000, not in its bounds");
    odd = o, odd.lower[NSYM_MASS_TAU] = 0;
    refused(&odd, masses, N, NSYM_EINVAL, "must be above 0");
    odd = o, odd.fixed |= 1u << NSYM_MASS_TAU;
    refused(&odd, masses, N, NSYM_EINVAL, "the start of tau is nan, must be a number if it is fixed");
    odd = nsym_mass_defaults(NSYM_MASS_PUBLISHED, low, high), odd.fixed = 0;
    refused(&odd, masses, N, NSYM_EINVAL, "can fix the centre and nothing else");
    odd.fixed = 1u << NSYM_MASS_CENTRE, odd.bins = 4;
    refused(&odd, masses, N, NSYM_EINVAL, "has 4 bins");
    odd.bins = 0;
    refused(&odd, same, N, NSYM_EINVAL, "all 40 masses are 90.8");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_are_those_of_scipy),
        cmocka_unit_test(profiles_and_derivatives_are_mpmaths),
        cmocka_unit_test(derivatives_of_the_profile_are_differences),
        cmocka_unit_test(least_squares_are_those_of_curve_fit),
        cmocka_unit_test(the_published_spectrum_gives_the_published_parameters),
        cmocka_unit_test(the_likelihood_is_that_of_a_general_minimiser),
        cmocka_unit_test(errors_are_the_spread_of_fits),
        cmocka_unit_test(odd_shapes_and_starts_fail_clearly_or_converge),
        cmocka_unit_test(two_starts_find_one_minimum),
        cmocka_unit_test(shares_are_integrals_of_densities),
        cmocka_unit_test(what_has_no_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
