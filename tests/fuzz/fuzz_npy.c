/* libFuzzer: any bytes as .npy and as .npz.
   clang -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -Isrc tests/fuzz/fuzz_npy.c src/base/status.c
   src/data/events.c src/data/texts.c src/data/npy.c src/data/npy_events.c src/data/dense.c src/data/npz.c
   src/data/zip_*.c src/data/map.c src/data/number.c src/data/summary.c src/base/atomic_file.c -lz -lm */
#include "data/npy.h"

static void ignore(void *context, const nsym_array_info *array) {
    (void)context, (void)array;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const nsym_read_options everything, images = {.arrays = NSYM_ARRAYS_IMAGES, .max_events = 100};
    nsym_events *events;
    nsym_npy array;
    if (nsym_npy_from_memory(&events, "x", bytes, n, &everything) == NSYM_OK) nsym_events_free(events);
    if (nsym_npy_from_memory(&events, "x", bytes, n, &images) == NSYM_OK) nsym_events_free(events);
    if (nsym_npz_from_memory(&events, "x", bytes, n, &everything) == NSYM_OK) nsym_events_free(events);
    if (nsym_npy_parse(&array, bytes, n) == NSYM_OK && nsym_npy_describe(&array, "x", ignore, NULL) != NSYM_OK)
        __builtin_trap(); /* what parses can be described */
    return 0;
}
