/* Numbers of data/NAME.json, made by make_unlabelled_goldens.py and make_weighted_goldens.py. */
#ifndef NSYM_TESTS_STATS_GOLDEN_H
#define NSYM_TESTS_STATS_GOLDEN_H

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline json_t *golden_load(const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", NSYM_TEST_DATA, name);
    json_t *root = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL);
    if (!root) fail_msg("cannot read %s", path);
    return root;
}

/* New array of the numbers in a list, or a list of lists, row by row. */
static inline double *golden_numbers(const json_t *list, size_t *n) {
    size_t rows = json_array_size(list), columns = json_array_size(json_array_get(list, 0));
    double *values = calloc(rows * (columns ? columns : 1) + 1, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < rows; i++) {
        const json_t *row = json_array_get(list, i);
        if (!columns) values[i] = json_number_value(row);
        for (size_t k = 0; k < columns; k++) values[i * columns + k] = json_number_value(json_array_get(row, k));
    }
    *n = rows;
    return values;
}

static inline void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.12g, not %.12g within %g", value, expected, tolerance);
}

#endif
