/* JSON lines: what is written comes back, what others write is read, what is no event is refused by its line. */
#include "data/temporary.h"

#include <nearsym/remarks.h>

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

static void words_are_kept_as_numbers(void **state) {
    (void)state;
    static const char text[] =
        "{\"kind\":\"W\",\"x\":1.0,\"tags\":[\"b\",\"a\"],\"particles\":[]}\n"
        "{\"kind\":null,\"x\":2.0,\"tags\":[\"a\",\"a\"],\"particles\":[{\"id\":\"mu\"},{\"id\":\"e\"}]}\n"
        "{\"kind\":\"QCD\",\"x\":3.0,\"tags\":[\"a\",\"c\"],\"particles\":[{\"id\":\"mu\"}]}\n";
    nsym_events *events = read_text(text);
    assert_same_values(column(events, "kind"), (const double[]){1, NAN, 0}, 3);
    assert_same_values(column(events, "tags"), (const double[]){1, 0, 0, 0, 0, 2}, 6);
    assert_same_values(events->particles, (const double[]){1, 0, 1}, 3);
    assert_string_equal(nsym_events_attribute(events, "categories:kind"), "[\"QCD\",\"W\"]");
    assert_int_equal(nsym_events_write(events, in_folder("back.jsonl")), NSYM_OK);
    nsym_events_free(events);
    size_t n;
    unsigned char *bytes = read_bytes(in_folder("back.jsonl"), &n);
    bytes[n] = '\0';
    assert_string_equal((char *)bytes, text);
    free(bytes);
}

static void only_what_is_wanted_is_read(void **state) {
    (void)state;
    static const char text[] = "\xEF\xBB\xBF{\"x\": 1, \"bad\": {\"a\": 1}, \"p\": []}\n"
                               "{\"x\": 2, \"bad\": [2], \"p\": [{\"pt\": 3, \"eta\": 4}]}\n";
    nsym_events *events;
    write_bytes(in_folder("some.jsonl"), text, sizeof text - 1);
    const nsym_read_options drop = {.drop = "bad,pt"}, only = {.only = "pt,x"}, list = {.drop = "bad,p"},
                            none = {.only = "px"};
    assert_int_equal(nsym_events_read(&events, in_folder("some.jsonl"), &drop), NSYM_OK);
    assert_true(events->columns == 1 && events->features == 1 && events->particles[0] == 4);
    nsym_events_free(events);
    assert_int_equal(nsym_events_read(&events, in_folder("some.jsonl"), &only), NSYM_OK);
    assert_true(events->columns == 1 && events->features == 1 && events->particles[0] == 3);
    nsym_events_free(events);
    assert_int_equal(nsym_events_read(&events, in_folder("some.jsonl"), &list), NSYM_OK);
    assert_true(events->columns == 1 && events->features == 0);
    nsym_events_free(events);
    assert_int_equal(nsym_events_read(&events, in_folder("some.jsonl"), &none), NSYM_ENOTFOUND);
    assert_non_null(strstr(nsym_message(), "some.jsonl: there is no column or feature \"px\"; did you mean \"x\"?"));
}

static char said[1024];

static void hear(void *context, nsym_remark_kind kind, const char *words) {
    (void)context;
    if (kind == NSYM_WARNING) strcat(strcat(said, words), "\n");
}

/* Of a long file the first thousand events tell whether blocks can be read; what is rounded is told once. */
static void long_files_are_read_block_by_block(void **state) {
    (void)state;
    enum { EVENTS = 2500 };
    for (int words = 0; words < 2; words++) {
        FILE *file = fopen(in_folder("long.jsonl"), "w");
        for (int i = 0; i < EVENTS; i++)
            fprintf(file, "{\"n\": %lld, \"k\": %s%d%s}\n", 9007199254740993LL + i, words ? "\"" : "", i % 7,
                    words ? "\"" : "");
        fclose(file);
        nsym_events *whole = read_events(in_folder("long.jsonl")), *block;
        nsym_events_reader *reader;
        said[0] = '\0';
        nsym_remarks_listen(hear, NULL);
        assert_int_equal(nsym_events_reader_new(&reader, in_folder("long.jsonl"), NULL), NSYM_OK);
        size_t done = 0;
        for (;; done += block->count, nsym_events_free(block)) {
            assert_int_equal(nsym_events_reader_next(&block, reader, 300), NSYM_OK);
            if (!block) break;
            assert_int_equal(nsym_events_row(block, 0), done + 1);
            assert_same_values(column(block, "n"), column(whole, "n") + done, block->count);
            assert_same_values(column(block, "k"), column(whole, "k") + done, block->count);
        }
        nsym_remarks_listen(NULL, NULL);
        assert_int_equal(done, EVENTS);
        const char *first =
            strstr(said, "'n': 1250 whole numbers beyond 2^53, the first 9007199254740993 in line 1, are");
        if (!first || strstr(strstr(first, "line 1"), "beyond")) fail_msg("%s", said);
        nsym_events_reader_free(reader);
        nsym_events_free(whole);
    }
}

static void what_is_no_event_is_refused_by_its_line(void **state) {
    (void)state;
    refused("", "there are no events");
    refused("{\"x\": 1}\n{\"x\": }\n", "line 2: not JSON at column");
    refused("[1, 2]\n", "line 1: an event must be a record");
    refused("{\"x\": {}}\n", "line 1: 'x' is neither a number or a word, nor a list of them or of records; --drop x");
    refused("{\"x\": 1}\n{\"x\": \"much\"}\n", "line 2: 'x' of the event is a word, must be a number as in other");
    refused("{\"x\": \"much\"}\n{\"x\": 1}\n", "line 2: 'x' of the event is a number, must be a word as in other");
    refused("{\"weight\": \"much\"}\n", "line 1: 'weight' of the event is a word, must be a number");
    refused("{\"x\": 1}\n{\"y\": 1}\n", "line 2: the event has no 'x', but the first one has");
    refused("{\"x\": [1, 2]}\n{\"x\": [1]}\n", "line 2: 'x' has 1 values and 2 in the first event");
    refused("{\"x\": [1, \"a\"]}\n", "line 1: 'x' of the event is a word, must be a number");
    refused("{\"a\": [{\"x\": 1}], \"b\": [{\"x\": 1}]}\n", "line 1: 'a' and 'b' are both lists of records");
    refused("{\"a\": [{\"x\": 1}, 2]}\n", "line 1: particle 2 is not a record");
    refused("{\"a\": [{\"x\": 1}, {\"y\": 1}]}\n", "line 1: a particle has no 'x', but the first one has");
    refused("{\"a\": [{\"x\": 1}]}\n{\"a\": 2}\n", "line 2: the event has no list of records 'a'");
    refused("{\"x\": 1, \"x\": 2}\n", "line 1: not JSON at column");
    refused("{\"x\": 1}\n{\"x\": 1, \"weight\": 2}\n", "line 2: the event has 'weight', but the first one has not");
    refused("{\"x\": 1}\n{\"x\": 1, \"p\": [{\"pt\": 2}]}\n", "line 2: the event has 'p', but the first one has not");
    refused("{\"p\": [{\"pt\": 2}, {\"pt\": 2, \"eta\": 1}]}\n",
            "line 1: a particle has 'eta', but the first one has not");
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
    assert_non_null(strstr(nsym_message(), "inf.jsonl: row 2: x is infinite, which JSON cannot store"));
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(events_come_back_bit_by_bit),
                                       cmocka_unit_test(lists_of_records_are_particles_whatever_their_name),
                                       cmocka_unit_test(no_more_events_are_read_than_asked_for),
                                       cmocka_unit_test(words_are_kept_as_numbers),
                                       cmocka_unit_test(only_what_is_wanted_is_read),
                                       cmocka_unit_test(long_files_are_read_block_by_block),
                                       cmocka_unit_test(what_is_no_event_is_refused_by_its_line),
                                       cmocka_unit_test(infinity_is_refused)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
