/* libFuzzer: any bytes as csv. The first byte chooses options. */
#include "data/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const char *const headers[] = {NULL, "yes", "no", "2"}, *const delimiters[] = {NULL, ";", "\t", " "};
    if (n == 0) return 0;
    const nsym_read_options options = {.header = headers[bytes[0] & 3],
                                       .delimiter = delimiters[bytes[0] >> 2 & 3],
                                       .comment = bytes[0] & 16 ? "" : NULL,
                                       .encoding = bytes[0] & 32 ? "latin-1" : NULL,
                                       .max_events = bytes[0] & 64 ? 3 : 0};
    nsym_events *events;
    if (nsym_csv_from_memory(&events, (const char *)bytes + 1, n - 1, &options) == NSYM_OK) nsym_events_free(events);
    return 0;
}
