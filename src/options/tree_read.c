#include "base/fail.h"
#include "options/tree_internal.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 60 };

/* The dotted path of a key, for messages. */
typedef struct path {
    char text[512];
} path;

static path path_of(nsym_reader r, const char *key) {
    path p;
    bool root = !r.where || !*r.where;
    snprintf(p.text, sizeof p.text, "%s%s%s", root ? "" : r.where, root ? "" : ".", key);
    return p;
}

static const nsym_node *find(nsym_reader r, const char *key) {
    if (!r.node || r.node->kind != NSYM_MAP) return NULL;
    size_t place = nsym_node_find(r.node, key, strlen(key));
    return place < r.node->count ? r.node->child[place] : NULL;
}

bool nsym_text_number(const char *text, double *out) {
    const char *at = text + (*text == '+' || *text == '-');
    size_t whole = strspn(at, "0123456789"), part = 0;
    at += whole;
    if (*at == '.') {
        part = strspn(at + 1, "0123456789");
        at += 1 + part;
    }
    if (whole + part == 0) return false;
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '+' || at[1] == '-');
        size_t exponent = strspn(at, "0123456789");
        if (!exponent) return false;
        at += exponent;
    }
    if (*at) return false;
    locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
    if (!c) return false;
    locale_t before = uselocale(c);
    *out = strtod(text, NULL);
    uselocale(before);
    freelocale(c);
    return true;
}

/* A value as a message shows it. */
typedef struct shown {
    char text[SHOWN + 8];
} shown;

static shown show(const nsym_node *node) {
    shown s = {""};
    if (node->kind != NSYM_SCALAR || nsym_node_is_null(node)) {
        const char *what = node->kind == NSYM_LIST ? "a list" : node->kind == NSYM_MAP ? "a map" : "empty";
        memcpy(s.text, what, strlen(what) + 1);
        return s;
    }
    double number = 0;
    char *quoted = NULL;
    if (node->quoted && nsym_node_text(&quoted, node)) quoted = NULL;
    const char *text = quoted ? quoted : node->text;
    const char *mark = node->quoted || nsym_text_number(text, &number) ? "" : "'";
    size_t length = strlen(text);
    bool cut = length > SHOWN;
    if (cut) length = SHOWN;
    while (cut && length && ((unsigned char)text[length] & 0xC0) == 0x80) length--; /* whole UTF-8 sequences */
    snprintf(s.text, sizeof s.text, "%s%.*s%s%s", mark, (int)length, text, cut ? "..." : "", mark);
    free(quoted);
    return s;
}

/* One end of a range as a message says it: "> 0" or ">= 0.5"; nothing for an infinite one. */
static void write_end(char *out, size_t size, double end, bool low) {
    out[0] = 0;
    if (isinf(end)) return;
    double beyond = nextafter(end, low ? -INFINITY : INFINITY);
    char closed[32], open[32];
    snprintf(closed, sizeof closed, "%.17g", end);
    snprintf(open, sizeof open, "%.17g", beyond);
    bool is_open = strlen(open) < strlen(closed) && strlen(open) < 16;
    double shown_end = is_open ? beyond : end;
    snprintf(out, size, "%s%s %.*g", low ? ">" : "<", is_open ? "" : "=", fabs(shown_end) < 1e15 ? 15 : 6, shown_end);
}

static nsym_status out_of_range(nsym_reader r, const nsym_node *node, const char *key, double low, double high) {
    char above[48], below[48];
    write_end(above, sizeof above, low, true);
    write_end(below, sizeof below, high, false);
    return nsym_fail_at(r.tree, node, "%s is %s, must be %s%s%s", path_of(r, key).text, show(node).text, above,
                        *above && *below ? " and " : "", below);
}

static nsym_status not_a(nsym_reader r, const nsym_node *node, const char *key, const char *what) {
    return nsym_fail_at(r.tree, node, "%s is %s, must be %s", path_of(r, key).text, show(node).text, what);
}

/* The number of a scalar; its failure says what it must be. */
static nsym_status number_of(nsym_reader r, const nsym_node *node, const char *key, const char *what, double *out) {
    double value = 0;
    bool number = node->kind == NSYM_SCALAR && nsym_text_number(node->text, &value);
    if (!number) return not_a(r, node, key, what);
    if (node->quoted)
        return nsym_fail_at(r.tree, node, "%s is %s, must be %s; leave out the quotes", path_of(r, key).text,
                            show(node).text, what);
    if (isinf(value))
        return nsym_fail_at(r.tree, node, "%s is %s, must be below %g", path_of(r, key).text, show(node).text, DBL_MAX);
    *out = value;
    return NSYM_OK;
}

static nsym_status ranged(nsym_reader r, const nsym_node *node, const char *key, double low, double high, double *out) {
    double value = 0;
    NSYM_TRY(number_of(r, node, key, "a number", &value));
    if (!(value >= low && value <= high)) return out_of_range(r, node, key, low, high);
    *out = value;
    return NSYM_OK;
}

nsym_status nsym_read_number(nsym_reader r, const char *key, double low, double high, double *out) {
    const nsym_node *node = find(r, key);
    return node ? ranged(r, node, key, low, high, out) : NSYM_OK;
}

static nsym_status size_of(nsym_reader r, const nsym_node *node, const char *key, size_t low, size_t high,
                           size_t *out) {
    double value = 0;
    const double exact = 9007199254740992.; /* 2^53: up to here a double holds every whole number */
    NSYM_TRY(number_of(r, node, key, "a whole number", &value));
    if (value != floor(value)) return not_a(r, node, key, "a whole number");
    double top = (double)high < exact ? (double)high : exact;
    if (!(value >= (double)low && value <= top))
        return out_of_range(r, node, key, (double)low, high == SIZE_MAX && value < exact ? INFINITY : top);
    *out = (size_t)value;
    return NSYM_OK;
}

nsym_status nsym_read_size(nsym_reader r, const char *key, size_t low, size_t high, size_t *out) {
    const nsym_node *node = find(r, key);
    return node ? size_of(r, node, key, low, high, out) : NSYM_OK;
}

/* The list at a key, of at most `capacity` entries; NULL where there is none. */
static nsym_status list_at(const nsym_node **out, nsym_reader r, const char *key, const char *what, size_t capacity) {
    const nsym_node *node = *out = find(r, key);
    if (!node) return NSYM_OK;
    if (node->kind != NSYM_LIST) return not_a(r, node, key, what);
    if (node->count > capacity)
        return nsym_fail_at(r.tree, node, "%s has %zu entries, must have at most %zu", path_of(r, key).text,
                            node->count, capacity);
    return NSYM_OK;
}

nsym_status nsym_read_sizes(nsym_reader r, const char *key, size_t low, size_t high, size_t capacity, size_t *out,
                            size_t *count) {
    const nsym_node *node;
    NSYM_TRY(list_at(&node, r, key, "a list of whole numbers such as [64, 32]", capacity));
    for (size_t i = 0; node && i < node->count; i++) {
        char entry[256];
        snprintf(entry, sizeof entry, "%s[%zu]", key, i);
        NSYM_TRY(size_of(r, node->child[i], entry, low, high, &out[i]));
    }
    if (node) *count = node->count;
    return NSYM_OK;
}

nsym_status nsym_read_numbers(nsym_reader r, const char *key, double low, double high, size_t capacity, double *out,
                              size_t *count) {
    const nsym_node *node;
    NSYM_TRY(list_at(&node, r, key, "a list of numbers such as [0, 45]", capacity));
    for (size_t i = 0; node && i < node->count; i++) {
        char entry[256];
        snprintf(entry, sizeof entry, "%s[%zu]", key, i);
        NSYM_TRY(ranged(r, node->child[i], entry, low, high, &out[i]));
    }
    if (node) *count = node->count;
    return NSYM_OK;
}

nsym_status nsym_read_bool(nsym_reader r, const char *key, bool *out) {
    const nsym_node *node = find(r, key);
    if (!node) return NSYM_OK;
    bool scalar = node->kind == NSYM_SCALAR && !node->quoted;
    bool yes = scalar && !strcmp(node->text, "true"), no = scalar && !strcmp(node->text, "false");
    if (!yes && !no) return not_a(r, node, key, "true or false");
    *out = yes;
    return NSYM_OK;
}

nsym_status nsym_read_text(nsym_reader r, const char *key, const char **out) {
    const nsym_node *node = find(r, key);
    if (!node) return NSYM_OK;
    if (node->kind != NSYM_SCALAR) return not_a(r, node, key, "a text");
    if (nsym_node_is_null(node)) return not_a(r, node, key, "a text; write \"\" for none");
    *out = node->text;
    return NSYM_OK;
}

/* Joins words with commas, as far as they fit. */
static void join(char *out, size_t size, const char *const *words) {
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; words[i] && used < size; i++) {
        int wrote = snprintf(out + used, size - used, "%s%s", i ? ", " : "", words[i]);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

nsym_status nsym_read_choice(nsym_reader r, const char *key, const char *const *choices, size_t *out) {
    const nsym_node *node = find(r, key);
    if (!node) return NSYM_OK;
    bool word = node->kind == NSYM_SCALAR && !nsym_node_is_null(node);
    for (size_t i = 0; word && choices[i]; i++) {
        if (strcmp(node->text, choices[i])) continue;
        *out = i;
        return NSYM_OK;
    }
    char all[400];
    join(all, sizeof all, choices);
    const char *near = word ? nsym_nearest(node->text, choices) : NULL;
    return nsym_fail_at(r.tree, node, "%s is %s, must be %s%s%s%s%s", path_of(r, key).text, show(node).text,
                        choices[0] && choices[1] ? "one of " : "", all, near ? "; did you mean '" : "",
                        near ? near : "", near ? "'?" : "");
}

nsym_status nsym_check_keys(nsym_reader r, const char *const *known) {
    if (!r.node) return NSYM_OK;
    const char *where = r.where && *r.where ? r.where : "the card";
    if (r.node->kind != NSYM_MAP)
        return nsym_fail_at(r.tree, r.node, "%s is %s, must be a map", where, show(r.node).text);
    for (size_t i = 0; i < r.node->count; i++) {
        const nsym_node *child = r.node->child[i];
        size_t k = 0;
        while (known[k] && strcmp(known[k], child->key)) k++;
        if (known[k]) continue;
        const char *near = nsym_nearest(child->key, known);
        if (near)
            return nsym_fail_at(r.tree, child, "unknown key '%s' in %s; did you mean '%s'?", child->key, where, near);
        char all[400];
        join(all, sizeof all, known);
        return nsym_fail_at(r.tree, child, "unknown key '%s' in %s; it has %s", child->key, where,
                            *all ? all : "no keys");
    }
    return NSYM_OK;
}
