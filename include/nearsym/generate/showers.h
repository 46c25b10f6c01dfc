/* Samples of toy calorimeter events: as deposits, as points or as cells, each event at one angle or at several. */
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

/* How far an event is taken. */
typedef enum nsym_showers_level { NSYM_SHOWERS_DEPOSITS, NSYM_SHOWERS_POINTS, NSYM_SHOWERS_CELLS } nsym_showers_level;

/* What to simulate, and how. Borrowed. */
typedef struct nsym_showers_options {
    nsym_shower_options shower; /* of every event, and the seed */
    nsym_showers_level level;   /* NSYM_SHOWERS_DEPOSITS */
    const nsym_pixels *pixels;  /* the cells of level NSYM_SHOWERS_CELLS */
    size_t angles;              /* 0: events as they are, without a column `angle` */
    const double *angle;        /* (angles) degrees, counter-clockwise, before the detector */
    size_t events;              /* 600000; a copy at another angle is no event of its own */
    size_t workers;             /* threads; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress;    /* NULL: silent */
    bool (*stop)(void);         /* asked once a block; true ends the work; NULL: never */
} nsym_showers_options;

NSYM_API nsym_showers_options nsym_showers_defaults(void);

/* New sample of events `first` ... `first` + `count` - 1 of the seed, each at all angles one after the other: particles
   of x, y (the disk's radius is 1) and energy, by rising energy for deposits and row by row for cells, which also have
   `cell`, their number in the grid; columns `label` (1 signal, 0 background), `event` (its number) and, with angles,
   `angle`; what was simulated stands in the attributes. `events`, `workers`, `progress` and `stop` do not enter.
   Errors: an option out of its range, by name. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_showers_generate(nsym_events **out, const nsym_showers_options *options,
                                                           uint64_t first, size_t count);

/* Writes events 0 ... events - 1, block by block, as nsym_events_writer does: of an HDF5 file no more than a block a
   worker is in memory. Errors: as nsym_showers_generate; no events; NSYM_EINTERRUPTED after `stop`; those of the
   writer. On failure nothing is left behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_showers_write(const nsym_showers_options *options, const char *path);

/* Events that one thread does in a second, by the clock and by the time it had a CPU. */
typedef struct nsym_showers_rate {
    double per_second, per_cpu_second;
} nsym_showers_rate;

/* How fast this machine is with toy events of the default options, at 8 angles 45 degrees apart, on grids of 32 x 32
   and 32 x 4 cells; each rate takes `seconds` of CPU time. `showers`: an event is made, its deposits, their points and
   its 16 images before the detector. `image_rotations`: its two images are rotated after the detector, as published,
   into 16. Errors: seconds that are not above 0. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_showers(double seconds, nsym_showers_rate *showers,
                                                        nsym_showers_rate *image_rotations);

#ifdef __cplusplus
}
#endif
#endif
