/* What a network reads, computed from events by name, so that a model file can say how to feed it. */
#ifndef NSYM_TRAIN_INPUTS_H
#define NSYM_TRAIN_INPUTS_H

#include "nn/hits.h"
#include <nearsym/events.h>
#include <nearsym/model.h>

/* The kinds of place an input may feed. */
typedef enum nsym_input_place { NSYM_PER_PARTICLE, NSYM_PER_EVENT } nsym_input_place;

/* Sets input->width for a model's slots and padding from input->name; an empty name has width 0. There are
     p4       per particle: px, py, pz, E (GeV)
     pairs    per pair of particles: masses squared, p_i . p_j, and products with spec->references, in signed
              logarithm
     lorentz  per event: pairwise invariants, and products with spec->references, in signed logarithm, of spec->slots
              particles
     momenta  per event: px, py, pz, E (GeV) of spec->slots particles, one after the other
     pt       per event: pT of the first particle (GeV)
     cells    per particle: x, y and energy of a calorimeter's cell
     objects  per particle: pT (GeV) and, from a centre, eta and phi; this and those made of it are for energy-flow
              networks too
     objects_kind    per particle: pT over the muon's (the event column mu_pt), eta, phi and the number of its kind
     objects_onehot  the same with five numbers for the kind: 1 in the place of kinds 1 to 5, else 0
     list     per event: the first spec->padded cells one after the other, zeros behind
     image    per event: the energies, or the pT of events without these, of all spec->padded cells of the grid
     columns  per event: the event columns that spec->columns names
   Errors: an unknown name, one for the other place or for other kinds of model, a number of particles that does not
   serve. */
nsym_status nsym_input_resolve(nsym_input *input, nsym_input_place place, const nsym_model_spec *spec) NSYM_MUST_CHECK;

/* Is an input made of products that reference vectors are for? Is its row a pair of particles? */
bool nsym_input_is_referred(const char *name);
bool nsym_input_of_pairs(const char *name);

/* Rows of the spec's particle input for an event of n particles. */
size_t nsym_input_rows(const nsym_model_spec *spec, size_t n);

/* Is an input made of this particle feature? */
bool nsym_input_reads(const char *name, const char *feature);

/* The first particle feature that an input is made of and that is not among `features` (NULL-terminated); NULL: all
   are. Borrowed for ever. */
const char *nsym_input_missing(const char *name, const char *const *features);

/* How an event input is made of an event's particles when it is asked for. */
typedef enum nsym_expansion { NSYM_STORED, NSYM_LIST_OF_CELLS, NSYM_IMAGE_OF_CELLS } nsym_expansion;

enum { NSYM_INPUT_PARTS = 3 }; /* particle, event and weight input, in this order */

/* Inputs of `count` events for one model. Owned. A list is kept as its cells, x, y and energy, in `particles`; an image
   as its hits: what differs from `zero`, the last where an event has a cell several times. */
typedef struct nsym_inputs {
    size_t count;
    uint32_t *offsets; /* (count + 1), or NULL */
    float *particles;  /* (offsets[count], particle width), or NULL */
    float *event;      /* (count, event width), or NULL */
    float *gate;       /* (count, gate width), or NULL */
    nsym_expansion expansion;
    uint32_t *hit_first, *hit_column;  /* (count + 1) of an image and (hit_first[count]), in rising order; or NULL */
    float *hit_value;                  /* (hit_first[count]) */
    float *padding;                    /* (particle width) what stands for a missing particle, or NULL */
    float *zero;                       /* (event width) of a list or image: what 0 becomes; or NULL: 0 */
    double *scaling[NSYM_INPUT_PARTS]; /* (2, width) mean and scale of each column, or NULL: not standardised here */
} nsym_inputs;

/* What inputs are made of: events, or arrays of what the network reads. Borrowed. */
typedef struct nsym_material {
    size_t count;                    /* events */
    const uint64_t *offsets;         /* first particle of each event there is, and the end; NULL: there are none */
    const nsym_events *events;       /* or */
    const nsym_model_inputs *arrays; /* whose widths are the spec's */
    const size_t *index;             /* (count) which event is taken in each place; NULL: all in their order */
    size_t first;                    /* of arrays: the number that messages give event 0 */
} nsym_material;

nsym_material nsym_material_of_events(const nsym_events *events);
nsym_material nsym_material_of_arrays(const nsym_model_inputs *arrays);

/* Which event of the material is in a place, and its particles. */
static inline size_t nsym_material_event(const nsym_material *m, size_t place) {
    return m->index ? m->index[place] : place;
}
static inline size_t nsym_material_particles(const nsym_material *m, size_t place) {
    size_t event = nsym_material_event(m, place);
    return m->offsets ? (size_t)(m->offsets[event + 1] - m->offsets[event]) : 0;
}

/* New inputs of a material, standardised in double precision by means and scales (2, width) of each part, NULL for one
   that stays as it is, or NULL for all. Errors: as nsym_inputs_new; of arrays also an input that is missing. */
nsym_status nsym_inputs_make(nsym_inputs *out, const nsym_model_spec *spec, const nsym_material *material,
                             const double *const scaling[NSYM_INPUT_PARTS]) NSYM_MUST_CHECK;

/* Standardises the inputs that were made of a material: see nsym_inputs_standardise. */
nsym_status nsym_inputs_scale(nsym_inputs *inputs, const nsym_model_spec *spec, const nsym_material *material,
                              const double *weights, const uint32_t *rows, size_t n) NSYM_MUST_CHECK;

/* Computes a spec's inputs from events with the particle features that it needs in any place. Errors: a feature is
   or mu_pt is missing; an event with another number of particles than the spec's slots; a value that is NaN, infinite
   or beyond single precision; a cell's number or a kind that is none; a mu_pt not above 0; each with the event's row in
   what was read. */
nsym_status nsym_inputs_new(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events) NSYM_MUST_CHECK;
void nsym_inputs_free(nsym_inputs *inputs);

/* The same, standardised in double precision by means and scales (2, width) of each part, NULL for one that stays as it
   is. Errors: also a value that is then beyond single precision. */
nsym_status nsym_inputs_new_scaled(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events,
                                   const double *const scaling[NSYM_INPUT_PARTS]) NSYM_MUST_CHECK;

/* Fills inputs that were made of this material anew. Errors: as nsym_inputs_make. */
nsym_status nsym_inputs_fill(nsym_inputs *inputs, const nsym_model_spec *spec, const nsym_material *material,
                             const double *const scaling[NSYM_INPUT_PARTS]) NSYM_MUST_CHECK;

/* Standardises the inputs of all events, which were made of `events`, to mean 0 and population deviation 1 over the
   events `rows` (n), weighted by the sizes of `weights` (count), or NULL for ones: an event of weight 0 does not count.
   A column that does not vary by more than 1e-10 of its size keeps its scale. Of cells only the energy is standardised,
   over cells or, with padding, over the padded rows; kinds are not; of a list every column is, the zeros included
   (arXiv:2311.05952). An energy-flow network's energies are divided by the mean of an event's sum, and not shifted.
   Errors: as nsym_inputs_new_scaled. */
nsym_status nsym_inputs_standardise(nsym_inputs *inputs, const nsym_model_spec *spec, const nsym_events *events,
                                    const double *weights, const uint32_t *rows, size_t n) NSYM_MUST_CHECK;

/* The event that has the largest value by size, NaN above all, of those that the network reads, with the value and its
   name; NSYM_NONE where there is no value. Shape: name (size). */
size_t nsym_inputs_largest(const nsym_inputs *inputs, const nsym_model_spec *spec, double *value, char *name,
                           size_t size);

/* The hits of an image of all events. Borrowed; first NULL: an event input that is no image. */
static inline nsym_hits nsym_inputs_hits(const nsym_inputs *inputs) {
    return (nsym_hits){inputs->hit_first, inputs->hit_column, inputs->hit_value};
}

/* Writes the event input of an event, (event width). */
void nsym_inputs_event(const nsym_inputs *inputs, const nsym_model_spec *spec, size_t event, float *out);

#endif
