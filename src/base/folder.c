#include "base/folder.h"

#include "base/fail.h"

#include <errno.h>
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

bool nsym_folder_has(const char *folder, const char *format, ...) {
    struct stat about;
    char path[4096];
    va_list arguments;
    int start = snprintf(path, sizeof path, "%s/", folder);
    if (start < 0 || (size_t)start >= sizeof path) return false;
    va_start(arguments, format);
    int n = vsnprintf(path + start, sizeof path - (size_t)start, format, arguments);
    va_end(arguments);
    return n >= 0 && (size_t)n < sizeof path - (size_t)start && stat(path, &about) == 0;
}
