#include "data/temporary.h"

#include "data/hdf5.h"
#include "data/texts.h"

/* New: `count` events of 0 to 4 particles from event `first` on, a column, one of width 2 with labels, an attribute. */
static nsym_events *block_of(size_t first, size_t count) {
    static const char *const names[] = {"x", "energy"}, *const units[] = {"cm", "GeV"}, *const labels[] = {"a", "b"};
    uint64_t *offsets = calloc(count + 1, sizeof *offsets);
    nsym_events *events;
    double *number, *pair;
    assert_non_null(offsets);
    for (size_t i = 0; i < count; i++) offsets[i + 1] = offsets[i] + (first + i) % 5;
    assert_int_equal(nsym_events_new(&events, count), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, names, units, offsets), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "number", "", "of the event", 1, &number), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "pair", "pb", "", 2, &pair), NSYM_OK);
    events->column[1].labels = nsym_texts_copy(labels, 2);
    assert_int_equal(nsym_events_set_attribute(events, "generator", "test"), NSYM_OK);
    for (size_t i = 0; i < count; i++) {
        number[i] = (double)(first + i);
        pair[2 * i] = 1. / (double)(first + i + 1);
        pair[2 * i + 1] = -pair[2 * i];
        for (uint64_t k = offsets[i]; k < offsets[i + 1]; k++) {
            events->particles[2 * k] = (double)k - number[i] / 3;
            events->particles[2 * k + 1] = number[i];
        }
    }
    free(offsets);
    return events;
}

/* Adds blocks of these sizes and closes. */
static void write_blocks(const char *path, const size_t *sizes, size_t n) {
    nsym_events_writer *writer;
    size_t first = 0;
    assert_int_equal(nsym_events_writer_new(&writer, path), NSYM_OK);
    for (size_t i = 0; i < n; i++) {
        nsym_events *block = block_of(first, sizes[i]);
        assert_int_equal(nsym_events_writer_add(writer, block), NSYM_OK);
        nsym_events_free(block);
        first += sizes[i];
    }
    assert_int_equal(nsym_events_writer_close(writer), NSYM_OK);
    nsym_events_writer_free(writer);
}

/* Two files hold the same datasets in the same order, of the same type and shape, with the same texts. */
static void assert_same_layout(const char *one, const char *other) {
    nsym_h5 *file[2];
    char **names[2], **attributes[2], **texts[2];
    size_t n[2], m[2], k[2];
    nsym_h5_array array[2];
    assert_int_equal(nsym_h5_open(&file[0], one), NSYM_OK);
    assert_int_equal(nsym_h5_open(&file[1], other), NSYM_OK);
    for (int f = 0; f < 2; f++) assert_int_equal(nsym_h5_list(file[f], &names[f], &n[f]), NSYM_OK);
    assert_int_equal(n[0], n[1]);
    for (size_t i = 0; i <= n[0]; i++) {
        const char *name = i < n[0] ? names[0][i] : "/";
        if (i < n[0]) assert_string_equal(name, names[1][i]);
        for (int f = 0; f < 2; f++) {
            if (i < n[0]) assert_int_equal(nsym_h5_describe(file[f], name, &array[f]), NSYM_OK);
            assert_int_equal(nsym_h5_attributes(file[f], name, &attributes[f], &m[f]), NSYM_OK);
        }
        assert_string_equal(array[0].type, array[1].type);
        assert_int_equal(array[0].dimensions, array[1].dimensions);
        assert_memory_equal(array[0].shape, array[1].shape, sizeof array[0].shape);
        assert_int_equal(m[0], m[1]);
        for (size_t a = 0; a < m[0]; a++) {
            assert_string_equal(attributes[0][a], attributes[1][a]);
            for (int f = 0; f < 2; f++)
                assert_int_equal(nsym_h5_get_texts(file[f], name, attributes[f][a], &texts[f], &k[f]), NSYM_OK);
            assert_int_equal(k[0], k[1]);
            for (size_t t = 0; t < k[0]; t++) assert_string_equal(texts[0][t], texts[1][t]);
            for (int f = 0; f < 2; f++) nsym_texts_free(texts[f], k[f]);
        }
        for (int f = 0; f < 2; f++) nsym_texts_free(attributes[f], m[f]);
    }
    for (int f = 0; f < 2; f++) {
        nsym_texts_free(names[f], n[f]);
        nsym_h5_close(file[f]);
    }
}

static void blocks_give_what_the_whole_sample_gives(void **state) {
    (void)state;
    static const size_t sizes[] = {7, 0, 1, 70000, 300, 2};
    size_t n = sizeof sizes / sizeof *sizes, events = 0;
    for (size_t i = 0; i < n; i++) events += sizes[i];
    write_blocks(in_folder("blocks.h5"), sizes, n);

    nsym_events *whole = NULL, *back = read_events(in_folder("blocks.h5"));
    for (size_t i = 0, first = 0; i < n; first += sizes[i++]) {
        nsym_events *block = block_of(first, sizes[i]), *joined;
        if (!whole) {
            whole = block;
            continue;
        }
        assert_int_equal(nsym_events_concat(&joined, whole, block), NSYM_OK);
        nsym_events_free(whole);
        nsym_events_free(block);
        whole = joined;
    }
    assert_int_equal(back->count, events);
    assert_same(whole, back);
    assert_int_equal(nsym_events_write(whole, in_folder("whole.h5")), NSYM_OK);
    assert_same_layout(in_folder("whole.h5"), in_folder("blocks.h5"));
    assert_int_equal(empty_folder(), 2);
    nsym_events_free(back);
    nsym_events_free(whole);
}

static void formats_that_do_not_grow_take_blocks_too(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 1, 1, 9, 0, 4};
    write_blocks(in_folder("blocks.npz"), sizes, 8);
    write_blocks(in_folder("blocks.h5"), sizes, 8);
    nsym_events *npz = read_events(in_folder("blocks.npz")), *h5 = read_events(in_folder("blocks.h5"));
    assert_int_equal(npz->count, 21);
    assert_same(h5, npz);
    nsym_events_free(npz);
    nsym_events_free(h5);
    empty_folder();
}

static void samples_of_no_events_and_of_columns_alone_pass(void **state) {
    (void)state;
    write_blocks(in_folder("none.h5"), (const size_t[]){0, 0}, 2);
    nsym_events *none = block_of(0, 0), *back = read_events(in_folder("none.h5")), *scores;
    assert_same(none, back);
    assert_string_equal(back->feature_units[1], "GeV");
    assert_int_equal(nsym_events_write(none, in_folder("whole.h5")), NSYM_OK);
    assert_same_layout(in_folder("whole.h5"), in_folder("none.h5"));
    nsym_events_free(back);
    nsym_events_free(none);

    nsym_events *block = block_of(0, 5);
    nsym_events_writer *writer;
    assert_int_equal(nsym_events_columns(&scores, block, 1, 3), NSYM_OK);
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("scores.h5")), NSYM_OK);
    for (int i = 0; i < 2; i++) assert_int_equal(nsym_events_writer_add(writer, scores), NSYM_OK);
    assert_int_equal(nsym_events_writer_close(writer), NSYM_OK);
    nsym_events_writer_free(writer);
    back = read_events(in_folder("scores.h5"));
    assert_int_equal(back->count, 6);
    assert_null(back->offsets);
    assert_true(nsym_events_column(back, "number")->values[3] == 1);
    nsym_events_free(back);
    nsym_events_free(scores);
    nsym_events_free(block);
    empty_folder();
}

/* The block is refused with these words. */
static void assert_unfit(nsym_events_writer *writer, nsym_events *block, const char *words) {
    assert_int_equal(nsym_events_writer_add(writer, block), NSYM_EINVAL);
    if (!strstr(nsym_message(), words) || !strstr(nsym_message(), "event 4"))
        fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    nsym_events_free(block);
}

static void blocks_that_do_not_fit_are_named_and_leave_the_rest_whole(void **state) {
    (void)state;
    nsym_events_writer *writer;
    nsym_events *first = block_of(0, 4), *second = block_of(4, 3), *other, *back;
    double *values;
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("fit.h5")), NSYM_OK);
    assert_int_equal(nsym_events_writer_add(writer, first), NSYM_OK);

    other = block_of(4, 3);
    assert_int_equal(nsym_events_add_column(other, "more", "", "", 1, &values), NSYM_OK);
    assert_unfit(writer, other, "\"more\"");
    other = block_of(4, 3);
    other->column[1].name[0] = 'h';
    assert_unfit(writer, other, "\"hair\"");
    other = block_of(4, 3);
    other->feature_names[1][0] = 'E';
    assert_unfit(writer, other, "\"Energy\"");
    assert_int_equal(nsym_events_columns(&other, second, 0, 3), NSYM_OK);
    assert_unfit(writer, other, "only the first block has particles");
    assert_int_equal(nsym_events_new(&other, 3), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(other, 2, (const char *const[]){"x", "energy"}, NULL, second->offsets),
                     NSYM_OK);
    assert_int_equal(nsym_events_add_column(other, "number", "", "", 1, &values), NSYM_OK);
    assert_int_equal(nsym_events_add_column(other, "pair", "", "", 3, &values), NSYM_OK);
    assert_unfit(writer, other, "\"pair\" has 2 values per event in the first block and 3");

    assert_int_equal(nsym_events_writer_add(writer, second), NSYM_OK);
    assert_int_equal(nsym_events_writer_close(writer), NSYM_OK);
    nsym_events_writer_free(writer);
    assert_int_equal(nsym_events_concat(&other, first, second), NSYM_OK);
    back = read_events(in_folder("fit.h5"));
    assert_same(other, back);
    nsym_events_free(back);
    nsym_events_free(other);
    nsym_events_free(first);
    nsym_events_free(second);
    empty_folder();
}

static void columns_in_another_order_find_their_place(void **state) {
    (void)state;
    nsym_events_writer *writer;
    nsym_events *first = block_of(0, 4), *second = block_of(4, 3);
    nsym_column kept = second->column[0];
    second->column[0] = second->column[1];
    second->column[1] = kept;
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("order.h5")), NSYM_OK);
    assert_int_equal(nsym_events_writer_add(writer, first), NSYM_OK);
    assert_int_equal(nsym_events_writer_add(writer, second), NSYM_OK);
    assert_int_equal(nsym_events_writer_close(writer), NSYM_OK);
    nsym_events_writer_free(writer);
    nsym_events *back = read_events(in_folder("order.h5"));
    assert_string_equal(back->column[0].name, "number");
    for (size_t i = 0; i < 7; i++) assert_true(back->column[0].values[i] == (double)i);
    nsym_events_free(back);
    nsym_events_free(first);
    nsym_events_free(second);
    empty_folder();
}

static void what_is_not_closed_leaves_nothing(void **state) {
    (void)state;
    nsym_events_writer *writer;
    nsym_events *block = block_of(0, 50);
    static const char *const names[] = {"left.h5", "left.npz"};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(nsym_events_writer_new(&writer, in_folder(names[i])), NSYM_OK);
        assert_int_equal(nsym_events_writer_add(writer, block), NSYM_OK);
        assert_int_equal(access(in_folder(names[i]), F_OK), -1);
        nsym_events_writer_free(writer);
        assert_int_equal(empty_folder(), 0);
    }
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("none.h5")), NSYM_OK);
    assert_int_equal(nsym_events_writer_close(writer), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "none.h5: no block"));
    nsym_events_writer_free(writer);
    nsym_events_writer_free(NULL);
    assert_int_equal(empty_folder(), 0);
    nsym_events_free(block);
}

static void a_writer_that_is_closed_or_has_failed_takes_nothing_more(void **state) {
    (void)state;
    nsym_events_writer *writer;
    nsym_events *block = block_of(0, 5);
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("closed.h5")), NSYM_OK);
    assert_int_equal(nsym_events_writer_add(writer, block), NSYM_OK);
    assert_int_equal(nsym_events_writer_close(writer), NSYM_OK);
    assert_int_equal(nsym_events_writer_add(writer, block), NSYM_EINVAL);
    assert_int_equal(nsym_events_writer_close(writer), NSYM_EINVAL);
    nsym_events_writer_free(writer);
    assert_int_equal(empty_folder(), 1);

    block->column[0].name[0] = '/';
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("failed.h5")), NSYM_OK);
    assert_int_equal(nsym_events_writer_add(writer, block), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "\"/umber\" cannot be written"));
    assert_int_equal(nsym_events_writer_close(writer), NSYM_EINVAL);
    nsym_events_writer_free(writer);
    assert_int_equal(empty_folder(), 0);
    nsym_events_free(block);
}

static void a_name_that_cannot_be_written_is_refused_at_once(void **state) {
    (void)state;
    nsym_events_writer *writer;
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("ending.xyz")), NSYM_EINVAL);
    assert_null(writer);
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("no/folder.h5")), NSYM_EIO);
    assert_null(writer);
}

static void a_grown_file_cut_or_changed_anywhere_is_refused(void **state) {
    (void)state;
    write_blocks(in_folder("own.h5"), (const size_t[]){20, 30}, 2);
    size_t n;
    unsigned char *bytes = read_bytes(in_folder("own.h5"), &n);
    for (size_t cut = 0; cut < n - 16;
         cut += n / 61) { /* with a part of the seal alone missing, all events are there */
        write_bytes(in_folder("cut.h5"), bytes, cut);
        assert_refused(in_folder("cut.h5"), "cut.h5");
    }
    for (size_t at = 9; at < n - 16; at += n / 61) {
        bytes[at] ^= 0x55;
        write_bytes(in_folder("changed.h5"), bytes, n);
        assert_refused(in_folder("changed.h5"), "checksum");
        bytes[at] ^= 0x55;
    }
    free(bytes);
    empty_folder();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_give_what_the_whole_sample_gives),
        cmocka_unit_test(formats_that_do_not_grow_take_blocks_too),
        cmocka_unit_test(samples_of_no_events_and_of_columns_alone_pass),
        cmocka_unit_test(blocks_that_do_not_fit_are_named_and_leave_the_rest_whole),
        cmocka_unit_test(columns_in_another_order_find_their_place),
        cmocka_unit_test(what_is_not_closed_leaves_nothing),
        cmocka_unit_test(a_writer_that_is_closed_or_has_failed_takes_nothing_more),
        cmocka_unit_test(a_name_that_cannot_be_written_is_refused_at_once),
        cmocka_unit_test(a_grown_file_cut_or_changed_anywhere_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
