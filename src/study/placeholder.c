#include "study/placeholder.h"

#include "base/fail.h"

#include <string.h>

const char *const nsym_error_name[NSYM_ERRORS] = {
    [NSYM_TOTAL] = "total",
    [NSYM_TRAININGS] = "trainings",
    [NSYM_TRAINING_SAMPLE] = "training_sample",
    [NSYM_TEST_SAMPLE] = "test_sample",
    [NSYM_FIT] = "fit",
    [NSYM_STD] = "std",
    [NSYM_STANDARD_ERROR] = "standard_error",
};

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the texts of a card");
}

nsym_status nsym_placeholder_find(const char **open, const char **inside, const char **rest, nsym_arena *arena,
                                  const nsym_tree *card, const char *text) {
    *open = strstr(text, "${");
    if (!*open) return NSYM_OK;
    const char *close = strchr(*open, '}');
    if (!close) return nsym_fail(NSYM_EINVAL, "%s: a text's ${ has no closing }: %.40s", card->name, *open);
    *inside = nsym_arena_printf(arena, "%.*s", (int)(close - *open - 2), *open + 2);
    *rest = close + 1;
    return *inside ? NSYM_OK : no_memory();
}

static nsym_status read_word(nsym_placeholder *q, nsym_arena *arena, const nsym_tree *card, char *word,
                             const char *inside) {
    bool minus = strcmp(word, "minus") == 0, against = strcmp(word, "against") == 0;
    if ((minus || against) && q->form == NSYM_VALUE) {
        q->form = minus ? NSYM_MINUS : NSYM_AGAINST;
        q->second = q->first;
        return NSYM_OK;
    }
    char *equals = strchr(word, '=');
    if (!equals)
        return nsym_fail(NSYM_EINVAL, "%s: '%s' in a text's ${%s} is not name=value", card->name, word, inside);
    *equals = '\0';
    if (strcmp(word, "order") == 0) {
        q->order = equals + 1;
        return NSYM_OK;
    }
    nsym_error named = NSYM_TOTAL;
    while (named < NSYM_ERRORS && strcmp(equals + 1, nsym_error_name[named]) != 0) named++;
    if (strcmp(word, "error") == 0 && named < NSYM_ERRORS) {
        q->error = named;
        return NSYM_OK;
    }
    nsym_filter *filter = q->form == NSYM_VALUE ? &q->first : &q->second;
    if (q->form != NSYM_VALUE) NSYM_TRY(nsym_texts_add(&q->replaced, arena, word));
    return nsym_filter_add(filter, arena, filter, word, equals + 1);
}

nsym_status nsym_placeholder_read(nsym_placeholder *q, nsym_arena *arena, const nsym_tree *card, const char *inside) {
    char *words = nsym_arena_strdup(arena, inside), *rest = NULL;
    if (!words) return no_memory();
    *q = (nsym_placeholder){.metric = strtok_r(words, " \t\n", &rest)};
    for (char *word; q->metric && (word = strtok_r(NULL, " \t\n", &rest));)
        NSYM_TRY(read_word(q, arena, card, word, inside));
    if (!q->metric || (q->form != NSYM_VALUE && (q->replaced.count == 0 || q->order)))
        return nsym_fail(NSYM_EINVAL, "%s: a text's ${%s} needs a metric, and name=value after minus or against",
                         card->name, inside);
    return NSYM_OK;
}
