#include "ledger/lease.h"

#include "base/atomic_file.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"
#include "base/host.h"
#include "base/workers.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char ending[] = ".runs";
static const unsigned unknown_machine = 0; /* of files that cannot be locked */

struct nsym_lease {
    char path[NSYM_PATH_SIZE], name[NSYM_LEASE_NAME];
    double seconds; /* between two signs of life */
    int file;
    bool lives; /* the thread is there */
    pthread_t thread;
    pthread_mutex_t lock; /* of file and over */
    pthread_cond_t ends;
    bool over;
};

nsym_status nsym_lease_seconds(double *seconds) {
    const char *text = getenv("NSYM_CLAIM_SECONDS");
    char *end;
    *seconds = 120;
    if (!text || !text[0]) return NSYM_OK;
    double value = strtod(text, &end);
    if (*end || !(value >= 0.2 && value <= 86400))
        return nsym_fail(NSYM_EINVAL, "NSYM_CLAIM_SECONDS is '%s', must be seconds from 0.2 to 86400", text);
    *seconds = value;
    return NSYM_OK;
}

/* This machine since it was started, as a number: containers on it are on the same. */
static unsigned machine(void) {
    char text[64] = "";
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
    if (!file) return unknown_machine;
    bool read = fgets(text, sizeof text, file) != NULL;
    fclose(file);
    return read ? (unsigned)nsym_hash_text(NSYM_HASH_START, text) | 1 : unknown_machine;
}

/* The host's name as a part of a file's name. */
static void name_host(char host[NSYM_HOST_NAME]) {
    nsym_host_name(host);
    for (char *c = host; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '.') *c = '_';
}

/* Makes the lease's file and locks it; a file system without locks has none. *file is -1 where its name is taken. */
static nsym_status make_file(int *file, bool *locked, const nsym_lease *lease, const char *folder) {
    NSYM_TRY(nsym_folder_open_file(file, folder, lease->path, O_EXCL | O_APPEND));
    *locked = *file >= 0 && flock(*file, LOCK_EX | LOCK_NB) == 0;
    return NSYM_OK;
}

static nsym_status make(nsym_lease *lease, const char *folder) {
    char host[NSYM_HOST_NAME];
    unsigned number, where = machine();
    bool locked = false;
    name_host(host);
    for (int tries = 0; tries < 100; tries++) {
        if (getentropy(&number, sizeof number) != 0) number = (unsigned)(nsym_seconds() * 1e9);
        snprintf(lease->name, sizeof lease->name, "%s-%08x-%ld-%08x%s", host, where, (long)getpid(), number, ending);
        NSYM_TRY(nsym_folder_path(lease->path, folder, "%s", lease->name));
        NSYM_TRY(make_file(&lease->file, &locked, lease, folder));
        if (lease->file < 0) continue;
        if (locked || where == unknown_machine) return NSYM_OK;
        where = unknown_machine; /* again, as a file whose lock says nothing */
        unlink(lease->path);
        close(lease->file);
        lease->file = -1;
    }
    return nsym_fail(NSYM_EIO, "%s: every name for a journal is taken", folder);
}

static struct timespec after(double seconds) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    double whole = (double)t.tv_nsec * 1e-9 + seconds;
    t.tv_sec += (time_t)whole;
    t.tv_nsec = (long)((whole - (double)(time_t)whole) * 1e9);
    return t;
}

static void *live(void *context) {
    nsym_lease *lease = context;
    pthread_mutex_lock(&lease->lock);
    while (!lease->over) {
        struct timespec next = after(lease->seconds);
        while (!lease->over && pthread_cond_timedwait(&lease->ends, &lease->lock, &next) != ETIMEDOUT) {
        }
        if (!lease->over) (void)!futimens(lease->file, NULL);
    }
    pthread_mutex_unlock(&lease->lock);
    return NULL;
}

nsym_status nsym_lease_new(nsym_lease **out, const char *folder) {
    double seconds;
    pthread_condattr_t monotonic;
    *out = NULL;
    NSYM_TRY(nsym_lease_seconds(&seconds));
    nsym_lease *lease = calloc(1, sizeof *lease);
    if (!lease) return nsym_fail(NSYM_ENOMEM, "%s: no memory", folder);
    lease->seconds = seconds / 6;
    lease->file = -1;
    pthread_mutex_init(&lease->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&lease->ends, &monotonic);
    pthread_condattr_destroy(&monotonic);
    nsym_status status = make(lease, folder);
    if (status == NSYM_OK) status = nsym_thread_start(&lease->thread, live, lease);
    lease->lives = status == NSYM_OK;
    if (status == NSYM_OK)
        *out = lease;
    else
        nsym_lease_free(lease, true);
    return status;
}

void nsym_lease_free(nsym_lease *lease, bool remove) {
    if (!lease) return;
    pthread_mutex_lock(&lease->lock);
    lease->over = true;
    pthread_cond_signal(&lease->ends);
    pthread_mutex_unlock(&lease->lock);
    if (lease->lives) pthread_join(lease->thread, NULL);
    if (lease->file >= 0 && remove) unlink(lease->path);
    if (lease->file >= 0) close(lease->file);
    pthread_cond_destroy(&lease->ends);
    pthread_mutex_destroy(&lease->lock);
    free(lease);
}

const char *nsym_lease_name(const nsym_lease *lease) {
    return lease->name;
}

/* Whoever takes a process for dead removes its file, having read it. One that was only asleep begins another. */
static nsym_status make_again(nsym_lease *lease) {
    struct stat about;
    bool locked;
    int file;
    if (fstat(lease->file, &about) == 0 && about.st_nlink > 0) return NSYM_OK;
    char folder[NSYM_PATH_SIZE];
    snprintf(folder, sizeof folder, "%s", lease->path);
    *strrchr(folder, '/') = '\0';
    NSYM_TRY(make_file(&file, &locked, lease, folder));
    if (file < 0) return nsym_fail(NSYM_EIO, "%s: there is another file of that name", lease->path);
    pthread_mutex_lock(&lease->lock);
    close(lease->file);
    lease->file = file;
    pthread_mutex_unlock(&lease->lock);
    return NSYM_OK;
}

static bool write_all(int file, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t written = write(file, bytes, n);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes += written;
        n -= (size_t)written;
    }
    return nsym_atomic_settle(file);
}

nsym_status nsym_lease_append(nsym_lease *lease, const void *bytes, size_t n) {
    struct stat about;
    NSYM_TRY(make_again(lease));
    if (fstat(lease->file, &about) == 0 && write_all(lease->file, bytes, n)) return NSYM_OK;
    int number = errno;
    (void)!ftruncate(lease->file, about.st_size);
    return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", lease->path, strerror(number));
}

/* ---- Names ---- */

/* The parts of a name, from its end: the process's number and its machine. False: it is no such name. */
static bool read_name(const char *name, size_t *host, unsigned *where, long *process) {
    char copy[NSYM_LEASE_NAME], *dash[3];
    size_t n = strlen(name), tail = sizeof ending - 1;
    if (n >= sizeof copy || n <= tail || strcmp(name + n - tail, ending) != 0) return false;
    memcpy(copy, name, n - tail);
    copy[n - tail] = '\0';
    for (int k = 0; k < 3; k++) {
        dash[k] = strrchr(copy, '-');
        if (!dash[k]) return false;
        *dash[k] = '\0';
    }
    *host = strlen(copy);
    *process = strtol(dash[1] + 1, NULL, 10);
    *where = (unsigned)strtoul(dash[2] + 1, NULL, 16);
    return *host > 0 && *process > 0;
}

bool nsym_lease_is_name(const char *name) {
    size_t host;
    unsigned where;
    long process;
    return read_name(name, &host, &where, &process);
}

void nsym_lease_owner(char owner[NSYM_LEASE_NAME], const char *name) {
    size_t host;
    unsigned where;
    long process;
    if (read_name(name, &host, &where, &process))
        snprintf(owner, NSYM_LEASE_NAME, "%.*s:%ld", (int)host, name, process);
    else
        snprintf(owner, NSYM_LEASE_NAME, "%s", name);
}

/* ---- Onlookers ---- */

typedef struct seen {
    char *path;
    struct timespec changed; /* the file's time, as its server tells it: only compared with itself */
    double since, asked;     /* of this process's clock */
    bool moved;              /* it has changed while it was watched */
} seen;

struct nsym_vigil {
    pthread_mutex_t lock; /* of the files */
    seen *file;
    size_t count, room;
    unsigned here;
    double seconds;
};

nsym_status nsym_vigil_new(nsym_vigil **out, double seconds) {
    *out = calloc(1, sizeof **out);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory to watch other processes");
    (*out)->here = machine();
    (*out)->seconds = seconds;
    pthread_mutex_init(&(*out)->lock, NULL);
    return NSYM_OK;
}

void nsym_vigil_free(nsym_vigil *vigil) {
    if (!vigil) return;
    for (size_t i = 0; i < vigil->count; i++) free(vigil->file[i].path);
    free(vigil->file);
    pthread_mutex_destroy(&vigil->lock);
    free(vigil);
}

/* What is known of a file; new where it is seen for the first time, NULL where there is no memory. */
static seen *find(nsym_vigil *v, const char *path) {
    for (size_t i = 0; i < v->count; i++)
        if (strcmp(v->file[i].path, path) == 0) return &v->file[i];
    if (v->count == v->room) {
        seen *more = realloc(v->file, (2 * v->room + 8) * sizeof *more);
        if (!more) return NULL;
        v->file = more;
        v->room = 2 * v->room + 8;
    }
    char *copy = strdup(path);
    if (!copy) return NULL;
    v->file[v->count] = (seen){.path = copy, .since = nsym_seconds(), .asked = -HUGE_VAL};
    return &v->file[v->count++];
}

/* Is a lease of this machine, where its lock tells of its process? */
static bool is_here(const nsym_vigil *v, const char *name) {
    size_t host;
    unsigned where;
    long process;
    return v->here != unknown_machine && read_name(name, &host, &where, &process) && where == v->here;
}

/* Is its process on this machine, and gone? */
static bool is_gone(const nsym_vigil *v, const char *name, int file) {
    return is_here(v, name) && (file < 0 || flock(file, LOCK_SH | LOCK_NB) == 0);
}

/* Looks at a file anew. */
static bool look(const nsym_vigil *v, seen *known, const char *name) {
    struct stat about = {0};
    int file = open(known->path, O_RDONLY | O_CLOEXEC); /* which asks the server, where a look may be an old one */
    bool gone = (file >= 0 || errno == ENOENT) && is_gone(v, name, file);
    if (file >= 0) (void)!fstat(file, &about);
    if (file >= 0) close(file);
    known->asked = nsym_seconds();
    if (known->changed.tv_sec != about.st_mtim.tv_sec || known->changed.tv_nsec != about.st_mtim.tv_nsec) {
        known->moved |= file >= 0 && known->changed.tv_sec != 0;
        known->changed = about.st_mtim;
        known->since = known->asked;
    }
    return gone || known->asked - known->since >= v->seconds;
}

bool nsym_vigil_is_dead(nsym_vigil *v, const char *folder, const char *name) {
    char path[NSYM_PATH_SIZE];
    if (nsym_folder_path(path, folder, "%s", name) != NSYM_OK) return false;
    pthread_mutex_lock(&v->lock);
    seen *known = find(v, path);
    bool dead = known && nsym_seconds() - known->asked > v->seconds / 200 && look(v, known, name);
    if (dead) known->asked = -HUGE_VAL; /* look again before it is believed again */
    pthread_mutex_unlock(&v->lock);
    return dead;
}

bool nsym_vigil_is_alive(nsym_vigil *v, const char *folder, const char *name) {
    char path[NSYM_PATH_SIZE];
    if (nsym_vigil_is_dead(v, folder, name)) return false;
    if (is_here(v, name)) return true;
    if (nsym_folder_path(path, folder, "%s", name) != NSYM_OK) return false;
    pthread_mutex_lock(&v->lock);
    const seen *known = find(v, path);
    bool alive = known && known->moved;
    pthread_mutex_unlock(&v->lock);
    return alive;
}
