/* libFuzzer: any bytes as JSON lines, whole and in blocks. */
#include "data/formats.h"
#include "in_memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void read_blocks(const char *path, const nsym_read_options *options) {
    nsym_block_source source;
    if (nsym_jsonl_open_events(&source, path, options) != NSYM_OK || !source.next) return;
    nsym_events *block;
    while (source.next(source.state, &block, 2) == NSYM_OK && block) nsym_events_free(block);
    source.close(source.state);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const nsym_read_options options[] = {{0}, {.drop = "x"}, {.only = "pt"}};
    char path[IN_MEMORY_PATH];
    nsym_events *events;
    int file = in_memory(bytes, n, path);
    if (file < 0) return 0;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (nsym_jsonl_read_events(&events, path, &options[i]) == NSYM_OK) nsym_events_free(events);
        read_blocks(path, &options[i]);
    }
    close(file);
    return 0;
}
