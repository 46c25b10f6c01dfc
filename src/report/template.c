#include "report/template.h"

#include "base/fail.h"
#include <math.h>
#include <string.h>

enum { SIGMAS = 2 }; /* errors that a difference must exceed to be called one */

/* What stands in ${...}. */
typedef struct {
    const char *metric, *order; /* order: the coordinate to go through, or NULL */
    enum { VALUE, MINUS, AGAINST } form;
    nsym_filter first, second; /* second: of minus and against */
    nsym_texts replaced;       /* names that the second filter gives anew */
    nsym_error error;
} query;

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

static nsym_status read_word(query *q, const nsym_report *report, char *word, const char *inside) {
    bool minus = strcmp(word, "minus") == 0, against = strcmp(word, "against") == 0;
    if ((minus || against) && q->form == VALUE) {
        q->form = minus ? MINUS : AGAINST;
        q->second = q->first;
        return NSYM_OK;
    }
    char *equals = strchr(word, '=');
    if (!equals)
        return nsym_fail(NSYM_EINVAL, "%s: '%s' in a text's ${%s} is not name=value", report->card->name, word, inside);
    *equals = '\0';
    if (strcmp(word, "order") == 0) {
        q->order = equals + 1;
        return NSYM_OK;
    }
    nsym_error named = NSYM_TOTAL;
    while (named < NSYM_ERRORS && strcmp(equals + 1, nsym_error_name[named]) != 0) named++;
    if (strcmp(word, "error") == 0 && named < NSYM_ERRORS) {
        q->error = named;
        return NSYM_OK;
    }
    nsym_filter *filter = q->form == VALUE ? &q->first : &q->second;
    if (q->form != VALUE) NSYM_TRY(nsym_texts_add(&q->replaced, report->arena, word));
    return nsym_filter_add(filter, report->arena, filter, word, equals + 1);
}

static nsym_status read_query(query *q, const nsym_report *report, const char *inside) {
    char *words = nsym_arena_strdup(report->arena, inside), *rest = NULL;
    if (!words) return no_memory();
    *q = (query){.metric = strtok_r(words, " \t\n", &rest)};
    for (char *word; q->metric && (word = strtok_r(NULL, " \t\n", &rest));)
        NSYM_TRY(read_word(q, report, word, inside));
    if (!q->metric || (q->form != VALUE && (q->replaced.count == 0 || q->order)))
        return nsym_fail(NSYM_EINVAL, "%s: a text's ${%s} needs a metric, and name=value behind minus or against",
                         report->card->name, inside);
    return NSYM_OK;
}

/* "0.756 ± 0.001": as many digits as the error allows. */
static const char *number_text(nsym_arena *arena, double value, double error, const char *format) {
    if (!isfinite(value)) return "–";
    if (!(error > 0)) return nsym_arena_printf(arena, "%.3f", value);
    int digits = nsym_error_decimals(error);
    return nsym_arena_printf(arena, format, digits, value, digits, error);
}

static const char *value_text(nsym_arena *arena, const nsym_result *row, nsym_error error) {
    return number_text(arena, row->mean, row->error[error], "%.*f ± %.*f");
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

/* METRIC_difference of `a`, where it was taken from `b`. */
static const nsym_result *paired(const nsym_report *report, const nsym_result *a, const nsym_result *b) {
    const nsym_results *results = report->results;
    size_t length = strlen(a->metric);
    for (size_t i = 0; i < results->count; i++) {
        const nsym_result *row = &results->result[i];
        if (strncmp(row->metric, a->metric, length) != 0 || strcmp(row->metric + length, "_difference") != 0) continue;
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

/* "hybrid is above general by 0.016 ± 0.003" */
static const char *verdict(const nsym_report *report, const query *q, const nsym_result *a, const nsym_result *b) {
    nsym_arena *arena = report->arena;
    difference d = difference_of(report, a, b, q->error);
    const char *of_a = name_of(report, a, &q->replaced), *of_b = name_of(report, b, &q->replaced);
    if (!(d.error > 0)) {
        const char *text = number_text(arena, d.value, d.error, "%+.*f ± %.*f");
        return nsym_arena_printf(arena, "%s and %s differ by %s, with no error known", of_a, of_b, text ? text : "");
    }
    bool apart = fabs(d.value) > SIGMAS * d.error;
    const char *size = number_text(arena, apart ? fabs(d.value) : d.value, d.error, "%.*f ± %.*f");
    if (!size) return NULL;
    if (!apart) return nsym_arena_printf(arena, "%s and %s cannot be told apart (%s)", of_a, of_b, size);
    return nsym_arena_printf(arena, "%s is %s %s by %s", of_a, d.value > 0 ? "above" : "below", of_b, size);
}

static nsym_status two_results(const nsym_report *report, const query *q, const char **out) {
    const nsym_result *a, *b;
    NSYM_TRY(find(report, q->metric, &q->first, &a));
    NSYM_TRY(find(report, q->metric, &q->second, &b));
    if (!a || !b) {
        *out = q->form == MINUS ? "–" : "what is compared here was not measured";
        return NSYM_OK;
    }
    difference d = difference_of(report, a, b, q->error);
    *out = q->form == MINUS ? number_text(report->arena, d.value, d.error, "%+.*f ± %.*f") : verdict(report, q, a, b);
    return *out ? NSYM_OK : no_memory();
}

/* All results, the largest first. */
static nsym_status ordered(const nsym_report *report, const query *q, const char **out) {
    const nsym_result **rows;
    nsym_texts coordinate = {.count = 1, .text = (const char *[]){q->order}};
    size_t n;
    NSYM_TRY(nsym_results_select(report->results, report->arena, q->metric, &q->first, &rows, &n));
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && rows[k]->mean > rows[k - 1]->mean; k--) {
            const nsym_result *other = rows[k];
            rows[k] = rows[k - 1];
            rows[k - 1] = other;
        }
    *out = n ? "" : "–";
    for (size_t i = 0; i < n; i++) {
        difference d = i ? difference_of(report, rows[i - 1], rows[i], q->error) : (difference){0};
        const char *sign = i == 0 ? "" : d.value > SIGMAS * d.error ? " > " : " ≈ ";
        const char *value = value_text(report->arena, rows[i], q->error);
        if (!value) return no_memory();
        *out = nsym_arena_printf(report->arena, "%s%s%s %s", *out, sign, name_of(report, rows[i], &coordinate), value);
        if (!*out) return no_memory();
    }
    return NSYM_OK;
}

/* What stands for a placeholder's inside. */
static nsym_status answer(const nsym_report *report, const char *inside, const char **out) {
    query q;
    const nsym_result *row;
    NSYM_TRY(read_query(&q, report, inside));
    if (q.order) return ordered(report, &q, out);
    if (q.form != VALUE) return two_results(report, &q, out);
    NSYM_TRY(find(report, q.metric, &q.first, &row));
    *out = row ? value_text(report->arena, row, q.error) : "–";
    return *out ? NSYM_OK : no_memory();
}

nsym_status nsym_template_fill(const nsym_report *report, const char *text, const char **out) {
    const char *filled = "";
    for (;;) {
        const char *open = strstr(text, "${"), *close = open ? strchr(open, '}') : NULL, *value;
        if (!close) break;
        const char *inside = nsym_arena_printf(report->arena, "%.*s", (int)(close - open - 2), open + 2);
        if (!inside) return no_memory();
        NSYM_TRY(answer(report, inside, &value));
        filled = nsym_arena_printf(report->arena, "%s%.*s%s", filled, (int)(open - text), text, value);
        if (!filled) return no_memory();
        text = close + 1;
    }
    *out = nsym_arena_printf(report->arena, "%s%s", filled, text);
    return *out ? NSYM_OK : no_memory();
}
