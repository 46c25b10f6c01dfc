/* Events of a card before its detector. */
#ifndef NSYM_SYMMETRY_CARD_EVENTS_H
#define NSYM_SYMMETRY_CARD_EVENTS_H

#include "study/grid.h"
#include <nearsym/symmetry.h>

/* A card's sample and its detector. Owned. */
typedef struct nsym_card_events {
    nsym_tree *tree;
    nsym_grid grid;
    nsym_run_card own;             /* of a card without experiments */
    const nsym_run_card *card;     /* borrowed from one of these */
    const nsym_point *point;       /* NULL: the card has no experiments */
    bool copies;                   /* the card says a transformation */
    nsym_events *events;           /* after cuts, before the detector, at most options->events */
    size_t available, made;        /* events after cuts, of those that the source was asked for (of a class, where it
                                      takes classes), before `options->events` */
    char note[NSYM_SYMMETRY_NOTE]; /* what was cut */
} nsym_card_events;

/* Reads the card, chooses a run (see nsym_symmetry_of_card) and makes its events. Close it whatever the status. */
nsym_status nsym_card_events_open(nsym_card_events *out, const nsym_study_options *study, const char *where,
                                  const nsym_symmetry_options *options) NSYM_MUST_CHECK;
void nsym_card_events_close(nsym_card_events *events);

/* New sample of at most `most` events drawn at random, in their order. */
nsym_status nsym_some_events(nsym_events **out, const nsym_events *events, size_t most, uint64_t seed) NSYM_MUST_CHECK;

#endif
