/* Background reweighted to the signal's spectrum. */
#include <nearsym/random.h>
#include <nearsym/reweight.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 20000 };

/* Falling background and a signal peak within it, with weights of their own. */
static void draw(double *values, double *labels, double *weights) {
    nsym_random random = nsym_random_stream(12, "spectra", 0);
    for (size_t i = 0; i < N; i++) {
        labels[i] = (double)(i % 2);
        values[i] =
            labels[i] == 1 ? 40 + 8 * nsym_random_normal(&random) : 10 - 20 * log(1 - nsym_random_uniform(&random));
        weights[i] = 0.5 + nsym_random_uniform(&random);
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sums of weights of a class between two values, the upper one left out. */
static double within(const double *values, const double *labels, const double *weights, double label, double low,
                     double high) {
    double sum = 0;
    for (size_t i = 0; i < N; i++)
        if (labels[i] == label && values[i] >= low && values[i] < high) sum += weights[i];
    return sum;
}

static void quantile_bins_match_the_spectra_and_leave_the_signal(void **state) {
    (void)state;
    static double values[N], labels[N], weights[N], before[N], sorted[N];
    draw(values, labels, weights);
    memcpy(before, weights, sizeof weights);
    const nsym_reweight how = {NSYM_BINS_QUANTILE, 1, 0, 0}, fine = {NSYM_BINS_QUANTILE, 20, 0, 0};
    assert_int_equal(nsym_reweight_background(&how, values, labels, N, weights), NSYM_OK);
    double signal = within(values, labels, weights, 1, -INFINITY, INFINITY);
    double background = within(values, labels, weights, 0, -INFINITY, INFINITY);
    assert_true(fabs(background / signal - 1) < 1e-10); /* one open bin: only the totals */
    memcpy(weights, before, sizeof weights);
    assert_int_equal(nsym_reweight_background(&fine, values, labels, N, weights), NSYM_OK);
    for (size_t i = 0; i < N; i++)
        if (labels[i] == 1) assert_true(weights[i] == before[i]);
    memcpy(sorted, values, sizeof values);
    qsort(sorted, N, sizeof *sorted, ascending);
    for (size_t bin = 0; bin < 20; bin++) {
        double low = bin == 0 ? -INFINITY : sorted[N * bin / 20],
               high = bin == 19 ? INFINITY : sorted[N * (bin + 1) / 20];
        signal = within(values, labels, weights, 1, low, high);
        background = within(values, labels, weights, 0, low, high);
        assert_true(fabs(background - signal) < 1e-9 * (1 + signal));
    }
}

static void equal_bins_match_between_the_backgrounds_ends(void **state) {
    (void)state;
    static double values[N], labels[N], weights[N];
    enum { BINS = 25 };
    draw(values, labels, weights);
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < N; i++)
        if (labels[i] == 0) low = fmin(low, values[i]), high = fmax(high, values[i]);
    const nsym_reweight how = {NSYM_BINS_EQUAL, BINS, 0, 0};
    assert_int_equal(nsym_reweight_background(&how, values, labels, N, weights), NSYM_OK);
    size_t matched = 0;
    for (int bin = 0; bin < BINS - 1; bin++) { /* the last one takes what lies outside */
        double from = low + (high - low) * bin / BINS, to = low + (high - low) * (bin + 1) / BINS;
        double signal = within(values, labels, weights, 1, from, to),
               background = within(values, labels, weights, 0, from, to);
        assert_true(fabs(background - signal) < 1e-9 * (1 + signal));
        matched += signal > 0;
    }
    assert_true(matched > 5);
}

static void none_changes_nothing(void **state) {
    (void)state;
    const nsym_reweight how = {NSYM_BINS_NONE, 0, 0, 0};
    const double values[] = {NAN, 1}, labels[] = {1, 1};
    double weights[] = {2, 3};
    assert_int_equal(nsym_reweight_background(&how, values, labels, 2, weights), NSYM_OK);
    assert_true(weights[0] == 2 && weights[1] == 3);
}

/* Background between 0 and 4 in bins of 1. As the published code has it, a value below the range takes the index -1,
   which is the last bin. */
static void values_outside_the_range_fall_in_the_last_bin(void **state) {
    (void)state;
    const nsym_reweight how = {NSYM_BINS_EQUAL, 4, 0, 0};
    double labels[] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}, values[] = {0, 1.5, 2.5, 3.5, 4, 0.5, 0.7, 1, 2.2, -1, 9};
    double weights[11], empty_last[] = {2, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0};
    for (size_t i = 0; i < 11; i++) weights[i] = 1;
    assert_int_equal(nsym_reweight_background(&how, values, labels, 11, weights), NSYM_OK);
    assert_memory_equal(weights, empty_last, sizeof weights); /* no binned signal in [3, 4]: weight 0 for all there */
    values[8] = 3.2;
    double filled_last[] = {2, 1, 0, 0.5, 0.5, 1, 1, 1, 1, 1, 1}; /* outside counts for nothing, and keeps its weight */
    for (size_t i = 0; i < 11; i++) weights[i] = 1;
    assert_int_equal(nsym_reweight_background(&how, values, labels, 11, weights), NSYM_OK);
    assert_memory_equal(weights, filled_last, sizeof weights);
}

static void a_given_range_makes_the_bins(void **state) {
    (void)state;
    /* bins 0-10 and 10-20 whatever the largest value: 2 signal on 1 background, 1 on 1, and beyond in the last bin */
    const double values[] = {1, 2, 3, 12, 13, 500}, labels[] = {1, 1, 0, 1, 0, 0};
    double weights[] = {1, 1, 1, 1, 1, 1};
    const double wanted[] = {1, 1, 2, 1, 1, 1};
    const nsym_reweight how = {NSYM_BINS_EQUAL, 2, 0, 20};
    assert_int_equal(nsym_reweight_background(&how, values, labels, 6, weights), NSYM_OK);
    assert_memory_equal(weights, wanted, sizeof wanted);
}

static void a_bin_without_background_keeps_its_signal(void **state) {
    (void)state;
    const nsym_reweight how = {NSYM_BINS_EQUAL, 4, 0, 0};
    const double labels[] = {0, 0, 1, 1}, values[] = {0, 4, 1.5, 0.5};
    double weights[] = {3, 5, 7, 2}, expected[] = {2, 0, 7, 2};
    assert_int_equal(nsym_reweight_background(&how, values, labels, 4, weights), NSYM_OK);
    assert_memory_equal(weights, expected, sizeof weights);
}

static void refused(const nsym_reweight *how, const double *values, const double *labels, nsym_status status,
                    const char *words) {
    double weights[] = {1, 2, 3};
    const double same[] = {1, 2, 3};
    assert_int_equal(nsym_reweight_background(how, values, labels, 3, weights), status);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_memory_equal(weights, same, sizeof weights);
}

static void nan_one_class_and_too_many_bins_are_refused(void **state) {
    (void)state;
    const double values[] = {1, 2, 3}, nan[] = {1, 2, NAN}, labels[] = {0, 1, 0}, signal[] = {1, 1, 1},
                 background[3] = {0}, other[] = {0, 1, 2};
    for (nsym_binning binning = NSYM_BINS_EQUAL; binning <= NSYM_BINS_QUANTILE; binning++) {
        const nsym_reweight good = {binning, 3, 0, 0}, many = {binning, 4, 0, 0}, zero = {binning, 0, 0, 0};
        refused(&good, nan, labels, NSYM_ENUMERIC, "NaN in event 3");
        refused(&good, values, signal, NSYM_EINVAL, "all 3 events are signal");
        refused(&good, values, background, NSYM_EINVAL, "all 3 events are background");
        refused(&good, values, other, NSYM_EINVAL, "event 3: label is 2, must be 0 or 1");
        refused(&many, values, labels, NSYM_EINVAL, "4 bins for 3 events");
        refused(&zero, values, labels, NSYM_EINVAL, "0 bins");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantile_bins_match_the_spectra_and_leave_the_signal),
        cmocka_unit_test(equal_bins_match_between_the_backgrounds_ends),
        cmocka_unit_test(none_changes_nothing),
        cmocka_unit_test(values_outside_the_range_fall_in_the_last_bin),
        cmocka_unit_test(a_given_range_makes_the_bins),
        cmocka_unit_test(a_bin_without_background_keeps_its_signal),
        cmocka_unit_test(nan_one_class_and_too_many_bins_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
