/* A study's folder of one's own per test. */
#ifndef TESTS_REPORT_FOLDER_H
#define TESTS_REPORT_FOLDER_H

#include <nearsym/io.h>
#include <nearsym/report.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A folder of its own per test; texts read are kept until the end of the test. */
typedef struct fixture {
    char folder[64];
    char *text[32];
    size_t texts;
} fixture;

static inline void write_text(const fixture *f, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline bool exists(const fixture *f, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    return access(path, R_OK) == 0;
}

static inline const char *read_text(fixture *f, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    assert_true(size >= 0 && f->texts < 32);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    fclose(file);
    return f->text[f->texts++] = text;
}

static inline void report_is_written(const fixture *f) {
    nsym_status status = nsym_report_write(f->folder);
    if (status != NSYM_OK) print_error("%s\n", nsym_message());
    assert_int_equal(status, NSYM_OK);
}

#define assert_has(text, part)                                                                                         \
    do {                                                                                                               \
        if (!strstr(text, part)) print_error("not there: %s\nbut: %.4000s\n", part, text);                             \
        assert_non_null(strstr(text, part));                                                                           \
    } while (0)

static inline int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    if (!f) return -1;
    snprintf(f->folder, sizeof f->folder, "/tmp/nearsym-report-XXXXXX");
    *state = f;
    return mkdtemp(f->folder) ? 0 : -1;
}

static inline int teardown(void **state) {
    fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    int failed = system(command);
    for (size_t i = 0; i < f->texts; i++) free(f->text[i]);
    free(f);
    return failed;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
