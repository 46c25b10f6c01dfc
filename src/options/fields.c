#include "options/fields.h"

#include "base/arena.h"
#include "base/fail.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(nsym_node_kind) == sizeof(unsigned), "enums are read as unsigned");

static bool in_scope(unsigned of, unsigned scope) {
    return !of || !scope || (of & scope);
}

const nsym_field *nsym_section_find(const nsym_section *s, const char *key, unsigned scope) {
    for (size_t i = 0; i < s->fields; i++)
        if (strcmp(s->field[i].key, key) == 0 && in_scope(s->field[i].scope, scope)) return &s->field[i];
    return NULL;
}

/* The names of scopes, with commas. */
typedef struct names {
    char text[160];
} names;

static names names_of(const nsym_section *s, unsigned scopes) {
    names n = {""};
    size_t used = 0;
    for (size_t k = 0; s->scopes[k] && used < sizeof n.text; k++)
        if (scopes >> k & 1)
            used += (size_t)snprintf(n.text + used, sizeof n.text - used, "%s%s", used ? ", " : "", s->scopes[k]);
    return n;
}

/* The scopes that read a key. */
static unsigned scopes_of(const nsym_section *s, const char *key) {
    unsigned scopes = 0;
    for (size_t i = 0; i < s->fields; i++)
        if (strcmp(s->field[i].key, key) == 0) scopes |= s->field[i].scope;
    return scopes;
}

/* A key that no row has, or none of this scope. */
static nsym_status check_key(const nsym_section *s, nsym_reader r, const nsym_node *node, unsigned scope) {
    const char *known[128] = {NULL}, *where = r.where && *r.where ? r.where : "the card";
    size_t n = 0;
    if (nsym_section_find(s, node->key, scope)) return NSYM_OK;
    if (nsym_section_find(s, node->key, 0)) {
        char here[200] = "";
        if ((scope & (scope - 1)) == 0)
            snprintf(here, sizeof here, "the %s is %s, and ", s->of, names_of(s, scope).text);
        return nsym_fail_at(r.tree, node, "unknown key '%s' in %s: %sit is for %s", node->key, where, here,
                            names_of(s, scopes_of(s, node->key)).text);
    }
    for (size_t i = 0; i < s->fields && n < 127; i++)
        if (in_scope(s->field[i].scope, scope)) known[n++] = s->field[i].key;
    nsym_node only = *r.node, *child = (nsym_node *)node;
    only.count = 1;
    only.child = &child;
    return nsym_check_keys((nsym_reader){r.tree, &only, r.where}, known);
}

/* Names, as a list or as one text with commas, are one text with commas. */
static nsym_status read_names(char *out, const nsym_field *f, nsym_reader r, const nsym_node *node) {
    const char *dot = r.where[0] ? "." : "";
    size_t used = 0, entries = node->kind == NSYM_LIST ? node->count : 1;
    out[0] = '\0';
    if (node->kind == NSYM_MAP)
        return nsym_fail_at(r.tree, node, "%s%s%s must be a name or a list of names", r.where, dot, f->key);
    if (node->kind == NSYM_SCALAR && !node->text[0]) return NSYM_OK;
    for (size_t i = 0; i < entries; i++) {
        const nsym_node *entry = node->kind == NSYM_LIST ? node->child[i] : node;
        size_t length = entry->kind == NSYM_SCALAR ? strlen(entry->text) : 0;
        if (length == 0 || strpbrk(entry->text, " \t\n") == entry->text)
            return nsym_fail_at(r.tree, entry, "%s%s%s: an entry is empty, must be a name such as iso_0.4 or sum_pt",
                                r.where, dot, f->key);
        if (used + length + 2 > f->room)
            return nsym_fail_at(r.tree, entry, "%s%s%s: the names are longer than %zu letters together", r.where, dot,
                                f->key, f->room - 1);
        if (used) out[used++] = ',';
        for (const char *c = entry->text; *c; c++)
            if (*c != ' ' && *c != '\n') out[used++] = *c;
        out[used] = '\0';
    }
    return NSYM_OK;
}

static nsym_status read_node(const char **out, const nsym_tree *tree, const nsym_node *node) {
    char *text;
    NSYM_TRY(nsym_node_text(&text, node));
    *out = nsym_arena_strdup(tree->arena, text);
    free(text);
    return *out ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the card's key %s", node->key);
}

static nsym_status read_field(char *out, const nsym_field *f, nsym_reader r, const nsym_node *node) {
    bool any = f->low == 0 && f->high == 0;
    double low = any ? -INFINITY : f->low, high = any ? INFINITY : f->high;
    size_t least = (size_t)f->low, most = f->high > 0 ? (size_t)f->high : SIZE_MAX, choice = 0;
    void *at = out + f->at, *beside = out + f->beside;
    switch (f->kind) {
    case NSYM_FIELD_ANY:
        return NSYM_OK;
    case NSYM_FIELD_NODE:
        return read_node(at, r.tree, node);
    case NSYM_FIELD_BOOL:
        return nsym_read_bool(r, f->key, at);
    case NSYM_FIELD_SIZE:
        return nsym_read_size(r, f->key, least, most, at);
    case NSYM_FIELD_NUMBER:
        return nsym_read_number(r, f->key, low, high, at);
    case NSYM_FIELD_TEXT:
    case NSYM_FIELD_FILE:
        return nsym_read_text(r, f->key, at);
    case NSYM_FIELD_SIZES:
        return nsym_read_sizes(r, f->key, least, most, f->room, at, beside);
    case NSYM_FIELD_NUMBERS:
        return nsym_read_numbers(r, f->key, low, high, f->room, at, beside);
    case NSYM_FIELD_NAMES:
        return read_names(at, f, r, node);
    case NSYM_FIELD_TURNS:
        while (f->words[choice]) choice++;
        *(unsigned *)(void *)(out + f->word) = (unsigned)choice;
        if (node->kind != NSYM_SCALAR) return nsym_read_numbers(r, f->key, low, high, f->room, at, beside);
        at = out + f->word;
        break;
    case NSYM_FIELD_WORD:
    case NSYM_FIELD_EITHER:
        break;
    }
    NSYM_TRY(nsym_read_choice(r, f->key, f->words, &choice));
    if (f->kind == NSYM_FIELD_EITHER)
        *(bool *)at = choice == 1;
    else
        *(unsigned *)at = (unsigned)choice;
    return NSYM_OK;
}

nsym_status nsym_section_check(const nsym_section *s, nsym_reader r, unsigned scope) {
    if (!r.node) return NSYM_OK;
    if (!in_scope(s->scope, scope))
        return nsym_fail_at(r.tree, r.node, "the %s '%s' does not use the section '%s', which is for %s; leave it out",
                            s->of, names_of(s, scope).text, r.where, names_of(s, s->scope).text);
    if (r.node->kind != NSYM_MAP) return nsym_check_keys(r, (const char *const[]){NULL});
    for (size_t i = 0; i < r.node->count; i++) NSYM_TRY(check_key(s, r, r.node->child[i], scope));
    return NSYM_OK;
}

nsym_status nsym_section_read(void *out, const nsym_section *s, nsym_reader r, unsigned scope) {
    NSYM_TRY(nsym_section_check(s, r, scope));
    for (size_t i = 0; r.node && i < r.node->count; i++) {
        const nsym_node *node = r.node->child[i];
        NSYM_TRY(read_field(out, nsym_section_find(s, node->key, scope), r, node));
    }
    return NSYM_OK;
}

bool nsym_section_reads(char why[NSYM_WHY_SIZE], const nsym_section *s, const char *key, const void *card,
                        unsigned scope) {
    const nsym_field *f = nsym_section_find(s, key, scope);
    const char *idle = s->idle ? s->idle(card) : NULL;
    why[0] = '\0';
    if (!f && nsym_section_find(s, key, 0)) {
        snprintf(why, NSYM_WHY_SIZE, "the %s is %s, and it is for %s", s->of, names_of(s, scope).text,
                 names_of(s, scopes_of(s, key)).text);
        return false;
    }
    if (!idle && f && f->idle) idle = f->idle(card);
    if (idle) snprintf(why, NSYM_WHY_SIZE, "%s", idle);
    return !idle;
}

double nsym_field_number(const void *options, const nsym_field *field) {
    return *(const double *)(const void *)((const char *)options + field->at);
}

nsym_status nsym_fields_check(const char *what, const void *options, const nsym_field *fields, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const nsym_field *f = &fields[i];
        double value = nsym_field_number(options, f);
        if (!(value >= f->low && value <= f->high))
            return nsym_fail(NSYM_EINVAL, "%s: %s is %g, must be %g to %g", what, f->key, value, f->low, f->high);
    }
    return NSYM_OK;
}
