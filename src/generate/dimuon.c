/* q qbar -> Z or gamma* -> mu+ mu- at leading order, massless quarks u, d, s, c and muons.

   The electroweak input is that of MadGraph's standard model: alpha(MZ), G_F and MZ, from which MW and the mixing angle
   follow; the Z has a fixed width. With pT = 0 for the pair, every cut is a bound on the muon's polar angle for a given
   mass and rapidity of the pair, so the angle is integrated in closed form and events are drawn in two steps: (mass,
   rapidity) by accept-reject, then quarks, helicities and angle from their exact distributions. */
#include <nearsym/generate/dimuon.h>

#include "base/fail.h"
#include "generate/parton.h"

#include <nearsym/random.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define ALPHA (1 / 132.507)
#define FERMI_CONSTANT 1.16639e-5 /* GeV^-2 */
#define MASS_Z 91.188             /* GeV */
#define WIDTH_Z 2.441404          /* GeV */
#define PICOBARN 0.389379e9       /* (hbar c)^2 in GeV^2 pb */
#define WIDTHS_ON_SHELL 15        /* a Z is written into the record within so many widths of its mass (bwcutoff) */
#define HEADROOM 1.02             /* of the maximum over the scan's points */
#define EFFICIENCY_MIN 1e-4
#define BEAM_ENERGY_MAX_GEV (NSYM_PARTON_Q_MAX_GEV / 2)

enum { FLAVOURS = 4, CHANNELS = 2 * FLAVOURS, MASSES = 512, RAPIDITIES = 96, LEFT = 0, RIGHT = 1 };

/* The processes draw from streams of their own, so that samples of one seed are independent. */
static const char *const stream_name[] = {"dimuon Z", "dimuon photon"};

static const int flavour_pdg[FLAVOURS] = {1, 2, 3, 4};
static const nsym_parton quark_of[FLAVOURS] = {NSYM_DOWN, NSYM_UP, NSYM_STRANGE, NSYM_CHARM};
static const nsym_parton antiquark_of[FLAVOURS] = {NSYM_ANTIDOWN, NSYM_ANTIUP, NSYM_STRANGE, NSYM_CHARM};

/* How a uniform number becomes a mass: a Breit-Wigner for the Z, a power for the photon. */
typedef struct mapping {
    bool resonant;
    double first, last; /* the mapped variable at the lowest and the highest mass */
} mapping;

typedef struct generator {
    nsym_dimuon_options options;
    nsym_partons *partons;
    double energy;                      /* of the collision, GeV */
    double cosine_min;                  /* of the muons' angle, from delta_r_min */
    double rapidity_gap;                /* half the muons' smallest distance in pseudorapidity */
    double mass_min;                    /* GeV, of all cuts */
    double quark[FLAVOURS][2], muon[2]; /* couplings of either helicity, in units of e */
    mapping mass;
    double maximum, cross_section, error; /* pb */
} generator;

/* A point of the (mass, rapidity) plane and what all channels give there. */
typedef struct point {
    double mass, rapidity, cosine_max;
    double channel[CHANNELS], total; /* pb; flavour, then flavour with the quark from the second beam */
} point;

/* What makes an event. */
typedef struct drawn {
    double mass, rapidity, cosine, phi; /* cosine: of the mu- with the first beam, in the pair's rest frame */
    int flavour, quark_helicity, muon_helicity;
    bool swapped; /* the quark comes from the second beam */
} drawn;

nsym_dimuon_options nsym_dimuon_defaults(nsym_dimuon_process process) {
    return (nsym_dimuon_options){.process = process,
                                 .events = 10000,
                                 .seed = 314,
                                 .beam_energy_gev = 6500,
                                 .mass_min_gev = 70,
                                 .pt_min_gev = 10,
                                 .eta_max = 2.5,
                                 .delta_r_min = 0.4};
}

/* Couplings g_L = T3 - Q sin^2, g_R = -Q sin^2 over sin cos for the Z; Q for the photon. */
static void set_couplings(generator *g) {
    double half = 0.5 * MASS_Z * MASS_Z;
    double mass_w2 = half + sqrt(half * half - PI * ALPHA * MASS_Z * MASS_Z / (FERMI_CONSTANT * sqrt(2)));
    double sine2 = 1 - mass_w2 / (MASS_Z * MASS_Z), over = sqrt(sine2 * (1 - sine2));
    bool photon = g->options.process == NSYM_DIMUON_PHOTON;
    for (int f = 0; f <= FLAVOURS; f++) {
        bool muon = f == FLAVOURS, up = !muon && flavour_pdg[f] % 2 == 0;
        double charge = muon ? -1 : up ? 2. / 3 : -1. / 3, isospin = up ? 0.5 : -0.5;
        double *to = muon ? g->muon : g->quark[f];
        to[LEFT] = photon ? charge : (isospin - charge * sine2) / over;
        to[RIGHT] = photon ? charge : -charge * sine2 / over;
    }
}

/* The photon's mapping flattens 1 / s^2 times the fall of the densities, about s^(-1/2). */
static const double photon_power = 1.5;

static mapping mapping_of(bool resonant, double mass_min, double mass_max) {
    double low = mass_min * mass_min, high = mass_max * mass_max, z2 = MASS_Z * MASS_Z;
    if (!resonant) return (mapping){false, pow(low, -photon_power), pow(high, -photon_power)};
    return (mapping){true, atan((low - z2) / (MASS_Z * WIDTH_Z)), atan((high - z2) / (MASS_Z * WIDTH_Z))};
}

/* The mass at u in [0, 1], and d(mass^2) / du in *jacobian. */
static double mass_at(const mapping *map, double u, double *jacobian) {
    double t = map->first + (map->last - map->first) * u, range = fabs(map->last - map->first), s;
    if (map->resonant) {
        double width = MASS_Z * WIDTH_Z, tangent = tan(t);
        s = MASS_Z * MASS_Z + width * tangent;
        *jacobian = range * width * (1 + tangent * tangent);
    } else {
        s = pow(t, -1 / photon_power);
        *jacobian = range * s / (t * photon_power);
    }
    return sqrt(s);
}

/* The integral over the allowed cosines of (1 + cos^2), and their upper bound in *cosine_max; 0 where there are none.
 */
static double angle_integral(const generator *g, double mass, double rapidity, double *cosine_max) {
    double sine = 2 * g->options.pt_min_gev / mass;
    double high = fmin(sqrt(fmax(1 - sine * sine, 0)), tanh(g->options.eta_max - fabs(rapidity))), low = g->cosine_min;
    *cosine_max = high;
    return high > low ? 2 * (high - low + (high * high * high - low * low * low) / 3) : 0;
}

/* d sigma / du dv at (u, v) of the unit square, by channel: with spin and colour averages, for every flavour,
   d sigma / d cos = pi alpha^2 s / (6 |s - M^2 + i M Gamma|^2) sum over helicities of g_q^2 g_mu^2 (1 +- cos)^2 / 4. */
static void evaluate(const generator *g, double u, double v, point *p) {
    double jacobian;
    p->mass = mass_at(&g->mass, u, &jacobian);
    p->total = 0;
    double log_root = log(p->mass / g->energy), limit = fmin(-log_root, g->options.eta_max - g->rapidity_gap);
    p->rapidity = limit * (2 * v - 1);
    double angles = limit > 0 ? angle_integral(g, p->mass, p->rapidity, &p->cosine_max) : 0;
    if (!(angles > 0)) return;

    double first[NSYM_PARTONS], second[NSYM_PARTONS], s = p->mass * p->mass;
    nsym_partons_at(g->partons, log_root + p->rapidity, p->mass, first);
    nsym_partons_at(g->partons, log_root - p->rapidity, p->mass, second);
    double offset = s - MASS_Z * MASS_Z, propagator = s * s;
    if (g->mass.resonant) propagator = offset * offset + MASS_Z * MASS_Z * WIDTH_Z * WIDTH_Z;
    double muon2 = g->muon[LEFT] * g->muon[LEFT] + g->muon[RIGHT] * g->muon[RIGHT];
    double common = PICOBARN * PI * ALPHA * ALPHA / (24 * propagator) * muon2 * angles * jacobian * 2 * limit;
    for (int f = 0; f < FLAVOURS; f++) {
        double quark2 = g->quark[f][LEFT] * g->quark[f][LEFT] + g->quark[f][RIGHT] * g->quark[f][RIGHT];
        p->channel[f] = common * quark2 * first[quark_of[f]] * second[antiquark_of[f]];
        p->channel[FLAVOURS + f] = common * quark2 * first[antiquark_of[f]] * second[quark_of[f]];
        p->total += p->channel[f] + p->channel[FLAVOURS + f];
    }
}

/* The cross section by the trapezium rule, its error from the same rule at half the points, and the maximum. The plane
   is the same under the exchange of the beams, so half of it will do. */
static void integrate(generator *g) {
    double fine = 0, coarse = 0;
    g->maximum = 0;
    for (int i = 0; i <= MASSES; i++)
        for (int k = 0; k <= RAPIDITIES; k++) {
            point p;
            evaluate(g, (double)i / MASSES, 0.5 + 0.5 * k / RAPIDITIES, &p);
            double edges = (i == 0 || i == MASSES ? 0.5 : 1) * (k == 0 || k == RAPIDITIES ? 0.5 : 1);
            fine += edges * p.total;
            if (i % 2 == 0 && k % 2 == 0) coarse += 4 * edges * p.total;
            g->maximum = fmax(g->maximum, p.total);
        }
    g->cross_section = fine / (MASSES * RAPIDITIES);
    g->error = fabs(fine - coarse) / (MASSES * RAPIDITIES);
    g->maximum *= HEADROOM;
}

/* Helicities, and whether the mu- goes along the quark: (1 + cos)^2 for equal helicities, (1 - cos)^2 for opposite. */
static void draw_directions(const generator *g, nsym_random *random, double cosine, drawn *d) {
    double weight[8], sum = 0;
    for (int k = 0; k < 8; k++) {
        int quark = k & 1, muon = k >> 1 & 1;
        double c = k & 4 ? -cosine : cosine, amplitude = g->quark[d->flavour][quark] * g->muon[muon];
        amplitude *= quark == muon ? 1 + c : 1 - c;
        sum += weight[k] = amplitude * amplitude;
    }
    double at = nsym_random_uniform(random) * sum;
    int chosen = 0;
    while (chosen < 7 && (at -= weight[chosen]) >= 0) chosen++;
    d->quark_helicity = chosen & 1 ? 1 : -1;
    d->muon_helicity = chosen & 2 ? 1 : -1;
    d->cosine = (chosen & 4) && d->swapped ? cosine : (chosen & 4) || d->swapped ? -cosine : cosine;
}

/* The event of one random stream. */
static drawn draw(const generator *g, uint64_t index) {
    nsym_random random = nsym_random_stream(g->options.seed, stream_name[g->options.process], index);
    point p = {0};
    do {
        double u = nsym_random_uniform(&random), v = nsym_random_uniform(&random);
        evaluate(g, u, v, &p);
    } while (!(nsym_random_uniform(&random) * g->maximum < p.total));

    double at = nsym_random_uniform(&random) * p.total;
    int channel = 0;
    while (channel < CHANNELS - 1 && (at -= p.channel[channel]) >= 0) channel++;
    drawn d = {p.mass, p.rapidity, .flavour = channel % FLAVOURS, .swapped = channel >= FLAVOURS};

    double low = g->cosine_min, high = p.cosine_max, cosine;
    do cosine = low + (high - low) * nsym_random_uniform(&random);
    while (nsym_random_uniform(&random) * (1 + high * high) > 1 + cosine * cosine);
    draw_directions(g, &random, cosine, &d);
    d.phi = 2 * PI * nsym_random_uniform(&random);
    return d;
}

static bool has_z_line(const generator *g, const drawn *d) {
    return g->mass.resonant && fabs(d->mass - MASS_Z) < WIDTHS_ON_SHELL * WIDTH_Z;
}

enum { PDG, STATUS, MOTHER1, MOTHER2, COLOUR1, COLOUR2, PX, PY, PZ, ENERGY, MASS, LIFETIME, SPIN, FEATURES };

static void write_incoming(double *row, const drawn *d, int beam) {
    bool quark = (beam == 0) != d->swapped;
    double energy = 0.5 * d->mass * exp(beam == 0 ? d->rapidity : -d->rapidity);
    row[PDG] = quark ? flavour_pdg[d->flavour] : -flavour_pdg[d->flavour];
    row[STATUS] = -1;
    row[quark ? COLOUR1 : COLOUR2] = 501;
    row[PZ] = beam == 0 ? energy : -energy;
    row[ENERGY] = energy;
    row[SPIN] = quark ? d->quark_helicity : -d->quark_helicity;
}

/* The muon of charge `sign`; `mother` names the Z, 0 where there is none. */
static void write_muon(double *row, const drawn *d, int sign, int mother) {
    double half = 0.5 * d->mass, sine = sqrt(fmax(1 - d->cosine * d->cosine, 0));
    double x = -sign * sine * cos(d->phi), y = -sign * sine * sin(d->phi), z = -sign * d->cosine;
    row[PDG] = -13 * sign;
    row[STATUS] = 1;
    row[MOTHER1] = mother > 0 ? mother : 1;
    row[MOTHER2] = mother > 0 ? mother : 2;
    row[PX] = half * x;
    row[PY] = half * y;
    row[PZ] = half * (z * cosh(d->rapidity) + sinh(d->rapidity));
    row[ENERGY] = half * (cosh(d->rapidity) + z * sinh(d->rapidity));
    row[SPIN] = -sign * d->muon_helicity;
}

/* The particles of one event, all zero before. Shape: row (4 or 5, FEATURES). */
static void write_event(const generator *g, const drawn *d, double *row) {
    bool z_line = has_z_line(g, d);
    write_incoming(row, d, 0);
    write_incoming(row + FEATURES, d, 1);
    if (z_line) {
        double *z = row + 2 * FEATURES;
        z[PDG] = 23;
        z[STATUS] = 2;
        z[MOTHER1] = 1;
        z[MOTHER2] = 2;
        z[PZ] = d->mass * sinh(d->rapidity);
        z[ENERGY] = d->mass * cosh(d->rapidity);
        z[MASS] = d->mass;
    }
    double *muon = row + (z_line ? 3 : 2) * FEATURES;
    write_muon(muon, d, 1, z_line ? 3 : 0);
    write_muon(muon + FEATURES, d, -1, z_line ? 3 : 0);
}

static nsym_status set_number(nsym_events *events, const char *name, double value) {
    char text[32];
    snprintf(text, sizeof text, "%.10g", value);
    return nsym_events_set_attribute(events, name, text);
}

static nsym_status fill_columns(const generator *g, nsym_events *events, const drawn *d) {
    double *weight, *scale, *alpha, *strong, *process;
    NSYM_TRY(nsym_events_add_column(events, "process", "", "IDPRUP", 1, &process));
    NSYM_TRY(nsym_events_add_column(events, "weight", "", "all events count the same", 1, &weight));
    NSYM_TRY(nsym_events_add_column(events, "scale", "GeV", "SCALUP: factorisation scale", 1, &scale));
    NSYM_TRY(nsym_events_add_column(events, "alpha_qed", "", "AQEDUP", 1, &alpha));
    NSYM_TRY(nsym_events_add_column(events, "alpha_qcd", "", "AQCDUP: at the scale", 1, &strong));
    for (size_t i = 0; i < events->count; i++) {
        process[i] = 1;
        weight[i] = 1;
        scale[i] = d[i].mass;
        alpha[i] = ALPHA;
        strong[i] = nsym_alpha_s(d[i].mass);
    }
    NSYM_TRY(nsym_events_set_attribute(events, "generator", "nearsym"));
    NSYM_TRY(set_number(events, "cross_section_pb", g->cross_section));
    NSYM_TRY(set_number(events, "cross_section_error_pb", g->error));
    return set_number(events, "beam_energy_gev", g->options.beam_energy_gev);
}

/* Shape: d (events), offsets (events + 1). */
static nsym_status fill_events(const generator *g, nsym_events *events, const drawn *d, uint64_t *offsets) {
    static const char *const names[FEATURES] = {"pdg", "status", "mother1", "mother2", "colour1",  "colour2", "px",
                                                "py",  "pz",     "energy",  "mass",    "lifetime", "spin"};
    static const char *const units[FEATURES] = {"", "", "", "", "", "", "GeV", "GeV", "GeV", "GeV", "GeV", "mm", ""};
    offsets[0] = 0;
    for (size_t i = 0; i < events->count; i++) offsets[i + 1] = offsets[i] + (has_z_line(g, &d[i]) ? 5 : 4);
    NSYM_TRY(nsym_events_set_particles(events, FEATURES, names, units, offsets));
    for (size_t i = 0; i < events->count; i++) write_event(g, &d[i], events->particles + offsets[i] * FEATURES);
    return fill_columns(g, events, d);
}

static nsym_status refuse(const char *name, double value, const char *rule) {
    return nsym_fail(NSYM_EINVAL, "dimuon: %s is %g, must be %s", name, value, rule);
}

static nsym_status check(const nsym_dimuon_options *o) {
    if (o->events > SIZE_MAX / (5 * FEATURES * sizeof(double)))
        return nsym_fail(NSYM_EINVAL, "dimuon: events is %zu, more than any memory holds", o->events);
    if (o->process != NSYM_DIMUON_Z && o->process != NSYM_DIMUON_PHOTON)
        return nsym_fail(NSYM_EINVAL, "dimuon: no process has the number %d", (int)o->process);
    if (!(o->beam_energy_gev > NSYM_PARTON_Q_MIN_GEV && o->beam_energy_gev <= BEAM_ENERGY_MAX_GEV))
        return refuse("beam_energy_gev", o->beam_energy_gev,
                      "above 40 and at most 50000, the range of the parton densities");
    if (!(o->mass_min_gev >= NSYM_PARTON_Q_MIN_GEV && o->mass_min_gev < 2 * o->beam_energy_gev))
        return refuse("mass_min_gev", o->mass_min_gev,
                      "at least 40, where the parton densities begin, and below the energy of both beams together");
    if (!(o->pt_min_gev >= 0 && o->pt_min_gev < o->beam_energy_gev))
        return refuse("pt_min_gev", o->pt_min_gev, ">= 0 and below the beam's energy");
    if (!(o->eta_max > 0)) return refuse("eta_max", o->eta_max, "> 0");
    if (!(o->delta_r_min >= 0 && isfinite(o->delta_r_min)))
        return refuse("delta_r_min", o->delta_r_min, ">= 0 and finite");
    return NSYM_OK;
}

/* The muons are back to back, so delta R^2 = pi^2 + (2 atanh cos)^2. */
static nsym_status set_up(generator *g) {
    const nsym_dimuon_options *o = &g->options;
    double gap = sqrt(fmax(o->delta_r_min * o->delta_r_min - PI * PI, 0));
    g->energy = 2 * o->beam_energy_gev;
    g->rapidity_gap = 0.5 * gap;
    g->cosine_min = tanh(g->rapidity_gap);
    g->mass_min = fmax(o->mass_min_gev, 2 * o->pt_min_gev * cosh(g->rapidity_gap));
    if (!(g->mass_min < g->energy && o->eta_max > g->rapidity_gap))
        return nsym_fail(
            NSYM_EINVAL,
            "dimuon: no event passes mass_min_gev %g, pt_min_gev %g, eta_max %g and delta_r_min %g at once",
            o->mass_min_gev, o->pt_min_gev, o->eta_max, o->delta_r_min);
    set_couplings(g);
    g->mass = mapping_of(o->process == NSYM_DIMUON_Z, g->mass_min, g->energy);
    integrate(g);
    if (!(g->cross_section > EFFICIENCY_MIN * g->maximum))
        return nsym_fail(NSYM_EINVAL,
                         "dimuon: the cuts leave %g pb, too little to draw events from; loosen mass_min_gev "
                         "%g, pt_min_gev %g or delta_r_min %g",
                         g->cross_section, o->mass_min_gev, o->pt_min_gev, o->delta_r_min);
    return NSYM_OK;
}

static nsym_status generate(nsym_events **out, const generator *g) {
    size_t n = g->options.events;
    nsym_events *events = NULL;
    drawn *d = calloc(n + 1, sizeof *d);
    uint64_t *offsets = calloc(n + 1, sizeof *offsets);
    nsym_status status = NSYM_OK;
    if (!d || !offsets) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu dimuon events", n);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        if (g->options.stop && g->options.stop())
            status = nsym_fail(NSYM_EINTERRUPTED, "stopped on request after %zu of %zu events", i, n);
        else
            d[i] = draw(g, i);
    }
    if (status == NSYM_OK) status = nsym_events_new(&events, n);
    if (status == NSYM_OK) status = fill_events(g, events, d, offsets);
    free(d);
    free(offsets);
    if (status != NSYM_OK) {
        nsym_events_free(events);
        return status;
    }
    *out = events;
    return NSYM_OK;
}

nsym_status nsym_dimuon_generate(nsym_events **out, const nsym_dimuon_options *options) {
    *out = NULL;
    NSYM_TRY(check(options));
    generator g = {.options = *options};
    NSYM_TRY(nsym_partons_new(&g.partons));
    nsym_status status = set_up(&g);
    if (status == NSYM_OK) status = generate(out, &g);
    nsym_partons_free(g.partons);
    return status;
}
