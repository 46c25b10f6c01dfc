#define _GNU_SOURCE /* PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP */
#include "data/hdf5_handle.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/memory.h"
#include "data/hdf5_guard.h"
#include "data/hdf5_seal.h"
#include "data/hdf5_text.h"
#include "data/texts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_VALUES = 1 << 16, GZIP_LEVEL = 4 };

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static unsigned depth; /* entries of the thread that holds the lock */
static H5E_auto2_t host_report;
static void *host_context;

void nsym_h5_enter(void) {
    pthread_mutex_lock(&lock);
    if (depth++ > 0) return;
    H5open();
    H5Eget_auto2(H5E_DEFAULT, &host_report, &host_context);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void nsym_h5_leave(void) {
    if (--depth == 0) {
        H5Eclear2(H5E_DEFAULT);
        H5Eset_auto2(H5E_DEFAULT, host_report, host_context);
    }
    pthread_mutex_unlock(&lock);
}

static herr_t innermost(unsigned n, const H5E_error2_t *error, void *context) {
    if (n == 0 && error->desc) snprintf(context, 160, "%s", error->desc);
    return 0;
}

nsym_status nsym_h5_refused(const nsym_h5 *file, const char *name, const char *what) {
    if (file->fault.error)
        return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", file->path, strerror(file->fault.error));
    char reason[160] = "no reason given";
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, reason);
    return nsym_fail(file->atomic ? NSYM_EIO : NSYM_EFORMAT, "%s: %s: %s (HDF5: %s)", file->path, name, what, reason);
}

static nsym_status new_file(nsym_h5 **out, const char *path) {
    nsym_h5 *file = calloc(1, sizeof *file);
    char *copy = strdup(path);
    if (!file || !copy) {
        free(file);
        free(copy);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    }
    *file = (nsym_h5){.id = H5I_INVALID_HID, .path = copy};
    *out = file;
    return NSYM_OK;
}

nsym_status nsym_h5_open(nsym_h5 **out, const char *path) {
    *out = NULL;
    NSYM_TRY(nsym_hdf5_ask(path));
    NSYM_TRY(nsym_memory_check(path));
    nsym_h5 *file = NULL;
    NSYM_TRY(new_file(&file, path));
    nsym_h5_enter();
    nsym_status status = NSYM_OK;
    nsym_h5_use_lzf();
    file->id = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file->id < 0) status = nsym_h5_refused(file, "/", "cannot be opened as HDF5");
    nsym_h5_leave();
    if (status != NSYM_OK) {
        nsym_h5_close(file);
        return status;
    }
    *out = file;
    return NSYM_OK;
}

nsym_status nsym_h5_create(nsym_h5 **out, const char *path) {
    *out = NULL;
    nsym_h5 *file = NULL;
    NSYM_TRY(nsym_memory_check(path));
    NSYM_TRY(new_file(&file, path));
    nsym_status status = nsym_atomic_file_new(&file->atomic, path);
    if (status == NSYM_OK) {
        nsym_h5_enter();
        hid_t plan = H5Pcreate(H5P_FILE_CREATE);
        H5Pset_obj_track_times(plan, false); /* the same content, the same bytes */
        H5Pset_link_creation_order(plan, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
        H5Pset_attr_creation_order(plan, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
        file->id = nsym_h5_driver_create(nsym_atomic_file_path(file->atomic), plan, &file->fault);
        H5Pclose(plan);
        if (file->id < 0) status = nsym_h5_refused(file, "/", "cannot be created");
        nsym_h5_leave();
    }
    if (status != NSYM_OK) {
        nsym_h5_close(file);
        return status;
    }
    *out = file;
    return NSYM_OK;
}

/* Closes the HDF5 side only. */
static nsym_status shut(nsym_h5 *file) {
    if (file->id < 0) return NSYM_OK;
    nsym_status status = NSYM_OK;
    nsym_h5_enter();
    while (file->growing) {
        nsym_h5_growing *rows = file->growing;
        if (H5Dclose(rows->set) < 0 && status == NSYM_OK)
            status = nsym_h5_refused(file, rows->name, "cannot be written");
        file->growing = rows->next;
        free(rows->name);
        free(rows);
    }
    bool closed = H5Fclose(file->id) >= 0 && file->fault.error == 0;
    if (!closed && status == NSYM_OK) status = nsym_h5_refused(file, "/", "cannot be closed");
    file->id = H5I_INVALID_HID;
    nsym_h5_leave();
    return status;
}

/* Closes, puts the bytes, or without any the seal, behind HDF5's own, and renames. */
static nsym_status commit(nsym_h5 *file, const void *tail, size_t bytes) {
    nsym_status status = shut(file);
    const char *path = nsym_atomic_file_path(file->atomic);
    if (status == NSYM_OK)
        status = tail ? nsym_h5_add_tail(path, file->path, tail, bytes) : nsym_h5_seal(path, file->path);
    if (status == NSYM_OK) {
        status = nsym_atomic_file_commit(file->atomic);
        file->atomic = NULL;
    }
    nsym_h5_close(file);
    return status;
}

nsym_status nsym_h5_commit(nsym_h5 *file) {
    return commit(file, NULL, 0);
}

nsym_status nsym_h5_commit_with(nsym_h5 *file, const void *tail, size_t bytes) {
    return commit(file, tail, bytes);
}

void nsym_h5_close(nsym_h5 *file) {
    if (!file) return;
    nsym_status ignored = shut(file); /* a file that was read, or one that is removed */
    (void)ignored;
    nsym_atomic_file_abandon(file->atomic);
    free(file->path);
    free(file);
}

hid_t nsym_h5_memory_type(nsym_h5_type type) {
    switch (type) {
    case NSYM_H5_FLOAT:
        return H5T_NATIVE_FLOAT;
    case NSYM_H5_DOUBLE:
        return H5T_NATIVE_DOUBLE;
    case NSYM_H5_INT64:
        return H5T_NATIVE_INT64;
    default:
        return H5T_NATIVE_UINT64;
    }
}

/* How a dataset of that shape is stored: in compressed chunks of whole rows, unless it is empty or a single number. One
   that grows is never either, and its chunks do not depend on the rows that it begins with. */
static hid_t storage_plan(size_t dimensions, const hsize_t *shape, bool grows) {
    hid_t plan = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(plan, false);
    H5Pset_attr_creation_order(plan, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    hsize_t chunk[NSYM_H5_DIMENSIONS] = {0}, row = 1;
    for (size_t i = 1; i < dimensions; i++) row *= chunk[i] = shape[i];
    if (row == 0 || dimensions == 0 || (shape[0] == 0 && !grows)) return plan;
    chunk[0] = row < CHUNK_VALUES ? CHUNK_VALUES / row : 1;
    if (!grows && chunk[0] > shape[0]) chunk[0] = shape[0];
    H5Pset_chunk(plan, (int)dimensions, chunk);
    H5Pset_shuffle(plan);
    H5Pset_deflate(plan, GZIP_LEVEL);
    return plan;
}

/* A new open dataset of that shape, or, where it grows, of no rows yet; negative where HDF5 refuses. */
static hid_t make_set(const nsym_h5 *file, const char *name, nsym_h5_type type, size_t dimensions, const hsize_t *shape,
                      bool grows) {
    hsize_t extent[NSYM_H5_DIMENSIONS], most[NSYM_H5_DIMENSIONS];
    for (size_t i = 0; i < dimensions; i++) extent[i] = most[i] = shape[i];
    if (grows) extent[0] = 0, most[0] = H5S_UNLIMITED;
    hid_t space = dimensions > 0 ? H5Screate_simple((int)dimensions, extent, most) : H5Screate(H5S_SCALAR);
    hid_t plan = storage_plan(dimensions, shape, grows), links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    H5Pset_char_encoding(links, H5T_CSET_UTF8);
    hid_t set = H5Dcreate2(file->id, name, nsym_h5_memory_type(type), space, links, plan, H5P_DEFAULT);
    H5Pclose(links);
    H5Pclose(plan);
    H5Sclose(space);
    return set;
}

/* HDF5's form of a shape, and its product in *size. */
static nsym_status extent_of(const nsym_h5 *file, const char *name, size_t dimensions, const uint64_t *shape,
                             hsize_t extent[NSYM_H5_DIMENSIONS], hsize_t *size) {
    if (dimensions > NSYM_H5_DIMENSIONS)
        return nsym_fail(NSYM_EINVAL, "%s: %s: %zu dimensions, at most %d are written", file->path, name, dimensions,
                         (int)NSYM_H5_DIMENSIONS);
    *size = 1;
    for (size_t i = 0; i < dimensions; i++) *size *= extent[i] = shape[i];
    return NSYM_OK;
}

nsym_status nsym_h5_write(nsym_h5 *file, const char *name, nsym_h5_type type, size_t dimensions, const uint64_t *shape,
                          const void *values) {
    hsize_t extent[NSYM_H5_DIMENSIONS], size;
    NSYM_TRY(extent_of(file, name, dimensions, shape, extent, &size));
    NSYM_TRY(nsym_memory_check(file->path));
    nsym_h5_enter();
    hid_t set = make_set(file, name, type, dimensions, extent, false);
    herr_t result = set < 0 ? -1 : 0;
    if (set >= 0 && size > 0) result = H5Dwrite(set, nsym_h5_memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    nsym_status status = result < 0 || file->fault.error ? nsym_h5_refused(file, name, "cannot be written") : NSYM_OK;
    if (set >= 0) H5Dclose(set);
    nsym_h5_leave();
    return status;
}

nsym_status nsym_h5_reserve(nsym_h5 *file, const char *name, size_t dimensions, const uint64_t *shape,
                            uint64_t *offset) {
    hsize_t extent[NSYM_H5_DIMENSIONS], size;
    NSYM_TRY(extent_of(file, name, dimensions, shape, extent, &size));
    NSYM_TRY(nsym_memory_check(file->path));
    nsym_h5_enter();
    hid_t space = H5Screate_simple((int)dimensions, extent, NULL), plan = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(plan, false);
    H5Pset_alloc_time(plan, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(plan, H5D_FILL_TIME_NEVER);
    hid_t set = H5Dcreate2(file->id, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, plan, H5P_DEFAULT);
    haddr_t place = set < 0 ? HADDR_UNDEF : H5Dget_offset(set);
    nsym_status status =
        place == HADDR_UNDEF || file->fault.error ? nsym_h5_refused(file, name, "cannot be made") : NSYM_OK;
    *offset = (uint64_t)place;
    if (set >= 0) H5Dclose(set);
    H5Pclose(plan);
    H5Sclose(space);
    nsym_h5_leave();
    return status;
}

/* The growing dataset of that name, made where there is none. */
static nsym_status find_growing(nsym_h5_growing **out, nsym_h5 *file, const char *name, nsym_h5_type type,
                                size_t dimensions, const hsize_t *extent) {
    for (*out = file->growing; *out; *out = (*out)->next)
        if (strcmp((*out)->name, name) == 0) return NSYM_OK;
    nsym_h5_growing *made = calloc(1, sizeof *made);
    char *copy = strdup(name);
    hid_t set = made && copy ? make_set(file, name, type, dimensions, extent, true) : H5I_INVALID_HID;
    if (set < 0) {
        nsym_status status = made && copy ? nsym_h5_refused(file, name, "cannot be made")
                                          : nsym_fail(NSYM_ENOMEM, "%s: no memory", file->path);
        free(made);
        free(copy);
        return status;
    }
    *made = (nsym_h5_growing){.next = file->growing, .name = copy, .set = set};
    *out = file->growing = made;
    return NSYM_OK;
}

/* Writes rows of that extent behind those of an open dataset. */
static herr_t add_rows(nsym_h5_growing *to, nsym_h5_type type, size_t dimensions, const hsize_t *extent,
                       const void *values) {
    hsize_t start[NSYM_H5_DIMENSIONS] = {to->rows}, whole[NSYM_H5_DIMENSIONS] = {to->rows + extent[0]};
    for (size_t i = 1; i < dimensions; i++) whole[i] = extent[i];
    if (H5Dset_extent(to->set, whole) < 0) return -1;
    hid_t space = H5Dget_space(to->set), memory = H5Screate_simple((int)dimensions, extent, NULL);
    herr_t result = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, extent, NULL);
    if (result >= 0) result = H5Dwrite(to->set, nsym_h5_memory_type(type), memory, space, H5P_DEFAULT, values);
    H5Sclose(memory);
    H5Sclose(space);
    if (result >= 0) to->rows = whole[0];
    return result;
}

nsym_status nsym_h5_append(nsym_h5 *file, const char *name, nsym_h5_type type, size_t dimensions, const uint64_t *shape,
                           const void *values) {
    hsize_t extent[NSYM_H5_DIMENSIONS], size;
    nsym_h5_growing *rows;
    if (dimensions == 0) return nsym_fail(NSYM_EINVAL, "%s: %s: a single number has no rows", file->path, name);
    NSYM_TRY(extent_of(file, name, dimensions, shape, extent, &size));
    NSYM_TRY(nsym_memory_check(file->path));
    nsym_h5_enter();
    nsym_status status = find_growing(&rows, file, name, type, dimensions, extent);
    bool fine = status != NSYM_OK || size == 0 || add_rows(rows, type, dimensions, extent, values) >= 0;
    if (status == NSYM_OK && (!fine || file->fault.error)) status = nsym_h5_refused(file, name, "cannot be written");
    nsym_h5_leave();
    return status;
}

nsym_status nsym_h5_set_texts(nsym_h5 *file, const char *name, const char *attribute, const char *const *texts,
                              size_t n) {
    nsym_h5_enter();
    hsize_t extent = n;
    hid_t space = H5Screate_simple(1, &extent, NULL);
    nsym_status status = NSYM_OK;
    if (nsym_h5_put_attribute(file->id, name, attribute, space, texts) < 0 || file->fault.error)
        status = nsym_h5_refused(file, name, "an attribute cannot be written");
    H5Sclose(space);
    nsym_h5_leave();
    return status;
}

nsym_status nsym_h5_set_text(nsym_h5 *file, const char *name, const char *attribute, const char *text) {
    nsym_h5_enter();
    hid_t space = H5Screate(H5S_SCALAR);
    nsym_status status = NSYM_OK;
    if (nsym_h5_put_attribute(file->id, name, attribute, space, &text) < 0 || file->fault.error)
        status = nsym_h5_refused(file, name, "an attribute cannot be written");
    H5Sclose(space);
    nsym_h5_leave();
    return status;
}
