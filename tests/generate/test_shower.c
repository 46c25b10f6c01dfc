#include <nearsym/generate/shower.h>
#include <nearsym/random.h>
#include <nearsym/stats.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PI 3.14159265358979323846

enum { DEPOSITS = 16, POINTS = 32, CLOUD = DEPOSITS * POINTS };

static void refused(nsym_shower_options options, const char *word) {
    assert_int_equal(nsym_shower_check(&options), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), word));
    nsym_shower_limit *limit = NULL;
    assert_int_equal(nsym_shower_limit_new(&limit, &options), NSYM_EINVAL);
    assert_null(limit);
}

static void numbers_out_of_range_are_refused_by_name(void **state) {
    (void)state;
    nsym_shower_options good = nsym_shower_defaults(), bad;
    assert_int_equal(nsym_shower_check(&good), NSYM_OK);
    static const struct {
        size_t deposits, noise;
        const char *word;
    } counts[] = {{0, 0, "deposits"}, {1025, 8, "deposits"}, {SIZE_MAX, 8, "deposits"},
                  {16, 16, "noise"},  {1, 1, "noise"},       {16, SIZE_MAX, "noise"}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        bad = good;
        bad.deposits = counts[i].deposits;
        bad.noise = counts[i].noise;
        refused(bad, counts[i].word);
    }
    const double wrong[] = {-1e-9, -INFINITY, INFINITY, NAN};
    for (size_t i = 0; i < 4; i++) {
        bad = good;
        bad.variance = wrong[i];
        refused(bad, "variance");
        bad = good;
        bad.spread = wrong[i];
        refused(bad, "spread");
    }
    bad = good;
    bad.variance = 1e6;
    refused(bad, "variance");
    const size_t points[] = {0, 65537, SIZE_MAX};
    for (size_t i = 0; i < 3; i++) {
        bad = good;
        bad.points = points[i];
        refused(bad, "points");
    }
    bad = good;
    bad.pairing = (nsym_shower_pairing)7;
    refused(bad, "pairing");
    bad = good;
    bad.variance = 0; /* events can be made, but have no density */
    assert_int_equal(nsym_shower_check(&bad), NSYM_OK);
    nsym_shower_limit *limit = NULL;
    assert_int_equal(nsym_shower_limit_new(&limit, &bad), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "variance"));
    nsym_shower_limit_free(NULL);
}

static void an_event_depends_on_seed_and_index_only(void **state) {
    (void)state;
    nsym_shower_options options = nsym_shower_defaults();
    double first[3 * DEPOSITS], again[3 * DEPOSITS], cloud[3 * CLOUD], cloud_again[3 * CLOUD];
    nsym_shower_deposits(&options, 7, first);
    nsym_shower_spread(&options, 7, first, cloud);
    for (uint64_t i = 0; i < 7; i++) nsym_shower_deposits(&options, i, again);
    nsym_shower_deposits(&options, 7, again);
    nsym_shower_spread(&options, 7, again, cloud_again);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_equal(cloud, cloud_again, sizeof cloud);
    nsym_shower_deposits(&options, 9, again);
    for (size_t i = 0; i < 3 * DEPOSITS; i++) assert_true(first[i] != again[i]);
    options.seed++;
    nsym_shower_deposits(&options, 7, again);
    for (size_t i = 0; i < 3 * DEPOSITS; i++) assert_true(first[i] != again[i]);
}

static void deposits_lie_in_the_disk_by_rising_energy(void **state) {
    (void)state;
    nsym_shower_options options = nsym_shower_defaults();
    options.variance = 2; /* most are redrawn */
    double d[3 * DEPOSITS];
    for (uint64_t event = 0; event < 1000; event++) {
        options.hardest_core = event % 4 < 2;
        nsym_shower_deposits(&options, event, d);
        for (size_t i = 0; i < DEPOSITS; i++) {
            assert_true(d[3 * i] * d[3 * i] + d[3 * i + 1] * d[3 * i + 1] < 1);
            assert_true(d[3 * i + 2] > 0 && d[3 * i + 2] < 1);
            assert_true(i == 0 || d[3 * i + 2] > d[3 * i - 1]);
        }
    }
}

static void assert_mean(double sum, double square, size_t n, double expected) {
    double mean = sum / (double)n, variance = square / (double)n - mean * mean;
    if (fabs(mean - expected) > 5 * sqrt(variance / (double)n)) /* five standard errors */
        fail_msg("mean %.6f of %zu, not %.6f", mean, n, expected);
}

/* r^2 and the angle of a uniform point of the disk are uniform. */
static void background_is_flat_on_the_disk(void **state) {
    (void)state;
    enum { EVENTS = 6000, BINS = 10 };
    nsym_shower_options options = nsym_shower_defaults();
    double d[3 * DEPOSITS], radial[BINS] = {0}, angular[BINS] = {0}, energy = 0, energy2 = 0;
    for (uint64_t event = 0; event < EVENTS; event++) {
        nsym_shower_deposits(&options, 2 * event, d);
        for (size_t i = 0; i < DEPOSITS; i++) {
            double x = d[3 * i], y = d[3 * i + 1], e = d[3 * i + 2];
            radial[(size_t)(BINS * (x * x + y * y))]++;
            angular[(size_t)(BINS * fmin((atan2(y, x) + PI) / (2 * PI), 1 - 1e-12))]++;
            energy += e;
            energy2 += e * e;
        }
    }
    double expected = (double)EVENTS * DEPOSITS / BINS, chi2[2] = {0};
    for (size_t b = 0; b < BINS; b++) {
        chi2[0] += (radial[b] - expected) * (radial[b] - expected) / expected;
        chi2[1] += (angular[b] - expected) * (angular[b] - expected) / expected;
    }
    assert_true(chi2[0] < 40 && chi2[1] < 40); /* 9 degrees of freedom: probability 8e-6 */
    assert_mean(energy, energy2, EVENTS * DEPOSITS, 0.5);
}

/* The density of the Gaussian about (r, 0), not normalised, integrated over the disk times 1, x and (x - r)^2, by the
   midpoint rule in polar coordinates. */
static void disk_moments(double r, double variance, double moments[3]) {
    enum { RADII = 200, ANGLES = 100 };
    memset(moments, 0, 3 * sizeof *moments);
    for (size_t i = 0; i < RADII; i++) {
        double radius = ((double)i + 0.5) / RADII;
        for (size_t j = 0; j < ANGLES; j++) {
            double angle = 2 * PI * ((double)j + 0.5) / ANGLES, x = radius * cos(angle), y = radius * sin(angle);
            double density = exp(-((x - r) * (x - r) + y * y) / (2 * variance)) / (2 * PI * variance);
            double part = density * radius * (1. / RADII) * (2 * PI / ANGLES);
            moments[0] += part;
            moments[1] += part * x;
            moments[2] += part * (x - r) * (x - r);
        }
    }
}

/* Without noise every other deposit is Gaussian; the mean of each along the core's direction, and its variance, are
   those of the truncated Gaussian about this very core. */
static void signal_gathers_around_the_core_with_the_variance(void **state) {
    (void)state;
    enum { EVENTS = 1000 };
    nsym_shower_options options = nsym_shower_defaults();
    options.noise = 0;
    double d[3 * DEPOSITS], mean = 0, mean2 = 0, square = 0, square2 = 0, across = 0, across2 = 0;
    for (uint64_t event = 0; event < EVENTS; event++) {
        nsym_shower_deposits(&options, 2 * event + 1, d);
        const double *core = d + 3 * (DEPOSITS - 1);
        double r = hypot(core[0], core[1]), moments[3];
        disk_moments(r, options.variance, moments);
        for (size_t i = 0; i + 1 < DEPOSITS; i++) {
            double along = (d[3 * i] * core[0] + d[3 * i + 1] * core[1]) / r;
            double a = along - moments[1] / moments[0], s = (along - r) * (along - r) - moments[2] / moments[0];
            double c = (d[3 * i + 1] * core[0] - d[3 * i] * core[1]) / r;
            mean += a, mean2 += a * a, square += s, square2 += s * s, across += c, across2 += c * c;
        }
    }
    assert_mean(mean, mean2, EVENTS * (DEPOSITS - 1), 0);
    assert_mean(square, square2, EVENTS * (DEPOSITS - 1), 0);
    assert_mean(across, across2, EVENTS * (DEPOSITS - 1), 0);
}

/* With variance 0 those of the core lie exactly on it, so core and noise can be told. */
static void any_deposit_is_noise_equally_often_and_the_core_never(void **state) {
    (void)state;
    enum { EVENTS = 4000 };
    nsym_shower_options options = nsym_shower_defaults();
    options.variance = 0;
    options.noise = 6;
    double d[3 * DEPOSITS];
    size_t noise[DEPOSITS] = {0};
    for (uint64_t event = 0; event < EVENTS; event++) {
        nsym_shower_deposits(&options, 2 * event + 1, d);
        size_t count = 0;
        for (size_t i = 0; i < DEPOSITS; i++) {
            bool off = d[3 * i] != d[45] || d[3 * i + 1] != d[46];
            noise[i] += off;
            count += off;
        }
        assert_int_equal(count, 6);
    }
    assert_int_equal(noise[DEPOSITS - 1], 0);
    for (size_t i = 0; i + 1 < DEPOSITS; i++) /* 6 of 15; five standard deviations */
        assert_true(fabs((double)noise[i] - EVENTS * 0.4) < 5 * sqrt(EVENTS * 0.4 * 0.6));
    options.hardest_core = false;
    size_t hardest_off = 0;
    for (uint64_t event = 0; event < EVENTS; event++) {
        nsym_shower_deposits(&options, 2 * event + 1, d);
        size_t equal = 0;
        for (size_t i = 0; i + 1 < DEPOSITS; i++) equal += d[3 * i] == d[45];
        hardest_off += equal == 0;
    }
    assert_true(fabs((double)hardest_off - EVENTS * 6. / 16) < 5 * sqrt(EVENTS * 6. / 16 * 10 / 16));
}

static void a_cloud_has_the_spread_about_its_deposits(void **state) {
    (void)state;
    enum { EVENTS = 200 };
    nsym_shower_options options = nsym_shower_defaults();
    options.spread = 0.02;
    double d[3 * DEPOSITS], p[3 * CLOUD];
    for (int pairing = 0; pairing < 2; pairing++) {
        options.pairing = pairing ? NSYM_TILED : NSYM_PAIRED;
        double sum = 0, sum2 = 0, sum4 = 0, cross = 0, cross2 = 0;
        for (uint64_t event = 0; event < EVENTS; event++) {
            nsym_shower_deposits(&options, event, d);
            nsym_shower_spread(&options, event, d, p);
            for (size_t k = 0; k < CLOUD; k++) {
                const double *centre = d + 3 * (pairing ? k % DEPOSITS : k / POINTS);
                double x = (p[3 * k] - centre[0]) / 0.02, y = (p[3 * k + 1] - centre[1]) / 0.02;
                sum += x + y, sum2 += x * x + y * y, sum4 += x * x * x * x + y * y * y * y;
                cross += x * y, cross2 += x * x * y * y;
                assert_true(p[3 * k + 2] == d[3 * (k / POINTS) + 2] * (1. / POINTS));
            }
        }
        assert_mean(sum, sum2, 2 * EVENTS * CLOUD, 0);
        assert_mean(sum2, sum4, 2 * EVENTS * CLOUD, 1);
        assert_mean(cross, cross2, EVENTS * CLOUD, 0);
    }
}

/* Paired, a deposit keeps its energy; tiled, all end with the same. */
static void pairing_says_what_a_deposit_ends_with(void **state) {
    (void)state;
    nsym_shower_options options = nsym_shower_defaults();
    options.spread = 0;
    double d[3 * DEPOSITS], p[3 * CLOUD], all = 0;
    nsym_shower_deposits(&options, 3, d);
    for (size_t i = 0; i < DEPOSITS; i++) all += d[3 * i + 2];
    for (int pairing = 0; pairing < 2; pairing++) {
        options.pairing = pairing ? NSYM_TILED : NSYM_PAIRED;
        nsym_shower_spread(&options, 3, d, p);
        for (size_t i = 0; i < DEPOSITS; i++) {
            double total = 0;
            size_t n = 0;
            for (size_t k = 0; k < CLOUD; k++) {
                if (p[3 * k] != d[3 * i] || p[3 * k + 1] != d[3 * i + 1]) continue;
                total += p[3 * k + 2];
                n++;
            }
            assert_int_equal(n, POINTS);
            assert_true(fabs(total - (pairing ? all / DEPOSITS : d[3 * i + 2])) < 1e-14);
        }
    }
}

static void the_smallest_events_are_made(void **state) {
    (void)state;
    nsym_shower_options options = nsym_shower_defaults();
    options.deposits = options.points = 1;
    options.noise = 0;
    double d[3], p[3];
    for (uint64_t event = 0; event < 4; event++) {
        nsym_shower_deposits(&options, event, d);
        nsym_shower_spread(&options, event, d, p);
        assert_true(fabs(p[0] - d[0]) < 0.1 && p[2] == d[2]);
    }
    nsym_shower_limit *limit = NULL;
    assert_int_equal(nsym_shower_limit_new(&limit, &options), NSYM_OK);
    assert_true(nsym_shower_log_ratio(limit, d, true) == 0);
    nsym_shower_limit_free(limit);
}

static nsym_shower_limit *limit_of(const nsym_shower_options *options) {
    nsym_shower_limit *limit = NULL;
    assert_int_equal(nsym_shower_limit_new(&limit, options), NSYM_OK);
    return limit;
}

static void a_core_alone_tells_nothing(void **state) {
    (void)state;
    nsym_shower_options options = nsym_shower_defaults();
    options.noise = 15;
    nsym_shower_limit *limit = limit_of(&options);
    double d[3 * DEPOSITS];
    for (uint64_t event = 0; event < 10; event++) {
        nsym_shower_deposits(&options, event, d);
        assert_true(nsym_shower_log_ratio(limit, d, event % 4 < 2) == 0);
    }
    nsym_shower_limit_free(limit);
}

/* Two deposits, no noise, core known: the ratio over pi is the density of the other, whose integral is 1. */
static void the_density_is_normalised_on_the_disk(void **state) {
    (void)state;
    enum { RADII = 400, ANGLES = 100 };
    nsym_shower_options options = nsym_shower_defaults();
    options.deposits = 2;
    options.noise = 0;
    const double variances[] = {0.3, 0.01, 30}, cores[] = {0, 0.4, 0.99};
    for (size_t v = 0; v < 3; v++) {
        options.variance = variances[v];
        nsym_shower_limit *limit = limit_of(&options);
        for (size_t c = 0; c < 3; c++) {
            double sum = 0;
            for (size_t i = 0; i < RADII; i++) {
                double r = ((double)i + 0.5) / RADII;
                for (size_t j = 0; j < ANGLES; j++) {
                    double angle = 2 * PI * (double)j / ANGLES;
                    const double d[6] = {r * cos(angle), r * sin(angle), 0.1, cores[c] * 0.6, cores[c] * 0.8, 0.2};
                    sum += exp(nsym_shower_log_ratio(limit, d, true)) * 2 * r;
                }
            }
            assert_true(fabs(sum / (RADII * ANGLES) - 1) < 5e-5); /* the midpoint rule's error for the narrowest */
        }
        nsym_shower_limit_free(limit);
    }
}

/* scipy.stats.ncx2.cdf(1 / v, 2, r * r / v): a Gaussian's integral over the disk. */
static void the_integral_over_the_disk_is_the_noncentral_chi2s(void **state) {
    (void)state;
    static const struct {
        double variance, r, inside;
    } tests[] = {{0.3, 0, 0.8111243971624382},      {0.3, 0.5, 0.6851762894128721},  {0.3, 0.97, 0.4046538519557042},
                 {0.01, 0.5, 0.9999995898508865},   {0.01, 0.97, 0.598376570017234}, {0.0001, 0, 1},
                 {0.0001, 0.97, 0.998627431049246}, {50, 0.97, 0.009857447155191814}};
    nsym_shower_options options = nsym_shower_defaults();
    options.deposits = 2;
    options.noise = 0;
    for (size_t t = 0; t < sizeof tests / sizeof *tests; t++) {
        options.variance = tests[t].variance;
        nsym_shower_limit *limit = limit_of(&options);
        const double d[6] = {tests[t].r, 0, 0.1, tests[t].r, 0, 0.2};
        double inside = 1 / (2 * tests[t].variance) / exp(nsym_shower_log_ratio(limit, d, true));
        if (fabs(inside / tests[t].inside - 1) > 1e-10) fail_msg("%.15g, not %.15g", inside, tests[t].inside);
        nsym_shower_limit_free(limit);
    }
}

/* The ratio of five deposits by writing out who is the core and who is noise. */
static double brute_force(const nsym_shower_options *options, const double *d, bool hardest) {
    enum { N = 5 };
    size_t k = N - 1 - options->noise;
    double sum = 0;
    size_t terms = 0;
    for (size_t core = 0; core < N; core++) {
        if (hardest && core != N - 1) continue; /* they come by rising energy */
        const double *c = d + 3 * core;
        double moments[3];
        disk_moments(hypot(c[0], c[1]), options->variance, moments);
        for (unsigned set = 0; set < 1u << N; set++) {
            if (set >> core & 1 || (size_t)__builtin_popcount(set) != k) continue;
            double product = 1;
            for (size_t i = 0; i < N; i++) {
                if (!(set >> i & 1)) continue;
                double x = d[3 * i] - c[0], y = d[3 * i + 1] - c[1], v = options->variance;
                product *= exp(-(x * x + y * y) / (2 * v)) / (2 * v) / moments[0];
            }
            sum += product;
            terms++;
        }
    }
    return log(sum / (double)terms);
}

/* The same of many deposits in long double, whose range holds the products: with the Gaussian's integral over the disk
   by the midpoint rule in x = sin(angle), and the elementary symmetric polynomials term by term. */
static long double log_ratio_of_core(const nsym_shower_options *o, const double *d, size_t core) {
    enum { NODES = 2000, MOST = 40 };
    size_t k = o->deposits - 1 - o->noise, terms = 0;
    long double e[MOST] = {1}, choices[MOST] = {1}, inside = 0, v = o->variance,
                r = hypotl(d[3 * core], d[3 * core + 1]);
    for (size_t i = 0; i < NODES; i++) {
        long double angle = (long double)PI * ((i + 0.5L) / NODES - 0.5L), half = cosl(angle), x = sinl(angle) - r;
        inside += half * erfl(half / sqrtl(2 * v)) * expl(-x * x / (2 * v)) * (long double)PI / NODES;
    }
    inside /= sqrtl(2 * (long double)PI * v);
    for (size_t i = 0; i < o->deposits; i++) {
        if (i == core) continue;
        long double x = d[3 * i] - d[3 * core], y = d[3 * i + 1] - d[3 * core + 1];
        long double g = expl(-(x * x + y * y) / (2 * v)) / (2 * v * inside);
        terms++;
        for (size_t j = terms < k ? terms : k; j > 0; j--) {
            e[j] += e[j - 1] * g;
            choices[j] += choices[j - 1];
        }
    }
    return logl(e[k] / choices[k]);
}

/* 0.01: many products are far below the least double. */
static void the_ratio_of_many_deposits_is_exact(void **state) {
    (void)state;
    enum { N = 35 };
    static const double variances[] = {0.3, 0.01, 20};
    nsym_shower_options options = nsym_shower_defaults();
    options.deposits = N;
    options.noise = 12;
    for (size_t v = 0; v < 3; v++) {
        options.variance = variances[v];
        nsym_shower_limit *limit = limit_of(&options);
        for (uint64_t event = 0; event < 4; event++) {
            double d[3 * N], positions, all;
            long double sum = 0, hardest = 0;
            nsym_shower_deposits(&options, event, d);
            for (size_t core = 0; core < N; core++) {
                hardest = log_ratio_of_core(&options, d, core); /* they come by rising energy */
                sum += expl(hardest) / N;
            }
            nsym_shower_log_ratios(limit, d, &positions, &all);
            assert_true(fabsl(positions - logl(sum)) < 1e-13L * (1 + fabsl(logl(sum))));
            assert_true(fabsl(all - hardest) < 1e-13L * (1 + fabsl(hardest)));
            assert_true(nsym_shower_log_ratio(limit, d, true) == all);
            assert_true(nsym_shower_log_ratio(limit, d, false) == positions);
        }
        nsym_shower_limit_free(limit);
    }
}

static void the_ratio_is_the_sum_over_cores_and_noise(void **state) {
    (void)state;
    nsym_shower_options options = nsym_shower_defaults();
    options.deposits = 5;
    for (options.noise = 0; options.noise < 4; options.noise++) {
        nsym_shower_limit *limit = limit_of(&options);
        nsym_shower_options blind = options;
        blind.hardest_core = false;
        nsym_shower_limit *unknown = limit_of(&blind);
        for (uint64_t event = 0; event < 6; event++) {
            double d[15], turned[15];
            nsym_shower_deposits(&options, event, d);
            double positions = nsym_shower_log_ratio(limit, d, false), all = nsym_shower_log_ratio(limit, d, true);
            /* 1e-4: the radial midpoint rule of disk_moments */
            assert_true(fabs(positions - brute_force(&options, d, false)) < 1e-4);
            assert_true(fabs(all - brute_force(&options, d, true)) < 1e-4);
            assert_true(fabs(nsym_shower_log_ratio(unknown, d, true) - positions) < 1e-14);
            for (size_t i = 0; i < 5; i++) { /* in another order, and turned by 90 degrees */
                turned[12 - 3 * i] = -d[3 * i + 1];
                turned[13 - 3 * i] = d[3 * i];
                turned[14 - 3 * i] = d[3 * i + 2];
            }
            assert_true(fabs(nsym_shower_log_ratio(limit, turned, false) - positions) < 1e-12);
            assert_true(fabs(nsym_shower_log_ratio(limit, turned, true) - all) < 1e-12);
        }
        nsym_shower_limit_free(limit);
        nsym_shower_limit_free(unknown);
    }
}

static void ratios_stay_finite_where_their_factors_are_not(void **state) {
    (void)state;
    nsym_shower_options options = nsym_shower_defaults();
    options.deposits = 1024;
    options.noise = 500;
    double *d = malloc(3 * options.deposits * sizeof *d);
    assert_non_null(d);
    const double variances[] = {1e-4, 0.01, 100};
    for (size_t v = 0; v < 3; v++) {
        options.variance = variances[v];
        nsym_shower_limit *limit = limit_of(&options);
        for (uint64_t event = 0; event < 2; event++) {
            nsym_shower_deposits(&options, event, d);
            double ratio = nsym_shower_log_ratio(limit, d, true);
            assert_true(isfinite(ratio));
            if (variances[v] < 1) assert_true(event ? ratio > 100 : ratio < -100);
        }
        nsym_shower_limit_free(limit);
    }
    free(d);
}

/* The mean of the ratio over background is 1, and of its inverse over signal too: both densities are normalised. */
static void the_mean_ratio_over_background_is_one(void **state) {
    (void)state;
    enum { EVENTS = 20000 };
    nsym_shower_options options = nsym_shower_defaults();
    options.deposits = 6;
    options.noise = 2;
    nsym_shower_limit *limit = limit_of(&options);
    double d[18];
    for (int energies = 0; energies < 2; energies++) {
        double sum = 0, sum2 = 0, inverse = 0, inverse2 = 0;
        for (uint64_t event = 0; event < EVENTS; event++) {
            nsym_shower_deposits(&options, 2 * event, d);
            double ratio = exp(nsym_shower_log_ratio(limit, d, energies));
            sum += ratio, sum2 += ratio * ratio;
            nsym_shower_deposits(&options, 2 * event + 1, d);
            ratio = exp(-nsym_shower_log_ratio(limit, d, energies));
            inverse += ratio, inverse2 += ratio * ratio;
        }
        assert_mean(sum, sum2, EVENTS, 1);
        assert_mean(inverse, inverse2, EVENTS, 1);
    }
    nsym_shower_limit_free(limit);
}

/* Position-level AUC of the best classifier, computed independently with numpy: 0.790 for noise 8, 0.86 for 6, 0.69 for
   10. Its statistical error on 20000 events is 0.003. */
static void the_best_classifier_has_its_auc(void **state) {
    (void)state;
    enum { EVENTS = 20000 };
    static const struct {
        size_t noise;
        double auc, tolerance;
    } tests[] = {{8, 0.790, 0.01}, {6, 0.86, 0.015}, {10, 0.69, 0.015}};
    static float labels[EVENTS];
    static double scores[EVENTS];
    nsym_shower_options options = nsym_shower_defaults();
    for (size_t t = 0; t < 3; t++) {
        options.noise = tests[t].noise;
        nsym_shower_limit *limit = limit_of(&options);
        double auc[2];
        for (int energies = 0; energies < 2; energies++) {
            double d[3 * DEPOSITS];
            for (uint64_t event = 0; event < EVENTS; event++) {
                nsym_shower_deposits(&options, event, d);
                scores[event] = nsym_shower_log_ratio(limit, d, energies);
                labels[event] = (float)(event % 2);
            }
            double error;
            assert_int_equal(nsym_auc(&auc[energies], &error, scores, labels, NULL, EVENTS), NSYM_OK);
        }
        if (fabs(auc[0] - tests[t].auc) > tests[t].tolerance) fail_msg("AUC %.4f, not %.3f", auc[0], tests[t].auc);
        assert_true(auc[1] > auc[0]); /* who knows the core knows more */
        nsym_shower_limit_free(limit);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_out_of_range_are_refused_by_name),
        cmocka_unit_test(an_event_depends_on_seed_and_index_only),
        cmocka_unit_test(deposits_lie_in_the_disk_by_rising_energy),
        cmocka_unit_test(background_is_flat_on_the_disk),
        cmocka_unit_test(signal_gathers_around_the_core_with_the_variance),
        cmocka_unit_test(any_deposit_is_noise_equally_often_and_the_core_never),
        cmocka_unit_test(a_cloud_has_the_spread_about_its_deposits),
        cmocka_unit_test(pairing_says_what_a_deposit_ends_with),
        cmocka_unit_test(the_smallest_events_are_made),
        cmocka_unit_test(a_core_alone_tells_nothing),
        cmocka_unit_test(the_density_is_normalised_on_the_disk),
        cmocka_unit_test(the_integral_over_the_disk_is_the_noncentral_chi2s),
        cmocka_unit_test(the_ratio_is_the_sum_over_cores_and_noise),
        cmocka_unit_test(the_ratio_of_many_deposits_is_exact),
        cmocka_unit_test(ratios_stay_finite_where_their_factors_are_not),
        cmocka_unit_test(the_mean_ratio_over_background_is_one),
        cmocka_unit_test(the_best_classifier_has_its_auc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
