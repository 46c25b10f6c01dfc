#include <nearsym/chain.h>

#include "base/fail.h"
#include "data/events.h"
#include "sources/chain.h"
#include "sources/cuts.h"
#include "sources/fresh_rows.h"
#include "sources/kinematics.h"
#include "sources/sample.h"
#include "study/model_chain.h"
#include "study/sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)NSYM_APPLIED_NOTE == (int)NSYM_CUTS_NOTE, "the note is that of the cuts");

static bool among(const char *name, const char *const *names) {
    while (*names && strcmp(*names, name) != 0) names++;
    return *names != NULL;
}

/* Everything that the card says is done to the events. */
static nsym_status check_keys(const nsym_tree *card) {
    static const char *const whole[] = {"seed", "observables", "detector", NULL},
                             *const copies[] = {"group", "test", NULL}, *const data[] = {"particles", "define",
                                                                                         "select",    "align",
                                                                                         "cells",     NULL};
    static const char known[] = "for events in memory only these keys count: seed, data.particles, data.define, "
                                "data.select, data.align, data.cells, copies, detector and observables";
    for (size_t i = 0; i < card->root->count; i++) {
        const nsym_node *section = card->root->child[i];
        bool of_data = strcmp(section->key, "data") == 0, of_copies = strcmp(section->key, "copies") == 0;
        if (!of_data && !of_copies && !among(section->key, whole))
            return nsym_fail_at(card, section, "%s has no effect here: %s", section->key, known);
        for (size_t k = 0; (of_data || of_copies) && k < section->count; k++) {
            const char *key = section->child[k]->key;
            if (of_data ? among(key, data) : !among(key, copies)) continue;
            return nsym_fail_at(card, section->child[k], "%s.%s has no effect here: %s", section->key, key, known);
        }
    }
    return NSYM_OK;
}

/* No key stands there in vain. */
static nsym_status check_effects(const nsym_tree *tree, const nsym_run_card *card) {
    char why[NSYM_WHY_SIZE];
    for (const nsym_section *const *s = nsym_sections_of_sample; *s; s++) {
        const nsym_node *section = nsym_node_at(tree->root, (*s)->name);
        for (size_t i = 0; section && i < section->count; i++)
            if (!nsym_section_reads(why, *s, section->child[i]->key, card, 0))
                return nsym_fail_at(tree, section->child[i], "%s.%s has no effect here: %s", (*s)->name,
                                    section->child[i]->key, why);
    }
    return NSYM_OK;
}

static nsym_status read_card(nsym_run_card *out, const nsym_tree *tree) {
    NSYM_TRY(nsym_card_moved(tree));
    NSYM_TRY(nsym_card_read_sections(out, tree)); /* unknown keys are refused first */
    NSYM_TRY(check_keys(tree));
    NSYM_TRY(nsym_chain_read(out, tree));
    out->any_model = true;
    return check_effects(tree, out);
}

/* The events before copies and the detector: new, to be freed with `discard` whatever the status. Cuts change
   particles; where there are none, those of `events` are lent. */
static nsym_status prepare(nsym_events **out, char *note, const nsym_events *events, const nsym_data_card *data) {
    bool cuts = nsym_cuts_are_made(data);
    *out = NULL;
    NSYM_TRY(cuts ? nsym_events_copy(out, events) : nsym_events_columns(out, events, 0, events->count));
    free((*out)->origin); /* where an event stands is where it stands in `events` */
    (*out)->origin = NULL;
    if (cuts)
        NSYM_TRY(nsym_cuts_make(out, note, data));
    else
        nsym_events_lend_particles(*out, events);
    return data->detector.smear.resolution > 0 ? nsym_kinematics_add(*out, true) : NSYM_OK;
}

static void discard(nsym_events *own, const nsym_data_card *data) {
    if (own && !nsym_cuts_are_made(data)) nsym_events_lend_particles(own, NULL);
    nsym_events_free(own);
}

/* The events after cuts, copies and the detector; new. */
static nsym_status make_rows(nsym_events **out, char *note, const nsym_events *events, const nsym_data_card *data) {
    bool cuts = nsym_cuts_are_made(data);
    nsym_events *own, *made = NULL;
    nsym_status status = prepare(&own, note, events, data);
    if (status == NSYM_OK) status = nsym_chain_run(&made, own, data);
    if (status == NSYM_OK && !made) { /* nothing happens to them */
        if (!cuts) nsym_events_lend_particles(own, NULL);
        if (!cuts) status = nsym_events_copy_particles(own, events);
        made = own;
        own = NULL;
    }
    discard(own, data);
    if (status == NSYM_OK)
        *out = made;
    else
        nsym_events_free(made);
    return status;
}

static nsym_status add_group(nsym_events *events, const char *name) {
    double *group;
    NSYM_TRY(nsym_events_add_column(events, name, "", "place of the event that the row is of", 1, &group));
    for (size_t i = 0; i < events->count; i++) group[i] = (double)(nsym_events_row(events, i) - 1);
    return NSYM_OK;
}

static nsym_status apply(nsym_events **out, char *note, const nsym_events *events, const nsym_data_card *data,
                         const char *group) {
    nsym_events *made;
    NSYM_TRY(make_rows(&made, note, events, data));
    nsym_status status = nsym_kinematics_add(made, false);
    if (status == NSYM_OK && data->observables[0]) status = nsym_observe(made, data->observables, 0, NULL);
    if (status == NSYM_OK) status = nsym_grid_set(made, data);
    if (status == NSYM_OK && group) status = add_group(made, group);
    if (status == NSYM_OK)
        *out = made;
    else
        nsym_events_free(made);
    return status;
}

nsym_status nsym_events_apply(nsym_events **out, char *note, const nsym_events *events, const char *card,
                              const char *group) {
    char cut[NSYM_CUTS_NOTE] = "";
    nsym_run_card read;
    nsym_tree *tree;
    *out = NULL;
    NSYM_TRY(nsym_tree_parse(&tree, card, strlen(card), "card"));
    nsym_status status = read_card(&read, tree);
    if (status == NSYM_OK) status = apply(out, cut, events, &read.data, group);
    if (note) strcpy(note, cut);
    nsym_tree_free(tree);
    return status;
}

/* `rows` comes first, and `fresh` first in it: what callers have. */
typedef struct {
    nsym_fresh_rows rows;
    nsym_run_card card;
    nsym_tree *tree;
    nsym_sample_origin *origin;
} fresh_copies;

void nsym_fresh_free(nsym_fresh *fresh) {
    fresh_copies *f = (fresh_copies *)fresh;
    if (!f) return;
    nsym_fresh_rows_close(&f->rows);
    if (f->origin) {
        discard(f->origin->all, &f->card.data);
        f->origin->all = NULL;
    }
    nsym_sample_origin_free(f->origin);
    nsym_tree_free(f->tree);
    free(f);
}

static nsym_status open_fresh(fresh_copies *f, const nsym_events *events, const char *card) {
    char note[NSYM_CUTS_NOTE] = "";
    NSYM_TRY(nsym_tree_parse(&f->tree, card, strlen(card), "card"));
    NSYM_TRY(read_card(&f->card, f->tree));
    if (!f->card.data.copies.fresh) return nsym_fail(NSYM_EINVAL, "the card's copies are not fresh (copies.fresh)");
    NSYM_TRY(nsym_sample_origin_new(&f->origin, events->count));
    NSYM_TRY(prepare(&f->origin->all, note, events, &f->card.data));
    f->origin->count = f->origin->all->count;
    for (size_t i = 0; i < f->origin->count; i++) {
        f->origin->event[i] = i;
        f->origin->number[i] = nsym_events_row(f->origin->all, i) - 1;
    }
    return nsym_fresh_rows_open(&f->rows, f->origin, &f->card.data, NULL);
}

nsym_status nsym_fresh_new(nsym_fresh **out, const nsym_events *events, const char *card) {
    fresh_copies *f = calloc(1, sizeof *f);
    *out = NULL;
    if (!f) return nsym_fail(NSYM_ENOMEM, "no memory for fresh copies");
    nsym_status status = open_fresh(f, events, card);
    if (status == NSYM_OK)
        *out = &f->rows.fresh;
    else
        nsym_fresh_free((nsym_fresh *)f);
    return status;
}
