#include "study/source.h"

#include "base/fail.h"

#include <string.h>

static const struct {
    const char *name;
    nsym_status (*load)(nsym_events **out, const nsym_data_card *card);
} sources[] = {{"dimuon", nsym_source_dimuon}, {"file", nsym_source_file}};

nsym_status nsym_source_load(nsym_events **out, const nsym_data_card *card) {
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (strcmp(sources[i].name, card->source) == 0) return sources[i].load(out, card);
    return nsym_fail(NSYM_EINVAL, "no source is called '%s'", card->source);
}
