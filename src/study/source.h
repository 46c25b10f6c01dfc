/* Samples by name: where a study's events come from, and what is done to them before a network sees them. */
#ifndef NSYM_STUDY_SOURCE_H
#define NSYM_STUDY_SOURCE_H

#include "study/card.h"
#include <nearsym/events.h>

/* New shuffled sample of a card: particles px, py, pz, energy (GeV) and the columns label (1 signal), weight (how
   probable an event is to be drawn), group (the physical event), and what figures show. For "dimuon": pt and mass after
   smearing, pt_true and mass_true before. Errors: a file that cannot serve, with the event. */
nsym_status nsym_source_load(nsym_events **out, const nsym_data_card *card) NSYM_MUST_CHECK;

/* The sources: Z and virtual photons to muon pairs; a file with a column label (0 or 1), optionally weight, and
   particles px, py, pz, energy, shuffled by the seed unless the card says otherwise. */
nsym_status nsym_source_dimuon(nsym_events **out, const nsym_data_card *card) NSYM_MUST_CHECK;
nsym_status nsym_source_file(nsym_events **out, const nsym_data_card *card) NSYM_MUST_CHECK;

#endif
