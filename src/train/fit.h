/* A fit: inputs standardised on the events that train, and a network trained on them. Everything that trains goes this
   way: studies, searches, and the library's own callers. */
#ifndef NSYM_TRAIN_FIT_H
#define NSYM_TRAIN_FIT_H

#include "train/training.h"

typedef struct nsym_fit {
    /* What is fitted; borrowed. */
    const nsym_model_spec *spec;
    const nsym_material *material;
    nsym_training training; /* but for inputs, events and checked, which the fit sets */
    size_t folds, member;   /* the member's fold validates; 0: the parts say what does */
    uint64_t draws;         /* the seed of a bootstrap of the training events */
    /* What comes of it; owned. */
    nsym_inputs inputs;
    uint32_t *events, *checked, *own; /* own (training.event_count): rows of the events that train, without copies */
    nsym_network *network;
    nsym_epoch *epochs; /* (card->epochs) */
    nsym_validation validation;
    double temperature, temperature_error; /* that divides logits where probabilities are made of them; 1 where none is
                                              fitted; its error NaN where that is not known */
} nsym_fit;

/* Chooses the events, makes the inputs and standardises them. Close it whatever the status. */
nsym_status nsym_fit_open(nsym_fit *fit) NSYM_MUST_CHECK;

/* Trains a new network. Errors: as nsym_train. */
nsym_status nsym_fit_train(nsym_fit *fit) NSYM_MUST_CHECK;

/* New model of the network that was trained, with the inputs' standardisation. */
nsym_status nsym_fit_model(nsym_model **out, const nsym_fit *fit) NSYM_MUST_CHECK;

void nsym_fit_close(nsym_fit *fit);

#endif
