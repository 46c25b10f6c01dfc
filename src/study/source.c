#include "study/source.h"

#include "base/fail.h"
#include <nearsym/splot.h>

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    nsym_status (*load)(nsym_sample *out, const nsym_data_card *card, size_t workers);
} sources[] = {{"dimuon", nsym_source_dimuon},
               {"file", nsym_source_file},
               {"showers", nsym_source_showers},
               {"muons", nsym_source_muons},
               {"mixture", nsym_source_mixture}};

nsym_status nsym_source_load(nsym_sample *out, const nsym_data_card *card, size_t workers) {
    *out = (nsym_sample){.copies = 1};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (strcmp(sources[i].name, card->source) == 0) return sources[i].load(out, card, workers);
    return nsym_fail(NSYM_EINVAL, "no source is called '%s'", card->source);
}

void nsym_sample_free(nsym_sample *sample) {
    nsym_events_free(sample->events);
    nsym_events_free(sample->shown);
    nsym_events_free(sample->pictures);
    nsym_splot_fits_free(sample->fits);
    *sample = (nsym_sample){0};
}

nsym_status nsym_column_values(double **out, const nsym_events *events, const char *name) {
    const nsym_column *column = nsym_events_column(events, name);
    if (!column || column->width != 1)
        return nsym_fail(NSYM_EFORMAT, "there is no column '%s' of one value an event", name);
    *out = column->values;
    return NSYM_OK;
}

nsym_status nsym_labels_check(const nsym_events *events) {
    const nsym_column *label = nsym_events_column(events, "label");
    if (!label || label->width != 1)
        return nsym_fail(NSYM_EFORMAT, "there is no column 'label' (1 signal, 0 background); "
                                       "`nearsym data convert --label` adds one");
    for (size_t i = 0; i < events->count; i++)
        if (label->values[i] != 0 && label->values[i] != 1)
            return nsym_fail(NSYM_EFORMAT, "row %zu: label is %g, must be 0 or 1", nsym_events_row(events, i),
                             label->values[i]);
    return NSYM_OK;
}

nsym_status nsym_grid_same(const nsym_events *events, const char *grid, const char *expected) {
    const char *given = nsym_events_attribute(events, "grid");
    if (!given || strcmp(given, grid) == 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "the cells are of a grid of %s, %s %s", given, expected, grid);
}

nsym_status nsym_grid_set(nsym_events *events, const nsym_data_card *card) {
    char grid[64];
    snprintf(grid, sizeof grid, "%zux%zu", card->cells.nx, card->cells.ny);
    if (card->file[0]) NSYM_TRY(nsym_grid_same(events, grid, "detector.cells has"));
    return nsym_events_set_attribute(events, "grid", grid);
}
