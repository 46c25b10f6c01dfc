/* Shapes, types, numbers and texts read from HDF5. */
#include "base/fail.h"
#include "data/hdf5_handle.h"
#include "data/hdf5_text.h"
#include "data/texts.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_BYTES_MAX = 16 };

/* A shape is believed up to this many bytes, or so many times what the file stores (deflate's best is 1032). */
static const uint64_t believed_bytes = 64u << 20, believed_ratio = 2048;

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
    if (rank < 0) return nsym_h5_refused(file, name, "has no shape");
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
    nsym_h5_enter();
    hid_t set = H5Dopen2(file->id, name, H5P_DEFAULT);
    nsym_status status =
        set < 0 ? nsym_h5_refused(file, name, "is no dataset that can be read") : describe(file, name, set, array);
    if (set >= 0) H5Dclose(set);
    nsym_h5_leave();
    return status;
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
    herr_t result =
        H5Dread(set, nsym_h5_memory_type(type), memory, memory == H5S_ALL ? H5S_ALL : space, H5P_DEFAULT, values);
    nsym_status status = result < 0 ? nsym_h5_refused(file, name, "cannot be read, the file is damaged") : NSYM_OK;
    if (memory != H5S_ALL) H5Sclose(memory);
    H5Sclose(space);
    return status;
}

nsym_status nsym_h5_read(nsym_h5 *file, const char *name, nsym_h5_type type, uint64_t first, uint64_t count,
                         void *values) {
    nsym_h5_enter();
    hid_t set = H5Dopen2(file->id, name, H5P_DEFAULT);
    nsym_status status = set < 0 ? nsym_h5_refused(file, name, "is no dataset that can be read")
                                 : read_rows(file, name, set, type, first, count, values);
    if (set >= 0) H5Dclose(set);
    nsym_h5_leave();
    return status;
}

nsym_status nsym_h5_get_texts(nsym_h5 *file, const char *name, const char *attribute, char ***texts, size_t *n) {
    *texts = NULL, *n = 0;
    nsym_h5_enter();
    nsym_status status = NSYM_OK;
    if (H5Aexists_by_name(file->id, name, attribute, H5P_DEFAULT) > 0) {
        hid_t id = H5Aopen_by_name(file->id, name, attribute, H5P_DEFAULT, H5P_DEFAULT);
        if (id < 0 || nsym_h5_take_attribute(id, texts, n) < 0)
            status = nsym_h5_refused(file, name, "an attribute is damaged");
        if (id >= 0) H5Aclose(id);
        if (status != NSYM_OK) status = nsym_fail_in(status, "attribute \"%s\": ", attribute);
    }
    nsym_h5_leave();
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
