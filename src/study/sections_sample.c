/* The card's top level, and the sections that make the sample. */
#include "study/card.h"
#include "study/sections.h"

#include <string.h>

#define AT(place) offsetof(nsym_run_card, place)

enum { MANY = 1000000000, ALL = 31, LABELLED = NSYM_FROM_FILE | NSYM_FROM_MUONS | NSYM_FROM_MIXTURE };

_Static_assert(sizeof(uint64_t) == sizeof(size_t), "the seed is read as a size");
_Static_assert(sizeof(nsym_split) == sizeof(unsigned) && sizeof(nsym_copying) == sizeof(unsigned), "words are enums");

const char *const nsym_source_names[] = {"dimuon", "file", "showers", "muons", "mixture", NULL};
const char nsym_trains_nothing[] = "a model of kind column trains nothing";

static const char *const splits[] = {"last", "first", NULL};
static const char *const levels[] = {"cells", "particles", NULL};
static const char *const labels[] = {"mixture", "truth", NULL};
static const char *const keeps[] = {"eta", "pz", NULL};
static const char *const binnings[] = {"none", "equal", "quantile", NULL};
static const char *const pairings[] = {"paired", "tiled", NULL};
static const char *const places[] = {"none", "before", "after", NULL};
static const char *const ways[] = {"even", "random", NULL};
static const char *const styles[] = {"exact", "opencv", NULL};
static const char *const weightings[] = {"none", "published", "described", NULL};
static const char *const methods[] = {"likelihood", "published", NULL};

static const nsym_data_card *data_of(const void *card) {
    return &((const nsym_run_card *)card)->data;
}

static const char *for_networks(const void *card) {
    return ((const nsym_run_card *)card)->column ? nsym_trains_nothing : NULL;
}

static const char *for_shower_networks(const void *card) {
    return data_of(card)->pool ? for_networks(card) : NULL;
}

static const char *for_built_in(const void *card) {
    return data_of(card)->file[0] ? "data.file brings the events" : NULL;
}

static const char *for_copied(const void *card) {
    return data_of(card)->copies > 1 ? NULL : "data.copies is 1";
}

static const char *for_smeared(const void *card) {
    return data_of(card)->smear.resolution > 0 ? NULL : "smear.resolution is 0";
}

static const char *for_binned(const void *card) {
    return data_of(card)->reweight.binning != NSYM_BINS_NONE ? NULL : "reweight.binning is none";
}

static const char *for_equal_bins(const void *card) {
    return data_of(card)->reweight.binning == NSYM_BINS_EQUAL ? NULL : "reweight.binning is not equal";
}

static const char *for_copies(const void *card) {
    return data_of(card)->copying.where != NSYM_COPIES_NONE ? NULL : "copies.where is none";
}

static const char *for_rotations(const void *card) {
    return data_of(card)->copying.matrices ? "copies.matrices make the copies" : for_copies(card);
}

static const char *for_images(const void *card) {
    return data_of(card)->copying.where == NSYM_COPIES_AFTER ? NULL : "copies.where is not after, no image is rotated";
}

static const char *for_probes(const void *card) {
    return data_of(card)->probes ? NULL : "measure.events is 0";
}

static const nsym_field top[] = {
    {"study", NSYM_FIELD_TEXT, AT(top.study), .group = NSYM_OF_NONE, .help = "name, for the report"},
    {"title", NSYM_FIELD_TEXT, AT(top.title), .group = NSYM_OF_NONE, .help = "for the report"},
    {"citation", NSYM_FIELD_TEXT, AT(top.citation), .group = NSYM_OF_NONE, .help = "for the report"},
    {"source", NSYM_FIELD_WORD, AT(top.source), .words = nsym_source_names,
     .help = "`dimuon`: muon pairs of two processes; `file`: a sample that is ready, in its own order; `showers`: "
             "[calorimeter events](#calorimeter-events); `muons`: [muons and what surrounds them](#muons); `mixture`: "
             "[events of unknown classes](#mixtures-without-labels)"},
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
    {"observables", NSYM_FIELD_NAMES, AT(data.observables), .room = NSYM_COLUMNS_SIZE, .scope = LABELLED,
     .help =
         "names, a list or one text with commas, of observables that become columns of the sample: `sum_pt`, "
         "`iso_0.4`, `iso_0.025:0.45:18` (18 radii), `efp_k1_b2_3-3-0` and so on (`nearsym/observables.h`); a column "
         "of that name is kept"},
    {"data", .help = "where the events come from, and how they are divided"},
    {"smear", .scope = NSYM_FROM_DIMUON, .help = "momentum resolution"},
    {"reweight", .scope = NSYM_FROM_DIMUON, .help = "the background's pT spectrum made the signal's"},
    {"shower", .scope = NSYM_FROM_SHOWERS, .help = "the built-in calorimeter events"},
    {"detector", .scope = NSYM_FROM_SHOWERS | NSYM_FROM_MUONS, .help = "the calorimeter's cells"},
    {"copies", .scope = NSYM_FROM_SHOWERS, .help = "rotated and mirrored copies of the training events"},
    {"measure", .scope = NSYM_FROM_SHOWERS, .help = "how invariant the networks are"},
    {"mixture", .scope = NSYM_FROM_MIXTURE, .help = "which events, and what their labels are"},
    {"splot", .scope = NSYM_FROM_MIXTURE, .help = "how the mass judges"},
    {"train", .help = "the trainings"},
    {"models", .help = "what is trained: a map of models"},
    {"experiments", .help = "what is run: a map of experiments"},
    {"searches", .help = "which polynomials explain one of the models, or which of many columns help a network most: "
                         "[below](#searches)"},
    {"recipes", .help = "sets of dotted paths and values, by name"},
    {"choices", .help = "`choices.AXIS.NAME`: likewise: a grid may then have `AXIS`, with such names for values"},
    {"presets", .help = "likewise, chosen with `--preset`"},
    {"chosen",
     .help = "settings that hold at places of the grid: [a file or a list](#chosen-settings-and-their-search)"},
    {"tables", .help = "of the report, [below](#a-table)"},
    {"figures", .help = "of the report, [below](#a-figure)"},
    {"text", .help = "of the report; an example is `studies/approximate-invariance/study.yaml`"},
};

#define FILE_FIELD(name, place, mark) name, NSYM_FIELD_FILE, AT(place), AT(mark)

static const nsym_field data[] = {
    {FILE_FIELD("signal", data.signal, data.signal_mark), .scope = NSYM_FROM_DIMUON,
     .help = "LHE(.gz), HDF5, npz or csv; `\"\"`: the built-in generator"},
    {FILE_FIELD("background", data.background, data.background_mark), .scope = NSYM_FROM_DIMUON,
     .help = "the same of the other class"},
    {FILE_FIELD("file", data.file, data.file_mark), .scope = NSYM_FROM_FILE,
     .help = "events with `label` (0, 1), optionally `weight`, and what the models read: particles `px`, `py`, `pz`, "
             "`energy` (GeV) or others, or event columns"},
    {FILE_FIELD("file", data.file, data.file_mark), .scope = NSYM_FROM_SHOWERS,
     .help =
         "HDF5, npz or csv of events with `label` (0, 1) and particles `x`, `y`, `energy`, any number in an event, or "
         "three arrays of these names (events, points), energies not below 0; "
         "[images](observables.md#images-and-arrays-of-coordinates) are converted first; `\"\"`: the built-in events"},
    {FILE_FIELD("file", data.file, data.file_mark), .scope = NSYM_FROM_MUONS,
     .help = "events with `label` (1 prompt, 0 not), `mu_pt` (GeV), `mu_eta`, optionally `weight`, and particles `pt` "
             "(GeV, ≥ 0), `d_eta`, `d_phi` and `cell` (its number, columns in φ side by side) or `kind`; `\"\"`: the "
             "[built-in events](muons.md)"},
    {FILE_FIELD("file", data.file, data.file_mark), .scope = NSYM_FROM_MIXTURE,
     .help =
         "muon pairs: `mu_pt`, `mu_eta`, `mu_charge`, `mu2_pt`, `mu2_eta`, `mu2_charge`, `mass` (GeV) or both `_phi`, "
         "which give it; what the models read, of the first muon; perhaps `truth` (1 signal, 0 background), which no "
         "training sees. `\"\"`: the [built-in pairs](mixture.md). A column `label`, or weights other than 1, are "
         "refused"},
    {"shuffle", NSYM_FIELD_BOOL, AT(data.shuffle), .scope = ALL ^ NSYM_FROM_SHOWERS,
     .help = "the sample, before it is split"},
    {"shuffle", NSYM_FIELD_BOOL, AT(data.shuffle), .scope = NSYM_FROM_SHOWERS,
     .help = "false: the events in their order, first those of the test"},
    {"events", NSYM_FIELD_SIZE, AT(data.events), .low = 2, .high = MANY, .scope = NSYM_FROM_DIMUON,
     .help = "per class"},
    {"events", NSYM_FIELD_SIZE, AT(data.events), .low = 4, .high = MANY, .scope = NSYM_FROM_SHOWERS | NSYM_FROM_MUONS,
     .idle = for_built_in, .help = "built-in events, both classes together"},
    {"events", NSYM_FIELD_SIZE, AT(data.events), .low = 100, .high = MANY, .scope = NSYM_FROM_MIXTURE,
     .idle = for_built_in, .help = "built-in pairs"},
    {"signal", NSYM_FIELD_NUMBER, AT(data.mixture.signal), .low = 0.01, .high = 0.99, .scope = NSYM_FROM_MIXTURE,
     .idle = for_built_in, .help = "the share of signal of built-in pairs"},
    {"copies", NSYM_FIELD_SIZE, AT(data.copies), .low = 1, .high = 1000, .scope = NSYM_FROM_DIMUON,
     .help = "times each event is taken, each with its own smearing"},
    {"group", NSYM_FIELD_BOOL, AT(data.group), .scope = NSYM_FROM_DIMUON, .idle = for_copied,
     .help = "copies stay side by side in the shuffled sample, so on one side of the split"},
    {"level", NSYM_FIELD_EITHER, AT(data.particle_level), .words = levels, .scope = NSYM_FROM_MUONS,
     .help = "what the particles are: `cells`, of an image too, or `particles`"},
    {"threshold", NSYM_FIELD_NUMBER, AT(data.threshold), .high = 1e6, .scope = NSYM_FROM_MUONS,
     .help = "GeV: cells and particles of less are left out"},
    {"flatten", NSYM_FIELD_SIZE, AT(data.flatten), .high = 1000, .scope = NSYM_FROM_MUONS,
     .help = "bins of p<sub>T</sub> and of η, over the range of both classes; 0: weights stay as they are"},
    {"label", NSYM_FIELD_EITHER, AT(data.mixture.truth), .words = labels, .scope = NSYM_FROM_MIXTURE,
     .help = "`truth`: the classes themselves are the labels, for comparison"},
    {"size", NSYM_FIELD_SIZE, AT(train.sample), .high = MANY, .group = NSYM_OF_RUN,
     .scope = NSYM_FROM_DIMUON | NSYM_FROM_FILE | NSYM_FROM_MUONS,
     .help = "events used, training and test together; 0: all"},
    {"test", NSYM_FIELD_NUMBER, AT(train.test), .low = 0.001, .high = 0.999, .group = NSYM_OF_RUN,
     .scope = NSYM_FROM_DIMUON | NSYM_FROM_FILE | NSYM_FROM_MUONS, .help = "fraction for the test"},
    {"test", NSYM_FIELD_NUMBER, AT(data.test_part), .low = 0.001, .high = 0.999, .scope = NSYM_FROM_SHOWERS,
     .help = "fraction of all events that tests, each once and not rotated"},
    {"test", NSYM_FIELD_NUMBER, AT(train.test), .low = 0.001, .high = 0.999, .scope = NSYM_FROM_MIXTURE,
     .help = "fraction for the test; both labels have their share in every part"},
    {"validation", NSYM_FIELD_NUMBER, AT(train.validation), .high = 0.999, .group = NSYM_OF_RUN, .idle = for_networks,
     .scope = NSYM_FROM_DIMUON | NSYM_FROM_FILE | NSYM_FROM_MUONS,
     .help =
         "fraction that validates, beside the test and what trains: a network has the weights of its best epoch, the "
         "last whose validation loss improved; 0: none, the weights are those of the last epoch"},
    {"validation", NSYM_FIELD_NUMBER, AT(train.validation), .high = 0.999, .scope = NSYM_FROM_MIXTURE,
     .help = "the same, with both labels' share"},
    {"split", NSYM_FIELD_WORD, AT(train.split), .words = splits, .group = NSYM_OF_RUN,
     .scope = NSYM_FROM_DIMUON | NSYM_FROM_FILE | NSYM_FROM_MUONS,
     .help = "the test part of the shuffled sample; what validates stands behind what trains"},
    {"split", NSYM_FIELD_WORD, AT(train.split), .words = splits, .scope = NSYM_FROM_MIXTURE, .help = "the same"},
    {"pool", NSYM_FIELD_SIZE, AT(data.pool), .low = 2, .high = MANY, .scope = NSYM_FROM_SHOWERS, .idle = for_networks,
     .help = "events made ready for training; a training takes the first `train.size` of them, all for 0"},
    {"overlap", NSYM_FIELD_BOOL, AT(data.overlap), .scope = NSYM_FROM_SHOWERS, .idle = for_networks,
     .help = "draw the pool from all events, so that its part `data.test` is in the test sample too; they must be "
             "shuffled"},
};

static const nsym_field smear[] = {
    {"resolution", NSYM_FIELD_NUMBER, AT(data.smear.resolution), .high = 1, .help = "σ(pT) / pT"},
    {"shared", NSYM_FIELD_BOOL, AT(data.smear.shared), .idle = for_smeared,
     .help = "one draw for all muons of an event"},
    {"keep", NSYM_FIELD_WORD, AT(data.smear.keep), .words = keeps, .idle = for_smeared,
     .help = "what stays while pT changes"},
};

static const nsym_field reweight[] = {
    {"binning", NSYM_FIELD_WORD, AT(data.reweight.binning), .words = binnings,
     .help = "background to the signal's pT in bins"},
    {"bins", NSYM_FIELD_SIZE, AT(data.reweight.bins), .low = 1, .high = 1000000, .idle = for_binned,
     .help = "their number"},
    {"low", NSYM_FIELD_NUMBER, AT(data.reweight.low), .low = -1e9, .high = 1e9, .idle = for_equal_bins,
     .help = "range of equal bins, GeV; both 0: that of the background, so that the hardest event makes the width"},
    {"high", NSYM_FIELD_NUMBER, AT(data.reweight.high), .low = -1e9, .high = 1e9, .idle = for_equal_bins,
     .help = "its end"},
};

static const nsym_field shower[] = {
    {"deposits", NSYM_FIELD_SIZE, AT(data.shower.deposits), .low = 1, .high = 1024, .help = "of an event"},
    {"noise", NSYM_FIELD_SIZE, AT(data.shower.noise), .high = 1024,
     .help = "of a signal event's deposits, how many lie anywhere"},
    {"hardest_core", NSYM_FIELD_BOOL, AT(data.shower.hardest_core),
     .help = "the core is the deposit of the largest energy; false: any of them"},
    {"variance", NSYM_FIELD_NUMBER, AT(data.shower.variance), .low = 1e-6, .high = 100,
     .help = "of each coordinate around the core"},
    {"points", NSYM_FIELD_SIZE, AT(data.shower.points), .low = 1, .high = 4096, .help = "of a deposit"},
    {"spread", NSYM_FIELD_NUMBER, AT(data.shower.spread), .high = 1e3,
     .help = "standard deviation of each coordinate around the deposit"},
    {"pairing", NSYM_FIELD_WORD, AT(data.shower.pairing), .words = pairings,
     .help = "`paired`: a point has a share of its deposit's energy; `tiled`: positions run over the deposits while "
             "energies stay, as the published data has it"},
};

static const nsym_field detector[] = {
    {"cells", NSYM_FIELD_SIZES, AT(data.cells.side), AT(data.cells.sides), .low = 1, .high = NSYM_EDGES_MAX - 1,
     .room = 2, .group = NSYM_OF_NONE, .scope = NSYM_FROM_SHOWERS | NSYM_FROM_MUONS,
     .help =
         "two numbers: equal cells in x and in y; of the muons' image, with `data.level: cells` only, in η and in φ"},
    {"range", NSYM_FIELD_NUMBERS, AT(data.cells.range), AT(data.cells.ends), .low = -1e9, .high = 1e9, .room = 2,
     .group = NSYM_OF_NONE, .scope = NSYM_FROM_SHOWERS, .help = "of both"},
    {"x", NSYM_FIELD_NUMBERS, AT(data.cells.x), AT(data.cells.edges[0]), .low = -1e9, .high = 1e9,
     .room = NSYM_EDGES_MAX, .group = NSYM_OF_NONE, .scope = NSYM_FROM_SHOWERS,
     .help = "rising edges, in place of those: 1 to 256 cells, of any size"},
    {"y", NSYM_FIELD_NUMBERS, AT(data.cells.y), AT(data.cells.edges[1]), .low = -1e9, .high = 1e9,
     .room = NSYM_EDGES_MAX, .group = NSYM_OF_NONE, .scope = NSYM_FROM_SHOWERS, .help = "the same"},
};

static const nsym_field copies[] = {
    {"where", NSYM_FIELD_WORD, AT(data.copying.where), .words = places,
     .help =
         "of training events: `before` (the points are rotated) or `after` the detector (the image is; cells must be "
         "equal)"},
    {"angles", NSYM_FIELD_TURNS, AT(data.copying.angle), AT(data.copying.listed), AT(data.copying.angles), .low = -1e6,
     .high = 1e6, .room = NSYM_COPIES_MAX, .words = ways, .idle = for_rotations,
     .help =
         "`even`: 360° divided by the count; `random`: of each event its own, the same in every epoch, `before` only; "
         "or a list of degrees that begins with 0"},
    {"count", NSYM_FIELD_SIZE, AT(data.copying.count), .low = 1, .high = NSYM_COPIES_MAX, .idle = for_rotations,
     .help = "angles, 0 included, so the event itself"},
    {"reflect", NSYM_FIELD_BOOL, AT(data.copying.reflect), .idle = for_rotations,
     .help = "each of them once more, mirrored (y changes sign, then the rotation): twice as many copies"},
    {"matrices", NSYM_FIELD_NUMBERS, AT(data.copying.matrix), AT(data.copying.numbers), .low = -1e6, .high = 1e6,
     .room = 4 * NSYM_COPIES_MAX, .idle = for_copies,
     .help =
         "in place of `angles`, `count` and `reflect`, `before` only: one list of numbers, four for a copy (a, b, c, "
         "d): x' = a x + b y, y' = c x + d y; the event itself comes first"},
    {"image", NSYM_FIELD_WORD, AT(data.copying.style), .words = styles, .idle = for_images,
     .help = "`after`: bilinear about the centre; `opencv`: as the published code, in 1/32 of a cell about a cell's "
             "corner, the cell of the origin emptied"},
};

static const nsym_field measured[] = {
    {"events", NSYM_FIELD_SIZE, AT(data.probes), .high = 1000000,
     .help = "test events on whose rotations `rotation_spread` is measured; 0: not"},
    {"rotations", NSYM_FIELD_SIZE, AT(data.turns), .low = 2, .high = 4096, .idle = for_probes,
     .help = "of each, evenly spaced, before the detector"},
};

static const nsym_field mixture[] = {
    {"window", NSYM_FIELD_NUMBERS, AT(data.mixture.window), AT(data.mixture.ends[0]), .high = 1e6, .room = 2,
     .help = "GeV: pairs with a mass strictly between are taken"},
    {"abundant", NSYM_FIELD_NUMBERS, AT(data.mixture.abundant), AT(data.mixture.ends[1]), .high = 1e6, .room = 2,
     .help = "GeV: and of opposite charges: label 1"},
    {"pt_min", NSYM_FIELD_NUMBER, AT(data.mixture.pt_min), .high = 1e6,
     .help = "of both muons: p<sub>T</sub> above, GeV"},
    {"eta_max", NSYM_FIELD_NUMBER, AT(data.mixture.eta_max), .high = 100, .help = "of both muons: \\|η\\| below"},
    {"weights", NSYM_FIELD_WORD, AT(data.mixture.weights), .words = weightings,
     .help =
         "of the events that train and validate, by kernel densities in (η, p<sub>T</sub>) of the first muon: "
         "`described`: label 0 gets the density of label 1; `published`: pairs of the same charge get that of "
         "opposite ones, as the code of arXiv:2306.15737 did. A coordinate that is the same in all events is left "
         "out, with a warning; one that varies in one group only is refused. They count with `train.weighted: true`"},
    {"balance", NSYM_FIELD_BOOL, AT(data.mixture.balance),
     .help = "then the rarer label is multiplied by the ratio of the numbers of events"},
    {"fractions", NSYM_FIELD_NUMBERS, AT(data.mixture.fraction), AT(data.mixture.fractions), .high = 1, .room = 2,
     .help =
         "two numbers, such as [0.99, 0.56]: labels are drawn so that labels 1 and 0 have these shares of `truth` 1, "
         "which the sample's own share must lie between"},
};

static const nsym_field splot[] = {
    {"method", NSYM_FIELD_WORD, AT(data.mixture.method), .words = methods, .help = "of the fit, weights and curve"},
    {"bootstraps", NSYM_FIELD_SIZE, AT(data.mixture.bootstraps), .high = 100000, .group = NSYM_OF_RUN,
     .help =
         "of the test events, each fitted anew, for the error of every run by the finite test sample; 0: not known"},
    {"toys", NSYM_FIELD_SIZE, AT(data.mixture.toys), .high = 100000, .group = NSYM_OF_RUN,
     .help = "draws of the fit's parameters"},
};

/* Enough to know an error to a sixth. */
enum { BOOTSTRAPS = 20 };

static void set_sample(nsym_run_card *card, unsigned source) {
    nsym_data_card *d = &card->data;
    *d = (nsym_data_card){.seed = 1, .signal = "", .background = "", .file = "", .shuffle = true, .group = true};
    d->copies = 1;
    d->events = 50000;
    d->reweight.bins = 100;
    if (source == NSYM_FROM_SHOWERS) d->events = 600000, d->pool = 4800, d->test_part = 0.2, d->turns = 64;
    if (source == NSYM_FROM_MUONS) d->events = 100000, d->flatten = 32;
    if (source == NSYM_FROM_MIXTURE) d->events = 300000;
    d->stratify = source == NSYM_FROM_MUONS || source == NSYM_FROM_MIXTURE;
    d->particle_level = d->mixture.used = source == NSYM_FROM_MIXTURE;
    d->shower = nsym_shower_defaults();
    d->copying.count = 8;
    d->cells = (nsym_cells_card){.sides = 2, .side = {32, 32}, .ends = 2, .range = {-1, 1}};
}

static void set_mixture(nsym_mixture_card *m) {
    m->ends[0] = m->ends[1] = 2;
    m->window[0] = 70, m->window[1] = 110;
    m->abundant[0] = 84, m->abundant[1] = 96;
    m->pt_min = 25;
    m->eta_max = 2.1;
    m->signal = 0.956;
    m->weights = NSYM_CWOLA_DESCRIBED;
    m->balance = true;
    m->bootstraps = BOOTSTRAPS;
}

static void defaults(void *out, unsigned source) {
    nsym_run_card *card = out;
    memset(card, 0, sizeof *card);
    while (source >> card->top.source > 1) card->top.source++;
    card->top.members = 1;
    set_sample(card, source);
    set_mixture(&card->data.mixture);
    nsym_train_card *train = &card->train;
    train->test = source == NSYM_FROM_MUONS ? 0.085 : source == NSYM_FROM_MIXTURE ? 1. / 6 : 0.2;
    train->validation = source & (NSYM_FROM_MUONS | NSYM_FROM_MIXTURE) ? train->test : 0;
    train->epochs = 100;
    train->batch = 128;
    train->learning_rate = 1e-3;
    train->weight_decay = 0.01;
    train->every_epoch = true;
    train->classification = 1;
}

#define FIELDS(table) table, sizeof table / sizeof *table, "source", nsym_source_names
#define CARD sizeof(nsym_run_card), defaults

const nsym_section nsym_section_top = {"", FIELDS(top), 0, CARD, NULL};
static const nsym_section sections[] = {
    {"data", FIELDS(data), ALL, CARD, NULL},
    {"smear", FIELDS(smear), NSYM_FROM_DIMUON, CARD, NULL},
    {"reweight", FIELDS(reweight), NSYM_FROM_DIMUON, CARD, NULL},
    {"shower", FIELDS(shower), NSYM_FROM_SHOWERS, CARD, for_built_in},
    {"detector", FIELDS(detector), NSYM_FROM_SHOWERS | NSYM_FROM_MUONS, CARD, for_shower_networks},
    {"copies", FIELDS(copies), NSYM_FROM_SHOWERS, CARD, for_networks},
    {"measure", FIELDS(measured), NSYM_FROM_SHOWERS, CARD, for_networks},
    {"mixture", FIELDS(mixture), NSYM_FROM_MIXTURE, CARD, NULL},
    {"splot", FIELDS(splot), NSYM_FROM_MIXTURE, CARD, NULL}};
const nsym_section *const nsym_sections_of_sample[] = {&sections[0], &sections[1], &sections[2], &sections[3],
                                                       &sections[4], &sections[5], &sections[6], &sections[7],
                                                       &sections[8], NULL};
