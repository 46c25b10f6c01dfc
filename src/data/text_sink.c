#include "data/text_sink.h"

#include "base/fail.h"
#include "data/events.h"
#include "data/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { GZIP_BUFFER = 1 << 18 };

static nsym_status system_refused(const nsym_text_sink *s) {
    return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", s->path,
                     errno ? strerror(errno) : "zlib failed without a reason");
}

static void close_sink(void *state) {
    nsym_text_sink *s = state;
    if (s->file) gzclose(s->file);
    nsym_atomic_file_abandon(s->atomic);
    free(s->path);
    free(s);
}

static bool put_events(nsym_text_sink *s, const nsym_text_block *block) {
    bool fine = s->is_begun || !s->layout->put_head || s->layout->put_head(s, block);
    s->is_begun = true;
    for (size_t i = 0; i < block->events->count && fine; i++) fine = s->layout->put_event(s, block, i);
    return fine;
}

/* Checks events and writes them, and before the first the head. */
static nsym_status put_block(nsym_text_sink *s, const nsym_events *head, const nsym_events *events) {
    nsym_status status = s->layout->check(s, events);
    if (status != NSYM_OK) return nsym_fail_in(status, "%s: ", s->path);
    nsym_words *words = NULL;
    const nsym_column **column = calloc(head->columns + 1, sizeof *column);
    status = column ? nsym_categories_read_all(&words, head) : nsym_fail(NSYM_ENOMEM, "%s: no memory", s->path);
    for (size_t i = 0; status == NSYM_OK && i < head->columns; i++)
        column[i] = nsym_events_column_near(events, head->column[i].name, i);
    errno = 0;
    if (status == NSYM_OK && !put_events(s, &(nsym_text_block){events, column, words})) status = system_refused(s);
    if (words) nsym_categories_free_all(words, head);
    free(column);
    s->events += events->count;
    if (events->offsets) s->particles += events->offsets[events->count];
    return status;
}

/* No events say nothing, not even of how many particles the others have. */
static nsym_status put(void *state, const nsym_events *head, const nsym_events *block) {
    return block->count == 0 ? NSYM_OK : put_block(state, head, block);
}

static nsym_status commit(void *state, const nsym_events *head) {
    nsym_text_sink *s = state;
    nsym_status status = s->is_begun ? NSYM_OK : put_block(s, head, head);
    errno = 0;
    if (status == NSYM_OK) {
        int closed = gzclose(s->file);
        s->file = NULL;
        if (closed != Z_OK) status = system_refused(s);
    }
    if (status == NSYM_OK) {
        nsym_atomic_file *atomic = s->atomic;
        s->atomic = NULL;
        status = nsym_atomic_file_commit(atomic);
    }
    close_sink(s);
    return status;
}

nsym_status nsym_text_sink_create(nsym_block_sink *out, const char *path, const nsym_text_layout *layout) {
    nsym_text_sink *s = calloc(1, sizeof *s);
    if (!s || !(s->path = strdup(path))) {
        free(s);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    }
    s->layout = layout;
    nsym_status status = nsym_atomic_file_new(&s->atomic, path);
    errno = 0;
    if (status == NSYM_OK &&
        !(s->file = gzopen(nsym_atomic_file_path(s->atomic), nsym_is_gzip_name(path) ? "wb4" : "wbT")))
        status = system_refused(s);
    if (status != NSYM_OK) {
        close_sink(s);
        return status;
    }
    gzbuffer(s->file, GZIP_BUFFER);
    *out = (nsym_block_sink){.state = s, .put = put, .commit = commit, .abandon = close_sink};
    return NSYM_OK;
}

nsym_status nsym_text_sink_write(const nsym_events *events, const char *path, const nsym_text_layout *layout) {
    nsym_block_sink sink;
    NSYM_TRY(nsym_text_sink_create(&sink, path, layout));
    nsym_status status = sink.put(sink.state, events, events);
    if (status == NSYM_OK) return sink.commit(sink.state, events);
    sink.abandon(sink.state);
    return status;
}
