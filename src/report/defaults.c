#include "report/defaults.h"

#include "base/fail.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

void nsym_default_quote(FILE *yaml, const char *text) {
    fputc('\'', yaml);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', yaml);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, yaml);
    }
    fputc('\'', yaml);
}

/* An experiment's name as part of a file's; the number keeps two apart that look alike then. */
static void write_name(const nsym_default_place *p, const char *name) {
    fputs(name, p->yaml);
    if (p->of == 1) return;
    fputc('-', p->yaml);
    bool plain = true;
    for (const char *c = p->experiment; *c; c++) {
        bool good = isalnum((unsigned char)*c) || *c == '-' || *c == '_';
        fputc(good ? *c : '_', p->yaml);
        plain &= good;
    }
    if (!plain) fprintf(p->yaml, "-%zu", p->number + 1);
}

void nsym_default_begin(const nsym_default_place *p, const char *name, const char *title) {
    fputs("{name: '", p->yaml);
    write_name(p, name);
    fputs("', title: ", p->yaml);
    const char *whole = p->of == 1 ? title : nsym_arena_printf(p->arena, "%s: %s", p->experiment, title);
    nsym_default_quote(p->yaml, whole ? whole : title);
    fputs(", ", p->yaml);
}

static bool is_of(const nsym_default_place *p, const nsym_place *place) {
    const char *experiment = nsym_place_value(place, "experiment");
    return experiment && strcmp(experiment, p->experiment) == 0;
}

bool nsym_default_has(const nsym_default_place *p, const char *metric) {
    for (size_t i = 0; i < p->results->count; i++)
        if (is_of(p, &p->results->result[i].place) && strcmp(p->results->result[i].metric, metric) == 0) return true;
    return false;
}

nsym_status nsym_default_values(const nsym_default_place *p, const char *axis, nsym_texts *values) {
    for (size_t i = 0; i < p->results->count; i++) {
        const nsym_place *place = &p->results->result[i].place;
        const char *value = is_of(p, place) ? nsym_place_value(place, axis) : NULL;
        if (value) NSYM_TRY(nsym_texts_add(values, p->arena, value));
    }
    return NSYM_OK;
}

/* The coordinates that all its results share: not the epoch, nor what a search says in words. */
static nsym_status find_axes(nsym_default_place *p) {
    static const char *const others[] = {"experiment", "settings", "epoch", "background", "efficiency", "class",
                                         "against",    "called",   "input", "bin",        "variation"};
    for (size_t i = 0; i < p->results->count; i++) {
        const nsym_place *place = &p->results->result[i].place;
        if (!is_of(p, place)) continue;
        for (size_t c = 0; c < place->count; c++) {
            bool own = false;
            for (size_t k = 0; k < sizeof others / sizeof *others; k++) own |= strcmp(place->name[c], others[k]) == 0;
            if (!own) NSYM_TRY(nsym_texts_add(&p->axes, p->arena, place->name[c]));
        }
    }
    return NSYM_OK;
}

void nsym_default_list(FILE *yaml, const nsym_texts *texts) {
    fputc('[', yaml);
    for (size_t i = 0; i < texts->count; i++) {
        if (i) fputs(", ", yaml);
        nsym_default_quote(yaml, texts->text[i]);
    }
    fputc(']', yaml);
}

static void write_list(FILE *yaml, const char *key, const nsym_texts *texts) {
    fprintf(yaml, "%s: ", key);
    nsym_default_list(yaml, texts);
    fputs(", ", yaml);
}

static void write_where(const nsym_default_place *p) {
    fputs("where: {experiment: ", p->yaml);
    nsym_default_quote(p->yaml, p->experiment);
}

void nsym_default_end(const nsym_default_place *p) {
    write_where(p);
    fputs("}},\n", p->yaml);
}

nsym_status nsym_default_panels(const nsym_default_place *p, const char *except, size_t most) {
    nsym_texts panels = {0}, rest = {0};
    size_t count = 1;
    for (size_t i = 0; i < p->axes.count; i++) {
        nsym_texts values = {0};
        NSYM_TRY(nsym_default_values(p, p->axes.text[i], &values));
        if (values.count < 2 || (except && strcmp(p->axes.text[i], except) == 0)) continue;
        bool fits = count * values.count <= most;
        if (fits) count *= values.count;
        NSYM_TRY(nsym_texts_add(fits ? &panels : &rest, p->arena, p->axes.text[i]));
    }
    if (panels.count) write_list(p->yaml, "panels", &panels);
    write_where(p);
    for (size_t i = 0; i < rest.count; i++) {
        fputs(", ", p->yaml);
        nsym_default_quote(p->yaml, rest.text[i]);
        fputs(": first", p->yaml);
    }
    return NSYM_OK;
}

/* A metric in a table's head, or on an axis. */
typedef struct named {
    const char *metric, *label;
} named;

/* A table of those metrics that there are, over all axes. */
static nsym_status write_table(const nsym_default_place *p, const char *name, const char *title, const named *metrics,
                               size_t n, const char *caption) {
    nsym_texts there = {0};
    for (size_t i = 0; i < n; i++)
        if (nsym_default_has(p, metrics[i].metric)) NSYM_TRY(nsym_texts_add(&there, p->arena, metrics[i].metric));
    if (!there.count || !p->axes.count) return NSYM_OK;
    nsym_default_begin(p, name, title);
    write_list(p->yaml, "metric", &there);
    write_list(p->yaml, "rows", &p->axes);
    fputs("columns: metric, labels: {", p->yaml);
    for (size_t i = 0; i < n; i++) {
        fprintf(p->yaml, "%s%s: ", i ? ", " : "", metrics[i].metric);
        nsym_default_quote(p->yaml, metrics[i].label);
    }
    fputs("}, caption: ", p->yaml);
    nsym_default_quote(p->yaml, caption);
    fputs(", ", p->yaml);
    nsym_default_end(p);
    return NSYM_OK;
}

/* Are there scores of the experiment, or no network that could have some? */
static bool keeps_scores(const nsym_default_place *p) {
    for (size_t i = 0; i < p->results->files; i++)
        if (is_of(p, &p->results->file[i].place) && nsym_place_value(&p->results->file[i].place, "model")) return true;
    return !nsym_default_has(p, "parameters");
}

static nsym_status write_rejection(const nsym_default_place *p) {
    if (!nsym_default_has(p, "rejection") || !p->axes.count) return NSYM_OK;
    nsym_default_begin(p, "rejection", "Background rejection 1/ε_{b} at chosen signal efficiencies");
    write_list(p->yaml, "rows", &p->axes);
    fputs("metric: rejection, columns: efficiency, values: [0.3, 0.5, 0.7, 0.9], "
          "labels: {0.3: 'ε_{s} = 0.3', 0.5: 'ε_{s} = 0.5', 0.7: 'ε_{s} = 0.7', 0.9: 'ε_{s} = 0.9'}, ",
          p->yaml);
    nsym_default_end(p);
    return NSYM_OK;
}

/* The axis that makes the curves of a figure: the model, where several are compared, else the last with several values.
 */
static nsym_status series_of(const nsym_default_place *p, const char **series) {
    *series = p->axes.count ? p->axes.text[0] : "model";
    for (size_t i = 0; i < p->axes.count; i++) {
        nsym_texts values = {0};
        NSYM_TRY(nsym_default_values(p, p->axes.text[i], &values));
        if (values.count < 2) continue;
        *series = p->axes.text[i];
        if (strcmp(*series, "model") == 0) break;
    }
    return NSYM_OK;
}

/* A row for each input, a column for each place along the axis of several values. */
static nsym_status write_importance(const nsym_default_place *p) {
    const char *series;
    nsym_texts rows = {0};
    if (!nsym_default_has(p, "importance") || !p->axes.count) return NSYM_OK;
    NSYM_TRY(series_of(p, &series));
    for (size_t i = 0; i < p->axes.count; i++)
        if (strcmp(p->axes.text[i], series) != 0) NSYM_TRY(nsym_texts_add(&rows, p->arena, p->axes.text[i]));
    NSYM_TRY(nsym_texts_add(&rows, p->arena, "input"));
    nsym_default_begin(p, "importance", "Importance of each input");
    write_list(p->yaml, "rows", &rows);
    fputs("metric: importance, columns: ", p->yaml);
    nsym_default_quote(p->yaml, series);
    fputs(", caption: 'Loss of AUC when the values of the input are permuted among the test events. If several inputs "
          "carry the same information, each of them may show a small loss.', ",
          p->yaml);
    nsym_default_end(p);
    return NSYM_OK;
}

static nsym_status write_tables(const nsym_default_place *p) {
    static const named tests[] = {{"auc_final", "AUC"},
                                  {"auc_final_average", "AUC of the mean score"},
                                  {"splot_auc", "AUC by sPlot"},
                                  {"true_auc", "true AUC"},
                                  {"auc_final_difference", "difference in AUC"},
                                  {"signal_efficiency", "ε_{s} at ε_{b} = 0.5"},
                                  {"brier", "Brier score"},
                                  {"ece", "ECE"},
                                  {"ece_floor", "ECE by chance"},
                                  {"rotation_spread", "spread over rotations"}};
    static const named trainings[] = {
        {"inputs", "inputs"},           {"parameters", "parameters"},         {"best_epoch", "best epoch"},
        {"temperature", "temperature"}, {"validation_auc", "validation AUC"}, {"validation_loss", "validation loss"}};
    bool keeps = keeps_scores(p);
    const char *caption = nsym_arena_printf(
        p->arena, "Test sample. Network of the last epoch, or of the best epoch if there is a validation sample.%s%s%s",
        keeps ? "" : " No scores were kept. With --set experiments.", keeps ? "" : p->experiment,
        keeps ? "" : ".keep=true the report also shows scores and event columns by class.");
    if (!caption) return no_memory();
    bool classes = nsym_default_has(p, "auc_of_class");
    NSYM_TRY(write_table(p, "results", classes ? "Separation of the classes" : "Separation of signal and background",
                         tests, sizeof tests / sizeof *tests, caption));
    NSYM_TRY(write_rejection(p));
    NSYM_TRY(nsym_default_class_tables(p));
    NSYM_TRY(write_importance(p));
    NSYM_TRY(nsym_default_variations_table(p));
    return write_table(p, "trainings", "Networks and training", trainings, sizeof trainings / sizeof *trainings,
                       "Inputs: numbers that the network reads per event and per particle.");
}

/* The rest of a figure's entry: marks where a best epoch is known. */
static nsym_status write_end(const nsym_default_place *p, const char *except, const char *caption) {
    bool best = nsym_default_has(p, "best_epoch");
    if (best) fputs("mark: best_epoch, ", p->yaml);
    const char *whole = nsym_arena_printf(
        p->arena, "%s%s", caption, best ? " Dashed: best epoch, whose network is kept (mean over trainings)." : "");
    if (!whole) return no_memory();
    fputs("caption: ", p->yaml);
    nsym_default_quote(p->yaml, whole);
    fputs(", ", p->yaml);
    NSYM_TRY(nsym_default_panels(p, except, 12));
    fputs("}},\n", p->yaml);
    return NSYM_OK;
}

#define EPOCH_LABELS                                                                                                   \
    "labels: {train_loss: training, loss: test sample, validation_loss_by_epoch: validation, best_epoch: best "        \
    "epoch}, "

static nsym_status write_epochs(const nsym_default_place *p, const char *series) {
    bool tested = nsym_default_has(p, "auc"), checked = nsym_default_has(p, "validation_auc_by_epoch");
    if (tested || checked) {
        nsym_default_begin(p, "auc-epochs", "AUC after every epoch");
        fprintf(p->yaml, "kind: curves, metric: %s, x: epoch, ylabel: '%s', " EPOCH_LABELS "series: ",
                tested ? "auc" : "validation_auc_by_epoch", tested ? "AUC" : "validation AUC");
        nsym_default_quote(p->yaml, series);
        fputs(", ", p->yaml);
        NSYM_TRY(write_end(p, series, tested ? "Test sample." : "Validation sample."));
    }
    if (!nsym_default_has(p, "train_loss")) return NSYM_OK;
    nsym_default_begin(p, "loss-epochs", "Loss after every epoch");
    fprintf(p->yaml, "kind: curves, metric: [train_loss%s], series: metric, x: epoch, ylabel: loss, " EPOCH_LABELS,
            checked                       ? ", validation_loss_by_epoch"
            : nsym_default_has(p, "loss") ? ", loss"
                                          : "");
    return write_end(p, NULL, "Training: mean over the batches of an epoch, computed while the network changes.");
}

static nsym_status write_roc(const nsym_default_place *p, const char *series) {
    if (!nsym_default_has(p, "roc")) return NSYM_OK;
    nsym_default_begin(p, "roc", "ROC curves");
    fputs("kind: roc, bands: true, caption: 'Bands: error of the signal efficiency.', series: ", p->yaml);
    nsym_default_quote(p->yaml, series);
    fputs(", ", p->yaml);
    NSYM_TRY(nsym_default_panels(p, series, 12));
    fputs("}},\n", p->yaml);
    return NSYM_OK;
}

static nsym_status write_reliability(const nsym_default_place *p, const char *series) {
    if (!nsym_default_has(p, "reliability")) return NSYM_OK;
    nsym_default_begin(p, "reliability", "Are the outputs probabilities?");
    fputs(
        "kind: reliability, caption: 'Bins with equal numbers of test events. ECE: expected calibration error, and its "
        "value by chance for a calibrated score.', series: ",
        p->yaml);
    nsym_default_quote(p->yaml, series);
    fputs(", ", p->yaml);
    NSYM_TRY(nsym_default_panels(p, series, 12));
    fputs("}},\n", p->yaml);
    return NSYM_OK;
}

static nsym_status write_figures(const nsym_default_place *p) {
    const char *series;
    NSYM_TRY(series_of(p, &series));
    NSYM_TRY(write_roc(p, series));
    NSYM_TRY(nsym_default_class_curves(p));
    NSYM_TRY(write_reliability(p, series));
    NSYM_TRY(nsym_default_variations_figure(p, series));
    NSYM_TRY(nsym_default_scores(p));
    return write_epochs(p, series);
}

/* The list `key` of entries that `write` makes of every experiment. */
static nsym_status lay(nsym_tree *card, const char *key, const nsym_results *results, nsym_arena *arena,
                       nsym_status (*write)(const nsym_default_place *)) {
    nsym_texts experiments = {0};
    char *text = NULL;
    size_t size = 0;
    if (nsym_node_at(card->root, key)) return NSYM_OK;
    for (size_t i = 0; i < results->count; i++) {
        const char *experiment = nsym_place_value(&results->result[i].place, "experiment");
        if (experiment) NSYM_TRY(nsym_texts_add(&experiments, arena, experiment));
    }
    if (!experiments.count) return NSYM_OK;
    FILE *yaml = open_memstream(&text, &size);
    if (!yaml) return no_memory();
    nsym_status status = NSYM_OK;
    fputs("[\n", yaml);
    for (size_t i = 0; status == NSYM_OK && i < experiments.count; i++) {
        nsym_default_place p = {.yaml = yaml,
                                .results = results,
                                .arena = arena,
                                .experiment = experiments.text[i],
                                .number = i,
                                .of = experiments.count};
        status = find_axes(&p);
        if (status == NSYM_OK) status = write(&p);
    }
    fputs("]", yaml);
    if (fclose(yaml) != 0 && status == NSYM_OK) status = no_memory();
    if (status == NSYM_OK) status = nsym_tree_set(card, key, text, "what a report shows without asking");
    free(text);
    return status;
}

nsym_status nsym_defaults_lay(nsym_tree *card, const nsym_results *results, nsym_arena *arena) {
    NSYM_TRY(lay(card, "tables", results, arena, write_tables));
    return lay(card, "figures", results, arena, write_figures);
}
