/* What a study does to events, done in memory: the same rows, bit by bit, and what cannot be done. */
#include "sources/sample.h"
#include "study/card_text.h"
#include "train/fresh.h"
#include <nearsym/chain.h>
#include <nearsym/io.h>
#include <nearsym/random.h>

#include <math.h>
#include <sys/mman.h>

enum { EVENTS = 60, MOST = 6 };

/* 1 to 6 particles an event with four features, and the columns label, far (two values, with names) and met. The third
   feature or, with `momenta`, the energy is above 0. */
static nsym_events *new_events(const char *const names[4], bool momenta) {
    static const char *const units[] = {"GeV", "GeV", "GeV", "GeV"};
    uint64_t offsets[EVENTS + 1] = {0};
    double *label, *far, *met;
    nsym_events *events;
    nsym_random random = nsym_random_stream(8, "apply", 0);
    for (size_t i = 0; i < EVENTS; i++) offsets[i + 1] = offsets[i] + 1 + nsym_random_below(&random, MOST);
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 4, names, units, offsets), NSYM_OK);
    for (double *p = events->particles; p < events->particles + 4 * offsets[EVENTS]; p += 4) {
        for (size_t k = 0; k < 4; k++)
            p[k] = momenta ? 30 * nsym_random_normal(&random) : nsym_random_normal(&random) / 3;
        if (momenta)
            p[3] = 1 + sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
        else
            p[2] = 5 * nsym_random_uniform(&random), p[3] = (double)nsym_random_below(&random, 5);
    }
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "far", "cm", "", 2, &far), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "met", "GeV", "", 1, &met), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) {
        label[i] = (double)(i % 2), met[i] = 40 * nsym_random_uniform(&random);
        for (size_t k = 0; k < 2; k++) far[2 * i + k] = nsym_random_normal(&random);
    }
    return events;
}

static const char *const momenta[] = {"px", "py", "pz", "energy"}, *const points[] = {"x", "y", "energy", "kind"},
                         *const objects[] = {"d_eta", "d_phi", "pt", "kind"};

/* The sample that a study makes of a file of the events, in the file's order. `sections` end in a line's end, data's
   being in braces at `data`. */
static void load(nsym_sample *out, const nsym_events *events, const char *data, const char *sections) {
    char text[2000], *path = in_folder("events.h5");
    nsym_tree *tree;
    nsym_run_card card = {0};
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    int used = snprintf(text, sizeof text,
                        "data: {file: %s%s%s}\n%ssplit: {shuffle: false}\nmodels: {m: {kind: fcn, event: columns, "
                        "columns: [met], hidden: [8]}}\n",
                        path, data[0] ? ", " : "", data, sections);
    assert_true(used > 0 && used < (int)sizeof text);
    tree = opened(text, NULL, NULL);
    if (nsym_card_read(&card, tree, "m") != NSYM_OK) fail_msg("%s", nsym_message());
    if (nsym_sample_load(out, &card.data, 2, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_tree_free(tree);
}

static nsym_events *applied(const nsym_events *events, const char *data, const char *sections) {
    char text[2000];
    nsym_events *out;
    snprintf(text, sizeof text, "data: {%s}\n%s", data, sections);
    if (nsym_events_apply(&out, NULL, events, text, "group") != NSYM_OK) fail_msg("%s", nsym_message());
    return out;
}

static void assert_same_rows(const nsym_events *ours, const nsym_sample *sample) {
    const nsym_events *study = sample->events;
    assert_int_equal(ours->count, study->count);
    assert_int_equal(ours->features, study->features);
    for (size_t k = 0; k < ours->features; k++) assert_string_equal(ours->feature_names[k], study->feature_names[k]);
    assert_memory_equal(ours->offsets, study->offsets, (ours->count + 1) * sizeof *ours->offsets);
    assert_memory_equal(ours->particles, study->particles,
                        ours->offsets[ours->count] * ours->features * sizeof *ours->particles);
    for (size_t k = 0; k < ours->columns; k++) {
        const nsym_column *a = &ours->column[k], *b = nsym_events_column(study, a->name);
        if (strcmp(a->name, "group") == 0) continue;
        if (!b || b->width != a->width) fail_msg("the study's sample has no column %s", a->name);
        assert_memory_equal(a->values, b->values, ours->count * a->width * sizeof *a->values);
    }
    for (size_t k = 0; k < study->columns; k++)
        if (strcmp(study->column[k].name, "weight") != 0)
            assert_non_null(nsym_events_column(ours, study->column[k].name));
    const char *grid = nsym_events_attribute(study, "grid");
    if (grid) assert_string_equal(nsym_events_attribute(ours, "grid"), grid);
}

/* Rows of one event are side by side, the event itself first; the study knows them by where they begin. */
static void assert_groups(const nsym_events *ours, const nsym_sample *sample, size_t copies) {
    const double *group = nsym_events_column(ours, "group")->values, *met = nsym_events_column(ours, "met")->values;
    for (size_t row = 0; row < ours->count; row++) {
        assert_true(group[row] == (double)(nsym_events_row(ours, row) - 1));
        if (row % copies) assert_true(group[row] == group[row - 1] && met[row] == met[row - 1]);
        if (row && row % copies == 0) assert_true(group[row] > group[row - 1]);
    }
    if (!sample->groups) return;
    assert_int_equal(sample->count * copies, ours->count);
    for (size_t e = 0; e <= sample->count; e++) assert_int_equal(sample->groups[e], e * copies);
}

static void rows_are_those_of_a_study_bit_by_bit(void **state) {
    (void)state;
    static const struct {
        const char *const *names, *data, *sections;
        size_t copies;
    } cases[] = {
        {momenta, "", "", 1},
        {momenta, "", "seed: 9\ndetector: {smear: {resolution: 0.1}}\n", 1},
        {momenta, "particles: 'abs(pz) < 60', define: {met2: met * 2, slope: pz / energy}, select: met > 10",
         "seed: 9\ncopies: {where: before, transform: rotate, count: 3, values: random, reflect: true}\n"
         "detector: {smear: {resolution: 0.1, shared: true}, threshold: 5}\n",
         6},
        {momenta, "select: far_0 > -1 && met > 5, define: {far_0: met}",
         "copies: {where: after, transform: boost, count: 4, range: 2, values: even}\n"
         "detector: {smear: {resolution: 0.2, keep: pz}}\n",
         4},
        {points, "",
         "copies: {where: before, matrices: [1, 0, 0, -1, 0, 1, 1, 0]}\n"
         "detector: {cells: [6, 5], range: [-1, 1], threshold: 0.5}\n",
         3},
        {points, "select: met > 10",
         "seed: 4\ncopies: {where: before, transform: rotate, count: 5, values: random}\ndetector: {x: [-1, -0.2, 1], "
         "y: [-1, 0.1, 0.7, 1]}\n",
         5},
        {points, "align: axis", "detector: {cells: [8, 8]}\n", 1},
        {points, "",
         "copies: {where: after, transform: rotate, count: 4, image: nearest, reflect: true}\n"
         "detector: {cells: [8, 8]}\n",
         8},
        {points, "",
         "copies: {where: after, transform: rotate, count: 4, image: unbinned}\ndetector: {cells: [8, 8]}\n", 4},
        {objects, "define: {lead: max(pt)}",
         "copies: {where: before, transform: rotate, count: 2}\ndetector: {threshold: 1}\n"
         "observables: [sum_pt, 'efp_k1_b2_3-3-0']\n",
         2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_events *events = new_events(cases[i].names, cases[i].names == momenta);
        nsym_sample sample;
        nsym_events *ours = applied(events, cases[i].data, cases[i].sections);
        load(&sample, events, cases[i].data, cases[i].sections);
        assert_same_rows(ours, &sample);
        assert_groups(ours, &sample, cases[i].copies);
        nsym_sample_free(&sample);
        nsym_events_free(ours);
        nsym_events_free(events);
    }
}

static void events_in_memory_are_only_read(void **state) {
    (void)state;
    static const char *const cards[] = {"{}",
                                        "{\"data\": {\"define\": {\"pz\": \"2 * pz\"}, \"select\": \"met > 10\"}}",
                                        "{\"detector\": {\"smear\": {\"resolution\": 0.1}}}"};
    nsym_events *events = new_events(momenta, true);
    size_t bytes = events->offsets[EVENTS] * 4 * sizeof(double);
    nsym_events view = *events, *out;
    size_t origin[EVENTS]; /* of something else, and it does not matter */
    view.particles = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(view.particles, events->particles, bytes);
    assert_int_equal(mprotect(view.particles, bytes, PROT_READ), 0);
    for (size_t i = 0; i < EVENTS; i++) origin[i] = 1000 + i;
    view.origin = origin;
    for (size_t k = 0; k < 3; k++) {
        char note[NSYM_APPLIED_NOTE];
        if (nsym_events_apply(&out, note, &view, cards[k], NULL) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_null(nsym_events_column(out, "group"));
        assert_ptr_not_equal(out->particles, view.particles);
        assert_true(nsym_events_row(out, 0) <= EVENTS);
        assert_int_equal(strncmp(note, "data.select keeps ", 18) == 0, k == 1);
        assert_string_equal(out->feature_units[0], "GeV");
        assert_string_equal(nsym_events_column(out, "far")->unit, "cm");
        if (k == 0) assert_memory_equal(out->particles, events->particles, bytes);
        nsym_events_free(out);
    }
    munmap(view.particles, bytes);
    nsym_events_free(events);
}

static void names_of_a_columns_values_stay(void **state) {
    (void)state;
    nsym_events *events = new_events(points, false);
    nsym_column *far = nsym_events_column(events, "far");
    far->labels = calloc(2, sizeof *far->labels);
    far->labels[0] = strdup("near side");
    far->labels[1] = strdup("far side");
    nsym_events *out = applied(events, "", "detector: {cells: [4, 4]}\n");
    assert_string_equal(nsym_events_column(out, "far")->labels[1], "far side");
    nsym_events_free(out);
    nsym_events_free(events);
}

static void no_events_and_no_particles_are_fine(void **state) {
    (void)state;
    nsym_events *events, *out;
    double *met;
    assert_int_equal(nsym_events_new(&events, 3), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "met", "GeV", "", 1, &met), NSYM_OK);
    met[1] = 2;
    if (nsym_events_apply(&out, NULL, events, "data: {define: {twice: 2 * met}, select: met > 1}", "from") != NSYM_OK)
        fail_msg("%s", nsym_message());
    assert_true(out->count == 1 && nsym_events_column(out, "twice")->values[0] == 4);
    assert_true(nsym_events_column(out, "from")->values[0] == 1);
    nsym_events_free(out);
    nsym_events_free(events);
    uint64_t none = 0;
    assert_int_equal(nsym_events_new(&events, 0), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 4, points, NULL, &none), NSYM_OK);
    if (nsym_events_apply(&out, NULL, events, "detector: {cells: [4, 4]}", "group") != NSYM_OK)
        fail_msg("%s", nsym_message());
    assert_true(out->count == 0 && out->features == 4);
    nsym_events_free(out);
    nsym_events_free(events);
}

static void what_cannot_be_done_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *card, *words;
    } cases[] = {
        {"detector:\n  cels: [4, 4]", "card:2: unknown key 'cels' in detector; did you mean 'cells'?"},
        {"copys: {where: before}", "card:1: unknown key 'copys' in the card; did you mean 'copies'?"},
        {"train: {epochs: 3}", "card:1: train has no effect here: for events in memory only these keys count: seed,"},
        {"data: {file: x.h5}", "card:1: data.file has no effect here: "},
        {"data: {repeat: 2}", "data.repeat has no effect here: "},
        {"copies: {group: label}", "copies.group has no effect here: "},
        {"labels: {column: met}", "labels has no effect here: "},
        {"seed: 1\ncopies: {count: 3}", "card:2: copies.count has no effect here: copies.where is none"},
        {"detector: {smear: {shared: true}}", "detector.smear.shared has no effect here: "},
        {"smear: {resolution: 0.1}", "'smear' is now 'detector.smear'"},
        {"detector: {cells: [4]}", "detector.cells must be two numbers"},
        {"detector: {smear: {resolution: 0.1}}", "detector.smear acts on momenta, but the particles have no px"},
        {"data: {cells: [4, 4]}", "these particles have no 'cell'"},
        {"data: {select: met > 100}", "data.select: is true for none of 60 events"},
        {"data: {select: mat > 100}", "did you mean 'met'?"},
        {"observables: [sum_tp]", "sum_pt"},
        {"detector: [", "card:"},
    };
    nsym_events *events = new_events(points, false), *out;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_not_equal(nsym_events_apply(&out, NULL, events, cases[i].card, NULL), NSYM_OK);
        assert_null(out);
        assert_says(cases[i].words);
    }
    assert_int_equal(nsym_events_apply(&out, NULL, events, "{}", "met"), NSYM_EINVAL);
    assert_says("the sample has a column \"met\" already");
    events->particles[4 * events->offsets[7] + 2] = -1;
    assert_int_equal(nsym_events_apply(&out, NULL, events, "detector: {cells: [4, 4]}", NULL), NSYM_ENUMERIC);
    assert_says("row 8: point 1 has an energy of -1");
    nsym_events_free(events);
}

static nsym_fresh *new_fresh(const nsym_events *events, const char *card) {
    nsym_fresh *fresh;
    if (nsym_fresh_new(&fresh, events, card) != NSYM_OK) fail_msg("%s", nsym_message());
    return fresh;
}

static void fresh_copies_by_the_cards_seed_are_the_rows_of_apply(void **state) {
    (void)state;
    static const struct {
        const char *const *names, *data, *sections;
    } cases[] = {
        {momenta, "particles: 'abs(pz) < 60', select: met > 10",
         "seed: 9\ncopies: {where: before, transform: boost, count: 3, fresh: true}\n"
         "detector: {smear: {resolution: 0.1}}\n"},
        {points, "",
         "seed: 4\ncopies: {where: before, count: 3, values: random, fresh: true}\ndetector: {cells: [6, 5]}\n"
         "observables: [sum_pt]\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char card[2000];
        nsym_events *events = new_events(cases[i].names, cases[i].names == momenta), *made;
        nsym_events *rows = applied(events, cases[i].data, cases[i].sections);
        snprintf(card, sizeof card, "data: {%s}\n%s", cases[i].data, cases[i].sections);
        nsym_fresh *fresh = new_fresh(events, card);
        uint32_t first[EVENTS];
        uint64_t seeds[EVENTS];
        size_t n = rows->count / 3;
        assert_true(fresh->events == n && fresh->copies == 3 && n <= EVENTS);
        for (size_t k = 0; k < n; k++) first[k] = (uint32_t)(3 * k), seeds[k] = cases[i].names == momenta ? 9 : 4;
        if (fresh->make(&made, fresh->context, first, seeds, n) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_int_equal(made->count, rows->count);
        assert_memory_equal(made->offsets, rows->offsets, (rows->count + 1) * sizeof *rows->offsets);
        assert_memory_equal(made->particles, rows->particles,
                            rows->offsets[rows->count] * rows->features * sizeof *rows->particles);
        nsym_events_free(made);
        nsym_fresh_free(fresh);
        nsym_events_free(rows);
        nsym_events_free(events);
    }
}

static void fresh_copies_train_only_the_rows_that_they_take_the_place_of(void **state) {
    (void)state;
    static const char card[] = "copies: {where: before, count: 3, values: random, fresh: true}\n";
    const nsym_model_spec spec = {.kind = NSYM_PFN,
                                  .particle_input = {.name = "features"},
                                  .features = "x,y,energy",
                                  .particle_map = {1, {4}},
                                  .latent = 4,
                                  .hidden = {1, {4}}};
    nsym_train_options o = nsym_train_defaults();
    nsym_events *events = new_events(points, false), *rows = applied(events, "", card), *fewer;
    nsym_fresh *fresh = new_fresh(events, card);
    nsym_model *model = NULL;
    size_t index[3 * (EVENTS - 1)];
    for (size_t i = 0; i < 3 * (EVENTS - 1); i++) index[i] = i;
    assert_int_equal(nsym_events_select(&fewer, rows, index, 3 * (EVENTS - 1)), NSYM_OK);
    o.epochs = 2, o.fresh = fresh, o.group = "group";
    if (nsym_train_events(&model, NULL, &spec, &o, rows) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_model_free(model);
    assert_int_equal(nsym_train_events(&model, NULL, &spec, &o, fewer), NSYM_EINVAL);
    assert_says("fresh makes 3 rows of each of 60 events");
    o.group = NULL;
    assert_int_equal(nsym_train_events(&model, NULL, &spec, &o, rows), NSYM_EINVAL);
    assert_says("give all that nsym_events_apply makes of the same events, and its group");
    assert_int_equal(nsym_train_arrays(&model, NULL, &spec, &o, &(const nsym_train_data){0}), NSYM_EINVAL);
    assert_says("fresh copies are made of events");
    nsym_fresh_free(fresh);
    assert_int_equal(nsym_fresh_new(&fresh, events, "copies: {where: before, count: 3}"), NSYM_EINVAL);
    assert_says("are not fresh");
    assert_int_equal(nsym_fresh_new(&fresh, events, "copies: {where: before, count: 3, fresh: true}"), NSYM_EINVAL);
    assert_says("nothing in these copies is random");
    assert_int_equal(nsym_fresh_new(&fresh, events,
                                    "data: {select: no > 1}\ncopies: {where: before, count: 3, values: "
                                    "random, fresh: true}"),
                     NSYM_EINVAL);
    assert_null(fresh);
    nsym_fresh_free(NULL);
    nsym_events_free(fewer);
    nsym_events_free(rows);
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_of_a_study_bit_by_bit),
        cmocka_unit_test(events_in_memory_are_only_read),
        cmocka_unit_test(names_of_a_columns_values_stay),
        cmocka_unit_test(no_events_and_no_particles_are_fine),
        cmocka_unit_test(what_cannot_be_done_is_refused),
        cmocka_unit_test(fresh_copies_by_the_cards_seed_are_the_rows_of_apply),
        cmocka_unit_test(fresh_copies_train_only_the_rows_that_they_take_the_place_of),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
