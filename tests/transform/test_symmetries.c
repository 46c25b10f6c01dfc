/* The transformations by name: identities that all have, and what each keeps. */
#include "transform/lorentz.h"
#include "transform/symmetry.h"
#include <nearsym/copies.h>
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
static const size_t places[NSYM_SYMMETRY_FEATURES] = {1, 3, 4, 2}; /* of five features */

static void draw(double p[5 * N], uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "symmetry", 0);
    for (size_t i = 0; i < 5 * N; i++) p[i] = 2 * nsym_random_uniform(&random) - 1;
}

static size_t count(void) {
    size_t n = 0;
    while (nsym_symmetry_names[n]) n++;
    return n;
}

/* Places of as many features as a symmetry's sets have. */
static size_t place_some(size_t place[NSYM_SYMMETRY_FEATURES], const nsym_symmetry *symmetry) {
    size_t n = 0;
    for (size_t k = 0; k < NSYM_SYMMETRY_FEATURES; k++) {
        place[k] = symmetry->features[0][k] ? places[k] : NSYM_NONE;
        n += place[k] != NSYM_NONE;
    }
    return n;
}

/* A random transformation of the value 0, whose axis all may have. */
static nsym_element axis_of(const nsym_symmetry *symmetry, uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "symmetry axis", 0);
    nsym_element g = nsym_symmetry_draw(symmetry, &random, 1);
    g.value = 0;
    return g;
}

static void apply(const nsym_symmetry *symmetry, nsym_element g, double value, double *p,
                  const size_t place[NSYM_SYMMETRY_FEATURES]) {
    g.value = value;
    nsym_symmetry_apply(symmetry, &g, p, N, 5, place);
}

static void a_name_stands_at_its_place(void **state) {
    (void)state;
    for (size_t s = 0; s < count(); s++) {
        assert_string_equal(nsym_symmetry_at(s)->name, nsym_symmetry_names[s]);
        assert_true(nsym_transform_period(nsym_symmetry_names[s]) == nsym_symmetry_at(s)->period);
    }
    assert_true(nsym_transform_names() == nsym_symmetry_names && isnan(nsym_transform_period("turn")));
}

static void nothing_is_done_by_value_0_and_two_values_add_up(void **state) {
    (void)state;
    for (size_t s = 0; s < count(); s++) {
        const nsym_symmetry *symmetry = nsym_symmetry_at(s);
        const nsym_element g = axis_of(symmetry, s);
        double unit = symmetry->period > 0 ? symmetry->period / 7 : 0.3, was[5 * N], once[5 * N], twice[5 * N];
        size_t place[NSYM_SYMMETRY_FEATURES], n = place_some(place, symmetry);
        draw(was, s);
        memcpy(once, was, sizeof was);
        apply(symmetry, g, 0, once, place);
        assert_memory_equal(once, was, sizeof was);
        memcpy(twice, was, sizeof was);
        apply(symmetry, g, 3 * unit, once, place);
        apply(symmetry, g, unit, twice, place);
        apply(symmetry, g, 2 * unit, twice, place);
        for (size_t i = 0; i < 5 * N; i++) {
            assert_true(fabs(once[i] - twice[i]) < 1e-12);
            bool acted = false;
            for (size_t k = 0; k < n; k++) acted |= i % 5 == place[k];
            if (!acted) assert_true(once[i] == was[i]);
        }
        assert_memory_not_equal(once, was, sizeof was);
        apply(symmetry, g, -3 * unit, once, place);
        for (size_t i = 0; i < 5 * N; i++) assert_true(fabs(once[i] - was[i]) < 1e-12);
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
        nsym_random random = nsym_random_stream(1, "symmetry", s);
        for (size_t k = 0; k < 1000; k++) {
            const nsym_element g = nsym_symmetry_draw(symmetry, &random, range);
            const double *n = g.axis;
            assert_true(fabs(g.value) <= reach);
            assert_true(fabs(n[0] * n[0] + n[1] * n[1] + n[2] * n[2] - 1) < 1e-15 * 8);
        }
    }
}

static void a_boost_keeps_masses_and_adds_to_rapidities(void **state) {
    (void)state;
    static const size_t momentum[] = {2, 3, NSYM_NONE, NSYM_NONE};
    const nsym_element g = nsym_symmetry_element(1.5);
    double p[8] = {3, 4, 20, 30, -3, 1, -5, 9}, before = nsym_mass(p, 2), pt = hypot(p[0], p[1]);
    double rapidity = atanh(p[2] / p[3]);
    nsym_symmetry_apply(&nsym_boost, &g, p, 2, 4, momentum);
    assert_true(fabs(nsym_mass(p, 2) / before - 1) < 1e-12);
    assert_true(hypot(p[0], p[1]) == pt);
    assert_true(fabs(atanh(p[2] / p[3]) - rapidity - 1.5) < 1e-12);
}

/* Random momenta (N, 4) of mass 0 to 10 and GeV, on shell. */
static void draw_momenta(double p[4 * N], double mass[N], uint64_t seed) {
    nsym_random random = nsym_random_stream(seed, "symmetry momenta", 0);
    for (size_t i = 0; i < N; i++, p += 4) {
        for (size_t k = 0; k < 3; k++) p[k] = 20 * nsym_random_normal(&random);
        mass[i] = 1 + 9 * nsym_random_uniform(&random);
        p[3] = sqrt(mass[i] * mass[i] + p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
    }
}

static double energy_of(const double *p, double mass) {
    return sqrt(mass * mass + p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
}

/* All products p_i . p_j, so all masses, of every symmetry that acts on momenta; and what each leaves. Rapidities of 1
   change energies by up to e, and products are differences of squares of energies: 1e-12 of these is left. */
static void symmetries_of_momenta_keep_masses_and_stay_on_shell(void **state) {
    (void)state;
    static const char *const names[] = {"px", "py", "pz", "energy"};
    nsym_events events = {.count = 1, .features = 4, .offsets = (uint64_t[]){0, N}, .feature_names = (char **)names};
    size_t acted = 0;
    for (size_t s = 0; s < count(); s++) {
        const nsym_symmetry *symmetry = nsym_symmetry_at(s);
        size_t place[NSYM_SYMMETRY_FEATURES];
        if (!nsym_symmetry_find(place, &events, symmetry)) continue;
        acted++;
        for (uint64_t seed = 0; seed < 50; seed++) {
            nsym_random random = nsym_random_stream(seed, "symmetry values", s);
            double was[4 * N], p[4 * N], mass[N];
            const nsym_element g = nsym_symmetry_draw(symmetry, &random, 1);
            draw_momenta(was, mass, seed);
            memcpy(p, was, sizeof was);
            nsym_symmetry_apply(symmetry, &g, p, N, 4, place);
            for (size_t i = 0; i < N; i++) {
                assert_true(fabs(p[4 * i + 3] / energy_of(p + 4 * i, mass[i]) - 1) < 1e-12);
                for (size_t j = 0; j < i; j++) {
                    const double a[8] = {was[4 * i], was[4 * i + 1], was[4 * i + 2], was[4 * i + 3],
                                         was[4 * j], was[4 * j + 1], was[4 * j + 2], was[4 * j + 3]},
                                 b[8] = {p[4 * i], p[4 * i + 1], p[4 * i + 2], p[4 * i + 3],
                                         p[4 * j], p[4 * j + 1], p[4 * j + 2], p[4 * j + 3]};
                    assert_true(fabs(nsym_mass(b, 2) / nsym_mass(a, 2) - 1) < 1e-12);
                }
                if (symmetry->period > 0) assert_true(p[4 * i + 3] == was[4 * i + 3]);
                if (symmetry == &nsym_boost_transverse) assert_true(p[4 * i + 2] == was[4 * i + 2]);
            }
        }
    }
    assert_int_equal(acted, 4);
}

static void a_transverse_boost_adds_to_the_rapidity_along_its_axis(void **state) {
    (void)state;
    static const size_t place[] = {0, 1, 3, NSYM_NONE};
    nsym_element g = {.value = -0.7, .axis = {0.6, 0.8, 0}};
    double p[4] = {3, 4, 20, 30}, along = atanh((0.6 * p[0] + 0.8 * p[1]) / p[3]), across = 0.6 * p[1] - 0.8 * p[0];
    nsym_symmetry_apply(&nsym_boost_transverse, &g, p, 1, 4, place);
    assert_true(fabs(atanh((0.6 * p[0] + 0.8 * p[1]) / p[3]) - along + 0.7) < 1e-12);
    assert_true(fabs(0.6 * p[1] - 0.8 * p[0] - across) < 1e-12);
    p[0] = p[1] = p[2] = 0, p[3] = 2; /* at rest; along x where no axis is drawn */
    g = nsym_symmetry_element(0.5);
    nsym_symmetry_apply(&nsym_boost_transverse, &g, p, 1, 4, place);
    assert_true(fabs(p[0] - 2 * sinh(0.5)) < 1e-12 && p[1] == 0 && fabs(p[3] - 2 * cosh(0.5)) < 1e-12);
}

/* Directions of transverse boosts: cos and sin of their azimuth have mean 0 and variance 1/2. */
static void transverse_boosts_have_no_preferred_direction(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    double x = 0, y = 0, xx = 0, value = 0, squares = 0;
    for (size_t k = 0; k < DRAWS; k++) {
        nsym_random random = nsym_random_stream(3, "symmetry directions", k);
        const nsym_element g = nsym_symmetry_draw(&nsym_boost_transverse, &random, 2);
        x += g.axis[0], y += g.axis[1], xx += g.axis[0] * g.axis[0], value += g.value, squares += g.value * g.value;
        assert_true(g.axis[2] == 0);
    }
    const double error = 4 / sqrt((double)DRAWS); /* four standard deviations of a quantity of width 1 */
    assert_true(fabs(x / DRAWS) < error * sqrt(0.5) && fabs(y / DRAWS) < error * sqrt(0.5));
    assert_true(fabs(xx / DRAWS - 0.5) < error * sqrt(0.125));
    assert_true(fabs(value / DRAWS) < error * 2 / sqrt(3.) && fabs(squares / DRAWS - 4. / 3) < error * sqrt(64. / 45));
}

/* What is uniform on SO(3) has: every axis turned into a uniform direction (mean 0, and cos^2 of mean 1/3 and variance
   4/45), also seen from another rotation; and a trace of mean 0 and mean square 1 (characters are orthonormal). */
static void rotations_in_space_are_uniform(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    static const size_t place[] = {0, 1, 2, NSYM_NONE};
    const nsym_element other = {.value = 50, .axis = {0.6, 0, 0.8}};
    double mean[2][9] = {{0}}, square[2][9] = {{0}}, trace = 0, trace_squared = 0;
    for (size_t k = 0; k < DRAWS; k++) {
        nsym_random random = nsym_random_stream(5, "symmetry rotations", k);
        const nsym_element g = nsym_symmetry_draw(&nsym_rotate_3d, &random, 0);
        double rows[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        nsym_symmetry_apply(&nsym_rotate_3d, &g, rows, 3, 3, place);
        double t = rows[0] + rows[4] + rows[8];
        trace += t, trace_squared += t * t;
        for (size_t turned = 0; turned < 2; turned++) {
            if (turned) nsym_symmetry_apply(&nsym_rotate_3d, &other, rows, 3, 3, place);
            for (size_t i = 0; i < 9; i++) mean[turned][i] += rows[i], square[turned][i] += rows[i] * rows[i];
        }
    }
    const double error = 4.5 / sqrt((double)DRAWS); /* standard deviations, for 36 numbers */
    for (size_t i = 0; i < 18; i++) {
        assert_true(fabs(mean[i / 9][i % 9] / DRAWS) < error / sqrt(3.));
        assert_true(fabs(square[i / 9][i % 9] / DRAWS - 1. / 3) < error * sqrt(4. / 45));
    }
    assert_true(fabs(trace / DRAWS) < error);
    assert_true(fabs(trace_squared / DRAWS - 1) < error * sqrt(2.)); /* the fourth moment is 3 */
}

/* About the beam it is the rotation of that name. */
static void a_rotation_in_space_about_z_is_that_about_the_beam(void **state) {
    (void)state;
    static const size_t xyz[] = {0, 1, 2, NSYM_NONE}, xy[] = {0, 1, NSYM_NONE, NSYM_NONE};
    double a[3] = {3, 5, 7}, b[3] = {3, 5, 7};
    const nsym_element g = {.value = 37, .axis = {0, 0, 1}};
    nsym_symmetry_apply(&nsym_rotate_3d, &g, a, 1, 3, xyz);
    nsym_symmetry_apply(&nsym_rotate, &g, b, 1, 3, xy);
    for (size_t k = 0; k < 3; k++) assert_true(fabs(a[k] - b[k]) < 1e-14 * 8);
}

static void a_quarter_turn_is_exact(void **state) {
    (void)state;
    static const size_t xy[] = {0, 1, NSYM_NONE, NSYM_NONE};
    const nsym_element g = nsym_symmetry_element(90);
    double p[2] = {3, 5};
    nsym_symmetry_apply(&nsym_rotate, &g, p, 1, 2, xy);
    assert_true(p[0] == -5 && p[1] == 3);
}

static void what_a_symmetry_needs_is_told_in_words(void **state) {
    (void)state;
    char text[128];
    nsym_symmetry_needs(text, sizeof text, &nsym_rotate);
    assert_string_equal(text, "x and y, or px and py, or d_eta and d_phi");
    nsym_symmetry_needs(text, sizeof text, &nsym_rotate_3d);
    assert_string_equal(text, "px, py and pz");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_name_stands_at_its_place),
                                       cmocka_unit_test(nothing_is_done_by_value_0_and_two_values_add_up),
                                       cmocka_unit_test(even_values_begin_with_0_and_are_spread),
                                       cmocka_unit_test(a_boost_keeps_masses_and_adds_to_rapidities),
                                       cmocka_unit_test(symmetries_of_momenta_keep_masses_and_stay_on_shell),
                                       cmocka_unit_test(a_transverse_boost_adds_to_the_rapidity_along_its_axis),
                                       cmocka_unit_test(transverse_boosts_have_no_preferred_direction),
                                       cmocka_unit_test(rotations_in_space_are_uniform),
                                       cmocka_unit_test(a_rotation_in_space_about_z_is_that_about_the_beam),
                                       cmocka_unit_test(a_quarter_turn_is_exact),
                                       cmocka_unit_test(what_a_symmetry_needs_is_told_in_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
