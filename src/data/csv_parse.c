#include "data/csv.h"

#include "base/fail.h"
#include "data/number.h"
#include "data/texts.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BUFFER = 1 << 16, COLUMNS_MAX = 8192 };

typedef struct cell {
    const char *text;
    size_t n;
} cell;

typedef struct reader {
    nsym_csv_source source;
    char *buffer; /* (BUFFER) what is read but not used yet: at ... filled - 1 */
    size_t at, filled;
    char *text; /* the record's text, and (used) its length */
    size_t used, room;
    size_t line, first_line; /* lines read so far; the one the record begins on */
    char delimiter;          /* ' ': any number of blanks */
    cell *cells;
    size_t count, cells_room;
} reader;

static nsym_status no_memory(const reader *r) {
    return nsym_fail(NSYM_ENOMEM, "line %zu: no memory", r->line);
}

/* Fills the buffer; it is empty at the end. */
static nsym_status fill(reader *r) {
    r->at = r->filled = 0;
    if (!r->source.file) {
        r->filled = r->source.left < BUFFER ? r->source.left : BUFFER;
        if (r->filled > 0) memcpy(r->buffer, r->source.bytes, r->filled);
        r->source.bytes += r->filled;
        r->source.left -= r->filled;
        return NSYM_OK;
    }
    nsym_status status = nsym_unpack_read(r->source.file, r->buffer, BUFFER, &r->filled);
    return status == NSYM_OK ? status : nsym_fail_in(status, "line %zu: ", r->line + 1);
}

static nsym_status append(reader *r, const char *text, size_t n) {
    if (n > r->room - r->used) {
        size_t room = 2 * (r->used + n) + 256;
        char *grown = realloc(r->text, room);
        if (!grown) return no_memory(r);
        r->text = grown;
        r->room = room;
    }
    if (n > 0) memcpy(r->text + r->used, text, n);
    r->used += n;
    return NSYM_OK;
}

/* Appends one line without its end to the record; *end where there is none left. */
static nsym_status read_line(reader *r, bool *end) {
    *end = true;
    for (;;) {
        if (r->at == r->filled) NSYM_TRY(fill(r));
        if (r->filled == 0) break;
        *end = false;
        const char *start = r->buffer + r->at, *stop = memchr(start, '\n', r->filled - r->at);
        size_t n = stop ? (size_t)(stop - start) : r->filled - r->at;
        NSYM_TRY(append(r, start, n));
        r->at += n + (stop != NULL);
        if (stop) break;
    }
    r->line += !*end;
    if (r->used > 0 && r->text[r->used - 1] == '\r') r->used--;
    return NSYM_OK;
}

static bool odd_quotes(const char *text, size_t n) {
    bool odd = false;
    const char *end = text + n;
    while ((text = memchr(text, '"', (size_t)(end - text)))) odd = !odd, text++;
    return odd;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Nothing to read in it: empty, blank, or a comment. */
static bool is_idle(const reader *r) {
    size_t i = 0;
    while (i < r->used && is_blank(r->text[i])) i++;
    return i == r->used || r->text[i] == '#';
}

/* The next record's text, over several lines where a quoted cell is; *end where there is none. */
static nsym_status read_record(reader *r, bool *end) {
    do {
        r->used = 0;
        r->first_line = r->line + 1;
        NSYM_TRY(read_line(r, end));
        if (r->line == 1 && r->used >= 3 && memcmp(r->text, "\xEF\xBB\xBF", 3) == 0) {
            memmove(r->text, r->text + 3, r->used - 3); /* a byte order mark */
            r->used -= 3;
        }
    } while (!*end && is_idle(r));
    bool open = !*end && odd_quotes(r->text, r->used), over = false;
    while (open && !over) {
        NSYM_TRY(append(r, "\n", 1));
        size_t before = r->used;
        NSYM_TRY(read_line(r, &over));
        open ^= odd_quotes(r->text + before, r->used - before);
    }
    if (open) return nsym_fail(NSYM_EFORMAT, "line %zu: a quote is not closed", r->first_line);
    if (!*end && memchr(r->text, '\0', r->used))
        return nsym_fail(NSYM_EFORMAT, "line %zu: holds a zero byte, so this is no text", r->first_line);
    return NSYM_OK;
}

static nsym_status add_cell(reader *r, const char *text, size_t n) {
    if (r->count == r->cells_room) {
        size_t room = 2 * r->cells_room + 64;
        cell *grown = realloc(r->cells, room * sizeof *grown);
        if (!grown) return no_memory(r);
        r->cells = grown;
        r->cells_room = room;
    }
    r->cells[r->count++] = (cell){text, n};
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

static bool ends_cell(const reader *r, char c) {
    return r->delimiter == ' ' ? is_blank(c) : c == r->delimiter;
}

/* Splits the record into cells, in place. */
static nsym_status split(reader *r) {
    char *at = r->text, *end = at + r->used;
    bool blanks = r->delimiter == ' ';
    r->count = 0;
    for (;;) {
        while (at < end && (blanks ? is_blank(*at) : *at == ' ')) at++;
        if (blanks && at == end) return NSYM_OK;
        char *start = at;
        size_t n = 0;
        if (at < end && *at == '"') {
            n = unquote(start, end, &at);
            while (at < end && !ends_cell(r, *at) && is_blank(*at)) at++;
            if (at < end && !ends_cell(r, *at))
                return nsym_fail(NSYM_EFORMAT, "line %zu: text follows a closed quote in cell %zu", r->first_line,
                                 r->count + 1);
        } else {
            while (at < end && !ends_cell(r, *at)) at++;
            n = (size_t)(at - start);
            while (n > 0 && is_blank(start[n - 1])) n--;
        }
        NSYM_TRY(add_cell(r, start, n));
        if (at == end) return NSYM_OK;
        at++;
    }
}

/* The delimiter a first line has most of outside quotes; blanks where it has none of them. */
static char find_delimiter(const reader *r) {
    static const char known[] = {',', ';', '\t'};
    size_t found[sizeof known] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < r->used; i++) {
        quoted ^= r->text[i] == '"';
        for (size_t k = 0; k < sizeof known; k++) found[k] += !quoted && r->text[i] == known[k];
    }
    for (size_t k = 1; k < sizeof known; k++)
        if (found[k] > found[best]) best = k;
    return found[best] > 0 ? known[best] : ' ';
}

static bool all_numbers(const reader *r) {
    double value;
    for (size_t i = 0; i < r->count; i++)
        if (r->cells[i].n == 0 || !nsym_number_parse(r->cells[i].text, r->cells[i].n, &value)) return false;
    return true;
}

static nsym_status name_columns(const reader *r, nsym_csv_table *table, bool numbered) {
    if (r->count > COLUMNS_MAX)
        return nsym_fail(NSYM_EFORMAT, "line %zu: %zu columns, at most %d are read", r->first_line, r->count,
                         (int)COLUMNS_MAX);
    for (size_t i = 0; i < r->used; i++)
        if ((unsigned char)r->text[i] < ' ' && !strchr("\t\r\n", r->text[i]))
            return nsym_fail(NSYM_EFORMAT, "line %zu: holds control characters, so this is no text", r->first_line);
    table->names = calloc(r->count, sizeof *table->names);
    if (!table->names) return no_memory(r);
    table->columns = r->count;
    for (size_t i = 0; i < r->count; i++) {
        char number[32];
        snprintf(number, sizeof number, "c%zu", i);
        bool named = !numbered && r->cells[i].n > 0;
        table->names[i] = named ? strndup(r->cells[i].text, r->cells[i].n) : strdup(number);
        if (!table->names[i]) return no_memory(r);
        for (size_t k = 0; k < i; k++)
            if (strcmp(table->names[i], table->names[k]) == 0)
                return nsym_fail(NSYM_EFORMAT, "line %zu: columns %zu and %zu are both named \"%s\"", r->first_line,
                                 k + 1, i + 1, table->names[i]);
    }
    return NSYM_OK;
}

/* Is a cell a word: of letters, and none that stands for a missing number? */
static bool is_word(const cell *c) {
    static const char *const missing[] = {"na", "n/a", "nan", "null", "none", "nil", "inf", "infinity", "missing"};
    double value;
    if (c->n == 0 || !isalpha((unsigned char)c->text[0]) || nsym_number_parse(c->text, c->n, &value)) return false;
    for (size_t k = 0; k < sizeof missing / sizeof *missing; k++)
        if (strlen(missing[k]) == c->n && strncasecmp(missing[k], c->text, c->n) == 0) return false;
    return true;
}

/* Which columns are text, by the first row: those whose cell is a word, where some cell is a number; never weight, as
   without it all events would count alike. New. */
static nsym_status find_text(const reader *r, char *const *names, bool **text) {
    bool any = false;
    *text = calloc(r->count + 1, sizeof **text);
    if (!*text) return no_memory(r);
    for (size_t i = 0; i < r->count; i++) {
        (*text)[i] = is_word(&r->cells[i]) && strcmp(names[i], "weight") != 0;
        any = any || (r->cells[i].n > 0 && !(*text)[i]);
    }
    if (!any) memset(*text, 0, r->count * sizeof **text);
    return NSYM_OK;
}

/* Leaves the columns of text out of the table, and keeps their names. */
static nsym_status drop_text(nsym_csv_table *table, const bool *text) {
    size_t n = table->columns, kept = 0, length = 1;
    for (size_t i = 0; text && i < n; i++) length += text[i] ? strlen(table->names[i]) + 2 : 0;
    if (length == 1) return NSYM_OK;
    table->left_out = calloc(length, 1);
    if (!table->left_out) return nsym_fail(NSYM_ENOMEM, "no memory for the names of columns");
    for (size_t row = 0, to = 0; row < table->rows; row++)
        for (size_t i = 0; i < n; i++)
            if (!text[i]) table->values[to++] = table->values[row * n + i];
    for (size_t i = 0; i < n; i++) {
        if (!text[i]) {
            table->names[kept++] = table->names[i];
            continue;
        }
        if (table->left_out[0]) strcat(table->left_out, ", ");
        strcat(table->left_out, table->names[i]);
        free(table->names[i]);
    }
    table->columns = kept;
    return NSYM_OK;
}

static nsym_status add_row(const reader *r, nsym_csv_table *table, size_t *room, bool **text) {
    if (r->count != table->columns)
        return nsym_fail(NSYM_EFORMAT, "line %zu: %zu cells for %zu columns", r->first_line, r->count, table->columns);
    if (table->rows == *room) {
        size_t grown_room = 2 * *room + 16;
        double *grown = realloc(table->values, grown_room * table->columns * sizeof *grown);
        if (!grown) return no_memory(r);
        table->values = grown;
        *room = grown_room;
    }
    double *row = table->values + table->rows * table->columns;
    if (!*text) NSYM_TRY(find_text(r, table->names, text));
    for (size_t i = 0; i < r->count; i++)
        if (!(*text)[i] && !nsym_number_parse(r->cells[i].text, r->cells[i].n, &row[i]))
            return nsym_fail(
                NSYM_EFORMAT, "line %zu: column \"%s\" is \"%.*s\", must be a number; leave the column out",
                r->first_line, table->names[i], r->cells[i].n < 40 ? (int)r->cells[i].n : 40, r->cells[i].text);
    table->rows++;
    return NSYM_OK;
}

static nsym_status parse(reader *r, nsym_csv_table *table, size_t max_rows, bool **text) {
    bool end;
    size_t room = 0;
    NSYM_TRY(read_record(r, &end));
    if (end) return nsym_fail(NSYM_EFORMAT, "is empty, there is no line that names the columns");
    r->delimiter = find_delimiter(r);
    NSYM_TRY(split(r));
    bool numbers = all_numbers(r);
    NSYM_TRY(name_columns(r, table, numbers));
    if (numbers) NSYM_TRY(add_row(r, table, &room, text));
    while (max_rows == 0 || table->rows < max_rows) {
        NSYM_TRY(read_record(r, &end));
        if (end) break;
        NSYM_TRY(split(r));
        NSYM_TRY(add_row(r, table, &room, text));
    }
    return NSYM_OK;
}

nsym_status nsym_csv_parse(nsym_csv_table *table, nsym_csv_source source, size_t max_rows) {
    *table = (nsym_csv_table){0};
    reader r = {.source = source, .buffer = malloc(BUFFER)};
    bool *text = NULL;
    nsym_status status = r.buffer ? parse(&r, table, max_rows, &text) : nsym_fail(NSYM_ENOMEM, "no memory");
    if (status == NSYM_OK) status = drop_text(table, text);
    free(text);
    free(r.buffer);
    free(r.text);
    free(r.cells);
    return status;
}

void nsym_csv_free(nsym_csv_table *table) {
    nsym_texts_free(table->names, table->columns);
    free(table->values);
    free(table->left_out);
    *table = (nsym_csv_table){0};
}
