/* What a search draws from: lists as always, ranges evenly, by the seed. */
#include "study/calorimeter_card.h"
#include "study/grid.h"

#include <math.h>

/* A space of the calorimeter card's, drawn; the tree owns its values. */
static nsym_space drawn(nsym_tree **tree, const char *space, size_t tries, uint64_t seed) {
    char setting[512];
    nsym_space out;
    snprintf(setting, sizeof setting, "experiments={a: {search: {space: %s}}}", space);
    *tree = opened(calorimeter_card, NULL, (const char *const[]){setting, NULL});
    if (nsym_space_draw(&out, *tree, nsym_node_at((*tree)->root, "experiments.a.search"), tries, seed) != NSYM_OK)
        fail_msg("%s", nsym_message());
    return out;
}

static void refused(const char *space, const char *words) {
    char setting[512];
    nsym_space out;
    snprintf(setting, sizeof setting, "experiments={a: {search: {space: %s}}}", space);
    nsym_tree *tree = opened(calorimeter_card, NULL, (const char *const[]){setting, NULL});
    nsym_status status = nsym_space_draw(&out, tree, nsym_node_at(tree->root, "experiments.a.search"), 5, 1);
    nsym_space_free(&out);
    nsym_tree_free(tree);
    if (status == NSYM_OK) fail_msg("%s is not refused", space);
    assert_says(words);
}

static double number(const nsym_space *s, size_t try, size_t dimension) {
    return strtod(s->value[try * s->dimensions + dimension]->text, NULL);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of n uniform draws the largest distance between their distribution and the line stays below 1.95 / sqrt(n) in all but
   one of a thousand (Kolmogorov); the seed is fixed. */
static void ranges_are_even_in_the_number_or_its_logarithm(void **state) {
    (void)state;
    enum { TRIES = 2000 };
    nsym_tree *tree;
    nsym_space s =
        drawn(&tree,
              "{train.weight_decay: {from: 2, to: 10}, train.learning_rate: {from: 1.0e-6, to: 1.0e+2, scale: "
              "log}, train.batch: {from: 8, to: 128, step: 8}}",
              TRIES, 3);
    double linear[TRIES], logarithm[TRIES], steps[17] = {0};
    assert_int_equal(s.tries, TRIES);
    for (size_t t = 0; t < TRIES; t++) {
        linear[t] = (number(&s, t, 0) - 2) / 8;
        logarithm[t] = log10(number(&s, t, 1) / 1e-6) / 8;
        double batch = number(&s, t, 2);
        assert_true(batch >= 8 && batch <= 128 && fmod(batch, 8) == 0);
        steps[(size_t)(batch / 8)]++;
    }
    qsort(linear, TRIES, sizeof *linear, by_size);
    qsort(logarithm, TRIES, sizeof *logarithm, by_size);
    for (size_t t = 0; t < TRIES; t++) {
        double line = (double)t / TRIES, most = 1.95 / sqrt(TRIES) + 1.0 / TRIES;
        assert_true(fabs(linear[t] - line) < most && fabs(logarithm[t] - line) < most);
    }
    for (size_t k = 1; k <= 16; k++) /* 125 each, ± 11 */
        assert_true(fabs(steps[k] - TRIES / 16.0) < 5 * sqrt(TRIES / 16.0));
    nsym_space_free(&s);
    nsym_tree_free(tree);
}

static void ends_and_steps_are_kept(void **state) {
    (void)state;
    nsym_tree *tree;
    nsym_space s = drawn(&tree,
                         "{train.epochs: {from: 2, to: 9, step: 3}, train.weight_decay: {from: 0.12345678, to: "
                         "0.12345679}, train.batch: {from: 12, to: 200, step: 1, scale: log}}",
                         200, 1);
    bool seen[10] = {false};
    assert_int_equal(s.tries, 200);
    for (size_t t = 0; t < s.tries; t++) {
        size_t epochs = (size_t)number(&s, t, 0);
        assert_true(epochs == 2 || epochs == 5 || epochs == 8);
        seen[epochs] = true;
        double narrow = number(&s, t, 1), batch = number(&s, t, 2);
        assert_true(narrow >= 0.12345678 && narrow <= 0.12345679); /* narrower than four digits */
        assert_true(batch >= 12 && batch <= 200 && batch == floor(batch));
    }
    assert_true(seen[2] && seen[5] && seen[8]);
    nsym_space_free(&s);
    nsym_tree_free(tree);
}

static void tries_are_distinct_and_the_seeds(void **state) {
    (void)state;
    static const char space[] = "{train.learning_rate: {from: 0.001, to: 0.1, scale: log}, train.batch: [12, 24], "
                                "models.fcn.layers: {from: 1, to: 3, step: 1}}";
    nsym_tree *tree[3];
    nsym_space a = drawn(&tree[0], space, 50, 7), b = drawn(&tree[1], space, 50, 7), c = drawn(&tree[2], space, 50, 8);
    size_t moved = 0;
    for (size_t i = 0; i < 50; i++) {
        for (size_t k = 0; k < 3; k++) assert_true(number(&a, i, k) == number(&b, i, k));
        moved += number(&a, i, 0) != number(&c, i, 0);
        for (size_t j = 0; j < i; j++)
            assert_false(number(&a, i, 0) == number(&a, j, 0) && number(&a, i, 1) == number(&a, j, 1) &&
                         number(&a, i, 2) == number(&a, j, 2));
    }
    assert_true(moved > 40);
    nsym_space_free(&a);
    nsym_space_free(&b);
    nsym_space_free(&c);
    for (size_t k = 0; k < 3; k++) nsym_tree_free(tree[k]);
}

static void a_small_space_of_steps_is_tried_whole(void **state) {
    (void)state;
    nsym_tree *tree;
    nsym_space s = drawn(&tree, "{models.fcn.layers: {from: 1, to: 4, step: 1}, train.batch: [12, 24]}", 100, 1);
    assert_int_equal(s.tries, 8);
    nsym_space_free(&s);
    nsym_tree_free(tree);
}

/* Lists have drawn so since searches began: numbers of an earlier build. */
static void lists_are_drawn_as_ever(void **state) {
    (void)state;
    static const char *const rates[] = {"0.1", "0.1", "0.01", "0.001", "0.1"};
    static const char *const batches[] = {"48", "24", "12", "12", "12"};
    nsym_tree *tree;
    nsym_space s = drawn(&tree, "{train.learning_rate: [0.1, 0.01, 0.001], train.batch: [12, 24, 48]}", 5, 5);
    for (size_t t = 0; t < 5; t++) {
        assert_string_equal(s.value[2 * t]->text, rates[t]);
        assert_string_equal(s.value[2 * t + 1]->text, batches[t]);
    }
    nsym_space_free(&s);
    nsym_tree_free(tree);
}

static void ranges_that_are_none_are_refused(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"{train.batch: {from: 3}}", "search.space.train.batch must be a list of values, or a range with 'from' and"},
        {"{train.batch: {to: 3, step: 1}}", "must be a list of values, or a range with 'from' and 'to'"},
        {"{train.batch: {}}", "must be a list of values, or a range with 'from' and 'to'"},
        {"{train.batch: {from: 9, to: 3}}",
         "search.space.train.batch.from is 9, must be below search.space.train.batch.to, 3"},
        {"{train.batch: {from: 3, to: 3}}", "from is 3, must be below"},
        {"{train.batch: {from: few, to: 3}}", "search.space.train.batch.from is 'few', must be a number"},
        {"{train.batch: {from: 0, to: 3, scale: log}}", "from is 0, must be > 0 if scale is log"},
        {"{train.batch: {from: 1, to: 3, scale: lgo}}", "did you mean 'log'?"},
        {"{train.batch: {from: 1, to: 3, step: 4}}", "step is 4, must be > 0 and at most the width of the range, 2"},
        {"{train.batch: {from: 1, to: 3, step: -1}}", "step is -1, must be > 0"},
        {"{train.batch: {from: 1, too: 3}}", "unknown key 'too' in search.space.train.batch; did you mean 'to'?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refused(cases[i][0], cases[i][1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_even_in_the_number_or_its_logarithm),
        cmocka_unit_test(ends_and_steps_are_kept),
        cmocka_unit_test(tries_are_distinct_and_the_seeds),
        cmocka_unit_test(a_small_space_of_steps_is_tried_whole),
        cmocka_unit_test(lists_are_drawn_as_ever),
        cmocka_unit_test(ranges_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
