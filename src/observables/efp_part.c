#include "observables/efp_part.h"

#include "base/atomic_file.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/lock_file.h"
#include "data/hdf5_seal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct tail {
    char mark[8];         /* "nsym-efp" */
    uint64_t job, values; /* a hash of everything that enters; the byte at which the values begin */
    unsigned char done[]; /* (blocks) */
} tail;

struct nsym_efp_part {
    char *path, *part; /* PATH and PATH.part */
    nsym_lock_file *lock;
    int file;      /* PATH.part, open; -1: not */
    uint64_t end;  /* of HDF5's own bytes */
    uint64_t room; /* bytes of all values */
    size_t blocks; /* and the bytes of their tail: */
    size_t bytes;
    tail *tail;
    pthread_mutex_t mutex; /* of what follows, and of `done` */
    double next;           /* when the marks are written again, seconds */
    bool changed;          /* since they were */
};

static nsym_status system_refused(const nsym_efp_part *p) {
    return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", p->part, strerror(errno));
}

nsym_status nsym_efp_part_new(nsym_efp_part **out, const char *path) {
    *out = NULL;
    struct stat present;
    bool exists = stat(path, &present) == 0;
    if (exists && !S_ISREG(present.st_mode))
        return nsym_fail(NSYM_EIO, "%s: exists and is not a regular file; choose another name", path);
    nsym_efp_part *p = calloc(1, sizeof *p);
    if (!p) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    p->file = -1;
    pthread_mutex_init(&p->mutex, NULL);
    p->path = exists ? realpath(path, NULL) : strdup(path);
    p->part = p->path ? malloc(strlen(p->path) + sizeof ".part") : NULL;
    nsym_status status = p->part ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    if (p->part) {
        sprintf(p->part, "%s.part", p->path);
        status = nsym_lock_take(&p->lock, p->path);
    }
    if (status != NSYM_OK) {
        nsym_efp_part_free(p);
        return status;
    }
    *out = p;
    return NSYM_OK;
}

/* A new PATH.part with nothing done. */
static nsym_status begin(nsym_efp_part *p, nsym_efp_lay_out lay_out, const void *context) {
    nsym_h5 *file;
    struct stat about;
    NSYM_TRY(nsym_h5_create(&file, p->part));
    nsym_status status = lay_out(file, context, &p->tail->values);
    if (status != NSYM_OK) {
        nsym_h5_close(file);
        return status;
    }
    NSYM_TRY(nsym_h5_commit_with(file, p->tail, p->bytes));
    p->file = open(p->part, O_RDWR | O_CLOEXEC);
    if (p->file < 0 || fstat(p->file, &about) != 0) return system_refused(p);
    p->end = (uint64_t)about.st_size - p->bytes;
    return NSYM_OK;
}

/* Is the tail of this job there, `behind` bytes before the file's end? */
static bool find_tail(nsym_efp_part *p, uint64_t size, uint64_t behind) {
    tail found;
    if (size <= p->bytes + behind) return false;
    uint64_t at = size - p->bytes - behind;
    if (pread(p->file, &found, sizeof found, (off_t)at) != (ssize_t)sizeof found ||
        memcmp(found.mark, p->tail->mark, sizeof found.mark) != 0 || found.job != p->tail->job)
        return false;
    if (found.values > at || at - found.values < p->room) return false; /* they lie before it */
    p->end = at;
    return pread(p->file, p->tail, p->bytes, (off_t)at) == (ssize_t)p->bytes;
}

/* Goes on with the PATH.part that there is. A process that was killed while it finished has sealed it, or begun to. */
static nsym_status go_on(nsym_efp_part *p) {
    struct stat about;
    bool found = false;
    if (fstat(p->file, &about) != 0) return system_refused(p);
    for (uint64_t behind = 0; behind <= NSYM_H5_SEAL && !found; behind++)
        found = find_tail(p, (uint64_t)about.st_size, behind);
    if (!found)
        return nsym_fail(
            NSYM_EINVAL,
            "%s: exists, but belongs to other events, graphs or options, or is damaged; remove it to start again",
            p->part);
    return ftruncate(p->file, (off_t)(p->end + p->bytes)) == 0 ? NSYM_OK : system_refused(p);
}

nsym_status nsym_efp_part_open(nsym_efp_part *p, uint64_t job, size_t blocks, uint64_t bytes, nsym_efp_lay_out lay_out,
                               const void *context) {
    p->room = bytes;
    p->blocks = blocks;
    p->bytes = sizeof(tail) + blocks;
    p->tail = calloc(1, p->bytes);
    if (!p->tail) return nsym_fail(NSYM_ENOMEM, "%s: no memory for %zu blocks", p->path, blocks);
    *p->tail = (tail){.mark = "nsym-efp", .job = job};
    p->file = open(p->part, O_RDWR | O_CLOEXEC);
    if (p->file < 0 && errno != ENOENT) return system_refused(p);
    return p->file >= 0 ? go_on(p) : begin(p, lay_out, context);
}

const char *nsym_efp_part_path(const nsym_efp_part *p) {
    return p->part;
}

bool nsym_efp_part_has(const nsym_efp_part *p, size_t block) {
    return p->tail->done[block];
}

static bool write_at(int file, const void *data, size_t bytes, uint64_t at) {
    for (const char *from = data; bytes > 0;) {
        ssize_t n = pwrite(file, from, bytes, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        from += n, at += (uint64_t)n, bytes -= (size_t)n;
    }
    return true;
}

/* Marks what is done, once the disk has it. That takes at most a tenth of the time, and happens at most every second.
 */
static nsym_status keep(nsym_efp_part *p) {
    double start = nsym_seconds();
    if (!nsym_atomic_settle(p->file)) return system_refused(p);
    if (!write_at(p->file, p->tail->done, p->blocks, p->end + sizeof(tail))) return system_refused(p);
    double end = nsym_seconds();
    p->changed = false;
    p->next = end + (9 * (end - start) > 1 ? 9 * (end - start) : 1);
    return NSYM_OK;
}

nsym_status nsym_efp_part_put(nsym_efp_part *p, size_t block, const double *values, size_t bytes, uint64_t at) {
    if (!write_at(p->file, values, bytes, p->tail->values + at)) return system_refused(p);
    pthread_mutex_lock(&p->mutex);
    p->tail->done[block] = 1;
    p->changed = true;
    nsym_status status = nsym_seconds() < p->next ? NSYM_OK : keep(p);
    pthread_mutex_unlock(&p->mutex);
    return status;
}

nsym_status nsym_efp_part_finish(nsym_efp_part *p) {
    NSYM_TRY(keep(p));
    NSYM_TRY(nsym_h5_seal(p->part, p->part));
    return nsym_atomic_replace(p->part, p->path);
}

void nsym_efp_part_free(nsym_efp_part *p) {
    if (!p) return;
    if (p->file >= 0 && p->changed) {
        nsym_status ignored = keep(p); /* what failed before is to be told */
        (void)ignored;
    }
    if (p->file >= 0) close(p->file);
    nsym_lock_release(p->lock);
    pthread_mutex_destroy(&p->mutex);
    free(p->tail);
    free(p->part);
    free(p->path);
    free(p);
}
