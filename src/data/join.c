#include "data/join.h"

#include "base/fail.h"
#include "base/list.h"
#include "base/remark.h"
#include "data/events.h"
#include "data/join_attributes.h"
#include "data/notes.h"
#include "data/texts.h"
#include "data/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 512 };

/* How one feature, or one column of `width` values, of the block becomes one of the head. */
typedef struct {
    size_t *place; /* (width) of each of the head's values in the block's column; NULL: the same; of a feature (1) */
    nsym_unit_scale scale;
    nsym_word_map words; /* of a column of words */
} change;

/* What is done to a block. */
typedef struct {
    const nsym_events *head, *block;
    const nsym_join_names *names;
    change *feature, *column; /* as many as the head's */
    bool changes;             /* else it fits as it is */
    char unitless[TEXT];      /* what has a unit in one sample alone */
} plan;

static nsym_status new_plan(plan *p, const nsym_events *head, const nsym_events *block, const nsym_join_names *names) {
    *p = (plan){.head = head, .block = block, .names = names};
    p->feature = calloc(head->features + 1, sizeof *p->feature);
    p->column = calloc(head->columns + 1, sizeof *p->column);
    return p->feature && p->column ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for names");
}

static void free_change(change *c) {
    free(c->place);
    nsym_word_map_free(&c->words);
}

static void free_plan(plan *p) {
    for (size_t i = 0; p->feature && i < p->head->features; i++) free_change(&p->feature[i]);
    for (size_t i = 0; p->column && i < p->head->columns; i++) free_change(&p->column[i]);
    free(p->feature);
    free(p->column);
}

/* Which of the texts (n) are none of the others (m); "" where all are. */
static void list_missing(char list[TEXT], char *const *text, size_t n, char *const *others, size_t m) {
    list[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < m && strcmp(text[i], others[k]) != 0) k++;
        char quoted[TEXT];
        snprintf(quoted, sizeof quoted, "\"%s\"", text[i]);
        if (k == m) nsym_list_tell(list, TEXT, quoted);
    }
}

/* Errors: the particles of the samples have not the same features. */
static nsym_status check_features(const plan *p) {
    const nsym_events *a = p->head, *b = p->block;
    if (!a->offsets != !b->offsets)
        return nsym_fail(NSYM_EINVAL, "only %s has particles", a->offsets ? p->names->head : p->names->block);
    char of_a[TEXT], of_b[TEXT];
    list_missing(of_a, a->feature_names, a->features, b->feature_names, b->features);
    list_missing(of_b, b->feature_names, b->features, a->feature_names, a->features);
    if (!of_a[0] && !of_b[0]) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "the particles have different features: only %s has %s%s%s%s%s",
                     of_a[0] ? p->names->head : p->names->block, of_a[0] ? of_a : of_b,
                     of_a[0] && of_b[0] ? ", only " : "", of_a[0] && of_b[0] ? p->names->block : "",
                     of_a[0] && of_b[0] ? " has " : "", of_a[0] && of_b[0] ? of_b : "");
}

/* Whether files of one kind may have this column or not: it is NaN, or left out, where the other has it. */
static bool may_lack(const nsym_column *column) {
    return column->width == 1 && strcmp(column->meaning, NSYM_MEANING_OF_ATTRIBUTES) == 0;
}

static nsym_status refuse_column(const char *column, const char *sample) {
    return nsym_fail(
        NSYM_EINVAL,
        "column \"%s\" is in %s only; `nearsym data convert --only NAME,...` keeps the columns that all files have",
        column, sample);
}

static nsym_status check_columns(const plan *p) {
    const nsym_events *a = p->head, *b = p->block;
    for (size_t i = 0; i < b->columns; i++)
        if (!nsym_events_column_near(a, b->column[i].name, i) && !may_lack(&b->column[i]))
            return refuse_column(b->column[i].name, p->names->block);
    for (size_t i = 0; i < a->columns; i++) {
        const nsym_column *other = nsym_events_column_near(b, a->column[i].name, i);
        if (!other && may_lack(&a->column[i])) continue;
        if (!other) return refuse_column(a->column[i].name, p->names->head);
        if (other->width != a->column[i].width)
            return nsym_fail(NSYM_EINVAL, "column \"%s\" has %zu values per event in %s and %zu in %s", other->name,
                             a->column[i].width, p->names->head, other->width, p->names->block);
    }
    return NSYM_OK;
}

/* How values turn from the block's unit into the head's. */
static nsym_status plan_unit(plan *p, change *c, const char *name, const char *from, const char *to) {
    nsym_unit_relation relation = nsym_unit_convert(&c->scale, from, to);
    if (relation == NSYM_UNIT_OTHER && from[0] && to[0])
        return nsym_fail(NSYM_EINVAL,
                         "\"%s\" has the unit %s in %s and %s in %s, and one cannot be converted to the other", name,
                         to, p->names->head, from, p->names->block);
    if (relation == NSYM_UNIT_OTHER) nsym_list_tell(p->unitless, sizeof p->unitless, name);
    p->changes |= relation == NSYM_UNIT_SCALED;
    return NSYM_OK;
}

static bool same_texts(char *const *a, char *const *b, size_t n) {
    size_t i = 0;
    while (i < n && strcmp(a[i], b[i]) == 0) i++;
    return i == n;
}

/* Errors: values that are named in one sample alone, or by other names, or two by one. */
static nsym_status check_labels(const plan *p, const nsym_column *a, const nsym_column *b) {
    char of_a[TEXT], of_b[TEXT];
    if (!a->labels || !b->labels)
        return nsym_fail(NSYM_EINVAL,
                         "the %zu values of column \"%s\" have names in %s only, so it is not known which is which in "
                         "%s; leave the column out (data convert --drop %s), or give it names there",
                         a->width, a->name, a->labels ? p->names->head : p->names->block,
                         a->labels ? p->names->block : p->names->head, a->name);
    list_missing(of_a, a->labels, a->width, b->labels, b->width);
    list_missing(of_b, b->labels, b->width, a->labels, a->width);
    for (size_t i = 0; i < a->width; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(a->labels[i], a->labels[k]) == 0 || strcmp(b->labels[i], b->labels[k]) == 0)
                return nsym_fail(
                    NSYM_EINVAL,
                    "column \"%s\" has two values with the same name, and their order in %s is not that in %s", a->name,
                    p->names->block, p->names->head);
    if (!of_a[0] && !of_b[0]) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "the values of column \"%s\" have other names in %s (%s) than in %s (%s); leave the column out "
                     "(data convert --drop %s)",
                     a->name, p->names->block, of_b, p->names->head, of_a, a->name);
}

/* Which value of the block's column is which of the head's. */
static nsym_status plan_labels(plan *p, change *c, const nsym_column *a, const nsym_column *b) {
    if ((!a->labels && !b->labels) || (a->labels && b->labels && same_texts(a->labels, b->labels, a->width)))
        return NSYM_OK;
    NSYM_TRY(check_labels(p, a, b));
    c->place = calloc(a->width, sizeof *c->place);
    if (!c->place) return nsym_fail(NSYM_ENOMEM, "no memory for column \"%s\"", a->name);
    for (size_t i = 0; a->labels && b->labels && i < a->width; i++)
        while (strcmp(b->labels[c->place[i]], a->labels[i]) != 0) c->place[i]++;
    p->changes = true;
    return NSYM_OK;
}

static nsym_status plan_words(plan *p, change *c, const char *name) {
    NSYM_TRY(nsym_word_map_new(&c->words, p->head, p->block, name, p->names));
    p->changes |= c->words.number != NULL;
    return NSYM_OK;
}

static nsym_status make_plan(plan *p) {
    const nsym_events *a = p->head, *b = p->block;
    NSYM_TRY(check_features(p));
    NSYM_TRY(check_columns(p));
    NSYM_TRY(nsym_join_check_attributes(a, b, p->names));
    for (size_t i = 0; i < a->features; i++) {
        change *c = &p->feature[i];
        const char *name = a->feature_names[i];
        size_t at = nsym_events_feature(b, name);
        c->place = malloc(sizeof *c->place);
        if (!c->place) return nsym_fail(NSYM_ENOMEM, "no memory for feature \"%s\"", name);
        *c->place = at;
        p->changes |= at != i;
        NSYM_TRY(plan_unit(p, c, name, b->feature_units[at], a->feature_units[i]));
        if (!nsym_events_column(a, name)) NSYM_TRY(plan_words(p, c, name));
    }
    for (size_t i = 0; i < a->columns; i++) {
        change *c = &p->column[i];
        const nsym_column *first = &a->column[i], *second = nsym_events_column_near(b, first->name, i);
        p->changes |= second == NULL;
        if (!second) continue;
        NSYM_TRY(plan_unit(p, c, first->name, second->unit, first->unit));
        NSYM_TRY(plan_labels(p, c, first, second));
        NSYM_TRY(plan_words(p, c, first->name));
    }
    p->changes |= b->columns > a->columns;
    return NSYM_OK;
}

static void tell_scale(const plan *p, const change *c, const char *name, const char *from, const char *to) {
    if (c->scale.times == 1 && c->scale.over == 1) return;
    nsym_remark(NSYM_WARNING, "%s: %s is in %s and was converted to %s, its unit in %s (x %.6g)", p->names->block, name,
                from, to, p->names->head, c->scale.times / c->scale.over);
}

static void tell_plan(const plan *p) {
    const nsym_events *a = p->head, *b = p->block;
    for (size_t i = 0; i < a->features; i++)
        tell_scale(p, &p->feature[i], a->feature_names[i], b->feature_units[*p->feature[i].place], a->feature_units[i]);
    for (size_t i = 0; i < a->columns; i++) {
        const nsym_column *other = nsym_events_column_near(b, a->column[i].name, i);
        if (other) tell_scale(p, &p->column[i], a->column[i].name, other->unit, a->column[i].unit);
        if (other) continue;
        nsym_remark(NSYM_WARNING, "%s: has no \"%s\", which is NaN for its events", p->names->block, a->column[i].name);
    }
    for (size_t i = 0; i < b->columns; i++)
        if (!nsym_events_column_near(a, b->column[i].name, i))
            nsym_remark(NSYM_WARNING, "%s: its column \"%s\" is left out, because %s has no such column",
                        p->names->block, b->column[i].name, p->names->head);
    if (p->unitless[0])
        nsym_remark(NSYM_WARNING,
                    "%s: only one of it and %s says in which unit %s %s; nearsym assumes the same unit in both",
                    p->names->block, p->names->head, p->unitless, strchr(p->unitless, ',') ? "are" : "is");
}

static double changed(const change *c, double value) {
    return nsym_word_map_apply(&c->words, value) * c->scale.times / c->scale.over;
}

/* Adds the head's column `at`. */
static nsym_status fit_column(nsym_events *to, const plan *p, size_t at) {
    const change *c = &p->column[at];
    const nsym_events *block = p->block;
    const nsym_column *head = &p->head->column[at], *from = nsym_events_column_near(block, head->name, at);
    size_t width = head->width;
    double *values;
    NSYM_TRY(nsym_events_append_column(to, head->name, head->unit, head->meaning, width, &values));
    for (size_t i = 0; i < block->count; i++)
        for (size_t k = 0; k < width; k++)
            values[i * width + k] = from ? changed(c, from->values[i * width + (c->place ? c->place[k] : k)]) : NAN;
    if (!head->labels) return NSYM_OK;
    nsym_column *column = &to->column[to->columns - 1];
    column->labels = nsym_texts_copy((const char *const *)head->labels, width);
    return column->labels ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for column \"%s\"", head->name);
}

static nsym_status fit_particles(nsym_events *to, const plan *p) {
    const nsym_events *a = p->head, *b = p->block;
    if (!b->offsets) return NSYM_OK;
    NSYM_TRY(nsym_events_set_particles(to, a->features, (const char *const *)a->feature_names,
                                       (const char *const *)a->feature_units, b->offsets));
    size_t features = a->features, rows = (size_t)b->offsets[b->count];
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < features; k++)
            to->particles[i * features + k] =
                changed(&p->feature[k], b->particles[i * features + *p->feature[k].place]);
    return NSYM_OK;
}

/* New: the block as the plan changes it. */
static nsym_status carry_out(nsym_events **out, const plan *p) {
    NSYM_TRY(nsym_events_new(out, p->block->count));
    nsym_status status = nsym_events_copy_origin(*out, p->block, NULL, 0);
    if (status == NSYM_OK) status = nsym_notes_select(*out, p->block, NULL);
    for (size_t i = 0; status == NSYM_OK && i < p->head->columns; i++) status = fit_column(*out, p, i);
    if (status == NSYM_OK) status = fit_particles(*out, p);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

nsym_status nsym_join_fit(nsym_events **fitting, nsym_events *head, const nsym_events *block,
                          const nsym_join_names *names) {
    plan p;
    *fitting = NULL;
    nsym_status status = new_plan(&p, head, block, names);
    if (status == NSYM_OK) status = make_plan(&p);
    if (status == NSYM_OK && p.changes) status = carry_out(fitting, &p);
    if (status == NSYM_OK) tell_plan(&p);
    if (status == NSYM_OK) status = nsym_join_attributes(head, block, names);
    free_plan(&p);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*fitting);
    *fitting = NULL;
    return status;
}

static void copy_values(double *to, const double *from, size_t n) {
    if (n > 0) memcpy(to, from, n * sizeof *to);
}

static nsym_status append_particles(nsym_events *to, const nsym_events *a, const nsym_events *b) {
    if (!a->offsets) return NSYM_OK;
    uint64_t *offsets = calloc(to->count + 1, sizeof *offsets);
    if (!offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", to->count);
    for (size_t i = 0; i <= a->count; i++) offsets[i] = a->offsets[i];
    for (size_t i = 0; i < b->count; i++) offsets[a->count + i + 1] = a->offsets[a->count] + b->offsets[i + 1];
    nsym_status status = nsym_events_set_particles(to, a->features, (const char *const *)a->feature_names,
                                                   (const char *const *)a->feature_units, offsets);
    free(offsets);
    NSYM_TRY(status);
    size_t first = (size_t)a->offsets[a->count] * a->features;
    copy_values(to->particles, a->particles, first);
    copy_values(to->particles + first, b->particles, (size_t)b->offsets[b->count] * b->features);
    return NSYM_OK;
}

static nsym_status append_all(nsym_events *to, const nsym_events *a, const nsym_events *b) {
    NSYM_TRY(nsym_events_copy_heads(to, a));
    NSYM_TRY(nsym_notes_join(to, a, b));
    for (size_t k = 0; k < a->columns; k++) {
        const nsym_column *first = &a->column[k], *second = nsym_events_column_near(b, first->name, k);
        copy_values(to->column[k].values, first->values, a->count * first->width);
        copy_values(to->column[k].values + a->count * first->width, second->values, b->count * first->width);
    }
    return append_particles(to, a, b);
}

nsym_status nsym_join_append(nsym_events **out, const nsym_events *a, const nsym_events *b) {
    NSYM_TRY(nsym_events_new(out, a->count + b->count));
    nsym_status status = append_all(*out, a, b);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

nsym_status nsym_join(nsym_events **out, const nsym_events *a, const nsym_events *b, const nsym_join_names *names) {
    nsym_events *head, *fitting = NULL;
    *out = NULL;
    NSYM_TRY(nsym_events_select(&head, a, NULL, 0));
    nsym_status status = nsym_join_fit(&fitting, head, b, names);
    if (status == NSYM_OK) status = nsym_join_append(out, a, fitting ? fitting : b);
    if (status == NSYM_OK) nsym_events_swap_attributes(*out, head);
    nsym_events_free(fitting);
    nsym_events_free(head);
    return status;
}

nsym_status nsym_events_concat(nsym_events **out, const nsym_events *a, const nsym_events *b) {
    return nsym_events_concat_named(out, a, b, "the first sample", "the second sample");
}

nsym_status nsym_events_concat_named(nsym_events **out, const nsym_events *a, const nsym_events *b, const char *name_a,
                                     const char *name_b) {
    return nsym_join(out, a, b, &(nsym_join_names){name_a, name_b, NSYM_JOIN_WARN});
}
