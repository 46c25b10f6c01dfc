#include <nearsym/scores.h>

#include "base/fail.h"
#include "data/formats.h"
#include "data/ids.h"
#include "data/role.h"
#include <nearsym/io.h>
#include <nearsym/part.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void nsym_scores_free(nsym_scores *scores) {
    free(scores->path);
    free(scores->column);
    free(scores->values);
    free(scores->labels);
    free(scores->weights);
    free(scores->parts);
    nsym_events_free(scores->ids);
    *scores = (nsym_scores){0};
}

/* Takes the file's path from FILE:COLUMN; *column is what follows the colon, or NULL. */
static nsym_status split(const char *source, char **path, const char **column) {
    struct stat about;
    const char *colon = strrchr(source, ':');
    if (colon && stat(source, &about) == 0) colon = NULL;
    if (colon && colon[1] == '\0') return nsym_fail(NSYM_EINVAL, "%s: there is no column name after the colon", source);
    *column = colon ? colon + 1 : NULL;
    *path = colon ? strndup(source, (size_t)(colon - source)) : strdup(source);
    return *path ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory");
}

static bool is_role(const char *name) {
    return strcmp(name, "label") == 0 || strcmp(name, "weight") == 0 || strcmp(name, "part") == 0;
}

/* The only column, or the only one besides label, weight and part; NULL where there is none, or more. */
static const nsym_column *only_column(const nsym_events *events, bool besides_roles) {
    const nsym_column *only = NULL;
    for (size_t i = 0; events->column && i < events->columns; i++) {
        if (besides_roles && is_role(events->column[i].name)) continue;
        if (only) return NULL;
        only = &events->column[i];
    }
    return only;
}

/* The message of a column that is not there, with the first of those that are. */
static nsym_status tell_columns(const nsym_events *events, const char *name) {
    char there[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < events->columns && used < sizeof there - 80; i++)
        used += (size_t)snprintf(there + used, sizeof there - used, "%s%.64s", i ? ", " : "", events->column[i].name);
    if (events->columns == 0)
        return nsym_fail(NSYM_ENOTFOUND, "there is no column '%s', and no other: it holds particles only", name);
    return nsym_fail(NSYM_ENOTFOUND, "there is no column '%s'; say FILE:COLUMN with one of: %s", name, there);
}

/* Finds the column: `named` by the source, else `usual` (NULL: "logit", else "output"), else the only one. */
static nsym_status find_column(const nsym_column **out, const nsym_events *events, const char *named,
                               const char *usual) {
    const char *name = named ? named : usual ? usual : "output";
    *out = named || usual ? NULL : nsym_events_column(events, "logit");
    if (!*out) *out = nsym_events_column(events, name);
    if (!*out && !named) *out = only_column(events, false);
    if (!*out && !named && !usual) *out = only_column(events, true);
    if (!*out) return tell_columns(events, name);
    if ((*out)->width != 1)
        return nsym_fail(NSYM_EFORMAT,
                         "column '%s' has %zu values per event, a score must be one; for scores of several classes use "
                         "nearsym evaluate",
                         (*out)->name, (*out)->width);
    return NSYM_OK;
}

static nsym_status copy_roles(nsym_scores *out, const nsym_events *events) {
    const nsym_column *label, *weight;
    NSYM_TRY(nsym_role_column(&label, events, "label"));
    NSYM_TRY(nsym_role_column(&weight, events, "weight"));
    size_t n = out->count;
    bool labelled = label != NULL, weighted = weight != NULL;
    out->labels = labelled ? malloc(n * sizeof *out->labels) : NULL;
    out->weights = weighted ? malloc(n * sizeof *out->weights) : NULL;
    if ((labelled && !out->labels) || (weighted && !out->weights))
        return nsym_fail(NSYM_ENOMEM, "no memory for labels and weights of %zu events", n);
    for (size_t i = 0; labelled && i < n; i++) out->labels[i] = (float)label->values[i];
    for (size_t i = 0; weighted && i < n; i++)
        if (!isfinite(weight->values[i]))
            return nsym_fail(NSYM_ENUMERIC, "row %zu: weight is %g, must be finite", i + 1, weight->values[i]);
    if (weighted) memcpy(out->weights, weight->values, n * sizeof *out->weights);
    return NSYM_OK;
}

/* The part that each event was in, where the file says so. */
static nsym_status copy_parts(nsym_scores *out, const nsym_events *events) {
    const nsym_column *part;
    NSYM_TRY(nsym_role_column(&part, events, "part"));
    part = nsym_part_column(events);
    if (!part) return NSYM_OK;
    out->parts = malloc(out->count * sizeof *out->parts);
    if (!out->parts) return nsym_fail(NSYM_ENOMEM, "no memory for the parts of %zu events", out->count);
    memcpy(out->parts, part->values, out->count * sizeof *out->parts);
    return NSYM_OK;
}

void nsym_scores_take(nsym_scores *s, const double *parts, double part) {
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (parts[i] != part) continue;
        s->values[n] = s->values[i];
        if (s->labels) s->labels[n] = s->labels[i];
        if (s->weights) s->weights[n] = s->weights[i];
        for (size_t k = 0; s->ids && k < s->ids->columns; k++)
            s->ids->column[k].values[n] = s->ids->column[k].values[i];
        n++;
    }
    if (s->ids) s->ids->count = n;
    if (s->parts)
        for (size_t i = 0; i < n; i++) s->parts[i] = part;
    s->count = n;
}

static nsym_status copy_scores(nsym_scores *out, const nsym_events *events, const char *named, const char *usual) {
    const nsym_column *column;
    if (events->count == 0) return nsym_fail(NSYM_EFORMAT, "has no events");
    NSYM_TRY(find_column(&column, events, named, usual));
    for (size_t i = 0; i < events->count; i++)
        if (isnan(column->values[i])) return nsym_fail(NSYM_ENUMERIC, "row %zu: %s is NaN", i + 1, column->name);
    out->count = events->count;
    out->column = strdup(column->name);
    out->values = malloc(out->count * sizeof *out->values);
    if (!out->column || !out->values) return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", out->count);
    memcpy(out->values, column->values, out->count * sizeof *out->values);
    NSYM_TRY(copy_parts(out, events));
    NSYM_TRY(nsym_ids_new(&out->ids, events));
    return copy_roles(out, events);
}

/* The column `name`, NULL: the usual ones, and what goes with scores; everything where it is to be found otherwise. */
static nsym_status read_columns(nsym_events **events, const char *path, const char *name) {
    NSYM_TRY(nsym_events_read_columns(events, path, name, "logit,output,label,weight,part," NSYM_IDS));
    bool found = name || nsym_events_column(*events, "logit") || nsym_events_column(*events, "output");
    if (found || nsym_comes_once(path)) return NSYM_OK; /* or everything is read already */
    nsym_events_free(*events);
    return nsym_events_read(events, path, NULL);
}

nsym_status nsym_scores_same_events(const nsym_scores *a, const nsym_scores *b) {
    if (a->count == b->count) return nsym_ids_same(a->ids, a->path, b->ids, b->path);
    return nsym_fail(NSYM_EINVAL, "%s has %zu events, %s has %zu; both files must have the same events", a->path,
                     a->count, b->path, b->count);
}

nsym_status nsym_scores_read(nsym_scores *out, const char *source, const char *column) {
    const char *named;
    nsym_events *events = NULL;
    *out = (nsym_scores){0};
    NSYM_TRY(split(source, &out->path, &named));
    nsym_status status = read_columns(&events, out->path, named ? named : column);
    if (status == NSYM_OK) {
        status = copy_scores(out, events, named, column);
        if (status != NSYM_OK) status = nsym_fail_in(status, "%s: ", out->path);
    }
    nsym_events_free(events);
    if (status != NSYM_OK) nsym_scores_free(out);
    return status;
}
