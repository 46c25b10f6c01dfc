/* The sections of a training: train and models.NAME. */
#include "nn/models.h"
#include "nn/precision.h"
#include "nn/spec_json.h"
#include "study/card.h"
#include "study/sections.h"
#include "study/start.h"

#include <string.h>

#define AT(place) offsetof(nsym_run_card, place)
#define LAYERS(place) AT(place.size), AT(place.count), .low = 1, .high = 65536, .room = NSYM_SIZES_MAX

enum { MANY = 1000000000, PARTICLES = NSYM_IS_PFN | NSYM_IS_HYBRID | NSYM_IS_EFN, EVENTS = NSYM_IS_NETWORK };

const char *const nsym_kind_names[] = {"fcn", "pfn", "hybrid", "cnn", "efn", "column", NULL};

static const char *const when_shown[] = {"shown", "true", "false", NULL};
static const char *const samplings[] = {"weight", "bootstrap", "each", "bootstrap_class", NULL};
static const char *const spaces[] = {"output", "logit", NULL};
static const char *const variances[] = {"sample", "population", NULL};

static const nsym_train_card *train_of(const void *card) {
    return &((const nsym_run_card *)card)->train;
}

static const nsym_model_spec *spec_of(const void *card) {
    return &((const nsym_run_card *)card)->spec;
}

static const char *for_networks(const void *card) {
    return ((const nsym_run_card *)card)->column ? nsym_trains_nothing : NULL;
}

static const char *for_validated(const void *card) {
    return nsym_card_validates(card) ? NULL : "there are no validation events: split.validation and split.folds are 0";
}

static const char *for_penalised(const void *card) {
    return train_of(card)->invariance.weight > 0 ? NULL : "train.invariance is 0";
}

static const char tests_at_end[] = "with validation events the test sample is measured only at the end";

static const char *for_every_epoch(const void *card) {
    bool always = ((const nsym_run_card *)card)->every_epoch == NSYM_EPOCHS_ALWAYS;
    return always && nsym_card_validates(card) ? tests_at_end : NULL;
}

static const char *for_tests_by_epoch(const void *card) {
    if (nsym_card_validates(card)) return tests_at_end;
    return train_of(card)->every_epoch ? NULL : "train.every_epoch is false";
}

static const char *for_columns(const void *card) {
    const nsym_model_spec *spec = spec_of(card);
    bool reads = strcmp(spec->event_input.name, "columns") == 0 || strcmp(spec->gate_input.name, "columns") == 0;
    return reads ? NULL : "no input of the model is 'columns'";
}

static const char *for_products(const void *card) {
    return nsym_model_is_referred(&((const nsym_run_card *)card)->model) ? NULL
                                                                         : "no input of the model is 'lorentz' or "
                                                                           "'pairs'";
}

static const char *for_momenta(const void *card) {
    return strcmp(spec_of(card)->event_input.name, "momenta") == 0 ? NULL : "the model's event input is not 'momenta'";
}

static const char *for_particles(const void *card) {
    const nsym_model_spec *spec = spec_of(card);
    bool columns = spec->kind == NSYM_FCN && strcmp(spec->event_input.name, "columns") == 0;
    return columns && spec->slots > 0 ? "the model reads columns, not particles" : NULL; /* 0 is what it reads */
}

static const char *for_padded(const void *card) {
    const nsym_model_spec *spec = spec_of(card);
    const char *name = spec->event_input.name;
    if (((const nsym_run_card *)card)->model.masked) return "masked is true, so padding is not counted";
    bool cells = strcmp(name, "list") == 0 || strcmp(name, "image") == 0;
    return spec->kind == NSYM_FCN && !cells ? "the model reads neither a list nor an image of cells" : NULL;
}

static const char *for_masked(const void *card) {
    return ((const nsym_run_card *)card)->model.padded ? NULL : "nothing is padded";
}

static const char *for_gate(const void *card) {
    return spec_of(card)->combination == NSYM_COMBINE_CONCAT ? "combination is concat, which has no gate" : NULL;
}

static const char *for_gate_map(const void *card) {
    return spec_of(card)->combination == NSYM_COMBINE_CONCAT_INPUT
               ? "combination is concat_input, which has no gate map"
               : for_gate(card);
}

static const char *for_own_start(const void *card) {
    return nsym_card_starts(card) ? "start_from gives the first weights and the standardisation" : NULL;
}

static const char *for_started(const void *card) {
    return nsym_card_starts(card) ? NULL : "there is no start_from";
}

static const char *for_leaky(const void *card) {
    return spec_of(card)->activation == NSYM_LEAKY_RELU ? NULL : "activation is not leaky_relu";
}

static const char *for_hidden(const void *card) {
    return spec_of(card)->hidden.count ? NULL : "there are no hidden layers";
}

static const nsym_field train[] = {
    {"epochs", NSYM_FIELD_SIZE, AT(train.epochs), .low = 0, .high = MANY,
     .help = "maximum number of epochs; 0, only with `start_from`: measure the model as it is"},
    {"batch", NSYM_FIELD_SIZE, AT(train.batch), .low = 2, .high = 1000000,
     .help = "rows per training step. The symmetry copies of an event are rows and stay in one batch"},
    {"learning_rate", NSYM_FIELD_NUMBER, AT(train.learning_rate), .low = 1e-12, .high = 1e3,
     .help = "learning rate of AdamW"},
    {"weight_decay", NSYM_FIELD_NUMBER, AT(train.weight_decay), .high = 1e3, .help = "weight decay of AdamW"},
    {"size", NSYM_FIELD_SIZE, AT(train.size), .high = MANY,
     .help = "number of training events used, counted from the first; 0: all"},
    {"sampling", NSYM_FIELD_WORD, AT(train.sampling), .words = samplings,
     .help =
         "events of an epoch. `each`: every event once. `weight`: as many draws as there are events, new in every "
         "epoch, with probabilities in proportion to the weights (≥ 0). `bootstrap`: as many draws with replacement, "
         "made once for each member. `bootstrap_class`: as `bootstrap`, with the number of events of each label fixed"},
    {"weighted", NSYM_FIELD_BOOL, AT(train.weighted),
     .help = "weight the events in the training loss, the validation loss and the validation AUC. [Weights of both "
             "signs](#events-of-negative-weight) and of 0 are allowed. With `sampling: weight` the weights would count "
             "twice"},
    {"shuffle", NSYM_FIELD_BOOL, AT(train.shuffle),
     .help = "change the order of the events in every epoch; with `sampling: weight` it always changes"},
    {"same_start", NSYM_FIELD_BOOL, AT(train.same_start), .idle = for_own_start,
     .help = "start all members from the same first weights"},
    {"scale", NSYM_FIELD_BOOL, AT(train.scale), .idle = for_own_start,
     .help = "standardise the inputs on the training events, without copies. The weights are used if the training uses "
             "them, and padding counts as zeros. The energies of an `efn` are divided by the mean of an event's energy "
             "sum"},
    {"every_epoch", NSYM_FIELD_WORD, AT(every_epoch), .words = when_shown, .idle = for_every_epoch,
     .group = NSYM_OF_NONE,
     .help = "when the test sample is measured after every epoch. `shown`: [where the card shows such "
             "numbers](#measured-by-epoch). `true`: always. `false`, and always with validation events: after the last "
             "epoch only"},
    {"classification", NSYM_FIELD_NUMBER, AT(train.classification), .high = 1e6,
     .help = "factor in the loss: loss = classification × cross entropy + invariance × variance of the answers over an "
             "event's copies, averaged over events"},
    {"invariance", NSYM_FIELD_NUMBER, AT(train.invariance.weight), .high = 1e6,
     .help = "factor of the variance (the invariance penalty) in the same loss"},
    {"invariance_of", NSYM_FIELD_EITHER, AT(train.invariance.on_logits), .words = spaces, .idle = for_penalised,
     .help = "quantity whose variance is taken: `output` (after the sigmoid) or `logit`"},
    {"variance", NSYM_FIELD_EITHER, AT(train.invariance.population), .words = variances, .idle = for_penalised,
     .help = "divisor of the variance: `sample` (copies − 1) or `population` (copies)"},
    {"patience", NSYM_FIELD_SIZE, AT(train.patience), .high = MANY, .idle = for_validated,
     .help = "number of epochs without improvement after which a training stops, with `split.folds` or "
             "`split.validation`; 0: never"},
    {"min_change", NSYM_FIELD_NUMBER, AT(train.min_change), .high = 1, .idle = for_validated,
     .help = "smallest decrease of the validation loss, from that of the best epoch, that counts as an improvement"},
    {"temperature", NSYM_FIELD_BOOL, AT(train.temperature), .group = NSYM_OF_NONE, .idle = for_validated,
     .help = "fit [one number](calibration.md#temperature) to the validation events after the training. Logits are "
             "divided by it before they become probabilities; the ranking of events does not change"},
    {"start_from", NSYM_FIELD_TEXT, AT(train.start_from), .standard = "", .group = NSYM_OF_NONE,
     .help = "model file, or a pattern that matches one: [trainings start from its weights](#fine-tuning) and keep its "
             "standardisation. A study keeps its models as `OUT/models/LABEL.h5`"},
    {"precision", NSYM_FIELD_WORD, AT(train.precision), .words = nsym_precision_words, .group = NSYM_OF_NONE,
     .help = "`bf16`: [round the factors of matrix products to bfloat16](precision.md), on CPUs with instructions for "
             "it. Weights, sums and everything else stay in `single` precision"},
    {"redraw_test", NSYM_FIELD_BOOL, AT(train.redraw_test), .idle = for_tests_by_epoch,
     .help = "draw a new test sample in every epoch, in proportion to the weights (≥ 0). Otherwise the test sample is "
             "fixed and weighted"},
};

static const nsym_field model[] = {
    {"kind", NSYM_FIELD_WORD, AT(model.kind), .words = nsym_kind_names, .standard = "`fcn`",
     .help =
         "`fcn`: fully connected network; `pfn`: particle flow network (deep set); `efn`: energy flow network, a "
         "`pfn` that weights its particles with their energies, which makes it infrared and "
         "collinear safe; `hybrid`: a set network and an event network joined by a gate; `cnn`: convolutional network; "
         "`column`: no training, a column of the sample is the score"},
    {"column", NSYM_FIELD_TEXT, AT(column), .scope = NSYM_IS_COLUMN, .help = "column of the sample that is the score"},
    {"falling", NSYM_FIELD_BOOL, AT(falling), .scope = NSYM_IS_COLUMN,
     .help = "small values of the column are signal-like, as for an isolation"},
    {"particles", NSYM_FIELD_NODE, AT(model.particles), .scope = PARTICLES, .standard = "",
     .help = "particle input: a list of particle features, [with transformations](#features) if you like: `[pt: log, "
             "d_eta, d_phi, d0: {clip: [-1, 1]}]`; or a built-in input: `p4`, `pairs` ([products of all "
             "pairs](#products-of-momenta)), `cells`, `objects` (pt, d_eta, d_phi), `objects_kind`, `objects_onehot` "
             "([particles with a kind](#particles-with-a-kind)). For an `efn` the list begins with the energy, or the "
             "input is `objects`, `objects_kind` or `objects_onehot`"},
    {"event", NSYM_FIELD_NODE, AT(model.event), .scope = EVENTS, .standard = "",
     .help = "event input: a list of event columns, with transformations if you like; or a built-in input: `lorentz` "
             "([products of all pairs](#products-of-momenta)), `momenta`, `pt`, `columns`; for an `fcn` also `list`, "
             "`image`; for a `cnn` `image`. In a `pfn` or `efn` it is joined to the pooled latent"},
    {"references", NSYM_FIELD_NODE, AT(model.references), .scope = EVENTS, .standard = "", .group = NSYM_OF_NONE,
     .idle = for_products,
     .help = "fixed vectors that `lorentz` and `pairs` also multiply with the momenta, to break the symmetry on "
             "purpose: a list of `time`, `beam`, `x`, `y`, `z` and vectors `[E, px, py, pz]`; [what symmetry is "
             "left](#products-of-momenta)"},
    {"lola", NSYM_FIELD_SIZE, AT(spec.lola), .high = 1024, .scope = NSYM_IS_FCN, .group = NSYM_OF_NONE,
     .idle = for_momenta,
     .help = "for the event input `momenta`: number of learned combinations of the momenta in [a combination layer and "
             "a Lorentz layer](#products-of-momenta); 0: no such layers"},
    {"gate", NSYM_FIELD_NODE, AT(model.gate), .scope = NSYM_IS_HYBRID, .standard = "", .idle = for_gate,
     .help = "event input that decides how the latents are combined; same choices as for `event`"},
    {"gate_set", NSYM_FIELD_BOOL, AT(spec.gate_set), .scope = NSYM_IS_HYBRID, .group = NSYM_OF_NONE,
     .idle = for_gate_map,
     .help = "the gate map reads the pooled latent of the particles, joined with `gate` if there is one: the particles "
             "themselves decide how the latents are combined"},
    {"columns", NSYM_FIELD_NAMES, AT(spec.columns), .room = NSYM_COLUMNS_SIZE, .scope = NSYM_IS_NETWORK & ~NSYM_IS_CNN,
     .idle = for_columns,
     .help = "event columns of the input `columns`, a list or one text with commas. They may be `observables`; a range "
             "of radii means all of its radii"},
    {"particle_map", NSYM_FIELD_SIZES, LAYERS(spec.particle_map), .scope = PARTICLES,
     .help = "widths of the hidden layers of the particle map"},
    {"event_map", NSYM_FIELD_SIZES, LAYERS(spec.event_map), .scope = NSYM_IS_HYBRID,
     .help = "widths of the hidden layers of the event map"},
    {"gate_map", NSYM_FIELD_SIZES, LAYERS(spec.gate_map), .scope = NSYM_IS_HYBRID, .idle = for_gate_map,
     .help = "widths of the hidden layers of the gate map"},
    {"hidden", NSYM_FIELD_SIZES, LAYERS(spec.hidden), .scope = NSYM_IS_NETWORK,
     .help = "widths of the hidden layers of the classifier"},
    {"latent", NSYM_FIELD_SIZE, AT(spec.latent), .low = 1, .high = 65536, .scope = PARTICLES, .standard = "",
     .help = "width of the latent"},
    {"width", NSYM_FIELD_SIZE, AT(model.width), .low = 1, .high = 65536, .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE,
     .help = "width of all hidden layers and of the latent, in place of their own widths: one number to search over"},
    {"layers", NSYM_FIELD_SIZE, AT(model.layers), .low = 1, .high = NSYM_SIZES_MAX, .scope = NSYM_IS_NETWORK,
     .standard = "", .group = NSYM_OF_NONE, .idle = for_hidden,
     .help = "number of `hidden` layers, in place of the length of that list. Each is as wide as the first, or as "
             "`width` says"},
    {"slots", NSYM_FIELD_SIZE, AT(spec.slots), .high = 1024, .scope = NSYM_IS_NETWORK, .standard = "2 or 0",
     .idle = for_particles,
     .help = "number of particles in every event; 0: any number. Default: 2 with an input made of momenta (except "
             "`pairs`), else 0"},
    {"padded", NSYM_FIELD_SIZE, AT(model.padded), .high = 65536, .scope = NSYM_IS_NETWORK, .group = NSYM_OF_NONE,
     .idle = for_padded,
     .help = "number of particles or cells to pad an event to. `fcn`: number of cells in its `list`, or all cells of "
             "its `image` (`cnn`: set by the detector). `pfn` without norm and with pooling `sum`: missing particles "
             "count as rows of zeros. Further cells of an event are dropped. 0: no padding, all particles are used"},
    {"masked", NSYM_FIELD_BOOL, AT(model.masked), .scope = NSYM_IS_PFN, .group = NSYM_OF_NONE, .idle = for_masked,
     .help = "count only the particles that exist, whatever `padded` says"},
    {"filters", NSYM_FIELD_SIZES, LAYERS(spec.filters), .scope = NSYM_IS_CNN,
     .help = "number of filters in each block, `[48, 48, 48]`. A 2 × 2 max pool after each block halves the image. "
             "Multiples of 16 use the CPU best (docs/performance.md)"},
    {"blocks", NSYM_FIELD_SIZE, AT(model.blocks), .low = 1, .high = NSYM_SIZES_MAX, .scope = NSYM_IS_CNN,
     .standard = "", .group = NSYM_OF_NONE,
     .help = "number of blocks, in place of the length of `filters`. Each has as many filters as the first"},
    {"convolutions", NSYM_FIELD_SIZE, AT(spec.convolutions), .low = 1, .high = NSYM_CONVOLUTIONS_MAX,
     .scope = NSYM_IS_CNN, .help = "number of convolutions in every block"},
    {"kernel", NSYM_FIELD_SIZE, AT(spec.kernel), .low = 1, .high = 31, .scope = NSYM_IS_CNN,
     .help = "width of a filter in cells, odd. The image keeps its size, and the activation follows each convolution"},
    {"dropout", NSYM_FIELD_NUMBER, AT(spec.dropout), .high = 0.999, .scope = NSYM_IS_NETWORK, .idle = for_hidden,
     .help = "fraction of the values after each of the `hidden` layers that a training step sets to 0"},
    {"linear_first", NSYM_FIELD_BOOL, AT(spec.linear_first), .scope = NSYM_IS_NETWORK,
     .help = "no norm and no activation after the first layers of the particle map and of the classifier"},
    {"norm", NSYM_FIELD_WORD, AT(spec.norm), .words = nsym_norm_words, .scope = NSYM_IS_NETWORK,
     .help = "batch norm: `feature`: for each feature; `slot`: for each particle slot in the particle map, so that the "
             "answer depends on the order of the particles"},
    {"activation", NSYM_FIELD_WORD, AT(spec.activation), .words = nsym_activation_words, .scope = NSYM_IS_NETWORK,
     .help = "activation after every hidden layer"},
    {"leak", NSYM_FIELD_NUMBER, AT(spec.leak), .high = 1, .scope = NSYM_IS_NETWORK, .idle = for_leaky,
     .help = "slope of the leaky ReLU below 0"},
    {"pooling", NSYM_FIELD_WORD, AT(spec.pooling), .words = nsym_pooling_words, .scope = PARTICLES,
     .help = "pooling over particles. An `efn` has `sum`, no norm and no padding"},
    {"combination", NSYM_FIELD_WORD, AT(spec.combination), .words = nsym_combination_words, .scope = NSYM_IS_HYBRID,
     .help = "combination of the two latents: `sum`: weighted sum; `concat_weighted`: side by side, each times its "
             "weight; `concat_weights`: side by side, with the two weights appended; `concat_input`: side by side with "
             "the gate's input, without a gate map; `concat`: side by side, without a gate"},
    {"initialisation", NSYM_FIELD_WORD, AT(spec.initialisation), .words = nsym_initialisation_words,
     .scope = NSYM_IS_NETWORK, .idle = for_own_start,
     .help = "first weights: `pytorch`: uniform in ±1/√inputs, biases too; the others as in Keras, with biases 0"},
    {"start_from", NSYM_FIELD_TEXT, AT(train.start_from), .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE, .help = "model file to start this model from, in place of `train.start_from`"},
    {"frozen", NSYM_FIELD_NAMES, AT(train.frozen), .room = NSYM_FROZEN_SIZE, .scope = NSYM_IS_NETWORK,
     .group = NSYM_OF_NONE, .idle = for_started,
     .help = "with `start_from`: layers that keep the weights and running means of the start bit for bit: "
             "`particle_map`, `event_map`, `gate_map`, `hidden`, or one layer of these, such as `hidden.0`"},
    {"epochs", NSYM_FIELD_SIZE, AT(train.epochs), .low = 0, .high = MANY, .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE, .help = "maximum number of epochs for this model, in place of `train.epochs`"},
    {"batch", NSYM_FIELD_SIZE, AT(train.batch), .low = 2, .high = 1000000, .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE, .help = "rows per training step for this model, in place of `train.batch`"},
    {"learning_rate", NSYM_FIELD_NUMBER, AT(train.learning_rate), .low = 1e-12, .high = 1e3, .scope = NSYM_IS_NETWORK,
     .standard = "", .group = NSYM_OF_NONE, .help = "learning rate for this model, in place of `train.learning_rate`"},
    {"weight_decay", NSYM_FIELD_NUMBER, AT(train.weight_decay), .high = 1e3, .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE, .help = "weight decay for this model, in place of `train.weight_decay`"},
};

static void set_model(void *out, unsigned kind) {
    nsym_run_card *card = out;
    card->model = (nsym_model_card){0};
    card->spec = (nsym_model_spec){.leak = 0.01};
    if (kind == NSYM_IS_CNN) card->spec.convolutions = card->spec.kernel = 3;
    while (kind >> card->model.kind > 1) card->model.kind++;
    if (kind != NSYM_IS_COLUMN) card->spec.kind = (nsym_model_kind)card->model.kind;
    card->column = NULL;
    card->falling = false;
}

static void set_train(void *out, unsigned scope) {
    (void)scope;
    nsym_section_top.defaults(out, 0);
}

const nsym_section nsym_section_train = {
    "train", train, sizeof train / sizeof *train, NULL, NULL, 0, sizeof(nsym_run_card), set_train, for_networks};
const nsym_section nsym_section_model = {"models.NAME",         model,           sizeof model / sizeof *model,
                                         "model's kind",        nsym_kind_names, NSYM_IS_NETWORK | NSYM_IS_COLUMN,
                                         sizeof(nsym_run_card), set_model,       NULL};
