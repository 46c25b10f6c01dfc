/* A folder of its own for every test program, and files in it. */
#ifndef TESTS_DATA_TEMPORARY_H
#define TESTS_DATA_TEMPORARY_H

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nearsym/io.h>
#include <cmocka.h>

static char folder[] = "/tmp/nearsym-test-XXXXXX";

static inline int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static inline char *in_folder(const char *name) {
    static char path[4][512];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static inline char *golden(const char *name) {
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", NSYM_TEST_DATA, name);
    return path;
}

/* Removes every file of the folder and gives their number. */
static inline int empty_folder(void) {
    int files = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        files++;
        unlink(in_folder(entry->d_name));
    }
    closedir(open);
    return files;
}

static inline int remove_folder(void **state) {
    (void)state;
    char command[sizeof folder + 16];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* The values of a column, which must be there. */
static inline double *column(const nsym_events *events, const char *name) {
    nsym_column *found = nsym_events_column(events, name);
    if (!found) fail_msg("there is no column %s", name);
    return found->values;
}

static inline void write_bytes(const char *path, const void *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

/* New: a file's content. */
static inline unsigned char *read_bytes(const char *path, size_t *n) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    unsigned char *bytes = malloc(1 << 20);
    *n = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static inline nsym_events *read_events(const char *path) {
    nsym_events *events;
    nsym_status status = nsym_events_read(&events, path, NULL);
    if (status != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

/* The file is refused and the message has these words. */
static inline void assert_refused(const char *path, const char *words) {
    nsym_events *events;
    assert_int_not_equal(nsym_events_read(&events, path, NULL), NSYM_OK);
    assert_null(events);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

/* Ragged events with awkward numbers: 0, 3 and 1 particles of px and "größe", a column and one of width 2. */
static inline nsym_events *sample(void) {
    static const double numbers[] = {0.1, 1. / 3, 1e300, 5e-324, -0.0, 123456789012345678., 1e-7, -2.5};
    static const char *const names[] = {"px", "gr\xC3\xB6\xC3\x9F"
                                              "e"},
                             *const units[] = {"GeV", ""};
    static const uint64_t offsets[] = {0, 0, 3, 4};
    nsym_events *events;
    double *mass, *weights;
    assert_int_equal(nsym_events_new(&events, 3), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, names, units, offsets), NSYM_OK);
    memcpy(events->particles, numbers, sizeof numbers);
    assert_int_equal(nsym_events_add_column(events, "mass", "GeV", "of the pair", 1, &mass), NSYM_OK);
    mass[0] = NAN, mass[1] = -INFINITY, mass[2] = 91.1876;
    assert_int_equal(nsym_events_add_column(events, "weights", "pb", "", 2, &weights), NSYM_OK);
    for (int i = 0; i < 6; i++) weights[i] = i / 7.;
    return events;
}

/* The numbers and their names are the same, bit for bit (any NaN is NaN). */
static inline void assert_same_values(const double *a, const double *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!(isnan(a[i]) && isnan(b[i]))) assert_memory_equal(&a[i], &b[i], sizeof *a);
}

static inline void assert_same(const nsym_events *a, const nsym_events *b) {
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->features, b->features);
    assert_int_equal(a->columns, b->columns);
    for (size_t i = 0; i < a->features; i++) assert_string_equal(a->feature_names[i], b->feature_names[i]);
    if (a->offsets) {
        assert_memory_equal(a->offsets, b->offsets, (a->count + 1) * sizeof *a->offsets);
        assert_same_values(a->particles, b->particles, a->offsets[a->count] * a->features);
    }
    for (size_t i = 0; i < a->columns; i++) {
        assert_string_equal(a->column[i].name, b->column[i].name);
        assert_int_equal(a->column[i].width, b->column[i].width);
        assert_same_values(a->column[i].values, b->column[i].values, a->count * a->column[i].width);
    }
}

#endif
