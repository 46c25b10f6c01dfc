/* A limit on the size of files stands for a full disk: the system refuses what lies behind it. HDF5 1.10 used to crash
   when the program ended after such a refusal; this program ends well only if nothing of it was left to HDF5. */
#include "data/temporary.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

static void limit_files(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* New: events whose numbers do not compress. */
static nsym_events *noise(size_t count) {
    static const char *const names[] = {"x", "y"};
    uint64_t *offsets = calloc(count + 1, sizeof *offsets), state = 1;
    nsym_events *events;
    double *column;
    assert_non_null(offsets);
    for (size_t i = 0; i < count; i++) offsets[i + 1] = offsets[i] + 3;
    assert_int_equal(nsym_events_new(&events, count), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, names, NULL, offsets), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mass", "GeV", "of the pair", 1, &column), NSYM_OK);
    for (size_t i = 0; i < 6 * count; i++)
        events->particles[i] = (double)(state = state * 6364136223846793005u + 1442695040888963407u);
    memcpy(column, events->particles, count * sizeof *column);
    free(offsets);
    return events;
}

/* All at once, or block by block. */
static nsym_status put(const nsym_events *events, const char *path, bool blocks) {
    if (!blocks) return nsym_events_write(events, path);
    nsym_events_writer *writer;
    nsym_status status = nsym_events_writer_new(&writer, path);
    if (status != NSYM_OK) return status;
    for (int i = 0; i < 4 && status == NSYM_OK; i++) status = nsym_events_writer_add(writer, events);
    if (status == NSYM_OK) status = nsym_events_writer_close(writer);
    nsym_events_writer_free(writer);
    return status;
}

static void check_limits(const char *name, bool blocks) {
    nsym_events *events = noise(8000);
    const char *path = in_folder(name);
    for (rlim_t bytes = 0; bytes < 200000; bytes = bytes ? 9 * bytes : 50) {
        limit_files(bytes);
        nsym_status status = put(events, path, blocks);
        limit_files(RLIM_INFINITY);
        if (status != NSYM_EIO) fail_msg("%s, %lu bytes: %s", name, (unsigned long)bytes, nsym_message());
        if (!strstr(nsym_message(), name) || !strstr(nsym_message(), "cannot be written: File too large"))
            fail_msg("%lu bytes: \"%s\"", (unsigned long)bytes, nsym_message());
        assert_int_equal(empty_folder(), 0);
    }
    assert_int_equal(put(events, path, blocks), NSYM_OK);
    assert_int_equal(empty_folder(), 1);
    nsym_events_free(events);
}

static void every_format_says_that_the_disk_is_full_and_leaves_nothing(void **state) {
    (void)state;
    const char *const names[] = {"events.h5", "events.npz", "events.csv", "events.csv.gz", "events.jsonl"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) check_limits(names[i], false);
}

static void blocks_fail_as_well_at_any_of_them(void **state) {
    (void)state;
    check_limits("events.h5", true);
}

int main(void) {
    signal(SIGXFSZ, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_says_that_the_disk_is_full_and_leaves_nothing),
        cmocka_unit_test(blocks_fail_as_well_at_any_of_them),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
