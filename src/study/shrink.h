/* A card's run on a small part of its sample, for measuring what the whole takes. */
#ifndef NSYM_STUDY_SHRINK_H
#define NSYM_STUDY_SHRINK_H

#include "base/arena.h"
#include "study/card.h"

/* The part of a file that was written last: a grid reads one file again and again. Empty as {0}; `folder` is set by the
   caller, where the part is written. */
typedef struct nsym_shrunk_file {
    const char *folder;
    nsym_arena *arena; /* of path */
    char mark[NSYM_MARK_SIZE];
    size_t target;
    double ratio;
    const char *path; /* NULL: the file is small and taken whole */
} nsym_shrunk_file;

/* Changes the card so that its sample has about `target` rows and one training takes all that train, for one epoch. In
   *ratio: how many times as many rows the whole has. Of a file, rows are taken in blocks from all over it. Errors: a
   file that cannot be read. */
nsym_status nsym_shrink(nsym_run_card *card, double *ratio, size_t target, nsym_shrunk_file *file) NSYM_MUST_CHECK;

#endif
