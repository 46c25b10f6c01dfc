/* Numbers as text are read to the nearest double. */
#include "data/number.h"

#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Decimals of up to 21 digits with their point anywhere, with and without an exponent; strtod reads to the nearest. */
static void decimals_are_those_of_strtod(void **state) {
    (void)state;
    nsym_random random = nsym_random_stream(3, "decimals", 0);
    for (int i = 0; i < 200000; i++) {
        char text[64];
        size_t n = 0, digits = 1 + nsym_random_below(&random, 21), point = nsym_random_below(&random, 30);
        if (nsym_random_below(&random, 3) == 0) text[n++] = nsym_random_below(&random, 2) ? '-' : '+';
        for (size_t k = 0; k < digits; k++) {
            if (k == point) text[n++] = '.';
            text[n++] = (char)('0' + nsym_random_below(&random, 10));
        }
        if (nsym_random_below(&random, 4) == 0)
            n += (size_t)sprintf(text + n, "e%d", (int)nsym_random_below(&random, 60) - 30);
        text[n] = '\0';
        double value = NAN;
        assert_true(nsym_number_parse(text, n, &value));
        if (!(value == strtod(text, NULL))) fail_msg("%s is read as %.17g", text, value);
    }
}

/* Among eight characters that are read at once, one that is no digit. */
static void what_is_no_digit_is_no_number(void **state) {
    (void)state;
    for (int c = 1; c < 256; c++)
        for (size_t place = 0; place < 8; place++) {
            char text[] = "1234567890";
            double value;
            if (strchr("0123456789.eE", c)) continue;
            text[1 + place] = (char)c;
            assert_false(nsym_number_parse(text, 10, &value));
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(decimals_are_those_of_strtod),
                                       cmocka_unit_test(what_is_no_digit_is_no_number)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
