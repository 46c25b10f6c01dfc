/* Toy calorimeter events of arXiv:2311.05952: deposits on the unit disk, each spread over a cloud of points. Background
   is uniform; signal gathers around a core. Both look the same after any rotation about the origin. */
#ifndef NEARSYM_SHOWER_H
#define NEARSYM_SHOWER_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_SHOWER_DEPOSITS_MAX 1024
#define NSYM_SHOWER_POINTS_MAX 65536 /* of a deposit */

/* How the points of an event get their energies. */
typedef enum nsym_shower_pairing {
    NSYM_PAIRED, /* every point of deposit i carries 1 / points of the deposit's energy, as the paper says */
    NSYM_TILED   /* as the published data has it: point k lies at deposit k mod deposits and carries the energy of
                    deposit k / points, with deposits by rising energy; all deposits end with the same total */
} nsym_shower_pairing;

typedef struct nsym_shower_options {
    uint64_t seed;
    size_t deposits;   /* in an event; 16 */
    size_t noise;      /* of a signal event's deposits, how many are uniform on the disk; 8. The others: one core and
                          deposits - noise - 1 around it */
    bool hardest_core; /* the core is the deposit of the largest energy; else any of them. true */
    double variance;   /* of each coordinate around the core, redrawn until inside the disk; 0.3 */
    size_t points;     /* of a deposit's cloud; 32 */
    double spread;     /* standard deviation of each coordinate of the cloud; 0.01 */
    nsym_shower_pairing pairing; /* NSYM_PAIRED */
} nsym_shower_options;

NSYM_API nsym_shower_options nsym_shower_defaults(void);

/* Errors: a number out of its range, by name (deposits or points 0 or above their maxima, noise not below deposits, a
   variance that is not in [0, 100], a negative or non-finite spread, no such pairing). Everything below takes options
   that passed. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_shower_check(const nsym_shower_options *options);

/* Event `index` of the endless sample of a seed: odd ones are signal. Energies are uniform in (0, 1) and rise from
   deposit to deposit. Shapes: deposits (options->deposits, 3): x, y, energy. */
NSYM_API void nsym_shower_deposits(const nsym_shower_options *options, uint64_t index, double *deposits);

/* The cloud of the deposits of event `index`. Shapes: deposits (options->deposits, 3), points (deposits x points, 3):
   x, y, energy. */
NSYM_API void nsym_shower_spread(const nsym_shower_options *options, uint64_t index, const double *deposits,
                                 double *points);

/* What the best possible classifier of deposits knows (Neyman-Pearson): the log of the likelihood ratio of signal and
   background, summed exactly over which deposit is the core and which are noise. New (free with nsym_shower_limit_free,
   NULL is fine). Errors: options that do not pass, or a variance below 1e-6 where deposits lie around the core. */
typedef struct nsym_shower_limit nsym_shower_limit;
NSYM_API NSYM_MUST_CHECK nsym_status nsym_shower_limit_new(nsym_shower_limit **out, const nsym_shower_options *options);
NSYM_API void nsym_shower_limit_free(nsym_shower_limit *limit);

/* Of the positions alone (the energies do not enter), or of positions and energies, which say where the core is if it
   is the hardest deposit. Shape: deposits (options->deposits, 3), in any order. */
NSYM_API double nsym_shower_log_ratio(const nsym_shower_limit *limit, const double *deposits, bool energies);

/* Both at once, in hardly more time than the first. */
NSYM_API void nsym_shower_log_ratios(const nsym_shower_limit *limit, const double *deposits, double *positions,
                                     double *all);

#ifdef __cplusplus
}
#endif
#endif
