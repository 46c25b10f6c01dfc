/* What a card says about toy calorimeter events: how they are made, binned and copied. */
#include "study/card.h"

#include "base/fail.h"

#include <math.h>
#include <string.h>

static nsym_status read_shower(nsym_data_card *data, const nsym_tree *card) {
    static const char *const known[] = {"deposits", "noise",  "hardest_core", "variance",
                                        "points",   "spread", "pairing",      NULL};
    static const char *const pairings[] = {"paired", "tiled", NULL};
    nsym_shower_options *shower = &data->shower;
    nsym_reader r;
    size_t pairing = 0;
    *shower = nsym_shower_defaults();
    shower->seed = data->seed;
    NSYM_TRY(nsym_card_section(&r, card, "shower", known));
    NSYM_TRY(nsym_read_size(r, "deposits", 1, 1024, &shower->deposits));
    NSYM_TRY(nsym_read_size(r, "noise", 0, 1024, &shower->noise));
    NSYM_TRY(nsym_read_bool(r, "hardest_core", &shower->hardest_core));
    NSYM_TRY(nsym_read_number(r, "variance", 1e-6, 100, &shower->variance));
    NSYM_TRY(nsym_read_size(r, "points", 1, 4096, &shower->points));
    NSYM_TRY(nsym_read_number(r, "spread", 0, 1e3, &shower->spread));
    NSYM_TRY(nsym_read_choice(r, "pairing", pairings, &pairing));
    shower->pairing = pairing == 1 ? NSYM_TILED : NSYM_PAIRED;
    if (shower->noise < shower->deposits) return nsym_shower_check(shower);
    const nsym_node *noise = nsym_node_at(r.node, "noise");
    return nsym_fail_at(card, noise ? noise : r.node,
                        "shower.noise is %zu, must be below shower.deposits, %zu: a signal event has a core",
                        shower->noise, shower->deposits);
}

/* Equal cells over a range, the same for both coordinates. */
static nsym_status read_equal(nsym_cells_card *cells, nsym_reader r) {
    size_t sides[2] = {32, 32}, count = 2, ends = 2;
    double range[2] = {-1, 1};
    NSYM_TRY(nsym_read_sizes(r, "cells", 1, NSYM_EDGES_MAX - 1, 2, sides, &count));
    NSYM_TRY(nsym_read_numbers(r, "range", -1e9, 1e9, 2, range, &ends));
    if (count != 2)
        return nsym_fail_at(r.tree, nsym_node_at(r.node, "cells"),
                            "detector.cells must be two numbers, such as [32, 4]: cells in x and in y");
    if (ends != 2 || !(range[0] < range[1]))
        return nsym_fail_at(r.tree, nsym_node_at(r.node, "range"),
                            "detector.range must be two rising numbers, such as [-1, 1]");
    cells->nx = sides[0];
    cells->ny = sides[1];
    for (size_t i = 0; i <= cells->nx; i++)
        cells->x[i] = range[0] + (range[1] - range[0]) * (double)i / (double)cells->nx;
    for (size_t i = 0; i <= cells->ny; i++)
        cells->y[i] = range[0] + (range[1] - range[0]) * (double)i / (double)cells->ny;
    return NSYM_OK;
}

static nsym_status read_edges(nsym_reader r, const char *key, double *edges, size_t *n) {
    size_t count = 0;

    NSYM_TRY(nsym_read_numbers(r, key, -1e9, 1e9, NSYM_EDGES_MAX, edges, &count));
    for (size_t i = 1; i < count; i++)
        if (!(edges[i] > edges[i - 1]))
            return nsym_fail_at(r.tree, nsym_node_at(r.node, key),
                                "detector.%s[%zu] is %.9g, must be above the edge before it, %.9g", key, i, edges[i],
                                edges[i - 1]);
    if (count < 2)
        return nsym_fail_at(r.tree, nsym_node_at(r.node, key),
                            "detector.%s must be at least two edges; x and y are given together", key);
    *n = count - 1;
    return NSYM_OK;
}

static nsym_status read_cells(nsym_cells_card *cells, const nsym_tree *card) {
    static const char *const known[] = {"cells", "range", "x", "y", NULL};
    nsym_reader r;
    NSYM_TRY(nsym_card_section(&r, card, "detector", known));
    bool edges = r.node && (nsym_node_at(r.node, "x") || nsym_node_at(r.node, "y"));
    bool equal = r.node && (nsym_node_at(r.node, "cells") || nsym_node_at(r.node, "range"));
    if (edges && equal)
        return nsym_fail_at(card, r.node, "detector has both edges (x, y) and equal cells (cells, range); keep one");
    if (!edges) return read_equal(cells, r);
    NSYM_TRY(read_edges(r, "x", cells->x, &cells->nx));
    return read_edges(r, "y", cells->y, &cells->ny);
}

/* even, random, or a list of degrees that begins with 0: the event itself. */
static nsym_status read_angles(nsym_copies_card *copying, nsym_reader r) {
    static const char *const ways[] = {"even", "random", NULL};
    const nsym_node *node = r.node ? nsym_node_at(r.node, "angles") : NULL;
    size_t way = 0, listed = 0;
    copying->count = 8;
    NSYM_TRY(nsym_read_size(r, "count", 1, NSYM_COPIES_MAX, &copying->count));
    if (!node || node->kind == NSYM_SCALAR) {
        NSYM_TRY(nsym_read_choice(r, "angles", ways, &way));
        copying->angles = way == 1 ? NSYM_ANGLES_RANDOM : NSYM_ANGLES_EVEN;
        return NSYM_OK;
    }
    NSYM_TRY(nsym_read_numbers(r, "angles", -1e6, 1e6, NSYM_COPIES_MAX, copying->angle, &listed));
    if (listed == 0 || copying->angle[0] != 0)
        return nsym_fail_at(r.tree, node, "copies.angles must begin with 0, the event itself");
    if (nsym_node_at(r.node, "count") && copying->count != listed)
        return nsym_fail_at(r.tree, node, "copies.angles lists %zu angles and copies.count is %zu; leave out the count",
                            listed, copying->count);
    copying->angles = NSYM_ANGLES_LISTED;
    copying->count = listed;
    return NSYM_OK;
}

/* Four numbers for each copy: x' = a x + b y, y' = c x + d y. */
static nsym_status read_matrices(nsym_copies_card *copying, nsym_reader r) {
    static const char *const others[] = {"angles", "count", "reflect"};
    size_t n = 0;
    NSYM_TRY(nsym_read_numbers(r, "matrices", -1e6, 1e6, 4 * NSYM_COPIES_MAX, copying->matrix, &n));
    if (n % 4 || (n && copying->where == NSYM_COPIES_AFTER))
        return nsym_fail_at(r.tree, nsym_node_at(r.node, "matrices"),
                            n % 4
                                ? "copies.matrices has %zu numbers, must be four for each copy"
                                : "copies.matrices (%zu numbers) act on points, so on copies made before the detector",
                            n);
    copying->matrices = n / 4;
    for (size_t i = 0; n && i < sizeof others / sizeof *others; i++)
        if (nsym_node_at(r.node, others[i]))
            return nsym_fail_at(r.tree, nsym_node_at(r.node, "matrices"),
                                "copies has both matrices and %s, which makes other copies; keep one (to replace the "
                                "section: --set 'copies={where: before, matrices: [...]}')",
                                others[i]);
    return NSYM_OK;
}

static nsym_status read_copies(nsym_copies_card *copying, const nsym_tree *card) {
    static const char *const known[] = {"where", "angles", "count", "reflect", "matrices", "image", NULL};
    static const char *const places[] = {"none", "before", "after", NULL}, *const styles[] = {"exact", "opencv", NULL};
    nsym_reader r;
    size_t where = 0, style = 0;
    NSYM_TRY(nsym_card_section(&r, card, "copies", known));
    NSYM_TRY(nsym_read_choice(r, "where", places, &where));
    NSYM_TRY(nsym_read_choice(r, "image", styles, &style));
    copying->where = (nsym_copying)where;
    copying->style = style == 1 ? NSYM_IMAGE_PUBLISHED : NSYM_IMAGE_EXACT;
    NSYM_TRY(nsym_read_bool(r, "reflect", &copying->reflect));
    NSYM_TRY(read_angles(copying, r));
    NSYM_TRY(read_matrices(copying, r));
    if (copying->where == NSYM_COPIES_AFTER && copying->angles == NSYM_ANGLES_RANDOM)
        return nsym_fail_at(card, r.node,
                            "copies.angles: random is for copies before the detector; an image is rotated by angles "
                            "that all events share");
    return NSYM_OK;
}

/* Images of unequal cells cannot be rotated. */
static nsym_status check_grid(const nsym_data_card *data, const nsym_tree *card) {
    const nsym_cells_card *cells = &data->cells;
    nsym_pixels *pixels;
    if (data->copying.where != NSYM_COPIES_AFTER) return NSYM_OK;
    NSYM_TRY(nsym_pixels_new(&pixels, cells->nx, cells->x, cells->ny, cells->y));
    bool equal = nsym_pixels_equal(pixels);
    nsym_pixels_free(pixels);
    if (equal) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, "copies.where"),
                        "copies.where is 'after', and images of detector.x and detector.y, cells of unequal sizes, "
                        "cannot be rotated; make the copies before the detector, or the cells equal");
}

size_t nsym_tests_of(const nsym_data_card *data, size_t count) {
    return (size_t)llround((double)count * data->test_part);
}

nsym_status nsym_division_check(const nsym_data_card *data, size_t count) {
    size_t tests = nsym_tests_of(data, count), left = data->overlap ? count : count - tests;
    if (count > UINT32_MAX) return nsym_fail(NSYM_EINVAL, "%zu events are more than a sample holds (2^32)", count);
    if (data->pool <= left && data->probes <= tests && tests > 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "of %zu events %zu test and %zu are left for data.pool %zu, and measure.events is %zu; the pool "
                     "must fit beside the test sample, and the measured events into it",
                     count, tests, left, data->pool, data->probes);
}

/* Of built-in events the number is known before they are made. */
static nsym_status check_division(const nsym_data_card *data, const nsym_tree *card) {
    const nsym_node *node = nsym_node_at(card->root, "data");
    if (data->overlap && !data->shuffle)
        return nsym_fail_at(card, node,
                            "data.overlap draws the pool from shuffled events, and data.shuffle is false: the pool "
                            "would be the test sample; keep one");
    if (data->file[0] || nsym_division_check(data, data->events) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(card, node, "%s", nsym_message());
}

nsym_status nsym_calorimeter_read(nsym_data_card *data, const nsym_tree *card) {
    static const char *const known[] = {"events", "rotations", NULL};
    nsym_reader r;
    NSYM_TRY(read_shower(data, card));
    NSYM_TRY(read_cells(&data->cells, card));
    NSYM_TRY(read_copies(&data->copying, card));
    NSYM_TRY(check_grid(data, card));
    NSYM_TRY(nsym_card_section(&r, card, "measure", known));
    data->turns = 64;
    NSYM_TRY(nsym_read_size(r, "events", 0, 1000000, &data->probes));
    NSYM_TRY(nsym_read_size(r, "rotations", 2, 4096, &data->turns));
    return check_division(data, card);
}
