#include "percentiles.h"

#include "json.h"
#include "tell.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int percents[] = {1, 16, 50, 84, 99};
enum { PERCENTS = sizeof percents / sizeof *percents, NAME = 28 };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of sorted values (n), between two of them where none stands there; NaN of none. */
static double percentile(const double *values, size_t n, int percent) {
    if (n == 0) return NAN;
    double place = (double)(n - 1) * percent / 100;
    size_t below = (size_t)place, above = below + 1 < n ? below + 1 : below;
    return values[below] + (place - (double)below) * (values[above] - values[below]);
}

static const char *format(char text[32], double value) {
    snprintf(text, 32, "%.4g", value);
    return text;
}

static void tell(const char *name, double *values, size_t n, json_t *list) {
    qsort(values, n, sizeof *values, by_value);
    json_t *row = list ? json_pack("{s:s}", "name", name) : NULL;
    if (!list) printf("%-*s", NAME, name);
    for (size_t k = 0; k < PERCENTS; k++) {
        char text[32];
        double value = percentile(values, n, percents[k]);
        snprintf(text, sizeof text, "%d", percents[k]);
        if (list)
            json_object_set_new(row, text, json_number(value));
        else
            printf("%10s", isnan(value) ? "-" : format(text, value));
    }
    if (list)
        json_array_append_new(list, row);
    else
        putchar('\n');
}

/* The finite ones of values (n), `stride` apart, into `to`. */
static size_t gather(double *to, const double *values, size_t n, size_t stride) {
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i * stride])) to[used++] = values[i * stride];
    return used;
}

/* Words are kept as numbers that have no order. */
static bool is_words(const nsym_events *events, const char *name) {
    char attribute[256];
    snprintf(attribute, sizeof attribute, "categories:%s", name);
    return nsym_events_attribute(events, attribute) != NULL;
}

static bool has_numbers(const nsym_events *events) {
    bool some = false;
    for (size_t f = 0; f < events->features; f++) some |= !is_words(events, events->feature_names[f]);
    for (size_t c = 0; c < events->columns; c++) some |= !is_words(events, events->column[c].name);
    return some;
}

static void tell_all(const nsym_events *events, double *room, json_t *list) {
    size_t particles = events->offsets ? (size_t)events->offsets[events->count] : 0;
    for (size_t f = 0; f < events->features; f++) {
        if (is_words(events, events->feature_names[f])) continue;
        tell(events->feature_names[f], room, gather(room, events->particles + f, particles, events->features), list);
    }
    for (size_t c = 0; c < events->columns; c++) {
        const nsym_column *column = &events->column[c];
        if (is_words(events, column->name)) continue;
        tell(column->name, room, gather(room, column->values, events->count * column->width, 1), list);
    }
}

int percentiles_of(const nsym_events *events, const char *path, json_t *list) {
    size_t most = events->offsets ? (size_t)events->offsets[events->count] : 0;
    for (size_t c = 0; c < events->columns; c++) {
        size_t n = events->count * events->column[c].width;
        if (n > most) most = n;
    }
    double *room = malloc((most + 1) * sizeof *room);
    if (!room) tell_error("%s: no memory for percentiles of %zu values", path, most);
    if (room && !list && has_numbers(events)) {
        printf("\n%-*s", NAME, "percentiles");
        for (size_t k = 0; k < PERCENTS; k++) printf("%8d %%", percents[k]);
        putchar('\n');
    }
    if (room) tell_all(events, room, list);
    int status = room ? 0 : 1;
    free(room);
    return status;
}
