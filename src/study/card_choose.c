#include "study/card.h"

#include "options/lay.h"

#include <stdio.h>

nsym_status nsym_card_choose(const char **out, const nsym_tree *card, const char *name) {
    const nsym_node *models = nsym_node_at(card->root, "models");
    char names[512] = "";
    size_t used = 0, n = models && models->kind == NSYM_MAP ? models->count : 0;
    *out = name ? name : n == 1 ? models->child[0]->key : NULL;
    if (*out) return NSYM_OK;
    for (size_t i = 0; i < n && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", models->child[i]->key);
    return nsym_fail_at(card, models, "the card has %zu models%s%s; name one (--model NAME)", n, n ? ": " : "", names);
}
