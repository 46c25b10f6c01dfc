/* What `data convert` does to events, block by block. Those that give bool or a status of 1 have told what is wrong. */
#ifndef NEARSYM_CLI_CONVERT_EVENTS_H
#define NEARSYM_CLI_CONVERT_EVENTS_H

#include <nearsym/events.h>
#include <stdbool.h>

/* Keeps the final particles (status 1) of every event, in place, and drops the events' notes. */
bool keep_final(nsym_events *events, const char *path, nsym_notes_lost *lost);

/* Gives all events this label. */
NSYM_MUST_CHECK nsym_status set_label(nsym_events *events, double label);

/* Number `i` of a comma-separated list, or its only one; false where the list is not of `n` or 1 numbers. */
bool label_of(const char *list, size_t i, size_t n, double *label);

/* "OLD=NEW,...", and all of it at once: two names may be exchanged. */
bool is_rename_list(const char *list);
bool rename_all(nsym_events *events, const char *path, const char *list);

/* The invariant mass of the two particles of every event, as column mass. */
bool add_pair_mass(nsym_events *events, const char *path);

#endif
