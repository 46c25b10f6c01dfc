/* JSON lines: what is written comes back, what others write is read, what is no event is refused by its line. */
#include "data/temporary.h"

#include <math.h>

static nsym_events *read_text(const char *text) {
    write_bytes(in_folder("events.jsonl"), text, strlen(text));
    return read_events(in_folder("events.jsonl"));
}

static void refused(const char *text, const char *words) {
    nsym_events *none;
    write_bytes(in_folder("bad.jsonl"), text, strlen(text));
    assert_int_not_equal(nsym_events_read(&none, in_folder("bad.jsonl"), NULL), NSYM_OK);
    assert_null(none);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_non_null(strstr(nsym_message(), "bad.jsonl"));
}

static void events_come_back_bit_by_bit(void **state) {
    (void)state;
    static const char *const names[] = {"pt", "eta"}, *const files[] = {"a.jsonl", "a.jsonl.gz"};
    const uint64_t offsets[] = {0, 2, 2, 3};
    const double particles[] = {20.1, 0.1, 11, -1.0 / 3, 1e-300, 1e300};
    nsym_events *events, *back;
    double *label, *weights;
    assert_int_equal(nsym_events_new(&events, 3), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, names, NULL, offsets), NSYM_OK);
    memcpy(events->particles, particles, sizeof particles);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "w", "", "", 2, &weights), NSYM_OK);
    label[1] = 1, weights[0] = -0.7, weights[3] = NAN;
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(nsym_events_write(events, in_folder(files[k])), NSYM_OK);
        back = read_events(in_folder(files[k]));
        assert_same(back, events);
        nsym_events_free(back);
    }
    nsym_events_free(events);
}

static void lists_of_records_are_particles_whatever_their_name(void **state) {
    (void)state;
    nsym_events *events =
        read_text("{\"signal\": true, \"jets\": []}\n\n"
                  "{\"jets\": [{\"pt\": 1, \"eta\": 2}, {\"eta\": 4, \"pt\": 3}], \"signal\": null}\n");
    assert_true(events->count == 2 && events->features == 2 && events->columns == 1);
    assert_true(events->offsets[1] == 0 && events->offsets[2] == 2);
    for (size_t k = 0; k < 4; k++) assert_true(events->particles[k] == (double)k + 1);
    assert_true(events->column[0].values[0] == 1 && isnan(events->column[0].values[1]));
    nsym_events_free(events);
}

static void no_more_events_are_read_than_asked_for(void **state) {
    (void)state;
    nsym_events *events;
    const char text[] = "{\"x\": 1}\n{\"x\": 2}\nthis is no event\n";
    write_bytes(in_folder("cut.jsonl"), text, strlen(text));
    const nsym_read_options two = {.max_events = 2};
    assert_int_equal(nsym_events_read(&events, in_folder("cut.jsonl"), &two), NSYM_OK);
    assert_true(events->count == 2 && events->column[0].values[1] == 2);
    nsym_events_free(events);
}

static void what_is_no_event_is_refused_by_its_line(void **state) {
    (void)state;
    refused("", "there are no events");
    refused("{\"x\": 1}\n{\"x\": }\n", "line 2: no JSON at column");
    refused("[1, 2]\n", "line 1: an event must be a record");
    refused("{\"x\": \"much\"}\n", "line 1: 'x' is neither a number, nor a list of numbers or of records");
    refused("{\"x\": 1}\n{\"y\": 1}\n", "line 2: the event has no 'x', as the first has");
    refused("{\"x\": [1, 2]}\n{\"x\": [1]}\n", "line 2: 'x' has 1 values and 2 in the first event");
    refused("{\"x\": [1, \"a\"]}\n", "line 1: 'x' of the event is no number");
    refused("{\"a\": [{\"x\": 1}], \"b\": [{\"x\": 1}]}\n", "line 1: 'a' and 'b' are lists of records");
    refused("{\"a\": [{\"x\": 1}, 2]}\n", "line 1: particle 2 is no record");
    refused("{\"a\": [{\"x\": 1}, {\"y\": 1}]}\n", "line 1: a particle has no 'x', as the first has");
    refused("{\"a\": [{\"x\": 1}]}\n{\"a\": 2}\n", "line 2: the event has no list of records 'a'");
    refused("{\"x\": 1, \"x\": 2}\n", "line 1: no JSON at column");
    refused("{\"x\": 1}\n{\"x\": 1, \"weight\": 2}\n", "line 2: the event has 'weight', which the first has not");
    refused("{\"x\": 1}\n{\"x\": 1, \"p\": [{\"pt\": 2}]}\n", "line 2: the event has 'p', which the first has not");
    refused("{\"p\": [{\"pt\": 2}, {\"pt\": 2, \"eta\": 1}]}\n",
            "line 1: a particle has 'eta', which the first has not");
    refused("{\"p\": [{}, {}]}\n{\"p\": [{\"pt\": 2}]}\n", "line 1: particle 1 has no features");
}

/* null is NaN, so infinity would come back as another number. */
static void infinity_is_refused(void **state) {
    (void)state;
    nsym_events *events;
    double *x;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "x", "", "", 1, &x), NSYM_OK);
    x[1] = -INFINITY;
    assert_int_equal(nsym_events_write(events, in_folder("inf.jsonl")), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "inf.jsonl: row 2: x is infinite, which JSON cannot say"));
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(events_come_back_bit_by_bit),
                                       cmocka_unit_test(lists_of_records_are_particles_whatever_their_name),
                                       cmocka_unit_test(no_more_events_are_read_than_asked_for),
                                       cmocka_unit_test(what_is_no_event_is_refused_by_its_line),
                                       cmocka_unit_test(infinity_is_refused)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
