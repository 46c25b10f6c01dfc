/* What a card says about muons and their surroundings. */
#include "study/card.h"

#include "base/fail.h"

nsym_status nsym_muons_check(nsym_data_card *data, const nsym_tree *card) {
    const nsym_node *detector = nsym_node_at(card->root, "detector");
    bool said = detector && (detector->kind != NSYM_MAP || detector->count > 0);
    if (data->particle_level && !said) return NSYM_OK;
    if (data->particle_level)
        return nsym_fail_at(card, detector,
                            "data.level is particles, which no detector has summed in cells; leave the section out, or "
                            "--set 'detector={}'");
    if (data->cells.sides != 2)
        return nsym_fail_at(card, nsym_node_at(detector, "cells"),
                            "detector.cells must be two numbers, such as [32, 32]: cells in eta and in phi");
    data->cells.nx = data->cells.side[0];
    data->cells.ny = data->cells.side[1];
    return NSYM_OK;
}
