#include "sources/source.h"

#include "base/fail.h"
#include "data/events.h"

#include <string.h>

const nsym_source *const nsym_sources[] = {&nsym_source_dimuon,     &nsym_source_showers, &nsym_source_muons,
                                           &nsym_source_muon_pairs, &nsym_source_file,    NULL};
const char *const nsym_generators[] = {"none", "dimuon", "showers", "muons", "muon_pairs", NULL};
_Static_assert(sizeof nsym_sources == sizeof nsym_generators, "every generator has its name");

const nsym_source *nsym_source_named(const char *name) {
    for (size_t i = 0; nsym_sources[i]; i++)
        if (strcmp(nsym_sources[i]->name, name) == 0) return nsym_sources[i];
    return NULL;
}

const char *const *nsym_source_features(const nsym_data_card *data) {
    return data->source->features ? data->source->features(data) : NULL;
}

size_t nsym_source_block(const nsym_data_card *data, size_t count) {
    return data->source->takes_classes && count % 2 == 0 ? count / 2 : count;
}

nsym_status nsym_column_values(double **out, const nsym_events *events, const char *name) {
    const nsym_column *column = nsym_events_column(events, name);
    if (!column || column->width != 1)
        return nsym_fail(NSYM_EFORMAT, "there is no column '%s' of one value an event", name);
    *out = column->values;
    return NSYM_OK;
}

nsym_status nsym_column_set(double **out, nsym_events *events, const char *name, const char *meaning) {
    nsym_column *column = nsym_events_column(events, name);
    if (!column) return nsym_events_add_column(events, name, "", meaning, 1, out);
    if (column->width != 1)
        return nsym_fail(NSYM_EFORMAT, "the column '%s' has %zu values an event, must have one", name, column->width);
    nsym_events_drop_words(events, name);
    *out = column->values;
    return NSYM_OK;
}

nsym_status nsym_supply_open(nsym_supply *out, const nsym_data_card *data, bool (*stop)(void)) {
    *out = (nsym_supply){.source = data->source, .count = data->events};
    if (!data->source->load) return data->source->open(&out->state, data);
    NSYM_TRY(data->source->load(&out->all, data, stop));
    out->count = out->all->count;
    return NSYM_OK;
}

void nsym_supply_close(nsym_supply *supply) {
    nsym_events_free(supply->all);
    if (supply->state) supply->source->close(supply->state);
    *supply = (nsym_supply){0};
}
