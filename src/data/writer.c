/* Events written block by block: by the format itself where it can; of the others, whose heads tell of what follows,
   the blocks are gathered and written at the end. */
#include "base/fail.h"
#include "data/events.h"
#include "data/formats.h"
#include "data/join.h"
#include "data/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each gathered sample has at least twice the events of the next, so no count of events needs more. */
enum { GATHERED_MAX = 66 };

struct nsym_events_writer {
    char *path;
    char *first, *source; /* where the first block came from, and where blocks come from now; NULL: not said */
    size_t blocks;        /* of the present source */
    const nsym_format *format;
    nsym_events *head; /* the first block without its events, with the attributes of all; NULL before */
    size_t events;
    nsym_notes_lost lost; /* of blocks in `sink` */
    bool over;            /* closed, or a block could not be written whole */
    nsym_block_sink sink; /* state NULL: the blocks are gathered, or it was closed */
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
    if (format->create) status = format->create(&w->sink, path);
    if (status != NSYM_OK) {
        nsym_events_writer_free(w);
        return status;
    }
    *out = w;
    return NSYM_OK;
}

void nsym_events_writer_free(nsym_events_writer *w) {
    if (!w) return;
    if (w->sink.state) w->sink.abandon(w->sink.state);
    for (size_t i = 0; i < w->samples; i++) nsym_events_free(w->gathered[i]);
    nsym_events_free(w->head);
    free(w->path);
    free(w->first);
    free(w->source);
    free(w);
}

nsym_status nsym_events_writer_source(nsym_events_writer *w, const char *name) {
    char *copy = strdup(name);
    if (!copy) return nsym_fail(NSYM_ENOMEM, "%s: no memory", w->path);
    if (!w->first && !(w->first = strdup(name))) {
        free(copy);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory", w->path);
    }
    free(w->source);
    w->source = copy;
    w->blocks = 0;
    return NSYM_OK;
}

nsym_status nsym_events_writer_set_attribute(nsym_events_writer *w, const char *name, const char *value) {
    if (!w->head) return nsym_fail(NSYM_EINVAL, "%s: add a block of events before its attributes", w->path);
    return nsym_events_set_attribute(w->head, name, value);
}

/* Puts the last two gathered samples together. */
static nsym_status join_last(nsym_events_writer *w) {
    nsym_events **last = &w->gathered[w->samples - 1], *joined;
    NSYM_TRY(nsym_join_append(&joined, last[-1], last[0]));
    nsym_events_free(last[-1]);
    nsym_events_free(last[0]);
    last[-1] = joined;
    w->samples--;
    return NSYM_OK;
}

static nsym_status gather(nsym_events_writer *w, const nsym_events *block) {
    NSYM_TRY(nsym_join_append(&w->gathered[w->samples], w->head, block));
    w->samples++;
    while (w->samples > 1 && w->gathered[w->samples - 2]->count / 2 <= w->gathered[w->samples - 1]->count)
        NSYM_TRY(join_last(w));
    return NSYM_OK;
}

/* Makes a block fit behind those before; *fitting NULL: it does. */
static nsym_status fit(nsym_events_writer *w, nsym_events **fitting, const nsym_events *block) {
    char from[64];
    snprintf(from, sizeof from, "the block from event %zu on", w->events);
    bool one = w->source && strcmp(w->source, w->first) == 0;
    const nsym_join_names names = {.head = w->first ? w->first : "the first block",
                                   .block = w->source ? w->source : from,
                                   .facts = one             ? NSYM_JOIN_UPDATE
                                            : !w->source    ? NSYM_JOIN_WARN
                                            : w->blocks > 0 ? NSYM_JOIN_SILENT
                                                            : NSYM_JOIN_NOTE};
    nsym_status status = nsym_join_fit(fitting, w->head, block, &names);
    if (status == NSYM_OK || w->source) return status;
    return nsym_fail_in(status, "%s: %s does not fit the first: ", w->path, from);
}

/* The first block tells what all hold. */
static nsym_status begin(nsym_events_writer *w, const nsym_events *block) {
    NSYM_TRY(nsym_events_select(&w->head, block, NULL, 0));
    if (!w->sink.state || !w->sink.only_columns || !block->offsets) return NSYM_OK;
    w->sink.abandon(w->sink.state);
    w->sink.state = NULL;
    return NSYM_OK;
}

nsym_status nsym_events_writer_add(nsym_events_writer *w, const nsym_events *block) {
    if (w->over) return nsym_fail(NSYM_EINVAL, "%s: takes no more events: it is closed, or a block failed", w->path);
    nsym_events *fitting = NULL;
    if (w->head)
        NSYM_TRY(fit(w, &fitting, block));
    else
        NSYM_TRY(begin(w, block));
    if (fitting) block = fitting;
    nsym_status status = w->sink.state ? w->sink.put(w->sink.state, w->head, block) : gather(w, block);
    w->over = status != NSYM_OK;
    if (status == NSYM_OK && w->sink.state && !w->format->notes) nsym_notes_count(&w->lost, block);
    w->blocks++;
    w->events += block->count;
    nsym_events_free(fitting);
    return status;
}

nsym_status nsym_events_writer_close(nsym_events_writer *w) {
    if (w->over) return nsym_fail(NSYM_EINVAL, "%s: is closed already, or a block failed", w->path);
    if (!w->head) return nsym_fail(NSYM_EINVAL, "%s: no block of events was added, not even an empty one", w->path);
    w->over = true;
    if (w->sink.state) {
        void *state = w->sink.state;
        w->sink.state = NULL;
        NSYM_TRY(w->sink.commit(state, w->head));
        nsym_notes_tell(&w->lost, NSYM_NOTE, w->path, NSYM_NOTES_NEED_LHE);
        return NSYM_OK;
    }
    while (w->samples > 1) NSYM_TRY(join_last(w));
    nsym_events_swap_attributes(w->gathered[0], w->head);
    return nsym_events_write(w->gathered[0], w->path);
}
