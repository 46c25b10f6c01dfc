#include "symmetry/inputs.h"

#include "base/fail.h"
#include "base/list.h"
#include "symmetry/nearest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 64, OF_MOMENTUM = 5, OF_NEAREST = 4, COLUMNS_MAX = 64 };

/* How the features of a particle become what is read. */
typedef struct {
    size_t momentum[4]; /* px, py, pz, energy; NSYM_NONE: there are none */
    size_t count, from[FEATURES_MAX];
    bool logarithm[FEATURES_MAX]; /* read beside the value */
    size_t place[2], scale;       /* where a particle stands, and its pT or energy; NSYM_NONE */
    bool angle;                   /* the second of these is an azimuth */
    size_t width;
} plan;

static bool part_of_momentum(const plan *p, size_t feature) {
    for (size_t k = 0; k < 4; k++)
        if (p->momentum[k] == feature) return true;
    return false;
}

/* Where particles stand, unless they have momenta, which say it. */
static void find_place(plan *p, const nsym_events *events) {
    static const char *const pairs[][2] = {{"x", "y"}, {"d_eta", "d_phi"}, {"eta", "phi"}};
    p->place[0] = p->place[1] = NSYM_NONE;
    p->scale = nsym_events_feature(events, nsym_events_feature(events, "pt") != NSYM_NONE ? "pt" : "energy");
    p->angle = p->momentum[0] != NSYM_NONE;
    for (size_t k = 0; k < 3 && p->momentum[0] == NSYM_NONE && p->place[0] == NSYM_NONE; k++) {
        for (size_t side = 0; side < 2; side++) p->place[side] = nsym_events_feature(events, pairs[k][side]);
        p->angle = k == 2;
        if (p->place[1] == NSYM_NONE) p->place[0] = NSYM_NONE;
    }
    if (p->momentum[0] != NSYM_NONE || p->place[0] != NSYM_NONE) p->width += OF_NEAREST;
}

static nsym_status make_plan(plan *p, const nsym_events *events) {
    static const char *const names[] = {"px", "py", "pz", "energy"};
    bool all = true;
    *p = (plan){.width = 0};
    for (size_t k = 0; k < 4; k++) all &= (p->momentum[k] = nsym_events_feature(events, names[k])) != NSYM_NONE;
    for (size_t k = 0; !all && k < 4; k++) p->momentum[k] = NSYM_NONE;
    if (all) p->width = OF_MOMENTUM;
    for (size_t f = 0; f < events->features; f++) {
        const char *name = events->feature_names[f];
        if (part_of_momentum(p, f) || strcmp(name, "cell") == 0) continue; /* that number follows from the position */
        if (p->count == FEATURES_MAX)
            return nsym_fail(NSYM_EINVAL, "particles have %zu features, a classifier reads at most %d",
                             events->features, FEATURES_MAX);
        p->from[p->count] = f;
        p->logarithm[p->count] = strcmp(name, "pt") == 0 || strcmp(name, "energy") == 0;
        p->width += p->logarithm[p->count++] ? 2 : 1;
    }
    find_place(p, events);
    return NSYM_OK;
}

/* ln of a value in 1e-9 ... */
static float logarithm(double value) {
    return (float)log(value > 1e-9 ? value : 1e-9);
}

/* The pseudorapidity, within 20. */
static double eta_of(const double *particle, const size_t momentum[4]) {
    double z = particle[momentum[2]], pt = hypot(particle[momentum[0]], particle[momentum[1]]);
    return fmin(fmax(pt > 0 ? asinh(z / pt) : copysign(20, z), -20), 20);
}

static float *read_momentum(float *out, const double *particle, const size_t momentum[4]) {
    double x = particle[momentum[0]], y = particle[momentum[1]], pt = hypot(x, y);
    *out++ = logarithm(pt);
    *out++ = (float)eta_of(particle, momentum);
    *out++ = pt > 0 ? (float)(x / pt) : 0;
    *out++ = pt > 0 ? (float)(y / pt) : 0;
    *out++ = logarithm(particle[momentum[3]]);
    return out;
}

static void read_particle(float *out, const double *particle, const plan *p) {
    if (p->momentum[0] != NSYM_NONE) out = read_momentum(out, particle, p->momentum);
    for (size_t k = 0; k < p->count; k++) {
        double value = particle[p->from[k]];
        *out++ = (float)value;
        if (p->logarithm[k]) *out++ = logarithm(value);
    }
}

/* Where a particle stands. */
static nsym_spot spot_of(const double *particle, const plan *p) {
    const size_t *m = p->momentum;
    if (m[0] != NSYM_NONE)
        return (nsym_spot){eta_of(particle, m), atan2(particle[m[1]], particle[m[0]]),
                           logarithm(hypot(particle[m[0]], particle[m[1]])), 0};
    return (nsym_spot){particle[p->place[0]], particle[p->place[1]],
                       p->scale == NSYM_NONE ? 0 : logarithm(particle[p->scale]), 0};
}

/* The step to the nearest other particle, without its sign, and its logarithm; that one's pT or energy. */
static void read_nearest(float *out, const nsym_spots *spots, size_t i, bool angle) {
    const nsym_spot *of = spots->spot + i, *other = spots->spot + of->nearest;
    double first = fabs(other->first - of->first), second = fabs(nsym_spot_step(of->second, other->second, angle));
    out[0] = (float)first;
    out[1] = (float)second;
    out[2] = other == of ? 0 : logarithm(hypot(first, second));
    out[3] = other == of ? 0 : (float)other->scale;
}

/* Writes what the nearest particle of each of n adds, behind what each has by itself. */
static nsym_status read_all_nearest(float *out, nsym_spots *spots, const double *particles, size_t n, size_t features,
                                    const plan *p) {
    if (p->momentum[0] == NSYM_NONE && p->place[0] == NSYM_NONE) return NSYM_OK;
    NSYM_TRY(nsym_spots_room(spots, n));
    for (size_t i = 0; i < n; i++) spots->spot[i] = spot_of(particles + i * features, p);
    nsym_spots_find(spots, n, p->angle);
    for (size_t i = 0; i < n; i++) read_nearest(out + (i + 1) * p->width - OF_NEAREST, spots, i, p->angle);
    return NSYM_OK;
}

static nsym_status check_particle(const nsym_events *events, size_t event, const double *particle) {
    for (size_t f = 0; f < events->features; f++)
        if (!isfinite((float)particle[f]))
            return nsym_fail(NSYM_ENUMERIC, "row %zu: a particle's %s is %g, must be finite",
                             nsym_events_row(events, event), events->feature_names[f], particle[f]);
    return NSYM_OK;
}

/* The columns of a list, in its order. */
static nsym_status find_columns(const nsym_column **out, size_t *count, const nsym_events *events, const char *list) {
    size_t n;
    char name[128];
    *count = 0;
    for (const char *at = list && list[0] ? list : NULL; at;) {
        const char *next = nsym_list_next(at, &n);
        snprintf(name, sizeof name, "%.*s", (int)n, at);
        if (*count == COLUMNS_MAX) return nsym_fail(NSYM_EINVAL, "a classifier reads at most %d columns", COLUMNS_MAX);
        const nsym_column *column = nsym_events_column(events, name);
        if (!column || column->width != 1)
            return nsym_fail(NSYM_ENOTFOUND, "the events have no column '%s' of one value", name);
        out[(*count)++] = column;
        at = next;
    }
    return NSYM_OK;
}

nsym_status nsym_pair_inputs_check(const nsym_events *a, const nsym_events *b, const char *columns) {
    const nsym_column *found[COLUMNS_MAX];
    size_t count;
    if (a->count != b->count)
        return nsym_fail(NSYM_EINVAL, "the versions have %zu and %zu events, must be the same events", a->count,
                         b->count);
    if (!a->offsets || !b->offsets) return nsym_fail(NSYM_EFORMAT, "the events have no particles");
    bool alike = a->features == b->features;
    for (size_t f = 0; alike && f < a->features; f++) alike = strcmp(a->feature_names[f], b->feature_names[f]) == 0;
    if (!alike) return nsym_fail(NSYM_EFORMAT, "the versions' particles have different features");
    NSYM_TRY(find_columns(found, &count, a, columns));
    return find_columns(found, &count, b, columns);
}

void nsym_pair_inputs_free(nsym_pair_inputs *p) {
    free(p->offsets);
    free(p->particles);
    free(p->event);
    *p = (nsym_pair_inputs){0};
}

/* Writes the particles and columns of one version of an event into row `row`. */
static nsym_status add_row(nsym_pair_inputs *out, size_t row, const nsym_events *events, size_t event, const plan *p,
                           const nsym_column *const *columns, nsym_spots *spots) {
    float *to = out->particles + out->offsets[row] * out->width;
    const double *particles = events->particles + events->offsets[event] * events->features;
    size_t n = (size_t)(events->offsets[event + 1] - events->offsets[event]);
    for (size_t j = 0; j < n; j++) {
        NSYM_TRY(check_particle(events, event, particles + j * events->features));
        read_particle(to + j * p->width, particles + j * events->features, p);
    }
    NSYM_TRY(read_all_nearest(to, spots, particles, n, events->features, p));
    for (size_t k = 0; k < out->columns && columns[k]; k++) {
        double value = columns[k]->values[event];
        if (!isfinite((float)value))
            return nsym_fail(NSYM_ENUMERIC, "row %zu: %s is %g, must be finite", nsym_events_row(events, event),
                             columns[k]->name, value);
        out->event[row * out->columns + k] = (float)value;
    }
    return NSYM_OK;
}

nsym_status nsym_pair_inputs_new(nsym_pair_inputs *out, const nsym_events *a, const nsym_events *b, const char *columns,
                                 const size_t *index, size_t n) {
    const nsym_events *const versions[2] = {a, b};
    const nsym_column *found[2][COLUMNS_MAX] = {{NULL}};
    plan p;
    *out = (nsym_pair_inputs){0};
    NSYM_TRY(make_plan(&p, a));
    for (size_t v = 0; v < 2; v++) NSYM_TRY(find_columns(found[v], &out->columns, versions[v], columns));
    out->width = p.width;
    out->offsets = calloc(2 * n + 1, sizeof *out->offsets);
    if (!out->offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", n);
    for (size_t row = 0; row < 2 * n; row++) {
        const uint64_t *of = versions[row % 2]->offsets + index[row / 2];
        out->offsets[row + 1] = out->offsets[row] + of[1] - of[0];
    }
    out->particles = calloc(out->offsets[2 * n] * out->width + 1, sizeof *out->particles);
    out->event = calloc(2 * n * out->columns + 1, sizeof *out->event);
    if (!out->particles || !out->event) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", n);
    nsym_spots spots = {0};
    nsym_status status = NSYM_OK;
    for (size_t row = 0; status == NSYM_OK && row < 2 * n; row++)
        status = add_row(out, row, versions[row % 2], index[row / 2], &p, found[row % 2], &spots);
    nsym_spots_free(&spots);
    out->inputs = (nsym_model_inputs){.events = 2 * n,
                                      .offsets = out->offsets,
                                      .particles = out->particles,
                                      .event = out->columns ? out->event : NULL};
    return status;
}
