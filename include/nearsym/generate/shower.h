/* Generates the toy calorimeter events of arXiv:2311.05952: deposits on the unit disk, each spread over a cloud of
   points. The deposits of background are uniform; those of signal gather around a core. Both are symmetric under
   rotations about the origin. */
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
#define NSYM_SHOWER_POINTS_MAX 65536 /* in a deposit */

/* How the points of an event get their energies. */
typedef enum nsym_shower_pairing {
    NSYM_PAIRED, /* every point of deposit i has 1 / points of the deposit's energy, as in the text of the paper */
    NSYM_TILED   /* as in the published data: point k lies at deposit k mod deposits and has the energy of deposit k /
                    points, with deposits sorted by rising energy; in the end all deposits have the same total energy */
} nsym_shower_pairing;

/* Options of toy events. */
typedef struct nsym_shower_options {
    uint64_t seed;
    size_t deposits; /* deposits in an event; default 16 */
    size_t noise;    /* number of a signal event's deposits that are uniform on the disk; default 8. The others are one
                        core and deposits - noise - 1 deposits around it */
    bool hardest_core; /* the core is the deposit with the largest energy; false: any deposit. Default true */
    double variance;   /* variance of each coordinate around the core, drawn again until it is inside the disk; default
                          0.3 */
    size_t points;     /* points in a deposit's cloud; default 32 */
    double spread;     /* standard deviation of each coordinate of the cloud; default 0.01 */
    nsym_shower_pairing pairing; /* default NSYM_PAIRED */
} nsym_shower_options;

NSYM_API nsym_shower_options nsym_shower_defaults(void);

/* Checks options. All functions below need options that passed. Errors: a number out of its range, with its name
   (deposits or points 0 or above their maxima, noise not below deposits, a variance outside [0, 100], a negative or
   non-finite spread, an unknown pairing). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_shower_check(const nsym_shower_options *options);

/* Deposits of event `index` of a seed's endless sample; odd events are signal. Energies are uniform in (0, 1) and rise
   from deposit to deposit. Shape: deposits (options->deposits, 3): x, y, energy. */
NSYM_API void nsym_shower_deposits(const nsym_shower_options *options, uint64_t index, double *deposits);

/* The clouds of points of the deposits of event `index`. Shapes: deposits (options->deposits, 3), points (deposits x
   points, 3): x, y, energy. */
NSYM_API void nsym_shower_spread(const nsym_shower_options *options, uint64_t index, const double *deposits,
                                 double *points);

/* The best possible classifier of deposits (Neyman-Pearson): the logarithm of the likelihood ratio of signal and
   background, summed exactly over the possibilities for the core and the noise. New (free with nsym_shower_limit_free,
   NULL is fine). Errors: options that do not pass; a variance below 1e-6 if there are deposits around the core. */
typedef struct nsym_shower_limit nsym_shower_limit;
NSYM_API NSYM_MUST_CHECK nsym_status nsym_shower_limit_new(nsym_shower_limit **out, const nsym_shower_options *options);
NSYM_API void nsym_shower_limit_free(nsym_shower_limit *limit);

/* The log likelihood ratio of an event. `energies` false: from the positions alone; true: from positions and energies,
   which show the core if it is the hardest deposit. Shape: deposits (options->deposits, 3), in any order. */
NSYM_API double nsym_shower_log_ratio(const nsym_shower_limit *limit, const double *deposits, bool energies);

/* Both ratios at once, in hardly more time than the first: *positions from the positions alone, *all from positions and
   energies. */
NSYM_API void nsym_shower_log_ratios(const nsym_shower_limit *limit, const double *deposits, double *positions,
                                     double *all);

#ifdef __cplusplus
}
#endif
#endif
