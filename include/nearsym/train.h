/* Trains a network, described by a specification, on events or on plain arrays. Gives the trained model and a history
   of the training. */
#ifndef NEARSYM_TRAIN_H
#define NEARSYM_TRAIN_H

#include <nearsym/events.h>
#include <nearsym/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Names of the transformations of a feature's value before a network reads it (nsym_model_spec.feature_transforms),
   "none" first: NULL-terminated, borrowed, always valid. */
NSYM_API const char *const *nsym_feature_transform_names(void);

/* How the events of an epoch are chosen. */
typedef enum nsym_sampling {
    NSYM_BY_WEIGHT,      /* drawn with replacement in proportion to their weights, anew in every epoch */
    NSYM_BOOTSTRAP,      /* drawn once, with replacement */
    NSYM_EACH,           /* every event once */
    NSYM_BOOTSTRAP_CLASS /* drawn once, with replacement among the events of the same label */
} nsym_sampling;

/* The result of one epoch. */
typedef struct nsym_train_epoch {
    size_t epoch;      /* from 1 */
    double train_loss; /* mean over the batches, each taken during its training step */
    double loss, auc; /* of the validation events; NaN if there are none. With more than two classes the AUC is the mean
                         over the classes of the AUC of each against all others (nearsym/classes.h) */
    bool best; /* the validation loss improved on the best so far by more than min_change; without validation true */
} nsym_train_epoch;

/* Copies that are made anew in every epoch: nsym_fresh_new (nearsym/chain.h). */
typedef struct nsym_fresh nsym_fresh;

/* How to train. The optimiser is AdamW (Loshchilov & Hutter, arXiv:1711.05101). The loss is the cross entropy: the
   binary one, or with more than two classes that of the softmax. nsym_train_defaults gives the default values below. */
typedef struct nsym_train_options {
    size_t epochs, batch;   /* largest number of epochs, default 100; rows per training step, default 128. An event's
                               copies count as rows and stay in one step */
    double learning_rate;   /* of AdamW; default 1e-3 */
    double weight_decay;    /* of AdamW; default 0.01 */
    nsym_sampling sampling; /* default NSYM_EACH */
    bool shuffle;           /* shuffle the events before every epoch; default true */
    bool weighted;          /* use the event weights, if there are any, in the loss; default true */
    bool standardise;       /* standardise the inputs with mean and spread of the training events; default true */
    double validation; /* fraction of the events used for validation, unless the caller chooses the validation events;
                          default 0.2 */
    size_t patience;   /* number of epochs without improvement after which training stops; 0: it never stops early;
                          default 10 */
    double min_change; /* decrease of the validation loss that counts as an improvement; default 0 */
    double invariance; /* factor of the invariance penalty, the variance of the network's answers over an event's
                          copies, which is added to the loss (arXiv:2311.05952); 0: no penalty; default 0 */
    bool invariance_on_logits; /* take that variance of the logits in place of the outputs (outputs: sigmoid; with more
                                  than two classes the softmax, summed over the classes); default false */
    bool temperature; /* fit a temperature, one number that divides the logits before they become probabilities, to the
                         validation events (nsym_temperature_fit); default false */
    nsym_precision precision; /* precision of the matrix products in training and validation; the model is kept in
                                 single precision; default NSYM_SINGLE */
    uint64_t seed;            /* seed of first weights, draws and the validation split; default 1 */
    const char *group; /* for events: column with the same value in all rows that are copies of one event; NULL: every
                          row is its own event */
    const char *validates; /* for events: column that is 1 for validation events, else 0; NULL: a random fraction
                              validates */
    nsym_model *start;     /* model of the same specification from which to start: training begins with its weights and
                              keeps its standardisation, and `epochs` may be 0. Borrowed; NULL: the first weights are
                              random */
    const char *frozen; /* with `start`: layers whose weights stay unchanged bit for bit, separated by commas, such as
                           "particle_map,hidden.0"; NULL: none */
    const nsym_fresh *fresh; /* with `group`: the training events get new copies in every epoch. The events must be all
                                rows, in order, that nsym_events_apply makes from the events that this was made of, and
                                `group` must be its group. Borrowed; NULL: the copies stay the same */
    /* Called after every epoch. If it returns false, training stops there and the model is that of the best epoch.
       NULL: not called. */
    bool (*watch)(void *context, const nsym_train_epoch *epoch);
    void *context;
    /* Called before every batch, in validation too. If it returns true, training ends with NSYM_EINTERRUPTED and no
       model. NULL: never stop. */
    bool (*stop)(void);
} nsym_train_options;

NSYM_API nsym_train_options nsym_train_defaults(void);

/* The history of a training: (epochs), and `best`, the last epoch (from 1) that improved; without validation the last
   epoch. Free with nsym_train_history_free. */
typedef struct nsym_train_history {
    size_t epochs, best;
    nsym_train_epoch *epoch;
} nsym_train_history;

NSYM_API void nsym_train_history_free(nsym_train_history *history);

/* Trains a network on events. They need the features and columns from which the inputs named in `spec` are made (an
   input width of 0 is set from them) and the column label: 0 or 1, or with spec->classes above 2, 0 to classes - 1. The
   column weight is optional. *out is a new model (free with nsym_model_free) with the weights of the best epoch, the
   standardisation, and fingerprints of the training events, from which nsym_prediction.trained is estimated.
   nsym_predict and `nearsym predict` read its file. `history` may be NULL. The same seed gives the same bits on one
   kind of CPU. Errors: an invalid specification or option, such as a temperature without validation events; a missing
   feature or column; a label that is no class; an invalid weight or value, with its row from 1; a training or
   validation part that lacks a class; a loss that is not finite; NSYM_EINTERRUPTED. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_train_events(nsym_model **out, nsym_train_history *history,
                                                       const nsym_model_spec *spec, const nsym_train_options *options,
                                                       const nsym_events *events);

/* What a network reads, as arrays. Shape of each array that nsym_model_inputs does not describe: (inputs.events). They
   may be NULL, except labels: without weights every row has weight 1, without group every row is its own event, without
   validates a random fraction validates. */
typedef struct nsym_train_data {
    nsym_model_inputs inputs;
    const double *labels; /* 0 or 1; with spec->classes above 2: 0 to classes - 1 */
    const double *weights;
    const int64_t *group; /* rows with the same number are copies of one event; the first of them is the event itself */
    const bool *validates;
} nsym_train_data;

/* The same on arrays; the model has no fingerprints. An input with a built-in name (see `event` and `particles` in
   docs/card.md) is standardised as if it were made from events; for any other name all columns are standardised.
   Errors: as nsym_train_events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_train_arrays(nsym_model **out, nsym_train_history *history,
                                                       const nsym_model_spec *spec, const nsym_train_options *options,
                                                       const nsym_train_data *data);

#ifdef __cplusplus
}
#endif
#endif
