#include "classes.h"

#include "json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "class 2" where it has no name. */
static const char *name_of(char text[NSYM_CLASS_NAME], const nsym_class_results *r, size_t k) {
    if (r->name[k][0]) return r->name[k];
    snprintf(text, NSYM_CLASS_NAME, "class %zu", k);
    return text;
}

static int width_of(const nsym_class_results *r) {
    char text[NSYM_CLASS_NAME];
    size_t width = 8;
    for (size_t k = 0; k < r->classes; k++) {
        size_t length = strlen(name_of(text, r, k));
        if (length > width) width = length;
    }
    return (int)width;
}

static void print_head(const nsym_class_results *r, const char *first, int width) {
    char text[NSYM_CLASS_NAME];
    printf("\n%-19s", first);
    for (size_t k = 0; k < r->classes; k++) printf("  %*s", width, name_of(text, r, k));
    putchar('\n');
}

void classes_print(const nsym_class_results *r) {
    char text[NSYM_CLASS_NAME];
    int width = width_of(r);
    printf("\n%-19s  events  AUC against the others\n", "class");
    for (size_t k = 0; k < r->classes; k++) {
        printf("%-19s  %6zu  %.4f", name_of(text, r, k), r->events[k], r->auc_of[k]);
        if (isfinite(r->auc_of_error[k])) printf(" ± %.4f", r->auc_of_error[k]);
        putchar('\n');
    }
    print_head(r, "AUC against", width);
    for (size_t i = 0; i < r->classes; i++) {
        printf("%-19s", name_of(text, r, i));
        for (size_t j = 0; j < r->classes; j++)
            if (i == j)
                printf("  %*s", width, "");
            else
                printf("  %*.4f", width, r->auc_of_pair[i][j]);
        putchar('\n');
    }
    print_head(r, "share called", width);
    for (size_t i = 0; i < r->classes; i++) {
        printf("%-19s", name_of(text, r, i));
        for (size_t j = 0; j < r->classes; j++) printf("  %*.4f", width, r->confusion[i][j]);
        putchar('\n');
    }
}

static json_t *list_of(const double *values, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, json_number(values[k]));
    return list;
}

static json_t *matrix_of(const double values[][NSYM_CLASSES_MAX], size_t n) {
    json_t *rows = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(rows, list_of(values[k], n));
    return rows;
}

json_t *classes_json(const nsym_class_results *r) {
    char text[NSYM_CLASS_NAME];
    size_t n = r->classes;
    json_t *names = json_array(), *events = json_array();
    for (size_t k = 0; k < n; k++) {
        json_array_append_new(names, json_string(name_of(text, r, k)));
        json_array_append_new(events, json_integer((json_int_t)r->events[k]));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "names", names, "events", events, "accuracy",
                     json_number(r->accuracy), "accuracy_error", json_number(r->accuracy_error), "auc_of_class",
                     list_of(r->auc_of, n), "auc_of_class_error", list_of(r->auc_of_error, n), "auc_between",
                     matrix_of(r->auc_of_pair, n), "auc_between_error", matrix_of(r->auc_of_pair_error, n), "confusion",
                     matrix_of(r->confusion, n), "confusion_error", matrix_of(r->confusion_error, n));
}
