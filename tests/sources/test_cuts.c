/* Cuts, new columns, several files and balanced classes of a sample. */
#include "sources/sample.h"
#include "study/card.h"
#include "study/card_text.h"

#include <math.h>

static const char card_text[] = "data: {generate: dimuon, events: 400}\n"
                                "detector: {smear: {resolution: 0.2}}\n"
                                "models:\n"
                                "  net: {kind: fcn, event: [pt], hidden: [4]}\n";

static nsym_sample loaded(const char *const *set) {
    nsym_run_card card;
    nsym_sample sample;
    nsym_tree *tree = opened(card_text, NULL, set);
    if (nsym_card_read(&card, tree, "net") != NSYM_OK) fail_msg("%s", nsym_message());
    if (nsym_sample_load(&sample, &card.data, 2, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_tree_free(tree);
    return sample;
}

static const double *values_of(const nsym_events *events, const char *name) {
    const nsym_column *found = nsym_events_column(events, name);
    if (!found) fail_msg("there is no column %s", name);
    return found->values;
}

/* Row of the event with a number in the column group; repeats stand in their order. */
static size_t row_of(const nsym_events *events, double group, size_t repeat) {
    const double *groups = values_of(events, "group");
    for (size_t i = 0; i < events->count; i++)
        if (groups[i] == group && repeat-- == 0) return i;
    fail_msg("no event %g", group);
    return 0;
}

static void a_cut_changes_no_draw_of_the_events_that_it_leaves(void **state) {
    (void)state;
    static const char *const all[] = {"split.shuffle=false", NULL}, *const some[] = {"split.shuffle=false",
                                                                                     "data.select=\"pt_true > 35\"",
                                                                                     NULL};
    nsym_sample whole = loaded(all), cut = loaded(some);
    assert_true(cut.events->count > 50 && cut.events->count < whole.events->count - 50);
    for (size_t i = 0; i < cut.events->count; i++) {
        size_t k = row_of(whole.events, values_of(cut.events, "group")[i], 0);
        assert_true(values_of(cut.events, "pt_true")[i] > 35);
        assert_memory_equal(cut.events->particles + 8 * i, whole.events->particles + 8 * k, 8 * sizeof(double));
    }
    char text[64];
    snprintf(text, sizeof text, "data.select keeps %zu of 800 events", cut.events->count);
    assert_non_null(strstr(cut.note, text));
    nsym_sample_free(&whole);
    nsym_sample_free(&cut);
}

static void nor_one_of_a_repeat(void **state) {
    (void)state;
    static const char *const all[] = {"split.shuffle=false", "split.group=false", "data.repeat=3", NULL},
                             *const some[] = {"split.shuffle=false", "split.group=false", "data.repeat=3",
                                              "data.select=\"pt_true > 35\"", NULL};
    nsym_sample whole = loaded(all), cut = loaded(some);
    size_t n = cut.events->count / 3;
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < 3; r++) {
            double group = values_of(cut.events, "group")[i];
            const double *here = cut.events->particles + 8 * row_of(cut.events, group, r),
                         *there = whole.events->particles + 8 * row_of(whole.events, group, r);
            assert_memory_equal(here, there, 8 * sizeof(double));
        }
    nsym_sample_free(&whole);
    nsym_sample_free(&cut);
}

static void definitions_see_those_before_them(void **state) {
    (void)state;
    static const char *const set[] = {"data.define={p: sqrt(px^2 + py^2 + pz^2), total: sum(p), share: p / total, "
                                      "pt_true: 2 * pt_true}",
                                      "detector.smear.resolution=0", NULL};
    static const char *const bare[] = {"detector.smear.resolution=0", NULL};
    nsym_sample sample = loaded(set), before = loaded(bare);
    const nsym_events *e = sample.events;
    assert_int_equal(e->features, 6);
    for (size_t i = 0; i < e->count; i++) {
        const double *p = e->particles + 12 * i;
        for (size_t j = 0; j < 2; j++, p += 6) {
            double momentum = sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
            assert_true(fabs(p[4] - momentum) <= 1e-14 * momentum); /* another order of operations */
            assert_true(p[5] == p[4] / values_of(e, "total")[i]);
        }
        assert_true(values_of(e, "pt_true")[i] == 2 * values_of(before.events, "pt_true")[i]);
    }
    nsym_sample_free(&sample);
    nsym_sample_free(&before);
}

static void refused(const char *const *set, const char *words) {
    nsym_run_card card;
    nsym_sample sample = {0};
    nsym_tree *tree = opened(card_text, NULL, set);
    nsym_status status = nsym_card_read(&card, tree, "net");
    if (status == NSYM_OK) status = nsym_sample_load(&sample, &card.data, 1, NULL);
    assert_int_not_equal(status, NSYM_OK);
    assert_says(words);
    nsym_tree_free(tree);
}

static void what_cannot_be_cut_is_said(void **state) {
    (void)state;
    static const char *const none[] = {"data.select=pt_true > 1e9", NULL}, *const shape[] = {"data.define=[pt]", NULL},
                             *const later[] = {"data.generate=showers", "data.select=label == 1", "detector={}", NULL},
                             *const wide[] = {"data.define={x: sqrt(-pt_true)}", "data.select=\"x > 0\"", NULL};
    refused(none, "data.select: is true for none of 800 events");
    refused(shape, "data.define must be a map");
    refused(later, "'showers' makes each event only when it is used");
    refused(wide, "800 of the dropped events have NaN in a quantity that it reads");
}

/* Events of two files: n of weight w each. */
static void write_file(const char *name, size_t n, double w, double first) {
    nsym_events *events;
    double *x, *weight;
    assert_int_equal(nsym_events_new(&events, n), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "x", "", "", 1, &x), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &weight), NSYM_OK);
    for (size_t i = 0; i < n; i++) {
        x[i] = first + (double)i;
        weight[i] = w * (1 + (double)(i % 3));
    }
    assert_int_equal(nsym_events_write(events, in_folder(name)), NSYM_OK);
    nsym_events_free(events);
}

/* data.files of three files, of which the last tests. */
static nsym_sample of_files(const char *more) {
    char files[2048];
    write_file("a.h5", 30, 500, 0);
    write_file("b.h5", 60, 1, 100);
    write_file("c.h5", 21, 1, 200);
    int used = snprintf(files, sizeof files, "data.files=[{path: %s, label: 1, cross_section: 7}, ", in_folder("a.h5"));
    used += snprintf(files + used, sizeof files - (size_t)used, "{path: %s, label: 0}, ", in_folder("b.h5"));
    snprintf(files + used, sizeof files - (size_t)used,
             "{path: %s, label: 0, part: test}, {path: %s, label: 1, part: test}]", in_folder("c.h5"),
             in_folder("c.h5"));
    const char *const set[] = {files, "data.generate=none", "detector={}", "models.net.event=[x]", more, NULL};
    return loaded(set);
}

static void classes_of_files_count_alike(void **state) {
    (void)state;
    nsym_sample sample = of_files("split.validation=0.2");
    double sum[2] = {0};
    for (size_t i = 0; i < sample.events->count; i++)
        sum[values_of(sample.events, "label")[i] == 1] += values_of(sample.events, "weight")[i];
    assert_true(fabs(sum[0] / sum[1] - 1) < 1e-12); /* rounding of 132 products */
    nsym_sample_free(&sample);
}

static void weights_as_they_are_add_up_to_cross_sections(void **state) {
    (void)state;
    nsym_sample sample = of_files("weights.balance=false");
    double sum = 0;
    for (size_t i = 0; i < sample.events->count; i++)
        if (values_of(sample.events, "file")[i] == 0) sum += values_of(sample.events, "weight")[i];
    assert_true(fabs(sum - 7) < 1e-12);
    nsym_sample_free(&sample);
}

static void files_for_the_test_are_its_events(void **state) {
    (void)state;
    nsym_sample sample = of_files("split.validation=0.2");
    nsym_data_card card = {.split = {.test = 0.2, .validation = 0.2}};
    nsym_parts parts;
    uint32_t *tests;
    assert_int_equal(nsym_sample_parts(&parts, &tests, &sample, &card, 0), NSYM_OK);
    assert_int_equal(parts.test_count, 42);
    assert_int_equal(parts.check_count, 18); /* a fifth of 90 */
    assert_int_equal(parts.train_count, 72);
    for (size_t i = 0; i < sample.count; i++) {
        bool tested = i >= parts.test_first;
        assert_int_equal(tested, values_of(sample.events, "x")[i] >= 200);
    }
    nsym_sample_free(&sample);
}

/* A column of that name divides events only where data.files gives parts. */
static void a_column_of_given_parts_is_the_files_own(void **state) {
    (void)state;
    static const char *const set[] = {"data.define={given_part: 200}", NULL};
    nsym_sample sample = loaded(set);
    assert_false(sample.given.is);
    assert_int_equal(sample.count, 800);
    nsym_sample_free(&sample);
    write_file("a.h5", 30, 1, 0);
    char files[512];
    snprintf(files, sizeof files, "data.files=[{path: %s, label: 0}, {path: %s, label: 1, part: test}]",
             in_folder("a.h5"), in_folder("a.h5"));
    const char *const replaced[] = {files,         "data.generate=none",   "data.define={given_part: 200}",
                                    "detector={}", "models.net.event=[x]", NULL};
    refused(replaced, "given_part is 200, must be 0");
}

static void nan_in_what_makes_a_label_is_told(void **state) {
    (void)state;
    static const char *const set[] = {"data.define={x: sqrt(pt_true - 30)}", "labels={column: \"x > 3\"}", NULL};
    nsym_sample sample = loaded(set);
    size_t nan = 0;
    char text[64];
    for (size_t i = 0; i < sample.events->count; i++) nan += isnan(values_of(sample.events, "x")[i]);
    snprintf(text, sizeof text, "\"x > 3\", reads NaN for %zu events", nan);
    assert_true(nan > 0);
    assert_non_null(strstr(sample.note, text));
    nsym_sample_free(&sample);
}

/* Both files number their events from 0. */
static void events_that_files_share_are_told(void **state) {
    (void)state;
    write_file("a.h5", 30, 1, 0);
    write_file("b.h5", 60, 1, 0);
    char files[512];
    snprintf(files, sizeof files, "data.files=[%s, %s]", in_folder("a.h5"), in_folder("b.h5"));
    const char *const shared[] = {files,         "data.generate=none", "labels.column=x < 15",
                                  "detector={}", "copies={group: x}",  "models.net.event=[x]",
                                  NULL};
    nsym_sample sample = loaded(shared);
    assert_int_equal(sample.count, 60);
    assert_non_null(strstr(sample.note, "warning: 30 of 60 events (copies.group: x) have rows from several files"));
    nsym_sample_free(&sample);
    const char *const labelled[] = {files,         "data.generate=none", "labels.column=file",
                                    "detector={}", "copies={group: x}",  "models.net.event=[x]",
                                    NULL};
    refused(labelled, "they come from two files");
    const char *const own[] = {files,
                               "data.generate=none",
                               "labels.column=x < 15",
                               "detector={}",
                               "data.define={event: x + 1e9 * file}",
                               "copies={group: event}",
                               "models.net.event=[x]",
                               NULL};
    sample = loaded(own);
    assert_int_equal(sample.count, 90);
    assert_null(strstr(sample.note, "several files"));
    nsym_sample_free(&sample);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_changes_no_draw_of_the_events_that_it_leaves),
        cmocka_unit_test(nor_one_of_a_repeat),
        cmocka_unit_test(definitions_see_those_before_them),
        cmocka_unit_test(what_cannot_be_cut_is_said),
        cmocka_unit_test(classes_of_files_count_alike),
        cmocka_unit_test(weights_as_they_are_add_up_to_cross_sections),
        cmocka_unit_test(files_for_the_test_are_its_events),
        cmocka_unit_test(nan_in_what_makes_a_label_is_told),
        cmocka_unit_test(events_that_files_share_are_told),
        cmocka_unit_test(a_column_of_given_parts_is_the_files_own),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
