/* Files of a sample: what fits in memory, and labels. */
#include "data/temporary.h"

#include "base/memory.h"
#include "data/size.h"
#include "sources/files.h"
#include "sources/source.h"

#include <nearsym/remarks.h>
#include <sys/resource.h>

enum { ROWS = 1 << 20, BLOCKS = 40 }; /* of one column: 336 MB of zeros, and a small file */

static const char *write_zeros(void) {
    nsym_events_writer *writer;
    nsym_events *block;
    assert_int_equal(nsym_events_new(&block, ROWS), NSYM_OK);
    assert_int_equal(nsym_events_add_column(block, "label", "", "", 1, NULL), NSYM_OK);
    assert_int_equal(nsym_events_writer_new(&writer, in_folder("zeros.h5")), NSYM_OK);
    for (int i = 0; i < BLOCKS; i++) assert_int_equal(nsym_events_writer_add(writer, block), NSYM_OK);
    assert_int_equal(nsym_events_writer_close(writer), NSYM_OK);
    nsym_events_writer_free(writer);
    nsym_events_free(block);
    return in_folder("zeros.h5");
}

static void what_does_not_fit_says_how_large_it_is_and_what_would(void **state) {
    (void)state;
    const char *path = write_zeros();
    uint64_t bytes;
    assert_int_equal(nsym_events_size(&bytes, path), NSYM_OK);
    assert_int_equal(bytes, (uint64_t)ROWS * BLOCKS * sizeof(double));
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%llu", &pages), 1);
    fclose(file);
    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    limit = before;
    limit.rlim_cur = pages * (rlim_t)sysconf(_SC_PAGESIZE) + 80000000;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    const nsym_data_card data = {.file = path, .files = "", .folder = ""};
    nsym_events *events;
    uint64_t left = nsym_memory_free();
    nsym_status status = nsym_files_load(&events, &data, 0);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_true(left <= 80000000);
    assert_int_equal(status, NSYM_ENOMEM);
    if (!strstr(nsym_message(), "and 0.0")) fail_msg("%s", nsym_message());
    assert_non_null(strstr(nsym_message(), "zeros.h5: the events take 0.336 GB of memory, and 0.0"));
    assert_non_null(strstr(nsym_message(), "nearsym data convert -n N"));
}

static void what_fits_is_read(void **state) {
    (void)state;
    write_bytes(in_folder("few.csv"), "label,x\n1,2\n0,3\n", 16);
    const nsym_data_card data = {.file = in_folder("few.csv"), .files = "", .folder = ""};
    nsym_events *events;
    assert_int_equal(nsym_files_load(&events, &data, 0), NSYM_OK);
    assert_int_equal(events->count, 2);
    nsym_events_free(events);
}

static void a_label_of_the_card_takes_the_place_of_words(void **state) {
    (void)state;
    write_bytes(in_folder("b.csv"), "label,x\nb,1\ns,2\n", 16);
    write_bytes(in_folder("q.csv"), "label,x\nq,3\ns,4\n", 16);
    char files[2 * PATH_MAX + 64];
    snprintf(files, sizeof files, "[{path: %s/b.csv, label: 1}, {path: %s/q.csv, label: 0}]", folder, folder);
    const nsym_data_card data = {.file = "", .files = files, .folder = ""};
    nsym_events *events;
    assert_int_equal(nsym_files_load(&events, &data, 0), NSYM_OK);
    assert_null(nsym_events_attribute(events, "categories:label"));
    for (size_t i = 0; i < 4; i++) assert_true(nsym_events_column(events, "label")->values[i] == (i < 2 ? 1 : 0));
    nsym_events_free(events);
}

/* One event with a pt of 1 in that unit. */
static void write_pt(const char *name, const char *unit) {
    nsym_events *events;
    double *pt;
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "pt", unit, "", 1, &pt), NSYM_OK);
    *pt = 1.1;
    assert_int_equal(nsym_events_write(events, in_folder(name)), NSYM_OK);
    nsym_events_free(events);
}

static char heard[4096];
static void hear(void *context, nsym_remark_kind kind, const char *text) {
    (void)context;
    (void)kind;
    size_t used = strlen(heard);
    snprintf(heard + used, sizeof heard - used, "%s\n", text);
}

static void every_file_is_compared_with_the_first(void **state) {
    (void)state;
    write_pt("a.h5", "GeV");
    write_pt("b.h5", "GeV");
    write_pt("c.h5", "MeV");
    write_pt("d.h5", "GeV");
    write_pt("e.h5", "mm");
    char files[5 * PATH_MAX + 64];
    snprintf(files, sizeof files, "[{path: %s/a.h5}, {path: %s/b.h5}, {path: %s/c.h5}, {path: %s/d.h5}]", folder,
             folder, folder, folder);
    nsym_data_card data = {.file = "", .files = files, .folder = ""};
    nsym_events *events;
    nsym_remarks_listen(hear, NULL);
    assert_int_equal(nsym_files_load(&events, &data, 0), NSYM_OK);
    nsym_remarks_listen(NULL, NULL);
    assert_non_null(strstr(heard, "c.h5: pt is in MeV and was converted to GeV, its unit in "));
    assert_null(strstr(heard, "d.h5"));
    const double *pt = nsym_events_column(events, "pt")->values;
    for (size_t i = 0; i < 4; i++) assert_true(pt[i] == (i == 2 ? 1.1 / 1000 : 1.1));
    nsym_events_free(events);
    snprintf(files, sizeof files, "[{path: %s/a.h5}, {path: %s/b.h5}, {path: %s/c.h5}, {path: %s/e.h5}]", folder,
             folder, folder, folder);
    assert_int_equal(nsym_files_load(&events, &data, 0), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "a.h5 and "));
    assert_non_null(strstr(nsym_message(), "e.h5 cannot be joined: \"pt\" has the unit GeV in "));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_fit_says_how_large_it_is_and_what_would),
        cmocka_unit_test(what_fits_is_read),
        cmocka_unit_test(a_label_of_the_card_takes_the_place_of_words),
        cmocka_unit_test(every_file_is_compared_with_the_first),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
