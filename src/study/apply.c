#include <nearsym/chain.h>

#include "base/fail.h"
#include "data/events.h"
#include "sources/chain.h"
#include "sources/cuts.h"
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
    static const char known[] = "what is done to events in memory is said by seed, data.particles, data.define, "
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

/* The events after cuts, copies and the detector; new. Cuts change particles, what comes after makes others. */
static nsym_status make_rows(nsym_events **out, char *note, const nsym_events *events, const nsym_data_card *data) {
    bool cuts = nsym_cuts_are_made(data);
    nsym_events *own, *made = NULL;
    NSYM_TRY(cuts ? nsym_events_copy(&own, events) : nsym_events_columns(&own, events, 0, events->count));
    free(own->origin); /* where an event stands is where it stands in `events` */
    own->origin = NULL;
    if (!cuts) nsym_events_lend_particles(own, events);
    nsym_status status = cuts ? nsym_cuts_make(&own, note, data) : NSYM_OK;
    if (status == NSYM_OK && data->detector.smear.resolution > 0) status = nsym_kinematics_add(own, true);
    if (status == NSYM_OK) status = nsym_chain_run(&made, own, data);
    if (!cuts) nsym_events_lend_particles(own, NULL);
    if (status == NSYM_OK && !made && !cuts) status = nsym_events_copy_particles(own, events);
    if (made || status != NSYM_OK) nsym_events_free(own);
    *out = made ? made : own;
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
    if (status == NSYM_OK && data->observables[0]) status = nsym_observe(made, data->observables, 0);
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
