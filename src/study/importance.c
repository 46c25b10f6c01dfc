#include "study/importance.h"

#include "base/fail.h"
#include "train/input_maker.h"
#include "train/training.h"
#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Values side by side of one part's rows. Those of one name are one input. */
typedef struct {
    char name[NSYM_IMPORTANCE_NAME];
    size_t part, first, width, number;
} column;

typedef struct {
    column *column; /* (count), owned */
    size_t count, inputs;
} columns;

static nsym_status no_memory(size_t n) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the importance of inputs, of %zu values", n);
}

static bool is_of_particles(const column *c) {
    return c->part == 0;
}

/* Adds `width` values of a part. */
static nsym_status add(columns *all, size_t part, const char *name, size_t first, size_t width) {
    column *more = realloc(all->column, (all->count + 1) * sizeof *more);
    if (!more) return no_memory(all->count);
    all->column = more;
    column *fresh = &more[all->count++];
    *fresh = (column){.part = part, .first = first, .width = width};
    snprintf(fresh->name, sizeof fresh->name, "%.*s", NSYM_FEATURE_NAME - 1, name);
    for (size_t i = 0; i + 1 < all->count && !fresh->number; i++) {
        if (strcmp(more[i].name, fresh->name) != 0) continue;
        if (is_of_particles(&more[i]) && !is_of_particles(fresh))
            strcat(fresh->name, " (event)"); /* for which there is room; those before have it already */
        else
            fresh->number = more[i].number;
    }
    if (!fresh->number) fresh->number = ++all->inputs;
    return NSYM_OK;
}

static nsym_status add_named(columns *all, const nsym_model_spec *spec, size_t part) {
    const char *names, *transforms;
    nsym_feature *feature;
    size_t n, first = 0;
    nsym_features_of_spec(&names, &transforms, spec, part);
    NSYM_TRY(nsym_features_parse(&feature, &n, names, transforms));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        size_t width = nsym_feature_width(&feature[i]);
        status = add(all, part, feature[i].name, first, width);
        first += width;
    }
    free(feature);
    return status;
}

/* A particle's numbers go by the features that they are, the last one's by one name; an event's are counted. */
static nsym_status add_built_in(columns *all, const nsym_input_kind *kind, size_t part, size_t width) {
    for (size_t k = 0; k < width; k++) {
        char name[NSYM_IMPORTANCE_NAME];
        if (kind->place == NSYM_PER_PARTICLE && !kind->pairs)
            snprintf(name, sizeof name, "%s", kind->feature[k < kind->features ? k : kind->features - 1]);
        else if (width == 1)
            snprintf(name, sizeof name, "%s", kind->name);
        else
            snprintf(name, sizeof name, "%s %zu", kind->name, k + 1);
        NSYM_TRY(add(all, part, name, k, 1));
    }
    return NSYM_OK;
}

/* The inputs of a model, in the order in which they are read. */
static nsym_status find_columns(columns *all, const nsym_model_spec *spec) {
    *all = (columns){0};
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        const nsym_input *input = nsym_input_of(spec, part);
        const nsym_input_kind *kind = nsym_input_find(input->name);
        if (!kind || kind->expansion != NSYM_STORED) continue;
        NSYM_TRY(kind->named ? add_named(all, spec, part) : add_built_in(all, kind, part, input->width));
    }
    return NSYM_OK;
}

bool nsym_importance_name(char name[NSYM_IMPORTANCE_NAME], const nsym_model_spec *spec, size_t number) {
    columns all;
    bool found = false;
    if (find_columns(&all, spec) == NSYM_OK)
        for (size_t i = 0; i < all.count && !found; i++)
            if (all.column[i].number == number) found = strcpy(name, all.column[i].name) != NULL;
    free(all.column);
    return found;
}

/* Rows of events or of particles that are permuted. */
typedef struct {
    uint32_t *row, *from; /* (count): where a row's values come from is drawn for every permutation */
    size_t count;
} rows;

typedef struct {
    const nsym_test_part *r;
    nsym_network *network;
    nsym_inputs *inputs;
    nsym_feed feed;
    rows rows[2];           /* of events, of particles */
    float *saved;           /* (most values of a column) */
    double *logits;         /* (tests, outputs) */
    double *base, *changed; /* (tests) influences: of the AUC, and of it less those of the permuted */
    double *permuted;       /* (tests) */
    size_t outputs;
} task;

static void draw(rows *all, uint64_t seed, size_t permutation) {
    nsym_random random = nsym_random_stream(seed, "importance", permutation);
    for (size_t i = 0; i < all->count; i++) all->from[i] = all->row[i];
    for (size_t i = all->count; i > 1; i--) {
        size_t other = (size_t)(nsym_random_uniform(&random) * (double)i);
        uint32_t last = all->from[i - 1];
        all->from[i - 1] = all->from[other];
        all->from[other] = last;
    }
}

/* Where value 0 of a column of a row is. */
static float *value_of(const task *t, const column *c, size_t row) {
    float *const blocks[NSYM_INPUT_PARTS] = {t->inputs->particles, t->inputs->event, t->inputs->gate};
    const nsym_model_spec *spec = nsym_network_spec(t->network);
    return blocks[c->part] + row * nsym_input_of(spec, c->part)->width + c->first;
}

/* Gives the rows `to` (count) the values that the rows `from` have. */
static void move(task *t, const column *c, const uint32_t *to, const uint32_t *from, size_t count) {
    for (size_t i = 0; i < count; i++)
        memcpy(t->saved + i * c->width, value_of(t, c, from[i]), c->width * sizeof *t->saved);
    for (size_t i = 0; i < count; i++)
        memcpy(value_of(t, c, to[i]), t->saved + i * c->width, c->width * sizeof *t->saved);
}

/* Permutes all columns of an input, or puts them back: what a row has then belongs where it came from. */
static void permute(task *t, const columns *all, size_t number, bool back) {
    for (size_t i = 0; i < all->count; i++) {
        const column *c = &all->column[i];
        const rows *r = &t->rows[is_of_particles(c)];
        if (c->number == number) move(t, c, back ? r->from : r->row, back ? r->row : r->from, r->count);
    }
}

/* The AUC of what the network answers now; *error is NaN where it is not known, and influence (tests) is not set. */
static nsym_status find_auc(task *t, double *auc, double *error, double *influence) {
    const nsym_test_part *r = t->r;
    size_t n = r->parts.test_count;
    nsym_predict_rows(t->network, &t->feed, r->parts.tests, r->parts.test_first, n, t->logits, NULL);
    return nsym_test_part_auc(auc, error, influence, r, t->logits, t->outputs);
}

/* Adds the importance of one input. */
static nsym_status measure_input(nsym_measures *f, task *t, const columns *all, size_t number, size_t permutations,
                                 uint64_t seed, double auc) {
    size_t n = t->r->parts.test_count;
    double loss = 0, error = 0;
    memcpy(t->changed, t->base, n * sizeof *t->changed);
    for (size_t p = 0; p < permutations; p++) {
        double value, known;
        for (size_t k = 0; k < 2; k++) draw(&t->rows[k], seed, p);
        permute(t, all, number, false);
        nsym_status status = find_auc(t, &value, &known, t->permuted);
        permute(t, all, number, true);
        NSYM_TRY(status);
        loss += (auc - value) / (double)permutations;
        error += isfinite(known) ? 0 : NAN;
        for (size_t i = 0; isfinite(error) && i < n; i++) t->changed[i] -= t->permuted[i] / (double)permutations;
    }
    if (isfinite(error)) {
        for (size_t i = 0; i < n; i++) error += t->changed[i] * t->changed[i];
        error = sqrt(error);
        nsym_test_part_join(t->changed, t->r, &error);
    }
    nsym_measures_add_known(f, "importance", number, loss, error, 0);
    return NSYM_OK;
}

static nsym_status find_rows(task *t) {
    const nsym_parts *parts = &t->r->parts;
    const uint32_t *offsets = t->inputs->particles ? t->inputs->offsets : NULL;
    size_t particles = 0;
    for (size_t i = 0; offsets && i < parts->test_count; i++) {
        size_t event = nsym_test_row(parts, i);
        particles += offsets[event + 1] - offsets[event];
    }
    t->rows[0].count = parts->test_count;
    t->rows[1].count = particles;
    for (size_t k = 0; k < 2; k++) {
        t->rows[k].row = malloc((t->rows[k].count + 1) * sizeof *t->rows[k].row);
        t->rows[k].from = malloc((t->rows[k].count + 1) * sizeof *t->rows[k].from);
        if (!t->rows[k].row || !t->rows[k].from) return no_memory(t->rows[k].count);
    }
    for (size_t i = 0, j = 0; i < parts->test_count; i++) {
        size_t event = nsym_test_row(parts, i);
        t->rows[0].row[i] = (uint32_t)event;
        for (size_t p = offsets ? offsets[event] : 0; offsets && p < offsets[event + 1]; p++)
            t->rows[1].row[j++] = (uint32_t)p;
    }
    return NSYM_OK;
}

static nsym_status allocate(task *t, const columns *all) {
    size_t n = t->r->parts.test_count, most = 0;
    NSYM_TRY(find_rows(t));
    for (size_t i = 0; i < all->count; i++) {
        size_t values = all->column[i].width * t->rows[is_of_particles(&all->column[i])].count;
        if (values > most) most = values;
    }
    t->saved = malloc((most + 1) * sizeof *t->saved);
    t->logits = malloc((n * t->outputs + 1) * sizeof *t->logits);
    t->base = calloc(n + 1, sizeof *t->base);
    t->changed = malloc((n + 1) * sizeof *t->changed);
    t->permuted = malloc((n + 1) * sizeof *t->permuted);
    return t->saved && t->logits && t->base && t->changed && t->permuted ? NSYM_OK : no_memory(most);
}

static void release(task *t) {
    void *blocks[] = {t->rows[0].row, t->rows[0].from, t->rows[1].row, t->rows[1].from, t->saved,
                      t->logits,      t->base,         t->changed,     t->permuted};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    nsym_feed_free(&t->feed);
}

nsym_status nsym_importance_measure(nsym_measures *f, nsym_network *network, nsym_inputs *inputs,
                                    const nsym_test_part *r, size_t permutations, uint64_t seed) {
    const nsym_model_spec *spec = nsym_network_spec(network);
    task t = {.r = r, .network = network, .inputs = inputs, .outputs = nsym_model_outputs(spec)};
    columns all = {0};
    double auc, error;
    nsym_status status = permutations ? find_columns(&all, spec) : NSYM_OK;
    if (status != NSYM_OK || !all.count) {
        free(all.column);
        return status;
    }
    status = nsym_feed_new(&t.feed, spec, inputs, NSYM_PREDICT_CHUNK, 0);
    if (status == NSYM_OK) status = allocate(&t, &all);
    if (status == NSYM_OK) status = find_auc(&t, &auc, &error, t.base);
    for (size_t k = 1; status == NSYM_OK && k <= all.inputs; k++)
        status = measure_input(f, &t, &all, k, permutations, seed, auc);
    release(&t);
    free(all.column);
    return status;
}
