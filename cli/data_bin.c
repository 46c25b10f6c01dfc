/* nearsym data bin: points of a calorimeter are summed in its cells. */
#include "data_bin.h"
#include "cells.h"
#include "commands.h"
#include "options.h"
#include "tell.h"

#include <nearsym/io.h>
#include <nearsym/pixels.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_FEATURES = 4 };

/* What positions and energies are called. */
typedef struct {
    const char *names[CELL_FEATURES]; /* of the cells: two positions, an energy, the cell's number, in their order */
    size_t place[3];                  /* x, y, energy among the points' features */
    size_t to[3];                     /* and among the cells' */
} layout;

static bool find_layout(layout *out, const nsym_events *events) {
    static const layout known[] = {{{"x", "y", "energy", "cell"}, {0}, {0, 1, 2}},
                                   {{"pt", "d_eta", "d_phi", "cell"}, {0}, {1, 2, 0}}};
    for (size_t k = 0; events->offsets && k < sizeof known / sizeof *known; k++) {
        *out = known[k];
        bool all = true;
        for (size_t i = 0; i < 3; i++) {
            out->place[i] = nsym_events_feature(events, known[k].names[known[k].to[i]]);
            all = all && out->place[i] != NSYM_NONE;
        }
        if (all) return true;
    }
    return false;
}

/* The points of event i as x, y, energy (n, 3). */
static nsym_status take_points(double *points, const nsym_events *events, size_t i, const layout *l) {
    for (uint64_t row = events->offsets[i]; row < events->offsets[i + 1]; row++, points += 3)
        for (size_t k = 0; k < 3; k++) {
            points[k] = events->particles[row * events->features + l->place[k]];
            if (isfinite(points[k]) && (k < 2 || points[k] >= 0)) continue;
            tell_error("row %zu: %s of point %zu is %g, must be finite%s", nsym_events_row(events, i),
                       l->names[l->to[k]], (size_t)(row - events->offsets[i]) + 1, points[k], k < 2 ? "" : " and >= 0");
            return NSYM_EINVAL;
        }
    return NSYM_OK;
}

/* Cells as they are found: (rows, 4) x, y, energy, number. */
typedef struct {
    uint64_t *offsets;
    double *cell;
    size_t rows, room;
} gathered;

static bool make_room(gathered *g, size_t more) {
    if (g->rows + more <= g->room) return true;
    size_t room = 2 * (g->rows + more);
    double *grown = realloc(g->cell, room * CELL_FEATURES * sizeof *grown);
    if (!grown) return false;
    g->cell = grown;
    g->room = room;
    return true;
}

static int gather(gathered *g, const nsym_events *events, const layout *l, const nsym_pixels *pixels,
                  double threshold) {
    size_t cells = nsym_pixels_nx(pixels) * nsym_pixels_ny(pixels), most = 0;
    for (size_t i = 0; i < events->count; i++)
        if (events->offsets[i + 1] - events->offsets[i] > most)
            most = (size_t)(events->offsets[i + 1] - events->offsets[i]);
    double *points = malloc((3 * most + 1) * sizeof *points), *image = malloc((cells + 1) * sizeof *image);
    g->offsets = calloc(events->count + 1, sizeof *g->offsets);
    int failed = !points || !image || !g->offsets;
    for (size_t i = 0; !failed && i < events->count; i++) {
        if (take_points(points, events, i, l) != NSYM_OK || !make_room(g, cells)) {
            failed = 1;
            break;
        }
        nsym_pixels_fill(pixels, points, (size_t)(events->offsets[i + 1] - events->offsets[i]), image);
        for (size_t k = 0; k < cells; k++)
            if (image[k] < threshold) image[k] = 0;
        g->rows += nsym_pixels_cells(pixels, image, g->cell + g->rows * CELL_FEATURES);
        g->offsets[i + 1] = g->rows;
    }
    free(points);
    free(image);
    return failed;
}

static nsym_status make_events(nsym_events **out, const gathered *g, const nsym_events *events, const layout *l,
                               const char *grid) {
    nsym_status status = nsym_events_columns(out, events, 0, events->count);
    if (status == NSYM_OK) status = nsym_events_set_particles(*out, CELL_FEATURES, l->names, NULL, g->offsets);
    for (size_t row = 0; status == NSYM_OK && row < g->rows; row++) {
        const double *cell = g->cell + row * CELL_FEATURES;
        double *to = (*out)->particles + row * CELL_FEATURES;
        for (size_t k = 0; k < 3; k++) to[l->to[k]] = cell[k];
        to[3] = cell[3];
    }
    return status == NSYM_OK ? nsym_events_set_attribute(*out, "grid", grid) : status;
}

static int bin(const char *path, const char *out, const char *cells, double low, double high, double threshold) {
    nsym_events *events = NULL, *made = NULL;
    nsym_pixels *pixels = NULL;
    gathered g = {0};
    layout l;
    size_t nx, ny;
    read_cells(cells, &nx, &ny);
    if (nsym_events_read(&events, path, NULL) != NSYM_OK) return command_failed();
    int failed = 1;
    if (!find_layout(&l, events))
        tell_error("%s: the particles have neither x, y, energy nor d_eta, d_phi, pt", path);
    else if (nsym_events_feature(events, "cell") != NSYM_NONE)
        tell_error("%s: the particles are cells already; they have 'cell'", path);
    else if (nsym_pixels_new_equal(&pixels, nx, ny, low, high) != NSYM_OK)
        failed = command_failed();
    else
        failed = gather(&g, events, &l, pixels, threshold);
    if (!failed && make_events(&made, &g, events, &l, cells) != NSYM_OK) failed = command_failed();
    if (!failed && nsym_events_write(made, out) != NSYM_OK) failed = command_failed();
    if (!failed) fprintf(stderr, "%s: %zu events, %zu cells above 0\n", out, events->count, g.rows);
    free(g.offsets);
    free(g.cell);
    nsym_pixels_free(pixels);
    nsym_events_free(made);
    nsym_events_free(events);
    return failed;
}

/* "LOW:HIGH" */
static bool read_range(const char *text, double *low, double *high) {
    char *end;
    *low = strtod(text, &end);
    if (end == text || *end != ':') return false;
    *high = strtod(end + 1, &end);
    return !*end && isfinite(*low) && isfinite(*high) && *low < *high;
}

int run_bin(int argc, char **argv) {
    const char *out = NULL, *cells = NULL, *range = "-1:1";
    double threshold = 0, low, high;
    size_t nx, ny;
    const option options[] = {
        {"output", 'o', OPTION_TEXT, &out, "FILE", "where to write; the ending tells the format"},
        {"cells", 0, OPTION_TEXT, &cells, "NxM", "equal cells in x and in y, or in d_eta and in d_phi"},
        {"range", 0, OPTION_TEXT, &range, "LOW:HIGH", "of both; points outside are lost"},
        {"threshold", 0, OPTION_NUMBER, &threshold, "E", "cells of less are left out"},
    };
    const option_table table = {
        "nearsym data bin EVENTS -o FILE --cells NxM [--range LOW:HIGH] [--threshold E]",
        "Sums points (x, y, energy, or d_eta, d_phi, pt) in a calorimeter's cells: the same and `cell`, their number "
        "in "
        "the\ngrid, of every cell above 0. A model that was trained on points does this by itself.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "data bin takes one file of events");
    if (!out) return options_wrong(&table, "no output is given: -o FILE");
    const char *end = cells ? read_cells(cells, &nx, &ny) : NULL;
    if (!end || *end)
        return options_wrong(&table, "--cells is \"%s\", must be cells in x and y: 32x32", cells ? cells : "");
    if (!read_range(range, &low, &high))
        return options_wrong(&table, "--range is \"%s\", must be two rising numbers: -1:1", range);
    return bin(argv[0], out, cells, low, high, threshold);
}
