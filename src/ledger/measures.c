#include "ledger/measures.h"

#include "base/fail.h"

#include <stdlib.h>

nsym_status nsym_measures_new(nsym_measures *out) {
    enum { FIRST = 64 };
    *out = (nsym_measures){0, FIRST, calloc(FIRST, sizeof *out->measure), nsym_arena_new(), NSYM_OK};
    return out->measure && out->arena ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a run's measures");
}

void nsym_measures_free(nsym_measures *m) {
    free(m->measure);
    nsym_arena_free(m->arena);
}

size_t nsym_measures_add(nsym_measures *m, const char *metric, size_t number, double value) {
    if (m->count == m->capacity) {
        nsym_measure *more = realloc(m->measure, 2 * m->capacity * sizeof *more);
        if (!more) {
            m->status = nsym_fail(NSYM_ENOMEM, "no memory for %zu measures", 2 * m->capacity);
            return 0;
        }
        m->measure = more;
        m->capacity *= 2;
    }
    m->measure[m->count] = (nsym_measure){.metric = metric, .epoch = number, .value = value};
    return m->count++;
}

size_t nsym_measures_add_known(nsym_measures *m, const char *metric, size_t number, double value, double test_error,
                               double fit_error) {
    size_t at = nsym_measures_add(m, metric, number, value);
    if (test_error > 0) m->measure[at].test_error = test_error;
    if (fit_error > 0) m->measure[at].fit_error = fit_error;
    return at;
}

double *nsym_measures_draw(nsym_measures *m, size_t at, size_t draws) {
    double *values = nsym_arena_alloc(m->arena, draws, sizeof *values);
    if (!values) m->status = nsym_fail(NSYM_ENOMEM, "no memory for %zu draws", draws);
    m->measure[at].draws = values;
    m->measure[at].draw_count = values ? draws : 0;
    return values;
}
