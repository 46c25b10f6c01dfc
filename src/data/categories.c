#include "data/categories.h"

#include "base/fail.h"
#include "base/hash.h"
#include "base/remark.h"
#include "data/texts.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64, TOLD = 6, TOO_MANY = 1000 };

struct nsym_categories {
    char **word; /* (count) */
    size_t count, room;
    size_t *slot; /* (slots, a power of two) a word's number + 1 near its hash; 0: free */
    size_t slots;
};

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for words");
}

nsym_status nsym_categories_new(nsym_categories **out) {
    nsym_categories *all = calloc(1, sizeof *all);
    if (all) all->slot = calloc(FIRST_SLOTS, sizeof *all->slot);
    if (all && all->slot) {
        all->slots = FIRST_SLOTS;
        *out = all;
        return NSYM_OK;
    }
    free(all);
    *out = NULL;
    return no_memory();
}

void nsym_categories_free(nsym_categories *all) {
    if (!all) return;
    for (size_t i = 0; i < all->count; i++) free(all->word[i]);
    free(all->word);
    free(all->slot);
    free(all);
}

static size_t hash_of(const char *word, size_t n) {
    uint64_t hash = NSYM_HASH_START;
    for (size_t i = 0; i < n; i++) hash = (hash ^ (unsigned char)word[i]) * UINT64_C(1099511628211);
    return (size_t)nsym_hash_mix(hash);
}

/* Where the word stands, or would. */
static size_t *find(const nsym_categories *all, const char *word, size_t n) {
    size_t at = hash_of(word, n) & (all->slots - 1);
    for (;; at = (at + 1) & (all->slots - 1)) {
        size_t number = all->slot[at];
        if (number == 0) break;
        const char *other = all->word[number - 1];
        if (strncmp(other, word, n) == 0 && other[n] == '\0') break;
    }
    return &all->slot[at];
}

static nsym_status grow(nsym_categories *all) {
    size_t slots = 2 * all->slots, *old = all->slot;
    size_t *slot = calloc(slots, sizeof *slot);
    if (!slot) return no_memory();
    all->slot = slot;
    all->slots = slots;
    for (size_t i = 0; i < all->count; i++) *find(all, all->word[i], strlen(all->word[i])) = i + 1;
    free(old);
    return NSYM_OK;
}

nsym_status nsym_categories_number(nsym_categories *all, const char *word, size_t n, double *number) {
    size_t *slot = find(all, word, n);
    if (*slot == 0) {
        if (all->count == all->room) {
            size_t room = 2 * all->room + 16;
            char **more = realloc(all->word, room * sizeof *more);
            if (!more) return no_memory();
            all->word = more;
            all->room = room;
        }
        all->word[all->count] = strndup(word, n);
        if (!all->word[all->count]) return no_memory();
        *slot = ++all->count;
        *number = (double)(all->count - 1);
        return 2 * all->count > all->slots ? grow(all) : NSYM_OK;
    }
    *number = (double)(*slot - 1);
    return NSYM_OK;
}

size_t nsym_categories_count(const nsym_categories *all) {
    return all->count;
}

const char *nsym_categories_word(const nsym_categories *all, size_t number) {
    return all->word[number];
}

bool nsym_categories_are_too_many(size_t words, size_t rows) {
    return words > NSYM_CATEGORIES_MOST || (words > TOO_MANY && words > rows / 2);
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

nsym_status nsym_categories_sort(nsym_categories *all, double *values, size_t n, size_t stride) {
    if (all->count == 0) return NSYM_OK;
    char **sorted = malloc(all->count * sizeof *sorted);
    double *place = malloc(all->count * sizeof *place); /* of the word that was n-th */
    if (sorted && place) {
        memcpy(sorted, all->word, all->count * sizeof *sorted);
        qsort(sorted, all->count, sizeof *sorted, by_bytes);
        for (size_t i = 0; i < all->count; i++) place[*find(all, sorted[i], strlen(sorted[i])) - 1] = (double)i;
        for (size_t i = 0; i < n; i++)
            if (!isnan(values[i * stride])) values[i * stride] = place[(size_t)values[i * stride]];
        free(all->word);
        all->word = sorted;
        all->room = all->count;
        for (size_t i = 0; i < all->slots; i++) /* the slots know the old numbers */
            if (all->slot[i] > 0) all->slot[i] = (size_t)place[all->slot[i] - 1] + 1;
        free(place);
        return NSYM_OK;
    }
    free(sorted);
    free(place);
    return no_memory();
}

/* New: the name of the attribute. */
static char *attribute_of(const char *name) {
    char *attribute = malloc(sizeof NSYM_CATEGORIES + strlen(name));
    if (attribute) strcat(strcpy(attribute, NSYM_CATEGORIES), name);
    return attribute;
}

/* New: the words as a list. */
static nsym_status list_of(json_t **list, const nsym_categories *all, const char *name) {
    *list = json_array();
    for (size_t i = 0; i < all->count && *list; i++)
        if (json_array_append_new(*list, json_string(all->word[i])) != 0) {
            json_decref(*list);
            return nsym_fail(NSYM_EFORMAT, "column \"%s\": word %zu is not UTF-8", name, i + 1);
        }
    return *list ? NSYM_OK : no_memory();
}

nsym_status nsym_categories_keep(const nsym_categories *all, nsym_events *events, const char *name) {
    json_t *list;
    NSYM_TRY(list_of(&list, all, name));
    char *text = json_dumps(list, JSON_COMPACT), *attribute = attribute_of(name);
    nsym_status status = text && attribute ? nsym_events_set_attribute(events, attribute, text) : no_memory();
    free(attribute);
    free(text);
    json_decref(list);
    return status;
}

static nsym_status read_list(const char *text, const char *name, char ***words, size_t *n) {
    json_t *list = json_loads(text, 0, NULL);
    nsym_status status = NSYM_OK;
    if (!json_is_array(list))
        status = nsym_fail(NSYM_EFORMAT, "attribute \"%s%s\" is not a JSON list of words", NSYM_CATEGORIES, name);
    size_t size = json_array_size(list);
    if (status == NSYM_OK && !(*words = calloc(size + 1, sizeof **words))) status = no_memory();
    for (; *n < size && status == NSYM_OK; ++*n) {
        const char *word = json_string_value(json_array_get(list, *n));
        if (!word)
            status = nsym_fail(NSYM_EFORMAT, "attribute \"%s%s\" is not a JSON list of words", NSYM_CATEGORIES, name);
        else if (!((*words)[*n] = strdup(word)))
            status = no_memory();
        if (status != NSYM_OK) break;
    }
    json_decref(list);
    return status;
}

nsym_status nsym_categories_read(const nsym_events *events, const char *name, char ***words, size_t *n) {
    *words = NULL;
    *n = 0;
    char *attribute = attribute_of(name);
    if (!attribute) return no_memory();
    const char *text = nsym_events_attribute(events, attribute);
    free(attribute);
    nsym_status status = text ? read_list(text, name, words, n) : NSYM_OK;
    if (status == NSYM_OK) return NSYM_OK;
    nsym_texts_free(*words, *n);
    *words = NULL;
    *n = 0;
    return status;
}

static void free_words(nsym_words *words, size_t n) {
    for (size_t i = 0; words && i < n; i++) nsym_texts_free(words[i].word, words[i].n);
    free(words);
}

void nsym_categories_free_all(nsym_words *words, const nsym_events *events) {
    free_words(words, events->features + events->columns);
}

nsym_status nsym_categories_read_all(nsym_words **out, const nsym_events *events) {
    size_t features = events->features, n = features + events->columns;
    *out = calloc(n + 1, sizeof **out);
    if (!*out) return no_memory();
    for (size_t i = 0; i < n; i++) {
        const char *name = i < features ? events->feature_names[i] : events->column[i - features].name;
        nsym_status status = nsym_categories_read(events, name, &(*out)[i].word, &(*out)[i].n);
        if (status == NSYM_OK) continue;
        free_words(*out, i);
        *out = NULL;
        return status;
    }
    return NSYM_OK;
}

const char *nsym_categories_word_of(const nsym_words *words, double value) {
    return value >= 0 && value < (double)words->n && value == floor(value) ? words->word[(size_t)value] : NULL;
}

void nsym_categories_tell(const nsym_categories *all, const char *path, const char *name) {
    char text[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < all->count && i < TOLD && used < sizeof text; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s%zu is \"%.40s\"", i > 0 ? ", " : "", i, all->word[i]);
    if (all->count > TOLD && used < sizeof text)
        snprintf(text + used, sizeof text - used, ", ... (%zu words)", all->count);
    nsym_remark(strcmp(name, "label") == 0 ? NSYM_WARNING : NSYM_NOTE, "%s: column \"%s\" is kept as numbers: %s", path,
                name, all->count > 0 ? text : "it is empty");
}
