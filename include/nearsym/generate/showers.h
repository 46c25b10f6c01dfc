/* Generates samples of toy calorimeter events as deposits, points or cells, with each event at one angle or at
   several. */
#ifndef NEARSYM_SHOWERS_H
#define NEARSYM_SHOWERS_H

#include <nearsym/events.h>
#include <nearsym/generate/shower.h>
#include <nearsym/pixels.h>
#include <nearsym/progress.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an event consists of. */
typedef enum nsym_showers_level { NSYM_SHOWERS_DEPOSITS, NSYM_SHOWERS_POINTS, NSYM_SHOWERS_CELLS } nsym_showers_level;

/* What to simulate, and how. Borrowed. */
typedef struct nsym_showers_options {
    nsym_shower_options shower; /* options of every event, and the seed */
    nsym_showers_level level;   /* default NSYM_SHOWERS_DEPOSITS */
    const nsym_pixels *pixels;  /* the grid for level NSYM_SHOWERS_CELLS */
    size_t angles;              /* number of angles; 0: events are not rotated, and there is no column `angle` */
    const double *angle;        /* (angles) degrees, counter-clockwise, before the detector */
    size_t events;              /* number of events, in which copies at other angles do not count; default 600000 */
    size_t workers;             /* threads; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress;    /* NULL: silent */
    bool (*stop)(void);         /* called before every event; if it returns true, the work ends; NULL: never */
} nsym_showers_options;

NSYM_API nsym_showers_options nsym_showers_defaults(void);

/* New sample of events `first` ... `first` + `count` - 1 of the seed, each at all angles one after another. Particles
   have x, y (the radius of the disk is 1) and energy. Deposits are sorted by rising energy. Cells are listed row by row
   and also have `cell`, their number in the grid. Columns: `label` (1 signal, 0 background), `event` (its number) and,
   with angles, `angle`. Attributes hold the options of the simulation. `events`, `workers` and `progress` are not
   used. Errors: an option out of its range, with its name; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_showers_generate(nsym_events **out, const nsym_showers_options *options,
                                                           uint64_t first, size_t count);

/* Writes events 0 ... events - 1 block by block, as nsym_events_writer does. For an HDF5 file at most one block per
   thread is in memory. Errors: as nsym_showers_generate; no events; as the writer. On failure nothing is left
   behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_showers_write(const nsym_showers_options *options, const char *path);

/* Events per second on one thread: of wall-clock time, and of CPU time. */
typedef struct nsym_showers_rate {
    double per_second, per_cpu_second;
} nsym_showers_rate;

/* Measures how fast this machine generates toy events with default options, at 8 angles 45 degrees apart, on grids of
   32 x 32 and 32 x 4 cells. Each rate takes `seconds` of CPU time. `showers`: generate an event, its deposits, points
   and its 16 images before the detector. `image_rotations`: rotate its two images after the detector, in the published
   style, into 16 images. Errors: seconds that are not above 0. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_showers(double seconds, nsym_showers_rate *showers,
                                                        nsym_showers_rate *image_rotations);

#ifdef __cplusplus
}
#endif
#endif
