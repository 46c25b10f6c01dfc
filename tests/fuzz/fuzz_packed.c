/* libFuzzer: any bytes as a file packed by gzip, xz, zstd or bzip2. */
#include "data/unpack.h"
#include "in_memory.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    char path[IN_MEMORY_PATH];
    unsigned char *unpacked = NULL;
    size_t size;
    int file = in_memory(bytes, n, path);
    if (file < 0) return 0;
    if (nsym_unpack_all(&unpacked, &size, path, 1 << 20) == NSYM_OK) free(unpacked);
    close(file);
    return 0;
}
