/* Which columns and features of a file are wanted (nsym_read_options: only, drop). */
#ifndef NSYM_DATA_WANTED_H
#define NSYM_DATA_WANTED_H

#include <nearsym/io.h>
#include <stdbool.h>

/* Whether a column or feature of that name is wanted. */
bool nsym_wanted(const nsym_read_options *options, const char *name);

/* Errors: a name of `only` (unless only_if_there) or `drop` that is none of `names` (NULL at the end), with the
 * nearest; both are given. */
NSYM_MUST_CHECK nsym_status nsym_wanted_check(const nsym_read_options *options, const char *const *names);

/* nsym_wanted_keep of a reader that has left out columns called so (n) itself. */
NSYM_MUST_CHECK nsym_status nsym_wanted_finish(nsym_events *events, const nsym_read_options *options,
                                               char *const *left_out, size_t n);

/* Takes the columns and features that are not wanted out of the events, and the particles where none of their features
   is. Errors: as nsym_wanted_check. */
NSYM_MUST_CHECK nsym_status nsym_wanted_keep(nsym_events *events, const nsym_read_options *options);

#endif
