#include "data/lhe_number.h"

#include <math.h>
#include <nearsym/random.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double any_double(nsym_random *random) {
    uint64_t bits = (uint64_t)nsym_random_u32(random) << 32 | nsym_random_u32(random);
    double value;
    memcpy(&value, &bits, sizeof value);
    return isfinite(value) ? value : 1;
}

static void numbers_read_as_strtod_reads_them(void **state) {
    (void)state;
    nsym_random random = nsym_random_stream(5, "numbers", 0);
    for (int i = 0; i < 50000; i++) {
        double value = i % 2 ? any_double(&random) : 1e4 * nsym_random_normal(&random), read;
        char text[400];
        snprintf(text, sizeof text, i % 3 ? "%.*e" : "%.*g", i % 25, value);
        assert_ptr_equal(nsym_lhe_number_read(text, &read), text + strlen(text));
        double expected = strtod(text, NULL);
        assert_memory_equal(&read, &expected, sizeof read);
    }
}

static void fortran_numbers_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"1.0D+02", 100}, {"+1.", 1},          {".5E-3", 0.0005},        {"1.0-101", 1e-101},
                 {"  2d0", 2},     {"-0", -0.0},        {"1.25Q1 ", 12.5},        {"007", 7},
                 {"3<", 3},        {"1e400", INFINITY}, {"1e-99999999999999", 0}, {"Infinity", INFINITY}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value;
        assert_non_null(nsym_lhe_number_read(cases[i].text, &value));
        assert_memory_equal(&value, &cases[i].value, sizeof value);
    }
}

static void other_text_is_no_number(void **state) {
    (void)state;
    static const char *const texts[] = {"",    " ",    "+",    ".",   "-.",  "e5", "1e",   "1e+", "1.0x",
                                        "1-2", "0x10", "1..2", "--1", "1,5", "na", "nano", "\n1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value;
        if (nsym_lhe_number_read(texts[i], &value)) fail_msg("\"%s\" is read as %g", texts[i], value);
    }
}

static void whole_numbers_fit_an_int_or_are_refused(void **state) {
    (void)state;
    int value;
    assert_non_null(nsym_lhe_number_read_int(" -2147483648 ", &value));
    assert_int_equal(value, INT32_MIN);
    assert_non_null(nsym_lhe_number_read_int("+1000822080", &value));
    assert_int_equal(value, 1000822080);
    const char *const refused[] = {"2147483648", "-2147483649", "99999999999999999999", "1.0", "1e3", "", "-"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_null(nsym_lhe_number_read_int(refused[i], &value));
}

static void written_numbers_read_back_exactly(void **state) {
    (void)state;
    nsym_random random = nsym_random_stream(6, "numbers", 0);
    char text[NSYM_LHE_NUMBER_SIZE];
    for (int i = 0; i < 20000; i++) {
        double value = any_double(&random), read;
        size_t length = nsym_lhe_number_write(text, i % 2 ? 'e' : 'g', i % 2 ? 11 : 15, value);
        assert_int_equal(length, strlen(text));
        assert_non_null(nsym_lhe_number_read(text, &read));
        assert_memory_equal(&read, &value, sizeof read);
    }
    nsym_lhe_number_write(text, 'e', 11, 627.56);
    assert_string_equal(text, "6.2756000000e+02");
    nsym_lhe_number_write(text, 'g', 15, 627.56);
    assert_string_equal(text, "627.56");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_as_strtod_reads_them), cmocka_unit_test(fortran_numbers_are_read),
        cmocka_unit_test(other_text_is_no_number),           cmocka_unit_test(whole_numbers_fit_an_int_or_are_refused),
        cmocka_unit_test(written_numbers_read_back_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
