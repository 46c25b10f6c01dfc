/* Which points are measured after every epoch: those of which the card shows it. */
#include "study/card_text.h"
#include "study/shown.h"

enum { SETTINGS = 8 };

/* The points: plain and rough of both models, and the general model with 100 and 50 training events. */
static const char experiments[] = "experiments={one: {grid: {recipe: [plain, rough], model: [general, invariant]}}, "
                                  "two: {grid: {recipe: [plain], train.size: [100, 50], model: [general]}}}";

static nsym_tree *card_of(const char *points, const char *const *set) {
    const char *all[SETTINGS + 1] = {points};
    for (size_t i = 0; set[i]; i++) {
        assert_true(i + 1 < SETTINGS);
        all[i + 1] = set[i];
    }
    return opened(small_card, NULL, all);
}

static nsym_status settle(nsym_grid *grid, const nsym_tree *card, const char *reference) {
    nsym_tree *published = NULL;
    if (nsym_grid_new(grid, card) != NSYM_OK) fail_msg("%s", nsym_message());
    if (reference && nsym_tree_parse(&published, reference, strlen(reference), "published.yaml") != NSYM_OK)
        fail_msg("%s", nsym_message());
    nsym_status status = nsym_shown_settle(grid, card, published);
    nsym_tree_free(published);
    return status;
}

/* `expected` has a 1 for each point that is measured by epoch; the key says the same. */
static void assert_shown(const char *points, const char *const *set, const char *reference, const char *expected) {
    nsym_tree *card = card_of(points, set);
    nsym_grid grid;
    char found[16] = "";
    if (settle(&grid, card, reference) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(grid.points < sizeof found);
    for (size_t i = 0; i < grid.points; i++) {
        bool shown = grid.point[i].card.train.every_epoch;
        found[i] = shown ? '1' : '0';
        assert_non_null(strstr(grid.point[i].key, shown ? " every_epoch=1" : " every_epoch=0"));
    }
    if (strcmp(found, expected) != 0) fail_msg("%s: %s, not %s", set[0] ? set[0] : "no setting", found, expected);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

static void a_card_without_figures_shows_every_point(void **state) {
    (void)state;
    assert_shown(experiments, (const char *const[]){NULL}, NULL, "111111");
    assert_shown(experiments, (const char *const[]){"tables=[]", NULL}, NULL, "111111");
    assert_shown(experiments, (const char *const[]){"figures=[]", NULL}, NULL, "000000");
}

static void a_place_is_shown_where_an_entry_has_it(void **state) {
    (void)state;
    static const struct {
        const char *shows, *points;
    } cases[] = {
        {"tables=[{name: a, metric: auc_final}]", "000000"},
        {"tables=[{name: a, metric: auc}]", "111111"},
        {"tables=[{name: a, metric: [auc_final, loss], columns: metric}]", "111111"},
        {"tables=[{name: a, metric: auc, where: {experiment: one, recipe: plain, epoch: [1, 2]}}]", "110000"},
        {"tables=[{name: a, metric: auc_error, where: {model: [invariant, unknown]}}]", "010100"},
        {"tables=[{name: a, metric: auc_pooled, where: {size: last}}]", "000011"},
        {"tables=[{name: a, metric: auc_best, where: {size: 5e1}}]", "000001"},
        {"tables=[{name: a, metric: auc_best, where: {kept: pz}}]", "000000"},
        {"tables=[{name: a, metric: auc_best, rows: [model, size]}]", "000011"},
        {"tables=[{name: a, metric: auc, rows: epoch, columns: [model, metric]}]", "111111"},
        {"tables=[{name: a, metric: auc_final, limit: {metric: accuracy, where: {recipe: rough}}}]", "001100"},
        {"tables=[{name: a, metric: auc, where: {size: 50}, limit: {where: {recipe: rough}}}]", "001101"},
        {"tables=[{name: a, metric: auc_final, caption: 'it was ${auc model=general size=first epoch=1}'}]", "000011"},
        {"figures=[{name: a, kind: roc}, {name: b, kind: image}]", "000000"},
        {"figures=[{name: a, kind: curves, metric: auc, where: {recipe: rough}}]", "001100"},
        {"figures=[{name: a, kind: curves, metric: auc_pooled_best, x: size}]", "000011"},
        {"figures=[{name: a, kind: curves, metric: auc, panels: [model, size]}]", "000011"},
        {"figures=[{name: a, kind: curves, metric: train_loss, mark: auc_best, where: {model: invariant}}]", "010100"},
        {"figures=[{name: a, kind: curves, metric: train_loss, lines: {metric: auc_best, where: {size: 50}}}]",
         "000001"},
        {"figures=[{name: a, kind: curves, metric: train_loss, caption: '${loss experiment=two}'}]", "000011"},
        {"text='It is ${auc model=invariant epoch=last}.'", "010100"},
        {"text='It is ${auc_final model=invariant} of ${ parameters }.'", "000000"},
        {"text=[{heading: a, body: 'x', when: {recipe: rough}}, 'It is ${loss size=50 order=model}.']", "000001"},
        {"text=[{heading: a, body: '${auc_best recipe=plain model=invariant against recipe=rough}'}]", "010100"},
        {"text={a heading: '${auc_best size=100 minus size=50}'}", "000011"},
        {"answer={text: '${auc experiment=one recipe=rough error=std}', figure: none}", "001100"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool figures = strncmp(cases[i].shows, "figures", 7) == 0;
        assert_shown(experiments, (const char *const[]){cases[i].shows, figures ? NULL : "figures=[]", NULL}, NULL,
                     cases[i].points);
    }
}

static void a_place_is_shown_where_something_is_published(void **state) {
    (void)state;
    static const char *const set[] = {"figures=[]", NULL};
    assert_shown(experiments, set,
                 "values:\n"
                 "  - {where: {experiment: one, model: general}, metric: auc_pooled, epoch: [1, 3], mean: [0.7, 0.8]}\n"
                 "  - {where: {experiment: two, size: [50, 70]}, metric: auc_best, mean: [0.7, 0.8]}\n",
                 "101001");
    assert_shown(experiments, set, "values: [{metric: auc_final, mean: 0.7}]\n", "000000");
}

static void true_and_false_need_nothing_shown(void **state) {
    (void)state;
    assert_shown(experiments, (const char *const[]){"train.every_epoch=true", "figures=[]", NULL}, NULL, "111111");
    assert_shown(experiments, (const char *const[]){"train.every_epoch=false", NULL}, NULL, "000000");
    assert_shown(experiments, (const char *const[]){"train.every_epoch=shown", NULL}, NULL, "111111");
    assert_shown(experiments,
                 (const char *const[]){"recipes.rough={train.every_epoch: true, seed: 8}", "figures=[]",
                                       "tables=[{name: a, metric: auc, where: {size: 50}}]", NULL},
                 NULL, "001101");
}

static void nothing_is_measured_by_epoch_where_events_validate(void **state) {
    (void)state;
    assert_shown(experiments, (const char *const[]){"split.validation=0.2", NULL}, NULL, "000000");
    assert_shown(experiments, (const char *const[]){"split.folds=2", NULL}, NULL, "000000");
}

/* The first and the third are one training; the second is none of theirs. */
static void one_training_is_measured_once_for_all_that_share_it(void **state) {
    (void)state;
    static const char *const set[] = {"figures=[]", "tables=[{name: a, metric: auc, where: {experiment: other}}]",
                                      NULL};
    static const char points[] = "experiments={one: {grid: {recipe: [plain], model: [general, invariant]}}, "
                                 "other: {grid: {recipe: [plain], model: [general]}}}";
    assert_shown(points, set, NULL, "101");
    nsym_tree *card = card_of(points, set);
    nsym_grid grid;
    assert_int_equal(settle(&grid, card, NULL), NSYM_OK);
    assert_string_equal(grid.point[0].key, grid.point[2].key);
    nsym_grid_free(&grid);
    nsym_tree_free(card);
}

/* Also of a test sample that is drawn anew in every epoch: in the key of one that is left alone that has no place. */
static void a_fuller_key_is_that_of_the_same_training_measured_by_epoch(void **state) {
    (void)state;
    static const char *const sets[][3] = {{"figures=[]", "train.redraw_test=true"},
                                          {"train.every_epoch=true", "train.redraw_test=true"}};
    nsym_tree *card[2];
    nsym_grid grid[2];
    for (size_t i = 0; i < 2; i++) {
        card[i] = card_of(experiments, sets[i]);
        assert_int_equal(settle(&grid[i], card[i], NULL), NSYM_OK);
    }
    for (size_t i = 0; i < grid[0].points; i++) {
        char *fuller, *none;
        assert_int_equal(nsym_shown_fuller_key(&fuller, &grid[0].point[i]), NSYM_OK);
        assert_int_equal(nsym_shown_fuller_key(&none, &grid[1].point[i]), NSYM_OK);
        assert_string_equal(fuller, grid[1].point[i].key);
        assert_string_not_equal(fuller, grid[0].point[i].key);
        assert_null(none);
        free(fuller);
    }
    for (size_t i = 0; i < 2; i++) {
        nsym_grid_free(&grid[i]);
        nsym_tree_free(card[i]);
    }
}

static void what_cannot_be_read_is_refused(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"tables=[{name: a, metric: auc, where: one}]", "where must be a map such as {recipe: published}"},
        {"text='It is ${auc model=general'", "a text's ${ has no closing }"},
        {"text='It is ${auc general}'", "'general' in a text's ${auc general} is not name=value"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_tree *card = card_of(experiments, (const char *const[]){cases[i][0], NULL});
        nsym_grid grid;
        assert_int_not_equal(settle(&grid, card, NULL), NSYM_OK);
        assert_says(cases[i][1]);
        nsym_grid_free(&grid);
        nsym_tree_free(card);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_without_figures_shows_every_point),
        cmocka_unit_test(a_place_is_shown_where_an_entry_has_it),
        cmocka_unit_test(a_place_is_shown_where_something_is_published),
        cmocka_unit_test(true_and_false_need_nothing_shown),
        cmocka_unit_test(nothing_is_measured_by_epoch_where_events_validate),
        cmocka_unit_test(one_training_is_measured_once_for_all_that_share_it),
        cmocka_unit_test(a_fuller_key_is_that_of_the_same_training_measured_by_epoch),
        cmocka_unit_test(what_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
