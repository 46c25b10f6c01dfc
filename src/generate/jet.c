/* The jet of a muon of heavy flavour. Core and muon fly off their sum with the same momentum across it, and the core's
   hadrons off its axis with another, so that all is narrower the harder it is, as of a decay; wide fragments are not.
 */
#include "generate/jet.h"

#include "base/fail.h"
#include "generate/activity.h"
#include "generate/draw.h"

#include <math.h>

#define PI 3.14159265358979323846
#define PION 0.135 /* GeV */

nsym_jet_options nsym_jet_defaults(void) {
    return (nsym_jet_options){.share = 0.83,
                              .shape = 2.06,
                              .kt_gev = 1.02,
                              .hadrons = 2.54,
                              .scale_gev = 1.34,
                              .spread_gev = 0.31,
                              .tail = 2,
                              .tail_gev = 3.4,
                              .tail_power = 4,
                              .tail_width = 0.22,
                              .charged = 0.59,
                              .pions = 0.26,
                              .leptons = 0.015};
}

#define FIELD(name, least, most)                                                                                       \
    { "jet." #name, NSYM_FIELD_NUMBER, offsetof(nsym_jet_options, name), .low = least, .high = most }

const nsym_field nsym_jet_fields[NSYM_JET_FIELDS] = {
    FIELD(share, 0, 100),         FIELD(shape, 1e-2, 1e6),   FIELD(kt_gev, 0, 100), FIELD(hadrons, 0, 100),
    FIELD(scale_gev, 1e-3, 1e3),  FIELD(spread_gev, 0, 100), FIELD(tail, 0, 1000),  FIELD(tail_gev, 1e-3, 1e3),
    FIELD(tail_power, 1.01, 1e3), FIELD(tail_width, 0, 1),   FIELD(charged, 0, 1),  FIELD(pions, 0, 1),
    FIELD(leptons, 0, 1),
};

nsym_status nsym_jet_check(const nsym_jet_options *o) {
    NSYM_TRY(nsym_fields_check("muons", o, nsym_jet_fields, NSYM_JET_FIELDS));
    double shares = o->charged + o->pions + o->leptons;
    if (shares > 1 + 1e-12) /* what rounding may add */
        return nsym_fail(NSYM_EINVAL,
                         "muons: jet.charged, jet.pions and jet.leptons are %g together, must be at most 1", shares);
    return NSYM_OK;
}

/* What a jet is made with. */
typedef struct maker {
    const nsym_jet_options *o;
    nsym_random random;
    nsym_bending bending;
    nsym_activity *out;
} maker;

/* Two photons, at equal chance of any sharing, whose momenta across their sum are opposite and whose mass is the
   pion's: m^2 = z (1 - z) pT^2 angle^2. */
static nsym_status add_pion(maker *m, double pt, double d_eta, double d_phi) {
    double z = nsym_random_uniform(&m->random), turn = 2 * PI * nsym_random_uniform(&m->random);
    for (int k = 0; k < 2; k++, z = 1 - z, turn += PI) {
        double part = z * pt, angle = part > 0 && z < 1 ? PION / pt * sqrt((1 - z) / z) : 0;
        double x = d_eta + angle * cos(turn), y = d_phi + angle * sin(turn);
        NSYM_TRY(nsym_activity_add(m->out, (nsym_neighbour){NSYM_PHOTON, part, x, y, y}));
    }
    return NSYM_OK;
}

/* A hadron, of a kind drawn by its share, about an axis. Shape: axis (2). */
static nsym_status add_hadron(maker *m, double pt, const double *axis, double width) {
    const nsym_jet_options *o = m->o;
    double d_eta = axis[0] + width * nsym_random_normal(&m->random);
    double d_phi = axis[1] + width * nsym_random_normal(&m->random);
    double share = nsym_random_uniform(&m->random);
    if (share >= o->charged && share < o->charged + o->pions) return add_pion(m, pt, d_eta, d_phi);
    if (share >= o->charged + o->pions + o->leptons)
        return nsym_activity_add(m->out, (nsym_neighbour){NSYM_NEUTRAL_HADRON, pt, d_eta, d_phi, d_phi});
    nsym_neighbour_kind kind = share < o->charged ? NSYM_CHARGED_HADRON : NSYM_LEPTON;
    double bend = nsym_bending_draw(&m->bending, &m->random, pt);
    return nsym_activity_add(m->out, (nsym_neighbour){kind, pt, d_eta, d_phi, d_phi + bend});
}

/* The core's pT is cut at random places into its hadrons. Shape: axis (2). */
static nsym_status add_core(maker *m, double core, const double *axis) {
    const nsym_jet_options *o = m->o;
    uint64_t n = 1 + nsym_draw_poisson(&m->random, o->hadrons * log1p(core / o->scale_gev));
    double whole = 0;
    nsym_random cuts = m->random; /* the same parts twice: to sum them up, and to give them out */
    for (uint64_t i = 0; i < n; i++) whole += nsym_draw_exponential(&m->random);
    for (uint64_t i = 0; i < n; i++) {
        double pt = core * nsym_draw_exponential(&cuts) / whole;
        NSYM_TRY(add_hadron(m, pt, axis, pt > 0 ? o->spread_gev / pt : 0));
    }
    return NSYM_OK;
}

nsym_status nsym_jet_draw(nsym_activity *out, const nsym_jet_options *o, const nsym_activity_options *around,
                          uint64_t index, const nsym_muon *muon) {
    maker m = {.o = o, .random = nsym_activity_stream(around, "hadrons", index), .out = out};
    NSYM_TRY(nsym_bending_of(&m.bending, around, muon));
    double core = muon->pt * o->share * nsym_draw_gamma(&m.random, o->shape) / o->shape, axis[2] = {0, 0};
    if (core > 0) {
        for (int c = 0; c < 2; c++) axis[c] = o->kt_gev * nsym_random_normal(&m.random) * (1 / muon->pt + 1 / core);
        NSYM_TRY(add_core(&m, core, axis));
    }
    for (int c = 0; c < 2; c++) axis[c] *= core / (core + muon->pt);
    uint64_t n = nsym_draw_poisson(&m.random, o->tail);
    for (uint64_t i = 0; i < n; i++) {
        double pt = nsym_draw_power(&m.random, o->tail_gev, o->tail_power, 0);
        NSYM_TRY(add_hadron(&m, pt, axis, o->tail_width));
    }
    return NSYM_OK;
}
