/* --part: which events of a study's sample or scores are judged. */
#ifndef NEARSYM_CLI_PART_H
#define NEARSYM_CLI_PART_H

#include "options.h"

#include <nearsym/events.h>
#include <nearsym/part.h>
#include <stdbool.h>

/* The option of that name for a table. */
option part_option(const char **word);

/* What --part says (NULL: not given, test). Gives OPTIONS_GO_ON, or the status to exit with. */
int part_read(const option_table *table, const char *word, nsym_part *out);

/* Keeps the events of that part, in place, and says on standard error that others were left out. False, told on
   standard error: none is in it; or --part was given and the file's events have no column that says. */
bool part_take(nsym_events **events, const char *file, const char *word, nsym_part part);

/* What part_take says of events that are left out. */
void part_tell(const char *file, size_t kept, size_t left_out, nsym_part part);

/* What part_take says where --part was given and nothing says which part an event is in. */
void part_refuse(const char *file);

#endif
