#include "sources/fresh_rows.h"

#include "base/fail.h"
#include "data/events.h"
#include "sources/kinematics.h"
#include "sources/source.h"

#include <stdlib.h>

nsym_status nsym_sample_origin_new(nsym_sample_origin **out, size_t room) {
    nsym_sample_origin *origin = *out = calloc(1, sizeof *origin);
    if (origin) {
        origin->event = calloc(room + 1, sizeof *origin->event);
        origin->number = calloc(room + 1, sizeof *origin->number);
    }
    if (origin && origin->event && origin->number) return NSYM_OK;
    return nsym_fail(NSYM_ENOMEM, "no memory for the origins of %zu events", room);
}

void nsym_sample_origin_free(nsym_sample_origin *origin) {
    if (!origin) return;
    nsym_events_free(origin->all);
    free(origin->event);
    free(origin->number);
    free(origin);
}

/* Particles of the largest event before the detector. */
static size_t most_of(const nsym_events *events) {
    size_t most = 0;
    for (size_t i = 0; events->offsets && i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        if (n > most) most = n;
    }
    return most;
}

/* Adds the rows of the events with these first rows in the sample: `taken` holds all of the source, or those alone. */
static nsym_status add_rows(nsym_builder *rows, nsym_fresh_rows *f, const nsym_events *taken, const uint32_t *first,
                            const uint64_t *seeds, size_t n) {
    size_t width, copies = f->chain.copies;
    const char *const *names = nsym_chain_features(&f->chain, taken, &width);
    NSYM_TRY(nsym_builder_begin(rows, taken, names, width));
    for (size_t i = 0; i < n; i++) {
        size_t of = first[i] / copies;
        f->chain.seed = seeds[i];
        NSYM_TRY(nsym_chain_add(rows, &f->chain, taken, f->origin->all ? f->origin->event[of] : i,
                                f->origin->number[of], copies));
    }
    return NSYM_OK;
}

/* The events of a source that makes them. */
static nsym_status take(nsym_events **out, const nsym_fresh_rows *f, const uint32_t *first, size_t n) {
    size_t *event = malloc((n + 1) * sizeof *event);
    if (!event) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", n);
    for (size_t i = 0; i < n; i++) event[i] = f->origin->event[first[i] / f->chain.copies];
    nsym_status status = f->card->source->make(out, f->state, event, n);
    free(event);
    return status;
}

/* What a sample has in columns beside what its source brings, as far as networks read it. */
static nsym_status complete(nsym_events *events, const nsym_fresh_rows *f) {
    if (!f->columns) return NSYM_OK;
    NSYM_TRY(nsym_kinematics_add(events, false));
    return f->card->observables[0] ? nsym_observe(events, f->card->observables, 1, NULL) : NSYM_OK;
}

static nsym_status make(nsym_events **out, void *context, const uint32_t *first, const uint64_t *seeds, size_t n) {
    nsym_fresh_rows *f = context;
    nsym_builder rows = {0};
    nsym_events *taken = f->origin->all, *made = NULL;
    *out = NULL;
    if (!taken) NSYM_TRY(take(&taken, f, first, n));
    nsym_status status = add_rows(&rows, f, taken, first, seeds, n);
    if (status == NSYM_OK) status = nsym_builder_end(&made, &rows);
    if (status == NSYM_OK) status = complete(made, f);
    nsym_builder_free(&rows);
    if (!f->origin->all) nsym_events_free(taken);
    if (status == NSYM_OK)
        *out = made;
    else
        nsym_events_free(made);
    return status;
}

/* The chain, and the most particles that it can give an event. */
static nsym_status open_chain(nsym_fresh_rows *f) {
    static const size_t none = 0;
    nsym_events *like = f->origin->all;
    if (!like) NSYM_TRY(f->card->source->make(&like, f->state, &none, 1));
    nsym_status status = nsym_chain_open(&f->chain, f->card, like);
    f->fresh.particles = most_of(like);
    size_t cells = f->card->detector.cells.nx * f->card->detector.cells.ny;
    if (cells && cells < f->fresh.particles) f->fresh.particles = cells;
    if (!f->origin->all) nsym_events_free(like);
    return status;
}

nsym_status nsym_fresh_rows_open(nsym_fresh_rows *out, const nsym_sample_origin *origin, const nsym_data_card *card,
                                 const nsym_model_spec *spec) {
    *out = (nsym_fresh_rows){.fresh = {.make = make, .context = out, .events = origin->count},
                             .card = card,
                             .origin = origin,
                             .columns = !spec || spec->columns[0] || spec->gate_columns[0]};
    if (!out->origin->all) NSYM_TRY(card->source->open(&out->state, card));
    NSYM_TRY(open_chain(out));
    out->fresh.copies = out->chain.copies;
    return NSYM_OK;
}

void nsym_fresh_rows_close(nsym_fresh_rows *f) {
    nsym_chain_close(&f->chain);
    if (f->state) f->card->source->close(f->state);
    *f = (nsym_fresh_rows){0};
}
