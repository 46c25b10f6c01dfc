#include "base/fail.h"
#include "data/events.h"
#include "data/formats.h"
#include "data/hdf5_events.h"

#include <stdlib.h>
#include <string.h>

static nsym_status put(nsym_h5 *file, nsym_hdf5_place place, const char *name, nsym_h5_type type, size_t dimensions,
                       const uint64_t *shape, const void *values) {
    return place == NSYM_HDF5_WHOLE ? nsym_h5_write(file, name, type, dimensions, shape, values)
                                    : nsym_h5_append(file, name, type, dimensions, shape, values);
}

/* The offsets of a further block: they go on where those in the file end. */
static nsym_status put_next_offsets(nsym_h5 *file, const nsym_events *block, uint64_t particles) {
    uint64_t count = block->count, *rises = malloc((block->count + 1) * sizeof *rises);
    if (!rises) return nsym_fail(NSYM_ENOMEM, "no memory for the offsets of %zu events", block->count);
    for (uint64_t i = 0; i < count; i++) rises[i] = particles + block->offsets[i + 1];
    nsym_status status = nsym_h5_append(file, NSYM_HDF5_OFFSETS, NSYM_H5_UINT64, 1, &count, rises);
    free(rises);
    return status;
}

static nsym_status put_particles(nsym_h5 *file, nsym_hdf5_place place, const nsym_events *block, uint64_t particles) {
    uint64_t shape[] = {block->offsets[block->count], block->features}, rises = block->count + 1;
    NSYM_TRY(put(file, place, NSYM_HDF5_VALUES, NSYM_H5_DOUBLE, 2, shape, block->particles));
    if (place == NSYM_HDF5_NEXT) return put_next_offsets(file, block, particles);
    NSYM_TRY(put(file, place, NSYM_HDF5_OFFSETS, NSYM_H5_UINT64, 1, &rises, block->offsets));
    NSYM_TRY(nsym_h5_set_texts(file, NSYM_HDF5_VALUES, "columns", (const char *const *)block->feature_names,
                               block->features));
    return nsym_h5_set_texts(file, NSYM_HDF5_VALUES, "units", (const char *const *)block->feature_units,
                             block->features);
}

static nsym_status put_column(nsym_h5 *file, nsym_hdf5_place place, const nsym_column *column, size_t count) {
    if (strchr(column->name, '/') || strcmp(column->name, "particles") == 0 || !*column->name)
        return nsym_fail(NSYM_EINVAL, "a column named \"%s\" cannot be written to HDF5, rename it", column->name);
    uint64_t shape[] = {count, column->width};
    NSYM_TRY(put(file, place, column->name, NSYM_H5_DOUBLE, column->width > 1 ? 2 : 1, shape, column->values));
    if (place == NSYM_HDF5_NEXT) return NSYM_OK;
    NSYM_TRY(nsym_h5_set_text(file, column->name, "unit", column->unit));
    NSYM_TRY(nsym_h5_set_text(file, column->name, "meaning", column->meaning));
    if (!column->labels) return NSYM_OK;
    return nsym_h5_set_texts(file, column->name, "labels", (const char *const *)column->labels, column->width);
}

nsym_status nsym_hdf5_put_attributes(nsym_h5 *file, const nsym_events *events) {
    for (size_t i = 0; i < events->attributes; i++)
        NSYM_TRY(nsym_h5_set_text(file, "/", events->attribute[i].name, events->attribute[i].value));
    return NSYM_OK;
}

nsym_status nsym_hdf5_put_events(nsym_h5 *file, nsym_hdf5_place place, const nsym_events *head,
                                 const nsym_events *block, uint64_t particles) {
    if (block->offsets) NSYM_TRY(put_particles(file, place, block, particles));
    for (size_t i = 0; i < head->columns; i++)
        NSYM_TRY(put_column(file, place, nsym_events_column_near(block, head->column[i].name, i), block->count));
    return NSYM_OK;
}

nsym_status nsym_hdf5_write_events(const nsym_events *events, const char *path) {
    nsym_h5 *file;
    NSYM_TRY(nsym_h5_create(&file, path));
    nsym_status status = nsym_hdf5_put_events(file, NSYM_HDF5_WHOLE, events, events, 0);
    if (status == NSYM_OK) status = nsym_hdf5_put_attributes(file, events);
    if (status == NSYM_OK) return nsym_h5_commit(file);
    nsym_h5_close(file);
    return status;
}

/* A file that is written block by block. */
typedef struct blocks {
    nsym_h5 *file;
    bool is_begun;
    uint64_t particles; /* so far */
} blocks;

static void abandon(void *state) {
    blocks *b = state;
    nsym_h5_close(b->file);
    free(b);
}

static nsym_status put_block(void *state, const nsym_events *head, const nsym_events *block) {
    blocks *b = state;
    NSYM_TRY(nsym_hdf5_put_events(b->file, b->is_begun ? NSYM_HDF5_NEXT : NSYM_HDF5_FIRST, head, block, b->particles));
    b->is_begun = true;
    if (block->offsets) b->particles += block->offsets[block->count];
    return NSYM_OK;
}

static nsym_status commit(void *state, const nsym_events *head) {
    blocks *b = state;
    nsym_status status = nsym_hdf5_put_attributes(b->file, head);
    if (status == NSYM_OK) {
        status = nsym_h5_commit(b->file);
        b->file = NULL;
    }
    abandon(b);
    return status;
}

nsym_status nsym_hdf5_create_events(nsym_block_sink *out, const char *path) {
    blocks *b = calloc(1, sizeof *b);
    if (!b) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    nsym_status status = nsym_h5_create(&b->file, path);
    if (status != NSYM_OK) {
        free(b);
        return status;
    }
    *out = (nsym_block_sink){.state = b, .put = put_block, .commit = commit, .abandon = abandon};
    return NSYM_OK;
}
