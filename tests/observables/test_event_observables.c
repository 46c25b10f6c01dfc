/* Observables of an event's particles alone: closed forms, and what must not change them. */
#include "observables/event_observable.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static double value(const char *name, const double *particles, size_t n) {
    const nsym_event_observable *observable = nsym_event_observable_named(name);
    assert_non_null(observable);
    return observable->value(particles, n);
}

static void names_are_found_and_others_are_not(void **state) {
    (void)state;
    for (size_t i = 0; nsym_event_observables[i]; i++)
        assert_ptr_equal(nsym_event_observable_named(nsym_event_observables[i]->name), nsym_event_observables[i]);
    assert_null(nsym_event_observable_named("sum_tp"));
}

static void an_empty_event_has_none(void **state) {
    (void)state;
    for (size_t i = 0; nsym_event_observables[i]; i++) assert_true(nsym_event_observables[i]->value(NULL, 0) == 0);
}

static void the_width_of_two_particles_is_known(void **state) {
    (void)state;
    /* the axis is at 0.1 of 0.4: 30 x 0.1 and 10 x 0.3 over 40 */
    const double two[] = {30, 0.5, 1, 10, 0.9, 1};
    assert_true(fabs(value("width", two, 2) - 0.15) < 1e-14);
    const double across[] = {30, 0, 3.1, 10, 0, 3.1 + 0.4 - 2 * acos(-1)}; /* the cut of the azimuth between them */
    assert_true(fabs(value("width", across, 2) - 0.15) < 1e-14);
    const double one[] = {5, 1, 2};
    assert_true(value("width", one, 1) == 0);
}

static void a_collinear_split_and_a_soft_particle_change_nothing(void **state) {
    (void)state;
    const double whole[] = {30, 0.5, 1, 10, 0.9, 1.3}, split[] = {10, 0.5, 1, 20, 0.5, 1, 10, 0.9, 1.3, 0, 4, 2};
    for (size_t i = 0; nsym_event_observables[i]; i++) {
        double a = nsym_event_observables[i]->value(whole, 2), b = nsym_event_observables[i]->value(split, 4);
        assert_true(fabs(a - b) < 1e-14);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_found_and_others_are_not),
                                       cmocka_unit_test(an_empty_event_has_none),
                                       cmocka_unit_test(the_width_of_two_particles_is_known),
                                       cmocka_unit_test(a_collinear_split_and_a_soft_particle_change_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
