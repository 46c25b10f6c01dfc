#include "base/lock_file.h"

#include "base/fail.h"
#include "base/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TEXT = 160 };

struct nsym_lock_file {
    int descriptor;
    char path[]; /* of the lock file */
};

/* "process 4711 on host atlas, since 2026-11-29 12:31:05" */
static void introduce(char text[TEXT]) {
    char host[NSYM_HOST_NAME], since[32] = "";
    time_t now = time(NULL);
    struct tm local;
    nsym_host_name(host);
    if (localtime_r(&now, &local)) strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S", &local);
    snprintf(text, TEXT, "process %ld on host %s, since %s", (long)getpid(), host, since);
}

static nsym_status taken(const nsym_lock_file *lock, const char *path) {
    char who[TEXT] = "";
    ssize_t n = pread(lock->descriptor, who, sizeof who - 1, 0);
    who[n > 0 ? n : 0] = '\0';
    who[strcspn(who, "\n")] = '\0';
    return nsym_fail(NSYM_EIO, "%s: %s is writing this file; wait until it has finished, or stop it", path,
                     *who ? who : "another process");
}

/* Is the file that was locked still the one of that name? Its last owner may just have removed it. */
static bool is_there(const nsym_lock_file *lock) {
    struct stat locked, named;
    return fstat(lock->descriptor, &locked) == 0 && stat(lock->path, &named) == 0 && locked.st_ino == named.st_ino &&
           locked.st_dev == named.st_dev;
}

nsym_status nsym_lock_take(nsym_lock_file **out, const char *path) {
    *out = NULL;
    size_t room = strlen(path) + sizeof ".lock";
    char text[TEXT];
    nsym_lock_file *lock = calloc(1, sizeof *lock + room);
    if (!lock) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    snprintf(lock->path, room, "%s.lock", path);
    for (;;) {
        lock->descriptor = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        nsym_status status = NSYM_OK;
        if (lock->descriptor < 0)
            status = nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
        else if (flock(lock->descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
            status = taken(lock, path);
        else if (is_there(lock))
            break;
        if (lock->descriptor >= 0) close(lock->descriptor);
        if (status == NSYM_OK) continue;
        free(lock);
        return status;
    }
    introduce(text);
    if (ftruncate(lock->descriptor, 0) != 0 || pwrite(lock->descriptor, text, strlen(text), 0) < 0)
        text[0] = '\0'; /* a full disk: then others are told of another process */
    *out = lock;
    return NSYM_OK;
}

void nsym_lock_release(nsym_lock_file *lock) {
    if (!lock) return;
    unlink(lock->path);
    close(lock->descriptor);
    free(lock);
}
