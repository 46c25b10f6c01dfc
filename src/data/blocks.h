/* Samples that are made and written block by block: workers make blocks at once and write them in order, each when
   its turn comes, so a file is the same for any number of workers. */
#ifndef NSYM_DATA_BLOCKS_H
#define NSYM_DATA_BLOCKS_H

#include <nearsym/events.h>
#include <nearsym/progress.h>

#include <stdbool.h>

/* New sample of the events `first` ... `first` + `count` - 1, whoever makes them and whatever was made before. It may
   ask to stop, too, and then gives NSYM_EINTERRUPTED. */
typedef nsym_status (*nsym_block_maker)(nsym_events **out, const void *options, uint64_t first, size_t count);

typedef struct nsym_blocks {
    nsym_block_maker make;
    const void *options;     /* for make, borrowed */
    size_t events;           /* in all, at least 1 */
    size_t block;            /* events at a time, at least 1; depends on nothing but what is simulated */
    size_t workers;          /* threads; 0: one per CPU */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void);      /* asked once a block; true ends the work; NULL: never */
    const char *what;        /* for progress: "simulating" */
} nsym_blocks;

/* Writes all events as nsym_events_writer does: of an HDF5 file no more than a block a worker is in memory. Errors:
   those of make and of the writer; NSYM_EINTERRUPTED after `stop`. On failure nothing is left behind. */
NSYM_MUST_CHECK nsym_status nsym_blocks_write(const nsym_blocks *blocks, const char *path);

#endif
