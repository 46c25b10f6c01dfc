#include "data/temporary.h"

#include "data/texts.h"
#include "data/unit.h"
#include <nearsym/remarks.h>

static char heard[4096];

static void hear(void *context, nsym_remark_kind kind, const char *text) {
    (void)context;
    size_t used = strlen(heard);
    snprintf(heard + used, sizeof heard - used, "%s%s\n", kind == NSYM_WARNING ? "warning: " : "note: ", text);
}

static void assert_heard(const char *words) {
    if (!strstr(heard, words)) fail_msg("\"%s\" is not said in:\n%s", words, heard);
}

static void assert_said(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" is not said in: %s", words, nsym_message());
}

/* New: two events with a particle each, of the features (2) and units (2), values 1 2 3 4. */
static nsym_events *pair_of(const char *const *features, const char *const *units) {
    static const uint64_t offsets[] = {0, 1, 2};
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, features, units, offsets), NSYM_OK);
    for (size_t i = 0; i < 4; i++) events->particles[i] = (double)(i + 1);
    return events;
}

/* New: an event with a column of a unit and value. */
static nsym_events *one_of(const char *name, const char *unit, double value) {
    nsym_events *events;
    double *values;
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, name, unit, "", 1, &values), NSYM_OK);
    *values = value;
    return events;
}

/* New: an event with the column weights, whose values 1, 2, 3 have these names (3); NULL: none. */
static nsym_events *weights_of(const char *const *labels) {
    nsym_events *events;
    double *values;
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "weights", "", "", 3, &values), NSYM_OK);
    for (size_t i = 0; i < 3; i++) values[i] = (double)(i + 1);
    if (labels) events->column[0].labels = nsym_texts_copy(labels, 3);
    return events;
}

/* What joining gives; frees both and leaves what was said in `heard`. New, or NULL. */
static nsym_events *joined(nsym_events *a, nsym_events *b, nsym_status expected) {
    nsym_events *both;
    heard[0] = '\0';
    nsym_remarks_listen(hear, NULL);
    assert_int_equal(nsym_events_concat(&both, a, b), expected);
    nsym_remarks_listen(NULL, NULL);
    assert_true((both != NULL) == (expected == NSYM_OK));
    nsym_events_free(a);
    nsym_events_free(b);
    return both;
}

static void features_and_values_are_matched_by_name(void **state) {
    (void)state;
    static const char *const features[] = {"pt", "eta"}, *const turned[] = {"eta", "pt"};
    nsym_events *both = joined(pair_of(features, NULL), pair_of(turned, NULL), NSYM_OK);
    static const double particles[] = {1, 2, 3, 4, 2, 1, 4, 3};
    assert_memory_equal(both->particles, particles, sizeof particles);
    assert_string_equal(heard, "");
    nsym_events_free(both);
    static const char *const names[] = {"nominal", "up", "down"}, *const others[] = {"down", "nominal", "up"};
    both = joined(weights_of(names), weights_of(others), NSYM_OK);
    static const double weights[] = {1, 2, 3, 2, 3, 1};
    assert_memory_equal(both->column[0].values, weights, sizeof weights);
    assert_string_equal(both->column[0].labels[1], "up");
    nsym_events_free(both);
}

static void values_whose_names_differ_are_refused(void **state) {
    (void)state;
    static const char *const features[] = {"pt", "eta"}, *const others[] = {"pt", "y"};
    joined(pair_of(features, NULL), pair_of(others, NULL), NSYM_EINVAL);
    assert_said("only the first sample has \"eta\", only the second sample has \"y\"");
    static const char *const names[] = {"nominal", "up", "down"}, *const more[] = {"nominal", "up", "low"},
                             *const twice[] = {"up", "up", "down"}, *const swapped[] = {"down", "up", "up"};
    joined(weights_of(names), weights_of(more), NSYM_EINVAL);
    assert_said(
        "column \"weights\" have other names in the second sample (\"low\") than in the first sample (\"down\")");
    joined(weights_of(names), weights_of(NULL), NSYM_EINVAL);
    assert_said("--drop weights");
    joined(weights_of(twice), weights_of(swapped), NSYM_EINVAL);
    assert_said("two values with the same name");
    nsym_events_free(joined(weights_of(twice), weights_of(twice), NSYM_OK));
    nsym_events_free(joined(weights_of(NULL), weights_of(NULL), NSYM_OK));
}

static void units_are_converted_or_refused(void **state) {
    (void)state;
    static const char *const features[] = {"pt", "phi"}, *const units[] = {"GeV", "rad"},
                             *const others[] = {"MeV", "mrad"};
    nsym_events *both = joined(pair_of(features, units), pair_of(features, others), NSYM_OK);
    static const double particles[] = {1, 2, 3, 4, 1e-3, 2e-3, 3e-3, 4e-3};
    assert_memory_equal(both->particles, particles, sizeof particles);
    assert_heard("warning: the second sample: pt is in MeV and was converted to GeV, its unit in the first sample (x "
                 "0.001)");
    assert_heard("phi is in mrad");
    nsym_events_free(both);
    both = joined(one_of("mass", "TeV", 1), one_of("mass", "GeV/c^2", 91.1876), NSYM_OK);
    assert_true(both->column[0].values[1] == 91.1876 / 1000);
    assert_string_equal(both->column[0].unit, "TeV");
    nsym_events_free(both);
    joined(one_of("mass", "GeV", 1), one_of("mass", "mm", 1), NSYM_EINVAL);
    assert_said("\"mass\" has the unit GeV in the first sample and mm in the second sample");
    both = joined(one_of("mass", "GeV", 1), one_of("mass", "", 2), NSYM_OK);
    assert_heard("warning: the second sample: only one of it and the first sample says in which unit mass is");
    assert_true(both->column[0].values[1] == 2);
    nsym_events_free(both);
}

static void units_turn_into_one_another_by_exact_factors(void **state) {
    (void)state;
    static const struct {
        const char *from, *to;
        double times, over;
    } cases[] = {{"MeV", "GeV", 1, 1e3},
                 {"GeV", "MeV", 1e3, 1},
                 {"um", "mm", 1, 1e3},
                 {"cm", "mm", 10, 1},
                 {"pb", "fb", 1e3, 1},
                 {"nb", "pb", 1e3, 1},
                 {"GeV^2", "MeV^2", 1e6, 1},
                 {"ns", "s", 1, 1e9},
                 {"mrad", "rad", 1, 1e3},
                 {"keV/c", "eV/c", 1e3, 1},
                 {"degree", "rad", M_PI / 180, 1}};
    nsym_unit_scale scale;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(nsym_unit_convert(&scale, cases[i].from, cases[i].to), NSYM_UNIT_SCALED);
        if (scale.times != cases[i].times || scale.over != cases[i].over)
            fail_msg("%s to %s: x %g / %g", cases[i].from, cases[i].to, scale.times, scale.over);
    }
    static const char *const same[][2] = {{"GeV", "GeV/c"}, {"gev", "GeV"}, {"µm", "um"}, {"jiffy", "jiffy"}},
                             *const other[][2] = {
                                 {"GeV", "mm"}, {"GeV", "GeV^2"}, {"mb", "m"}, {"", "GeV"}, {"GeV", "G"}};
    for (size_t i = 0; i < 4; i++) assert_int_equal(nsym_unit_convert(&scale, same[i][0], same[i][1]), NSYM_UNIT_SAME);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(nsym_unit_convert(&scale, other[i][0], other[i][1]), NSYM_UNIT_OTHER);
}

/* New: one_of with an attribute. */
static nsym_events *with(double value, const char *attribute, const char *text) {
    nsym_events *events = one_of("kind", "", value);
    assert_int_equal(nsym_events_set_attribute(events, "generator", "test"), NSYM_OK);
    if (text) assert_int_equal(nsym_events_set_attribute(events, attribute, text), NSYM_OK);
    return events;
}

static void facts_of_one_sample_are_not_those_of_both(void **state) {
    (void)state;
    nsym_events *both = joined(with(1, "cross_section_pb", "5"), with(2, "cross_section_pb", "7"), NSYM_OK);
    assert_null(nsym_events_attribute(both, "cross_section_pb"));
    assert_string_equal(nsym_events_attribute(both, "generator"), "test");
    assert_heard("warning: the second sample: differs from the first sample in the attributes cross_section_pb");
    nsym_events_free(both);
    both = joined(with(1, "x", NULL), with(2, "seed", "7"), NSYM_OK);
    assert_null(nsym_events_attribute(both, "seed"));
    assert_heard("seed");
    nsym_events_free(both);
    joined(with(1, "grid", "8x8"), with(2, "grid", "4x4"), NSYM_EINVAL);
    assert_said("the grid of the cells is 8x8 in the first sample and 4x4");
    static const char four[] = "\n2212 2212 6500 6500 0 0 1 1 -4 1\n1 0 1 1\n",
                      three[] = "\n2212 2212 6500 6500 0 0 1 1 3 1\n1 0 1 1\n";
    nsym_events_free(joined(with(1, "lhe_init", four), with(2, "lhe_init", three), NSYM_OK));
    assert_heard("of another kind (IDWTUP 3) than those of the first sample (IDWTUP 4)");
}

static void words_are_joined_by_word(void **state) {
    (void)state;
    nsym_events *both = joined(with(1, "categories:kind", "[\"mu\",\"e\"]"),
                               with(0, "categories:kind", "[\"e\",\"tau\",\"mu\"]"), NSYM_OK);
    assert_string_equal(nsym_events_attribute(both, "categories:kind"), "[\"mu\",\"e\",\"tau\"]");
    assert_true(both->column[0].values[0] == 1 && both->column[0].values[1] == 1);
    nsym_events_free(both);
    both = joined(with(0, "categories:kind", "[\"mu\"]"), with((double)NAN, "categories:kind", "[\"tau\"]"), NSYM_OK);
    assert_true(isnan(both->column[0].values[1]));
    nsym_events_free(both);
    joined(with(1, "categories:kind", "[\"mu\",\"e\"]"), with(0, "x", NULL), NSYM_EINVAL);
    assert_said("\"kind\" holds words in the first sample and numbers in the second sample");
    joined(with(1, "categories:kind", "[\"mu\",\"e\"]"), with(0, "categories:kind", "[1"), NSYM_EFORMAT);
    assert_said("the second sample: attribute \"categories:kind\" is not a JSON list of words");
}

/* Blocks of two sources, the second in other units, with other words and another fact, end where one sample would. */
static void a_writer_joins_as_samples_are_joined(void **state) {
    (void)state;
    static const char *const endings[] = {"two.h5", "two.npz"};
    for (size_t k = 0; k < 2; k++) {
        nsym_events_writer *writer;
        nsym_events *first = with(1, "categories:kind", "[\"mu\",\"e\"]"),
                    *second = with(0, "categories:kind", "[\"tau\"]"), *back;
        assert_int_equal(nsym_events_set_attribute(first, "seed", "1"), NSYM_OK);
        assert_int_equal(nsym_events_writer_new(&writer, in_folder(endings[k])), NSYM_OK);
        assert_int_equal(nsym_events_writer_set_attribute(writer, "a", "b"), NSYM_EINVAL);
        assert_int_equal(nsym_events_writer_source(writer, "a.csv"), NSYM_OK);
        assert_int_equal(nsym_events_writer_add(writer, first), NSYM_OK);
        assert_int_equal(nsym_events_set_attribute(first, "late", "1"), NSYM_OK); /* known at the end alone */
        assert_int_equal(nsym_events_writer_add(writer, first), NSYM_OK);
        assert_int_equal(nsym_events_writer_source(writer, "b.csv"), NSYM_OK);
        heard[0] = '\0';
        nsym_remarks_listen(hear, NULL);
        assert_int_equal(nsym_events_writer_add(writer, second), NSYM_OK);
        assert_int_equal(nsym_events_writer_add(writer, second), NSYM_OK);
        nsym_remarks_listen(NULL, NULL);
        assert_heard("note: b.csv: differs from a.csv in the attributes late, seed");
        assert_ptr_equal(strstr(heard, "b.csv: differs"), strstr(heard, "b.csv")); /* once */
        assert_int_equal(nsym_events_writer_set_attribute(writer, "inputs", "two"), NSYM_OK);
        assert_int_equal(nsym_events_writer_close(writer), NSYM_OK);
        nsym_events_writer_free(writer);
        assert_int_equal(nsym_events_read(&back, in_folder(endings[k]), NULL), NSYM_OK);
        static const double kinds[2][4] = {{1, 1, 2, 2}, {0, 0, 1, 1}}; /* npz has the words that are in use */
        assert_memory_equal(column(back, "kind"), kinds[k], sizeof kinds[k]);
        if (k == 1) assert_string_equal(nsym_events_attribute(back, "categories:kind"), "[\"e\",\"tau\"]");
        if (k == 0) {
            assert_string_equal(nsym_events_attribute(back, "categories:kind"), "[\"mu\",\"e\",\"tau\"]");
            assert_string_equal(nsym_events_attribute(back, "inputs"), "two");
            assert_null(nsym_events_attribute(back, "seed"));
            assert_null(nsym_events_attribute(back, "late"));
        }
        nsym_events_free(back);
        nsym_events_free(first);
        nsym_events_free(second);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_and_values_are_matched_by_name),
        cmocka_unit_test(values_whose_names_differ_are_refused),
        cmocka_unit_test(units_are_converted_or_refused),
        cmocka_unit_test(units_turn_into_one_another_by_exact_factors),
        cmocka_unit_test(facts_of_one_sample_are_not_those_of_both),
        cmocka_unit_test(words_are_joined_by_word),
        cmocka_unit_test(a_writer_joins_as_samples_are_joined),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
