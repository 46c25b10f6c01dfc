#include "ledger/journal.h"

#include "base/fail.h"
#include "base/folder.h"
#include "base/remark.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { MARK = 0x316E736E }; /* of a record, on a machine with the same order of bytes */

typedef enum kind { RUN = 1, RUN_AGAIN, END, BEGIN } kind;

/* Before each record; the CRC-32 is of kind and size and of the bytes that follow. */
typedef struct head {
    uint32_t mark, crc;
    uint64_t kind, size;
} head;

static uint32_t crc_of(const head *h, const void *bytes) {
    uLong crc = crc32_z(crc32(0, NULL, 0), (const Bytef *)&h->kind, 2 * sizeof h->kind);
    return (uint32_t)(h->size ? crc32_z(crc, bytes, (size_t)h->size) : crc);
}

static nsym_status add(nsym_lease *own, kind k, const void *bytes, size_t n) {
    head h = {.mark = MARK, .kind = k, .size = n};
    char *whole = malloc(sizeof h + n);
    if (!whole) return nsym_fail(NSYM_ENOMEM, "no memory for a record of %zu bytes", n);
    h.crc = crc_of(&h, bytes);
    memcpy(whole, &h, sizeof h);
    if (n) memcpy(whole + sizeof h, bytes, n);
    nsym_status status = nsym_lease_append(own, whole, sizeof h + n);
    free(whole);
    return status;
}

nsym_status nsym_journal_add(nsym_lease *own, const nsym_parcel_run *run, bool again) {
    void *bytes;
    size_t n;
    NSYM_TRY(nsym_parcel_pack_run(&bytes, &n, run));
    nsym_status status = add(own, again ? RUN_AGAIN : RUN, bytes, n);
    free(bytes);
    return status;
}

nsym_status nsym_journal_begin(nsym_lease *own, uint64_t work) {
    return add(own, BEGIN, &work, sizeof work);
}

nsym_status nsym_journal_end(nsym_lease *own) {
    return add(own, END, NULL, 0);
}

typedef struct journal {
    char name[NSYM_LEASE_NAME];
    ino_t file;     /* another one of that name begins anew */
    size_t read;    /* bytes of whole records */
    size_t size;    /* and of all, when it was read */
    uint64_t work;  /* what its process is at; 0: it has not said so, or began the file anew after it slept */
    bool ended, is; /* is: it was there the last time */
} journal;

struct nsym_journals {
    char folder[NSYM_PATH_SIZE];
    size_t count, room;
    journal *journal;
};

nsym_status nsym_journals_new(nsym_journals **out, const char *folder) {
    nsym_journals *j = *out = calloc(1, sizeof *j);
    if (!j) return nsym_fail(NSYM_ENOMEM, "%s: no memory for its journals", folder);
    snprintf(j->folder, sizeof j->folder, "%s", folder);
    return NSYM_OK;
}

void nsym_journals_free(nsym_journals *j) {
    if (!j) return;
    free(j->journal);
    free(j);
}

static journal *find(nsym_journals *j, const char *name) {
    for (size_t i = 0; i < j->count; i++)
        if (strcmp(j->journal[i].name, name) == 0) return &j->journal[i];
    if (j->count == j->room) {
        journal *more = realloc(j->journal, (2 * j->room + 8) * sizeof *more);
        if (!more) return NULL;
        j->journal = more;
        j->room = 2 * j->room + 8;
    }
    journal *one = &j->journal[j->count++];
    *one = (journal){0};
    memcpy(one->name, name, strlen(name) + 1); /* which is a lease's, so it fits */
    return one;
}

/* Lists the folder. */
static nsym_status look(nsym_journals *j, const char *own) {
    for (size_t i = 0; i < j->count; i++) j->journal[i].is = false;
    DIR *folder = opendir(j->folder);
    if (!folder)
        return errno == ENOENT ? NSYM_OK
                               : nsym_fail(NSYM_EIO, "cannot read the folder %s: %s", j->folder, strerror(errno));
    nsym_status status = NSYM_OK;
    for (struct dirent *entry; status == NSYM_OK && (entry = readdir(folder));) {
        if (!nsym_lease_is_name(entry->d_name) || (own && strcmp(entry->d_name, own) == 0)) continue;
        journal *one = find(j, entry->d_name);
        if (one)
            one->is = true;
        else
            status = nsym_fail(NSYM_ENOMEM, "%s: no memory for its journals", j->folder);
    }
    closedir(folder);
    return status;
}

typedef nsym_status taker(void *context, const nsym_parcel_run *run, bool again);

static nsym_status take_record(journal *one, const head *h, const void *bytes, taker *take, void *context) {
    nsym_parcel_run run;
    one->ended = h->kind == END;
    if (h->kind == BEGIN && h->size == sizeof one->work) memcpy(&one->work, bytes, sizeof one->work);
    if (h->kind != RUN && h->kind != RUN_AGAIN) return NSYM_OK;
    NSYM_TRY(nsym_parcel_unpack_run(&run, bytes, (size_t)h->size));
    nsym_status status = take(context, &run, h->kind == RUN_AGAIN);
    free((void *)run.measures);
    return status;
}

/* The whole records of what was read (n), which stands at a multiple of 8, as every record does. */
static nsym_status take_records(journal *one, const char *bytes, size_t n, taker *take, void *context) {
    head h;
    while (n >= sizeof h) {
        memcpy(&h, bytes, sizeof h);
        if (h.mark != MARK || h.size > n - sizeof h || h.crc != crc_of(&h, bytes + sizeof h)) break;
        NSYM_TRY(take_record(one, &h, bytes + sizeof h, take, context));
        size_t whole = sizeof h + (size_t)h.size;
        one->read += whole;
        bytes += whole;
        n -= whole;
    }
    return NSYM_OK;
}

/* Reads what an open file has behind what was read. New, n bytes; NULL: it cannot be read. */
static char *read_rest(int file, size_t from, size_t *n) {
    char *bytes = malloc(*n + 1);
    size_t got = 0;
    while (bytes && got < *n) {
        ssize_t more = pread(file, bytes + got, *n - got, (off_t)(from + got));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) {
            free(bytes);
            return NULL;
        }
        if (more == 0) break;
        got += (size_t)more;
    }
    *n = got;
    return bytes;
}

/* A journal that vanishes meanwhile was kept elsewhere before. */
static nsym_status read_one(const nsym_journals *j, journal *one, taker *take, void *context) {
    char path[NSYM_PATH_SIZE];
    struct stat about;
    NSYM_TRY(nsym_folder_path(path, j->folder, "%s", one->name));
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT || errno == ESTALE
                   ? NSYM_OK
                   : nsym_fail(NSYM_EIO, "%s: cannot be read: %s", path, strerror(errno));
    nsym_status status = NSYM_OK;
    if (fstat(file, &about) == 0) {
        if (one->file != about.st_ino || (size_t)about.st_size < one->read) one->read = 0;
        one->file = about.st_ino;
        one->size = (size_t)about.st_size;
        size_t n = one->size - one->read;
        char *bytes = n ? read_rest(file, one->read, &n) : NULL;
        if (bytes) status = take_records(one, bytes, n, take, context);
        if (n && !bytes) status = nsym_fail(NSYM_EIO, "%s: cannot be read: %s", path, strerror(errno));
        free(bytes);
    }
    close(file);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", path);
}

nsym_status nsym_journals_read(nsym_journals *j, const char *own, taker *take, void *context) {
    NSYM_TRY(look(j, own));
    for (size_t i = 0; i < j->count; i++)
        if (j->journal[i].is) NSYM_TRY(read_one(j, &j->journal[i], take, context));
    return NSYM_OK;
}

bool nsym_journals_other(nsym_journals *j, nsym_vigil *vigil, const uint64_t *work, char owner[NSYM_LEASE_NAME]) {
    bool sure = true;
    owner[0] = '\0';
    for (size_t i = 0; i < j->count; i++) {
        const journal *one = &j->journal[i];
        if (!one->is || one->ended || (work && (one->work == 0 || one->work == *work))) continue;
        if (nsym_vigil_is_dead(vigil, j->folder, one->name)) continue;
        nsym_lease_owner(owner, one->name);
        if (nsym_vigil_is_alive(vigil, j->folder, one->name)) return true;
        sure = false;
    }
    return sure;
}

/* May a journal be removed? It has not grown since it was read. */
static bool is_over(const nsym_journals *j, const journal *one, const char *path, nsym_vigil *vigil) {
    struct stat about;
    if (!one->is || (!one->ended && !nsym_vigil_is_dead(vigil, j->folder, one->name))) return false;
    return stat(path, &about) == 0 && about.st_ino == one->file && (size_t)about.st_size == one->size;
}

void nsym_journals_clean(nsym_journals *j, const char *own, nsym_vigil *vigil) {
    for (size_t i = 0; i < j->count; i++) {
        const journal *one = &j->journal[i];
        char path[NSYM_PATH_SIZE];
        if (own && strcmp(one->name, own) == 0) continue;
        if (nsym_folder_path(path, j->folder, "%s", one->name) != NSYM_OK) continue;
        if (!is_over(j, one, path, vigil)) continue;
        if (one->size > one->read)
            nsym_remark(NSYM_WARNING,
                        "%s: its last %zu bytes are an incomplete record: the process was killed while it wrote them, "
                        "and nearsym does that run again",
                        path, one->size - one->read);
        unlink(path);
    }
}
