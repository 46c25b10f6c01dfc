/* h5py's filter lzf (compression="lzf"), to read, where liblzf is there: a chunk is one block of LZF, and the filter's
   third value is how many bytes a chunk unpacks to (h5py/lzf/lzf_filter.c, github.com/h5py/h5py). */
#include "data/hdf5_handle.h"

#ifdef NSYM_LZF
#include <errno.h>
#include <lzf.h>
#include <stdlib.h>

enum { FILTER = 32000, CHUNK_BYTES = 2, CHUNK_BYTES_MAX = 1 << 30 };

/* New: what `n` bytes of LZF unpack to, `size` the room that is expected; NULL: damaged, or no memory. */
static void *unpack(const void *packed, size_t n, size_t *size, unsigned *bytes) {
    for (; *size > 0 && *size <= CHUNK_BYTES_MAX; *size *= 2) {
        void *room = H5allocate_memory(*size, false);
        if (!room) return NULL;
        errno = 0;
        *bytes = lzf_decompress(packed, (unsigned)n, room, (unsigned)*size);
        if (*bytes > 0) return room;
        H5free_memory(room);
        if (errno != E2BIG) return NULL;
    }
    return NULL;
}

static size_t filter(unsigned flags, size_t n, const unsigned values[], size_t bytes, size_t *room, void **buffer) {
    if (!(flags & H5Z_FLAG_REVERSE) || bytes > CHUNK_BYTES_MAX) return 0; /* we only read it */
    unsigned given;
    size_t size = n > CHUNK_BYTES && values[CHUNK_BYTES] > 0 ? values[CHUNK_BYTES] : *room;
    void *unpacked = unpack(*buffer, bytes, &size, &given);
    if (!unpacked) return 0;
    H5free_memory(*buffer);
    *buffer = unpacked;
    *room = size;
    return given;
}

void nsym_h5_use_lzf(void) {
    static const H5Z_class2_t lzf = {.version = H5Z_CLASS_T_VERS,
                                     .id = FILTER,
                                     .encoder_present = 0,
                                     .decoder_present = 1,
                                     .name = "lzf",
                                     .filter = filter};
    if (H5Zfilter_avail(FILTER) <= 0) H5Zregister(&lzf); /* h5py's own, in its process, also packs */
}
#else
void nsym_h5_use_lzf(void) {}
#endif
