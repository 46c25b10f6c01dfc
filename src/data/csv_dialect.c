#include "data/csv_dialect.h"

#include "base/fail.h"
#include "data/number.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 60, COMMENTS = 20, CANDIDATES = 5 };

/* What a cell looks like. */
enum { NUMBER = 1, MISSING = 2, WORD = 4, QUOTED = 8, WHOLE = 16, POINT = 32, COMMA = 64 };

typedef struct line {
    char *text; /* (n) */
    size_t n, number;
} line;

/* The first rows and the comments before them. */
typedef struct look {
    nsym_csv_records *r;
    line row[ROWS], comment[COMMENTS];
    size_t rows, comments;
    char *scratch; /* for a line, which splitting changes */
    size_t room;
    unsigned char *cell; /* (rows, columns) */
    size_t columns;      /* of the first row */
} look;

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory to look at the first rows");
}

/* "1.500,25", "1,500,000": digits with more than one comma or point. */
static bool has_thousands(const char *text, size_t n) {
    size_t digits = 0, marks = 0;
    for (size_t i = n > 0 && (*text == '-' || *text == '+'); i < n; i++) {
        marks += text[i] == ',' || text[i] == '.';
        digits += isdigit((unsigned char)text[i]) != 0;
        if (!isdigit((unsigned char)text[i]) && text[i] != ',' && text[i] != '.') return false;
    }
    return digits > 3 && marks > 1;
}

int nsym_csv_has_comma(const char *text, size_t n, double *value) {
    char copy[64];
    const char *comma = memchr(text, ',', n);
    if (comma && has_thousands(text, n)) return -1;
    if (!comma || n >= sizeof copy || memchr(text, '.', n)) return 0;
    size_t before = (size_t)(comma - text), after = n - before - 1, sign = n > 0 && (*text == '-' || *text == '+');
    memcpy(copy, text, n);
    copy[before] = '.';
    if (after == 0 || !isdigit((unsigned char)comma[1]) || !nsym_number_parse(copy, n, value)) return 0;
    size_t digits = before - sign;
    bool thousands = after == 3 && digits >= 1 && digits <= 3 && text[sign] != '0';
    for (size_t i = 1; i <= after && thousands; i++) thousands = isdigit((unsigned char)comma[i]);
    return thousands ? 1 : 2;
}

void nsym_csv_uncomment(char comment, char **text, size_t *n) {
    while (*n > 0 && (**text == ' ' || **text == '\t')) ++*text, --*n;
    while (*n > 0 && **text == comment) ++*text, --*n;
    while (*n > 0 && (**text == ' ' || **text == '\t')) ++*text, --*n;
}

static unsigned char look_at(const nsym_csv_cell *c, char delimiter) {
    double value;
    unsigned char quoted = c->quoted ? QUOTED : 0;
    if (nsym_csv_is_missing(c->text, c->n)) return MISSING | quoted;
    if (nsym_csv_is_truth(c->text, c->n, &value)) return NUMBER | quoted;
    if (nsym_number_parse(c->text, c->n, &value)) {
        bool whole = true;
        for (size_t i = 0; i < c->n && whole; i++)
            whole = isdigit((unsigned char)c->text[i]) || (i == 0 && c->text[i] == '-');
        return (unsigned char)(NUMBER | quoted | (whole ? WHOLE : 0) | (memchr(c->text, '.', c->n) ? POINT : 0));
    }
    int comma = delimiter != ',' || c->quoted ? nsym_csv_has_comma(c->text, c->n, &value) : 0;
    return (unsigned char)((comma != 0 ? NUMBER : WORD) | quoted | (comma == 2 ? COMMA : 0));
}

/* Splits a copy of some text by a delimiter. */
static nsym_status split_copy(look *l, const char *text, size_t n, char delimiter) {
    if (n + 1 > l->room) {
        char *grown = realloc(l->scratch, n + 1);
        if (!grown) return no_memory();
        l->scratch = grown;
        l->room = n + 1;
    }
    memcpy(l->scratch, text, n);
    l->r->delimiter = delimiter;
    return nsym_csv_split(l->r, l->scratch, n);
}

static nsym_status keep_line(line *to, const nsym_csv_records *r) {
    *to = (line){malloc(r->n + 1), r->n, r->first_line};
    if (!to->text) return no_memory();
    memcpy(to->text, r->text, r->n);
    return NSYM_OK;
}

static nsym_status gather(look *l) {
    nsym_csv_records *r = l->r;
    while (l->rows < ROWS) {
        bool end;
        NSYM_TRY(nsym_csv_next(r, &end));
        if (end) return NSYM_OK;
        if (!r->is_comment) {
            NSYM_TRY(keep_line(&l->row[l->rows++], r));
        } else if (l->rows == 0) {
            if (l->comments == COMMENTS) {
                free(l->comment[0].text);
                memmove(l->comment, l->comment + 1, --l->comments * sizeof *l->comment);
            }
            NSYM_TRY(keep_line(&l->comment[l->comments++], r));
        }
    }
    return NSYM_OK;
}

/* Excel's "sep=;" in the first line: the delimiter, '\0' where there is none. The row is taken out. */
static char take_sep(look *l) {
    if (l->rows == 0) return '\0';
    const char *text = l->row[0].text;
    size_t n = l->row[0].n;
    if (n == 7 && text[0] == '"' && text[6] == '"') text++, n = 5;
    if (n != 5 || memcmp(text, "sep=", 4) != 0) return '\0';
    char delimiter = text[4];
    free(l->row[0].text);
    memmove(l->row, l->row + 1, --l->rows * sizeof *l->row);
    return delimiter;
}

/* How well a delimiter fits: rows of one number of cells, more than one, that are numbers. Not quite splitting (a quote
   within a cell) does not fit at all. */
static nsym_status rate(look *l, char delimiter, double *rating) {
    size_t agree = 0, numbers = 0, cells = 0, columns = 0;
    for (size_t i = 0; i < l->rows; i++) {
        nsym_status status = split_copy(l, l->row[i].text, l->row[i].n, delimiter);
        if (status == NSYM_ENOMEM) return status;
        if (status != NSYM_OK) continue;
        if (i == 0) columns = l->r->count;
        agree += l->r->count == columns;
        for (size_t k = 0; k < l->r->count && (i > 0 || l->rows == 1); k++, cells++)
            numbers += (look_at(&l->r->cell[k], delimiter) & WORD) == 0;
    }
    double share = cells > 0 ? (double)numbers / (double)cells : 0;
    *rating = (double)agree / (double)l->rows * (0.25 + share) * (columns > 1 ? 1 : 0.5);
    return NSYM_OK;
}

static nsym_status find_delimiter(look *l, char *delimiter) {
    static const char candidates[CANDIDATES] = {',', ';', '\t', '|', ' '};
    double best = -1;
    for (size_t i = 0; i < CANDIDATES && l->rows > 0; i++) {
        double rating;
        NSYM_TRY(rate(l, candidates[i], &rating));
        if (rating > best) best = rating, *delimiter = candidates[i];
    }
    return NSYM_OK;
}

/* Looks at every cell of the rows that have as many as the first. */
static nsym_status look_at_cells(look *l, char delimiter) {
    for (size_t i = 0; i < l->rows; i++) {
        NSYM_TRY(split_copy(l, l->row[i].text, l->row[i].n, delimiter));
        if (i == 0) {
            l->columns = l->r->count;
            l->cell = calloc(l->rows * l->columns + 1, 1);
            if (!l->cell) return no_memory();
        }
        for (size_t k = 0; k < l->columns && l->r->count == l->columns; k++)
            l->cell[i * l->columns + k] = look_at(&l->r->cell[k], delimiter);
    }
    return NSYM_OK;
}

/* What the cells of a column look like from row `first` on: all that is seen. */
static unsigned char seen(const look *l, size_t column, size_t first) {
    unsigned char all = 0;
    for (size_t i = first; i < l->rows; i++) all |= l->cell[i * l->columns + column];
    return all;
}

/* Whether the cells just split can be names of all columns: words, all different. */
static bool are_names(const look *l) {
    const nsym_csv_records *r = l->r;
    bool any = false;
    if (r->count != l->columns) return false;
    for (size_t i = 0; i < r->count; i++) {
        const nsym_csv_cell *c = &r->cell[i];
        if (c->n == 0 || (l->columns == 1 && memchr(c->text, ' ', c->n))) return false;
        any |= (look_at(c, ',') & WORD) != 0;
        for (size_t k = 0; k < i; k++)
            if (r->cell[k].n == c->n && memcmp(r->cell[k].text, c->text, c->n) == 0) return false;
    }
    return any;
}

/* The line of the last comment that names the columns, as numpy.savetxt writes it; 0: none does. */
static nsym_status find_comment(look *l, char delimiter, size_t *number) {
    *number = 0;
    for (size_t i = l->comments; i-- > 0 && *number == 0;) {
        char *text = l->comment[i].text;
        size_t n = l->comment[i].n;
        nsym_csv_uncomment(l->r->comment, &text, &n);
        for (int turn = 0; turn < (delimiter == ',' ? 1 : 2) && *number == 0; turn++) {
            nsym_status status = split_copy(l, text, n, turn == 0 ? delimiter : ',');
            if (status == NSYM_ENOMEM) return status;
            if (status == NSYM_OK && are_names(l)) *number = l->comment[i].number;
        }
    }
    return NSYM_OK;
}

/* How many numbers 0, 1, 2, ... the first row has, where it has no others; before them may be an empty cell. */
static nsym_status count_up(look *l, char delimiter, size_t *count) {
    *count = 0;
    NSYM_TRY(split_copy(l, l->row[0].text, l->row[0].n, delimiter));
    size_t first = l->r->count > 0 && l->r->cell[0].n == 0;
    for (size_t i = first; i < l->r->count; i++) {
        double value;
        const nsym_csv_cell *c = &l->r->cell[i];
        bool next = (l->cell[i] & WHOLE) && nsym_number_parse(c->text, c->n, &value) && value == (double)(i - first);
        if (next && (c->n == 1 || *c->text != '0')) continue;
        *count = 0;
        return NSYM_OK;
    }
    *count = l->r->count - first;
    return NSYM_OK;
}

/* Whether a column has numbers from row 1 on, and none of them is whole. */
static bool is_broken(const look *l, size_t column) {
    bool any = false;
    for (size_t i = 1; i < l->rows; i++) {
        unsigned char c = l->cell[i * l->columns + column];
        if (c & WHOLE) return false;
        any |= (c & NUMBER) != 0;
    }
    return any;
}

/* Whether the first row names the columns: a word stands above numbers, or all are words, or its numbers only count. */
static nsym_status is_header(look *l, char delimiter, bool comment, bool *yes, bool *doubtful) {
    bool above = false, numbers = false, words = false, broken = false, quoted = true, bare = false;
    for (size_t k = 0; k < l->columns; k++) {
        unsigned char first = l->cell[k], later = seen(l, k, 1);
        words |= (first & WORD) != 0;
        numbers |= (first & NUMBER) != 0;
        above |= (first & WORD) && (later & NUMBER) && !(later & WORD);
        broken |= is_broken(l, k);
        quoted &= (first & QUOTED) != 0;
        bare |= (later & NUMBER) && !(later & QUOTED);
    }
    size_t count;
    NSYM_TRY(count_up(l, delimiter, &count));
    *doubtful = false;
    if (above || comment) {
        *yes = above;
    } else if (words) {
        *yes = !numbers;
    } else {
        *yes = (quoted && bare) || (count > 0 && (count > 2 || broken));
        *doubtful = *yes && (!broken || count < 3) && !(quoted && bare);
    }
    return NSYM_OK;
}

static nsym_status find_header(look *l, nsym_csv_dialect *out, const nsym_read_options *options, char delimiter) {
    bool yes, asked = options->header && strcmp(options->header, "no") != 0;
    size_t comment;
    NSYM_TRY(find_comment(l, delimiter, &comment));
    NSYM_TRY(is_header(l, delimiter, comment > 0, &yes, &out->doubtful));
    if (options->header) out->doubtful = false;
    if (options->header && !asked) {
        out->rows = l->row[0].number;
        return NSYM_OK;
    }
    if (comment > 0 && !yes) {
        out->header = comment;
        out->rows = l->row[0].number;
    } else if (yes || asked) {
        out->header = l->row[0].number;
        out->rows = out->header + 1;
    } else {
        out->rows = l->row[0].number;
    }
    return NSYM_OK;
}

static nsym_status find_kinds(const look *l, nsym_csv_dialect *out, char delimiter) {
    size_t first = l->rows > 0 && out->header == l->row[0].number;
    bool points = false, commas = false;
    out->kind = calloc(l->columns + 1, sizeof *out->kind);
    if (!out->kind) return no_memory();
    for (size_t k = 0; k < l->columns; k++) {
        size_t numbers = 0, words = 0;
        unsigned char kinds = 0;
        for (size_t i = first; i < l->rows; i++) {
            unsigned char c = l->cell[i * l->columns + k];
            if (!kinds) kinds = c & (NUMBER | WORD);
            numbers += (c & NUMBER) != 0;
            words += (c & WORD) != 0;
            points |= (c & POINT) != 0;
            commas |= (c & COMMA) != 0;
        }
        bool is_words = words > numbers || (words == numbers && (kinds & WORD));
        out->kind[k] = numbers + words == 0 ? NSYM_CSV_UNKNOWN : is_words ? NSYM_CSV_WORDS : NSYM_CSV_NUMBERS;
    }
    out->point = points             ? NSYM_CSV_POINT
                 : commas           ? NSYM_CSV_COMMA
                 : delimiter == ',' ? NSYM_CSV_POINT
                                    : NSYM_CSV_ANY_POINT;
    out->columns = l->columns;
    return NSYM_OK;
}

/* The option's number of a line; 0 where it is another word. */
static nsym_status check_options(const nsym_read_options *o, size_t *header) {
    *header = 0;
    if (o->header && strcmp(o->header, "yes") != 0 && strcmp(o->header, "no") != 0) {
        char *end;
        unsigned long long number = isdigit((unsigned char)*o->header) ? strtoull(o->header, &end, 10) : 0;
        if (number == 0 || *end || number > (1u << 30))
            return nsym_fail(NSYM_EINVAL, "the header is \"%s\", must be yes, no, or the number of a line from 1",
                             o->header);
        *header = (size_t)number;
    }
    if (o->delimiter &&
        (strlen(o->delimiter) != 1 || isalnum((unsigned char)*o->delimiter) || strchr("\"\r\n.+-", *o->delimiter)))
        return nsym_fail(NSYM_EINVAL, "the delimiter is \"%s\", must be one character that no number contains, or tab",
                         o->delimiter);
    if (o->comment && (strlen(o->comment) > 1 || isalnum((unsigned char)*o->comment) ||
                       (*o->comment && strchr("\"\r\n.+- \t", *o->comment))))
        return nsym_fail(NSYM_EINVAL,
                         "a comment begins with \"%s\", must be one character that begins no number, or none",
                         o->comment);
    if (o->encoding && strcmp(o->encoding, "utf-8") != 0 && strcmp(o->encoding, "latin-1") != 0)
        return nsym_fail(NSYM_EINVAL, "the encoding is \"%s\", must be utf-8 or latin-1", o->encoding);
    return NSYM_OK;
}

static bool is_utf8(const look *l) {
    bool fine = true;
    for (size_t i = 0; i < l->rows; i++) fine &= nsym_utf8_is_valid(l->row[i].text, l->row[i].n);
    for (size_t i = 0; i < l->comments; i++) fine &= nsym_utf8_is_valid(l->comment[i].text, l->comment[i].n);
    return fine;
}

/* Where the header is the first record, and may be a comment: it becomes a row. */
static nsym_status take_header(look *l) {
    bool end;
    nsym_csv_records *r = l->r;
    NSYM_TRY(nsym_csv_next(r, &end));
    if (end || r->first_line != r->begin_line + 1)
        return nsym_fail(NSYM_EFORMAT, "line %zu should name the columns, but is empty or missing", r->begin_line + 1);
    if (r->is_comment) nsym_csv_uncomment(r->comment, &r->text, &r->n);
    return keep_line(&l->row[l->rows++], r);
}

static nsym_status decide(look *l, nsym_csv_dialect *out, const nsym_read_options *options, size_t header) {
    nsym_csv_records *r = l->r;
    char delimiter = ',';
    if (header > 0) NSYM_TRY(take_header(l));
    NSYM_TRY(gather(l));
    char sep = header > 0 ? '\0' : take_sep(l);
    if (l->rows == 0) return nsym_fail(NSYM_EFORMAT, "is empty, so no line names the columns");
    if (options->delimiter || sep)
        delimiter = options->delimiter ? *options->delimiter : sep;
    else
        NSYM_TRY(find_delimiter(l, &delimiter));
    NSYM_TRY(look_at_cells(l, delimiter));
    if (header > 0) {
        out->header = header;
        out->rows = header + 1;
    } else {
        NSYM_TRY(find_header(l, out, options, delimiter));
    }
    NSYM_TRY(find_kinds(l, out, delimiter));
    out->is_latin1 = options->encoding ? strcmp(options->encoding, "latin-1") == 0 : !is_utf8(l);
    r->delimiter = delimiter;
    return NSYM_OK;
}

nsym_status nsym_csv_decide(nsym_csv_dialect *out, nsym_csv_records *r, const nsym_read_options *options) {
    *out = (nsym_csv_dialect){0};
    size_t header;
    NSYM_TRY(check_options(options, &header));
    r->comment = options->comment ? *options->comment : '#';
    for (size_t i = 1; i < header; i++) {
        bool end;
        NSYM_TRY(nsym_csv_pass_line(r, &end));
        if (end)
            return nsym_fail(NSYM_EFORMAT, "line %zu should name the columns, but the file has %zu lines", header,
                             r->line);
    }
    r->begin = r->at;
    r->begin_line = r->line;
    r->ahead = true;
    look *l = calloc(1, sizeof *l);
    if (!l) return no_memory();
    l->r = r;
    nsym_status status = decide(l, out, options, header);
    r->ahead = false;
    nsym_csv_rewind(r);
    for (size_t i = 0; i < l->rows; i++) free(l->row[i].text);
    for (size_t i = 0; i < l->comments; i++) free(l->comment[i].text);
    free(l->scratch);
    free(l->cell);
    free(l);
    return status;
}
