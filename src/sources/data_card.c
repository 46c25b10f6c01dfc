#include "sources/data_card.h"

#include "sources/labels.h"
#include "sources/source.h"

void nsym_data_take_tests(nsym_data_card *data) {
    data->tests_only = true;
    data->weights.kde = NSYM_KDE_NONE; /* of what trains */
    data->judge = (nsym_judge_card){0};
    data->measured = data->importance = data->calibration = 0;
    data->copies.fresh = false;
    if (!data->copies.test_all) data->copies.where = NSYM_COPIES_NONE;
}

size_t nsym_copies_of(const nsym_data_card *data) {
    const nsym_copies_card *copies = &data->copies;
    if (copies->where == NSYM_COPIES_NONE) return 1;
    return copies->matrices ? 1 + copies->matrices : copies->count * (copies->reflect ? 2 : 1);
}

bool nsym_grid_of(const nsym_data_card *data, size_t *nx, size_t *ny) {
    bool made = data->detector.cells.nx > 0;
    *nx = made ? data->detector.cells.nx : data->sides ? data->grid[0] : 0;
    *ny = made ? data->detector.cells.ny : data->sides ? data->grid[1] : 0;
    return *nx > 0;
}

size_t nsym_classes_of(const nsym_data_card *data) {
    return data->labels.classes[0] ? nsym_class_names(NULL, data->labels.classes) : 2;
}

bool nsym_data_reads_files(const nsym_data_card *data) {
    return data->file[0] || data->files[0];
}

bool nsym_classes_are_balanced(const nsym_data_card *data) {
    return data->weights.balance && data->labels.from == NSYM_LABELS_COLUMN;
}

bool nsym_weights_are_made(const nsym_data_card *data) {
    return data->weights.reweight.binning != NSYM_BINS_NONE || data->weights.flatten > 0 ||
           nsym_classes_are_balanced(data);
}

bool nsym_mass_judges(const nsym_data_card *data) {
    return data->judge.ends > 0;
}

bool nsym_split_is_of_sample(const nsym_data_card *data) {
    bool parts = data->weights.balance && !nsym_classes_are_balanced(data);
    return nsym_mass_judges(data) || data->weights.kde != NSYM_KDE_NONE || parts;
}
