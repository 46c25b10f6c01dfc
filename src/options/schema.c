/* Field tables as a JSON Schema, which editors complete and check a card by. */
#include "options/fields.h"

#include <stdio.h>
#include <string.h>

static void write_text(FILE *out, const char *text) {
    fputc('"', out);
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\') fputc('\\', out);
        fputc(*c, out);
    }
    fputc('"', out);
}

static void write_range(FILE *out, const nsym_field *f, bool whole) {
    fprintf(out, "\"type\": \"%s\"", whole ? "integer" : "number");
    if (whole || f->low != 0 || f->high != 0) fprintf(out, ", \"minimum\": %.17g", f->low);
    if (f->high != 0) fprintf(out, ", \"maximum\": %.17g", f->high);
}

static void write_words(FILE *out, const nsym_field *f) {
    fputs("\"enum\": [", out);
    for (size_t i = 0; f->words[i]; i++) {
        bool truth =
            strcmp(f->words[i], "true") == 0 || strcmp(f->words[i], "false") == 0; /* to an editor, a boolean */
        fprintf(out, truth ? "%s%s" : "%s\"%s\"", i ? ", " : "", f->words[i]);
    }
    fputc(']', out);
}

static void write_list(FILE *out, const nsym_field *f, bool whole) {
    fprintf(out, "\"type\": \"array\", \"maxItems\": %zu, \"items\": {", f->room);
    write_range(out, f, whole);
    fputc('}', out);
}

static void write_kind(FILE *out, const nsym_field *f) {
    switch (f->kind) {
    case NSYM_FIELD_ANY:
    case NSYM_FIELD_NODE:
        fputs("\"type\": [\"string\", \"number\", \"array\", \"object\", \"null\"]", out);
        return;
    case NSYM_FIELD_BOOL:
        fputs("\"type\": \"boolean\"", out);
        return;
    case NSYM_FIELD_SIZE:
    case NSYM_FIELD_NUMBER:
        write_range(out, f, f->kind == NSYM_FIELD_SIZE);
        return;
    case NSYM_FIELD_TEXT:
    case NSYM_FIELD_FILE:
        fputs("\"type\": [\"string\", \"number\", \"boolean\"]", out);
        return;
    case NSYM_FIELD_WORD:
    case NSYM_FIELD_EITHER:
        write_words(out, f);
        return;
    case NSYM_FIELD_SIZES:
    case NSYM_FIELD_NUMBERS:
        write_list(out, f, f->kind == NSYM_FIELD_SIZES);
        return;
    case NSYM_FIELD_TURNS:
        fputs("\"anyOf\": [{", out);
        write_words(out, f);
        fputs("}, {", out);
        write_list(out, f, false);
        fputs("}]", out);
        return;
    case NSYM_FIELD_NAMES:
        fputs("\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}}]", out);
        return;
    }
}

typedef struct schema {
    FILE *out;
    const nsym_section *const *section;
    size_t sections;
} schema;

static void write_section(const schema *w, const nsym_section *s);

/* The section at a key of another, or the map of sections. */
static const nsym_section *section_at(const schema *w, const nsym_section *s, const char *key, bool *map) {
    char one[128], many[160];
    snprintf(one, sizeof one, "%s%s%s", s->name, s->name[0] ? "." : "", key);
    snprintf(many, sizeof many, "%s.NAME", one);
    for (size_t i = 0; i < w->sections; i++) {
        *map = strcmp(w->section[i]->name, many) == 0;
        if (*map || strcmp(w->section[i]->name, one) == 0) return w->section[i];
    }
    return NULL;
}

/* One row's values. */
static void write_row(const schema *w, const nsym_section *s, const nsym_field *f) {
    bool map = false;
    const nsym_section *inner = section_at(w, s, f->key, &map);
    fputs("{\"description\": ", w->out);
    write_text(w->out, f->help ? f->help : "");
    if (inner) {
        fputs(map ? ", \"type\": \"object\", \"additionalProperties\": " : ", \"allOf\": [", w->out);
        write_section(w, inner);
        if (!map) fputc(']', w->out);
    } else {
        fputs(", ", w->out);
        write_kind(w->out, f);
    }
    fputc('}', w->out);
}

/* A key may have several rows, each for some scopes; the first writes for all. */
static void write_key(const schema *w, const nsym_section *s, size_t row) {
    bool several = false;
    for (size_t i = row + 1; i < s->fields; i++) several |= strcmp(s->field[i].key, s->field[row].key) == 0;
    fprintf(w->out, "\n\"%s\": ", s->field[row].key);
    if (several) fputs("{\"anyOf\": [", w->out);
    write_row(w, s, &s->field[row]);
    for (size_t i = row + 1; i < s->fields; i++) {
        if (strcmp(s->field[i].key, s->field[row].key) != 0) continue;
        fputs(", ", w->out);
        write_row(w, s, &s->field[i]);
    }
    if (several) fputs("]}", w->out);
}

static void write_section(const schema *w, const nsym_section *s) {
    fputs("{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {", w->out);
    for (size_t i = 0, written = 0; i < s->fields; i++) {
        if (nsym_section_find(s, s->field[i].key, 0) != &s->field[i]) continue;
        if (written++) fputc(',', w->out);
        write_key(w, s, i);
    }
    fputs("}}", w->out);
}

void nsym_sections_schema(FILE *out, const nsym_section *const *sections, size_t n) {
    const schema w = {out, sections, n};
    fputs("{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"title\": \"nearsym study "
          "card\",\n\"allOf\": [",
          out);
    for (size_t i = 0; i < n; i++)
        if (!sections[i]->name[0]) write_section(&w, sections[i]);
    fputs("]}\n", out);
}
