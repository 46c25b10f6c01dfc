#include "study/outcome.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include <nearsym/events.h>
#include <nearsym/stats.h>

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One member's measures as they come from the ledger, laid over the results of its point. */
typedef struct {
    nsym_outcome *results;
    const nsym_point *point;
    size_t first, next; /* the point's first result; the one the next measure belongs to */
    bool adding;        /* the first member adds results, the others must find them */
    double *values;     /* (results of the point, members), grown with the results */
    size_t member;
    nsym_status status;
} laying;

static nsym_status grow(nsym_outcome *results) {
    if (results->count < results->capacity) return NSYM_OK;
    size_t capacity = results->capacity ? 2 * results->capacity : 256;
    nsym_outcome_row *more = realloc(results->result, capacity * sizeof *more);
    if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for %zu results", capacity);
    results->result = more;
    results->capacity = capacity;
    return NSYM_OK;
}

static nsym_status lay(laying *l, const nsym_measure *measure) {
    nsym_outcome *results = l->results;
    if (l->adding) {
        size_t row = results->count - l->first;
        NSYM_TRY(grow(results));
        double *values = realloc(l->values, (row + 1) * l->point->members * sizeof *values);
        if (!values) return nsym_fail(NSYM_ENOMEM, "no memory for the results of %s", l->point->experiment);
        l->values = values;
        nsym_outcome_row *fresh = &results->result[results->count++];
        *fresh = (nsym_outcome_row){.point = l->point, .epoch = measure->epoch, .members = l->point->members};
        snprintf(fresh->metric, sizeof fresh->metric, "%s", measure->metric);
    }
    size_t at = l->next++;
    if (at >= results->count || strcmp(results->result[at].metric, measure->metric) != 0 ||
        results->result[at].epoch != measure->epoch)
        return nsym_fail(NSYM_EFORMAT,
                         "member %zu of a point of %s did not measure what member 1 did; the ledger is damaged",
                         l->member + 1, l->point->experiment);
    l->values[(at - l->first) * l->point->members + l->member] = measure->value;
    return NSYM_OK;
}

static void visit_measure(void *context, const nsym_measure *measure) {
    laying *l = context;
    if (l->status == NSYM_OK) l->status = lay(l, measure);
}

nsym_status nsym_outcome_gather(nsym_outcome *results, nsym_ledger *ledger, const nsym_point *point,
                                const char *const *keys) {
    laying l = {.results = results, .point = point, .first = results->count, .adding = true};
    nsym_status status = NSYM_OK;
    for (l.member = 0; status == NSYM_OK && l.member < point->members; l.member++) {
        l.next = l.first;
        status = nsym_ledger_read(ledger, keys[l.member], visit_measure, &l);
        if (status == NSYM_OK) status = l.status;
        if (status == NSYM_OK && l.next != results->count)
            status = nsym_fail(NSYM_EFORMAT,
                               "member %zu of a point of %s measured less than member 1; the ledger is damaged",
                               l.member + 1, point->experiment);
        l.adding = false;
    }
    for (size_t i = l.first; status == NSYM_OK && i < results->count; i++) {
        nsym_spread spread = nsym_spread_of(l.values + (i - l.first) * point->members, point->members);
        results->result[i].mean = spread.mean;
        results->result[i].std = spread.std;
    }
    free(l.values);
    return status;
}

void nsym_outcome_free(nsym_outcome *results) {
    free(results->result);
    *results = (nsym_outcome){0};
}

/* Does a point stand where a reference's `where` says? */
static bool matches(const nsym_point *point, const nsym_node *where) {
    for (size_t i = 0; where && i < where->count; i++) {
        const nsym_node *wanted = where->child[i];
        const char *has =
            strcmp(wanted->key, "experiment") == 0 ? point->experiment : nsym_point_value(point, wanted->key);
        if (!has || wanted->kind != NSYM_SCALAR || strcmp(has, wanted->text) != 0) return false;
    }
    return true;
}

/* Number `i` of a list, or a scalar for every i. */
static nsym_status number_at(const nsym_tree *tree, const nsym_node *node, size_t i, double *out) {
    const nsym_node *at = node->kind == NSYM_LIST ? node->child[i] : node;
    if (at->kind != NSYM_SCALAR || !nsym_text_number(at->text, out) || !isfinite(*out))
        return nsym_fail_at(tree, at, "%s must be a number or a list of numbers", node->key);
    return NSYM_OK;
}

/* Refuses a published value that is not whole, whether a result answers to it or not: lists are as long as that of the
   epochs, or of one entry where there are none. */
static nsym_status check_value(const nsym_tree *tree, const nsym_node *value) {
    static const char *const known[] = {"where", "metric", "epoch", "mean", "std", "error", "source", NULL};
    static const char *const numbers[] = {"epoch", "mean", "std", "error"};
    NSYM_TRY(nsym_check_keys((nsym_reader){tree, value, "values"}, known));
    const nsym_node *metric = nsym_node_at(value, "metric"), *where = nsym_node_at(value, "where"),
                    *epochs = nsym_node_at(value, "epoch");
    if (!metric || metric->kind != NSYM_SCALAR || !nsym_node_at(value, "mean"))
        return nsym_fail_at(tree, value, "a published value needs 'metric' and 'mean'");
    if (where && where->kind != NSYM_MAP)
        return nsym_fail_at(tree, where, "where must be a map such as {experiment: epochs, model: general}");
    size_t entries = epochs && epochs->kind == NSYM_LIST ? epochs->count : 1;
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        const nsym_node *node = nsym_node_at(value, numbers[k]);
        double number;
        if (node && node->kind == NSYM_LIST && node->count != entries)
            return nsym_fail_at(tree, node, "%s has %zu entries, must have %zu, one for each epoch", numbers[k],
                                node->count, entries);
        for (size_t i = 0; node && i < entries; i++) NSYM_TRY(number_at(tree, node, i, &number));
    }
    return NSYM_OK;
}

/* Which entry of the reference's lists belongs to a result; NSYM_NONE: none. */
static nsym_status entry_of(const nsym_tree *tree, const nsym_node *epochs, const nsym_outcome_row *result,
                            size_t *entry) {
    *entry = NSYM_NONE;
    if (!epochs) {
        if (result->epoch == 0) *entry = 0;
        return NSYM_OK;
    }
    for (size_t i = 0; i < (epochs->kind == NSYM_LIST ? epochs->count : 1); i++) {
        double epoch = 0;
        NSYM_TRY(number_at(tree, epochs, i, &epoch));
        if (epoch == (double)result->epoch) *entry = i;
    }
    return NSYM_OK;
}

static nsym_status compare_one(nsym_outcome_row *result, const nsym_tree *tree, const nsym_node *value) {
    const nsym_node *metric = nsym_node_at(value, "metric"), *mean = nsym_node_at(value, "mean"),
                    *std = nsym_node_at(value, "std"), *error = nsym_node_at(value, "error");
    if (strcmp(metric->text, result->metric) != 0 || !matches(result->point, nsym_node_at(value, "where")))
        return NSYM_OK;
    size_t entry;
    double left_open = 0;
    NSYM_TRY(entry_of(tree, nsym_node_at(value, "epoch"), result, &entry));
    if (entry == NSYM_NONE) return NSYM_OK;
    NSYM_TRY(number_at(tree, mean, entry, &result->reference));
    if (std) NSYM_TRY(number_at(tree, std, entry, &result->reference_std));
    if (error) NSYM_TRY(number_at(tree, error, entry, &left_open));
    double variance =
        result->std * result->std + result->reference_std * result->reference_std + 2 * left_open * left_open;
    result->has_reference = true;
    result->pull = variance > 0 ? (result->mean - result->reference) / sqrt(variance) : NAN;
    return NSYM_OK;
}

nsym_status nsym_outcome_compare(nsym_outcome *results, const nsym_tree *reference) {
    static const char *const top[] = {"citation", "values", NULL};
    NSYM_TRY(nsym_check_keys((nsym_reader){reference, reference->root, ""}, top));
    const nsym_node *values = nsym_node_at(reference->root, "values");
    if (!values || values->kind != NSYM_LIST)
        return nsym_fail(NSYM_EFORMAT, "%s: needs a list 'values'", reference->name);
    for (size_t v = 0; v < values->count; v++) {
        NSYM_TRY(check_value(reference, values->child[v]));
        for (size_t i = 0; i < results->count; i++)
            NSYM_TRY(compare_one(&results->result[i], reference, values->child[v]));
    }
    return NSYM_OK;
}

/* New object of a point's place in the grid. */
static json_t *coordinates_of(const nsym_point *point) {
    json_t *object = json_object();
    if (point->experiment) json_object_set_new(object, "experiment", json_string(point->experiment));
    for (size_t i = 0; i < point->coordinates; i++) {
        const nsym_coordinate *c = &point->coordinate[i];
        double number = 0;
        json_t *value = !c->number || !nsym_text_number(c->value, &number) ? json_string(c->value)
                        : number == floor(number) && fabs(number) < 1e15   ? json_integer((json_int_t)number)
                                                                           : json_real(number);
        json_object_set_new(object, c->name, value);
    }
    return object;
}

static json_t *json_of(const nsym_outcome_row *r) {
    json_t *row = coordinates_of(r->point);
    if (r->epoch) json_object_set_new(row, "epoch", json_integer((json_int_t)r->epoch));
    json_object_set_new(row, "metric", json_string(r->metric));
    json_object_set_new(row, "mean", json_real(r->mean));
    json_object_set_new(row, "std", json_real(r->std));
    json_object_set_new(row, "members", json_integer((json_int_t)r->members));
    if (!r->has_reference) return row;
    json_object_set_new(row, "reference", json_real(r->reference));
    json_object_set_new(row, "reference_std", json_real(r->reference_std));
    if (isfinite(r->pull)) json_object_set_new(row, "pull", json_real(r->pull));
    return row;
}

static nsym_status dump(const json_t *root, const char *path) {
    nsym_atomic_file *file;
    NSYM_TRY(nsym_atomic_file_new(&file, path));
    if (json_dump_file(root, nsym_atomic_file_path(file), JSON_INDENT(1) | JSON_REAL_PRECISION(17)) == 0)
        return nsym_atomic_file_commit(file);
    nsym_status status = nsym_fail(NSYM_EIO, "cannot write %s: %s", path, strerror(errno));
    nsym_atomic_file_abandon(file);
    return status;
}

nsym_status nsym_outcome_write(const nsym_outcome *results, const nsym_kept_file *files, size_t n_files,
                               const char *study, const char *preset, double seconds, const char *path) {
    json_t *rows = json_array(), *kept = json_array();
    for (size_t i = 0; i < results->count; i++) json_array_append_new(rows, json_of(&results->result[i]));
    for (size_t i = 0; i < n_files; i++) {
        json_t *file = coordinates_of(files[i].point);
        json_object_set_new(file, "path", json_string(files[i].path));
        if (files[i].member != NSYM_NONE)
            json_object_set_new(file, "member", json_integer((json_int_t)files[i].member));
        json_array_append_new(kept, file);
    }
    json_t *root = json_pack("{s:s, s:s, s:s, s:f, s:o, s:o}", "version", NSYM_VERSION, "study", study, "preset",
                             preset, "seconds", seconds, "results", rows, "files", kept);
    nsym_status status = root ? dump(root, path) : nsym_fail(NSYM_ENOMEM, "no memory for results.json");
    json_decref(root);
    return status;
}
