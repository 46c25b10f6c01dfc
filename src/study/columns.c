#include "study/columns.h"

#include "base/fail.h"
#include "base/list.h"
#include "sources/cuts.h"
#include "sources/files.h"
#include "sources/source.h"

#include <stdio.h>
#include <string.h>

enum { EXAMPLES = 100 }; /* one of which has particles, if any has */

/* A few events of a source; NULL where it cannot give any, as a run will tell. New. */
static nsym_events *example_of(const nsym_data_card *data) {
    static const size_t none = 0;
    nsym_data_card few = *data;
    nsym_events *events = NULL;
    nsym_status status;
    void *state = NULL;
    few.events = 4;
    if (nsym_data_reads_files(data)) {
        status = nsym_files_load(&events, data, EXAMPLES);
    } else if (data->source->load) {
        status = data->source->load(&events, &few, NULL);
    } else {
        status = data->source->open(&state, &few);
        if (status == NSYM_OK) status = data->source->make(&events, state, &none, 1);
        data->source->close(state);
    }
    if (status == NSYM_OK && nsym_cuts_are_made(data)) status = nsym_cuts_define(events, data);
    if (status == NSYM_OK) return events;
    nsym_events_free(events);
    return NULL;
}

/* Is a column of the sample made by nearsym itself? */
static bool is_made(const nsym_data_card *data, const nsym_events *events, const char *name) {
    static const char *const always[] = {"label", "weight", NULL}, *const of_momenta[] = {"pt", "mass", NULL},
                             *const of_smeared[] = {"pt_true", "mass_true", NULL},
                             *const of_mass[] = {"sweight_signal", "sweight_background", NULL};
    bool momenta = events->offsets && nsym_events_feature(events, "px") != NSYM_NONE;
    const struct {
        bool there;
        const char *const *names;
    } made[] = {{true, always},
                {momenta, of_momenta},
                {momenta && data->detector.smear.resolution > 0, of_smeared},
                {nsym_mass_judges(data), of_mass}};
    if (data->labels.from != NSYM_LABELS_COLUMN && strcmp(name, "mass") == 0) return true;
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        for (const char *const *n = made[i].names; made[i].there && *n; n++)
            if (strcmp(*n, name) == 0) return true;
    return false;
}

/* Does the sample of a point have a column? */
static bool has(const nsym_data_card *data, const nsym_events *events, const char *name) {
    const nsym_column *column = nsym_events_column(events, name);
    return (column && column->width == 1) || nsym_list_has(data->observables, name) || is_made(data, events, name);
}

static nsym_status check_name(const nsym_tree *card, const nsym_point *point, const nsym_events *events,
                              const char *key, const char *name) {
    const nsym_data_card *data = &point->card.data;
    char path[256];
    if (has(data, events, name)) return NSYM_OK;
    snprintf(path, sizeof path, "models.%s.%s", point->model, key);
    return nsym_fail_at(card, nsym_node_at(card->root, path),
                        "%s: %s has no column '%s', and it is not among the card's observables; add it there if it can "
                        "be computed, or remove the model from the experiments' grids, or skip these: --set "
                        "experiments.NAME.skip=true",
                        path,
                        data->file[0]    ? data->file
                        : data->files[0] ? "data.files"
                                         : data->source->name,
                        name);
}

static nsym_status check_names(const nsym_tree *card, const nsym_point *point, const nsym_events *events,
                               const char *key, const char *names) {
    char list[NSYM_COLUMNS_SIZE], *rest = NULL;
    snprintf(list, sizeof list, "%s", names);
    for (char *name = strtok_r(list, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
        NSYM_TRY(check_name(card, point, events, key, name));
    return NSYM_OK;
}

static nsym_status check_point(const nsym_tree *card, const nsym_point *point, const nsym_events *events) {
    const nsym_model_spec *spec = &point->card.spec;
    char path[256];
    snprintf(path, sizeof path, "models.%s.columns", point->model);
    const char *key = nsym_node_at(card->root, path) ? "columns" : "event";
    if (point->card.column) return check_name(card, point, events, "column", point->card.column);
    NSYM_TRY(check_names(card, point, events, key, spec->columns));
    return check_names(card, point, events, "gate", spec->gate_columns);
}

static bool is_same(const nsym_data_card *a, const nsym_data_card *b) {
    return a->source == b->source && strcmp(a->file, b->file) == 0 && strcmp(a->files, b->files) == 0 &&
           strcmp(a->define, b->define) == 0 && strcmp(a->signal, b->signal) == 0 &&
           strcmp(a->background, b->background) == 0;
}

nsym_status nsym_columns_check(const nsym_tree *card, const nsym_grid *grid) {
    const nsym_data_card *looked = NULL;
    nsym_events *events = NULL;
    nsym_status status = NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && i < grid->points; i++) {
        const nsym_point *point = &grid->point[i];
        if (!point->card.column && !point->card.spec.columns[0] && !point->card.spec.gate_columns[0]) continue;
        if (!looked || !is_same(looked, &point->card.data)) {
            nsym_events_free(events);
            looked = &point->card.data;
            events = example_of(looked);
        }
        if (events) status = check_point(card, point, events);
    }
    nsym_events_free(events);
    return status;
}
