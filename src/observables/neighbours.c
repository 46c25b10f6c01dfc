/* Finds pt, places and kinds of particles by name, and takes them out of a sample. */
#include "observables/neighbours.h"

#include "base/fail.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

enum { SHOWN = 300 };

/* Up to here differences of y are below π, where they mean the same as those of azimuths. */
static const double POSITION_MOST = 1.57;

/* Names of features, or of columns, as far as they fit. */
static void list(char text[SHOWN], const nsym_events *events, bool columns) {
    size_t n = columns ? events->columns : events->features, used = 0;
    snprintf(text, SHOWN, "none");
    for (size_t i = 0; i < n && used < SHOWN; i++)
        used += (size_t)snprintf(text + used, SHOWN - used, "%s%s", i > 0 ? ", " : "",
                                 columns ? events->column[i].name : events->feature_names[i]);
    if (used >= SHOWN) snprintf(text + SHOWN - 4, 4, "...");
}

static nsym_status no_feature(const nsym_events *events, const char *wanted) {
    char there[SHOWN];
    list(there, events, false);
    bool momenta = nsym_events_feature(events, "px") != NSYM_NONE;
    return nsym_fail(
        NSYM_ENOTFOUND, "its particles have no %s; they have %s%s", wanted, there,
        momenta ? "; a card's data.define computes pt, eta and phi from momenta (docs/formats.md shows how)" : "");
}

/* A column of one number an event; NULL where there is none. */
static const double *column_of(const nsym_events *events, const char *name) {
    const nsym_column *column = nsym_events_column(events, name);
    return column && column->width == 1 ? column->values : NULL;
}

/* A calorimeter's points and cells: x and y, with the energy in the place of pt. */
static bool find_positions(nsym_neighbours *s, const nsym_events *events, unsigned needs) {
    size_t x = nsym_events_feature(events, "x"), y = nsym_events_feature(events, "y"),
           energy = nsym_events_feature(events, "energy");
    s->positions = x != NSYM_NONE && y != NSYM_NONE && energy != NSYM_NONE && !(needs & NSYM_DISTANCES);
    if (!s->positions) return false;
    s->pt = energy;
    if (needs & NSYM_PLACES) s->eta = x, s->phi = y;
    return true;
}

static nsym_status find_places(nsym_neighbours *s, const nsym_events *events, bool distances) {
    static const char *const ways[][2] = {
        {"d_eta", "d_phi"}, {"deta", "dphi"}, {"eta", "phi"}, {"y", "phi"}, {"rapidity", "phi"}};
    enum { DIFFERENCES = 2, FOR_DISTANCES = 3, WAYS = sizeof ways / sizeof *ways };
    size_t way = 0, most = distances ? FOR_DISTANCES : WAYS;
    for (; way < most; way++) {
        s->eta = nsym_events_feature(events, ways[way][0]);
        s->phi = nsym_events_feature(events, ways[way][1]);
        if (s->eta != NSYM_NONE && s->phi != NSYM_NONE) break;
    }
    if (way == most)
        return no_feature(events, distances ? "d_eta and d_phi (or deta and dphi, or eta and phi)"
                                            : "eta (or y, rapidity) and phi, nor d_eta and d_phi (or deta and dphi)");
    if (way < DIFFERENCES || !distances) return NSYM_OK;
    s->mu_eta = column_of(events, "mu_eta");
    s->mu_phi = column_of(events, "mu_phi");
    if (s->mu_eta && s->mu_phi) return NSYM_OK;
    char there[SHOWN];
    list(there, events, true);
    return nsym_fail(NSYM_ENOTFOUND,
                     "its particles have eta and phi, but its events lack the columns mu_eta and mu_phi, which "
                     "distances from the muon need; they have %s",
                     there);
}

nsym_status nsym_neighbours_find(nsym_neighbours *out, const nsym_events *events, unsigned needs) {
    nsym_neighbours *s = out;
    *s = (nsym_neighbours){.events = events, .pt = NSYM_NONE, .eta = NSYM_NONE, .phi = NSYM_NONE, .kind = NSYM_NONE};
    if (!events->offsets) return nsym_fail(NSYM_ENOTFOUND, "its events have no particles");
    s->pt = nsym_events_feature(events, "pt");
    if (s->pt == NSYM_NONE) s->pt = nsym_events_feature(events, "et");
    bool positions = s->pt == NSYM_NONE && find_positions(s, events, needs);
    if (s->pt == NSYM_NONE) return no_feature(events, "pt (or et)");
    if (!positions && needs & (NSYM_PLACES | NSYM_DISTANCES)) NSYM_TRY(find_places(s, events, needs & NSYM_DISTANCES));
    if (needs & NSYM_KINDS) {
        s->kind = nsym_events_feature(events, "kind");
        if (s->kind == NSYM_NONE)
            return no_feature(events, "kind (1 charged hadron, 2 neutral hadron, 3 photon, 4 lepton, 5 pile-up)");
    }
    if (needs & NSYM_MUON_PT && !(s->mu_pt = column_of(events, "mu_pt"))) {
        char there[SHOWN];
        list(there, events, true);
        return nsym_fail(NSYM_ENOTFOUND, "its events have no column mu_pt, the muon's pt; they have %s", there);
    }
    return NSYM_OK;
}

static nsym_status check_muon(const nsym_neighbours *s, size_t event) {
    if (s->mu_pt && !(s->mu_pt[event] > 0 && isfinite(s->mu_pt[event])))
        return nsym_fail(isfinite(s->mu_pt[event]) ? NSYM_EINVAL : NSYM_ENUMERIC,
                         "row %zu: mu_pt is %g, must be above 0 and finite", nsym_events_row(s->events, event),
                         s->mu_pt[event]);
    if (s->mu_eta && !(isfinite(s->mu_eta[event]) && isfinite(s->mu_phi[event])))
        return nsym_fail(NSYM_ENUMERIC, "row %zu: mu_eta is %g and mu_phi %g, must be finite",
                         nsym_events_row(s->events, event), s->mu_eta[event], s->mu_phi[event]);
    return NSYM_OK;
}

static nsym_status check_particle(const nsym_neighbours *s, size_t event, size_t i, const double *particle) {
    const size_t features[] = {s->pt, s->eta, s->phi};
    for (size_t c = 0; c < 3; c++)
        if (features[c] != NSYM_NONE && !isfinite(particle[c]))
            return nsym_fail(NSYM_ENUMERIC, "row %zu: %s of particle %zu is %g, must be finite",
                             nsym_events_row(s->events, event), s->events->feature_names[features[c]], i + 1,
                             particle[c]);
    if (s->positions && fabs(particle[2]) > POSITION_MOST)
        return nsym_fail(NSYM_EINVAL,
                         "row %zu: y of particle %zu is %g, must be at most %g for observables of positions, because "
                         "larger differences would count as angles; use another unit of length",
                         nsym_events_row(s->events, event), i + 1, particle[2], POSITION_MOST);
    if (particle[0] < 0)
        return nsym_fail(NSYM_EINVAL, "row %zu: %s of particle %zu is %g, must be at least 0",
                         nsym_events_row(s->events, event), s->events->feature_names[s->pt], i + 1, particle[0]);
    return NSYM_OK;
}

nsym_status nsym_neighbours_take(const nsym_neighbours *s, size_t event, double *particles) {
    const nsym_events *events = s->events;
    size_t n = nsym_neighbours_count(s, event);
    NSYM_TRY(check_muon(s, event));
    for (size_t i = 0; i < n; i++) {
        const double *from = events->particles + (events->offsets[event] + i) * events->features;
        double *to = particles + 3 * i;
        to[0] = from[s->pt];
        to[1] = s->eta != NSYM_NONE ? from[s->eta] : 0;
        to[2] = s->phi != NSYM_NONE ? from[s->phi] : 0;
        NSYM_TRY(check_particle(s, event, i, to));
        if (s->kind == NSYM_NONE) continue;
        double kind = from[s->kind];
        if (!(kind >= NSYM_CHARGED_HADRON && kind <= NSYM_PILE_UP && kind == floor(kind)))
            return nsym_fail(NSYM_EINVAL, "row %zu: kind of particle %zu is %g, must be 1, 2, 3, 4 or 5",
                             nsym_events_row(s->events, event), i + 1, kind);
    }
    return NSYM_OK;
}

double nsym_neighbours_distance(const nsym_neighbours *s, size_t event, double eta, double phi) {
    static const double pi = 3.14159265358979323846;
    if (s->mu_eta) eta -= s->mu_eta[event], phi -= s->mu_phi[event];
    if (fabs(phi) > pi) phi = remainder(phi, 2 * pi);
    return sqrt(eta * eta + phi * phi);
}
