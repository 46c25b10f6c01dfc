/* What a study does to events before it trains on them, done to events in memory: cuts, new columns, copies, a
   detector, observables. */
#ifndef NEARSYM_CHAIN_H
#define NEARSYM_CHAIN_H

#include <nearsym/events.h>
#include <nearsym/status.h>
#include <nearsym/train.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NSYM_APPLIED_NOTE = 384 }; /* the room for a note */

/* New sample (free with nsym_events_free): the rows that a study would make if `events` were its data.file, in their
   order. `card` is YAML, so also JSON, with these keys of a study's card (docs/card.md), each of which may be missing:
   seed, data.particles, data.define, data.select, data.align, data.cells, copies but for `group` and `test`, detector,
   observables. As in a study,
   - every event is followed by its copies, and random draws depend on the seed and on where the event stands in
   `events`, not on what is cut;
   - particles with px, py, pz and energy give the columns pt and mass, as measured, and, where they are smeared,
   pt_true and mass_true; columns of these names stay;
   - a copy has the event's columns but for these and for observables, which are those of its own particles.
   `group` is the name of a new column with the place of the event in `events`, from 0, that a row is of, itself or a
   copy (nsym_train_options.group); NULL: none. (*out)->origin says the same; where it is NULL, row i is event i.
   `note` (NSYM_APPLIED_NOTE), or NULL: how many particles and events were kept, lines. `events` are only read. Labels
   and weights are columns like any. Errors: a key that is unknown, or has no effect, with its line; events without what
   the card acts on; a value that cannot be, with its row from 1; no event is left; a column that is there already. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_apply(nsym_events **out, char *note, const nsym_events *events,
                                                       const char *card, const char *group);

/* New (free with nsym_fresh_free, NULL is fine): makes the copies of a training anew in every epoch, for
   nsym_train_options.fresh. `card` is as above and has copies.fresh: true. `events` are those that nsym_events_apply
   takes; borrowed while this lives. One training at a time uses it. The numbers are those of `nearsym train` by the
   same card. Errors: as nsym_events_apply; a card without copies.fresh, or whose copies have nothing random. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_fresh_new(nsym_fresh **out, const nsym_events *events, const char *card);
NSYM_API void nsym_fresh_free(nsym_fresh *fresh);

#ifdef __cplusplus
}
#endif
#endif
