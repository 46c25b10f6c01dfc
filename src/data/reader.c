/* Events read block by block: by the format itself where it can, else cut from the whole sample. */
#include "base/fail.h"
#include "data/events.h"
#include "data/formats.h"
#include "data/plausible.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 1 << 25, FIRST_BLOCK = 1024, GROUP = 16 };

struct nsym_events_reader {
    char *path;
    nsym_read_options options; /* its texts are the caller's */
    const nsym_format *format;
    nsym_block_source source; /* next NULL: the format has none, and all events are in `whole` */
    nsym_events *whole;
    size_t done;        /* events given so far */
    double event_bytes; /* of an event of the last block; 0: none was read */
    bool over;          /* failed, or behind the last */
};

static nsym_status start(nsym_events_reader *r) {
    if (r->format->open) NSYM_TRY(r->format->open(&r->source, r->path, &r->options));
    return r->source.next ? NSYM_OK : nsym_events_read(&r->whole, r->path, &r->options);
}

nsym_status nsym_events_reader_new(nsym_events_reader **out, const char *path, const nsym_read_options *options) {
    *out = NULL;
    const nsym_format *format;
    NSYM_TRY(nsym_format_of_file(&format, path));
    nsym_events_reader *r = calloc(1, sizeof *r);
    if (!r || !(r->path = strdup(path))) {
        free(r);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    }
    r->format = format;
    if (options) r->options = *options;
    nsym_status status = nsym_format_takes(format, path, &r->options);
    if (status == NSYM_OK) status = start(r);
    if (status == NSYM_OK)
        *out = r;
    else
        nsym_events_reader_free(r);
    return status;
}

void nsym_events_reader_free(nsym_events_reader *r) {
    if (!r) return;
    if (r->source.close) r->source.close(r->source.state);
    nsym_events_free(r->whole);
    free(r->path);
    free(r);
}

/* The next events of the whole sample; the last block is the sample itself, where nothing came before it. */
static nsym_status cut(nsym_events_reader *r, nsym_events **block, size_t most) {
    size_t left = r->whole->count - r->done, n = left < most ? left : most;
    if (r->done == 0 && n == left) {
        *block = r->whole;
        r->whole = NULL;
        r->over = true;
        return NSYM_OK;
    }
    if (n == 0) return NSYM_OK;
    size_t *index = malloc(n * sizeof *index);
    if (!index) return nsym_fail(NSYM_ENOMEM, "%s: no memory for %zu events", r->path, n);
    for (size_t i = 0; i < n; i++) index[i] = r->done + i;
    nsym_status status = nsym_events_select(block, r->whole, index, n);
    free(index);
    return status;
}

static size_t size_of(const nsym_events *events) {
    size_t values = events->offsets ? (size_t)events->offsets[events->count] * events->features + events->count : 0;
    for (size_t i = 0; i < events->columns; i++) values += events->count * events->column[i].width;
    return values * sizeof(double) + (events->note_offsets ? (size_t)events->note_offsets[events->count] : 0);
}

/* Events of BLOCK_BYTES, by those before; what is in memory already is given as it is. */
static size_t usual_block(const nsym_events_reader *r) {
    if (!r->source.next) return SIZE_MAX;
    double events = r->event_bytes > 0 ? BLOCK_BYTES / r->event_bytes : FIRST_BLOCK;
    if (events < GROUP) return events < 1 ? 1 : (size_t)events;
    size_t group = events < FIRST_BLOCK ? GROUP : FIRST_BLOCK; /* networks read rows in groups of powers of two */
    return (size_t)events / group * group;
}

nsym_status nsym_events_reader_next(nsym_events **block, nsym_events_reader *r, size_t most) {
    *block = NULL;
    if (r->over) return NSYM_OK;
    if (most == 0) most = usual_block(r);
    nsym_status status = r->source.next ? r->source.next(r->source.state, block, most) : cut(r, block, most);
    if (status == NSYM_OK && *block && r->source.next) {
        status = nsym_format_finish(r->format, r->path, &r->options, *block);
        if (status == NSYM_OK && r->done == 0) nsym_plausible_tell(*block, r->path);
        if (status == NSYM_OK) status = nsym_events_set_origin(*block, r->done);
    }
    if (status != NSYM_OK) {
        nsym_events_free(*block);
        *block = NULL;
    }
    if (*block) r->done += (*block)->count;
    if (*block && (*block)->count > 0) r->event_bytes = (double)size_of(*block) / (double)(*block)->count;
    r->over |= status != NSYM_OK || !*block;
    return status;
}
