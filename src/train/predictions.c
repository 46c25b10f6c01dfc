#include "train/predictions.h"

#include "base/fail.h"
#include "nn/model.h"
#include "nn/models.h"
#include "train/training.h"

#include <stdlib.h>

/* The particles of a batch, with the padding row: as many as a model has room for, or those of the largest event. */
static size_t rows_of(const nsym_inputs *inputs) {
    size_t most = nsym_feed_rows(inputs, 1);
    return most > NSYM_MODEL_ROWS ? most : NSYM_MODEL_ROWS;
}

nsym_status nsym_logits_of_material(nsym_model *model, const nsym_material *material, double *logits, double *gate) {
    nsym_inputs inputs;
    nsym_feed feed;
    nsym_network *network;
    const double *const scaling[NSYM_INPUT_PARTS] = {nsym_model_scaling(model, NSYM_PARTICLE_INPUT),
                                                     nsym_model_scaling(model, NSYM_EVENT_INPUT),
                                                     nsym_model_scaling(model, NSYM_GATE_INPUT)};
    NSYM_TRY(nsym_inputs_make(&inputs, nsym_model_spec_of(model), material, scaling));
    size_t rows = rows_of(&inputs);
    nsym_status status = nsym_model_network(&network, model, rows);
    if (status == NSYM_OK) status = nsym_feed_new(&feed, nsym_model_spec_of(model), &inputs, NSYM_MODEL_BATCH, rows);
    if (status == NSYM_OK) {
        nsym_predict_rows(network, &feed, NULL, 0, material->count, logits, gate);
        nsym_feed_free(&feed);
    }
    nsym_inputs_free(&inputs);
    return status;
}

nsym_status nsym_logits_of(nsym_model *model, const nsym_events *events, double *logits, double *gate) {
    const nsym_material material = nsym_material_of_events(events);
    return nsym_logits_of_material(model, &material, logits, gate);
}

/* Checks what can be checked before any arithmetic. */
static nsym_status check(const nsym_model_spec *spec, const nsym_model_inputs *in, bool gate) {
    bool particles = nsym_model_width(spec, NSYM_PARTICLE_INPUT) > 0;
    if (particles && (!in->offsets || in->offsets[0] != 0))
        return nsym_fail(NSYM_EINVAL, "the model needs particles (%s), with offsets that begin at 0",
                         spec->particle_input.name);
    for (size_t i = 0; particles && i < in->events; i++)
        if (in->offsets[i + 1] < in->offsets[i])
            return nsym_fail(NSYM_EINVAL, "the offset after event %zu is smaller than the one before it", i);
    if (gate && !nsym_spec_gates(spec))
        return nsym_fail(NSYM_EINVAL, "only a hybrid that learns its gate weights has them");
    return NSYM_OK;
}

nsym_status nsym_model_logits(nsym_model *model, const nsym_model_inputs *in, double *logits, double *gate) {
    enum { CHUNK = 16 * NSYM_MODEL_BATCH };
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    size_t outputs = nsym_model_outputs(spec);
    NSYM_TRY(check(spec, in, gate != NULL));
    double general[CHUNK];
    for (size_t first = 0, n; first < in->events; first += n) {
        n = in->events - first < CHUNK ? in->events - first : CHUNK;
        nsym_model_inputs some = {.events = n, .offsets = in->offsets ? in->offsets + first : NULL};
        size_t particle = in->offsets ? (size_t)in->offsets[first] : 0;
        some.particles = in->particles ? in->particles + particle * spec->particle_input.width : NULL;
        some.event = in->event ? in->event + first * spec->event_input.width : NULL;
        some.gate = in->gate ? in->gate + first * spec->gate_input.width : NULL;
        nsym_material material = nsym_material_of_arrays(&some);
        material.first = first;
        NSYM_TRY(nsym_logits_of_material(model, &material, logits + first * outputs, gate ? general : NULL));
        for (size_t i = 0; gate && i < n; i++) {
            gate[2 * (first + i)] = general[i];
            gate[2 * (first + i) + 1] = 1 - general[i];
        }
    }
    return NSYM_OK;
}
