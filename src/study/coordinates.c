#include "study/coordinates.h"

#include <string.h>

static const nsym_own_coordinates epochs = {"", "epoch", 1, {NULL}, NULL};
static const nsym_own_coordinates coordinates[] = {
    {"roc", "background", 1000, {NULL}, NULL},
    {"splot_roc", "background", 1000, {NULL}, NULL},
    {"background_efficiency", "efficiency", 1000, {NULL}, NULL},
    {"rejection", "efficiency", 1000, {NULL}, NULL},
    {"reliability", "bin", 1, {NULL}, NULL},
    {"reliability_predicted", "bin", 1, {NULL}, NULL},
    {"auc_of_class", NULL, 1, {"class"}, NULL},
    {"auc_between", NULL, 1, {"class", "against"}, NULL},
    {"confusion", NULL, 1, {"class", "called"}, NULL},
    {"roc_of_class", "background", 1000, {"class"}, NULL},
    {"importance", NULL, 1, {NULL}, "input"},
    {"auc_varied", NULL, 1, {NULL}, "variation"},
    {"auc_shift", NULL, 1, {NULL}, "variation"},
};
enum { COUNT = sizeof coordinates / sizeof *coordinates };

/* Is it the metric, or a difference of it? */
static bool is_of(const char *metric, const char *own) {
    size_t length = strlen(own);
    if (strncmp(metric, own, length) != 0) return false;
    const char *end = metric + length;
    return !*end || strcmp(end, "_difference") == 0 || strcmp(end, "_pair") == 0;
}

const nsym_own_coordinates *nsym_coordinates_of(const char *metric) {
    for (size_t i = 0; i < COUNT; i++)
        if (is_of(metric, coordinates[i].metric)) return &coordinates[i];
    return &epochs;
}

const nsym_own_coordinates *nsym_coordinates_at(size_t i) {
    return i < COUNT ? &coordinates[i] : i == COUNT ? &epochs : NULL;
}

size_t nsym_class_number(size_t class, size_t other) {
    return 1 + class + NSYM_CLASSES_MAX * other;
}

double nsym_coordinate_number(const nsym_own_coordinates *own, size_t number) {
    if (!own->number) return 0;
    return (double)(own->of_class[0] ? (number - 1) / NSYM_CLASSES_MAX : number) / own->divisor;
}

size_t nsym_coordinate_class(size_t number, size_t place) {
    return place ? (number - 1) / NSYM_CLASSES_MAX : (number - 1) % NSYM_CLASSES_MAX;
}
