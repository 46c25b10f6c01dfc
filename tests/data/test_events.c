#include "data/temporary.h"

static void offsets_that_do_not_rise_from_zero_are_refused(void **state) {
    (void)state;
    static const char *const names[] = {"px"};
    static const uint64_t late[] = {1, 2, 3}, falling[] = {0, 2, 1};
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 1, names, NULL, late), NSYM_EINVAL);
    assert_int_equal(nsym_events_set_particles(events, 1, names, NULL, falling), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "event 1"));
    assert_null(events->offsets);
    nsym_events_free(events);
}

static void names_are_taken_once(void **state) {
    (void)state;
    nsym_events *events = sample();
    double *values;
    assert_int_equal(nsym_events_add_column(events, "mass", "", "", 1, &values), NSYM_EINVAL);
    assert_int_equal(nsym_events_add_column(events, "none", "", "", 0, &values), NSYM_EINVAL);
    assert_int_equal(nsym_events_set_attribute(events, "generator", "one"), NSYM_OK);
    assert_int_equal(nsym_events_set_attribute(events, "generator", "two"), NSYM_OK);
    assert_int_equal(events->attributes, 1);
    assert_string_equal(nsym_events_attribute(events, "generator"), "two");
    assert_null(nsym_events_attribute(events, "seed"));
    assert_int_equal(nsym_events_feature(events, "px"), 0);
    assert_true(nsym_events_feature(events, "energy") == NSYM_NONE);
    nsym_events_free(events);
}

static void a_selection_keeps_order_and_repeats(void **state) {
    (void)state;
    nsym_events *events = sample(), *chosen;
    const size_t index[] = {2, 1, 2}, outside[] = {3};
    assert_int_equal(nsym_events_select(&chosen, events, index, 3), NSYM_OK);
    const uint64_t offsets[] = {0, 1, 4, 5};
    assert_memory_equal(chosen->offsets, offsets, sizeof offsets);
    assert_same_values(chosen->particles, events->particles + 6, 2);
    assert_same_values(chosen->particles + 2, events->particles, 6);
    assert_same_values(chosen->particles + 8, events->particles + 6, 2);
    assert_same_values(nsym_events_column(chosen, "weights")->values, events->column[1].values + 4, 2);
    nsym_events_free(chosen);
    assert_int_equal(nsym_events_select(&chosen, events, outside, 1), NSYM_EINVAL);
    assert_null(chosen);
    assert_int_equal(nsym_events_select(&chosen, events, NULL, 0), NSYM_OK);
    assert_int_equal(chosen->count, 0);
    nsym_events_free(chosen);
    nsym_events_free(events);
}

static void parts_joined_are_the_whole(void **state) {
    (void)state;
    nsym_events *events = sample(), *first, *rest, *whole;
    const size_t index[] = {0, 1, 2};
    assert_int_equal(nsym_events_select(&first, events, index, 2), NSYM_OK);
    assert_int_equal(nsym_events_select(&rest, events, index + 2, 1), NSYM_OK);
    assert_int_equal(nsym_events_concat(&whole, first, rest), NSYM_OK);
    assert_same(whole, events);
    nsym_events_free(whole);
    double *values;
    assert_int_equal(nsym_events_add_column(rest, "label", "", "", 1, &values), NSYM_OK);
    assert_int_equal(nsym_events_concat(&whole, first, rest), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "\"label\""));
    nsym_events_free(first);
    nsym_events_free(rest);
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_that_do_not_rise_from_zero_are_refused),
        cmocka_unit_test(names_are_taken_once),
        cmocka_unit_test(a_selection_keeps_order_and_repeats),
        cmocka_unit_test(parts_joined_are_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
