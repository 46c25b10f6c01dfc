/* Weights that make each class flat in two quantities. */
#include <nearsym/random.h>
#include <nearsym/reweight.h>
#include <nearsym/status.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 20000, BINS = 4, CELLS = BINS * BINS };

typedef struct sample {
    double a[N], b[N], labels[N], weights[N], before[N];
    size_t cell[N];
} sample;

/* Which of the equal parts between the smallest and the largest value each one is in. */
static void find_bins(const double *values, size_t *bin) {
    double low = values[0], high = values[0];
    for (size_t i = 1; i < N; i++) low = fmin(low, values[i]), high = fmax(high, values[i]);
    for (size_t i = 0; i < N; i++)
        for (bin[i] = 0; bin[i] + 1 < BINS && values[i] >= low + (high - low) * (double)(bin[i] + 1) / BINS;) bin[i]++;
}

/* Two spectra of each class, other ones for either, with weights of their own. */
static sample *draw(void) {
    sample *s = malloc(sizeof *s);
    size_t *bin = malloc(N * sizeof *bin);
    assert_true(s && bin);
    nsym_random random = nsym_random_stream(3, "flat", 0);
    for (size_t i = 0; i < N; i++) {
        s->labels[i] = (double)(i % 3 == 0);
        double power = s->labels[i] == 1 ? 2 : 0.7;
        s->a[i] = 20 + 80 * pow(nsym_random_uniform(&random), power);
        s->b[i] = -2.4 + 4.8 * pow(nsym_random_uniform(&random), 1 / power);
        s->before[i] = s->weights[i] = 0.1 + nsym_random_uniform(&random);
    }
    find_bins(s->a, s->cell);
    find_bins(s->b, bin);
    for (size_t i = 0; i < N; i++) s->cell[i] = BINS * s->cell[i] + bin[i];
    free(bin);
    return s;
}

static void flatten(sample *s) {
    assert_int_equal(nsym_flatten(s->a, s->b, s->labels, N, BINS, s->weights), NSYM_OK);
}

/* Sum of weights of a class in one cell. */
static double within(const sample *s, const double *weights, double label, size_t cell) {
    double total = 0;
    for (size_t i = 0; i < N; i++)
        if (s->labels[i] == label && s->cell[i] == cell) total += weights[i];
    return total;
}

static double all(const sample *s, const double *weights, double label) {
    double total = 0;
    for (size_t cell = 0; cell < CELLS; cell++) total += within(s, weights, label, cell);
    return total;
}

static void each_class_is_flat_and_keeps_its_weight(void **state) {
    (void)state;
    sample *s = draw();
    flatten(s);
    for (int label = 0; label < 2; label++) {
        double total = all(s, s->before, label), least = INFINITY, most = 0;
        assert_true(fabs(all(s, s->weights, label) / total - 1) < 1e-12);
        for (size_t cell = 0; cell < CELLS; cell++) {
            double before = within(s, s->before, label, cell);
            least = fmin(least, before), most = fmax(most, before);
            assert_true(fabs(within(s, s->weights, label, cell) * CELLS / total - 1) < 1e-11);
        }
        assert_true(most > 3 * least); /* it was not flat */
    }
    free(s);
}

static void events_of_a_cell_keep_their_weights_ratios(void **state) {
    (void)state;
    sample *s = draw();
    s->before[7] = s->weights[7] = 0;
    flatten(s);
    double factor[2][CELLS] = {{0}};
    for (size_t i = 0; i < N; i++) {
        double *known = &factor[s->labels[i] == 1][s->cell[i]];
        if (s->before[i] == 0) {
            assert_true(s->weights[i] == 0);
            continue;
        }
        double ratio = s->weights[i] / s->before[i];
        if (*known == 0) *known = ratio;
        assert_true(fabs(ratio / *known - 1) < 1e-12);
    }
    free(s);
}

/* Twice is once, and the classes do not look at each other. */
static void what_is_flat_stays_and_the_other_class_does_not_matter(void **state) {
    (void)state;
    sample *s = draw(), *t = draw();
    flatten(s);
    memcpy(t->weights, s->weights, sizeof t->weights);
    flatten(t);
    for (size_t i = 0; i < N; i++) assert_true(fabs(t->weights[i] - s->weights[i]) <= 1e-12 * s->weights[i]);
    for (size_t i = 0; i < N; i++) t->weights[i] = t->labels[i] == 1 ? t->before[i] : 1;
    flatten(t);
    for (size_t i = 0; i < N; i++)
        if (t->labels[i] == 1) assert_true(t->weights[i] == s->weights[i]);
    free(s);
    free(t);
}

/* Signal in two cells of four, background in three; the largest value is in the last cell. */
static void cells_without_events_of_a_class_have_nothing(void **state) {
    (void)state;
    const double a[] = {0, 1, 1, 0, 0, 1, 0.4}, b[] = {0, 1, 1, 0, 1, 1, 0.4}, labels[] = {1, 1, 1, 0, 0, 0, 0};
    double weights[] = {1, 1, 2, 1, 1, 1, 3};
    const double expected[] = {2, 2. / 3, 4. / 3, 0.5, 2, 2, 1.5};
    assert_int_equal(nsym_flatten(a, b, labels, 7, 2, weights), NSYM_OK);
    for (size_t i = 0; i < 7; i++) assert_true(fabs(weights[i] - expected[i]) < 1e-15);
}

static void one_value_or_one_bin_changes_nothing(void **state) {
    (void)state;
    sample *s = draw();
    for (size_t i = 0; i < N; i++) s->a[i] = 25, s->b[i] = -1;
    flatten(s);
    for (size_t i = 0; i < N; i++) assert_true(fabs(s->weights[i] / s->before[i] - 1) < 1e-12);
    sample *t = draw();
    assert_int_equal(nsym_flatten(t->a, t->b, t->labels, N, 1, t->weights), NSYM_OK);
    for (size_t i = 0; i < N; i++) assert_true(fabs(t->weights[i] / t->before[i] - 1) < 1e-12);
    free(s);
    free(t);
}

static void refused(const double *a, const double *b, const double *labels, double *weights, nsym_status status,
                    const char *words) {
    assert_int_equal(nsym_flatten(a, b, labels, 3, 2, weights), status);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void what_cannot_be_made_flat_is_refused(void **state) {
    (void)state;
    const double fine[] = {1, 2, 3}, labels[] = {0, 1, 1}, signal[] = {1, 1, 1}, background[] = {0, 0, 0};
    const double not [] = {1, NAN, 3}, infinite[] = {1, 2, -INFINITY};
    double ones[] = {1, 1, 1}, zero[] = {0, 1, 1};
    refused(not, fine, labels, ones, NSYM_ENUMERIC, "event 2: the value to be made flat is nan");
    refused(fine, infinite, labels, ones, NSYM_ENUMERIC, "event 3: the value to be made flat is -inf");
    refused(fine, fine, signal, ones, NSYM_EINVAL, "the events with label 0 sum to 0, must be above 0");
    refused(fine, fine, background, ones, NSYM_EINVAL, "the events with label 1 sum to 0, must be above 0");
    const double other[] = {0, 1, -1};
    refused(fine, fine, other, ones, NSYM_EINVAL, "event 3: label is -1, must be 0 or 1");
    assert_int_equal(nsym_flatten(fine, fine, labels, 3, 0, ones), NSYM_EINVAL);
    assert_int_equal(nsym_flatten(fine, fine, labels, 3, 10001, ones), NSYM_EINVAL);
    assert_string_equal(nsym_message(), "bins is 10001, must be 1 to 10000");
    refused(fine, fine, labels, zero, NSYM_EINVAL, "the events with label 0 sum to 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class_is_flat_and_keeps_its_weight),
        cmocka_unit_test(events_of_a_cell_keep_their_weights_ratios),
        cmocka_unit_test(what_is_flat_stays_and_the_other_class_does_not_matter),
        cmocka_unit_test(cells_without_events_of_a_class_have_nothing),
        cmocka_unit_test(one_value_or_one_bin_changes_nothing),
        cmocka_unit_test(what_cannot_be_made_flat_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
