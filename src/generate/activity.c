/* The surroundings of a muon. All of pile-up is flat in eta and phi, at the vertex as at the calorimeter, as bending
   moves a flat density into itself. */
#include "generate/activity.h"

#include "base/fail.h"
#include "generate/draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

enum { NAME_MAX_LENGTH = 40 };
#define BEND 0.15 /* GeV / (T m): a particle of pT turns by asin(BEND B R / pT) on its way to the radius R */

nsym_activity_options nsym_activity_defaults(void) {
    return (nsym_activity_options){.seed = 314,
                                   .generator = "surroundings",
                                   .radius = 0.47,
                                   .pt_min_gev = 0.3,
                                   .field_t = 2,
                                   .depth_m = 1.15,
                                   .pile_up = 50,
                                   .underlying = 2.15,
                                   .activity = 0.6,
                                   .charged = {1.35, 2.4, 6.2},
                                   .neutral = {0.21, 5.4, 9},
                                   .photons = {1.18, 0.95, 4.8},
                                   .core_share = 0.8,
                                   .core_shape = 3,
                                   .core_kt_gev = 1,
                                   .core_hadrons = 4.5,
                                   .core_spread_gev = 0.1,
                                   .tail = 5,
                                   .tail_scale_gev = 3,
                                   .tail_power = 4,
                                   .tail_width = 0.25,
                                   .jet_charged = 0.52,
                                   .jet_photons = 0.33,
                                   .jet_leptons = 0.015};
}

#define FIELD(name, least, most)                                                                                       \
    { #name, NSYM_FIELD_NUMBER, offsetof(nsym_activity_options, name), .low = least, .high = most }

const nsym_field nsym_activity_fields[NSYM_ACTIVITY_FIELDS] = {
    FIELD(radius, 1e-3, 1),
    FIELD(pt_min_gev, 0, 100),
    FIELD(field_t, 0, 10),
    FIELD(depth_m, 0, 10),
    FIELD(pile_up, 0, 1000),
    FIELD(underlying, 0, 1000),
    FIELD(activity, 1e-2, 1e6),
    FIELD(charged.density, 0, 100),
    FIELD(charged.scale_gev, 1e-3, 1e3),
    FIELD(charged.power, 1.01, 1e3),
    FIELD(neutral.density, 0, 100),
    FIELD(neutral.scale_gev, 1e-3, 1e3),
    FIELD(neutral.power, 1.01, 1e3),
    FIELD(photons.density, 0, 100),
    FIELD(photons.scale_gev, 1e-3, 1e3),
    FIELD(photons.power, 1.01, 1e3),
    FIELD(core_share, 0, 100),
    FIELD(core_shape, 1e-2, 1e6),
    FIELD(core_kt_gev, 0, 100),
    FIELD(core_hadrons, 1, 100),
    FIELD(core_spread_gev, 0, 100),
    FIELD(tail, 0, 1000),
    FIELD(tail_scale_gev, 1e-3, 1e3),
    FIELD(tail_power, 1.01, 1e3),
    FIELD(tail_width, 0, 1),
    FIELD(jet_charged, 0, 1),
    FIELD(jet_photons, 0, 1),
    FIELD(jet_leptons, 0, 1),
};

nsym_status nsym_activity_check(const nsym_activity_options *o) {
    NSYM_TRY(nsym_fields_check("muons", o, nsym_activity_fields, NSYM_ACTIVITY_FIELDS));
    if (!o->generator || !*o->generator || strlen(o->generator) > NAME_MAX_LENGTH)
        return nsym_fail(NSYM_EINVAL, "muons: the generator's name must have 1 to %d characters", NAME_MAX_LENGTH);
    double shares = o->jet_charged + o->jet_photons + o->jet_leptons;
    if (shares > 1 + 1e-12) /* what rounding may add */
        return nsym_fail(NSYM_EINVAL,
                         "muons: jet_charged, jet_photons and jet_leptons are %g together, must be at most 1", shares);
    return NSYM_OK;
}

void nsym_activity_free(nsym_activity *activity) {
    if (!activity) return;
    free(activity->neighbour);
    *activity = (nsym_activity){0};
}

nsym_random nsym_activity_stream(const nsym_activity_options *o, const char *purpose, uint64_t index) {
    char name[NAME_MAX_LENGTH + 24];
    snprintf(name, sizeof name, "%.*s %s", NAME_MAX_LENGTH, o->generator, purpose);
    return nsym_random_stream(o->seed, name, index);
}

uint64_t nsym_activity_interactions(const nsym_activity_options *o, uint64_t index) {
    nsym_random random = nsym_activity_stream(o, "interactions", index);
    return nsym_draw_poisson(&random, o->pile_up);
}

/* What an event is made with. */
typedef struct maker {
    const nsym_activity_options *o;
    nsym_random random;
    nsym_activity *out;
    nsym_bending bending;
} maker;

nsym_status nsym_activity_add(nsym_activity *s, nsym_neighbour neighbour) {
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 256;
        nsym_neighbour *grown = realloc(s->neighbour, capacity * sizeof *grown);
        if (!grown) return nsym_fail(NSYM_ENOMEM, "muons: no memory for %zu particles around a muon", capacity);
        s->neighbour = grown;
        s->capacity = capacity;
    }
    s->neighbour[s->count++] = neighbour;
    return NSYM_OK;
}

nsym_status nsym_bending_of(nsym_bending *out, const nsym_activity_options *o, const nsym_muon *muon) {
    out->turning = BEND * o->field_t * o->depth_m;
    if (!(muon->pt > out->turning))
        return nsym_fail(NSYM_EINVAL, "muons: a muon of %g GeV does not reach the calorimeter, must be above %g GeV",
                         muon->pt, out->turning);
    /* By convention a positive charge turns to smaller phi. */
    out->muon = -muon->charge * asin(out->turning / muon->pt);
    return NSYM_OK;
}

double nsym_bending_draw(const nsym_bending *b, nsym_random *random, double pt) {
    double sign = nsym_random_u32(random) & 1 ? -1 : 1;
    return pt > b->turning ? sign * asin(b->turning / pt) - b->muon : NAN;
}

static nsym_status add(maker *m, nsym_neighbour neighbour) {
    return nsym_activity_add(m->out, neighbour);
}

static double draw_bend(maker *m, double pt) {
    return nsym_bending_draw(&m->bending, &m->random, pt);
}

static bool within(double x, double y, double radius) {
    return x * x + y * y < radius * radius;
}

/* Shape: x (2), uniform in the disk. */
static void draw_disk(maker *m, double *x) {
    do
        for (int c = 0; c < 2; c++) x[c] = (2 * nsym_random_uniform(&m->random) - 1) * m->o->radius;
    while (!within(x[0], x[1], m->o->radius));
}

static double area(const maker *m) {
    return PI * m->o->radius * m->o->radius;
}

static nsym_status add_neutral(maker *m, const nsym_soft_spectrum *spectrum, nsym_neighbour_kind kind,
                               double activity) {
    uint64_t n = nsym_draw_poisson(&m->random, spectrum->density * activity * area(m));
    for (uint64_t i = 0; i < n; i++) {
        double x[2];
        draw_disk(m, x);
        double pt = nsym_draw_power(&m->random, spectrum->scale_gev, spectrum->power, 0);
        NSYM_TRY(add(m, (nsym_neighbour){kind, pt, x[0], x[1], x[1]}));
    }
    return NSYM_OK;
}

/* Those within the disk at the vertex or at the calorimeter: of the two disks each has its own Poisson number of them,
   and one that lies in both counts with the first alone. */
static nsym_status add_charged(maker *m, nsym_neighbour_kind kind, double activity) {
    const nsym_soft_spectrum *s = &m->o->charged;
    double low = fmin(m->o->pt_min_gev, m->bending.turning), above = pow(1 + low / s->scale_gev, -s->power);
    uint64_t n = nsym_draw_poisson(&m->random, 2 * s->density * above * activity * area(m));
    for (uint64_t i = 0; i < n; i++) {
        double x[2], pt = nsym_draw_power(&m->random, s->scale_gev, s->power, low), bend = draw_bend(m, pt);
        draw_disk(m, x);
        bool at_vertex = nsym_random_u32(&m->random) & 1;
        if (!at_vertex) {
            x[1] -= bend;
            if (isnan(bend) || within(x[0], x[1], m->o->radius)) continue;
        }
        NSYM_TRY(add(m, (nsym_neighbour){kind, pt, x[0], x[1], x[1] + bend}));
    }
    return NSYM_OK;
}

/* All particles of interactions whose activities sum up to `activity`. */
static nsym_status add_interactions(maker *m, nsym_neighbour_kind charged, double count) {
    double activity = nsym_draw_gamma(&m->random, m->o->activity * count) / m->o->activity;
    NSYM_TRY(add_charged(m, charged, activity));
    NSYM_TRY(add_neutral(m, &m->o->neutral, NSYM_NEUTRAL_HADRON, activity));
    return add_neutral(m, &m->o->photons, NSYM_PHOTON, activity);
}

/* A particle of the jet, of a kind drawn by its share, about an axis. Shape: axis (2). */
static nsym_status add_to_jet(maker *m, double pt, const double *axis, double width) {
    const nsym_activity_options *o = m->o;
    double d_eta = axis[0] + width * nsym_random_normal(&m->random);
    double d_phi = axis[1] + width * nsym_random_normal(&m->random);
    double share = nsym_random_uniform(&m->random), bend = draw_bend(m, pt);
    nsym_neighbour_kind kind = NSYM_NEUTRAL_HADRON;
    if (share < o->jet_charged)
        kind = NSYM_CHARGED_HADRON;
    else if (share < o->jet_charged + o->jet_photons)
        kind = NSYM_PHOTON;
    else if (share < o->jet_charged + o->jet_photons + o->jet_leptons)
        kind = NSYM_LEPTON;
    bool charged = kind == NSYM_CHARGED_HADRON || kind == NSYM_LEPTON;
    return add(m, (nsym_neighbour){kind, pt, d_eta, d_phi, d_phi + (charged ? bend : 0)});
}

/* The core takes a share of the muon's pT; both fly off their sum with the same momentum across it. The core's pT is
   cut at random places into its particles. */
static nsym_status add_jet(maker *m, double muon_pt) {
    const nsym_activity_options *o = m->o;
    double core = muon_pt * o->core_share * nsym_draw_gamma(&m->random, o->core_shape) / o->core_shape;
    double axis[2] = {0, 0}, whole = 0;
    if (core > 0)
        for (int c = 0; c < 2; c++)
            axis[c] = o->core_kt_gev * nsym_random_normal(&m->random) * (1 / muon_pt + 1 / core);
    uint64_t n = 1 + nsym_draw_poisson(&m->random, o->core_hadrons - 1);
    nsym_random cuts = m->random; /* the same parts twice: to sum them up, and to give them out */
    for (uint64_t i = 0; i < n; i++) whole += nsym_draw_exponential(&m->random);
    for (uint64_t i = 0; core > 0 && i < n; i++) {
        double pt = core * nsym_draw_exponential(&cuts) / whole;
        NSYM_TRY(add_to_jet(m, pt, axis, pt > 0 ? o->core_spread_gev / pt : 0));
    }
    for (int c = 0; c < 2; c++) axis[c] *= core / (core + muon_pt);
    n = nsym_draw_poisson(&m->random, o->tail);
    for (uint64_t i = 0; i < n; i++) {
        double pt = nsym_draw_power(&m->random, o->tail_scale_gev, o->tail_power, 0);
        NSYM_TRY(add_to_jet(m, pt, axis, o->tail_width));
    }
    return NSYM_OK;
}

nsym_status nsym_activity_draw(nsym_activity *out, const nsym_activity_options *o, uint64_t index,
                               const nsym_muon *muon, uint64_t interactions) {
    maker m = {.o = o, .out = out};
    NSYM_TRY(nsym_bending_of(&m.bending, o, muon));
    out->count = 0;
    m.random = nsym_activity_stream(o, "pile-up", index);
    NSYM_TRY(add_interactions(&m, NSYM_PILE_UP, (double)interactions));
    m.random = nsym_activity_stream(o, "underlying", index);
    NSYM_TRY(add_interactions(&m, NSYM_CHARGED_HADRON, o->underlying));
    if (muon->prompt) return NSYM_OK;
    m.random = nsym_activity_stream(o, "jet", index);
    return add_jet(&m, muon->pt);
}
