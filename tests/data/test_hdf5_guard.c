#include "data/temporary.h"

#include <nearsym/trust.h>

#include <hdf5.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEAL = 16, SOUND = 40, ELSEWHERE, HUNGRY };

static char asked[4096];
static int questions;
static bool last_sealed;

static bool refuse(void *context, const char *path, bool sealed, char *reason, size_t size) {
    snprintf(asked, sizeof asked, "%s", path);
    questions++;
    last_sealed = sealed;
    snprintf(reason, size, "%s", (const char *)context);
    return false;
}

static bool accept(void *context, const char *path, bool sealed, char *reason, size_t size) {
    (void)context, (void)reason, (void)size;
    snprintf(asked, sizeof asked, "%s", path);
    questions++;
    last_sealed = sealed;
    return true;
}

/* A sound file of the sample; without its seal it is as another program would have written it. */
static const char *write_file(const char *name, bool sealed) {
    nsym_events *events = sample();
    const char *path = in_folder(name);
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    if (!sealed) assert_int_equal(truncate(path, about.st_size - SEAL), 0);
    return path;
}

static void the_guard_is_asked_and_its_no_is_the_error(void **state) {
    (void)state;
    static char reason[] = "is not for you";
    nsym_events *events;
    const char *path = write_file("a.h5", false);
    nsym_hdf5_guard(refuse, reason);
    assert_int_equal(nsym_events_read(&events, path, NULL), NSYM_EFORMAT);
    assert_null(events);
    assert_string_equal(asked, path);
    assert_false(last_sealed);
    assert_non_null(strstr(nsym_message(), "a.h5: is not for you"));
    questions = 0;
    nsym_hdf5_guard(NULL, NULL);
    assert_int_equal(nsym_events_read(&events, path, NULL), NSYM_OK);
    assert_int_equal(questions, 0);
    nsym_events_free(events);
    empty_folder();
}

static void the_guard_hears_of_seals_that_fit_alone(void **state) {
    (void)state;
    nsym_events *events;
    const char *path = write_file("a.h5", true);
    nsym_hdf5_guard(accept, NULL);
    assert_int_equal(nsym_events_read(&events, path, NULL), NSYM_OK);
    assert_true(last_sealed);
    nsym_events_free(events);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 40, SEEK_SET);
    fputc(77, file);
    fclose(file);
    questions = 0;
    assert_int_equal(nsym_events_read(&events, path, NULL), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "checksum"));
    assert_int_equal(questions, 0);
    nsym_hdf5_guard(NULL, NULL);
    empty_folder();
}

/* How a process ends that does nothing but the probe, with so much memory (0: all); -1: by a signal. */
static int probe_within(const char *path, bool whole, rlim_t memory) {
    int status;
    pid_t other = fork();
    if (other == 0) {
        bool elsewhere;
        if (memory > 0) setrlimit(RLIMIT_AS, &(const struct rlimit){memory, memory});
        nsym_status found = nsym_hdf5_probe(&elsewhere, path, whole);
        _exit(found != NSYM_OK ? HUNGRY : elsewhere ? ELSEWHERE : SOUND);
    }
    assert_true(other > 0);
    assert_int_equal(waitpid(other, &status, 0), other);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int probe(const char *path, bool whole) {
    return probe_within(path, whole, 0);
}

static void sound_files_and_files_that_are_refused_pass_the_probe(void **state) {
    (void)state;
    const char *path = write_file("a.h5", false);
    assert_int_equal(probe(path, true), SOUND);
    assert_int_equal(probe(path, false), SOUND);
    assert_int_equal(probe(golden("types.h5"), true), SOUND);
    assert_int_equal(truncate(path, 1000), 0);
    assert_int_equal(probe(path, true), SOUND);
    assert_int_equal(probe(in_folder("nowhere.h5"), true), SOUND);
    empty_folder();
}

static void files_that_lead_to_others_are_told_apart(void **state) {
    (void)state;
    write_file("a.h5", false);
    char other[4096];
    snprintf(other, sizeof other, "%s", in_folder("b.h5"));
    hid_t file = H5Fcreate(other, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    assert_true(H5Lcreate_external("a.h5", "/particles/values", file, "link", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    H5Fclose(file);
    assert_int_equal(probe(other, true), ELSEWHERE);
    empty_folder();
}

/* A text of 1.8 GB in a file of a few kB. */
static void a_file_that_takes_far_more_memory_than_it_should_is_found(void **state) {
    (void)state;
    const char *path = in_folder("hungry.h5");
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 1800000000);
    hid_t set = H5Dcreate2(file, "x", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0);
    H5Dclose(set);
    H5Tclose(type);
    H5Sclose(space);
    H5Fclose(file);
#ifndef __SANITIZE_ADDRESS__ /* which takes terabytes of addresses, and ends where there is no memory */
    assert_int_equal(probe(path, true), HUNGRY);
    assert_int_equal(probe_within(path, true, 400 << 20), ELSEWHERE);
#endif
    empty_folder();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_guard_is_asked_and_its_no_is_the_error),
        cmocka_unit_test(the_guard_hears_of_seals_that_fit_alone),
        cmocka_unit_test(sound_files_and_files_that_are_refused_pass_the_probe),
        cmocka_unit_test(files_that_lead_to_others_are_told_apart),
        cmocka_unit_test(a_file_that_takes_far_more_memory_than_it_should_is_found),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
