/* What the values of a section are as text: exact, for the ledger's key, or as readers are shown defaults. */
#include "options/fields_text.h"

#include <string.h>

static void print_word(FILE *out, const char *word, bool shown) {
    if (shown)
        fprintf(out, "`%s`", word && word[0] ? word : "\"\"");
    else
        fputs(word ? word : "", out);
}

static void print_number(FILE *out, double number, bool shown) {
    fprintf(out, shown ? "%.4g" : "%.17g", number);
}

static void print_list(FILE *out, const nsym_field *f, const char *card, bool shown) {
    size_t n = *(const size_t *)(const void *)(card + f->beside);
    const void *at = card + f->at;
    if (shown) fputc('[', out);
    for (size_t i = 0; i < n; i++) {
        if (i) fputs(shown ? ", " : ",", out);
        if (f->kind == NSYM_FIELD_SIZES)
            fprintf(out, "%zu", ((const size_t *)at)[i]);
        else
            print_number(out, ((const double *)at)[i], shown);
    }
    if (shown) fputc(']', out);
}

static const char *word_of(const nsym_field *f, const void *at) {
    unsigned n = 0;
    while (f->words[n] && n < *(const unsigned *)at) n++;
    return f->words[n];
}

void nsym_field_print(FILE *out, const nsym_field *f, const void *values, bool shown) {
    const char *card = values;
    const void *at = card + f->at, *word = card + f->word;
    switch (f->kind) {
    case NSYM_FIELD_ANY:
        return;
    case NSYM_FIELD_BOOL:
        fputs(*(const bool *)at ? "true" : "false", out);
        return;
    case NSYM_FIELD_SIZE:
        fprintf(out, "%zu", *(const size_t *)at);
        return;
    case NSYM_FIELD_NUMBER:
        print_number(out, *(const double *)at, shown);
        return;
    case NSYM_FIELD_NODE:
        print_word(out, shown || !f->beside ? *(const char *const *)at : card + f->beside, shown);
        return;
    case NSYM_FIELD_TEXT:
        print_word(out, *(const char *const *)at, shown);
        return;
    case NSYM_FIELD_FILE:
        print_word(out, shown ? *(const char *const *)at : card + f->beside, shown);
        return;
    case NSYM_FIELD_WORD:
        print_word(out, word_of(f, at), shown);
        return;
    case NSYM_FIELD_EITHER:
        print_word(out, f->words[*(const bool *)at], shown);
        return;
    case NSYM_FIELD_TURNS:
        if (word_of(f, word)) {
            print_word(out, word_of(f, word), shown);
            return;
        }
        print_list(out, f, card, shown);
        return;
    case NSYM_FIELD_SIZES:
    case NSYM_FIELD_NUMBERS:
        print_list(out, f, card, shown);
        return;
    case NSYM_FIELD_NAMES:
        fputs(shown ? "[]" : (const char *)at, out);
        return;
    }
}

/* Is it a quiet number that has its default? */
static bool is_silent(const nsym_section *s, const nsym_field *f, const void *card) {
    _Alignas(max_align_t) unsigned char standard[NSYM_QUIET_SIZE];
    if (!f->quiet || !s->defaults || s->size > sizeof standard) return false;
    s->defaults(standard, 0);
    return memcmp(standard + f->at, (const unsigned char *)card + f->at, sizeof(double)) == 0;
}

void nsym_section_print(FILE *out, const nsym_section *s, const void *card, unsigned scope, unsigned group) {
    if ((s->scope && !(s->scope & scope)) || (s->idle && s->idle(card))) return;
    for (size_t i = 0; i < s->fields; i++) {
        const nsym_field *f = &s->field[i];
        bool other = f->group != group || f->kind == NSYM_FIELD_ANY || (f->scope && !(f->scope & scope));
        if (other || (f->idle && f->idle(card)) || is_silent(s, f, card)) continue;
        fprintf(out, " %s%s%s=", s->name, s->name[0] ? "." : "", f->key);
        nsym_field_print(out, f, card, false);
    }
}
