#include "data/blocks.h"

#include "base/fail.h"
#include "base/workers.h"

#include <nearsym/io.h>

#include <pthread.h>

/* The blocks' way into the file. */
typedef struct queue {
    const nsym_blocks *blocks;
    nsym_events_writer *writer;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* next or broken has changed */
    size_t next;          /* the block whose turn it is */
    bool broken;          /* one failed, so none behind it is written */
} queue;

/* Waits until block `index` is the next; false where one before it failed. */
static bool take_turn(queue *q, size_t index) {
    pthread_mutex_lock(&q->lock);
    while (q->next != index && !q->broken) pthread_cond_wait(&q->moved, &q->lock);
    bool mine = !q->broken;
    pthread_mutex_unlock(&q->lock);
    return mine;
}

static void pass_on(queue *q, nsym_status status) {
    pthread_mutex_lock(&q->lock);
    q->next++;
    q->broken = status != NSYM_OK;
    pthread_cond_broadcast(&q->moved);
    pthread_mutex_unlock(&q->lock);
}

/* One block, from the first number to the file. Blocks are handed out in order, so the one whose turn it is never waits
   for a thread. */
static nsym_status run_block(void *context, size_t index, size_t worker) {
    (void)worker;
    queue *q = context;
    const nsym_blocks *b = q->blocks;
    size_t first = index * b->block, count = b->events - first < b->block ? b->events - first : b->block;
    nsym_events *events = NULL;
    nsym_status status = b->make(&events, b->options, first, count);
    if (take_turn(q, index)) {
        if (status == NSYM_EINTERRUPTED || (status == NSYM_OK && b->stop && b->stop()))
            status = nsym_fail(NSYM_EINTERRUPTED, "stopped on request after %zu of %zu events", first, b->events);
        if (status == NSYM_OK) status = nsym_events_writer_add(q->writer, events);
        if (status == NSYM_OK) nsym_progress_add(b->progress, (double)count);
        pass_on(q, status);
    }
    nsym_events_free(events);
    return status;
}

nsym_status nsym_blocks_write(const nsym_blocks *b, const char *path) {
    queue q = {.blocks = b, .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};
    NSYM_TRY(nsym_events_writer_new(&q.writer, path));
    nsym_progress_start(b->progress, b->what, (double)b->events, 0);
    nsym_status status = nsym_workers_run(b->workers, (b->events - 1) / b->block + 1, run_block, &q, NULL);
    if (status == NSYM_OK) status = nsym_events_writer_close(q.writer);
    nsym_events_writer_free(q.writer);
    pthread_cond_destroy(&q.moved);
    pthread_mutex_destroy(&q.lock);
    return status;
}
