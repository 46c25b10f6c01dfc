/* Classification without labels (CWoLa; Metodiev, Nachman & Thaler, arXiv:1708.02949): two mixtures in place of two
   classes, told apart by the charges and the mass of muon pairs as in arXiv:2306.15737. */
#ifndef NSYM_STUDY_CWOLA_H
#define NSYM_STUDY_CWOLA_H

#include "study/card.h"
#include <nearsym/events.h>

/* Keeps the events that the card selects (columns mass, mu_pt, mu_eta, mu2_pt, mu2_eta), in place of *events; mass is
   computed of the two muons where there is none. Errors: columns that are missing, a mass, pt or eta that is no number,
   no event is left. */
nsym_status nsym_cwola_select(nsym_events **events, const nsym_mixture_card *card) NSYM_MUST_CHECK;

/* Adds a column label: 1 for opposite charges (mu_charge, mu2_charge) and a mass in card->abundant, else 0; or drawn so
   that the mixtures have card->fraction of events with truth 1; or the truth itself. Errors: a label that is there
   already; no such columns; a charge that is none; a truth that is not 0 or 1; fractions that these events cannot have;
   one label only. */
nsym_status nsym_cwola_label(nsym_events *events, const nsym_mixture_card *card, uint64_t seed) NSYM_MUST_CHECK;

/* Sets the column weight of events first ... first + n - 1, of which some have each label, as the card says: the
   densities in (mu_eta, mu_pt) by Gaussian kernels, then the balance of the labels. Where one of the two is the same in
   all events it is left out, and `warning` (NSYM_WARNING_SIZE) says so. Errors: as nsym_kde_ratio; a column that varies
   in one of the groups only. */
nsym_status nsym_cwola_weigh(char *warning, nsym_events *events, size_t first, size_t n, const nsym_mixture_card *card,
                             size_t workers) NSYM_MUST_CHECK;

#endif
