#include "report/match.h"

#include "base/fail.h"
#include "report/gnuplot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIZES = 64 }; /* of a curve, at most */

/* What is matched: the place on a coordinate of the rows, and whether small values are good. */
typedef struct {
    size_t coordinate;
    const char *value;
    bool lower;
} matched;

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

static nsym_status read_entry(matched *out, const nsym_table *table, nsym_reader r, const nsym_node *node) {
    static const char *const sides[] = {"higher", "lower", NULL};
    size_t side = 0, named = 0;
    if (node->kind != NSYM_MAP || !table->over.count || table->by_metric)
        return nsym_fail_at(r.tree, node,
                            "%s.match must be a coordinate of the rows with the value to match, such as {model: "
                            "hybrid}, and the last of the columns the number of events, such as columns: size",
                            r.where);
    NSYM_TRY(nsym_read_choice((nsym_reader){r.tree, node, "match"}, "better", sides, &side));
    out->lower = side == 1;
    for (size_t i = 0; i < node->count; i++) {
        if (strcmp(node->child[i]->key, "better") == 0) continue;
        out->coordinate = 0;
        while (out->coordinate < table->coordinates.count &&
               strcmp(table->coordinates.text[out->coordinate], node->child[i]->key) != 0)
            out->coordinate++;
        if (out->coordinate == table->coordinates.count || node->child[i]->kind != NSYM_SCALAR)
            return nsym_fail_at(r.tree, node->child[i], "%s.match.%s is no coordinate of the table's rows with a value",
                                r.where, node->child[i]->key);
        out->value = node->child[i]->text;
        named++;
    }
    if (named == 1) return NSYM_OK;
    return nsym_fail_at(r.tree, node, "%s.match must name one coordinate, and names %zu", r.where, named);
}

/* The row that is matched beside a rival; NULL: it is that itself, or there is none. */
static const nsym_table_row *matched_beside(const nsym_table *table, const nsym_table_row *rival, const matched *m) {
    if (nsym_value_same(rival->value[m->coordinate], m->value)) return NULL;
    for (size_t r = 0; r < table->count; r++) {
        const nsym_table_row *row = &table->row[r];
        bool same = nsym_value_same(row->value[m->coordinate], m->value) && strcmp(row->metric, rival->metric) == 0;
        for (size_t i = 0; same && i < table->coordinates.count; i++)
            same = i == m->coordinate || nsym_value_same(row->value[i], rival->value[i]);
        if (same) return row;
    }
    return NULL;
}

/* Do two columns differ in the number of events alone? */
static bool along(const nsym_table *table, size_t a, size_t b) {
    for (size_t k = 0; k + 1 < table->over.count; k++)
        if (!nsym_value_same(table->column[a][k], table->column[b][k])) return false;
    return true;
}

/* The rival's curve through a column, (n) by rising size. */
typedef struct {
    size_t n;
    double size[SIZES], value[SIZES], error[SIZES];
} curve;

static nsym_status curve_through(curve *out, const nsym_table *table, const nsym_table_row *row, size_t column,
                                 const matched *m) {
    out->n = 0;
    for (size_t c = 0; c < table->columns; c++) {
        const nsym_result *cell = row->cell[c];
        double size = strtod(table->column[c][table->over.count - 1], NULL);
        if (!cell || !along(table, c, column) || !isfinite(cell->mean)) continue;
        if (!(size > 0))
            return nsym_fail(NSYM_ENOTFOUND, "%s is '%s' in a column, and must be a number of events above 0",
                             table->over.text[table->over.count - 1], table->column[c][table->over.count - 1]);
        if (out->n == SIZES) return nsym_fail(NSYM_ENOTFOUND, "it has more than %d sizes", SIZES);
        size_t at = out->n++;
        for (; at > 0 && out->size[at - 1] > size; at--) {
            out->size[at] = out->size[at - 1];
            out->value[at] = out->value[at - 1];
            out->error[at] = out->error[at - 1];
        }
        out->size[at] = size;
        out->value[at] = m->lower ? -cell->mean : cell->mean;
        out->error[at] = cell->error[table->error];
    }
    return NSYM_OK;
}

static nsym_status match_row(nsym_table_row *rival, const nsym_table *table, const nsym_table_row *best,
                             const matched *m) {
    for (size_t c = 0; c < table->columns; c++) {
        const nsym_result *target = best->cell[c];
        curve of_rival;
        if (!target || !isfinite(target->mean)) continue;
        NSYM_TRY(curve_through(&of_rival, table, rival, c, m));
        if (of_rival.n == 0) continue;
        NSYM_TRY(nsym_match_events(&rival->match[c].match, of_rival.size, of_rival.value, of_rival.error, of_rival.n,
                                   m->lower ? -target->mean : target->mean, target->error[table->error]));
        rival->match[c].is = true;
    }
    return NSYM_OK;
}

nsym_status nsym_table_match(nsym_table *table, nsym_arena *arena, nsym_reader r) {
    const nsym_node *node = nsym_node_at(r.node, "match");
    matched m = {0};
    size_t rivals = 0;
    if (!node) return NSYM_OK;
    NSYM_TRY(read_entry(&m, table, r, node));
    table->matched = m.value;
    for (size_t i = 0; i < table->count; i++) {
        const nsym_table_row *best = matched_beside(table, &table->row[i], &m);
        if (!best) continue;
        table->row[i].match = nsym_arena_alloc(arena, table->columns + 1, sizeof *table->row[i].match);
        if (!table->row[i].match) return no_memory();
        NSYM_TRY(match_row(&table->row[i], table, best, &m));
        rivals++;
    }
    if (rivals || table->count == 0) return NSYM_OK;
    return nsym_fail(NSYM_ENOTFOUND, "no row has a rival with %s %s", table->coordinates.text[m.coordinate], m.value);
}

/* A number of events with two digits, and all of a size that was given. */
static double two_digits(double events) {
    double step = pow(10, floor(log10(events)) - 1);
    return events >= 10 ? step * round(events / step) : events;
}

void nsym_match_text(const nsym_match *m, char *text, size_t size) {
    if (m->place == NSYM_MATCH_WITHIN)
        snprintf(text, size, "%.0f (%.0f to %.0f)", two_digits(m->events), two_digits(m->low), two_digits(m->high));
    else
        snprintf(text, size, "%s %.0f",
                 m->place == NSYM_MATCH_MORE ? (m->level ? "≳" : ">")
                 : m->level                  ? "≲"
                                             : "<",
                 m->events);
}

void nsym_match_below(const nsym_table *table, char *text, size_t size) {
    text[0] = '\0';
    if (!table->matched) return;
    snprintf(
        text, size,
        "Number of training events with which a method reaches the value of %s in the same column, interpolated "
        "linearly in the logarithm. Brackets: one standard deviation to either side. > or <: more or fewer than all "
        "sizes of this run. ≳ or ≲: the same, but the values agree within two errors.",
        nsym_card_label(table->card, table->matched));
}

void nsym_match_csv(const nsym_table *table, FILE *csv) {
    static const char *const places[] = {
        [NSYM_MATCH_WITHIN] = "within", [NSYM_MATCH_FEWER] = "fewer", [NSYM_MATCH_MORE] = "more"};
    for (size_t i = 0; i < table->coordinates.count + table->over.count; i++) {
        bool row = i < table->coordinates.count;
        nsym_csv_text(csv, row ? table->coordinates.text[i] : table->over.text[i - table->coordinates.count]);
        fputc(',', csv);
    }
    fputs("metric,place,events,low,high,level\n", csv);
    for (size_t r = 0; r < table->count; r++)
        for (size_t c = 0; c < table->columns; c++) {
            const nsym_table_row *row = &table->row[r];
            if (!row->match || !row->match[c].is) continue;
            const nsym_match *m = &row->match[c].match;
            for (size_t i = 0; i < table->coordinates.count + table->over.count; i++) {
                bool of_row = i < table->coordinates.count;
                nsym_csv_text(csv, of_row ? row->value[i] : table->column[c][i - table->coordinates.count]);
                fputc(',', csv);
            }
            fprintf(csv, "%s,%s,", row->metric, places[m->place]);
            nsym_csv_number(csv, m->events);
            fputc(',', csv);
            nsym_csv_number(csv, m->low);
            fputc(',', csv);
            nsym_csv_number(csv, m->high);
            fprintf(csv, ",%s\n", m->level ? "true" : "false");
        }
}
