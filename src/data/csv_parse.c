#include "data/csv.h"

#include "base/fail.h"
#include "data/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 40, FIRST_ROWS = 4 };

static nsym_status no_memory(const nsym_csv *t) {
    return nsym_fail(NSYM_ENOMEM, "line %zu: no memory", t->records.line);
}

/* New: a cell as UTF-8. */
static nsym_status text_of(const nsym_csv *t, const nsym_csv_cell *c, char **text) {
    bool valid = nsym_utf8_is_valid(c->text, c->n), latin1 = t->dialect.is_latin1 && !valid;
    if (!valid && !latin1)
        return nsym_fail(NSYM_EFORMAT, "line %zu: \"%.*s\" is not UTF-8; --encoding latin-1 reads it",
                         t->records.first_line, c->n < SHOWN ? (int)c->n : SHOWN, c->text);
    *text = malloc((latin1 ? 3 : 1) * c->n + 1);
    if (!*text) return no_memory(t);
    size_t n = c->n;
    if (latin1)
        n = nsym_latin1_to_utf8(*text, c->text, c->n);
    else if (n > 0)
        memcpy(*text, c->text, n);
    (*text)[n] = '\0';
    return NSYM_OK;
}

static nsym_status name_column(nsym_csv *t, size_t i, bool named) {
    char number[32];
    const nsym_csv_cell *c = &t->records.cell[i];
    snprintf(number, sizeof number, "c%zu", i);
    nsym_csv_column *column = &t->column[i];
    if (named && c->n > 0)
        NSYM_TRY(text_of(t, c, &column->name));
    else if (!(column->name = strdup(number)))
        return no_memory(t);
    column->is_unnamed = named && c->n == 0;
    column->group = i;
    t->columns++;
    for (size_t k = 0; k < i; k++)
        if (strcmp(column->name, t->column[k].name) == 0)
            return nsym_fail(NSYM_EFORMAT, "line %zu: columns %zu and %zu are both named \"%s\"; rename one",
                             t->records.first_line, k + 1, i + 1, column->name);
    for (const char *at = column->name; *at; at++)
        if ((unsigned char)*at < ' ' && !strchr("\t\r\n", *at))
            return nsym_fail(NSYM_EFORMAT, "line %zu: has control characters, so this is not a text file",
                             t->records.first_line);
    return NSYM_OK;
}

/* Names the columns from the record that was just split, or c0, c1, ... */
static nsym_status name_columns(nsym_csv *t, bool named) {
    size_t n = t->records.count;
    if (n > NSYM_CSV_COLUMNS_MAX)
        return nsym_fail(NSYM_EFORMAT, "line %zu: %zu columns, at most %d are read", t->records.first_line, n,
                         (int)NSYM_CSV_COLUMNS_MAX);
    t->column = calloc(n + 1, sizeof *t->column);
    if (!t->column) return no_memory(t);
    for (size_t i = 0; i < n; i++) {
        NSYM_TRY(name_column(t, i, named));
        t->column[i].kind = i < t->dialect.columns ? t->dialect.kind[i] : NSYM_CSV_UNKNOWN;
        /* without their weights all events would count alike */
        if (strcmp(t->column[i].name, "weight") == 0) t->column[i].kind = NSYM_CSV_NUMBERS;
    }
    return NSYM_OK;
}

/* Splits the header, which may be a comment with cells of its own. */
static nsym_status split_header(nsym_csv *t) {
    nsym_csv_records *r = &t->records;
    char *text = r->text, delimiter = r->delimiter;
    size_t n = r->n;
    if (r->is_comment) nsym_csv_uncomment(r->comment, &text, &n);
    char *copy = malloc(n + 1);
    if (!copy) return no_memory(t);
    memcpy(copy, text, n);
    nsym_status status = nsym_csv_split(r, text, n);
    if (r->is_comment && (status != NSYM_OK || r->count != t->dialect.columns)) {
        r->delimiter = ',';
        memcpy(text, copy, n);
        status = nsym_csv_split(r, text, n);
        r->delimiter = delimiter;
    }
    free(copy);
    return status;
}

/* Goes to the first row and names the columns. */
static nsym_status begin(nsym_csv *t) {
    nsym_csv_records *r = &t->records;
    bool end = false;
    if (t->dialect.header > 0) {
        do NSYM_TRY(nsym_csv_next(r, &end));
        while (!end && r->first_line < t->dialect.header);
        if (end)
            return nsym_fail(NSYM_EFORMAT, "line %zu should name the columns, but the file ends before it",
                             t->dialect.header);
        NSYM_TRY(split_header(t));
        NSYM_TRY(name_columns(t, true));
    }
    while (r->line + 1 < t->dialect.rows && !end) NSYM_TRY(nsym_csv_pass_line(r, &end));
    if (t->dialect.header > 0) return NSYM_OK;
    r->count = t->dialect.columns;
    return name_columns(t, false);
}

nsym_status nsym_csv_open(nsym_csv *t, nsym_csv_source source, const nsym_read_options *options) {
    *t = (nsym_csv){.encoding = options->encoding};
    NSYM_TRY(nsym_csv_records_open(&t->records, source));
    NSYM_TRY(nsym_csv_decide(&t->dialect, &t->records, options));
    return begin(t);
}

void nsym_csv_close(nsym_csv *t) {
    for (size_t i = 0; i < t->columns; i++) {
        free(t->column[i].name);
        nsym_categories_free(t->column[i].words);
    }
    free(t->column);
    free(t->dialect.kind);
    nsym_csv_records_close(&t->records);
    *t = (nsym_csv){0};
}

bool nsym_csv_is_numeric(const nsym_csv *t) {
    for (size_t i = 0; i < t->columns; i++)
        if (!t->column[i].is_left_out && t->column[t->column[i].group].kind != NSYM_CSV_NUMBERS) return false;
    return true;
}

/* Whether no cell of the row is a number. */
static bool may_name_columns(const nsym_csv_records *r) {
    double value;
    for (size_t k = 0; k < r->count; k++)
        if (nsym_number_parse(r->cell[k].text, r->cell[k].n, &value)) return false;
    return true;
}

/* In the first rows the header may be what is wrong. */
static nsym_status refuse(const nsym_csv *t, size_t i, const nsym_csv_cell *c, const char *hint) {
    char header[96] = "";
    const char *name = t->column[i].name, *quote = strpbrk(name, " ;|&()[]<>$*?#") ? "'" : "";
    if (t->rows < FIRST_ROWS && may_name_columns(&t->records))
        snprintf(header, sizeof header, "; --header %zu if that line names the columns", t->records.first_line);
    return nsym_fail(
        NSYM_EFORMAT, "line %zu: column \"%s\" is \"%.*s\", must be a number%s; --drop %s%s%s leaves it out%s",
        t->records.first_line, name, c->n < SHOWN ? (int)c->n : SHOWN, c->text, hint, quote, name, quote, header);
}

static void copy_text(char to[32], const nsym_csv_cell *c) {
    snprintf(to, 32, "%.*s", c->n < 31 ? (int)c->n : 31, c->text);
}

/* The number of a word. Too many words are no longer told apart. */
static nsym_status read_word(nsym_csv *t, size_t i, const nsym_csv_cell *c, double *value) {
    nsym_csv_column *group = &t->column[t->column[i].group];
    *value = NAN;
    if (nsym_csv_is_missing(c->text, c->n) || group->is_crowded) return NSYM_OK;
    if (!group->words) NSYM_TRY(nsym_categories_new(&group->words));
    char *text;
    NSYM_TRY(text_of(t, c, &text));
    nsym_status status = nsym_categories_number(group->words, text, strlen(text), value);
    free(text);
    group->is_crowded = nsym_categories_count(group->words) > NSYM_CATEGORIES_MOST;
    return status;
}

/* A number with a decimal comma, where others have none with a point. */
static nsym_status read_comma(nsym_csv *t, size_t i, const nsym_csv_cell *c, double *value) {
    int comma = nsym_csv_has_comma(c->text, c->n, value);
    if (comma > 0 && t->dialect.point == NSYM_CSV_POINT)
        return refuse(t, i, c, " with a decimal point, as elsewhere in this table");
    if (comma == 1 && t->dialect.point == NSYM_CSV_ANY_POINT)
        return refuse(
            t, i, c,
            " (does the comma mark decimals or thousands?): write it with a decimal point or without the comma");
    if (comma < 0) return refuse(t, i, c, " without commas or points between thousands");
    if (comma == 0) return refuse(t, i, c, "");
    t->dialect.point = NSYM_CSV_COMMA;
    return NSYM_OK;
}

/* What is no plain number. */
static nsym_status read_other(nsym_csv *t, size_t i, const nsym_csv_cell *c, double *value) {
    nsym_csv_column *group = &t->column[t->column[i].group];
    if (nsym_csv_is_truth(c->text, c->n, value)) return NSYM_OK;
    if (nsym_csv_is_missing(c->text, c->n)) {
        if (t->missing++ == 0) {
            t->missing_line = t->records.first_line;
            copy_text(t->missing_text, c);
        }
        *value = NAN;
        return NSYM_OK;
    }
    double number;
    if (group->kind == NSYM_CSV_UNKNOWN && nsym_csv_has_comma(c->text, c->n, &number) == 0) {
        group->kind = NSYM_CSV_WORDS;
        return read_word(t, i, c, value);
    }
    return read_comma(t, i, c, value);
}

static void check_exact(nsym_csv *t, size_t i, const nsym_csv_cell *c) {
    const char *text = c->text, *end = text + c->n;
    uint64_t size = 0;
    bool fits = true;
    text += text < end && (*text == '-' || *text == '+');
    for (const char *at = text; at < end; at++) {
        if (!isdigit((unsigned char)*at)) return;
        fits = fits && !__builtin_mul_overflow(size, 10, &size) &&
               !__builtin_add_overflow(size, (uint64_t)(*at - '0'), &size);
    }
    if (fits && nsym_integer_is_exact(size)) return;
    if (t->column[i].inexact++ > 0) return;
    t->column[i].inexact_line = t->records.first_line;
    copy_text(t->column[i].inexact_text, c);
}

static nsym_status read_number(nsym_csv *t, size_t i, const nsym_csv_cell *c, double *value) {
    nsym_csv_column *group = &t->column[t->column[i].group];
    if (!nsym_number_parse(c->text, c->n, value)) return read_other(t, i, c, value);
    if (group->kind == NSYM_CSV_UNKNOWN && !isnan(*value)) group->kind = NSYM_CSV_NUMBERS;
    if (t->dialect.point != NSYM_CSV_POINT && memchr(c->text, '.', c->n)) {
        if (t->dialect.point == NSYM_CSV_COMMA)
            return refuse(t, i, c, " with a decimal comma, as elsewhere in this table");
        t->dialect.point = NSYM_CSV_POINT;
    }
    if (fabs(*value) >= 0x1p53 && isfinite(*value)) check_exact(t, i, c);
    return NSYM_OK;
}

static nsym_status read_row(nsym_csv *t, double *row) {
    const nsym_csv_records *r = &t->records;
    if (r->count != t->columns)
        return nsym_fail(NSYM_EFORMAT, "line %zu: %zu cells for %zu columns%s", r->first_line, r->count, t->columns,
                         r->count == t->columns + 1 ? "; write the table without row names" : "");
    for (size_t i = 0; i < r->count; i++) {
        const nsym_csv_column *column = &t->column[i];
        if (column->is_left_out) continue;
        if (t->column[column->group].kind == NSYM_CSV_WORDS)
            NSYM_TRY(read_word(t, i, &r->cell[i], row++));
        else
            NSYM_TRY(read_number(t, i, &r->cell[i], row++));
    }
    return NSYM_OK;
}

/* A column of numbers with some other words among them is no column of words. */
static nsym_status check_words(const nsym_csv *t, size_t i) {
    const nsym_categories *words = t->column[i].words;
    size_t numbers = 0, other = 0, n = words ? nsym_categories_count(words) : 0;
    double value;
    for (size_t k = 0; k < n; k++) {
        const char *word = nsym_categories_word(words, k);
        if (nsym_number_parse(word, strlen(word), &value))
            numbers++;
        else
            other = k;
    }
    if (numbers <= n / 2) return NSYM_OK;
    return nsym_fail(
        NSYM_EFORMAT,
        "column \"%s\" has numbers and words such as \"%.40s\"; write NA where a number is missing, or leave "
        "the column out by --drop %s",
        t->column[i].name, nsym_categories_word(words, other), t->column[i].name);
}

static nsym_status read_rows(nsym_csv *t, double **values, size_t *rows, size_t most, size_t width) {
    nsym_csv_records *r = &t->records;
    size_t room = 0;
    bool end;
    while (most == 0 || *rows < most) {
        NSYM_TRY(nsym_csv_next(r, &end));
        if (end) break;
        if (r->is_comment) {
            t->comments += t->rows + *rows > 0;
            continue;
        }
        if (*rows == room) {
            room = 2 * room + 64;
            double *grown = realloc(*values, (room * width + 1) * sizeof **values);
            if (!grown) return no_memory(t);
            *values = grown;
        }
        NSYM_TRY(nsym_csv_split(r, r->text, r->n));
        NSYM_TRY(read_row(t, *values + *rows * width));
        ++*rows;
    }
    t->rows += *rows;
    for (size_t i = 0; i < t->columns; i++) NSYM_TRY(check_words(t, i));
    return NSYM_OK;
}

nsym_status nsym_csv_rows(nsym_csv *t, double **values, size_t *rows, size_t most) {
    size_t width = 0;
    *values = NULL;
    *rows = 0;
    for (size_t i = 0; i < t->columns; i++) width += !t->column[i].is_left_out;
    nsym_status status = read_rows(t, values, rows, most, width);
    if (status == NSYM_OK) return NSYM_OK;
    free(*values);
    *values = NULL;
    *rows = 0;
    return status;
}
