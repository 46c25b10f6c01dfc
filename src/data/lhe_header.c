/* Everything up to </init>. */
#include "base/fail.h"
#include "base/remark.h"
#include "data/lhe_number.h"
#include "data/lhe_reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_PROCESSES = 10000 };

void nsym_lhe_free_names(char **names, size_t count) {
    for (size_t i = 0; i < count; i++) free(names[i]);
    free(names);
}

static bool is_web_page(const char *text) {
    if (strncasecmp(text, "<html", 5) == 0) return true;
    if (strncasecmp(text, "<!DOCTYPE", 9) != 0) return false;
    text += 9 + strspn(text + 9, " \t\r\n");
    return strncasecmp(text, "html", 4) == 0;
}

/* What a file that is no LHE file seems to be. */
static const char *likeness(const char *text) {
    if (strncmp(text, "\x1f\x8b", 2) == 0) return "it is compressed twice: gunzip it once";
    if (strncmp(text, "\x89HDF", 4) == 0) return "it is an HDF5 file";
    if (strncmp(text, "PK", 2) == 0) return "it is a zip archive";
    if (strncmp(text, "\x93NUMPY", 6) == 0) return "it is a numpy file";
    return is_web_page(text) ? "it is a web page, perhaps from a failed download" : "it is something else";
}

/* Behind a <?xml ...?> or <!DOCTYPE ...> at `p`, whose declarations may stand in brackets; NULL: it goes on. */
static const char *declaration_end(const char *p) {
    if (p[1] == '?') {
        const char *end = strstr(p, "?>");
        return end ? end + 2 : NULL;
    }
    for (size_t depth = 0; *p; p++) {
        depth += *p == '[';
        depth -= *p == ']' && depth > 0;
        if (*p == '>' && depth == 0) return p + 1;
    }
    return NULL;
}

/* Goes over what may stand before the root tag: comments, which are hidden in `plain`, and declarations. *at is where
   the rest begins; *started: with the root tag. */
static nsym_status check_start(nsym_lhe_reader *reader, const char *plain, size_t *at, bool *started) {
    enum { LONGEST = 1 << 16 };
    for (;;) {
        const char *p = plain + *at;
        p += strspn(p, " \t\r\n");
        if (strncmp(p, "\xef\xbb\xbf", 3) == 0) p += 3; /* byte order mark */
        *at = (size_t)(p - plain);
        *started = nsym_lhe_is_tag(p, "LesHouchesEvents");
        if (*started || *p == '\0') return NSYM_OK;
        bool declares = strncmp(p, "<?", 2) == 0 || (strncmp(p, "<!DOCTYPE", 9) == 0 && !is_web_page(p));
        const char *end = declares ? declaration_end(p) : NULL;
        if (declares && !end && strlen(p) < LONGEST) return NSYM_OK;
        if (!end)
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "not an LHE file: it must begin with <LesHouchesEvents>, %s",
                                 likeness(p));
        *at = (size_t)(end - plain);
    }
}

/* The header while it is read: as it stands, and with comments hidden. */
typedef struct collected {
    nsym_lhe_buffer raw, plain;
    size_t at;                        /* of what is not looked at yet */
    bool started, in_header, outside; /* the last <init> stands outside of a <header> */
} collected;

/* Whether numbers follow the tag `init`. */
static bool has_numbers(const char *init) {
    const char *p = nsym_lhe_tag_end(init);
    if (p) p += strspn(p, " \t\r\n");
    return p && *p && strchr("+-.0123456789", *p);
}

/* Whether `p` begins a line of `text`, or follows a tag. */
static bool begins(const char *text, const char *p) {
    while (p > text && strchr(" \t\r", p[-1])) p--;
    return p == text || p[-1] == '\n' || p[-1] == '>';
}

/* Looks at the tags that came with the last line; *end is </init>, NULL where it is not there yet. Text in a <header>
   may speak of tags: there the last <init> counts, and only one with numbers; else the first. */
static nsym_status find_init(nsym_lhe_reader *reader, collected *all, const char **end) {
    const char *text = all->plain.text, *p = text + all->at;
    *end = NULL;
    for (; (p = strchr(p, '<')); p++) {
        bool init = reader->init_tag > 0 && (!all->in_header || has_numbers(text + reader->init_tag));
        const char *close = nsym_lhe_is_tag(p, "header") ? nsym_lhe_tag_end(p) : NULL;
        if (close)
            all->in_header = close[-2] != '/';
        else if (nsym_lhe_is_tag(p, "/header"))
            all->in_header = false;
        else if (nsym_lhe_is_tag(p, "init") && !all->outside) {
            reader->init_tag = (size_t)(p - text);
            all->outside = !all->in_header;
        } else if (nsym_lhe_is_tag(p, "event") && !all->in_header && begins(text, p))
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "an <event> before </init>: the init block is missing or cut");
        else if (nsym_lhe_is_tag(p, "/init") && (init || !all->in_header))
            break;
    }
    all->at = all->plain.used;
    *end = p;
    return NSYM_OK;
}

/* Reads lines up to </init>. */
static nsym_status collect(nsym_lhe_reader *reader, collected *all) {
    for (;;) {
        nsym_status status = nsym_lhe_next_line(reader);
        if (status != NSYM_OK && all->started) return status;
        if (status != NSYM_OK && (status != NSYM_EFORMAT || !reader->line)) return status;
        if (!reader->line && all->raw.used == 0) return nsym_lhe_fail(reader, NSYM_EFORMAT, "the file is empty");
        if (!reader->line) return nsym_lhe_fail(reader, NSYM_EFORMAT, "the file ends before </init>: it is cut off");
        size_t length = strlen(reader->line), before = all->plain.used;
        NSYM_TRY(nsym_lhe_append(&all->raw, status == NSYM_OK ? reader->raw : reader->line, length));
        NSYM_TRY(nsym_lhe_append(&all->raw, "\n", 1));
        NSYM_TRY(nsym_lhe_append(&all->plain, reader->line, length));
        NSYM_TRY(nsym_lhe_append(&all->plain, "\n", 1));
        if (!all->started) NSYM_TRY(check_start(reader, all->plain.text, &all->at, &all->started));
        if (status != NSYM_OK) return nsym_lhe_fail(reader, status, "not an LHE file: binary data");
        if (!all->started) continue;
        const char *end;
        NSYM_TRY(find_init(reader, all, &end));
        if (!end) continue;
        size_t used = (size_t)(end - all->plain.text);
        reader->cursor = reader->line + (used - before) + strlen("</init");
        all->raw.text[used] = all->plain.text[used] = '\0';
        all->raw.used = all->plain.used = used;
        reader->cursor += strspn(reader->cursor, " \t\r");
        if (*reader->cursor++ == '>') return NSYM_OK;
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "</init> is cut off");
    }
}

/* A place in the header's text, read line by line. */
typedef struct place {
    nsym_lhe_reader *reader;
    const char *text, *p;
    bool one_line; /* there is no other */
} place;

static nsym_status fail_at(const place *at, const char *what) {
    size_t line = 1;
    for (const char *p = at->text; p < at->p; p++) line += *p == '\n';
    return nsym_fail(NSYM_EFORMAT, "%s:%zu: in the <init> block, %s", at->reader->name, line, what);
}

/* Goes to the next line with something on it that is no comment; false where there is none. */
static bool next_content(place *at) {
    for (;;) {
        at->p += strspn(at->p, " \t\r\n");
        if (*at->p != '#') return *at->p != '\0' && *at->p != '<';
        at->p += strcspn(at->p, "\n");
    }
}

static nsym_status read_reals(place *at, size_t n, double *values) {
    for (size_t i = 0; i < n; i++) {
        const char *end = nsym_lhe_number_read(at->p, &values[i]);
        if (!end) return fail_at(at, "something other than a number, or a number missing");
        if (!isfinite(values[i])) return fail_at(at, "a number that is not finite");
        at->p = end;
    }
    return NSYM_OK;
}

static nsym_status read_wholes(place *at, size_t n, int *values) {
    for (size_t i = 0; i < n; i++) {
        const char *end = nsym_lhe_number_read_int(at->p, &values[i]);
        if (!end) return fail_at(at, "something other than a whole number, or a number missing");
        at->p = end;
    }
    return NSYM_OK;
}

static nsym_status end_of_line(place *at) {
    at->p += strspn(at->p, " \t\r");
    return *at->p == '\0' || at->one_line || strchr("\n#<", *at->p)
               ? NSYM_OK
               : fail_at(at, "more numbers on a line than expected");
}

static nsym_status read_init(place *at, nsym_lhe_header *header) {
    int processes;
    if (!next_content(at)) {
        nsym_remark(NSYM_WARNING, "%s: its <init> block is empty: beams and cross section are not known",
                    at->reader->name);
        return NSYM_OK;
    }
    NSYM_TRY(read_wholes(at, 2, header->beam_pdg));
    NSYM_TRY(read_reals(at, 2, header->beam_energy));
    NSYM_TRY(read_wholes(at, 2, header->pdf_group));
    NSYM_TRY(read_wholes(at, 2, header->pdf_set));
    NSYM_TRY(read_wholes(at, 1, &header->weight_strategy));
    NSYM_TRY(read_wholes(at, 1, &processes));
    if (processes < 0 || processes > MAX_PROCESSES) return fail_at(at, "the number of processes is not 0 to 10000");
    NSYM_TRY(end_of_line(at));
    header->process = calloc((size_t)processes + 1, sizeof *header->process);
    if (!header->process) return nsym_fail(NSYM_ENOMEM, "%s: no memory for its processes", at->reader->name);
    if (processes > 0 && !next_content(at)) {
        nsym_remark(NSYM_WARNING, "%s: its <init> block has no lines of processes: the cross section is not known",
                    at->reader->name);
        return NSYM_OK;
    }
    for (; header->processes < (size_t)processes; header->processes++) {
        nsym_lhe_process *process = &header->process[header->processes];
        double values[3];
        if (!next_content(at)) return fail_at(at, "fewer process lines than its first line says");
        NSYM_TRY(read_reals(at, 3, values));
        NSYM_TRY(read_wholes(at, 1, &process->id));
        NSYM_TRY(end_of_line(at));
        process->cross_section = values[0];
        process->error = values[1];
        process->maximum = values[2];
    }
    return NSYM_OK;
}

static bool has_name(char *const *names, size_t count, const char *id, size_t length) {
    for (size_t i = 0; i < count; i++)
        if (strncmp(names[i], id, length) == 0 && names[i][length] == '\0') return true;
    return false;
}

/* Appends the id of every <weight> in [p, end) that is not among the names yet. *p stays at a fault. */
static nsym_status add_declared(const char **p, const char *end, char ***names, size_t *count, size_t *room) {
    while ((*p = nsym_lhe_find_tag(*p, end, "weight"))) {
        size_t length;
        const char *close = nsym_lhe_tag_end(*p);
        const char *id = close && close <= end ? nsym_lhe_tag_attribute(*p, close, "id", &length) : NULL;
        if (!id || length == 0) return nsym_fail(NSYM_EFORMAT, "<weight> in <initrwgt> has no id, or no end");
        *p = close;
        if (has_name(*names, *count, id, length)) continue;
        if (*count == *room) {
            *room = 2 * *room + 16;
            char **grown = realloc(*names, *room * sizeof *grown);
            if (!grown) return nsym_fail(NSYM_ENOMEM, "no memory for %zu weight names", *room);
            *names = grown;
        }
        (*names)[*count] = strndup(id, length);
        if (!(*names)[*count]) return nsym_fail(NSYM_ENOMEM, "no memory for a weight's name");
        ++*count;
    }
    return NSYM_OK;
}

nsym_status nsym_lhe_declared_weights(const char *text, const char *end, char ***names, size_t *count, size_t *line) {
    size_t room = 0;
    *names = NULL;
    *count = 0;
    for (const char *block = text; (block = nsym_lhe_find_tag(block, end, "initrwgt")); block++) {
        const char *stop = nsym_lhe_find_tag(block, end, "/initrwgt");
        const char *p = block;
        nsym_status status = add_declared(&p, stop ? stop : end, names, count, &room);
        if (status == NSYM_OK) continue;
        *line = 1;
        for (const char *q = text; q < p; q++) *line += *q == '\n';
        nsym_lhe_free_names(*names, *count);
        *names = NULL;
        *count = 0;
        return status;
    }
    return NSYM_OK;
}

static nsym_status parse(nsym_lhe_reader *reader, const char *text, size_t size) {
    const char *end = text + size;
    const char *root = nsym_lhe_find_tag(text, end, "LesHouchesEvents"), *init = text + reader->init_tag;
    const char *root_end = root ? nsym_lhe_tag_end(root) : NULL, *init_end = nsym_lhe_tag_end(init);
    if (!root_end || !init_end || reader->init_tag == 0 || init < root_end)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "</init> without a whole <init> before it");
    reader->root_body = (size_t)(root_end - text);
    reader->init_body = (size_t)(init_end - text);
    place at = {reader, text, init_end, .one_line = strchr(init_end, '\n') == NULL};
    NSYM_TRY(read_init(&at, &reader->header));
    size_t line = 0;
    nsym_status status =
        nsym_lhe_declared_weights(text, end, &reader->header.weight_names, &reader->header.weights, &line);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s:%zu: ", reader->name, line);
}

nsym_status nsym_lhe_read_header(nsym_lhe_reader *reader) {
    collected all = {0};
    nsym_status status = collect(reader, &all);
    reader->header.text = all.raw.text;
    if (status == NSYM_OK) status = parse(reader, all.plain.text, all.plain.used);
    free(all.plain.text);
    return status;
}
