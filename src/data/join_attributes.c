#include "data/join_attributes.h"

#include "base/fail.h"
#include "base/list.h"
#include "base/remark.h"
#include "data/categories.h"
#include "data/events.h"
#include "data/texts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 512 };

static bool is_of_words(const char *attribute) {
    return strncmp(attribute, NSYM_CATEGORIES, sizeof NSYM_CATEGORIES - 1) == 0;
}

static nsym_status read_words(const nsym_events *events, const char *name, const char *whose, char ***words,
                              size_t *n) {
    nsym_status status = nsym_categories_read(events, name, words, n);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", whose);
}

/* Collects words behind those there; their numbers (n) in `number`, unless NULL. */
static nsym_status collect(nsym_categories *all, char *const *words, size_t n, double *number) {
    double ignored;
    for (size_t i = 0; i < n; i++)
        NSYM_TRY(nsym_categories_number(all, words[i], strlen(words[i]), number ? &number[i] : &ignored));
    return NSYM_OK;
}

/* The head's words and, behind them, those that only the block has: new in *all, NULL where both hold numbers. The map
   is empty where the block's words are the first of the head's. */
static nsym_status join_words(nsym_categories **all, nsym_word_map *map, const nsym_events *head,
                              const nsym_events *block, const char *name, const nsym_join_names *names) {
    char **to = NULL, **from = NULL;
    size_t n = 0, m = 0;
    *all = NULL;
    *map = (nsym_word_map){0};
    nsym_status status = read_words(head, name, names->head, &to, &n);
    if (status == NSYM_OK) status = read_words(block, name, names->block, &from, &m);
    if (status == NSYM_OK && !to != !from)
        status = nsym_fail(NSYM_EINVAL, "\"%s\" holds words in %s and numbers in %s", name,
                           to ? names->head : names->block, to ? names->block : names->head);
    if (status == NSYM_OK && to) {
        *map = (nsym_word_map){malloc((m + 1) * sizeof(double)), m};
        status = map->number ? nsym_categories_new(all) : nsym_fail(NSYM_ENOMEM, "no memory for words");
    }
    if (status == NSYM_OK && to) status = collect(*all, to, n, NULL);
    if (status == NSYM_OK && to) status = collect(*all, from, m, map->number);
    nsym_texts_free(to, n);
    nsym_texts_free(from, m);
    size_t same = 0;
    while (status == NSYM_OK && same < m && map->number && map->number[same] == (double)same) same++;
    if (same == m) nsym_word_map_free(map);
    return status;
}

nsym_status nsym_word_map_new(nsym_word_map *out, const nsym_events *head, const nsym_events *block, const char *name,
                              const nsym_join_names *names) {
    nsym_categories *all;
    nsym_status status = join_words(&all, out, head, block, name, names);
    nsym_categories_free(all);
    return status;
}

void nsym_word_map_free(nsym_word_map *map) {
    free(map->number);
    *map = (nsym_word_map){0};
}

double nsym_word_map_apply(const nsym_word_map *map, double value) {
    if (!map->number || !(value >= 0 && value < (double)map->count) || value != (double)(size_t)value) return value;
    return map->number[(size_t)value];
}

/* How the weights of a Les Houches file are meant (IDWTUP, the ninth number of <init>, without its sign); 0: unknown.
 */
static int strategy_of(const nsym_events *events) {
    const char *init = nsym_events_attribute(events, "lhe_init");
    int strategy = 0;
    if (!init || sscanf(init, "%*s %*s %*s %*s %*s %*s %*s %*s %d", &strategy) != 1) return 0;
    return abs(strategy);
}

nsym_status nsym_join_check_attributes(const nsym_events *head, const nsym_events *block,
                                       const nsym_join_names *names) {
    const char *a = nsym_events_attribute(head, "grid"), *b = nsym_events_attribute(block, "grid");
    if (!a || !b || strcmp(a, b) == 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "the grid of the cells is %s in %s and %s in %s", a, names->head, b, names->block);
}

static void tell_strategies(const nsym_events *head, const nsym_events *block, const nsym_join_names *names) {
    int a = strategy_of(head), b = strategy_of(block);
    if (!a || !b || a == b) return;
    nsym_remark(NSYM_WARNING,
                "%s: its weights are of another kind (IDWTUP %d) than those of %s (IDWTUP %d), so they do not add up: "
                "in a card, data.files: [{path, cross_section}, ...] weighs each file",
                names->block, b, names->head, a);
}

/* The head's list of words becomes that of both. */
static nsym_status keep_words(nsym_events *head, const nsym_events *block, const char *attribute,
                              const nsym_join_names *names) {
    char *name = strdup(attribute + sizeof NSYM_CATEGORIES - 1); /* the attribute is about to change */
    nsym_categories *all = NULL;
    nsym_word_map map = {0};
    nsym_status status = name ? join_words(&all, &map, head, block, name, names) : nsym_fail(NSYM_ENOMEM, "no memory");
    if (status == NSYM_OK) status = nsym_categories_keep(all, head, name);
    nsym_word_map_free(&map);
    nsym_categories_free(all);
    free(name);
    return status;
}

static void tell_gone(const char *gone, const nsym_join_names *names) {
    if (!gone[0] || names->facts == NSYM_JOIN_SILENT) return;
    nsym_remark(names->facts == NSYM_JOIN_WARN ? NSYM_WARNING : NSYM_NOTE,
                "%s: differs from %s in the attributes %s, so the joined events do not have these", names->block,
                names->head, gone);
}

/* Takes away what is not the same in both, and lists it. */
static nsym_status keep_shared(nsym_events *head, const nsym_events *block, const nsym_join_names *names,
                               char gone[TEXT]) {
    for (size_t i = head->attributes; i-- > 0;) {
        const nsym_attribute *a = &head->attribute[i];
        const char *other = nsym_events_attribute(block, a->name);
        if (other && strcmp(a->value, other) == 0) continue;
        if (other && is_of_words(a->name)) {
            NSYM_TRY(keep_words(head, block, a->name, names));
            continue;
        }
        nsym_list_tell(gone, TEXT, a->name);
        nsym_events_drop_attribute(head, i);
    }
    return NSYM_OK;
}

static nsym_status update(nsym_events *head, const nsym_events *block, const nsym_join_names *names) {
    for (size_t i = 0; i < block->attributes; i++) {
        const nsym_attribute *a = &block->attribute[i];
        if (is_of_words(a->name) && nsym_events_attribute(head, a->name))
            NSYM_TRY(keep_words(head, block, a->name, names));
        else
            NSYM_TRY(nsym_events_set_attribute(head, a->name, a->value));
    }
    return NSYM_OK;
}

nsym_status nsym_join_attributes(nsym_events *head, const nsym_events *block, const nsym_join_names *names) {
    char gone[TEXT] = "";
    if (names->facts == NSYM_JOIN_UPDATE) return update(head, block, names);
    tell_strategies(head, block, names);
    for (size_t i = 0; i < block->attributes; i++)
        if (!nsym_events_attribute(head, block->attribute[i].name))
            nsym_list_tell(gone, TEXT, block->attribute[i].name);
    NSYM_TRY(keep_shared(head, block, names, gone));
    tell_gone(gone, names);
    return NSYM_OK;
}
