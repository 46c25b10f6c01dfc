#include "select/forward.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/folder.h"
#include "base/workers.h"
#include <nearsym/stats.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES_MAX = 256 };

typedef struct {
    const nsym_forward_task *task;
    char chosen[NSYM_COLUMNS_SIZE];
    size_t count;
    char *candidate[CANDIDATES_MAX]; /* (count) names; NULL: chosen already. Into `text` */
    char text[NSYM_COLUMNS_SIZE];
    float *labels; /* of those that are answered */
    double judged_auc[CANDIDATES_MAX], auc[CANDIDATES_MAX];
} selection;

static nsym_status open_selection(selection *s, const nsym_forward_task *task) {
    size_t first = task->trial.trains + task->trial.checks, n = task->trial.measured;
    const double *label = nsym_events_column(task->trial.table, "label")->values;
    *s = (selection){.task = task, .labels = malloc((n + 1) * sizeof *s->labels)};
    if (!s->labels) return nsym_fail(NSYM_ENOMEM, "no memory for %zu labels", n);
    for (size_t i = 0; i < n; i++) s->labels[i] = (float)label[first + i];
    if (snprintf(s->chosen, sizeof s->chosen, "%s", task->start) >= (int)sizeof s->chosen ||
        snprintf(s->text, sizeof s->text, "%s", task->candidates) >= (int)sizeof s->text)
        return nsym_fail(NSYM_EINVAL, "the names of the columns are longer than %zu letters", sizeof s->text - 1);
    char *rest = NULL;
    for (char *name = strtok_r(s->text, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        if (s->count == CANDIDATES_MAX)
            return nsym_fail(NSYM_EINVAL, "more than %d candidates to select from", (int)CANDIDATES_MAX);
        if (strlen(name) >= NSYM_FORWARD_NAME)
            return nsym_fail(NSYM_EINVAL, "the name '%s' of a candidate is longer than %zu letters", name,
                             (size_t)NSYM_FORWARD_NAME - 1);
        s->candidate[s->count++] = name;
    }
    return s->count ? NSYM_OK : nsym_fail(NSYM_EINVAL, "there are no candidates to select from");
}

/* The columns of a trial: what was chosen, and a candidate. New (free with free). */
static nsym_status columns_with(char **out, const selection *s, size_t candidate) {
    size_t size = strlen(s->chosen) + strlen(s->candidate[candidate]) + 2;
    *out = malloc(size);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for the names of columns");
    snprintf(*out, size, "%s%s%s", s->chosen, s->chosen[0] ? "," : "", s->candidate[candidate]);
    return NSYM_OK;
}

typedef struct {
    double judged_auc, auc;
} aucs;

static void read_measure(void *context, const nsym_measure *measure) {
    aucs *a = context;
    *(strcmp(measure->metric, "auc") == 0 ? &a->auc : &a->judged_auc) = measure->value;
}

static nsym_status measure(aucs *a, const selection *s, const char *columns) {
    const nsym_forward_task *task = s->task;
    size_t n = task->trial.measured, judges = task->judges;
    const double *weight =
        nsym_events_column(task->trial.table, "weight")->values + task->trial.trains + task->trial.checks;
    double *logits = malloc((n + 1) * sizeof *logits);
    nsym_status status = logits ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    if (status == NSYM_OK) status = nsym_trial_run(&task->trial, columns, 0, logits);
    if (status == NSYM_OK) status = nsym_auc(&a->judged_auc, NULL, logits, s->labels, weight, judges);
    a->auc = a->judged_auc;
    if (status == NSYM_OK && task->tests)
        status = nsym_auc(&a->auc, NULL, logits + judges, s->labels + judges, weight + judges, task->tests);
    free(logits);
    return status;
}

/* One trial: from the ledger, or by training. */
static nsym_status try_candidate(void *context, size_t i, size_t worker) {
    (void)worker;
    selection *s = context;
    const nsym_forward_task *task = s->task;
    char *columns, *key = NULL;
    aucs a = {0};
    bool known = false;
    if (!s->candidate[i]) return NSYM_OK;
    NSYM_TRY(columns_with(&columns, s, i));
    size_t size = strlen(columns) + strlen(task->key) + 32;
    nsym_status status = (key = malloc(size)) ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a trial's key");
    if (status == NSYM_OK) snprintf(key, size, "forward %s columns=%s", task->key, columns);
    if (status == NSYM_OK) status = nsym_ledger_has(task->ledger, key, &known);
    if (status == NSYM_OK && known) status = nsym_ledger_read(task->ledger, key, read_measure, &a);
    if (status == NSYM_OK && !known) status = measure(&a, s, columns);
    if (status == NSYM_OK && !known) {
        const nsym_measure measures[] = {{.metric = "judged_auc", .value = a.judged_auc},
                                         {.metric = "auc", .value = a.auc}};
        status = nsym_ledger_record(task->ledger, key, "forward", 0, measures, 2);
    }
    s->judged_auc[i] = a.judged_auc;
    s->auc[i] = a.auc;
    free(columns);
    free(key);
    if (status == NSYM_OK) nsym_progress_add(task->progress, 1);
    return status;
}

typedef struct {
    double judged_auc, auc;
    size_t candidate;
} ranked;

/* The largest AUC of the events that judge first; of equal ones the candidate named first. */
static int by_judged_auc(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->judged_auc != y->judged_auc) return x->judged_auc > y->judged_auc ? -1 : 1;
    return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

/* All candidates of step `number`, the best first, as a table. */
static nsym_status write_ranking(const selection *s, const ranked *order, size_t n, size_t number) {
    char path[NSYM_PATH_SIZE];
    nsym_atomic_file *place;
    FILE *csv;
    NSYM_TRY(nsym_folder_path(path, s->task->folder, "forward-%zu.csv", number));
    NSYM_TRY(nsym_atomic_stream_open(&place, &csv, path));
    fprintf(csv, "observable,validation_auc,auc\n");
    for (size_t i = 0; i < n; i++)
        fprintf(csv, "%s,%.17g,%.17g\n", s->candidate[order[i].candidate], order[i].judged_auc, order[i].auc);
    return nsym_atomic_stream_close(place, csv, NSYM_OK);
}

/* Ranks the candidates of step `number` and takes the best. */
static nsym_status take_best(selection *s, nsym_forward_step *step, size_t number) {
    ranked order[CANDIDATES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++)
        if (s->candidate[i]) order[n++] = (ranked){s->judged_auc[i], s->auc[i], i};
    qsort(order, n, sizeof *order, by_judged_auc);
    NSYM_TRY(write_ranking(s, order, n, number));
    size_t best = order[0].candidate;
    char *columns;
    NSYM_TRY(columns_with(&columns, s, best));
    snprintf(s->chosen, sizeof s->chosen, "%s", columns);
    free(columns);
    snprintf(step->added, sizeof step->added, "%s", s->candidate[best]);
    step->judged_auc = s->judged_auc[best];
    step->auc = s->auc[best];
    s->candidate[best] = NULL;
    return NSYM_OK;
}

static nsym_status select_all(selection *s, nsym_forward_step *steps, size_t *n) {
    const nsym_forward_task *task = s->task;
    size_t most = task->steps < s->count ? task->steps : s->count;
    for (*n = 0; *n < most; ++*n) {
        nsym_progress_start(task->progress, "trainings", (double)(s->count - *n), 0);
        NSYM_TRY(nsym_workers_run(task->workers, s->count, try_candidate, s, NULL));
        NSYM_TRY(take_best(s, &steps[*n], *n + 1));
        nsym_progress_note(task->progress, "%zu: %s, AUC %.4f", *n + 1, steps[*n].added, steps[*n].auc);
    }
    return NSYM_OK;
}

nsym_status nsym_forward_select(nsym_forward_step *steps, size_t *n, const nsym_forward_task *task) {
    selection *s = malloc(sizeof *s);
    if (!s) return nsym_fail(NSYM_ENOMEM, "no memory for a selection");
    nsym_status status = open_selection(s, task);
    if (status == NSYM_OK) status = select_all(s, steps, n);
    free(s->labels);
    free(s);
    return status;
}
