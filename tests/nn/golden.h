/* Reader of the files that make_goldens.py writes: named arrays as text. */
#ifndef NSYM_TESTS_NN_GOLDEN_H
#define NSYM_TESTS_NN_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct golden_array {
    char name[64];
    size_t rows, columns;
    double *values; /* (rows, columns) */
} golden_array;

typedef struct golden {
    size_t count;
    golden_array array[128];
} golden;

/* False where the file is missing or not as it should be. */
static int golden_read(golden *g, const char *path) {
    g->count = 0;
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    int good = 1;
    while (good && g->count < sizeof g->array / sizeof *g->array) {
        golden_array a;
        while (fscanf(file, " #%*[^\n]") == EOF && !feof(file)) continue;
        int found = fscanf(file, "%63s %zu %zu", a.name, &a.rows, &a.columns);
        if (found == EOF) break;
        good = found == 3 && (a.values = malloc(a.rows * a.columns * sizeof *a.values)) != NULL;
        for (size_t i = 0; good && i < a.rows * a.columns; i++) good = fscanf(file, "%lf", &a.values[i]) == 1;
        if (found == 3) g->array[g->count++] = a;
    }
    fclose(file);
    return good && g->count > 0;
}

static const golden_array *golden_find(const golden *g, const char *name) {
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->array[i].name, name) == 0) return &g->array[i];
    return NULL;
}

static void golden_free(golden *g) {
    for (size_t i = 0; i < g->count; i++) free(g->array[i].values);
    g->count = 0;
}

#endif
