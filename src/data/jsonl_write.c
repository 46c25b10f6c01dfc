/* JSON lines out: see data/jsonl.c. */
#include "base/fail.h"
#include "data/text_sink.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

/* New: a number, or the word that it stands for. */
static json_t *value_of(double x, const nsym_words *words) {
    const char *word = nsym_categories_word_of(words, x);
    return word ? json_string(word) : isfinite(x) ? json_real(x) : json_null();
}

/* New record of an event. */
static json_t *record_of(const nsym_text_block *block, size_t event) {
    const nsym_events *events = block->events;
    const nsym_words *words = block->words;
    json_t *record = json_object();
    for (size_t k = 0; k < events->columns; k++) {
        const nsym_column *c = block->column[k];
        json_t *list = c->width > 1 ? json_array() : NULL;
        for (size_t i = 0; list && i < c->width; i++)
            json_array_append_new(list, value_of(c->values[event * c->width + i], &words[events->features + k]));
        json_object_set_new(record, c->name, list ? list : value_of(c->values[event], &words[events->features + k]));
    }
    if (!events->offsets) return record;
    json_t *particles = json_array();
    for (uint64_t p = events->offsets[event]; p < events->offsets[event + 1]; p++) {
        json_t *particle = json_object();
        for (size_t k = 0; k < events->features; k++)
            json_object_set_new(particle, events->feature_names[k],
                                value_of(events->particles[p * events->features + k], &words[k]));
        json_array_append_new(particles, particle);
    }
    json_object_set_new(record, "particles", particles);
    return record;
}

static bool put_event(nsym_text_sink *sink, const nsym_text_block *block, size_t event) {
    json_t *record = record_of(block, event);
    char *text = json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(17));
    bool fine = text && gzputs(sink->file, text) >= 0 && gzputc(sink->file, '\n') >= 0;
    free(text);
    json_decref(record);
    return fine;
}

/* What a message calls an event of the next. */
static size_t row_of(const nsym_text_sink *sink, const nsym_events *events, size_t event) {
    return events->origin ? nsym_events_row(events, event) : sink->events + event + 1;
}

/* JSON has no infinity; null is NaN. */
static nsym_status check(nsym_text_sink *sink, const nsym_events *events) {
    size_t values = events->offsets ? (size_t)events->offsets[events->count] * events->features : 0;
    if (events->offsets && nsym_events_column(events, "particles"))
        return nsym_fail(NSYM_EINVAL,
                         "a column is called 'particles', which is the name of the list of particles; rename it");
    for (size_t i = 0; i < values; i++)
        if (isinf(events->particles[i]))
            return nsym_fail(NSYM_EINVAL, "%s of particle %llu is infinite, which JSON cannot store",
                             events->feature_names[i % events->features],
                             (unsigned long long)(sink->particles + i / events->features + 1));
    for (size_t k = 0; k < events->columns; k++)
        for (size_t i = 0; i < events->count * events->column[k].width; i++)
            if (isinf(events->column[k].values[i]))
                return nsym_fail(NSYM_EINVAL, "row %zu: %s is infinite, which JSON cannot store",
                                 row_of(sink, events, i / events->column[k].width), events->column[k].name);
    return NSYM_OK;
}

static const nsym_text_layout lines = {.check = check, .put_event = put_event};

nsym_status nsym_jsonl_write_events(const nsym_events *events, const char *path) {
    return nsym_text_sink_write(events, path, &lines);
}

nsym_status nsym_jsonl_create_events(nsym_block_sink *out, const char *path) {
    return nsym_text_sink_create(out, path, &lines);
}
