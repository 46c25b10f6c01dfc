/* Samples of muons with their activity. */
#include <nearsym/generate/muons.h>

#include "base/fail.h"
#include "data/blocks.h"
#include "data/events.h"
#include "detector/calorimeter.h"
#include "generate/activity.h"
#include "generate/muon_events.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

enum { CELLS = NSYM_MUONS_SIDE * NSYM_MUONS_SIDE, BLOCK_EVENTS = 1 << 13 };

nsym_muons_options nsym_muons_defaults(void) {
    nsym_muons_options o = {.activity = nsym_activity_defaults(),
                            .level = NSYM_MUONS_CELLS,
                            .signal = 0.5,
                            .mu_pt_min_gev = 10,
                            .mu_pt_max_gev = 15,
                            .mu_eta_max = 2.53,
                            .prompt_slope = 0.33,
                            .nonprompt_power = 4.2,
                            .nonprompt_bow = 0.4,
                            .photon_stochastic = 0.1,
                            .hadron_stochastic = 0.52,
                            .hadron_constant = 0.03,
                            .events = 500000};
    o.activity.generator = "muons";
    return o;
}

#define FIELD(name, least, most)                                                                                       \
    { #name, NSYM_FIELD_NUMBER, offsetof(nsym_muons_options, name), .low = least, .high = most }

static const nsym_field fields[] = {
    FIELD(threshold_gev, 0, 1000),   FIELD(signal, 0, 1),           FIELD(mu_pt_min_gev, 1e-3, 1e4),
    FIELD(mu_pt_max_gev, 1e-3, 1e4), FIELD(mu_eta_max, 0, 10),      FIELD(prompt_slope, 0, 100),
    FIELD(nonprompt_power, 0, 100),  FIELD(nonprompt_bow, 0, 1),    FIELD(photon_stochastic, 0, 10),
    FIELD(hadron_stochastic, 0, 10), FIELD(hadron_constant, 0, 10), FIELD(activity.radius, 0.47, 1),
};

static nsym_status check(const nsym_muons_options *o) {
    NSYM_TRY(nsym_activity_check(&o->activity));
    NSYM_TRY(nsym_fields_check("muons", o, fields, sizeof fields / sizeof *fields));
    if (o->level != NSYM_MUONS_PARTICLES && o->level != NSYM_MUONS_CELLS)
        return nsym_fail(NSYM_EINVAL, "muons: no level has the number %d", (int)o->level);
    if (!(o->mu_pt_min_gev < o->mu_pt_max_gev))
        return nsym_fail(NSYM_EINVAL, "muons: mu_pt_min_gev is %g, must be below mu_pt_max_gev, %g", o->mu_pt_min_gev,
                         o->mu_pt_max_gev);
    return NSYM_OK;
}

/* Telescopes: of the first n events floor(n signal) are prompt. */
static bool is_prompt(const nsym_muons_options *o, uint64_t index) {
    return floor(((double)index + 1) * o->signal) > floor((double)index * o->signal);
}

/* Between the two pT, by inversion: e^(-slope pT), and with t = ln pT pT^-power dpT = e^(-(power - 1) t) dt. */
static double draw_falling(nsym_random *random, double slope, double low, double high) {
    double u = nsym_random_uniform(random), fall = slope * (high - low);
    return low + (high - low) * (fabs(fall) < 1e-9 ? u : -log1p(u * expm1(-fall)) / fall);
}

static nsym_muon draw_muon(const nsym_muons_options *o, uint64_t index) {
    nsym_random random = nsym_random_stream(o->activity.seed, "muon", index);
    nsym_muon muon = {.prompt = is_prompt(o, index)};
    double low = o->mu_pt_min_gev, high = o->mu_pt_max_gev, bow = muon.prompt ? 0 : o->nonprompt_bow, x;
    muon.pt = muon.prompt ? draw_falling(&random, o->prompt_slope, low, high)
                          : exp(draw_falling(&random, o->nonprompt_power - 1, log(low), log(high)));
    do x = 2 * nsym_random_uniform(&random) - 1;
    while (nsym_random_uniform(&random) < bow * x * x);
    muon.eta = x * o->mu_eta_max;
    muon.phi = PI * (2 * nsym_random_uniform(&random) - 1);
    muon.charge = nsym_random_u32(&random) & 1 ? -1 : 1;
    return muon;
}

/* The calorimeter at work, and an event's image. */
typedef struct room {
    nsym_calorimeter calorimeter;
    nsym_pixels *pixels;
    double image[CELLS], cells[4 * CELLS];
} room;

static void free_room(room *r) {
    if (!r) return;
    nsym_calorimeter_clear(&r->calorimeter);
    nsym_pixels_free(r->pixels);
    free(r);
}

static nsym_status new_room(room **out, const nsym_muons_options *o) {
    room *r = *out = calloc(1, sizeof *r);
    if (!r) return nsym_fail(NSYM_ENOMEM, "muons: no memory for an image");
    r->calorimeter.resolution = (nsym_resolution){o->photon_stochastic, o->hadron_stochastic, o->hadron_constant};
    NSYM_TRY(
        nsym_pixels_new_equal(&r->pixels, NSYM_MUONS_SIDE, NSYM_MUONS_SIDE, -NSYM_MUONS_RADIUS, NSYM_MUONS_RADIUS));
    r->calorimeter.pixels = r->pixels;
    return NSYM_OK;
}

static bool within(double d_eta, double d_phi) {
    return d_eta * d_eta + d_phi * d_phi < NSYM_MUONS_RADIUS * NSYM_MUONS_RADIUS;
}

static nsym_status put_cells(room *r, nsym_rows *rows, const nsym_activity *around, const nsym_muons_options *o,
                             uint64_t index, double mu_eta) {
    nsym_random random = nsym_random_stream(o->activity.seed, "muon calorimeter", index);
    NSYM_TRY(nsym_calorimeter_fill(&r->calorimeter, &random, around, mu_eta, r->image));
    size_t n = nsym_pixels_cells(r->pixels, r->image, r->cells);
    NSYM_TRY(nsym_rows_reserve(rows, n));
    for (const double *cell = r->cells; cell < r->cells + 4 * n; cell += 4)
        if (cell[2] > o->threshold_gev && within(cell[0], cell[1]))
            nsym_rows_put(rows, cell[2], cell[0], cell[1], cell[3]);
    return NSYM_OK;
}

enum { COLUMNS = 7 };
static const nsym_muon_column columns[COLUMNS] = {{"label", "", "1 prompt muon, 0 muon of a heavy flavour"},
                                                  {"weight", "", "all events count the same"},
                                                  {"mu_pt", "GeV", "transverse momentum of the muon"},
                                                  {"mu_eta", "", "pseudorapidity of the muon"},
                                                  {"mu_phi", "", "azimuth of the muon at the vertex"},
                                                  {"mu_charge", "", "charge of the muon"},
                                                  {"npu", "", "interactions of pile-up"}};

static nsym_status simulate(void *context, const void *options, uint64_t index, double *values, nsym_activity *around,
                            nsym_rows *rows) {
    const nsym_muons_options *o = options;
    nsym_muon muon = draw_muon(o, index);
    uint64_t interactions = nsym_activity_interactions(&o->activity, index);
    const double own[COLUMNS] = {muon.prompt, 1, muon.pt, muon.eta, muon.phi, muon.charge, (double)interactions};
    memcpy(values, own, sizeof own);
    NSYM_TRY(nsym_activity_draw(around, &o->activity, index, &muon, interactions));
    if (o->level == NSYM_MUONS_PARTICLES)
        return nsym_rows_put_neighbours(rows, around, NSYM_MUONS_RADIUS, o->activity.pt_min_gev);
    return put_cells(context, rows, around, o, index, muon.eta);
}

static nsym_status say_level(nsym_events *events, bool particles) {
    NSYM_TRY(nsym_events_set_attribute(events, "level", particles ? "particles" : "cells"));
    return particles ? NSYM_OK : nsym_events_set_grid(events, NSYM_MUONS_SIDE, NSYM_MUONS_SIDE);
}

nsym_status nsym_muons_generate(nsym_events **out, const nsym_muons_options *options, uint64_t first, size_t count) {
    *out = NULL;
    NSYM_TRY(check(options));
    room *r = NULL;
    nsym_status status = new_room(&r, options);
    bool particles = options->level == NSYM_MUONS_PARTICLES;
    const nsym_muon_maker maker = {.name = "muons",
                                   .options = options,
                                   .activity = &options->activity,
                                   .activity_count = NSYM_ACTIVITY_FIELDS,
                                   .fields = fields,
                                   .count = sizeof fields / sizeof *fields - 1, /* the last is one of the activity */
                                   .column = columns,
                                   .columns = COLUMNS,
                                   .last = particles ? "kind" : "cell",
                                   .simulate = simulate,
                                   .context = r,
                                   .stop = options->stop};
    if (status == NSYM_OK) status = nsym_muon_events_make(out, &maker, first, count);
    free_room(r);
    if (status == NSYM_OK) status = say_level(*out, particles);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

static nsym_status make_block(nsym_events **out, const void *options, uint64_t first, size_t count) {
    return nsym_muons_generate(out, options, first, count);
}

nsym_status nsym_muons_write(const nsym_muons_options *o, const char *path) {
    NSYM_TRY(check(o));
    if (o->events == 0) return nsym_fail(NSYM_EINVAL, "muons: events is 0, must be at least 1");
    const nsym_blocks blocks = {make_block, o, o->events, BLOCK_EVENTS, o->workers, o->progress, o->stop, "simulating"};
    return nsym_blocks_write(&blocks, path);
}
