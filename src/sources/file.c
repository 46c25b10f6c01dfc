/* Files of events: labelled, or muon pairs whose labels are made. */
#include "sources/files.h"
#include "sources/source.h"

static nsym_status load(nsym_events **out, const nsym_data_card *data, bool (*stop)(void)) {
    (void)stop;
    return nsym_files_load(out, data, 0);
}

const nsym_source nsym_source_file = {.name = "file", .load = load};
