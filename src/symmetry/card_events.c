#include "symmetry/card_events.h"

#include "base/arena.h"
#include "base/fail.h"
#include "base/list.h"
#include "sources/cuts.h"
#include "sources/files.h"
#include "sources/labels.h"
#include "sources/sample.h"
#include "symmetry/act.h"
#include <nearsym/random.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "binning=uniform": has the run that value? `known` is told whether it has such an axis. */
static bool has_value(const nsym_point *point, const char *text, size_t n, bool *known) {
    const char *equals = memchr(text, '=', n);
    char name[128];
    snprintf(name, sizeof name, "%.*s", equals ? (int)(equals - text) : (int)n, text);
    const char *value = nsym_point_value(point, name);
    size_t length = equals ? n - (size_t)(equals + 1 - text) : 0;
    *known |= value != NULL;
    return value && equals && strlen(value) == length && memcmp(value, equals + 1, length) == 0;
}

static bool is_at(const nsym_point *point, const char *where) {
    size_t n;
    bool known = false, all = true;
    for (const char *at = where, *next; all && at; at = next) {
        next = nsym_list_next(at, &n);
        all = has_value(point, at, n, &known);
    }
    return all;
}

/* No run is there: because of a name, or of a value? */
static nsym_status tell_nowhere(const nsym_grid *grid, const char *where) {
    size_t n;
    char axes[256] = "";
    const char *axis[64];
    size_t count = 0;
    for (size_t i = 0; i < grid->points; i++)
        for (size_t k = 0; k < grid->point[i].coordinates; k++) {
            const char *name = grid->point[i].coordinate[k].name;
            size_t at = 0;
            while (at < count && strcmp(axis[at], name) != 0) at++;
            if (at == count && count < 64) axis[count++] = name;
        }
    for (size_t k = 0; k < count; k++) nsym_list_tell(axes, sizeof axes, axis[k]);
    for (const char *at = where, *next; at; at = next) {
        bool known = false, any = false;
        next = nsym_list_next(at, &n);
        for (size_t i = 0; i < grid->points; i++) any |= has_value(&grid->point[i], at, n, &known);
        if (!known)
            return nsym_fail(NSYM_ENOTFOUND, "the card's runs have no axis '%.*s'; they have %s",
                             (int)strcspn(at, "=,"), at, axes);
        if (!any) return nsym_fail(NSYM_ENOTFOUND, "no run of the card has %.*s", (int)n, at);
    }
    return nsym_fail(NSYM_ENOTFOUND, "no run of the card has all of %s", where);
}

/* The first run at the place, or with a detector. */
static nsym_status choose(nsym_card_events *out, const char *where) {
    const nsym_grid *grid = &out->grid;
    for (size_t i = 0; !out->point && i < grid->points; i++)
        if (where ? is_at(&grid->point[i], where) : nsym_detector_acts(&grid->point[i].card.data.detector))
            out->point = &grid->point[i];
    if (!out->point && where) return tell_nowhere(grid, where);
    if (!out->point && grid->points) out->point = &grid->point[0];
    if (!out->point) return nsym_fail(NSYM_EINVAL, "the card's experiments have no runs");
    out->card = &out->point->card;
    return NSYM_OK;
}

static nsym_status read_card(nsym_card_events *out, const nsym_study_options *study, const char *where) {
    NSYM_TRY(nsym_card_open(&out->tree, study));
    const nsym_node *experiments = nsym_node_at(out->tree->root, "experiments");
    if (experiments && experiments->count) {
        NSYM_TRY(nsym_grid_new(&out->grid, out->tree));
        return choose(out, where);
    }
    if (where) return nsym_fail(NSYM_EINVAL, "the card has no experiments, so no run at %s", where);
    NSYM_TRY(nsym_card_read_sample(&out->own, out->tree));
    NSYM_TRY(nsym_files_mark(&out->own.data, out->tree->arena));
    out->card = &out->own;
    return NSYM_OK;
}

nsym_status nsym_some_events(nsym_events **out, const nsym_events *events, size_t most, uint64_t seed) {
    size_t n = events->count, kept = n < most ? n : most, used = 0;
    size_t *index = malloc((kept + 1) * sizeof *index);
    nsym_random random = nsym_random_stream(seed, "symmetry sample", 0);
    if (!index) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", kept);
    for (size_t i = 0; i < n && used < kept; i++) /* Knuth's algorithm S: each with what is left of its chance */
        if (nsym_random_uniform(&random) * (double)(n - i) < (double)(kept - used)) index[used++] = i;
    nsym_status status = nsym_events_select(out, events, index, used);
    free(index);
    return status;
}

/* A generator's events are made when they are asked for, or so many as are needed where nothing is cut. */
static nsym_data_card source_of(const nsym_data_card *card, size_t most) {
    nsym_data_card own = *card;
    bool files = nsym_data_reads_files(card) || card->signal[0] || card->background[0];
    size_t enough = card->source->takes_classes ? (most + 1) / 2 : most;
    if (!files && !nsym_cuts_are_made(card) && own.events > enough) own.events = enough;
    return own;
}

static nsym_status load(nsym_card_events *out, const nsym_symmetry_options *o) {
    const nsym_data_card own = source_of(&out->card->data, o->events);
    char note[NSYM_NOTE_SIZE] = "";
    nsym_supply supply;
    nsym_status status = nsym_supply_open(&supply, &own, o->stop);
    size_t n = supply.count < o->events ? supply.count : o->events, *numbers = malloc((n + 1) * sizeof *numbers);
    if (status == NSYM_OK && !numbers) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu events", n);
    out->made = own.events;
    out->available = supply.count;
    if (status == NSYM_OK && !supply.all) {
        for (size_t i = 0; i < n; i++) numbers[i] = i;
        status = supply.source->make(&out->events, supply.state, numbers, n);
    } else if (status == NSYM_OK) {
        free(supply.all->origin);
        supply.all->origin = NULL;
        if (nsym_cuts_are_made(&own)) status = nsym_cuts_make(&supply.all, note, &own);
        if (status == NSYM_OK) status = nsym_labels_make(&supply.all, note, &own.labels, own.seed);
        if (status == NSYM_OK) out->available = supply.all->count;
        if (status == NSYM_OK) status = nsym_some_events(&out->events, supply.all, o->events, o->seed);
    }
    free(numbers);
    nsym_supply_close(&supply);
    snprintf(out->note, sizeof out->note, "%s", note);
    return nsym_sample_named(status, &own);
}

nsym_status nsym_card_events_open(nsym_card_events *out, const nsym_study_options *study, const char *where,
                                  const nsym_symmetry_options *options) {
    *out = (nsym_card_events){0};
    NSYM_TRY(read_card(out, study, where));
    const nsym_node *copies = nsym_node_at(out->tree->root, "copies");
    out->copies = out->card->data.copies.where != NSYM_COPIES_NONE || (copies && nsym_node_at(copies, "transform"));
    for (size_t i = 0; !out->copies && i < out->grid.points; i++)
        out->copies = out->grid.point[i].card.data.copies.where != NSYM_COPIES_NONE;
    return load(out, options);
}

void nsym_card_events_close(nsym_card_events *events) {
    nsym_events_free(events->events);
    nsym_grid_free(&events->grid);
    nsym_tree_free(events->tree);
    *events = (nsym_card_events){0};
}
