/* What a card says about muons and their surroundings. */
#include "study/card.h"

#include "base/fail.h"
#include "study/names.h"

#include <string.h>

enum { MANY = 1000000000 };

/* The image's cells: two numbers. */
static nsym_status read_grid(nsym_data_card *data, const nsym_tree *card) {
    static const char *const known[] = {"cells", NULL};
    size_t sides[2] = {32, 32}, count = 2;
    nsym_reader r;
    NSYM_TRY(nsym_card_section(&r, card, "detector", known));
    NSYM_TRY(nsym_read_sizes(r, "cells", 1, NSYM_EDGES_MAX - 1, 2, sides, &count));
    if (count != 2)
        return nsym_fail_at(card, nsym_node_at(r.node, "cells"),
                            "detector.cells must be two numbers, such as [32, 32]: cells in eta and in phi");
    data->cells.nx = sides[0];
    data->cells.ny = sides[1];
    return NSYM_OK;
}

nsym_status nsym_muons_read(nsym_data_card *data, nsym_train_card *train, const nsym_tree *card) {
    static const char *const known[] = {"file", "shuffle",    "events",  "size",      "split", "level",
                                        "test", "validation", "flatten", "threshold", NULL};
    static const char *const splits[] = {"last", "first", NULL}, *const levels[] = {"cells", "particles", NULL};
    nsym_reader r;
    size_t split = 0, level = 0;
    data->events = 100000;
    data->flatten = 32;
    train->test = train->validation = 0.085;
    NSYM_TRY(nsym_card_section(&r, card, "data", known));
    NSYM_TRY(nsym_read_text(r, "file", &data->file));
    NSYM_TRY(nsym_read_size(r, "events", 4, MANY, &data->events));
    NSYM_TRY(nsym_read_bool(r, "shuffle", &data->shuffle));
    NSYM_TRY(nsym_read_size(r, "size", 0, MANY, &train->sample));
    NSYM_TRY(nsym_read_choice(r, "split", splits, &split));
    NSYM_TRY(nsym_read_choice(r, "level", levels, &level));
    NSYM_TRY(nsym_read_number(r, "test", 0.001, 0.999, &train->test));
    NSYM_TRY(nsym_read_number(r, "validation", 0, 0.999, &train->validation));
    NSYM_TRY(nsym_read_size(r, "flatten", 0, 1000, &data->flatten));
    NSYM_TRY(nsym_read_number(r, "threshold", 0, 1e6, &data->threshold));
    NSYM_TRY(nsym_read_names((nsym_reader){card, card->root, ""}, "observables", data->observables));
    train->split = (nsym_split)split;
    data->stratify = true;
    data->particle_level = level == 1;
    if (level == 0) return read_grid(data, card);
    const nsym_node *detector = nsym_node_at(card->root, "detector");
    if (!detector || (detector->kind == NSYM_MAP && detector->count == 0)) return NSYM_OK;
    return nsym_fail_at(card, detector,
                        "data.level is particles, which no detector has summed in cells; leave the section out, or "
                        "--set 'detector={}'");
}
