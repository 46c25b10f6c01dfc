/* The keys of a card, for readers and editors. */
#include <nearsym/study.h>

#include "base/fail.h"
#include "sources/files.h"
#include "sources/source.h"
#include "study/sections.h"

#include <stdlib.h>
#include <string.h>

enum { SECTIONS_MAX = 32 };

/* All sections, the top level first. */
static size_t list_sections(const nsym_section *out[SECTIONS_MAX]) {
    const nsym_section *const others[] = {&nsym_section_train,  &nsym_section_model,  &nsym_section_experiment,
                                          &nsym_section_steps,  &nsym_section_tries,  &nsym_section_range,
                                          &nsym_section_chosen, &nsym_section_search, &nsym_section_file};
    size_t n = 0;
    out[n++] = &nsym_section_top;
    for (const nsym_section *const *s = nsym_sections_of_sample; *s; s++) {
        out[n++] = *s;
        for (size_t i = 0; s == nsym_sections_of_sample && nsym_sources[i]; i++)
            if (nsym_sources[i]->section) out[n++] = nsym_sources[i]->section;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) out[n++] = others[i];
    return n;
}

/* What a section is called on the command line: "models" too for models.NAME, "top" for the top level. */
static bool is_called(const nsym_section *s, const char *name) {
    size_t length = strlen(name);
    if (!s->name[0]) return strcmp(name, "top") == 0;
    return strcmp(s->name, name) == 0 ||
           (strncmp(s->name, name, length) == 0 && strchr(s->name + length, '.') == s->name + length &&
            !strchr(s->name + length + 1, '.'));
}

static nsym_status write_keys(FILE *out, const char *name, bool markdown) {
    const nsym_section *section[SECTIONS_MAX];
    const char *names[SECTIONS_MAX + 1] = {NULL};
    size_t n = list_sections(section), written = 0;
    for (size_t i = 0; i < n; i++) {
        names[i] = section[i]->name[0] ? section[i]->name : "top";
        if (name && !is_called(section[i], name)) continue;
        if (written++) fputc('\n', out);
        nsym_section_table(out, section[i], markdown);
    }
    if (written) return NSYM_OK;
    const char *near = nsym_nearest(name, names);
    return nsym_fail(NSYM_ENOTFOUND, "a card has no section '%s'%s%s%s", name, near ? "; did you mean '" : "",
                     near ? near : "", near ? "'?" : "");
}

static nsym_status close_text(FILE *out, char **text, nsym_status status) {
    if (fclose(out) != 0 && status == NSYM_OK) status = nsym_fail(NSYM_ENOMEM, "no memory for the keys of a card");
    if (status == NSYM_OK) return NSYM_OK;
    free(*text);
    *text = NULL;
    return status;
}

nsym_status nsym_study_keys(char **text, const char *section, bool markdown) {
    size_t size;
    FILE *out = open_memstream(text, &size);
    if (!out) return nsym_fail(NSYM_ENOMEM, "no memory for the keys of a card");
    return close_text(out, text, write_keys(out, section, markdown));
}

nsym_status nsym_study_schema(char **text) {
    const nsym_section *section[SECTIONS_MAX];
    size_t n = list_sections(section), size;
    FILE *out = open_memstream(text, &size);
    if (!out) return nsym_fail(NSYM_ENOMEM, "no memory for the keys of a card");
    nsym_sections_schema(out, section, n);
    return close_text(out, text, NSYM_OK);
}
