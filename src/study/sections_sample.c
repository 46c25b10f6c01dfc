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
static const char *const styles[] = {"exact", "opencv", "nearest", "unbinned", NULL};
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
    if (data_of(card)->files[0]) return "data.files bring the events";
    return data_of(card)->file[0] ? "data.file brings the events" : NULL;
}

static const char *for_classes(const void *card) {
    if (for_built_in(card)) return for_built_in(card);
    return data_of(card)->source->takes_classes ? NULL : "data.generate takes no class from a file, as dimuon does";
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
    if (copies->symmetry && copies->symmetry->period > 0) return "copies.transform has a period, over which values go";
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
    return data_of(card)->split.reserve ? "split.reserve settles what trains and tests" : NULL;
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
    return data_of(card)->labels.from == NSYM_LABELS_TRUTH ? "labels.from is truth, which needs no densities" : NULL;
}

static const char *for_judged(const void *card) {
    return data_of(card)->judge.ends ? NULL : "no mass judges: splot.mass is not set, and labels.from is label";
}

static const nsym_field top[] = {
    {"study", NSYM_FIELD_TEXT, AT(top.study), .group = NSYM_OF_NONE, .help = "name, for the report"},
    {"title", NSYM_FIELD_TEXT, AT(top.title), .group = NSYM_OF_NONE, .help = "for the report"},
    {"citation", NSYM_FIELD_TEXT, AT(top.citation), .group = NSYM_OF_NONE, .help = "for the report"},
    {"paper", NSYM_FIELD_TEXT, AT(top.paper), .group = NSYM_OF_NONE,
     .help = "what the report calls the paper that a table's or figure's own `paper` counts in, such as Nabat et al.; "
             "else it is what stands in the citation before its title"},
    {"seed", NSYM_FIELD_SIZE, AT(data.seed), .high = 9007199254740992., .help = "of everything random"},
    {"members", NSYM_FIELD_SIZE, AT(top.members), .low = 1, .high = 10000, .group = NSYM_OF_NONE,
     .help = "trainings of every point, each with its own first weights and draws"},
    {"restarts", NSYM_FIELD_SIZE, AT(top.restarts), .high = 10000, .group = NSYM_OF_NONE, .standard = "members / 10",
     .help = "where members have bootstraps: the first so many are trained once more on their bootstrap, from another "
             "start, to [tell the sample's part of an error from the start's]"
             "(errors.md#bootstraps-of-the-training-sample)"},
    {"recipe", .help = "names under `recipes`: an axis of every experiment that has none of its own"},
    {"reference", NSYM_FIELD_TEXT, AT(top.reference), .group = NSYM_OF_NONE,
     .help = "file of published values, beside the card"},
    {"resolved", NSYM_FIELD_BOOL, AT(top.resolved), .group = NSYM_OF_NONE,
     .help =
         "a preset or settings were laid over the card that this was, and it may say more than its runs read; stands "
         "in the card that is kept with results"},
    {"observables", NSYM_FIELD_NAMES, AT(data.observables), .room = NSYM_COLUMNS_SIZE,
     .help =
         "names, a list or one text with commas, of observables that become columns of the sample: `sum_pt`, "
         "`iso_0.4`, `iso_0.025:0.45:18` (18 radii), `efp_k1_b2_3-3-0` and so on (`nearsym/observables.h`); a column "
         "of that name is kept"},
    {"data", .help = "where the events come from"},
    {"showers", .help = "options of [that generator](#calorimeter-events)"},
    {"muons", .help = "options of [that generator](muons.md)"},
    {"muon_pairs", .help = "options of [that generator](muon_pairs.md)"},
    {"copies", .help = "transformed copies of events, made before the detector or after it"},
    {"detector", .help = "what breaks the symmetry: resolution, cells, a threshold"},
    {"labels", .help = "what the labels are: a column, or [two mixtures](#mixtures-without-labels)"},
    {"weights", .help = "spectra made alike or flat, labels balanced"},
    {"split", .help = "which events train, validate and test"},
    {"measure",
     .help = "how invariant the networks are, whether their outputs are probabilities, and which inputs they need"},
    {"splot", .help = "how the mass judges scores"},
    {"variations",
     .help = "names and settings of the detector, or of the generator, under which all that is trained is judged once "
             "more: [below](#variations)"},
    {"train", .help = "the trainings"},
    {"models", .help = "what is trained: a map of models"},
    {"experiments", .help = "what is run: a map of experiments"},
    {"only",
     .help = "names of experiments that are run and no other, whatever their `skip`: `only: [search_fcn]`, as for a "
             "preset"},
    {"searches", .help = "which polynomials explain one of the models, or which of many columns help a network most: "
                         "[below](#searches)"},
    {"recipes", .help = "sets of dotted paths and values, by name"},
    {"choices", .help = "`choices.AXIS.NAME`: likewise: a grid may then have `AXIS`, with such names for values"},
    {"presets", .help = "likewise, chosen with `--preset`"},
    {"chosen",
     .help = "settings that hold at places of the grid: [a file or a list](#chosen-settings-and-their-search)"},
    {"names",
     .help = "what the report calls values of coordinates and metrics: a map; `labels` of a table or figure go first"},
    {"answer", .help = "what the report opens with: `text`, three to five sentences, and `figure`, the name of the one "
                       "that shows it"},
    {"tables", .help = "of the report, [below](#a-table)"},
    {"figures", .help = "of the report, [below](#a-figure)"},
    {"text", .help = "of the report; an example is `studies/approximate-invariance/study.yaml`"},
};

#define FILE_FIELD(name, place, mark) name, NSYM_FIELD_FILE, AT(place), AT(mark)

static const nsym_field data[] = {
    {"generate", NSYM_FIELD_WORD, AT(data.generate), .words = nsym_generators, .idle = for_built_in,
     .help =
         "built-in events: `dimuon`: muon pairs of two processes; `showers`: [calorimeter "
         "events](#calorimeter-events); `muons`: [muons and what surrounds them](muons.md); `muon_pairs`: [muon pairs "
         "of unknown classes](muon_pairs.md)"},
    {FILE_FIELD("file", data.file, data.file_mark),
     .help =
         "HDF5, npz, csv, JSON lines or LHE(.gz), in place of built-in events: `label` (0, 1, or one of "
         "`labels.classes`), optionally `weight`, "
         "and what the models read: particles `px`, `py`, `pz`, `energy` (GeV); points `x`, `y`, `energy`; objects "
         "`pt` (GeV), `d_eta`, `d_phi` with `cell` (its number, columns in φ side by side) or `kind`; others; or event "
         "columns. "
         "[Images](observables.md#images-and-arrays-of-coordinates) are converted first"},
    {"files", NSYM_FIELD_NODE, AT(data.files), AT(data.files_mark),
     .help = "several files, a list of paths, patterns or maps [with a label, cross section, weight or part "
             "each](#several-files), in place of `data.file`"},
    {"particles", NSYM_FIELD_TEXT, AT(data.particles),
     .help = "[an expression](#cuts-and-new-columns): particles for which it holds are kept, such as `status == 1`"},
    {"define", NSYM_FIELD_NODE, AT(data.define),
     .help = "names and expressions: new columns of events, or features of particles, then: `{pt_ratio: pt / mu_pt}`"},
    {"select", NSYM_FIELD_TEXT, AT(data.select),
     .help = "an expression: events for which it holds are kept, last of all, such as `mu_pt > 25 && count() > 1`"},
    {FILE_FIELD("signal", data.signal, data.signal_mark), .idle = for_classes,
     .help = "of `dimuon`: LHE(.gz), HDF5, npz or csv with the muon pairs of label 1; `\"\"`: built-in ones"},
    {FILE_FIELD("background", data.background, data.background_mark), .idle = for_classes,
     .help = "the same of label 0"},
    {"events", NSYM_FIELD_SIZE, AT(data.events), .low = 2, .high = MANY, .idle = for_built_in,
     .standard = "50000 of `dimuon`, 600000 of `showers`, 100000 of `muons`, 300000 of `muon_pairs`",
     .help = "built-in events, both classes together; of `dimuon`, built-in or of files, those of each class"},
    {"repeat", NSYM_FIELD_SIZE, AT(data.repeat), .low = 1, .high = 1000,
     .help = "times each event is taken, each with its own draws of the detector, which must draw: events of their "
             "own"},
    {"align", NSYM_FIELD_EITHER, AT(data.align), .words = alignments,
     .help = "`axis`: every event, as the detector shows it, is turned about the origin so that the principal axis of "
             "its pT or energy lies along φ or y, the heavier side up; cells are summed anew"},
    {"cells", NSYM_FIELD_SIZES, AT(data.grid), AT(data.sides), .low = 1, .high = 4096, .room = 2, .group = NSYM_OF_NONE,
     .help = "two numbers: the particles are cells of such a grid already (`cell`), in η and in φ or in x and in y"},
};

static const nsym_field copies[] = {
    {"group", NSYM_FIELD_TEXT, AT(data.copies.group), .standard = "",
     .help =
         "a column: rows with one value are one event's copies, made by a simulation of your own; the first of them in "
         "the file is the event itself. They stay in one part of the sample and in one step, and the penalty acts on "
         "them"},
    {"where", NSYM_FIELD_WORD, AT(data.copies.where), .words = places, .idle = for_where,
     .help =
         "`before` the detector, on particles, or `after` it, on what it shows: smeared momenta, or an image, whose "
         "cells must be equal"},
    {"transform", NSYM_FIELD_WORD, AT(data.copies.transform), .words = nsym_symmetry_names, .idle = for_transformed,
     .help = "`rotate`: about the beam, or the origin of positions, degrees; `boost`: momenta along the beam, "
             "rapidity; `shift_phi`: azimuths, degrees"},
    {"values", NSYM_FIELD_TURNS, AT(data.copies.value), AT(data.copies.listed), AT(data.copies.spacing), .low = -1e6,
     .high = 1e6, .room = NSYM_COPIES_MAX, .words = spacings, .idle = for_transformed,
     .help =
         "of the transformation: `even`: 360° divided by the count; `random`: of each event its own, the same in every "
         "epoch unless `fresh`, not of images; or a list that begins with 0"},
    {"count", NSYM_FIELD_SIZE, AT(data.copies.count), .low = 1, .high = NSYM_COPIES_MAX, .idle = for_transformed,
     .help = "values, 0 included, so the event itself"},
    {"range", NSYM_FIELD_NUMBER, AT(data.copies.range), .low = 1e-9, .high = 1e6, .idle = for_range,
     .help = "of a transformation without a period: values lie within ± this"},
    {"reflect", NSYM_FIELD_BOOL, AT(data.copies.reflect), .idle = for_transformed,
     .help = "each of them once more, mirrored (y changes sign, then the transformation): twice as many copies"},
    {"matrices", NSYM_FIELD_NUMBERS, AT(data.copies.matrix), AT(data.copies.numbers), .low = -1e6, .high = 1e6,
     .room = 4 * NSYM_COPIES_MAX, .idle = for_copies,
     .help = "in place of `transform`, `values`, `count` and `reflect`, not of images: one list of numbers, four for a "
             "copy "
             "(a, b, c, d): x' = a x + b y, y' = c x + d y; the event itself comes first"},
    {"image", NSYM_FIELD_WORD, AT(data.copies.style), .words = styles, .idle = for_images,
     .help = "`exact`: bilinear about the centre; `opencv`: as the published code, in 1/32 of a cell about a cell's "
             "corner, the cell of the origin emptied; `nearest`: about the centre, of the nearest cell; `unbinned`: no "
             "image, the cells turn as points and keep their energies"},
    {"fresh", NSYM_FIELD_BOOL, AT(data.copies.fresh), .group = NSYM_OF_NONE, .idle = for_fresh,
     .help = "[new copies in every epoch](#fresh-copies): those of events that train are drawn anew, with `values: "
             "random` the transformation and, before the detector, its draws; no copy is seen twice"},
    {"test", NSYM_FIELD_EITHER, AT(data.copies.test_all), .words = tested, .group = NSYM_OF_NONE, .idle = for_tested,
     .help = "the test measures `one` of each, the event itself, or `all` copies"},
};

static const nsym_field smear[] = {
    {"resolution", NSYM_FIELD_NUMBER, AT(data.detector.smear.resolution), .high = 1, .idle = for_detector,
     .help = "σ(pT) / pT of momenta"},
    {"shared", NSYM_FIELD_BOOL, AT(data.detector.smear.shared), .idle = for_smeared,
     .help = "one draw for all particles of an event"},
    {"keep", NSYM_FIELD_WORD, AT(data.detector.smear.keep), .words = keeps, .idle = for_smeared,
     .help = "what stays while pT changes"},
};

static const nsym_field detector[] = {
    {"smear", .help = "momentum resolution, a map"},
    {"cells", NSYM_FIELD_SIZES, AT(data.detector.cells.side), AT(data.detector.cells.sides), .low = 1,
     .high = NSYM_EDGES_MAX - 1, .room = 2, .group = NSYM_OF_NONE,
     .help =
         "two numbers: positions (`x`, `y`, `energy`, or `d_eta`, `d_phi`, `pt`) are summed in so many equal cells"},
    {"range", NSYM_FIELD_NUMBERS, AT(data.detector.cells.range), AT(data.detector.cells.ends), .low = -1e9, .high = 1e9,
     .room = 2, .group = NSYM_OF_NONE, .idle = for_equal_cells, .help = "of both; what is outside is lost"},
    {"x", NSYM_FIELD_NUMBERS, AT(data.detector.cells.x), AT(data.detector.cells.edges[0]), .low = -1e9, .high = 1e9,
     .room = NSYM_EDGES_MAX, .group = NSYM_OF_NONE,
     .help = "rising edges, in place of those: 1 to 1024 cells, of any size"},
    {"y", NSYM_FIELD_NUMBERS, AT(data.detector.cells.y), AT(data.detector.cells.edges[1]), .low = -1e9, .high = 1e9,
     .room = NSYM_EDGES_MAX, .group = NSYM_OF_NONE, .help = "the same"},
    {"threshold", NSYM_FIELD_NUMBER, AT(data.detector.threshold), .high = 1e6,
     .help = "of p<sub>T</sub>, or else energy: cells and particles of less are left out"},
};

static const nsym_field labels[] = {
    {"from", NSYM_FIELD_WORD, AT(data.labels.from), .words = froms,
     .help =
         "`label`: that column; `mixtures`: two mixtures of muon pairs, by charge and mass, with columns `mu_pt`, "
         "`mu_eta`, `mu_charge`, `mu2_pt`, `mu2_eta`, `mu2_charge`, and `mass` (GeV) or both `_phi`, which give it; "
         "`truth`: the same pairs by their true classes (column `truth`), for comparison. A column `label`, or weights "
         "other than 1, are refused by both"},
    {"column", NSYM_FIELD_TEXT, AT(data.labels.column), .idle = for_columns,
     .help = "the column that tells the classes, or an expression that does, such as `abs(pdg) == 13`; where "
             "`data.files` give labels too, the expression may use them"},
    {"mass", NSYM_FIELD_NUMBERS, AT(data.labels.mass), AT(data.labels.ends[0]), .high = 1e6, .room = 2,
     .idle = for_mixtures, .help = "GeV: pairs with a mass strictly between are taken"},
    {"signal_region", NSYM_FIELD_NUMBERS, AT(data.labels.signal_region), AT(data.labels.ends[1]), .high = 1e6,
     .room = 2, .idle = for_mixtures, .help = "GeV: and of opposite charges: label 1"},
    {"pt_min", NSYM_FIELD_NUMBER, AT(data.labels.pt_min), .high = 1e6, .idle = for_mixtures,
     .help = "of both muons: p<sub>T</sub> above, GeV"},
    {"eta_max", NSYM_FIELD_NUMBER, AT(data.labels.eta_max), .high = 100, .idle = for_mixtures,
     .help = "of both muons: \\|η\\| below"},
    {"fractions", NSYM_FIELD_NUMBERS, AT(data.labels.fraction), AT(data.labels.fractions), .high = 1, .room = 2,
     .idle = for_drawn_mixtures,
     .help =
         "two numbers, such as [0.99, 0.56]: labels are drawn so that labels 1 and 0 have these shares of `truth` 1, "
         "which the sample's own share must lie between"},
    {"classes", NSYM_FIELD_NAMES, AT(data.labels.classes), .room = NSYM_CLASS_NAMES, .group = NSYM_OF_NONE,
     .help = "names of the classes 0, 1, ... of the column, such as [light, c, b]: with more than two, networks have "
             "an output for [each of them](classes.md); at most 16. Not named: 0 background, 1 signal"},
};

static const nsym_field reweight[] = {
    {"binning", NSYM_FIELD_WORD, AT(data.weights.reweight.binning), .words = binnings,
     .help = "background to the signal's `pt`, in bins"},
    {"bins", NSYM_FIELD_SIZE, AT(data.weights.reweight.bins), .low = 1, .high = 1000000, .idle = for_binned,
     .help = "their number"},
    {"low", NSYM_FIELD_NUMBER, AT(data.weights.reweight.low), .low = -1e9, .high = 1e9, .idle = for_equal_bins,
     .help = "range of equal bins, GeV; both 0: that of the background, so that the hardest event makes the width"},
    {"high", NSYM_FIELD_NUMBER, AT(data.weights.reweight.high), .low = -1e9, .high = 1e9, .idle = for_equal_bins,
     .help = "its end"},
};

static const nsym_field weights[] = {
    {"reweight", .help = "the background's p<sub>T</sub> spectrum made the signal's, a map"},
    {"flatten", NSYM_FIELD_SIZE, AT(data.weights.flatten), .high = 1000,
     .help = "bins of `mu_pt` and of `mu_eta`, over the range of both classes, in which each class is made flat; 0: "
             "weights "
             "stay as they are"},
    {"kde", NSYM_FIELD_WORD, AT(data.weights.kde), .words = densities, .idle = for_densities,
     .help =
         "of the events that train and validate, by kernel densities in (`mu_eta`, `mu_pt`): `described`: label 0 gets "
         "the density of label 1; `published`: pairs of the same charge get that of opposite ones, as the code of "
         "arXiv:2306.15737 did. A coordinate that is the same in all events is left out, with a warning; one that "
         "varies in one group only is refused. Weights count with `train.weighted: true`"},
    {"balance", NSYM_FIELD_BOOL, AT(data.weights.balance), .standard = "true for labelled files, else false",
     .help =
         "all classes count alike: the weights of each, in the whole sample, are multiplied so that their sums agree. "
         "Of two mixtures (`labels.from`) that of the rarer one among the events that train, and among those that "
         "validate"},
};

static const nsym_field split[] = {
    {"size", NSYM_FIELD_SIZE, AT(data.split.size), .high = MANY, .group = NSYM_OF_SPLIT,
     .idle = for_divided_by_training, .help = "events used, training and test together; 0: all"},
    {"test", NSYM_FIELD_NUMBER, AT(data.split.test), .low = 0.001, .high = 0.999, .group = NSYM_OF_SPLIT,
     .help = "fraction for the test"},
    {"validation", NSYM_FIELD_NUMBER, AT(data.split.validation), .high = 0.999, .group = NSYM_OF_SPLIT,
     .help =
         "fraction that validates, beside the test and what trains (with a reserve: of it): a network has the weights "
         "of its best epoch, the last whose validation loss improved; 0: none, the weights are those of the last "
         "epoch. Not beside `split.folds`"},
    {"order", NSYM_FIELD_WORD, AT(data.split.order), .words = orders, .group = NSYM_OF_SPLIT,
     .idle = for_divided_by_training,
     .help = "where the test part of the ordered sample is; what validates stands behind what trains"},
    {"folds", NSYM_FIELD_SIZE, AT(data.split.folds), .high = 1000, .group = NSYM_OF_RUN, .idle = for_networks,
     .help = "of the training events: member *i* validates on part *i*, trains on the others, and is measured with the "
             "weights of its best epoch, the last whose validation loss improved; 0: none"},
    {"shuffle", NSYM_FIELD_BOOL, AT(data.split.shuffle), .help = "the sample, before it is split"},
    {"stratify", NSYM_FIELD_BOOL, AT(data.split.stratify), .idle = for_shuffled,
     .help = "the labels are spread evenly over the ordered sample, so that every part has its share"},
    {"group", NSYM_FIELD_BOOL, AT(data.split.group), .idle = for_repeated,
     .help =
         "repeats of an event (`data.repeat`) stay side by side in the shuffled sample, so on one side of the split"},
    {"reserve", NSYM_FIELD_SIZE, AT(data.split.reserve), .high = MANY, .group = NSYM_OF_NONE,
     .help =
         "events made ready for training, all with their copies, beside the test events, which have none; a training "
         "takes the first `train.size` of them, all for 0. 0: all events are made ready"},
    {"overlap", NSYM_FIELD_BOOL, AT(data.split.overlap), .idle = for_reserve,
     .help = "draw the reserve from all events, so that its part `split.test` is in the test sample too; they must be "
             "shuffled"},
};

static const nsym_field measured[] = {
    {"events", NSYM_FIELD_SIZE, AT(data.measured), .high = 1000000, .idle = for_reserve,
     .help = "test events on whose rotations `rotation_spread` is measured; 0: not"},
    {"rotations", NSYM_FIELD_SIZE, AT(data.rotations), .low = 2, .high = 4096, .idle = for_measured,
     .help = "of each, evenly spaced, before the detector"},
    {"calibration", NSYM_FIELD_SIZE, AT(data.calibration), .high = 100, .idle = for_networks, .group = NSYM_OF_NONE,
     .help = "bins, of as many test events each, of a [reliability curve](calibration.md): `ece` and `reliability`; "
             "0: not measured"},
    {"importance", NSYM_FIELD_SIZE, AT(data.importance), .high = 1000, .idle = for_networks, .group = NSYM_OF_NONE,
     .help = "permutations of every input among the test events, by which `importance` is measured; 0: not"},
};

static const nsym_field splot[] = {
    {"mass", NSYM_FIELD_NUMBERS, AT(data.judge.mass), AT(data.judge.ends), .high = 1e6, .room = 2,
     .standard = "`labels.mass`, of mixtures",
     .help = "GeV, two numbers: the column `mass` judges all scores of the test events by a fit over this range"},
    {"method", NSYM_FIELD_WORD, AT(data.judge.method), .words = methods, .idle = for_judged,
     .help = "of the fit, weights and curve"},
    {"bootstraps", NSYM_FIELD_SIZE, AT(data.judge.bootstraps), .high = 100000, .idle = for_judged,
     .help =
         "of the test events, each fitted anew, for the error of every run by the finite test sample; 0: not known"},
    {"toys", NSYM_FIELD_SIZE, AT(data.judge.toys), .high = 100000, .idle = for_judged,
     .help = "draws of the fit's parameters"},
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
