/* What figures show of what surrounds muons: an event of each class, and the average images of the classes. */
#ifndef NSYM_STUDY_MUON_PICTURES_H
#define NSYM_STUDY_MUON_PICTURES_H

#include "study/card.h"
#include <nearsym/events.h>

/* New events, a picture each (see study/album.h; x, y, energy are d_eta, d_phi, pt): of each class that there is, the
   first event's cells and the average image, events counted with their weights. Events have particles pt and cell,
   columns label and weight; the card's cells are spread evenly over [-0.45, 0.45] in both. *out is NULL where the card
   has no cells. Errors: particles without pt or cell; a cell beyond the card's, with its event. */
nsym_status nsym_muon_pictures(nsym_events **out, const nsym_events *events,
                               const nsym_data_card *card) NSYM_MUST_CHECK;

/* The same of two mixtures, whose classes are not known: the average images alone, of 32 x 32 cells, of label 1 by the
   column sweight_signal and of label 0 by sweight_background; a cell where the sum is negative is empty. Particles have
   d_eta, d_phi, pt; *out is NULL where they do not. */
nsym_status nsym_mixture_pictures(nsym_events **out, const nsym_events *events) NSYM_MUST_CHECK;

#endif
