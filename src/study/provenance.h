/* Where a study's numbers come from: the files that were read, the settings that were laid, the time that it took. */
#ifndef NSYM_STUDY_PROVENANCE_H
#define NSYM_STUDY_PROVENANCE_H

#include "base/arena.h"
#include "base/file_mark.h"
#include "ledger/ledger.h"
#include "study/grid.h"

/* A file by its content. */
typedef struct nsym_provenance_file {
    const char *role; /* "card", "reference", "data" */
    const char *path; /* as it was named, from the folder */
    char mark[NSYM_MARK_SIZE];
} nsym_provenance_file;

/* Everything in it is borrowed from the arena it was gathered with and from the options. */
typedef struct nsym_provenance {
    const char *folder; /* where the study was started: relative paths begin there */
    size_t files;
    nsym_provenance_file *file; /* (files) */
    size_t settings;
    const char *const *setting; /* (settings) "train.epochs=10" */
    nsym_ledger_times times;
} nsym_provenance;

/* Before the first run, when the files are what will be used: all but the times. Reads the marks of the card and of its
   reference (NULL: none); those of data files are the grid's. */
nsym_status nsym_provenance_gather(nsym_provenance *out, nsym_arena *arena, const nsym_study_options *options,
                                   const nsym_tree *card, const nsym_tree *reference,
                                   const nsym_grid *grid) NSYM_MUST_CHECK;

/* New object of results.json; NULL: no memory. */
struct json_t;
struct json_t *nsym_provenance_json(const nsym_provenance *provenance);

#endif
