/* Doubles in rising order, each with its place. */
#include "base/sort.h"

#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int by_value(const void *a, const void *b) {
    const nsym_ranked *x = a, *y = b;
    if (x->value != y->value) return x->value > y->value ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

/* Of many kinds: spread, equal up to the last digits, tied, of both signs, over all of a double's range. */
static double value_of(nsym_random *random, int kind) {
    double u = nsym_random_uniform(random);
    switch (kind) {
    case 0:
        return u;
    case 1:
        return 91 + 1e-9 * u;
    case 2:
        return (double)nsym_random_below(random, 5) - 2;
    case 3:
        return nsym_random_normal(random);
    case 4:
        return ldexp(u - 0.5, (int)nsym_random_below(random, 2000) - 1050); /* also subnormal, 0 and -0 */
    case 5:
        return u < 0.01 ? -INFINITY : u > 0.99 ? INFINITY : u < 0.5 ? -0.0 : 0.0;
    case 6:
        return nsym_random_below(random, 2) ? 1 + u * 0x1p-40 : -1 - u * 0x1p-40;
    default:
        return 1 + (double)nsym_random_below(random, 40) * 0x1p-52;
    }
}

static void values_rise_and_equal_ones_keep_their_order(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 31, 32, 1023, 1024, 5000, 70000};
    for (int kind = 0; kind < 8; kind++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            size_t n = sizes[s];
            nsym_random random = nsym_random_stream(7, "sort", (uint64_t)kind);
            nsym_ranked *ours = malloc((n + 1) * sizeof *ours), *expected = malloc((n + 1) * sizeof *expected);
            assert_true(ours && expected);
            for (size_t i = 0; i < n; i++) ours[i] = (nsym_ranked){value_of(&random, kind), 3 * i + 1};
            memcpy(expected, ours, n * sizeof *ours);
            qsort(expected, n, sizeof *expected, by_value);
            assert_int_equal(nsym_sort(ours, n), NSYM_OK);
            for (size_t i = 0; i < n; i++) {
                assert_true(ours[i].value == expected[i].value && ours[i].place == expected[i].place);
                assert_true(n < 2 || ours[i].value != 0 || !signbit(ours[i].value));
            }
            free(ours);
            free(expected);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_rise_and_equal_ones_keep_their_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
