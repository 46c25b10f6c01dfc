/* What events add to measures: sums of products are covariances, exactly and through random signs. */
#include "stats/influence.h"

#include <nearsym/random.h>
#include <nearsym/stats.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 4000, DRAWS = NSYM_INFLUENCE_DRAWS };

/* Two scores that share most of what they know, with ties. */
typedef struct {
    double scores[2 * N], weights[N];
    float labels[N];
} sample;

static void fill(sample *s) {
    nsym_random random = nsym_random_stream(3, "influence", 0);
    for (size_t i = 0; i < N; i++) {
        double common = nsym_random_normal(&random);
        s->labels[i] = (float)(i % 3 == 0);
        for (size_t k = 0; k < 2; k++)
            s->scores[k * N + i] =
                round(20 * (common + 0.3 * nsym_random_normal(&random) + 0.8 * (double)s->labels[i])) / 20;
        s->weights[i] = nsym_random_uniform(&random) < 0.25 ? 3 : 1;
    }
}

static double product(const double *a, const double *b, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

static void products_of_auc_influences_are_the_covariance(void **state) {
    (void)state;
    static sample s;
    static double influence[2][N];
    double auc[2], covariance[4];
    fill(&s);
    for (int weighted = 0; weighted < 2; weighted++) {
        const double *w = weighted ? s.weights : NULL;
        assert_int_equal(nsym_auc_covariance(auc, covariance, s.scores, s.labels, w, 2, N), NSYM_OK);
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(nsym_auc_influence(influence[k], s.scores + k * N, s.labels, w, N), NSYM_OK);
        for (size_t k = 0; k < 4; k++) {
            double sum = product(influence[k / 2], influence[k % 2], N);
            assert_true(fabs(sum / covariance[k] - 1) < 1e-12);
        }
    }
}

/* The tied scores of a threshold share it, so that the error differs a little from that of a sharp one. */
static void squares_of_roc_influences_are_the_error(void **state) {
    (void)state;
    static sample s;
    static double influence[N];
    fill(&s);
    const double rates[] = {0.05, 0.5, 0.9};
    for (size_t k = 0; k < 3; k++) {
        double tpr, error, balance = 0;
        assert_int_equal(nsym_roc_error(&tpr, &error, s.scores, s.labels, NULL, N, &rates[k], 1), NSYM_OK);
        double same[2];
        assert_int_equal(nsym_roc_influence(influence, &same[0], &same[1], s.scores, s.labels, NULL, N, rates[k]),
                         NSYM_OK);
        assert_true(same[0] == tpr && same[1] == error);
        for (size_t i = 0; i < N; i++) balance += influence[i];
        assert_true(fabs(sqrt(product(influence, influence, N)) / error - 1) < 0.05);
        assert_true(fabs(balance) < 1e-12);
    }
}

/* 256 draws know an error to 4.4 %; three times that. */
static void draws_tell_the_error_of_a_difference(void **state) {
    (void)state;
    static sample s;
    static double influence[N], draws[2][DRAWS];
    double auc[2], v[4], difference[DRAWS];
    fill(&s);
    assert_int_equal(nsym_auc_covariance(auc, v, s.scores, s.labels, s.weights, 2, N), NSYM_OK);
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(nsym_auc_influence(influence, s.scores + k * N, s.labels, s.weights, N), NSYM_OK);
        nsym_influence_draw(draws[k], influence, N, 11);
        assert_true(fabs(sqrt(product(draws[k], draws[k], DRAWS) / v[3 * k]) - 1) < 0.13);
    }
    for (size_t r = 0; r < DRAWS; r++) difference[r] = draws[0][r] - draws[1][r];
    double paired = v[0] + v[3] - 2 * v[1];
    assert_true(paired < 0.2 * (v[0] + v[3])); /* else the test would not tell */
    assert_true(fabs(sqrt(product(difference, difference, DRAWS) / paired) - 1) < 0.13);
}

static void draws_are_signed_sums_in_the_order_of_the_events(void **state) {
    (void)state;
    static sample s;
    static double influence[N], draws[DRAWS], sums[DRAWS];
    fill(&s);
    assert_int_equal(nsym_auc_influence(influence, s.scores, s.labels, s.weights, N), NSYM_OK);
    for (size_t n = N - 1; n <= N; n++) {
        memset(sums, 0, sizeof sums);
        for (size_t i = 0; i < n; i++) {
            if (i % 7 == 3) influence[i] = 0;
            nsym_random random = nsym_random_stream(11, "test sample", i);
            for (size_t k = 0; k < DRAWS; k += 32) {
                uint32_t bits = nsym_random_u32(&random);
                for (size_t b = 0; b < 32; b++) sums[k + b] += bits >> b & 1 ? influence[i] : -influence[i];
            }
        }
        for (size_t k = 0; k < DRAWS; k++) sums[k] /= sqrt(DRAWS);
        nsym_influence_draw(draws, influence, n, 11);
        assert_memory_equal(draws, sums, sizeof sums); /* to the bit */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_of_auc_influences_are_the_covariance),
        cmocka_unit_test(squares_of_roc_influences_are_the_error),
        cmocka_unit_test(draws_tell_the_error_of_a_difference),
        cmocka_unit_test(draws_are_signed_sums_in_the_order_of_the_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
