/* The tables of the published CMS muon sample and of its simulation: files of numbers without a header. */
#ifndef NSYM_DATA_CMS_TABLES_H
#define NSYM_DATA_CMS_TABLES_H

#include <nearsym/events.h>

#include <stdbool.h>

/* New text, to be freed with free: `folder`, or the data or src/data in it, whichever has the folder cms_csvs (or
   sim_csvs) in it. Errors: none has. */
NSYM_MUST_CHECK nsym_status nsym_cms_folder(char **out, const char *folder, bool simulation);

/* New sample without particles: a column for each number of a line of each table in that folder, of the first
   `max_events` lines (0: all); *lines is how many there are. Errors: a file that is missing; by line, another count of
   numbers, what is no finite number; files of different lengths; no line. */
NSYM_MUST_CHECK nsym_status nsym_cms_tables_read(nsym_events **out, const char *folder, bool simulation,
                                                 size_t max_events, size_t *lines);

#endif
