/* Images that figures show of a sample: single events, and averages of the classes. */
#ifndef NSYM_SOURCES_PICTURES_H
#define NSYM_SOURCES_PICTURES_H

#include "sources/chain.h"
#include "sources/order.h"
#include "sources/sample.h"

/* A sample and how it was made. Borrowed. */
typedef struct nsym_shown {
    const nsym_data_card *card;
    nsym_chain *chain;
    const nsym_supply *supply;
    const nsym_units *units;
    const size_t *order; /* (units->count) */
    const nsym_sample *sample;
} nsym_shown;

/* New events, a picture each (see sources/picture_set.h), or NULL where there is nothing to show: of events that a
   detector sums in cells the first of each class in all stages and the averages; of cells that were given an event and
   the averages by weight; of objects that the mass judges the averages by sWeights. */
nsym_status nsym_pictures_make(nsym_events **out, const nsym_shown *shown) NSYM_MUST_CHECK;

nsym_status nsym_pictures_of_cells(nsym_events **out, const nsym_shown *shown) NSYM_MUST_CHECK;

/* Of particles pt and cell, columns label and weight: of each class that there is, the first event's cells and the
   average image, events counted with their weights; the nx x ny cells are spread evenly over [-0.45, 0.45] in both.
   Errors: a cell beyond these, with its event. */
nsym_status nsym_pictures_of_grid(nsym_events **out, const nsym_events *events, size_t nx, size_t ny) NSYM_MUST_CHECK;

/* The average images alone, of 32 x 32 cells, of label 1 by the column sweight_signal and of label 0 by
   sweight_background; a cell where the sum is negative is empty. *out is NULL where particles have no d_eta, d_phi, pt.
 */
nsym_status nsym_pictures_of_sweights(nsym_events **out, const nsym_events *events) NSYM_MUST_CHECK;

#endif
