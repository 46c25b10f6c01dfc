/* Published curves: what a paper draws and no single result answers to, for the report's figures. */
#ifndef NSYM_STUDY_PUBLISHED_H
#define NSYM_STUDY_PUBLISHED_H

#include "base/arena.h"
#include "options/tree.h"
#include <nearsym/status.h>
#include <stddef.h>

/* One curve or histogram as points. Borrowed from the arena and the tree. */
typedef struct nsym_published_curve {
    const char *figure;     /* the card's, by name */
    const nsym_node *where; /* a map: which curve of the figure, NULL: its only one */
    size_t count;
    double *x, *y; /* (count) */
} nsym_published_curve;

typedef struct nsym_published {
    size_t count;
    nsym_published_curve *curve; /* (count) */
} nsym_published;

/* Reads the list `curves` of a reference: maps with `figure`, `where`, `source`, `y`, a list of numbers, and their `x`,
   a list as long, or `range`, [low, high], whose equal bins they are. A reference without `curves` has none. Errors:
   unknown keys, lists of different lengths, texts in place of numbers. */
nsym_status nsym_published_read(nsym_published *out, nsym_arena *arena, const nsym_tree *reference) NSYM_MUST_CHECK;

#endif
