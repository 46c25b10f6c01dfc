/* What the sections of a sample must be together. */
#include "sources/checks.h"

#include "base/fail.h"
#include "sources/cuts.h"
#include "sources/files.h"
#include "sources/labels.h"
#include "sources/source.h"
#include <nearsym/pixels.h>

#include <math.h>
#include <string.h>

/* Equal cells over a range, the same for both coordinates. */
static nsym_status set_equal(nsym_cells_card *cells, const nsym_tree *card) {
    const double *range = cells->range;
    if (cells->sides == 0 && !nsym_node_at(card->root, "detector.range")) return NSYM_OK;
    if (cells->sides != 2)
        return nsym_fail_at(card, nsym_node_at(card->root, "detector.cells"),
                            "detector.cells must be two numbers, such as [32, 4]: cells in x and in y");
    if (cells->ends != 2 || !(range[0] < range[1]))
        return nsym_fail_at(card, nsym_node_at(card->root, "detector.range"),
                            "detector.range must be two rising numbers, such as [-1, 1]");
    cells->nx = cells->side[0];
    cells->ny = cells->side[1];
    for (size_t i = 0; i <= cells->nx; i++)
        cells->x[i] = range[0] + (range[1] - range[0]) * (double)i / (double)cells->nx;
    for (size_t i = 0; i <= cells->ny; i++)
        cells->y[i] = range[0] + (range[1] - range[0]) * (double)i / (double)cells->ny;
    return NSYM_OK;
}

static nsym_status check_edges(const nsym_node *section, const nsym_tree *card, const char *key, const double *edges,
                               size_t count) {
    for (size_t i = 1; i < count; i++)
        if (!(edges[i] > edges[i - 1]))
            return nsym_fail_at(card, nsym_node_at(section, key),
                                "detector.%s[%zu] is %.9g, must be above the edge before it, %.9g", key, i, edges[i],
                                edges[i - 1]);
    if (count >= 2) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(section, key),
                        "detector.%s must be at least two edges; x and y are given together", key);
}

static nsym_status set_cells(nsym_cells_card *cells, const nsym_tree *card) {
    const nsym_node *section = nsym_node_at(card->root, "detector");
    bool edges = nsym_node_at(section, "x") || nsym_node_at(section, "y");
    bool equal = nsym_node_at(section, "cells") || nsym_node_at(section, "range");
    if (edges && equal)
        return nsym_fail_at(card, section, "detector has both edges (x, y) and equal cells (cells, range); keep one");
    if (!edges) return set_equal(cells, card);
    NSYM_TRY(check_edges(section, card, "x", cells->x, cells->edges[0]));
    NSYM_TRY(check_edges(section, card, "y", cells->y, cells->edges[1]));
    cells->nx = cells->edges[0] - 1;
    cells->ny = cells->edges[1] - 1;
    return NSYM_OK;
}

/* even, random, or a list that begins with 0: the event itself. */
static nsym_status check_values(nsym_copies_card *copies, const nsym_tree *card) {
    const nsym_node *node = nsym_node_at(card->root, "copies.values");
    if (copies->spacing != NSYM_SPACING_LISTED) return NSYM_OK;
    if (copies->listed == 0 || copies->value[0] != 0)
        return nsym_fail_at(card, node, "copies.values must begin with 0, the event itself");
    if (nsym_node_at(card->root, "copies.count") && copies->count != copies->listed)
        return nsym_fail_at(card, node, "copies.values lists %zu values and copies.count is %zu; leave out the count",
                            copies->listed, copies->count);
    copies->count = copies->listed;
    return NSYM_OK;
}

/* Some transformations have too many parameters for a list of values. */
static nsym_status check_drawn(const nsym_copies_card *copies, const nsym_tree *card) {
    const nsym_node *values = nsym_node_at(card->root, "copies.values");
    if (copies->where == NSYM_COPIES_NONE || copies->matrices || !copies->symmetry->only_drawn) return NSYM_OK;
    if (copies->spacing == NSYM_SPACED_RANDOMLY) return NSYM_OK;
    return nsym_fail_at(card, values ? values : nsym_node_at(card->root, "copies.transform"),
                        "copies.transform: %s needs copies.values: random; one number does not say which rotation it "
                        "is, as each has an axis of its own",
                        copies->symmetry->name);
}

/* Four numbers for each copy: x' = a x + b y, y' = c x + d y. */
static nsym_status check_matrices(nsym_copies_card *copies, const nsym_data_card *data, const nsym_tree *card) {
    static const char *const others[] = {"transform", "values", "count", "reflect"};
    const nsym_node *section = nsym_node_at(card->root, "copies"), *node = nsym_node_at(section, "matrices");
    size_t n = copies->numbers;
    if (n % 4 || (n && copies->where == NSYM_COPIES_AFTER && data->detector.cells.nx))
        return nsym_fail_at(card, node,
                            n % 4 ? "copies.matrices has %zu numbers, must be four for each copy"
                                  : "copies.matrices (%zu numbers) act on points, so on copies made before a detector "
                                    "that sums cells",
                            n);
    copies->matrices = n / 4;
    for (size_t i = 0; n && i < sizeof others / sizeof *others; i++)
        if (nsym_node_at(section, others[i]))
            return nsym_fail_at(card, node,
                                "copies has both matrices and %s, which makes other copies; keep one (to replace the "
                                "section: --set 'copies={where: before, matrices: [...]}')",
                                others[i]);
    return NSYM_OK;
}

/* Images are rotated alone, all by the same angles, and where cells are of one size. */
static nsym_status check_images(const nsym_data_card *data, const nsym_tree *card) {
    const nsym_cells_card *cells = &data->detector.cells;
    nsym_pixels *pixels;
    if (data->copies.where != NSYM_COPIES_AFTER || !cells->nx) return NSYM_OK;
    if (data->copies.symmetry != &nsym_rotate)
        return nsym_fail_at(
            card, nsym_node_at(card->root, "copies.transform"),
            "copies.transform is '%s', but images can only be rotated; make the copies before the detector",
            data->copies.symmetry->name);
    if (data->copies.spacing == NSYM_SPACED_RANDOMLY)
        return nsym_fail_at(
            card, nsym_node_at(card->root, "copies"),
            "copies.values: random is for copies before the detector; an image is rotated by angles that "
            "all events share");
    NSYM_TRY(nsym_pixels_new(&pixels, cells->nx, cells->x, cells->ny, cells->y));
    bool equal = nsym_pixels_equal(pixels);
    nsym_pixels_free(pixels);
    if (equal) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, "copies.where"),
                        "copies.where is 'after', and images of detector.x and detector.y, cells of unequal sizes, "
                        "cannot be rotated; make the copies before the detector, or the cells equal");
}

/* Copies that are made anew differ by what is drawn. */
static nsym_status check_fresh(const nsym_data_card *data, const nsym_tree *card) {
    const nsym_copies_card *copies = &data->copies;
    bool before = copies->where == NSYM_COPIES_BEFORE, image = !before && data->detector.cells.nx > 0;
    bool random = !copies->matrices && copies->spacing == NSYM_SPACED_RANDOMLY;
    if (!copies->fresh || copies->where == NSYM_COPIES_NONE || random) return NSYM_OK;
    if (before && data->detector.smear.resolution > 0) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, "copies.fresh"),
                        "copies.fresh makes new copies in every epoch, but nothing in these copies is random: %s",
                        image ? "images after the detector are all rotated by the same angles; make the copies before "
                                "it (copies.where) with copies.values: random"
                        : copies->matrices ? "copies.matrices are fixed and nothing is smeared after them; use "
                                             "copies.transform with copies.values: random"
                                           : "set copies.values: random");
}

static nsym_status check_copies(nsym_data_card *data, const nsym_tree *card) {
    nsym_copies_card *copies = &data->copies;
    copies->symmetry = nsym_symmetry_at(copies->transform);
    NSYM_TRY(check_values(copies, card));
    NSYM_TRY(check_matrices(copies, data, card));
    NSYM_TRY(check_drawn(copies, card));
    NSYM_TRY(check_images(data, card));
    NSYM_TRY(check_fresh(data, card));
    if (!copies->group[0]) return NSYM_OK;
    if (copies->where != NSYM_COPIES_NONE)
        return nsym_fail_at(
            card, nsym_node_at(card->root, "copies"),
            "copies.group says which rows of the file are copies, and copies.where makes other copies; keep one");
    if (data->repeat == 1 && data->source->load) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, "copies.group"),
                        "copies.group needs events of a file, each used once: set data.file and leave out data.repeat");
}

static nsym_status check_range(const nsym_tree *card, const char *path, const double ends[2], size_t n) {
    if (n == 2 && ends[0] < ends[1]) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, path), "%s must be two rising numbers", path);
}

static nsym_status check_labels(const nsym_labels_card *l, const nsym_tree *card) {
    const nsym_node *fractions = nsym_node_at(card->root, "labels.fractions");
    if (l->from == NSYM_LABELS_COLUMN) return NSYM_OK;
    NSYM_TRY(check_range(card, "labels.mass", l->mass, l->ends[0]));
    NSYM_TRY(check_range(card, "labels.signal_region", l->signal_region, l->ends[1]));
    if (l->signal_region[0] < l->mass[0] || l->signal_region[1] > l->mass[1])
        return nsym_fail_at(card, nsym_node_at(card->root, "labels.signal_region"),
                            "labels.signal_region is [%g, %g], must lie in labels.mass, [%g, %g]", l->signal_region[0],
                            l->signal_region[1], l->mass[0], l->mass[1]);
    if (fractions && l->fractions != 2) return nsym_fail_at(card, fractions, "labels.fractions must be two numbers");
    if (l->fractions && l->fraction[0] <= l->fraction[1])
        return nsym_fail_at(
            card, fractions,
            "labels.fractions are [%g, %g]; the first, of label 1, must be larger than the second, of label 0",
            l->fraction[0], l->fraction[1]);
    return NSYM_OK;
}

/* Names of two classes or more, each once. */
static nsym_status check_names(const char *names, const nsym_node *node, const nsym_tree *card) {
    char name[NSYM_CLASSES_MAX][NSYM_CLASS_NAME];
    size_t n = nsym_class_names(name, names), commas = 0;
    for (const char *c = names; *c; c++) commas += *c == ',';
    if (n < 2 || commas + 1 > NSYM_CLASSES_MAX)
        return nsym_fail_at(card, node, "labels.classes has %zu names, must have 2 to %d", commas + 1,
                            (int)NSYM_CLASSES_MAX);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k <= i; k++) {
            if (k < i && strcmp(name[i], name[k]) == 0)
                return nsym_fail_at(card, node, "labels.classes names '%s' twice, classes %zu and %zu", name[i], k, i);
            if (strlen(name[i]) + 1 == NSYM_CLASS_NAME || !name[i][0])
                return nsym_fail_at(card, node, "labels.classes: the name '%s' of class %zu must have 1 to %d letters",
                                    name[i], i, NSYM_CLASS_NAME - 2);
        }
    return NSYM_OK;
}

/* What several classes cannot be together with: what asks for signal and background. */
static nsym_status check_several(const nsym_data_card *data, const nsym_tree *card, const nsym_node *node) {
    const nsym_weights_card *weights = &data->weights;
    const struct {
        bool there;
        const char *what;
    } others[] = {{weights->reweight.binning != NSYM_BINS_NONE, "weights.reweight is for signal and background"},
                  {weights->flatten > 0, "weights.flatten is for two classes"},
                  {weights->kde != NSYM_KDE_NONE, "weights.kde is for two classes"},
                  {data->judge.ends > 0, "splot.mass is for scores of signal against background"},
                  {!nsym_data_reads_files(data), "built-in events have two classes"}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].there)
            return nsym_fail_at(card, node, "labels.classes names %zu classes, and %s; keep one", data->split.classes,
                                others[i].what);
    return NSYM_OK;
}

static nsym_status check_classes(nsym_data_card *data, const nsym_tree *card) {
    const nsym_node *node = nsym_node_at(card->root, "labels.classes");
    if (!data->labels.classes[0]) return NSYM_OK;
    if (data->labels.from != NSYM_LABELS_COLUMN)
        return nsym_fail_at(card, node,
                            "labels.classes names the classes of a column, but labels.from makes labels of two classes "
                            "itself (mixtures or truth); keep one");
    NSYM_TRY(check_names(data->labels.classes, node, card));
    size_t classes = nsym_classes_of(data);
    if (classes <= 2) return NSYM_OK;
    data->split.classes = classes;
    return check_several(data, card, node);
}

/* Events without classes are judged by their mass, whether the card says so or not. */
static nsym_status check_judge(nsym_data_card *data, const nsym_tree *card) {
    nsym_judge_card *judge = &data->judge;
    if (judge->ends) NSYM_TRY(check_range(card, "splot.mass", judge->mass, judge->ends));
    if (!judge->ends && data->labels.from == NSYM_LABELS_COLUMN) return NSYM_OK;
    if (data->copies.test_all)
        return nsym_fail_at(card, nsym_node_at(card->root, "copies.test"),
                            "copies.test is all, but splot.mass needs each test event only once; keep one");
    if (judge->ends) return NSYM_OK;
    memcpy(judge->mass, data->labels.mass, sizeof judge->mass);
    judge->ends = 2;
    return NSYM_OK;
}

size_t nsym_tests_of(const nsym_data_card *data, size_t count) {
    return (size_t)llround((double)count * data->split.test);
}

nsym_status nsym_division_check(const nsym_data_card *data, size_t count) {
    size_t tests = nsym_tests_of(data, count), left = data->split.overlap ? count : count - tests;
    if (count > UINT32_MAX) return nsym_fail(NSYM_EINVAL, "%zu events are more than a sample holds (2^32)", count);
    if (data->split.reserve <= left && data->measured <= tests && tests > 0) return NSYM_OK;
    return nsym_fail(
        NSYM_EINVAL,
        "of %zu events %zu are test events and %zu are left for split.reserve, which is %zu; measure.events is %zu. "
        "Make split.reserve at most the events left, and measure.events at most the test events",
        count, tests, left, data->split.reserve, data->measured);
}

/* Events that the source has, where this is known before they are read; 0: it is not. */
static size_t known_events(const nsym_data_card *data) {
    if (nsym_data_reads_files(data) || data->select[0] || data->copies.group[0] ||
        data->labels.from != NSYM_LABELS_COLUMN)
        return 0;
    return data->source->takes_classes ? 2 * data->events : data->events;
}

static nsym_status check_reserve(const nsym_data_card *data, const nsym_tree *card) {
    const nsym_node *node = nsym_node_at(card->root, "split");
    if (data->split.overlap && !data->split.shuffle)
        return nsym_fail_at(card, node,
                            "split.overlap draws the reserve from shuffled events, but split.shuffle is false, so the "
                            "reserve would be the test sample; keep one");
    if (data->repeat > 1)
        return nsym_fail_at(card, nsym_node_at(card->root, "data.repeat"),
                            "data.repeat is %zu, must be 1 with split.reserve: each event of a reserve is used once",
                            data->repeat);
    if (!known_events(data) || nsym_division_check(data, known_events(data)) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(card, node, "%s", nsym_message());
}

nsym_status nsym_groups_check(const nsym_data_card *data, size_t count) {
    const nsym_split_card *split = &data->split;
    size_t used = split->size ? split->size : count * data->repeat, repeat = data->repeat;
    if (!split->group || repeat == 1 || split->reserve) return NSYM_OK;
    size_t test = (size_t)llround((double)used * split->test);
    size_t checks = split->folds ? (used - test) / split->folds : (size_t)llround((double)used * split->validation);
    bool equal = !split->folds || (used - test) % split->folds == 0;
    if (equal && used % repeat == 0 && test % repeat == 0 && checks % repeat == 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "split.group keeps the %zu repeats of an event together, but %zu events with %zu test events and "
                     "%zu validation events would separate some; choose split.size, split.test and %s so that all are "
                     "multiples of data.repeat",
                     repeat, used, test, checks, split->folds ? "split.folds" : "split.validation");
}

/* The same before the events are read, where their number is known. */
static nsym_status check_groups(const nsym_data_card *data, const nsym_tree *card) {
    size_t known = known_events(data);
    if ((!known && !data->split.size) || nsym_groups_check(data, known) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, "split"), "%s", nsym_message());
}

/* Something is left to train beside what tests and validates. */
static nsym_status check_division(const nsym_split_card *split, const nsym_tree *card) {
    if (split->folds == 1)
        return nsym_fail_at(card, nsym_node_at(card->root, "split.folds"),
                            "split.folds is 1, must be 0 (none) or at least 2");
    if (split->folds && split->validation > 0)
        return nsym_fail_at(card, nsym_node_at(card->root, "split"),
                            "split.folds is %zu and split.validation is %g, but the folds are the validation samples; "
                            "set one of the two to 0",
                            split->folds, split->validation);
    if (split->test + split->validation < 0.9999) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, "split"),
                        "split.test is %g and split.validation %g; together they must leave training events",
                        split->test, split->validation);
}

static bool among(const char *name, const char *const *names) {
    while (*names && strcmp(*names, name) != 0) names++;
    return *names != NULL;
}

/* Two numbers, or none; of a source, as far as it is known, whose particles are cells. */
static nsym_status check_grid(const nsym_data_card *data, const nsym_tree *card) {
    const nsym_node *node = nsym_node_at(card->root, "data.cells");
    if (data->sides != 0 && data->sides != 2)
        return nsym_fail_at(card, node, "data.cells must be two numbers, such as [32, 32]: cells in eta and in phi");
    const char *const *has = nsym_source_features(data);
    if (data->sides && has && !among("cell", has))
        return nsym_fail_at(card, node,
                            "data.cells is the grid of particles that are cells, but the particles of '%s' are not "
                            "cells; use detector.cells to sum positions in cells",
                            data->source->name);
    if (!data->sides || !data->detector.cells.nx) return NSYM_OK;
    return nsym_fail_at(
        card, node,
        "data.cells says that the particles are cells already, and detector.cells would sum them in cells; keep one");
}

/* Does the source, as far as it is known, have what the detector acts on? */
static nsym_status check_detector(const nsym_data_card *data, const nsym_tree *card) {
    const char *const *has = nsym_source_features(data);
    const nsym_node *node = nsym_node_at(card->root, "detector");
    bool smears = data->detector.smear.resolution > 0, cells = data->detector.cells.nx > 0;
    if (smears && cells)
        return nsym_fail_at(card, node, "detector.smear acts on momenta and detector.cells on positions; keep one");
    if (!has) return NSYM_OK;
    if (smears && !among("px", has))
        return nsym_fail_at(card, nsym_node_at(card->root, "detector.smear"),
                            "detector.smear acts on momenta, but '%s' has none", data->source->name);
    if (cells && (among("cell", has) || !(among("x", has) || among("d_eta", has))))
        return nsym_fail_at(card, nsym_node_at(card->root, "detector"),
                            among("cell", has) ? "detector.cells sums positions in cells, but the particles of '%s' "
                                                 "are cells already; give their grid with data.cells"
                                               : "detector.cells sums positions in cells, but '%s' has no positions",
                            data->source->name);
    return NSYM_OK;
}

/* Repeats of an event differ by what is drawn. */
static nsym_status check_repeat(const nsym_data_card *data, const nsym_tree *card) {
    bool random = data->copies.where != NSYM_COPIES_NONE && data->copies.spacing == NSYM_SPACED_RANDOMLY;
    if (data->repeat == 1 || data->detector.smear.resolution > 0 || random) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, "data.repeat"),
                        "data.repeat is %zu, but nothing in a repeat is random (detector.smear.resolution is 0): all "
                        "repeats would be equal, yet count as separate events; set it to 1",
                        data->repeat);
}

/* Cuts and new columns are of events that are all there. */
static nsym_status check_cuts(const nsym_data_card *data, const nsym_tree *card) {
    const nsym_node *define = nsym_node_at(card->root, "data.define");
    if (define && define->kind != NSYM_MAP && (define->kind != NSYM_SCALAR || define->text[0]))
        return nsym_fail_at(card, define,
                            "data.define must be a map of names and expressions, such as "
                            "{pt_ratio: pt / mu_pt}");
    if (!nsym_cuts_are_made(data) || data->source->load) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, "data"),
                        "data.particles, data.define and data.select need all events in memory, but '%s' makes each "
                        "event only when it is used; leave them out",
                        data->source->name);
}

/* Parts that files are given for settle the division. */
static nsym_status check_parts(const nsym_data_card *data, const nsym_tree *card) {
    bool test = nsym_files_give(data, NSYM_FOR_TEST), checks = nsym_files_give(data, NSYM_FOR_VALIDATION);
    const nsym_split_card *split = &data->split;
    const nsym_node *node = nsym_node_at(card->root, "split");
    if (!nsym_files_give(data, NSYM_FOR_ANY)) return NSYM_OK;
    if (split->reserve || split->size || split->folds)
        return nsym_fail_at(card, node,
                            "data.files gives files for training, validation or test, and split.%s would divide all "
                            "events in another way; keep one",
                            split->reserve ? "reserve"
                            : split->size  ? "size"
                                           : "folds");
    if (test && nsym_node_at(card->root, "split.test"))
        return nsym_fail_at(card, node, "data.files has test files, and split.test is %g; keep one", split->test);
    if (checks && nsym_node_at(card->root, "split.validation"))
        return nsym_fail_at(card, node, "data.files has validation files, and split.validation is %g; keep one",
                            split->validation);
    return NSYM_OK;
}

nsym_status nsym_data_check(nsym_data_card *data, const nsym_tree *card) {
    const nsym_reweight *reweight = &data->weights.reweight;
    if (reweight->high < reweight->low)
        return nsym_fail_at(card, nsym_node_at(card->root, "weights.reweight.low"),
                            "weights.reweight.low is %g, must be below weights.reweight.high, %g", reweight->low,
                            reweight->high);
    NSYM_TRY(nsym_files_check(data, card));
    NSYM_TRY(check_cuts(data, card));
    NSYM_TRY(check_parts(data, card));
    if (data->source->check) NSYM_TRY(data->source->check(data, card));
    NSYM_TRY(set_cells(&data->detector.cells, card));
    NSYM_TRY(check_grid(data, card));
    NSYM_TRY(check_detector(data, card));
    NSYM_TRY(check_copies(data, card));
    NSYM_TRY(check_labels(&data->labels, card));
    NSYM_TRY(check_classes(data, card));
    NSYM_TRY(check_judge(data, card));
    NSYM_TRY(check_division(&data->split, card));
    if (data->split.reserve) return check_reserve(data, card);
    NSYM_TRY(check_repeat(data, card));
    return check_groups(data, card);
}
