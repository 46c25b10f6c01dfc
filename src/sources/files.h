/* Events of several files: a card's data.files, each entry a path or pattern with what its events are. */
#ifndef NSYM_SOURCES_FILES_H
#define NSYM_SOURCES_FILES_H

#include "options/fields.h"
#include "sources/data_card.h"
#include <nearsym/events.h>

/* Which part of the sample an event is said to be in, by the column NSYM_GIVEN_PART. */
typedef enum nsym_file_part { NSYM_FOR_ANY, NSYM_FOR_TRAINING, NSYM_FOR_VALIDATION, NSYM_FOR_TEST } nsym_file_part;

#define NSYM_GIVEN_PART "given_part"

/* The keys of an entry. */
extern const nsym_section nsym_section_file;

/* data.files is a list of entries that make sense. Errors: with line. */
nsym_status nsym_files_check(const nsym_data_card *data, const nsym_tree *card) NSYM_MUST_CHECK;

/* Is an entry said to be for this part; NSYM_FOR_ANY: for one of the others? Only then does the column NSYM_GIVEN_PART
   divide the events. */
bool nsym_files_give(const nsym_data_card *data, nsym_file_part part);

/* The events of data.file, where there is one (of files that were joined there are both), or of all of data.files, one
   behind the other, at most so many of each (0: all). New
   columns of the latter: file, the number of the file from 0, where a file has no such column; label, where entries
   give it; given_part likewise. An entry with a cross section has weights that add up to it. Errors: a pattern without
   a file; files that do not go together, with their names; events that take more memory than there is, before they are
   read. */
nsym_status nsym_files_load(nsym_events **out, const nsym_data_card *data, size_t most) NSYM_MUST_CHECK;

/* Reads the marks of all of data.files: data->listed, in the arena, and data->files_mark, of their contents and of what
   the entries say; "" where there is no list. */
nsym_status nsym_files_mark(nsym_data_card *data, struct nsym_arena *arena) NSYM_MUST_CHECK;

#endif
