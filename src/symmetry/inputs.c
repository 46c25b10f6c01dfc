#include "symmetry/inputs.h"

#include "base/fail.h"
#include "symmetry/lorentz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One input: its width for a number of particles, and how an event's four-momenta (n, 4) become it. */
typedef struct {
    const char *name;
    nsym_input_place place;
    size_t (*width)(size_t slots);
    void (*fill)(const double *p4, size_t n, float *out);
} definition;

static size_t four(size_t slots) {
    (void)slots;
    return 4;
}

static size_t one(size_t slots) {
    (void)slots;
    return 1;
}

static size_t two_per_pair(size_t slots) {
    return slots > 1 ? slots * (slots - 1) : 0;
}

static void fill_p4(const double *p4, size_t n, float *out) {
    for (size_t i = 0; i < 4 * n; i++) out[i] = (float)p4[i];
}

static void fill_pt(const double *p4, size_t n, float *out) {
    *out = n > 0 ? (float)hypot(p4[0], p4[1]) : 0;
}

static const definition definitions[] = {
    {"p4", NSYM_PER_PARTICLE, four, fill_p4},
    {"lorentz", NSYM_PER_EVENT, two_per_pair, nsym_lorentz_pairs},
    {"pt", NSYM_PER_EVENT, one, fill_pt},
};
enum { DEFINITIONS = sizeof definitions / sizeof *definitions };

static const definition *find(const char *name) {
    for (size_t i = 0; i < DEFINITIONS; i++)
        if (strcmp(definitions[i].name, name) == 0) return &definitions[i];
    return NULL;
}

nsym_status nsym_input_resolve(nsym_input *input, nsym_input_place place, size_t slots) {
    input->width = 0;
    if (!input->name[0]) return NSYM_OK;
    const definition *d = find(input->name);
    if (!d)
        return nsym_fail(NSYM_EINVAL,
                         "no input is called '%s'; there are p4 (per particle), lorentz and pt (per event)",
                         input->name);
    if (d->place != place)
        return nsym_fail(NSYM_EINVAL, "input '%s' is made per %s, not per %s", input->name,
                         place == NSYM_PER_EVENT ? "particle" : "event",
                         place == NSYM_PER_EVENT ? "event" : "particle");
    input->width = d->width(slots);
    if (input->width == 0)
        return nsym_fail(NSYM_EINVAL, "input '%s' needs a fixed number of particles, at least two ('slots')",
                         input->name);
    return NSYM_OK;
}

void nsym_inputs_free(nsym_inputs *inputs) {
    free(inputs->offsets);
    free(inputs->particles);
    free(inputs->event);
    free(inputs->weight);
    *inputs = (nsym_inputs){0};
}

/* The four-momenta of event `i`, checked. Shape: p4 (n, 4). */
static nsym_status gather(const nsym_events *events, const size_t feature[4], size_t i, double *p4) {
    for (uint64_t row = events->offsets[i]; row < events->offsets[i + 1]; row++)
        for (size_t k = 0; k < 4; k++) {
            double value = events->particles[row * events->features + feature[k]];
            if (!isfinite(value))
                return nsym_fail(NSYM_ENUMERIC, "event %zu: %s of particle %zu is %g", i + 1,
                                 events->feature_names[feature[k]], (size_t)(row - events->offsets[i]) + 1, value);
            *p4++ = value;
        }
    return NSYM_OK;
}

static nsym_status fill(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events,
                        const size_t feature[4], double *p4) {
    const definition *particles = find(spec->particle_input.name), *event = find(spec->event_input.name),
                     *weight = find(spec->weight_input.name);
    for (size_t i = 0; i < events->count; i++) {
        uint64_t first = events->offsets[i];
        size_t n = (size_t)(events->offsets[i + 1] - first);
        if (spec->slots && n != spec->slots)
            return nsym_fail(NSYM_EINVAL, "event %zu has %zu particles, the model reads %zu", i + 1, n, spec->slots);
        NSYM_TRY(gather(events, feature, i, p4));
        out->offsets[i + 1] = (uint32_t)(first + n);
        if (out->particles) particles->fill(p4, n, out->particles + first * spec->particle_input.width);
        if (out->event) event->fill(p4, n, out->event + i * spec->event_input.width);
        if (out->weight) weight->fill(p4, n, out->weight + i * spec->weight_input.width);
    }
    return NSYM_OK;
}

/* New (rows, width), or NULL in *out where the width is 0. */
static nsym_status block(float **out, size_t rows, size_t width) {
    if (width == 0) return NSYM_OK;
    *out = calloc(rows * width + 1, sizeof **out);
    return *out ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for inputs of %zu x %zu numbers", rows, width);
}

static nsym_status allocate(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events) {
    uint64_t rows = events->offsets[events->count];
    if (rows > UINT32_MAX)
        return nsym_fail(NSYM_EINVAL, "%llu particles are more than a sample holds (2^32)", (unsigned long long)rows);
    out->count = events->count;
    out->offsets = calloc(events->count + 1, sizeof *out->offsets);
    if (!out->offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    NSYM_TRY(block(&out->particles, rows, spec->particle_input.width));
    NSYM_TRY(block(&out->event, events->count, spec->event_input.width));
    return block(&out->weight, events->count, spec->weight_input.width);
}

/* A spec that came from a file may name inputs that are none, or claim another width. */
static nsym_status check_inputs(const nsym_model_spec *spec) {
    const struct {
        const nsym_input *input;
        nsym_input_place place;
    } inputs[] = {{&spec->particle_input, NSYM_PER_PARTICLE},
                  {&spec->event_input, NSYM_PER_EVENT},
                  {&spec->weight_input, NSYM_PER_EVENT}};
    for (size_t i = 0; i < 3; i++) {
        nsym_input resolved = *inputs[i].input;
        NSYM_TRY(nsym_input_resolve(&resolved, inputs[i].place, spec->slots));
        if (resolved.width != inputs[i].input->width)
            return nsym_fail(NSYM_EINVAL, "input '%s' has %zu values for %zu particles, the model reads %zu",
                             resolved.name, resolved.width, spec->slots, inputs[i].input->width);
    }
    return NSYM_OK;
}

nsym_status nsym_inputs_new(nsym_inputs *out, const nsym_model_spec *spec, const nsym_events *events) {
    static const char *const names[4] = {"px", "py", "pz", "energy"};
    size_t feature[4], most = 0;
    *out = (nsym_inputs){0};
    NSYM_TRY(check_inputs(spec));
    for (size_t k = 0; k < 4; k++) {
        feature[k] = events->offsets ? nsym_events_feature(events, names[k]) : NSYM_NONE;
        if (feature[k] == NSYM_NONE)
            return nsym_fail(NSYM_ENOTFOUND,
                             "the events have no particle feature '%s'; px, py, pz, energy (GeV) are needed", names[k]);
    }
    for (size_t i = 0; i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        if (n > most) most = n;
    }
    double *p4 = calloc(4 * most + 1, sizeof *p4);
    nsym_status status = p4 ? allocate(out, spec, events) : nsym_fail(NSYM_ENOMEM, "no memory for one event");
    if (status == NSYM_OK) status = fill(out, spec, events, feature, p4);
    free(p4);
    if (status != NSYM_OK) nsym_inputs_free(out);
    return status;
}
