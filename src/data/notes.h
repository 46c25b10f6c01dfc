/* What a file says of its events beside numbers (nsym_events.notes). */
#ifndef NSYM_DATA_NOTES_H
#define NSYM_DATA_NOTES_H

#include <nearsym/events.h>
#include <stdbool.h>

/* The notes of event `i`, `*length` bytes; NULL where there are none. */
const char *nsym_notes_of(const nsym_events *events, size_t i, size_t *length);

/* Gives `to`, which has none, the notes of events `index` (to->count) of `from`, or of all where `index` is NULL; of
   the events of `a` and, behind them, of `b`. */
NSYM_MUST_CHECK nsym_status nsym_notes_select(nsym_events *to, const nsym_events *from, const size_t *index);
NSYM_MUST_CHECK nsym_status nsym_notes_join(nsym_events *to, const nsym_events *a, const nsym_events *b);

/* The events have no notes any more, without a word: where none would be written. */
void nsym_notes_free(nsym_events *events);

#define NSYM_NOTES_NEED_LHE "which only a .lhe file can hold"

/* Counts the notes of `events` in. */
void nsym_notes_count(nsym_notes_lost *lost, const nsym_events *events);

#endif
