#define _GNU_SOURCE /* PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP */
#include "data/hdf5.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "data/hdf5_seal.h"
#include "data/hdf5_text.h"
#include "data/texts.h"

#include <hdf5.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_VALUES = 1 << 16, GZIP_LEVEL = 4, NUMBER_BYTES_MAX = 16 };

/* A shape is believed up to this many bytes, or so many times what the file stores (deflate's best is 1032). */
static const uint64_t believed_bytes = 64u << 20, believed_ratio = 2048;

/* A dataset that grows stays open: closing it would compress its last chunk, and the next rows would undo that. */
typedef struct growing {
    struct growing *next;
    char *name;
    hid_t set;
    uint64_t rows;
} growing;

struct nsym_h5 {
    hid_t id;
    char *path;
    nsym_atomic_file *atomic; /* of a file being made */
    growing *growing;
};

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static unsigned depth; /* entries of the thread that holds the lock */
static H5E_auto2_t host_report;
static void *host_context;

/* Takes the lock and silences HDF5, keeping what the host program wants it to print. */
static void enter(void) {
    pthread_mutex_lock(&lock);
    if (depth++ > 0) return;
    H5open();
    H5Eget_auto2(H5E_DEFAULT, &host_report, &host_context);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static void leave(void) {
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

static nsym_status refused(const nsym_h5 *file, const char *name, const char *what) {
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
    NSYM_TRY(nsym_h5_check_seal(path, false));
    nsym_h5 *file = NULL;
    NSYM_TRY(new_file(&file, path));
    enter();
    nsym_status status = NSYM_OK;
    file->id = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file->id < 0) status = refused(file, "/", "cannot be opened as HDF5");
    leave();
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
    NSYM_TRY(new_file(&file, path));
    nsym_status status = nsym_atomic_file_new(&file->atomic, path);
    if (status == NSYM_OK) {
        enter();
        hid_t plan = H5Pcreate(H5P_FILE_CREATE);
        H5Pset_obj_track_times(plan, false); /* the same content, the same bytes */
        H5Pset_link_creation_order(plan, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
        H5Pset_attr_creation_order(plan, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
        file->id = H5Fcreate(nsym_atomic_file_path(file->atomic), H5F_ACC_TRUNC, plan, H5P_DEFAULT);
        H5Pclose(plan);
        if (file->id < 0) status = refused(file, "/", "cannot be created");
        leave();
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
    enter();
    while (file->growing) {
        growing *rows = file->growing;
        if (H5Dclose(rows->set) < 0 && status == NSYM_OK) status = refused(file, rows->name, "cannot be written");
        file->growing = rows->next;
        free(rows->name);
        free(rows);
    }
    if (H5Fclose(file->id) < 0 && status == NSYM_OK) status = refused(file, "/", "cannot be closed");
    file->id = H5I_INVALID_HID;
    leave();
    return status;
}

static nsym_status commit(nsym_h5 *file, bool sealed) {
    nsym_status status = shut(file);
    if (status == NSYM_OK && sealed) status = nsym_h5_seal(nsym_atomic_file_path(file->atomic));
    if (status == NSYM_OK) {
        status = nsym_atomic_file_commit(file->atomic);
        file->atomic = NULL;
    }
    nsym_h5_close(file);
    return status;
}

nsym_status nsym_h5_commit(nsym_h5 *file) {
    return commit(file, true);
}

nsym_status nsym_h5_commit_unsealed(nsym_h5 *file) {
    return commit(file, false);
}

void nsym_h5_close(nsym_h5 *file) {
    if (!file) return;
    nsym_status ignored = shut(file); /* a file that was read, or one that is removed */
    (void)ignored;
    nsym_atomic_file_abandon(file->atomic);
    free(file->path);
    free(file);
}

/* Names as they are found; `failed` where memory ran out. */
typedef struct names {
    char **name;
    size_t count;
    bool failed;
} names;

static herr_t add_name(names *list, const char *name) {
    char **grown = realloc(list->name, (list->count + 1) * sizeof *grown);
    if (grown) list->name = grown;
    char *copy = grown ? strdup(name) : NULL;
    list->failed = !copy;
    if (!copy) return -1;
    list->name[list->count++] = copy;
    return 0;
}

/* From HDF5 1.12 on objects are known by tokens, and visits have a version for it. */
#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info2_t object_info;
#define visit_objects H5Ovisit3
#else
typedef H5O_info_t object_info;
#define visit_objects H5Ovisit2
#endif

static herr_t add_dataset(hid_t group, const char *name, const object_info *info, void *context) {
    (void)group;
    return info->type == H5O_TYPE_DATASET ? add_name(context, name) : 0;
}

static herr_t add_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
    (void)object, (void)info;
    return add_name(context, name);
}

/* Hands `list` over where `result` is a success, else frees it. */
static nsym_status hand_over(const nsym_h5 *file, const char *what, herr_t result, names *list, char ***out,
                             size_t *n) {
    if (result >= 0) {
        *out = list->name;
        *n = list->count;
        return NSYM_OK;
    }
    nsym_texts_free(list->name, list->count);
    return list->failed ? nsym_fail(NSYM_ENOMEM, "%s: no memory", file->path)
                        : refused(file, what, "cannot be listed, the file is damaged");
}

nsym_status nsym_h5_list(nsym_h5 *file, char ***out, size_t *n) {
    *out = NULL, *n = 0;
    names list = {0};
    enter();
    herr_t result = visit_objects(file->id, H5_INDEX_CRT_ORDER, H5_ITER_INC, add_dataset, &list, H5O_INFO_BASIC);
    nsym_status status = hand_over(file, "/", result, &list, out, n);
    leave();
    return status;
}

nsym_status nsym_h5_attributes(nsym_h5 *file, const char *name, char ***out, size_t *n) {
    *out = NULL, *n = 0;
    names list = {0};
    enter();
    herr_t result =
        H5Aiterate_by_name(file->id, name, H5_INDEX_CRT_ORDER, H5_ITER_INC, NULL, add_attribute, &list, H5P_DEFAULT);
    if (result < 0 && !list.failed && list.count == 0)
        result =
            H5Aiterate_by_name(file->id, name, H5_INDEX_NAME, H5_ITER_INC, NULL, add_attribute, &list, H5P_DEFAULT);
    nsym_status status = hand_over(file, name, result, &list, out, n);
    leave();
    return status;
}

bool nsym_h5_has(nsym_h5 *file, const char *name) {
    enter();
    bool has = true;
    char *path = strdup(name); /* H5Lexists wants every step of the path to exist */
    for (char *slash = path ? strchr(path, '/') : NULL; slash && has; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        has = *path == '\0' || H5Lexists(file->id, path, H5P_DEFAULT) > 0;
        *slash = '/';
    }
    has = path && has && H5Lexists(file->id, name, H5P_DEFAULT) > 0;
    free(path);
    leave();
    return has;
}

static const char *integer_name(size_t bytes, bool with_sign) {
    switch (bytes) {
    case 1:
        return with_sign ? "int8" : "uint8";
    case 2:
        return with_sign ? "int16" : "uint16";
    case 4:
        return with_sign ? "int32" : "uint32";
    case 8:
        return with_sign ? "int64" : "uint64";
    default:
        return "integer";
    }
}

static void name_type(hid_t type, nsym_h5_array *array) {
    size_t bytes = H5Tget_size(type);
    array->number = true;
    switch (H5Tget_class(type)) {
    case H5T_FLOAT:
        array->type = bytes == 2 ? "float16" : bytes == 4 ? "float32" : bytes == 8 ? "float64" : "float";
        break;
    case H5T_INTEGER:
        array->type = integer_name(bytes, H5Tget_sign(type) != H5T_SGN_NONE);
        break;
    case H5T_ENUM:
        array->type = "bool";
        break; /* h5py's booleans */
    case H5T_STRING:
        array->type = "string", array->number = false;
        break;
    default:
        array->type = "other", array->number = false;
    }
}

/* Whether `bytes`, or one chunk, is too much for what the file stores. */
static bool beyond_belief(hid_t set, uint64_t bytes, size_t value_bytes) {
    hid_t plan = H5Dget_create_plist(set);
    hsize_t chunk[H5S_MAX_RANK], stored = H5Dget_storage_size(set);
    if (H5Pget_layout(plan) == H5D_CHUNKED && stored > 0) {
        uint64_t chunk_bytes = value_bytes;
        int rank = H5Pget_chunk(plan, H5S_MAX_RANK, chunk);
        for (int i = 0; i < rank; i++)
            if (__builtin_mul_overflow(chunk_bytes, chunk[i], &chunk_bytes)) chunk_bytes = UINT64_MAX;
        if (chunk_bytes > bytes) bytes = chunk_bytes;
    }
    H5Pclose(plan);
    return bytes > believed_bytes && bytes / believed_ratio > stored;
}

static nsym_status describe(const nsym_h5 *file, const char *name, hid_t set, nsym_h5_array *array) {
    hid_t type = H5Dget_type(set), space = H5Dget_space(set);
    size_t value_bytes = H5Tget_size(type);
    *array = (nsym_h5_array){.type = "other", .size = 1};
    name_type(type, array);
    hsize_t shape[H5S_MAX_RANK], file_bytes = 0;
    int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    H5Tclose(type);
    H5Sclose(space);
    if (rank < 0) return refused(file, name, "has no shape");
    if (array->number && value_bytes > NUMBER_BYTES_MAX) /* in a damaged file HDF5 then reads beyond its own memory */
        return nsym_fail(NSYM_EFORMAT,
                         "%s: %s: numbers of %zu bytes each, at most %d are read; the file may be damaged", file->path,
                         name, value_bytes, (int)NUMBER_BYTES_MAX);
    if (rank > NSYM_H5_DIMENSIONS)
        return nsym_fail(NSYM_EFORMAT, "%s: %s: has %d dimensions, at most %d are read", file->path, name, rank,
                         (int)NSYM_H5_DIMENSIONS);
    array->dimensions = (size_t)rank;
    for (int i = 0; i < rank; i++) {
        array->shape[i] = shape[i];
        if (__builtin_mul_overflow(array->size, shape[i], &array->size) || array->size > SIZE_MAX / 16)
            return nsym_fail(NSYM_EFORMAT, "%s: %s: the shape's product overflows, the file is damaged", file->path,
                             name);
    }
    H5Fget_filesize(file->id, &file_bytes);
    if (beyond_belief(set, array->size * value_bytes, value_bytes) ||
        (!file->atomic && H5Dget_storage_size(set) > file_bytes))
        return nsym_fail(NSYM_EFORMAT, "%s: %s: claims %llu values but the file holds %llu bytes: it is damaged",
                         file->path, name, (unsigned long long)array->size, (unsigned long long)file_bytes);
    return NSYM_OK;
}

nsym_status nsym_h5_describe(nsym_h5 *file, const char *name, nsym_h5_array *array) {
    enter();
    hid_t set = H5Dopen2(file->id, name, H5P_DEFAULT);
    nsym_status status =
        set < 0 ? refused(file, name, "is no dataset that can be read") : describe(file, name, set, array);
    if (set >= 0) H5Dclose(set);
    leave();
    return status;
}

static hid_t memory_type(nsym_h5_type type) {
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

static nsym_status read_rows(const nsym_h5 *file, const char *name, hid_t set, nsym_h5_type type, uint64_t first,
                             uint64_t count, void *values) {
    nsym_h5_array array;
    NSYM_TRY(describe(file, name, set, &array));
    if (!array.number) return nsym_fail(NSYM_EFORMAT, "%s: %s: holds %s, not numbers", file->path, name, array.type);
    uint64_t rows = array.dimensions > 0 ? array.shape[0] : 1;
    if (first > rows || count > rows - first)
        return nsym_fail(NSYM_EFORMAT, "%s: %s: has %llu rows, %llu are needed", file->path, name,
                         (unsigned long long)rows, (unsigned long long)(first + count));
    if (count == 0 || array.size == 0) return NSYM_OK;

    hid_t space = H5Dget_space(set), memory = H5S_ALL;
    if (array.dimensions > 0) {
        hsize_t start[NSYM_H5_DIMENSIONS] = {first}, extent[NSYM_H5_DIMENSIONS] = {count};
        for (size_t i = 1; i < array.dimensions; i++) extent[i] = array.shape[i];
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, extent, NULL);
        memory = H5Screate_simple((int)array.dimensions, extent, NULL);
    }
    herr_t result = H5Dread(set, memory_type(type), memory, memory == H5S_ALL ? H5S_ALL : space, H5P_DEFAULT, values);
    nsym_status status = result < 0 ? refused(file, name, "cannot be read, the file is damaged") : NSYM_OK;
    if (memory != H5S_ALL) H5Sclose(memory);
    H5Sclose(space);
    return status;
}

nsym_status nsym_h5_read(nsym_h5 *file, const char *name, nsym_h5_type type, uint64_t first, uint64_t count,
                         void *values) {
    enter();
    hid_t set = H5Dopen2(file->id, name, H5P_DEFAULT);
    nsym_status status = set < 0 ? refused(file, name, "is no dataset that can be read")
                                 : read_rows(file, name, set, type, first, count, values);
    if (set >= 0) H5Dclose(set);
    leave();
    return status;
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
    hid_t set = H5Dcreate2(file->id, name, memory_type(type), space, links, plan, H5P_DEFAULT);
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
    enter();
    hid_t set = make_set(file, name, type, dimensions, extent, false);
    herr_t result = set < 0 ? -1 : 0;
    if (set >= 0 && size > 0) result = H5Dwrite(set, memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    nsym_status status = result < 0 ? refused(file, name, "cannot be written") : NSYM_OK;
    if (set >= 0) H5Dclose(set);
    leave();
    return status;
}

nsym_status nsym_h5_reserve(nsym_h5 *file, const char *name, size_t dimensions, const uint64_t *shape,
                            uint64_t *offset) {
    hsize_t extent[NSYM_H5_DIMENSIONS], size;
    NSYM_TRY(extent_of(file, name, dimensions, shape, extent, &size));
    enter();
    hid_t space = H5Screate_simple((int)dimensions, extent, NULL), plan = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(plan, false);
    H5Pset_alloc_time(plan, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(plan, H5D_FILL_TIME_NEVER);
    hid_t set = H5Dcreate2(file->id, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, plan, H5P_DEFAULT);
    haddr_t place = set < 0 ? HADDR_UNDEF : H5Dget_offset(set);
    nsym_status status = place == HADDR_UNDEF ? refused(file, name, "cannot be made") : NSYM_OK;
    *offset = (uint64_t)place;
    if (set >= 0) H5Dclose(set);
    H5Pclose(plan);
    H5Sclose(space);
    leave();
    return status;
}

/* The growing dataset of that name, made where there is none. */
static nsym_status find_growing(growing **out, nsym_h5 *file, const char *name, nsym_h5_type type, size_t dimensions,
                                const hsize_t *extent) {
    for (*out = file->growing; *out; *out = (*out)->next)
        if (strcmp((*out)->name, name) == 0) return NSYM_OK;
    growing *made = calloc(1, sizeof *made);
    char *copy = strdup(name);
    hid_t set = made && copy ? make_set(file, name, type, dimensions, extent, true) : H5I_INVALID_HID;
    if (set < 0) {
        nsym_status status =
            made && copy ? refused(file, name, "cannot be made") : nsym_fail(NSYM_ENOMEM, "%s: no memory", file->path);
        free(made);
        free(copy);
        return status;
    }
    *made = (growing){.next = file->growing, .name = copy, .set = set};
    *out = file->growing = made;
    return NSYM_OK;
}

/* Writes rows of that extent behind those of an open dataset. */
static herr_t add_rows(growing *to, nsym_h5_type type, size_t dimensions, const hsize_t *extent, const void *values) {
    hsize_t start[NSYM_H5_DIMENSIONS] = {to->rows}, whole[NSYM_H5_DIMENSIONS] = {to->rows + extent[0]};
    for (size_t i = 1; i < dimensions; i++) whole[i] = extent[i];
    if (H5Dset_extent(to->set, whole) < 0) return -1;
    hid_t space = H5Dget_space(to->set), memory = H5Screate_simple((int)dimensions, extent, NULL);
    herr_t result = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, extent, NULL);
    if (result >= 0) result = H5Dwrite(to->set, memory_type(type), memory, space, H5P_DEFAULT, values);
    H5Sclose(memory);
    H5Sclose(space);
    if (result >= 0) to->rows = whole[0];
    return result;
}

nsym_status nsym_h5_append(nsym_h5 *file, const char *name, nsym_h5_type type, size_t dimensions, const uint64_t *shape,
                           const void *values) {
    hsize_t extent[NSYM_H5_DIMENSIONS], size;
    growing *rows;
    if (dimensions == 0) return nsym_fail(NSYM_EINVAL, "%s: %s: a single number has no rows", file->path, name);
    NSYM_TRY(extent_of(file, name, dimensions, shape, extent, &size));
    enter();
    nsym_status status = find_growing(&rows, file, name, type, dimensions, extent);
    if (status == NSYM_OK && size > 0 && add_rows(rows, type, dimensions, extent, values) < 0)
        status = refused(file, name, "cannot be written");
    leave();
    return status;
}

nsym_status nsym_h5_set_texts(nsym_h5 *file, const char *name, const char *attribute, const char *const *texts,
                              size_t n) {
    enter();
    hsize_t extent = n;
    hid_t space = H5Screate_simple(1, &extent, NULL);
    nsym_status status = NSYM_OK;
    if (nsym_h5_put_attribute(file->id, name, attribute, space, texts) < 0)
        status = refused(file, name, "an attribute cannot be written");
    H5Sclose(space);
    leave();
    return status;
}

nsym_status nsym_h5_set_text(nsym_h5 *file, const char *name, const char *attribute, const char *text) {
    enter();
    hid_t space = H5Screate(H5S_SCALAR);
    nsym_status status = NSYM_OK;
    if (nsym_h5_put_attribute(file->id, name, attribute, space, &text) < 0)
        status = refused(file, name, "an attribute cannot be written");
    H5Sclose(space);
    leave();
    return status;
}

nsym_status nsym_h5_get_texts(nsym_h5 *file, const char *name, const char *attribute, char ***texts, size_t *n) {
    *texts = NULL, *n = 0;
    enter();
    nsym_status status = NSYM_OK;
    if (H5Aexists_by_name(file->id, name, attribute, H5P_DEFAULT) > 0) {
        hid_t id = H5Aopen_by_name(file->id, name, attribute, H5P_DEFAULT, H5P_DEFAULT);
        if (id < 0 || nsym_h5_take_attribute(id, texts, n) < 0) status = refused(file, name, "an attribute is damaged");
        if (id >= 0) H5Aclose(id);
        if (status != NSYM_OK) status = nsym_fail_in(status, "attribute \"%s\": ", attribute);
    }
    leave();
    return status;
}

nsym_status nsym_h5_get_text(nsym_h5 *file, const char *name, const char *attribute, char **text) {
    *text = NULL;
    char **texts;
    size_t n;
    NSYM_TRY(nsym_h5_get_texts(file, name, attribute, &texts, &n));
    if (!texts) return NSYM_OK;
    if (n == 1) {
        *text = texts[0];
        free(texts);
        return NSYM_OK;
    }
    nsym_texts_free(texts, n);
    return nsym_fail(NSYM_EFORMAT, "%s: %s: attribute \"%s\" has %zu values, must be one", file->path, name, attribute,
                     n);
}
