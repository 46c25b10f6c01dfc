/* libFuzzer: any bytes as csv.
   clang -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -Isrc tests/fuzz/fuzz_csv.c src/base/status.c
   src/data/events.c src/data/texts.c src/data/csv.c src/data/csv_parse.c src/data/number.c src/data/summary.c
   src/base/atomic_file.c -lz */
#include "data/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    nsym_csv_table table;
    nsym_events *events;
    nsym_status status = nsym_csv_parse(&table, (nsym_csv_source){.bytes = (const char *)bytes, .left = n}, 0);
    if (status == NSYM_OK && nsym_csv_events(&events, &table) == NSYM_OK) nsym_events_free(events);
    nsym_csv_free(&table);
    return 0;
}
