/* libFuzzer: any bytes as a file of chosen settings that a card names, as far as the grid and the results. */
#include "in_memory.h"
#include "options/lay.h"
#include "study/chosen.h"
#include "study/grid.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char card_text[] = "study: small\nseed: 3\nmembers: 1\ndata: {generate: dimuon, events: 200}\n"
                                "train: {epochs: 2}\nmodels: {a: {kind: fcn, event: lorentz, hidden: [4]}}\n"
                                "experiments: {e: {grid: {model: [a], split.size: [100, 200]}}}\nchosen: ";

static void read_card(nsym_tree *card) {
    nsym_grid grid = {0};
    nsym_outcome results = {0};
    nsym_arena *arena = nsym_arena_new();
    if (nsym_lay_chosen(card) == NSYM_OK) {
        if (nsym_grid_new(&grid, card) == NSYM_OK) nsym_grid_free(&grid);
        nsym_status status = nsym_chosen_tell(&results, card, arena);
        (void)status;
    }
    nsym_outcome_free(&results);
    nsym_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    char path[IN_MEMORY_PATH], text[sizeof card_text + IN_MEMORY_PATH];
    nsym_tree *card = NULL;
    int file = in_memory(bytes, n, path);
    if (file < 0) return 0;
    int length = snprintf(text, sizeof text, "%s%s\n", card_text, path);
    if (nsym_tree_parse(&card, text, (size_t)length, "card") == NSYM_OK) read_card(card);
    nsym_tree_free(card);
    close(file);
    return 0;
}
