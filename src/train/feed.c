#include "train/feed.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

static float *floats(size_t rows, size_t width) {
    return calloc(rows * width + 1, sizeof(float));
}

size_t nsym_feed_rows(const nsym_inputs *inputs, size_t events) {
    size_t most = 0;
    for (size_t i = 0; i < inputs->count; i++) {
        size_t n = inputs->offsets[i + 1] - inputs->offsets[i];
        if (n > most) most = n;
    }
    return events * most + 1;
}

nsym_status nsym_feed_new(nsym_feed *out, const nsym_model_spec *spec, const nsym_inputs *inputs, size_t events,
                          size_t rows) {
    if (!rows) rows = nsym_feed_rows(inputs, events);
    *out = (nsym_feed){
        .spec = spec,
        .inputs = inputs,
        .events = events,
        .rows = rows,
        .offsets = calloc(events + 1, sizeof *out->offsets),
        .particles = floats(rows, spec->particle_input.width),
        .event = floats(events, spec->event_input.width),
        .gate = floats(events, spec->gate_input.width),
    };
    if (out->offsets && out->particles && out->event && out->gate) return NSYM_OK;
    nsym_feed_free(out);
    return nsym_fail(NSYM_ENOMEM, "no memory for batches of %zu events", events);
}

void nsym_feed_free(nsym_feed *feed) {
    free(feed->offsets);
    free(feed->particles);
    free(feed->event);
    free(feed->gate);
    *feed = (nsym_feed){0};
}

bool nsym_feed_fits(const nsym_feed *feed, size_t i, size_t event) {
    const uint32_t *offsets = feed->inputs->offsets;
    return i < feed->events && feed->offsets[i] + offsets[event + 1] - offsets[event] < feed->rows;
}

void nsym_feed_put(nsym_feed *feed, size_t i, size_t event) {
    const nsym_inputs *in = feed->inputs;
    uint32_t first = in->offsets[event], n = in->offsets[event + 1] - first;
    size_t width = feed->spec->particle_input.width;
    if (width)
        memcpy(feed->particles + feed->offsets[i] * width, in->particles + first * width, n * width * sizeof(float));
    width = feed->spec->event_input.width;
    if (width) nsym_inputs_event(in, feed->spec, event, feed->event + i * width);
    width = feed->spec->gate_input.width;
    if (width) memcpy(feed->gate + i * width, in->gate + event * width, width * sizeof(float));
    feed->offsets[i + 1] = feed->offsets[i] + n;
}

nsym_batch nsym_feed_batch(nsym_feed *feed, size_t n) {
    size_t width = feed->spec->particle_input.width;
    if (feed->inputs->padding)
        memcpy(feed->particles + feed->offsets[n] * width, feed->inputs->padding, width * sizeof(float));
    return (nsym_batch){n, feed->offsets, feed->particles, feed->event, feed->gate, 0};
}
