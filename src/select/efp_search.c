/* A guided search from files: events and the guide's scores are read, divided by the seed and searched. */
#include <nearsym/efp_search.h>

#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/folder.h"
#include "data/ids.h"
#include "observables/names.h"
#include "select/guided.h"
#include "sources/labels.h"
#include "sources/order.h"
#include "sources/sample.h"
#include "sources/weights.h"
#include <nearsym/io.h>
#include <nearsym/observables.h>
#include <nearsym/scores.h>

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double plain = 1; /* kappa and beta where none is given */

nsym_efp_search_options nsym_efp_search_defaults(void) {
    return (nsym_efp_search_options){.graphs = "d<=7,n<=7,connected",
                                     .space = {.kappas = 1, .betas = 1, .kappa = &plain, .beta = &plain},
                                     .judge = 0.5,
                                     .pairs = 1000000,
                                     .steps = 10,
                                     .members = 1,
                                     .min_gain = 0.001,
                                     .beyond = 1,
                                     .hidden = {2, {197, 197}},
                                     .dropout = 0.0547,
                                     .epochs = 100,
                                     .batch = 256,
                                     .patience = 5,
                                     .learning_rate = 3e-4,
                                     .seed = 1};
}

static nsym_status check_range(const char *name, double value, double low, double high) {
    if (value >= low && value <= high) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%s is %g, must be %g to %g", name, value, low, high);
}

nsym_status nsym_efp_search_check(const nsym_efp_search_options *options) {
    const nsym_efp_search_options *o = options;
    if (!o->events || !o->guide || !o->start || !o->start[0] || !o->out)
        return nsym_fail(NSYM_EINVAL, "a search needs events, a guide, observables to start from and an output folder");
    NSYM_TRY(check_range("judge", o->judge, 0.001, 0.999));
    NSYM_TRY(check_range("pairs", (double)o->pairs, 1, 1e9));
    NSYM_TRY(check_range("steps", (double)o->steps, 1, NSYM_GUIDED_STEPS_MAX));
    NSYM_TRY(check_range("members", (double)o->members, 1, 1000));
    NSYM_TRY(check_range("min_gain", o->min_gain, 0, 1));
    NSYM_TRY(check_range("dropout", o->dropout, 0, 0.999));
    NSYM_TRY(check_range("epochs", (double)o->epochs, 1, 1e6));
    NSYM_TRY(check_range("batch", (double)o->batch, 2, 1e6));
    return check_range("learning_rate", o->learning_rate, 1e-12, 1e3);
}

/* The events in the order of the search, and the guide's scores of those that judge. */
typedef struct {
    nsym_events *events;
    double *guide;
    size_t trains, checks, judges;
    char names[NSYM_COLUMNS_SIZE]; /* the start, its ranges spread out */
    nsym_scores scores;            /* of the guide, in the file's order */
} material;

static void free_material(material *m) {
    nsym_events_free(m->events);
    free(m->guide);
    nsym_scores_free(&m->scores);
}

/* A guide that brings labels is of the same events in the same order. */
static nsym_status check_labels(const material *m, const nsym_efp_search_options *o) {
    const double *label = nsym_events_column(m->events, "label")->values;
    for (size_t i = 0; m->scores.labels && i < m->events->count; i++)
        if (m->scores.labels[i] != (float)label[i])
            return nsym_fail(NSYM_EINVAL,
                             "row %zu: the label is %g in %s and %g in %s; a guide's scores must be for the same "
                             "events in the same order",
                             i + 1, label[i], o->events, (double)m->scores.labels[i], m->scores.path);
    return NSYM_OK;
}

/* Reads both files, in the events' order. */
static nsym_status read_files(material *m, const nsym_efp_search_options *o) {
    NSYM_TRY(nsym_events_read(&m->events, o->events, NULL));
    nsym_status status = nsym_labels_check(m->events, 2, false);
    if (status == NSYM_OK) status = nsym_weights_make(m->events, &(nsym_weights_card){0});
    if (status != NSYM_OK) return nsym_fail_in(status, "%s: ", o->events);
    NSYM_TRY(nsym_scores_read(&m->scores, o->guide, NULL));
    if (m->scores.count == m->events->count) {
        NSYM_TRY(nsym_ids_same(m->events, o->events, m->scores.ids, m->scores.path));
        return check_labels(m, o);
    }
    return nsym_fail(NSYM_EINVAL, "%s has %zu scores and %s has %zu events; the guide needs one score for each event",
                     o->guide, m->scores.count, o->events, m->events->count);
}

/* Draws the order: first the events that train, then those that judge. */
static nsym_status divide(material *m, const nsym_efp_search_options *o) {
    size_t n = m->events->count;
    m->judges = (size_t)llround(o->judge * (double)n);
    m->checks = (n - m->judges) / 10;
    m->trains = n - m->judges - m->checks;
    if (m->judges < 2 || m->checks < 2 || m->trains < 2)
        return nsym_fail(NSYM_EINVAL,
                         "%s: of %zu events %zu are training events, %zu validation events and %zu test events; each "
                         "part needs at least 2",
                         o->events, n, m->trains, m->checks, m->judges);
    size_t *order;
    nsym_events *divided = NULL;
    NSYM_TRY(nsym_order_draw(&order, n, o->seed, "guided order", 0));
    m->guide = malloc(m->judges * sizeof *m->guide);
    nsym_status status = m->guide ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory to divide %zu events", n);
    for (size_t i = 0; status == NSYM_OK && i < m->judges; i++)
        m->guide[i] = m->scores.values[order[n - m->judges + i]];
    if (status == NSYM_OK) status = nsym_events_select(&divided, m->events, order, n);
    free(order);
    if (status != NSYM_OK) return status;
    nsym_events_free(m->events);
    m->events = divided;
    return NSYM_OK;
}

/* The start becomes columns, its ranges spread out. */
static nsym_status add_start(material *m, const nsym_efp_search_options *o) {
    if (snprintf(m->names, sizeof m->names, "%s", o->start) >= (int)sizeof m->names)
        return nsym_fail(NSYM_EINVAL, "the start is longer than %zu letters", sizeof m->names - 1);
    NSYM_TRY(nsym_names_spread(m->names));
    return nsym_observe(m->events, m->names, o->space.workers, o->space.stop);
}

static nsym_status prepare(material *m, const nsym_efp_search_options *o) {
    NSYM_TRY(read_files(m, o));
    NSYM_TRY(divide(m, o));
    nsym_status status = add_start(m, o);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", o->events);
}

/* Everything that decides a step's result, but for the columns. */
static nsym_status key_of(char **key, const nsym_efp_search_options *o, const nsym_scores *scores) {
    char events[NSYM_MARK_SIZE], guide[NSYM_MARK_SIZE];
    size_t size;
    NSYM_TRY(nsym_file_mark(events, o->events));
    NSYM_TRY(nsym_file_mark(guide, scores->path));
    FILE *out = open_memstream(key, &size);
    if (!out) return nsym_fail(NSYM_ENOMEM, "no memory for the search's key");
    fprintf(out, "search=1 events=%s guide=%s:%s graphs=%s measure=%d unnormed=%d", events, guide, scores->column,
            o->graphs, o->space.measure, o->space.unnormed);
    for (size_t k = 0; k < o->space.kappas; k++) fprintf(out, " kappa=%.17g", o->space.kappa[k]);
    for (size_t b = 0; b < o->space.betas; b++) fprintf(out, " beta=%.17g", o->space.beta[b]);
    fprintf(out, " judge=%.17g pairs=%zu members=%zu seed=%llu hidden=", o->judge, o->pairs, o->members,
            (unsigned long long)o->seed);
    for (size_t i = 0; i < o->hidden.count; i++) fprintf(out, "%s%zu", i ? "," : "", o->hidden.size[i]);
    fprintf(out, " dropout=%.17g epochs=%zu batch=%zu patience=%zu learning_rate=%.17g", o->dropout, o->epochs,
            o->batch, o->patience, o->learning_rate);
    return fclose(out) == 0 ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the search's key");
}

static nsym_status write_json(const nsym_guided_step *steps, size_t n, size_t kept, const nsym_efp_search_options *o,
                              const char *start) {
    char path[NSYM_PATH_SIZE];
    nsym_atomic_file *place;
    FILE *out;
    NSYM_TRY(nsym_folder_path(path, o->out, "search.json"));
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) {
        const nsym_guided_step *s = &steps[k];
        json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:f, s:f, s:I, s:b}", "added", s->added, "auc", s->auc,
                                              "auc_std", s->auc_std, "ado", s->ado, "gain", s->gain, "disordered",
                                              (json_int_t)s->disordered, "kept", k < kept));
    }
    json_t *all =
        json_pack("{s:s, s:s, s:s, s:o}", "events", o->events, "guide", o->guide, "start", start, "steps", list);
    nsym_status status =
        all ? nsym_atomic_stream_open(&place, &out, path) : nsym_fail(NSYM_ENOMEM, "no memory for %s", path);
    if (status == NSYM_OK) {
        if (json_dumpf(all, out, JSON_INDENT(1)) != 0) status = nsym_fail(NSYM_EIO, "%s: cannot be written", path);
        status = nsym_atomic_stream_close(place, out, status);
    }
    json_decref(all);
    return status;
}

static nsym_guided_task task_of(const nsym_efp_search_options *o, const material *m) {
    nsym_guided_task task = {
        .events = m->events,
        .trains = m->trains,
        .checks = m->checks,
        .judges = m->judges,
        .guide = m->guide,
        .start = m->names,
        .space = o->space,
        .spec = {.kind = NSYM_FCN, .hidden = o->hidden, .dropout = o->dropout},
        .train = {.epochs = o->epochs,
                  .batch = o->batch,
                  .learning_rate = o->learning_rate,
                  .sampling = NSYM_EACH,
                  .shuffle = true,
                  .scale = true,
                  .weighted = true,
                  .classification = 1,
                  .patience = o->patience},
        .members = o->members,
        .steps = o->steps,
        .pairs = o->pairs,
        .min_gain = o->min_gain,
        .beyond = o->beyond,
        .plain = o->plain,
        .seed = o->seed,
        .folder = o->out,
    };
    return task;
}

/* Searches with everything read. */
static nsym_status search(const nsym_efp_search_options *o, const material *m, nsym_guided_step *steps, size_t *n,
                          size_t *kept) {
    nsym_guided_task task = task_of(o, m);
    char path[NSYM_PATH_SIZE];
    char *key = NULL;
    nsym_efp_set *set = NULL;
    NSYM_TRY(nsym_folder_make(o->out));
    NSYM_TRY(nsym_folder_path(path, o->out, "ledger.sqlite"));
    NSYM_TRY(nsym_ledger_open(&task.ledger, path));
    nsym_status status = nsym_efp_set_new(&set, o->graphs);
    if (status == NSYM_OK) status = key_of(&key, o, &m->scores);
    task.graphs = set;
    task.key = key;
    if (status == NSYM_OK) status = nsym_guided_search(steps, n, kept, &task);
    if (status == NSYM_OK) status = write_json(steps, *n, *kept, o, task.start);
    nsym_efp_set_free(set);
    nsym_ledger_close(task.ledger);
    free(key);
    return status;
}

nsym_status nsym_efp_search(const nsym_efp_search_options *options,
                            void (*visit)(void *context, const nsym_efp_search_step *step), void *context) {
    material m = {0};
    nsym_guided_step steps[NSYM_GUIDED_STEPS_MAX + 1];
    size_t n = 0, kept = 0;
    NSYM_TRY(nsym_efp_search_check(options));
    nsym_status status = prepare(&m, options);
    if (status == NSYM_OK) status = search(options, &m, steps, &n, &kept);
    for (size_t k = 0; status == NSYM_OK && k < n; k++)
        visit(context, &(nsym_efp_search_step){steps[k].added, steps[k].auc, steps[k].auc_std, steps[k].ado,
                                               steps[k].gain, steps[k].disordered, k < kept});
    free_material(&m);
    return status;
}
