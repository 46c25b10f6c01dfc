/* Events block by block, columns and features by name, and remarks. */
#include "data/temporary.h"

#include "base/remark.h"

#include <nearsym/remarks.h>

/* All formats that hold ragged particles. */
static const char *const names[] = {"events.h5", "events.npz", "events.jsonl"};
enum { NAMES = sizeof names / sizeof *names };

/* A sample of `count` events in a file: event i has i % 4 particles. */
static char *write_sample(const char *name, size_t count) {
    static const char *const features[] = {"pt", "eta", "phi"};
    uint64_t offsets[256] = {0};
    nsym_events *events;
    double *label, *mass;
    for (size_t i = 0; i < count; i++) offsets[i + 1] = offsets[i] + i % 4;
    assert_int_equal(nsym_events_new(&events, count), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 3, features, NULL, offsets), NSYM_OK);
    for (size_t i = 0; i < 3 * offsets[count]; i++) events->particles[i] = (double)i + 0.5;
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mass", "", "", 1, &mass), NSYM_OK);
    for (size_t i = 0; i < count; i++) label[i] = (double)(i % 2), mass[i] = (double)i / 3;
    char *path = in_folder(name);
    if (nsym_events_write(events, path) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_events_free(events);
    return path;
}

/* Reads a file in blocks of `most` events and puts them together. */
static nsym_events *read_in_blocks(const char *path, const nsym_read_options *options, size_t most) {
    nsym_events_reader *reader;
    nsym_events *all = NULL, *block;
    if (nsym_events_reader_new(&reader, path, options) != NSYM_OK) fail_msg("%s", nsym_message());
    for (;;) {
        if (nsym_events_reader_next(&block, reader, most) != NSYM_OK) fail_msg("%s", nsym_message());
        if (!block) break;
        assert_true(block->count <= most);
        for (size_t i = 0; i < block->count; i++)
            assert_int_equal(nsym_events_row(block, i), 1 + i + (all ? all->count : 0));
        nsym_events *joined = block;
        if (all) assert_int_equal(nsym_events_concat(&joined, all, block), NSYM_OK);
        if (all) nsym_events_free(block);
        nsym_events_free(all);
        all = joined;
    }
    nsym_events_reader_free(reader);
    return all;
}

static void blocks_of_any_size_are_the_whole_sample(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 7, 99, 100, 101, 1000};
    for (size_t n = 0; n < NAMES; n++) {
        const char *path = write_sample(names[n], 100);
        nsym_events *whole = read_events(path);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            nsym_events *blocks = read_in_blocks(path, NULL, sizes[s]);
            assert_same(whole, blocks);
            nsym_events_free(blocks);
        }
        nsym_events_free(whole);
    }
}

static void max_events_ends_the_blocks(void **state) {
    (void)state;
    const char *path = write_sample("events.h5", 100);
    nsym_events *blocks = read_in_blocks(path, &(nsym_read_options){.max_events = 33}, 10);
    assert_int_equal(blocks->count, 33);
    nsym_events_free(blocks);
}

static void a_file_of_no_events_is_one_block_of_none(void **state) {
    (void)state;
    nsym_events *blocks = read_in_blocks(write_sample("none.h5", 0), NULL, 10);
    assert_non_null(blocks);
    assert_int_equal(blocks->count, 0);
    assert_int_equal(blocks->columns, 2);
    nsym_events_free(blocks);
}

static void what_is_not_wanted_is_left_out_whole_and_in_blocks(void **state) {
    (void)state;
    static const nsym_read_options options[] = {{.only = "phi,mass"}, {.drop = "eta,pt,label"}};
    for (size_t n = 0; n < NAMES; n++) {
        const char *path = write_sample(names[n], 100);
        nsym_events *all = read_events(path);
        for (size_t k = 0; k < 2; k++) {
            nsym_events *events, *blocks = read_in_blocks(path, &options[k], 9);
            assert_int_equal(nsym_events_read(&events, path, &options[k]), NSYM_OK);
            assert_same(events, blocks);
            assert_int_equal(events->features, 1);
            assert_string_equal(events->feature_names[0], "phi");
            assert_int_equal(events->columns, 1);
            assert_memory_equal(column(events, "mass"), column(all, "mass"), 100 * sizeof(double));
            for (size_t i = 0; i < all->offsets[100]; i++)
                assert_true(events->particles[i] == all->particles[3 * i + 2]);
            nsym_events_free(events);
            nsym_events_free(blocks);
        }
        nsym_events_free(all);
    }
}

static void without_features_there_are_no_particles(void **state) {
    (void)state;
    nsym_events *events;
    assert_int_equal(nsym_events_read(&events, write_sample("events.h5", 9), &(nsym_read_options){.only = "label"}),
                     NSYM_OK);
    assert_null(events->offsets);
    assert_int_equal(events->features, 0);
    nsym_events_free(events);
}

static void names_that_are_not_there_are_refused(void **state) {
    (void)state;
    for (size_t n = 0; n < NAMES; n++) {
        const char *path = write_sample(names[n], 9);
        nsym_events *events;
        assert_int_equal(nsym_events_read(&events, path, &(nsym_read_options){.only = "mas"}), NSYM_ENOTFOUND);
        assert_non_null(strstr(nsym_message(), "did you mean \"mass\"?"));
        assert_non_null(strstr(nsym_message(), path));
        const nsym_read_options lenient = {.only = "mas,label,xyz", .only_if_there = true};
        assert_int_equal(nsym_events_read(&events, path, &lenient), NSYM_OK);
        assert_int_equal(events->columns, 1);
        assert_string_equal(events->column[0].name, "label");
        nsym_events_free(events);
        assert_int_equal(nsym_events_read(&events, path, &(nsym_read_options){.drop = "xyz"}), NSYM_ENOTFOUND);
        assert_int_equal(nsym_events_read(&events, path, &(nsym_read_options){.only = "pt,,eta"}), NSYM_EINVAL);
        assert_int_equal(nsym_events_read(&events, path, &(nsym_read_options){.only = "pt", .drop = "eta"}),
                         NSYM_EINVAL);
    }
}

static char remark[256];

static void keep_remark(void *context, nsym_remark_kind kind, const char *text) {
    *(nsym_remark_kind *)context = kind;
    snprintf(remark, sizeof remark, "%s", text);
}

static void remarks_reach_the_listener_alone(void **state) {
    (void)state;
    nsym_remark_kind kind = NSYM_NOTE;
    nsym_remarks_listen(keep_remark, &kind);
    nsym_remark(NSYM_WARNING, "%s: %d events", "a.lhe", 3);
    assert_string_equal(remark, "a.lhe: 3 events");
    assert_int_equal(kind, NSYM_WARNING);
    nsym_remarks_listen(NULL, NULL);
    nsym_remark(NSYM_NOTE, "nobody hears this");
    assert_string_equal(remark, "a.lhe: 3 events");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_any_size_are_the_whole_sample),
        cmocka_unit_test(max_events_ends_the_blocks),
        cmocka_unit_test(a_file_of_no_events_is_one_block_of_none),
        cmocka_unit_test(what_is_not_wanted_is_left_out_whole_and_in_blocks),
        cmocka_unit_test(without_features_there_are_no_particles),
        cmocka_unit_test(names_that_are_not_there_are_refused),
        cmocka_unit_test(remarks_reach_the_listener_alone),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
