/* The transformations by name: identities that all have, and what each keeps. */
#include "transform/lorentz.h"
#include "transform/symmetry.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 20 };
static const size_t pair[2] = {1, 3}; /* of four features */

static void draw(double p[4 * N], uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "symmetry", 0);
    for (size_t i = 0; i < 4 * N; i++) p[i] = 2 * nsym_random_uniform(&random) - 1;
}

static size_t count(void) {
    size_t n = 0;
    while (nsym_symmetry_names[n]) n++;
    return n;
}

static void a_name_stands_at_its_place(void **state) {
    (void)state;
    for (size_t s = 0; s < count(); s++) assert_string_equal(nsym_symmetry_at(s)->name, nsym_symmetry_names[s]);
}

static void nothing_is_done_by_value_0_and_two_values_add_up(void **state) {
    (void)state;
    for (size_t s = 0; s < count(); s++) {
        const nsym_symmetry *symmetry = nsym_symmetry_at(s);
        double unit = symmetry->period > 0 ? symmetry->period / 7 : 0.3, was[4 * N], once[4 * N], twice[4 * N];
        draw(was, s);
        memcpy(once, was, sizeof was);
        nsym_symmetry_apply(symmetry, 0, once, N, 4, pair);
        assert_memory_equal(once, was, sizeof was);
        memcpy(twice, was, sizeof was);
        nsym_symmetry_apply(symmetry, 3 * unit, once, N, 4, pair);
        nsym_symmetry_apply(symmetry, unit, twice, N, 4, pair);
        nsym_symmetry_apply(symmetry, 2 * unit, twice, N, 4, pair);
        for (size_t i = 0; i < 4 * N; i++) {
            assert_true(fabs(once[i] - twice[i]) < 1e-12);
            bool acted = i % 4 == pair[0] || i % 4 == pair[1];
            if (!acted) assert_true(once[i] == was[i]);
        }
        assert_memory_not_equal(once, was, sizeof was);
    }
}

static void even_values_begin_with_0_and_are_spread(void **state) {
    (void)state;
    for (size_t s = 0; s < count(); s++) {
        const nsym_symmetry *symmetry = nsym_symmetry_at(s);
        const double range = 0.8, reach = symmetry->period > 0 ? symmetry->period : range;
        for (size_t n = 2; n < 9; n++) {
            assert_true(nsym_symmetry_even(symmetry, 0, n, range) == 0);
            for (size_t a = 0; a < n; a++) {
                double x = nsym_symmetry_even(symmetry, a, n, range);
                assert_true(fabs(x) <= reach * (1 + 1e-15));
                for (size_t b = 0; b < a; b++) assert_true(fabs(x - nsym_symmetry_even(symmetry, b, n, range)) > 1e-3);
            }
        }
        assert_true(fabs(nsym_symmetry_random(symmetry, 0.25, range)) <= reach);
    }
}

static void a_boost_keeps_masses_and_adds_to_rapidities(void **state) {
    (void)state;
    static const size_t momentum[2] = {2, 3};
    double p[8] = {3, 4, 20, 30, -3, 1, -5, 9}, before = nsym_mass(p, 2), pt = hypot(p[0], p[1]);
    double rapidity = atanh(p[2] / p[3]);
    nsym_symmetry_apply(&nsym_boost, 1.5, p, 2, 4, momentum);
    assert_true(fabs(nsym_mass(p, 2) / before - 1) < 1e-12);
    assert_true(hypot(p[0], p[1]) == pt);
    assert_true(fabs(atanh(p[2] / p[3]) - rapidity - 1.5) < 1e-12);
}

static void a_quarter_turn_is_exact(void **state) {
    (void)state;
    static const size_t xy[2] = {0, 1};
    double p[2] = {3, 5};
    nsym_symmetry_apply(&nsym_rotate, 90, p, 1, 2, xy);
    assert_true(p[0] == -5 && p[1] == 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_name_stands_at_its_place),
                                       cmocka_unit_test(nothing_is_done_by_value_0_and_two_values_add_up),
                                       cmocka_unit_test(even_values_begin_with_0_and_are_spread),
                                       cmocka_unit_test(a_boost_keeps_masses_and_adds_to_rapidities),
                                       cmocka_unit_test(a_quarter_turn_is_exact)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
