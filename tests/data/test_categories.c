/* Columns of words as numbers. */
#include "data/temporary.h"

#include "data/categories.h"
#include "data/number.h"
#include "data/texts.h"

static double number_of(nsym_categories *all, const char *word) {
    double number;
    assert_int_equal(nsym_categories_number(all, word, strlen(word), &number), NSYM_OK);
    return number;
}

/* Whatever the order in which they show up: sorted, "background" is 0 and "signal" is 1. */
static void words_are_numbered_in_their_sorted_order(void **state) {
    (void)state;
    static const char *const rows[] = {"signal", "background", "", "signal", "b"};
    double *values;
    nsym_events *events;
    nsym_categories *all;
    assert_int_equal(nsym_categories_new(&all), NSYM_OK);
    assert_int_equal(nsym_events_new(&events, 5), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "kind", "", "", 1, &values), NSYM_OK);
    for (size_t i = 0; i < 5; i++) values[i] = *rows[i] ? number_of(all, rows[i]) : NAN;
    assert_int_equal(nsym_categories_sort(all, values, 5, 1), NSYM_OK);
    assert_int_equal(nsym_categories_keep(all, events, "kind"), NSYM_OK);
    assert_same_values(values, (const double[]){2, 1, NAN, 2, 0}, 5);
    assert_true(number_of(all, "background") == 1);
    assert_string_equal(nsym_events_attribute(events, "categories:kind"), "[\"b\",\"background\",\"signal\"]");
    char **words;
    size_t n;
    assert_int_equal(nsym_categories_read(events, "kind", &words, &n), NSYM_OK);
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) assert_string_equal(words[i], nsym_categories_word(all, i));
    nsym_texts_free(words, n);
    assert_int_equal(nsym_categories_read(events, "pt", &words, &n), NSYM_OK);
    assert_true(!words && n == 0);
    nsym_categories_free(all);
    nsym_events_free(events);
}

static void thousands_of_words_keep_their_numbers(void **state) {
    (void)state;
    nsym_categories *all;
    char word[32];
    assert_int_equal(nsym_categories_new(&all), NSYM_OK);
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < 5000; i++) {
            snprintf(word, sizeof word, "word %d", i);
            assert_true(number_of(all, word) == i);
        }
    assert_int_equal(nsym_categories_count(all), 5000);
    assert_true(number_of(all, "word") == 5000); /* the beginning of others */
    nsym_categories_free(all);
    assert_false(nsym_categories_are_too_many(1000, 1000));
    assert_true(nsym_categories_are_too_many(1001, 2000));
    assert_false(nsym_categories_are_too_many(10000, 1000000));
    assert_true(nsym_categories_are_too_many(10001, 1000000));
}

static void an_attribute_that_is_no_list_of_words_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"G,T", "{\"G\": 0}", "[\"G\", 1]", ""};
    nsym_events *events;
    char **words;
    size_t n;
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(nsym_events_set_attribute(events, "categories:kind", wrong[i]), NSYM_OK);
        assert_int_equal(nsym_categories_read(events, "kind", &words, &n), NSYM_EFORMAT);
        assert_non_null(strstr(nsym_message(), "\"categories:kind\" is not a JSON list of words"));
        assert_null(words);
    }
    nsym_events_free(events);
}

static void whole_numbers_that_a_double_has_are_told_from_others(void **state) {
    (void)state;
    const uint64_t two53 = UINT64_C(1) << 53;
    assert_true(nsym_integer_is_exact(0));
    assert_true(nsym_integer_is_exact(two53));
    assert_false(nsym_integer_is_exact(two53 + 1));
    assert_true(nsym_integer_is_exact(two53 + 2));
    assert_true(nsym_integer_is_exact(UINT64_C(1) << 63));
    assert_false(nsym_integer_is_exact(UINT64_MAX));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_numbered_in_their_sorted_order),
        cmocka_unit_test(thousands_of_words_keep_their_numbers),
        cmocka_unit_test(an_attribute_that_is_no_list_of_words_is_refused),
        cmocka_unit_test(whole_numbers_that_a_double_has_are_told_from_others),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
