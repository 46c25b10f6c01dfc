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
    assert_int_equal(nsym_events_set_attribute(events, "generator", NULL), NSYM_OK);
    assert_int_equal(nsym_events_set_attribute(events, "seed", NULL), NSYM_OK);
    assert_int_equal(events->attributes, 0);
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

static void further_features_stand_behind_those_there(void **state) {
    (void)state;
    nsym_events *events = sample(), *before = sample(), *bare;
    static const char *const names[] = {"d_eta", "cell"}, *const units[] = {"", "number"}, *const taken[] = {"a", "px"},
                             *const twice[] = {"a", "a"};
    assert_int_equal(nsym_events_add_features(events, 2, taken, NULL), NSYM_EINVAL);
    assert_int_equal(nsym_events_add_features(events, 2, twice, NULL), NSYM_EINVAL);
    assert_same(events, before);
    assert_int_equal(nsym_events_add_features(events, 2, names, units), NSYM_OK);
    assert_int_equal(events->features, 4);
    assert_int_equal(nsym_events_feature(events, "cell"), 3);
    assert_string_equal(events->feature_units[0], "GeV");
    assert_string_equal(events->feature_units[3], "number");
    for (size_t i = 0; i < 4; i++) {
        assert_same_values(events->particles + 4 * i, before->particles + 2 * i, 2);
        assert_true(events->particles[4 * i + 2] == 0 && events->particles[4 * i + 3] == 0);
    }
    assert_int_equal(nsym_events_new(&bare, 2), NSYM_OK);
    assert_int_equal(nsym_events_add_features(bare, 2, names, NULL), NSYM_EINVAL);
    nsym_events_free(bare);
    nsym_events_free(before);
    nsym_events_free(events);
}

static void features_and_columns_get_other_names(void **state) {
    (void)state;
    nsym_events *events = sample();
    double *values;
    assert_int_equal(nsym_events_add_column(events, "px", "", "", 1, &values), NSYM_OK);
    assert_int_equal(nsym_events_rename(events, "mass", "m"), NSYM_OK);
    assert_null(nsym_events_column(events, "mass"));
    assert_true(nsym_events_column(events, "m")->values[2] == 91.1876);
    assert_int_equal(nsym_events_rename(events, "px", "x"), NSYM_OK); /* both */
    assert_int_equal(nsym_events_feature(events, "x"), 0);
    assert_ptr_equal(nsym_events_column(events, "x")->values, values);
    assert_int_equal(nsym_events_rename(events, "x", "x"), NSYM_OK);
    assert_int_equal(nsym_events_rename(events, "x", "m"), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "the name is taken"));
    assert_int_equal(nsym_events_rename(events, "x", ""), NSYM_EINVAL);
    assert_int_equal(nsym_events_rename(events, "px", "y"), NSYM_ENOTFOUND);
    assert_int_equal(nsym_events_feature(events, "x"), 0);
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
        cmocka_unit_test(further_features_stand_behind_those_there),
        cmocka_unit_test(features_and_columns_get_other_names),
        cmocka_unit_test(parts_joined_are_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
