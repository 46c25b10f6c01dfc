/* Events written block by block. HDF5 grows with every block; for the other formats, whose heads tell the size of what
   follows, the blocks are gathered and written at the end. */
#include "base/fail.h"
#include "data/events.h"
#include "data/formats.h"
#include "data/hdf5_events.h"
#include "data/notes.h"

#include <stdlib.h>
#include <string.h>

/* Each gathered sample has at least twice the events of the next, so no count of events needs more. */
enum { GATHERED_MAX = 66 };

struct nsym_events_writer {
    char *path;
    const nsym_format *format;
    nsym_events *head; /* the first block without its events; NULL before */
    size_t events;
    uint64_t particles;
    nsym_notes_lost lost; /* of blocks in HDF5 */
    bool over;            /* closed, or a block could not be written whole */
    nsym_h5 *file;        /* HDF5's; NULL for other formats */
    nsym_events *gathered[GATHERED_MAX];
    size_t samples; /* of gathered */
};

nsym_status nsym_events_writer_new(nsym_events_writer **out, const char *path) {
    *out = NULL;
    const nsym_format *format;
    NSYM_TRY(nsym_format_of_name(&format, path));
    nsym_events_writer *w = calloc(1, sizeof *w);
    char *copy = strdup(path);
    if (!w || !copy) {
        free(w);
        free(copy);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    }
    *w = (nsym_events_writer){.path = copy, .format = format};
    nsym_status status = NSYM_OK;
    if (format->write == nsym_hdf5_write_events) status = nsym_h5_create(&w->file, path);
    if (status != NSYM_OK) {
        nsym_events_writer_free(w);
        return status;
    }
    *out = w;
    return NSYM_OK;
}

void nsym_events_writer_free(nsym_events_writer *w) {
    if (!w) return;
    nsym_h5_close(w->file);
    for (size_t i = 0; i < w->samples; i++) nsym_events_free(w->gathered[i]);
    nsym_events_free(w->head);
    free(w->path);
    free(w);
}

/* Puts the last two gathered samples together. */
static nsym_status join_last(nsym_events_writer *w) {
    nsym_events **last = &w->gathered[w->samples - 1], *joined;
    NSYM_TRY(nsym_events_concat(&joined, last[-1], last[0]));
    nsym_events_free(last[-1]);
    nsym_events_free(last[0]);
    last[-1] = joined;
    w->samples--;
    return NSYM_OK;
}

static nsym_status gather(nsym_events_writer *w, const nsym_events *block) {
    NSYM_TRY(nsym_events_concat(&w->gathered[w->samples], w->head, block));
    w->samples++;
    while (w->samples > 1 && w->gathered[w->samples - 2]->count / 2 <= w->gathered[w->samples - 1]->count)
        NSYM_TRY(join_last(w));
    return NSYM_OK;
}

nsym_status nsym_events_writer_add(nsym_events_writer *w, const nsym_events *block) {
    if (w->over) return nsym_fail(NSYM_EINVAL, "%s: takes no more events: it is closed, or a block failed", w->path);
    nsym_hdf5_place place = w->head ? NSYM_HDF5_NEXT : NSYM_HDF5_FIRST;
    if (!w->head) NSYM_TRY(nsym_events_select(&w->head, block, NULL, 0));
    nsym_status status = nsym_events_check_same(w->head, block);
    if (status != NSYM_OK)
        return nsym_fail_in(status, "%s: the block from event %zu on does not fit the first: ", w->path, w->events);
    status = w->file ? nsym_hdf5_put_events(w->file, place, w->head, block, w->particles) : gather(w, block);
    w->over = status != NSYM_OK;
    if (status == NSYM_OK && w->file) nsym_notes_count(&w->lost, block);
    w->events += block->count;
    if (block->offsets) w->particles += block->offsets[block->count];
    return status;
}

nsym_status nsym_events_writer_close(nsym_events_writer *w) {
    if (w->over) return nsym_fail(NSYM_EINVAL, "%s: is closed already, or a block failed", w->path);
    if (!w->head) return nsym_fail(NSYM_EINVAL, "%s: no block of events was added, not even an empty one", w->path);
    w->over = true;
    if (w->file) {
        nsym_h5 *file = w->file;
        w->file = NULL;
        NSYM_TRY(nsym_h5_commit(file));
        nsym_notes_warn(&w->lost, w->path, NSYM_NOTES_NEED_LHE);
        return NSYM_OK;
    }
    while (w->samples > 1) NSYM_TRY(join_last(w));
    return nsym_events_write(w->gathered[0], w->path);
}
