#include "base/exp.h"
#include "base/log.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Errors in units of the last place, by the C library's long doubles. */
static double ulps(double value, long double exact) {
    double near = (double)exact;
    return (double)fabsl((value - exact) / (nextafter(fabs(near), INFINITY) - fabs(near)));
}

static void a_logarithm_is_right_to_a_unit_in_its_last_place(void **state) {
    (void)state;
    double worst = 0;
    for (int power = -1021; power < 1024; power++)
        for (int part = 0; part < 64; part++) {
            double x = ldexp(1 + (part + 0.37) / 64, power);
            worst = fmax(worst, ulps(nsym_log(x), logl(x)));
        }
    for (int i = 1; i < 100000; i++) { /* near 1, where it is near 0 */
        double x = 1 + (i % 2 ? 1 : -1) * pow(0.9998, i) * 0.3;
        worst = fmax(worst, ulps(nsym_log(x), logl(x)));
    }
    assert_true(worst < 1);
    assert_true(fabs(nsym_log(1)) <= 0);
}

static void an_exponential_is_right_to_two_units(void **state) {
    (void)state;
    for (int i = 0; i < 200000; i++) {
        double x = i * 0.003537;
        if (x < 707) assert_true(ulps(nsym_exp_minus(x), expl(-(long double)x)) < 2);
    }
    assert_true(fabs(nsym_exp_minus(708)) <= 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_logarithm_is_right_to_a_unit_in_its_last_place),
        cmocka_unit_test(an_exponential_is_right_to_two_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
