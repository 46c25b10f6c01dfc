/* What the values of a section are as text: for the ledger's key. */
#include "options/fields.h"

static void print_numbers(FILE *out, const double *numbers, size_t n) {
    for (size_t i = 0; i < n; i++) fprintf(out, "%s%.17g", i ? "," : "", numbers[i]);
}

static void print_value(FILE *out, const nsym_field *f, const char *card) {
    const void *at = card + f->at;
    size_t count = f->kind >= NSYM_FIELD_SIZES ? *(const size_t *)(const void *)(card + f->beside) : 0, words = 0;
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
        fprintf(out, "%.17g", *(const double *)at);
        return;
    case NSYM_FIELD_TEXT:
        fputs(*(const char *const *)at ? *(const char *const *)at : "", out);
        return;
    case NSYM_FIELD_FILE:
        fputs(card + f->beside, out);
        return;
    case NSYM_FIELD_WORD:
        fputs(f->words[*(const unsigned *)at], out);
        return;
    case NSYM_FIELD_EITHER:
        fputs(f->words[*(const bool *)at], out);
        return;
    case NSYM_FIELD_SIZES:
        for (size_t i = 0; i < count; i++) fprintf(out, "%s%zu", i ? "," : "", ((const size_t *)at)[i]);
        return;
    case NSYM_FIELD_NUMBERS:
        print_numbers(out, at, count);
        return;
    case NSYM_FIELD_TURNS:
        while (f->words[words] && words < *(const unsigned *)(const void *)(card + f->word)) words++;
        if (f->words[words])
            fputs(f->words[words], out);
        else
            print_numbers(out, at, count);
        return;
    case NSYM_FIELD_NAMES:
        fputs(at, out);
        return;
    }
}

void nsym_section_print(FILE *out, const nsym_section *s, const void *card, unsigned scope, unsigned group) {
    if ((s->scope && !(s->scope & scope)) || (s->idle && s->idle(card))) return;
    for (size_t i = 0; i < s->fields; i++) {
        const nsym_field *f = &s->field[i];
        bool other = f->group != group || f->kind == NSYM_FIELD_ANY || (f->scope && !(f->scope & scope));
        if (other || (f->idle && f->idle(card))) continue;
        fprintf(out, " %s%s%s=", s->name, s->name[0] ? "." : "", f->key);
        print_value(out, f, card);
    }
}
