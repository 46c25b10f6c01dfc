#include "generate/parton.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const double PI = 3.14159265358979323846;
static const double scales[] = {40, 91.188, 500, 3000};
enum { SCALES = sizeof scales / sizeof *scales };

static nsym_partons *partons;

static int make_partons(void **state) {
    (void)state;
    return nsym_partons_new(&partons) == NSYM_OK ? 0 : -1;
}

static int free_partons(void **state) {
    (void)state;
    nsym_partons_free(partons);
    return 0;
}

/* Combinations of densities that evolve by themselves or sum to something known. */
static double up_valence(const double *xf) {
    return xf[NSYM_UP] - xf[NSYM_ANTIUP];
}

static double down_valence(const double *xf) {
    return xf[NSYM_DOWN] - xf[NSYM_ANTIDOWN];
}

static double singlet(const double *xf) {
    return xf[NSYM_UP] + xf[NSYM_DOWN] + xf[NSYM_ANTIUP] + xf[NSYM_ANTIDOWN] +
           2 * (xf[NSYM_STRANGE] + xf[NSYM_CHARM] + xf[NSYM_BOTTOM]);
}

static double gluon(const double *xf) {
    return xf[NSYM_GLUON];
}

static double all(const double *xf) {
    return singlet(xf) + gluon(xf);
}

typedef double combination(const double *xf);

static double at(combination *of, double x, double q) {
    double xf[NSYM_PARTONS];
    nsym_partons_at(partons, log(x), q, xf);
    return of(xf);
}

/* The integral of x^power of(x) / x over x: midpoints in logit(x), and below the table a power law. */
static double moment(combination *of, double power, double q) {
    enum { N = 4000 };
    const double first = log(NSYM_PARTON_X_MIN), last = 4;
    double sum = 0;
    for (int i = 0; i < N; i++) {
        double x = 1 / (1 + exp(-(first + (last - first) * (i + 0.5) / N)));
        sum += pow(x, power) * at(of, x, q) * (1 - x) * (last - first) / N;
    }
    double x = NSYM_PARTON_X_MIN, edge = at(of, x, q), slope = log(at(of, 2 * x, q) / edge) / log(2);
    return sum + pow(x, power) * edge / (power + slope);
}

static void valence_numbers_are_two_and_one(void **state) {
    (void)state;
    for (int k = 0; k < SCALES; k++) { /* 1e-3: the table's interpolation and its power law below 1e-6 */
        assert_true(fabs(moment(up_valence, 0, scales[k]) / 2 - 1) < 1e-3);
        assert_true(fabs(moment(down_valence, 0, scales[k]) - 1) < 1e-3);
    }
}

static void momenta_add_up_to_the_proton(void **state) {
    (void)state;
    for (int k = 0; k < SCALES; k++) assert_true(fabs(moment(all, 1, scales[k]) - 1) < 1e-3);
    double share = moment(singlet, 1, 91.188);
    assert_true(share > 0.4 && share < 0.6); /* quarks carry about half at the Z's mass */
}

static void densities_are_finite_and_never_negative(void **state) {
    (void)state;
    for (double log_x = -20; log_x <= 0; log_x += 0.01)
        for (int k = 0; k < SCALES; k++) {
            double xf[NSYM_PARTONS];
            nsym_partons_at(partons, log_x, scales[k], xf);
            for (int f = 0; f < NSYM_PARTONS; f++) assert_true(isfinite(xf[f]) && xf[f] >= 0);
        }
}

static void the_input_is_given_back_at_its_scale(void **state) {
    (void)state;
    const double x[] = {1e-5, 1e-3, 0.02, 0.1, 0.3};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        double xf[NSYM_PARTONS], root = sqrt(x[i]);
        nsym_partons_at(partons, log(x[i]), 91.188, xf);
        double antiup = 0.11944 * pow(x[i], -0.3764) * pow(1 - x[i], 8.06) * (1 - 2.411 * root + 3.196 * x[i]);
        double charm = 0.08586 * pow(x[i], -0.3764) * pow(1 - x[i], 9.657) * (1 - 4.159 * root + 8.382 * x[i]);
        assert_true(fabs(xf[NSYM_ANTIUP] / antiup - 1) < 1e-3);
        assert_true(fabs(xf[NSYM_CHARM] / charm - 1) < 1e-3);
        assert_true(fabs(xf[NSYM_BOTTOM] / charm - 0.7) < 1e-3);
    }
}

/* What feeds `of` in d(x f) / d ln q^2, written as convolutions in x: the splitting functions in their textbook form,
   with the integral over z from x to 1 by midpoints in ln(1 - z) and the rest of the plus prescription in closed form.
 */
static double quark_to_quark(combination *of, double x, double q) {
    enum { N = 4000 };
    double here = at(of, x, q), sum = 0, low = -14 * log(10), high = log1p(-x);
    for (int i = 0; i < N; i++) {
        double rest = exp(low + (high - low) * (i + 0.5) / N), z = 1 - rest;
        sum += ((1 + z * z) * at(of, x / z, q) - 2 * here) * (high - low) / N;
    }
    return 4. / 3 * (sum + here * (1.5 + 2 * log1p(-x)));
}

static double gluon_to_gluon(double x, double q) {
    enum { N = 4000 };
    double here = at(gluon, x, q), sum = 0, low = -14 * log(10), high = log1p(-x);
    for (int i = 0; i < N; i++) {
        double rest = exp(low + (high - low) * (i + 0.5) / N), z = 1 - rest, there = at(gluon, x / z, q);
        sum += (z * there - here + rest * (rest / z + z * rest) * there) * (high - low) / N;
    }
    return 6 * (sum + here * log1p(-x)) + here * (33 - 2 * 5) / 6;
}

static double across(combination *of, double (*splitting)(double z), double x, double q) {
    enum { N = 4000 };
    double sum = 0, low = log(x);
    for (int i = 0; i < N; i++) {
        double z = exp(low - low * (i + 0.5) / N);
        sum += z * splitting(z) * at(of, x / z, q) * -low / N;
    }
    return sum;
}

static double gluon_to_quarks(double z) {
    return 5 * (z * z + (1 - z) * (1 - z));
}

static double quark_to_gluon(double z) {
    return 4. / 3 * (1 + (1 - z) * (1 - z)) / z;
}

/* d(x f) / d ln q^2, by central difference over a wide step, as the table is linear in ln q between its scales. */
static double slope(combination *of, double x, double q) {
    const double step = 1.6;
    return (at(of, x, q * step) - at(of, x, q / step)) / (4 * log(step));
}

static void the_evolution_obeys_the_splitting_functions_in_x(void **state) {
    (void)state;
    const double x[] = {1e-3, 0.01, 0.05, 0.3}, q = 300;
    double strength = nsym_alpha_s(q) / (2 * PI);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        double valence = strength * quark_to_quark(up_valence, x[i], q);
        double quarks = strength * (quark_to_quark(singlet, x[i], q) + across(gluon, gluon_to_quarks, x[i], q));
        double gluons = strength * (gluon_to_gluon(x[i], q) + across(singlet, quark_to_gluon, x[i], q));
        /* of the density per unit of ln q^2: the third derivative in the central difference, and the table's 1e-4 */
        assert_true(fabs(slope(up_valence, x[i], q) - valence) < 1e-3 * at(up_valence, x[i], q));
        assert_true(fabs(slope(singlet, x[i], q) - quarks) < 1e-3 * at(singlet, x[i], q));
        assert_true(fabs(slope(gluon, x[i], q) - gluons) < 1e-3 * at(gluon, x[i], q));
    }
}

static void the_coupling_runs_with_two_loops(void **state) {
    (void)state;
    assert_true(fabs(nsym_alpha_s(91.188) - 0.13) < 1e-12);
    const double q[] = {40, 91.188, 1000};
    for (int i = 0; i < 3; i++) {
        double a = nsym_alpha_s(q[i]), h = 1e-4;
        double derivative = (nsym_alpha_s(q[i] * exp(h)) - nsym_alpha_s(q[i] * exp(-h))) / (4 * h);
        double beta = -(23. / 3) / (4 * PI) * a * a - (116. / 3) / (16 * PI * PI) * a * a * a;
        assert_true(fabs(derivative / beta - 1) < 1e-6);
    }
    /* MadGraph's at the scales of two of its events */
    assert_true(fabs(nsym_alpha_s(71.005) - 0.1356708) < 2e-6);
    assert_true(fabs(nsym_alpha_s(737.3285) - 0.09655442) < 2e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valence_numbers_are_two_and_one),
        cmocka_unit_test(momenta_add_up_to_the_proton),
        cmocka_unit_test(densities_are_finite_and_never_negative),
        cmocka_unit_test(the_input_is_given_back_at_its_scale),
        cmocka_unit_test(the_evolution_obeys_the_splitting_functions_in_x),
        cmocka_unit_test(the_coupling_runs_with_two_loops),
    };
    return cmocka_run_group_tests(tests, make_partons, free_partons);
}
