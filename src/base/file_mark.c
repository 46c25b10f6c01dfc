#include "base/file_mark.h"

#include "base/fail.h"
#include "base/file_kind.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

nsym_status nsym_file_mark(char mark[NSYM_MARK_SIZE], const char *path) {
    if (!path[0]) {
        strcpy(mark, "built-in");
        return NSYM_OK;
    }
    struct stat about;
    const char *kind = stat(path, &about) == 0 ? nsym_file_kind(about.st_mode) : NULL;
    if (kind)
        return nsym_fail(NSYM_EIO, "%s: is %s; this needs a regular file, which can be read more than once", path,
                         kind);
    FILE *file = fopen(path, "rb");
    if (!file) return nsym_fail(NSYM_EIO, "cannot open %s: %s", path, strerror(errno));
    unsigned char buffer[1 << 16];
    uLong crc = crc32(0, NULL, 0);
    uint64_t size = 0;
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, file)) > 0; size += n) crc = crc32(crc, buffer, (uInt)n);
    int failed = ferror(file);
    fclose(file);
    if (failed) return nsym_fail(NSYM_EIO, "cannot read %s: %s", path, strerror(errno));
    snprintf(mark, NSYM_MARK_SIZE, "%" PRIu64 ":%08lx", size, crc);
    return NSYM_OK;
}
