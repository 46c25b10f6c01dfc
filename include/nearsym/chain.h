/* Prepares events in memory as a study prepares its sample before training: cuts, new columns, copies, a detector,
   observables. */
#ifndef NEARSYM_CHAIN_H
#define NEARSYM_CHAIN_H

#include <nearsym/events.h>
#include <nearsym/status.h>
#include <nearsym/train.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NSYM_APPLIED_NOTE = 384 }; /* size of the buffer for a note */

/* New sample (free with nsym_events_free): the rows that a study would make if `events` were its data.file, in their
   order. `card` is YAML or JSON with any of these keys of a card (docs/card.md): seed, data.particles, data.define,
   data.select, data.align, data.cells, copies except `group` and `test`, detector, observables. As in a study,

   - every event is followed by its copies; random draws depend on the seed and on the event's position in `events`, not
   on cuts;
   - particles with px, py, pz and energy give the columns pt and mass, as measured, and, if they are smeared, pt_true
   and mass_true; existing columns of these names are kept;
   - a copy has the columns of its event, except these and observables, which are computed from the copy's particles.

   `events` are only read; labels and weights are treated like any column. `group`: name of a new column with the
   position, from 0, of the row's event in `events` (nsym_train_options.group); NULL: no such column. (*out)->origin
   holds the same; if it is NULL, row i is event i. `note` (NSYM_APPLIED_NOTE, caller's buffer, or NULL): how many
   particles and events were kept, in lines. Errors: a key that is unknown or has no effect, with its line; events that
   lack what the card needs; an invalid value, with its row from 1; no event is left; a new column that exists
   already. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_apply(nsym_events **out, char *note, const nsym_events *events,
                                                       const char *card, const char *group);

/* New (free with nsym_fresh_free, NULL is fine). Makes a training's copies anew in every epoch, for
   nsym_train_options.fresh. `card` is as above, with copies.fresh: true. `events` are those that nsym_events_apply
   takes; they are borrowed while this lives. Only one training at a time may use it. The results are those of `nearsym
   train` with the same card. Errors: as nsym_events_apply; a card without copies.fresh, or with copies that have
   nothing random. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_fresh_new(nsym_fresh **out, const nsym_events *events, const char *card);
NSYM_API void nsym_fresh_free(nsym_fresh *fresh);

#ifdef __cplusplus
}
#endif
#endif
