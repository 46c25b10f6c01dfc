/* An axis of a grid in short: so many values in even steps between two ends, in place of their list. */
#ifndef NSYM_STUDY_AXIS_STEPS_H
#define NSYM_STUDY_AXIS_STEPS_H

#include "options/tree.h"

/* Even steps as a card has them. */
typedef struct nsym_steps_card {
    double from, to;
    size_t steps; /* values, both ends among them; 0: not given */
    bool logarithmic;
} nsym_steps_card;

/* The values of a map {from, to, steps, scale} as a list of plain values, from the card's arena, with the map's key and
   place in the file. Ends written as whole numbers give whole numbers, others four digits. `experiment` and the map's
   key serve in messages. Errors: unknown keys, a missing or falling end, an end that is not above 0 where the scale is
   log, two values that are the same as whole numbers. */
nsym_status nsym_axis_steps(const nsym_node **out, const nsym_tree *card, const nsym_node *map,
                            const char *experiment) NSYM_MUST_CHECK;

#endif
