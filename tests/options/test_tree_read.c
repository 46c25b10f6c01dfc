#include "options/tree.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static nsym_tree *parsed(const char *text) {
    nsym_tree *tree = NULL;
    if (nsym_tree_parse(&tree, text, strlen(text), "card.yaml")) fail_msg("%s", nsym_message());
    return tree;
}

static void assert_message(const char *message) {
    assert_string_equal(nsym_message(), message);
}

static nsym_status read_one(const char *value, double low, double high, double *out) {
    char card[256];
    snprintf(card, sizeof card, "train:\n  lr: %s\n", value);
    nsym_tree *tree = parsed(card);
    nsym_status status = nsym_read_number((nsym_reader){tree, tree->root->child[0], "train"}, "lr", low, high, out);
    nsym_tree_free(tree);
    return status;
}

static void numbers_are_decimal_and_whole(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"1e-5", 1e-5}, {"1.0e-5", 1e-5}, {"100000", 1e5}, {"-0.1", -0.1},
                {"+.5", .5},    {"5.", 5},        {"1E+3", 1e3}};
    static const char *const bad[] = {"100_000", "nan", ".nan",   "inf",   "-.inf",  "0x10", "1e",   "1e+",
                                      ".",       "1,5", "1 2",    "1.0.0", "fast",   "",     "true", "\"1\"",
                                      "'1e-5'",  "[1]", "{a: 1}", "1e999", "-1e999", "0b1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = 0;
        assert_int_equal(read_one(good[i].text, -INFINITY, INFINITY, &value), NSYM_OK);
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value = 7;
        assert_int_equal(read_one(bad[i], -INFINITY, INFINITY, &value), NSYM_EINVAL);
        assert_true(value == 7);
    }
}

static void numbers_do_not_depend_on_the_locale(void **state) {
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8")) {
        print_message("needs the locale de_DE.UTF-8\n");
        skip();
    }
    double value = 0;
    nsym_status status = read_one("0.5", 0, 1, &value);
    setlocale(LC_NUMERIC, "C");
    assert_int_equal(status, NSYM_OK);
    assert_true(value == 0.5);
}

static void a_wrong_number_is_told_with_place_path_and_value(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double low, high;
        const char *message;
    } cases[] = {
        {"fast", 0, 1, "card.yaml:2: train.lr is 'fast', must be a number"},
        {"\"0.1\"", 0, 1, "card.yaml:2: train.lr is \"0.1\", must be a number; leave out the quotes"},
        {"", 0, 1, "card.yaml:2: train.lr is empty, must be a number"},
        {"[1]", 0, 1, "card.yaml:2: train.lr is a list, must be a number"},
        {"-0.1", 0, INFINITY, "card.yaml:2: train.lr is -0.1, must be >= 0"},
        {"2", -INFINITY, 1, "card.yaml:2: train.lr is 2, must be <= 1"},
        {"2", 0.1, 1.5, "card.yaml:2: train.lr is 2, must be >= 0.1 and <= 1.5"},
        {"1e999", 0, INFINITY, "card.yaml:2: train.lr is 1e999, must be below 1.79769e+308"},
    };
    double value = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_one(cases[i].text, cases[i].low, cases[i].high, &value), NSYM_EINVAL);
        assert_message(cases[i].message);
    }
    assert_int_equal(read_one("-0.1", nextafter(0, 1), INFINITY, &value), NSYM_EINVAL);
    assert_message("card.yaml:2: train.lr is -0.1, must be > 0");
    assert_int_equal(read_one("1", 0, nextafter(1, 0), &value), NSYM_EINVAL);
    assert_message("card.yaml:2: train.lr is 1, must be >= 0 and < 1");
}

static void sizes_bools_and_texts_are_strict(void **state) {
    (void)state;
    nsym_tree *tree =
        parsed("n: 1e5\nhalf: 0.5\nneg: -1\nhuge: 99999999999999999999\nyes: yes\non: true\noff: false\nq: 'true'\n"
               "text: Z → μμ\nnumber: 5\nnone:\nempty: ''\nlist: [1]\n");
    nsym_reader r = {tree, tree->root, ""};
    size_t n = 7;
    bool flag = false;
    const char *text = "default";
    assert_int_equal(nsym_read_size(r, "missing", 0, 1, &n), NSYM_OK);
    assert_int_equal(n, 7);
    assert_int_equal(nsym_read_size(r, "n", 1, SIZE_MAX, &n), NSYM_OK);
    assert_int_equal(n, 100000);
    assert_int_equal(nsym_read_size(r, "half", 0, 10, &n), NSYM_EINVAL);
    assert_message("card.yaml:2: half is 0.5, must be a whole number");
    assert_int_equal(nsym_read_size(r, "neg", 0, SIZE_MAX, &n), NSYM_EINVAL);
    assert_message("card.yaml:3: neg is -1, must be >= 0");
    assert_int_equal(nsym_read_size(r, "n", 1, 1000, &n), NSYM_EINVAL);
    assert_message("card.yaml:1: n is 1e5, must be >= 1 and <= 1000");
    assert_int_equal(nsym_read_size(r, "huge", 0, SIZE_MAX, &n), NSYM_EINVAL);
    assert_int_equal(n, 100000);
    assert_int_equal(nsym_read_bool(r, "yes", &flag), NSYM_EINVAL);
    assert_message("card.yaml:5: yes is 'yes', must be true or false");
    assert_int_equal(nsym_read_bool(r, "q", &flag), NSYM_EINVAL);
    assert_int_equal(nsym_read_bool(r, "on", &flag), NSYM_OK);
    assert_true(flag);
    assert_int_equal(nsym_read_bool(r, "off", &flag), NSYM_OK);
    assert_false(flag);
    assert_int_equal(nsym_read_text(r, "missing", &text), NSYM_OK);
    assert_string_equal(text, "default");
    assert_int_equal(nsym_read_text(r, "text", &text), NSYM_OK);
    assert_string_equal(text, "Z → μμ");
    assert_int_equal(nsym_read_text(r, "number", &text), NSYM_OK);
    assert_string_equal(text, "5");
    assert_int_equal(nsym_read_text(r, "empty", &text), NSYM_OK);
    assert_string_equal(text, "");
    assert_int_equal(nsym_read_text(r, "none", &text), NSYM_EINVAL);
    assert_message("card.yaml:11: none is empty, must be a text; write \"\" for none");
    assert_int_equal(nsym_read_text(r, "list", &text), NSYM_EINVAL);
    assert_int_equal(nsym_read_number((nsym_reader){tree, NULL, "x"}, "n", 0, 1, &(double){0}), NSYM_OK);
    nsym_tree_free(tree);
}

static void a_list_of_sizes_names_its_wrong_entry(void **state) {
    (void)state;
    nsym_tree *tree = parsed("net:\n  good: [64, 1e2]\n  bad:\n  - 8\n  - 0\n  one: 8\n  empty: []\n");
    nsym_reader r = {tree, nsym_node_at(tree->root, "net"), "net"};
    size_t sizes[2] = {0}, count = 9;
    assert_int_equal(nsym_read_sizes(r, "missing", 1, 100, 2, sizes, &count), NSYM_OK);
    assert_int_equal(count, 9);
    assert_int_equal(nsym_read_sizes(r, "good", 1, 100, 2, sizes, &count), NSYM_OK);
    assert_int_equal(count, 2);
    assert_int_equal(sizes[1], 100);
    assert_int_equal(nsym_read_sizes(r, "bad", 1, SIZE_MAX, 2, sizes, &count), NSYM_EINVAL);
    assert_message("card.yaml:5: net.bad[1] is 0, must be >= 1");
    assert_int_equal(nsym_read_sizes(r, "one", 1, 100, 2, sizes, &count), NSYM_EINVAL);
    assert_message("card.yaml:6: net.one is 8, must be a list of whole numbers such as [64, 32]");
    assert_int_equal(nsym_read_sizes(r, "good", 1, 100, 1, sizes, &count), NSYM_EINVAL);
    assert_message("card.yaml:2: net.good has 2 entries, must have at most 1");
    assert_int_equal(nsym_read_sizes(r, "empty", 1, 100, 1, sizes, &count), NSYM_OK);
    assert_int_equal(count, 0);
    nsym_tree_free(tree);
}

static void a_wrong_choice_or_key_gets_a_suggestion(void **state) {
    (void)state;
    static const char *const choices[] = {"eta", "pz", NULL}, *const known[] = {"learning_rate", "epochs", NULL};
    nsym_tree *tree = parsed("smear:\n  direction: etta\n  other: ''\ntrain:\n  lerning_rate: 1\nx: {foo: 1}\n");
    nsym_reader smear = {tree, nsym_node_at(tree->root, "smear"), "smear"};
    size_t choice = 9;
    assert_int_equal(nsym_read_choice(smear, "direction", choices, &choice), NSYM_EINVAL);
    assert_message("card.yaml:2: smear.direction is 'etta', must be one of eta, pz; did you mean 'eta'?");
    assert_int_equal(nsym_read_choice(smear, "other", choices, &choice), NSYM_EINVAL);
    assert_message("card.yaml:3: smear.other is \"\", must be one of eta, pz");
    assert_int_equal(choice, 9);
    assert_int_equal(nsym_tree_set(tree, "smear.direction", "pz", "o"), NSYM_OK);
    assert_int_equal(nsym_read_choice(smear, "direction", choices, &choice), NSYM_OK);
    assert_int_equal(choice, 1);
    assert_int_equal(nsym_check_keys((nsym_reader){tree, nsym_node_at(tree->root, "train"), "train"}, known),
                     NSYM_EINVAL);
    assert_message("card.yaml:5: unknown key 'lerning_rate' in train; did you mean 'learning_rate'?");
    assert_int_equal(nsym_check_keys((nsym_reader){tree, nsym_node_at(tree->root, "x"), "x"}, known), NSYM_EINVAL);
    assert_message("card.yaml:6: unknown key 'foo' in x; it has learning_rate, epochs");
    assert_int_equal(nsym_check_keys((nsym_reader){tree, nsym_node_at(tree->root, "x.foo"), "x.foo"}, known),
                     NSYM_EINVAL);
    assert_message("card.yaml:6: x.foo is 1, must be a map");
    assert_int_equal(nsym_check_keys((nsym_reader){tree, NULL, "x"}, known), NSYM_OK);
    nsym_tree_free(tree);
}

static void the_nearest_word_is_near(void **state) {
    (void)state;
    static const char *const known[] = {"epochs", "batch", "learning_rate", "weight_decay", "lr", NULL};
    assert_string_equal(nsym_nearest("epoch", known), "epochs");
    assert_string_equal(nsym_nearest("ecpohs", known), "epochs"); /* a swap is one edit */
    assert_string_equal(nsym_nearest("Batch", known), "batch");
    assert_string_equal(nsym_nearest("learning-rate", known), "learning_rate");
    assert_string_equal(nsym_nearest("wieght_deacy", known), "weight_decay");
    assert_null(nsym_nearest("momentum", known));
    assert_null(nsym_nearest("", known));
    assert_null(nsym_nearest("xx", known));
    char huge[5000];
    memset(huge, 'e', sizeof huge - 1);
    huge[sizeof huge - 1] = 0;
    assert_null(nsym_nearest(huge, known));
}

static void long_values_are_shown_cut_at_whole_letters(void **state) {
    (void)state;
    char card[600] = "a: x";
    for (int i = 0; i < 100; i++) strcat(card, "→");
    nsym_tree *tree = parsed(card);
    double value = 0;
    assert_int_equal(nsym_read_number((nsym_reader){tree, tree->root, ""}, "a", 0, 1, &value), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "→...', must be a number"));
    nsym_tree_free(tree);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_decimal_and_whole),
        cmocka_unit_test(numbers_do_not_depend_on_the_locale),
        cmocka_unit_test(a_wrong_number_is_told_with_place_path_and_value),
        cmocka_unit_test(sizes_bools_and_texts_are_strict),
        cmocka_unit_test(a_list_of_sizes_names_its_wrong_entry),
        cmocka_unit_test(a_wrong_choice_or_key_gets_a_suggestion),
        cmocka_unit_test(the_nearest_word_is_near),
        cmocka_unit_test(long_values_are_shown_cut_at_whole_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
