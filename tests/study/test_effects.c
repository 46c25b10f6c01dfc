/* Every setting of a card changes what is run, or is refused. */
#include "sources/source.h"
#include "study/card_text.h"
#include "study/grid.h"
#include "study/sections.h"
#include "study/shown.h"
#include "study/studies.h"

#include <dirent.h>

static char *study_path(const char *name) {
    static char path[512];
    snprintf(path, sizeof path, "%s/studies/%s/study.yaml", NSYM_SOURCE_DIR, name);
    return path;
}

static const char file[] = NSYM_SOURCE_DIR "/README.md"; /* that it is there is enough */

/* A study with settings, which of one's own events has a file. */
static nsym_tree *study_of(const char *name, const char *const *set) {
    const char *all[8] = {"data.file=" NSYM_SOURCE_DIR "/README.md"};
    nsym_study_options options = {.card = study_path(name), .set = all};
    nsym_tree *card = NULL;
    options.sets = strcmp(name, "own-sample") == 0 || strcmp(name, "own-muon-pairs") == 0;
    while (set && *set) all[options.sets++] = *set++;
    if (nsym_card_open(&card, &options) != NSYM_OK) fail_msg("%s", nsym_message());
    return card;
}

static void refused(nsym_tree *card, const char *words) {
    nsym_grid grid;
    nsym_status status = nsym_grid_new(&grid, card);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
    if (status == NSYM_OK) fail_msg("taken, but \"%s\"", words);
    assert_says(words);
}

static void settings_that_no_run_reads_are_refused(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"own-sample", "detector.smear.shared=true",
         "--set detector.smear.shared=true: detector.smear.shared has no effect here: detector.smear.resolution is 0"},
        {"own-sample", "weights.reweight.bins=5", "weights.reweight.binning is none"},
        {"own-sample", "detector.range=[0, 1]", "detector.cells must be two numbers"},
        {"own-sample", "split.group=false", "data.repeat is 1"},
        {"own-sample", "split.overlap=true", "split.reserve is 0"},
        {"own-sample", "data.events=10", "the events come from data.file"},
        {"own-sample", "data.generate=dimuon", "the events come from data.file"},
        {"own-sample", "labels.pt_min=20", "labels.from is label"},
        {"own-sample", "splot.toys=5", "the mass is not used"},
        {"own-sample", "showers.noise=3", "the events are those of 'file'"},
        {"own-sample", "measure.events=5", "split.reserve is 0"},
        {"own-showers", "muons.level=particles", "the events are those of 'showers'"},
        {"own-showers", "split.size=500", "split.reserve sets the training and test events"},
        {"own-showers", "split.group=false", "split.reserve takes every event once"},
        {"own-showers", "copies.image=opencv", "copies.where is not after"},
        {"own-muon-pairs", "split.shuffle=false", NULL},
        {"own-sample", "models.invariant.particle_map=[3]",
         "--set models.invariant.particle_map=[3]: models.invariant.particle_map has no effect here: the model's kind "
         "is "
         "fcn, and it is for pfn, hybrid, efn"},
        {"own-sample", "models.invariant.latent=3", "the model's kind is fcn"},
        {"own-sample", "models.invariant.pooling=mean", "the model's kind is fcn"},
        {"own-sample", "models.general.combination=sum", "the model's kind is pfn, and it is for hybrid"},
        {"own-sample", "models.general.gate=pt", "the model's kind is pfn, and it is for hybrid"},
        {"own-sample", "models.general.filters=[4]", "the model's kind is pfn, and it is for cnn"},
        {"own-sample", "models.invariant.padded=5", "reads neither a list nor an image of cells"},
        {"own-sample", "models.general.masked=true", "nothing is padded"},
        {"own-sample", "models.general.leak=0.1", "activation is not leaky_relu"},
        {"own-sample", "models.general.columns=[mass]", "no input of the model is 'columns'"},
        {"own-sample", "models.invariant.columns=[mass]", "no input of the model is 'columns'"},
        {"lorentz-yardsticks", "models.general.references=[time]", "no input of the model is 'lorentz' or 'pairs'"},
        {"lorentz-yardsticks", "models.general.lola=3", "the model's kind is pfn, and it is for fcn"},
        {"lorentz-yardsticks", "models.so13.lola=3", "the model's event input is not 'momenta'"},
        {"lorentz-yardsticks", "models.so13.references=[time, [1, 0, 0, -1]]", NULL},
        {"lorentz-yardsticks", "models.so13.references=[beams]",
         "models.so13.references: there is no reference 'beams'; a reference is time, beam, x, y, z or four numbers"},
        {"lorentz-yardsticks", "models.so13.references=[[1, 0, fast, 1]]", "a vector is four numbers, E, px, py, pz"},
        {"lorentz-yardsticks", "models.so13.references={a: b}", "must be a list of names and vectors"},
        {"lorentz-yardsticks", "models.lola.slots=3",
         NULL}, /* of which the events will say that they have not so many */
        {"lorentz-yardsticks", "models.gram.padded=3",
         "input 'pairs' has a row for each pair, but padded, which counts"},
        {"own-sample", "train.patience=3", "there are no validation events"},
        {"own-sample", "train.invariance_of=logit", "train.invariance is 0"},
        {"own-muon-pairs", "train.redraw_test=true", "the test sample is measured only at the end"},
        {"own-muon-pairs", "train.every_epoch=true", "the test sample is measured only at the end"},
        {"own-muon-pairs", "train.every_epoch=shown", NULL},
        {"own-muon-pairs", "train.every_epoch=sown",
         "train.every_epoch is 'sown', must be one of shown, true, false; did you mean 'shown'?"},
        {"own-showers", "experiments.methods.grid.method=none", NULL}, /* the card's own copies.count */
        {"approximate-invariance", "data.file=" NSYM_SOURCE_DIR "/README.md", NULL},
        {"muon-isolation-simulation", "train.learning_rate=0.1", "models.iso_1.learning_rate takes its place"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_tree *card = study_of(cases[i][0], (const char *const[]){cases[i][1], NULL});
        nsym_grid grid;
        if (cases[i][2])
            refused(card, cases[i][2]);
        else if (nsym_grid_new(&grid, card) != NSYM_OK)
            fail_msg("%s", nsym_message());
        else {
            nsym_grid_free(&grid);
            nsym_tree_free(card);
        }
    }
}

static void a_setting_of_the_card_is_refused_with_its_line(void **state) {
    (void)state;
    static const char text[] = "data: {generate: muons}\n"
                               "split: {validation: 0}\n"
                               "train: {min_change: 0.1}\n"
                               "models: {a: {event: columns, columns: [sum_pt]}}\n"
                               "experiments: {one: {grid: {model: [a]}}}\n";
    refused(opened(text, NULL, NULL),
            "card.yaml:3: train.min_change has no effect here: there are no validation events");
}

/* One recipe of two, one experiment of two, or one kind of two is enough. */
static void a_setting_that_one_run_reads_is_taken(void **state) {
    (void)state;
    static const char text[] = "data: {generate: showers, events: 200}\n"
                               "split: {reserve: 60}\n"
                               "copies: {where: none, count: 4}\n"
                               "train: {every_epoch: false, batch: 12}\n"
                               "choices: {method: {none: {}, turned: {copies.where: before}}}\n"
                               "models:\n"
                               "  limit: {kind: column, column: log_ratio}\n"
                               "  a: {kind: pfn, particles: cells, latent: 3, leak: 0.1}\n"
                               "experiments:\n"
                               "  one: {grid: {model: [limit]}}\n"
                               "  two: {grid: {model: [a], method: [none, turned], models.a.activation: [relu, "
                               "leaky_relu]}}\n";
    static const char *const set[] = {"experiments.two.skip=true", NULL};
    for (int k = 0; k < 2; k++) {
        nsym_tree *card = opened(text, NULL, k ? set : NULL);
        nsym_grid grid;
        if (nsym_grid_new(&grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
    refused(opened(text, NULL, (const char *const[]){"experiments.two.grid.method=none", "copies.count=3", NULL}),
            "--set copies.count=3: copies.count has no effect here: copies.where is none");
}

/* What is kept with results is a card that runs again. */
static void a_resolved_card_may_say_more_than_its_runs_read(void **state) {
    (void)state;
    static const char *const set[] = {"experiments.methods.grid.method=none", NULL};
    nsym_tree *card = study_of("own-showers", set), *again;
    nsym_study_options options = {.card = in_folder("resolved.yaml")};
    nsym_grid grid;
    assert_int_equal(nsym_tree_save(card, options.card), NSYM_OK);
    nsym_tree_free(card);
    assert_int_equal(nsym_card_open(&again, &options), NSYM_OK);
    if (nsym_grid_new(&grid, again) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_grid_free(&grid);
    nsym_tree_free(again);
    options.set = (const char *const[]){"copies.count=4"};
    options.sets = 1;
    assert_int_equal(nsym_card_open(&again, &options), NSYM_OK);
    refused(again, "--set copies.count=4: copies.count has no effect here: copies.where is none");
}

static const char muons[] = "data: {generate: muons}\n"
                            "observables: [sum_pt]\n"
                            "choices: {shape: {square: {data.cells: [32, 32]}, strip: {data.cells: [64, 16]}}}\n"
                            "models:\n"
                            "  cnn: {kind: cnn, event: image, filters: [16], convolutions: 1}\n"
                            "  image: {event: image, padded: 1024}\n"
                            "  set: {kind: pfn, particles: objects, latent: 4}\n"
                            "  table: {event: columns, columns: [sum_pt]}\n"
                            "  cut: {kind: column, column: sum_pt}\n"
                            "experiments:\n"
                            "  one: {grid: {model: [cnn, image, set, table, cut], shape: [square, strip]}}\n";

/* The sample has pictures of the cells. */
static void another_grid_trains_anew_what_reads_its_image_alone(void **state) {
    (void)state;
    nsym_tree *card = opened(muons, NULL, NULL);
    nsym_grid grid;
    if (nsym_grid_new(&grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_int_equal(grid.points, 10);
    for (size_t i = 0; i < 10; i += 2) {
        const nsym_point *square = &grid.point[i], *strip = &grid.point[i + 1];
        assert_int_equal(strcmp(square->key, strip->key) != 0, i < 4);
        assert_string_not_equal(square->data_key, strip->data_key);
    }
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

/* A limit needs neither the detector nor the events that train, but whether a reserve settles which events test. */
static void a_column_of_showers_hangs_on_its_events_alone(void **state) {
    (void)state;
    static const char text[] =
        "data: {generate: showers}\n"
        "split: {reserve: 30}\n"
        "detector: {cells: [4, 4]}\n"
        "models: {limit: {kind: column, column: log_ratio}}\n"
        "choices: {what: {a: {}, b: {detector.cells: [8, 8]}, c: {split.reserve: 20}, d: {copies.where: "
        "before}, e: {split.test: 0.3}, f: {showers.noise: 5}, g: {split.reserve: 0}}}\n"
        "experiments: {one: {grid: {model: [limit], what: [a, b, c, d, e, f, g]}}}\n";
    nsym_tree *card = opened(text, NULL, NULL);
    nsym_grid grid;
    if (nsym_grid_new(&grid, card) == NSYM_OK) fail_msg("nothing reads the detector");
    assert_says("a model of kind column trains nothing");
    nsym_tree_free(card);
    card = opened(text, NULL, (const char *const[]){"models.a={kind: pfn, particles: cells, latent: 3}", NULL});
    if (nsym_grid_new(&grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
    for (size_t i = 1; i < grid.points; i++)
        if ((strcmp(grid.point[0].key, grid.point[i].key) != 0) != (i >= 4))
            fail_msg("%s against %s", grid.point[0].key, grid.point[i].key);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

/* Where a section's values are; of a source that is not the card's, its defaults. */
static const void *struct_of(const nsym_section *s, const nsym_run_card *card) {
    static _Alignas(max_align_t) unsigned char others[NSYM_SOURCE_OPTIONS_SIZE];
    if (s == card->data.source->section) return card->data.options;
    for (size_t i = 0; nsym_sources[i]; i++)
        if (s == nsym_sources[i]->section) {
            s->defaults(others, 0);
            return others;
        }
    return card;
}

/* What a row's value is, as text: new. */
static char *value_of(const nsym_section *of, const nsym_field *field, const nsym_run_card *card) {
    nsym_field only = *field;
    nsym_section section = {.name = "", .field = &only, .fields = 1};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    only.idle = NULL;
    only.scope = 0;
    only.quiet = false;
    nsym_section_print(out, &section, struct_of(of, card), 0, only.group);
    fclose(out);
    return text;
}

static void set(nsym_tree *tree, const char *path, const char *value) {
    char origin[5000];
    snprintf(origin, sizeof origin, "--set %s=%s", path, value);
    if (nsym_tree_set(tree, path, value, origin) != NSYM_OK) fail_msg("%s", nsym_message());
}

static void place(nsym_node *node) {
    node->line = 1;
    for (size_t i = 0; i < node->count; i++) place(node->child[i]);
}

/* Are there epochs of the point after which the test sample could be measured? */
static bool tests_by_epoch(const nsym_run_card *card) {
    return !card->column && card->data.split.validation == 0 && card->data.split.folds == 0;
}

/* The point alone as a card that shows nothing, with a setting: its grid of one point, measured after every epoch. */
static nsym_status alone(nsym_tree **tree, nsym_grid *grid, const nsym_point *point, const char *path,
                         const char *value) {
    char experiments[256], models[4096], *model;
    static const char *const away[][2] = {{"recipes", "{as_it_is: {}}"},
                                          {"recipe", "as_it_is"},
                                          {"chosen", "[]"},
                                          {"searches", "{}"},
                                          {"tables", "[]"},
                                          {"figures", "[]"},
                                          {"answer", "{}"},
                                          {"text", "[]"},
                                          {"choices", "{}"},
                                          {"presets", "{}"}};
    assert_int_equal(nsym_tree_copy(tree, point->tree), NSYM_OK);
    for (size_t i = 0; i < sizeof away / sizeof *away; i++) set(*tree, away[i][0], away[i][1]);
    assert_int_equal(nsym_node_text(&model, nsym_node_at(nsym_node_at((*tree)->root, "models"), point->model)),
                     NSYM_OK);
    assert_true(snprintf(models, sizeof models, "{%s: %s}", point->model, model) < (int)sizeof models);
    free(model);
    set(*tree, "models", models);
    snprintf(experiments, sizeof experiments, "{one: {grid: {model: [%s]}}}", point->model);
    set(*tree, "experiments", experiments);
    if (tests_by_epoch(&point->card)) set(*tree, "train.every_epoch", "true");
    place((*tree)->root); /* of the card, all but the setting */
    if (path) set(*tree, path, value);
    (*tree)->laid = NSYM_LAID_SETTING;
    nsym_status status = nsym_grid_new(grid, *tree);
    return status == NSYM_OK ? nsym_shown_settle(grid, *tree, NULL) : status;
}

/* Values to try: one of them is not the present one, and is allowed. */
static size_t values_for(const char *values[16], const nsym_field *f) {
    static const char
        *const numbers[] = {"0.3", "0.05", "3", "40", "0"},
               *const sizes[] = {"3", "7", "50", "1", "4000"}, *const lists[] = {"[7]", "[7, 9]", "[16, 64]"},
               *const texts[] = {"objects", "objects_kind", "cells", "lorentz", "pt", "log_ratio_energies"},
               *const ranges[] = {"[71, 109]", "[85, 95]", "[0.99, 0.2]", "[-2, 2]", "[0, 30]", "[1, 0, 0, 1]"},
               *const names[] = {"[sum_pt]", "[iso_0.3]", "[mass]"}, *const bools[] = {"true", "false"};
    const char *const *from = f->words;
    size_t n = 0;
#define TAKE(list)                                                                                                     \
    from = list, n = sizeof list / sizeof *list;                                                                       \
    break
    switch (f->kind) {
    case NSYM_FIELD_ANY:
    case NSYM_FIELD_NODE:
        return 0;
    case NSYM_FIELD_BOOL:
        TAKE(bools);
    case NSYM_FIELD_SIZE:
        TAKE(sizes);
    case NSYM_FIELD_NUMBER:
        TAKE(numbers);
    case NSYM_FIELD_TEXT:
        TAKE(texts);
    case NSYM_FIELD_FILE:
        values[0] = file;
        return 1;
    case NSYM_FIELD_SIZES:
        TAKE(lists);
    case NSYM_FIELD_NUMBERS:
        TAKE(ranges);
    case NSYM_FIELD_NAMES:
        TAKE(names);
    case NSYM_FIELD_WORD:
    case NSYM_FIELD_EITHER:
    case NSYM_FIELD_TURNS:
        while (from[n]) n++;
    }
#undef TAKE
    for (size_t i = 0; i < n; i++) values[i] = from[i];
    return n;
}

typedef struct counts {
    size_t taken, idle, other;
} counts;

/* Tries values of a key; the first that is another and is taken changes the run's key. */
static void try_row(counts *c, const nsym_point *point, const nsym_point *base, const nsym_section *s,
                    const char *where, const nsym_field *f) {
    char path[256];
    const char *values[16];
    size_t n = values_for(values, f);
    snprintf(path, sizeof path, "%s%s%s", where, where[0] ? "." : "", f->key);
    char *before = value_of(s, f, &base->card);
    bool done = n == 0;
    for (size_t i = 0; i < n && !done; i++) {
        nsym_tree *tree;
        nsym_grid grid;
        nsym_status status = alone(&tree, &grid, point, path, values[i]);
        const char *says = nsym_message();
        char *after = status == NSYM_OK ? value_of(s, f, &grid.point[0].card) : NULL;
        bool idle = status != NSYM_OK && strstr(says, "no effect here");
        if (after && strcmp(before, after) != 0) {
            done = true;
            c->taken++;
            bool changed = strcmp(grid.point[0].key, base->key) != 0;
            changed |= strcmp(grid.point[0].data_key, base->data_key) != 0; /* what figures show */
            if (!changed) fail_msg("%s=%s is not in the key %s", path, values[i], base->key);
        }
        if (idle) c->idle++, done = true;
        free(after);
        nsym_grid_free(&grid);
        nsym_tree_free(tree);
    }
    c->other += !done;
    free(before);
}

static void try_section(counts *c, const nsym_point *point, const nsym_point *base, const nsym_section *s,
                        const char *where) {
    for (size_t i = 0; i < s->fields; i++) {
        const nsym_field *f = &s->field[i];
        if (s == &nsym_section_top && f->group == NSYM_OF_NONE) continue;
        if (s == &nsym_section_model && (strcmp(f->key, "kind") == 0)) continue;
        try_row(c, point, base, s, where, f);
    }
}

static void try_point(counts *c, const nsym_point *point) {
    char where[256];
    nsym_tree *tree;
    nsym_grid grid;
    if (alone(&tree, &grid, point, NULL, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    const nsym_point *own = &grid.point[0];
    assert_string_equal(own->key, point->key);
    try_section(c, point, own, &nsym_section_top, "");
    for (const nsym_section *const *s = nsym_sections_of_sample; *s; s++) try_section(c, point, own, *s, (*s)->name);
    for (size_t i = 0; nsym_sources[i]; i++)
        if (nsym_sources[i]->section)
            try_section(c, point, own, nsym_sources[i]->section, nsym_sources[i]->section->name);
    try_section(c, point, own, &nsym_section_train, "train");
    snprintf(where, sizeof where, "models.%s", point->model);
    try_section(c, point, own, &nsym_section_model, where);
    nsym_grid_free(&grid);
    nsym_tree_free(tree);
}

/* Points of one kind that read the same are alike. */
static bool is_new(const nsym_grid *grid, size_t i) {
    const nsym_run_card *own = &grid->point[i].card;
    for (size_t k = 0; k < i; k++) {
        const nsym_run_card *old = &grid->point[k].card;
        if (old->model.kind == own->model.kind && old->model.masked == own->model.masked &&
            strcmp(old->spec.event_input.name, own->spec.event_input.name) == 0 &&
            old->spec.combination == own->spec.combination && old->data.repeat == own->data.repeat &&
            old->data.copies.where == own->data.copies.where)
            return false;
    }
    return true;
}

static void every_key_of_every_study_changes_the_runs_key_or_is_refused(void **state) {
    (void)state;
    for (size_t n = 0; n < STUDIES; n++) {
        counts c = {0};
        size_t points = 0;
        nsym_tree *card = study_of(studies[n], NULL);
        nsym_grid grid;
        if (nsym_grid_new(&grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
        for (size_t i = 0; i < grid.points; i++) {
            if (!is_new(&grid, i)) continue;
            try_point(&c, &grid.point[i]);
            points++;
        }
        print_message("%s: %zu points, %zu taken, %zu refused, %zu of no use\n", studies[n], points, c.taken, c.idle,
                      c.other);
        assert_true(c.taken > 12 * points && c.idle > 12 * points);
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_that_no_run_reads_are_refused),
        cmocka_unit_test(a_setting_of_the_card_is_refused_with_its_line),
        cmocka_unit_test(a_setting_that_one_run_reads_is_taken),
        cmocka_unit_test(a_resolved_card_may_say_more_than_its_runs_read),
        cmocka_unit_test(another_grid_trains_anew_what_reads_its_image_alone),
        cmocka_unit_test(a_column_of_showers_hangs_on_its_events_alone),
        cmocka_unit_test(every_key_of_every_study_changes_the_runs_key_or_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
