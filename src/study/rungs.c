#include "study/rungs.h"

#include "base/fail.h"
#include "study/search.h"

#include <stdlib.h>

nsym_status nsym_rungs_begin(nsym_point *point, const nsym_tries_card *card, size_t tries) {
    size_t epochs = point->card.train.epochs, share = 1; /* of the tries, and of the epochs */
    point->rungs = 1;
    point->reduction = card->reduction;
    point->epochs = epochs;
    while (share * card->reduction <= tries && share * card->reduction * card->min_epochs <= epochs) {
        share *= card->reduction;
        point->rungs++;
    }
    nsym_rungs_place(point, 0);
    if (point->rungs > 1) return NSYM_OK;
    return nsym_fail_at(point->tree, point->search,
                        "search: halving of %zu tries, keeping one in %zu, from at least %zu epochs to %zu in the last "
                        "rung, has only one rung; take more tries or epochs, lower search.reduction or "
                        "search.min_epochs, or take method: random",
                        tries, card->reduction, card->min_epochs, epochs);
}

void nsym_rungs_place(nsym_point *point, size_t rung) {
    size_t share = 1;
    for (size_t k = rung + 1; k < point->rungs; k++) share *= point->reduction;
    point->rung = rung;
    point->waits = rung > 0;
    point->card.train.epochs = (point->epochs + share - 1) / share;
}

size_t nsym_rungs_most(const nsym_grid *grid) {
    size_t most = 1;
    for (size_t i = 0; i < grid->points; i++)
        if (grid->point[i].rungs > most) most = grid->point[i].rungs;
    return most;
}

/* A try on a rung, and the number by which it goes on. */
typedef struct {
    nsym_point *point; /* its place on the next rung */
    double value;
    bool falling; /* the smaller the better */
} rival;

static int by_value(const void *a, const void *b) {
    const rival *x = a, *y = b;
    double sign = x->falling ? 1 : -1;
    if (x->value != y->value) return sign * x->value < sign * y->value ? -1 : 1;
    return (x->point > y->point) - (x->point < y->point);
}

/* Those of a place that stand on a rung below the highest and have something to compare; gives their number. */
static nsym_status find_rivals(rival *out, size_t *n, nsym_grid *grid, size_t first, const nsym_outcome *results,
                               size_t rung) {
    const char *metric;
    NSYM_TRY(nsym_search_metric(&grid->point[first], &metric));
    *n = 0;
    for (size_t i = first; i < grid->points; i++) {
        const nsym_point *point = &grid->point[i];
        if (point->rung != rung || point->waits || !nsym_point_same_place(&grid->point[first], point)) continue;
        const nsym_outcome_row *row = nsym_search_row(results, point, metric);
        if (row) out[(*n)++] = (rival){&grid->point[i + 1], row->mean, nsym_search_better(metric, 0, 1)};
    }
    return NSYM_OK;
}

/* The tries that a place has, which were all on the lowest rung, and whether `first` is the first of them. */
static bool begins_place(const nsym_grid *grid, size_t first, size_t *tries) {
    const nsym_point *point = &grid->point[first];
    *tries = 0;
    if (point->rungs == 0 || point->rung > 0) return false;
    for (size_t i = 0; i < grid->points; i++) {
        if (grid->point[i].rung > 0 || !nsym_point_same_place(point, &grid->point[i])) continue;
        if (i < first) return false;
        ++*tries;
    }
    return true;
}

nsym_status nsym_rungs_climb(nsym_grid *grid, const nsym_outcome *results, size_t rung, size_t *on, size_t *of) {
    rival *rivals = malloc((grid->points + 1) * sizeof *rivals);
    nsym_status status = rivals ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a search's tries");
    *on = *of = 0;
    for (size_t i = 0; status == NSYM_OK && i < grid->points; i++) {
        const nsym_point *point = &grid->point[i];
        size_t tries, n;
        if (point->rungs <= rung + 1 || !begins_place(grid, i, &tries)) continue;
        status = find_rivals(rivals, &n, grid, i, results, rung);
        if (status != NSYM_OK) break;
        qsort(rivals, n, sizeof *rivals, by_value);
        for (size_t k = 0; k <= rung; k++) tries /= point->reduction;
        for (size_t k = 0; k < n && k < tries; k++) rivals[k].point->waits = false;
        *on += n < tries ? n : tries;
        *of += n;
    }
    free(rivals);
    return status;
}
