#include "base/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void names_are_found_whole(void **state) {
    (void)state;
    static const char list[] = "pt,jet pt,eta";
    assert_true(nsym_list_has(list, "pt"));
    assert_true(nsym_list_has(list, "jet pt"));
    assert_true(nsym_list_has(list, "eta"));
    assert_false(nsym_list_has(list, "p"));
    assert_false(nsym_list_has(list, "jet"));
    assert_false(nsym_list_has(list, "pt,jet pt"));
    assert_false(nsym_list_has(list, ""));
    assert_false(nsym_list_has("", "pt"));
}

static void names_come_one_by_one(void **state) {
    (void)state;
    size_t n;
    const char *next = nsym_list_next("pt,,eta", &n);
    assert_int_equal(n, 2);
    assert_string_equal(next, ",eta");
    next = nsym_list_next(next, &n);
    assert_int_equal(n, 0);
    assert_string_equal(next, "eta");
    assert_null(nsym_list_next(next, &n));
    assert_int_equal(n, 3);
}

static void what_does_not_fit_is_dots(void **state) {
    (void)state;
    char list[20] = "";
    nsym_list_tell(list, sizeof list, "jet_pt");
    assert_string_equal(list, "jet_pt");
    nsym_list_tell(list, sizeof list, "eta");
    assert_string_equal(list, "jet_pt, eta");
    nsym_list_tell(list, sizeof list, "phi");
    assert_string_equal(list, "jet_pt, eta, ...");
    nsym_list_tell(list, sizeof list, "m");
    assert_string_equal(list, "jet_pt, eta, ...");
    char long_one[20] = "";
    nsym_list_tell(long_one, sizeof long_one, "a name of many letters");
    assert_string_equal(long_one, "...");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_whole),
        cmocka_unit_test(names_come_one_by_one),
        cmocka_unit_test(what_does_not_fit_is_dots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
