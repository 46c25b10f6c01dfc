/* Events as a text, block by block; packed where the file's name ends in .gz. */
#ifndef NSYM_DATA_TEXT_SINK_H
#define NSYM_DATA_TEXT_SINK_H

#include "base/atomic_file.h"
#include "data/categories.h"
#include "data/formats.h"

#include <zlib.h>

/* A block as it is written. */
typedef struct nsym_text_block {
    const nsym_events *events;
    const nsym_column *const *column; /* the block's columns in the order of all blocks */
    const nsym_words *words;          /* of its features, then of these columns */
} nsym_text_block;

typedef struct nsym_text_layout nsym_text_layout;

/* A text on its way. */
typedef struct nsym_text_sink {
    const nsym_text_layout *layout;
    nsym_atomic_file *atomic;
    char *path;
    gzFile file;
    bool is_begun;      /* what stands before all events is written */
    size_t events;      /* so far */
    uint64_t particles; /* of these */
    size_t per_event;   /* the layout's own: places for particles in a row */
} nsym_text_sink;

struct nsym_text_layout {
    /* Errors: what the format cannot hold, and the event; without the path. `events` are the next. */
    nsym_status (*check)(nsym_text_sink *sink, const nsym_events *events);
    /* Writes what stands before all events, NULL: nothing; and event `i` of a block. False: it could not be written. */
    bool (*put_head)(nsym_text_sink *sink, const nsym_text_block *block);
    bool (*put_event)(nsym_text_sink *sink, const nsym_text_block *block, size_t i);
};

/* A file of that layout, to be written block by block. */
NSYM_MUST_CHECK nsym_status nsym_text_sink_create(nsym_block_sink *out, const char *path,
                                                  const nsym_text_layout *layout);

/* A whole sample. */
NSYM_MUST_CHECK nsym_status nsym_text_sink_write(const nsym_events *events, const char *path,
                                                 const nsym_text_layout *layout);

#endif
