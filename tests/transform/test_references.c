/* Products with reference vectors: which transformations leave them, and which do not. */
#include "transform/lorentz.h"
#include "transform/references.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 4, MOST = 256 };

static nsym_references parse(const char *text) {
    nsym_references out;
    if (nsym_references_parse(&out, text) != NSYM_OK) fail_msg("'%s': %s", text, nsym_message());
    return out;
}

/* Momenta of some 50 GeV with masses of 0.1 to 10 GeV. */
static void draw(nsym_random *random, double *p4) {
    for (size_t i = 0; i < N; i++, p4 += 4) {
        for (size_t k = 0; k < 3; k++) p4[k] = 30 * nsym_random_normal(random);
        p4[3] = sqrt(p4[0] * p4[0] + p4[1] * p4[1] + p4[2] * p4[2] + pow(10, 2 - 2 * (double)i));
    }
}

/* A rotation in the plane of two axes, or, of an axis and the energy (3), a boost. */
static void turn(double *p4, size_t a, size_t b, double by) {
    double c = b == 3 ? cosh(by) : cos(by), s = b == 3 ? sinh(by) : sin(by), back = b == 3 ? s : -s;
    for (size_t i = 0; i < N; i++, p4 += 4) {
        double x = p4[a], y = p4[b];
        p4[a] = c * x + back * y;
        p4[b] = s * x + c * y;
    }
}

static size_t all_products(double *out, const double *p4, const nsym_references *r) {
    size_t pairs = N * (N - 1) / 2;
    nsym_references_fill(p4, N, r, out);
    return pairs * nsym_references_of_pair(r) + N * nsym_references_own(r);
}

static const struct {
    const char *references;
    bool rotates_z, rotates_x, boosts_z, boosts_x; /* what leaves the products as they are */
} ladder[] = {{"time", true, true, false, false},       {"beam", true, false, true, false},
              {"time,beam", true, false, false, false}, {"z", true, false, false, true},
              {"1 0 0 1", true, false, false, false},   {"time,x,y,z", false, false, false, false}};

static void each_rung_leaves_its_own_group(void **state) {
    (void)state;
    nsym_random random = nsym_random_stream(71, "references", 0);
    static const size_t planes[4][2] = {{0, 1}, {1, 2}, {2, 3}, {0, 3}};
    for (size_t l = 0; l < sizeof ladder / sizeof *ladder; l++) {
        const nsym_references r = parse(ladder[l].references);
        const bool leaves[4] = {ladder[l].rotates_z, ladder[l].rotates_x, ladder[l].boosts_z, ladder[l].boosts_x};
        for (size_t t = 0; t < 4; t++) {
            double p4[4 * N], before[MOST], after[MOST], largest = 0;
            draw(&random, p4);
            size_t n = all_products(before, p4, &r);
            turn(p4, planes[t][0], planes[t][1], 0.7);
            assert_int_equal(all_products(after, p4, &r), n);
            for (size_t k = 0; k < n; k++) largest = fmax(largest, fabs(before[k] - after[k]));
            if (leaves[t]) /* squares of some 100 GeV, rounded 1e-16 of them, against masses of 1e-2 GeV^2 */
                assert_true(largest < 1e-8);
            else
                assert_true(largest > 0.1);
        }
    }
}

static void products_are_those_of_the_metric_energy_first(void **state) {
    (void)state;
    const double p4[] = {3, 4, 12, 20, -1, 2, 5, 9};
    const nsym_references r = parse("2 0 1 0,beam");
    /* E E' - z z', x x' + y y'; then of either 2 E - y, E^2 - z^2, pT^2 */
    const double expected[] = {20 * 9 - 12 * 5, -3 + 8, 40 - 4, 400 - 144, 25, 18 - 2, 81 - 25, 5};
    double out[8];
    nsym_references_fill(p4, 2, &r, out);
    for (size_t k = 0; k < 8; k++) assert_true(fabs(out[k] - log1p(expected[k])) < 1e-14);
}

static int by_bytes(const void *a, const void *b) {
    const double *x = a, *y = b;
    for (size_t k = 0; k < 3; k++)
        if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
    return 0;
}

static void pairs_are_one_set_for_any_order_of_the_particles(void **state) {
    (void)state;
    static const char *const references[] = {"", "time", "beam", "time,x,y,z,beam"};
    static const size_t orders[][N] = {{1, 0, 2, 3}, {3, 2, 1, 0}, {2, 3, 0, 1}};
    nsym_random random = nsym_random_stream(72, "references", 0);
    for (size_t l = 0; l < 4; l++) {
        const nsym_references r = parse(references[l]);
        const size_t width = nsym_gram_width(&r), values = N * (N - 1) / 2 * width;
        for (size_t o = 0; o < 3; o++) {
            double p4[4 * N], other[4 * N], a[MOST], b[MOST];
            draw(&random, p4);
            for (size_t i = 0; i < N; i++) memcpy(other + 4 * i, p4 + 4 * orders[o][i], 4 * sizeof *p4);
            nsym_gram_fill(p4, N, &r, a);
            nsym_gram_fill(other, N, &r, b);
            qsort(a, N * (N - 1) / 2, width * sizeof *a, by_bytes);
            qsort(b, N * (N - 1) / 2, width * sizeof *b, by_bytes);
            for (size_t k = 0; k < values; k++) assert_true(a[k] == b[k]);
        }
    }
}

static void a_pair_has_its_masses_and_its_product(void **state) {
    (void)state;
    const double p4[] = {3, 0, 0, 3, 0, 4, 0, 5}; /* masses 0 and 3 */
    const nsym_references none = parse("");
    double out[4] = {0, 0, 0, 7};
    assert_int_equal(nsym_gram_width(&none), 3);
    nsym_gram_fill(p4, 2, &none, out);
    assert_true(fabs(out[0] - log(10)) < 1e-14 && out[1] == 0 && fabs(out[2] - log(16)) < 1e-14);
    nsym_gram_fill(p4, 1, &none, out + 3);
    nsym_gram_fill(p4, 0, &none, out + 3);
    nsym_references_fill(p4, 0, &none, out + 3);
    assert_true(out[3] == 7);
}

static void what_is_no_vector_is_refused(void **state) {
    (void)state;
    static const char *const wrong[][2] = {
        {"beams", "there is no reference 'beams'; a reference is time, beam, x, y, z"},
        {"1 0 0", "there is no reference '1 0 0'"},
        {"1 0 0 nan", "there is no reference"},
        {"1 0 0 1 0", "there is no reference"},
        {"0 0 0 0", "the reference '0 0 0 0' is 0"},
        {"time,time", "the reference 'time' is given twice"},
        {"time,1 0 0 0", "the reference '1 0 0 0' is given twice"},
        {"z,0 0 -0 1", "the reference '0 0 -0 1' is given twice"},
        {"beam,beam", "the reference 'beam' is given twice"},
        {"time,,x", "there is no reference ''"},
        {"1 0 0 1,1 0 0 2,1 0 0 3,1 0 0 4,1 0 0 5,1 0 0 6,1 0 0 7,1 0 0 8,1 0 0 9",
         "there are more than 8 reference vectors"}};
    nsym_references out;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(nsym_references_parse(&out, wrong[i][0]), NSYM_EINVAL);
        if (!strstr(nsym_message(), wrong[i][1])) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), wrong[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rung_leaves_its_own_group),
        cmocka_unit_test(products_are_those_of_the_metric_energy_first),
        cmocka_unit_test(pairs_are_one_set_for_any_order_of_the_particles),
        cmocka_unit_test(a_pair_has_its_masses_and_its_product),
        cmocka_unit_test(what_is_no_vector_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
