#include "report/template.h"

#include "base/fail.h"
#include <math.h>
#include <string.h>

enum { SIGMAS = 2 }; /* errors that a difference must exceed to be called one */

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

/* "0.756 ± 0.001": as many digits as the error allows. */
static const char *number_text(nsym_arena *arena, double value, double error, bool signed_text) {
    if (!isfinite(value)) return "–";
    int digits = error > 0 ? nsym_error_decimals(error) : 3;
    if (fabs(value) < 0.5 * pow(10, -digits)) value = 0; /* not -0.000 */
    const char *sign = value < 0 ? "−" : signed_text && value > 0 ? "+" : "";
    if (!(error > 0)) return nsym_arena_printf(arena, "%s%.*f", sign, digits, fabs(value));
    return nsym_arena_printf(arena, "%s%.*f ± %.*f", sign, digits, fabs(value), digits, error);
}

static const char *value_text(nsym_arena *arena, const nsym_result *row, nsym_error error) {
    return number_text(arena, row->mean, row->error[error], false);
}

/* The one result that passes; *row is NULL where there is none, or several. */
static nsym_status find(const nsym_report *report, const char *metric, const nsym_filter *filter,
                        const nsym_result **row) {
    nsym_status status = nsym_results_one(report->results, report->arena, metric, filter, row);
    if (status != NSYM_ENOTFOUND) return status;
    *row = NULL;
    return NSYM_OK;
}

/* The name that a reader knows a value by. */
static const char *name_of(const nsym_report *report, const nsym_result *row, const nsym_texts *coordinates) {
    const char *name = "";
    for (size_t i = 0; name && i < coordinates->count; i++) {
        const char *value = nsym_place_value(&row->place, coordinates->text[i]);
        name = nsym_arena_printf(report->arena, "%s%s%s", name, i ? ", " : "",
                                 nsym_card_label(report->card, value ? value : "–"));
    }
    return name ? name : "";
}

/* A difference, and its error where that is known. */
typedef struct {
    double value, error;
} difference;

/* METRIC_difference or METRIC_pair of `a`, where `b` was subtracted. */
static const nsym_result *paired(const nsym_report *report, const nsym_result *a, const nsym_result *b) {
    const nsym_results *results = report->results;
    size_t length = strlen(a->metric);
    for (size_t i = 0; i < results->count; i++) {
        const nsym_result *row = &results->result[i];
        if (strncmp(row->metric, a->metric, length) != 0 ||
            (strcmp(row->metric + length, "_difference") != 0 && strcmp(row->metric + length, "_pair") != 0))
            continue;
        const char *value = row->minus_name ? nsym_place_value(&b->place, row->minus_name) : NULL;
        if (value && nsym_value_same(value, row->minus_value) && nsym_place_same(&row->place, &a->place, NULL) &&
            nsym_place_same(&row->place, &b->place, row->minus_name))
            return row;
    }
    return NULL;
}

static difference difference_of(const nsym_report *report, const nsym_result *a, const nsym_result *b,
                                nsym_error error) {
    const nsym_result *row = paired(report, a, b);
    if (row) return (difference){row->mean, row->error[error]};
    row = paired(report, b, a);
    if (row) return (difference){-row->mean, row->error[error]};
    return (difference){a->mean - b->mean, hypot(a->error[error], b->error[error])};
}

/* "hybrid above general by 0.016 ± 0.003" */
static const char *verdict(const nsym_report *report, const nsym_placeholder *q, const nsym_result *a,
                           const nsym_result *b) {
    nsym_arena *arena = report->arena;
    difference d = difference_of(report, a, b, q->error);
    const char *of_a = name_of(report, a, &q->replaced), *of_b = name_of(report, b, &q->replaced);
    bool known = d.error > 0, apart = known && fabs(d.value) > SIGMAS * d.error;
    const char *size = number_text(arena, apart ? fabs(d.value) : d.value, d.error, !apart);
    if (!size) return NULL;
    if (!known) return nsym_arena_printf(arena, "%s against %s: %s, with no error known", of_a, of_b, size);
    if (!apart) return nsym_arena_printf(arena, "%s level with %s within two errors (%s)", of_a, of_b, size);
    return nsym_arena_printf(arena, "%s %s %s by %s", of_a, d.value > 0 ? "above" : "below", of_b, size);
}

static nsym_status two_results(const nsym_report *report, const nsym_placeholder *q, const char **out) {
    const nsym_result *a, *b;
    NSYM_TRY(find(report, q->metric, &q->first, &a));
    NSYM_TRY(find(report, q->metric, &q->second, &b));
    if (!a || !b || !isfinite(a->mean - b->mean)) {
        *out = q->form == NSYM_MINUS ? "–" : "nothing to compare in this run";
        return NSYM_OK;
    }
    difference d = difference_of(report, a, b, q->error);
    *out = q->form == NSYM_MINUS ? number_text(report->arena, d.value, d.error, true) : verdict(report, q, a, b);
    return *out ? NSYM_OK : no_memory();
}

/* The results that have a number, the largest first; none where two of them differ in more than the coordinate. */
static size_t sort_rows(const nsym_placeholder *q, const nsym_result **rows, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(rows[i]->mean)) continue;
        size_t k = kept++;
        const nsym_result *row = rows[i];
        for (; k > 0 && row->mean > rows[k - 1]->mean; k--) rows[k] = rows[k - 1];
        rows[k] = row;
    }
    for (size_t i = 1; i < kept; i++)
        if (!nsym_place_same(&rows[i]->place, &rows[0]->place, q->order)) return 0;
    return kept;
}

/* What stands before a result in an order: > behind what it is below by more than two errors, ≈ behind the first of a
   group that it is not, a comma where no error is known. */
static const char *sign_between(const nsym_report *report, const nsym_placeholder *q, const nsym_result *group,
                                const nsym_result *row) {
    difference d = difference_of(report, group, row, q->error);
    return !(d.error > 0) ? ", " : d.value > SIGMAS * d.error ? " > " : " ≈ ";
}

/* All results, the largest first. */
static nsym_status ordered(const nsym_report *report, const nsym_placeholder *q, const char **out) {
    const nsym_result **rows;
    nsym_texts coordinate = {.count = 1, .text = (const char *[]){q->order}};
    size_t n;
    NSYM_TRY(nsym_results_select(report->results, report->arena, q->metric, &q->first, &rows, &n));
    n = sort_rows(q, rows, n);
    *out = n ? "" : "–";
    for (size_t i = 0, group = 0; i < n; i++) {
        const char *sign = i ? sign_between(report, q, rows[group], rows[i]) : "";
        if (strcmp(sign, " ≈ ") != 0) group = i;
        const char *value = value_text(report->arena, rows[i], q->error);
        if (!value) return no_memory();
        *out = nsym_arena_printf(report->arena, "%s%s%s %s", *out, sign, name_of(report, rows[i], &coordinate), value);
        if (!*out) return no_memory();
    }
    return NSYM_OK;
}

/* What stands for a placeholder's inside. */
static nsym_status answer(const nsym_report *report, const char *inside, const char **out) {
    nsym_placeholder q;
    const nsym_result *row;
    NSYM_TRY(nsym_placeholder_read(&q, report->arena, report->card, inside));
    if (q.order) return ordered(report, &q, out);
    if (q.form != NSYM_VALUE) return two_results(report, &q, out);
    NSYM_TRY(find(report, q.metric, &q.first, &row));
    *out = row ? value_text(report->arena, row, q.error) : "–";
    return *out ? NSYM_OK : no_memory();
}

nsym_status nsym_template_fill(const nsym_report *report, const char *text, const char **out) {
    const char *filled = "";
    for (;;) {
        const char *open, *inside, *rest, *value;
        NSYM_TRY(nsym_placeholder_find(&open, &inside, &rest, report->arena, report->card, text));
        if (!open) break;
        NSYM_TRY(answer(report, inside, &value));
        filled = nsym_arena_printf(report->arena, "%s%.*s%s", filled, (int)(open - text), text, value);
        if (!filled) return no_memory();
        text = rest;
    }
    *out = nsym_arena_printf(report->arena, "%s%s", filled, text);
    return *out ? NSYM_OK : no_memory();
}
