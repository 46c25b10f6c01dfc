#include "base/fail.h"
#include "base/remark.h"
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
        if (!grown) return nsym_fail(NSYM_ENOMEM, "no memory for a text of %zu bytes", room);
        buffer->text = grown;
        buffer->room = room;
    }
    if (length > 0) memcpy(buffer->text + buffer->used, text, length);
    buffer->used += length;
    buffer->text[buffer->used] = '\0';
    return NSYM_OK;
}

/* The next line of the file in reader->line, comments hidden, and in reader->raw; NULL at the end. */
static nsym_status load_line(nsym_lhe_reader *reader) {
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
    nsym_lhe_hidden before = reader->hidden;
    reader->raw = reader->line;
    if (reader->in_header || before != NSYM_LHE_SHOWN || strstr(reader->line, "<!")) {
        reader->raw_copy.used = 0;
        NSYM_TRY(nsym_lhe_append(&reader->raw_copy, reader->line, length));
        reader->raw = reader->raw_copy.text;
        reader->hidden = (reader->in_header ? nsym_lhe_hide_header : nsym_lhe_hide)(reader->line, before);
    }
    if (before == NSYM_LHE_SHOWN) reader->hidden_line = reader->lines.number;
    reader->cursor = reader->line;
    return NSYM_OK;
}

nsym_status nsym_lhe_next_line(nsym_lhe_reader *reader) {
    NSYM_TRY(nsym_lhe_keep_line(reader));
    reader->taken = 0;
    return load_line(reader);
}

nsym_status nsym_lhe_whole_tag(nsym_lhe_reader *reader, const char **end) {
    enum { LONGEST = 1 << 16 };
    size_t at = (size_t)(reader->cursor - reader->line);
    nsym_lhe_buffer *line = &reader->tag_line, *raw = &reader->tag_raw;
    bool joined = false;
    while (!(*end = nsym_lhe_tag_end(reader->line + at))) {
        char tag[41];
        snprintf(tag, sizeof tag, "%s", reader->line + at);
        if (!joined) {
            line->used = raw->used = 0;
            NSYM_TRY(nsym_lhe_append(line, reader->line, strlen(reader->line)));
            NSYM_TRY(nsym_lhe_append(raw, reader->raw, strlen(reader->line)));
        }
        joined = true;
        nsym_status status = line->used < LONGEST ? load_line(reader) : NSYM_OK;
        const char *first = status == NSYM_OK && reader->line ? reader->line + strspn(reader->line, " \t\r") : "<";
        if (status == NSYM_OK && (line->used >= LONGEST || *first == '<')) /* another tag, or the end */
            status = nsym_lhe_fail(reader, NSYM_EFORMAT, "the tag \"%s\" is cut off", tag);
        if (status != NSYM_OK) return status;
        NSYM_TRY(nsym_lhe_append(line, " ", 1));
        NSYM_TRY(nsym_lhe_append(line, reader->line, strlen(reader->line)));
        NSYM_TRY(nsym_lhe_append(raw, "\n", 1));
        NSYM_TRY(nsym_lhe_append(raw, reader->raw, strlen(reader->line)));
        reader->line = line->text;
        reader->raw = raw->text;
    }
    reader->cursor = reader->line + at;
    return NSYM_OK;
}

/* Reads on behind </LesHouchesEvents>, keeping what stands there: a damaged gzip stream shows at its end, and a second
   file may follow. */
static nsym_status finish(nsym_lhe_reader *reader, const char *tag, const char *end) {
    enum { MOST = 1 << 20 };
    static const char closing[] = "</LesHouchesEvents>\n";
    NSYM_TRY(nsym_lhe_use_from(reader, tag));
    nsym_lhe_use_to(reader, end);
    reader->ended = true;
    size_t before = reader->between.used, start = before + sizeof closing - 1;
    NSYM_TRY(nsym_lhe_append(&reader->between, closing, sizeof closing - 1));
    NSYM_TRY(nsym_lhe_keep_line(reader));
    for (;;) {
        size_t length;
        nsym_status status = nsym_lines_next(&reader->lines, &reader->line, &length);
        if (status != NSYM_OK) return nsym_lhe_fail(reader, status, "%s", nsym_message());
        if (!reader->line) break;
        const char *first = reader->line + strspn(reader->line, " \t\r");
        if (nsym_lhe_is_tag(first, "LesHouchesEvents"))
            return nsym_lhe_fail(reader, NSYM_EFORMAT,
                                 "a second <LesHouchesEvents>: split files written one after another");
        reader->raw = reader->line;
        reader->taken = 0;
        if (reader->between.used + length < MOST) NSYM_TRY(nsym_lhe_keep_line(reader));
    }
    if (before == 0 && reader->between.used == start) reader->between.used = 0; /* nothing but the tag */
    return NSYM_OK;
}

/* A tag between events, at reader->cursor; *found where it begins an event, and stays. */
static nsym_status outer_tag(nsym_lhe_reader *reader, bool *found) {
    const char *end;
    NSYM_TRY(nsym_lhe_whole_tag(reader, &end));
    char *tag = reader->cursor;
    *found = nsym_lhe_is_tag(tag, "event");
    if (*found) return nsym_lhe_use_from(reader, tag);
    reader->cursor += end - tag;
    if (nsym_lhe_is_tag(tag, "/LesHouchesEvents")) return finish(reader, tag, end);
    if (nsym_lhe_is_tag(tag, "LesHouchesEvents") || nsym_lhe_is_tag(tag, "init"))
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "a second file begins here: split files written one after another");
    if (nsym_lhe_is_tag(tag, "/event"))
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "</event> without an <event> before it");
    NSYM_TRY(nsym_lhe_use_from(reader, tag));
    nsym_lhe_use_to(reader, end);
    reader->tags_between++;
    return NSYM_OK;
}

/* Warns of what the end of the file shows; `closed`: </LesHouchesEvents> stands there. */
static void tell_end(const nsym_lhe_reader *reader, bool closed) {
    const char *plural = reader->events == 1 ? "" : "s";
    if (reader->announced > (double)reader->events)
        nsym_remark(NSYM_WARNING,
                    "%s: has %zu event%s, but its header announces %.0f: the file is cut off, or a part of another",
                    reader->name, reader->events, plural, reader->announced);
    else if (!closed)
        nsym_remark(NSYM_WARNING, "%s: ends after %zu event%s without </LesHouchesEvents>: it may be cut off",
                    reader->name, reader->events, plural);
}

/* Goes to the next <event>; reader->ended where there is none. */
static nsym_status find_event(nsym_lhe_reader *reader) {
    bool found = false;
    while (!found && !reader->ended) {
        if (!reader->cursor) {
            NSYM_TRY(nsym_lhe_next_line(reader));
            reader->ended = reader->line == NULL;
            if (reader->ended) tell_end(reader, false);
            continue;
        }
        reader->cursor += strspn(reader->cursor, " \t\r");
        if (*reader->cursor == '\0' || *reader->cursor == '#') {
            reader->cursor = NULL;
        } else if (*reader->cursor == '<') {
            NSYM_TRY(outer_tag(reader, &found));
            if (reader->ended) tell_end(reader, true);
        } else {
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "\"%.40s\" is found where an <event> should begin",
                                 reader->cursor);
        }
    }
    return NSYM_OK;
}

/* Reads the event at reader->cursor and goes to the next, so that what follows the last is known with it. */
static nsym_status advance(nsym_lhe_reader *reader) {
    if (reader->ended) return NSYM_OK;
    reader->events++;
    const char *tag = reader->cursor, *end = nsym_lhe_tag_end(tag);
    NSYM_TRY(nsym_lhe_note_begin(reader, tag, end));
    reader->cursor += end - tag;
    NSYM_TRY(nsym_lhe_read_event(reader));
    reader->next_status = find_event(reader);
    if (reader->next_status != NSYM_OK) reader->next_message = strdup(nsym_message());
    return nsym_lhe_note_finish(reader);
}

static nsym_status start(nsym_lhe_reader *reader) {
    reader->in_header = true;
    NSYM_TRY(nsym_lhe_read_header(reader));
    reader->in_header = false;
    reader->announced = nsym_lhe_announced(reader->header.text);
    reader->keep = &reader->between;
    reader->taken = (size_t)(reader->cursor - reader->line);
    NSYM_TRY(nsym_lhe_weights_prepare(reader));
    NSYM_TRY(find_event(reader));
    NSYM_TRY(advance(reader)); /* which may name further weights, or show that there are none */
    reader->ahead = reader->events > 0;
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

/* Warns of what the events read showed. */
static void tell_events(const nsym_lhe_reader *reader) {
    if (reader->weights.events_lacking > 0)
        nsym_remark(NSYM_WARNING, "%s: %zu of %zu events lack%s weights, which are NaN there: \"%s\" in event %zu%s",
                    reader->name, reader->weights.events_lacking, reader->events,
                    reader->weights.events_lacking == 1 ? "s" : "",
                    reader->header.weight_names[reader->weights.lacking], reader->weights.first_lacking,
                    reader->weights.events_lacking > 1 ? " first" : "");
    if (reader->tags_between > 0)
        nsym_remark(NSYM_WARNING, "%s: %zu tags between events, such as <eventgroup>, are not kept", reader->name,
                    reader->tags_between);
}

void nsym_lhe_close(nsym_lhe_reader *reader) {
    if (!reader) return;
    if (reader->events > 0) tell_events(reader);
    nsym_lines_close(&reader->lines);
    nsym_lhe_weights_free(reader);
    nsym_lhe_free_names(reader->header.attribute_names, reader->header.attributes);
    free(reader->attribute_values);
    free(reader->header.process);
    free(reader->header.text);
    free(reader->event.particle);
    nsym_lhe_buffer *buffers[] = {&reader->between, &reader->note, &reader->raw_copy, &reader->tag_line,
                                  &reader->tag_raw};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) free(buffers[i]->text);
    free(reader->next_message);
    free(reader->name);
    free(reader);
}

const nsym_lhe_header *nsym_lhe_header_of(const nsym_lhe_reader *reader) {
    return &reader->header;
}

/* What was found wrong behind the event given last, once. */
static nsym_status fail_late(nsym_lhe_reader *reader) {
    nsym_status status = reader->next_status;
    reader->next_status = NSYM_OK;
    return nsym_fail(status, "%s", reader->next_message ? reader->next_message : "the file is damaged");
}

nsym_status nsym_lhe_next(nsym_lhe_reader *reader, const nsym_lhe_event **event) {
    *event = NULL;
    if (reader->failed != NSYM_OK)
        return nsym_lhe_fail(reader, reader->failed, "the file is damaged here and cannot be read any further");
    bool given = reader->ahead || !reader->ended;
    if (!reader->ahead && reader->next_status != NSYM_OK)
        reader->failed = fail_late(reader);
    else if (!reader->ahead)
        reader->failed = advance(reader);
    reader->ahead = false;
    if (reader->failed == NSYM_OK && given) *event = &reader->event;
    return reader->failed;
}
