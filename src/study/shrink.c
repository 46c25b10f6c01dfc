#include "study/shrink.h"

#include "base/fail.h"
#include "base/folder.h"
#include "sources/source.h"
#include <nearsym/io.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 50, RESERVE_LEAST = 128 }; /* rows side by side that are taken of a file; events that train */

/* Writes `target` of the events, blocks from all over them. */
static nsym_status write_part(const nsym_events *events, size_t target, const char *path) {
    size_t blocks = target / BLOCK, n = 0, *index = malloc(blocks * BLOCK * sizeof *index);
    nsym_events *part = NULL;
    if (!index) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", target);
    for (size_t b = 0; b < blocks; b++) {
        size_t first = (size_t)((double)(events->count - BLOCK) * (double)b / (double)(blocks - 1));
        for (size_t i = 0; i < BLOCK; i++) index[n++] = first + i;
    }
    nsym_status status = nsym_events_select(&part, events, index, n);
    if (status == NSYM_OK) status = nsym_events_write(part, path);
    nsym_events_free(part);
    free(index);
    return status;
}

static const char *mark_of(const nsym_data_card *data) {
    return data->files[0] ? data->files_mark : data->file_mark;
}

/* Reads the card's files once and keeps a part of them. */
static nsym_status keep_part(const nsym_data_card *data, size_t target, nsym_shrunk_file *file) {
    char path[NSYM_PATH_SIZE];
    nsym_supply supply;
    NSYM_TRY(nsym_folder_path(path, file->folder, "part.h5"));
    nsym_status status = nsym_supply_open(&supply, data, NULL);
    size_t rows = status == NSYM_OK ? supply.count : 0;
    bool small = rows <= 2 * target;
    if (status == NSYM_OK && !small) status = write_part(supply.all, target, path);
    nsym_supply_close(&supply);
    NSYM_TRY(status);
    memcpy(file->mark, mark_of(data), sizeof file->mark);
    file->target = target;
    size_t taken = target / BLOCK * BLOCK;
    file->ratio = small ? 1 : (double)rows / (double)taken;
    file->path = small ? NULL : nsym_arena_strdup(file->arena, path);
    return small || file->path ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a path");
}

static nsym_status shrink_file(nsym_data_card *data, double *ratio, size_t target, nsym_shrunk_file *file) {
    if (file->target != target || strcmp(file->mark, mark_of(data)) != 0) NSYM_TRY(keep_part(data, target, file));
    *ratio = file->ratio;
    if (file->path) data->file = file->path;
    return NSYM_OK;
}

static void shrink_events(nsym_data_card *data, double *ratio, size_t target) {
    size_t wanted = data->source->takes_classes ? target / 2 : target;
    *ratio = 1;
    if (data->events <= 2 * wanted) return;
    *ratio = (double)data->events / (double)wanted;
    data->events = wanted;
}

static size_t part_of(size_t n, double ratio) {
    return (size_t)ceil((double)n / ratio);
}

nsym_status nsym_shrink(nsym_run_card *card, double *ratio, size_t target, nsym_shrunk_file *file) {
    nsym_data_card *data = &card->data;
    if (nsym_data_reads_files(data))
        NSYM_TRY(shrink_file(data, ratio, target, file));
    else
        shrink_events(data, ratio, target);
    if (*ratio > 1) {
        size_t reserve = data->split.reserve, part = part_of(reserve, *ratio);
        data->split.size = 0;
        if (reserve)
            data->split.reserve = part > RESERVE_LEAST ? part : reserve < RESERVE_LEAST ? reserve : RESERVE_LEAST;
        data->measured = part_of(data->measured, *ratio);
    }
    card->train.size = *ratio > 1 ? 0 : card->train.size;
    card->train.epochs = 1;
    card->train.learning_rate = 1e-5; /* nothing diverges */
    return NSYM_OK;
}
