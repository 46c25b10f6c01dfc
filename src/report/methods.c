/* Which way to meet a broken symmetry pays, in a sentence or three. */
#define _GNU_SOURCE /* open_memstream */
#include <nearsym/report.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/folder.h"
#include "report/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAYS 2. /* standard deviations of the difference from no copies */
#define BROKEN 3.

/* A method at a size of the training sample. */
typedef struct {
    const char *method;
    double size, auc, gain, error; /* gain over no copies; 0 of that itself */
} row;

typedef struct {
    size_t count;
    row *row; /* (count) */
    const nsym_tree *card;
} rows;

static double sigma_of(const row *r) {
    return r->error > 0 ? r->gain / r->error : 0;
}

static double size_of(const nsym_result *r) {
    const char *text = nsym_place_value(&r->place, "size");
    return text ? strtod(text, NULL) : NAN;
}

/* The gain of a method over no copies, and its error, where the results have it. */
static void find_gain(row *out, const nsym_results *results) {
    for (size_t i = 0; i < results->count; i++) {
        const nsym_result *r = &results->result[i];
        const char *method = nsym_place_value(&r->place, "method");
        if (strcmp(r->metric, "auc_final_difference") != 0 || !method || strcmp(method, out->method) != 0) continue;
        if (size_of(r) != out->size) continue;
        out->gain = r->mean;
        out->error = r->error[NSYM_TOTAL];
    }
}

static nsym_status collect(rows *out, const nsym_results *results) {
    out->row = calloc(results->count + 1, sizeof *out->row);
    if (!out->row) return nsym_fail(NSYM_ENOMEM, "no memory for %zu results", results->count);
    for (size_t i = 0; i < results->count; i++) {
        const nsym_result *r = &results->result[i];
        const char *method = nsym_place_value(&r->place, "method");
        if (strcmp(r->metric, "auc_final") != 0 || !method || !isfinite(size_of(r)) || !isfinite(r->mean)) continue;
        row *at = &out->row[out->count++];
        *at = (row){.method = method, .size = size_of(r), .auc = r->mean};
        find_gain(at, results);
    }
    if (out->count) return NSYM_OK;
    return nsym_fail(NSYM_ENOTFOUND, "%s has no methods to compare", results->folder);
}

/* Of the methods at a size the one of the largest AUC, or that is the surest to pay. */
static const row *best(const rows *all, double size, bool surest) {
    const row *found = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const row *r = &all->row[i];
        if (r->size != size) continue;
        if (!found || (surest ? sigma_of(r) > sigma_of(found) : r->auc > found->auc)) found = r;
    }
    return found;
}

/* The largest size below `below`; 0: none. */
static double next_size(const rows *all, double below) {
    double found = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->row[i].size < below && all->row[i].size > found) found = all->row[i].size;
    return found;
}

static const char *label(const rows *all, const row *r) {
    return nsym_card_label(all->card, r->method);
}

static void print_gain(FILE *out, const row *r) {
    if (r->error > 0)
        fprintf(out, "%+.4f ± %.4f", r->gain, r->error);
    else
        fprintf(out, "%+.4f", r->gain);
}

/* The largest size; true: something pays there. */
static bool print_largest(FILE *out, const rows *all, double size) {
    const row *top = best(all, size, false), *sure = best(all, size, true);
    bool pays = sigma_of(sure) > PAYS;
    fprintf(out, "With %.0f training events '%s' has the best AUC, %.4f", size, label(all, top), top->auc);
    if (strcmp(top->method, "none") == 0) {
        fputs(": no method is better.\n", out);
        return false;
    }
    fputs(". It exceeds 'no copies' by ", out);
    print_gain(out, top);
    fprintf(out, sigma_of(top) > PAYS ? " (%.1f sigma): it pays.\n" : " (%.1f sigma): this may be chance.\n",
            sigma_of(top));
    if (pays && sigma_of(top) <= PAYS) {
        fprintf(out, "'%s' pays: ", label(all, sure));
        print_gain(out, sure);
        fprintf(out, " (%.1f sigma).\n", sigma_of(sure));
    }
    return pays;
}

static void print_sizes(FILE *out, const rows *all) {
    double size = next_size(all, INFINITY);
    bool any = print_largest(out, all, size);
    while ((size = next_size(all, size)) > 0) {
        const row *sure = best(all, size, true);
        if (!(sigma_of(sure) > PAYS)) continue;
        any = true;
        fprintf(out, "With %.0f training events '%s' gains most significantly: ", size, label(all, sure));
        print_gain(out, sure);
        fprintf(out, " (%.1f sigma).\n", sigma_of(sure));
    }
    if (!any) fprintf(out, "No method pays at these sizes: none exceeds 'no copies' by %g sigma.\n", PAYS);
}

static void print_detector(FILE *out, const nsym_symmetry_result *r) {
    if (!r || !r->asked[NSYM_SYMMETRY_COMMUTATOR] || strcmp(r->detector, "none") == 0) return;
    const nsym_distinguished *a = &r->answer[NSYM_SYMMETRY_COMMUTATOR];
    double sigma = a->auc_error > 0 ? (a->auc - 0.5) / a->auc_error : 0;
    if (a->same || sigma <= PAYS)
        fprintf(out, "The detector commutes%s: copies made after it are as good as copies made before it.\n",
                a->same ? "" : " as far as these events can tell");
    else
        fprintf(out,
                "The detector %s (AUC %.4f ± %.4f): copies made before it are what it would "
                "have measured, copies made after it differ.\n",
                sigma > BROKEN ? "does not commute" : "perhaps does not commute", a->auc, a->auc_error);
}

nsym_status nsym_report_methods(char **text, const char *folder, const nsym_symmetry_result *result) {
    char path[NSYM_PATH_SIZE];
    size_t size;
    nsym_results *results = NULL;
    nsym_tree *card = NULL;
    rows all = {0};
    *text = NULL;
    nsym_status status = nsym_folder_path(path, folder, "study.resolved.yaml");
    if (status == NSYM_OK) status = nsym_results_read(&results, folder);
    if (status == NSYM_OK) status = nsym_tree_read(&card, path);
    all.card = card;
    if (status == NSYM_OK) status = collect(&all, results);
    FILE *out = status == NSYM_OK ? open_memstream(text, &size) : NULL;
    if (status == NSYM_OK && !out) status = nsym_fail(NSYM_ENOMEM, "no memory for a text");
    if (status == NSYM_OK) {
        print_sizes(out, &all);
        print_detector(out, result);
        if (fclose(out) != 0) status = nsym_fail(NSYM_ENOMEM, "no memory for a text");
    }
    free(all.row);
    nsym_tree_free(card);
    nsym_results_free(results);
    return status;
}
