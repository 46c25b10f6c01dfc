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
    return nsym_card_validates(card) ? NULL : "nothing validates: split.validation and split.folds are 0";
}

static const char *for_penalised(const void *card) {
    return train_of(card)->invariance.weight > 0 ? NULL : "train.invariance is 0";
}

static const char tests_at_end[] = "where events validate the test sample is measured in the end alone";

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
    return columns && spec->slots > 0 ? "the model reads columns, no particles" : NULL; /* 0 is what it reads */
}

static const char *for_padded(const void *card) {
    const nsym_model_spec *spec = spec_of(card);
    const char *name = spec->event_input.name;
    if (((const nsym_run_card *)card)->model.masked) return "masked leaves the padding out";
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
     .help = "the most there are; 0, with `start_from` alone: the model is measured as it is"},
    {"batch", NSYM_FIELD_SIZE, AT(train.batch), .low = 2, .high = 1000000,
     .help = "rows a step; the symmetry copies of an event are rows and stay in one batch"},
    {"learning_rate", NSYM_FIELD_NUMBER, AT(train.learning_rate), .low = 1e-12, .high = 1e3, .help = "of AdamW"},
    {"weight_decay", NSYM_FIELD_NUMBER, AT(train.weight_decay), .high = 1e3, .help = "of AdamW"},
    {"size", NSYM_FIELD_SIZE, AT(train.size), .high = MANY, .help = "training events used, the first ones; 0: all"},
    {"sampling", NSYM_FIELD_WORD, AT(train.sampling), .words = samplings,
     .help =
         "an epoch's events: `weight`: as many as there are, drawn anew in proportion to their weights, which must be "
         "≥ 0; `bootstrap`: as many, drawn once for a member; `bootstrap_class`: likewise, but as many of either label "
         "as there are; `each`: every event once"},
    {"weighted", NSYM_FIELD_BOOL, AT(train.weighted),
     .help =
         "an event counts in the loss by its weight, also in that of the validation and in its AUC; [weights of both "
         "signs](#weights) and of 0 are fine; with `sampling: weight` weights would count twice"},
    {"shuffle", NSYM_FIELD_BOOL, AT(train.shuffle),
     .help = "another order in every epoch; by `weight` it is always another"},
    {"same_start", NSYM_FIELD_BOOL, AT(train.same_start), .idle = for_own_start,
     .help = "all members begin with the same weights"},
    {"scale", NSYM_FIELD_BOOL, AT(train.scale), .idle = for_own_start,
     .help =
         "inputs are standardised on the training events, by their weights where these count in the training, copies "
         "left out, padding counted as zeros; an `efn`'s energies are divided by the mean of an event's sum"},
    {"every_epoch", NSYM_FIELD_WORD, AT(every_epoch), .words = when_shown, .idle = for_every_epoch,
     .group = NSYM_OF_NONE,
     .help =
         "measure the test sample after every epoch: `shown`, [where the card shows such numbers](#measured-by-epoch); "
         "`false`, and where events validate: after the last only"},
    {"classification", NSYM_FIELD_NUMBER, AT(train.classification), .high = 1e6,
     .help = "loss = classification × cross entropy + invariance × variance of the answers on an event's copies, the "
             "mean over events"},
    {"invariance", NSYM_FIELD_NUMBER, AT(train.invariance.weight), .high = 1e6, .help = "of the same loss"},
    {"invariance_of", NSYM_FIELD_EITHER, AT(train.invariance.on_logits), .words = spaces, .idle = for_penalised,
     .help = "whose variance: `output` (after the sigmoid) or `logit`"},
    {"variance", NSYM_FIELD_EITHER, AT(train.invariance.population), .words = variances, .idle = for_penalised,
     .help = "its divisor: `sample` (copies − 1) or `population` (copies)"},
    {"patience", NSYM_FIELD_SIZE, AT(train.patience), .high = MANY, .idle = for_validated,
     .help =
         "with `split.folds` or `split.validation`: epochs without improvement after which a training stops; 0: never"},
    {"min_change", NSYM_FIELD_NUMBER, AT(train.min_change), .high = 1, .idle = for_validated,
     .help = "what the validation loss must fall by, from that of the best epoch, to count as improved"},
    {"temperature", NSYM_FIELD_BOOL, AT(train.temperature), .group = NSYM_OF_NONE, .idle = for_validated,
     .help = "after the training [one number](calibration.md#temperature) is fitted to the events that validate, by "
             "which logits are divided where probabilities are made of them; the ranking stays"},
    {"start_from", NSYM_FIELD_TEXT, AT(train.start_from), .standard = "", .group = NSYM_OF_NONE,
     .help = "a model's file, or a pattern of one: [trainings begin with its weights](#fine-tuning) and keep its "
             "standardisation. A study keeps models as `OUT/models/LABEL.h5`"},
    {"precision", NSYM_FIELD_WORD, AT(train.precision), .words = nsym_precision_words, .group = NSYM_OF_NONE,
     .help = "`bf16`: factors of matrix products are [rounded to bfloat16](precision.md), for CPUs with instructions "
             "for it; weights, sums and everything else stay `single`"},
    {"redraw_test", NSYM_FIELD_BOOL, AT(train.redraw_test), .idle = for_tests_by_epoch,
     .help = "draw the test sample anew each epoch by weight (≥ 0); else it is fixed and weighted"},
};

static const nsym_field model[] = {
    {"kind", NSYM_FIELD_WORD, AT(model.kind), .words = nsym_kind_names,
     .help = "`efn`: a `pfn` that weighs its particles with their energies: safe against soft and collinear ones; "
             "`column`: nothing is trained, a column of the sample is the score"},
    {"column", NSYM_FIELD_TEXT, AT(column), .scope = NSYM_IS_COLUMN, .help = "the name of that column"},
    {"falling", NSYM_FIELD_BOOL, AT(falling), .scope = NSYM_IS_COLUMN,
     .help = "the smaller the column, the more like signal, as for an isolation"},
    {"particles", NSYM_FIELD_NODE, AT(model.particles), .scope = PARTICLES, .standard = "",
     .help =
         "a list of particle features, [with a transformation each](#features) where that is wanted: "
         "`[pt: log, d_eta, d_phi, d0: {clip: [-1, 1]}]`; or an input by name: `p4`, `pairs` ([all pairs' "
         "products](#products-of-momenta)), `cells`, `objects` (pt, d_eta, d_phi), `objects_kind`, `objects_onehot` "
         "([particles with a kind](#particles-with-a-kind)). An `efn`'s list begins with the energy, or its input is "
         "one of the last three"},
    {"event", NSYM_FIELD_NODE, AT(model.event), .scope = EVENTS, .standard = "",
     .help = "a list of event columns, likewise; or an input by name: `lorentz` ([all pairs' "
             "products](#products-of-momenta)), `momenta`, `pt`, `columns`; of an `fcn` also `list`, `image`; a `cnn` "
             "has `image`. A `pfn` or `efn` reads it beside the pooled latent"},
    {"references", NSYM_FIELD_NODE, AT(model.references), .scope = EVENTS, .standard = "", .group = NSYM_OF_NONE,
     .idle = for_products,
     .help = "vectors with which `lorentz` and `pairs` make products too, so that a symmetry ends there: a list of "
             "`time`, `beam`, `x`, `y`, `z` and vectors `[E, px, py, pz]`; [which leaves what]"
             "(#products-of-momenta)"},
    {"lola", NSYM_FIELD_SIZE, AT(spec.lola), .high = 1024, .scope = NSYM_IS_FCN, .group = NSYM_OF_NONE,
     .idle = for_momenta,
     .help = "of an `fcn` that reads `momenta`: so many learned combinations of them in [a combination and a Lorentz "
             "layer](#products-of-momenta); 0: none"},
    {"gate", NSYM_FIELD_NODE, AT(model.gate), .scope = NSYM_IS_HYBRID, .standard = "", .idle = for_gate,
     .help = "an input per event, on which it depends how the latents are combined; `event` says what it may be"},
    {"gate_set", NSYM_FIELD_BOOL, AT(spec.gate_set), .scope = NSYM_IS_HYBRID, .group = NSYM_OF_NONE,
     .idle = for_gate_map,
     .help = "the gate map reads the pooled latent of the particles, with `gate` beside it where there is one: the set "
             "itself says how the latents are combined"},
    {"columns", NSYM_FIELD_NAMES, AT(spec.columns), .room = NSYM_COLUMNS_SIZE, .scope = NSYM_IS_NETWORK & ~NSYM_IS_CNN,
     .idle = for_columns,
     .help =
         "what the input `columns` is: names of event columns, those of `observables` among them, a list or one text "
         "with commas; ranges of radii are written out"},
    {"particle_map", NSYM_FIELD_SIZES, LAYERS(spec.particle_map), .scope = PARTICLES, .help = "sizes of hidden layers"},
    {"event_map", NSYM_FIELD_SIZES, LAYERS(spec.event_map), .scope = NSYM_IS_HYBRID, .help = "sizes of hidden layers"},
    {"gate_map", NSYM_FIELD_SIZES, LAYERS(spec.gate_map), .scope = NSYM_IS_HYBRID, .idle = for_gate_map,
     .help = "sizes of hidden layers"},
    {"hidden", NSYM_FIELD_SIZES, LAYERS(spec.hidden), .scope = NSYM_IS_NETWORK, .help = "sizes of hidden layers"},
    {"latent", NSYM_FIELD_SIZE, AT(spec.latent), .low = 1, .high = 65536, .scope = PARTICLES, .standard = "",
     .help = "width of the latent"},
    {"width", NSYM_FIELD_SIZE, AT(model.width), .low = 1, .high = 65536, .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE,
     .help = "of all hidden layers and the latent, in place of their own: one number to search over"},
    {"layers", NSYM_FIELD_SIZE, AT(model.layers), .low = 1, .high = NSYM_SIZES_MAX, .scope = NSYM_IS_NETWORK,
     .standard = "", .group = NSYM_OF_NONE, .idle = for_hidden,
     .help = "how many `hidden` layers there are, in place of their own number: each as wide as the first, or as "
             "`width` says"},
    {"slots", NSYM_FIELD_SIZE, AT(spec.slots), .high = 1024, .scope = NSYM_IS_NETWORK, .standard = "2 or 0",
     .idle = for_particles,
     .help = "particles in every event; 2 where an input is made of momenta, else 0, as for `pairs`: any number"},
    {"padded", NSYM_FIELD_SIZE, AT(model.padded), .high = 65536, .scope = NSYM_IS_NETWORK, .group = NSYM_OF_NONE,
     .idle = for_padded,
     .help =
         "`fcn`: cells that its `list` holds, or all of its `image` (`cnn`: set by the detector); `pfn` without norm "
         "that sums: events count as if they had so many particles, the missing ones as rows of zeros; an event ends "
         "after so many cells; 0: only those that are there, all of them"},
    {"masked", NSYM_FIELD_BOOL, AT(model.masked), .scope = NSYM_IS_PFN, .group = NSYM_OF_NONE, .idle = for_masked,
     .help = "count only the particles that are there, whatever `padded` says"},
    {"filters", NSYM_FIELD_SIZES, LAYERS(spec.filters), .scope = NSYM_IS_CNN,
     .help =
         "how many in each block, `[48, 48, 48]`; behind a block a 2 × 2 max pool halves the image; multiples of 16 "
         "are the best value (docs/performance.md)"},
    {"blocks", NSYM_FIELD_SIZE, AT(model.blocks), .low = 1, .high = NSYM_SIZES_MAX, .scope = NSYM_IS_CNN,
     .standard = "", .group = NSYM_OF_NONE,
     .help = "how many blocks there are, in place of the number of `filters`: each with as many filters as the first"},
    {"convolutions", NSYM_FIELD_SIZE, AT(spec.convolutions), .low = 1, .high = NSYM_CONVOLUTIONS_MAX,
     .scope = NSYM_IS_CNN, .help = "of every block"},
    {"kernel", NSYM_FIELD_SIZE, AT(spec.kernel), .low = 1, .high = 31, .scope = NSYM_IS_CNN,
     .help = "cells across a filter, odd. The image keeps its size; the activation stands behind each"},
    {"dropout", NSYM_FIELD_NUMBER, AT(spec.dropout), .high = 0.999, .scope = NSYM_IS_NETWORK, .idle = for_hidden,
     .help = "part of the values behind each of the `hidden` layers that a training step sets to 0"},
    {"linear_first", NSYM_FIELD_BOOL, AT(spec.linear_first), .scope = NSYM_IS_NETWORK,
     .help = "the first layers of the particle map and of the classifier have neither norm nor activation"},
    {"norm", NSYM_FIELD_WORD, AT(spec.norm), .words = nsym_norm_words, .scope = NSYM_IS_NETWORK,
     .help = "batch norm: `feature`, or `slot` (per particle slot in the particle map: the answer then depends on the "
             "particles' order)"},
    {"activation", NSYM_FIELD_WORD, AT(spec.activation), .words = nsym_activation_words, .scope = NSYM_IS_NETWORK,
     .help = "behind every hidden layer"},
    {"leak", NSYM_FIELD_NUMBER, AT(spec.leak), .high = 1, .scope = NSYM_IS_NETWORK, .idle = for_leaky,
     .help = "slope of the leaky ReLU below 0"},
    {"pooling", NSYM_FIELD_WORD, AT(spec.pooling), .words = nsym_pooling_words, .scope = PARTICLES,
     .help = "over particles; an `efn` has `sum`, no norm and nothing padded"},
    {"combination", NSYM_FIELD_WORD, AT(spec.combination), .words = nsym_combination_words, .scope = NSYM_IS_HYBRID,
     .help =
         "of the latents: a weighted `sum`; side by side, `concat_weighted`, or with the two weights, "
         "`concat_weights`; with the gate's input and no gate map, `concat_input`; alone, without a gate, `concat`"},
    {"initialisation", NSYM_FIELD_WORD, AT(spec.initialisation), .words = nsym_initialisation_words,
     .scope = NSYM_IS_NETWORK, .idle = for_own_start,
     .help = "first weights: `pytorch` (uniform in ±1/√inputs, biases too), or as in Keras, biases 0"},
    {"start_from", NSYM_FIELD_TEXT, AT(train.start_from), .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE, .help = "of this model alone, in place of `train.start_from`"},
    {"frozen", NSYM_FIELD_NAMES, AT(train.frozen), .room = NSYM_FROZEN_SIZE, .scope = NSYM_IS_NETWORK,
     .group = NSYM_OF_NONE, .idle = for_started,
     .help =
         "with `start_from`: layers that keep its weights and running means to the bit: `particle_map`, `event_map`, "
         "`gate_map`, `hidden`, or one layer of them, `hidden.0`"},
    {"epochs", NSYM_FIELD_SIZE, AT(train.epochs), .low = 0, .high = MANY, .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE, .help = "of this model alone, in place of `train.epochs`; so the next three"},
    {"batch", NSYM_FIELD_SIZE, AT(train.batch), .low = 2, .high = 1000000, .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE, .help = ""},
    {"learning_rate", NSYM_FIELD_NUMBER, AT(train.learning_rate), .low = 1e-12, .high = 1e3, .scope = NSYM_IS_NETWORK,
     .standard = "", .group = NSYM_OF_NONE, .help = ""},
    {"weight_decay", NSYM_FIELD_NUMBER, AT(train.weight_decay), .high = 1e3, .scope = NSYM_IS_NETWORK, .standard = "",
     .group = NSYM_OF_NONE, .help = ""},
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
