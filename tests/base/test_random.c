#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void a_stream_depends_on_seed_purpose_and_index_only(void **state) {
    (void)state;
    nsym_random a = nsym_random_stream(314, "smear", 7), b = nsym_random_stream(314, "smear", 7);
    for (int i = 0; i < 100; i++) assert_int_equal(nsym_random_u32(&a), nsym_random_u32(&b));
    nsym_random streams[] = {nsym_random_stream(314, "smear", 7), nsym_random_stream(315, "smear", 7),
                             nsym_random_stream(314, "split", 7), nsym_random_stream(314, "smear", 8)};
    for (size_t i = 1; i < 4; i++) {
        nsym_random first = streams[0];
        int equal = 0;
        for (int k = 0; k < 64; k++) equal += nsym_random_u32(&first) == nsym_random_u32(&streams[i]);
        assert_int_equal(equal, 0);
    }
}

static void uniforms_and_normals_have_their_moments(void **state) {
    (void)state;
    enum { N = 200000 };
    nsym_random random = nsym_random_stream(1, "moments", 0);
    double u1 = 0, u2 = 0, n1 = 0, n2 = 0, n4 = 0;
    for (int i = 0; i < N; i++) {
        double u = nsym_random_uniform(&random), n = nsym_random_normal(&random);
        assert_true(u >= 0 && u < 1);
        u1 += u, u2 += u * u, n1 += n, n2 += n * n, n4 += n * n * n * n;
    }
    /* five standard errors of each mean */
    assert_true(fabs(u1 / N - 0.5) < 5 * sqrt(1. / 12 / N));
    assert_true(fabs(u2 / N - 1. / 3) < 5 * sqrt(4. / 45 / N));
    assert_true(fabs(n1 / N) < 5 * sqrt(1. / N));
    assert_true(fabs(n2 / N - 1) < 5 * sqrt(2. / N));
    assert_true(fabs(n4 / N - 3) < 5 * sqrt(96. / N));
}

/* Box-Muller of the same numbers in double precision. */
static void normals_at_once_are_box_mullers(void **state) {
    (void)state;
    enum { N = 40000 };
    static float normals[N];
    nsym_random random = nsym_random_stream(4, "normals", 0), numbers = random;
    nsym_random_normals(&random, normals, N);
    for (size_t i = 0; i < N; i += 4) {
        uint32_t word[4];
        for (size_t w = 4; w-- > 0;) word[w] = nsym_random_u32(&numbers); /* given out from the last */
        for (size_t pair = 0; pair < 2; pair++) {
            double radius = sqrt(-2 * log(((word[2 * pair] >> 1) + 0.5) * 0x1p-31));
            double angle = word[2 * pair + 1] * 0x1p-32 * 6.283185307179586476925;
            const float *n = normals + i + 2 * pair; /* 3e-7: some roundings of a float */
            assert_true(fabs((double)n[0] - radius * cos(angle)) < 3e-7 * radius);
            assert_true(fabs((double)n[1] - radius * sin(angle)) < 3e-7 * radius);
        }
    }
}

static void normals_are_normal(void **state) {
    (void)state;
    enum { N = 1 << 20, BINS = 64 };
    float *normals = malloc(N * sizeof *normals);
    assert_non_null(normals);
    nsym_random random = nsym_random_stream(5, "normals", 0);
    nsym_random_normals(&random, normals, N);
    double seen[BINS] = {0}, chi2 = 0, beyond_4 = 0;
    for (size_t i = 0; i < N; i++) {
        double quantile = 0.5 * erfc(-(double)normals[i] / sqrt(2));
        seen[(size_t)fmin(BINS * quantile, BINS - 1)]++;
        beyond_4 += fabsf(normals[i]) > 4;
    }
    for (size_t b = 0; b < BINS; b++) chi2 += (seen[b] - N / BINS) * (seen[b] - N / BINS) / (N / BINS);
    assert_true(chi2 < 126);                         /* 63 degrees of freedom: probability 4e-6 */
    assert_true(fabs(beyond_4 - N * 6.334e-5) < 41); /* five standard deviations of 66 */
    free(normals);
}

static void normals_in_parts_are_the_normals_at_once(void **state) {
    (void)state;
    float all[1000], parts[1000];
    nsym_random one = nsym_random_stream(6, "normals", 0), other = one;
    nsym_random_normals(&one, all, 1000);
    nsym_random_normals(&other, parts, 4);
    nsym_random_normals(&other, parts + 4, 596);
    nsym_random_normals(&other, parts + 600, 399); /* the last is left out */
    assert_memory_equal(all, parts, 999 * sizeof *all);
    nsym_random_normals(&one, all, 1);
    nsym_random_normals(&other, parts, 1);
    assert_true(all[0] == parts[0]);
}

static void below_is_uniform(void **state) {
    (void)state;
    enum { N = 70000 };
    nsym_random random = nsym_random_stream(2, "below", 0);
    size_t seen[7] = {0};
    for (int i = 0; i < N; i++) seen[nsym_random_below(&random, 7)]++;
    double chi2 = 0;
    for (int k = 0; k < 7; k++) chi2 += ((double)seen[k] - N / 7.) * ((double)seen[k] - N / 7.) / (N / 7.);
    assert_true(chi2 < 30); /* 6 degrees of freedom: probability 4e-5 */
}

static void a_shuffle_is_a_permutation(void **state) {
    (void)state;
    enum { N = 1000 };
    uint32_t order[N], seen[N] = {0};
    for (uint32_t i = 0; i < N; i++) order[i] = i;
    nsym_random random = nsym_random_stream(3, "shuffle", 0);
    nsym_random_shuffle(&random, order, N);
    size_t fixed = 0;
    for (uint32_t i = 0; i < N; i++) {
        seen[order[i]]++;
        fixed += order[i] == i;
    }
    for (size_t i = 0; i < N; i++) assert_int_equal(seen[i], 1);
    assert_true(fixed < 12); /* Poisson of mean 1: probability 1e-9 beyond */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_depends_on_seed_purpose_and_index_only),
        cmocka_unit_test(uniforms_and_normals_have_their_moments),
        cmocka_unit_test(normals_at_once_are_box_mullers),
        cmocka_unit_test(normals_are_normal),
        cmocka_unit_test(normals_in_parts_are_the_normals_at_once),
        cmocka_unit_test(below_is_uniform),
        cmocka_unit_test(a_shuffle_is_a_permutation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
