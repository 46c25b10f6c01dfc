/* HDF5 files of other programs, made by make_layouts.py with pandas, PyTables and h5py. */
#include "data/temporary.h"

#include "data/hdf5.h"

#include <nearsym/remarks.h>

enum { EVENTS = 6 };

static char remarks[4096]; /* told since they were last forgotten */

static void hear(void *context, nsym_remark_kind kind, const char *text) {
    (void)context, (void)kind;
    size_t used = strlen(remarks);
    snprintf(remarks + used, sizeof remarks - used, "%s\n", text);
}

static void assert_told(const char *words) {
    if (!strstr(remarks, words)) fail_msg("\"%s\" does not say \"%s\"", remarks, words);
}

static const char *file_of(const char *name) {
    char path[256];
    snprintf(path, sizeof path, "layouts/%s.h5", name);
    return golden(path);
}

static nsym_events *read_with(const char *name, nsym_read_options options) {
    nsym_events *events;
    remarks[0] = '\0';
    if (nsym_events_read(&events, file_of(name), &options) != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

static void assert_read_refused(const char *name, nsym_read_options options, const char *words) {
    nsym_events *events;
    assert_int_not_equal(nsym_events_read(&events, file_of(name), &options), NSYM_OK);
    assert_null(events);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void assert_column(const nsym_events *events, const char *name, const double *wanted) {
    const double *values = column(events, name);
    for (size_t i = 0; i < events->count; i++)
        if (!(values[i] == wanted[i] || (isnan(values[i]) && isnan(wanted[i]))))
            fail_msg("%s of event %zu is %g, not %g", name, i, values[i], wanted[i]);
}

static void assert_counts(const nsym_events *events, const uint64_t *wanted) {
    for (size_t i = 0; i < events->count; i++) assert_int_equal(events->offsets[i + 1] - events->offsets[i], wanted[i]);
}

/* Feature `name` of particle `row`. */
static double feature(const nsym_events *events, const char *name, size_t row) {
    size_t at = nsym_events_feature(events, name);
    if (at == NSYM_NONE) fail_msg("there is no feature %s", name);
    return events->particles[row * events->features + at];
}

static void blocks_are_the_whole_sample(void **state) {
    (void)state;
    static const char *const names[] = {"pandas_table", "pandas_fixed", "toptag",  "lhco",  "jetnet", "mod",
                                        "lheh5_1",      "lheh5_2",      "records", "texts", "padded", "links"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        for (size_t most = 1; most < 8; most += 3) {
            nsym_events *whole = read_with(names[k], (nsym_read_options){0}), *block;
            nsym_events_reader *reader;
            size_t done = 0;
            assert_int_equal(nsym_events_reader_new(&reader, file_of(names[k]), NULL), NSYM_OK);
            for (;; done += block->count, nsym_events_free(block)) {
                if (nsym_events_reader_next(&block, reader, most) != NSYM_OK) fail_msg("%s", nsym_message());
                if (!block) break;
                size_t index[8];
                nsym_events *part;
                for (size_t i = 0; i < block->count; i++) index[i] = done + i;
                assert_int_equal(nsym_events_select(&part, whole, index, block->count), NSYM_OK);
                assert_same(part, block);
                assert_int_equal(nsym_events_row(block, 0), done + 1);
                nsym_events_free(part);
            }
            assert_int_equal(done, whole->count);
            nsym_events_reader_free(reader);
            nsym_events_free(whole);
        }
}

static void pandas_tables_have_their_columns(void **state) {
    (void)state;
    static const char *const names[] = {"pandas_table", "pandas_fixed"};
    for (size_t k = 0; k < 2; k++) {
        nsym_events *events = read_with(names[k], (nsym_read_options){0});
        assert_int_equal(events->count, EVENTS);
        assert_column(events, "pt", (double[]){0.5, 1.5, 2.5, 3.5, 4.5, 5.5});
        assert_column(events, "eta", (double[]){0, 0.25, 0.5, 0.75, 1, 1.25});
        assert_column(events, "label", (double[]){0, 1, 0, 1, 0, 1});
        if (k == 0) assert_column(events, "good", (double[]){1, 0, 0, 1, 0, 0});
        if (k == 0) assert_column(events, "kind", (double[]){1, 0, 2, 1, 0, 2});
        if (k == 0) assert_string_equal(nsym_events_attribute(events, "categories:kind"), "[\"qcd\",\"top\",\"w\"]");
        nsym_events_free(events);
    }
}

static void of_several_pandas_tables_one_is_named(void **state) {
    (void)state;
    assert_read_refused("pandas_two", (nsym_read_options){0}, "holds 2 pandas tables: a, b; --layout pandas:b");
    assert_read_refused("pandas_two", (nsym_read_options){.layout = "pandas:c"},
                        "has no pandas table c; there are a, b");
    nsym_events *events = read_with("pandas_two", (nsym_read_options){.layout = "pandas:/b"});
    assert_column(events, "label", (double[]){0, 1, 0, 1, 0, 1});
    assert_int_equal(events->columns, 1);
    nsym_events_free(events);
    assert_read_refused("pandas_levels", (nsym_read_options){0}, "names of several levels");
}

static void four_momenta_of_top_tagging_are_particles(void **state) {
    (void)state;
    nsym_events *events = read_with("toptag", (nsym_read_options){0});
    assert_counts(events, (uint64_t[]){3, 1, 0, 3, 3, 3});
    assert_int_equal(events->features, 4);
    assert_true(feature(events, "energy", 0) == 1 && feature(events, "pz", 0) == 4);
    assert_true(feature(events, "energy", 2) == 9 && feature(events, "px", 3) == 14);
    assert_column(events, "label", (double[]){0, 1, 0, 1, 0, 1});
    assert_column(events, "ttv", (double[]){1, 1, 1, 1, 1, 1});
    assert_int_equal(events->columns, 3);
    nsym_events_free(events);
    events = read_with("toptag", (nsym_read_options){.layout = "pandas"});
    assert_int_equal(events->columns, 15);
    nsym_events_free(events);
    assert_read_refused("pandas_fixed", (nsym_read_options){.layout = "toptag"}, "has no columns E_0, PX_0");
}

static void particles_of_the_olympics_lose_their_padding(void **state) {
    (void)state;
    nsym_events *events = read_with("lhco", (nsym_read_options){0});
    assert_counts(events, (uint64_t[]){2, 1});
    assert_true(feature(events, "pt", 1) == 3 && feature(events, "eta", 2) == -0.1 && feature(events, "phi", 0) == 0.2);
    assert_column(events, "label", (double[]){0, 1});
    nsym_events_free(events);
    assert_read_refused("pandas_fixed", (nsym_read_options){.layout = "lhco"},
                        "has 3 columns; the LHC Olympics have 2101");
}

static void masked_particles_of_jetnet_are_none(void **state) {
    (void)state;
    nsym_events *events = read_with("jetnet", (nsym_read_options){0});
    assert_counts(events, (uint64_t[]){1, 2, 3, 0, 1, 2});
    assert_int_equal(events->features, 3);
    assert_true(feature(events, "eta_rel", 1) == 12 && feature(events, "pt_rel", 2) == 18);
    assert_column(events, "jet_pt", (double[]){0, 4, 8, 12, 16, 20});
    assert_column(events, "num_particles", (double[]){3, 7, 11, 15, 19, 23});
    nsym_events_free(events);
    assert_read_refused("mod", (nsym_read_options){.layout = "jetnet"},
                        "does not look like a JetNet sample, but like an EnergyFlow MOD sample");
    assert_read_refused("mod", (nsym_read_options){.layout = "jetnte"}, "did you mean \"jetnet\"?");
}

static void jets_of_open_data_have_their_candidates(void **state) {
    (void)state;
    nsym_events *events = read_with("mod", (nsym_read_options){0});
    assert_counts(events, (uint64_t[]){1, 2, 0, 3, 1, 1});
    assert_true(feature(events, "phi", 7) == 23);
    assert_column(events, "evn", (double[]){1, 3, 5, 7, 9, 11});
    assert_column(events, "weight", (double[]){0.5, 1.5, 2.5, 3.5, 4.5, 5.5});
    assert_told("filenames (not one for each event)");
    nsym_events_free(events);
}

static void both_versions_of_lheh5_are_as_lhe(void **state) {
    (void)state;
    static const char *const names[] = {"lheh5_1", "lheh5_2"};
    for (size_t k = 0; k < 2; k++) {
        nsym_events *events = read_with(names[k], (nsym_read_options){0});
        assert_counts(events, (uint64_t[]){1, 2, 0, 3, 1, 1});
        assert_true(feature(events, "pdg", 1) == 13 && feature(events, "energy", 7) == 100 &&
                    feature(events, "colour2", 2) == 31);
        assert_string_equal(events->feature_units[nsym_events_feature(events, "lifetime")], "mm");
        assert_column(events, "weight", (double[]){9, 20, 31, 42, 53, 64});
        assert_column(events, "alpha_qcd", (double[]){8, 19, 30, 41, 52, 63});
        assert_string_equal(nsym_events_attribute(events, "cross_section_pb"), "7");
        assert_string_equal(nsym_events_attribute(events, "cross_section_error_pb"), "0.5");
        assert_string_equal(nsym_events_attribute(events, "beam_energy_gev"), "6500 7000");
        nsym_events_free(events);
    }
}

static void records_are_columns_and_particles(void **state) {
    (void)state;
    nsym_events *events = read_with("records", (nsym_read_options){0});
    assert_told("flow (the particles are tracks; leave that out with --drop to read these)");
    assert_told("jets.event: 9007199254740993 in row 2 is beyond 2^53");
    assert_counts(events, (uint64_t[]){2, 2, 2, 2, 2, 2});
    assert_int_equal(events->features, 2);
    /* place i mod 3 of event i is not valid */
    assert_true(feature(events, "d0", 0) == 0.5 && feature(events, "d0", 2) == 1.5 && feature(events, "hits", 3) == 5);
    assert_column(events, "pt", (double[]){0.5, 1.5, 2.5, 3.5, 4.5, 5.5});
    assert_column(events, "pid", (double[]){0, 1, 2, 3, 4, 5});
    assert_column(events, "name", (double[]){0, 1, 0, 1, 0, 1});
    assert_int_equal(nsym_events_column(events, "w")->width, 2);
    assert_true(column(events, "w")[3] == 3);
    nsym_events_free(events);
    events = read_with("records", (nsym_read_options){.drop = "tracks,event"});
    assert_counts(events, (uint64_t[]){1, 1, 2, 1, 1, 2}); /* of the first two places */
    assert_null(nsym_events_column(events, "event"));
    assert_null(strstr(remarks, "2^53"));
    nsym_events_free(events);
}

static void what_is_not_wanted_is_not_read(void **state) {
    (void)state;
    nsym_events *events = read_with("records", (nsym_read_options){.only = "pid,hits"});
    assert_int_equal(events->columns, 1);
    assert_int_equal(events->features, 1);
    assert_counts(events, (uint64_t[]){2, 2, 2, 2, 2, 2});
    assert_true(feature(events, "hits", 3) == 5);
    nsym_events_free(events);
    events = read_with("jetnet", (nsym_read_options){.only = "jet_mass"});
    assert_null(events->offsets);
    assert_column(events, "jet_mass", (double[]){2, 6, 10, 14, 18, 22});
    nsym_events_free(events);
    assert_read_refused("records", (nsym_read_options){.only = "pidd"},
                        "there is no column or feature \"pidd\"; did you mean");
    assert_read_refused("jetnet", (nsym_read_options){.drop = "jet_mas"}, "did you mean \"jet_mass\"?");
    events = read_with("lost", (nsym_read_options){.only = "x"}); /* what cannot be read is in nobody's way */
    assert_column(events, "x", (double[]){0, 0.5, 1, 1.5, 2, 2.5});
    nsym_events_free(events);
}

static void texts_are_categories_and_single_values_attributes(void **state) {
    (void)state;
    nsym_events *events = read_with("texts", (nsym_read_options){0});
    assert_column(events, "kind", (double[]){0, NAN, 1, 0, 2, 1});
    assert_column(events, "free", (double[]){1, 0, 1, 2, 1, 2});
    assert_column(events, "state", (double[]){1, 0, 1, 0, 1, 0});
    assert_column(events, "flag", (double[]){1, 0, 1, 0, 1, 0});
    assert_string_equal(nsym_events_attribute(events, "categories:kind"), "[\"b\",\"c\",\"cc\"]");
    assert_string_equal(nsym_events_attribute(events, "categories:state"), "[\"bkg\",\"sig\"]");
    assert_string_equal(nsym_events_attribute(events, "cross_section"), "12.5");
    assert_string_equal(nsym_events_attribute(events, "generator"), "Pythia");
    assert_string_equal(nsym_events_column(events, "pt")->unit, "");
    assert_null(nsym_events_column(events, "nothing"));
    assert_told(
        "bins (4 rows for 6 events), cube (float64 in 4 dimensions), inside/x (in a group), nothing (it is empty");
    assert_int_equal(events->columns, 5);
    nsym_events_free(events);
}

static void padded_arrays_are_particles(void **state) {
    (void)state;
    nsym_events *events = read_with("padded", (nsym_read_options){.drop = "named"});
    assert_counts(events, (uint64_t[]){1, 2, 2, 0, 2, 2});
    assert_true(feature(events, "phi", 0) == 3 && feature(events, "pt", 1) == 7);
    assert_told("are taken for pt, eta, phi; --columns");
    nsym_events_free(events);
    events = read_with("padded", (nsym_read_options){.only = "label"});
    assert_null(strstr(remarks, "are taken for")); /* nobody wants them */
    nsym_events_free(events);
    events = read_with("padded", (nsym_read_options){.features = "e,x,y", .only = "x,label"});
    assert_counts(events, (uint64_t[]){1, 2, 2, 0, 2, 2});
    assert_true(events->features == 1 && feature(events, "x", 1) == 8);
    nsym_events_free(events);
    assert_read_refused("padded", (nsym_read_options){.features = "e,x"},
                        "2 names are given (e,x), but the particles have 3");
    events = read_with("group", (nsym_read_options){0});
    assert_column(events, "label", (double[]){0, 1, 0, 1, 0, 1});
    nsym_events_free(events);
}

static void links_and_virtual_datasets_are_followed(void **state) {
    (void)state;
    nsym_events *events = read_with("links", (nsym_read_options){0});
    const double halves[] = {0, 0.5, 1, 1.5, 2, 2.5};
    assert_column(events, "x", halves);
    assert_column(events, "weight", halves);
    assert_column(events, "second", halves);
    assert_column(events, "other", (double[]){0, 3, 6, 9, 12, 15});
    assert_column(events, "virtual", (double[]){0, 3, 6, 0, 0.5, 1});
    assert_int_equal(events->columns, 5);
    nsym_events_free(events);
}

static void sources_with_numbers_are_all_there(void **state) {
    (void)state;
    nsym_events *events = read_with("numbered", (nsym_read_options){0});
    assert_int_equal(events->count, 4);
    assert_column(events, "v", (double[]){0, 1, 2, 3});
    nsym_events_free(events);
    assert_read_refused("numbered_gap", (nsym_read_options){0},
                        "numbered_02.h5 is there, but numbered_01.h5 before it is missing");
}

static void what_is_lost_is_named(void **state) {
    (void)state;
    static const struct {
        const char *only, *says;
    } cases[] = {
        {"weight", "weight: is a link to /nowhere, where there is nothing"},
        {"other", "other: is a link to /w in file no_such_file.h5, but there is no such file"},
        {"a", "a: is a link to /b"},
        {"virtual", "virtual: is a virtual dataset made of dataset y of file no_such_file.h5, which is missing"},
        {"renamed", "renamed: is a virtual dataset made of dataset y of file source.h5, which has no such dataset"},
        {"short", "which has fewer values than it should"},
        {"raw", "no_such_file.raw, which is missing"},
        {"packed", "packed: is packed with zstd (HDF5 filter 32015), which the HDF5 library here lacks"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_read_refused("lost", (nsym_read_options){.only = cases[i].only}, cases[i].says);
}

static void count_array(void *context, const nsym_array_info *array) {
    assert_non_null(array->name);
    ++*(int *)context;
}

static void inspect_tells_what_is_lost_and_shows_the_rest(void **state) {
    (void)state;
    int arrays = 0;
    remarks[0] = '\0';
    assert_int_equal(nsym_inspect(file_of("lost"), NULL, count_array, &arrays), NSYM_OK);
    assert_int_equal(arrays, 2); /* x, and the shape of what is packed */
    assert_told("weight: is a link to /nowhere");
    assert_told("packed with zstd");
    arrays = 0;
    assert_int_equal(nsym_inspect(file_of("pandas_table"), NULL, count_array, &arrays), NSYM_OK);
    assert_int_equal(arrays, 6); /* the fields of its records */
}

static void values_never_written_are_fill_values(void **state) {
    (void)state;
    nsym_events *events = read_with("unwritten", (nsym_read_options){.max_events = 30000});
    assert_true(column(events, "x")[1] == 1 && column(events, "x")[2] == 7 && column(events, "x")[29999] == 7);
    assert_told("some of its values were never written");
    nsym_events_free(events);
}

/* Where the library is built without liblzf, it says so. */
static void lzf_is_read_or_named(void **state) {
    (void)state;
    nsym_events *events;
    if (nsym_events_read(&events, file_of("lzf"), NULL) != NSYM_OK) {
        assert_non_null(strstr(nsym_message(), "lzf (HDF5 filter 32000), which the HDF5 library here lacks"));
        return;
    }
    for (size_t i = 0; i < 4000; i++) assert_true(column(events, "x")[i] == (double)(i / 3));
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_the_whole_sample),
        cmocka_unit_test(pandas_tables_have_their_columns),
        cmocka_unit_test(of_several_pandas_tables_one_is_named),
        cmocka_unit_test(four_momenta_of_top_tagging_are_particles),
        cmocka_unit_test(particles_of_the_olympics_lose_their_padding),
        cmocka_unit_test(masked_particles_of_jetnet_are_none),
        cmocka_unit_test(jets_of_open_data_have_their_candidates),
        cmocka_unit_test(both_versions_of_lheh5_are_as_lhe),
        cmocka_unit_test(records_are_columns_and_particles),
        cmocka_unit_test(what_is_not_wanted_is_not_read),
        cmocka_unit_test(texts_are_categories_and_single_values_attributes),
        cmocka_unit_test(padded_arrays_are_particles),
        cmocka_unit_test(links_and_virtual_datasets_are_followed),
        cmocka_unit_test(sources_with_numbers_are_all_there),
        cmocka_unit_test(what_is_lost_is_named),
        cmocka_unit_test(inspect_tells_what_is_lost_and_shows_the_rest),
        cmocka_unit_test(lzf_is_read_or_named),
        cmocka_unit_test(values_never_written_are_fill_values),
    };
    nsym_remarks_listen(hear, NULL);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
