/* Columns that have a meaning by their name: label, weight, part. */
#ifndef NSYM_DATA_ROLE_H
#define NSYM_DATA_ROLE_H

#include <nearsym/events.h>

/* The column, in *out; NULL where there is none. Errors: it has several values an event, of which nobody says which is
   meant; the message names them and says what to do. */
NSYM_MUST_CHECK nsym_status nsym_role_column(const nsym_column **out, const nsym_events *events, const char *name);

/* Fails as NSYM_ENOTFOUND, with the columns of one value an event that there are. */
NSYM_MUST_CHECK nsym_status nsym_role_missing(const nsym_events *events, const char *name);

#endif
