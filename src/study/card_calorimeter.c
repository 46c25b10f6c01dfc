/* What a card says about toy calorimeter events: how they are made, binned and copied. */
#include "study/card.h"

#include "base/fail.h"

#include <math.h>
#include <string.h>

static nsym_status check_shower(const nsym_data_card *data, const nsym_tree *card) {
    const nsym_shower_options *shower = &data->shower;
    const nsym_node *section = nsym_node_at(card->root, "shower"), *noise = nsym_node_at(card->root, "shower.noise");
    if (shower->noise < shower->deposits) return nsym_shower_check(shower);
    return nsym_fail_at(card, noise ? noise : section,
                        "shower.noise is %zu, must be below shower.deposits, %zu: a signal event has a core",
                        shower->noise, shower->deposits);
}

/* Equal cells over a range, the same for both coordinates. */
static nsym_status set_equal(nsym_cells_card *cells, const nsym_tree *card) {
    const double *range = cells->range;
    if (cells->sides != 2)
        return nsym_fail_at(card, nsym_node_at(card->root, "detector.cells"),
                            "detector.cells must be two numbers, such as [32, 4]: cells in x and in y");
    if (cells->ends != 2 || !(range[0] < range[1]))
        return nsym_fail_at(card, nsym_node_at(card->root, "detector.range"),
                            "detector.range must be two rising numbers, such as [-1, 1]");
    cells->nx = cells->side[0];
    cells->ny = cells->side[1];
    for (size_t i = 0; i <= cells->nx; i++)
        cells->x[i] = range[0] + (range[1] - range[0]) * (double)i / (double)cells->nx;
    for (size_t i = 0; i <= cells->ny; i++)
        cells->y[i] = range[0] + (range[1] - range[0]) * (double)i / (double)cells->ny;
    return NSYM_OK;
}

static nsym_status check_edges(const nsym_node *section, const nsym_tree *card, const char *key, const double *edges,
                               size_t count) {
    for (size_t i = 1; i < count; i++)
        if (!(edges[i] > edges[i - 1]))
            return nsym_fail_at(card, nsym_node_at(section, key),
                                "detector.%s[%zu] is %.9g, must be above the edge before it, %.9g", key, i, edges[i],
                                edges[i - 1]);
    if (count >= 2) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(section, key),
                        "detector.%s must be at least two edges; x and y are given together", key);
}

static nsym_status set_cells(nsym_cells_card *cells, const nsym_tree *card) {
    const nsym_node *section = nsym_node_at(card->root, "detector");
    bool edges = nsym_node_at(section, "x") || nsym_node_at(section, "y");
    bool equal = nsym_node_at(section, "cells") || nsym_node_at(section, "range");
    if (edges && equal)
        return nsym_fail_at(card, section, "detector has both edges (x, y) and equal cells (cells, range); keep one");
    if (!edges) return set_equal(cells, card);
    NSYM_TRY(check_edges(section, card, "x", cells->x, cells->edges[0]));
    NSYM_TRY(check_edges(section, card, "y", cells->y, cells->edges[1]));
    cells->nx = cells->edges[0] - 1;
    cells->ny = cells->edges[1] - 1;
    return NSYM_OK;
}

/* even, random, or a list of degrees that begins with 0: the event itself. */
static nsym_status check_angles(nsym_copies_card *copying, const nsym_tree *card) {
    const nsym_node *node = nsym_node_at(card->root, "copies.angles");
    if (copying->angles != NSYM_ANGLES_LISTED) return NSYM_OK;
    if (copying->listed == 0 || copying->angle[0] != 0)
        return nsym_fail_at(card, node, "copies.angles must begin with 0, the event itself");
    if (nsym_node_at(card->root, "copies.count") && copying->count != copying->listed)
        return nsym_fail_at(card, node, "copies.angles lists %zu angles and copies.count is %zu; leave out the count",
                            copying->listed, copying->count);
    copying->count = copying->listed;
    return NSYM_OK;
}

/* Four numbers for each copy: x' = a x + b y, y' = c x + d y. */
static nsym_status check_matrices(nsym_copies_card *copying, const nsym_tree *card) {
    static const char *const others[] = {"angles", "count", "reflect"};
    const nsym_node *section = nsym_node_at(card->root, "copies"), *node = nsym_node_at(section, "matrices");
    size_t n = copying->numbers;
    if (n % 4 || (n && copying->where == NSYM_COPIES_AFTER))
        return nsym_fail_at(card, node,
                            n % 4
                                ? "copies.matrices has %zu numbers, must be four for each copy"
                                : "copies.matrices (%zu numbers) act on points, so on copies made before the detector",
                            n);
    copying->matrices = n / 4;
    for (size_t i = 0; n && i < sizeof others / sizeof *others; i++)
        if (nsym_node_at(section, others[i]))
            return nsym_fail_at(card, node,
                                "copies has both matrices and %s, which makes other copies; keep one (to replace the "
                                "section: --set 'copies={where: before, matrices: [...]}')",
                                others[i]);
    return NSYM_OK;
}

static nsym_status check_copies(nsym_copies_card *copying, const nsym_tree *card) {
    NSYM_TRY(check_angles(copying, card));
    NSYM_TRY(check_matrices(copying, card));
    if (copying->where == NSYM_COPIES_AFTER && copying->angles == NSYM_ANGLES_RANDOM)
        return nsym_fail_at(card, nsym_node_at(card->root, "copies"),
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

nsym_status nsym_calorimeter_check(nsym_data_card *data, const nsym_tree *card) {
    NSYM_TRY(check_shower(data, card));
    NSYM_TRY(set_cells(&data->cells, card));
    NSYM_TRY(check_copies(&data->copying, card));
    NSYM_TRY(check_grid(data, card));
    return check_division(data, card);
}
