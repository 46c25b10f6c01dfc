/* Flat arrays in HDF5: NAME_offset, NAME_a, ... */
#include "data/temporary.h"

#include "data/hdf5.h"

#include <hdf5.h>

static nsym_events *read_ragged(const char *path, const char *name, size_t most) {
    nsym_events *events;
    if (nsym_events_read(&events, path, &(nsym_read_options){.ragged = name, .max_events = most}) != NSYM_OK)
        fail_msg("%s", nsym_message());
    return events;
}

/* The group `name` of bad.h5, or another file, is refused and the message has these words. */
static void assert_ragged_refused(const char *path, const char *name, const char *words) {
    nsym_events *events;
    assert_int_not_equal(nsym_events_read(&events, path, &(nsym_read_options){.ragged = name}), NSYM_OK);
    assert_null(events);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    if (strncmp(nsym_message(), path, strlen(path)) != 0) fail_msg("\"%s\" does not name the file", nsym_message());
}

static void assert_doubles(const double *values, const double *wanted, size_t n) {
    for (size_t i = 0; i < n; i++) assert_true(values[i] == wanted[i]);
}

static void one_group_and_all_columns_are_read(void **state) {
    (void)state;
    static const uint64_t offsets[] = {0, 2, 2, 5};
    static const double et[] = {1.5, 0.25, 2, 4, 8}, i[] = {0, 3, 1, 2, 2}, j[] = {1, 0, 2, 3, 1};
    nsym_events *events = read_ragged(golden("ragged.h5"), "cell", 0);
    assert_int_equal(events->count, 3);
    assert_memory_equal(events->offsets, offsets, sizeof offsets);
    assert_int_equal(events->features, 3);
    size_t et_at = nsym_events_feature(events, "et"), i_at = nsym_events_feature(events, "i"),
           j_at = nsym_events_feature(events, "j");
    assert_true(et_at < 3 && i_at < 3 && j_at < 3);
    assert_string_equal(events->feature_units[et_at], "GeV");
    for (size_t k = 0; k < 5; k++) {
        const double *p = events->particles + 3 * k;
        assert_true(p[et_at] == et[k] && p[i_at] == i[k] && p[j_at] == j[k]);
    }
    assert_int_equal(events->columns, 5); /* no single numbers, no other groups */
    assert_doubles(nsym_events_column(events, "mu_pt")->values, (double[]){10, 16, 20}, 3);
    assert_doubles(nsym_events_column(events, "label")->values, (double[]){1, 0, 1}, 3);
    assert_doubles(nsym_events_column(events, "time_offset")->values, (double[]){0.5, 1.5, 2.5}, 3);
    assert_doubles(nsym_events_column(events, "weights")->values, (double[]){0, 1, 2, 3, 4, 5}, 6);
    assert_string_equal(nsym_events_column(events, "weights")->labels[1], "down");
    assert_string_equal(nsym_events_attribute(events, "generator"), "Gr\xC3\xBCn 1.0");
    nsym_events_free(events);
}

static void other_groups_are_read_by_their_names(void **state) {
    (void)state;
    nsym_events *pf = read_ragged(golden("ragged.h5"), "pf", 0), *raw = read_ragged(golden("ragged.h5"), "cell_raw", 0);
    assert_int_equal(pf->features, 4);
    assert_int_equal(pf->columns, 5);
    assert_int_equal(pf->offsets[3], 4);
    assert_true(pf->particles[4 * 2 + nsym_events_feature(pf, "dphi")] == -0.125);
    assert_int_equal(raw->features, 1);
    assert_string_equal(raw->feature_names[0], "adc");
    assert_doubles(raw->particles, (double[]){7, 9}, 2);
    assert_int_equal(raw->columns, 5);
    nsym_events_free(pf);
    nsym_events_free(raw);
}

static void the_first_events_alone_can_be_read(void **state) {
    (void)state;
    nsym_events *events = read_ragged(golden("ragged.h5"), "cell", 2);
    assert_int_equal(events->count, 2);
    assert_int_equal(events->offsets[2], 2);
    assert_true(nsym_events_column(events, "mu_pt")->values[1] == 16);
    nsym_events_free(events);
}

/* Many rows, so that blocks and a rest both occur. */
static void long_arrays_are_read_whole(void **state) {
    (void)state;
    enum { ROWS = 600001 };
    nsym_h5 *file;
    float *a = malloc(ROWS * sizeof *a);
    int64_t *b = malloc(ROWS * sizeof *b);
    for (int i = 0; i < ROWS; i++) a[i] = (float)i, b[i] = -i;
    assert_int_equal(nsym_h5_create(&file, in_folder("long.h5")), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "p_offset", NSYM_H5_INT64, 1, (uint64_t[]){3}, (int64_t[]){0, 7, ROWS}),
                     NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "p_a", NSYM_H5_FLOAT, 1, (uint64_t[]){ROWS}, a), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "p_b", NSYM_H5_INT64, 1, (uint64_t[]){ROWS}, b), NSYM_OK);
    assert_int_equal(nsym_h5_commit(file), NSYM_OK);
    nsym_events *events = read_ragged(in_folder("long.h5"), "p", 0);
    for (int i = 0; i < ROWS; i++) assert_true(events->particles[2 * i] == i && events->particles[2 * i + 1] == -i);
    nsym_events_free(events);
    free(a);
    free(b);
}

/* bad.h5: group p with these offsets, of p_a 4 rows and of p_b `rows`, column c of `columns` rows. */
static void write_bad(const int64_t *offsets, uint64_t n, uint64_t rows, uint64_t columns) {
    static const double values[8];
    nsym_h5 *file;
    assert_int_equal(nsym_h5_create(&file, in_folder("bad.h5")), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "p_offset", NSYM_H5_INT64, 1, &n, offsets), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "p_a", NSYM_H5_DOUBLE, 1, (uint64_t[]){4}, values), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "p_b", NSYM_H5_DOUBLE, 1, &rows, values), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "c", NSYM_H5_DOUBLE, 1, &columns, values), NSYM_OK);
    assert_int_equal(nsym_h5_commit(file), NSYM_OK);
}

static void arrays_that_lie_are_refused(void **state) {
    (void)state;
    static const struct {
        int64_t offsets[4];
        uint64_t n, rows, columns;
        const char *says;
    } cases[] = {
        {{0, 3, 2, 4}, 4, 4, 3, "p_offset: goes from 3 to 2 at event 1"},
        {{0, 3, 5}, 3, 4, 2, "p_offset: goes from 3 to 5 at event 1"},
        {{0, 3, 3}, 3, 4, 2, "p_offset: ends at 3, but p_a has 4 rows"},
        {{1, 3, 4}, 3, 4, 2, "p_offset: begins with 1, must be 0"},
        {{0, -1, 4}, 3, 4, 2, "p_offset: goes from 0 to -1"},
        {{0}, 0, 4, 3, "p_offset: must be integers of shape (events + 1)"},
        {{0, 3, 4}, 3, 5, 2, "p_b: has 5 rows, but p_a has 4"},
        {{0, 3, 4}, 3, 4, 3, "c: has 3 rows for 2 events"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_bad(cases[i].offsets, cases[i].n, cases[i].rows, cases[i].columns);
        assert_ragged_refused(in_folder("bad.h5"), "p", cases[i].says);
    }
}

static void arrays_of_other_types_are_refused(void **state) {
    (void)state;
    static const double values[8];
    nsym_h5 *file;
    assert_int_equal(nsym_h5_create(&file, in_folder("bad.h5")), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "a_offset", NSYM_H5_DOUBLE, 1, (uint64_t[]){2}, values), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "b_offset", NSYM_H5_INT64, 2, (uint64_t[]){1, 2}, values), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "d_offset", NSYM_H5_INT64, 1, (uint64_t[]){2}, values), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "d_offsets", NSYM_H5_INT64, 1, (uint64_t[]){2}, values), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "e_offset", NSYM_H5_INT64, 0, NULL, values), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "f_offset", NSYM_H5_INT64, 1, (uint64_t[]){4}, values), NSYM_OK);
    assert_int_equal(nsym_h5_commit(file), NSYM_OK);
    const char *path = in_folder("bad.h5");
    assert_ragged_refused(path, "a", "a_offset: must be integers");
    assert_ragged_refused(path, "b", "b_offset: must be integers");
    assert_ragged_refused(path, "d", "has both d_offset and d_offsets");
    assert_ragged_refused(path, "e", "e_offset: must be integers");
    assert_ragged_refused(path, "f", "rows for 3 events");
    assert_ragged_refused(path, "g", "has no dataset g_offset or g_offsets; its ragged arrays are ");
    assert_ragged_refused(path, "", "has no dataset _offset");
    write_bytes(in_folder("text.csv"), "a,b\n1,2\n", 8);
    assert_ragged_refused(in_folder("text.csv"), "a", "is csv, but only HDF5 files have ragged arrays");
    write_bad((int64_t[]){0, 3, 4}, 3, 4, 2);
    assert_refused(in_folder("bad.h5"), "--ragged p reads those");
}

static void offsets_without_flat_arrays_are_refused(void **state) {
    (void)state;
    nsym_h5 *file;
    static const double values[4];
    assert_int_equal(nsym_h5_create(&file, in_folder("bad.h5")), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "p_offset", NSYM_H5_INT64, 1, (uint64_t[]){2}, (int64_t[]){0, 2}), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "p_x", NSYM_H5_DOUBLE, 2, (uint64_t[]){2, 2}, values), NSYM_OK);
    assert_int_equal(nsym_h5_commit(file), NSYM_OK);
    assert_ragged_refused(in_folder("bad.h5"), "p", "p_x: 2 dimensions of float64, must be one of numbers");
    assert_int_equal(nsym_h5_create(&file, in_folder("bad.h5")), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "p_offset", NSYM_H5_INT64, 1, (uint64_t[]){2}, (int64_t[]){0, 0}), NSYM_OK);
    assert_int_equal(nsym_h5_commit(file), NSYM_OK);
    assert_ragged_refused(in_folder("bad.h5"), "p", "has p_offset but no datasets p_... of particles");
}

static void a_file_cut_anywhere_is_refused(void **state) {
    (void)state;
    size_t n;
    unsigned char *bytes = read_bytes(golden("ragged.h5"), &n);
    for (size_t cut = 0; cut<n; cut += cut> 600 ? 101 : 7) {
        write_bytes(in_folder("cut.h5"), bytes, cut);
        assert_ragged_refused(in_folder("cut.h5"), "cell", "cut.h5");
    }
    free(bytes);
}

/* Numbers of 32 bytes are what a changed byte of a file makes of others. */
static void numbers_of_absurd_size_are_refused(void **state) {
    (void)state;
    static const char values[64];
    hsize_t one = 1, two = 2;
    hid_t file = H5Fcreate(in_folder("bad.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
          wide = H5Tcopy(H5T_NATIVE_INT);
    hid_t rows = H5Screate_simple(1, &one, NULL), rises = H5Screate_simple(1, &two, NULL);
    assert_true(H5Tset_precision(wide, 8 * 32) >= 0);
    hid_t a = H5Dcreate2(file, "p_a", wide, rows, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t offsets = H5Dcreate2(file, "p_offset", H5T_NATIVE_INT, rises, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(a, wide, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Dwrite(offsets, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, (int[]){0, 1}) >= 0);
    H5Dclose(a);
    H5Dclose(offsets);
    H5Sclose(rows);
    H5Sclose(rises);
    H5Tclose(wide);
    assert_true(H5Fclose(file) >= 0);
    assert_ragged_refused(in_folder("bad.h5"), "p", "p_a: numbers of 32 bytes each");
}

/* A file of the large data; skips where NSYM_DATA is unset. Sums by numpy's, in double precision. */
static void the_muon_samples_have_their_particles(void **state) {
    (void)state;
    const char *data = getenv("NSYM_DATA");
    if (!data) {
        print_message("NSYM_DATA is unset: no simulated muons to read\n");
        skip();
    }
    char path[1024];
    snprintf(path, sizeof path, "%s/muons/muons_train.h5", data);
    static const struct {
        const char *name, *pt;
        uint64_t particles;
        size_t features;
        double sum;
    } groups[] = {{"cell", "et", 6375888, 3, 3716504.9393549254}, {"pf", "pt", 3866462, 4, 3308309.5394687653}};
    for (size_t g = 0; g < 2; g++) {
        nsym_events *events = read_ragged(path, groups[g].name, 0);
        assert_int_equal(events->count, 100000);
        assert_int_equal(events->columns, 11);
        assert_int_equal(events->features, groups[g].features);
        assert_int_equal(events->offsets[100000], groups[g].particles);
        double sum = 0, signal = 0;
        size_t pt = nsym_events_feature(events, groups[g].pt);
        for (uint64_t k = 0; k < groups[g].particles; k++) sum += events->particles[k * events->features + pt];
        for (size_t i = 0; i < 100000; i++) signal += nsym_events_column(events, "label")->values[i];
        assert_true(fabs(sum - groups[g].sum) < 1e-9 * sum);
        assert_true(signal == 50000);
        nsym_events_free(events);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_group_and_all_columns_are_read),
        cmocka_unit_test(other_groups_are_read_by_their_names),
        cmocka_unit_test(the_first_events_alone_can_be_read),
        cmocka_unit_test(long_arrays_are_read_whole),
        cmocka_unit_test(arrays_that_lie_are_refused),
        cmocka_unit_test(arrays_of_other_types_are_refused),
        cmocka_unit_test(offsets_without_flat_arrays_are_refused),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
        cmocka_unit_test(numbers_of_absurd_size_are_refused),
        cmocka_unit_test(the_muon_samples_have_their_particles),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
