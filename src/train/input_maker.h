/* One input of a model, made in double precision event by event. */
#ifndef NSYM_TRAIN_INPUT_MAKER_H
#define NSYM_TRAIN_INPUT_MAKER_H

#include "train/features.h"
#include "train/input_kinds.h"

/* Spec and material are borrowed. */
typedef struct nsym_input_maker {
    const nsym_input_kind *kind; /* NULL: the model has no such input, and nothing below */
    nsym_input_kind given;       /* what kind points at, where arrays give the input */
    const nsym_model_spec *spec;
    const nsym_material *material;
    const nsym_events *events; /* the material's, or NULL */
    const float *array;        /* the material's, or NULL */
    size_t width;              /* values of a row */
    bool per_particle;         /* is a row a particle? Else an event */
    bool of_pairs;             /* are the model's rows pairs of particles? */
    nsym_references references;
    size_t features;     /* of a particle that are read */
    size_t *feature;     /* (features) of the events', owned */
    nsym_feature *named; /* (names) of an input that the spec names, owned; NULL: another */
    size_t names;
    const double **column; /* (names) values that the input 'columns' reads, owned; that of event i is at */
    size_t *stride;        /* [i * stride], (names), owned */
    double *particles;     /* room for an event's features, owned */
    double *values;        /* room for an event's rows, owned: what nsym_maker_make writes */
} nsym_input_maker;

/* For a part of the spec's inputs; no event has more particles than `most`. Free with nsym_maker_close, also after an
   error. Errors: the events lack a feature or a column. */
nsym_status nsym_maker_open(nsym_input_maker *out, const nsym_model_spec *spec, size_t part,
                            const nsym_material *material, size_t most) NSYM_MUST_CHECK;
void nsym_maker_close(nsym_input_maker *maker);

/* What a message calls the event in a place: its row in what was read, from 1. */
size_t nsym_maker_row(const nsym_input_maker *maker, size_t place);

/* Particles that are read of the event in a place that has so many rows. */
static inline size_t nsym_maker_particles(const nsym_input_maker *maker, size_t place, size_t rows) {
    return maker->of_pairs ? nsym_material_particles(maker->material, place) : rows;
}

/* Makes the rows of the event in a place, of which n particles are read: (rows, width), or (1, width), in
   maker->values. Errors: what is NaN, infinite, beyond single precision or not for this input, with the event's row in
   what was read.
 */
nsym_status nsym_maker_make(nsym_input_maker *maker, size_t place, size_t n) NSYM_MUST_CHECK;

/* Is a column of the standardisation scaled? */
bool nsym_maker_scales(const nsym_input_maker *maker, size_t column);

/* The column of the standardisation for value k of row r of what was made; NSYM_NONE: a cell's number. */
static inline size_t nsym_maker_column(const nsym_input_maker *maker, size_t r, size_t k) {
    if (maker->kind->expansion == NSYM_STORED) return k;
    if (maker->kind->expansion == NSYM_LIST_OF_CELLS) return r * maker->width + k;
    return k == 0 ? NSYM_NONE : (size_t)maker->values[r * maker->width];
}

/* What value k of a part's rows is called: "x2", "pz", "value 1 of the input 'lorentz'". Shape: text (size). */
void nsym_input_value_name(char *text, size_t size, const nsym_model_spec *spec, size_t part, size_t k);

/* A spec's inputs in the order of its parts. */
static inline const nsym_input *nsym_input_of(const nsym_model_spec *spec, size_t part) {
    const nsym_input *const inputs[NSYM_INPUT_PARTS] = {&spec->particle_input, &spec->event_input, &spec->gate_input};
    return inputs[part];
}

#endif
