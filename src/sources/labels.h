/* The labels of a sample: a column, or two mixtures in place of two classes (CWoLa; Metodiev, Nachman & Thaler,
   arXiv:1708.02949), told apart by the charges and the mass of muon pairs as in arXiv:2306.15737. */
#ifndef NSYM_SOURCES_LABELS_H
#define NSYM_SOURCES_LABELS_H

#include "sources/data_card.h"
#include <nearsym/events.h>

/* The labels are there: 0 or 1, or 0 to classes - 1. `named`: a card may name more classes, as the message then says.
 */
nsym_status nsym_labels_check(const nsym_events *events, size_t classes, bool named) NSYM_MUST_CHECK;

/* The names of classes, a text with commas between, one by one into `name` unless it is NULL; gives their number, and
   no more than NSYM_CLASSES_MAX are taken. A name that is too long is cut. */
size_t nsym_class_names(char (*name)[NSYM_CLASS_NAME], const char *names);

/* Checks the column label, whose classes are those that the card names, or two; or keeps the muon pairs that the card
   selects (columns mass, which is computed of the two muons where there is none, mu_pt, mu_eta, mu2_pt, mu2_eta), in
   place of *events, and adds a column label: 1 for opposite charges (mu_charge, mu2_charge) and a mass in the signal
   region, else 0; or drawn so that the mixtures have card->fraction of events with truth 1; or the truth itself.
   Errors: columns that are missing or there already; a mass, pt, eta or charge that is no number; a truth that is not 0
   or 1; a weight other than 1; fractions that these events cannot have; no event or one label only. Adds
   a line to `note` (NSYM_NOTE_SIZE) where an expression reads NaN. */
nsym_status nsym_labels_make(nsym_events **events, char *note, const nsym_labels_card *card,
                             uint64_t seed) NSYM_MUST_CHECK;

/* Sets the column label to another column, or to an expression such as "pdg == 13"; of *nan events it reads NaN.
   Errors: as nsym_expression_new. */
nsym_status nsym_labels_evaluate(nsym_events *events, const char *text, size_t *nan) NSYM_MUST_CHECK;

/* Columns of both muons, mu_NAME and mu2_NAME. Borrowed. */
nsym_status nsym_pair_values(double *out[2], const nsym_events *events, const char *name) NSYM_MUST_CHECK;

#endif
