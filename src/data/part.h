/* The column `part`, written. */
#ifndef NSYM_DATA_PART_H
#define NSYM_DATA_PART_H

#include <nearsym/part.h>

/* The events' column `part`, new or the one that there is (nsym_part_column), for the caller to fill; *values is NULL
   where a column of that name says something else, which stays. `folds`: members divide the events each for itself. */
nsym_status nsym_part_add(double **values, nsym_events *events, bool folds) NSYM_MUST_CHECK;

#endif
