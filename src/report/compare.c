/* Two output folders side by side. */
#include <nearsym/report.h>

#include "base/fail.h"
#include "report/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_DIGITS = 6, DIFFERENCE_DIGITS = 3 }; /* significant ones, of numbers without an error */

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the comparison");
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_same(const nsym_result *a, const nsym_result *b) {
    return strcmp(a->metric, b->metric) == 0 && same_text(a->minus_name, b->minus_name) &&
           same_text(a->minus_value, b->minus_value) && nsym_place_same(&a->place, &b->place, NULL);
}

/* What stands at the same coordinates; NULL: nothing. `hint`: where it is looked for first, as both are in one order.
 */
static const nsym_result *other_of(const nsym_result *row, const nsym_results *in, size_t *hint) {
    for (size_t i = 0; i < in->count; i++) {
        size_t k = (*hint + i) % in->count;
        if (!is_same(row, &in->result[k])) continue;
        *hint = k + 1;
        return &in->result[k];
    }
    return NULL;
}

static void write_place(FILE *out, const nsym_result *row) {
    fprintf(out, "%s", row->metric);
    for (size_t i = 0; i < row->place.count; i++) fprintf(out, ", %s %s", row->place.name[i], row->place.value[i]);
    if (row->minus_name) fprintf(out, ", minus that of %s %s", row->minus_name, row->minus_value);
    fputc('\n', out);
}

/* A number with as many decimals as its error allows; one without error with so many significant digits, or whole. */
static void write_number(FILE *out, const char *before, double value, double error, int digits) {
    int decimals = error > 0 ? nsym_error_decimals(error) : 0;
    bool whole = fabs(value) < 1e15 && value == floor(value);
    if (error > 0 || whole)
        fprintf(out, "%s%.*f", before, decimals, value);
    else
        fprintf(out, "%s%.*g", before, digits, value);
    if (isfinite(error)) fprintf(out, " ± %.*f", decimals, error);
}

static void write_pair(FILE *out, const nsym_result *a, const nsym_result *b) {
    double x = a->error[NSYM_TOTAL], y = b->error[NSYM_TOTAL], error = sqrt(x * x + y * y), less = a->mean - b->mean;
    write_place(out, a);
    write_number(out, "  ", a->mean, x, VALUE_DIGITS);
    write_number(out, "   ", b->mean, y, VALUE_DIGITS);
    write_number(out, less < 0 ? "   difference " : "   difference +", less, error, DIFFERENCE_DIGITS);
    if (error > 0) fprintf(out, ", %.1f sigma", less / error);
    fputc('\n', out);
}

static bool is_wanted(const nsym_result *row, const char *metric) {
    return !metric || strcmp(row->metric, metric) == 0;
}

/* What `a` has and `b` has not. */
static void write_missing(FILE *out, const nsym_results *a, const nsym_results *b, const char *metric) {
    size_t hint = 0, n = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (!is_wanted(&a->result[i], metric) || other_of(&a->result[i], b, &hint)) continue;
        if (n++ == 0) fprintf(out, "\nonly in %s:\n", a->folder);
        fputs("  ", out);
        write_place(out, &a->result[i]);
    }
}

static size_t write_all(FILE *out, const nsym_results *a, const nsym_results *b, const char *metric) {
    size_t hint = 0, common = 0;
    fprintf(out, "%s, %s, their difference with both errors in quadrature\n\n", a->folder, b->folder);
    for (size_t i = 0; i < a->count; i++) {
        const nsym_result *other = is_wanted(&a->result[i], metric) ? other_of(&a->result[i], b, &hint) : NULL;
        if (!other) continue;
        write_pair(out, &a->result[i], other);
        common++;
    }
    write_missing(out, a, b, metric);
    write_missing(out, b, a, metric);
    return common;
}

nsym_status nsym_report_compare(char **text, const char *folder, const char *other, const char *metric) {
    nsym_results *a = NULL, *b = NULL;
    size_t size, common = 0;
    *text = NULL;
    nsym_status status = nsym_results_read(&a, folder);
    if (status == NSYM_OK) status = nsym_results_read(&b, other);
    FILE *out = status == NSYM_OK ? open_memstream(text, &size) : NULL;
    if (status == NSYM_OK && !out) status = no_memory();
    if (out) common = write_all(out, a, b, metric);
    if (out && fclose(out) != 0) status = no_memory();
    if (status == NSYM_OK && common == 0)
        status = nsym_fail(NSYM_ENOTFOUND, "%s and %s have no %s at the same coordinates", folder, other,
                           metric ? metric : "number");
    if (status != NSYM_OK) {
        free(*text);
        *text = NULL;
    }
    nsym_results_free(a);
    nsym_results_free(b);
    return status;
}
