/* Choices, chosen settings and searches as points of a grid: what is laid over what. */
#include "study/calorimeter_card.h"
#include "study/chosen.h"
#include "study/grid.h"
#include <nearsym/generate/shower.h>

/* The calorimeter card with choices and recipes; settings (NULL-terminated) come on top. */
static nsym_tree *with(const char *experiments, const char *const *set) {
    char setting[2048];
    const char *all[16] = {
        "recipe=[plain, rough]",
        "recipes={plain: {}, rough: {train.learning_rate: 0.2, train.epochs: 2, showers.noise: 1}}",
        "choices={binning: {square: {detector.cells: [8, 8]}, flat: {detector.cells: [8, 2], train.epochs: 3}}, "
        "method: {none: {copies.where: none}, pre: {copies.where: before}}}",
        setting};
    size_t n = 4;
    snprintf(setting, sizeof setting, "experiments=%s", experiments);
    for (size_t i = 0; set && set[i]; i++) all[n++] = set[i];
    return opened(calorimeter_card, NULL, all);
}

static nsym_grid grid_of(const nsym_tree *card) {
    nsym_grid grid;
    if (nsym_grid_new(&grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
    return grid;
}

static void refused(const char *experiments, const char *const *set, const char *words) {
    nsym_grid grid;
    nsym_tree *card = with(experiments, set);
    nsym_status status = nsym_grid_new(&grid, card);
    nsym_tree_free(card);
    if (status == NSYM_OK) fail_msg("%s is not refused", experiments);
    assert_says(words);
}

/* The point at a place of the grid that coordinates name: pairs of name and value, NULL-terminated. */
static const nsym_point *at(const nsym_grid *grid, const char *const *place) {
    for (size_t i = 0; i < grid->points; i++) {
        bool here = true;
        for (size_t k = 0; place[k]; k += 2) {
            const char *value = nsym_point_value(&grid->point[i], place[k]);
            here &= value && strcmp(value, place[k + 1]) == 0;
        }
        if (here) return &grid->point[i];
    }
    fail_msg("no point at %s %s", place[0], place[1]);
    return NULL;
}

#define AT(grid, ...) at(grid, (const char *const[]){__VA_ARGS__, NULL})

static size_t noise_of(const nsym_point *point) {
    nsym_shower_options options;
    memcpy(&options, point->card.data.options, sizeof options);
    return options.noise;
}

static void choices_are_axes_by_name(void **state) {
    (void)state;
    nsym_tree *card = with("{a: {grid: {binning: [square, flat], method: [none, pre], model: fcn}}}", NULL);
    nsym_grid grid = grid_of(card);
    assert_int_equal(grid.points, 8);
    assert_int_equal(AT(&grid, "binning", "flat")->card.data.detector.cells.ny, 2);
    assert_int_equal(AT(&grid, "binning", "square")->card.data.detector.cells.ny, 8);
    assert_true(AT(&grid, "method", "none")->card.data.copies.where == NSYM_COPIES_NONE);
    assert_true(AT(&grid, "method", "pre", "recipe", "rough")->card.data.copies.where == NSYM_COPIES_BEFORE);
    assert_true(noise_of(AT(&grid, "recipe", "rough")) == 1);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
    refused("{a: {grid: {binning: [sqare], model: fcn}}}", NULL,
            "there is no 'sqare' under 'choices.binning'; did you mean 'square'?");
    refused("{a: {grid: {bining: [square], model: fcn}}}", NULL, "}}}: unknown key 'bining' in the card");
}

/* recipe (2) < choices (3) < chosen (4) < the experiment's set (5) < axes (6) < a search's candidate (7) */
static void settings_are_laid_in_their_order(void **state) {
    (void)state;
    static const char chosen[] = "chosen=[{where: {binning: flat}, set: {train.epochs: 4}}]";
    static const struct {
        const char *experiments, *more;
        size_t epochs;
    } cases[] = {
        {"{a: {grid: {model: fcn, binning: square}}}", NULL, 2},
        {"{a: {grid: {model: fcn, binning: flat}}}", NULL, 3},
        {"{a: {grid: {model: fcn, binning: flat, recipe: rough}}}", NULL, 3}, /* wherever the axis stands */
        {"{a: {grid: {model: fcn, binning: flat}}}", chosen, 4},
        {"{a: {grid: {model: fcn, binning: square}}}", chosen, 2},
        {"{a: {set: {train.epochs: 5}, grid: {model: fcn, binning: flat}}}", chosen, 5},
        {"{a: {set: {train.epochs: 5}, grid: {train.epochs: 6, model: fcn, binning: flat}}}", chosen, 6},
        {"{a: {set: {train.epochs: 5, split.folds: 4}, grid: {model: fcn, binning: flat}, "
         "search: {space: {train.epochs: [7]}}}}",
         chosen, 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_tree *card = with(cases[i].experiments, (const char *const[]){cases[i].more, NULL});
        nsym_grid grid = grid_of(card);
        assert_int_equal(AT(&grid, "recipe", "rough")->card.train.epochs, cases[i].epochs);
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
}

static void where_matches_words_numbers_and_lists(void **state) {
    (void)state;
    static const struct {
        const char *where;
        bool holds;
    } cases[] = {{"{}", true},
                 {"{model: fcn}", true},
                 {"{model: pfn}", false},
                 {"{model: [pfn, fcn]}", true},
                 {"{size: 40}", true},
                 {"{size: 4e1}", true},
                 {"{size: 40.0, model: fcn}", true},
                 {"{size: [20, 40]}", true},
                 {"{size: [20, 30]}", true}, /* the nearest */
                 {"{size: 30, model: pfn}", false},
                 {"{size: 40, model: pfn}", false},
                 {"{size: []}", false},
                 {"{binning: square}", false}, /* no axis of this experiment */
                 {"{recipe: plain}", true},
                 {"{recipe: rough}", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char chosen[200];
        snprintf(chosen, sizeof chosen, "chosen=[{where: %s, set: {train.epochs: 9}, metric: validation_auc, mean: 1}]",
                 cases[i].where);
        nsym_tree *card =
            with("{a: {grid: {recipe: plain, train.size: 40, model: fcn}}}", (const char *const[]){chosen, NULL});
        nsym_grid grid = grid_of(card);
        if ((grid.point[0].card.train.epochs == 9) != cases[i].holds) fail_msg("where: %s", cases[i].where);
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
}

/* Where nothing was chosen for a number, what was for the nearest holds, and the reader is told. */
static void the_nearest_number_s_settings_are_taken_and_told(void **state) {
    (void)state;
    static const char chosen[] = "chosen=[{where: {model: fcn, size: [4, 8]}, set: {train.epochs: 3}}, {where: "
                                 "{model: fcn, size: 48}, set: {train.epochs: 5}}]";
    nsym_tree *card =
        with("{a: {grid: {train.size: [8, 14, 24, 48, 60], model: [fcn, pfn]}}}", (const char *const[]){chosen, NULL});
    nsym_grid grid = grid_of(card);
    static const size_t epochs[] = {3, 3, 5, 5, 5};
    static const char *const notes[] = {NULL, "a: size 14 has no chosen settings and uses those of 8",
                                        "a: size 24 has no chosen settings and uses those of 48", NULL,
                                        "a: size 60 has no chosen settings and uses those of 48"};
    for (size_t i = 0; i < 5; i++) {
        const nsym_point *fcn = &grid.point[2 * i], *pfn = fcn + 1;
        assert_int_equal(fcn->card.train.epochs, epochs[i]);
        assert_true(!fcn->note == !notes[i]);
        if (notes[i]) assert_string_equal(fcn->note, notes[i]);
        assert_non_null(strstr(pfn->note, "a: there are no chosen settings for model pfn, size "));
    }
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

static void presets_and_settings_reach_what_is_laid(void **state) {
    (void)state;
    char text[sizeof calorimeter_card + 600];
    snprintf(text, sizeof text,
             "%schoices: {binning: {flat: {detector.cells: [8, 2]}}}\n"
             "chosen: [{where: {model: fcn}, set: {train.learning_rate: 0.3}}]\n"
             "presets: {quick: {train.learning_rate: 0.4, detector.cells: [4, 4], split.folds: 2}}\n",
             calorimeter_card);
    for (int k = 0; k < 2; k++) {
        const char *set[] = {"experiments.first={set: {split.folds: 4}, grid: {binning: flat, model: fcn}, "
                             "search: {space: {train.learning_rate: [0.1, 0.2]}}}",
                             k ? "train.learning_rate=0.5" : NULL, NULL};
        nsym_tree *card = opened(text, k ? "quick" : NULL, set);
        nsym_grid grid = grid_of(card);
        for (size_t i = 0; i < grid.points; i++) {
            const nsym_run_card *run = &grid.point[i].card;
            if (k) assert_true(run->data.detector.cells.nx == 4 && run->train.learning_rate == 0.5);
            if (!k) assert_true(run->data.detector.cells.nx == 8 && run->train.learning_rate < 0.25);
        }
        assert_int_equal(grid.points, k ? 1 : 2); /* one value is left to try */
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
}

static const char searching[] =
    "{a: {set: {split.folds: 4}, members: 4, grid: {recipe: plain, model: [fcn, pfn]}, "
    "search: {tries: 5, space: {train.learning_rate: [0.1, 0.01, 0.001], train.batch: [12, 24, 48]}}}}";

static void candidates_are_distinct_and_the_seeds(void **state) {
    (void)state;
    size_t moved = 0;
    nsym_tree *card = with(searching, NULL), *again = with(searching, NULL),
              *other = with(searching, (const char *const[]){"seed=6", NULL});
    nsym_grid a = grid_of(card), b = grid_of(again), c = grid_of(other);
    assert_int_equal(a.points, 10);
    for (size_t i = 0; i < 10; i++) {
        const char *path[NSYM_DIMENSIONS_MAX];
        const nsym_node *value[NSYM_DIMENSIONS_MAX];
        char candidate[8];
        snprintf(candidate, sizeof candidate, "%zu", i % 5 + 1);
        assert_string_equal(nsym_point_value(&a.point[i], "candidate"), candidate);
        assert_string_equal(a.point[i].key, b.point[i].key);
        assert_true(a.point[i].members == 4);
        assert_int_equal(nsym_point_settings(&a.point[i], path, value), 2);
        assert_string_equal(path[1], "train.batch");
        assert_int_equal(atoi(value[1]->text), a.point[i].card.train.batch);
        moved += strcmp(a.point[i].settings, c.point[i].settings) != 0;
        if (i >= 5) /* the same for every place of the grid */
            assert_string_equal(a.point[i].settings, a.point[i - 5].settings);
        for (size_t k = 0; k < i; k++) assert_string_not_equal(a.point[i].key, a.point[k].key);
    }
    assert_true(moved > 0);
    nsym_grid_free(&a);
    nsym_grid_free(&b);
    nsym_grid_free(&c);
    nsym_tree_free(card);
    nsym_tree_free(again);
    nsym_tree_free(other);
}

static void more_tries_than_the_space_has_are_all_of_it(void **state) {
    (void)state;
    nsym_tree *card = with("{a: {set: {split.folds: 4}, grid: {recipe: plain, model: fcn}, "
                           "search: {tries: 100, space: {train.batch: [12, 24], train.epochs: [1, 2, 3]}}}}",
                           NULL);
    nsym_grid grid = grid_of(card);
    bool seen[2][3] = {{false}};
    assert_int_equal(grid.points, 6);
    for (size_t i = 0; i < 6; i++)
        seen[grid.point[i].card.train.batch / 24][grid.point[i].card.train.epochs - 1] = true;
    for (size_t i = 0; i < 6; i++) assert_true(seen[i / 3][i % 3]);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

static void a_search_that_cannot_choose_is_refused(void **state) {
    (void)state;
#define SEARCH(folds, model, search)                                                                                   \
    "{a: {set: {split.folds: " folds "}, grid: {model: " model "}, search: " search "}}"
    static const char *const cases[][2] = {
        {"{a: {grid: {model: fcn}, search: {space: {train.batch: [12]}}}}", "a search needs split.folds"},
        {SEARCH("0", "fcn", "{space: {train.batch: [12]}}"), "a search needs split.folds"},
        {SEARCH("4", "limit", "{space: {train.batch: [12]}}"), "and a model that trains"},
        {SEARCH("4", "fcn", "{tries: 3}"), "search needs a map 'space'"},
        {SEARCH("4", "fcn", "{space: {}}"), "search needs a map 'space'"},
        {SEARCH("4", "fcn", "{space: {train.batch: []}}"), "search.space.train.batch must be a list of values"},
        {SEARCH("4", "fcn", "{space: {train.batch: {a: 1}}}"), "unknown key 'a' in search.space.train.batch"},
        {SEARCH("4", "fcn", "{tries: 0, space: {train.batch: [12]}}"), "search.tries is 0"},
        {SEARCH("4", "fcn", "{try: 3, space: {train.batch: [12]}}"), "unknown key 'try' in search"},
        {SEARCH("4", "fcn", "{metric: validation_acu, space: {train.batch: [12]}}"), "did you mean 'validation_auc'?"},
        {SEARCH("4", "fcn", "{space: {train.btach: [12]}}"), "}}: unknown key 'btach' in train; did you mean 'batch'?"},
        {SEARCH("4", "fcn", "{space: {split: [{test: 0.25, reserve: 60}]}}"), "a search needs split.folds"},
        {"{a: {set: {split.folds: 4}, grid: {model: fcn, train.batch: [12]}, search: {space: {train.batch: [24]}}}}",
         "train.batch is an axis of the grid and in search.space; keep one"},
        {"{a: {set: {split.folds: 4}, members: 5, grid: {model: fcn}}}", "experiment a has 5 members and 4 folds"},
    };
#undef SEARCH
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refused(cases[i][0], NULL, cases[i][1]);
}

/* Entries that say how good they are stand among the results, in words; those that were set by hand do not. */
static void chosen_settings_are_results_too(void **state) {
    (void)state;
    nsym_outcome results = {0};
    nsym_tree *card =
        with("{a: {grid: {model: fcn}}}",
             (const char *const[]){"chosen=[{where: {model: fcn, size: [480, 960]}, set: {train.batch: 24, "
                                   "models.fcn.width: 8, train.learning_rate: 0.1, models.fcn.learning_rate: "
                                   "0.2}, metric: validation_auc, mean: 0.7, std: 0.01, tries: 60}, {where: "
                                   "{model: pfn}, set: {train.batch: 12}}]",
                                   NULL});
    assert_int_equal(nsym_chosen_tell(&results, card, card->arena), NSYM_OK);
    assert_int_equal(results.count, 2);
    const nsym_outcome_row *row = results.result;
    assert_string_equal(row->point->experiment, "chosen");
    assert_string_equal(nsym_point_value(row->point, "place"), "model fcn; size 480, 960");
    assert_string_equal(nsym_point_value(row->point, "chosen"),
                        "batch 24, width 8, train.learning_rate 0.1, models.fcn.learning_rate 0.2");
    assert_string_equal(row->metric, "validation_auc");
    assert_true(row->mean == 0.7 && row->std == 0.01);
    assert_string_equal(row[1].metric, "tries");
    assert_true(row[1].mean == 60);
    nsym_outcome_free(&results);
    nsym_tree_free(card);
    card = with("{a: {grid: {model: fcn}}}",
                (const char *const[]){"chosen=[{where: {}, set: {}, metric: a, mean: good}]", NULL});
    assert_int_not_equal(nsym_chosen_tell(&results, card, card->arena), NSYM_OK);
    assert_says("chosen.mean is 'good', must be a number");
    nsym_outcome_free(&results);
    nsym_tree_free(card);
}

/* Entries are looked at where they are told, too: a grid without points has looked at none. */
static void told_settings_without_a_place_are_refused(void **state) {
    (void)state;
    nsym_outcome results = {0};
    nsym_tree *card = with("{a: {grid: {model: fcn}}}",
                           (const char *const[]){"chosen=[{where: {model: fcn}, metric: auc, mean: 0.7}]", NULL});
    assert_int_not_equal(nsym_chosen_tell(&results, card, card->arena), NSYM_OK);
    assert_says("entry 1 of 'chosen' needs the maps 'where' and 'set'");
    nsym_outcome_free(&results);
    nsym_tree_free(card);
}

/* What is named is run, even where it skips itself, and nothing else. */
static void only_what_is_named_is_run(void **state) {
    (void)state;
    static const char experiments[] = "{a: {grid: {recipe: plain, model: fcn}}, b: {skip: true, grid: {recipe: plain, "
                                      "model: fcn}}, c: {grid: {recipe: plain, model: pfn}}}";
    static const char *const cases[][2] = {{"only=b", "b"}, {"only=[b, c]", "bc"}, {"only=[a]", "a"}, {NULL, "ac"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_tree *card = with(experiments, (const char *const[]){cases[i][0], NULL});
        nsym_grid grid = grid_of(card);
        assert_int_equal(grid.points, strlen(cases[i][1]));
        for (size_t k = 0; k < grid.points; k++) assert_int_equal(grid.point[k].experiment[0], cases[i][1][k]);
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
    static const char *const wrong[][2] = {
        {"only=[b, d]", "there is no 'd' under 'experiments'"},
        {"only=[]", "only must be a name under experiments or a list of them"},
        {"only=[[a]]", "only must be a name under experiments or a list of them"},
        {"only={a: b}", "only must be a name under experiments or a list of them"},
        {"only=", "there is no '' under 'experiments'"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refused(experiments, (const char *const[]){wrong[i][0], NULL}, wrong[i][1]);
}

static const char plain_experiment[] = "{a: {grid: {model: fcn}}}";

static void chosen_that_cannot_be_laid_is_refused(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"chosen=[{where: {model: fcn}}]", "entry 1 of 'chosen' needs the maps 'where' and 'set'"},
        {"chosen=[{where: fcn, set: {}}]", "entry 1 of 'chosen' needs the maps 'where' and 'set'"},
        {"chosen=[{where: {}, sets: {}}]", "unknown key 'sets' in chosen; did you mean 'set'?"},
        {"chosen=[5]", "chosen"},
        {"chosen={where: {}, set: {}}", "chosen must be a list of {where: ..., set: ...}"},
        {"chosen=other.yaml", "only the card itself can name a file"},
        {"chosen=[{where: {}, set: {train.epohcs: 3}}]", "unknown key 'epohcs' in train; did you mean 'epochs'?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(plain_experiment, (const char *const[]){cases[i][0], NULL}, cases[i][1]);
}

static void sections_as_a_whole_are_refused_wherever_they_are_laid(void **state) {
    (void)state;
    static const char *const cases[] = {"recipes: {rough: {train: {epochs: 2}}}\n",
                                        "choices: {method: {pre: {copies: {where: before}}}}\n",
                                        "chosen: [{where: {}, set: {showers: {noise: 1}}}]\n",
                                        "presets: {quick: {detector: {cells: [4, 4]}}}\n",
                                        "recipes: {rough: {detector.smear: {resolution: 0.1}}}\n",
                                        "recipes: {rough: {weights.reweight: {bins: 3}}}\n",
                                        "recipes: {rough: {split: {test: 0.5}}}\n",
                                        "recipes: {rough: {labels: {from: truth}}}\n",
                                        "recipes: {rough: {weights: {flatten: 3}}}\n",
                                        "recipes: {rough: {muons: {level: cells}}}\n",
                                        "recipes: {rough: {muon_pairs: {purity: 0.5}}}\n"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[sizeof calorimeter_card + 200];
        nsym_tree *card;
        snprintf(text, sizeof text, "%s%s", calorimeter_card, cases[i]);
        assert_int_not_equal(open_text(&card, text, NULL, NULL), NSYM_OK);
        assert_says("would replace the whole section; write one line per key, such as ");
    }
}

/* The card names this file of chosen settings, or there is none where the content is NULL. */
static nsym_status open_with_chosen(nsym_tree **card, const char *content) {
    char text[sizeof calorimeter_card + 200];
    snprintf(text, sizeof text, "%schosen: chosen.yaml\n", calorimeter_card);
    unlink(in_folder("chosen.yaml"));
    if (content) write_bytes(in_folder("chosen.yaml"), content, strlen(content));
    return open_text(card, text, NULL, NULL);
}

static void a_file_of_chosen_settings_takes_the_place_of_its_name(void **state) {
    (void)state;
    nsym_tree *card;
    assert_int_equal(open_with_chosen(&card, "values:\n  - where: {model: fcn}\n    set: {train.epochs: 8}\n"),
                     NSYM_OK);
    nsym_grid grid = grid_of(card);
    assert_int_equal(grid.point[0].card.train.epochs, 8);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
    static const char *const cases[][2] = {{NULL, "chosen.yaml"},
                                           {"values: {a: 1}\n", "a file of chosen settings needs a list 'values'"},
                                           {"chosen: []\n", "a file of chosen settings needs a list 'values'"},
                                           {"values: [\n", "chosen.yaml"}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_not_equal(open_with_chosen(&card, cases[i][0]), NSYM_OK);
        assert_says(cases[i][1]);
    }
    assert_int_not_equal(open_with_chosen(&card, NULL), NSYM_OK);
    assert_says("card.yaml:28: chosen: ");
    char text[sizeof calorimeter_card + 20];
    snprintf(text, sizeof text, "%schosen: ''\n", calorimeter_card); /* none yet */
    card = opened(text, NULL, NULL);
    grid = grid_of(card);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices_are_axes_by_name),
        cmocka_unit_test(settings_are_laid_in_their_order),
        cmocka_unit_test(where_matches_words_numbers_and_lists),
        cmocka_unit_test(the_nearest_number_s_settings_are_taken_and_told),
        cmocka_unit_test(presets_and_settings_reach_what_is_laid),
        cmocka_unit_test(candidates_are_distinct_and_the_seeds),
        cmocka_unit_test(more_tries_than_the_space_has_are_all_of_it),
        cmocka_unit_test(a_search_that_cannot_choose_is_refused),
        cmocka_unit_test(chosen_settings_are_results_too),
        cmocka_unit_test(told_settings_without_a_place_are_refused),
        cmocka_unit_test(only_what_is_named_is_run),
        cmocka_unit_test(chosen_that_cannot_be_laid_is_refused),
        cmocka_unit_test(sections_as_a_whole_are_refused_wherever_they_are_laid),
        cmocka_unit_test(a_file_of_chosen_settings_takes_the_place_of_its_name),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
