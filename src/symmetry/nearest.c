#define _GNU_SOURCE /* qsort_r */
#include "symmetry/nearest.h"

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>

nsym_status nsym_spots_room(nsym_spots *spots, size_t n) {
    if (n <= spots->room) return NSYM_OK;
    size_t room = 2 * n;
    nsym_spots_free(spots);
    spots->spot = calloc(room, sizeof *spots->spot);
    spots->order = calloc(room, sizeof *spots->order);
    if (!spots->spot || !spots->order) return nsym_fail(NSYM_ENOMEM, "no memory for an event of %zu particles", n);
    spots->room = room;
    return NSYM_OK;
}

void nsym_spots_free(nsym_spots *spots) {
    free(spots->spot);
    free(spots->order);
    *spots = (nsym_spots){0};
}

double nsym_spot_step(double a, double b, bool angle) {
    return angle ? remainder(b - a, 2 * acos(-1)) : b - a;
}

static int by_first(const void *a, const void *b, void *context) {
    const nsym_spot *spot = context, *x = spot + *(const size_t *)a, *y = spot + *(const size_t *)b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return x < y ? -1 : x > y;
}

static double distance2(const nsym_spot *a, const nsym_spot *b, bool angle) {
    double first = b->first - a->first, second = nsym_spot_step(a->second, b->second, angle);
    return first * first + second * second;
}

/* The spots to one side of place k in the order, until the first coordinate alone is farther than the best. Of spots
   as near, the one of the lower place is taken. */
static void search(nsym_spots *spots, size_t k, size_t n, bool up, bool angle, double *best) {
    nsym_spot *of = spots->spot + spots->order[k];
    for (size_t j = k; up ? ++j < n : j-- > 0;) {
        const nsym_spot *other = spots->spot + spots->order[j];
        double apart = other->first - of->first, d = distance2(of, other, angle);
        if (apart * apart > *best) return;
        if (d > *best || (d == *best && spots->order[j] > of->nearest)) continue;
        *best = d;
        of->nearest = spots->order[j];
    }
}

void nsym_spots_find(nsym_spots *spots, size_t n, bool angle) {
    for (size_t i = 0; i < n; i++) spots->order[i] = i;
    qsort_r(spots->order, n, sizeof *spots->order, by_first, spots->spot);
    for (size_t k = 0; k < n; k++) {
        double best = INFINITY;
        spots->spot[spots->order[k]].nearest = (size_t)-1;
        search(spots, k, n, true, angle, &best);
        search(spots, k, n, false, angle, &best);
        if (isinf(best)) spots->spot[spots->order[k]].nearest = spots->order[k];
    }
}
