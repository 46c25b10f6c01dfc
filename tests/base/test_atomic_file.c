#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/folder.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/nearsym-atomic-XXXXXX";
static char path[64];

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/table.csv", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder); /* fails where a part was left behind */
}

static size_t files(void) {
    DIR *all = opendir(folder);
    size_t n = 0;
    assert_non_null(all);
    while (readdir(all)) n++;
    closedir(all);
    return n - 2;
}

static void check_text(const char *wanted) {
    char text[64] = {0};
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_int_equal(n, strlen(wanted));
    assert_string_equal(text, wanted);
}

static void a_stream_that_is_well_takes_its_place(void **state) {
    (void)state;
    nsym_atomic_file *file;
    FILE *stream;
    assert_int_equal(nsym_atomic_stream_open(&file, &stream, path), NSYM_OK);
    fputs("a,b\n", stream);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(nsym_atomic_stream_close(file, stream, NSYM_OK), NSYM_OK);
    check_text("a,b\n");
    assert_int_equal(files(), 1);
}

static void a_failure_leaves_what_was_there_and_its_message(void **state) {
    (void)state;
    nsym_atomic_file *file;
    FILE *stream;
    assert_int_equal(nsym_atomic_stream_open(&file, &stream, path), NSYM_OK);
    fputs("half of", stream);
    nsym_status status = nsym_fail(NSYM_ENUMERIC, "row 3 is not a number");
    assert_int_equal(nsym_atomic_stream_close(file, stream, status), NSYM_ENUMERIC);
    assert_string_equal(nsym_message(), "row 3 is not a number");
    check_text("a,b\n");
    assert_int_equal(files(), 1);
}

static void a_full_disk_is_an_error(void **state) {
    (void)state;
    nsym_atomic_file *file;
    FILE *stream;
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(nsym_atomic_stream_open(&file, &stream, path), NSYM_OK);
    fputs("c,d\n", stream);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    nsym_status status = nsym_atomic_stream_close(file, stream, NSYM_OK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, NSYM_EIO);
    assert_non_null(strstr(nsym_message(), "table.csv: cannot be written"));
    check_text("a,b\n");
    assert_int_equal(files(), 1);
}

/* Writes half of the table and is killed. */
static void die_while_writing(void) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        nsym_atomic_file *file;
        FILE *stream;
        if (nsym_atomic_stream_open(&file, &stream, path) == NSYM_OK) raise(SIGKILL);
        _exit(1);
    }
    int state;
    assert_int_equal(waitpid(child, &state, 0), child);
    assert_true(WIFSIGNALED(state));
}

/* Another process begins a file and gives it up. */
static void another_process_writes(void) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        nsym_atomic_file *file;
        if (nsym_atomic_file_new(&file, path) != NSYM_OK) _exit(1);
        nsym_atomic_file_abandon(file);
        _exit(0);
    }
    int state;
    assert_int_equal(waitpid(child, &state, 0), child);
    assert_true(WIFEXITED(state) && WEXITSTATUS(state) == 0);
}

static void what_a_killed_writer_left_is_removed_by_the_next_process(void **state) {
    (void)state;
    nsym_atomic_file *file;
    size_t before = files();
    assert_int_equal(nsym_atomic_file_new(&file, path), NSYM_OK);
    die_while_writing();
    assert_int_equal(files(), before + 2);
    another_process_writes();
    assert_int_equal(files(), before + 1); /* that of a writer at work stays */
    assert_int_equal(nsym_atomic_file_commit(file), NSYM_OK);
    assert_int_equal(files(), before);
}

/* A folder of many files takes long to list. */
static void a_process_looks_for_what_was_left_once_a_folder(void **state) {
    (void)state;
    nsym_atomic_file *file;
    size_t before = files();
    assert_int_equal(nsym_atomic_file_new(&file, path), NSYM_OK);
    nsym_atomic_file_abandon(file);
    die_while_writing();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(nsym_atomic_file_new(&file, path), NSYM_OK);
        nsym_atomic_file_abandon(file);
    }
    assert_int_equal(files(), before + 1);
    nsym_atomic_clean(folder);
    assert_int_equal(files(), before);
}

/* Files of writers elsewhere, or of other programs, are not ours to remove. */
static void files_of_other_names_stay(void **state) {
    (void)state;
    static const char *const names[] = {".part-0badc0de-1-0-table.csv", ".part-1-table.csv", "part"};
    char other[3][128];
    size_t before = files();
    for (int i = 0; i < 3; i++) {
        snprintf(other[i], sizeof other[i], "%s/%s", folder, names[i]);
        fclose(fopen(other[i], "w"));
    }
    nsym_atomic_clean(folder);
    assert_int_equal(files(), before + 3);
    for (int i = 0; i < 3; i++) unlink(other[i]);
}

static void a_folder_may_be_there_but_not_a_file(void **state) {
    (void)state;
    assert_int_equal(nsym_folder_make(folder), NSYM_OK);
    assert_int_equal(nsym_folder_make(path), NSYM_EIO);
    assert_non_null(strstr(nsym_message(), "cannot make the folder"));
    assert_int_equal(nsym_folder_make("/nowhere/at/all"), NSYM_EIO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_that_is_well_takes_its_place),
        cmocka_unit_test(a_failure_leaves_what_was_there_and_its_message),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(what_a_killed_writer_left_is_removed_by_the_next_process),
        cmocka_unit_test(a_process_looks_for_what_was_left_once_a_folder),
        cmocka_unit_test(files_of_other_names_stay),
        cmocka_unit_test(a_folder_may_be_there_but_not_a_file),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
