/* A training that is watched: its history is kept, and the caller is told. */
#ifndef NSYM_TRAIN_HISTORY_H
#define NSYM_TRAIN_HISTORY_H

#include <nearsym/train.h>

typedef struct nsym_watcher {
    nsym_train_history *history;                                 /* with room for all epochs */
    bool (*watch)(void *context, const nsym_train_epoch *epoch); /* NULL: nobody */
    void *context;
} nsym_watcher;

/* Keeps an epoch and tells the watcher (context: nsym_watcher); false: the training stops there. */
bool nsym_watcher_keep(void *context, const nsym_train_epoch *epoch);

#endif
