#include "ledger/claims.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = 16 }; /* of a claim's name */

typedef struct known {
    uint64_t hash;
    ino_t file;
    char owner[NSYM_LEASE_NAME]; /* a lease's name; empty: its maker has not written it yet, without hard links */
} known;

struct nsym_claims {
    char folder[NSYM_PATH_SIZE], leases[NSYM_PATH_SIZE];
    const nsym_lease *lease;
    nsym_vigil *vigil;
    double pause;
    pthread_mutex_t lock; /* of what follows */
    double looked;
    size_t count, mine, room;
    known *known;  /* (count) of the folder as it was, by their hash */
    uint64_t *own; /* (mine; room) */
};

nsym_status nsym_claims_new(nsym_claims **out, const char *folder, const char *leases, const nsym_lease *own,
                            nsym_vigil *vigil) {
    double seconds;
    *out = NULL;
    NSYM_TRY(nsym_lease_seconds(&seconds));
    nsym_claims *c = calloc(1, sizeof *c);
    if (!c) return nsym_fail(NSYM_ENOMEM, "%s: no memory for claims", folder);
    snprintf(c->folder, sizeof c->folder, "%s", folder);
    snprintf(c->leases, sizeof c->leases, "%s", leases);
    c->lease = own;
    c->vigil = vigil;
    c->pause = fmin(1, seconds / 10);
    c->looked = -HUGE_VAL;
    pthread_mutex_init(&c->lock, NULL);
    *out = c;
    return NSYM_OK;
}

double nsym_claims_pause(const nsym_claims *c) {
    return c->pause;
}

/* ---- The folder as it is ---- */

static int by_hash(const void *a, const void *b) {
    const known *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

static known *find(const nsym_claims *c, uint64_t hash) {
    const known key = {.hash = hash};
    return c->count ? bsearch(&key, c->known, c->count, sizeof key, by_hash) : NULL;
}

static nsym_status path_of(char path[NSYM_PATH_SIZE], const nsym_claims *c, uint64_t hash) {
    return nsym_folder_path(path, c->folder, "%016" PRIx64, hash);
}

/* Of a claim that this process is making or taking away. */
static nsym_status own_path(char path[NSYM_PATH_SIZE], const nsym_claims *c, uint64_t hash) {
    return nsym_folder_path(path, c->folder, "%016" PRIx64 ".%s", hash, nsym_lease_name(c->lease));
}

static void read_owner(char owner[NSYM_LEASE_NAME], const char *path) {
    FILE *file = fopen(path, "r");
    owner[0] = '\0';
    if (!file) return;
    if (!fgets(owner, NSYM_LEASE_NAME, file)) owner[0] = '\0';
    owner[strcspn(owner, "\n")] = '\0';
    fclose(file);
    if (!nsym_lease_is_name(owner)) owner[0] = '\0';
}

/* "0123456789abcdef", a claim, or with ".LEASE" behind it one that was being made or taken away. */
static bool read_hash(const char *name, uint64_t *hash, const char **taker) {
    char *end;
    if (strspn(name, "0123456789abcdef") != DIGITS) return false;
    *hash = strtoull(name, &end, 16);
    *taker = *end == '.' ? end + 1 : NULL;
    return *end == '\0' || *taker;
}

/* Learns of a file of the folder. */
static nsym_status learn(nsym_claims *c, known **list, size_t *n, size_t *room, const struct dirent *entry) {
    char path[NSYM_PATH_SIZE];
    const char *taker;
    known one = {.file = entry->d_ino};
    if (!read_hash(entry->d_name, &one.hash, &taker)) return NSYM_OK;
    NSYM_TRY(nsym_folder_path(path, c->folder, "%s", entry->d_name));
    if (taker) { /* which was killed at it? */
        if (nsym_vigil_is_dead(c->vigil, c->leases, taker)) unlink(path);
        return NSYM_OK;
    }
    const known *before = find(c, one.hash);
    if (before && before->file == one.file && before->owner[0])
        strcpy(one.owner, before->owner);
    else
        read_owner(one.owner, path);
    if (*n == *room) {
        known *more = realloc(*list, (2 * *room + 16) * sizeof *more);
        if (!more) return nsym_fail(NSYM_ENOMEM, "%s: no memory for claims", c->folder);
        *list = more;
        *room = 2 * *room + 16;
    }
    (*list)[(*n)++] = one;
    return NSYM_OK;
}

static nsym_status look(nsym_claims *c) {
    known *list = NULL;
    size_t n = 0, room = 0;
    if (nsym_seconds() - c->looked < c->pause) return NSYM_OK;
    DIR *folder = opendir(c->folder);
    if (!folder && errno != ENOENT)
        return nsym_fail(NSYM_EIO, "cannot read the folder %s: %s", c->folder, strerror(errno));
    nsym_status status = NSYM_OK;
    for (struct dirent *entry; folder && status == NSYM_OK && (entry = readdir(folder));)
        status = learn(c, &list, &n, &room, entry);
    if (folder) closedir(folder);
    if (status != NSYM_OK) {
        free(list);
        return status;
    }
    if (n) qsort(list, n, sizeof *list, by_hash);
    free(c->known);
    c->known = list;
    c->count = n;
    c->looked = nsym_seconds();
    return NSYM_OK;
}

void nsym_claims_look_again(nsym_claims *c) {
    pthread_mutex_lock(&c->lock);
    c->looked = -HUGE_VAL;
    pthread_mutex_unlock(&c->lock);
}

static void forget(nsym_claims *c, uint64_t hash) {
    known *one = find(c, hash);
    if (!one) return;
    c->count--;
    memmove(one, one + 1, (size_t)(c->known + c->count - one) * sizeof *one);
}

/* ---- Taking ---- */

static bool is_dead(const nsym_claims *c, const known *one) {
    char name[DIGITS + 1];
    if (one->owner[0]) return nsym_vigil_is_dead(c->vigil, c->leases, one->owner);
    snprintf(name, sizeof name, "%016" PRIx64, one->hash);
    return nsym_vigil_is_dead(c->vigil, c->folder, name);
}

/* Takes a dead process's claim away: of several that try one can rename it. False: another was faster, and it may have
   a new owner. */
static bool take_away(const nsym_claims *c, const known *one) {
    char path[NSYM_PATH_SIZE], away[NSYM_PATH_SIZE], owner[NSYM_LEASE_NAME];
    if (path_of(path, c, one->hash) != NSYM_OK) return false;
    if (own_path(away, c, one->hash) != NSYM_OK) return false;
    read_owner(owner, path);
    if (strcmp(owner, one->owner) != 0 || rename(path, away) != 0) return false;
    read_owner(owner, away);
    bool same = strcmp(owner, one->owner) == 0;
    if (same)
        unlink(away);
    else
        (void)!rename(away, path); /* it was a new one */
    return same;
}

static bool remember(nsym_claims *c, uint64_t hash) {
    if (c->mine == c->room) {
        uint64_t *more = realloc(c->own, (2 * c->room + 8) * sizeof *more);
        if (!more) return false;
        c->own = more;
        c->room = 2 * c->room + 8;
    }
    c->own[c->mine++] = hash;
    return true;
}

/* Writes a file that names this process. *made is false where, with O_EXCL, there is one already. */
static nsym_status write_owner(const nsym_claims *c, const char *path, int flags, bool *made) {
    int file;
    NSYM_TRY(nsym_folder_open_file(&file, c->folder, path, flags));
    *made = file >= 0;
    if (file < 0) return NSYM_OK;
    bool written = dprintf(file, "%s\n", nsym_lease_name(c->lease)) > 0;
    int number = errno;
    if (close(file) != 0) written = false;
    if (written) return NSYM_OK;
    unlink(path);
    return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(number));
}

/* Makes the claim's file, where there is none. It is written under a name of this process's own and linked to the
   claim's: a process that is killed at it leaves no claim without an owner, for which others would wait. A server may
   link the file and its answer be lost: then the file has two names. Where there are no hard links, the claim is
   written in its place. */
static nsym_status make_file(const nsym_claims *c, const char *path, uint64_t hash, bool *made) {
    char draft[NSYM_PATH_SIZE];
    struct stat about;
    NSYM_TRY(own_path(draft, c, hash));
    NSYM_TRY(write_owner(c, draft, O_TRUNC, made));
    int number = link(draft, path) == 0 ? 0 : errno;
    *made = number == 0 || (stat(draft, &about) == 0 && about.st_nlink == 2);
    unlink(draft);
    return *made || number == EEXIST ? NSYM_OK : write_owner(c, path, O_EXCL, made);
}

static nsym_status make(nsym_claims *c, const char *path, uint64_t hash, bool *made) {
    NSYM_TRY(make_file(c, path, hash, made));
    if (!*made || remember(c, hash)) return NSYM_OK;
    unlink(path);
    *made = false;
    return nsym_fail(NSYM_ENOMEM, "%s: no memory for claims", path);
}

static nsym_status take(nsym_claims *c, uint64_t hash, nsym_claim *out) {
    char path[NSYM_PATH_SIZE], owner[NSYM_LEASE_NAME] = "";
    *out = (nsym_claim){0};
    NSYM_TRY(path_of(path, c, hash));
    NSYM_TRY(look(c));
    known *one = find(c, hash);
    if (one) {
        strcpy(owner, one->owner);
        out->mine = strcmp(owner, nsym_lease_name(c->lease)) == 0;
        bool gone = !out->mine && is_dead(c, one) && take_away(c, one);
        if (gone) forget(c, hash);
        if (gone) NSYM_TRY(make(c, path, hash, &out->mine));
    } else {
        NSYM_TRY(make(c, path, hash, &out->mine));
        if (!out->mine) read_owner(owner, path);
    }
    nsym_lease_owner(out->owner, owner[0] ? owner : out->mine ? "" : "another process");
    return NSYM_OK;
}

nsym_status nsym_claims_take(nsym_claims *c, const char *key, nsym_claim *out) {
    pthread_mutex_lock(&c->lock);
    nsym_status status = take(c, nsym_hash_text(NSYM_HASH_START, key), out);
    pthread_mutex_unlock(&c->lock);
    return status;
}

/* Whoever took this process for dead has the claim now, and keeps it. */
static bool release(nsym_claims *c, uint64_t hash) {
    char path[NSYM_PATH_SIZE], owner[NSYM_LEASE_NAME];
    if (path_of(path, c, hash) != NSYM_OK) return false;
    read_owner(owner, path);
    bool own = strcmp(owner, nsym_lease_name(c->lease)) == 0;
    if (own) unlink(path);
    forget(c, hash);
    for (size_t i = 0; i < c->mine; i++)
        if (c->own[i] == hash) c->own[i--] = c->own[--c->mine];
    return own;
}

bool nsym_claims_release(nsym_claims *c, const char *key) {
    pthread_mutex_lock(&c->lock);
    bool own = release(c, nsym_hash_text(NSYM_HASH_START, key));
    pthread_mutex_unlock(&c->lock);
    return own;
}

void nsym_claims_free(nsym_claims *c) {
    if (!c) return;
    while (c->mine > 0) release(c, c->own[0]);
    c->looked = -HUGE_VAL;
    if (look(c) == NSYM_OK)
        for (size_t i = 0; i < c->count; i++)
            if (is_dead(c, &c->known[i])) (void)!take_away(c, &c->known[i]);
    rmdir(c->folder);
    free(c->known);
    free(c->own);
    pthread_mutex_destroy(&c->lock);
    free(c);
}
