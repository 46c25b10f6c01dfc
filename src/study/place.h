/* Where things stand in a grid by their coordinates, and the conditions on these: `where` of tables, figures, texts and
   references. */
#ifndef NSYM_STUDY_PLACE_H
#define NSYM_STUDY_PLACE_H

#include "base/arena.h"
#include "options/tree.h"
#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

/* Where a number or a file stands in the grid: "model" = "hybrid", "size" = "20000". Values are text; texts that are
   both numbers are the same where the numbers are ("20000" and "2e4"). */
typedef struct nsym_place {
    size_t count;
    const char **name, **value; /* (count) */
} nsym_place;

/* Texts without repeats, in the order of their coming; from the arena. */
typedef struct nsym_texts {
    size_t count, room;
    const char **text;
} nsym_texts;

/* The value of a coordinate, or NULL. */
const char *nsym_place_value(const nsym_place *place, const char *name);
bool nsym_value_same(const char *a, const char *b);

/* Is all of a text a number? */
bool nsym_value_number(const char *text, double *value);

/* Have two places the same coordinates, but for `except` (NULL: all)? */
bool nsym_place_same(const nsym_place *a, const nsym_place *b, const char *except);

/* Conditions that a place must meet: for each name one of the values. */
typedef struct nsym_condition {
    const char *name;
    size_t choices;
    const char **choice; /* (choices) */
} nsym_condition;
typedef struct nsym_filter {
    size_t count;
    nsym_condition *condition; /* (count) */
} nsym_filter;

/* Stands a condition for the largest or the smallest value there is: `last`, `first`? */
bool nsym_condition_is_extreme(const nsym_condition *condition);

/* The filter of a card's map, {recipe: published, size: [20000, 100000]}; `where` NULL: everything passes. */
nsym_status nsym_filter_read(nsym_filter *out, nsym_arena *arena, const nsym_tree *card,
                             const nsym_node *where) NSYM_MUST_CHECK;

/* The filter with one more condition, which replaces an earlier one on the same name. */
nsym_status nsym_filter_add(nsym_filter *out, nsym_arena *arena, const nsym_filter *filter, const char *name,
                            const char *value) NSYM_MUST_CHECK;

/* Does a place meet all conditions? `first` and `last` are met by every value (see nsym_filter_resolve of a report). */
bool nsym_filter_passes(const nsym_filter *filter, const nsym_place *place);

/* The filter as words for a message: "recipe published, size 20000". From the arena. */
const char *nsym_filter_text(const nsym_filter *filter, nsym_arena *arena);

nsym_status nsym_texts_add(nsym_texts *texts, nsym_arena *arena, const char *text) NSYM_MUST_CHECK;
size_t nsym_texts_find(const nsym_texts *texts, const char *text); /* count: not there */
void nsym_texts_sort(nsym_texts *texts);                           /* by number, where all are numbers */

#endif
