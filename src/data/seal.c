#include "data/seal.h"

#include "base/fail.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { MAGIC = 8, SEAL = 12, BUFFER = 1 << 16 };

/* The seal of a file's first `length` bytes; false where they cannot be read. */
static int make_seal(unsigned char seal[SEAL], FILE *file, long length) {
    unsigned char buffer[BUFFER];
    uLong crc = crc32_z(0, NULL, 0);
    rewind(file);
    while (length > 0) {
        size_t part = length < BUFFER ? (size_t)length : BUFFER;
        if (fread(buffer, 1, part, file) != part) return 0;
        crc = crc32_z(crc, buffer, part);
        length -= (long)part;
    }
    memcpy(seal, "nsymseal", MAGIC);
    for (int i = 0; i < SEAL - MAGIC; i++) seal[MAGIC + i] = (unsigned char)(crc >> 8 * i);
    return 1;
}

static long size_of(FILE *file) {
    return fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
}

nsym_status nsym_seal_append(const char *path) {
    unsigned char seal[SEAL];
    FILE *file = fopen(path, "r+b");
    if (!file) return nsym_fail(NSYM_EIO, "%s: %s", path, strerror(errno));
    long size = size_of(file);
    int done = size >= 0 && make_seal(seal, file, size) && fseek(file, 0, SEEK_END) == 0 &&
               fwrite(seal, 1, SEAL, file) == SEAL;
    done = fclose(file) == 0 && done;
    return done ? NSYM_OK : nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
}

nsym_status nsym_seal_check(const char *path) {
    unsigned char found[SEAL], seal[SEAL];
    FILE *file = fopen(path, "rb");
    if (!file) return nsym_fail(NSYM_EIO, "%s: %s", path, strerror(errno));
    long size = size_of(file);
    nsym_status status = NSYM_OK;
    if (size < SEAL || fseek(file, size - SEAL, SEEK_SET) != 0 || fread(found, 1, SEAL, file) != SEAL ||
        memcmp(found, "nsymseal", MAGIC) != 0)
        status = nsym_fail(NSYM_EFORMAT, "%s: no file that nearsym sealed, or its end is lost", path);
    else if (!make_seal(seal, file, size - SEAL))
        status = nsym_fail(NSYM_EIO, "%s: cannot be read: %s", path, strerror(errno));
    else if (memcmp(found, seal, SEAL) != 0)
        status = nsym_fail(NSYM_EFORMAT, "%s: the checksum is not that of the content, the file is damaged", path);
    fclose(file);
    return status;
}
