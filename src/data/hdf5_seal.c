#define _POSIX_C_SOURCE 200809L /* fileno, fseeko */
#include "data/hdf5_seal.h"

#include "base/fail.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { MARK = 12, SEAL = NSYM_H5_SEAL };

static const char mark[MARK + 1] = "nearsym-crc:"; /* and the CRC-32 of all before it, little endian */

static void make_seal(unsigned char seal[SEAL], uint32_t sum) {
    memcpy(seal, mark, MARK);
    for (int i = 0; i < 4; i++) seal[MARK + i] = (unsigned char)(sum >> (8 * i) & 0xFF);
}

/* The CRC-32 of the next `bytes` of a file, or of all to its end; piece by piece, as it may be larger than the memory.
 */
static uint32_t sum_of(FILE *file, uint64_t bytes) {
    unsigned char piece[1 << 16];
    uLong sum = 0;
    while (bytes > 0) {
        size_t n = fread(piece, 1, bytes < sizeof piece ? (size_t)bytes : sizeof piece, file);
        if (n == 0) break;
        sum = crc32_z(sum, piece, n);
        bytes -= n;
    }
    return (uint32_t)sum;
}

nsym_status nsym_h5_seal(const char *path, const char *name) {
    unsigned char seal[SEAL];
    FILE *file = fopen(path, "r+b");
    make_seal(seal, file ? sum_of(file, UINT64_MAX) : 0);
    bool fine = file && !ferror(file) && fseek(file, 0, SEEK_END) == 0 && fwrite(seal, 1, SEAL, file) == SEAL;
    if (!file || fclose(file) != 0 || !fine)
        return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", name, strerror(errno));
    return NSYM_OK;
}

nsym_status nsym_h5_add_tail(const char *path, const char *name, const void *tail, size_t bytes) {
    FILE *file = fopen(path, "ab");
    bool fine = file && fwrite(tail, 1, bytes, file) == bytes;
    if (!file || fclose(file) != 0 || !fine)
        return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", name, strerror(errno));
    return NSYM_OK;
}

/* Whether the file ends with a seal, and which. */
static bool read_seal(FILE *file, unsigned char seal[SEAL]) {
    return fseeko(file, -(off_t)SEAL, SEEK_END) == 0 && fread(seal, 1, SEAL, file) == SEAL &&
           memcmp(seal, mark, MARK) == 0;
}

static nsym_status check(FILE *file, const char *path, bool demanded) {
    unsigned char held[SEAL], seal[SEAL];
    struct stat about;
    if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode))
        return nsym_fail(NSYM_EIO, "%s: is not a regular file", path);
    if (!read_seal(file, held))
        return demanded
                   ? nsym_fail(NSYM_EFORMAT,
                               "%s: has no checksum of nearsym at its end: it is another file, or its end is missing",
                               path)
                   : NSYM_OK;
    rewind(file);
    make_seal(seal, sum_of(file, (uint64_t)about.st_size - SEAL));
    if (ferror(file)) return nsym_fail(NSYM_EIO, "%s: cannot be read: %s", path, strerror(errno));
    if (memcmp(held, seal, SEAL) != 0)
        return nsym_fail(NSYM_EFORMAT, "%s: is damaged: its checksum does not match its content", path);
    return NSYM_OK;
}

nsym_status nsym_h5_check_seal(const char *path, bool demanded) {
    FILE *file = fopen(path, "rb");
    if (!file) return nsym_fail(NSYM_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    nsym_status status = check(file, path, demanded);
    fclose(file);
    return status;
}

bool nsym_h5_has_seal(const char *path) {
    unsigned char seal[SEAL];
    FILE *file = fopen(path, "rb");
    bool sealed = file && read_seal(file, seal);
    if (file) fclose(file);
    return sealed;
}
