/* What a card cuts and adds before anything else happens to events: data.particles, data.define, data.select. */
#ifndef NSYM_SOURCES_CUTS_H
#define NSYM_SOURCES_CUTS_H

#include "sources/data_card.h"
#include <nearsym/events.h>

enum { NSYM_CUTS_NOTE = 384 };

/* Does the card cut or add anything? */
bool nsym_cuts_are_made(const nsym_data_card *data);

/* Keeps the particles for which data.particles holds, then adds the columns and features of data.define, in their
   order, each of those before; one that is there already gets the new values. Errors: as nsym_expression_new, with the
   key; a particle's value for an event column. */
nsym_status nsym_cuts_define(nsym_events *events, const nsym_data_card *data) NSYM_MUST_CHECK;

/* The same, and then keeps the events for which data.select holds, in place of *events, and says in `note`
   (NSYM_CUTS_NOTE) how many particles and events, and for how many of these it is NaN, which are left out. Errors: none
   is left. */
nsym_status nsym_cuts_make(nsym_events **events, char *note, const nsym_data_card *data) NSYM_MUST_CHECK;

#endif
