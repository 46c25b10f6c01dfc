/* The weights of a sample. */
#ifndef NSYM_SOURCES_WEIGHTS_H
#define NSYM_SOURCES_WEIGHTS_H

#include "sources/data_card.h"
#include <nearsym/events.h>

/* The column weight, 1 each where there is none, times what makes the background's pt the signal's, or each class flat
   in mu_pt and mu_eta, as the card says. Errors: columns that are missing; a weight that does not serve. */
nsym_status nsym_weights_make(nsym_events *events, const nsym_weights_card *card) NSYM_MUST_CHECK;

/* Makes the weights of all classes add up alike, where `balance`, to a class's share of their sum; and adds a line to
   `note` (NSYM_NOTE_SIZE) on what each class had, and to `warning` (NSYM_WARNING_SIZE) one where they differ by more
   than a factor of 3 and stay so. A class without a sum above 0 leaves all as it is: a training refuses it. */
nsym_status nsym_weights_balance(nsym_events *events, bool balance, char *note, char *warning) NSYM_MUST_CHECK;

/* Multiplies the weights of rows first ... first + n - 1: by kernel densities in (mu_eta, mu_pt), then so that both
   labels weigh alike, as the card says. Where one of the two columns is the same in all events it is left out, and
   `warning` (NSYM_WARNING_SIZE) says so. Errors: as nsym_kde_ratio; a column that varies in one of the groups only. */
nsym_status nsym_weights_match(char *warning, nsym_events *events, size_t first, size_t n,
                               const nsym_weights_card *card, size_t workers) NSYM_MUST_CHECK;

#endif
