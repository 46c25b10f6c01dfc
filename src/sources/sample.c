#include "sources/sample.h"

#include "base/fail.h"
#include "data/events.h"
#include "detector/threshold.h"
#include "sources/chain.h"
#include "sources/checks.h"
#include "sources/cuts.h"
#include "sources/fresh_rows.h"
#include "sources/judge.h"
#include "sources/kinematics.h"
#include "sources/labels.h"
#include "sources/order.h"
#include "sources/pictures.h"
#include "sources/weights.h"
#include "train/fingerprints.h"
#include <nearsym/observables.h>
#include <nearsym/splot.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 }; /* events of a source that makes them when they are asked for */

void nsym_sample_free(nsym_sample *sample) {
    nsym_events_free(sample->events);
    nsym_events_free(sample->shown);
    nsym_events_free(sample->pictures);
    nsym_splot_fits_free(sample->fits);
    nsym_sample_origin_free(sample->origin);
    free(sample->groups);
    free(sample->tests);
    *sample = (nsym_sample){0};
}

nsym_status nsym_sample_named(nsym_status status, const nsym_data_card *card) {
    if (status == NSYM_OK || !nsym_data_reads_files(card)) return status;
    return nsym_fail_in(status, "%s: ", card->file[0] ? card->file : "data.files");
}

nsym_status nsym_grid_same(const nsym_events *events, const char *grid, const char *expected) {
    const char *given = nsym_events_attribute(events, "grid");
    if (!given || strcmp(given, grid) == 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "the cells belong to a grid of %s, but %s %s", given, expected, grid);
}

nsym_status nsym_grid_set(nsym_events *events, const nsym_data_card *card) {
    char grid[64];
    size_t nx, ny;
    if (!nsym_grid_of(card, &nx, &ny)) return NSYM_OK;
    if (!events->offsets || nsym_events_feature(events, "cell") == NSYM_NONE) {
        if (card->source != &nsym_source_file || card->detector.cells.nx) return NSYM_OK;
        return nsym_fail(NSYM_EFORMAT,
                         "data.cells is the grid of particles that are cells, but these particles have no 'cell', the "
                         "number of the cell in the grid; use detector.cells to sum positions in cells");
    }
    snprintf(grid, sizeof grid, "%zux%zu", nx, ny);
    if (!card->detector.cells.nx) NSYM_TRY(nsym_grid_same(events, grid, "data.cells has"));
    return nsym_events_set_attribute(events, "grid", grid);
}

/* Do the events have the values of all of them? */
static bool have_all(const nsym_events *events, const nsym_observables *observables) {
    size_t stride, k = 0, n = nsym_observables_count(observables);
    while (k < n && nsym_events_values(events, nsym_observables_name(observables, k), &stride)) k++;
    return k == n;
}

nsym_status nsym_observe(nsym_events *events, const char *names, size_t workers, bool (*stop)(void)) {
    nsym_observables *observables;
    NSYM_TRY(nsym_observables_parse(&observables, names));
    size_t stride, n = nsym_observables_count(observables);
    if (have_all(events, observables)) {
        nsym_observables_free(observables);
        return NSYM_OK;
    }
    double *values = malloc((events->count * n + 1) * sizeof *values), *column;
    nsym_status status =
        values ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu observables of %zu events", n, events->count);
    if (status == NSYM_OK) status = nsym_observables_compute(values, observables, events, workers, NULL, stop);
    for (size_t k = 0; status == NSYM_OK && k < n; k++) {
        const char *name = nsym_observables_name(observables, k);
        if (nsym_events_values(events, name, &stride)) continue;
        status = nsym_events_add_column(events, name, "", "", 1, &column);
        for (size_t i = 0; status == NSYM_OK && i < events->count; i++) column[i] = values[i * n + k];
    }
    nsym_observables_free(observables);
    free(values);
    return status;
}

/* A sample while it is made. */
typedef struct {
    const nsym_data_card *card;
    size_t workers;
    bool (*stop)(void);
    bool read; /* the source's events are there: what fails then is about what they are */
    nsym_supply supply;
    size_t *number; /* (supply.count) what events that were selected count as in random draws; NULL: as they stand */
    nsym_chain chain;
    nsym_builder rows;
    nsym_units units;
    size_t *order;        /* (units.count) */
    size_t loaded;        /* events before they were selected */
    char *note, *warning; /* of the sample */
} making;

/* What one event of the source is like. */
static nsym_status open_chain(making *m) {
    static const size_t none = 0;
    nsym_events *like = m->supply.all;
    if (!like) NSYM_TRY(m->card->source->make(&like, m->supply.state, &none, 1));
    nsym_status status = nsym_chain_open(&m->chain, m->card, like);
    size_t width;
    if (status == NSYM_OK) {
        const char *const *names = nsym_chain_features(&m->chain, like, &width);
        status = nsym_builder_begin(&m->rows, like, names, width);
    }
    if (!m->supply.all) nsym_events_free(like);
    return status;
}

/* Cuts and new columns. A cut changes no random draw of the events that it leaves. */
static nsym_status cut(making *m) {
    if (!nsym_cuts_are_made(m->card)) return NSYM_OK;
    free(m->supply.all->origin);
    m->supply.all->origin = NULL;
    m->loaded = m->supply.count;
    NSYM_TRY(nsym_cuts_make(&m->supply.all, m->note, m->card));
    const nsym_events *all = m->supply.all;
    m->supply.count = all->count;
    if (!all->origin) return NSYM_OK;
    m->number = malloc((all->count + 1) * sizeof *m->number);
    if (!m->number) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", all->count);
    memcpy(m->number, all->origin, all->count * sizeof *m->number);
    return NSYM_OK;
}

/* Events that are all there: their labels, what a detector is about to change, and values that none can have. */
static nsym_status prepare_all(making *m) {
    if (!m->supply.all) return NSYM_OK;
    NSYM_TRY(cut(m));
    NSYM_TRY(nsym_labels_make(&m->supply.all, m->note, &m->card->labels, m->card->seed));
    const nsym_events *all = m->supply.all;
    bool placed = nsym_events_feature(all, "d_eta") != NSYM_NONE || nsym_events_feature(all, "cell") != NSYM_NONE;
    bool objects = placed && nsym_events_feature(all, "pt") != NSYM_NONE;
    m->supply.count = all->count;
    if (all->offsets && objects) NSYM_TRY(nsym_threshold_cut(m->supply.all, 0));
    return m->card->detector.smear.resolution > 0 ? nsym_kinematics_add(m->supply.all, true) : NSYM_OK;
}

/* Events of one class that stand one after the other; a cut may leave of each class another number. */
static size_t block_of(const making *m) {
    return m->number ? m->supply.count : nsym_source_block(m->card, m->supply.count);
}

/* Numbers of events that begin anew in every file would join rows that have nothing to do with each other. */
static void tell_groups(const making *m) {
    const nsym_column *file = m->supply.all ? nsym_events_column(m->supply.all, "file") : NULL;
    const nsym_units *u = &m->units;
    const char *group = m->card->copies.group;
    size_t mixed = 0, used = strlen(m->note);
    if (!group[0] || !m->card->files[0] || !file || file->width != 1) return;
    for (size_t i = 0; i < u->count; i++)
        for (size_t k = u->first[i] + 1; k < u->first[i + 1]; k++) {
            if (file->values[u->member[k]] == file->values[u->member[u->first[i]]]) continue;
            mixed++;
            break;
        }
    if (mixed && used < NSYM_NOTE_SIZE)
        snprintf(m->note + used, NSYM_NOTE_SIZE - used,
                 "warning: %zu of %zu events (copies.group: %s) have rows from several files; if each file numbers its "
                 "events from the start, define a unique number: data.define: {event: \"%s + 1e9 * file\"}\n",
                 mixed, u->count, group, group);
}

static nsym_status open_making(making *m) {
    nsym_status status = nsym_supply_open(&m->supply, m->card, m->stop);
    m->read = status == NSYM_OK;
    if (status == NSYM_OK) status = prepare_all(m);
    if (status == NSYM_OK) status = open_chain(m);
    if (status == NSYM_OK) status = nsym_units_new(&m->units, m->card, m->supply.all, m->supply.count, block_of(m));
    if (status == NSYM_OK) tell_groups(m);
    return status;
}

static void close_making(making *m) {
    free(m->order);
    free(m->number);
    nsym_units_free(&m->units);
    nsym_builder_free(&m->rows);
    nsym_chain_close(&m->chain);
    nsym_supply_close(&m->supply);
}

/* How many rows each of some events gives: copies, or rotations. */
typedef struct {
    size_t copies, turns;
} take;

static nsym_status add_event(making *m, const nsym_events *events, size_t i, size_t number, take t) {
    if (m->stop && m->stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped on request while a sample was made");
    return t.turns ? nsym_chain_turn(&m->rows, &m->chain, events, i, number, t.turns)
                   : nsym_chain_add(&m->rows, &m->chain, events, i, number, t.copies);
}

/* The number that a repeat of an event would have without a cut: the inverse of nsym_event_of. */
static size_t number_before_cut(const making *m, size_t event, size_t repeat) {
    size_t block = nsym_source_block(m->card, m->loaded);
    return event / block * block * m->card->repeat + repeat * block + event % block;
}

/* What an event of a number counts as in random draws. */
static size_t drawn_number(const making *m, size_t number) {
    size_t block = block_of(m);
    return m->number ? number_before_cut(m, m->number[nsym_event_of(m->card, block, number)], number / block) : number;
}

/* Adds the rows of the events with these numbers (n), at most CHUNK where they are to be made. */
static nsym_status add_some(making *m, const size_t *numbers, size_t n, take t) {
    size_t of[CHUNK], block = block_of(m);
    nsym_events *made = NULL;
    nsym_status status = NSYM_OK;
    for (size_t i = 0; m->supply.all && status == NSYM_OK && i < n; i++) {
        size_t event = nsym_event_of(m->card, block, numbers[i]);
        status = add_event(m, m->supply.all, event, drawn_number(m, numbers[i]), t);
    }
    if (m->supply.all) return status;
    for (size_t i = 0; i < n; i++) of[i] = nsym_event_of(m->card, block, numbers[i]);
    NSYM_TRY(m->card->source->make(&made, m->supply.state, of, n));
    for (size_t i = 0; status == NSYM_OK && i < n; i++) status = add_event(m, made, i, numbers[i], t);
    nsym_events_free(made);
    return status;
}

/* Keeps what the events of these units (n) are made of, where their copies are made anew. */
static nsym_status keep_origin(const making *m, nsym_sample *out, const size_t *order, size_t n) {
    const nsym_units *u = &m->units;
    if (!m->card->copies.fresh) return NSYM_OK;
    NSYM_TRY(nsym_sample_origin_new(&out->origin, u->first[u->count]));
    for (size_t i = 0; i < n; i++)
        for (size_t k = u->first[order[i]]; k < u->first[order[i] + 1]; k++) {
            size_t at = out->origin->count++;
            out->origin->event[at] = nsym_event_of(m->card, block_of(m), u->member[k]);
            out->origin->number[at] = drawn_number(m, u->member[k]);
        }
    return NSYM_OK;
}

/* Which rows are one event's, where events have several. */
typedef struct {
    size_t count, *first, *of; /* events; (count) a row of each; (rows) 1 + the event of each, 0: none */
} families;

static void free_families(families *f) {
    free(f->first);
    free(f->of);
}

static nsym_status new_families(families *f, size_t rows) {
    *f = (families){.first = calloc(rows + 1, sizeof *f->first), .of = calloc(rows + 1, sizeof *f->of)};
    return f->first && f->of ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu rows", rows);
}

/* An event has n rows from the first on. */
static void add_family(families *f, size_t first, size_t n) {
    f->first[f->count++] = first;
    for (size_t row = first; row < first + n; row++) f->of[row] = f->count;
}

static nsym_status weigh_once(const making *m, nsym_events *events) {
    const nsym_data_card *card = m->card;
    NSYM_TRY(nsym_weights_make(events, &card->weights));
    if (!nsym_data_reads_files(card) || card->labels.from != NSYM_LABELS_COLUMN) return NSYM_OK;
    return nsym_weights_balance(events, card->weights.balance, m->note, m->warning);
}

/* Weights that all events make together: every event counts once, and its copies have its weight. */
static nsym_status weigh(const making *m, nsym_events *events, const families *f) {
    nsym_events *once = NULL;
    double *from, *to;
    if (!f->count) return weigh_once(m, events);
    NSYM_TRY(nsym_weights_make(events, &(nsym_weights_card){0})); /* as they are, checked */
    NSYM_TRY(nsym_events_select(&once, events, f->first, f->count));
    nsym_status status = weigh_once(m, once);
    if (status == NSYM_OK) status = nsym_column_values(&from, once, "weight");
    if (status == NSYM_OK) status = nsym_column_values(&to, events, "weight");
    for (size_t row = 0; status == NSYM_OK && row < events->count; row++)
        if (f->of[row]) to[row] = from[f->of[row] - 1];
    nsym_events_free(once);
    return status;
}

/* What is computed of the events' rows, before they are put in order. */
static nsym_status complete(const making *m, nsym_events *events, const families *f) {
    const nsym_data_card *card = m->card;
    if (card->detector.threshold > 0 && !(events->offsets && events->offsets[events->count] > 0))
        return nsym_fail(NSYM_EINVAL, "no event has a particle or cell of at least %g GeV (detector.threshold)",
                         card->detector.threshold);
    NSYM_TRY(nsym_kinematics_add(events, false));
    NSYM_TRY(weigh(m, events, f));
    if (card->observables[0]) NSYM_TRY(nsym_observe(events, card->observables, m->workers, m->stop));
    return nsym_grid_set(events, card);
}

/* ---- A sample that every training divides for itself ---- */

/* Rows of all events, by their numbers. */
static nsym_status make_rows(making *m, nsym_events **out) {
    size_t all = m->supply.count * m->card->repeat;
    if (m->supply.all && !m->chain.acts && m->card->repeat == 1) {
        *out = m->supply.all;
        m->supply.all = NULL;
        return NSYM_OK;
    }
    if (all * m->chain.copies > UINT32_MAX / 4)
        return nsym_fail(NSYM_EINVAL, "%zu events x %zu copies are more rows than a sample holds (2^30)", all,
                         m->chain.copies);
    for (size_t first = 0; first < all; first += CHUNK) {
        size_t numbers[CHUNK], n = all - first < CHUNK ? all - first : CHUNK;
        for (size_t i = 0; i < n; i++) numbers[i] = first + i;
        NSYM_TRY(add_some(m, numbers, n, (take){.copies = m->chain.copies}));
    }
    return nsym_builder_end(out, &m->rows);
}

/* The rows in the units' order, those of an event side by side, and, where they are copies, where each begins. */
static nsym_status put_in_order(making *m, nsym_sample *out, const nsym_events *made) {
    const nsym_units *u = &m->units;
    bool by_column = m->card->copies.group[0], grouped = by_column || m->chain.copies > 1;
    size_t used = 0, event = 0, *index = malloc((made->count + 1) * sizeof *index);
    out->count = by_column ? u->count : u->first[u->count];
    if (grouped) out->groups = calloc(out->count + 1, sizeof *out->groups);
    if (!index || (grouped && !out->groups)) {
        free(index);
        return nsym_fail(NSYM_ENOMEM, "no memory to order %zu rows", made->count);
    }
    for (size_t i = 0; i < u->count; i++) {
        size_t end = u->first[m->order[i] + 1];
        for (size_t k = u->first[m->order[i]]; k < end; k++) {
            for (size_t c = 0; c < m->chain.copies; c++) index[used++] = u->member[k] * m->chain.copies + c;
            if (grouped && (!by_column || k + 1 == end)) out->groups[++event] = (uint32_t)used;
        }
    }
    nsym_status status = nsym_events_select(&out->events, made, index, used);
    free(index);
    return status;
}

static nsym_status draw_order(making *m, nsym_sample *out, const nsym_events *made) {
    const nsym_units *u = &m->units;
    const nsym_split_card *split = &m->card->split;
    NSYM_TRY(nsym_order_draw(&m->order, u->count, m->card->seed, "order", 0));
    for (size_t i = 0; !split->shuffle && i < u->count; i++) m->order[i] = i;
    if (!split->stratify || !split->shuffle)
        return nsym_order_parts(&out->given, m->order, u, made, m->chain.copies, m->card);
    double *labels = malloc((u->count + 1) * sizeof *labels);
    if (!labels) return nsym_fail(NSYM_ENOMEM, "no memory to order %zu events", u->count);
    const double *label = nsym_events_column(made, "label")->values;
    for (size_t i = 0; i < u->count; i++) labels[i] = label[u->member[u->first[i]] * m->chain.copies];
    nsym_status status = nsym_order_spread(m->order, labels, u->count);
    free(labels);
    return status == NSYM_OK ? nsym_order_parts(&out->given, m->order, u, made, m->chain.copies, m->card) : status;
}

/* Of rows that are all there, before they are put in order. */
static nsym_status find_families(families *f, const making *m, size_t rows) {
    const nsym_units *u = &m->units;
    bool by_column = m->card->copies.group[0];
    if (!nsym_weights_are_made(m->card) || !(by_column || m->chain.copies > 1)) return NSYM_OK;
    NSYM_TRY(new_families(f, rows));
    for (size_t i = 0; i < u->count; i++)
        for (size_t k = u->first[i]; k < u->first[i + 1]; k++) {
            if (!by_column || k == u->first[i])
                add_family(f, u->member[k] * m->chain.copies, m->chain.copies);
            else
                f->of[u->member[k]] = f->count;
        }
    return NSYM_OK;
}

static nsym_status make_whole(making *m, nsym_sample *out) {
    nsym_events *made = NULL;
    families rows = {0};
    NSYM_TRY(nsym_groups_check(m->card, m->supply.count));
    nsym_status status = make_rows(m, &made);
    if (status == NSYM_OK) status = find_families(&rows, m, made->count);
    if (status == NSYM_OK) status = complete(m, made, &rows);
    free_families(&rows);
    if (status == NSYM_OK) status = draw_order(m, out, made);
    if (status == NSYM_OK) status = put_in_order(m, out, made);
    if (status == NSYM_OK) status = keep_origin(m, out, m->order, m->units.count);
    nsym_events_free(made);
    return status;
}

/* ---- A sample of which a reserve trains ---- */

/* Adds a unit: all its members with their copies, or the event itself. */
static nsym_status add_units(making *m, const size_t *order, size_t n, bool all) {
    const nsym_units *u = &m->units;
    size_t numbers[CHUNK], used = 0;
    take t = {.copies = all ? m->chain.copies : 1};
    for (size_t i = 0; i < n; i++) {
        size_t first = u->first[order[i]], end = all ? u->first[order[i] + 1] : first + 1;
        for (size_t k = first; k < end; k++) {
            numbers[used++] = u->member[k];
            if (used < CHUNK) continue;
            NSYM_TRY(add_some(m, numbers, used, t));
            used = 0;
        }
    }
    return add_some(m, numbers, used, t);
}

/* The rotated test events. */
static nsym_status add_turned(making *m, nsym_sample *out, const size_t *order) {
    take t = {.turns = m->card->rotations};
    out->turned_first = m->rows.count;
    out->measured = m->card->measured;
    out->rotations = m->card->rotations;
    for (size_t i = 0; i < m->card->measured; i++)
        NSYM_TRY(add_some(m, &m->units.member[m->units.first[order[i]]], 1, t));
    return NSYM_OK;
}

/* Where the rows of each event of the reserve begin, where a column says what an event's are. */
static nsym_status group_reserve(making *m, nsym_sample *out, const size_t *order, size_t n) {
    if (!m->card->copies.group[0]) return NSYM_OK;
    out->groups = calloc(n + 1, sizeof *out->groups);
    if (!out->groups) return nsym_fail(NSYM_ENOMEM, "no memory for the copies of %zu events", n);
    for (size_t i = 0; i < n; i++)
        out->groups[i + 1] = out->groups[i] + (uint32_t)(m->units.first[order[i] + 1] - m->units.first[order[i]]);
    out->parts.groups = out->groups;
    return NSYM_OK;
}

/* Of the rows of a reserve, then of test events. */
static nsym_status find_divided_families(families *f, const making *m, const nsym_sample *sample) {
    const nsym_parts *p = &sample->parts;
    const nsym_units *u = &m->units;
    size_t tests = nsym_tests_of(m->card, u->count), row = p->test_first;
    if (!nsym_weights_are_made(m->card)) return NSYM_OK;
    NSYM_TRY(new_families(f, sample->events->count));
    for (size_t i = 0; i < p->train_count + p->check_count; i++)
        add_family(f, nsym_part_first(p, i), nsym_part_rows(p, i));
    for (size_t i = 0, n; i < tests; i++, row += n) {
        n = m->card->copies.test_all ? (u->first[m->order[i] + 1] - u->first[m->order[i]]) * m->chain.copies : 1;
        add_family(f, row, n);
    }
    return NSYM_OK;
}

/* A test sample that lacks a class measures nothing. */
static nsym_status check_test(const nsym_sample *sample) {
    const double *label = nsym_events_column(sample->events, "label")->values;
    nsym_class_counts counts = {.classes = sample->parts.classes};
    for (size_t i = 0; i < sample->parts.test_count; i++)
        nsym_class_count(&counts, label[sample->parts.test_first + i]);
    return nsym_class_counts_check(&counts, "test");
}

static nsym_status make_divided(making *m, nsym_sample *out) {
    const nsym_split_card *split = &m->card->split;
    size_t tests, n = m->units.count, checks = (size_t)llround((double)split->reserve * split->validation),
                  *other = NULL;
    NSYM_TRY(nsym_division_check(m->card, n));
    if (split->validation > 0 && checks == 0)
        return nsym_fail(NSYM_EINVAL, "split.validation is %g, less than one event of the reserve of %zu; raise it",
                         split->validation, split->reserve);
    NSYM_TRY(nsym_order_draw(&m->order, n, m->card->seed, "order", 0));
    for (size_t i = 0; !split->shuffle && i < n; i++) m->order[i] = i;
    if (split->overlap) NSYM_TRY(nsym_order_draw(&other, n, m->card->seed, "order", 1));
    tests = nsym_tests_of(m->card, n);
    const size_t *reserve = split->overlap ? other : m->order + tests;
    out->divided = true;
    out->parts = (nsym_parts){.train_count = split->reserve - checks,
                              .copies = m->chain.copies,
                              .check_first = checks ? split->reserve - checks : 0,
                              .check_count = checks,
                              .classes = split->classes};
    bool all = !m->card->tests_only || nsym_weights_are_made(m->card);
    nsym_status status = all ? add_units(m, reserve, split->reserve, true) : NSYM_OK;
    if (status == NSYM_OK && all) status = group_reserve(m, out, reserve, split->reserve);
    if (status == NSYM_OK && all) status = keep_origin(m, out, reserve, split->reserve);
    free(other);
    out->parts.test_first = m->rows.count;
    if (status == NSYM_OK) status = add_units(m, m->order, tests, m->card->copies.test_all);
    out->parts.test_count = m->rows.count - out->parts.test_first;
    if (status == NSYM_OK) status = add_turned(m, out, m->order);
    if (status == NSYM_OK) status = nsym_builder_end(&out->events, &m->rows);
    families rows = {0};
    if (status == NSYM_OK) status = find_divided_families(&rows, m, out);
    if (status == NSYM_OK) status = complete(m, out->events, &rows);
    free_families(&rows);
    if (status == NSYM_OK) out->count = split->reserve + tests;
    return status == NSYM_OK ? check_test(out) : status;
}

/* ---- What follows from the parts ---- */

/* With folds all events that are left are divided in them; a member trains on the first `train_size` outside its own.
 */
static nsym_status parts_of_whole(nsym_parts *out, uint32_t **tests, const nsym_sample *s, const nsym_data_card *card,
                                  size_t train_size) {
    double *labels = malloc((s->count + 1) * sizeof *labels);
    const double *label = nsym_events_column(s->events, "label")->values;
    if (!labels) return nsym_fail(NSYM_ENOMEM, "no memory to divide %zu events", s->count);
    for (size_t e = 0; e < s->count; e++) labels[e] = label[s->groups ? s->groups[e] : e];
    nsym_split_card split = card->split;
    split.given = s->given;
    nsym_status status = nsym_parts_of(out, &split, split.folds ? 0 : train_size, labels, s->count);
    free(labels);
    if (status != NSYM_OK || !s->groups) return status;
    const uint32_t *test = s->groups + out->test_first;
    size_t n = out->test_count;
    out->groups = s->groups + out->train_first;
    out->train_first = out->groups[0];
    out->test_first = test[0];
    if (card->copies.test_all) {
        out->test_count = test[n] - test[0];
        return NSYM_OK;
    }
    *tests = malloc((n + 1) * sizeof **tests);
    if (!*tests) return nsym_fail(NSYM_ENOMEM, "no memory for %zu test events", n);
    memcpy(*tests, test, n * sizeof **tests);
    out->tests = *tests;
    return NSYM_OK;
}

nsym_status nsym_sample_parts(nsym_parts *out, uint32_t **tests, const nsym_sample *sample, const nsym_data_card *card,
                              size_t train_size) {
    *tests = NULL;
    if (!sample->divided) return parts_of_whole(out, tests, sample, card, train_size);
    *out = sample->parts;
    return NSYM_OK;
}

/* Weights of the events that train and of those that validate, each by themselves; what tests counts as it is. */
static nsym_status match_weights(nsym_sample *out, const nsym_data_card *card, const nsym_parts *parts,
                                 size_t workers) {
    nsym_weights_card weights = card->weights;
    if (card->labels.from == NSYM_LABELS_TRUTH) weights.kde = NSYM_KDE_NONE;
    if (weights.kde == NSYM_KDE_NONE && !weights.balance) return NSYM_OK;
    const size_t ends[2][2] = {{0, parts->train_count}, {parts->check_first, parts->check_first + parts->check_count}};
    for (size_t k = 0; k < 2; k++) {
        if (ends[k][0] == ends[k][1]) continue;
        size_t first = nsym_part_first(parts, ends[k][0]), end = nsym_part_first(parts, ends[k][1]);
        NSYM_TRY(nsym_weights_match(out->warning, out->events, first, end - first, &weights, workers));
    }
    return NSYM_OK;
}

static nsym_status finish(making *m, nsym_sample *out) {
    nsym_parts parts = {0};
    uint32_t *tests = NULL;
    const nsym_data_card *card = m->card;
    out->identity = nsym_fingerprints_identity(out->events);
    nsym_status status = NSYM_OK;
    if (nsym_split_is_of_sample(card)) status = nsym_sample_parts(&parts, &tests, out, card, 0);
    if (status == NSYM_OK && nsym_split_is_of_sample(card)) status = match_weights(out, card, &parts, m->workers);
    if (status == NSYM_OK && nsym_mass_judges(card)) status = nsym_judge_open(out, card, &parts, m->workers);
    free(tests);
    return status;
}

/* What figures show: the columns, and images where there are cells or pixels. Momenta are few, and are kept as they
   are. */
static nsym_status show(making *m, nsym_sample *out) {
    bool momenta = out->events->offsets && nsym_events_feature(out->events, "px") != NSYM_NONE;
    if (!momenta) NSYM_TRY(nsym_events_columns(&out->shown, out->events, 0, out->events->count));
    return nsym_pictures_make(&out->pictures, &(nsym_shown){.card = m->card,
                                                            .chain = &m->chain,
                                                            .supply = &m->supply,
                                                            .units = &m->units,
                                                            .order = m->order,
                                                            .sample = out});
}

nsym_status nsym_sample_load(nsym_sample *out, const nsym_data_card *card, size_t workers, bool (*stop)(void)) {
    making m = {.card = card, .workers = workers, .stop = stop, .note = out->note, .warning = out->warning};
    *out = (nsym_sample){0};
    nsym_status status = open_making(&m);
    if (status == NSYM_OK) status = card->split.reserve ? make_divided(&m, out) : make_whole(&m, out);
    if (status == NSYM_OK && !card->tests_only) status = finish(&m, out);
    if (status == NSYM_OK && !card->tests_only) status = show(&m, out);
    if (status == NSYM_OK && out->origin) {
        out->origin->all = m.supply.all;
        m.supply.all = NULL;
    }
    close_making(&m);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_sample_free(out);
    return m.read ? nsym_sample_named(status, card) : status;
}
