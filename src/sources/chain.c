#include "sources/chain.h"

#include "base/fail.h"
#include "detector/threshold.h"
#include "transform/align.h"
#include <nearsym/generate/muons.h>
#include <nearsym/random.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS = 4096 }; /* more than measure.rotations can be */

/* Streams of an event's copies. */
enum { ANGLES = 64, SMEARS = 128 };

static bool find_all(size_t *place, const nsym_events *events, const char *const *names, size_t n) {
    bool all = events->offsets != NULL;
    for (size_t k = 0; all && k < n; k++) {
        place[k] = nsym_events_feature(events, names[k]);
        all = place[k] != NSYM_NONE;
    }
    for (size_t k = 0; !all && k < n; k++) place[k] = NSYM_NONE;
    return all;
}

/* What a symmetry acts on among the positions that cells sum: places in (x, y). */
static bool find_positions(size_t place[NSYM_SYMMETRY_FEATURES], const nsym_chain *c, const nsym_events *events,
                           const nsym_symmetry *symmetry) {
    for (size_t k = 0; k < NSYM_SYMMETRY_FEATURES; k++) place[k] = NSYM_NONE;
    for (const char *const(*set)[NSYM_SYMMETRY_FEATURES] = symmetry->features; (*set)[0]; set++) {
        size_t found[2];
        if ((*set)[2] || !find_all(found, events, *set, 2)) continue;
        for (size_t k = 0; k < 2; k++) place[k] = found[k] == c->position[0] ? 0 : found[k] == c->position[1] ? 1 : 2;
        if (place[0] < 2 && place[1] < 2) return true;
    }
    return false;
}

static void find_features(nsym_chain *c, const nsym_events *like) {
    static const char *const points[] = {"x", "y", "energy"}, *const angles[] = {"d_eta", "d_phi", "pt"},
                             *const momenta[] = {"px", "py", "pz", "energy"};
    c->width = like->features;
    c->angular = !find_all(c->position, like, points, 3) && find_all(c->position, like, angles, 3);
    find_all(c->momentum, like, momenta, 4);
    nsym_symmetry_find(c->turned, like, &nsym_rotate);
}

/* Particles have what is transformed: of copies, in mirror images, and where test events are rotated. */
static nsym_status check_copies(nsym_chain *c, const nsym_events *like) {
    const nsym_data_card *card = c->card;
    const nsym_copies_card *copies = &card->copies;
    const nsym_symmetry *symmetry = copies->matrices ? &nsym_matrices : copies->symmetry;
    bool cells = card->detector.cells.nx > 0, made = copies->where != NSYM_COPIES_NONE;
    if (made && !(cells ? find_positions(c->acted, c, like, symmetry) : nsym_symmetry_find(c->acted, like, symmetry))) {
        char needed[128];
        nsym_symmetry_needs(needed, sizeof needed, symmetry);
        return nsym_fail(NSYM_EFORMAT, "copies.%s: %s lack the features that '%s' acts on: %s",
                         copies->matrices ? "matrices" : "transform",
                         cells ? "the positions that detector.cells sums" : "the particles", symmetry->name, needed);
    }
    if (cells || c->turned[0] != NSYM_NONE || !(card->measured || (made && copies->reflect))) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s, but the particles have neither x, y nor px, py nor d_eta, d_phi",
                     card->measured ? "measure.events rotates test events" : "copies.reflect mirrors particles");
}

/* What is aligned: positions with a weight each, in a grid that is known where they are cells. */
static nsym_status open_align(nsym_chain *c, const nsym_events *like) {
    const nsym_copies_card *copies = &c->card->copies;
    size_t nx, ny;
    if (!c->card->align) return NSYM_OK;
    if (copies->where == NSYM_COPIES_AFTER && (copies->matrices || copies->reflect || copies->symmetry == &nsym_rotate))
        return nsym_fail(
            NSYM_EINVAL,
            "data.align would undo the rotation of copies made after the detector; leave out data.align or the copies");
    if (c->pixels) return NSYM_OK;
    c->scale = nsym_threshold_feature(like);
    c->cell = like->offsets ? nsym_events_feature(like, "cell") : NSYM_NONE;
    if (c->turned[0] == NSYM_NONE || c->scale == NSYM_NONE)
        return nsym_fail(NSYM_EFORMAT,
                         "data.align needs positions with their pT or energy, but the particles lack one of the two");
    if (c->cell == NSYM_NONE) return NSYM_OK;
    if (!nsym_grid_of(c->card, &nx, &ny) || !c->angular)
        return nsym_fail(
            NSYM_EFORMAT,
            "data.align fills the cells again, from d_eta and d_phi, and needs their grid: set data.cells");
    return nsym_pixels_new_equal(&c->grid, nx, ny, -NSYM_MUONS_RADIUS, NSYM_MUONS_RADIUS);
}

static nsym_status check_features(nsym_chain *c, const nsym_events *like) {
    const nsym_data_card *card = c->card;
    if (card->detector.smear.resolution > 0 && c->momentum[0] == NSYM_NONE)
        return nsym_fail(NSYM_EFORMAT, "detector.smear acts on momenta, but the particles have no px, py, pz, energy");
    if (card->detector.cells.nx > 0 && c->position[0] == NSYM_NONE)
        return nsym_fail(
            NSYM_EFORMAT,
            "detector.cells sums positions, but the particles have neither x, y, energy nor d_eta, d_phi, pt");
    if (card->detector.cells.nx > 0 && nsym_events_feature(like, "cell") != NSYM_NONE)
        return nsym_fail(NSYM_EFORMAT, "the particles are cells already (they have 'cell'); give their grid with "
                                       "data.cells and leave out detector.cells, which would sum them again");
    if (card->detector.threshold > 0 && card->detector.cells.nx == 0 && nsym_threshold_feature(like) == NSYM_NONE)
        return nsym_fail(NSYM_EFORMAT, "detector.threshold cuts on pt or energy, but the particles have neither");
    return check_copies(c, like);
}

/* The image maps of copies after the detector; the mirrored ones follow the others. */
static nsym_status open_maps(nsym_chain *c) {
    const nsym_copies_card *copies = &c->card->copies;
    if (copies->where != NSYM_COPIES_AFTER || !c->pixels || copies->style == NSYM_IMAGE_UNBINNED) return NSYM_OK;
    c->map = calloc(c->copies + 1, sizeof *c->map); /* the last one mirrors */
    if (!c->map) return nsym_fail(NSYM_ENOMEM, "no memory for %zu image rotations", c->copies);
    for (size_t i = 0; i < copies->count; i++) {
        double degrees = copies->spacing == NSYM_SPACING_LISTED
                             ? copies->value[i]
                             : nsym_symmetry_even(copies->symmetry, i, copies->count, copies->range);
        NSYM_TRY(nsym_image_rotation(&c->map[i], c->pixels, degrees, copies->style));
    }
    return copies->reflect ? nsym_image_reflection(&c->map[c->copies], c->pixels, 0) : NSYM_OK;
}

static nsym_status open_cells(nsym_chain *c) {
    const nsym_cells_card *cells = &c->card->detector.cells;
    static const char *const points[] = {"x", "y", "energy", "cell"}, *const angles[] = {"pt", "d_eta", "d_phi",
                                                                                         "cell"};
    size_t n = cells->nx * cells->ny;
    if (n == 0) return NSYM_OK;
    for (size_t k = 0; k < NSYM_CHAIN_FEATURES; k++) c->names[k] = c->angular ? angles[k] : points[k];
    NSYM_TRY(nsym_pixels_new(&c->pixels, cells->nx, cells->x, cells->ny, cells->y));
    c->image = calloc(n, sizeof *c->image);
    c->images = calloc(c->copies * n, sizeof *c->images);
    c->cells = calloc(4 * n, sizeof *c->cells);
    if (!c->image || !c->images || !c->cells) return nsym_fail(NSYM_ENOMEM, "no memory for images of %zu cells", n);
    return open_maps(c);
}

nsym_status nsym_chain_open(nsym_chain *out, const nsym_data_card *card, const nsym_events *like) {
    *out = (nsym_chain){
        .card = card, .seed = card->seed, .copies = nsym_copies_of(card), .draws = card->detector.smear.resolution > 0};
    out->acts =
        card->align || out->copies > 1 || out->draws || card->detector.cells.nx > 0 || card->detector.threshold > 0;
    find_features(out, like);
    NSYM_TRY(check_features(out, like));
    NSYM_TRY(open_cells(out));
    return open_align(out, like);
}

void nsym_chain_close(nsym_chain *c) {
    for (size_t i = 0; c->map && i <= c->copies; i++) nsym_image_map_free(c->map[i]);
    free(c->map);
    nsym_pixels_free(c->pixels);
    nsym_pixels_free(c->grid);
    double *blocks[] = {c->raw, c->work, c->measured, c->image, c->images, c->cells};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    *c = (nsym_chain){0};
}

const char *const *nsym_chain_features(const nsym_chain *c, const nsym_events *like, size_t *width) {
    *width = c->pixels ? NSYM_CHAIN_FEATURES : like->features;
    return c->pixels ? c->names : (const char *const *)like->feature_names;
}

/* Room for an event of n particles. */
static nsym_status make_room(nsym_chain *c, size_t n) {
    size_t most = n > 2 * c->most ? n : 2 * c->most, width = c->width > 3 ? c->width : 3;
    double **blocks[] = {&c->raw, &c->work, &c->measured};
    if (n <= c->most) return NSYM_OK;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        free(*blocks[i]);
        *blocks[i] = calloc(most * width, sizeof **blocks[i]);
        if (!*blocks[i]) return nsym_fail(NSYM_ENOMEM, "no memory for an event of %zu particles", n);
    }
    c->most = most;
    return NSYM_OK;
}

static nsym_status check_point(const nsym_chain *c, const nsym_events *events, size_t i, const double *point,
                               size_t number) {
    for (size_t k = 0; k < 3; k++)
        if (!isfinite(point[k]))
            return nsym_fail(NSYM_ENUMERIC, "row %zu: point %zu has a value that is %g", nsym_events_row(events, i),
                             number, point[k]);
    if (point[2] >= 0) return NSYM_OK;
    return nsym_fail(NSYM_ENUMERIC,
                     "row %zu: point %zu has %s of %g, must be >= 0, as only cells above 0 are kept; cut noise off at "
                     "a threshold before",
                     nsym_events_row(events, i), number, c->angular ? "a pt" : "an energy", point[2]);
}

/* The event's particles in c->raw: all features, or, for cells, x, y, energy. Gives their number and their width. */
static nsym_status take(nsym_chain *c, const nsym_events *events, size_t i, size_t *n, size_t *width) {
    uint64_t first = events->offsets ? events->offsets[i] : 0;
    *n = events->offsets ? (size_t)(events->offsets[i + 1] - first) : 0;
    *width = c->pixels ? 3 : c->width;
    NSYM_TRY(make_room(c, *n));
    const double *from = events->particles + first * c->width;
    if (!c->pixels) {
        if (*n) memcpy(c->raw, from, *n * c->width * sizeof *from);
        return NSYM_OK;
    }
    for (size_t j = 0; j < *n; j++) {
        for (size_t k = 0; k < 3; k++) c->raw[3 * j + k] = from[j * c->width + c->position[k]];
        NSYM_TRY(check_point(c, events, i, c->raw + 3 * j, j + 1));
    }
    return NSYM_OK;
}

/* What is drawn for a copy of event `number`, which has so many streams of a purpose; more copies go on to the next. */
static nsym_random draw_of(const nsym_chain *c, const char *purpose, size_t streams, size_t number, size_t copy) {
    char next[32];
    if (copy >= streams) snprintf(next, sizeof next, "%s %zu", purpose, copy / streams);
    return nsym_random_stream(c->seed, copy >= streams ? next : purpose, (uint64_t)number * streams + copy % streams);
}

/* What makes a copy, of event `number`. */
static nsym_element element_of(const nsym_chain *c, size_t number, size_t copy) {
    const nsym_copies_card *copies = &c->card->copies;
    size_t k = copy % copies->count;
    if (k == 0) return nsym_symmetry_element(0);
    if (copies->spacing == NSYM_SPACING_LISTED) return nsym_symmetry_element(copies->value[k]);
    if (copies->spacing == NSYM_SPACED_EVENLY)
        return nsym_symmetry_element(nsym_symmetry_even(copies->symmetry, k, copies->count, copies->range));
    nsym_random random = draw_of(c, "angle", ANGLES, number, k);
    return nsym_symmetry_draw(copies->symmetry, &random, copies->range);
}

/* Transforms particles (n, width) in place into a copy. */
static void transform(const nsym_chain *c, size_t number, size_t copy, double *particles, size_t n, size_t width,
                      const size_t acted[NSYM_SYMMETRY_FEATURES], const size_t turned[2]) {
    const nsym_copies_card *copies = &c->card->copies;
    if (copies->matrices) {
        nsym_linear_apply(copies->matrix + 4 * (copy - 1), particles, n, width, acted);
        return;
    }
    if (copy >= copies->count && turned[0] != NSYM_NONE) nsym_linear_apply(nsym_mirror, particles, n, width, turned);
    const nsym_element g = element_of(c, number, copy);
    nsym_symmetry_apply(copies->symmetry, &g, particles, n, width, acted);
}

/* Keeps the particles of at least the threshold. Gives their number. */
static size_t cut(const nsym_chain *c, double *particles, size_t n, size_t width, size_t feature) {
    size_t kept = 0;
    if (!(c->card->detector.threshold > 0)) return n;
    for (size_t j = 0; j < n; j++) {
        if (!(particles[j * width + feature] >= c->card->detector.threshold)) continue;
        memmove(particles + kept++ * width, particles + j * width, width * sizeof *particles);
    }
    return kept;
}

/* Puts particles (n, width) in the order of the feature `where`, as a detector lists its cells. */
static void sort_by(double *particles, size_t n, size_t width, size_t where) {
    for (size_t i = 1; i < n; i++) {
        size_t k = i;
        while (k > 0 && particles[(k - 1) * width + where] > particles[i * width + where]) k--;
        for (size_t f = 0; k < i && f < width; f++) {
            double value = particles[i * width + f];
            for (size_t j = i; j > k; j--) particles[j * width + f] = particles[(j - 1) * width + f];
            particles[k * width + f] = value;
        }
    }
}

/* Turned cells: each is summed in the grid's cell that it now lies in, in the order of
   their numbers. What leaves the grid is lost. Gives how many there are. */
static size_t sum_anew(const nsym_pixels *grid, double *particles, size_t n, size_t width, const size_t pair[2],
                       size_t scale, size_t cell) {
    size_t kept = 0;
    for (size_t j = 0; j < n; j++) {
        const double *from = particles + j * width;
        size_t place = nsym_pixels_find(grid, from[pair[0]], from[pair[1]]), k = 0;
        if (place == NSYM_NO_CELL) continue;
        while (k < kept && particles[k * width + cell] != (double)place) k++;
        if (k < kept) {
            particles[k * width + scale] += from[scale];
            continue;
        }
        memmove(particles + kept * width, from, width * sizeof *particles);
        double *to = particles + kept++ * width;
        to[cell] = (double)place;
        size_t ny = nsym_pixels_ny(grid);
        const double *x = nsym_pixels_x(grid) + place / ny, *y = nsym_pixels_y(grid) + place % ny;
        to[pair[0]] = (x[0] + x[1]) / 2;
        to[pair[1]] = (y[0] + y[1]) / 2;
    }
    sort_by(particles, kept, width, cell);
    return kept;
}

/* Turns particles (n, width) as the card's `align` asks. Gives their number. */
static size_t align(const nsym_chain *c, double *particles, size_t n, size_t width, const size_t pair[2], size_t scale,
                    size_t cell) {
    double matrix[4];
    const nsym_pixels *grid = c->pixels ? c->pixels : c->grid;
    if (!c->card->align) return n;
    nsym_align_matrix(particles, n, width, pair, scale, matrix);
    nsym_linear_apply(matrix, particles, n, width, pair);
    return grid ? sum_anew(grid, particles, n, width, pair, scale, cell) : n;
}

/* Adds cells (n, 4) of x, y, energy, number as a row. */
static nsym_status add_cells(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i, double *cells,
                             size_t n) {
    static const size_t plane[2] = {0, 1};
    n = align(c, cells, cut(c, cells, n, 4, 2), 4, plane, 2, 3);
    for (size_t j = 0; c->angular && j < n; j++) { /* eta, phi, pt become pt, eta, phi */
        double *cell = cells + 4 * j, pt = cell[2];
        cell[2] = cell[1];
        cell[1] = cell[0];
        cell[0] = pt;
    }
    return nsym_builder_add(rows, events, i, cells, n);
}

/* Adds the image's cells as a row. */
static nsym_status add_image(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i,
                             const double *image) {
    return add_cells(rows, c, events, i, c->cells, nsym_pixels_cells(c->pixels, image, c->cells));
}

/* The images of all copies before the detector, made together. */
static nsym_status add_images_before(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i,
                                     size_t number, size_t n, size_t copies) {
    static const size_t plane[2] = {0, 1};
    const nsym_copies_card *card = &c->card->copies;
    size_t size = nsym_pixels_nx(c->pixels) * nsym_pixels_ny(c->pixels);
    double matrices[4 * 2 * NSYM_COPIES_MAX];
    bool linear = card->matrices || card->symmetry->matrix;
    for (size_t k = 0; linear && k < copies; k++) { /* the columns of a matrix are what it makes of the unit vectors */
        double units[4] = {1, 0, 0, 1}, *m = matrices + 4 * k;
        if (k > 0) transform(c, number, k, units, 2, 2, c->acted, plane);
        m[0] = units[0], m[2] = units[1], m[1] = units[2], m[3] = units[3];
    }
    if (linear) nsym_pixels_fill_linear(c->pixels, matrices, copies, c->raw, n, c->images);
    for (size_t k = 1; !linear && k < copies; k++) {
        memcpy(c->work, c->raw, 3 * n * sizeof *c->work);
        transform(c, number, k, c->work, n, 3, c->acted, plane);
        nsym_pixels_fill(c->pixels, c->work, n, c->images + k * size);
    }
    for (size_t k = 1; k < copies; k++) NSYM_TRY(add_image(rows, c, events, i, c->images + k * size));
    return NSYM_OK;
}

/* Copies of the cells as points: what leaves the grid is lost, as a detector loses it. */
static nsym_status add_turned_cells(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i,
                                    size_t number, size_t copies) {
    static const size_t plane[2] = {0, 1};
    for (size_t k = 1; k < copies; k++) {
        size_t n = nsym_pixels_cells(c->pixels, c->image, c->cells), kept = 0;
        transform(c, number, k, c->cells, n, 4, c->acted, plane);
        for (size_t j = 0; j < n; j++) {
            double *cell = c->cells + 4 * j;
            size_t place = nsym_pixels_find(c->pixels, cell[0], cell[1]);
            if (place == NSYM_NO_CELL) continue;
            cell[3] = (double)place;
            memmove(c->cells + 4 * kept++, cell, 4 * sizeof *cell);
        }
        sort_by(c->cells, kept, 4, 3);
        NSYM_TRY(add_cells(rows, c, events, i, c->cells, kept));
    }
    return NSYM_OK;
}

static nsym_status add_images_after(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i,
                                    size_t copies) {
    for (size_t k = 1; k < copies; k++) {
        const double *from = c->image;
        if (k >= c->card->copies.count) {
            nsym_image_map_apply(c->map[c->copies], c->image, c->images);
            from = c->images;
        }
        double *to = c->images + (c->copies > 1 ? nsym_pixels_nx(c->pixels) * nsym_pixels_ny(c->pixels) : 0);
        nsym_image_map_apply(c->map[k % c->card->copies.count], from, to);
        NSYM_TRY(add_image(rows, c, events, i, to));
    }
    return NSYM_OK;
}

static nsym_status add_images(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i, size_t number,
                              size_t n, size_t copies) {
    nsym_pixels_fill(c->pixels, c->raw, n, c->image);
    NSYM_TRY(add_image(rows, c, events, i, c->image));
    if (copies == 1) return NSYM_OK;
    if (c->card->copies.where == NSYM_COPIES_BEFORE) return add_images_before(rows, c, events, i, number, n, copies);
    return c->card->copies.style == NSYM_IMAGE_UNBINNED ? add_turned_cells(rows, c, events, i, number, copies)
                                                        : add_images_after(rows, c, events, i, copies);
}

/* Smears particles (n, width) in place by a stream's draws. */
static void smear(nsym_chain *c, nsym_random random, double *particles, size_t n) {
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < 4; k++) c->work[4 * j + k] = particles[j * c->width + c->momentum[k]];
    nsym_smear_event(&c->card->detector.smear, &random, c->work, n);
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < 4; k++) particles[j * c->width + c->momentum[k]] = c->work[4 * j + k];
}

/* Adds c->measured, without what is below the threshold. */
static nsym_status add_measured(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i, size_t n) {
    n = cut(c, c->measured, n, c->width, nsym_threshold_feature(events));
    return nsym_builder_add(rows, events, i, c->measured,
                            align(c, c->measured, n, c->width, c->turned, c->scale, c->cell));
}

/* Rows of particles that no cells sum. A copy before the detector has draws of its own. */
static nsym_status add_particles(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i, size_t number,
                                 size_t n, size_t copies) {
    bool before = c->card->copies.where == NSYM_COPIES_BEFORE;
    for (size_t k = 0; k < copies; k++) {
        nsym_random random = k && before ? draw_of(c, "smear copy", SMEARS, number, k)
                                         : nsym_random_stream(c->card->seed, "smear", number);
        if (n) memcpy(c->measured, c->raw, n * c->width * sizeof *c->raw);
        if (k && before) transform(c, number, k, c->measured, n, c->width, c->acted, c->turned);
        if (c->draws) smear(c, random, c->measured, n);
        if (k && !before) transform(c, number, k, c->measured, n, c->width, c->acted, c->turned);
        NSYM_TRY(add_measured(rows, c, events, i, n));
    }
    return NSYM_OK;
}

/* Cells that align sums anew stand where their numbers say, in the grid of radius NSYM_MUONS_RADIUS. */
static nsym_status check_centres(const nsym_chain *c, const nsym_events *events, size_t i, size_t n) {
    for (size_t j = 0; c->card->align && c->grid && j < n; j++) {
        const double *cell = c->raw + j * c->width;
        double x = cell[c->turned[0]], y = cell[c->turned[1]];
        if (nsym_pixels_find(c->grid, x, y) != (size_t)cell[c->cell])
            return nsym_fail(NSYM_EFORMAT,
                             "row %zu: cell %g is at (%g, %g), outside the cell with this number; data.align needs a "
                             "grid over [-%g, %g]",
                             nsym_events_row(events, i), cell[c->cell], x, y, NSYM_MUONS_RADIUS, NSYM_MUONS_RADIUS);
    }
    return NSYM_OK;
}

nsym_status nsym_chain_add(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i, size_t number,
                           size_t copies) {
    size_t n, width;
    NSYM_TRY(take(c, events, i, &n, &width));
    NSYM_TRY(check_centres(c, events, i, n));
    return c->pixels ? add_images(rows, c, events, i, number, n, copies)
                     : add_particles(rows, c, events, i, number, n, copies);
}

nsym_status nsym_chain_turn(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i, size_t number,
                            size_t turns) {
    size_t n, width;
    NSYM_TRY(take(c, events, i, &n, &width));
    for (size_t k = 0; k < turns; k++) {
        nsym_transform rotation = nsym_rotation(360 * (double)k / (double)turns);
        if (c->pixels) {
            nsym_transform_fill(&rotation, c->pixels, c->raw, n, c->work, c->image);
            NSYM_TRY(add_image(rows, c, events, i, c->image));
            continue;
        }
        if (n) memcpy(c->measured, c->raw, n * c->width * sizeof *c->raw);
        nsym_linear_apply(rotation.matrix, c->measured, n, c->width, c->turned);
        if (c->draws) smear(c, nsym_random_stream(c->card->seed, "smear turn", number * TURNS + k), c->measured, n);
        NSYM_TRY(add_measured(rows, c, events, i, n));
    }
    return NSYM_OK;
}

nsym_status nsym_chain_image(nsym_chain *c, const nsym_events *events, size_t i, double degrees) {
    size_t n, width;
    NSYM_TRY(take(c, events, i, &n, &width));
    nsym_transform rotation = nsym_rotation(degrees);
    if (degrees == 0)
        nsym_pixels_fill(c->pixels, c->raw, n, c->image);
    else
        nsym_transform_fill(&rotation, c->pixels, c->raw, n, c->work, c->image);
    return NSYM_OK;
}

nsym_status nsym_chain_image_after(nsym_chain *c, const nsym_events *events, size_t i, double degrees) {
    NSYM_TRY(nsym_chain_image(c, events, i, 0));
    return nsym_chain_turn_image(c, degrees);
}

nsym_status nsym_chain_add_image(nsym_builder *rows, nsym_chain *c, const nsym_events *events, size_t i) {
    return add_image(rows, c, events, i, c->image);
}

nsym_status nsym_chain_turn_image(nsym_chain *c, double degrees) {
    nsym_image_map *map = NULL;
    nsym_image_style style = c->card->copies.style;
    if (style == NSYM_IMAGE_UNBINNED) style = NSYM_IMAGE_EXACT; /* a display shows an image */
    NSYM_TRY(nsym_image_rotation(&map, c->pixels, degrees, style));
    memcpy(c->images, c->image, nsym_pixels_nx(c->pixels) * nsym_pixels_ny(c->pixels) * sizeof *c->image);
    nsym_image_map_apply(map, c->images, c->image);
    nsym_image_map_free(map);
    return NSYM_OK;
}

nsym_status nsym_chain_run(nsym_events **out, const nsym_events *events, const nsym_data_card *card) {
    nsym_chain chain;
    nsym_builder rows = {0};
    size_t width;
    *out = NULL;
    nsym_status status = nsym_chain_open(&chain, card, events);
    if (status == NSYM_OK && chain.acts) {
        const char *const *names = nsym_chain_features(&chain, events, &width);
        status = nsym_builder_begin(&rows, events, names, width);
        for (size_t i = 0; status == NSYM_OK && i < events->count; i++)
            status = nsym_chain_add(&rows, &chain, events, i, nsym_events_row(events, i) - 1, chain.copies);
        if (status == NSYM_OK) status = nsym_builder_end(out, &rows);
    }
    nsym_builder_free(&rows);
    nsym_chain_close(&chain);
    return status;
}
