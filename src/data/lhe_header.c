/* Everything up to </init>. */
#include "base/fail.h"
#include "data/lhe_number.h"
#include "data/lhe_reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PROCESSES = 10000 };

void nsym_lhe_free_names(char **names, size_t count) {
    for (size_t i = 0; i < count; i++) free(names[i]);
    free(names);
}

/* What a file that is no LHE file seems to be. */
static const char *likeness(const char *text) {
    if (strncmp(text, "\x1f\x8b", 2) == 0) return "it is compressed twice: gunzip it once";
    if (strncmp(text, "\x89HDF", 4) == 0) return "it is an HDF5 file";
    if (strncmp(text, "PK", 2) == 0) return "it is a zip archive";
    if (strncmp(text, "\x93NUMPY", 6) == 0) return "it is a numpy file";
    text += strspn(text, " \t\r\n");
    if (strncmp(text, "<!DOCTYPE", 9) == 0 || strncmp(text, "<html", 5) == 0 || strncmp(text, "<HTML", 5) == 0)
        return "it is a web page, perhaps a download gone wrong";
    return "it is something else";
}

/* Lines up to the root tag may hold only comments and the XML declaration. */
static nsym_status check_start(nsym_lhe_reader *reader, bool *started) {
    const char *p = reader->line + strspn(reader->line, " \t\r");
    if (strncmp(p, "\xef\xbb\xbf", 3) == 0) p += 3; /* byte order mark */
    *started = nsym_lhe_is_tag(p, "LesHouchesEvents");
    if (*started || *p == '\0' || strncmp(p, "<?xml", 5) == 0) return NSYM_OK;
    return nsym_lhe_fail(reader, NSYM_EFORMAT, "no LHE file: it must begin with <LesHouchesEvents>, %s",
                         likeness(reader->line));
}

/* Reads lines into `raw` as they stand and into `plain` with comments hidden, both up to </init>. */
static nsym_status collect(nsym_lhe_reader *reader, nsym_lhe_buffer *raw, nsym_lhe_buffer *plain) {
    bool started = false;
    for (;;) {
        nsym_status status = nsym_lhe_next_line(reader, raw);
        if (status != NSYM_OK && started) return status;
        if (status != NSYM_OK && (status != NSYM_EFORMAT || !reader->line)) return status;
        if (!reader->line && raw->used == 0) return nsym_lhe_fail(reader, NSYM_EFORMAT, "the file is empty");
        if (!reader->line) return nsym_lhe_fail(reader, NSYM_EFORMAT, "the file ends before </init>: it is cut off");
        if (!started) NSYM_TRY(check_start(reader, &started));
        if (status != NSYM_OK) return nsym_lhe_fail(reader, status, "no LHE file: binary data");
        const char *p = reader->line + strspn(reader->line, " \t");
        if (nsym_lhe_is_tag(p, "event"))
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "an <event> before </init>: the init block is missing or cut");
        size_t length = strlen(reader->line);
        NSYM_TRY(nsym_lhe_append(plain, reader->line, length));
        NSYM_TRY(nsym_lhe_append(plain, "\n", 1));
        const char *end = nsym_lhe_find_tag(reader->line, reader->line + length, "/init");
        if (!end) continue;
        size_t used = plain->used - (length + 1) + (size_t)(end - reader->line);
        raw->text[used] = plain->text[used] = '\0';
        raw->used = plain->used = used;
        reader->cursor = reader->line + (end - reader->line) + strlen("</init");
        if (*reader->cursor++ == '>') return NSYM_OK;
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "</init> is cut off");
    }
}

/* A place in the header's text, read line by line. */
typedef struct place {
    nsym_lhe_reader *reader;
    const char *text, *p;
} place;

static nsym_status fail_at(const place *at, const char *what) {
    size_t line = 1;
    for (const char *p = at->text; p < at->p; p++) line += *p == '\n';
    return nsym_fail(NSYM_EFORMAT, "%s:%zu: in the <init> block, %s", at->reader->name, line, what);
}

/* Goes to the next line with something on it that is no comment. */
static nsym_status next_content(place *at, const char *what) {
    for (;;) {
        at->p += strspn(at->p, " \t\r\n");
        if (*at->p != '#') break;
        at->p += strcspn(at->p, "\n");
    }
    return *at->p == '\0' || *at->p == '<' ? fail_at(at, what) : NSYM_OK;
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
    return *at->p == '\0' || strchr("\n#<", *at->p) ? NSYM_OK : fail_at(at, "more numbers on a line than expected");
}

static nsym_status read_init(place *at, nsym_lhe_header *header) {
    int processes;
    NSYM_TRY(next_content(at, "there are no numbers"));
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
    for (; header->processes < (size_t)processes; header->processes++) {
        nsym_lhe_process *process = &header->process[header->processes];
        double values[3];
        NSYM_TRY(next_content(at, "fewer process lines than its first line says"));
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
    const char *root = nsym_lhe_find_tag(text, end, "LesHouchesEvents"), *init = nsym_lhe_find_tag(text, end, "init");
    const char *root_end = root ? nsym_lhe_tag_end(root) : NULL, *init_end = init ? nsym_lhe_tag_end(init) : NULL;
    if (!root_end || !init_end || init < root_end)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "</init> without a whole <init> before it");
    reader->root_body = (size_t)(root_end - text);
    reader->init_tag = (size_t)(init - text);
    reader->init_body = (size_t)(init_end - text);
    place at = {reader, text, init_end};
    NSYM_TRY(read_init(&at, &reader->header));
    size_t line = 0;
    nsym_status status =
        nsym_lhe_declared_weights(text, end, &reader->header.weight_names, &reader->header.weights, &line);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s:%zu: ", reader->name, line);
}

nsym_status nsym_lhe_read_header(nsym_lhe_reader *reader) {
    nsym_lhe_buffer raw = {0}, plain = {0};
    nsym_status status = collect(reader, &raw, &plain);
    reader->header.text = raw.text;
    if (status == NSYM_OK) status = parse(reader, plain.text, plain.used);
    free(plain.text);
    return status;
}
