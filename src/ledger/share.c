/* The files of a ledger, and how processes share them. */
#include "ledger/inside.h"

#include "base/clock.h"
#include "base/fail.h"
#include "ledger/company.h"
#include "ledger/snapshot.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char merging[] = "merge of the ledger", finished[] = "finished";

/* ---- Reading ---- */

static bool same_file(const struct stat *a, const struct stat *b) {
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* A file as it is; all zeros: there is none. Opening it asks a network's server, where a look may be an old one. */
static struct stat look_at(const char *path) {
    struct stat about = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return about;
    if (fstat(file, &about) != 0) about = (struct stat){0};
    close(file);
    return about;
}

/* Reads the file where it is another one than before. One that is replaced on another machine while it is read may fail
   at once, and is read again; one that is locked fails after a while. */
static nsym_status read_file(nsym_ledger *ledger) {
    nsym_status status = NSYM_OK;
    double start = nsym_seconds();
    for (int tries = 0; tries < 3; tries++) {
        struct stat now = look_at(ledger->path);
        if (ledger->file.st_ino != 0 && same_file(&now, &ledger->file)) return NSYM_OK;
        status = nsym_snapshot_read(&ledger->d);
        if (status == NSYM_OK) ledger->file = now;
        if (status != NSYM_EIO || nsym_seconds() - start > 5) break;
        nsym_nap(0.1);
    }
    return status;
}

static nsym_status take_run(void *context, const nsym_parcel_run *run, bool again) {
    nsym_ledger *ledger = context;
    bool added;
    NSYM_TRY(nsym_ledger_insert(ledger, run, again, &added));
    ledger->changed |= added;
    return NSYM_OK;
}

/* A journal is removed after the file has its runs: whatever is missed in one is found in the other, if that is read
   later. */
static nsym_status read_all(nsym_ledger *ledger) {
    const char *own = ledger->lease ? nsym_lease_name(ledger->lease) : NULL;
    NSYM_TRY(read_file(ledger));
    NSYM_TRY(nsym_journals_read(ledger->journals, own, take_run, ledger));
    return read_file(ledger);
}

nsym_status nsym_ledger_refresh(nsym_ledger *ledger) {
    nsym_ledger_lock(ledger);
    nsym_status status = read_all(ledger);
    nsym_ledger_unlock(ledger);
    return status;
}

/* ---- Merging ---- */

/* Replaces the file by one with all runs that are known. A process that slept at it may be taken for dead, and its
   claim on the merge is another's: then the file is one that was not read, and may have more. */
static nsym_status write_file(nsym_ledger *ledger, bool *written) {
    nsym_atomic_file *file;
    NSYM_TRY(nsym_snapshot_write(&file, &ledger->d));
    struct stat now = look_at(ledger->path);
    *written = same_file(&now, &ledger->file);
    if (!*written) {
        nsym_atomic_file_abandon(file);
        return NSYM_OK;
    }
    NSYM_TRY(nsym_atomic_file_commit(file));
    ledger->changed = false;
    ledger->file = look_at(ledger->path);
    return NSYM_OK;
}

/* With the merge claimed: the file only ever grows. */
static nsym_status write_all(nsym_ledger *ledger) {
    for (bool written = false; !written;) {
        NSYM_TRY(read_all(ledger));
        written = !ledger->changed && ledger->file.st_ino != 0;
        if (!written) NSYM_TRY(write_file(ledger, &written));
    }
    nsym_journals_clean(ledger->journals, nsym_lease_name(ledger->lease), ledger->vigil);
    return NSYM_OK;
}

/* Merges, unless others are at it for all the time that this one waits. */
static nsym_status merge(nsym_ledger *ledger, bool *merged) {
    enum { WAIT = 5 };
    double start = nsym_seconds();
    nsym_claim claim = {0};
    *merged = false;
    while (!claim.mine) {
        NSYM_TRY(nsym_ledger_claim(ledger, merging, &claim));
        if (!claim.mine && nsym_seconds() - start > WAIT) return NSYM_OK;
        if (!claim.mine) nsym_nap(0.02);
        if (!claim.mine) nsym_claims_look_again(ledger->claims);
    }
    nsym_ledger_lock(ledger);
    nsym_status status = write_all(ledger);
    nsym_ledger_unlock(ledger);
    nsym_ledger_release(ledger, merging);
    *merged = status == NSYM_OK;
    return status;
}

/* ---- Opening and closing ---- */

/* "out/ledger" beside "out/ledger.sqlite", for journals, and "out/claims". */
static nsym_status name_folders(nsym_ledger *ledger) {
    static const char ending[] = ".sqlite";
    const char *path = ledger->path, *slash = strrchr(path, '/');
    size_t n = strlen(path), tail = sizeof ending - 1;
    bool ends = n > tail && strcmp(path + n - tail, ending) == 0;
    int folder = slash ? (int)(slash + 1 - path) : 0;
    int a = snprintf(ledger->journals_folder, NSYM_PATH_SIZE, "%.*s%s", (int)(ends ? n - tail : n), path,
                     ends ? "" : ".journals"),
        b = snprintf(ledger->claims_folder, NSYM_PATH_SIZE, "%.*sclaims", folder, path);
    if (a >= NSYM_PATH_SIZE || b >= NSYM_PATH_SIZE)
        return nsym_fail(NSYM_EIO, "the folder's name is too long: %s", path);
    return NSYM_OK;
}

static nsym_status look_at_finished(const nsym_ledger *ledger, struct stat *about) {
    char path[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_folder_path(path, ledger->claims_folder, "%s", finished));
    *about = look_at(path);
    return NSYM_OK;
}

/* Reads everything, before anything is written. */
static nsym_status open_read(nsym_ledger *ledger) {
    double seconds;
    NSYM_TRY(name_folders(ledger));
    NSYM_TRY(nsym_lease_seconds(&seconds));
    NSYM_TRY(nsym_vigil_new(&ledger->vigil, seconds));
    NSYM_TRY(nsym_journals_new(&ledger->journals, ledger->journals_folder));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_URI;
    if (sqlite3_open_v2(":memory:", &ledger->d.db, flags, NULL) != SQLITE_OK) return nsym_database_fail(&ledger->d);
    NSYM_TRY(nsym_snapshot_begin(&ledger->d));
    NSYM_TRY(nsym_ledger_prepare_lists(ledger));
    return read_all(ledger);
}

/* Begins a journal and, where there is none yet, the file. */
static nsym_status open_written(nsym_ledger *ledger) {
    bool merged;
    nsym_status status = nsym_lease_new(&ledger->lease, ledger->journals_folder);
    if (status != NSYM_OK) return nsym_fail_in(status, "%s: ", ledger->path);
    NSYM_TRY(
        nsym_claims_new(&ledger->claims, ledger->claims_folder, ledger->journals_folder, ledger->lease, ledger->vigil));
    NSYM_TRY(look_at_finished(ledger, &ledger->finished));
    return ledger->file.st_size > 0 ? NSYM_OK : merge(ledger, &merged);
}

static nsym_status open_ledger(nsym_ledger **out, const char *path, bool written) {
    *out = NULL;
    if (!*path) return nsym_fail(NSYM_EINVAL, "the ledger's path is empty");
    nsym_ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger || !(ledger->path = strdup(path))) {
        free(ledger);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory for the ledger", path);
    }
    ledger->d.path = ledger->path;
    nsym_status status = open_read(ledger);
    if (status == NSYM_OK && written) status = open_written(ledger);
    if (status != NSYM_OK)
        nsym_ledger_close(ledger);
    else
        *out = ledger;
    return status;
}

nsym_status nsym_ledger_open(nsym_ledger **out, const char *path) {
    return open_ledger(out, path, true);
}

nsym_status nsym_ledger_look(nsym_ledger **out, const char *path) {
    return open_ledger(out, path, false);
}

/* Removes what tells of processes that are all gone: that the study is finished, and files of clusters that were
   killed, whose rank 0 has a journal as long as it lives (study/watch.h). */
static void sweep(const char *claims) {
    DIR *folder = opendir(claims);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strcmp(entry->d_name, finished) == 0 || strncmp(entry->d_name, "rank-", 5) == 0)
            unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    rmdir(claims);
}

/* Leaves the folders to the others or, where there is nobody else, removes them. */
static void leave(nsym_ledger *ledger) {
    bool merged = false;
    if (merge(ledger, &merged) != NSYM_OK) merged = false; /* the journal has everything */
    if (!merged && ledger->recorded && nsym_journal_end(ledger->lease) != NSYM_OK) merged = false;
    nsym_claims_free(ledger->claims);
    nsym_lease_free(ledger->lease, merged || !ledger->recorded);
    if (rmdir(ledger->journals_folder) == 0) sweep(ledger->claims_folder);
}

void nsym_ledger_close(nsym_ledger *ledger) {
    if (!ledger) return;
    if (ledger->claims)
        leave(ledger);
    else
        nsym_lease_free(ledger->lease, true);
    nsym_journals_free(ledger->journals);
    nsym_vigil_free(ledger->vigil);
    sqlite3_close_v2(ledger->d.db);
    free(ledger->path);
    free(ledger);
}

/* ---- Claims ---- */

nsym_status nsym_ledger_claim(nsym_ledger *ledger, const char *key, nsym_claim *claim) {
    if (!ledger->claims) return nsym_fail(NSYM_EINTERNAL, "%s: the ledger was opened for reading only", ledger->path);
    return nsym_claims_take(ledger->claims, key, claim);
}

bool nsym_ledger_release(nsym_ledger *ledger, const char *key) {
    return ledger->claims && nsym_claims_release(ledger->claims, key);
}

double nsym_ledger_pause(const nsym_ledger *ledger) {
    return ledger->claims ? nsym_claims_pause(ledger->claims) : 1;
}

nsym_status nsym_ledger_tell_finished(nsym_ledger *ledger) {
    char path[NSYM_PATH_SIZE];
    int file;
    NSYM_TRY(nsym_folder_path(path, ledger->claims_folder, "%s", finished));
    unlink(path);
    NSYM_TRY(nsym_folder_open_file(&file, ledger->claims_folder, path, 0));
    close(file);
    return look_at_finished(ledger, &ledger->finished);
}

bool nsym_ledger_was_finished(nsym_ledger *ledger) {
    struct stat now;
    return look_at_finished(ledger, &now) == NSYM_OK && now.st_ino != 0 && !same_file(&now, &ledger->finished);
}

nsym_status nsym_ledger_begin(nsym_ledger *ledger, uint64_t work, char other[NSYM_LEASE_NAME], nsym_progress *progress,
                              bool (*stop)(void)) {
    if (!ledger->lease) return nsym_fail(NSYM_EINTERNAL, "%s: the ledger was opened for reading only", ledger->path);
    NSYM_TRY(nsym_journal_begin(ledger->lease, work));
    return nsym_company_find(other, ledger->journals_folder, nsym_lease_name(ledger->lease), &work, progress, stop);
}
