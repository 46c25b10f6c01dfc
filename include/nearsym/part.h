/* The part of a study's sample that an event was in, as in the column `part` of samples and scores. Events that trained
   a network must not be used to judge it. */
#ifndef NEARSYM_PART_H
#define NEARSYM_PART_H

#include <nearsym/events.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The first three are the column's values; an event that was not used has -1. If every member has its own fold,
   NSYM_PART_TRAIN are all events that are not test events. */
typedef enum nsym_part { NSYM_PART_TRAIN, NSYM_PART_VALIDATION, NSYM_PART_TEST, NSYM_PART_ALL } nsym_part;

/* Looks up a part by its name, "train", "validation", "test" or "all". False: another word. */
NSYM_API bool nsym_part_named(nsym_part *out, const char *word);

/* The column `part`, if it has one value per event and all are -1, 0, 1 or 2. NULL: there is no such column.
   Borrowed. */
NSYM_API const nsym_column *nsym_part_column(const nsym_events *events);

/* Keeps only the events of a part in *events; *left_out is the number that was removed. Without the column, and for
   NSYM_PART_ALL, all events are kept. Errors: no event is in that part; the column has several values per event. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_part_take(nsym_events **events, nsym_part part, size_t *left_out);

#ifdef __cplusplus
}
#endif
#endif
