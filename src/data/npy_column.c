/* A numpy array of one or several values an event as a column. */
#include "base/fail.h"
#include "base/remark.h"
#include "data/categories.h"
#include "data/npy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Tells the first of `count` rows' whole numbers that a double does not hold. */
static void tell_rounded(const char *path, const char *name, const nsym_npy *array, uint64_t values, size_t width) {
    char text[NSYM_NPY_WHOLE], first[NSYM_NPY_WHOLE] = "";
    uint64_t rounded = 0, row = 0;
    if (array->item != 8 || array->kind == 'f') return;
    for (uint64_t i = 0; i < values; i++) {
        if (nsym_npy_is_exact(array, i, text)) continue;
        if (rounded++ > 0) continue;
        memcpy(first, text, sizeof first);
        row = i / width + 1;
    }
    if (rounded)
        nsym_remark(NSYM_WARNING,
                    "%s: %s: %llu whole numbers are beyond 2^53 and are rounded, the first in row %llu: %s; event "
                    "numbers that differ only in their last digits may become equal",
                    path, name, (unsigned long long)rounded, (unsigned long long)row, first);
}

static nsym_status add_numbers(nsym_events *events, const char *path, const char *name, const nsym_npy *array) {
    size_t width = array->dimensions == 2 ? (size_t)array->shape[1] : 1;
    double *values;
    NSYM_TRY(nsym_events_add_column(events, name, "", "", width, &values));
    nsym_npy_values(array, 0, events->count * width, values);
    tell_rounded(path, name, array, events->count * width, width);
    return NSYM_OK;
}

static nsym_status number_words(nsym_categories *all, double *values, const nsym_npy *array, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *word = nsym_npy_text(array, i);
        if (!word) return nsym_fail(NSYM_ENOMEM, "no memory for words");
        nsym_status status = NSYM_OK;
        values[i] = (double)NAN;
        if (*word) status = nsym_categories_number(all, word, strlen(word), &values[i]);
        free(word);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

static nsym_status add_words(nsym_events *events, const char *path, const char *name, const nsym_npy *array) {
    nsym_categories *all;
    double *values;
    if (array->dimensions != 1)
        return nsym_fail(NSYM_EFORMAT, "has %zu dimensions of texts; a column of words has one word an event",
                         array->dimensions);
    NSYM_TRY(nsym_categories_new(&all));
    nsym_status status = nsym_events_add_column(events, name, "", "", 1, &values);
    if (status == NSYM_OK) status = number_words(all, values, array, events->count);
    if (status == NSYM_OK && nsym_categories_are_too_many(nsym_categories_count(all), events->count))
        status = nsym_fail(NSYM_EFORMAT,
                           "holds %zu different texts in %zu rows, too many for categories; leave it out (--drop %s)",
                           nsym_categories_count(all), events->count, name);
    if (status == NSYM_OK) status = nsym_categories_sort(all, values, events->count, 1);
    if (status == NSYM_OK) status = nsym_categories_keep(all, events, name);
    if (status == NSYM_OK) nsym_categories_tell(all, path, name);
    nsym_categories_free(all);
    return status;
}

nsym_status nsym_npy_add_column(nsym_events *events, const char *path, const char *name, const nsym_npy *array) {
    return nsym_npy_is_number(array) ? add_numbers(events, path, name, array) : add_words(events, path, name, array);
}
