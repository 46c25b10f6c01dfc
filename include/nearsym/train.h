/* Training: a network on events or on plain arrays; in comes what it is made of, out comes a model and how it went. */
#ifndef NEARSYM_TRAIN_H
#define NEARSYM_TRAIN_H

#include <nearsym/events.h>
#include <nearsym/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The events of an epoch. */
typedef enum nsym_sampling {
    NSYM_BY_WEIGHT,      /* drawn anew, with replacement, in proportion to their weights */
    NSYM_BOOTSTRAP,      /* drawn once, with replacement */
    NSYM_EACH,           /* every event once */
    NSYM_BOOTSTRAP_CLASS /* drawn once, with replacement among those of the same label */
} nsym_sampling;

/* How an epoch went. */
typedef struct nsym_train_epoch {
    size_t epoch;      /* from 1 */
    double train_loss; /* mean over the batches while they were trained on */
    double loss, auc;  /* of the events that validate; NaN where none does. AUC of more than two classes: the mean over
                          them of each against all others (nearsym/classes.h) */
    bool best;         /* its validation loss is the lowest so far, by min_change */
} nsym_train_epoch;

/* Copies that are made anew in every epoch: nsym_fresh_new (nearsym/chain.h). */
typedef struct nsym_fresh nsym_fresh;

/* AdamW (Loshchilov & Hutter, arXiv:1711.05101) on the cross entropy, binary or, of more classes, that of the softmax.
   nsym_train_defaults gives the values below. */
typedef struct nsym_train_options {
    size_t epochs, batch;      /* at most 100; 128 rows a step: an event's copies are rows and stay in one step */
    double learning_rate;      /* 1e-3 */
    double weight_decay;       /* 0.01 */
    nsym_sampling sampling;    /* NSYM_EACH */
    bool shuffle;              /* another order in every epoch; true */
    bool weighted;             /* weights, where there are some, count in the loss; true */
    bool standardise;          /* what is read is standardised on the events that train; true */
    double validation;         /* fraction of the events that validates where the caller does not say which do; 0.2 */
    size_t patience;           /* epochs without improvement after which it stops; 0: never; 10 */
    double min_change;         /* what the validation loss must fall by to have improved; 0 */
    double invariance;         /* factor of the variance of the answers on an event's copies, which is added to the loss
                                  (arXiv:2311.05952); 0: none; 0 */
    bool invariance_on_logits; /* of the logits, not of the outputs (sigmoid; of more classes the sum over those of the
                                  softmax); false */
    bool temperature;          /* one number that divides the logits where probabilities are made of them, fitted to the
                                  events that validate (nsym_temperature_fit); false */
    nsym_precision precision;  /* of the products, also of those that validate; the model is kept in single precision;
                                  NSYM_SINGLE */
    uint64_t seed;             /* of first weights, draws and division; 1 */
    const char *group;         /* events: the column by which rows are one event's copies; NULL: each is its own */
    const char *validates;   /* events: the column that is 1 where an event validates, else 0; NULL: a fraction does */
    nsym_model *start;       /* a model of the same specification: the training begins with its weights and keeps its
                                standardisation, and may have 0 epochs; borrowed; NULL: first weights are drawn */
    const char *frozen;      /* with `start`: layers that keep its weights to the bit, commas between, such as
                                "particle_map,hidden.0"; NULL: none */
    const nsym_fresh *fresh; /* with `group`: the events that train get new copies in every epoch. The events are then
                                all rows that nsym_events_apply makes of what this was made of, in their order, and the
                                group is its group. Borrowed; NULL: the copies stay */
    /* Called after every epoch; false stops there, and the model is that of the best epoch. NULL: nobody watches. */
    bool (*watch)(void *context, const nsym_train_epoch *epoch);
    void *context;
    /* Asked before every batch, also of those that validate; true: NSYM_EINTERRUPTED, and no model. NULL: never. */
    bool (*stop)(void);
} nsym_train_options;

NSYM_API nsym_train_options nsym_train_defaults(void);

/* How a training went: (epochs) of which `best` was the last that improved, from 1; where nothing validates it is the
   last. Owned (nsym_train_history_free). */
typedef struct nsym_train_history {
    size_t epochs, best;
    nsym_train_epoch *epoch;
} nsym_train_history;

NSYM_API void nsym_train_history_free(nsym_train_history *history);

/* Trains a network of a specification on events with what its inputs are made of (their names; a width of 0 is set),
   and the columns label (0 or 1; with spec->classes above 2: 0 to classes - 1) and, perhaps, weight. New model, with
   the weights of the best epoch, the standardisation, and fingerprints of the events that trained it, by which
   nsym_prediction.trained is told (free with nsym_model_free; nsym_predict and `nearsym predict` read its file).
   `history` may be NULL. A seed gives the same bits on one kind of CPU. Errors: a specification or options that cannot
   be, a temperature where nothing validates among them; events that lack a feature or column; a label that is no class;
   a weight or value that does not serve, with its row from 1; a part without all classes; a loss that is not finite;
   NSYM_EINTERRUPTED. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_train_events(nsym_model **out, nsym_train_history *history,
                                                       const nsym_model_spec *spec, const nsym_train_options *options,
                                                       const nsym_events *events);

/* Arrays of what the network reads. Shapes beside nsym_model_inputs: (inputs.events); NULL: weights of 1, every row its
   own event, a fraction validates. */
typedef struct nsym_train_data {
    nsym_model_inputs inputs;
    const double *labels; /* 0 or 1; with spec->classes above 2: 0 to classes - 1 */
    const double *weights;
    const int64_t *group; /* rows of one number are one event's copies, the first of them the event itself */
    const bool *validates;
} nsym_train_data;

/* The same on arrays, without fingerprints. An input of a name that events know (see `event` and `particles` of a card)
   is standardised as it would be of events, one of any other name in all its columns. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_train_arrays(nsym_model **out, nsym_train_history *history,
                                                       const nsym_model_spec *spec, const nsym_train_options *options,
                                                       const nsym_train_data *data);

#ifdef __cplusplus
}
#endif
#endif
