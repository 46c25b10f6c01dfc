/* libFuzzer: any bytes as a resolved card, read as far as the grid of its runs. Its seeds name no files of data; inputs
   that do are left alone, as reading any path is not what is tested. */
#include "study/shown.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static bool names_files(const nsym_tree *card) {
    static const char *const paths[] = {"data.file", "data.files", "data.signal", "data.background", "chosen"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (nsym_node_at(card->root, paths[i])) return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    nsym_tree *card = NULL;
    nsym_grid grid = {0};
    if (nsym_tree_parse(&card, (const char *)bytes, n, "fuzz") != NSYM_OK) return 0;
    if (!names_files(card) && nsym_grid_new(&grid, card) == NSYM_OK) {
        nsym_status shown = nsym_shown_settle(&grid, card, NULL);
        (void)shown;
        nsym_grid_free(&grid);
    }
    nsym_tree_free(card);
    return 0;
}
