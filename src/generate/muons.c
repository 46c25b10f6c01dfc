/* Samples of muons with their surroundings. */
#include <nearsym/muons.h>

#include "base/fail.h"
#include "data/blocks.h"
#include "data/events.h"
#include "detector/calorimeter.h"
#include "generate/rows.h"
#include "generate/surroundings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PI 3.14159265358979323846

enum { CELLS = NSYM_MUONS_SIDE * NSYM_MUONS_SIDE, BLOCK_EVENTS = 1 << 13 };

nsym_muons_options nsym_muons_defaults(void) {
    nsym_muons_options o = {.surroundings = nsym_surroundings_defaults(),
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
    o.surroundings.generator = "muons";
    return o;
}

#define FIELD(name, least, most)                                                                                       \
    { #name, NSYM_FIELD_NUMBER, offsetof(nsym_muons_options, name), .low = least, .high = most }

static const nsym_field fields[] = {
    FIELD(threshold_gev, 0, 1000),   FIELD(signal, 0, 1),           FIELD(mu_pt_min_gev, 1e-3, 1e4),
    FIELD(mu_pt_max_gev, 1e-3, 1e4), FIELD(mu_eta_max, 0, 10),      FIELD(prompt_slope, 0, 100),
    FIELD(nonprompt_power, 0, 100),  FIELD(nonprompt_bow, 0, 1),    FIELD(photon_stochastic, 0, 10),
    FIELD(hadron_stochastic, 0, 10), FIELD(hadron_constant, 0, 10), FIELD(surroundings.radius, 0.47, 1),
};

static nsym_status check(const nsym_muons_options *o) {
    NSYM_TRY(nsym_surroundings_check(&o->surroundings));
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
    nsym_random random = nsym_random_stream(o->surroundings.seed, "muon", index);
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

/* Room for one event on its way, and for the rows of all. */
typedef struct bench {
    nsym_surroundings surroundings;
    nsym_calorimeter calorimeter;
    nsym_pixels *pixels;
    double image[CELLS], cells[4 * CELLS];
    nsym_rows rows;
    uint64_t *offsets; /* (count + 1) */
} bench;

static void free_bench(bench *b) {
    if (!b) return;
    nsym_surroundings_free(&b->surroundings);
    nsym_calorimeter_clear(&b->calorimeter);
    nsym_pixels_free(b->pixels);
    nsym_rows_free(&b->rows);
    free(b->offsets);
    free(b);
}

static nsym_status new_bench(bench **out, const nsym_muons_options *o, size_t count) {
    bench *b = calloc(1, sizeof *b);
    if (b && count < PTRDIFF_MAX / sizeof *b->offsets - 1) b->offsets = malloc((count + 1) * sizeof *b->offsets);
    *out = b;
    if (!b || !b->offsets) return nsym_fail(NSYM_ENOMEM, "muons: no memory for %zu events", count);
    b->offsets[0] = 0;
    b->calorimeter.resolution = (nsym_resolution){o->photon_stochastic, o->hadron_stochastic, o->hadron_constant};
    NSYM_TRY(
        nsym_pixels_new_equal(&b->pixels, NSYM_MUONS_SIDE, NSYM_MUONS_SIDE, -NSYM_MUONS_RADIUS, NSYM_MUONS_RADIUS));
    b->calorimeter.pixels = b->pixels;
    return NSYM_OK;
}

static bool within(double d_eta, double d_phi) {
    return d_eta * d_eta + d_phi * d_phi < NSYM_MUONS_RADIUS * NSYM_MUONS_RADIUS;
}

static nsym_status put_cells(bench *b, const nsym_muons_options *o, uint64_t index, double mu_eta) {
    nsym_random random = nsym_random_stream(o->surroundings.seed, "muon calorimeter", index);
    NSYM_TRY(nsym_calorimeter_fill(&b->calorimeter, &random, &b->surroundings, mu_eta, b->image));
    size_t n = nsym_pixels_cells(b->pixels, b->image, b->cells);
    NSYM_TRY(nsym_rows_reserve(&b->rows, n));
    for (const double *cell = b->cells; cell < b->cells + 4 * n; cell += 4)
        if (cell[2] > o->threshold_gev && within(cell[0], cell[1]))
            nsym_rows_put(&b->rows, cell[2], cell[0], cell[1], cell[3]);
    return NSYM_OK;
}

static nsym_status set_attributes(nsym_events *events, const nsym_muons_options *o) {
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)o->surroundings.seed);
    NSYM_TRY(nsym_events_set_attribute(events, "generator", "nearsym muons"));
    NSYM_TRY(nsym_events_set_attribute(events, "seed", seed));
    NSYM_TRY(nsym_events_set_attribute(events, "level", o->level == NSYM_MUONS_PARTICLES ? "particles" : "cells"));
    if (o->level != NSYM_MUONS_PARTICLES) NSYM_TRY(nsym_events_set_grid(events, NSYM_MUONS_SIDE, NSYM_MUONS_SIDE));
    for (size_t i = 0; i + 1 < sizeof fields / sizeof *fields; i++) /* the last is one of those below */
        NSYM_TRY(nsym_events_set_number(events, fields[i].key, nsym_field_number(o, &fields[i])));
    for (size_t i = 0; i < NSYM_SURROUNDINGS_FIELDS; i++) {
        const nsym_field *field = &nsym_surroundings_fields[i];
        NSYM_TRY(nsym_events_set_number(events, field->key, nsym_field_number(&o->surroundings, field)));
    }
    return NSYM_OK;
}

enum { LABEL, WEIGHT, PT, ETA, PHI, CHARGE, NPU, COLUMNS };

/* Shape: column (COLUMNS), each with room for all events. */
static nsym_status add_columns(nsym_events *events, double *column[COLUMNS]) {
    static const struct {
        const char *name, *unit, *meaning;
    } columns[COLUMNS] = {{"label", "", "1 prompt muon, 0 muon of a heavy flavour"},
                          {"weight", "", "all events count the same"},
                          {"mu_pt", "GeV", "transverse momentum of the muon"},
                          {"mu_eta", "", "pseudorapidity of the muon"},
                          {"mu_phi", "", "azimuth of the muon at the vertex"},
                          {"mu_charge", "", "charge of the muon"},
                          {"npu", "", "interactions of pile-up"}};
    for (int c = 0; c < COLUMNS; c++)
        NSYM_TRY(nsym_events_add_column(events, columns[c].name, columns[c].unit, columns[c].meaning, 1, &column[c]));
    return NSYM_OK;
}

/* Event `index` as event `i` of the sample. Shape: column (COLUMNS). */
static nsym_status simulate(bench *b, const nsym_muons_options *o, uint64_t index, double *column[COLUMNS], size_t i) {
    nsym_muon muon = draw_muon(o, index);
    uint64_t interactions = nsym_surroundings_interactions(&o->surroundings, index);
    const double values[COLUMNS] = {muon.prompt, 1, muon.pt, muon.eta, muon.phi, muon.charge, (double)interactions};
    for (int c = 0; c < COLUMNS; c++) column[c][i] = values[c];
    NSYM_TRY(nsym_surroundings_draw(&b->surroundings, &o->surroundings, index, &muon, interactions));
    if (o->level == NSYM_MUONS_PARTICLES)
        NSYM_TRY(nsym_rows_put_neighbours(&b->rows, &b->surroundings, NSYM_MUONS_RADIUS, o->surroundings.pt_min_gev));
    else
        NSYM_TRY(put_cells(b, o, index, muon.eta));
    b->offsets[i + 1] = b->rows.count;
    return NSYM_OK;
}

static nsym_status fill(nsym_events *events, bench *b, const nsym_muons_options *o, uint64_t first) {
    double *column[COLUMNS];
    NSYM_TRY(add_columns(events, column));
    for (size_t i = 0; i < events->count; i++) NSYM_TRY(simulate(b, o, first + i, column, i));
    NSYM_TRY(nsym_rows_give(&b->rows, events, o->level == NSYM_MUONS_PARTICLES ? "kind" : "cell", b->offsets));
    return set_attributes(events, o);
}

nsym_status nsym_muons_generate(nsym_events **out, const nsym_muons_options *options, uint64_t first, size_t count) {
    *out = NULL;
    NSYM_TRY(check(options));
    bench *b = NULL;
    nsym_events *events = NULL;
    nsym_status status = new_bench(&b, options, count);
    if (status == NSYM_OK) status = nsym_events_new(&events, count);
    if (status == NSYM_OK) status = fill(events, b, options, first);
    free_bench(b);
    if (status == NSYM_OK)
        *out = events;
    else
        nsym_events_free(events);
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
