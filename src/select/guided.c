#include "select/guided.h"

#include "base/fail.h"
#include "base/folder.h"
#include "base/workers.h"
#include "observables/efp_candidates.h"
#include "observables/neighbours.h"
#include "select/ranking.h"
#include "select/trial.h"
#include <nearsym/ado.h>
#include <nearsym/observables.h>
#include <nearsym/stats.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What lives through the search. */
typedef struct {
    const nsym_guided_task *task;
    nsym_events *table; /* the events' columns, those of the chosen polynomials added */
    char columns[NSYM_COLUMNS_SIZE];
    size_t first, measured; /* the events that judge and test */
    const double *weight;
    float *labels;  /* (measured) */
    double *logits; /* (measured) mean of the members */
    double *member; /* (members, measured) */
    double *auc;    /* (members) */
    nsym_ado_pairs pairs;
    nsym_efp_candidates *candidates; /* NULL until the first ranking */
} search;

static nsym_status open_search(search *s, const nsym_guided_task *task) {
    size_t measured = task->judges + task->tests;
    *s = (search){.task = task,
                  .first = task->trains + task->checks,
                  .measured = measured,
                  .labels = calloc(measured + 1, sizeof *s->labels),
                  .logits = calloc(measured + 1, sizeof *s->logits),
                  .member = calloc(task->members * measured + 1, sizeof *s->member),
                  .auc = calloc(task->members + 1, sizeof *s->auc)};
    if (!s->labels || !s->logits || !s->member || !s->auc)
        return nsym_fail(NSYM_ENOMEM, "no memory for a search with %zu events", measured);
    NSYM_TRY(nsym_events_columns(&s->table, task->events, 0, task->events->count));
    const double *label = nsym_events_column(s->table, "label")->values;
    s->weight = nsym_events_column(s->table, "weight")->values;
    for (size_t i = 0; i < measured; i++) s->labels[i] = (float)label[s->first + i];
    for (size_t i = s->first; i < s->first + task->judges; i++)
        if (s->weight[i] < 0)
            return nsym_fail(NSYM_EINVAL,
                             "row %zu: weight is %g; a search draws pairs of events in proportion to their weights, "
                             "which must be at least 0: leave events of negative weight out",
                             nsym_events_row(s->table, i), s->weight[i]);
    strcpy(s->columns, task->start);
    return nsym_ado_pairs_draw(&s->pairs, s->labels, s->weight + s->first, task->judges, task->pairs, task->seed);
}

static void close_search(search *s) {
    nsym_efp_candidates_close(s->candidates);
    nsym_ado_pairs_free(&s->pairs);
    nsym_events_free(s->table);
    free(s->labels);
    free(s->logits);
    free(s->member);
    free(s->auc);
}

/* The values of a polynomial, or their logarithms, become a column of the table. */
static nsym_status add_column(search *s, const char *polynomial) {
    char name[NSYM_GUIDED_NAME + 4];
    snprintf(name, sizeof name, "%s%s", s->task->plain ? "" : "ln_", polynomial);
    const nsym_efp_options *space = &s->task->space;
    nsym_observables *one = NULL;
    double *values = malloc((s->table->count + 1) * sizeof *values), *column;
    nsym_status status = values ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %s", name);
    if (status == NSYM_OK) status = nsym_observables_parse(&one, name);
    if (status == NSYM_OK)
        status = nsym_observables_compute(values, one, s->task->events, space->workers, NULL, space->stop);
    if (status == NSYM_OK && !nsym_events_column(s->table, name))
        status = nsym_events_add_column(s->table, name, "", "", 1, &column);
    if (status == NSYM_OK) memcpy(nsym_events_column(s->table, name)->values, values, s->table->count * sizeof *values);
    nsym_observables_free(one);
    free(values);
    if (status != NSYM_OK) return status;
    if (strlen(s->columns) + strlen(name) + 2 > sizeof s->columns)
        return nsym_fail(NSYM_EINVAL, "the names of the columns are longer than %zu letters", sizeof s->columns - 1);
    strcat(s->columns, ",");
    strcat(s->columns, name);
    return NSYM_OK;
}

/* The mean logits' parts: a member trained on the columns so far, and its AUC. */
static nsym_status train_member(void *context, size_t m, size_t worker) {
    (void)worker;
    search *s = context;
    const nsym_guided_task *task = s->task;
    size_t n = s->measured, from = task->tests ? task->judges : 0;
    const nsym_trial trial = {.table = s->table,
                              .spec = &task->spec,
                              .train = &task->train,
                              .trains = task->trains,
                              .checks = task->checks,
                              .measured = n,
                              .seed = task->seed,
                              .stop = task->space.stop};
    double *logits = s->member + m * n;
    NSYM_TRY(nsym_trial_run(&trial, s->columns, m, logits));
    NSYM_TRY(nsym_auc(&s->auc[m], NULL, logits + from, s->labels + from, s->weight + s->first + from, n - from));
    nsym_progress_add(task->space.progress, 1);
    return NSYM_OK;
}

/* Trains the members on the columns so far, and measures what they decide together. */
static nsym_status evaluate(search *s, nsym_guided_step *step) {
    const nsym_guided_task *task = s->task;
    size_t n = s->measured, judges = task->judges, tests = task->tests, members = task->members;
    nsym_progress_start(task->space.progress, "trainings", (double)members, 0);
    NSYM_TRY(nsym_workers_run(task->space.workers, members, train_member, s, NULL));
    for (size_t i = 0; i < n; i++) {
        s->logits[i] = 0;
        for (size_t m = 0; m < members; m++) s->logits[i] += s->member[m * n + i] / (double)members;
    }
    nsym_spread spread = nsym_spread_of(s->auc, members);
    step->auc = spread.mean;
    step->auc_std = spread.std;
    const double *weight = s->weight + s->first;
    NSYM_TRY(nsym_ado(&step->ado, s->logits, task->guide, s->labels, weight, judges));
    step->test_ado = step->ado;
    if (!tests) return NSYM_OK;
    return nsym_ado(&step->test_ado, s->logits + judges, task->guide + judges, s->labels + judges, weight + judges,
                    tests);
}

/* The particles of the events that judge: new (free with free). */
static nsym_status gather_judges(const search *s, uint64_t **offsets, double **particles) {
    const nsym_guided_task *task = s->task;
    const uint64_t *from = task->events->offsets;
    nsym_neighbours places;
    NSYM_TRY(nsym_neighbours_find(&places, task->events, NSYM_PLACES));
    uint64_t rows = from[s->first + task->judges] - from[s->first];
    *offsets = malloc((task->judges + 1) * sizeof **offsets);
    *particles = malloc((3 * rows + 1) * sizeof **particles);
    if (!*offsets || !*particles)
        return nsym_fail(NSYM_ENOMEM, "no memory for the particles of %zu events", task->judges);
    for (size_t i = 0; i <= task->judges; i++) (*offsets)[i] = from[s->first + i] - from[s->first];
    for (size_t i = 0; i < task->judges; i++)
        NSYM_TRY(nsym_neighbours_take(&places, s->first + i, *particles + 3 * (*offsets)[i]));
    return NSYM_OK;
}

/* The candidates' values for the events that judge, made where they are not there yet. */
static nsym_status open_candidates(search *s) {
    const nsym_guided_task *task = s->task;
    char path[NSYM_PATH_SIZE];
    uint64_t *offsets = NULL;
    double *particles = NULL;
    if (s->candidates) return NSYM_OK;
    NSYM_TRY(nsym_folder_path(path, task->folder, "candidates.bin"));
    nsym_status status = gather_judges(s, &offsets, &particles);
    if (status == NSYM_OK)
        status = nsym_efp_candidates_open(&s->candidates, path, task->key, task->graphs, &task->space, task->judges,
                                          offsets, particles);
    free(offsets);
    free(particles);
    return status;
}

/* Ranks the candidates on the pairs that network and guide order differently; best->ado stays 0 where there is no such
   pair, or no candidate is left. */
static nsym_status rank(search *s, size_t number, nsym_ranked *best, size_t *disordered) {
    const nsym_guided_task *task = s->task;
    nsym_ado_pairs pairs = {0};
    char path[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_folder_path(path, task->folder, "ranking-%zu.csv", number));
    NSYM_TRY(open_candidates(s));
    NSYM_TRY(nsym_ado_pairs_disordered(&pairs, &s->pairs, s->logits, task->guide));
    *disordered = pairs.count;
    nsym_status status = NSYM_OK;
    if (pairs.count > 0)
        status =
            nsym_ranking_make(best, s->candidates, &pairs, task->guide, task->judges, &task->space, s->columns, path);
    nsym_ado_pairs_free(&pairs);
    return status;
}

/* A finished step, or a choice, as the ledger has it. */
typedef struct {
    const char *const *metric;
    double *value;
    size_t n;
} record;

static void read_measure(void *context, const nsym_measure *measure) {
    const record *r = context;
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(measure->metric, r->metric[i]) == 0) r->value[i] = measure->value;
}

/* The ledger's key of a record: new (free with free). */
static nsym_status key_of(char **key, const search *s, const char *what) {
    size_t size = strlen(what) + strlen(s->task->key) + strlen(s->columns) + 32;
    *key = malloc(size);
    if (!*key) return nsym_fail(NSYM_ENOMEM, "no memory for the ledger's key");
    snprintf(*key, size, "%s %s columns=%s", what, s->task->key, s->columns);
    return NSYM_OK;
}

/* Reads a record where it is there. */
static nsym_status recall(const search *s, const char *what, record *r, bool *known) {
    char *key;
    NSYM_TRY(key_of(&key, s, what));
    nsym_status status = nsym_ledger_has(s->task->ledger, key, known);
    if (status == NSYM_OK && *known) status = nsym_ledger_read(s->task->ledger, key, read_measure, r);
    free(key);
    return status;
}

static nsym_status remember(const search *s, const char *what, const record *r, size_t number) {
    char *key, label[64];
    nsym_measure measures[8];
    NSYM_TRY(key_of(&key, s, what));
    snprintf(label, sizeof label, "%s-%zu", what, number);
    for (size_t i = 0; i < r->n; i++) measures[i] = (nsym_measure){.metric = r->metric[i], .value = r->value[i]};
    nsym_status status = nsym_ledger_record(s->task->ledger, key, label, 0, measures, r->n);
    free(key);
    return status;
}

/* How step `number` went: from the ledger, or by training, which `trained` tells. */
static nsym_status take_step(search *s, size_t number, nsym_guided_step *step, bool *trained) {
    static const char *const metrics[] = {"ado", "auc", "auc_std", "test_ado"};
    double values[4];
    record r = {metrics, values, 4};
    bool known;
    NSYM_TRY(recall(s, "guided", &r, &known));
    *trained = !known;
    if (known) {
        step->ado = values[0], step->auc = values[1], step->auc_std = values[2], step->test_ado = values[3];
        return NSYM_OK;
    }
    NSYM_TRY(evaluate(s, step));
    values[0] = step->ado, values[1] = step->auc, values[2] = step->auc_std, values[3] = step->test_ado;
    return remember(s, "guided", &r, number);
}

static void name_candidate(const nsym_guided_task *task, size_t number, char name[NSYM_GUIDED_NAME]) {
    double kappa, beta;
    const nsym_efp_graph *graph = nsym_efp_candidate_of(task->graphs, &task->space, number, &kappa, &beta);
    nsym_observable_efp_name(name, NSYM_GUIDED_NAME, kappa, beta, graph);
}

/* What is added next: from the ledger, or by a ranking, for which the network is trained again where it is not there.
   Nothing is added where network and guide order all pairs alike, or the space is used up. */
static nsym_status choose(search *s, size_t number, nsym_guided_step *step, nsym_guided_step *next, bool trained) {
    static const char *const metrics[] = {"candidate", "gain", "disordered"};
    double values[3];
    record r = {metrics, values, 3};
    bool known;
    NSYM_TRY(recall(s, "choice", &r, &known));
    if (!known) {
        nsym_ranked best = {0};
        size_t disordered;
        if (!trained) NSYM_TRY(evaluate(s, step));
        NSYM_TRY(rank(s, number, &best, &disordered));
        values[0] = (double)best.number, values[1] = best.ado, values[2] = (double)disordered;
        NSYM_TRY(remember(s, "choice", &r, number));
    }
    next->gain = values[1];
    next->disordered = (size_t)values[2];
    if (next->gain > 0) name_candidate(s->task, (size_t)values[0], next->added);
    return NSYM_OK;
}

static void tell(const search *s, size_t number, const nsym_guided_step *step) {
    if (number == 0)
        nsym_progress_note(s->task->space.progress, "start: AUC %.4f, ADO %.4f", step->auc, step->ado);
    else
        nsym_progress_note(s->task->space.progress,
                           "%zu: %s orders %.1f %% of %zu disordered pairs as the guide; AUC "
                           "%.4f, ADO %.4f",
                           number, step->added, 100 * step->gain, step->disordered, step->auc, step->ado);
}

static nsym_status run(search *s, nsym_guided_step *steps, size_t *n, size_t *kept) {
    const nsym_guided_task *task = s->task;
    *n = *kept = 0;
    for (size_t k = 0;; k++) {
        bool trained;
        NSYM_TRY(take_step(s, k, &steps[k], &trained));
        tell(s, k, &steps[k]);
        *n = k + 1;
        if (k == 0 || steps[k].ado >= steps[*kept - 1].ado + task->min_gain) *kept = k + 1;
        if (k + 1 - *kept > task->beyond || k == task->steps) return NSYM_OK;
        NSYM_TRY(choose(s, k + 1, &steps[k], &steps[k + 1], trained));
        if (!steps[k + 1].added[0]) return NSYM_OK;
        NSYM_TRY(add_column(s, steps[k + 1].added));
    }
}

nsym_status nsym_guided_search(nsym_guided_step *steps, size_t *n, size_t *kept, const nsym_guided_task *task) {
    search s;
    memset(steps, 0, (task->steps + 1) * sizeof *steps);
    nsym_status status = open_search(&s, task);
    if (status == NSYM_OK) status = run(&s, steps, n, kept);
    close_search(&s);
    return status;
}
