#include "data/temporary.h"

#include "data/npy.h"

static const nsym_read_options everything;

static void every_type_and_order_is_read(void **state) {
    (void)state;
    static const char *const names[] = {"little_f2", "big_f2", "little_f4", "big_f4", "little_f8", "big_f8", "byte_i1",
                                        "little_i2", "big_i2", "little_i4", "big_i4", "little_i8", "big_i8", "byte_u1",
                                        "little_u2", "big_u2", "little_u4", "big_u4", "little_u8", "big_u8", "fortran"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char file[32];
        snprintf(file, sizeof file, "%s.npy", names[k]);
        nsym_events *events = read_events(golden(file));
        assert_int_equal(events->count, 4);
        assert_int_equal(events->column[0].width, 3);
        assert_string_equal(events->column[0].name, names[k]);
        for (int i = 0; i < 12; i++) assert_true(events->column[0].values[i] == i);
        nsym_events_free(events);
    }
    nsym_events *events = read_events(golden("bool.npy"));
    const double truths[] = {0, 1, 1};
    assert_same_values(events->column[0].values, truths, 3);
    nsym_events_free(events);
}

static void every_version_is_read(void **state) {
    (void)state;
    static const char *const names[] = {"version1.npy", "version2.npy", "version3.npy"};
    for (size_t k = 0; k < 3; k++) {
        nsym_events *events = read_events(golden(names[k]));
        for (int i = 0; i < 5; i++) assert_true(events->column[0].values[i] == i);
        nsym_events_free(events);
    }
}

static void assert_padded(const nsym_events *events) {
    const uint64_t offsets[] = {0, 2, 2, 6};
    const double particles[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 1, 0, 0, 0, 0, 2};
    assert_int_equal(events->features, 3);
    assert_string_equal(events->feature_names[0], "pt");
    assert_string_equal(events->feature_names[2], "phi");
    assert_memory_equal(events->offsets, offsets, sizeof offsets);
    assert_same_values(events->particles, particles, 18);
}

static void padding_at_an_events_end_is_dropped(void **state) {
    (void)state;
    nsym_events *events = read_events(golden("padded.npy"));
    assert_padded(events);
    assert_int_equal(nsym_events_write(events, in_folder("again.npy")), NSYM_OK);
    nsym_events *back = read_events(in_folder("again.npy"));
    assert_padded(back);
    nsym_events_free(back);
    nsym_events_free(events);
    empty_folder();
}

static void numpys_archives_are_read(void **state) {
    (void)state;
    static const char *const names[] = {"stored.npz", "deflated.npz"};
    for (size_t k = 0; k < 2; k++) {
        nsym_events *events = read_events(golden(names[k]));
        const double y[] = {1, 0, 1};
        assert_padded(events);
        assert_same_values(nsym_events_column(events, "y")->values, y, 3);
        if (k == 0) assert_string_equal(nsym_events_attribute(events, "seed"), "7");
        if (k == 0) assert_string_equal(nsym_events_attribute(events, "title"), "Gr\xC3\xBCn");
        nsym_events_free(events);
    }
}

static void a_round_trip_through_npz_loses_no_number(void **state) {
    (void)state;
    nsym_events *events = sample(), *back;
    assert_int_equal(nsym_events_write(events, in_folder("a.npz")), NSYM_OK);
    back = read_events(in_folder("a.npz"));
    assert_same(events, back);
    nsym_events_free(back);
    assert_int_equal(nsym_events_read(&back, in_folder("a.npz"), &(nsym_read_options){.max_events = 2}), NSYM_OK);
    assert_int_equal(back->count, 2);
    assert_int_equal(back->offsets[2], 3);
    nsym_events_free(back);
    nsym_events_free(events);
    empty_folder();
}

static void what_npy_cannot_hold_is_refused(void **state) {
    (void)state;
    nsym_events *events = sample();
    assert_int_equal(nsym_events_write(events, in_folder("a.npy")), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "not both"));
    nsym_events_free(events);
    static const char *const names[] = {"x"};
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 1, names, NULL, (uint64_t[]){0, 1}), NSYM_OK);
    assert_int_equal(nsym_events_write(events, in_folder("a.npy")), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "as padding is"));
    nsym_events_free(events);
    assert_int_equal(empty_folder(), 0);
}

static void files_cut_anywhere_are_refused(void **state) {
    (void)state;
    static const char *const names[] = {"big_f4.npy", "version2.npy", "stored.npz", "deflated.npz"};
    for (size_t k = 0; k < 4; k++) {
        size_t n;
        nsym_events *events;
        unsigned char *bytes = read_bytes(golden(names[k]), &n);
        for (size_t cut = 0; cut < n; cut++) {
            unsigned char *part = malloc(cut + 1); /* of just that size, so that reading beyond it shows */
            memcpy(part, bytes, cut);
            part = realloc(part, cut > 0 ? cut : 1);
            nsym_status status = k < 2 ? nsym_npy_from_memory(&events, "x", part, cut, &everything)
                                       : nsym_npz_from_memory(&events, "x", part, cut, &everything);
            assert_int_equal(status, NSYM_EFORMAT);
            assert_null(events);
            free(part);
        }
        free(bytes);
    }
    write_bytes(in_folder("empty.npy"), "", 0);
    write_bytes(in_folder("empty.npz"), "", 0);
    assert_refused(in_folder("empty.npy"), "is not an npy array");
    assert_refused(in_folder("empty.npz"), "is not a zip archive");
}

/* The checksum finds what changes an archive's numbers. */
static void changed_bytes_of_an_archive_change_no_number(void **state) {
    (void)state;
    size_t n;
    unsigned char *bytes = read_bytes(golden("deflated.npz"), &n);
    for (size_t at = 0; at < n; at++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] ^= (unsigned char)(1 << bit);
            nsym_events *events;
            if (nsym_npz_from_memory(&events, "x", bytes, n, &everything) == NSYM_OK) {
                if (events->offsets) assert_padded(events);
                nsym_events_free(events);
            }
            bytes[at] ^= (unsigned char)(1 << bit);
        }
    free(bytes);
}

static void assert_header_refused(const char *header, const char *words) {
    unsigned char bytes[256] = "\x93NUMPY\1";
    size_t length = strlen(header);
    bytes[8] = (unsigned char)length;
    memcpy(bytes + 10, header, length);
    nsym_events *events;
    assert_int_equal(nsym_npy_from_memory(&events, "x", bytes, 10 + length + 16, &everything), NSYM_EFORMAT);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void headers_that_lie_are_refused(void **state) {
    (void)state;
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "overflows");
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }", "damaged");
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", "3 values");
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", "damaged");
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1), }",
                          "damaged");
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1, 1), }", "4 dimensions");
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 0), }", "without values");
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", "single value");
    assert_header_refused("{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }", "c16");
    assert_header_refused("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "\"O\"");
    assert_header_refused("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,), }", "structures");
    assert_header_refused("{'descr': '<f8', 'shape': (1,), }", "damaged");
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), ", "damaged");
    const unsigned char lie[] = "\x93NUMPY\2\0\xFF\xFF\xFF\xFF{}";
    nsym_events *events;
    assert_int_equal(nsym_npy_from_memory(&events, "x", lie, sizeof lie - 1, &everything), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "4294967295"));
}

static void archives_that_claim_too_much_are_refused(void **state) {
    (void)state;
    size_t n;
    nsym_events *events;
    unsigned char *bytes = read_bytes(golden("deflated.npz"), &n), *entry = bytes;
    while (memcmp(entry, "PK\1\2", 4) != 0) entry++;
    memcpy(entry + 24, "\xFF\xFF\xFF\x7F", 4); /* unpacked size */
    assert_int_equal(nsym_npz_from_memory(&events, "x", bytes, n, &everything), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "claims 2147483647 bytes"));
    memcpy(bytes + n - 12, "\xFF\xFF", 2); /* members */
    assert_int_equal(nsym_npz_from_memory(&events, "x", bytes, n, &everything), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "claims 65535 members"));
    free(bytes);
}

/* A .npy file of the folder with so many doubles of a shape. */
static const char *write_array(const char *name, size_t dimensions, const uint64_t *shape, const double *values) {
    char header[NSYM_NPY_HEADER];
    size_t size = 1, n = nsym_npy_header(header, "f8", dimensions, shape);
    for (size_t i = 0; i < dimensions; i++) size *= shape[i];
    const char *path = in_folder(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(header, 1, n, file), n);
    assert_int_equal(fwrite(values, sizeof *values, size, file), size);
    fclose(file);
    return path;
}

/* Two images of 2 x 3 cells, with or without a dimension for their one channel. */
static void images_become_their_cells(void **state) {
    (void)state;
    static const uint64_t shapes[][4] = {{2, 2, 3}, {2, 2, 3, 1}, {2, 1, 2, 3}};
    const double values[] = {0, 5, 0, 0, 0, 7, -1, 0, 0, 0, 0, 0}, third = 0.45 * 2 / 3;
    const double cells[] = {-0.225, 0, 5, 1, 0.225, third, 7, 5, -0.225, -third, -1, 0};
    for (size_t k = 0; k < 3; k++) {
        const char *path = write_array("images.npy", k ? 4 : 3, shapes[k], values);
        nsym_events *events;
        const nsym_read_options options = {.arrays = NSYM_ARRAYS_IMAGES, .images_half = 0.45};
        if (nsym_events_read(&events, path, &options) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_int_equal(events->count, 2);
        assert_int_equal(events->features, 4);
        assert_int_equal(events->offsets[1], 2);
        assert_int_equal(events->offsets[2], 3);
        for (size_t i = 0; i < 12; i++) assert_true(fabs(events->particles[i] - cells[i]) < 1e-15);
        assert_string_equal(nsym_events_attribute(events, "grid"), "2x3");
        nsym_events_free(events);
    }
    nsym_events *events;
    const nsym_read_options options = {.arrays = NSYM_ARRAYS_IMAGES};
    const uint64_t five[] = {1, 1, 1, 3, 2};
    assert_int_equal(nsym_events_read(&events, write_array("images.npy", 5, five, values), &options), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "holds no images"));
    empty_folder();
}

/* Square, of many columns, or with rows of zeros before others: it could be images, and is not guessed. */
static void what_may_be_images_is_asked_for(void **state) {
    (void)state;
    static const uint64_t shapes[][3] = {{3, 32, 32}, {3, 2, 17}, {3, 8, 4}, {3, 8, 4}, {3, 4, 4}, {0, 32, 32}};
    static double values[3 * 32 * 32];
    for (size_t k = 0; k < 6; k++) {
        size_t row = (size_t)shapes[k][2], rows = (size_t)shapes[k][1];
        for (size_t i = 0; i < 3 * rows * row; i++) values[i] = k == 2 && i / row % rows < 2 ? 0 : (double)(i % 7 + 1);
        const char *path = write_array("array.npy", 3, shapes[k], values);
        nsym_events *events;
        nsym_status status = nsym_events_read(&events, path, NULL);
        assert_int_equal(status, k < 3 ? NSYM_EFORMAT : k == 5 ? status : NSYM_OK);
        if (k < 3) assert_non_null(strstr(nsym_message(), "--arrays particles, or --arrays images:R"));
        if (status == NSYM_OK) nsym_events_free(events);
        if (k == 5) continue;
        const nsym_read_options options = {.arrays = NSYM_ARRAYS_PARTICLES};
        assert_int_equal(nsym_events_read(&events, path, &options), NSYM_OK);
        assert_int_equal(events->features, row);
        assert_int_equal(events->offsets[3], 3 * rows);
        nsym_events_free(events);
    }
    empty_folder();
}

/* Columns x, y, energy of one width are points, zeros at an event's end no points, and other columns stay. */
static void arrays_of_coordinates_become_points(void **state) {
    (void)state;
    static const char *const names[] = {"x", "label", "y", "energy", "other"};
    static const double from[][6] = {
        {1, 2, 0, 3, 0, 0}, {0, 1}, {4, 5, 0, 6, 0, 0}, {7, 8, 0, 9, 0, 0}, {1, 2, 3, 4, 5, 6}};
    const double points[] = {1, 4, 7, 2, 5, 8, 3, 6, 9};
    for (size_t width = 3; width > 1; width--) { /* 2: energy has another width */
        nsym_events *events;
        double *values;
        assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
        for (size_t k = 0; k < 5; k++) {
            size_t own = k == 1 ? 1 : k == 3 ? width : 3;
            assert_int_equal(nsym_events_add_column(events, names[k], "", "", own, &values), NSYM_OK);
            memcpy(values, from[k], 2 * own * sizeof *values);
        }
        assert_int_equal(nsym_events_write(events, in_folder("points.npz")), NSYM_OK);
        nsym_events_free(events);
        events = read_events(in_folder("points.npz"));
        assert_int_equal(events->columns, width == 3 ? 2 : 5);
        assert_non_null(nsym_events_column(events, "other"));
        assert_int_equal(events->features, width == 3 ? 3 : 0);
        if (width == 3) {
            assert_true(events->offsets[1] == 2 && events->offsets[2] == 3);
            assert_same_values(events->particles, points, 9);
        }
        nsym_events_free(events);
    }
    empty_folder();
}

/* Numbered anew in their order; a column that also holds plain numbers is one of numbers. */
static void words_stay_words_in_npz(void **state) {
    (void)state;
    nsym_events *events, *back;
    double *kind, *mixed;
    assert_int_equal(nsym_events_new(&events, 4), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "kind", "", "", 1, &kind), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mixed", "", "", 1, &mixed), NSYM_OK);
    const double given[] = {0, 1, NAN, 0}, plain[] = {0, 1, 5, NAN}, wanted[] = {1, 0, NAN, 1};
    memcpy(events->column[0].values, given, sizeof given);
    memcpy(events->column[1].values, plain, sizeof plain);
    assert_int_equal(nsym_events_set_attribute(events, "categories:kind", "[\"mu\",\"Gr\\u00fcn\"]"), NSYM_OK);
    assert_int_equal(nsym_events_set_attribute(events, "categories:mixed", "[\"a\",\"b\"]"), NSYM_OK);
    assert_int_equal(nsym_events_write(events, in_folder("words.npz")), NSYM_OK);
    back = read_events(in_folder("words.npz"));
    assert_string_equal(nsym_events_attribute(back, "categories:kind"), "[\"Gr\xC3\xBCn\",\"mu\"]");
    assert_null(nsym_events_attribute(back, "categories:mixed"));
    for (size_t i = 0; i < 4; i++) {
        double got = nsym_events_column(back, "kind")->values[i], same = nsym_events_column(back, "mixed")->values[i];
        assert_true(isnan(wanted[i]) ? isnan(got) : got == wanted[i]);
        assert_true(isnan(plain[i]) ? isnan(same) : same == plain[i]);
    }
    nsym_events_free(back);
    nsym_events_free(events);
    empty_folder();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_and_order_is_read),
        cmocka_unit_test(every_version_is_read),
        cmocka_unit_test(padding_at_an_events_end_is_dropped),
        cmocka_unit_test(numpys_archives_are_read),
        cmocka_unit_test(a_round_trip_through_npz_loses_no_number),
        cmocka_unit_test(what_npy_cannot_hold_is_refused),
        cmocka_unit_test(files_cut_anywhere_are_refused),
        cmocka_unit_test(changed_bytes_of_an_archive_change_no_number),
        cmocka_unit_test(headers_that_lie_are_refused),
        cmocka_unit_test(archives_that_claim_too_much_are_refused),
        cmocka_unit_test(images_become_their_cells),
        cmocka_unit_test(what_may_be_images_is_asked_for),
        cmocka_unit_test(arrays_of_coordinates_become_points),
        cmocka_unit_test(words_stay_words_in_npz),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
