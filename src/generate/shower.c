#include <nearsym/generate/shower.h>

#include "base/fail.h"

#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>

#define VARIANCE_MAX 100.0 /* beyond it the Gaussian is flat on the disk, and drawing inside takes for ever */

nsym_shower_options nsym_shower_defaults(void) {
    return (nsym_shower_options){.seed = 314,
                                 .deposits = 16,
                                 .noise = 8,
                                 .hardest_core = true,
                                 .variance = 0.3,
                                 .points = 32,
                                 .spread = 0.01,
                                 .pairing = NSYM_PAIRED};
}

nsym_status nsym_shower_check(const nsym_shower_options *o) {
    if (o->deposits < 1 || o->deposits > NSYM_SHOWER_DEPOSITS_MAX)
        return nsym_fail(NSYM_EINVAL, "showers: deposits is %zu, must be 1 to %d", o->deposits,
                         NSYM_SHOWER_DEPOSITS_MAX);
    if (o->noise >= o->deposits)
        return nsym_fail(NSYM_EINVAL, "showers: noise is %zu, must be below deposits, %zu: a signal event has a core",
                         o->noise, o->deposits);
    if (!(o->variance >= 0 && o->variance <= VARIANCE_MAX))
        return nsym_fail(NSYM_EINVAL, "showers: variance is %g, must be 0 to %g", o->variance, VARIANCE_MAX);
    if (o->points < 1 || o->points > NSYM_SHOWER_POINTS_MAX)
        return nsym_fail(NSYM_EINVAL, "showers: points is %zu, must be 1 to %d", o->points, NSYM_SHOWER_POINTS_MAX);
    if (!(o->spread >= 0 && isfinite(o->spread)))
        return nsym_fail(NSYM_EINVAL, "showers: spread is %g, must be finite and not negative", o->spread);
    if (o->pairing != NSYM_PAIRED && o->pairing != NSYM_TILED)
        return nsym_fail(NSYM_EINVAL, "showers: no pairing has the number %d", (int)o->pairing);
    return NSYM_OK;
}

static int by_energy(const void *a, const void *b) {
    double x = ((const double *)a)[2], y = ((const double *)b)[2];
    return (x > y) - (x < y);
}

/* Shape: deposit (3), whose energy stays. */
static void place_uniform(nsym_random *random, double *deposit) {
    do {
        deposit[0] = 2 * nsym_random_uniform(random) - 1;
        deposit[1] = 2 * nsym_random_uniform(random) - 1;
    } while (!(deposit[0] * deposit[0] + deposit[1] * deposit[1] < 1));
}

static void place_around(nsym_random *random, const double *core, double width, double *deposit) {
    do {
        for (int c = 0; c < 2; c++) deposit[c] = core[c] + width * nsym_random_normal(random);
    } while (!(deposit[0] * deposit[0] + deposit[1] * deposit[1] < 1));
}

/* Which of the others are noise is drawn one by one, so that every choice of `noise` of them is equally likely. */
static void place_signal(const nsym_shower_options *o, nsym_random *random, double *deposits) {
    size_t last = o->deposits - 1;
    size_t core = o->hardest_core ? last : nsym_random_below(random, (uint32_t)o->deposits);
    double width = sqrt(o->variance);
    place_uniform(random, deposits + 3 * core);
    size_t noise = o->noise, others = last;
    for (size_t i = 0; i < o->deposits; i++) {
        if (i == core) continue;
        if (nsym_random_below(random, (uint32_t)others--) < noise) {
            place_uniform(random, deposits + 3 * i);
            noise--;
        } else {
            place_around(random, deposits + 3 * core, width, deposits + 3 * i);
        }
    }
}

void nsym_shower_deposits(const nsym_shower_options *o, uint64_t index, double *deposits) {
    nsym_random random = nsym_random_stream(o->seed, "shower", index);
    for (size_t i = 0; i < o->deposits; i++) do
            deposits[3 * i + 2] = nsym_random_uniform(&random);
        while (deposits[3 * i + 2] == 0);
    qsort(deposits, o->deposits, 3 * sizeof *deposits, by_energy);
    if (index % 2 == 1) {
        place_signal(o, &random, deposits);
    } else {
        for (size_t i = 0; i < o->deposits; i++) place_uniform(&random, deposits + 3 * i);
    }
}

/* The points k = 0, 1, ... of a cloud: k mod deposits, k / points, and what is left of the latter. */
void nsym_shower_spread(const nsym_shower_options *o, uint64_t index, const double *deposits, double *points) {
    enum { BLOCK = 256 };
    nsym_random random = nsym_random_stream(o->seed, "spread", index);
    float normals[2 * BLOCK];
    double share = 1 / (double)o->points;
    size_t n = o->deposits * o->points, place = 0, owner = 0, shared = 0;
    for (size_t done = 0, size; done < n; done += size) {
        size = n - done < BLOCK ? n - done : BLOCK;
        nsym_random_normals(&random, normals, 2 * size);
        for (size_t i = 0; i < size; i++, points += 3) {
            const double *centre = deposits + 3 * (o->pairing == NSYM_TILED ? place : owner);
            points[0] = centre[0] + o->spread * (double)normals[2 * i];
            points[1] = centre[1] + o->spread * (double)normals[2 * i + 1];
            points[2] = deposits[3 * owner + 2] * share;
            if (++place == o->deposits) place = 0;
            if (++shared == o->points) {
                shared = 0;
                owner++;
            }
        }
    }
}
