/* Invariants under boosts and rotations that the test makes itself. */
#include "transform/lorentz.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void direction(nsym_random *random, double out[3]) {
    double z = 2 * nsym_random_uniform(random) - 1, phi = 2 * acos(-1) * nsym_random_uniform(random);
    out[0] = sqrt(1 - z * z) * cos(phi), out[1] = sqrt(1 - z * z) * sin(phi), out[2] = z;
}

/* p -> p + [(gamma - 1) (p.u) + gamma beta E] u, E -> gamma (E + beta p.u) along the unit vector u. */
static void boost(double *p, const double u[3], double gamma) {
    double beta = sqrt(1 - 1 / (gamma * gamma)), along = p[0] * u[0] + p[1] * u[1] + p[2] * u[2];
    for (int k = 0; k < 3; k++) p[k] += ((gamma - 1) * along + gamma * beta * p[3]) * u[k];
    p[3] = gamma * (p[3] + beta * along);
}

/* Rodrigues: p cos + (u x p) sin + u (u.p) (1 - cos). */
static void rotate(double *p, const double u[3], double angle) {
    double along = p[0] * u[0] + p[1] * u[1] + p[2] * u[2], c = cos(angle), s = sin(angle);
    const double cross[3] = {u[1] * p[2] - u[2] * p[1], u[2] * p[0] - u[0] * p[2], u[0] * p[1] - u[1] * p[0]};
    for (int k = 0; k < 3; k++) p[k] = p[k] * c + cross[k] * s + u[k] * along * (1 - c);
}

/* `n` particles of mass 0, 1, 2, ... GeV and momenta of some 50 GeV. */
static void draw(nsym_random *random, double *p4, size_t n) {
    for (size_t i = 0; i < n; i++, p4 += 4) {
        double momentum = 20 + 60 * nsym_random_uniform(random);
        direction(random, p4);
        for (int k = 0; k < 3; k++) p4[k] *= momentum;
        p4[3] = hypot(momentum, (double)i);
    }
}

static void invariants_do_not_see_boosts_and_rotations(void **state) {
    (void)state;
    enum { N = 4, PAIRS = N * (N - 1) };
    nsym_random random = nsym_random_stream(31, "lorentz", 0);
    for (int e = 0; e < 500; e++) {
        double p4[4 * N], moved[4 * N], u[3], v[3];
        double before[PAIRS], after[PAIRS];
        draw(&random, p4, N);
        memcpy(moved, p4, sizeof p4);
        direction(&random, u);
        direction(&random, v);
        double gamma = 1 + 3 * nsym_random_uniform(&random), angle = 7 * nsym_random_uniform(&random);
        for (int i = 0; i < N; i++) {
            boost(moved + 4 * i, u, gamma);
            rotate(moved + 4 * i, v, angle);
        }
        /* products of energies of some 400 GeV, rounded 1e-16 of them */
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                assert_true(
                    fabs(nsym_minkowski(p4 + 4 * i, p4 + 4 * j) - nsym_minkowski(moved + 4 * i, moved + 4 * j)) < 1e-8);
        assert_true(fabs(nsym_mass(p4, N) - nsym_mass(moved, N)) < 1e-9);
        nsym_lorentz_pairs(p4, N, before);
        nsym_lorentz_pairs(moved, N, after);
        for (int k = 0; k < PAIRS; k++) assert_true(fabs(before[k] - after[k]) < 1e-5);
    }
}

static void a_changed_energy_is_seen(void **state) {
    (void)state;
    double p4[8];
    double before[2], after[2];
    nsym_random random = nsym_random_stream(32, "lorentz", 0);
    draw(&random, p4, 2);
    nsym_lorentz_pairs(p4, 2, before);
    p4[3] *= 1.05;
    nsym_lorentz_pairs(p4, 2, after);
    assert_true(fabs(before[0] - after[0]) > 1e-3 && fabs(before[1] - after[1]) > 1e-3);
}

static void pairs_are_logarithms_with_a_sign_in_order_of_i_and_j(void **state) {
    (void)state;
    /* p.q of massless particles: E E' (1 - cos); the difference's square is -2 of it. */
    const double p4[] = {3, 0, 0, 3, 0, 4, 0, 4, -5, 0, 0, 5};
    const double products[] = {12, 30, 20};
    double out[6];
    nsym_lorentz_pairs(p4, 3, out);
    for (int k = 0; k < 3; k++) {
        assert_true(fabs((double)out[2 * k] - log(1 + products[k])) < 1e-6);
        assert_true(fabs((double)out[2 * k + 1] + log(1 + 2 * products[k])) < 1e-6);
    }
    const double same[] = {1, 2, 2, 3, 1, 2, 2, 3};
    nsym_lorentz_pairs(same, 2, out);
    assert_true(out[0] == 0 && out[1] == 0);
    double untouched = 7;
    nsym_lorentz_pairs(p4, 1, &untouched);
    nsym_lorentz_pairs(p4, 0, &untouched);
    assert_true(untouched == 7);
}

static void a_massless_pairs_difference_is_minus_twice_its_product(void **state) {
    (void)state;
    nsym_random random = nsym_random_stream(33, "lorentz", 0);
    for (int e = 0; e < 200; e++) {
        double p4[8], other[8];
        double out[2];
        draw(&random, p4, 1);
        draw(&random, other, 1);
        memcpy(p4 + 4, other, 4 * sizeof *p4);
        nsym_lorentz_pairs(p4, 2, out);
        double product = expm1((double)out[0]), square = -expm1(-(double)out[1]);
        assert_true(product > 0 && square < 0);
        assert_true(fabs(square / (-2 * product) - 1) < 1e-5); /* two floats of up to 10, through exp */
        double mass = nsym_mass(p4, 2);
        assert_true(fabs(mass * mass - 2 * nsym_minkowski(p4, p4 + 4)) < 1e-9 * (p4[3] + p4[7]) * (p4[3] + p4[7]));
    }
}

static void masses_have_their_closed_forms(void **state) {
    (void)state;
    const double z[] = {45.6, 0, 0, 45.6, -45.6, 0, 0, 45.6}, spacelike[] = {0, 0, 5, 4.999999};
    assert_true(fabs(nsym_mass(z, 2) - 91.2) < 1e-12);
    assert_true(nsym_mass(z, 1) == 0 && nsym_mass(spacelike, 1) == 0 && nsym_mass(z, 0) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invariants_do_not_see_boosts_and_rotations),
        cmocka_unit_test(a_changed_energy_is_seen),
        cmocka_unit_test(pairs_are_logarithms_with_a_sign_in_order_of_i_and_j),
        cmocka_unit_test(a_massless_pairs_difference_is_minus_twice_its_product),
        cmocka_unit_test(masses_have_their_closed_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
