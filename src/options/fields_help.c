/* Field tables for readers: what keys there are, their defaults and values. */
#include "options/fields_text.h"

#include <stdlib.h>
#include <string.h>

static char *default_text(const nsym_section *s, const nsym_field *f, unsigned scope) {
    char *card = calloc(1, s->size + 1), *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (card && s->defaults) s->defaults(card, scope);
    if (card && out && f->standard) fputs(f->standard, out);
    if (card && out && !f->standard) nsym_field_print(out, f, card, true);
    if (out) fclose(out);
    free(card);
    return text;
}

/* The default of every scope that reads a key, those that are alike once: "0.2; `muons`: 0.085". */
static void print_defaults(FILE *out, const nsym_section *s, const nsym_field *f) {
    char *last = NULL;
    unsigned scopes = f->scope ? f->scope : s->scope;
    for (unsigned k = 0; !scopes ? k == 0 : scopes >> k != 0; k++) {
        if (scopes && !(scopes >> k & 1)) continue;
        char *text = default_text(s, f, 1u << k);
        bool other = !last || !text || strcmp(text, last) != 0;
        if (other && last) fprintf(out, "; `%s`: ", s->scopes[k]);
        if (other && text) fputs(text, out);
        free(last);
        last = text;
    }
    free(last);
}

static void print_range(FILE *out, const nsym_field *f) {
    if (f->low == 0 && f->high == 0)
        fputs(f->kind == NSYM_FIELD_SIZE || f->kind == NSYM_FIELD_SIZES ? "≥ 0" : "any", out);
    else
        fprintf(out, "%.10g to %.10g", f->low, f->high);
}

static void print_words(FILE *out, const char *const *words) {
    for (size_t i = 0; words[i]; i++) fprintf(out, "%s`%s`", i ? ", " : "", words[i]);
}

static void print_values(FILE *out, const nsym_field *f) {
    switch (f->kind) {
    case NSYM_FIELD_ANY:
    case NSYM_FIELD_NODE:
        return;
    case NSYM_FIELD_BOOL:
        fputs("true, false", out);
        return;
    case NSYM_FIELD_SIZE:
    case NSYM_FIELD_NUMBER:
        print_range(out, f);
        return;
    case NSYM_FIELD_TEXT:
        fputs("a text", out);
        return;
    case NSYM_FIELD_FILE:
        fputs("a file", out);
        return;
    case NSYM_FIELD_WORD:
    case NSYM_FIELD_EITHER:
        print_words(out, f->words);
        return;
    case NSYM_FIELD_SIZES:
    case NSYM_FIELD_NUMBERS:
        fputs("a list: ", out);
        print_range(out, f);
        return;
    case NSYM_FIELD_TURNS:
        print_words(out, f->words);
        fputs(", a list", out);
        return;
    case NSYM_FIELD_NAMES:
        fputs("names", out);
        return;
    }
}

/* The one scope that does not read a key; NULL where several do not, or all do. */
static const char *only_other(const nsym_section *s, unsigned scope) {
    const char *other = NULL;
    for (size_t k = 0; s->scopes[k]; k++) {
        if (scope >> k & 1) continue;
        if (other) return NULL;
        other = s->scopes[k];
    }
    return other;
}

static void print_scope(FILE *out, const nsym_section *s, unsigned scope) {
    const char *other = only_other(s, scope), *before = "";
    if (other && scope & (scope - 1)) {
        fprintf(out, "all but `%s`: ", other);
        return;
    }
    for (size_t k = 0; s->scopes[k]; k++) {
        if (!(scope >> k & 1)) continue;
        fprintf(out, "%s`%s`", before, s->scopes[k]);
        before = ", ";
    }
    fputs(": ", out);
}

/* Who reads a key, where not all do, and what it is for. */
static void print_help(FILE *out, const nsym_section *s, const nsym_field *f) {
    if (f->scope && f->scope != s->scope) print_scope(out, s, f->scope);
    fputs(f->help ? f->help : "", out);
}

static void print_row(FILE *out, const nsym_section *s, const nsym_field *f, bool markdown) {
    fprintf(out, markdown ? "| `%s%s%s` | " : "%s%s%s\n    ", s->name, s->name[0] ? "." : "", f->key);
    print_help(out, s, f);
    fputs(markdown ? " | " : "\n    default: ", out);
    print_defaults(out, s, f);
    fputs(markdown ? " | " : "\n    values: ", out);
    print_values(out, f);
    fputs(markdown ? " |\n" : "\n", out);
}

void nsym_section_table(FILE *out, const nsym_section *s, bool markdown) {
    if (markdown) fputs("| key | meaning | default | values |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < s->fields; i++) print_row(out, s, &s->field[i], markdown);
}
