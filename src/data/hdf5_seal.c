#include "data/hdf5_seal.h"

#include "base/fail.h"
#include "data/map.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { MARK = 12, SEAL = NSYM_H5_SEAL };

static const char mark[MARK + 1] = "nearsym-crc:"; /* and the CRC-32 of all before it, little endian */

static void make_seal(unsigned char seal[SEAL], uint32_t sum) {
    memcpy(seal, mark, MARK);
    for (int i = 0; i < 4; i++) seal[MARK + i] = (unsigned char)(sum >> (8 * i) & 0xFF);
}

/* Reads the file piece by piece: it may be larger than the memory. */
nsym_status nsym_h5_seal(const char *path, const char *name) {
    unsigned char piece[1 << 16], seal[SEAL];
    FILE *file = fopen(path, "r+b");
    uLong sum = 0;
    for (size_t n; file && (n = fread(piece, 1, sizeof piece, file)) > 0;) sum = crc32_z(sum, piece, n);
    make_seal(seal, (uint32_t)sum);
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

nsym_status nsym_h5_check_seal(const char *path, bool demanded) {
    nsym_map map;
    unsigned char seal[SEAL];
    nsym_status status = NSYM_OK;
    NSYM_TRY(nsym_map_open(&map, path));
    size_t size = map.size > SEAL ? map.size - SEAL : 0;
    if (size > 0 && memcmp(map.bytes + size, mark, MARK) == 0) {
        make_seal(seal, (uint32_t)crc32_z(0, map.bytes, size));
        if (memcmp(map.bytes + size, seal, SEAL) != 0)
            status = nsym_fail(NSYM_EFORMAT, "%s: is damaged: its checksum does not fit its content", path);
    } else if (demanded) {
        status = nsym_fail(NSYM_EFORMAT, "%s: is no file that nearsym sealed, or its end is missing", path);
    }
    nsym_map_close(&map);
    return status;
}

bool nsym_h5_has_seal(const char *path) {
    unsigned char seal[SEAL];
    FILE *file = fopen(path, "rb");
    bool sealed = file && fseek(file, -(long)SEAL, SEEK_END) == 0 && fread(seal, 1, SEAL, file) == SEAL &&
                  memcmp(seal, mark, MARK) == 0;
    if (file) fclose(file);
    return sealed;
}
