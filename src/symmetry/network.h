/* How invariant a trained network is. */
#ifndef NSYM_SYMMETRY_NETWORK_H
#define NSYM_SYMMETRY_NETWORK_H

#include "symmetry/act.h"
#include <nearsym/symmetry.h>

/* The events that a network is asked about, and how they are transformed. Borrowed. */
typedef struct nsym_network_scene {
    const nsym_data_card *card; /* its detector measures transformed events; NULL: they are as they were measured */
    const nsym_events *events;
    const nsym_action *action;
    const nsym_element *g; /* (events) whose axes are taken */
    uint64_t draws; /* of the detector: the same for every size, so that only the transformation changes an answer */
    const nsym_symmetry_options *options;
} nsym_network_scene;

/* Errors: events that the network cannot read; several classes. */
nsym_status nsym_network_measure(nsym_network_invariance *out, nsym_model *model,
                                 const nsym_network_scene *scene) NSYM_MUST_CHECK;

#endif
