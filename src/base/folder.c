#include "base/folder.h"

#include "base/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

nsym_status nsym_folder_make(const char *path) {
    struct stat about;
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode)))
        return NSYM_OK;
    return nsym_fail(NSYM_EIO, "cannot make the folder %s: %s", path, strerror(errno));
}

nsym_status nsym_folder_open_file(int *file, const char *folder, const char *path, int flags) {
    for (int tries = 0; tries < 100; tries++) {
        *file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC | flags, 0666);
        if (*file >= 0 || (errno == EEXIST && (flags & O_EXCL))) return NSYM_OK;
        if (errno != ENOENT) break;
        NSYM_TRY(nsym_folder_make(folder));
    }
    return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
}

static bool join(char path[NSYM_PATH_SIZE], const char *folder, const char *format, va_list arguments) {
    int start = snprintf(path, NSYM_PATH_SIZE, "%s/", folder);
    if (start < 0 || start >= NSYM_PATH_SIZE) return false;
    int n = vsnprintf(path + start, (size_t)(NSYM_PATH_SIZE - start), format, arguments);
    return n >= 0 && n < NSYM_PATH_SIZE - start;
}

nsym_status nsym_folder_path(char path[NSYM_PATH_SIZE], const char *folder, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    bool fits = join(path, folder, format, arguments);
    va_end(arguments);
    return fits ? NSYM_OK : nsym_fail(NSYM_EIO, "the folder's name is too long: %s", folder);
}

bool nsym_folder_has(const char *folder, const char *format, ...) {
    struct stat about;
    char path[NSYM_PATH_SIZE];
    va_list arguments;
    va_start(arguments, format);
    bool fits = join(path, folder, format, arguments);
    va_end(arguments);
    return fits && stat(path, &about) == 0;
}
