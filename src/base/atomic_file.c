#include "base/atomic_file.h"

#include "base/fail.h"
#include "base/hash.h"
#include "base/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct nsym_atomic_file {
    char *path;      /* symbolic links resolved, so that a link stays one */
    char *temporary; /* beside it */
};

/* How the names of files begin that are being written, before the host's mark and the process's number. */
static const char start[] = ".part";

void nsym_atomic_clean(const char *folder) {
    DIR *all = opendir(folder);
    if (!all) return;
    for (struct dirent *entry; (entry = readdir(all));)
        if (nsym_host_left(entry->d_name, start)) unlinkat(dirfd(all), entry->d_name, 0);
    closedir(all);
}

static void release(nsym_atomic_file *file) {
    free(file->path);
    free(file->temporary);
    free(file);
}

/* The folder that a path is in; new. */
static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return !slash ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* A folder of many files takes long to list, so a process does it once. What another folder's mark replaces in the
   table is done again, which does no harm. */
static void clean_once(const char *folder) {
    static atomic_uint_fast64_t cleaned[64];
    struct stat about;
    if (stat(folder, &about) != 0) return;
    const uint64_t what[] = {(uint64_t)about.st_dev, (uint64_t)about.st_ino, (uint64_t)getpid()};
    uint64_t mark = NSYM_HASH_START;
    for (size_t i = 0; i < sizeof what / sizeof *what; i++) mark = nsym_hash_mix(mark ^ what[i]);
    if (atomic_exchange(&cleaned[mark % 64], mark) != mark) nsym_atomic_clean(folder);
}

/* Makes a file beside `path` that no other writer takes, and removes what killed ones left there before. The name is
   new; `descriptor` is -1, and errno says why, where it cannot be made. NULL where there is no memory. */
static char *make_beside(const char *path, int *descriptor) {
    static atomic_uint counter;
    const char *slash = strrchr(path, '/');
    size_t above = slash ? (size_t)(slash - path) + 1 : 0, room = strlen(path) + 64;
    char *name = malloc(room), *folder = folder_of(path), mark[NSYM_HOST_SIZE];
    if (!name || !folder) {
        free(name);
        free(folder);
        return NULL;
    }
    clean_once(folder);
    free(folder);
    nsym_host_mark(mark);
    do {
        snprintf(name, room, "%.*s%s-%s-%ld-%u-%s", (int)above, path, start, mark, (long)getpid(),
                 atomic_fetch_add(&counter, 1), path + above);
        *descriptor = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    } while (*descriptor < 0 && errno == EEXIST);
    return name;
}

static nsym_status refused(const char *path) {
    return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
}

nsym_status nsym_atomic_file_new(nsym_atomic_file **out, const char *path) {
    *out = NULL;
    struct stat present;
    int exists = stat(path, &present) == 0;
    if (exists && !S_ISREG(present.st_mode))
        return nsym_fail(NSYM_EIO, "%s: exists and is not a regular file; choose another name", path);
    nsym_atomic_file *file = calloc(1, sizeof *file);
    if (!file) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    file->path = exists ? realpath(path, NULL) : strdup(path);
    int descriptor = -1;
    file->temporary = file->path ? make_beside(file->path, &descriptor) : NULL;
    if (!file->temporary) {
        release(file);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    }
    if (descriptor < 0) {
        nsym_status status = refused(path);
        release(file);
        return status;
    }
    close(descriptor);
    *out = file;
    return NSYM_OK;
}

const char *nsym_atomic_file_path(const nsym_atomic_file *file) {
    return file->temporary;
}

bool nsym_atomic_settle(int descriptor) {
    return fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
}

/* The same of a file that is not open, or of a folder's names. */
static bool settle(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    bool fine = nsym_atomic_settle(descriptor);
    int error = errno;
    close(descriptor);
    errno = error;
    return fine;
}

nsym_status nsym_atomic_replace(const char *from, const char *to) {
    if (!settle(from) || rename(from, to) != 0) return refused(to);
    char *folder = folder_of(to);
    if (folder) settle(folder);
    free(folder);
    return NSYM_OK;
}

/* Frees `file`, and removes what was written where that could not be put in place. */
static nsym_status end(nsym_atomic_file *file, nsym_status status) {
    if (status == NSYM_OK)
        release(file);
    else
        nsym_atomic_file_abandon(file);
    return status;
}

nsym_status nsym_atomic_file_commit(nsym_atomic_file *file) {
    return end(file, nsym_atomic_replace(file->temporary, file->path));
}

nsym_status nsym_atomic_file_commit_quickly(nsym_atomic_file *file) {
    return end(file, rename(file->temporary, file->path) == 0 ? NSYM_OK : refused(file->path));
}

void nsym_atomic_file_abandon(nsym_atomic_file *file) {
    if (!file) return;
    unlink(file->temporary);
    release(file);
}

nsym_status nsym_atomic_stream_open(nsym_atomic_file **out, FILE **stream, const char *path) {
    NSYM_TRY(nsym_atomic_file_new(out, path));
    *stream = fopen((*out)->temporary, "w");
    if (*stream) return NSYM_OK;
    nsym_status status = refused(path);
    nsym_atomic_file_abandon(*out);
    return status;
}

nsym_status nsym_atomic_stream_close(nsym_atomic_file *file, FILE *stream, nsym_status status) {
    bool failed = ferror(stream) != 0;
    if (fclose(stream) != 0) failed = true;
    if (status == NSYM_OK && failed) status = refused(file->path);
    if (status == NSYM_OK) return nsym_atomic_file_commit_quickly(file);
    nsym_atomic_file_abandon(file);
    return status;
}
