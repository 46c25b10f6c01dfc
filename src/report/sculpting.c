/* Does a score sculpt a column? The column's distribution in one class, for all its events and for those that a
   threshold on the score lets pass, as densities, with their ratio below and how far the shapes are apart. */
#include "base/fail.h"
#include "report/histogram.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUTER = 200 }; /* a range that is not given leaves out one event in so many on each side */

/* An event of the class. */
typedef struct candidate {
    double score, value, weight;
} candidate;

typedef struct sculpting {
    nsym_histogram h; /* its splits: the shares that pass, all events the first */
    const char *column;
    double label;
    bool weighted, ranged;
} sculpting;

static nsym_status no_memory(const sculpting *s) {
    return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", s->h.figure->name);
}

static int by_score(const void *a, const void *b) {
    double x = ((const candidate *)a)->score, y = ((const candidate *)b)->score;
    return (x < y) - (x > y);
}

static int by_number(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The events of the class with the largest score first, (n) in *out, to be freed. */
static nsym_status choose(const sculpting *s, const nsym_events *events, const char *path, candidate **out, size_t *n) {
    const nsym_column *value, *score, *label, *weight = NULL;
    NSYM_TRY(nsym_figure_column(events, path, s->column, &value));
    NSYM_TRY(nsym_figure_column(events, path, "label", &label));
    NSYM_TRY(nsym_figure_column(events, path, nsym_events_column(events, "logit") ? "logit" : "output", &score));
    if (s->weighted) NSYM_TRY(nsym_figure_column(events, path, "weight", &weight));
    *n = 0;
    *out = malloc((events->count + 1) * sizeof **out);
    if (!*out) return no_memory(s);
    for (size_t i = 0; i < events->count; i++)
        if (label->values[i] == s->label && isfinite(value->values[i]))
            (*out)[(*n)++] = (candidate){score->values[i], value->values[i], weight ? weight->values[i] : 1};
    qsort(*out, *n, sizeof **out, by_score);
    if (*n > 0) return NSYM_OK;
    free(*out);
    *out = NULL;
    return nsym_fail(NSYM_ENOTFOUND, "%s has no event of label %g with a number for '%s'", path, s->label, s->column);
}

static nsym_status set_range(sculpting *s, const candidate *events, size_t n) {
    double *values = malloc((n + 1) * sizeof *values);
    if (!values) return no_memory(s);
    for (size_t i = 0; i < n; i++) values[i] = events[i].value;
    qsort(values, n, sizeof *values, by_number);
    double low = values[n / OUTER], high = values[n - 1 - n / OUTER];
    s->h.range[0][0] = low;
    s->h.range[0][1] = high > low ? high : low + fmax(fabs(low), 1);
    s->ranged = true;
    free(values);
    return NSYM_OK;
}

/* Every share takes the best events until their weights add up to it. */
static void fill(sculpting *s, const candidate *events, size_t n, size_t panel) {
    nsym_histogram *h = &s->h;
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += events[i].weight;
    for (size_t k = 0; k < h->splits; k++) {
        size_t at = panel * NSYM_SPLITS + k;
        double passed = 0;
        for (size_t i = 0; i < n && (h->split_value[k] >= 1 || passed < h->split_value[k] * sum); i++) {
            const double *range = h->range[0], w = events[i].weight;
            double position = (events[i].value - range[0]) / (range[1] - range[0]) * (double)h->bins;
            passed += w;
            h->total[at] += w;
            if (!(position >= 0 && position < (double)h->bins)) continue;
            h->sum[at * h->bins + (size_t)position] += w;
            h->squares[at * h->bins + (size_t)position] += w * w;
            h->moment[3 * at] += w;
        }
    }
}

/* x log2(x / y), the limit of which is 0 for x = 0. */
static double surprise(double x, double y) {
    return x > 0 ? x * log2(x / y) : 0;
}

/* The Jensen-Shannon divergence (Lin, IEEE Trans. Inf. Theory 37, 145) of the shape of split `k` from that of all
   events, in bits, from 0 to 1; and about what so many events drawn from all would have: (bins - 1) / (8 ln 2) times
   the difference of the inverse effective numbers. */
static void divergence(const nsym_histogram *h, size_t panel, size_t k, double *found, double *chance) {
    const size_t at[] = {panel * NSYM_SPLITS + h->base, panel * NSYM_SPLITS + k};
    double norm[2] = {0}, squares[2] = {0}, bins = 0;
    for (size_t j = 0; j < 2; j++)
        for (size_t b = 0; b < h->bins; b++) {
            norm[j] += fmax(h->sum[at[j] * h->bins + b], 0);
            squares[j] += h->squares[at[j] * h->bins + b];
        }
    *found = 0;
    for (size_t b = 0; b < h->bins; b++) {
        double p = fmax(h->sum[at[0] * h->bins + b], 0) / norm[0], q = fmax(h->sum[at[1] * h->bins + b], 0) / norm[1];
        *found += 0.5 * (surprise(p, (p + q) / 2) + surprise(q, (p + q) / 2));
        bins += p > 0;
    }
    *chance = fmax(squares[1] / norm[1] / norm[1] - squares[0] / norm[0] / norm[0], 0) * (bins - 1) / (8 * log(2));
}

/* What stands in the panels: the divergences. */
static nsym_status remark(sculpting *s) {
    nsym_histogram *h = &s->h;
    h->remark = nsym_arena_alloc(h->figure->arena, h->panels.count * NSYM_SPLITS, sizeof *h->remark);
    if (!h->remark) return no_memory(s);
    for (size_t p = 0; p < h->panels.count; p++)
        for (size_t k = 0; k < h->splits; k++) {
            double found, chance;
            if (k == h->base) continue;
            divergence(h, p, k, &found, &chance);
            const char **text = &h->remark[p * NSYM_SPLITS + k];
            *text = nsym_arena_printf(h->figure->arena, "JSD %.2g (chance %.1g)", found, chance);
            if (!*text) return no_memory(s);
        }
    return NSYM_OK;
}

static nsym_status add_file(sculpting *s, const nsym_result_file *file) {
    nsym_events *events = NULL;
    candidate *chosen = NULL;
    size_t n = 0, panel = nsym_texts_find(&s->h.panels, nsym_figure_panel(s->h.figure, &file->place));
    NSYM_TRY(nsym_figure_read(s->h.figure, file, &events));
    nsym_status status = choose(s, events, file->path, &chosen, &n);
    if (status == NSYM_OK && !s->ranged) status = set_range(s, chosen, n);
    if (status == NSYM_OK) {
        fill(s, chosen, n, panel);
        s->h.unit[0] = nsym_arena_strdup(s->h.figure->arena, nsym_events_column(events, s->column)->unit);
        if (!s->h.unit[0]) status = no_memory(s);
    }
    free(chosen);
    nsym_events_free(events);
    return status;
}

static nsym_status fill_all(sculpting *s) {
    nsym_histogram *h = &s->h;
    nsym_arena *arena = h->figure->arena;
    const nsym_result_file **files;
    size_t n;
    NSYM_TRY(nsym_figure_files(h->figure, true, &files, &n, &h->panels));
    size_t cells = h->panels.count * NSYM_SPLITS;
    h->total = nsym_arena_alloc(arena, cells, sizeof *h->total);
    h->sum = nsym_arena_alloc(arena, cells * h->bins, sizeof *h->sum);
    h->squares = nsym_arena_alloc(arena, cells * h->bins, sizeof *h->squares);
    h->moment = nsym_arena_alloc(arena, 3 * cells, sizeof *h->moment);
    if (!h->total || !h->sum || !h->squares || !h->moment) return no_memory(s);
    for (size_t i = 0; i < n; i++) NSYM_TRY(add_file(s, files[i]));
    return remark(s);
}

/* All events, and the shares of `pass`. */
static nsym_status read_shares(sculpting *s) {
    nsym_histogram *h = &s->h;
    nsym_reader r = h->figure->reader;
    double shares[NSYM_SPLITS - 1] = {0.5, 0.1};
    size_t n = 2;
    NSYM_TRY(nsym_read_numbers(r, "pass", nextafter(0, 1), nextafter(1, 0), NSYM_SPLITS - 1, shares, &n));
    const char *label = nsym_arena_printf(h->figure->arena, "%g", s->label);
    const char *shown = label ? nsym_figure_label(h->figure, label) : "";
    if (shown == label || strcmp(shown, label ? label : "") == 0)
        shown = s->label == 0 ? "background" : s->label == 1 ? "signal" : shown;
    for (size_t k = 0; k <= n; k++) {
        h->split_value[k] = k ? shares[k - 1] : 1;
        h->split_name[k] = k ? nsym_arena_printf(h->figure->arena, "best %g %%", 100 * shares[k - 1])
                             : nsym_arena_printf(h->figure->arena, "all %s", shown);
        if (!h->split_name[k]) return no_memory(s);
    }
    h->splits = n + 1;
    return NSYM_OK;
}

static nsym_status read_card(sculpting *s) {
    nsym_histogram *h = &s->h;
    nsym_figure *figure = h->figure;
    nsym_reader r = figure->reader;
    NSYM_TRY(nsym_read_text(r, "column", &s->column));
    if (!s->column)
        return nsym_fail_at(figure->card, r.node, "%s needs a column, such as column: mass: what may be sculpted?",
                            r.where);
    NSYM_TRY(nsym_read_number(r, "label", -1e9, 1e9, &s->label));
    NSYM_TRY(nsym_read_bool(r, "weight", &s->weighted));
    NSYM_TRY(nsym_figure_bins(figure, &h->bins));
    NSYM_TRY(nsym_texts_add(&h->columns, figure->arena, s->column));
    h->range = nsym_arena_alloc(figure->arena, 1, sizeof *h->range);
    h->unit = nsym_arena_alloc(figure->arena, 1, sizeof *h->unit);
    if (!h->range || !h->unit) return no_memory(s);
    NSYM_TRY(nsym_figure_range(figure, "range", h->range[0], &s->ranged));
    return read_shares(s);
}

nsym_status nsym_draw_sculpting(nsym_figure *figure, FILE *csv, FILE *gp) {
    sculpting s = {.h = {.figure = figure,
                         .bins = 25,
                         .slice_unit = "",
                         .normalise = NSYM_DENSITY,
                         .errors = true,
                         .ratio = "1",
                         .split = "pass",
                         .scores = true,
                         .weights = 1,
                         .slices = 1}};
    NSYM_TRY(read_card(&s));
    NSYM_TRY(fill_all(&s));
    return nsym_histogram_draw(&s.h, csv, gp);
}
