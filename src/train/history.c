#include "train/history.h"

#include <stdlib.h>

bool nsym_watcher_keep(void *context, const nsym_train_epoch *epoch) {
    nsym_watcher *w = context;
    w->history->epoch[w->history->epochs++] = *epoch;
    if (epoch->best) w->history->best = epoch->epoch;
    return !w->watch || w->watch(w->context, epoch);
}

void nsym_train_history_free(nsym_train_history *history) {
    free(history->epoch);
    *history = (nsym_train_history){0};
}
