/* The figures that show events, where an experiment keeps the scores of its networks. */
#include "report/defaults.h"

#include "base/fail.h"
#include <nearsym/io.h>
#include <string.h>

enum { COLUMNS = 12 }; /* of the inputs that are shown, at most */

/* The first file of the experiment that has scores. */
static const nsym_result_file *first_scores(const nsym_default_place *p) {
    for (size_t i = 0; i < p->results->files; i++) {
        const nsym_result_file *file = &p->results->file[i];
        const char *experiment = nsym_place_value(&file->place, "experiment");
        if (experiment && strcmp(experiment, p->experiment) == 0 && nsym_place_value(&file->place, "model"))
            return file;
    }
    return NULL;
}

/* Events count by their weights, where they have some. */
static const char *weight_of(const nsym_events *events) {
    const nsym_column *weight = events ? nsym_events_column(events, "weight") : NULL;
    bool varies = false;
    for (size_t i = 1; weight && weight->width == 1 && i < events->count; i++)
        varies |= weight->values[i] != weight->values[0];
    return varies ? "weight: true, " : "";
}

static nsym_status write_scores(const nsym_default_place *p, const nsym_events *events) {
    nsym_default_begin(p, "scores", "Scores by class");
    fputs("kind: histogram, data: scores, column: output, split: label, range: [0, 1], bins: 25, normalise: density, "
          "errors: true, ratio: 0, xlabel: network output, "
          "caption: 'Test sample, first training. Lower panel: signal divided by background.', ",
          p->yaml);
    fputs(weight_of(events), p->yaml);
    NSYM_TRY(nsym_default_panels(p, NULL, 12));
    fputs(", member: 0}},\n", p->yaml);
    return NSYM_OK;
}

static nsym_status write_confusion(const nsym_default_place *p, const nsym_events *events) {
    nsym_default_begin(p, "confusion", "Confusion matrix");
    fprintf(p->yaml,
            "kind: confusion, %scaption: 'Fractions of each true class with an output above or below 0.5, with "
            "binomial errors. Test "
            "sample, first training.', ",
            weight_of(events));
    NSYM_TRY(nsym_default_panels(p, NULL, 12));
    fputs(", member: 0}},\n", p->yaml);
    return NSYM_OK;
}

/* Is a column something that was measured of an event, and does it have several values? */
static bool is_input(const nsym_events *events, const nsym_column *column) {
    static const char *const others[] = {
        "label", "weight",     "output", "logit", "truth", "general_weight", "sweight_signal", "sweight_background",
        "part",  "given_part", "file"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(column->name, others[i]) == 0) return false;
    bool varies = false;
    for (size_t i = 1; column->width == 1 && i < events->count; i++) varies |= column->values[i] != column->values[0];
    return varies;
}

/* The columns of a file by class; one file stands for all models and members, which see the same events. */
static nsym_status write_inputs(const nsym_default_place *p, const nsym_result_file *file, const nsym_events *events) {
    size_t shown = 0;
    for (size_t i = 0; i < events->columns && shown < COLUMNS; i++) {
        if (!is_input(events, &events->column[i])) continue;
        if (shown == 0) {
            nsym_default_begin(p, "inputs", "Event columns by class");
            fputs(
                "kind: histogram, data: scores, split: label, bins: 25, normalise: density, own_y: true, errors: true, "
                "caption: 'Test sample.', columns: {",
                p->yaml);
        }
        if (shown++) fputs(", ", p->yaml);
        nsym_default_quote(p->yaml, events->column[i].name);
        fputs(": auto", p->yaml);
    }
    if (!shown) return NSYM_OK;
    fprintf(p->yaml, "}, %swhere: {", weight_of(events));
    for (size_t c = 0; c < file->place.count; c++) {
        if (c) fputs(", ", p->yaml);
        nsym_default_quote(p->yaml, file->place.name[c]);
        fputs(": ", p->yaml);
        nsym_default_quote(p->yaml, file->place.value[c]);
    }
    fputs("}},\n", p->yaml);
    return NSYM_OK;
}

/* The first column that is a mass by its name; NULL: none. */
static const char *mass_of(const nsym_events *events) {
    for (size_t i = 0; i < events->columns; i++) {
        const char *name = events->column[i].name;
        if (is_input(events, &events->column[i]) && (strstr(name, "mass") || strcmp(name, "m") == 0)) return name;
    }
    return NULL;
}

/* Does the score sculpt the mass of the background? */
static nsym_status write_sculpting(const nsym_default_place *p, const nsym_events *events) {
    const char *mass = mass_of(events);
    if (!mass) return NSYM_OK;
    nsym_default_begin(p, "sculpting", "Mass of the background after a cut on the score");
    fprintf(p->yaml,
            "kind: sculpting, %scaption: 'JSD: Jensen–Shannon divergence between the shapes after and before the cut, "
            "in bits, and "
            "its value by chance for as many events. For other columns, add a figure of kind: sculpting with column: "
            "NAME.', column: ",
            weight_of(events));
    nsym_default_quote(p->yaml, mass);
    fputs(", ", p->yaml);
    NSYM_TRY(nsym_default_panels(p, NULL, 12));
    fputs(", member: 0}},\n", p->yaml);
    return NSYM_OK;
}

nsym_status nsym_default_scores(const nsym_default_place *p) {
    const nsym_result_file *file = first_scores(p);
    nsym_events *events = NULL;
    const char *path = file ? nsym_arena_printf(p->arena, "%s/%s", p->results->folder, file->path) : "";
    if (!file) return NSYM_OK;
    if (!path) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
    if (nsym_events_read(&events, path, NULL) != NSYM_OK) events = NULL; /* the figure of the scores will say so */
    const nsym_column *output = events ? nsym_events_column(events, "output") : NULL;
    bool two = !events || (output && output->width == 1); /* of more classes each has an output of its own */
    nsym_status status = two ? write_scores(p, events) : NSYM_OK;
    if (status == NSYM_OK && events && two) status = write_confusion(p, events);
    if (status == NSYM_OK && events) status = write_inputs(p, file, events);
    if (status == NSYM_OK && events && two) status = write_sculpting(p, events);
    nsym_events_free(events);
    return status;
}
