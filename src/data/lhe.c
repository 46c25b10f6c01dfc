#include "base/fail.h"
#include "data/lhe_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

nsym_status nsym_lhe_fail(const nsym_lhe_reader *reader, nsym_status status, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (reader->events == 0) return nsym_fail(status, "%s:%zu: %s", reader->name, reader->lines.number, text);
    return nsym_fail(status, "%s:%zu: event %zu: %s", reader->name, reader->lines.number, reader->events, text);
}

nsym_status nsym_lhe_append(nsym_lhe_buffer *buffer, const char *text, size_t length) {
    if (length >= buffer->room - buffer->used) {
        size_t room = 2 * (buffer->used + length) + 64;
        char *grown = realloc(buffer->text, room);
        if (!grown) return nsym_fail(NSYM_ENOMEM, "no memory for a header of %zu bytes", room);
        buffer->text = grown;
        buffer->room = room;
    }
    memcpy(buffer->text + buffer->used, text, length);
    buffer->used += length;
    buffer->text[buffer->used] = '\0';
    return NSYM_OK;
}

nsym_status nsym_lhe_next_line(nsym_lhe_reader *reader, nsym_lhe_buffer *raw) {
    size_t length;
    reader->line = reader->cursor = NULL;
    nsym_status status = nsym_lines_next(&reader->lines, &reader->line, &length);
    if (status != NSYM_OK) return nsym_lhe_fail(reader, status, "%s", nsym_message());
    if (!reader->line) {
        if (reader->hidden == NSYM_LHE_SHOWN) return NSYM_OK;
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "the file ends inside the %s opened on line %zu",
                             reader->hidden == NSYM_LHE_COMMENT ? "comment" : "CDATA section", reader->hidden_line);
    }
    if (memchr(reader->line, '\0', length))
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "a zero byte: this is binary data, or the file is damaged");
    if (raw) {
        NSYM_TRY(nsym_lhe_append(raw, reader->line, length));
        NSYM_TRY(nsym_lhe_append(raw, "\n", 1));
    }
    nsym_lhe_hidden before = reader->hidden;
    reader->hidden = nsym_lhe_hide(reader->line, before);
    if (before == NSYM_LHE_SHOWN) reader->hidden_line = reader->lines.number;
    reader->cursor = reader->line;
    return NSYM_OK;
}

/* Reads on behind </LesHouchesEvents>: a damaged gzip stream shows at its end, and a second file may follow. */
static nsym_status finish(nsym_lhe_reader *reader) {
    reader->ended = true;
    for (;;) {
        char *line;
        size_t length;
        nsym_status status = nsym_lines_next(&reader->lines, &line, &length);
        if (status != NSYM_OK) return nsym_lhe_fail(reader, status, "%s", nsym_message());
        if (!line) return NSYM_OK;
        if (nsym_lhe_is_tag(line + strspn(line, " \t"), "LesHouchesEvents"))
            return nsym_lhe_fail(reader, NSYM_EFORMAT,
                                 "a second <LesHouchesEvents>: split files written one after another");
    }
}

/* A tag between events, at reader->cursor; *found where it begins an event. */
static nsym_status outer_tag(nsym_lhe_reader *reader, bool *found) {
    char *tag = reader->cursor;
    const char *end = nsym_lhe_tag_end(tag);
    if (!end) return nsym_lhe_fail(reader, NSYM_EFORMAT, "the tag \"%.40s\" is cut off", tag);
    reader->cursor += end - tag;
    if (nsym_lhe_is_tag(tag, "event")) {
        *found = true;
        return NSYM_OK;
    }
    if (nsym_lhe_is_tag(tag, "/LesHouchesEvents")) return finish(reader);
    if (nsym_lhe_is_tag(tag, "LesHouchesEvents") || nsym_lhe_is_tag(tag, "init"))
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "a second file begins here: split files written one after another");
    if (nsym_lhe_is_tag(tag, "/event"))
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "</event> without an <event> before it");
    return NSYM_OK;
}

/* Goes behind the next <event>; reader->ended where there is none. */
static nsym_status find_event(nsym_lhe_reader *reader) {
    bool found = false;
    while (!found && !reader->ended) {
        if (!reader->cursor) {
            NSYM_TRY(nsym_lhe_next_line(reader, NULL));
            reader->ended = reader->line == NULL;
            continue;
        }
        reader->cursor += strspn(reader->cursor, " \t\r");
        if (*reader->cursor == '\0' || *reader->cursor == '#')
            reader->cursor = NULL;
        else if (*reader->cursor == '<')
            NSYM_TRY(outer_tag(reader, &found));
        else
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "\"%.40s\" stands where an <event> should begin",
                                 reader->cursor);
    }
    return NSYM_OK;
}

static nsym_status advance(nsym_lhe_reader *reader) {
    NSYM_TRY(find_event(reader));
    if (reader->ended) return NSYM_OK;
    reader->events++;
    return nsym_lhe_read_event(reader);
}

static nsym_status start(nsym_lhe_reader *reader) {
    NSYM_TRY(nsym_lhe_read_header(reader));
    NSYM_TRY(nsym_lhe_weights_prepare(reader));
    NSYM_TRY(advance(reader)); /* which may name further weights, or show that there are none */
    reader->ahead = !reader->ended;
    return NSYM_OK;
}

static nsym_status open_reader(nsym_lhe_reader **out, const char *path, const void *data, size_t size,
                               uint64_t max_unpacked) {
    *out = NULL;
    nsym_lhe_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return nsym_fail(NSYM_ENOMEM, "no memory for a reader of %s", path);
    reader->name = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
    nsym_status status = reader->name ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a reader of %s", path);
    if (status == NSYM_OK)
        status = data ? nsym_lines_open_memory(&reader->lines, data, size)
                      : nsym_lines_open(&reader->lines, path, max_unpacked);
    if (status == NSYM_OK) status = start(reader);
    if (status == NSYM_OK)
        *out = reader;
    else
        nsym_lhe_close(reader);
    return status;
}

nsym_status nsym_lhe_open(nsym_lhe_reader **out, const char *path) {
    return open_reader(out, path, NULL, 0, 0);
}

nsym_status nsym_lhe_open_packed(nsym_lhe_reader **out, const char *path, uint64_t max_unpacked) {
    return open_reader(out, path, NULL, 0, max_unpacked);
}

nsym_status nsym_lhe_open_memory(nsym_lhe_reader **out, const char *name, const void *data, size_t size) {
    return open_reader(out, name, data ? data : "", size, 0);
}

void nsym_lhe_close(nsym_lhe_reader *reader) {
    if (!reader) return;
    nsym_lines_close(&reader->lines);
    nsym_lhe_free_names(reader->header.weight_names, reader->header.weights);
    free(reader->header.process);
    free(reader->header.text);
    free(reader->event.particle);
    free(reader->weights.values);
    free(reader->weights.event);
    free(reader->weights.order);
    free(reader->name);
    free(reader);
}

const nsym_lhe_header *nsym_lhe_header_of(const nsym_lhe_reader *reader) {
    return &reader->header;
}

nsym_status nsym_lhe_next(nsym_lhe_reader *reader, const nsym_lhe_event **event) {
    *event = NULL;
    if (reader->failed != NSYM_OK)
        return nsym_lhe_fail(reader, reader->failed, "the file is damaged here and cannot be read any further");
    if (!reader->ahead && !reader->ended) reader->failed = advance(reader);
    reader->ahead = false;
    if (reader->failed == NSYM_OK && !reader->ended) *event = &reader->event;
    return reader->failed;
}
