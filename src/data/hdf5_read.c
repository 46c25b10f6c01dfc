/* Shapes, types, numbers and texts read from HDF5. */
#include "base/fail.h"
#include "data/hdf5_handle.h"
#include "data/hdf5_text.h"
#include "data/texts.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_BYTES_MAX = 16, FIELDS_MAX = 4096, TEXT_BYTES_MAX = 1 << 20, TEXTS_AT_ONCE = 1 << 16 };

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

/* h5py's booleans are an enumeration of FALSE and TRUE. */
static bool is_bool(hid_t type) {
    char *first = H5Tget_nmembers(type) == 2 ? H5Tget_member_name(type, 0) : NULL;
    bool found = first && (strcmp(first, "FALSE") == 0 || strcmp(first, "TRUE") == 0);
    H5free_memory(first);
    return found;
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
        array->whole64 = bytes == 8;
        break;
    case H5T_ENUM:
        array->type = is_bool(type) ? "bool" : "enum";
        break;
    case H5T_BITFIELD: /* PyTables' booleans */
        array->type = bytes == 1 ? "bool" : "other", array->number = array->bits = bytes == 1;
        break;
    case H5T_STRING:
        array->type = "string", array->number = false, array->text = true;
        break;
    case H5T_COMPOUND:
        array->type = "compound", array->number = false, array->record = true;
        break;
    case H5T_VLEN:
        array->type = "lists", array->number = false;
        break;
    default:
        array->type = "other", array->number = false;
    }
}

/* Takes further dimensions behind those that an array has. */
static nsym_status add_shape(const nsym_h5 *file, const char *name, nsym_h5_array *array, int rank,
                             const hsize_t *shape) {
    if (rank + (int)array->dimensions > NSYM_H5_DIMENSIONS)
        return nsym_fail(NSYM_EFORMAT, "%s: %s: has %d dimensions, at most %d are read", file->path, name,
                         rank + (int)array->dimensions, (int)NSYM_H5_DIMENSIONS);
    for (int i = 0; i < rank; i++) {
        array->shape[array->dimensions++] = shape[i];
        if (__builtin_mul_overflow(array->size, shape[i], &array->size) || array->size > SIZE_MAX / 16)
            return nsym_fail(NSYM_EFORMAT, "%s: %s: the shape's product overflows, the file is damaged", file->path,
                             name);
    }
    return NSYM_OK;
}

/* The type of the numbers; that of an array type's elements, whose shape is added. */
static nsym_status take_type(const nsym_h5 *file, const char *name, hid_t type, nsym_h5_array *array) {
    if (H5Tget_class(type) == H5T_ARRAY) {
        hsize_t shape[H5S_MAX_RANK];
        int rank = H5Tget_array_dims2(type, shape);
        hid_t inner = H5Tget_super(type);
        nsym_status status = rank < 0 || inner < 0 ? nsym_h5_refused(file, name, "has a damaged type")
                                                   : add_shape(file, name, array, rank, shape);
        if (status == NSYM_OK) status = take_type(file, name, inner, array);
        if (inner >= 0) H5Tclose(inner);
        return status;
    }
    name_type(type, array);
    if (array->number && H5Tget_size(type) > NUMBER_BYTES_MAX) /* in a damaged file HDF5 reads beyond its own memory */
        return nsym_fail(NSYM_EFORMAT,
                         "%s: %s: numbers of %zu bytes each, at most %d are read; the file may be damaged", file->path,
                         name, H5Tget_size(type), (int)NUMBER_BYTES_MAX);
    return NSYM_OK;
}

/* Shape and type, without a look at what is stored. */
static nsym_status outline(const nsym_h5 *file, const char *name, hid_t set, nsym_h5_array *array) {
    hsize_t shape[H5S_MAX_RANK] = {0};
    hid_t space = H5Dget_space(set), type = H5Dget_type(set);
    *array = (nsym_h5_array){.type = "other", .size = 1};
    array->empty = space >= 0 && H5Sget_simple_extent_type(space) == H5S_NULL;
    int rank = space < 0 || type < 0 ? -1 : array->empty ? 1 : H5Sget_simple_extent_dims(space, shape, NULL);
    nsym_status status =
        rank < 0 ? nsym_h5_refused(file, name, "has no shape") : add_shape(file, name, array, rank, shape);
    if (status == NSYM_OK) status = take_type(file, name, type, array);
    if (type >= 0) H5Tclose(type);
    if (space >= 0) H5Sclose(space);
    return status;
}

/* Likewise, and whether the values can be there. */
static nsym_status describe(const nsym_h5 *file, const char *name, hid_t set, nsym_h5_array *array) {
    NSYM_TRY(outline(file, name, set, array));
    if (array->empty) return NSYM_OK;
    hid_t type = H5Dget_type(set), space = H5Dget_space(set), plan = H5Dget_create_plist(set);
    size_t value_bytes = H5Tget_size(type);
    uint64_t values = (uint64_t)H5Sget_simple_extent_npoints(space), bytes;
    hsize_t chunk[H5S_MAX_RANK] = {0};
    if (H5Pget_layout(plan) == H5D_CHUNKED && H5Pget_chunk(plan, H5S_MAX_RANK, chunk) > 0) array->chunk_rows = chunk[0];
    H5Pclose(plan);
    H5Sclose(space);
    H5Tclose(type);
    if (value_bytes == 0 || __builtin_mul_overflow(values, value_bytes, &bytes))
        return nsym_fail(NSYM_EFORMAT, "%s: %s: the shape's product overflows, the file is damaged", file->path, name);
    return nsym_h5_check_storage(file, name, set, bytes, value_bytes, &array->unwritten);
}

static nsym_status describe_set(nsym_h5 *file, const char *name, nsym_h5_array *array, bool readable) {
    hid_t set;
    nsym_h5_enter();
    nsym_status status = nsym_h5_open_set(file, name, &set);
    if (status == NSYM_OK) status = describe(file, name, set, array);
    if (status == NSYM_OK && readable) status = nsym_h5_check_filters(file, name, set);
    if (set >= 0) H5Dclose(set);
    nsym_h5_leave();
    return status;
}

nsym_status nsym_h5_describe(nsym_h5 *file, const char *name, nsym_h5_array *array) {
    return describe_set(file, name, array, true);
}

nsym_status nsym_h5_outline(nsym_h5 *file, const char *name, nsym_h5_array *array) {
    return describe_set(file, name, array, false);
}

static nsym_status take_fields(const nsym_h5 *file, const char *name, hid_t set, nsym_h5_field **fields, size_t *n) {
    hid_t type = H5Dget_type(set);
    int members = type >= 0 && H5Tget_class(type) == H5T_COMPOUND ? H5Tget_nmembers(type) : -1;
    nsym_status status = NSYM_OK;
    if (members < 0 || members > FIELDS_MAX)
        status = nsym_fail(NSYM_EFORMAT, "%s: %s: has no fields, or more than %d", file->path, name, (int)FIELDS_MAX);
    else if (!(*fields = calloc((size_t)members + 1, sizeof **fields)))
        status = nsym_fail(NSYM_ENOMEM, "%s: no memory", file->path);
    for (int i = 0; i < members && status == NSYM_OK; i++) {
        nsym_h5_field *field = &(*fields)[i];
        char *member = H5Tget_member_name(type, (unsigned)i);
        hid_t inner = H5Tget_member_type(type, (unsigned)i);
        field->name = member ? strdup(member) : NULL;
        H5free_memory(member);
        status = field->name && inner >= 0 ? outline(file, name, set, &field->array)
                                           : nsym_fail(NSYM_ENOMEM, "%s: no memory", file->path);
        if (status == NSYM_OK && /* HDF5 then reads beyond its own memory */
            H5Tget_member_offset(type, (unsigned)i) + H5Tget_size(inner) > H5Tget_size(type))
            status = nsym_fail(NSYM_EFORMAT, "%s: %s: field %s lies beyond the records: the file is damaged",
                               file->path, name, field->name);
        field->array.record = false;
        if (status == NSYM_OK) status = take_type(file, name, inner, &field->array);
        if (inner >= 0) H5Tclose(inner);
        *n = (size_t)i + 1;
    }
    if (type >= 0) H5Tclose(type);
    return status;
}

nsym_status nsym_h5_fields(nsym_h5 *file, const char *name, nsym_h5_field **fields, size_t *n) {
    *fields = NULL, *n = 0;
    hid_t set;
    nsym_h5_enter();
    nsym_status status = nsym_h5_open_set(file, name, &set);
    if (status == NSYM_OK) status = take_fields(file, name, set, fields, n);
    if (set >= 0) H5Dclose(set);
    nsym_h5_leave();
    if (status == NSYM_OK) return NSYM_OK;
    nsym_h5_fields_free(*fields, *n);
    *fields = NULL, *n = 0;
    return status;
}

void nsym_h5_fields_free(nsym_h5_field *fields, size_t n) {
    for (size_t i = 0; fields && i < n; i++) free(fields[i].name);
    free(fields);
}

/* The type in the file of a dataset's values, or of one field of its records; of an array's elements. */
static hid_t value_type(hid_t set, const char *field, hid_t *whole) {
    hid_t type = H5Dget_type(set);
    int member = field && type >= 0 && H5Tget_class(type) == H5T_COMPOUND ? H5Tget_member_index(type, field) : -1;
    *whole = !field ? H5Tcopy(type) : member >= 0 ? H5Tget_member_type(type, (unsigned)member) : H5I_INVALID_HID;
    if (type >= 0) H5Tclose(type);
    if (*whole < 0) return H5I_INVALID_HID;
    return H5Tget_class(*whole) == H5T_ARRAY ? H5Tget_super(*whole) : H5Tcopy(*whole);
}

/* The type in memory of values whose type in the file is `whole`: `element`, or an array of it. */
static hid_t reading_type(hid_t whole, hid_t element) {
    if (H5Tget_class(whole) != H5T_ARRAY) return H5Tcopy(element);
    hsize_t shape[H5S_MAX_RANK];
    int rank = H5Tget_array_dims2(whole, shape);
    return H5Tarray_create2(element, (unsigned)rank, shape);
}

/* A record of one field of the type `type`, which is closed. */
static hid_t record_type(const char *field, hid_t type) {
    if (!field || type < 0) return type;
    hid_t record = H5Tcreate(H5T_COMPOUND, H5Tget_size(type));
    H5Tinsert(record, field, 0, type);
    H5Tclose(type);
    return record;
}

/* Reads these rows, which are there, as `type`. */
static herr_t read_values(hid_t set, hid_t type, uint64_t first, uint64_t count, void *values) {
    hsize_t start[H5S_MAX_RANK] = {first}, extent[H5S_MAX_RANK] = {0};
    hid_t space = H5Dget_space(set), memory = H5S_ALL;
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    if (rank > 0) {
        extent[0] = count;
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, extent, NULL);
        memory = H5Screate_simple(rank, extent, NULL);
    }
    herr_t result = H5Dread(set, type, memory, rank > 0 ? space : H5S_ALL, H5P_DEFAULT, values);
    if (rank > 0) H5Sclose(memory);
    H5Sclose(space);
    return result;
}

static nsym_status check_rows(const nsym_h5 *file, const char *name, const nsym_h5_array *array, uint64_t first,
                              uint64_t count) {
    uint64_t rows = array->dimensions > 0 ? array->shape[0] : 1;
    if (first <= rows && count <= rows - first) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s: %s: has %llu rows, %llu are needed", file->path, name, (unsigned long long)rows,
                     (unsigned long long)(first + count));
}

/* Why HDF5 could not read: a filter it lacks, or damage. */
static nsym_status unreadable(const nsym_h5 *file, const char *name, hid_t set) {
    nsym_status damaged = nsym_h5_refused(file, name, "cannot be read, the file is damaged");
    hid_t plan = H5Dget_create_plist(set);
    bool packed = plan >= 0 && H5Pget_nfilters(plan) > 0;
    if (plan >= 0) H5Pclose(plan);
    if (packed) NSYM_TRY(nsym_h5_check_filters(file, name, set));
    return damaged;
}

/* Adds a field, or where `field` is NULL the dataset itself, to the type in memory to read it as. Errors: no numbers.
 */
static nsym_status add_field(const nsym_h5 *file, const char *name, const char *field, hid_t set, nsym_h5_type type,
                             hid_t *memory) {
    nsym_h5_array array = {.size = 1};
    hid_t whole, element = value_type(set, field, &whole);
    if (element < 0) return nsym_fail(NSYM_EFORMAT, "%s: %s: has no field %s", file->path, name, field ? field : "");
    nsym_status status = take_type(file, name, whole, &array);
    if (status == NSYM_OK && !array.number)
        status = nsym_fail(NSYM_EFORMAT, "%s: %s%s%s: holds %s, not numbers", file->path, name, field ? "." : "",
                           field ? field : "", array.type);
    if (status == NSYM_OK) {
        hid_t numbers = reading_type(whole, nsym_h5_memory_type(type));
        size_t used = field ? H5Tget_size(*memory) : 0, more = H5Tget_size(numbers);
        if (!field) *memory = H5Tcopy(numbers);
        bool first = field && H5Tget_nmembers(*memory) == 0; /* a record is not made of size 0 */
        if (field && !first) H5Tset_size(*memory, used + more);
        if (field && first) H5Tset_size(*memory, more);
        if (field && H5Tinsert(*memory, field, first ? 0 : used, numbers) < 0)
            status = nsym_h5_refused(file, name, "its fields cannot be read");
        H5Tclose(numbers);
    }
    H5Tclose(element);
    H5Tclose(whole);
    return status;
}

static nsym_status read_rows(const nsym_h5 *file, const char *name, const char *const *fields, size_t n, hid_t set,
                             nsym_h5_type type, uint64_t first, uint64_t count, void *values) {
    nsym_h5_array array;
    NSYM_TRY(outline(file, name, set, &array));
    NSYM_TRY(check_rows(file, name, &array, first, count));
    hid_t memory = n > 0 ? H5Tcreate(H5T_COMPOUND, 1) : H5I_INVALID_HID;
    nsym_status status = n > 0 ? NSYM_OK : add_field(file, name, NULL, set, type, &memory);
    for (size_t i = 0; i < n && status == NSYM_OK; i++) status = add_field(file, name, fields[i], set, type, &memory);
    if (status == NSYM_OK && count > 0 && array.size > 0 && read_values(set, memory, first, count, values) < 0)
        status = unreadable(file, name, set);
    if (memory >= 0) H5Tclose(memory);
    return status;
}

/* Gives `n` bytes, as they were read into the end of `values`, as numbers of that type, from the front. */
static void widen_bits(nsym_h5_type type, size_t n, void *values) {
    size_t size = type == NSYM_H5_FLOAT ? sizeof(float) : sizeof(double);
    const unsigned char *bytes = (unsigned char *)values + n * (size - 1);
    for (size_t i = 0; i < n; i++) {
        uint64_t whole = bytes[i];
        double number = (double)whole;
        float small = (float)whole;
        const void *from = type == NSYM_H5_FLOAT    ? (const void *)&small
                           : type == NSYM_H5_DOUBLE ? (const void *)&number
                                                    : (const void *)&whole;
        memcpy((char *)values + i * size, from, size);
    }
}

/* HDF5 does not turn bits into numbers. */
static nsym_status read_bits(const nsym_h5 *file, const char *name, const char *field, hid_t set, nsym_h5_type type,
                             uint64_t first, uint64_t count, void *values, bool *done) {
    nsym_h5_array array;
    hid_t whole, element = value_type(set, field, &whole);
    *done = element >= 0 && H5Tget_class(element) == H5T_BITFIELD && H5Tget_size(element) == 1;
    nsym_status status = *done ? outline(file, name, set, &array) : NSYM_OK;
    if (*done && status == NSYM_OK) status = check_rows(file, name, &array, first, count);
    if (*done && status == NSYM_OK && field) status = take_type(file, name, whole, &array);
    if (*done && status == NSYM_OK && count > 0 && array.size > 0) {
        uint64_t rows = array.dimensions > 0 ? array.shape[0] : 1;
        size_t n = (size_t)(array.size / rows * count), size = type == NSYM_H5_FLOAT ? sizeof(float) : sizeof(double);
        hid_t memory = record_type(field, reading_type(whole, H5T_NATIVE_B8));
        if (read_values(set, memory, first, count, (char *)values + n * (size - 1)) < 0)
            status = unreadable(file, name, set);
        else
            widen_bits(type, n, values);
        H5Tclose(memory);
    }
    if (element >= 0) H5Tclose(element);
    if (whole >= 0) H5Tclose(whole);
    return status;
}

nsym_status nsym_h5_read_fields(nsym_h5 *file, const char *name, const char *const *fields, size_t n, nsym_h5_type type,
                                uint64_t first, uint64_t count, void *values) {
    hid_t set;
    nsym_h5_enter();
    nsym_status status = nsym_h5_open_set(file, name, &set);
    bool done = false;
    if (status == NSYM_OK && n <= 1)
        status = read_bits(file, name, n > 0 ? fields[0] : NULL, set, type, first, count, values, &done);
    if (status == NSYM_OK && !done) status = read_rows(file, name, fields, n, set, type, first, count, values);
    if (set >= 0) H5Dclose(set);
    nsym_h5_leave();
    return status;
}

nsym_status nsym_h5_read(nsym_h5 *file, const char *name, nsym_h5_type type, uint64_t first, uint64_t count,
                         void *values) {
    return nsym_h5_read_fields(file, name, NULL, 0, type, first, count, values);
}

/* Texts on their way from a dataset. */
typedef struct texts_reading {
    const nsym_h5 *file;
    const char *name, *field;
    hid_t set;
    nsym_status (*take)(void *context, const char *text, size_t n);
    void *context;
} texts_reading;

/* Reads `count` rows of texts of `size` bytes each, 0 where they are of any length; `row` texts a row. */
static nsym_status take_texts(const texts_reading *r, hid_t memory, size_t size, size_t row, uint64_t first,
                              uint64_t count) {
    size_t n = (size_t)count * row;
    char *texts = calloc(n, size > 0 ? size : sizeof(char *));
    if (!texts) return nsym_fail(NSYM_ENOMEM, "%s: %s: no memory for %zu texts", r->file->path, r->name, n);
    nsym_status status = NSYM_OK;
    if (read_values(r->set, memory, first, count, texts) < 0) status = unreadable(r->file, r->name, r->set);
    for (size_t i = 0; i < n && status == NSYM_OK; i++) {
        const char *text = texts + i * size;
        if (size == 0) memcpy(&text, texts + i * sizeof text, sizeof text);
        status = r->take(r->context, text ? text : "", text ? strnlen(text, size > 0 ? size : TEXT_BYTES_MAX) : 0);
    }
    if (size == 0) {
        hsize_t rows = count;
        hid_t space = H5Screate_simple(1, &rows, NULL);
        H5Dvlen_reclaim(memory, space, H5P_DEFAULT, texts);
        H5Sclose(space);
    }
    free(texts);
    return status;
}

static nsym_status read_texts(const texts_reading *r, uint64_t first, uint64_t count) {
    nsym_h5_array array;
    hid_t whole, element = value_type(r->set, r->field, &whole);
    if (element < 0) return nsym_fail(NSYM_EFORMAT, "%s: %s: has no such field", r->file->path, r->name);
    nsym_status status = outline(r->file, r->name, r->set, &array);
    if (status == NSYM_OK && r->field) status = take_type(r->file, r->name, whole, &array);
    if (status == NSYM_OK) status = check_rows(r->file, r->name, &array, first, count);
    if (status == NSYM_OK && (!array.text || (H5Tis_variable_str(element) > 0 && array.dimensions > 1)))
        status = nsym_fail(NSYM_EFORMAT, "%s: %s: holds %s, not one text a row", r->file->path, r->name, array.type);
    size_t size = H5Tis_variable_str(element) > 0 ? 0 : H5Tget_size(element);
    if (status == NSYM_OK && size > TEXT_BYTES_MAX)
        status = nsym_fail(NSYM_EFORMAT, "%s: %s: texts of %zu bytes, at most %d are read", r->file->path, r->name,
                           size, (int)TEXT_BYTES_MAX);
    uint64_t rows = array.dimensions > 0 ? array.shape[0] : 1, row = rows > 0 ? array.size / rows : 1;
    uint64_t step = 1 + (TEXTS_AT_ONCE / (row > 0 ? row : 1)) / (size / 64 + 1);
    hid_t memory = status == NSYM_OK ? record_type(r->field, reading_type(whole, element)) : H5I_INVALID_HID;
    for (uint64_t at = first; at < first + count && row > 0 && status == NSYM_OK; at += step)
        status = take_texts(r, memory, size, (size_t)row, at, at + step > first + count ? first + count - at : step);
    if (memory >= 0) H5Tclose(memory);
    H5Tclose(element);
    H5Tclose(whole);
    return status;
}

nsym_status nsym_h5_read_texts(nsym_h5 *file, const char *name, const char *field, uint64_t first, uint64_t count,
                               nsym_status (*take)(void *context, const char *text, size_t n), void *context) {
    texts_reading r = {.file = file, .name = name, .field = field, .take = take, .context = context};
    nsym_h5_enter();
    nsym_status status = nsym_h5_open_set(file, name, &r.set);
    if (status == NSYM_OK) status = read_texts(&r, first, count);
    if (r.set >= 0) H5Dclose(r.set);
    nsym_h5_leave();
    return status;
}

/* Member `i` of an enumeration, where it has the value `i`; new. */
static char *enum_word(hid_t type, unsigned value) {
    int members = H5Tget_nmembers(type);
    for (int i = 0; i < members; i++) {
        long long held = 0;
        unsigned char raw[NUMBER_BYTES_MAX] = {0};
        hid_t base = H5Tget_super(type);
        bool fine = H5Tget_size(type) <= sizeof held && H5Tget_member_value(type, (unsigned)i, raw) >= 0 &&
                    H5Tconvert(base, H5T_NATIVE_LLONG, 1, raw, NULL, H5P_DEFAULT) >= 0;
        if (base >= 0) H5Tclose(base);
        memcpy(&held, raw, sizeof held);
        if (!fine || held != (long long)value) continue;
        char *name = H5Tget_member_name(type, (unsigned)i), *copy = name ? strdup(name) : NULL;
        H5free_memory(name);
        return copy;
    }
    return NULL;
}

nsym_status nsym_h5_enum_words(nsym_h5 *file, const char *name, const char *field, char ***words, size_t *n) {
    *words = NULL, *n = 0;
    hid_t set, whole = H5I_INVALID_HID;
    nsym_h5_enter();
    nsym_status status = nsym_h5_open_set(file, name, &set);
    hid_t type = set >= 0 ? value_type(set, field, &whole) : H5I_INVALID_HID;
    int members = type >= 0 && H5Tget_class(type) == H5T_ENUM && !is_bool(type) ? H5Tget_nmembers(type) : 0;
    if (members > 0) *words = calloc((size_t)members, sizeof **words);
    for (; *words && *n < (size_t)members; ++*n)
        if (!((*words)[*n] = enum_word(type, (unsigned)*n))) break;
    if (*words && *n < (size_t)members) {
        nsym_texts_free(*words, *n);
        *words = NULL, *n = 0;
    }
    if (type >= 0) H5Tclose(type);
    if (whole >= 0) H5Tclose(whole);
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
