#include "base/atomic_file.h"

#include "base/fail.h"

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

static void release(nsym_atomic_file *file) {
    free(file->path);
    free(file->temporary);
    free(file);
}

/* Makes a file beside `path` that no other writer takes; a killed process of the same number may have left one. The
   name is new; *descriptor is -1, and errno says why, where it cannot be made. NULL where there is no memory. */
static char *make_beside(const char *path, int *descriptor) {
    static atomic_uint counter;
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0, room = strlen(path) + 64;
    char *name = malloc(room);
    if (!name) return NULL;
    do {
        snprintf(name, room, "%.*s.part-%ld-%u-%s", (int)folder, path, (long)getpid(), atomic_fetch_add(&counter, 1),
                 path + folder);
        *descriptor = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    } while (*descriptor < 0 && errno == EEXIST);
    return name;
}

nsym_status nsym_atomic_file_new(nsym_atomic_file **out, const char *path) {
    *out = NULL;
    struct stat present;
    int exists = stat(path, &present) == 0;
    if (exists && !S_ISREG(present.st_mode))
        return nsym_fail(NSYM_EIO, "%s: there is something of that name that is no regular file", path);
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
        nsym_status status = nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
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

nsym_status nsym_atomic_file_commit(nsym_atomic_file *file) {
    if (rename(file->temporary, file->path) != 0) {
        nsym_status status = nsym_fail(NSYM_EIO, "%s: cannot be put in place: %s", file->path, strerror(errno));
        nsym_atomic_file_abandon(file);
        return status;
    }
    release(file);
    return NSYM_OK;
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
    nsym_status status = nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
    nsym_atomic_file_abandon(*out);
    return status;
}

nsym_status nsym_atomic_stream_close(nsym_atomic_file *file, FILE *stream, nsym_status status) {
    bool failed = ferror(stream) != 0;
    if (fclose(stream) != 0) failed = true;
    if (status == NSYM_OK && failed)
        status = nsym_fail(NSYM_EIO, "%s: cannot be written: %s", file->path, strerror(errno));
    if (status == NSYM_OK) return nsym_atomic_file_commit(file);
    nsym_atomic_file_abandon(file);
    return status;
}
