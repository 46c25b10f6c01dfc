#include "train/renewal.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

/* One more than the largest of the events that train. */
static size_t events_of(const nsym_training *t) {
    size_t most = 0;
    for (size_t i = 0; i < t->event_count; i++)
        if (t->events[i] >= most) most = t->events[i] + (size_t)1;
    return most;
}

nsym_status nsym_renewal_new(nsym_renewal *out, const nsym_training *t, size_t room) {
    *out = (nsym_renewal){.room = room,
                          .times = calloc(events_of(t) + 1, sizeof *out->times),
                          .rows = calloc(room + 1, sizeof *out->rows),
                          .seeds = calloc(room + 1, sizeof *out->seeds)};
    if (out->times && out->rows && out->seeds) return NSYM_OK;
    return nsym_fail(NSYM_ENOMEM, "no memory for new copies of %zu events", t->event_count);
}

void nsym_renewal_free(nsym_renewal *r) {
    free(r->times);
    free(r->rows);
    free(r->seeds);
    nsym_inputs_free(&r->inputs);
    *r = (nsym_renewal){0};
}

nsym_status nsym_renewal_make(nsym_renewal *r, const nsym_training *t, const nsym_model_spec *spec, size_t epoch,
                              const uint32_t *events, size_t n) {
    nsym_events *made = NULL;
    if (epoch != r->epoch) memset(r->times, 0, (events_of(t) + 1) * sizeof *r->times);
    r->epoch = epoch;
    for (size_t i = 0; i < n; i++) {
        uint64_t time = (uint64_t)epoch << 32 | r->times[events[i]]++;
        size_t row = nsym_part_first(&t->parts, events[i]);
        r->rows[i] = (uint32_t)(t->index ? t->index[row] : row);
        r->seeds[i] = nsym_member_seed(t->seed, "fresh copies", time);
    }
    nsym_inputs_free(&r->inputs);
    NSYM_TRY(t->fresh->make(&made, t->fresh->context, r->rows, r->seeds, n));
    const nsym_material material = nsym_material_of_events(made);
    nsym_status status = nsym_inputs_make(&r->inputs, spec, &material, (const double *const *)t->inputs->scaling);
    nsym_events_free(made);
    return status;
}
