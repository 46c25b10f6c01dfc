/* Any bytes as a card: what is accepted must survive being written, as a file and as one line, and read again.
   clang -fsanitize=fuzzer,address,undefined -Iinclude -Isrc tests/fuzz/fuzz_card.c src/options/tree*.c src/base/arena.c
   src/base/atomic_file.c src/base/status.c -lyaml -o fuzz_card && ./fuzz_card -max_len=4096 tests/fuzz/corpus/card */
#include "options/tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_thing) {
    if (!true_thing) abort();
}

static void check_reads_as(const char *text, size_t length, const char *canonical) {
    nsym_tree *tree = NULL;
    char *again = NULL;
    must(nsym_tree_parse(&tree, text, length, "again") == NSYM_OK);
    must(nsym_node_text(&again, tree->root) == NSYM_OK);
    must(strcmp(again, canonical) == 0);
    free(again);
    nsym_tree_free(tree);
}

static void check_round_trip(const nsym_tree *tree) {
    char *canonical = NULL, *file = NULL;
    size_t length = 0;
    must(nsym_node_text(&canonical, tree->root) == NSYM_OK);
    FILE *stream = open_memstream(&file, &length);
    must(nsym_tree_write(tree, stream) == NSYM_OK);
    fclose(stream);
    check_reads_as(file, length, canonical);
    check_reads_as(canonical, strlen(canonical), canonical);
    free(canonical);
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    nsym_tree *tree = NULL;
    if (nsym_tree_parse(&tree, (const char *)data, size, "fuzz")) return 0;
    check_round_trip(tree);
    if (nsym_tree_apply(tree, tree->root) == NSYM_OK) check_round_trip(tree);
    nsym_tree_free(tree);
    return 0;
}
