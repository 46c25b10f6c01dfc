#include "base/fail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static nsym_status inner(void) {
    return nsym_fail(NSYM_EFORMAT, "line %d: '%s' is no number", 3, "x");
}

static nsym_status outer(void) {
    NSYM_TRY(inner());
    return NSYM_OK;
}

static void a_failure_is_passed_on_with_its_message(void **state) {
    (void)state;
    assert_int_equal(outer(), NSYM_EFORMAT);
    assert_string_equal(nsym_message(), "line 3: 'x' is no number");
}

static void a_context_is_put_before_the_message(void **state) {
    (void)state;
    assert_int_equal(nsym_fail_in(outer(), "%s: ", "events.csv"), NSYM_EFORMAT);
    assert_string_equal(nsym_message(), "events.csv: line 3: 'x' is no number");
}

static void the_message_may_be_its_own_argument(void **state) {
    (void)state;
    (void)inner();
    (void)nsym_fail(NSYM_EIO, "again: %s", nsym_message());
    assert_string_equal(nsym_message(), "again: line 3: 'x' is no number");
}

static void a_message_of_any_length_is_cut_not_overrun(void **state) {
    (void)state;
    (void)nsym_fail(NSYM_EIO, "%5000d", 1);
    assert_in_range(strlen(nsym_message()), 100, 1023);
    (void)nsym_fail_in(NSYM_EIO, "%1020s: ", "far");
    assert_in_range(strlen(nsym_message()), 100, 1023);
}

static void every_status_has_a_name(void **state) {
    (void)state;
    assert_string_equal(nsym_status_name(NSYM_OK), "ok");
    assert_string_equal(nsym_status_name(NSYM_EINTERNAL), "internal");
    assert_string_equal(nsym_status_name((nsym_status)99), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_passed_on_with_its_message),
        cmocka_unit_test(a_context_is_put_before_the_message),
        cmocka_unit_test(the_message_may_be_its_own_argument),
        cmocka_unit_test(a_message_of_any_length_is_cut_not_overrun),
        cmocka_unit_test(every_status_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
