/* Coordinates are whitened, y = L^-1 x / factor with L L' = C, so that a kernel is exp(-|y - y_i|^2 / 2). The points
   are sorted by their first whitened coordinate, for the cut; sums are over blocks of them or over cells, in an order
   that hangs on nothing but the points and the place where the density is asked for. */
#include <nearsym/kde.h>

#include "base/fail.h"
#include "base/sort.h"
#include "base/workers.h"
#include "stats/dense.h"
#include "stats/kde_cells.h"
#include "stats/kde_sums.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { D = NSYM_KDE_DIMENSIONS_MAX, POINTS = 64 };

/* The most, of itself, that a sum by cells may leave out. */
static const double CELLS_ERROR = 2e-13;

/* What varies by less than single precision rounds does not vary; and less of a coordinate's variance than this must
   not be its own, beside what the coordinates before it say. */
static const double ROUNDING = 0x1p-23, INDEPENDENT = 1e-12;

struct nsym_kde {
    size_t n, d;
    double factor, height;     /* of a kernel of weight 1 */
    double root[D * D];        /* L, lower triangle */
    double *y[D], *w, *memory; /* (n) each: whitened coordinates, shares that add up to 1 */
    nsym_kde_cells *cells;     /* NULL: the plain sum is as fast */
};

/* y = L^-1 x / factor. */
static void whiten(const nsym_kde *kde, const double *x, double *y) {
    for (size_t i = 0; i < kde->d; i++) {
        double sum = x[i];
        for (size_t k = 0; k < i; k++) sum -= kde->root[i * kde->d + k] * y[k] * kde->factor;
        y[i] = sum / kde->root[i * kde->d + i] / kde->factor;
    }
}

/* Sum of weights, of their squares; errors for what is no number. */
static nsym_status check(const double *points, const double *weights, size_t n, size_t d, double *sum,
                         double *squares) {
    size_t kept = 0;
    *sum = *squares = 0;
    for (size_t i = 0; i < n; i++) {
        double w = weights ? weights[i] : 1;
        if (!(w >= 0) || isinf(w)) return nsym_fail(NSYM_EINVAL, "weight %zu is %g, must be at least 0", i, w);
        for (size_t k = 0; k < d; k++)
            if (!isfinite(points[i * d + k]))
                return nsym_fail(NSYM_ENUMERIC, "coordinate %zu of point %zu is %g", k, i, points[i * d + k]);
        *sum += w;
        *squares += w * w;
        kept += w > 0;
    }
    if (kept < 2) return nsym_fail(NSYM_EINVAL, "%zu points have weight, a kernel density needs 2", kept);
    return NSYM_OK;
}

/* The weighted mean of a coordinate, and the sum of weights times squared distances from it. */
static void moments_of(const double *points, const double *weights, size_t n, size_t d, size_t coordinate, double *mean,
                       double *squares) {
    double total = 0, sum = 0;
    *squares = 0;
    for (size_t i = 0; i < n; i++) {
        double w = weights ? weights[i] : 1;
        total += w;
        sum += w * points[i * d + coordinate];
    }
    *mean = total > 0 ? sum / total : 0;
    for (size_t i = 0; i < n; i++) {
        double off = points[i * d + coordinate] - *mean;
        *squares += (weights ? weights[i] : 1) * off * off;
    }
    *squares = total > 0 ? *squares / total : 0;
}

bool nsym_kde_varies(const double *points, const double *weights, size_t n, size_t d, size_t coordinate, double *mean) {
    double centre, squares;
    moments_of(points, weights, n, d, coordinate, &centre, &squares);
    if (mean) *mean = centre;
    return sqrt(squares) > ROUNDING * fabs(centre);
}

/* L of the weighted covariance, with the divisor of numpy.cov(aweights): sum w - sum w^2 / sum w. */
static nsym_status root_of_covariance(nsym_kde *kde, const double *points, const double *weights, double sum,
                                      double squares) {
    size_t d = kde->d;
    double mean[D] = {0}, variance[D];
    for (size_t i = 0; i < kde->n; i++)
        for (size_t k = 0; k < d; k++) mean[k] += (weights ? weights[i] : 1) / sum * points[i * d + k];
    for (size_t i = 0; i < kde->n; i++)
        for (size_t a = 0; a < d; a++)
            for (size_t b = 0; b <= a; b++)
                kde->root[a * d + b] += (weights ? weights[i] : 1) * (points[i * d + a] - mean[a]) *
                                        (points[i * d + b] - mean[b]) / (sum - squares / sum);
    for (size_t k = 0; k < d; k++) variance[k] = kde->root[k * d + k];
    bool regular = nsym_cholesky(kde->root, d);
    for (size_t k = 0; regular && k < d; k++)
        regular = kde->root[k * d + k] * kde->root[k * d + k] > INDEPENDENT * variance[k];
    if (regular) return NSYM_OK;
    return nsym_fail(NSYM_ENUMERIC,
                     "the covariance of the %zu points is singular: they lie in fewer than %zu dimensions", kde->n, d);
}

typedef struct {
    double y[D], w;
} whitened;

static int by_first(const void *a, const void *b) {
    const whitened *x = a, *z = b;
    return (x->y[0] > z->y[0]) - (x->y[0] < z->y[0]);
}

static nsym_status fill(nsym_kde *kde, const double *points, const double *weights, double sum) {
    whitened *all = malloc(kde->n * sizeof *all);
    kde->memory = malloc((kde->d + 1) * kde->n * sizeof *kde->memory);
    if (!all || !kde->memory) {
        free(all);
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu points", kde->n);
    }
    for (size_t i = 0; i < kde->n; i++) {
        whiten(kde, points + i * kde->d, all[i].y);
        all[i].w = (weights ? weights[i] : 1) / sum;
    }
    qsort(all, kde->n, sizeof *all, by_first);
    for (size_t k = 0; k < kde->d; k++) kde->y[k] = kde->memory + k * kde->n;
    kde->w = kde->memory + kde->d * kde->n;
    for (size_t i = 0; i < kde->n; i++) {
        for (size_t k = 0; k < kde->d; k++) kde->y[k][i] = all[i].y[k];
        kde->w[i] = all[i].w;
    }
    free(all);
    return NSYM_OK;
}

nsym_status nsym_kde_new(nsym_kde **out, const double *points, const double *weights, size_t n, size_t d,
                         double factor) {
    double sum, squares, mean;
    *out = NULL;
    if (d < 1 || d > D) return nsym_fail(NSYM_EINVAL, "a kernel density in %zu dimensions, must be 1 to %d", d, D);
    if (!(factor >= 0) || isinf(factor))
        return nsym_fail(NSYM_EINVAL, "the bandwidth factor is %g, must be above 0, or 0 for Scott's", factor);
    NSYM_TRY(check(points, weights, n, d, &sum, &squares));
    for (size_t k = 0; k < d; k++)
        if (!nsym_kde_varies(points, weights, n, d, k, &mean))
            return nsym_fail(NSYM_ENUMERIC,
                             "coordinate %zu does not vary, it is %g in all %zu points: it has no density", k, mean, n);
    nsym_kde *kde = calloc(1, sizeof *kde);
    if (!kde) return nsym_fail(NSYM_ENOMEM, "no memory for a kernel density");
    kde->n = n;
    kde->d = d;
    kde->factor = factor > 0 ? factor : pow(sum * sum / squares, -1 / ((double)d + 4));
    nsym_status status = root_of_covariance(kde, points, weights, sum, squares);
    if (status == NSYM_OK) status = fill(kde, points, weights, sum);
    if (status == NSYM_OK) status = nsym_kde_cells_new(&kde->cells, (const double *const *)kde->y, kde->w, n, d);
    kde->height = 1;
    for (size_t k = 0; k < d; k++) kde->height /= kde->root[k * d + k] * kde->factor * sqrt(2 * M_PI);
    if (status == NSYM_OK)
        *out = kde;
    else
        nsym_kde_free(kde);
    return status;
}

void nsym_kde_free(nsym_kde *kde) {
    if (!kde) return;
    nsym_kde_cells_free(kde->cells);
    free(kde->memory);
    free(kde);
}

double nsym_kde_factor(const nsym_kde *kde) {
    return kde->factor;
}

double nsym_kde_cut_error(const nsym_kde *kde, double cut) {
    return cut > 0 ? kde->height * exp(-cut * cut / 2) : 0;
}

/* The first of the sorted coordinates that is not below the value. */
static size_t not_below(const double *sorted, size_t n, double value) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

typedef struct {
    const nsym_kde *kde;
    const double *points;
    size_t m;
    const nsym_ranked *order; /* (m), NULL where no sum is by cells */
    double cut, *densities;
} evaluation;

/* In units of a kernel's height: the kernels from first to last, one by one. */
static double plain_sum(const nsym_kde *kde, const double *y, size_t first, size_t last) {
    const double *x[D];
    for (size_t k = 0; k < kde->d; k++) x[k] = kde->y[k] + first;
    return nsym_kde_plain_sum(x, kde->w + first, last - first, kde->d, y);
}

static double sum_within(const nsym_kde *kde, const double *y, double cut) {
    size_t first = not_below(kde->y[0], kde->n, y[0] - cut);
    size_t last = not_below(kde->y[0], kde->n, nextafter(y[0] + cut, INFINITY));
    return first < last ? plain_sum(kde, y, first, last) : 0;
}

/* Where a sum by cells is too small to be exact enough, kernels count one by one. */
static nsym_status some_points(void *context, size_t index, size_t worker) {
    const evaluation *e = context;
    const nsym_kde *kde = e->kde;
    size_t first = index * POINTS, n = e->m - first < POINTS ? e->m - first : POINTS, place[POINTS];
    double y[POINTS * D], sum[POINTS];
    (void)worker; /* needs no room of its own */
    for (size_t p = 0; p < n; p++) {
        place[p] = e->order ? e->order[first + p].place : first + p;
        whiten(kde, e->points + place[p] * kde->d, y + p * kde->d);
    }
    if (e->order) nsym_kde_cells_sums(sum, kde->cells, y, n);
    for (size_t p = 0; p < n; p++) {
        const double *at = y + p * kde->d;
        if (!e->order || !(nsym_kde_cells_lost(kde->cells) <= CELLS_ERROR * sum[p]))
            sum[p] = e->cut > 0 ? sum_within(kde, at, e->cut) : plain_sum(kde, at, 0, kde->n);
        e->densities[place[p]] = kde->height * sum[p];
    }
    return NSYM_OK;
}

/* New order of the points (m) in which those near to each other come together. */
static nsym_status order_points(nsym_ranked **out, const nsym_kde *kde, const double *points, size_t m) {
    nsym_ranked *order = *out = malloc((m + 1) * sizeof *order);
    if (!order) return nsym_fail(NSYM_ENOMEM, "no memory for %zu points", m);
    for (size_t i = 0; i < m; i++) {
        double y[D];
        whiten(kde, points + i * kde->d, y);
        order[i] = (nsym_ranked){nsym_kde_cells_order(kde->cells, y), i};
    }
    return nsym_sort(order, m);
}

nsym_status nsym_kde_evaluate(double *densities, const nsym_kde *kde, const double *points, size_t m, double cut,
                              size_t workers) {
    if (!(cut >= 0)) return nsym_fail(NSYM_EINVAL, "the cut is %g bandwidths, must be at least 0", cut);
    for (size_t i = 0; i < m * kde->d; i++)
        if (!isfinite(points[i]))
            return nsym_fail(NSYM_ENUMERIC, "coordinate %zu of point %zu is %g", i % kde->d, i / kde->d, points[i]);
    nsym_ranked *order = NULL;
    nsym_status status = kde->cells && !isinf(cut) ? order_points(&order, kde, points, m) : NSYM_OK;
    evaluation e = {kde, points, m, order, cut, densities};
    if (status == NSYM_OK) status = nsym_workers_run(workers, (m + POINTS - 1) / POINTS, some_points, &e, NULL);
    free(order);
    return status;
}

nsym_status nsym_kde_ratio(double *weights, const double *points, size_t m, const double *target, size_t n_target,
                           const double *source, size_t n_source, size_t d, int own_factors, size_t workers) {
    nsym_kde *above = NULL, *below = NULL;
    double *densities = malloc((m + 1) * sizeof *densities);
    nsym_status status = densities ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu points", m);
    if (status == NSYM_OK) status = nsym_kde_new(&above, target, NULL, n_target, d, 0);
    if (status == NSYM_OK)
        status = nsym_kde_new(&below, source, NULL, n_source, d, own_factors ? 0 : nsym_kde_factor(above));
    if (status == NSYM_OK) status = nsym_kde_evaluate(weights, above, points, m, 0, workers);
    if (status == NSYM_OK) status = nsym_kde_evaluate(densities, below, points, m, 0, workers);
    for (size_t i = 0; i < m && status == NSYM_OK; i++) {
        weights[i] /= densities[i];
        if (!isfinite(weights[i]))
            status =
                nsym_fail(NSYM_ENUMERIC, "the source's density is %g at point %zu: no weight there", densities[i], i);
    }
    nsym_kde_free(above);
    nsym_kde_free(below);
    free(densities);
    return status;
}
