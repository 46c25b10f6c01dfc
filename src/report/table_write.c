/* A table as csv, markdown, text for a terminal, and HTML. */
#include "report/gnuplot.h"
#include "report/html.h"
#include "report/match.h"
#include "report/table.h"
#include <math.h>
#include <nearsym/events.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 512 };    /* room for a cell or a line below a table */
enum { TERMINAL = 80 }; /* columns of characters */

static void csv_row(const nsym_table *table, const nsym_result *cell, FILE *csv) {
    const nsym_texts *names[] = {&table->coordinates, &table->over};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < names[k]->count; i++) {
            if (names[k] == &table->over && i + 1 == names[k]->count && table->by_metric) continue;
            const char *value = nsym_place_value(&cell->place, names[k]->text[i]);
            nsym_csv_text(csv, value ? value : "");
            fputc(',', csv);
        }
    nsym_csv_text(csv, cell->metric);
    const double numbers[] = {cell->mean,
                              cell->error[NSYM_STD],
                              cell->error[NSYM_STANDARD_ERROR],
                              cell->error[NSYM_TOTAL],
                              cell->error[NSYM_TRAININGS],
                              cell->error[NSYM_TRAINING_SAMPLE],
                              cell->error[NSYM_TEST_SAMPLE],
                              cell->error[NSYM_FIT],
                              (double)cell->members,
                              cell->reference,
                              cell->reference_error[NSYM_STD],
                              cell->reference_error[NSYM_STANDARD_ERROR],
                              cell->pull,
                              cell->tolerance};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        fputc(',', csv);
        nsym_csv_number(csv, numbers[k]);
    }
    fprintf(csv, ",%s\n", !isfinite(cell->tolerance) ? "" : cell->within ? "true" : "false");
}

void nsym_table_csv(const nsym_table *table, FILE *csv) {
    if (table->matched) {
        nsym_match_csv(table, csv);
        return;
    }
    const nsym_texts *names[] = {&table->coordinates, &table->over};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < names[k]->count; i++) {
            if (names[k] == &table->over && i + 1 == names[k]->count && table->by_metric) continue;
            nsym_csv_text(csv, names[k]->text[i]);
            fputc(',', csv);
        }
    fputs("metric,mean,std,standard_error,total,trainings,training_sample,test_sample,fit,members,reference,reference_"
          "std,reference_standard_error,pull,tolerance,"
          "within\n",
          csv);
    for (size_t r = 0; r < table->count; r++)
        for (size_t c = 0; c < table->columns; c++)
            if (table->row[r].cell[c]) csv_row(table, table->row[r].cell[c], csv);
    if (table->limit) csv_row(table, table->limit, csv);
}

/* The lines of a row: ours, and where the paper has values, paper and pull, or the difference. */
enum { OURS, PAPER, PULL, LINES };

static const char *line_name(const nsym_table *table, int line) {
    return line == OURS ? "ours" : line == PAPER ? "paper" : table->differences ? "difference" : "pull";
}

/* Outside its tolerance, or better by more than that. */
static const char *mark_of(const nsym_result *cell) {
    return !isfinite(cell->tolerance) ? "" : !cell->within ? "✗ " : cell->better ? "↑ " : "";
}

/* Has a number no digits behind the point: parameters, inputs, events? */
static bool is_count(const nsym_result *cell, double value) {
    static const char *const counts[] = {"inputs", "parameters", "tries", "best_epoch", "diverged"};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (strcmp(cell->metric, counts[i]) == 0) return value == floor(value);
    return value == floor(value) ? value >= 2 : value >= 1000;
}

/* "0.756 ± 0.001", "-1.2", or a dash. What lies outside its tolerance has a cross, "✗ -0.045", what is better by more
   an arrow. */
static void cell_text(const nsym_table *table, const nsym_result *cell, int line, char *text, size_t size) {
    double value = !cell                                ? NAN
                   : line == PULL && table->differences ? cell->mean - cell->reference
                   : line == PULL                       ? cell->pull
                   : line == OURS                       ? cell->mean
                                                        : cell->reference;
    double error = !cell ? NAN : line == OURS ? cell->error[table->error] : nsym_reference_error(cell, table->error);
    double ours = cell ? cell->error[table->error] : NAN;
    double by = line == PULL ? fmax(error, ours) : error > 0 ? error : ours; /* a difference is no better than either */
    int digits = table->by_error && by > 0 ? nsym_error_decimals(by) : (int)table->digits;
    bool count = line != PULL && !(error > 0) && cell && is_count(cell, value);
    if (!isfinite(value))
        snprintf(text, size, "–");
    else if (count)
        snprintf(text, size, "%.0f", value);
    else if (line == PULL && table->differences && !(by > 0) && is_count(cell, cell->mean) &&
             is_count(cell, cell->reference))
        snprintf(text, size, "%s%+.0f", mark_of(cell), value);
    else if (line == PULL && table->differences)
        snprintf(text, size, "%s%+.*f", mark_of(cell), digits, value);
    else if (line == PULL)
        snprintf(text, size, fabs(value) < 0.05 ? "0.0" : "%+.1f", value);
    else if (!(error > 0)) /* not known, or of a single member */
        snprintf(text, size, "%.*f", digits, value);
    else
        snprintf(text, size, "%.*f ± %.*f", digits, value, digits, error);
}

/* A cell of a row: its result, or how many events match. */
static void row_text(const nsym_table *table, const nsym_table_row *row, size_t c, int line, char *text, size_t size) {
    if (row->match && row->match[c].is)
        nsym_match_text(&row->match[c].match, text, size);
    else
        cell_text(table, row->match ? NULL : row->cell[c], line, text, size);
}

static size_t lines_of(const nsym_table_row *row) {
    return row->reference && !row->match ? LINES : 1;
}

static bool any_reference(const nsym_table *table) {
    for (size_t r = 0; r < table->count; r++)
        if (table->row[r].reference) return true;
    return false;
}

/* What the card calls a value. */
static const char *label(const nsym_table *table, const char *value) {
    for (size_t i = 0; table->labels && i < table->labels->count; i++)
        if (table->labels->child[i]->kind == NSYM_SCALAR && nsym_value_same(table->labels->child[i]->key, value))
            return table->labels->child[i]->text;
    return nsym_card_label(table->card, value);
}

/* What stands at the head of a row: its coordinates, then the metric where there are several. */
static size_t heads(const nsym_table *table) {
    bool several = table->metrics.count > 1 && !table->by_metric;
    return table->coordinates.count + (several || table->coordinates.count == 0);
}
static const char *head_name(const nsym_table *table, size_t index) {
    return index < table->coordinates.count ? table->coordinates.text[index] : "metric";
}
static const char *head_value(const nsym_table *table, size_t row, size_t index) {
    return label(table, index < table->coordinates.count ? table->row[row].value[index] : table->row[row].metric);
}

/* What stands over a column for its coordinate `level`: its label, or "epoch 10", or "value" where there is none. */
static void column_text(const nsym_table *table, size_t column, size_t level, char *text, size_t size) {
    if (table->over.count == 0) {
        snprintf(text, size, "value");
        return;
    }
    const char *value = table->column[column][level], *shown = label(table, value);
    char *end;
    bool number = shown == value && (strtod(value, &end), *end == '\0');
    bool metric = table->by_metric && level + 1 == table->over.count;
    bool alone = metric || shown != value || (table->over.count > 1 && !number);
    snprintf(text, size, "%s%s%s", alone ? "" : table->over.text[level], alone ? "" : " ", shown);
}

/* Lines of the columns' head. */
static size_t levels_of(const nsym_table *table) {
    return table->over.count ? table->over.count : 1;
}

/* The lines below the table: how many values are within their tolerance, and the limit. "" where there is nothing to
 * say. */
static void tolerance_text(const nsym_table *table, char *text, size_t size) {
    size_t all = 0, within = 0, better = 0;
    for (size_t r = 0; r < table->count; r++)
        for (size_t c = 0; c < table->columns; c++) {
            const nsym_result *cell = table->row[r].cell[c];
            all += cell && isfinite(cell->tolerance);
            within += cell && isfinite(cell->tolerance) && cell->within && !cell->better;
            better += cell && isfinite(cell->tolerance) && cell->better;
        }
    text[0] = '\0';
    if (all == 1 && within)
        snprintf(text, size, "The one value with a tolerance is within its tolerance.");
    else if (all && all == within)
        snprintf(text, size, "All %zu values with a tolerance are within their tolerance.", all);
    else if (all)
        snprintf(text, size,
                 "Values with a tolerance: %zu of %zu are within it, %zu better by more (↑), %zu outside (✗).", within,
                 all, better, all - within - better);
}
static const char *const error_words[NSYM_ERRORS] = {
    [NSYM_TRAININGS] = "trainings",
    [NSYM_TRAINING_SAMPLE] = "training sample",
    [NSYM_TEST_SAMPLE] = "test sample",
    [NSYM_FIT] = "fit",
    [NSYM_STD] = "the standard deviation over trainings",
    [NSYM_STANDARD_ERROR] = "the standard error of the mean over trainings",
};

static bool any_error(const nsym_table *table, nsym_error error) {
    for (size_t r = 0; r < table->count; r++)
        for (size_t c = 0; c < table->columns; c++)
            if (table->row[r].cell[c] && table->row[r].cell[c]->error[error] > 0) return true;
    return false;
}

/* Appends ", word" to a list. */
static void list_word(char *text, size_t size, const char *word) {
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s%s", length ? ", " : "", word);
}

/* What stands behind ±, and what it lacks; "" where no number has an error. */
static void error_text(const nsym_table *table, char *text, size_t size) {
    char known[TEXT / 4] = "", missing[TEXT / 4] = "";
    text[0] = '\0';
    if (!any_error(table, table->error)) return;
    if (table->error != NSYM_TOTAL) {
        snprintf(text, size, "± is %s%s.", table->error < NSYM_STD ? "the error part: " : "",
                 error_words[table->error]);
        return;
    }
    for (nsym_error part = NSYM_TRAININGS; part <= NSYM_FIT; part++)
        if (any_error(table, part))
            list_word(known, sizeof known, error_words[part]);
        else if (part != NSYM_FIT)
            list_word(missing, sizeof missing, error_words[part]);
    if (!*known) {
        snprintf(text, size, "± is the total error; its parts are not known.");
        return;
    }
    snprintf(text, size, "± includes: %s.%s%s%s", known, *missing ? " Not included (unknown): " : "", missing,
             *missing ? "." : "");
}

static void limit_text(const nsym_table *table, char *text, size_t size) {
    if (table->limit && table->limit->error[table->error] > 0)
        cell_text(table, table->limit, OURS, text, size);
    else if (table->limit)
        snprintf(text, size, "%.*f", (int)table->digits, table->limit->mean);
    else
        snprintf(text, size, "%s", table->limit_note ? table->limit_note : "");
}

/* Behind the mark at `at` that opens or closes _{sub} or ^{super}, whose tag *tag then is; NULL: there is none. */
static const char *behind_mark(const char *at, const char **tag) {
    if ((*at == '_' || *at == '^') && at[1] == '{' && strchr(at, '}')) {
        *tag = *at == '_' ? "sub" : "sup";
        return at + 2;
    }
    return *at == '}' && *tag ? at + 1 : NULL;
}

static void markdown_field(FILE *markdown, const char *text) {
    const char *tag = NULL;
    for (; *text; text++) {
        const char *was = tag, *next = behind_mark(text, &tag);
        if (next) {
            fprintf(markdown, was ? "</%s>" : "<%s>", tag);
            if (was) tag = NULL;
            text = next - 1;
            continue;
        }
        if (strchr("|*_<>\\`[]", *text)) fputc('\\', markdown);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, markdown);
    }
}

/* Nothing but spaces between the bars is an empty field. */
static void markdown_cell(FILE *markdown, const char *text) {
    markdown_field(markdown, text);
    fputs(" | ", markdown);
}

static void markdown_below(const nsym_table *table, FILE *markdown) {
    char text[TEXT];
    nsym_match_below(table, text, sizeof text);
    if (*text) fprintf(markdown, "\n%s\n", text);
    error_text(table, text, sizeof text);
    if (*text) fprintf(markdown, "\n%s\n", text);
    tolerance_text(table, text, sizeof text);
    if (*text) fprintf(markdown, "\n%s\n", text);
    limit_text(table, text, sizeof text);
    if (!*text) return;
    fputc('\n', markdown);
    markdown_field(markdown, table->limit_title);
    fputs(": ", markdown);
    markdown_field(markdown, text);
    fputc('\n', markdown);
}

void nsym_table_markdown(const nsym_table *table, FILE *markdown) {
    char text[TEXT];
    fputs("| ", markdown);
    for (size_t i = 0; i < heads(table); i++) markdown_cell(markdown, head_name(table, i));
    fputs(" | ", markdown);
    for (size_t c = 0; c < table->columns; c++) {
        for (size_t k = 0; k < levels_of(table); k++) {
            column_text(table, c, k, text, sizeof text);
            if (k) fputs(", ", markdown);
            markdown_field(markdown, text);
        }
        fputs(" | ", markdown);
    }
    fputs("\n|", markdown);
    for (size_t i = 0; i < heads(table) + 1; i++) fputs("---|", markdown);
    for (size_t c = 0; c < table->columns; c++) fputs("---:|", markdown);
    fputc('\n', markdown);
    for (size_t r = 0; r < table->count; r++)
        for (int line = 0; line < (int)lines_of(&table->row[r]); line++) {
            fputs("| ", markdown);
            for (size_t i = 0; i < heads(table); i++)
                markdown_cell(markdown, line == OURS ? head_value(table, r, i) : "");
            markdown_cell(markdown, line_name(table, line));
            for (size_t c = 0; c < table->columns; c++) {
                row_text(table, &table->row[r], c, line, text, sizeof text);
                if (*text == '<' || *text == '>') fputc('\\', markdown);
                fprintf(markdown, "%s | ", text);
            }
            fputc('\n', markdown);
        }
    markdown_below(table, markdown);
}

/* Text for a terminal: without the marks of _{sub} and ^{super}. */
static const char *unmarked(const char *text, char plain[TEXT]) {
    const char *tag = NULL;
    size_t n = 0;
    for (; *text && n + 1 < TEXT; text++) {
        const char *was = tag, *next = behind_mark(text, &tag);
        if (!next) {
            plain[n++] = *text;
            continue;
        }
        if (was) tag = NULL;
        text = next - 1;
    }
    plain[n] = '\0';
    return plain;
}

/* Characters of UTF-8 text, not bytes. */
static size_t width_of(const char *text) {
    char plain[TEXT];
    size_t width = 0;
    for (text = unmarked(text, plain); *text; text++) width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void padded(FILE *stream, const char *text, size_t width, bool right) {
    char plain[TEXT];
    size_t pad = width > width_of(text) ? width - width_of(text) : 0;
    text = unmarked(text, plain);
    if (right) fprintf(stream, "%*s", (int)pad, "");
    for (; *text; text++) fputc((unsigned char)*text < ' ' || *text == 127 ? ' ' : *text, stream);
    if (!right) fprintf(stream, "%*s", (int)pad, "");
}

/* The pull of a terminal's line stands out by a mark: ! beyond 2, !! beyond 3. */
static void text_cell(const nsym_table *table, const nsym_table_row *row, size_t c, int line, char *text, size_t size) {
    const nsym_result *cell = row->cell[c];
    if (line == PULL && cell && !table->differences && fabs(cell->pull) > 2)
        snprintf(text, size, "%s %+.1f", fabs(cell->pull) > 3 ? "!!" : "!", cell->pull);
    else
        row_text(table, row, c, line, text, size);
}

static size_t max(size_t a, size_t b) {
    return a > b ? a : b;
}

/* The width that holds everything of a column. */
static size_t column_width(const nsym_table *table, size_t c) {
    char text[TEXT];
    size_t width = 8;
    for (size_t r = 0; r < table->count; r++)
        for (int line = 0; line < (int)lines_of(&table->row[r]); line++) {
            text_cell(table, &table->row[r], c, line, text, sizeof text);
            width = max(width, width_of(text));
        }
    for (size_t k = 0; k < levels_of(table); k++) {
        column_text(table, c, k, text, sizeof text);
        width = max(width, width_of(text));
    }
    return width;
}

/* The width of head `i` of all rows. */
static size_t head_width(const nsym_table *table, size_t i) {
    size_t width = width_of(head_name(table, i));
    for (size_t r = 0; r < table->count; r++) width = max(width, width_of(head_value(table, r, i)));
    return width;
}

/* The heads of row `r` (NONE: their names, or nothing), padded. */
static void text_heads(const nsym_table *table, size_t r, bool names, FILE *stream) {
    fputs("  ", stream);
    for (size_t i = 0; i < heads(table); i++) {
        const char *text = r < table->count ? head_value(table, r, i) : names ? head_name(table, i) : "";
        padded(stream, text, head_width(table, i) + 2, false);
    }
}

/* Columns that stand side by side on a terminal. */
typedef struct {
    size_t first, count, name; /* the latter: the width of the lines' names */
    size_t width[TERMINAL];    /* (count) */
} block;

/* From column `first` on as many as fit behind the heads, one at least. */
static block block_from(const nsym_table *table, size_t first) {
    block b = {.first = first, .name = any_reference(table) ? strlen(line_name(table, PULL)) + 2 : 0};
    size_t used = 2 + b.name;
    for (size_t i = 0; i < heads(table); i++) used += head_width(table, i) + 2;
    for (size_t c = first; c < table->columns && b.count < TERMINAL; c++) {
        size_t width = column_width(table, c);
        if (b.count && used + width + 2 > TERMINAL) break;
        b.width[b.count++] = width;
        used += width + 2;
    }
    return b;
}

static void text_block(const nsym_table *table, const block *b, FILE *stream) {
    char text[TEXT];
    size_t levels = levels_of(table);
    for (size_t k = 0; k < levels; k++) {
        text_heads(table, NSYM_NONE, k + 1 == levels, stream);
        padded(stream, "", b->name, false);
        for (size_t c = 0; c < b->count; c++) {
            column_text(table, b->first + c, k, text, sizeof text);
            padded(stream, text, b->width[c] + 2, true);
        }
        fputc('\n', stream);
    }
    for (size_t r = 0; r < table->count; r++)
        for (int line = 0; line < (int)lines_of(&table->row[r]); line++) {
            text_heads(table, line == OURS ? r : NSYM_NONE, false, stream);
            padded(stream, b->name ? line_name(table, line) : "", b->name, false);
            for (size_t c = 0; c < b->count; c++) {
                text_cell(table, &table->row[r], b->first + c, line, text, sizeof text);
                padded(stream, text, b->width[c] + 2, true);
            }
            fputc('\n', stream);
        }
}

/* Columns that do not fit in 80 characters stand below the others, behind the same heads. */
void nsym_table_text(const nsym_table *table, FILE *stream) {
    char text[TEXT];
    fprintf(stream, "%s\n", unmarked(*table->title ? table->title : table->name, text));
    if (table->note) {
        fprintf(stream, "  %s\n", table->note);
        return;
    }
    for (size_t first = 0; first < table->columns;) {
        const block b = block_from(table, first);
        if (first) fputc('\n', stream);
        text_block(table, &b, stream);
        first += b.count;
    }
    nsym_match_below(table, text, sizeof text);
    if (*text) fprintf(stream, "  %s\n", text);
    error_text(table, text, sizeof text);
    if (*text) fprintf(stream, "  %s\n", text);
    tolerance_text(table, text, sizeof text);
    if (*text) fprintf(stream, "  %s\n", text);
    limit_text(table, text, sizeof text);
    if (*text) fprintf(stream, "  %s: %s\n", table->limit_title, text);
}

/* Do two columns stand below the same head of coordinate `level`? */
static bool same_group(const nsym_table *table, size_t a, size_t b, size_t level) {
    for (size_t k = 0; k <= level; k++)
        if (!nsym_value_same(table->column[a][k], table->column[b][k])) return false;
    return true;
}

/* The lines above the last: of one coordinate its name (metrics need none), of several their values, each over the
 * columns it is for. */
static void html_over(const nsym_table *table, FILE *html, bool lines) {
    char text[TEXT];
    const char *which = lines ? "<th></th>" : "";
    if (table->over.count == 1 && !table->by_metric) {
        fprintf(html, "<tr><th class=\"h\" colspan=\"%zu\"></th>%s<th class=\"over\" colspan=\"%zu\">", heads(table),
                which, table->columns);
        nsym_html_text(html, table->over.text[0]);
        fputs("</th></tr>", html);
    }
    for (size_t k = 0; k + 1 < table->over.count; k++) {
        fprintf(html, "<tr><th class=\"h\" colspan=\"%zu\"></th>%s", heads(table), which);
        for (size_t c = 0, next; c < table->columns; c = next) {
            for (next = c + 1; next < table->columns && same_group(table, c, next, k);) next++;
            column_text(table, c, k, text, sizeof text);
            fprintf(html, "<th scope=\"colgroup\" class=\"over group\" colspan=\"%zu\"><span>", next - c);
            nsym_html_markup(html, text);
            fputs("</span></th>", html);
        }
        fputs("</tr>", html);
    }
}

static void html_head(const nsym_table *table, FILE *html, bool lines) {
    char text[TEXT];
    fputs("<thead>", html);
    html_over(table, html, lines);
    fputs("<tr>", html);
    for (size_t i = 0; i < heads(table); i++) {
        fputs("<th scope=\"col\" class=\"h\">", html);
        nsym_html_text(html, head_name(table, i));
        fputs("</th>", html);
    }
    if (lines) fputs("<th></th>", html);
    for (size_t c = 0; c < table->columns; c++) {
        fputs("<th scope=\"col\" class=\"n\">", html);
        column_text(table, c, levels_of(table) - 1, text, sizeof text);
        nsym_html_markup(html, table->over.count == 1 ? label(table, table->column[c][0]) : text);
        fputs("</th>", html);
    }
    fputs("</tr></thead>\n", html);
}

/* How a third line's cell looks; its text says the same. */
static const char *judgement(const nsym_table *table, const nsym_result *cell) {
    if (!cell || !isfinite(cell->reference)) return "";
    if (table->differences) return !isfinite(cell->tolerance) || cell->within ? " fine" : " far";
    if (!isfinite(cell->pull)) return "";
    return fabs(cell->pull) <= 2 ? " fine" : fabs(cell->pull) <= 3 ? " attention" : " far";
}

static void html_cell(const nsym_table *table, const nsym_table_row *row, size_t c, int line, FILE *html) {
    char text[TEXT];
    const nsym_result *cell = row->cell[c];
    const char *far = line == PULL ? judgement(table, cell) : "";
    row_text(table, row, c, line, text, sizeof text);
    fprintf(html, "<td class=\"n%s\">", far);
    if (*far) fputs("<span>", html);
    const char *error = strstr(text, " ± ");
    for (const char *at = text; *at; at++) {
        if (at == error) fputs("<span class=\"e\">", html);
        if (*at == '-')
            fputs("−", html);
        else if (*at == '<' || *at == '>')
            fputs(*at == '<' ? "&lt;" : "&gt;", html);
        else
            fputc(*at, html);
    }
    if (error) fputs("</span>", html);
    fputs(*far ? "</span></td>" : "</td>", html);
}

static void html_below(const nsym_table *table, FILE *html) {
    char text[TEXT], about[TEXT];
    nsym_match_below(table, text, sizeof text);
    if (*text) fputs("<p class=\"below\">", html), nsym_html_text(html, text), fputs("</p>\n", html);
    tolerance_text(table, text, sizeof text);
    error_text(table, about, sizeof about);
    if (*text || *about) fprintf(html, "<p class=\"below\">%s%s%s</p>\n", about, *about && *text ? " " : "", text);
    limit_text(table, text, sizeof text);
    if (!*text) return;
    fputs("<p class=\"below\">", html);
    nsym_html_markup(html, table->limit_title);
    fputs(table->limit ? ": <b>" : ": ", html);
    nsym_html_text(html, text);
    fputs(table->limit ? "</b></p>\n" : "</p>\n", html);
}

/* A narrow screen has no room for columns of heads: there they stand above their row. */
static void html_narrow_head(const nsym_table *table, size_t r, bool lines, FILE *html) {
    fprintf(html, "<tr class=\"narrow\" aria-hidden=\"true\"><th colspan=\"%zu\">", table->columns + lines);
    for (size_t i = 0; i < heads(table); i++) {
        if (i) fputs(", ", html);
        nsym_html_markup(html, head_value(table, r, i));
    }
    fputs("</th></tr>", html);
}

void nsym_table_html(const nsym_table *table, FILE *html) {
    bool lines = any_reference(table);
    fputs("<div class=\"scroll\"><table>", html);
    html_head(table, html, lines);
    for (size_t r = 0; r < table->count; r++) {
        size_t count = lines_of(&table->row[r]);
        fputs("<tbody>", html);
        html_narrow_head(table, r, lines, html);
        for (int line = 0; line < (int)count; line++) {
            fprintf(html, "<tr class=\"%s\">", line == PULL ? "pull" : line_name(table, line));
            for (size_t i = 0; line == OURS && i < heads(table); i++) {
                fprintf(html, "<th scope=\"row\" class=\"h\" rowspan=\"%zu\">", count);
                nsym_html_markup(html, head_value(table, r, i));
                fputs("</th>", html);
            }
            if (lines) fprintf(html, "<td class=\"which\">%s</td>", line_name(table, line));
            for (size_t c = 0; c < table->columns; c++) html_cell(table, &table->row[r], c, line, html);
            fputs("</tr>", html);
        }
        fputs("</tbody>\n", html);
    }
    fputs("</table></div>\n", html);
    html_below(table, html);
}
