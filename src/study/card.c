#include "study/card.h"

#include "base/fail.h"
#include "options/lay.h"
#include <stdlib.h>

nsym_status nsym_card_open(nsym_tree **out, const nsym_study_options *options) {
    char *path;
    NSYM_TRY(nsym_study_find(options->card, &path));
    nsym_tree *card = NULL;
    nsym_status status = nsym_tree_read(&card, path);
    free(path);
    if (status == NSYM_OK) status = nsym_lay_chosen(card);
    if (status == NSYM_OK) status = nsym_lay_check(card);
    if (status == NSYM_OK && options->preset) status = nsym_lay_preset(card, options->preset);
    for (size_t i = 0; status == NSYM_OK && i < options->sets; i++) status = nsym_lay_setting(card, options->set[i]);
    if (status == NSYM_OK)
        *out = card;
    else
        nsym_tree_free(card);
    return status;
}
