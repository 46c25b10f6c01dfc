#include "data/temporary.h"

#include "data/hdf5.h"

enum { ARRAYS = 32 };

typedef struct seen {
    size_t count;
    nsym_array_info array[ARRAYS];
    char name[ARRAYS][64], type[ARRAYS][16], unit[ARRAYS][16];
} seen;

static void see(void *context, const nsym_array_info *array) {
    seen *all = context;
    assert_true(all->count < ARRAYS);
    size_t i = all->count++;
    all->array[i] = *array;
    snprintf(all->name[i], sizeof all->name[i], "%s", array->name);
    snprintf(all->type[i], sizeof all->type[i], "%s", array->type);
    snprintf(all->unit[i], sizeof all->unit[i], "%s", array->unit);
}

/* Index of the array of that name. */
static size_t find(const seen *all, const char *name) {
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->name[i], name) == 0) return i;
    fail_msg("no array \"%s\"", name);
    return 0;
}

static void inspect(seen *all, const char *path) {
    all->count = 0;
    if (nsym_inspect(path, NULL, see, all) != NSYM_OK) fail_msg("%s", nsym_message());
}

static void ranges_and_odd_values_are_counted_in_every_format(void **state) {
    (void)state;
    static const char *const names[] = {"a.h5", "a.npz"};
    nsym_events *events = sample();
    for (size_t k = 0; k < 2; k++) {
        seen all;
        assert_int_equal(nsym_events_write(events, in_folder(names[k])), NSYM_OK);
        inspect(&all, in_folder(names[k]));
        const nsym_array_info *mass = &all.array[find(&all, "mass")], *weights = &all.array[find(&all, "weights")];
        assert_int_equal(mass->dimensions, 1);
        assert_int_equal(mass->shape[0], 3);
        assert_int_equal(mass->nan, 1);
        assert_int_equal(mass->infinite, 1);
        assert_true(mass->min == 91.1876 && mass->max == 91.1876 && mass->mean == 91.1876);
        assert_int_equal(weights->dimensions, 2);
        assert_int_equal(weights->shape[1], 2);
        assert_true(weights->min == 0 && weights->max == 5 / 7.);
        assert_true(fabs(weights->mean - 2.5 / 7) < 1e-15); /* a few roundings of numbers below 1 */
    }
    nsym_events_free(events);
}

static void particle_features_are_told_apart(void **state) {
    (void)state;
    seen all;
    inspect(&all, golden("types.h5"));
    size_t px = find(&all, "particles/values: px"), half = find(&all, "half");
    assert_true(all.array[px].min == 0 && all.array[px].max == 8 && all.array[px].mean == 4);
    assert_string_equal(all.unit[px], "GeV");
    assert_string_equal(all.type[px], "float32");
    assert_string_equal(all.type[half], "float16");
    assert_string_equal(all.type[find(&all, "passed")], "bool");
    assert_string_equal(all.type[find(&all, "particles/offsets")], "int32");
}

static void any_hdf5_file_of_numbers_is_inspected(void **state) {
    (void)state;
    nsym_h5 *file;
    static double values[3000000];
    for (size_t i = 0; i < 3000000; i++) values[i] = (double)i;
    assert_int_equal(nsym_h5_create(&file, in_folder("any.h5")), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "deep/in/it", NSYM_H5_FLOAT, 3, (uint64_t[]){1, 2, 2}, (float[]){1, 2, 3, 6}),
                     NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "scalar", NSYM_H5_DOUBLE, 0, NULL, values + 5), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "empty", NSYM_H5_DOUBLE, 2, (uint64_t[]){0, 3}, NULL), NSYM_OK);
    assert_int_equal(nsym_h5_write(file, "long", NSYM_H5_DOUBLE, 2, (uint64_t[]){1000000, 3}, values), NSYM_OK);
    assert_int_equal(nsym_h5_commit(file), NSYM_OK);
    seen all;
    inspect(&all, in_folder("any.h5"));
    assert_int_equal(all.count, 4);
    assert_true(all.array[find(&all, "deep/in/it")].mean == 3);
    assert_true(all.array[find(&all, "scalar")].mean == 5);
    assert_true(isnan(all.array[find(&all, "empty")].min));
    assert_true(all.array[find(&all, "long")].mean == 2999999 / 2.);
}

static void csv_columns_keep_their_names(void **state) {
    (void)state;
    seen all;
    write_bytes(in_folder("a.csv"), "px_0,px_1\n1,2\n3,\n", 17);
    inspect(&all, in_folder("a.csv"));
    assert_int_equal(all.count, 2);
    assert_int_equal(all.array[find(&all, "px_1")].nan, 1);
    assert_true(all.array[find(&all, "px_0")].mean == 2);
}

static void content_goes_before_the_name(void **state) {
    (void)state;
    size_t n;
    seen all;
    unsigned char *bytes = read_bytes(golden("types.h5"), &n);
    write_bytes(in_folder("wrong.csv"), bytes, n);
    inspect(&all, in_folder("wrong.csv"));
    assert_string_equal(all.type[find(&all, "label")], "uint8");
    free(bytes);
    assert_int_equal(nsym_inspect(in_folder("none.h5"), NULL, see, &all), NSYM_EIO);
    assert_int_equal(nsym_inspect(folder, NULL, see, &all), NSYM_EIO);
    write_bytes(in_folder("text"), "x\n", 2);
    assert_int_equal(nsym_inspect(in_folder("text"), NULL, see, &all), NSYM_EINVAL);
}

/* The head of a file of ROOT 6.32, and of one larger than 2 GB; not a table whose first column is called root. */
static void root_files_are_sent_to_python(void **state) {
    (void)state;
    static const char small[] = "root\0\0\xf7\x28\0\0\0\x64", large[] = "root\0\x0f\x3a\x68\0\0\0\x64";
    const struct {
        const char *name, *bytes, *out;
    } files[] = {{"a.root", small, "a.h5"}, {"b.ROOT", large, "b.h5"}, {"c.csv", small, "c.csv.h5"}};
    for (size_t k = 0; k < 3; k++) {
        char *path = in_folder(files[k].name), words[2048];
        seen all = {0};
        nsym_events *events;
        write_bytes(path, files[k].bytes, sizeof small - 1);
        snprintf(words, sizeof words,
                 "%s: is a ROOT file, which the Python package reads (pip install uproot awkward): python -m nearsym "
                 "convert %s --tree NAME -o %s",
                 path, path, in_folder(files[k].out));
        assert_int_equal(nsym_inspect(path, NULL, see, &all), NSYM_EFORMAT);
        assert_string_equal(nsym_message(), words);
        assert_int_equal(nsym_events_read(&events, path, NULL), NSYM_EFORMAT);
        assert_string_equal(nsym_message(), words);
        assert_int_equal(nsym_events_read(&events, path, &(nsym_read_options){.ragged = "jets"}), NSYM_EFORMAT);
        assert_string_equal(nsym_message(), words);
    }
    char *path = in_folder("table.csv");
    nsym_events *events;
    write_bytes(path, "root,label\n1,0\n", 15);
    assert_int_equal(nsym_events_read(&events, path, NULL), NSYM_OK);
    assert_non_null(nsym_events_column(events, "root"));
    nsym_events_free(events);
}

static void a_file_of_a_hundred_thousand_muons_is_inspected(void **state) {
    (void)state;
    const char *data = getenv("NSYM_DATA");
    char path[512];
    if (!data) {
        print_message("NSYM_DATA is unset: the file of 100,000 muons is not inspected\n");
        skip();
    }
    snprintf(path, sizeof path, "%s/muons/muons_train.h5", data);
    seen all;
    inspect(&all, path);
    const nsym_array_info *label = &all.array[find(&all, "label")];
    assert_int_equal(label->shape[0], 100000);
    assert_true(label->min == 0 && label->max == 1 && label->mean == 0.5);
    assert_int_equal(all.array[find(&all, "pf_pt")].shape[0], 3866462);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_and_odd_values_are_counted_in_every_format),
        cmocka_unit_test(particle_features_are_told_apart),
        cmocka_unit_test(any_hdf5_file_of_numbers_is_inspected),
        cmocka_unit_test(csv_columns_keep_their_names),
        cmocka_unit_test(content_goes_before_the_name),
        cmocka_unit_test(root_files_are_sent_to_python),
        cmocka_unit_test(a_file_of_a_hundred_thousand_muons_is_inspected),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
