#include "report/table.h"

#include "base/fail.h"
#include "report/match.h"
#include <math.h>
#include <string.h>

enum { COLUMNS = 1000 }; /* at most */

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

static nsym_status read_entry(nsym_table *table, nsym_reader r, nsym_arena *arena, nsym_texts *values,
                              nsym_filter *filter) {
    static const char *const keys[] = {"name",    "title",      "caption", "paper",  "metric", "rows",
                                       "columns", "values",     "where",   "digits", "error",  "labels",
                                       "limit",   "difference", "match",   NULL};
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    NSYM_TRY(nsym_check_keys(r, keys));
    NSYM_TRY(nsym_read_text(r, "name", &table->name));
    if (!*table->name || strspn(table->name, allowed) != strlen(table->name))
        return nsym_fail_at(r.tree, r.node, "%s.name is '%s', must be letters, digits, '_' and '-': it names the files",
                            r.where, table->name);
    NSYM_TRY(nsym_read_text(r, "title", &table->title));
    NSYM_TRY(nsym_read_text(r, "caption", &table->caption));
    NSYM_TRY(nsym_read_text(r, "paper", &table->paper));
    NSYM_TRY(nsym_error_read(r, &table->error));
    NSYM_TRY(nsym_read_bool(r, "difference", &table->differences));
    NSYM_TRY(nsym_read_size(r, "digits", 0, 9, &table->digits));
    NSYM_TRY(read_texts(table, r, arena, "metric", &table->metrics));
    NSYM_TRY(read_texts(table, r, arena, "rows", &table->coordinates));
    NSYM_TRY(read_texts(table, r, arena, "columns", &table->over));
    table->by_metric = table->over.count > 0 && strcmp(table->over.text[table->over.count - 1], "metric") == 0;
    NSYM_TRY(read_texts(table, r, arena, "values", values));
    table->labels = nsym_node_at(r.node, "labels");
    if (table->labels && table->labels->kind != NSYM_MAP)
        return nsym_fail_at(r.tree, table->labels, "%s.labels must be a map such as {pfn: a particle-flow network}",
                            r.where);
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
        bool same = table->by_metric || strcmp(table->row[r].metric, result->metric) == 0;
        for (size_t i = 0; same && i < n; i++) same = nsym_value_same(table->row[r].value[i], value[i]);
        if (same) return NSYM_OK;
    }
    table->row[table->count++] = (nsym_table_row){.metric = result->metric, .value = value};
    return NSYM_OK;
}

/* The values of a result's column, from the arena; *out is NULL where it lacks a coordinate. */
static nsym_status column_of(const nsym_table *table, nsym_arena *arena, const nsym_result *result, const char ***out) {
    const char **value = nsym_arena_alloc(arena, table->over.count + 1, sizeof *value);
    *out = NULL;
    if (!value) return no_memory();
    for (size_t k = 0; k < table->over.count; k++) {
        bool metric = table->by_metric && k + 1 == table->over.count;
        value[k] = metric ? result->metric : nsym_place_value(&result->place, table->over.text[k]);
        if (!value[k]) return NSYM_OK;
    }
    *out = value;
    return NSYM_OK;
}

/* The columns: every combination of the values (over.count lists), the last coordinate's fastest. */
static nsym_status combine(nsym_table *table, nsym_arena *arena, const nsym_texts *values) {
    size_t levels = table->over.count;
    table->columns = 1;
    for (size_t k = 0; k < levels; k++) {
        table->columns *= values[k].count;
        if (table->columns > COLUMNS)
            return nsym_fail(NSYM_ENOTFOUND, "it would have more than %d columns: name fewer in `where` or `values`",
                             COLUMNS);
    }
    table->column = nsym_arena_alloc(arena, table->columns + 1, sizeof *table->column);
    if (!table->column) return no_memory();
    for (size_t c = 0; c < table->columns; c++) {
        table->column[c] = nsym_arena_alloc(arena, levels + 1, sizeof **table->column);
        if (!table->column[c]) return no_memory();
        size_t rest = c;
        for (size_t k = levels; k-- > 0; rest /= values[k].count)
            table->column[c][k] = values[k].text[rest % values[k].count];
    }
    return NSYM_OK;
}

/* Rows and columns: those that the results have, in their order; `given` values of the last coordinate are all there
 * are of it. */
static nsym_status lay_out(nsym_table *table, nsym_arena *arena, const nsym_results *results, const nsym_texts *given,
                           const nsym_filter *filter) {
    size_t levels = table->over.count;
    table->row = nsym_arena_alloc(arena, results->count + 1, sizeof *table->row);
    nsym_texts *values = nsym_arena_alloc(arena, levels + 1, sizeof *values);
    if (!table->row || !values) return no_memory();
    for (size_t m = 0; m < table->metrics.count; m++) {
        const nsym_result **rows;
        size_t n;
        NSYM_TRY(nsym_results_select(results, arena, table->metrics.text[m], filter, &rows, &n));
        for (size_t i = 0; i < n; i++) {
            const char **value;
            NSYM_TRY(column_of(table, arena, rows[i], &value));
            if (!value) continue;
            NSYM_TRY(row_of(table, arena, rows[i]));
            for (size_t k = 0; k < levels; k++) NSYM_TRY(nsym_texts_add(&values[k], arena, value[k]));
        }
    }
    for (size_t k = 0; k < levels; k++) nsym_texts_sort(&values[k]);
    if (table->by_metric) values[levels - 1] = table->metrics;
    if (levels && given->count) values[levels - 1] = *given;
    return combine(table, arena, values);
}

/* Leaves out the columns that the study has no number for, such as epoch 100 of a short run. */
static void drop_empty_columns(nsym_table *table) {
    size_t kept = 0;
    for (size_t c = 0; c < table->columns; c++) {
        bool filled = false;
        for (size_t r = 0; r < table->count; r++) filled |= table->row[r].cell[c] != NULL;
        if (!filled) continue;
        for (size_t r = 0; r < table->count; r++) table->row[r].cell[kept] = table->row[r].cell[c];
        table->column[kept++] = table->column[c];
    }
    table->columns = kept;
}

static nsym_status look_up(nsym_table *table, nsym_arena *arena, const nsym_results *results,
                           const nsym_filter *filter) {
    double spread = INFINITY;
    for (size_t r = 0; r < table->count; r++) {
        nsym_table_row *row = &table->row[r];
        row->cell = nsym_arena_alloc(arena, table->columns + 1, sizeof *row->cell);
        if (!row->cell) return no_memory();
        nsym_filter of_row = *filter;
        for (size_t i = 0; i < table->coordinates.count; i++)
            NSYM_TRY(nsym_filter_add(&of_row, arena, &of_row, table->coordinates.text[i], row->value[i]));
        for (size_t c = 0; c < table->columns; c++) {
            nsym_filter of_cell = of_row;
            size_t coordinates = table->over.count - table->by_metric;
            for (size_t k = 0; k < coordinates; k++)
                NSYM_TRY(nsym_filter_add(&of_cell, arena, &of_cell, table->over.text[k], table->column[c][k]));
            const char *metric = table->by_metric ? table->column[c][coordinates] : row->metric;
            NSYM_TRY(nsym_results_one(results, arena, metric, &of_cell, &row->cell[c]));
            const nsym_result *cell = row->cell[c];
            if (!cell) continue;
            row->reference |= isfinite(cell->reference);
            table->differences |= isfinite(cell->tolerance);
            if (cell->error[table->error] > 0) spread = fmin(spread, cell->error[table->error]);
        }
    }
    drop_empty_columns(table);
    table->by_error = table->digits > 9;
    if (table->by_error) table->digits = isfinite(spread) ? (size_t)nsym_error_decimals(spread) : 3;
    return NSYM_OK;
}

/* The number that `limit` names: of the table's first metric, where it names no other. */
static nsym_status read_limit(nsym_table *table, nsym_reader r, nsym_arena *arena, const nsym_results *results) {
    static const char *const keys[] = {"title", "metric", "where", NULL};
    const nsym_node *node = nsym_node_at(r.node, "limit");
    if (!node) return NSYM_OK;
    const char *where = nsym_arena_printf(arena, "%s.limit", r.where), *metric = table->metrics.text[0];
    if (!where) return no_memory();
    nsym_reader of_limit = {r.tree, node, where};
    nsym_filter filter;
    table->limit_title = "limit";
    NSYM_TRY(nsym_check_keys(of_limit, keys));
    NSYM_TRY(nsym_read_text(of_limit, "title", &table->limit_title));
    NSYM_TRY(nsym_read_text(of_limit, "metric", &metric));
    NSYM_TRY(nsym_filter_read(&filter, arena, r.tree, nsym_node_at(node, "where")));
    nsym_status status = nsym_results_one(results, arena, metric, &filter, &table->limit);
    if (status == NSYM_OK && !table->limit) status = nsym_results_missing(results, arena, metric, &filter, NULL);
    if (status != NSYM_ENOTFOUND) return status;
    table->limit_note = nsym_arena_strdup(arena, nsym_message());
    return table->limit_note ? NSYM_OK : no_memory();
}

/* Says why the table is empty. */
static nsym_status nothing(const nsym_table *table, nsym_arena *arena, const nsym_results *results,
                           const nsym_filter *filter) {
    const nsym_texts *names[] = {&table->coordinates, &table->over};
    const char **needs = nsym_arena_alloc(arena, names[0]->count + names[1]->count + 1, sizeof *needs);
    if (!needs) return no_memory();
    for (size_t k = 0, n = 0; k < 2; k++)
        for (size_t i = 0; i < names[k]->count; i++) needs[n++] = names[k]->text[i];
    return nsym_results_missing(results, arena, table->metrics.text[0], filter, needs);
}

nsym_status nsym_table_read(nsym_table *table, nsym_arena *arena, const nsym_tree *card, const nsym_node *node,
                            const char *where, const nsym_results *results) {
    nsym_filter filter = {0};
    nsym_texts given = {0};
    nsym_reader r = {card, node, where};
    *table =
        (nsym_table){.name = "", .title = "", .caption = "", .paper = "", .digits = NSYM_TABLE_DIGITS, .card = card};
    NSYM_TRY(read_entry(table, r, arena, &given, &filter));
    NSYM_TRY(read_limit(table, r, arena, results));
    nsym_status status = lay_out(table, arena, results, &given, &filter);
    if (status == NSYM_OK) status = look_up(table, arena, results, &filter);
    if (status == NSYM_OK && table->count == 0) status = nothing(table, arena, results, &filter);
    if (status == NSYM_OK) status = nsym_table_match(table, arena, r);
    if (status != NSYM_ENOTFOUND) return status;
    table->note = nsym_arena_strdup(arena, nsym_message());
    table->count = table->columns = 0;
    return table->note ? NSYM_OK : no_memory();
}
