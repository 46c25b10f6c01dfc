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

/* Does a network take the inputs' hits in place of their images? Not where zeros have become something else. */
static bool has_lists(const nsym_model_spec *spec, const nsym_inputs *inputs) {
    bool lists = inputs->hit_first && nsym_takes_hits(spec);
    for (size_t k = 0; lists && inputs->zero && k < spec->event_input.width; k++) lists = inputs->zero[k] == 0;
    return lists;
}

static bool allocate_lists(nsym_feed *feed) {
    size_t most = nsym_hits_most(feed->events, feed->spec->event_input.width);
    feed->taken = calloc(feed->events + 1, sizeof *feed->taken);
    feed->first = calloc(feed->events + 1, sizeof *feed->first);
    feed->column = calloc(most + 1, sizeof *feed->column);
    feed->value = floats(most, 1);
    return feed->taken && feed->first && feed->column && feed->value;
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
        .lists = has_lists(spec, inputs),
    };
    bool whole = out->offsets && out->particles && out->event && out->gate;
    if (whole && (!out->lists || allocate_lists(out))) return NSYM_OK;
    nsym_feed_free(out);
    return nsym_fail(NSYM_ENOMEM, "no memory for batches of %zu events", events);
}

void nsym_feed_free(nsym_feed *feed) {
    void *blocks[] = {feed->offsets, feed->particles, feed->event,  feed->gate,
                      feed->taken,   feed->first,     feed->column, feed->value};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
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
    if (feed->lists)
        feed->taken[i] = (uint32_t)event;
    else if (width)
        nsym_inputs_event(in, feed->spec, event, feed->event + i * width);
    width = feed->spec->gate_input.width;
    if (width) memcpy(feed->gate + i * width, in->gate + event * width, width * sizeof(float));
    feed->offsets[i + 1] = feed->offsets[i] + n;
}

/* The hits of the first n places, or nothing where there are so many that the whole images are as good. */
static nsym_hits list_hits(nsym_feed *feed, size_t n) {
    const nsym_hits hits = nsym_inputs_hits(feed->inputs);
    uint32_t at = 0;
    size_t most = nsym_hits_most(n, feed->spec->event_input.width);
    for (size_t i = 0; i < n; i++) {
        uint32_t from = hits.first[feed->taken[i]], count = hits.first[feed->taken[i] + 1] - from;
        if (at + count > most) return (nsym_hits){0};
        memcpy(feed->column + at, hits.column + from, count * sizeof *feed->column);
        memcpy(feed->value + at, hits.value + from, count * sizeof *feed->value);
        feed->first[i + 1] = at += count;
    }
    return (nsym_hits){feed->first, feed->column, feed->value};
}

nsym_batch nsym_feed_batch(nsym_feed *feed, size_t n) {
    const nsym_model_spec *spec = feed->spec;
    size_t width = spec->particle_input.width;
    if (feed->inputs->padding)
        memcpy(feed->particles + feed->offsets[n] * width, feed->inputs->padding, width * sizeof(float));
    nsym_batch batch = {
        .events = n, .offsets = feed->offsets, .particles = feed->particles, .event = feed->event, .gate = feed->gate};
    if (feed->lists) batch.hits = list_hits(feed, n);
    for (size_t i = 0; feed->lists && !batch.hits.first && i < n; i++)
        nsym_inputs_event(feed->inputs, spec, feed->taken[i], feed->event + i * spec->event_input.width);
    return batch;
}
