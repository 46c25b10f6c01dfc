/* The card's top level, and the sections that make the sample. */
#include "sources/source.h"
#include "study/card.h"
#include "study/sections.h"

#include <string.h>

#define AT(place) offsetof(nsym_run_card, place)

enum { MANY = 1000000000 };

_Static_assert(sizeof(uint64_t) == sizeof(size_t), "the seed is read as a size");
_Static_assert(sizeof(nsym_split) == sizeof(unsigned) && sizeof(nsym_copying) == sizeof(unsigned), "words are enums");

const char nsym_trains_nothing[] = "a model of kind column trains nothing";

static const char *const orders[] = {"last", "first", NULL};
static const char *const froms[] = {"label", "mixtures", "truth", NULL};
static const char *const keeps[] = {"eta", "pz", NULL};
static const char *const binnings[] = {"none", "equal", "quantile", NULL};
static const char *const places[] = {"none", "before", "after", NULL};
static const char *const spacings[] = {"even", "random", NULL};
static const char *const alignments[] = {"none", "axis", NULL};
static const char *const tested[] = {"one", "all", NULL};
static const char *const densities[] = {"none", "published", "described", NULL};
static const char *const methods[] = {"likelihood", "published", NULL};

static const nsym_data_card *data_of(const void *card) {
    return &((const nsym_run_card *)card)->data;
}

static const char *for_networks(const void *card) {
    return ((const nsym_run_card *)card)->column ? nsym_trains_nothing : NULL;
}

static const char *for_detector(const void *card) {
    if (nsym_card_reads_detector(card)) return NULL;
    return for_networks(card) ? nsym_trains_nothing : "the model reads columns that no detector changes";
}

static const char *for_built_in(const void *card) {
    if (data_of(card)->files[0]) return "the events come from data.files";
    return data_of(card)->file[0] ? "the events come from data.file" : NULL;
}

static const char *for_classes(const void *card) {
    if (for_built_in(card)) return for_built_in(card);
    return data_of(card)->source->takes_classes ? NULL : "only data.generate: dimuon takes its classes from files";
}

static const char *for_repeated(const void *card) {
    if (data_of(card)->split.reserve) return "split.reserve takes every event once";
    return data_of(card)->repeat > 1 ? NULL : "data.repeat is 1";
}

static const char *for_smeared(const void *card) {
    if (for_detector(card)) return for_detector(card);
    return data_of(card)->detector.smear.resolution > 0 ? NULL : "detector.smear.resolution is 0";
}

static const char *for_equal_cells(const void *card) {
    return data_of(card)->detector.cells.sides ? NULL : "there are no detector.cells";
}

static const char *for_binned(const void *card) {
    return data_of(card)->weights.reweight.binning != NSYM_BINS_NONE ? NULL : "weights.reweight.binning is none";
}

static const char *for_equal_bins(const void *card) {
    return data_of(card)->weights.reweight.binning == NSYM_BINS_EQUAL ? NULL : "weights.reweight.binning is not equal";
}

static const char *for_where(const void *card) {
    return data_of(card)->copies.test_all ? NULL : for_networks(card);
}

static const char *for_copies(const void *card) {
    if (for_where(card)) return for_where(card);
    return data_of(card)->copies.where != NSYM_COPIES_NONE ? NULL : "copies.where is none";
}

static const char *for_fresh(const void *card) {
    if (for_copies(card)) return for_copies(card);
    if (for_networks(card)) return nsym_trains_nothing;
    return nsym_copies_of(data_of(card)) > 1 ? NULL : "copies.count is 1, the event alone";
}

static const char *for_tested(const void *card) {
    const nsym_copies_card *copies = &data_of(card)->copies;
    return copies->group[0] || copies->where != NSYM_COPIES_NONE ? NULL : "copies.where is none";
}

static const char *for_transformed(const void *card) {
    return data_of(card)->copies.matrices ? "copies.matrices make the copies" : for_copies(card);
}

static const char *for_range(const void *card) {
    const nsym_copies_card *copies = &data_of(card)->copies;
    if (copies->symmetry && copies->symmetry->period > 0)
        return "copies.transform has a period, and the values cover it";
    return copies->spacing == NSYM_SPACING_LISTED ? "copies.values lists them" : for_transformed(card);
}

static const char *for_images(const void *card) {
    const nsym_data_card *data = data_of(card);
    if (!data->detector.cells.nx) return "there are no detector.cells, so no image is rotated";
    return data->copies.where == NSYM_COPIES_AFTER ? NULL : "copies.where is not after, no image is rotated";
}

static const char *for_measured(const void *card) {
    return data_of(card)->measured ? NULL : "measure.events is 0";
}

static const char *for_reserve(const void *card) {
    if (!data_of(card)->split.reserve) return "split.reserve is 0: there is none";
    return for_networks(card);
}

static const char *for_divided_by_training(const void *card) {
    return data_of(card)->split.reserve ? "split.reserve sets the training and test events" : NULL;
}

static const char *for_shuffled(const void *card) {
    if (data_of(card)->split.reserve) return "split.reserve is set, and its events are drawn from all";
    return data_of(card)->split.shuffle ? NULL : "split.shuffle is false";
}

static const char *for_mixtures(const void *card) {
    return data_of(card)->labels.from != NSYM_LABELS_COLUMN ? NULL : "labels.from is label";
}

static const char *for_columns(const void *card) {
    return data_of(card)->labels.from == NSYM_LABELS_COLUMN ? NULL : "labels.from is not label";
}

static const char *for_drawn_mixtures(const void *card) {
    return data_of(card)->labels.from == NSYM_LABELS_TRUTH ? "labels.from is truth" : for_mixtures(card);
}

static const char *for_densities(const void *card) {
    return data_of(card)->labels.from == NSYM_LABELS_TRUTH ? "labels.from is truth, which does not use densities"
                                                           : NULL;
}

static const char *for_judged(const void *card) {
    return data_of(card)->judge.ends ? NULL : "the mass is not used: splot.mass is not set, and labels.from is label";
}

static const nsym_field top[] = {
    {"study", NSYM_FIELD_TEXT, AT(top.study), .group = NSYM_OF_NONE, .help = "name of the study, for the report"},
    {"title", NSYM_FIELD_TEXT, AT(top.title), .group = NSYM_OF_NONE, .help = "title of the report"},
    {"citation", NSYM_FIELD_TEXT, AT(top.citation), .group = NSYM_OF_NONE,
     .help = "reference of the paper whose study this is, for the report"},
    {"paper", NSYM_FIELD_TEXT, AT(top.paper), .group = NSYM_OF_NONE,
     .help = "short name of the paper, such as Nabat et al. The report prints it with the number of a published table "
             "or figure (their key `paper`). Default: the part of `citation` before the title"},
    {"seed", NSYM_FIELD_SIZE, AT(data.seed), .high = 9007199254740992., .help = "seed of all random numbers"},
    {"members", NSYM_FIELD_SIZE, AT(top.members), .low = 1, .high = 10000, .group = NSYM_OF_NONE,
     .help = "number of trainings at every point of the grid, each with its own first weights and random draws"},
    {"restarts", NSYM_FIELD_SIZE, AT(top.restarts), .high = 10000, .group = NSYM_OF_NONE, .standard = "members / 10",
     .help = "number of members that are trained a second time on the same bootstrap sample, with other first weights "
             "and draws. This [separates the error from the training sample and the error from the "
             "start](errors.md#bootstraps-of-the-training-sample). Only for members with bootstraps"},
    {"recipe",
     .help = "names of `recipes`. They become the axis `recipe` of every experiment whose grid has no such axis"},
    {"reference", NSYM_FIELD_TEXT, AT(top.reference), .group = NSYM_OF_NONE,
     .help = "file of published values, in the card's folder: [below](#a-reference)"},
    {"resolved", NSYM_FIELD_BOOL, AT(top.resolved), .group = NSYM_OF_NONE,
     .help = "set by nearsym in the card that it keeps with the results: presets and settings are already applied, and "
             "the card may have keys that its runs do not read"},
    {"observables", NSYM_FIELD_NAMES, AT(data.observables), .room = NSYM_COLUMNS_SIZE,
     .help = "observables to compute and add to the sample as event columns, a list or one text with commas: `sum_pt`, "
             "`iso_0.4`, `iso_0.025:0.45:18` (18 radii), `efp_k1_b2_3-3-0` and so on (`nearsym/observables.h`). A "
             "column that already has the name is kept"},
    {"data", .help = "source of the events"},
    {"showers", .help = "options of the generator of [calorimeter events](#calorimeter-events)"},
    {"muons", .help = "options of the generator of [muons](muons.md)"},
    {"muon_pairs", .help = "options of the generator of [muon pairs](muon_pairs.md)"},
    {"copies", .help = "transformed copies of the events, made before or after the detector"},
    {"detector", .help = "detector effects that break the symmetry: momentum resolution, cells, a threshold"},
    {"labels", .help = "class labels: from a column, or of [two mixtures](#mixtures-without-labels)"},
    {"weights", .help = "event weights: reweighted or flat spectra, balanced classes"},
    {"split", .help = "division into training, validation and test events"},
    {"measure", .help = "additional measurements on the networks: invariance, calibration of the probabilities, "
                        "importance of the inputs"},
    {"splot", .help = "evaluation of the scores by the mass spectrum, without labels"},
    {"variations", .help = "named changes of the detector or the generator. The AUC of every trained model is measured "
                           "again under each of them: [below](#variations)"},
    {"train", .help = "options of the trainings"},
    {"models", .help = "models to train, a map from names to models"},
    {"experiments", .help = "experiments to run, a map from names to experiments"},
    {"only", .help = "names of the experiments to run, whatever their `skip` says; all others are left out: `only: "
                     "[search_fcn]`. Meant for presets"},
    {"searches", .help = "searches for the polynomials that explain a model, or for the columns that help a network "
                         "most: [below](#searches)"},
    {"recipes", .help = "named sets of settings (dotted paths and values), for the axis `recipe`"},
    {"choices", .help = "named sets of settings for an axis of your own: with `choices.AXIS.NAME` a grid may have the "
                        "axis `AXIS`, with these names as values"},
    {"presets", .help = "named sets of settings, selected with `--preset`"},
    {"chosen", .help = "settings for some points of the grid: [a file or a list](#chosen-settings-and-their-search)"},
    {"names", .help = "texts that the report prints for values of coordinates and metrics, a map; `labels` of a table "
                      "or figure take precedence"},
    {"answer", .help = "opening of the report: `text`, three to five sentences, and `figure`, the name of the figure "
                       "that shows the result"},
    {"tables", .help = "tables of the report: [below](#a-table)"},
    {"figures", .help = "figures of the report: [below](#a-figure)"},
    {"text", .help = "text of the report: [below](#a-text). An example is `studies/approximate-invariance/study.yaml`"},
};

#define FILE_FIELD(name, place, mark) name, NSYM_FIELD_FILE, AT(place), AT(mark)

static const nsym_field data[] = {
    {"generate", NSYM_FIELD_WORD, AT(data.generate), .words = nsym_generators, .idle = for_built_in,
     .help = "built-in generator: `dimuon`: muon pairs of two processes; `showers`: [calorimeter "
             "events](#calorimeter-events); `muons`: [muons and the particles around them](muons.md); `muon_pairs`: "
             "[muon pairs of unknown classes](muon_pairs.md)"},
    {FILE_FIELD("file", data.file, data.file_mark),
     .help = "event file, in place of a generator: HDF5, npz, csv, JSON lines or LHE(.gz). It has the column `label` "
             "(0, 1, or one of `labels.classes`), optionally `weight`, and the event columns or particles that the "
             "models read. Particles have `px`, `py`, `pz`, `energy` (GeV); or `x`, `y`, `energy`; or `pt` (GeV), "
             "`d_eta`, `d_phi`, with `cell` (the cell's number, counted along φ first) or `kind`; or other features. "
             "[Images](observables.md#images-and-arrays-of-coordinates) are converted first"},
    {"files", NSYM_FIELD_NODE, AT(data.files), AT(data.files_mark),
     .help = "several event files, in place of `data.file`: a list of paths, patterns or maps [with a label, cross "
             "section, weight or part each](#several-files)"},
    {"particles", NSYM_FIELD_TEXT, AT(data.particles),
     .help = "[expression](#cuts-and-new-columns) that selects particles, such as `status == 1`"},
    {"define", NSYM_FIELD_NODE, AT(data.define),
     .help = "new event columns or particle features, a map from names to expressions, such as `{pt_ratio: pt / "
             "mu_pt}`; applied after `data.particles`"},
    {"select", NSYM_FIELD_TEXT, AT(data.select),
     .help = "expression that selects events, such as `mu_pt > 25 && count() > 1`; applied last"},
    {FILE_FIELD("signal", data.signal, data.signal_mark), .idle = for_classes,
     .help = "for `dimuon`: file with the muon pairs of label 1 (LHE(.gz), HDF5, npz or csv); `\"\"`: generated pairs"},
    {FILE_FIELD("background", data.background, data.background_mark), .idle = for_classes,
     .help = "for `dimuon`: the same file for label 0"},
    {"events", NSYM_FIELD_SIZE, AT(data.events), .low = 2, .high = MANY, .idle = for_built_in,
     .standard = "50000 for `dimuon`, 600000 for `showers`, 100000 for `muons`, 300000 for `muon_pairs`",
     .help = "number of generated events, both classes together. For `dimuon`: number of events of each class, "
             "generated or from the files"},
    {"repeat", NSYM_FIELD_SIZE, AT(data.repeat), .low = 1, .high = 1000,
     .help = "number of times each event is used, each time with new random draws of the detector (or of random "
             "copies). The repeats count as separate events"},
    {"align", NSYM_FIELD_EITHER, AT(data.align), .words = alignments,
     .help = "`axis`: rotate every event about the origin, after the detector, until the principal axis of its pT or "
             "energy lies along φ or y, with the heavier side up. Cells are filled again afterwards"},
    {"cells", NSYM_FIELD_SIZES, AT(data.grid), AT(data.sides), .low = 1, .high = 4096, .room = 2, .group = NSYM_OF_NONE,
     .help = "for particles that are already cells (feature `cell`): numbers of cells of their grid in η and φ, or in "
             "x and y"},
};

static const nsym_field copies[] = {
    {"group", NSYM_FIELD_TEXT, AT(data.copies.group), .standard = "",
     .help = "for copies from your own simulation: column that is the same in all rows of one event. The first of "
             "these rows in the file is the event itself, the others are its copies. They stay in one part of the "
             "sample and in one training step, and the invariance penalty acts on them"},
    {"where", NSYM_FIELD_WORD, AT(data.copies.where), .words = places, .idle = for_where,
     .help = "`before`: copies of the particles, made before the detector. `after`: copies made after it, of smeared "
             "momenta or of an image with cells of equal size"},
    {"transform", NSYM_FIELD_WORD, AT(data.copies.transform), .words = nsym_symmetry_names, .idle = for_transformed,
     .help = "transformation: `rotate`: about the beam or the origin of positions, in degrees; `boost`: of momenta "
             "along the beam, in rapidity; `shift_phi`: of azimuths, in degrees; `boost_transverse`: of momenta along "
             "a direction perpendicular to the beam, in rapidity, with a random direction for each copy if values are "
             "`random`, else along x; `rotate_3d`: of momenta about a random axis in space, uniform over all "
             "rotations, only with `values: random`"},
    {"values", NSYM_FIELD_TURNS, AT(data.copies.value), AT(data.copies.listed), AT(data.copies.spacing), .low = -1e6,
     .high = 1e6, .room = NSYM_COPIES_MAX, .words = spacings, .idle = for_transformed,
     .help = "values of the transformation: `even`: in equal steps, 360° / `count` for angles; `random`: drawn for "
             "each event, the same in every epoch unless `fresh` is set, not for images; or a list that begins with 0"},
    {"count", NSYM_FIELD_SIZE, AT(data.copies.count), .low = 1, .high = NSYM_COPIES_MAX, .idle = for_transformed,
     .help = "number of values, including 0, which is the event itself"},
    {"range", NSYM_FIELD_NUMBER, AT(data.copies.range), .low = 1e-9, .high = 1e6, .idle = for_range,
     .help = "for the boosts, `boost` and `boost_transverse`: rapidities lie within ± this"},
    {"reflect", NSYM_FIELD_BOOL, AT(data.copies.reflect), .idle = for_transformed,
     .help = "add a mirror image of each copy (y changes sign before the transformation): twice as many copies"},
    {"matrices", NSYM_FIELD_NUMBERS, AT(data.copies.matrix), AT(data.copies.numbers), .low = -1e6, .high = 1e6,
     .room = 4 * NSYM_COPIES_MAX, .idle = for_copies,
     .help = "copies by 2 × 2 matrices, in place of `transform`, `values`, `count` and `reflect`; not for images. One "
             "list of all their numbers, four for each copy, a, b, c, d: x' = a x + b y, y' = c x + d y. The event "
             "itself is "
             "added as the first copy"},
    {"image", NSYM_FIELD_WORD, AT(data.copies.style), .words = nsym_image_styles, .idle = for_images,
     .help = "method that rotates images: `exact`: bilinear interpolation about the centre; `nearest`: nearest cell, "
             "about the centre; `opencv`: as the published code, with coordinates rounded to 1/32 of a cell, about a "
             "cell's corner, and the cell at the origin set to 0; `unbinned`: no image, the cells' centres are rotated "
             "as points and keep their energies"},
    {"fresh", NSYM_FIELD_BOOL, AT(data.copies.fresh), .group = NSYM_OF_NONE, .idle = for_fresh,
     .help = "draw [new copies in every epoch](#fresh-copies) for the training events: new values of the "
             "transformation (`values: random`) and, before the detector, new draws of the detector"},
    {"test", NSYM_FIELD_EITHER, AT(data.copies.test_all), .words = tested, .group = NSYM_OF_NONE, .idle = for_tested,
     .help = "rows of the test sample: `one` for each event, the event itself, or `all` copies"},
};

static const nsym_field smear[] = {
    {"resolution", NSYM_FIELD_NUMBER, AT(data.detector.smear.resolution), .high = 1, .idle = for_detector,
     .help = "momentum resolution σ(pT) / pT"},
    {"shared", NSYM_FIELD_BOOL, AT(data.detector.smear.shared), .idle = for_smeared,
     .help = "use one random draw for all particles of an event"},
    {"keep", NSYM_FIELD_WORD, AT(data.detector.smear.keep), .words = keeps, .idle = for_smeared,
     .help = "quantity that does not change while pT is smeared"},
};

static const nsym_field detector[] = {
    {"smear", .help = "momentum resolution, a map (keys below)"},
    {"cells", NSYM_FIELD_SIZES, AT(data.detector.cells.side), AT(data.detector.cells.sides), .low = 1,
     .high = NSYM_EDGES_MAX - 1, .room = 2, .group = NSYM_OF_NONE,
     .help = "number of equal cells along the two coordinates. The energies or p<sub>T</sub> of particles (`x`, `y`, "
             "`energy`, or `d_eta`, `d_phi`, `pt`) are summed in them"},
    {"range", NSYM_FIELD_NUMBERS, AT(data.detector.cells.range), AT(data.detector.cells.ends), .low = -1e9, .high = 1e9,
     .room = 2, .group = NSYM_OF_NONE, .idle = for_equal_cells,
     .help = "range of both coordinates that the equal cells cover; particles outside are lost"},
    {"x", NSYM_FIELD_NUMBERS, AT(data.detector.cells.x), AT(data.detector.cells.edges[0]), .low = -1e9, .high = 1e9,
     .room = NSYM_EDGES_MAX, .group = NSYM_OF_NONE,
     .help = "rising cell edges in the first coordinate, in place of `cells` and `range`: 1 to 1024 cells of any size"},
    {"y", NSYM_FIELD_NUMBERS, AT(data.detector.cells.y), AT(data.detector.cells.edges[1]), .low = -1e9, .high = 1e9,
     .room = NSYM_EDGES_MAX, .group = NSYM_OF_NONE, .help = "rising cell edges in the second coordinate"},
    {"threshold", NSYM_FIELD_NUMBER, AT(data.detector.threshold), .high = 1e6,
     .help =
         "minimum p<sub>T</sub>, or energy where there is no p<sub>T</sub>: cells and particles below it are dropped"},
};

static const nsym_field labels[] = {
    {"from", NSYM_FIELD_WORD, AT(data.labels.from), .words = froms,
     .help = "source of the labels. `label`: the column `labels.column`. `mixtures`: two mixtures of muon pairs, by "
             "charge and mass; needs the columns `mu_pt`, `mu_eta`, `mu_charge`, `mu2_pt`, `mu2_eta`, `mu2_charge`, "
             "and `mass` (GeV) or both `mu_phi` and `mu2_phi`. `truth`: the same pairs with their true classes (column "
             "`truth`), for comparison. `mixtures` and `truth` refuse a column `label` and weights other than 1"},
    {"column", NSYM_FIELD_TEXT, AT(data.labels.column), .idle = for_columns,
     .help = "column with the class of each event, or an expression for it, such as `abs(pdg) == 13`. With labels in "
             "`data.files` the expression may use them"},
    {"mass", NSYM_FIELD_NUMBERS, AT(data.labels.mass), AT(data.labels.ends[0]), .high = 1e6, .room = 2,
     .idle = for_mixtures, .help = "for mixtures: mass range of the pairs that are used, GeV, without its ends"},
    {"signal_region", NSYM_FIELD_NUMBERS, AT(data.labels.signal_region), AT(data.labels.ends[1]), .high = 1e6,
     .room = 2, .idle = for_mixtures,
     .help = "for mixtures: signal region, GeV. Label 1 is the pairs of opposite charge with a mass in this range"},
    {"pt_min", NSYM_FIELD_NUMBER, AT(data.labels.pt_min), .high = 1e6, .idle = for_mixtures,
     .help = "for mixtures: p<sub>T</sub> of both muons is above this, GeV"},
    {"eta_max", NSYM_FIELD_NUMBER, AT(data.labels.eta_max), .high = 100, .idle = for_mixtures,
     .help = "for mixtures: \\|η\\| of both muons is below this"},
    {"fractions", NSYM_FIELD_NUMBERS, AT(data.labels.fraction), AT(data.labels.fractions), .high = 1, .room = 2,
     .idle = for_drawn_mixtures,
     .help = "for mixtures: two signal fractions, such as [0.99, 0.56]. Labels are drawn so that these fractions of "
             "label 1 and of label 0 have `truth` 1. The sample's own signal fraction must lie between them"},
    {"classes", NSYM_FIELD_NAMES, AT(data.labels.classes), .room = NSYM_CLASS_NAMES, .group = NSYM_OF_NONE,
     .help = "names of the classes 0, 1, ..., such as [light, c, b], at most 16. With more than two classes a network "
             "has an output for [each of them](classes.md). Without names 0 is background and 1 is signal"},
};

static const nsym_field reweight[] = {
    {"binning", NSYM_FIELD_WORD, AT(data.weights.reweight.binning), .words = binnings,
     .help =
         "reweight the background's `pt` spectrum to the signal's, in bins of `equal` width or at `quantile` edges"},
    {"bins", NSYM_FIELD_SIZE, AT(data.weights.reweight.bins), .low = 1, .high = 1000000, .idle = for_binned,
     .help = "number of bins"},
    {"low", NSYM_FIELD_NUMBER, AT(data.weights.reweight.low), .low = -1e9, .high = 1e9, .idle = for_equal_bins,
     .help = "lower end of the equal bins, GeV. If both ends are 0, the bins cover the range of the background, so "
             "that its hardest event sets the bin width"},
    {"high", NSYM_FIELD_NUMBER, AT(data.weights.reweight.high), .low = -1e9, .high = 1e9, .idle = for_equal_bins,
     .help = "upper end of the equal bins, GeV"},
};

static const nsym_field weights[] = {
    {"reweight", .help = "reweighting of the background's p<sub>T</sub> spectrum to the signal's, a map (keys below)"},
    {"flatten", NSYM_FIELD_SIZE, AT(data.weights.flatten), .high = 1000,
     .help = "number of bins in `mu_pt` and in `mu_eta`, over the range of both classes, in which the spectrum of each "
             "class is made flat; 0: weights do not change"},
    {"kde", NSYM_FIELD_WORD, AT(data.weights.kde), .words = densities, .idle = for_densities,
     .help = "weights of the training and validation events from kernel density estimates in (`mu_eta`, `mu_pt`). "
             "`described`: label 0 is weighted to the density of label 1. `published`: same-charge pairs are weighted "
             "to the density of opposite-charge pairs, as in the code of arXiv:2306.15737. They act in the training "
             "with `train.weighted: true`. A coordinate that is constant in all events is left out, with a warning; "
             "one that varies in one group only is refused"},
    {"balance", NSYM_FIELD_BOOL, AT(data.weights.balance), .standard = "true for labelled files, else false",
     .help =
         "scale the weights of each class so that all classes have the same sum in the whole sample. For two mixtures "
         "(`labels.from`) the weights of the rarer label are scaled, separately for training and validation events"},
};

static const nsym_field split[] = {
    {"size", NSYM_FIELD_SIZE, AT(data.split.size), .high = MANY, .group = NSYM_OF_SPLIT,
     .idle = for_divided_by_training,
     .help = "number of events used for training, validation and test together; 0: all"},
    {"test", NSYM_FIELD_NUMBER, AT(data.split.test), .low = 0.001, .high = 0.999, .group = NSYM_OF_SPLIT,
     .help = "fraction of events in the test sample"},
    {"validation", NSYM_FIELD_NUMBER, AT(data.split.validation), .high = 0.999, .group = NSYM_OF_SPLIT,
     .help = "fraction of all events used in the validation sample, which is taken from the training events (with "
             "`split.reserve`: fraction of the reserve). A network keeps the weights of its best epoch, the last one "
             "in which the validation loss improved. 0: no validation, the weights are those of the last epoch. Not "
             "together with `split.folds`"},
    {"order", NSYM_FIELD_WORD, AT(data.split.order), .words = orders, .group = NSYM_OF_SPLIT,
     .idle = for_divided_by_training,
     .help = "position of the test sample in the ordered sample; the validation events follow the training events"},
    {"folds", NSYM_FIELD_SIZE, AT(data.split.folds), .high = 1000, .group = NSYM_OF_RUN, .idle = for_networks,
     .help = "number of folds of the training events: member *i* is validated on fold *i* and trained on the others. "
             "It keeps the weights of its best epoch, the last one in which the validation loss improved. 0: no folds"},
    {"shuffle", NSYM_FIELD_BOOL, AT(data.split.shuffle), .help = "shuffle the sample before the split"},
    {"stratify", NSYM_FIELD_BOOL, AT(data.split.stratify), .idle = for_shuffled,
     .help = "spread the labels evenly over the ordered sample, so that every part has the same class fractions"},
    {"group", NSYM_FIELD_BOOL, AT(data.split.group), .idle = for_repeated,
     .help = "keep the repeats of an event (`data.repeat`) together when shuffling, so that they are on the same side "
             "of the split"},
    {"reserve", NSYM_FIELD_SIZE, AT(data.split.reserve), .high = MANY, .group = NSYM_OF_NONE,
     .help = "number of events prepared for training, with all their copies; test events then have no copies. A "
             "training uses the first `train.size` of them, or all if that is 0. 0: all events are prepared"},
    {"overlap", NSYM_FIELD_BOOL, AT(data.split.overlap), .idle = for_reserve,
     .help = "draw the reserve from all events, so that a fraction `split.test` of it is also in the test sample; "
             "needs `split.shuffle`"},
};

static const nsym_field measured[] = {
    {"events", NSYM_FIELD_SIZE, AT(data.measured), .high = 1000000, .idle = for_reserve,
     .help = "number of test events on whose rotations `rotation_spread` is measured; 0: not measured"},
    {"rotations", NSYM_FIELD_SIZE, AT(data.rotations), .low = 2, .high = 4096, .idle = for_measured,
     .help = "number of rotations of each event, evenly spaced, before the detector"},
    {"calibration", NSYM_FIELD_SIZE, AT(data.calibration), .high = 100, .idle = for_networks, .group = NSYM_OF_NONE,
     .help = "number of bins of the [reliability curve](calibration.md), each with equally many test events, for `ece` "
             "and `reliability`; 0: not measured"},
    {"importance", NSYM_FIELD_SIZE, AT(data.importance), .high = 1000, .idle = for_networks, .group = NSYM_OF_NONE,
     .help = "number of permutations of every input among the test events, for `importance`; 0: not measured"},
};

static const nsym_field splot[] = {
    {"mass", NSYM_FIELD_NUMBERS, AT(data.judge.mass), AT(data.judge.ends), .high = 1e6, .room = 2,
     .standard = "for mixtures `labels.mass`",
     .help = "mass range of the fit, GeV. The column `mass` of the test events is fitted in it, and the fit evaluates "
             "all scores"},
    {"method", NSYM_FIELD_WORD, AT(data.judge.method), .words = methods, .idle = for_judged,
     .help = "method of the mass fit, the sWeights and the ROC curve"},
    {"bootstraps", NSYM_FIELD_SIZE, AT(data.judge.bootstraps), .high = 100000, .idle = for_judged,
     .help = "number of bootstraps of the test events, each fitted again, for the error that the finite test sample "
             "gives every run; 0: no such error"},
    {"toys", NSYM_FIELD_SIZE, AT(data.judge.toys), .high = 100000, .idle = for_judged,
     .help = "number of draws of the fit's parameters, for the mass fit's part of the error"},
};

/* Enough to know an error to a sixth. */
enum { BOOTSTRAPS = 20 };

static void set_labels(nsym_labels_card *l) {
    l->ends[0] = l->ends[1] = 2;
    l->mass[0] = 70, l->mass[1] = 110;
    l->signal_region[0] = 84, l->signal_region[1] = 96;
    l->pt_min = 25;
    l->eta_max = 2.1;
}

static void set_sample(nsym_data_card *d) {
    *d = (nsym_data_card){.seed = 1, .signal = "", .background = "", .file = "", .repeat = 1, .rotations = 64};
    d->files = d->folder = d->particles = d->define = d->select = "";
    d->labels.column = "label";
    d->copies = (nsym_copies_card){.group = "", .count = 8, .range = 1};
    d->detector.cells = (nsym_cells_card){.ends = 2, .range = {-1, 1}};
    d->weights.reweight.bins = 100;
    d->split = (nsym_split_card){.test = 0.2, .shuffle = true, .group = true};
    d->judge.bootstraps = BOOTSTRAPS;
    set_labels(&d->labels);
}

static void defaults(void *out, unsigned scope) {
    (void)scope;
    nsym_run_card *card = out;
    memset(card, 0, sizeof *card);
    card->top.members = 1;
    set_sample(&card->data);
    nsym_train_card *train = &card->train;
    train->epochs = 100;
    train->batch = 128;
    train->learning_rate = 1e-3;
    train->weight_decay = 0.01;
    train->every_epoch = true;
    train->classification = 1;
}

#define FIELDS(table) table, sizeof table / sizeof *table, NULL, NULL, 0, sizeof(nsym_run_card), defaults

const nsym_section nsym_section_top = {"", FIELDS(top), NULL};
static const nsym_section sections[] = {{"data", FIELDS(data), NULL},
                                        {"copies", FIELDS(copies), NULL},
                                        {"detector", FIELDS(detector), for_detector},
                                        {"detector.smear", FIELDS(smear), NULL},
                                        {"labels", FIELDS(labels), NULL},
                                        {"weights", FIELDS(weights), NULL},
                                        {"weights.reweight", FIELDS(reweight), NULL},
                                        {"split", FIELDS(split), NULL},
                                        {"measure", FIELDS(measured), NULL},
                                        {"splot", FIELDS(splot), NULL}};
const nsym_section *const nsym_sections_of_sample[] = {&sections[0], &sections[1], &sections[2], &sections[3],
                                                       &sections[4], &sections[5], &sections[6], &sections[7],
                                                       &sections[8], &sections[9], NULL};
