#include "report/table.h"

#include "base/fail.h"
#include "report/gnuplot.h"
#include "report/html.h"
#include <math.h>
#include <string.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

static nsym_status read_texts(const nsym_table *table, nsym_reader r, nsym_arena *arena, const char *key,
                              nsym_texts *texts) {
    const nsym_node *node = nsym_node_at(r.node, key);
    if (!node) return NSYM_OK;
    if (node->kind == NSYM_SCALAR) return nsym_texts_add(texts, arena, node->text);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind != NSYM_LIST || node->child[i]->kind != NSYM_SCALAR)
            return nsym_fail_at(r.tree, node, "%s.%s of table '%s' must be a text or a list of texts", r.where, key,
                                table->name);
        NSYM_TRY(nsym_texts_add(texts, arena, node->child[i]->text));
    }
    return NSYM_OK;
}

static nsym_status read_entry(nsym_table *table, nsym_reader r, nsym_arena *arena, nsym_filter *filter) {
    static const char *const keys[] = {"name",    "title",  "caption", "paper",  "metric", "rows",
                                       "columns", "values", "where",   "digits", NULL};
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    NSYM_TRY(nsym_check_keys(r, keys));
    NSYM_TRY(nsym_read_text(r, "name", &table->name));
    if (!*table->name || strspn(table->name, allowed) != strlen(table->name))
        return nsym_fail_at(r.tree, r.node, "%s.name is '%s', must be letters, digits, '_' and '-': it names the files",
                            r.where, table->name);
    NSYM_TRY(nsym_read_text(r, "title", &table->title));
    NSYM_TRY(nsym_read_text(r, "caption", &table->caption));
    NSYM_TRY(nsym_read_text(r, "paper", &table->paper));
    NSYM_TRY(nsym_read_text(r, "columns", &table->column));
    NSYM_TRY(nsym_read_size(r, "digits", 0, 9, &table->digits));
    NSYM_TRY(read_texts(table, r, arena, "metric", &table->metrics));
    NSYM_TRY(read_texts(table, r, arena, "rows", &table->coordinates));
    NSYM_TRY(read_texts(table, r, arena, "values", &table->values));
    if (table->metrics.count == 0) return nsym_fail_at(r.tree, r.node, "%s has no metric: what is shown?", r.where);
    return nsym_filter_read(filter, arena, r.tree, nsym_node_at(r.node, "where"));
}

/* The row of a result, a new one where it is the first of its kind; NULL where the result lacks a coordinate. */
static nsym_status row_of(nsym_table *table, nsym_arena *arena, const nsym_result *result) {
    size_t n = table->coordinates.count;
    const char **value = nsym_arena_alloc(arena, n + 1, sizeof *value);
    if (!value) return no_memory();
    for (size_t i = 0; i < n; i++) {
        value[i] = nsym_place_value(&result->place, table->coordinates.text[i]);
        if (!value[i]) return NSYM_OK;
    }
    for (size_t r = 0; r < table->count; r++) {
        bool same = strcmp(table->row[r].metric, result->metric) == 0;
        for (size_t i = 0; same && i < n; i++) same = nsym_value_same(table->row[r].value[i], value[i]);
        if (same) return NSYM_OK;
    }
    table->row[table->count++] = (nsym_table_row){.metric = result->metric, .value = value};
    return NSYM_OK;
}

/* Rows and columns: those that the results have, in their order. */
static nsym_status lay_out(nsym_table *table, nsym_arena *arena, const nsym_results *results,
                           const nsym_filter *filter) {
    bool given = table->values.count > 0;
    table->row = nsym_arena_alloc(arena, results->count + 1, sizeof *table->row);
    if (!table->row) return no_memory();
    for (size_t m = 0; m < table->metrics.count; m++) {
        const nsym_result **rows;
        size_t n;
        NSYM_TRY(nsym_results_select(results, arena, table->metrics.text[m], filter, &rows, &n));
        for (size_t i = 0; i < n; i++) {
            const char *value = table->column ? nsym_place_value(&rows[i]->place, table->column) : "";
            if (!value) continue;
            NSYM_TRY(row_of(table, arena, rows[i]));
            if (!given) NSYM_TRY(nsym_texts_add(&table->values, arena, value));
        }
    }
    if (!given) nsym_texts_sort(&table->values);
    return NSYM_OK;
}

/* Leaves out the columns that the study has no number for, such as epoch 100 of a short run. */
static void drop_empty_columns(nsym_table *table) {
    size_t kept = 0;
    for (size_t c = 0; c < table->values.count; c++) {
        bool filled = false;
        for (size_t r = 0; r < table->count; r++) filled |= table->row[r].cell[c] != NULL;
        if (!filled) continue;
        for (size_t r = 0; r < table->count; r++) table->row[r].cell[kept] = table->row[r].cell[c];
        table->values.text[kept++] = table->values.text[c];
    }
    table->values.count = kept;
}

static nsym_status look_up(nsym_table *table, nsym_arena *arena, const nsym_results *results,
                           const nsym_filter *filter) {
    double spread = INFINITY;
    for (size_t r = 0; r < table->count; r++) {
        nsym_table_row *row = &table->row[r];
        row->cell = nsym_arena_alloc(arena, table->values.count + 1, sizeof *row->cell);
        if (!row->cell) return no_memory();
        nsym_filter of_row = *filter;
        for (size_t i = 0; i < table->coordinates.count; i++)
            NSYM_TRY(nsym_filter_add(&of_row, arena, &of_row, table->coordinates.text[i], row->value[i]));
        for (size_t c = 0; c < table->values.count; c++) {
            nsym_filter of_cell = of_row;
            if (table->column)
                NSYM_TRY(nsym_filter_add(&of_cell, arena, &of_row, table->column, table->values.text[c]));
            NSYM_TRY(nsym_results_one(results, arena, row->metric, &of_cell, &row->cell[c]));
            const nsym_result *cell = row->cell[c];
            if (!cell) continue;
            row->reference |= isfinite(cell->reference);
            if (cell->std > 0) spread = fmin(spread, cell->std);
            if (cell->reference_std > 0) spread = fmin(spread, cell->reference_std);
        }
    }
    drop_empty_columns(table);
    if (table->digits > 9) table->digits = isfinite(spread) ? (size_t)fmin(fmax(ceil(-log10(spread)), 2), 4) : 3;
    return NSYM_OK;
}

nsym_status nsym_table_read(nsym_table *table, nsym_arena *arena, const nsym_tree *card, const nsym_node *node,
                            const char *where, const nsym_results *results) {
    nsym_filter filter = {0};
    *table = (nsym_table){.name = "", .title = "", .caption = "", .paper = "", .digits = NSYM_TABLE_DIGITS};
    NSYM_TRY(read_entry(table, (nsym_reader){card, node, where}, arena, &filter));
    NSYM_TRY(lay_out(table, arena, results, &filter));
    nsym_status status = look_up(table, arena, results, &filter);
    if (status == NSYM_OK && table->count == 0)
        status = nsym_fail(NSYM_ENOTFOUND, "the study has no %s%s%s (yet)", table->metrics.text[0],
                           filter.count ? " with " : "", nsym_filter_text(&filter, arena));
    if (status != NSYM_ENOTFOUND) return status;
    table->note = nsym_arena_strdup(arena, nsym_message());
    table->count = 0;
    return table->note ? NSYM_OK : no_memory();
}

void nsym_table_csv(const nsym_table *table, FILE *csv) {
    for (size_t i = 0; i < table->coordinates.count; i++) {
        nsym_csv_text(csv, table->coordinates.text[i]);
        fputc(',', csv);
    }
    if (table->column) {
        nsym_csv_text(csv, table->column);
        fputc(',', csv);
    }
    fputs("metric,mean,std,members,reference,reference_std,pull\n", csv);
    for (size_t r = 0; r < table->count; r++)
        for (size_t c = 0; c < table->values.count; c++) {
            const nsym_result *cell = table->row[r].cell[c];
            if (!cell) continue;
            for (size_t i = 0; i < table->coordinates.count; i++) {
                nsym_csv_text(csv, table->row[r].value[i]);
                fputc(',', csv);
            }
            if (table->column) {
                nsym_csv_text(csv, nsym_place_value(&cell->place, table->column));
                fputc(',', csv);
            }
            nsym_csv_text(csv, cell->metric);
            const double numbers[] = {cell->mean,      cell->std,           (double)cell->members,
                                      cell->reference, cell->reference_std, cell->pull};
            for (size_t k = 0; k < 6; k++) {
                fputc(',', csv);
                nsym_csv_number(csv, numbers[k]);
            }
            fputc('\n', csv);
        }
}

/* The lines of a row: ours, and where the paper has values, paper and pull. */
enum { OURS, PAPER, PULL, LINES };
static const char *const line_name[LINES] = {"ours", "paper", "pull"};

/* "0.756 ± 0.001", "-1.2", or a dash. */
static void cell_text(const nsym_table *table, const nsym_result *cell, int line, char *text, size_t size) {
    int digits = (int)table->digits;
    double value = !cell ? NAN : line == OURS ? cell->mean : cell->reference;
    double spread = !cell ? NAN : line == OURS ? cell->std : cell->reference_std;
    if (line == PULL && cell && fabs(cell->pull) < 0.05)
        snprintf(text, size, "0.0");
    else if (line == PULL && cell && isfinite(cell->pull))
        snprintf(text, size, "%+.1f", cell->pull);
    else if (line == PULL || !isfinite(value))
        snprintf(text, size, "–");
    else if (!isfinite(spread))
        snprintf(text, size, "%.*f", digits, value);
    else
        snprintf(text, size, "%.*f ± %.*f", digits, value, digits, spread);
}

static size_t lines_of(const nsym_table_row *row) {
    return row->reference ? LINES : 1;
}

static bool any_reference(const nsym_table *table) {
    for (size_t r = 0; r < table->count; r++)
        if (table->row[r].reference) return true;
    return false;
}

/* What stands at the head of a row: its coordinates, then the metric where there are several. */
static size_t heads(const nsym_table *table) {
    return table->coordinates.count + (table->metrics.count > 1 || table->coordinates.count == 0);
}
static const char *head_name(const nsym_table *table, size_t index) {
    return index < table->coordinates.count ? table->coordinates.text[index] : "metric";
}
static const char *head_value(const nsym_table *table, size_t row, size_t index) {
    return index < table->coordinates.count ? table->row[row].value[index] : table->row[row].metric;
}

static void markdown_field(FILE *markdown, const char *text) {
    for (; *text; text++) {
        if (strchr("|*_<>\\`[]", *text)) fputc('\\', markdown);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, markdown);
    }
    fputs(" | ", markdown);
}

void nsym_table_markdown(const nsym_table *table, FILE *markdown) {
    char text[96];
    fputs("| ", markdown);
    for (size_t i = 0; i < heads(table); i++) markdown_field(markdown, head_name(table, i));
    fputs(" | ", markdown);
    for (size_t c = 0; c < table->values.count; c++) {
        if (table->column) fprintf(markdown, "%s ", table->column);
        markdown_field(markdown, table->column ? table->values.text[c] : "value");
    }
    fputs("\n|", markdown);
    for (size_t i = 0; i < heads(table) + 1; i++) fputs("---|", markdown);
    for (size_t c = 0; c < table->values.count; c++) fputs("---:|", markdown);
    fputc('\n', markdown);
    for (size_t r = 0; r < table->count; r++)
        for (int line = 0; line < (int)lines_of(&table->row[r]); line++) {
            fputs("| ", markdown);
            for (size_t i = 0; i < heads(table); i++)
                markdown_field(markdown, line == OURS ? head_value(table, r, i) : "");
            markdown_field(markdown, line_name[line]);
            for (size_t c = 0; c < table->values.count; c++) {
                cell_text(table, table->row[r].cell[c], line, text, sizeof text);
                fprintf(markdown, "%s | ", text);
            }
            fputc('\n', markdown);
        }
}

/* Characters of UTF-8 text, not bytes. */
static size_t width_of(const char *text) {
    size_t width = 0;
    for (; *text; text++) width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void padded(FILE *stream, const char *text, size_t width, bool right) {
    size_t pad = width > width_of(text) ? width - width_of(text) : 0;
    if (right) fprintf(stream, "%*s", (int)pad, "");
    for (; *text; text++) fputc((unsigned char)*text < ' ' || *text == 127 ? ' ' : *text, stream);
    if (!right) fprintf(stream, "%*s", (int)pad, "");
}

/* The pull of a terminal's line stands out by a mark: ! beyond 2, !! beyond 3. */
static void text_cell(const nsym_table *table, const nsym_result *cell, int line, char *text, size_t size) {
    if (line == PULL && cell && fabs(cell->pull) > 2)
        snprintf(text, size, "%s %+.1f", fabs(cell->pull) > 3 ? "!!" : "!", cell->pull);
    else
        cell_text(table, cell, line, text, size);
}

static size_t max(size_t a, size_t b) {
    return a > b ? a : b;
}

void nsym_table_text(const nsym_table *table, FILE *stream) {
    char text[96];
    size_t cell_width = 8;
    fprintf(stream, "%s\n", *table->title ? table->title : table->name);
    if (table->note) {
        fprintf(stream, "  %s\n", table->note);
        return;
    }
    for (size_t r = 0; r < table->count; r++)
        for (size_t c = 0; c < table->values.count; c++)
            for (int line = 0; line < LINES; line++) {
                text_cell(table, table->row[r].cell[c], line, text, sizeof text);
                cell_width = max(cell_width, width_of(text));
            }
    for (size_t c = 0; table->column && c < table->values.count; c++)
        cell_width = max(cell_width, width_of(table->column) + 1 + width_of(table->values.text[c]));
    for (size_t line = 0; line < table->count + 1; line++) {
        size_t r = line - 1; /* the first line is the head */
        for (int sub = 0; sub < (line ? (int)lines_of(&table->row[r]) : 1); sub++) {
            fputs("  ", stream);
            for (size_t i = 0; i < heads(table); i++) {
                size_t width = width_of(head_name(table, i));
                for (size_t k = 0; k < table->count; k++) width = max(width, width_of(head_value(table, k, i)));
                padded(stream, line == 0 ? head_name(table, i) : sub ? "" : head_value(table, r, i), width + 2, false);
            }
            if (any_reference(table)) padded(stream, line ? line_name[sub] : "", 6, false);
            for (size_t c = 0; c < table->values.count; c++) {
                if (line)
                    text_cell(table, table->row[r].cell[c], sub, text, sizeof text);
                else if (!table->column)
                    snprintf(text, sizeof text, "value");
                else
                    snprintf(text, sizeof text, "%s %s", table->column, table->values.text[c]);
                padded(stream, text, cell_width + 2, true);
            }
            fputc('\n', stream);
        }
    }
}

static void html_head(const nsym_table *table, FILE *html, bool lines) {
    size_t left = heads(table) + lines;
    fputs("<thead>", html);
    if (table->column) {
        fprintf(html, "<tr><th colspan=\"%zu\"></th><th class=\"over\" colspan=\"%zu\">", left, table->values.count);
        nsym_html_text(html, table->column);
        fputs("</th></tr>", html);
    }
    fputs("<tr>", html);
    for (size_t i = 0; i < heads(table); i++) {
        fputs("<th scope=\"col\">", html);
        nsym_html_text(html, head_name(table, i));
        fputs("</th>", html);
    }
    if (lines) fputs("<th></th>", html);
    for (size_t c = 0; c < table->values.count; c++) {
        fputs("<th scope=\"col\" class=\"n\">", html);
        nsym_html_text(html, table->column ? table->values.text[c] : "value");
        fputs("</th>", html);
    }
    fputs("</tr></thead>\n", html);
}

static void html_cell(const nsym_table *table, const nsym_result *cell, int line, FILE *html) {
    char text[96];
    const char *far = "";
    if (line == PULL && cell && isfinite(cell->pull))
        far = fabs(cell->pull) <= 2 ? " fine" : fabs(cell->pull) <= 3 ? " attention" : " far";
    cell_text(table, cell, line, text, sizeof text);
    fprintf(html, "<td class=\"n%s\">", far);
    if (*far) fputs("<span>", html);
    for (const char *c = text; *c; c++) {
        if (*c == '-')
            fputs("−", html);
        else
            fputc(*c, html);
    }
    fputs(*far ? "</span></td>" : "</td>", html);
}

void nsym_table_html(const nsym_table *table, FILE *html) {
    bool lines = any_reference(table);
    fputs("<div class=\"scroll\"><table>", html);
    html_head(table, html, lines);
    for (size_t r = 0; r < table->count; r++) {
        size_t count = lines_of(&table->row[r]);
        fputs("<tbody>", html);
        for (int line = 0; line < (int)count; line++) {
            fprintf(html, "<tr class=\"%s\">", line_name[line]);
            for (size_t i = 0; line == OURS && i < heads(table); i++) {
                fprintf(html, "<th scope=\"row\" rowspan=\"%zu\">", count);
                nsym_html_text(html, head_value(table, r, i));
                fputs("</th>", html);
            }
            if (lines) fprintf(html, "<td class=\"which\">%s</td>", line_name[line]);
            for (size_t c = 0; c < table->values.count; c++) html_cell(table, table->row[r].cell[c], line, html);
            fputs("</tr>", html);
        }
        fputs("</tbody>\n", html);
    }
    fputs("</table></div>\n", html);
}
