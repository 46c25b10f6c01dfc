/* A card after preset and settings, and what it says about one training: validated values, nothing left to look up. */
#ifndef NSYM_STUDY_CARD_H
#define NSYM_STUDY_CARD_H

#include "options/fields.h"
#include "sources/data_card.h"
#include "train/settings.h"
#include <nearsym/model.h>
#include <nearsym/study.h>

/* What a card says of a model beside its spec. Borrowed from the tree. */
typedef struct nsym_model_card {
    unsigned kind;                        /* as the spec's, or the next: a column */
    const char *particles, *event, *gate; /* inputs by name; NULL: none */
    const char *references;               /* vectors beside them; NULL: none */
    size_t width;                         /* of all layers; 0: as their lists have it */
    size_t layers, blocks;                /* of hidden, and of filters */
    size_t padded;                        /* particles that an event counts as; 0: as they are */
    bool masked;
} nsym_model_card;

/* The top level. Borrowed from the tree. */
typedef struct nsym_top_card {
    const char *study, *title, *citation, *paper, *reference;
    size_t members, restarts;
    bool resolved;
} nsym_top_card;

/* When a training measures the test sample: after every epoch where the card shows that (study/shown.h), always, or
   never. */
typedef enum nsym_every_epoch { NSYM_EPOCHS_SHOWN, NSYM_EPOCHS_ALWAYS, NSYM_EPOCHS_NEVER } nsym_every_epoch;

typedef struct nsym_run_card {
    nsym_top_card top;
    nsym_data_card data;
    unsigned every_epoch; /* nsym_every_epoch, as the card says it; train.every_epoch is what follows */
    nsym_train_card train;
    nsym_model_spec spec;
    nsym_model_card model;
    const char *column; /* a column of the sample that is the score: nothing is trained. NULL: a network */
    bool falling;       /* the smaller the column, the more like signal */
    bool any_model;     /* what any model may read counts: of the sample's key */
    const char *varied; /* of a run's key: the variations that it is judged under; NULL: none. Borrowed */
} nsym_run_card;

/* Is an input of the model made of products that reference vectors are for? */
bool nsym_model_is_referred(const nsym_model_card *model);

/* New tree: the card of options->card with its preset and settings applied. */
nsym_status nsym_card_open(nsym_tree **out, const nsym_study_options *options) NSYM_MUST_CHECK;

/* Reads what makes the card's sample, of a card that may have no models. Errors: as nsym_card_read, of those sections.
 */
nsym_status nsym_card_read_sample(nsym_run_card *out, const nsym_tree *card) NSYM_MUST_CHECK;

/* Reads the values that a run of `model` (a name below `models`) would use. Errors: unknown keys and values out of
   range, keys of before with their names of today, with file and line. */
nsym_status nsym_card_read(nsym_run_card *out, const nsym_tree *card, const char *model) NSYM_MUST_CHECK;

/* Reads the top level and the sections that make a sample, with defaults, and checks nothing that depends on several.
 */
nsym_status nsym_card_read_sections(nsym_run_card *out, const nsym_tree *card) NSYM_MUST_CHECK;

/* Does what the model reads, or a weight or cut, depend on the detector? Not so of columns that the source brings. */
bool nsym_card_reads_detector(const nsym_run_card *card);

/* New text (free with free) of everything in a card that decides what a run of `model` gives: the ledger's key is made
   of it. `data_only`: what decides its sample. Files count by their marks, which must be set. */
nsym_status nsym_card_key(char **out, const nsym_run_card *card, bool data_only) NSYM_MUST_CHECK;

/* Do events validate, in folds or as a part? Then the test sample is measured in the end alone. */
bool nsym_card_validates(const nsym_run_card *card);

/* The path by which a run of the card is computed here (nearsym/cpu.h). Borrowed for ever. */
const char *nsym_card_cpu(const nsym_run_card *card);

/* The model that is named, or the only one there is; borrowed. Errors: several, and none is named. */
nsym_status nsym_card_choose(const char **out, const nsym_tree *card, const char *name) NSYM_MUST_CHECK;

/* Tells a model what a reader of its file will ask, as far as the card alone says it: its source, seed, grid, classes
   and the chain that makes its events. `tree` is what the card was read from. */
nsym_status nsym_card_tell_events(nsym_model *model, const nsym_run_card *card, const nsym_tree *tree) NSYM_MUST_CHECK;

/* Tells a model what a reader of its file will ask: its source, seed, grid, CPU, key, the chain that made its events
   and the fingerprints of those that trained it. `tree` is what the card was read from. */
struct nsym_sample;
struct nsym_fit;
nsym_status nsym_card_tell_model(nsym_model *model, const nsym_run_card *card, const nsym_tree *tree,
                                 const struct nsym_sample *sample, const struct nsym_fit *fit,
                                 const char *key) NSYM_MUST_CHECK;

/* Refuses keys that have moved, with their names of today. */
nsym_status nsym_card_moved(const nsym_tree *card) NSYM_MUST_CHECK;

#endif
