/* A card's experiments as points. */
#include "study/card_text.h"
#include "study/grid.h"

/* The small card with these experiments in place of its own. */
static nsym_tree *with(const char *experiments) {
    char setting[2048];
    snprintf(setting, sizeof setting, "experiments=%s", experiments);
    return opened(small_card, NULL, (const char *const[]){setting, NULL});
}

static nsym_grid grid_of(const nsym_tree *card) {
    nsym_grid grid;
    if (nsym_grid_new(&grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
    return grid;
}

static void refused(nsym_tree *card, const char *words) {
    nsym_grid grid;
    nsym_status status = nsym_grid_new(&grid, card);
    nsym_tree_free(card);
    assert_int_not_equal(status, NSYM_OK);
    assert_true(grid.points == 0 && !grid.point);
    assert_says(words);
}

static void refused_experiments(const char *experiments, const char *words) {
    refused(with(experiments), words);
}

static void every_combination_is_a_point_the_last_axis_running_fastest(void **state) {
    (void)state;
    static const char *const expected[][3] = {{"plain", "100", "general"}, {"plain", "100", "invariant"},
                                              {"plain", "50", "general"},  {"plain", "50", "invariant"},
                                              {"rough", "100", "general"}, {"rough", "100", "invariant"},
                                              {"rough", "50", "general"},  {"rough", "50", "invariant"}};
    nsym_tree *card = opened(small_card, NULL, NULL);
    nsym_grid grid = grid_of(card);
    assert_int_equal(grid.points, 8);
    for (size_t i = 0; i < 8; i++) {
        const nsym_point *point = &grid.point[i];
        static const char *const names[] = {"recipe", "size", "model"};
        assert_string_equal(point->experiment, "first");
        assert_int_equal(point->coordinates, 3);
        for (size_t k = 0; k < 3; k++) {
            assert_string_equal(point->coordinate[k].name, names[k]);
            assert_string_equal(point->coordinate[k].value, expected[i][k]);
            assert_true(point->coordinate[k].number == (k == 1));
        }
        assert_string_equal(point->model, expected[i][2]);
        bool rough = i >= 4, invariant = i % 2;
        assert_true(point->card.data.events == (rough ? 100 : 400));
        assert_true(point->card.data.detector.smear.resolution == (rough ? 0.3 : 0.1));
        assert_true(point->card.train.epochs == 5); /* the experiment's own */
        assert_true(point->card.train.size == (i / 2 % 2 ? 50 : 100));
        assert_true(point->card.train.learning_rate == (invariant ? 0.002 : 0.01));
        assert_true(point->card.spec.kind == (invariant ? NSYM_FCN : NSYM_PFN));
        assert_true(point->members == 1 && !point->keep);
        assert_string_equal(point->card.data.signal_mark, "built-in");
    }
    nsym_grid_free(&grid);
    assert_null(grid.point);
    nsym_tree_free(card);
}

static void keys_are_equal_where_results_are(void **state) {
    (void)state;
    nsym_tree *card = opened(small_card, NULL, NULL);
    nsym_grid grid = grid_of(card);
    for (size_t i = 0; i < grid.points; i++)
        for (size_t k = 0; k < grid.points; k++) {
            assert_true((strcmp(grid.point[i].key, grid.point[k].key) == 0) == (i == k));
            assert_true((strcmp(grid.point[i].data_key, grid.point[k].data_key) == 0) == (i / 4 == k / 4));
        }
    nsym_grid_free(&grid);
    nsym_tree_free(card);
    card =
        with("{a: {grid: {recipe: plain, model: general}}, b: {keep: true, grid: {model: general, recipe: [plain]}}}");
    grid = grid_of(card);
    assert_int_equal(grid.points, 2);
    assert_string_equal(grid.point[0].key, grid.point[1].key); /* a place in a grid decides nothing, nor does keep */
    assert_true(!grid.point[0].keep && grid.point[1].keep);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

static void recipes_are_laid_first_then_set_then_axes(void **state) {
    (void)state;
    nsym_tree *card =
        with("{a: {set: {detector.smear.resolution: 0.4}, grid: {data.events: [70, 80], model: [general]}}}");
    nsym_grid grid = grid_of(card);
    assert_int_equal(grid.points, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(grid.point[i].card.data.detector.smear.resolution == 0.4);
        assert_true(grid.point[i].card.data.events == (i % 2 ? 80 : 70));
        assert_string_equal(grid.point[i].coordinate[0].value, i < 2 ? "plain" : "rough");
    }
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

static void presets_and_settings_reach_every_point(void **state) {
    (void)state;
    nsym_tree *card = opened(small_card, "quick", (const char *const[]){"detector.smear.resolution=0.05", NULL});
    nsym_grid grid = grid_of(card);
    for (size_t i = 0; i < grid.points; i++) {
        assert_true(grid.point[i].card.data.events == 60 && grid.point[i].card.train.epochs == 2);
        assert_true(grid.point[i].card.data.detector.smear.resolution == 0.05);
    }
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

static void a_setting_of_a_grid_replaces_its_axis(void **state) {
    (void)state;
    static const char *const set[] = {"experiments.first.grid.train.size=[10, 20, 30]",
                                      "experiments.first.grid.model=[general]", "recipe=[rough]", NULL};
    nsym_tree *card = opened(small_card, NULL, set);
    nsym_grid grid = grid_of(card);
    assert_int_equal(grid.points, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(grid.point[i].card.train.size == 10 * (i + 1));
        assert_true(grid.point[i].card.data.events == 100);
    }
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

static void members_are_the_cards_or_the_experiments_own(void **state) {
    (void)state;
    nsym_tree *card =
        opened(small_card, NULL,
               (const char *const[]){"members=3", "experiments.second={members: 2, grid: {model: invariant}}", NULL});
    nsym_grid grid = grid_of(card);
    for (size_t i = 0; i < grid.points; i++)
        assert_true(grid.point[i].members == (strcmp(grid.point[i].experiment, "first") == 0 ? 3 : 2));
    nsym_grid_free(&grid);
    nsym_tree_free(card);
    refused_experiments("{a: {members: 0, grid: {model: general}}}", "experiments.a.members is 0");
    refused(opened(small_card, NULL, (const char *const[]){"members=0", NULL}), "members is 0");
}

static void one_bootstrap_in_ten_is_trained_again(void **state) {
    (void)state;
    nsym_tree *card = opened(small_card, NULL,
                             (const char *const[]){"members=25",
                                                   "experiments.second={restarts: 1, members: 3, set: "
                                                   "{train.sampling: bootstrap}, grid: {model: "
                                                   "invariant}}",
                                                   "experiments.third={set: {train.sampling: bootstrap}, grid: "
                                                   "{model: invariant}}",
                                                   NULL});
    nsym_grid grid = grid_of(card);
    for (size_t i = 0; i < grid.points; i++) {
        const char *experiment = grid.point[i].experiment;
        size_t wanted = strcmp(experiment, "first") == 0 ? 0 : strcmp(experiment, "second") == 0 ? 1 : 2;
        assert_int_equal(grid.point[i].restarts, wanted);
    }
    nsym_grid_free(&grid);
    nsym_tree_free(card);
    refused_experiments("{a: {restarts: 1, grid: {model: general}}}",
                        "experiments.a.restarts train members once more on their bootstrap, but model 'general' has "
                        "none");
    refused_experiments("{a: {restarts: 3, members: 2, set: {train.sampling: bootstrap}, grid: {model: general}}}",
                        "3 restarts are more than the 2 members");
}

static void a_comparison_names_a_place_on_an_axis(void **state) {
    (void)state;
    nsym_tree *card = with("{a: {compare: {model: general}, grid: {model: [general, invariant]}}}");
    nsym_grid grid = grid_of(card);
    assert_string_equal(grid.point[1].compare.name, "model");
    assert_string_equal(grid.point[1].compare.value, "general");
    nsym_grid_free(&grid);
    nsym_tree_free(card);
    refused_experiments("{a: {compare: general, grid: {model: general}}}", "must name one axis and one of its values");
    refused_experiments("{a: {compare: {size: 3}, grid: {model: general}}}", "the grid has no axis 'size'");
    refused_experiments("{a: {compare: {model: invariant}, grid: {model: general}}}",
                        "the axis 'model' has no value 'invariant'");
}

static void names_of_letters_are_no_numbers(void **state) {
    (void)state;
    static const char *const set[] = {
        "models.e={kind: fcn, event: lorentz}", "models.1e5={kind: fcn, event: lorentz}",
        "experiments={a: {grid: {recipe: plain, model: [e, '1e5'], train.learning_rate: [1e-3, 0.1]}}}", NULL};
    nsym_tree *card = opened(small_card, NULL, set);
    nsym_grid grid = grid_of(card);
    assert_int_equal(grid.points, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_false(grid.point[i].coordinate[0].number);
        assert_false(grid.point[i].coordinate[1].number);
        assert_true(grid.point[i].coordinate[2].number);
    }
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

static void unknown_recipes_models_and_keys_are_refused_with_a_suggestion(void **state) {
    (void)state;
    refused_experiments("{a: {grid: {recipe: [plian], model: general}}}",
                        "there is no 'plian' under 'recipes'; did you mean 'plain'?");
    refused_experiments("{a: {grid: {model: [genral]}}}",
                        "there is no 'genral' under 'models'; did you mean 'general'?");
    refused_experiments("{a: {gird: {}, grid: {model: general}}}",
                        "unknown key 'gird' in experiments.a; did you mean 'grid'?");
    refused_experiments("{a: {set: {train.epohcs: 3}, grid: {model: general}}}",
                        "unknown key 'epohcs' in train; did you mean 'epochs'?");
    refused_experiments("{a: {grid: {train.epohcs: [3], model: general}}}",
                        "unknown key 'epohcs' in train; did you mean 'epochs'?");
    refused(opened(small_card, NULL, (const char *const[]){"tables=[]", "sead=3", NULL}), "unknown key 'sead'");
}

static void experiments_without_points_are_refused(void **state) {
    (void)state;
    refused_experiments("{}", "at least one");
    refused_experiments("5", "at least one");
    refused_experiments("{a: 5}", "experiments.a");
    refused_experiments("{a: {}}", "experiments.a needs a map 'grid'");
    refused_experiments("{a: {grid: [general]}}", "experiments.a needs a map 'grid'");
    refused_experiments("{a: {grid: {recipe: plain}}}", "has no axis 'model'");
    refused_experiments("{a: {grid: {model: []}}}", "axis model must be a value or a list of values");
    refused_experiments("{a: {grid: {model: {general: 1}}}}", "axis model must be a value or a list of values");
    refused_experiments("{a: {grid: {model: [[general]]}}}", "axis model: value 1 is not a plain value");
    refused_experiments("{a: {set: 5, grid: {model: general}}}", "set");
    refused_experiments("{a: {grid: {model: general, train.size: [10, 4000000000]}}}", "train.size");
    refused_experiments("{a: {grid: {recipe: plain, b1: 1, b2: 1, b3: 1, b4: 1, b5: 1, b6: 1, b7: 1, model: general}}}",
                        "more than 8 axes");
}

static void even_steps_are_the_list_that_they_stand_for(void **state) {
    (void)state;
    static const struct {
        const char *steps, *values[8];
    } cases[] = {
        {"{from: 100, to: 100000, steps: 7, scale: log}", {"100", "316", "1000", "3162", "10000", "31623", "100000"}},
        {"{from: 10, to: 30, steps: 3}", {"10", "20", "30"}},
        {"{from: 1, to: 100, steps: 3, scale: log}", {"1", "10", "100"}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char experiments[256];
        snprintf(experiments, sizeof experiments, "{a: {grid: {recipe: plain, model: general, train.size: %s}}}",
                 cases[c].steps);
        nsym_tree *card = with(experiments);
        nsym_grid grid = grid_of(card);
        for (size_t i = 0; i < grid.points; i++) {
            assert_string_equal(nsym_point_value(&grid.point[i], "size"), cases[c].values[i]);
            assert_int_equal(grid.point[i].card.train.size, strtol(cases[c].values[i], NULL, 10));
        }
        assert_null(cases[c].values[grid.points]);
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
    nsym_tree *card = with("{a: {grid: {recipe: plain, model: general, split.test: {from: 0.1, to: 0.4, steps: 3}}}}");
    nsym_grid grid = grid_of(card);
    assert_int_equal(grid.points, 3);
    assert_true(grid.point[1].card.data.split.test == 0.25);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

static void steps_that_are_none_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *steps, *words;
    } cases[] = {
        {"{from: 1, to: 2}", "axis train.size must be a value or a list of values, or even steps"},
        {"{from: 1, to: 2, steps: 1}", "steps is 1, must be >= 2"},
        {"{from: 5, to: 2, steps: 3}", "from is 5, must be below"},
        {"{from: 0, to: 2, steps: 3, scale: log}", "from is 0, must be > 0 if scale is log"},
        {"{from: 1, to: 3, steps: 9}", "9 steps from 1 to 3 have 1 twice"},
        {"{from: 1, too: 3, steps: 9}", "unknown key 'too'"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char experiments[256];
        snprintf(experiments, sizeof experiments, "{a: {grid: {model: general, train.size: %s}}}", cases[c].steps);
        refused_experiments(experiments, cases[c].words);
    }
}

static void two_axes_of_one_name_are_refused(void **state) {
    (void)state;
    refused_experiments("{a: {grid: {split.size: [400], train.size: [100], model: general}}}", "size");
}

static void a_file_that_cannot_be_read_is_found_before_anything_runs(void **state) {
    (void)state;
    refused(opened(small_card, NULL, (const char *const[]){"data.signal=/nowhere/z.lhe", NULL}), "/nowhere/z.lhe");
    char signal[600], background[600];
    write_bytes(in_folder("z.csv"), "z", 1);
    write_bytes(in_folder("g.csv"), "gamma", 5);
    snprintf(signal, sizeof signal, "data.signal=%s/z.csv", folder);
    snprintf(background, sizeof background, "data.background=%s/g.csv", folder);
    nsym_tree *card = opened(small_card, NULL, (const char *const[]){signal, background, NULL});
    nsym_grid grid = grid_of(card);
    for (size_t i = 0; i < grid.points; i++) {
        assert_memory_equal(grid.point[i].card.data.signal_mark, "1:", 2);
        assert_memory_equal(grid.point[i].card.data.background_mark, "5:", 2);
        assert_string_equal(grid.point[i].card.data.file_mark, "built-in");
        assert_non_null(strstr(grid.point[i].key, grid.point[i].card.data.background_mark));
    }
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

/* A norm for each slot makes a network's answer depend on the order of the particles, which the text of no paper says:
   the described recipes have none, and the published one has it in every particle map. */
static void described_networks_do_not_know_the_order_of_particles(void **state) {
    (void)state;
    static const char *const studies[] = {"approximate-invariance",    "encouraged-invariance", "muon-isolation-data",
                                          "muon-isolation-simulation", "boosted-muons",         "pixel-hybrid",
                                          "lorentz-yardsticks"};
    for (size_t s = 0; s < sizeof studies / sizeof *studies; s++) {
        char path[4096];
        nsym_tree *card;
        snprintf(path, sizeof path, "%s/studies/%s/study.yaml", NSYM_SOURCE_DIR, studies[s]);
        const nsym_study_options options = {.card = path};
        if (nsym_card_open(&card, &options) != NSYM_OK) fail_msg("%s", nsym_message());
        nsym_grid grid = grid_of(card);
        size_t slots = 0, particles = 0;
        for (size_t i = 0; i < grid.points; i++) {
            const char *recipe = nsym_point_value(&grid.point[i], "recipe");
            const nsym_model_spec *spec = &grid.point[i].card.spec;
            bool published = recipe && strcmp(recipe, "published") == 0;
            if (!published) assert_true(spec->norm != NSYM_NORM_SLOT);
            slots += published && spec->norm == NSYM_NORM_SLOT;
            particles += published && spec->particle_map.count > 0;
        }
        if (s == 0) assert_true(slots > 0 && slots == particles);
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination_is_a_point_the_last_axis_running_fastest),
        cmocka_unit_test(keys_are_equal_where_results_are),
        cmocka_unit_test(described_networks_do_not_know_the_order_of_particles),
        cmocka_unit_test(recipes_are_laid_first_then_set_then_axes),
        cmocka_unit_test(presets_and_settings_reach_every_point),
        cmocka_unit_test(a_setting_of_a_grid_replaces_its_axis),
        cmocka_unit_test(members_are_the_cards_or_the_experiments_own),
        cmocka_unit_test(one_bootstrap_in_ten_is_trained_again),
        cmocka_unit_test(a_comparison_names_a_place_on_an_axis),
        cmocka_unit_test(names_of_letters_are_no_numbers),
        cmocka_unit_test(unknown_recipes_models_and_keys_are_refused_with_a_suggestion),
        cmocka_unit_test(experiments_without_points_are_refused),
        cmocka_unit_test(two_axes_of_one_name_are_refused),
        cmocka_unit_test(even_steps_are_the_list_that_they_stand_for),
        cmocka_unit_test(steps_that_are_none_are_refused),
        cmocka_unit_test(a_file_that_cannot_be_read_is_found_before_anything_runs),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
