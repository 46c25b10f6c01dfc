/* What a network reads, computed from events by name, so that a model file can say how to feed it. */
#ifndef NSYM_SYMMETRY_INPUTS_H
#define NSYM_SYMMETRY_INPUTS_H

#include <nearsym/events.h>
#include <nearsym/model.h>

/* The kinds of place an input may feed. */
typedef enum nsym_input_place { NSYM_PER_PARTICLE, NSYM_PER_EVENT } nsym_input_place;

/* Sets input->width for events of `slots` particles each from input->name: "p4" (per particle: px, py, pz, E in GeV),
   "lorentz" (per event: pairwise invariants in signed logarithm), "pt" (per event: pT of the first particle, GeV). An
   empty name has width 0. Errors: an unknown name, one for the other place. */
nsym_status nsym_input_resolve(nsym_input *input, nsym_input_place place, size_t slots) NSYM_MUST_CHECK;

/* Inputs of `count` events for one model. Owned. */
typedef struct nsym_inputs {
    size_t count;
    uint32_t *offsets; /* (count + 1), or NULL */
    float *particles;  /* (offsets[count], particle width), or NULL */
    float *event;      /* (count, event width), or NULL */
    float *weight;     /* (count, weight width), or NULL */
} nsym_inputs;

/* Computes a spec's inputs from events with the particle features px, py, pz, energy (GeV) in any place. Errors: a
   feature is missing; an event with another number of particles than the spec's slots; a NaN; each with the event. */
nsym_status nsym_inputs_new(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events) NSYM_MUST_CHECK;
void nsym_inputs_free(nsym_inputs *inputs);

#endif
