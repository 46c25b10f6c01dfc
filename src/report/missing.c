/* Why nothing is found: the metric, the coordinate or the value that does not exist is named, with those that do. */
#include "base/fail.h"
#include "report/results.h"
#include <string.h>

enum { NAMED = 12 }; /* names in a message */

/* Results of a metric, or files of a kind: what is looked through. */
typedef struct looked {
    const nsym_results *results;
    nsym_arena *arena;
    const char *metric; /* NULL: files */
    bool scores;        /* of files: those with a model */
    const char *what;   /* "result of auc", "scores" */
} looked;

/* Place `i`, or NULL where it is of another kind. */
static const nsym_place *place_at(const looked *l, size_t i) {
    const nsym_results *r = l->results;
    if (l->metric) return strcmp(r->result[i].metric, l->metric) == 0 ? &r->result[i].place : NULL;
    const nsym_place *place = &r->file[i].place;
    return (nsym_place_value(place, "model") != NULL) == l->scores ? place : NULL;
}

static size_t places_of(const looked *l) {
    return l->metric ? l->results->count : l->results->files;
}

/* "a, b and 3 more", from the arena. */
static const char *list_of(const nsym_texts *texts, nsym_arena *arena) {
    const char *text = "";
    for (size_t i = 0; text && i < texts->count && i < NAMED; i++)
        text = nsym_arena_printf(arena, "%s%s%s", text, i ? ", " : "", texts->text[i]);
    if (text && texts->count > NAMED) text = nsym_arena_printf(arena, "%s and %zu more", text, texts->count - NAMED);
    return text ? text : "";
}

/* What there is instead: names of coordinates (name NULL), or values of one. */
static nsym_status gather(const looked *l, const char *name, nsym_texts *texts) {
    for (size_t i = 0; i < places_of(l); i++) {
        const nsym_place *place = place_at(l, i);
        for (size_t c = 0; place && c < place->count; c++) {
            if (name && strcmp(place->name[c], name) != 0) continue;
            NSYM_TRY(nsym_texts_add(texts, l->arena, name ? place->value[c] : place->name[c]));
        }
    }
    return NSYM_OK;
}

static nsym_status no_coordinate(const looked *l, const char *name) {
    nsym_texts names = {0};
    NSYM_TRY(gather(l, NULL, &names));
    return nsym_fail(NSYM_ENOTFOUND, "no %s has a coordinate '%s'; there are %s", l->what, name,
                     list_of(&names, l->arena));
}

/* Is a condition met by no place at all? Fails then, and says why. */
static nsym_status check(const looked *l, const nsym_condition *condition) {
    nsym_texts values = {0};
    const char *wanted = "";
    NSYM_TRY(gather(l, condition->name, &values));
    if (!values.count) return no_coordinate(l, condition->name);
    for (size_t k = 0; k < condition->choices; k++) {
        const char *choice = condition->choice[k];
        if (nsym_condition_is_extreme(condition) || nsym_texts_find(&values, choice) < values.count) return NSYM_OK;
        wanted = nsym_arena_printf(l->arena, "%s%s'%s'", wanted, k ? " or " : "", choice);
        if (!wanted) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
    }
    return nsym_fail(NSYM_ENOTFOUND, "no %s has %s %s; there %s %s", l->what, condition->name, wanted,
                     values.count == 1 ? "is" : "are", list_of(&values, l->arena));
}

static nsym_status explain(const looked *l, const nsym_filter *filter, const char *const *needs) {
    for (size_t i = 0; i < filter->count; i++) NSYM_TRY(check(l, &filter->condition[i]));
    for (size_t i = 0; needs && needs[i]; i++) {
        nsym_texts values = {0};
        if (strcmp(needs[i], "metric") == 0) continue;
        NSYM_TRY(gather(l, needs[i], &values));
        if (!values.count) return no_coordinate(l, needs[i]);
    }
    return nsym_fail(NSYM_ENOTFOUND, "no %s that can be shown has %s", l->what,
                     filter->count ? nsym_filter_text(filter, l->arena) : "all its coordinates");
}

nsym_status nsym_results_missing(const nsym_results *results, nsym_arena *arena, const char *metric,
                                 const nsym_filter *filter, const char *const *needs) {
    looked l = {.results = results, .arena = arena, .metric = metric};
    nsym_texts metrics = {0};
    bool found = false;
    for (size_t i = 0; i < results->count; i++) {
        found |= strcmp(results->result[i].metric, metric) == 0;
        NSYM_TRY(nsym_texts_add(&metrics, arena, results->result[i].metric));
    }
    if (!found)
        return nsym_fail(NSYM_ENOTFOUND, "no result has the metric '%s'; there %s %s", metric,
                         metrics.count == 1 ? "is" : "are", metrics.count ? list_of(&metrics, arena) : "none");
    l.what = nsym_arena_printf(arena, "result of %s", metric);
    if (!l.what) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
    return explain(&l, filter, needs);
}

nsym_status nsym_files_missing(const nsym_results *results, nsym_arena *arena, bool scores, const nsym_filter *filter,
                               const char *const *needs) {
    const looked l = {.results = results, .arena = arena, .scores = scores, .what = scores ? "scores" : "sample"};
    for (size_t i = 0; i < results->files; i++)
        if (place_at(&l, i)) return explain(&l, filter, needs);
    return nsym_fail(NSYM_ENOTFOUND, "the study keeps no %s; an experiment keeps them with keep: true",
                     scores ? "scores" : "samples");
}
