/* The points of a cell, x = c + e with c its centre, count together: at a distance t = y - c

     sum_i w_i exp(-|t - e_i|^2 / 2) = exp(-|t|^2 / 2) sum_i w_i exp(-|e_i|^2 / 2) exp(t e_i),

   and Taylor's polynomial of exp(t e) below a degree p needs of the points only their moments, the sums of
   w_i exp(-|e_i|^2 / 2) e_i^k / k! (L. Greengard & J. Strain, SIAM J. Sci. Stat. Comput. 12 (1991) 79, whose expansions
   are of exp(-|t - e|^2) itself; here all that is large, far from the centre, stands outside). Since
   exp(-t^2 / 2) t^k <= (k / e)^(k / 2), what is left out of a kernel of weight 1 is at most

     sum_(k >= p) r^k (e / k)^(k / 2) / sqrt(2 pi k)    for points within r of their centres, at any t.

   Cells are grouped in tiles of CELLS, so that loops run over the cells of a tile. Tiles of few points are summed point
   by point, and tiles farther than the reach u are left out, by which a sum of weights 1 loses exp(-u^2 / 2). */
#include "stats/kde_cells.h"

#include "base/cpu.h"
#include "base/exp.h"
#include "base/fail.h"
#include "base/sort.h"
#include "stats/kde_sums.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { D = 2, CELLS = 16, FOUR = 4, FOURS = CELLS / FOUR, MOST_DEGREE = 28, MOST_MOMENTS = 406, FEWEST = 1000 };

/* How a dimension is divided. `lost` bounds what the degree and the reach leave out together: 1.3e-27 + 5.3e-27 with
   r = 1/4, and 3.6e-20 + 2.3e-21 with r = sqrt(1/2). */
static const struct {
    size_t side;    /* cells along the edge of a tile */
    double width;   /* of a cell */
    size_t degree;  /* p */
    size_t moments; /* of a cell: products of powers below the degree */
    double reach;   /* u */
    double lost;    /* at most, of a sum of weights that add up to 1 */
    size_t enough;  /* points of a tile from which on its moments are faster than its points */
} plans[] = {{16, 0.5, 24, 24, 11, 7e-27, 64}, {4, 1, MOST_DEGREE, MOST_MOMENTS, 9.75, 4e-20, 500}};

/* Farther apart than this, in bandwidths, numbers of tiles and offsets within cells would lose digits. */
static const double widest = 0x1p20;

typedef double four __attribute__((vector_size(FOUR * sizeof(double))));

typedef struct {
    uint64_t number; /* place in the grid of tiles, row by row */
    double low[D];   /* its corner */
    size_t first, last;
    const double *moments; /* (moments, CELLS), NULL: few points */
} tile;

struct nsym_kde_cells {
    size_t n, d, tiles;
    double low[D], edge;    /* the grid's corner, the edge of a tile */
    uint64_t columns, rows; /* of tiles */
    double *x[D], *w, *memory;
    tile *tile;
    double *moments;
};

/* Which tile or cell of the grid's edge `width`; those outside count as the nearest. */
static uint64_t place_of(double from_low, double width, uint64_t number) {
    double place = floor(from_low / width);
    if (!(place > 0)) return 0;
    return place < (double)number ? (uint64_t)place : number - 1;
}

static uint64_t tile_of(const nsym_kde_cells *c, const double *y) {
    uint64_t column = place_of(y[0] - c->low[0], c->edge, c->columns);
    return c->d < 2 ? column : place_of(y[1] - c->low[1], c->edge, c->rows) * c->columns + column;
}

double nsym_kde_cells_order(const nsym_kde_cells *c, const double *y) {
    return (double)tile_of(c, y);
}

double nsym_kde_cells_lost(const nsym_kde_cells *c) {
    return plans[c->d - 1].lost;
}

static void corner_of(const nsym_kde_cells *c, uint64_t number, double *low) {
    const uint64_t place[D] = {number % c->columns, number / c->columns};
    for (size_t k = 0; k < D; k++) low[k] = c->low[k] + (double)place[k] * c->edge;
}

static size_t cell_of(const nsym_kde_cells *c, uint64_t number, const double *y) {
    size_t side = plans[c->d - 1].side, cell = 0;
    double low[D] = {0};
    corner_of(c, number, low);
    for (size_t k = D; k-- > 0;)
        if (k < c->d) cell = cell * side + place_of(y[k] - low[k], plans[c->d - 1].width, side);
    return cell;
}

/* The centre of a cell, from its tile's corner. */
static double centre(size_t d, size_t k, size_t cell) {
    size_t side = plans[d - 1].side, place = k == 0 ? cell % side : cell / side;
    return ((double)place + 0.5) * plans[d - 1].width;
}

/* Adds a point's part to its cell's moments: w exp(-|e|^2 / 2) e^k / k!, in two dimensions for every k and l with
   k + l below the degree, l by l. */
static void add_point(double *moments, size_t degree, size_t d, const double *e, double w) {
    double power[MOST_DEGREE], of_second = w * exp(-(e[0] * e[0] + (d > 1 ? e[1] * e[1] : 0)) / 2);
    power[0] = 1;
    for (size_t k = 1; k < degree; k++) power[k] = power[k - 1] * e[0] / (double)k;
    for (size_t l = 0; l < (d > 1 ? degree : 1); l++) {
        if (l > 0) of_second *= e[1] / (double)l;
        for (size_t k = 0; k < degree - l; k++) moments[k] += of_second * power[k];
        moments += degree - l;
    }
}

/* Fills a tile's moments. Its points stand cell by cell. */
static void fill_moments(const nsym_kde_cells *c, const tile *t, double *moments) {
    size_t count = plans[c->d - 1].moments;
    for (size_t i = t->first; i < t->last;) {
        double sum[MOST_MOMENTS] = {0}, y[D] = {0};
        for (size_t k = 0; k < c->d; k++) y[k] = c->x[k][i];
        size_t cell = cell_of(c, t->number, y), now = cell;
        while (now == cell) {
            for (size_t k = 0; k < c->d; k++) y[k] -= t->low[k] + centre(c->d, k, cell);
            add_point(sum, plans[c->d - 1].degree, c->d, y, c->w[i]);
            if (++i == t->last) break;
            for (size_t k = 0; k < c->d; k++) y[k] = c->x[k][i];
            now = cell_of(c, t->number, y);
        }
        for (size_t k = 0; k < count; k++) moments[k * CELLS + cell] = sum[k];
    }
}

/* Sorts the points by tile and cell, and counts the tiles. */
static nsym_status sort_points(nsym_kde_cells *c, const double *const *x, const double *w) {
    nsym_ranked *order = malloc(c->n * sizeof *order);
    c->memory = malloc((c->d + 1) * c->n * sizeof *c->memory);
    nsym_status status = order && c->memory ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu points", c->n);
    for (size_t i = 0; i < c->n && status == NSYM_OK; i++) {
        double y[D] = {0};
        for (size_t k = 0; k < c->d; k++) y[k] = x[k][i];
        uint64_t number = tile_of(c, y);
        order[i] = (nsym_ranked){(double)(number * CELLS + cell_of(c, number, y)), i};
    }
    if (status == NSYM_OK) status = nsym_sort(order, c->n);
    if (status == NSYM_OK) {
        for (size_t k = 0; k <= c->d; k++) {
            double *to = c->memory + k * c->n;
            const double *from = k < c->d ? x[k] : w;
            if (k < c->d)
                c->x[k] = to;
            else
                c->w = to;
            for (size_t i = 0; i < c->n; i++) to[i] = from[order[i].place];
        }
        for (size_t i = 0; i < c->n; i++)
            c->tiles += i == 0 || (uint64_t)order[i].value / CELLS != (uint64_t)order[i - 1].value / CELLS;
    }
    free(order);
    return status;
}

/* Finds the tiles' points; *full: tiles that moments pay for, *theirs: their points. */
static nsym_status find_tiles(nsym_kde_cells *c, size_t *full, size_t *theirs) {
    c->tile = calloc(c->tiles, sizeof *c->tile);
    if (!c->tile) return nsym_fail(NSYM_ENOMEM, "no memory for %zu tiles of points", c->tiles);
    tile *now = c->tile - 1;
    for (size_t i = 0; i < c->n; i++) {
        double y[D] = {0};
        for (size_t k = 0; k < c->d; k++) y[k] = c->x[k][i];
        uint64_t number = tile_of(c, y);
        if (i == 0 || number != now->number) {
            *++now = (tile){.number = number, .first = i};
            corner_of(c, number, now->low);
        }
        now->last = i + 1;
    }
    *full = *theirs = 0;
    for (const tile *t = c->tile; t < c->tile + c->tiles; t++)
        if (t->last - t->first >= plans[c->d - 1].enough) {
            ++*full;
            *theirs += t->last - t->first;
        }
    return NSYM_OK;
}

static nsym_status fill_tiles(nsym_kde_cells *c, size_t full) {
    size_t size = plans[c->d - 1].moments * CELLS;
    c->moments = aligned_alloc(CELLS * sizeof(double), full * size * sizeof *c->moments);
    if (!c->moments) return nsym_fail(NSYM_ENOMEM, "no memory for moments of %zu tiles of points", full);
    memset(c->moments, 0, full * size * sizeof *c->moments);
    double *next = c->moments;
    for (tile *t = c->tile; t < c->tile + c->tiles; t++)
        if (t->last - t->first >= plans[c->d - 1].enough) {
            fill_moments(c, t, next);
            t->moments = next;
            next += size;
        }
    return NSYM_OK;
}

/* The grid; false: it would be too wide. */
static bool find_grid(nsym_kde_cells *c, const double *const *x) {
    uint64_t tiles[D] = {1, 1};
    c->edge = (double)plans[c->d - 1].side * plans[c->d - 1].width;
    for (size_t k = 0; k < c->d; k++) {
        double high = x[k][0];
        c->low[k] = x[k][0];
        for (size_t i = 1; i < c->n; i++) {
            c->low[k] = fmin(c->low[k], x[k][i]);
            high = fmax(high, x[k][i]);
        }
        if (!(high - c->low[k] < widest) || !(fmax(fabs(c->low[k]), fabs(high)) < widest * widest)) return false;
        tiles[k] = (uint64_t)((high - c->low[k]) / c->edge) + 1;
    }
    c->columns = tiles[0];
    c->rows = tiles[1];
    return true;
}

nsym_status nsym_kde_cells_new(nsym_kde_cells **out, const double *const *x, const double *w, size_t n, size_t d) {
    size_t full = 0, theirs = 0;
    *out = NULL;
    if (d > D || n < FEWEST) return NSYM_OK;
    nsym_kde_cells *c = calloc(1, sizeof *c);
    if (!c) return nsym_fail(NSYM_ENOMEM, "no memory for %zu points", n);
    c->n = n;
    c->d = d;
    nsym_status status = NSYM_OK;
    if (find_grid(c, x)) {
        status = sort_points(c, x, w);
        if (status == NSYM_OK) status = find_tiles(c, &full, &theirs);
    }
    bool pays = 2 * theirs > n;
    if (status == NSYM_OK && pays) status = fill_tiles(c, full);
    if (status == NSYM_OK && pays)
        *out = c;
    else
        nsym_kde_cells_free(c);
    return status;
}

void nsym_kde_cells_free(nsym_kde_cells *c) {
    if (!c) return;
    free(c->memory);
    free(c->tile);
    free(c->moments);
    free(c);
}

/* *sum over a tile's cells at distances t (D, CELLS) from their centres, in an order that no CPU's vectors change.
   Shape: moments (moments, CELLS). */
NSYM_LOOP tile_sum_loop(const double *moments, size_t degree, size_t d, const double (*t)[CELLS], double *sum) {
    four power[MOST_DEGREE][FOURS], second[FOURS], total[FOURS] = {0}, up[FOURS];
    const four *m = (const four *)(const void *)moments;
    double part[CELLS];
    for (size_t i = 0; i < FOURS; i++) {
        memcpy(&power[1][i], &t[0][i * FOUR], sizeof power[1][i]);
        memcpy(&second[i], &t[1][i * FOUR], sizeof second[i]);
        power[0][i] = up[i] = (four){1, 1, 1, 1};
    }
    for (size_t k = 2; k < degree; k++)
        for (size_t i = 0; i < FOURS; i++) power[k][i] = power[k - 1][i] * power[1][i];
    for (size_t l = 0; l < (d > 1 ? degree : 1); l++) {
        four a = {0}, b = {0}, e = {0}, f = {0};
        for (size_t k = 0; k < degree - l; k++, m += FOURS) {
            a += m[0] * power[k][0];
            b += m[1] * power[k][1];
            e += m[2] * power[k][2];
            f += m[3] * power[k][3];
        }
        const four row[FOURS] = {a, b, e, f};
        for (size_t i = 0; i < FOURS; i++) {
            total[i] += row[i] * up[i];
            up[i] *= second[i];
        }
    }
    memcpy(part, total, sizeof part);
#pragma omp simd
    for (size_t i = 0; i < CELLS; i++) part[i] *= nsym_exp_minus(0.5 * (t[0][i] * t[0][i] + t[1][i] * t[1][i]));
    for (size_t width = CELLS / 2; width > 0; width /= 2)
        for (size_t i = 0; i < width; i++) part[i] += part[i + width];
    *sum = part[0];
}

NSYM_THREE_PATHS(tile_sum, (const double *moments, size_t degree, size_t d, const double (*t)[CELLS], double *sum),
                 (moments, degree, d, t, sum))

/* What a tile adds to the sum at y: 0 from tiles beyond the reach. */
static double sum_of_tile(const nsym_kde_cells *c, const tile *t, const double *y) {
    double reach = plans[c->d - 1].reach, square = 0, sum;
    for (size_t k = 0; k < c->d; k++) {
        double off = fmax(fmax(t->low[k] - y[k], y[k] - t->low[k] - c->edge), 0);
        square += off * off;
    }
    if (square > reach * reach) return 0;
    if (!t->moments) {
        const double *x[D] = {c->x[0] + t->first, c->d > 1 ? c->x[1] + t->first : NULL};
        return nsym_kde_plain_sum(x, c->w + t->first, t->last - t->first, c->d, y);
    }
    double apart[D][CELLS] = {{0}};
    for (size_t k = 0; k < c->d; k++)
        for (size_t i = 0; i < CELLS; i++) apart[k][i] = y[k] - (t->low[k] + centre(c->d, k, i));
    tile_sum(t->moments, plans[c->d - 1].degree, c->d, apart, &sum);
    return sum;
}

/* The first tile of at least that number. */
static const tile *not_below(const nsym_kde_cells *c, uint64_t number) {
    size_t low = 0, high = c->tiles;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->tile[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return c->tile + low;
}

void nsym_kde_cells_sums(double *sums, const nsym_kde_cells *c, const double *y, size_t m) {
    double reach = plans[c->d - 1].reach;
    uint64_t from[D] = {0}, to[D] = {0}, tiles[D] = {c->columns, c->rows};
    for (size_t k = 0; k < D && k < c->d; k++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t q = 0; q < m; q++) {
            low = fmin(low, y[q * c->d + k]);
            high = fmax(high, y[q * c->d + k]);
        }
        from[k] = place_of(low - reach - c->low[k], c->edge, tiles[k]);
        to[k] = place_of(high + reach - c->low[k], c->edge, tiles[k]);
    }
    for (size_t q = 0; q < m; q++) sums[q] = 0;
    for (uint64_t row = from[1]; row <= to[1]; row++) {
        const tile *t = not_below(c, row * c->columns + from[0]);
        if (t == c->tile + c->tiles) break;
        if (t->number / c->columns > row) { /* rows in between have no points there */
            row = t->number / c->columns - 1;
            continue;
        }
        for (; t < c->tile + c->tiles && t->number <= row * c->columns + to[0]; t++)
            for (size_t q = 0; q < m; q++) sums[q] += sum_of_tile(c, t, y + q * c->d);
    }
}
