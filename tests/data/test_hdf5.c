#include "data/temporary.h"

#include "data/hdf5.h"
#include "data/texts.h"

#include <pthread.h>

static void a_round_trip_changes_nothing(void **state) {
    (void)state;
    nsym_events *events = sample();
    assert_int_equal(nsym_events_set_attribute(events, "lhe_init", "two\nlines"), NSYM_OK);
    static const char *const labels[] = {"up", "down"};
    events->column[1].labels = nsym_texts_copy(labels, 2);
    assert_int_equal(nsym_events_write(events, in_folder("a.h5")), NSYM_OK);
    nsym_events *back = read_events(in_folder("a.h5"));
    assert_same(events, back);
    assert_string_equal(back->feature_units[0], "GeV");
    assert_string_equal(back->column[0].unit, "GeV");
    assert_string_equal(back->column[0].meaning, "of the pair");
    assert_string_equal(back->column[1].labels[1], "down");
    assert_string_equal(nsym_events_attribute(back, "lhe_init"), "two\nlines");
    assert_int_equal(empty_folder(), 1);
    nsym_events_free(events);
    nsym_events_free(back);
}

static void empty_samples_and_columns_alone_pass(void **state) {
    (void)state;
    nsym_events *none, *back, *events = sample();
    assert_int_equal(nsym_events_select(&none, events, NULL, 0), NSYM_OK);
    assert_int_equal(nsym_events_write(none, in_folder("none.h5")), NSYM_OK);
    back = read_events(in_folder("none.h5"));
    assert_same(none, back);
    nsym_events_free(back);
    nsym_events_free(none);
    nsym_events_free(events);
    double *values;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "score", "", "", 1, &values), NSYM_OK);
    assert_int_equal(nsym_events_write(events, in_folder("score.h5")), NSYM_OK);
    back = read_events(in_folder("score.h5"));
    assert_same(events, back);
    nsym_events_free(back);
    nsym_events_free(events);
    empty_folder();
}

static void h5py_files_of_other_types_are_read(void **state) {
    (void)state;
    nsym_events *events = read_events(golden("types.h5"));
    assert_int_equal(events->count, 3);
    assert_string_equal(events->feature_names[1], "py");
    assert_string_equal(events->feature_units[0], "GeV");
    for (int i = 0; i < 10; i++) assert_true(events->particles[i] == i);
    assert_int_equal(events->offsets[3], 5);
    assert_true(nsym_events_column(events, "label")->values[2] == 1);
    assert_true(nsym_events_column(events, "passed")->values[0] == 1);
    assert_true(nsym_events_column(events, "half")->values[2] == 2.5);
    const nsym_column *weights = nsym_events_column(events, "weights");
    assert_int_equal(weights->width, 2);
    assert_string_equal(weights->labels[1], "down");
    assert_string_equal(weights->unit, "pb");
    assert_string_equal(nsym_events_attribute(events, "generator"), "Gr\xC3\xBCn 1.0");
    assert_string_equal(nsym_events_attribute(events, "seed"), "7");
    nsym_events_free(events);
}

static void the_first_events_alone_can_be_read(void **state) {
    (void)state;
    nsym_events *events;
    assert_int_equal(nsym_events_read(&events, golden("types.h5"), &(nsym_read_options){.max_events = 2}), NSYM_OK);
    assert_int_equal(events->count, 2);
    assert_int_equal(events->offsets[2], 2);
    assert_int_equal(nsym_events_column(events, "weights")->width, 2);
    nsym_events_free(events);
}

/* Writes values (rows, 2) and these offsets. */
static void write_layout(uint64_t rows, const int64_t *offsets, uint64_t n) {
    static const double values[20];
    nsym_h5 *file;
    assert_int_equal(nsym_h5_create(&file, in_folder("bad.h5")), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "particles/values", NSYM_H5_DOUBLE, 2, (uint64_t[]){rows, 2}, values),
                     NSYM_OK);
    if (offsets)
        assert_int_equal(nsym_h5_write(file, "particles/offsets", NSYM_H5_INT64, 1, (uint64_t[]){n}, offsets), NSYM_OK);
    assert_int_equal(nsym_h5_commit(file), NSYM_OK);
}

static void offsets_that_lie_are_refused(void **state) {
    (void)state;
    write_layout(4, (int64_t[]){0, 3, 2, 4}, 4);
    assert_refused(in_folder("bad.h5"), "from 3 to 2 at event 1");
    write_layout(4, (int64_t[]){0, 3, 5}, 3);
    assert_refused(in_folder("bad.h5"), "from 3 to 5");
    write_layout(4, (int64_t[]){0, 3, 3}, 3);
    assert_refused(in_folder("bad.h5"), "has 4 rows");
    write_layout(4, (int64_t[]){-1, 3, 4}, 3);
    assert_refused(in_folder("bad.h5"), "must be 0");
    write_layout(4, (int64_t[]){0}, 0);
    assert_refused(in_folder("bad.h5"), "must be integers");
    write_layout(4, NULL, 0);
    assert_refused(in_folder("bad.h5"), "particles/offsets");
}

static void columns_of_another_length_are_refused(void **state) {
    (void)state;
    nsym_h5 *file;
    assert_int_equal(nsym_h5_create(&file, in_folder("bad.h5")), NSYM_OK);
    static const double values[6];
    assert_int_equal(nsym_h5_write(file, "a", NSYM_H5_DOUBLE, 1, (uint64_t[]){3}, values), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "b", NSYM_H5_DOUBLE, 1, (uint64_t[]){4}, values), NSYM_OK);
    assert_int_equal(nsym_h5_commit(file), NSYM_OK);
    assert_refused(in_folder("bad.h5"), "b: has 4 rows for 3 events");
}

static void a_file_cut_anywhere_is_refused_and_nothing_is_printed(void **state) {
    (void)state;
    size_t n;
    unsigned char *bytes = read_bytes(golden("types.h5"), &n);
    for (size_t cut = 0; cut<n; cut += cut> 600 ? 13 : 1) {
        write_bytes(in_folder("cut.h5"), bytes, cut);
        assert_refused(in_folder("cut.h5"), "cut.h5");
    }
    free(bytes);
}

static void a_changed_byte_of_our_own_file_is_noticed(void **state) {
    (void)state;
    nsym_events *events = sample(), *back;
    assert_int_equal(nsym_events_write(events, in_folder("own.h5")), NSYM_OK);
    size_t n;
    unsigned char *bytes = read_bytes(in_folder("own.h5"), &n);
    for (size_t at = 0; at < n; at += at < 200 || at + 100 > n ? 1 : 7) {
        unsigned char kept = bytes[at];
        bytes[at] ^= 0x55;
        write_bytes(in_folder("changed.h5"), bytes, n);
        bytes[at] = kept;
        nsym_status status = nsym_events_read(&back, in_folder("changed.h5"), NULL);
        if (status != NSYM_OK) continue;
        assert_true(at >= n - 16); /* the seal's own mark */
        assert_same(events, back);
        nsym_events_free(back);
    }
    free(bytes);
    nsym_events_free(events);
}

static void what_fails_to_be_written_leaves_nothing(void **state) {
    (void)state;
    empty_folder();
    nsym_events *events = sample();
    double *values;
    assert_int_equal(nsym_events_add_column(events, "a/b", "", "", 1, &values), NSYM_OK);
    assert_int_equal(nsym_events_write(events, in_folder("slash.h5")), NSYM_EINVAL);
    assert_int_equal(nsym_events_write(events, in_folder("no/folder.h5")), NSYM_EIO);
    assert_int_equal(nsym_events_write(events, in_folder("ending.xyz")), NSYM_EINVAL);
    assert_int_equal(empty_folder(), 0);
    nsym_events_free(events);
}

static void files_can_be_read_in_rows_and_in_other_types(void **state) {
    (void)state;
    nsym_h5 *file;
    float row[2];
    int64_t offsets[2];
    assert_int_equal(nsym_h5_open(&file, golden("types.h5")), NSYM_OK);
    assert_true(nsym_h5_has(file, "particles/values"));
    assert_false(nsym_h5_has(file, "particles/none"));
    assert_false(nsym_h5_has(file, "none/values"));
    assert_int_equal(nsym_h5_read(file, "particles/values", NSYM_H5_FLOAT, 3, 1, row), NSYM_OK);
    assert_true(row[0] == 6 && row[1] == 7);
    assert_int_equal(nsym_h5_read(file, "particles/offsets", NSYM_H5_INT64, 2, 2, offsets), NSYM_OK);
    assert_true(offsets[0] == 2 && offsets[1] == 5);
    assert_int_equal(nsym_h5_read(file, "particles/values", NSYM_H5_FLOAT, 5, 1, row), NSYM_EFORMAT);
    char *text;
    assert_int_equal(nsym_h5_get_text(file, "particles/values", "nothing", &text), NSYM_OK);
    assert_null(text);
    nsym_h5_close(file);
}

/* Writes and reads a file of its own name 20 times; gives the number of failures. */
static void *write_and_read(void *name) {
    intptr_t failures = 0;
    nsym_events *events = sample(), *back;
    for (int i = 0; i < 20; i++) {
        failures += nsym_events_write(events, name) != NSYM_OK;
        failures += nsym_events_read(&back, name, NULL) != NSYM_OK;
        failures += !back || memcmp(back->particles, events->particles, 8 * sizeof(double)) != 0;
        nsym_events_free(back);
    }
    nsym_events_free(events);
    return (void *)failures;
}

static void threads_may_write_and_read_at_once(void **state) {
    (void)state;
    empty_folder();
    pthread_t thread[4];
    char name[4][64];
    for (int i = 0; i < 4; i++) {
        snprintf(name[i], sizeof name[i], "%s/thread-%d.h5", folder, i / 2); /* two of them the same file */
        assert_int_equal(pthread_create(&thread[i], NULL, write_and_read, name[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        void *failures;
        pthread_join(thread[i], &failures);
        assert_null(failures);
    }
    assert_int_equal(empty_folder(), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_trip_changes_nothing),
        cmocka_unit_test(empty_samples_and_columns_alone_pass),
        cmocka_unit_test(h5py_files_of_other_types_are_read),
        cmocka_unit_test(the_first_events_alone_can_be_read),
        cmocka_unit_test(offsets_that_lie_are_refused),
        cmocka_unit_test(columns_of_another_length_are_refused),
        cmocka_unit_test(a_file_cut_anywhere_is_refused_and_nothing_is_printed),
        cmocka_unit_test(a_changed_byte_of_our_own_file_is_noticed),
        cmocka_unit_test(what_fails_to_be_written_leaves_nothing),
        cmocka_unit_test(threads_may_write_and_read_at_once),
        cmocka_unit_test(files_can_be_read_in_rows_and_in_other_types),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
