/* A file of events: labelled, or muon pairs whose labels are made. */
#include "sources/source.h"

#include <nearsym/io.h>

static nsym_status load(nsym_events **out, const nsym_data_card *data) {
    return nsym_events_read(out, data->file, NULL);
}

const nsym_source nsym_source_file = {.name = "file", .load = load};
