/* The inputs by name: what each is made of, and how. */
#ifndef NSYM_TRAIN_INPUT_KINDS_H
#define NSYM_TRAIN_INPUT_KINDS_H

#include "train/inputs.h"
#include "transform/references.h"

enum { NSYM_INPUT_FEATURES = 4, NSYM_KINDS = 5 };

/* One input: the particle features it is made of, none for one of event columns, its width for a model, and how an
   event's particles (n, features) become it; or how they are kept until an event is asked for. */
typedef struct nsym_input_kind {
    const char *name;
    nsym_input_place place;
    const char *feature[NSYM_INPUT_FEATURES];
    size_t features;
    size_t (*width)(const nsym_model_spec *spec); /* NULL: of names: */
    bool named; /* it is what the spec names: features of particles, or columns of events (train/features.h) */
    void (*fill)(const double *particles, size_t n, const nsym_references *references, double *out);
    nsym_expansion expansion;
    size_t unscaled;     /* leading columns that are never standardised */
    bool energy;         /* does the first column weigh a particle, as an energy-flow network asks? */
    const char *instead; /* what takes the last feature's place where that is not there, or NULL */
    size_t categories;   /* trailing columns that are never standardised: what a particle is */
    bool referred;       /* is it made of products, among them those with the model's reference vectors? */
    bool pairs;          /* is a row a pair of particles, and not a particle? */
    bool momenta;        /* of momenta one after the other, which a Lorentz layer reads as they are */
    bool relative;       /* is the first feature divided by the muon's pT, the event column mu_pt? */
} nsym_input_kind;

/* Is an input made of particles? */
static inline bool nsym_input_of_particles(const nsym_input_kind *kind) {
    return kind->features > 0 || (kind->named && kind->place == NSYM_PER_PARTICLE);
}

/* The input of that name, or NULL. Borrowed for ever. */
const nsym_input_kind *nsym_input_find(const char *name);

#endif
