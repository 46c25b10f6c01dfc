/* Folders of work files, and what killed processes leave of them. */
#include <nearsym/work.h>

#include <nearsym/status.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { SIZE = 512 };

static char parent[SIZE];

static int make_parent(void **state) {
    (void)state;
    strcpy(parent, "/tmp/nsym_work_XXXXXX");
    return mkdtemp(parent) && setenv("TMPDIR", parent, 1) == 0 ? 0 : -1;
}

static int remove_parent(void **state) {
    (void)state;
    char command[SIZE + 8];
    snprintf(command, sizeof command, "rm -rf %s", parent);
    return system(command);
}

static bool is_there(const char *path) {
    struct stat about;
    return stat(path, &about) == 0;
}

static void write_file(const char *folder, const char *name) {
    char path[SIZE + 16];
    FILE *file = snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path ? fopen(path, "w") : NULL;
    assert_non_null(file);
    fclose(file);
}

/* A process that makes a folder with a file in it, tells its path and waits for its end. */
static pid_t start(char path[SIZE]) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        char own[SIZE] = "";
        if (nsym_work_folder_new(own, sizeof own) != NSYM_OK) _exit(1);
        write_file(own, "work");
        if (write(ends[1], own, sizeof own) != sizeof own) _exit(1);
        for (;;) pause();
    }
    assert_int_equal(read(ends[0], path, SIZE), SIZE);
    close(ends[0]);
    close(ends[1]);
    return child;
}

static void a_folder_goes_with_all_that_is_in_it(void **state) {
    (void)state;
    char path[SIZE], inner[SIZE + 16];
    assert_int_equal(nsym_work_folder_new(path, sizeof path), NSYM_OK);
    assert_ptr_equal(strstr(path, parent), path);
    snprintf(inner, sizeof inner, "%s/scores", path);
    assert_int_equal(mkdir(inner, 0777), 0);
    write_file(path, "a");
    write_file(inner, "b");
    nsym_work_folder_remove(path);
    assert_false(is_there(path));
}

static void what_killed_processes_left_is_removed_and_nothing_else(void **state) {
    (void)state;
    char dead[SIZE], alive[SIZE], own[SIZE], other[2 * SIZE];
    pid_t first = start(dead), second = start(alive);
    snprintf(other, sizeof other, "%s/nearsym-00000000-%ld-abcdef", parent, (long)first); /* of another host */
    assert_int_equal(mkdir(other, 0777), 0);
    kill(first, SIGKILL);
    waitpid(first, NULL, 0);
    assert_true(is_there(dead));
    assert_int_equal(nsym_work_folder_new(own, sizeof own), NSYM_OK);
    assert_false(is_there(dead));
    assert_true(is_there(alive) && is_there(own) && is_there(other));
    kill(second, SIGKILL);
    waitpid(second, NULL, 0);
    nsym_work_folder_remove(own);
}

static void a_place_that_cannot_hold_one_is_told(void **state) {
    (void)state;
    char path[SIZE];
    assert_int_equal(nsym_work_folder_new(path, 8), NSYM_EIO);
    assert_non_null(strstr(nsym_message(), "too long"));
    setenv("TMPDIR", "/no/such/folder", 1);
    assert_int_equal(nsym_work_folder_new(path, sizeof path), NSYM_EIO);
    assert_non_null(strstr(nsym_message(), "cannot make a temporary folder in /no/such/folder: No such file"));
    setenv("TMPDIR", parent, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_goes_with_all_that_is_in_it),
        cmocka_unit_test(what_killed_processes_left_is_removed_and_nothing_else),
        cmocka_unit_test(a_place_that_cannot_hold_one_is_told),
    };
    return cmocka_run_group_tests(tests, make_parent, remove_parent);
}
