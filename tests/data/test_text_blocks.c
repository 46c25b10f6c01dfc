/* Texts that are written block by block are those of the whole sample, and are not kept in memory until the end. */
#include "data/temporary.h"

#include <math.h>

/* New: `count` events from event `first` on: a number, a word of `words` (JSON), two values under one name, and, if
   wanted, one to three particles each. */
static nsym_events *block_of(size_t first, size_t count, const char *words, bool particles) {
    static const char *const names[] = {"x", "energy"}, *const units[] = {"cm", "GeV"};
    nsym_events *events;
    double *number, *word, *pair;
    assert_int_equal(nsym_events_new(&events, count), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "number", "", "", 1, &number), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "word", "", "", 1, &word), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "pair", "pb", "", 2, &pair), NSYM_OK);
    assert_int_equal(nsym_events_set_attribute(events, "categories:word", words), NSYM_OK);
    for (size_t i = 0; i < count; i++) {
        number[i] = (double)(first + i) / 7;
        word[i] = (first + i) % 3 == 2 ? NAN : (double)((first + i) % 3);
        pair[2 * i] = 1. / (double)(first + i + 1);
        pair[2 * i + 1] = -pair[2 * i];
    }
    if (!particles) return events;
    uint64_t *offsets = calloc(count + 1, sizeof *offsets);
    assert_non_null(offsets);
    for (size_t i = 0; i < count; i++) offsets[i + 1] = offsets[i] + 1 + (first + i) % 3;
    assert_int_equal(nsym_events_set_particles(events, 2, names, units, offsets), NSYM_OK);
    for (uint64_t k = 0; k < 2 * offsets[count]; k++) events->particles[k] = (double)(k + first) / 3;
    free(offsets);
    return events;
}

enum { BLOCKS = 5 };
static const size_t sizes[BLOCKS] = {0, 7, 0, 3000, 2};
static const char *const words[BLOCKS] = {"[\"b\",\"c\"]", "[\"b\",\"c\"]", "[\"c\",\"a, quoted\"]",
                                          "[\"c\",\"a, quoted\"]", "[\"b\",\"a, quoted\"]"};

/* The second half has its columns in another order. */
static nsym_events *make_block(size_t i, bool particles) {
    size_t first = 0;
    for (size_t k = 0; k < i; k++) first += sizes[k];
    nsym_events *block = block_of(first, sizes[i], words[i], particles);
    if (i < BLOCKS / 2) return block;
    nsym_column kept = block->column[0];
    block->column[0] = block->column[2];
    block->column[2] = kept;
    return block;
}

static void write_blocks(const char *path, bool particles) {
    nsym_events_writer *writer;
    assert_int_equal(nsym_events_writer_new(&writer, path), NSYM_OK);
    for (size_t i = 0; i < BLOCKS; i++) {
        nsym_events *block = make_block(i, particles);
        assert_int_equal(nsym_events_writer_add(writer, block), NSYM_OK);
        nsym_events_free(block);
    }
    assert_int_equal(nsym_events_writer_close(writer), NSYM_OK);
    nsym_events_writer_free(writer);
}

static void write_whole(const char *path, bool particles) {
    nsym_events *whole = make_block(0, particles);
    for (size_t i = 1; i < BLOCKS; i++) {
        nsym_events *block = make_block(i, particles), *joined;
        assert_int_equal(nsym_events_concat(&joined, whole, block), NSYM_OK);
        nsym_events_free(whole);
        nsym_events_free(block);
        whole = joined;
    }
    assert_int_equal(nsym_events_write(whole, path), NSYM_OK);
    nsym_events_free(whole);
}

static void blocks_give_the_bytes_of_the_whole(void **state) {
    (void)state;
    static const char *const endings[] = {"csv", "csv.gz", "jsonl", "jsonl.gz"};
    for (size_t i = 0; i < 8; i++) {
        char one[32], other[32];
        size_t n, m;
        snprintf(one, sizeof one, "blocks.%s", endings[i / 2]);
        snprintf(other, sizeof other, "whole.%s", endings[i / 2]);
        write_blocks(in_folder(one), i % 2);
        write_whole(in_folder(other), i % 2);
        unsigned char *a = read_bytes(in_folder(one), &n), *b = read_bytes(in_folder(other), &m);
        assert_int_equal(n, m);
        assert_true(n > 1000);
        assert_memory_equal(a, b, n);
        free(a);
        free(b);
        assert_int_equal(empty_folder(), 2);
    }
}

/* Bytes of all files in the folder. */
static size_t bytes_there(void) {
    char command[600];
    unsigned long long bytes = 0;
    snprintf(command, sizeof command, "cat '%s'/* '%s'/.part* 2>/dev/null | wc -c", folder, folder);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%llu", &bytes), 1);
    pclose(pipe);
    return (size_t)bytes;
}

static void a_text_grows_with_its_blocks(void **state) {
    (void)state;
    static const char *const names[] = {"grows.csv", "grows.jsonl"};
    for (size_t i = 0; i < 2; i++) {
        nsym_events_writer *writer;
        nsym_events *block = block_of(0, 20000, "[\"b\",\"c\"]", false);
        size_t before = 0;
        assert_int_equal(nsym_events_writer_new(&writer, in_folder(names[i])), NSYM_OK);
        for (size_t k = 0; k < 3; k++) {
            assert_int_equal(nsym_events_writer_add(writer, block), NSYM_OK);
            assert_true(bytes_there() > before + 500000);
            before = bytes_there();
        }
        assert_int_equal(access(in_folder(names[i]), F_OK), -1);
        nsym_events_writer_free(writer);
        assert_int_equal(empty_folder(), 0);
        nsym_events_free(block);
    }
}

static void what_json_cannot_say_is_told_by_its_row_in_all(void **state) {
    (void)state;
    nsym_events_writer *writer;
    nsym_events *first = block_of(0, 10, "[\"b\",\"c\"]", true), *second = block_of(10, 10, "[\"b\",\"c\"]", true);
    second->column[0].values[3] = INFINITY;
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("inf.jsonl")), NSYM_OK);
    assert_int_equal(nsym_events_writer_add(writer, first), NSYM_OK);
    assert_int_equal(nsym_events_writer_add(writer, second), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "inf.jsonl: row 14: number is infinite, which JSON cannot store"));
    assert_int_equal(nsym_events_writer_close(writer), NSYM_EINVAL);
    nsym_events_writer_free(writer);
    assert_int_equal(empty_folder(), 0);
    nsym_events_free(first);
    nsym_events_free(second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_give_the_bytes_of_the_whole),
        cmocka_unit_test(a_text_grows_with_its_blocks),
        cmocka_unit_test(what_json_cannot_say_is_told_by_its_row_in_all),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
