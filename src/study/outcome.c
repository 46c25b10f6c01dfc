#include "study/outcome.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "sources/labels.h"
#include "study/coordinates.h"
#include "study/importance.h"
#include "study/shown.h"
#include "study/variations.h"
#include <nearsym/events.h>
#include <nearsym/stats.h>

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the members of a point measured of one number. */
typedef struct {
    double *values;                     /* (members) */
    double test_variance, fit_variance; /* sums over members */
    double *draws;                      /* (draw_count) sums over members; NULL: some member has none */
    size_t draw_count;
    size_t members; /* that trained so long, of a metric by epoch; 0: of any other */
} gathering;

/* One member's measures as they come from the ledger, laid over the results of its point. */
typedef struct {
    nsym_outcome *results;
    const nsym_point *point;
    size_t first, next; /* the point's first result; the one the next measure belongs to */
    size_t course;      /* where the next of a training's course is looked for first */
    bool adding;        /* the first member adds results, the others must find them */
    gathering *row;     /* (results of the point), grown with the results */
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

nsym_status nsym_outcome_add(nsym_outcome *results, const nsym_outcome_row *row, const char *metric) {
    NSYM_TRY(grow(results));
    nsym_outcome_row *fresh = &results->result[results->count++];
    *fresh = *row;
    if (!(nsym_error_total(&fresh->error) > 0)) fresh->error.trainings = fresh->standard_error;
    if (snprintf(fresh->metric, sizeof fresh->metric, "%s", metric) < (int)sizeof fresh->metric) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "the metric's name '%s' is longer than %zu letters", metric,
                     sizeof fresh->metric - 1);
}

static size_t runs_of(const nsym_point *point) {
    return point->members + point->restarts;
}

static nsym_status no_memory(const nsym_point *point) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the results of %s", point->experiment);
}

/* A new result of the point, by its first member. */
static nsym_status add_result(laying *l, const nsym_measure *measure) {
    nsym_outcome *results = l->results;
    size_t row = results->count - l->first;
    gathering *rows = realloc(l->row, (row + 1) * sizeof *rows);
    if (!rows) return no_memory(l->point);
    l->row = rows;
    if (!results->arena) results->arena = nsym_arena_new();
    if (!results->arena) return no_memory(l->point);
    rows[row] = (gathering){.values = nsym_arena_alloc(results->arena, runs_of(l->point), sizeof(double)),
                            .draw_count = measure->draw_count};
    if (measure->draw_count) rows[row].draws = nsym_arena_alloc(results->arena, measure->draw_count, sizeof(double));
    if (!rows[row].values || (measure->draw_count && !rows[row].draws)) return no_memory(l->point);
    nsym_outcome_row fresh = {
        .point = l->point, .number = measure->epoch, .members = l->point->members, .tolerance = NAN};
    return nsym_outcome_add(results, &fresh, measure->metric);
}

/* Run `number` of a point; a restart tells how its value differs, no more. */
static void gather(gathering *row, size_t number, bool restart, const nsym_measure *measure) {
    row->values[number] = measure->value;
    if (restart) return;
    row->test_variance += measure->test_error * measure->test_error;
    row->fit_variance += measure->fit_error * measure->fit_error;
    if (!measure->draws || measure->draw_count != row->draw_count) row->draws = NULL;
    for (size_t k = 0; row->draws && k < row->draw_count; k++) {
        double draw;
        memcpy(&draw, (const char *)measure->draws + k * sizeof draw, sizeof draw); /* a ledger's may stand anywhere */
        row->draws[k] += draw;
    }
}

bool nsym_is_course(const char *metric) {
    static const char *const names[] = {"train_loss", "validation_loss_by_epoch", "validation_auc_by_epoch"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(metric, names[i]) == 0) return true;
    return false;
}

/* The mean at an epoch is that of the members that came so far; a restart adds nothing. */
static nsym_status lay_course(laying *l, const nsym_measure *measure) {
    nsym_outcome *results = l->results;
    size_t n = results->count - l->first, at = results->count;
    if (l->member >= l->point->members) return NSYM_OK;
    for (size_t k = 0; k < n && at == results->count; k++) {
        size_t place = l->first + (l->course - l->first + k) % n;
        const nsym_outcome_row *row = &results->result[place];
        if (row->number == measure->epoch && strcmp(row->metric, measure->metric) == 0) at = place;
    }
    if (at == results->count) NSYM_TRY(add_result(l, measure));
    l->course = at + 1;
    gathering *row = &l->row[at - l->first];
    row->values[row->members++] = measure->value;
    return NSYM_OK;
}

/* Passes over the results of the course of a training. */
static void skip_course(laying *l) {
    while (l->next < l->results->count && nsym_is_course(l->results->result[l->next].metric)) l->next++;
}

static nsym_status lay(laying *l, const nsym_measure *measure) {
    nsym_outcome *results = l->results;
    if (nsym_is_course(measure->metric)) return lay_course(l, measure);
    if (l->adding) NSYM_TRY(add_result(l, measure));
    skip_course(l);
    size_t at = l->next++;
    if (at >= results->count || strcmp(results->result[at].metric, measure->metric) != 0 ||
        results->result[at].number != measure->epoch)
        return nsym_fail(
            NSYM_EFORMAT,
            "member %zu of a point of %s did not measure what member 1 did; `nearsym study run` does it again",
            l->member + 1, l->point->experiment);
    gather(&l->row[at - l->first], l->member, l->member >= l->point->members, measure);
    return NSYM_OK;
}

static void visit_measure(void *context, const nsym_measure *measure) {
    laying *l = context;
    if (nsym_is_by_epoch(measure->metric) && !nsym_point_has_epochs(l->point)) return; /* of a fuller run */
    if (l->status == NSYM_OK) l->status = lay(l, measure);
}

/* Where each member has its own bootstrap of the training events, the members' variance s^2 is that of the sample and
   that of the start. Half the squared difference between a member and its restart is the start's alone. Of the mean
   over members the start's is divided by their number, the sample's stays. Without restarts nobody can tell them apart:
   all of s^2 but what the mean over members averages away is counted with the sample, which is too much. */
nsym_error_parts nsym_error_of_members(const nsym_point *point, const double *values) {
    double members = (double)point->members, start = 0;
    double standard_error = nsym_spread_of(values, point->members).standard_error;
    double variance = standard_error * standard_error * members;
    if (!nsym_point_bootstraps(point)) return (nsym_error_parts){.trainings = standard_error};
    for (size_t i = 0; i < point->restarts; i++) {
        double difference = values[point->members + i] - values[i];
        start += difference * difference / 2 / (double)point->restarts;
    }
    if (point->restarts == 0) start = variance / members;
    if (start > variance) start = variance;
    return (nsym_error_parts){.trainings = point->restarts ? sqrt(start / members) : standard_error,
                              .training_sample = sqrt(variance - start)};
}

/* Members share the test sample, whose fluctuation their mean keeps. */
static void settle(nsym_outcome_row *result, const gathering *row) {
    if (row->members) result->members = row->members;
    double members = (double)result->members;
    nsym_spread spread = nsym_spread_of(row->values, result->members);
    result->mean = spread.mean;
    result->std = spread.std;
    result->standard_error = spread.standard_error;
    result->error = row->members ? (nsym_error_parts){.trainings = spread.standard_error}
                                 : nsym_error_of_members(result->point, row->values);
    result->error.test_sample = sqrt(row->test_variance / members);
    result->error.fit = sqrt(row->fit_variance / members);
    result->values = row->members ? NULL : row->values;
    result->draws = row->draws;
    result->draw_count = row->draws ? row->draw_count : 0;
    for (size_t k = 0; k < result->draw_count; k++) row->draws[k] /= members;
}

double nsym_error_total(const nsym_error_parts *parts) {
    return sqrt(parts->trainings * parts->trainings + parts->training_sample * parts->training_sample +
                parts->test_sample * parts->test_sample + parts->fit * parts->fit);
}

const char nsym_diverged[] = "diverged";

static void visit_diverged(void *context, const nsym_measure *measure) {
    double *diverged = context;
    if (strcmp(measure->metric, nsym_diverged) == 0) *diverged += measure->value;
}

/* How many members of a try diverged. */
static nsym_status count_diverged(double *out, nsym_ledger *ledger, const nsym_point *point, const char *const *keys) {
    *out = 0;
    for (size_t m = 0; point->search && m < runs_of(point); m++)
        NSYM_TRY(nsym_ledger_read(ledger, keys[m], visit_diverged, out));
    return NSYM_OK;
}

nsym_status nsym_outcome_gather(nsym_outcome *results, nsym_ledger *ledger, const nsym_point *point,
                                const char *const *keys) {
    double diverged;
    NSYM_TRY(count_diverged(&diverged, ledger, point, keys));
    if (diverged > 0) {
        double share = diverged / (double)runs_of(point);
        nsym_outcome_row row = {.point = point, .mean = share, .members = point->members, .tolerance = NAN};
        return nsym_outcome_add(results, &row, nsym_diverged);
    }
    laying l = {.results = results, .point = point, .first = results->count, .adding = true};
    nsym_status status = NSYM_OK;
    for (l.member = 0; status == NSYM_OK && l.member < runs_of(point); l.member++) {
        l.next = l.course = l.first;
        status = nsym_ledger_read(ledger, keys[l.member], visit_measure, &l);
        if (status == NSYM_OK) status = l.status;
        skip_course(&l);
        if (status == NSYM_OK && l.next != results->count)
            status =
                nsym_fail(NSYM_EFORMAT,
                          "member %zu of a point of %s measured less than member 1; `nearsym study run` does it again",
                          l.member + 1, point->experiment);
        l.adding = false;
    }
    for (size_t i = l.first; status == NSYM_OK && i < results->count; i++)
        settle(&results->result[i], &l.row[i - l.first]);
    free(l.row);
    return status;
}

nsym_status nsym_outcome_add_inputs(nsym_outcome *results, const nsym_point *point) {
    const nsym_model_spec *spec = &point->card.spec;
    if (point->card.column) return NSYM_OK;
    size_t inputs = spec->particle_input.width + spec->event_input.width + spec->gate_input.width;
    const nsym_outcome_row row = {.point = point, .mean = (double)inputs, .members = point->members, .tolerance = NAN};
    return nsym_outcome_add(results, &row, "inputs");
}

void nsym_outcome_free(nsym_outcome *results) {
    free(results->result);
    nsym_arena_free(results->arena);
    *results = (nsym_outcome){0};
}

/* Number `i` of a list, or a scalar for every i. */
static nsym_status number_at(const nsym_tree *tree, const nsym_node *node, size_t i, double *out) {
    const nsym_node *at = node->kind == NSYM_LIST ? node->child[i] : node;
    if (at->kind != NSYM_SCALAR || !nsym_text_number(at->text, out) || !isfinite(*out))
        return nsym_fail_at(tree, at, "%s must be a number or a list of numbers", node->key);
    return NSYM_OK;
}

/* The list that a published value's numbers go along, its own coordinate's or one in its `where`; NULL: none. */
static nsym_status list_of(const nsym_tree *tree, const nsym_node *value, const nsym_node **list) {
    const char *number = nsym_coordinates_of(nsym_node_at(value, "metric")->text)->number;
    const nsym_node *own = number ? nsym_node_at(value, number) : NULL, *where = nsym_node_at(value, "where");
    *list = own && own->kind == NSYM_LIST ? own : NULL;
    for (size_t i = 0; where && i < where->count; i++) {
        const nsym_node *at = where->child[i];
        for (size_t k = 0; at->kind == NSYM_LIST && k < at->count; k++)
            if (at->child[k]->kind != NSYM_SCALAR)
                return nsym_fail_at(tree, at, "where.%s must be a value or a list of values", at->key);
        if (at->kind == NSYM_MAP)
            return nsym_fail_at(tree, at, "where.%s must be a value or a list of values", at->key);
        if (at->kind != NSYM_LIST) continue;
        if (*list)
            return nsym_fail_at(tree, at, "%s and %s are both lists; only one coordinate may be a list", (*list)->key,
                                at->key);
        *list = at;
    }
    return NSYM_OK;
}

/* Refuses words and pairs of keys that make no sense. */
static nsym_status check_words(const nsym_tree *tree, const nsym_node *value) {
    static const char *const sides[] = {"higher", "lower", NULL};
    const nsym_node *metric = nsym_node_at(value, "metric"), *where = nsym_node_at(value, "where");
    if (!metric || metric->kind != NSYM_SCALAR || !nsym_node_at(value, "mean"))
        return nsym_fail_at(tree, value, "a published value needs 'metric' and 'mean'");
    if (where && where->kind != NSYM_MAP)
        return nsym_fail_at(tree, where, "where must be a map such as {experiment: epochs, model: general}");
    if (nsym_node_at(value, "std") && nsym_node_at(value, "standard_error"))
        return nsym_fail_at(tree, value, "a published value must have only one of 'std' and 'standard_error'");
    if (nsym_node_at(value, "better") && !nsym_node_at(value, "tolerance"))
        return nsym_fail_at(tree, value, "'better' needs a 'tolerance', which it widens on one side");
    const nsym_own_coordinates *own = nsym_coordinates_of(metric->text), *other;
    const char *goes_by = own->number ? own->number : own->of_name ? own->of_name : own->of_class[0];
    for (size_t i = 0; (other = nsym_coordinates_at(i)); i++)
        if (other->number && strcmp(other->number, goes_by) != 0 && nsym_node_at(value, other->number))
            return nsym_fail_at(tree, value, "%s has the coordinate '%s', not '%s'", metric->text, goes_by,
                                other->number);
    size_t side;
    return nsym_read_choice((nsym_reader){tree, value, "values"}, "better", sides, &side);
}

/* Refuses a published value that is not whole, whether a result answers to it or not. */
static nsym_status check_value(const nsym_tree *tree, const nsym_node *value) {
    static const char *const known[] = {"where", "metric",         "epoch", "background", "efficiency", "mean",
                                        "std",   "standard_error", "error", "tolerance",  "better",     "source",
                                        NULL};
    static const char *const numbers[] = {"epoch", "background",     "efficiency", "mean",
                                          "std",   "standard_error", "error",      "tolerance"};
    NSYM_TRY(nsym_check_keys((nsym_reader){tree, value, "values"}, known));
    NSYM_TRY(check_words(tree, value));
    const nsym_node *list;
    NSYM_TRY(list_of(tree, value, &list));
    size_t entries = list ? list->count : 1;
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        const nsym_node *node = nsym_node_at(value, numbers[k]);
        double number = 0;
        if (node && node->kind == NSYM_LIST && node->count != entries)
            return nsym_fail_at(tree, node, "%s has %zu entries, must have %zu, one for each %s", numbers[k],
                                node->count, entries, list ? list->key : "value");
        for (size_t i = 0; node && i < entries; i++) {
            NSYM_TRY(number_at(tree, node, i, &number));
            if (number < 0 && k > 2) return nsym_fail_at(tree, node, "%s is %g, must be >= 0", numbers[k], number);
        }
    }
    return NSYM_OK;
}

/* The name of what a result's number counts, an input or a variation, into `name`; NULL: there is none. */
static const char *named_number(char name[NSYM_IMPORTANCE_NAME], const nsym_outcome_row *result) {
    if (strcmp(nsym_coordinates_of(result->metric)->of_name, "input") == 0)
        return nsym_importance_name(name, &result->point->card.spec, result->number) ? name : NULL;
    return nsym_variation_name(result->point, result->number);
}

/* The name of a result's class, input or variation of that coordinate, into `name`; NULL: it has no such coordinate. */
static const char *own_of(char name[NSYM_IMPORTANCE_NAME], const nsym_outcome_row *result, const char *coordinate) {
    const nsym_own_coordinates *own = nsym_coordinates_of(result->metric);
    if (own->of_name && strcmp(own->of_name, coordinate) == 0) return named_number(name, result);
    char names[NSYM_CLASSES_MAX][NSYM_CLASS_NAME] = {{0}};
    for (size_t c = 0; c < 2 && own->of_class[c] && result->number; c++) {
        if (strcmp(own->of_class[c], coordinate) != 0) continue;
        nsym_class_names(names, result->point->card.data.labels.classes);
        return strcpy(name, names[nsym_coordinate_class(result->number, c) % NSYM_CLASSES_MAX]);
    }
    return NULL;
}

/* Has a published value the coordinates by which one number of the metric is told from the others? */
static bool names_one(const nsym_node *value, const nsym_outcome_row *result) {
    const nsym_own_coordinates *own = nsym_coordinates_of(result->metric);
    const nsym_node *where = nsym_node_at(value, "where");
    if (own->of_name && (!where || !nsym_node_at(where, own->of_name))) return false;
    for (size_t c = 0; c < 2 && own->of_class[c]; c++)
        if (!where || !nsym_node_at(where, own->of_class[c])) return false;
    return !own->number || nsym_node_at(value, own->number) || nsym_coordinate_number(own, result->number) == 0;
}

/* Does a published value speak of a result, and if so, which entry of its lists does? NSYM_NONE: it does not. */
static size_t entry_of(const nsym_node *value, const nsym_outcome_row *result) {
    const nsym_node *where = nsym_node_at(value, "where");
    const nsym_own_coordinates *own = nsym_coordinates_of(result->metric);
    const nsym_node *numbers = own->number ? nsym_node_at(value, own->number) : NULL;
    double at = nsym_coordinate_number(own, result->number);
    size_t entry = 0;
    if (strcmp(nsym_node_at(value, "metric")->text, result->metric) != 0 || !names_one(value, result)) return NSYM_NONE;
    for (size_t c = 0; c < (where ? where->count : 0) + (numbers != NULL); c++) {
        const nsym_node *wanted = where && c < where->count ? where->child[c] : numbers;
        char name[NSYM_IMPORTANCE_NAME];
        const char *has = own_of(name, result, wanted->key);
        if (!has)
            has = strcmp(wanted->key, "experiment") == 0 ? result->point->experiment
                                                         : nsym_point_value(result->point, wanted->key);
        size_t choices = wanted->kind == NSYM_LIST ? wanted->count : 1, i = 0;
        for (; i < choices; i++) {
            const char *text = wanted->kind == NSYM_LIST ? wanted->child[i]->text : wanted->text;
            double number;
            if (wanted == numbers ? nsym_text_number(text, &number) && fabs(number - at) * own->divisor < 1e-6
                                  : has && strcmp(has, text) == 0)
                break;
        }
        if (i == choices) return NSYM_NONE;
        if (wanted->kind == NSYM_LIST) entry = i;
    }
    return entry;
}

static nsym_status compare_one(nsym_outcome_row *result, const nsym_tree *tree, const nsym_node *value) {
    const nsym_node *std = nsym_node_at(value, "std"), *of_mean = nsym_node_at(value, "standard_error"),
                    *error = nsym_node_at(value, "error"), *tolerance = nsym_node_at(value, "tolerance"),
                    *better = nsym_node_at(value, "better");
    size_t entry = entry_of(value, result);
    double left_open = 0;
    if (entry == NSYM_NONE) return NSYM_OK;
    result->has_reference = true;
    result->of_mean = of_mean != NULL;
    result->reference_error = 0;
    result->tolerance = NAN;
    NSYM_TRY(number_at(tree, nsym_node_at(value, "mean"), entry, &result->reference));
    if (std || of_mean) NSYM_TRY(number_at(tree, std ? std : of_mean, entry, &result->reference_error));
    if (error) NSYM_TRY(number_at(tree, error, entry, &left_open));
    if (tolerance) NSYM_TRY(number_at(tree, tolerance, entry, &result->tolerance));
    double ours = of_mean ? result->standard_error : result->std, difference = result->mean - result->reference;
    double variance = ours * ours + result->reference_error * result->reference_error + 2 * left_open * left_open;
    result->pull = variance > 0 ? difference / sqrt(variance) : NAN;
    double side = !better ? 0 : strcmp(better->text, "higher") == 0 ? 1 : -1;
    result->better = fabs(difference) > result->tolerance && side * difference > 0;
    result->within = fabs(difference) <= result->tolerance || result->better;
    return NSYM_OK;
}

nsym_status nsym_outcome_compare(nsym_outcome *results, const nsym_tree *reference) {
    static const char *const top[] = {"citation", "values", "curves", NULL};
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
static json_t *place_of(const nsym_point *point) {
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
    if (point->settings) json_object_set_new(object, "settings", json_string(point->settings));
    return object;
}

static json_t *known(double error, bool is_known) {
    return is_known ? json_real(error) : json_null();
}

/* One training says nothing of how trainings differ. */
static json_t *json_of_error(const nsym_outcome_row *r) {
    const nsym_error_parts *e = &r->error;
    json_t *object = json_object();
    json_object_set_new(object, "total", known(nsym_error_total(e), nsym_error_total(e) > 0 || r->members > 1));
    json_object_set_new(object, "trainings", known(e->trainings, r->members > 1));
    json_object_set_new(object, "training_sample", known(e->training_sample, e->training_sample > 0));
    json_object_set_new(object, "test_sample", known(e->test_sample, e->test_sample > 0));
    json_object_set_new(object, "fit", known(e->fit, e->fit > 0));
    return object;
}

static json_t *json_of(const nsym_outcome_row *r) {
    json_t *row = place_of(r->point);
    const nsym_own_coordinates *own = nsym_coordinates_of(r->metric);
    for (size_t c = 0; c < 2 && own->of_class[c] && r->number; c++) {
        char name[NSYM_IMPORTANCE_NAME];
        json_object_set_new(row, own->of_class[c], json_string(own_of(name, r, own->of_class[c])));
    }
    char room[NSYM_IMPORTANCE_NAME];
    const char *named = own->of_name ? own_of(room, r, own->of_name) : NULL;
    if (named) json_object_set_new(row, own->of_name, json_string(named));
    double number = nsym_coordinate_number(own, r->number);
    if (number != 0)
        json_object_set_new(row, own->number, own->divisor > 1 ? json_real(number) : json_integer((json_int_t)number));
    if (r->minus) json_object_set_new(row, "minus", json_pack("{s:s}", r->minus->name, r->minus->value));
    json_object_set_new(row, "metric", json_string(r->metric));
    json_object_set_new(row, "mean", json_real(r->mean));
    json_object_set_new(row, "std", json_real(r->std));
    json_object_set_new(row, "standard_error", json_real(r->standard_error));
    json_object_set_new(row, "error", json_of_error(r));
    json_object_set_new(row, "members", json_integer((json_int_t)r->members));
    if (!r->has_reference) return row;
    json_object_set_new(row, "reference", json_real(r->reference));
    json_object_set_new(row, r->of_mean ? "reference_standard_error" : "reference_std", json_real(r->reference_error));
    if (isfinite(r->pull)) json_object_set_new(row, "pull", json_real(r->pull));
    if (isnan(r->tolerance)) return row;
    json_object_set_new(row, "tolerance", json_real(r->tolerance));
    json_object_set_new(row, "within", json_boolean(r->within));
    if (r->better) json_object_set_new(row, "better", json_true());
    return row;
}

static nsym_status dump(const json_t *root, const char *path) {
    nsym_atomic_file *file;
    NSYM_TRY(nsym_atomic_file_new(&file, path));
    if (json_dump_file(root, nsym_atomic_file_path(file), JSON_INDENT(1) | JSON_REAL_PRECISION(17)) == 0)
        return nsym_atomic_file_commit(file);
    nsym_status status = nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(errno));
    nsym_atomic_file_abandon(file);
    return status;
}

/* How much of the study the results are of. */
static json_t *json_of_missing(const nsym_study_cost *missing) {
    json_t *experiments = json_array();
    for (size_t i = 0; i < missing->experiments; i++)
        json_array_append_new(experiments, json_pack("{s:s, s:I, s:I}", "name", missing->experiment[i].name, "runs",
                                                     (json_int_t)missing->experiment[i].runs, "done",
                                                     (json_int_t)missing->experiment[i].done));
    return json_pack("{s:I, s:I, s:o, s:o}", "runs", (json_int_t)missing->runs, "done", (json_int_t)missing->done,
                     "cpu_seconds_left", known(missing->cpu_seconds, isfinite(missing->cpu_seconds)), "experiments",
                     experiments);
}

nsym_status nsym_outcome_write(const nsym_outcome *results, const nsym_kept_file *files, size_t n_files,
                               nsym_outcome_about about, const char *path) {
    json_t *rows = json_array(), *kept = json_array();
    json_t *notes = json_array();
    for (size_t i = 0; i < about.note_count; i++) json_array_append_new(notes, json_string(about.notes[i]));
    for (size_t i = 0; i < results->count; i++) json_array_append_new(rows, json_of(&results->result[i]));
    for (size_t i = 0; i < n_files; i++) {
        json_t *file = place_of(files[i].point);
        json_object_set_new(file, "path", json_string(files[i].path));
        if (files[i].pictures) json_object_set_new(file, "pictures", json_true());
        if (files[i].member != NSYM_NONE)
            json_object_set_new(file, "member", json_integer((json_int_t)files[i].member));
        json_array_append_new(kept, file);
    }
    json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s, s:f, s:o, s:o, s:o}", "version", NSYM_VERSION, "study",
                             about.study, "preset", about.preset, "rerun", about.rerun, "card", about.card, "cpu",
                             about.cpu, "seconds", about.seconds, "notes", notes, "results", rows, "files", kept);
    if (root) json_object_set_new(root, "citation", json_string(about.citation ? about.citation : ""));
    if (root && about.missing) json_object_set_new(root, "partial", json_of_missing(about.missing));
    if (root && about.provenance) json_object_set_new(root, "provenance", nsym_provenance_json(about.provenance));
    nsym_status status = root ? dump(root, path) : nsym_fail(NSYM_ENOMEM, "no memory for results.json");
    json_decref(root);
    return status;
}
