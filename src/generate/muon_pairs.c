/* Muon pairs of a Z and of heavy flavours. The first muon, then the mass are drawn on their own, so that what lies
   around the first muon does not depend on the mass; the second muon closes the event. */
#include <nearsym/generate/muon_pairs.h>

#include "base/fail.h"
#include "data/blocks.h"
#include "generate/activity.h"
#include "generate/draw.h"
#include "generate/jet.h"
#include "generate/muon_events.h"

#include <math.h>

#define PI 3.14159265358979323846

enum { BLOCK_EVENTS = 1 << 13, TRIES = 100000, CLOSINGS = 64 };

nsym_muon_pairs_options nsym_muon_pairs_defaults(void) {
    nsym_muon_pairs_options o = {.activity = nsym_activity_defaults(),
                                 .jet = nsym_jet_defaults(),
                                 .stray = 0.35,
                                 .signal = 0.956,
                                 .same_sign = 0.098, /* 4657 of 4.4 % of 1078726 */
                                 .mass_gev = 90.8,
                                 .sigma_gev = 0.865,
                                 .gamma_gev = 1.7135,
                                 .tau_gev = 14.97,
                                 .mass_min_gev = 70,
                                 .mass_max_gev = 110,
                                 .mu_pt_min_gev = 25,
                                 .mu_eta_max = 2.1,
                                 .pair_pt_gev = 15,
                                 .pair_rapidity = 2.4,
                                 .nonprompt_power = 4.2,
                                 .nonprompt_bow = 0.4,
                                 .events = 1078726};
    o.activity.generator = "muon"; /* of no other generator; its samples keep the numbers that they had */
    o.activity.pile_up = 21;
    o.jet.share = 0.3;
    o.jet.shape = 0.7;
    o.jet.tail = 1;
    return o;
}

#define FIELD(name, least, most)                                                                                       \
    { #name, NSYM_FIELD_NUMBER, offsetof(nsym_muon_pairs_options, name), .low = least, .high = most }

static const nsym_field fields[] = {
    FIELD(signal, 0, 1),
    FIELD(same_sign, 0, 1),
    FIELD(mass_gev, 1, 1e4),
    FIELD(sigma_gev, 0, 1e3),
    FIELD(gamma_gev, 0, 1e3),
    FIELD(tau_gev, 1e-2, 1e6),
    FIELD(mass_min_gev, 1, 1e4),
    FIELD(mass_max_gev, 1, 1e4),
    FIELD(mu_pt_min_gev, 0.5, 1e4),
    FIELD(mu_eta_max, 1e-2, 10),
    FIELD(pair_pt_gev, 0, 1e3),
    FIELD(pair_rapidity, 0, 10),
    FIELD(nonprompt_power, 2, 100),
    FIELD(nonprompt_bow, 0, 1),
    FIELD(stray, 0, 1),
    FIELD(activity.radius, NSYM_MUON_PAIRS_RADIUS, 1),
};

static nsym_status check(const nsym_muon_pairs_options *o) {
    NSYM_TRY(nsym_activity_check(&o->activity));
    NSYM_TRY(nsym_jet_check(&o->jet));
    NSYM_TRY(nsym_fields_check("muon_pairs", o, fields, sizeof fields / sizeof *fields));
    if (!(o->mass_min_gev < o->mass_max_gev))
        return nsym_fail(NSYM_EINVAL, "muon_pairs: mass_min_gev is %g, must be below mass_max_gev, %g", o->mass_min_gev,
                         o->mass_max_gev);
    return NSYM_OK;
}

/* Telescopes: of the first n events floor(n signal) are prompt. */
static bool is_prompt(const nsym_muon_pairs_options *o, uint64_t index) {
    return floor(((double)index + 1) * o->signal) > floor((double)index * o->signal);
}

/* A normal and a Cauchy number add up to a Voigt number. The others: by inversion. */
static nsym_status draw_mass(double *mass, nsym_random *random, const nsym_muon_pairs_options *o, bool prompt) {
    double low = o->mass_min_gev, high = o->mass_max_gev;
    if (!prompt) {
        *mass = low - o->tau_gev * log1p(nsym_random_uniform(random) * expm1((low - high) / o->tau_gev));
        return NSYM_OK;
    }
    for (int t = 0; t < TRIES; t++) {
        *mass = o->mass_gev + o->sigma_gev * nsym_random_normal(random);
        *mass += o->gamma_gev * tan(PI * (nsym_random_uniform(random) - 0.5));
        if (*mass > low && *mass < high) return NSYM_OK;
    }
    return nsym_fail(
        NSYM_EINVAL,
        "muon_pairs: of %d masses around mass_gev, %g, none lies within mass_min_gev, %g, and mass_max_gev, "
        "%g; widen the window",
        TRIES, o->mass_gev, low, high);
}

/* The first muon, and where the second would be if the mass were that of the Z. */
typedef struct decay {
    nsym_muon muon;
    double eta, turn; /* of the second; by how much its azimuth is off from back to back */
} decay;

/* 1 + cos^2, by rejection. */
static double draw_cosine(nsym_random *random) {
    double x;
    do x = 2 * nsym_random_uniform(random) - 1;
    while (2 * nsym_random_uniform(random) > 1 + x * x);
    return x;
}

/* A Z of mass_gev; either muon gets half of its transverse momentum, whose density is x e^(-2 x / mean). */
static nsym_status draw_decay(decay *d, nsym_random *random, const nsym_muon_pairs_options *o) {
    for (int t = 0; t < TRIES; t++) {
        double z = draw_cosine(random), across = o->mass_gev / 2 * sqrt(1 - z * z);
        double recoil = o->pair_pt_gev / 4 * nsym_draw_gamma(random, 2);
        double angle = 2 * PI * nsym_random_uniform(random), x = recoil * cos(angle), y = recoil * sin(angle);
        double rapidity = o->pair_rapidity * (2 * nsym_random_uniform(random) - 1);
        *d = (decay){.muon = {.prompt = true, .pt = hypot(across + x, y), .eta = rapidity + atanh(z)},
                     .eta = rapidity - atanh(z),
                     .turn = atan2(y, across - x) + atan2(y, across + x)};
        double second = hypot(across - x, y);
        if (d->muon.pt > o->mu_pt_min_gev && second > o->mu_pt_min_gev && fabs(d->muon.eta) < o->mu_eta_max &&
            fabs(d->eta) < o->mu_eta_max)
            return NSYM_OK;
    }
    return nsym_fail(
        NSYM_EINVAL,
        "muon_pairs: of %d decays of mass_gev, %g, in none both muons are above mu_pt_min_gev, %g, and below "
        "mu_eta_max, %g; loosen these",
        TRIES, o->mass_gev, o->mu_pt_min_gev, o->mu_eta_max);
}

static double draw_eta(nsym_random *random, const nsym_muon_pairs_options *o) {
    double x;
    do x = 2 * nsym_random_uniform(random) - 1;
    while (x == -1 || nsym_random_uniform(random) < o->nonprompt_bow * x * x);
    return x * o->mu_eta_max;
}

/* A muon of a heavy flavour, and another one more or less opposite to it. */
static void draw_nonprompt(decay *d, nsym_random *random, const nsym_muon_pairs_options *o) {
    double pt = nsym_draw_power(random, 0, o->nonprompt_power - 1, o->mu_pt_min_gev);
    *d = (decay){.muon = {.pt = fmax(pt, nextafter(o->mu_pt_min_gev, INFINITY)), .eta = draw_eta(random, o)},
                 .eta = draw_eta(random, o),
                 .turn = 0.4 * nsym_random_normal(random)};
}

/* The transverse momentum that gives two massless muons their mass: m^2 = 2 pT pT' (cosh(d_eta) - cos(d_phi)). */
static double pt_for_mass(double mass, double pt, double d_eta, double turn) {
    double half = sinh(d_eta / 2), other = cos(turn / 2); /* cosh x - cos y = 2 sinh^2(x/2) + 2 sin^2(y/2) */
    return mass * mass / (4 * pt * (half * half + other * other));
}

/* The second muon: in its direction if the mass gives it enough pT there, else elsewhere, ever farther from back to
   back but not beside the first, where its pT is huge; where chance finds no place, as near as it must be. */
static void close_event(nsym_muon *second, nsym_random *random, const nsym_muon_pairs_options *o, const decay *d,
                        double mass) {
    double eta = d->eta, turn = d->turn, first = d->muon.pt, low = o->mu_pt_min_gev, most = 2 * mass;
    double pt = pt_for_mass(mass, first, eta - d->muon.eta, turn);
    for (int t = 1; t < CLOSINGS && !(pt > low && pt < most); t++) {
        eta = draw_eta(random, o);
        turn = d->turn + 0.05 * t * nsym_random_normal(random);
        pt = pt_for_mass(mass, first, eta - d->muon.eta, turn);
    }
    if (!(pt > low && pt < most)) {
        eta = d->muon.eta;
        pt = fmax(1.01 * low, mass * mass / (4 * first));
        turn = 2 * acos(fmin(1, mass / (2 * sqrt(first * pt))));
    }
    *second = (nsym_muon){.prompt = d->muon.prompt, .pt = pt, .eta = eta, .phi = d->muon.phi + PI + turn};
    second->phi -= 2 * PI * floor(second->phi / (2 * PI) + 0.5);
}

typedef struct pair {
    nsym_muon muon[2];
    double mass;
} pair;

static nsym_status draw_pair(pair *p, const nsym_muon_pairs_options *o, uint64_t index) {
    nsym_random random = nsym_random_stream(o->activity.seed, "mixture muon", index);
    bool prompt = is_prompt(o, index);
    decay d;
    if (prompt)
        NSYM_TRY(draw_decay(&d, &random, o));
    else
        draw_nonprompt(&d, &random, o);
    d.muon.phi = PI * (2 * nsym_random_uniform(&random) - 1);
    d.muon.charge = nsym_random_u32(&random) & 1 ? -1 : 1;
    bool same = !prompt && nsym_random_uniform(&random) < o->same_sign;
    random = nsym_random_stream(o->activity.seed, "mixture mass", index);
    NSYM_TRY(draw_mass(&p->mass, &random, o, prompt));
    p->muon[0] = d.muon;
    close_event(&p->muon[1], &random, o, &d, p->mass);
    p->muon[1].charge = same ? d.muon.charge : -d.muon.charge;
    return NSYM_OK;
}

static const nsym_muon_column columns[] = {{"truth", "", "1 both muons are prompt, 0 a muon is of a heavy flavour"},
                                           {"mass", "GeV", "mass of the two muons"},
                                           {"npu", "", "interactions of pile-up"},
                                           {"mu_pt", "GeV", "transverse momentum of the muon"},
                                           {"mu_eta", "", "pseudorapidity of the muon"},
                                           {"mu_phi", "", "azimuth of the muon at the vertex"},
                                           {"mu_charge", "", "charge of the muon"},
                                           {"mu2_pt", "GeV", "transverse momentum of the second muon"},
                                           {"mu2_eta", "", "pseudorapidity of the second muon"},
                                           {"mu2_phi", "", "azimuth of the second muon at the vertex"},
                                           {"mu2_charge", "", "charge of the second muon"}};

/* Of the further interactions some leave no vertex; their charged particles pass for those of the muon's own, which
   the cone of isolation does not subtract. A prompt muon's surroundings are all; the jet comes on top. */
static nsym_status draw_surroundings(nsym_activity *out, const nsym_muon_pairs_options *o, uint64_t index,
                                     const nsym_muon *muon, uint64_t interactions) {
    nsym_random random = nsym_activity_stream(&o->activity, "vertices", index);
    uint64_t stray = 0;
    for (uint64_t i = 0; i < interactions; i++) stray += nsym_random_uniform(&random) < o->stray;
    nsym_activity_options around = o->activity;
    around.underlying += (double)stray;
    nsym_muon alone = *muon;
    alone.prompt = true;
    NSYM_TRY(nsym_activity_draw(out, &around, index, &alone, interactions - stray));
    return muon->prompt ? NSYM_OK : nsym_jet_draw(out, &o->jet, &o->activity, index, muon);
}

static nsym_status simulate(void *context, const void *options, uint64_t index, double *values, nsym_activity *room,
                            nsym_rows *rows) {
    const nsym_muon_pairs_options *o = options;
    (void)context;
    pair p;
    NSYM_TRY(draw_pair(&p, o, index));
    uint64_t interactions = nsym_activity_interactions(&o->activity, index);
    *values++ = p.muon[0].prompt;
    *values++ = p.mass;
    *values++ = (double)interactions;
    for (const nsym_muon *muon = p.muon; muon < p.muon + 2; muon++) {
        *values++ = muon->pt;
        *values++ = muon->eta;
        *values++ = muon->phi;
        *values++ = muon->charge;
    }
    NSYM_TRY(draw_surroundings(room, o, index, &p.muon[0], interactions));
    return nsym_rows_put_neighbours(rows, room, NSYM_MUON_PAIRS_RADIUS, o->activity.pt_min_gev);
}

nsym_status nsym_muon_pairs_generate(nsym_events **out, const nsym_muon_pairs_options *options, uint64_t first,
                                     size_t count) {
    *out = NULL;
    NSYM_TRY(check(options));
    const nsym_muon_maker maker = {.name = "muon_pairs",
                                   .options = options,
                                   .activity = &options->activity,
                                   .activity_count = NSYM_ACTIVITY_FLAT_FIELDS,
                                   .jet = &options->jet,
                                   .fields = fields,
                                   .count = sizeof fields / sizeof *fields - 1, /* the last is one of the activity */
                                   .column = columns,
                                   .columns = sizeof columns / sizeof *columns,
                                   .last = "kind",
                                   .simulate = simulate,
                                   .stop = options->stop};
    return nsym_muon_events_make(out, &maker, first, count);
}

static nsym_status make_block(nsym_events **out, const void *options, uint64_t first, size_t count) {
    return nsym_muon_pairs_generate(out, options, first, count);
}

nsym_status nsym_muon_pairs_write(const nsym_muon_pairs_options *o, const char *path) {
    NSYM_TRY(check(o));
    if (o->events == 0) return nsym_fail(NSYM_EINVAL, "muon_pairs: events is 0, must be at least 1");
    const nsym_blocks blocks = {make_block, o, o->events, BLOCK_EVENTS, o->workers, o->progress, o->stop, "simulating"};
    return nsym_blocks_write(&blocks, path);
}
