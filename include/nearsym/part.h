/* Which part of a study's sample an event was in, as the column `part` of samples and scores says: events that trained
   are no judge of what was trained. */
#ifndef NEARSYM_PART_H
#define NEARSYM_PART_H

#include <nearsym/events.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The first three are the column's numbers; -1 stands there for an event that was not used. Where every member has its
   own fold, NSYM_PART_TRAIN is what does not test. */
typedef enum nsym_part { NSYM_PART_TRAIN, NSYM_PART_VALIDATION, NSYM_PART_TEST, NSYM_PART_ALL } nsym_part;

/* "train", "validation", "test" or "all". False: another word. */
NSYM_API bool nsym_part_named(nsym_part *out, const char *word);

/* The column `part`: one of that name, with one value an event, each -1, 0, 1 or 2. NULL: there is none, or it says
   something else. Borrowed. */
NSYM_API const nsym_column *nsym_part_column(const nsym_events *events);

/* Keeps the events of a part, in place of *events; *left_out says how many are gone. Without the column, and for
   NSYM_PART_ALL, nothing is. Errors: no event is in that part; the column has
   several values an event. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_part_take(nsym_events **events, nsym_part part, size_t *left_out);

#ifdef __cplusplus
}
#endif
#endif
