#include "study/card.h"

#include "base/fail.h"
#include "options/lay.h"
#include <stdlib.h>

/* A resolved card may say more than its runs read, as the card did that it was made of. */
static nsym_status read_resolved(nsym_tree *card) {
    bool resolved = false;
    NSYM_TRY(nsym_read_bool((nsym_reader){card, card->root, ""}, "resolved", &resolved));
    if (resolved) card->laid = NSYM_LAID_PRESET;
    return NSYM_OK;
}

nsym_status nsym_card_open(nsym_tree **out, const nsym_study_options *options) {
    char *path;
    NSYM_TRY(nsym_study_find(&path, options->card));
    nsym_tree *card = NULL;
    nsym_status status = nsym_tree_read(&card, path);
    free(path);
    if (status == NSYM_OK) status = read_resolved(card);
    if (status == NSYM_OK) status = nsym_lay_chosen(card);
    if (status == NSYM_OK) status = nsym_lay_check(card);
    if (status == NSYM_OK && options->preset) status = nsym_lay_preset(card, options->preset);
    for (size_t i = 0; status == NSYM_OK && i < options->sets; i++) status = nsym_lay_setting(card, options->set[i]);
    if (status == NSYM_OK && card->laid)
        status = nsym_tree_set(card, "resolved", "true", "what was laid over the card");
    if (status == NSYM_OK)
        *out = card;
    else
        nsym_tree_free(card);
    return status;
}
