#include <nearsym/train.h>

#include "base/fail.h"
#include "data/role.h"
#include "nn/model.h"
#include "nn/models.h"
#include "train/fingerprints.h"
#include "train/fit.h"
#include "train/history.h"
#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

nsym_train_options nsym_train_defaults(void) {
    return (nsym_train_options){.epochs = 100,
                                .batch = 128,
                                .learning_rate = 1e-3,
                                .weight_decay = 0.01,
                                .sampling = NSYM_EACH,
                                .shuffle = true,
                                .weighted = true,
                                .standardise = true,
                                .validation = 0.2,
                                .patience = 10,
                                .seed = 1};
}

static nsym_status check_options(const nsym_train_options *o, bool grouped) {
    const struct {
        const char *name;
        double value, low, high;
    } ranges[] = {{"epochs", (double)o->epochs, o->start ? 0 : 1, 1e9},
                  {"batch", (double)o->batch, 2, 1e6},
                  {"learning_rate", o->learning_rate, 1e-12, 1e3},
                  {"weight_decay", o->weight_decay, 0, 1e3},
                  {"validation", o->validation, 0, 0.999},
                  {"min_change", o->min_change, 0, 1},
                  {"invariance", o->invariance, 0, 1e6},
                  {"sampling", o->sampling, 0, NSYM_BOOTSTRAP_CLASS},
                  {"precision", o->precision, 0, NSYM_BF16}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (!(ranges[i].value >= ranges[i].low && ranges[i].value <= ranges[i].high))
            return nsym_fail(NSYM_EINVAL, "%s is %g, must be %g to %g", ranges[i].name, ranges[i].value, ranges[i].low,
                             ranges[i].high);
    if (o->frozen && o->frozen[0] && !o->start)
        return nsym_fail(NSYM_EINVAL,
                         "frozen is '%s', but there is no start model whose weights these layers could keep",
                         o->frozen);
    if (o->frozen && strlen(o->frozen) >= NSYM_FROZEN_SIZE)
        return nsym_fail(NSYM_EINVAL, "frozen has %zu letters, must have fewer than %d", strlen(o->frozen),
                         (int)NSYM_FROZEN_SIZE);
    if (o->invariance > 0 && !grouped)
        return nsym_fail(
            NSYM_EINVAL,
            "invariance is %g, which compares the copies of an event, but no group says which rows are one event",
            o->invariance);
    return NSYM_OK;
}

/* Rows that are put side by side event by event: those that train, then those that validate. Owned. */
typedef struct {
    size_t rows, events, trains; /* events: all; the first `trains` train */
    size_t *index;               /* (rows) */
    uint32_t *groups;            /* (events + 1) where each begins in index */
    double *labels, *weights;    /* (rows) in that order */
} order;

static void free_order(order *o) {
    free(o->index);
    free(o->groups);
    free(o->labels);
    free(o->weights);
}

typedef struct {
    int64_t group;
    size_t row;
} member;

static int by_group(const void *a, const void *b) {
    const member *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* What is known of the rows (n). Borrowed. */
typedef struct {
    size_t n;
    const double *labels, *weights;
    const int64_t *group;
    const bool *validates;
    size_t classes; /* of the specification; 0: two */
} rows;

/* Labels are 0 ... classes - 1. */
static nsym_status check_label(const rows *r, size_t row) {
    double label = r->labels[row], last = r->classes > 2 ? (double)r->classes - 1 : 1;
    if (label >= 0 && label <= last && label == floor(label)) return NSYM_OK;
    if (r->classes > 2)
        return nsym_fail(NSYM_EINVAL,
                         "row %zu: label is %g, must be 0 to %g, because the specification has %zu classes", row + 1,
                         label, last, r->classes);
    return nsym_fail(NSYM_EINVAL, "row %zu: label is %g, must be 0 or 1%s", row + 1, label,
                     label >= 2 ? "; for more classes set `classes` in the specification" : "");
}

static nsym_status check_rows(const rows *r) {
    if (!r->labels) return nsym_fail(NSYM_EINVAL, "there are no labels, 0 or 1 for each of %zu events", r->n);
    if (r->n > UINT32_MAX) return nsym_fail(NSYM_EINVAL, "%zu events are more than a training takes (2^32)", r->n);
    if (r->classes > NSYM_CLASSES_MAX)
        return nsym_fail(NSYM_EINVAL, "classes is %zu, must be at most %d", r->classes, (int)NSYM_CLASSES_MAX);
    for (size_t i = 0; i < r->n; i++) NSYM_TRY(check_label(r, i));
    return NSYM_OK;
}

/* Rows of one event have one label, and are in one part. */
static nsym_status check_event(const rows *r, const member *sorted, size_t first, size_t end) {
    for (size_t k = first + 1; k < end; k++) {
        size_t a = sorted[first].row, b = sorted[k].row;
        bool parted = r->validates && r->validates[a] != r->validates[b];
        if (r->labels[a] == r->labels[b] && !parted) continue;
        return nsym_fail(NSYM_EINVAL, "rows %zu and %zu belong to one event, but %s", a + 1, b + 1,
                         parted ? "only one of them is a validation event" : "they have different labels");
    }
    return NSYM_OK;
}

/* Finds the events: places in `sorted` where each begins, and how many there are. Shapes: sorted (n), begin (n + 1). */
static nsym_status find_events(member *sorted, size_t *begin, size_t *events, const rows *r) {
    for (size_t i = 0; i < r->n; i++) sorted[i] = (member){r->group ? r->group[i] : (int64_t)i, i};
    qsort(sorted, r->n, sizeof *sorted, by_group);
    *events = 0;
    for (size_t i = 0; i < r->n; i++)
        if (i == 0 || sorted[i].group != sorted[i - 1].group) begin[(*events)++] = i;
    begin[*events] = r->n;
    for (size_t e = 0; r->group && e < *events; e++) NSYM_TRY(check_event(r, sorted, begin[e], begin[e + 1]));
    return NSYM_OK;
}

/* Which events validate: those that are said to, or the last of an order that the seed draws. Shape: checks (events).
 */
static nsym_status choose_checks(bool *checks, size_t *count, const member *sorted, const size_t *begin, size_t events,
                                 const rows *r, const nsym_train_options *o) {
    uint32_t *drawn = malloc((events + 1) * sizeof *drawn);
    if (!drawn) return nsym_fail(NSYM_ENOMEM, "no memory to divide %zu events", events);
    nsym_random random = nsym_random_stream(o->seed, "division", 0);
    size_t wanted = r->validates ? 0 : (size_t)llround((double)events * o->validation);
    for (size_t e = 0; e < events; e++) {
        drawn[e] = (uint32_t)e;
        checks[e] = r->validates && r->validates[sorted[begin[e]].row];
    }
    nsym_random_shuffle(&random, drawn, events);
    for (size_t k = 0; k < wanted; k++) checks[drawn[events - 1 - k]] = true;
    *count = 0;
    for (size_t e = 0; e < events; e++) *count += checks[e];
    free(drawn);
    return NSYM_OK;
}

/* Puts the rows side by side, events that train first. */
static void place_rows(order *out, const member *sorted, const size_t *begin, const bool *checks, const rows *r) {
    size_t used = 0, event = 0;
    for (int validating = 0; validating < 2; validating++)
        for (size_t e = 0; e < out->events; e++) {
            if (checks[e] != (validating == 1)) continue;
            for (size_t k = begin[e]; k < begin[e + 1]; k++, used++) {
                out->index[used] = sorted[k].row;
                out->labels[used] = r->labels[sorted[k].row];
                out->weights[used] = r->weights ? r->weights[sorted[k].row] : 1;
            }
            out->groups[++event] = (uint32_t)used;
        }
}

static nsym_status new_order(order *out, const rows *r, const nsym_train_options *o) {
    size_t checks = 0, n = r->n;
    member *sorted = malloc((n + 1) * sizeof *sorted);
    size_t *begin = malloc((n + 1) * sizeof *begin);
    bool *checked = malloc((n + 1) * sizeof *checked);
    *out = (order){.rows = n,
                   .index = malloc((n + 1) * sizeof *out->index),
                   .groups = calloc(n + 1, sizeof *out->groups),
                   .labels = malloc((n + 1) * sizeof *out->labels),
                   .weights = malloc((n + 1) * sizeof *out->weights)};
    bool room = sorted && begin && checked && out->index && out->groups && out->labels && out->weights;
    nsym_status status = room ? find_events(sorted, begin, &out->events, r)
                              : nsym_fail(NSYM_ENOMEM, "no memory for a training of %zu events", n);
    if (status == NSYM_OK) status = choose_checks(checked, &checks, sorted, begin, out->events, r, o);
    if (status == NSYM_OK) {
        out->trains = out->events - checks;
        place_rows(out, sorted, begin, checked, r);
    }
    free(sorted);
    free(begin);
    free(checked);
    return status;
}

static nsym_train_card card_of(const nsym_train_options *o, bool weights) {
    return (nsym_train_card){.epochs = o->epochs,
                             .batch = o->batch,
                             .learning_rate = o->learning_rate,
                             .weight_decay = o->weight_decay,
                             .precision = o->precision,
                             .sampling = o->sampling,
                             .shuffle = o->shuffle,
                             .scale = o->standardise,
                             .weighted = o->weighted && weights && o->sampling != NSYM_BY_WEIGHT,
                             .classification = 1,
                             .invariance = {.weight = o->invariance, .on_logits = o->invariance_on_logits},
                             .patience = o->patience,
                             .temperature = o->temperature,
                             .min_change = o->min_change};
}

/* Fresh copies take the place of rows that nsym_events_apply made: those of an event side by side, itself first. */
static nsym_status check_fresh(const nsym_fresh *fresh, const order *placed) {
    bool same = !fresh || placed->rows == fresh->events * fresh->copies;
    for (size_t e = 0; fresh && same && e < placed->events; e++) {
        const size_t *row = placed->index + placed->groups[e];
        same = placed->groups[e + 1] - placed->groups[e] == fresh->copies && row[0] % fresh->copies == 0;
        for (size_t k = 1; same && k < fresh->copies; k++) same = row[k] == row[0] + k;
    }
    if (same) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "fresh makes %zu rows of each of %zu events, and these are other rows: give all that "
                     "nsym_events_apply makes of the same events, and its group",
                     fresh->copies, fresh->events);
}

/* New model, with the fingerprints of the events that trained it; of arrays it has none. */
static nsym_status make_model(nsym_model **out, const nsym_fit *fit, const nsym_events *events) {
    size_t n = fit->training.event_count;
    nsym_model *model;
    NSYM_TRY(nsym_fit_model(&model, fit));
    uint32_t *own = events ? malloc((n + 1) * sizeof *own) : NULL;
    nsym_status status = own || !events ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu events", n);
    for (size_t i = 0; own && i < n; i++) own[i] = (uint32_t)fit->training.index[fit->own[i]];
    if (own) status = nsym_fingerprints_keep(model, events, nsym_fingerprints_identity(events), own, n);
    free(own);
    if (status == NSYM_OK)
        *out = model;
    else
        nsym_model_free(model);
    return status;
}

static nsym_status fit_rows(nsym_model **out, nsym_train_history *history, const nsym_model_spec *spec,
                            const nsym_train_options *o, nsym_material material, const rows *r, const order *placed,
                            const nsym_events *events) {
    nsym_train_card card = card_of(o, r->weights != NULL);
    if (o->frozen) strcpy(card.frozen, o->frozen);
    nsym_watcher w = {history, o->watch, o->context};
    material.index = placed->index;
    nsym_fit fit = {.spec = spec,
                    .material = &material,
                    .training = {.card = &card,
                                 .labels = placed->labels,
                                 .weights = placed->weights,
                                 .parts = {.train_count = placed->trains,
                                           .groups = placed->groups,
                                           .check_first = placed->trains,
                                           .check_count = placed->events - placed->trains,
                                           .classes = spec->classes},
                                 .seed = nsym_member_seed(o->seed, "member", 0),
                                 .start = nsym_member_seed(o->seed, "member", 0),
                                 .begin = o->start,
                                 .watch = nsym_watcher_keep,
                                 .context = &w,
                                 .stop = o->stop,
                                 .fresh = o->fresh,
                                 .sample = events,
                                 .index = placed->index},
                    .draws = o->seed};
    history->epoch = calloc(o->epochs + 1, sizeof *history->epoch);
    nsym_status status =
        history->epoch ? nsym_fit_open(&fit) : nsym_fail(NSYM_ENOMEM, "no memory for %zu epochs", o->epochs);
    if (status == NSYM_OK) status = nsym_fit_train(&fit);
    if (status == NSYM_OK) status = make_model(out, &fit, events);
    nsym_fit_close(&fit);
    return status;
}

static nsym_status train(nsym_model **out, nsym_train_history *history, const nsym_model_spec *spec,
                         const nsym_train_options *o, const nsym_material *material, const rows *r,
                         const nsym_events *events) {
    nsym_train_history own = {0};
    order placed = {0};
    nsym_status status = check_options(o, r->group != NULL);
    if (status == NSYM_OK) status = check_rows(r);
    if (status == NSYM_OK) status = new_order(&placed, r, o);
    if (status == NSYM_OK) status = check_fresh(o->fresh, &placed);
    if (status == NSYM_OK) status = fit_rows(out, &own, spec, o, *material, r, &placed, events);
    free_order(&placed);
    if (status == NSYM_OK && history)
        *history = own;
    else
        nsym_train_history_free(&own);
    return status;
}

/* The widths of the inputs by their names. */
static nsym_status resolve(nsym_model_spec *spec) {
    NSYM_TRY(nsym_input_resolve(&spec->particle_input, NSYM_PER_PARTICLE, spec));
    NSYM_TRY(nsym_input_resolve(&spec->event_input, NSYM_PER_EVENT, spec));
    return nsym_input_resolve(&spec->gate_input, NSYM_PER_EVENT, spec);
}

/* The values (events) of a column of one value, or NULL. */
static const double *values_of(const nsym_events *events, const char *name) {
    const nsym_column *column = name ? nsym_events_column(events, name) : NULL;
    return column && column->width == 1 ? column->values : NULL;
}

/* Columns that say which rows are one event's and which validate, as numbers and truths; new, NULL where no name is
   given. */
static nsym_status read_columns(int64_t **group, bool **validates, const nsym_events *events,
                                const nsym_train_options *o) {
    const double *groups = values_of(events, o->group), *checks = values_of(events, o->validates);
    if ((o->group && !groups) || (o->validates && !checks))
        return nsym_role_missing(events, o->group && !groups ? o->group : o->validates);
    if (groups && !(*group = malloc((events->count + 1) * sizeof **group)))
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    if (checks && !(*validates = malloc((events->count + 1) * sizeof **validates)))
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    for (size_t i = 0; i < events->count; i++) {
        if (groups && (groups[i] != floor(groups[i]) || fabs(groups[i]) > 9e15))
            return nsym_fail(NSYM_EINVAL, "row %zu: %s is %g, must be an event's number", nsym_events_row(events, i),
                             o->group, groups[i]);
        if (checks && checks[i] != 0 && checks[i] != 1)
            return nsym_fail(NSYM_EINVAL, "row %zu: %s is %g, must be 0 or 1", nsym_events_row(events, i), o->validates,
                             checks[i]);
        if (groups) (*group)[i] = (int64_t)groups[i];
        if (checks) (*validates)[i] = checks[i] == 1;
    }
    return NSYM_OK;
}

nsym_status nsym_train_events(nsym_model **out, nsym_train_history *history, const nsym_model_spec *spec,
                              const nsym_train_options *options, const nsym_events *events) {
    nsym_model_spec resolved = *spec;
    const nsym_material material = nsym_material_of_events(events);
    int64_t *group = NULL;
    bool *validates = NULL;
    nsym_status status = resolve(&resolved);
    const nsym_column *label = NULL, *weight = NULL;
    if (status == NSYM_OK) status = nsym_role_column(&label, events, "label");
    if (status == NSYM_OK) status = nsym_role_column(&weight, events, "weight");
    if (status == NSYM_OK && !label) status = nsym_role_missing(events, "label");
    if (status == NSYM_OK) status = read_columns(&group, &validates, events, options);
    if (status == NSYM_OK && label) {
        const rows r = {events->count, label->values, weight ? weight->values : NULL, group, validates, spec->classes};
        status = train(out, history, &resolved, options, &material, &r, events);
    }
    free(group);
    free(validates);
    return status;
}

/* Inputs of a known name may leave their width to it; any other is as wide as it says. */
static nsym_status resolve_given(nsym_model_spec *spec) {
    nsym_input *const inputs[] = {&spec->particle_input, &spec->event_input, &spec->gate_input};
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        nsym_input *input = inputs[part];
        if (input->width || !input->name[0]) continue;
        NSYM_TRY(nsym_input_resolve(input, part == 0 ? NSYM_PER_PARTICLE : NSYM_PER_EVENT, spec));
    }
    return NSYM_OK;
}

nsym_status nsym_train_arrays(nsym_model **out, nsym_train_history *history, const nsym_model_spec *spec,
                              const nsym_train_options *options, const nsym_train_data *data) {
    nsym_model_spec resolved = *spec;
    const nsym_material material = nsym_material_of_arrays(&data->inputs);
    const rows r = {data->inputs.events, data->labels, data->weights, data->group, data->validates, spec->classes};
    const uint64_t *offsets = data->inputs.offsets;
    if (options->fresh) return nsym_fail(NSYM_EINVAL, "fresh copies are made of events, and these are arrays");
    for (size_t i = 0; offsets && i < r.n; i++)
        if (offsets[0] != 0 || offsets[i + 1] < offsets[i])
            return nsym_fail(NSYM_EINVAL, "offsets must rise from 0; those of event %zu are %llu and %llu", i,
                             (unsigned long long)offsets[i], (unsigned long long)offsets[i + 1]);
    NSYM_TRY(resolve_given(&resolved));
    return train(out, history, &resolved, options, &material, &r, NULL);
}
