#include "data/csv_records.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1 << 18, MOST_ROOM = 1 << 26, PIECE = 1 << 16 };

static const char marks[NSYM_CSV_MARKS] = {'\n', '\r', '"', '\0'};

static nsym_status no_memory(const nsym_csv_records *r) {
    return nsym_fail(NSYM_ENOMEM, "line %zu: no memory", r->line + 1);
}

/* Up to `room` bytes of the source; none at its end. */
static nsym_status take(nsym_csv_records *r, char *to, size_t room, size_t *got) {
    if (!r->source.file) {
        *got = r->source.left < room ? r->source.left : room;
        if (*got > 0) memcpy(to, r->source.bytes, *got);
        r->source.bytes += *got;
        r->source.left -= *got;
        return NSYM_OK;
    }
    nsym_status status = nsym_unpack_read(r->source.file, to, room, got);
    return status == NSYM_OK ? status : nsym_fail_in(status, "line %zu: ", r->line + 1);
}

static nsym_status grow(nsym_csv_records *r) {
    if (r->room >= MOST_ROOM)
        return nsym_fail(NSYM_EFORMAT, "line %zu: a line over 64 MiB, or a quote that is not closed; is this a table?",
                         r->line + 1);
    size_t room = r->room > 0 ? 2 * r->room : FIRST_ROOM;
    char *grown = realloc(r->buffer, room);
    if (!grown) return no_memory(r);
    r->buffer = grown;
    r->room = room;
    return NSYM_OK;
}

/* Reads on, behind what is not used yet; r->ended at the end. */
static nsym_status fill(nsym_csv_records *r) {
    if (!r->ahead && r->at > 0) {
        memmove(r->buffer, r->buffer + r->at, r->filled - r->at);
        r->filled -= r->at;
        r->at = 0;
    }
    if (r->room - r->filled < PIECE) NSYM_TRY(grow(r));
    size_t got = 0;
    if (r->utf16.is_used) {
        char bytes[PIECE / 4];
        NSYM_TRY(take(r, bytes, sizeof bytes, &got));
        r->filled += nsym_utf16_to_utf8(&r->utf16, r->buffer + r->filled, (unsigned char *)bytes, got);
    } else {
        NSYM_TRY(take(r, r->buffer + r->filled, r->room - r->filled, &got));
        r->filled += got;
    }
    r->ended = got == 0;
    memset(r->place, 0, sizeof r->place);
    return NSYM_OK;
}

/* Takes a byte order mark off the beginning; UTF-16 is turned into UTF-8 from here on. */
static nsym_status read_mark(nsym_csv_records *r) {
    const unsigned char *head = (unsigned char *)r->buffer;
    if (r->filled >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0) r->begin = 3;
    bool little = r->filled >= 2 && memcmp(head, "\xFF\xFE", 2) == 0;
    bool big = r->filled >= 2 && memcmp(head, "\xFE\xFF", 2) == 0;
    if (little || big) {
        size_t n = r->filled - 2;
        char *bytes = malloc(n + 1);
        if (!bytes) return no_memory(r);
        memcpy(bytes, head + 2, n);
        r->utf16 = (nsym_utf16){.is_used = true, .big = big};
        r->filled = 0;
        nsym_status status = NSYM_OK;
        while (status == NSYM_OK && r->room < 2 * n + 8) status = grow(r);
        if (status == NSYM_OK) r->filled = nsym_utf16_to_utf8(&r->utf16, r->buffer, (unsigned char *)bytes, n);
        free(bytes);
        NSYM_TRY(status);
    }
    r->at = r->begin;
    return NSYM_OK;
}

nsym_status nsym_csv_records_open(nsym_csv_records *r, nsym_csv_source source) {
    r->source = source;
    while (!r->ended && r->filled < FIRST_ROOM - PIECE) NSYM_TRY(fill(r));
    return read_mark(r);
}

void nsym_csv_records_close(nsym_csv_records *r) {
    free(r->buffer);
    free(r->cell);
    r->buffer = NULL;
    r->cell = NULL;
}

void nsym_csv_rewind(nsym_csv_records *r) {
    r->at = r->begin;
    r->line = r->begin_line;
    memset(r->place, 0, sizeof r->place);
}

/* Where the first of these characters stands from `from` on; r->filled where there is none. */
static size_t find(nsym_csv_records *r, int mark, size_t from) {
    if (r->place[mark] >= from && r->place[mark] > 0) return r->place[mark];
    const char *found = from < r->filled ? memchr(r->buffer + from, marks[mark], r->filled - from) : NULL;
    return r->place[mark] = found ? (size_t)(found - r->buffer) : r->filled;
}

/* Finds the end of the line that begins `from` bytes behind r->at: it has *n bytes with what is before it, and the next
   begins behind *next. *found false, and zeros, where it is not there as a whole, and only looked for. */
static nsym_status find_line(nsym_csv_records *r, size_t from, size_t *n, size_t *next, bool *found) {
    *found = true;
    *n = *next = 0;
    for (;;) {
        size_t lf = find(r, NSYM_CSV_LF, r->at + from), cr = find(r, NSYM_CSV_CR, r->at + from);
        size_t stop = lf < cr ? lf : cr;
        bool whole = stop < r->filled && (stop == lf || cr + 1 < r->filled || r->ended); /* a line feed may follow */
        if (whole || r->ended) {
            *n = stop - r->at;
            *next = *n + (stop < r->filled) + (stop == cr && lf == cr + 1 && lf < r->filled);
            return NSYM_OK;
        }
        *found = !r->ahead || r->at == r->begin;
        if (!*found) return NSYM_OK;
        NSYM_TRY(fill(r));
    }
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Sets the record; whether it is more than blanks. */
static bool begin_record(nsym_csv_records *r, size_t n) {
    const char *text = r->buffer + r->at;
    size_t i = 0;
    while (i < n && is_blank(text[i])) i++;
    r->first_line = r->line + 1;
    r->is_comment = i < n && r->comment && text[i] == r->comment && !nsym_csv_begins_with_error(text + i, n - i);
    return i < n;
}

/* Counts the quotes in the next n bytes. */
static bool odd_quotes(nsym_csv_records *r, size_t from, size_t n) {
    bool odd = false;
    size_t end = r->at + from + n;
    for (size_t at = find(r, NSYM_CSV_QUOTE, r->at + from); at < end; at = find(r, NSYM_CSV_QUOTE, at + 1)) odd = !odd;
    return odd;
}

/* Goes on over lines until a quoted cell is closed. */
static nsym_status close_quotes(nsym_csv_records *r, size_t *n, size_t *next, bool *found) {
    bool open = odd_quotes(r, 0, *n);
    while (open && *found) {
        size_t before = *next;
        if (r->ended && r->at + before >= r->filled)
            return nsym_fail(NSYM_EFORMAT, "line %zu: a quote is not closed", r->first_line);
        NSYM_TRY(find_line(r, before, n, next, found));
        r->line += *found;
        open ^= *found && odd_quotes(r, before, *n - before);
    }
    return NSYM_OK;
}

nsym_status nsym_csv_next(nsym_csv_records *r, bool *end) {
    for (;;) {
        size_t n, next, line = r->line;
        bool found;
        *end = false;
        NSYM_TRY(find_line(r, 0, &n, &next, &found));
        *end = !found || next == 0;
        if (*end) return NSYM_OK;
        bool full = begin_record(r, n);
        r->line++;
        if (full && !r->is_comment) NSYM_TRY(close_quotes(r, &n, &next, &found));
        *end = !found;
        if (*end) r->line = line;
        if (*end) return NSYM_OK;
        if (find(r, NSYM_CSV_ZERO, r->at) < r->at + n)
            return nsym_fail(
                NSYM_EFORMAT,
                "line %zu: has a zero byte, so this is not a text file (or UTF-16 without a byte-order mark)",
                r->first_line);
        r->text = r->buffer + r->at;
        r->n = n;
        r->at += next;
        if (full) return NSYM_OK;
    }
}

nsym_status nsym_csv_pass_line(nsym_csv_records *r, bool *end) {
    size_t n, next;
    bool found;
    NSYM_TRY(find_line(r, 0, &n, &next, &found));
    *end = next == 0;
    r->at += next;
    r->line += next > 0;
    return NSYM_OK;
}

static nsym_status add_cell(nsym_csv_records *r, nsym_csv_cell cell) {
    if (r->count == r->cell_room) {
        size_t room = 2 * r->cell_room + 64;
        nsym_csv_cell *grown = realloc(r->cell, room * sizeof *grown);
        if (!grown) return no_memory(r);
        r->cell = grown;
        r->cell_room = room;
    }
    r->cell[r->count++] = cell;
    return NSYM_OK;
}

/* Takes the quotes off the quoted cell at `text` in place (two quotes are one); where it goes on in *next. */
static size_t unquote(char *text, char *end, char **next) {
    char *to = text, *from = text + 1;
    while (from < end) {
        if (*from == '"' && (from + 1 == end || from[1] != '"')) break;
        from += *from == '"';
        *to++ = *from++;
    }
    *next = from < end ? from + 1 : end;
    return (size_t)(to - text);
}

static bool ends_cell(const nsym_csv_records *r, char c) {
    return r->delimiter == ' ' ? is_blank(c) : c == r->delimiter;
}

/* The quoted cell at *at, which goes behind it. */
static nsym_status split_quoted(nsym_csv_records *r, char **at, char *end) {
    char *start = *at;
    size_t n = unquote(start, end, at);
    while (*at < end && !ends_cell(r, **at) && is_blank(**at)) ++*at;
    if (*at < end && !ends_cell(r, **at))
        return nsym_fail(NSYM_EFORMAT, "line %zu: text follows a closed quote in cell %zu", r->first_line,
                         r->count + 1);
    return add_cell(r, (nsym_csv_cell){start, n, true});
}

nsym_status nsym_csv_split(nsym_csv_records *r, char *text, size_t n) {
    char *at = text, *end = at + n, delimiter = r->delimiter;
    bool blanks = delimiter == ' ';
    r->count = 0;
    for (;;) {
        while (at < end && (blanks ? is_blank(*at) : *at == ' ')) at++;
        if (blanks && at == end) return NSYM_OK;
        if (at < end && *at == '"') {
            NSYM_TRY(split_quoted(r, &at, end));
        } else {
            char *start = at, *last;
            if (blanks)
                while (at < end && !is_blank(*at)) at++;
            else
                while (at < end && *at != delimiter) at++;
            for (last = at; last > start && is_blank(last[-1]);) last--;
            NSYM_TRY(add_cell(r, (nsym_csv_cell){start, (size_t)(last - start), false}));
        }
        if (at == end) return NSYM_OK;
        at++;
    }
}
