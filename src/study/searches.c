#include "study/searches.h"

#include "base/arena.h"
#include "base/fail.h"
#include "base/folder.h"
#include "base/list.h"
#include "observables/names.h"
#include "select/forward.h"
#include "select/guided.h"
#include "sources/sample.h"
#include "study/sections.h"
#include "train/predictions.h"
#include "train/training.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The point of a model in an experiment; NULL where the experiment is skipped. */
static nsym_status find_point(const nsym_point **out, nsym_reader r, const char *key, const char *model,
                              const char *experiment, const nsym_grid *grid) {
    bool any = false;
    *out = NULL;
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_point *point = &grid->point[i];
        if (strcmp(point->experiment, experiment) != 0) continue;
        any = true;
        if (strcmp(point->model, model) != 0) continue;
        if (*out)
            return nsym_fail_at(r.tree, nsym_node_at(r.node, key),
                                "%s.%s: model '%s' is at more than one point of experiment '%s'", r.where, key, model,
                                experiment);
        *out = point;
    }
    if (*out || !any) return NSYM_OK;
    return nsym_fail_at(r.tree, nsym_node_at(r.node, key) ? nsym_node_at(r.node, key) : r.node,
                        "%s.%s: experiment '%s' has no model '%s'; leave the search out with --set %s.skip=true",
                        r.where, key, experiment, model, r.where);
}

/* There are candidates, and none is a column of the beginning. */
static nsym_status check_candidates(const nsym_search_card *s, nsym_reader r) {
    char names[NSYM_COLUMNS_SIZE], *rest = NULL;
    if (!s->candidates[0])
        return nsym_fail_at(r.tree, r.node, "%s: a forward search needs 'candidates', columns to choose from", r.where);
    strcpy(names, s->candidates);
    for (char *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
        if (nsym_list_has(s->add, name))
            return nsym_fail_at(r.tree, nsym_node_at(r.node, "candidates"),
                                "%s.candidates: '%s' is already one of the columns at the start (add)", r.where, name);
    return NSYM_OK;
}

static nsym_status check_points(const nsym_search_card *s, nsym_reader r) {
    const nsym_train_card *train = &s->start_point->card.train;
    const nsym_data_card *data = &s->start_point->card.data;
    const nsym_split_card *split = &data->split;
    const nsym_point *guide = s->guide_point; /* NULL: forward */
    if (guide && (!guide->keep || guide->card.column))
        return nsym_fail_at(r.tree, r.node, "%s: the guide must be a network that is kept (keep: true in '%s')",
                            r.where, s->experiment);
    if (!s->start_point->card.spec.columns[0])
        return nsym_fail_at(r.tree, r.node, "%s: the start, '%s', must be a model that reads columns", r.where,
                            s->start);
    if (split->validation == 0 || split->order != NSYM_SPLIT_LAST)
        return nsym_fail_at(r.tree, r.node,
                            "%s: a search needs validation events (split.validation) and a test sample at the end "
                            "(split.order: last)",
                            r.where);
    if (nsym_copies_of(data) > 1 || data->copies.group[0] || split->overlap || data->measured || split->folds)
        return nsym_fail_at(
            r.tree, r.node,
            "%s: a search uses each event once: leave out copies, folds, split.overlap and measure.events", r.where);
    if (train->size)
        return nsym_fail_at(r.tree, r.node, "%s: a search trains on all training events; train.size is %zu, must be 0",
                            r.where, train->size);
    if (strlen(s->guide) > NSYM_MODEL_LETTERS)
        return nsym_fail_at(r.tree, r.node,
                            "%s: the guide's name '%s' is longer than %d letters, too long for the result ado_NAME",
                            r.where, s->guide, (int)NSYM_MODEL_LETTERS);
    if (!guide) return check_candidates(s, r);
    if (strcmp(guide->data_key, s->start_point->data_key) == 0) return NSYM_OK;
    return nsym_fail_at(r.tree, r.node, "%s: guide and start must have the same sample", r.where);
}

static nsym_status check_graphs(const nsym_search_card *s, nsym_reader r) {
    nsym_efp_set *set;
    if (nsym_efp_set_new(&set, s->graphs) != NSYM_OK)
        return nsym_fail_at(r.tree, nsym_node_at(r.node, "graphs"), "%s.graphs: %s", r.where, nsym_message());
    nsym_efp_set_free(set);
    return NSYM_OK;
}

#define AT(place) offsetof(nsym_search_card, place)
enum { GUIDED = 1, FORWARD = 2 };

static const char *const kinds[] = {"guided", "forward", NULL};

static const nsym_field fields[] = {
    {"kind", NSYM_FIELD_EITHER, AT(forward), .words = kinds,
     .help = "`guided`: polynomials that explain a network; `forward`: [columns one by one](#columns-one-by-one)"},
    {"experiment", NSYM_FIELD_TEXT, AT(experiment),
     .help = "experiment that has the models; if it is skipped, the search is skipped too"},
    {"guide", NSYM_FIELD_TEXT, AT(guide), .scope = GUIDED,
     .help = "model to explain: a network of an experiment with `keep: true`. The mean logit of its members is used"},
    {"start", NSYM_FIELD_TEXT, AT(start),
     .help = "model to begin with. The search's networks have its layers and training and, if guided, its `columns`. "
             "The card needs `split.validation`, `split.order: last` and `train.size: 0`"},
    {"add", NSYM_FIELD_NAMES, AT(add), .room = NSYM_COLUMNS_SIZE,
     .help = "columns that all networks read from the beginning. Observables that are not in the sample are computed"},
    {"candidates", NSYM_FIELD_NAMES, AT(candidates), .room = NSYM_COLUMNS_SIZE, .scope = FORWARD,
     .help = "columns or observables to choose from, at most 256. Observables that are not in the sample are computed"},
    {"graphs", NSYM_FIELD_TEXT, AT(graphs), .scope = GUIDED,
     .help = "selection of graphs, as for [`nearsym efp list`](efp.md#which-graph-is-which)"},
    {"kappa", NSYM_FIELD_NUMBERS, AT(kappa), AT(kappas), .low = -100, .high = 100, .room = NSYM_EFP_PARAMETERS_MAX,
     .scope = GUIDED,
     .help = "exponents of p<sub>T</sub>. Every graph with every `kappa` and every `beta` is a candidate"},
    {"beta", NSYM_FIELD_NUMBERS, AT(beta), AT(betas), .low = 1e-3, .high = 100, .room = NSYM_EFP_PARAMETERS_MAX,
     .scope = GUIDED, .help = "exponents of the angle"},
    {"pairs", NSYM_FIELD_SIZE, AT(pairs), .low = 1, .high = 1000000000, .scope = GUIDED,
     .help = "number of pairs of events, drawn by weight"},
    {"steps", NSYM_FIELD_SIZE, AT(steps), .low = 1, .high = NSYM_GUIDED_STEPS_MAX,
     .help = "maximum number of polynomials or columns to add"},
    {"members", NSYM_FIELD_SIZE, AT(members), .low = 1, .high = 1000, .scope = GUIDED,
     .help = "number of trainings in every step; their mean logit is used"},
    {"min_gain", NSYM_FIELD_NUMBER, AT(min_gain), .high = 1, .scope = GUIDED,
     .help = "gain in decision ordering with the guide that a step must bring, by itself or with up to `beyond` "
             "further steps. Otherwise it is dropped and the search ends"},
    {"beyond", NSYM_FIELD_SIZE, AT(beyond), .high = NSYM_GUIDED_STEPS_MAX, .scope = GUIDED,
     .help = "number of further steps that are tried when a step brings less than `min_gain`"},
    {"logarithm", NSYM_FIELD_BOOL, AT(logarithm), .scope = GUIDED,
     .help = "the networks read the logarithms of the polynomials (`ln_efp_…`). The ranking of candidates does not "
             "depend on it"},
    {"skip", NSYM_FIELD_BOOL, AT(skip), .help = "leave the search out"},
};

static void set_search(void *out, unsigned scope) {
    *(nsym_search_card *)out = (nsym_search_card){.experiment = "",
                                                  .guide = "",
                                                  .start = "",
                                                  .forward = scope == FORWARD,
                                                  .graphs = "d<=7,n<=7,connected",
                                                  .kappas = 1,
                                                  .betas = 1,
                                                  .kappa = {1},
                                                  .beta = {1},
                                                  .pairs = 1000000,
                                                  .steps = 10,
                                                  .members = 1,
                                                  .logarithm = true,
                                                  .beyond = 1,
                                                  .min_gain = 0.001};
}

const nsym_section nsym_section_search = {"searches.NAME",          fields,     sizeof fields / sizeof *fields,
                                          "search's kind",          kinds,      GUIDED | FORWARD,
                                          sizeof(nsym_search_card), set_search, NULL};

static nsym_status read_search(nsym_search_card *s, nsym_reader r, const nsym_grid *grid, bool *skipped) {
    size_t kind = 0;
    NSYM_TRY(nsym_read_choice(r, "kind", kinds, &kind));
    set_search(s, 1u << kind);
    s->name = r.node->key;
    NSYM_TRY(nsym_section_read(s, &nsym_section_search, r, 1u << kind));
    NSYM_TRY(nsym_names_spread_at(r, "add", s->add));
    NSYM_TRY(nsym_names_spread_at(r, "candidates", s->candidates));
    *skipped = s->skip;
    if (*skipped) return NSYM_OK;
    const nsym_node *experiments = nsym_node_at(r.tree->root, "experiments");
    if (!s->experiment[0] || !nsym_node_at(experiments, s->experiment))
        return nsym_fail_at(r.tree, nsym_node_at(r.node, "experiment") ? nsym_node_at(r.node, "experiment") : r.node,
                            "%s.experiment is '%s', must be a name under experiments", r.where, s->experiment);
    NSYM_TRY(find_point(&s->start_point, r, "start", s->start, s->experiment, grid));
    if (!s->forward) NSYM_TRY(find_point(&s->guide_point, r, "guide", s->guide, s->experiment, grid));
    *skipped = !s->start_point || (!s->forward && !s->guide_point);
    if (*skipped) return NSYM_OK;
    size_t classes = nsym_classes_of(&s->start_point->card.data);
    if (classes > 2)
        return nsym_fail_at(
            r.tree, r.node,
            "%s needs networks with one score per event, but labels.classes names %zu classes; leave the "
            "search out",
            r.where, classes);
    NSYM_TRY(check_points(s, r));
    return s->forward ? NSYM_OK : check_graphs(s, r);
}

nsym_status nsym_searches_read(nsym_searches *out, const nsym_tree *card, const nsym_grid *grid) {
    const nsym_node *section = nsym_node_at(card->root, "searches");
    *out = (nsym_searches){0};
    if (!section) return NSYM_OK;
    if (section->kind != NSYM_MAP) return nsym_fail_at(card, section, "searches must be a map of searches");
    out->search = calloc(section->count + 1, sizeof *out->search);
    if (!out->search) return nsym_fail(NSYM_ENOMEM, "no memory for %zu searches", section->count);
    for (size_t i = 0; i < section->count; i++) {
        char where[256];
        bool skipped = false;
        snprintf(where, sizeof where, "searches.%s", section->child[i]->key);
        nsym_status status =
            read_search(&out->search[out->count], (nsym_reader){card, section->child[i], where}, grid, &skipped);
        if (status != NSYM_OK) {
            nsym_searches_free(out);
            return status;
        }
        out->count += !skipped;
    }
    return NSYM_OK;
}

void nsym_searches_free(nsym_searches *searches) {
    free(searches->search);
    *searches = (nsym_searches){0};
}

/* The mean logit of the guide's members for events first ... first + n - 1. New, (n). */
static nsym_status guide_scores(double **out, const nsym_search_card *s, const nsym_search_context *c,
                                const nsym_events *events, size_t first, size_t n) {
    size_t members = s->guide_point->members;
    nsym_events *some = NULL;
    size_t *index = malloc((n + 1) * sizeof *index);
    double *mean = calloc(n + 1, sizeof *mean);
    double *logits = malloc((n + 1) * sizeof *logits);
    nsym_status status =
        index && mean && logits ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the guide's %zu scores", n);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) index[i] = first + i;
    if (status == NSYM_OK) status = nsym_events_select(&some, events, index, n);
    for (size_t m = 0; status == NSYM_OK && m < members; m++) {
        char path[NSYM_PATH_SIZE];
        nsym_model *model = NULL;
        snprintf(path, sizeof path, "%s/%s", c->folder, c->guide_models[m]);
        status = nsym_model_load(&model, path);
        if (status == NSYM_OK) status = nsym_logits_of(model, some, logits, NULL);
        for (size_t i = 0; status == NSYM_OK && i < n; i++) mean[i] += logits[i] / (double)members;
        nsym_model_free(model);
    }
    nsym_events_free(some);
    free(index);
    free(logits);
    if (status == NSYM_OK)
        *out = mean;
    else
        free(mean);
    return status;
}

/* Where a step's results stand: coordinates search, step and added. */
static nsym_status place_of(nsym_point **out, const nsym_search_card *s, const nsym_search_context *c, size_t k,
                            const char *added, size_t members) {
    nsym_arena *arena = c->card->arena;
    nsym_point *point = nsym_arena_alloc(arena, 1, sizeof *point);
    char *number = nsym_arena_printf(arena, "%zu", k), *name = nsym_arena_strdup(arena, added);
    if (!point || !number || !name) return nsym_fail(NSYM_ENOMEM, "no memory for a search's results");
    *point = (nsym_point){.experiment = "searches",
                          .model = s->start,
                          .members = members,
                          .coordinates = 3,
                          .coordinate = {{"search", s->name, false}, {"step", number, true}, {"added", name, false}}};
    *out = point;
    return NSYM_OK;
}

static nsym_status add_number(nsym_outcome *results, const nsym_point *point, const char *metric, double mean,
                              double std) {
    double root = point->members > 1 ? sqrt((double)point->members - 1) : INFINITY;
    return nsym_outcome_add(results,
                            &(nsym_outcome_row){.point = point,
                                                .mean = mean,
                                                .std = std,
                                                .standard_error = std / root,
                                                .members = point->members,
                                                .tolerance = NAN},
                            metric);
}

/* One guided step as results. */
static nsym_status add_step(nsym_outcome *results, const nsym_search_card *s, const nsym_search_context *c, size_t k,
                            const nsym_guided_step *step) {
    nsym_point *point;
    char *metric = nsym_arena_printf(c->card->arena, "ado_%s", s->guide);
    if (!metric) return nsym_fail(NSYM_ENOMEM, "no memory for a search's results");
    NSYM_TRY(place_of(&point, s, c, k, k ? step->added : "start", s->members));
    NSYM_TRY(add_number(results, point, "auc_final", step->auc, step->auc_std));
    NSYM_TRY(add_number(results, point, metric, step->test_ado, 0));
    NSYM_TRY(add_number(results, point, "validation_ado", step->ado, 0));
    return k ? add_number(results, point, "disordered_ado", step->gain, 0) : NSYM_OK;
}

/* The start's columns and what is added to them. */
static nsym_status start_names(char out[NSYM_COLUMNS_SIZE], const nsym_search_card *s) {
    int n = snprintf(out, NSYM_COLUMNS_SIZE, "%s%s%s", s->start_point->card.spec.columns, s->add[0] ? "," : "", s->add);
    return n < NSYM_COLUMNS_SIZE ? NSYM_OK : nsym_fail(NSYM_EINVAL, "search %s: too many columns to start", s->name);
}

static char *key_of(const nsym_search_card *s) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    fprintf(out, "search=1 guide={%s} members=%zu start={%s} graphs=%s", s->guide_point->key, s->guide_point->members,
            s->start_point->key, s->graphs);
    for (size_t k = 0; k < s->kappas; k++) fprintf(out, " kappa=%.17g", s->kappa[k]);
    for (size_t b = 0; b < s->betas; b++) fprintf(out, " beta=%.17g", s->beta[b]);
    fprintf(out, " pairs=%zu members=%zu", s->pairs, s->members);
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
}

/* Of the events that train, so many stop the trainings. */
static size_t checks_of(const nsym_parts *parts) {
    return parts->train_count / 10;
}

/* Searches the loaded sample. */
static nsym_status run(nsym_outcome *results, const nsym_search_card *s, const nsym_search_context *c,
                       const nsym_events *events, const nsym_parts *parts, const double *guide, const char *folder) {
    char start[NSYM_COLUMNS_SIZE];
    nsym_guided_step steps[NSYM_GUIDED_STEPS_MAX + 1];
    size_t n = 0, kept = 0;
    nsym_efp_set *set = NULL;
    NSYM_TRY(start_names(start, s));
    NSYM_TRY(nsym_efp_set_new(&set, s->graphs));
    char *key = key_of(s);
    nsym_guided_task task = {
        .events = events,
        .trains = parts->train_count - checks_of(parts),
        .checks = checks_of(parts),
        .judges = parts->check_count,
        .tests = parts->test_count,
        .guide = guide,
        .start = start,
        .graphs = set,
        .space = {.kappas = s->kappas,
                  .betas = s->betas,
                  .kappa = s->kappa,
                  .beta = s->beta,
                  .workers = c->jobs,
                  .progress = c->progress,
                  .stop = c->stop},
        .spec = s->start_point->card.spec,
        .train = s->start_point->card.train,
        .members = s->members,
        .steps = s->steps,
        .pairs = s->pairs,
        .min_gain = s->min_gain,
        .beyond = s->beyond,
        .plain = !s->logarithm,
        .seed = s->start_point->card.data.seed,
        .key = key,
        .folder = folder,
        .ledger = c->ledger,
    };
    nsym_status status = key ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a search's key");
    if (status == NSYM_OK) status = nsym_guided_search(steps, &n, &kept, &task);
    for (size_t k = 0; status == NSYM_OK && k < kept; k++) status = add_step(results, s, c, k, &steps[k]);
    nsym_efp_set_free(set);
    free(key);
    return status;
}

/* The folder of a search, which is made. */
static nsym_status make_folder(char folder[NSYM_PATH_SIZE], const nsym_search_card *s, const nsym_search_context *c) {
    NSYM_TRY(nsym_folder_path(folder, c->folder, "search-%s", s->name));
    return nsym_folder_make(folder);
}

/* Selects columns of the loaded sample one by one. */
static nsym_status run_forward(nsym_outcome *results, const nsym_search_card *s, const nsym_search_context *c,
                               const nsym_events *events, const nsym_parts *parts) {
    const nsym_run_card *card = &s->start_point->card;
    nsym_forward_step steps[NSYM_GUIDED_STEPS_MAX];
    char folder[NSYM_PATH_SIZE];
    size_t n = 0;
    NSYM_TRY(make_folder(folder, s, c));
    nsym_forward_task task = {.trial = {.table = events,
                                        .trains = parts->train_count - checks_of(parts),
                                        .checks = checks_of(parts),
                                        .measured = parts->check_count + parts->test_count,
                                        .spec = &card->spec,
                                        .train = &card->train,
                                        .seed = card->data.seed,
                                        .stop = c->stop},
                              .judges = parts->check_count,
                              .tests = parts->test_count,
                              .start = s->add,
                              .candidates = s->candidates,
                              .steps = s->steps,
                              .workers = c->jobs,
                              .folder = folder,
                              .key = s->start_point->key,
                              .ledger = c->ledger,
                              .progress = c->progress};
    NSYM_TRY(nsym_forward_select(steps, &n, &task));
    for (size_t k = 0; k < n; k++) {
        nsym_point *point;
        NSYM_TRY(place_of(&point, s, c, k + 1, steps[k].added, 1));
        NSYM_TRY(add_number(results, point, "auc_final", steps[k].auc, 0));
        NSYM_TRY(add_number(results, point, "validation_auc", steps[k].judged_auc, 0));
    }
    return NSYM_OK;
}

/* Searches under the guidance of one of the study's models. */
static nsym_status run_guided(nsym_outcome *results, const nsym_search_card *s, const nsym_search_context *c,
                              const nsym_events *events, const nsym_parts *parts) {
    char folder[NSYM_PATH_SIZE];
    double *guide = NULL;
    NSYM_TRY(make_folder(folder, s, c));
    NSYM_TRY(guide_scores(&guide, s, c, events, parts->check_first, parts->check_count + parts->test_count));
    nsym_status status = run(results, s, c, events, parts, guide, folder);
    free(guide);
    return status;
}

nsym_status nsym_search_run(nsym_outcome *results, const nsym_search_card *search, const nsym_search_context *context) {
    nsym_sample sample = {0};
    nsym_parts parts;
    uint32_t *tests = NULL;
    const nsym_data_card *data = &search->start_point->card.data;
    NSYM_TRY(nsym_sample_load(&sample, data, context->jobs, context->stop));
    const nsym_events *events = sample.events;
    nsym_status status = nsym_sample_parts(&parts, &tests, &sample, data, 0);
    if (status == NSYM_OK && search->add[0])
        status = nsym_observe(sample.events, search->add, context->jobs, context->stop);
    if (status == NSYM_OK && search->candidates[0])
        status = nsym_observe(sample.events, search->candidates, context->jobs, context->stop);
    if (status == NSYM_OK && search->forward) status = run_forward(results, search, context, events, &parts);
    if (status == NSYM_OK && !search->forward) status = run_guided(results, search, context, events, &parts);
    free(tests);
    nsym_sample_free(&sample);
    return status == NSYM_OK || status == NSYM_EINTERRUPTED ? status
                                                            : nsym_fail_in(status, "search %s: ", search->name);
}
