/* A pool that grows by additions knows the AUC of everything in it. */
#include "stats/score_pool.h"
#include <nearsym/random.h>
#include <nearsym/stats.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 600 };

static void draw(double *scores, float *labels, double *weights) {
    nsym_random random = nsym_random_stream(8, "pool", 0);
    for (size_t i = 0; i < N; i++) {
        labels[i] = (float)nsym_random_below(&random, 2);
        scores[i] =
            (double)nsym_random_below(&random, 40) + 5 * (double)labels[i]; /* ties within and across additions */
        weights[i] = nsym_random_uniform(&random);
    }
}

static void a_pool_of_additions_is_the_auc_of_everything_so_far(void **state) {
    (void)state;
    static const size_t additions[] = {200, 1, 0, 150, 249};
    float labels[N];
    double scores[N], weights[N], pooled, whole;
    draw(scores, labels, weights);
    for (int weighted = 0; weighted < 2; weighted++) {
        nsym_score_pool pool;
        assert_int_equal(nsym_score_pool_new(&pool, N), NSYM_OK);
        size_t done = 0;
        for (size_t k = 0; k < sizeof additions / sizeof *additions; done += additions[k++]) {
            const double *w = weighted ? weights + done : NULL;
            assert_int_equal(nsym_score_pool_add(&pool, scores + done, labels + done, w, additions[k]), NSYM_OK);
            size_t so_far = done + additions[k];
            assert_int_equal(pool.count, so_far);
            assert_int_equal(nsym_score_pool_auc(&pool, &pooled), NSYM_OK);
            assert_int_equal(nsym_auc(&whole, NULL, scores, labels, weighted ? weights : NULL, so_far), NSYM_OK);
            assert_true(fabs(pooled - whole) < 1e-12);
            for (size_t i = 1; i < so_far; i++) assert_true(pool.sorted[i - 1].score <= pool.sorted[i].score);
        }
        nsym_score_pool_free(&pool);
    }
}

static void a_full_pool_refuses_more_and_keeps_what_it_has(void **state) {
    (void)state;
    const double scores[] = {1, 2, 3};
    const float labels[] = {0, 1, 0};
    double auc;
    nsym_score_pool pool;
    assert_int_equal(nsym_score_pool_new(&pool, 4), NSYM_OK);
    assert_int_equal(nsym_score_pool_add(&pool, scores, labels, NULL, 3), NSYM_OK);
    assert_int_equal(nsym_score_pool_add(&pool, scores, labels, NULL, 2), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "pool of 4 scores has no room for 2 more"));
    assert_int_equal(nsym_score_pool_auc(&pool, &auc), NSYM_OK);
    assert_true(auc == 0.5);
    assert_int_equal(nsym_score_pool_add(&pool, scores + 1, labels + 1, NULL, 1), NSYM_OK); /* the last place */
    assert_int_equal(nsym_score_pool_auc(&pool, &auc), NSYM_OK);
    assert_true(auc == 0.5);
    nsym_score_pool_free(&pool);
}

static void a_bad_addition_leaves_the_pool_as_it_was(void **state) {
    (void)state;
    const double scores[] = {1, 2, NAN};
    const float labels[] = {0, 1, 1}, wrong[] = {0.5f, 1, 0};
    double auc;
    nsym_score_pool pool;
    assert_int_equal(nsym_score_pool_new(&pool, 10), NSYM_OK);
    assert_int_equal(nsym_score_pool_auc(&pool, &auc), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "both classes"));
    assert_int_equal(nsym_score_pool_add(&pool, scores, labels, NULL, 2), NSYM_OK);
    assert_int_equal(nsym_score_pool_add(&pool, scores, labels, NULL, 3), NSYM_ENUMERIC);
    assert_non_null(strstr(nsym_message(), "score 2 is NaN"));
    assert_int_equal(nsym_score_pool_add(&pool, scores, wrong, NULL, 2), NSYM_EINVAL);
    assert_int_equal(pool.count, 2);
    assert_int_equal(nsym_score_pool_auc(&pool, &auc), NSYM_OK);
    assert_true(auc == 1);
    nsym_score_pool_free(&pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_of_additions_is_the_auc_of_everything_so_far),
        cmocka_unit_test(a_full_pool_refuses_more_and_keeps_what_it_has),
        cmocka_unit_test(a_bad_addition_leaves_the_pool_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
