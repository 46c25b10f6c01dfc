/* Trainings that begin with a trained model: is it one of theirs, and which of its layers stay as they are? */
#ifndef NSYM_TRAIN_START_H
#define NSYM_TRAIN_START_H

#include "nn/model.h"
#include "train/inputs.h"

/* Can a network of a spec begin with a model's weights? Errors: what differs. */
nsym_status nsym_start_check(const nsym_model_spec *spec, const nsym_model *start) NSYM_MUST_CHECK;

/* Standardises the inputs that were made of a material as the model's are. */
nsym_status nsym_start_scale(nsym_inputs *inputs, const nsym_material *material,
                             const nsym_model *start) NSYM_MUST_CHECK;

/* Parameters and running statistics that stay. */
typedef struct nsym_frozen {
    size_t count;
    struct nsym_kept *range; /* (count), owned */
    float *kept;             /* what they were, range after range; owned */
} nsym_frozen;

/* Of the layers of these names, commas between: "particle_map", "hidden.0", "hidden.2.weight". Free it whatever the
   status. Errors: a name that no layer has, with those that there are; nothing is left to train. */
nsym_status nsym_frozen_new(nsym_frozen *out, nsym_network *network, const char *names) NSYM_MUST_CHECK;
void nsym_frozen_free(nsym_frozen *frozen);

/* Gives the network back what stays. */
void nsym_frozen_restore(const nsym_frozen *frozen, nsym_network *network);

/* Are there such layers in a network of a spec? Errors: as nsym_frozen_new. */
nsym_status nsym_frozen_check(const nsym_model_spec *spec, const char *names) NSYM_MUST_CHECK;

#endif
