#include "class_weights.h"

#include <math.h>
#include <stdio.h>

/* The number of a word among all; it joins them where it is new. */
static size_t number_of(json_t *words, json_t *word) {
    size_t i = 0;
    while (i < json_array_size(words) && !json_equal(json_array_get(words, i), word)) i++;
    if (i == json_array_size(words)) json_array_append(words, word);
    return i;
}

/* What the events call label k, all of them call place[k]: files of words number them each in their own way. */
static void find_places(size_t place[NSYM_CLASSES_MAX], class_weights *all, const nsym_events *events) {
    const char *text = nsym_events_attribute(events, "categories:label");
    json_t *words = text ? json_loads(text, 0, NULL) : NULL;
    for (size_t k = 0; k < NSYM_CLASSES_MAX; k++) place[k] = k;
    if (words && !all->words) all->words = json_array();
    for (size_t k = 0; k < NSYM_CLASSES_MAX && k < json_array_size(words); k++)
        place[k] = number_of(all->words, json_array_get(words, k));
    json_decref(words);
}

/* Into `found`: a column of one value that other programs call so, where none is called `name`. */
static void find_other_name(char found[32], const nsym_events *events, const char *name, const char *const *others) {
    if (nsym_events_column(events, name)) return;
    for (; *others && !found[0]; others++) {
        const nsym_column *column = nsym_events_column(events, *others);
        if (column && column->width == 1) snprintf(found, 32, "%s", *others);
    }
}

static void find_other_names(class_weights *all, const nsym_events *events) {
    static const char *const labels[] = {"y",      "labels",        "Label",   "target",      "targets", "is_signal",
                                         "signal", "is_signal_new", "classes", "class_label", "truth",   NULL},
                             *const weights[] = {
                                 "weights",   "w",         "Weight", "event_weight", "sample_weight", "mc_weight",
                                 "weight_mc", "genWeight", NULL};
    find_other_name(all->label, events, "label", labels);
    find_other_name(all->weight, events, "weight", weights);
}

static void tell_other_name(FILE *out, const char *found, const char *name, const char *else_what) {
    if (found[0])
        fprintf(out, "no column is called %s, %s; if \"%s\" is it: --rename %s=%s\n", name, else_what, found, found,
                name);
}

void class_weights_add(class_weights *all, const nsym_events *events) {
    const nsym_column *label = nsym_events_column(events, "label"), *weight = nsym_events_column(events, "weight");
    nsym_class_tally t;
    size_t place[NSYM_CLASSES_MAX];
    find_other_names(all, events);
    all->unknown |= !label || label->width != 1 || (weight && weight->width != 1);
    if (all->unknown) return;
    const double *weights = weight ? weight->values : NULL;
    all->unknown = nsym_class_tally_of(&t, label->values, weights, events->count) != NSYM_OK;
    find_places(place, all, events);
    for (size_t k = 0; !all->unknown && k < NSYM_CLASSES_MAX; k++) {
        if (t.count[k] == 0) continue;
        all->unknown = place[k] >= NSYM_CLASSES_MAX;
        if (all->unknown) return;
        all->count[place[k]] += t.count[k];
        all->sum[place[k]] += t.sum[k];
    }
}

void class_weights_free(class_weights *all) {
    json_decref(all->words);
    all->words = NULL;
}

void class_weights_tell(FILE *out, const class_weights *all) {
    double least = INFINITY, most = 0;
    tell_other_name(out, all->label, "label", "so there are no classes");
    tell_other_name(out, all->weight, "weight", "so all events weigh 1");
    if (all->unknown) return;
    for (size_t k = 0; k < NSYM_CLASSES_MAX; k++) {
        if (!all->count[k]) continue;
        fprintf(out, "label %zu: %zu events, whose weights add up to %.6g\n", k, all->count[k], all->sum[k]);
        least = fmin(least, all->sum[k]);
        most = fmax(most, all->sum[k]);
    }
    if (least > 0 && most > 3 * least)
        fprintf(out,
                "warning: the weights of one class add up to %.3g times those of another; studies and trainings on "
                "labelled\nfiles make classes count alike (weights.balance), other programs may not\n",
                most / least);
}
