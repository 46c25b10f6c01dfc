/* libFuzzer: any bytes as an LMDB store.
   clang -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -Isrc tests/fuzz/fuzz_lmdb.c src/base/status.c
   src/data/lmdb_store.c src/data/map.c */
#include "data/lmdb_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const char *const keys[] = {"", "0", "1", "2", "3", "10", "25", "3999999999"};
    nsym_lmdb store;
    if (nsym_lmdb_open_memory(&store, bytes, n) == NSYM_OK)
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            const unsigned char *value;
            size_t size;
            if (nsym_lmdb_get(&store, keys[i], &value, &size) != NSYM_OK) continue;
            if (value < bytes || size > n || value + size > bytes + n) __builtin_trap(); /* a value lies in the file */
        }
    nsym_lmdb_close(&store);
    return 0;
}
