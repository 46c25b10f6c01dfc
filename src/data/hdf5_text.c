#include "data/hdf5_text.h"

#include "data/number.h"
#include "data/texts.h"

#include <stdlib.h>
#include <string.h>

/* Most texts, and bytes, that an attribute is believed to hold. */
static const hssize_t texts_max = 1 << 16;
static const size_t bytes_max = 16u << 20;

static hid_t text_type(H5T_cset_t set, size_t size) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size);
    H5Tset_cset(type, set);
    return type;
}

herr_t nsym_h5_put_attribute(hid_t file, const char *name, const char *attribute, hid_t space,
                             const char *const *texts) {
    hid_t type = text_type(H5T_CSET_UTF8, H5T_VARIABLE);
    hid_t id = H5Acreate_by_name(file, name, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    herr_t result = id < 0 ? -1 : H5Awrite(id, type, texts);
    if (id >= 0) H5Aclose(id);
    H5Tclose(type);
    return result;
}

static herr_t take_variable(hid_t attribute, H5T_cset_t set, hid_t space, char **texts, size_t n) {
    hid_t type = text_type(set, H5T_VARIABLE);
    char **read = calloc(n, sizeof *read);
    herr_t result = read ? H5Aread(attribute, type, read) : -1;
    if (result >= 0) {
        for (size_t i = 0; i < n; i++) {
            texts[i] = strdup(read[i] ? read[i] : "");
            if (!texts[i]) result = -1;
        }
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, read);
    }
    free(read);
    H5Tclose(type);
    return result;
}

static herr_t take_fixed(hid_t attribute, H5T_cset_t set, size_t size, char **texts, size_t n) {
    if (size >= bytes_max / n) return -1;
    hid_t type = text_type(set, size + 1); /* room for an end that the file need not have */
    char *read = calloc(n, size + 1);
    herr_t result = read ? H5Aread(attribute, type, read) : -1;
    for (size_t i = 0; result >= 0 && i < n; i++) {
        texts[i] = strndup(read + i * (size + 1), size);
        if (!texts[i]) result = -1;
    }
    free(read);
    H5Tclose(type);
    return result;
}

static herr_t take_numbers(hid_t attribute, char **texts, size_t n) {
    double *read = calloc(n, sizeof *read);
    herr_t result = read ? H5Aread(attribute, H5T_NATIVE_DOUBLE, read) : -1;
    for (size_t i = 0; result >= 0 && i < n; i++) {
        char text[NSYM_NUMBER_SIZE];
        nsym_number_format(text, read[i]);
        texts[i] = strdup(text);
        if (!texts[i]) result = -1;
    }
    free(read);
    return result;
}

herr_t nsym_h5_take_attribute(hid_t attribute, char ***out, size_t *n) {
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    H5T_class_t kind = H5Tget_class(type);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    char **texts = count > 0 && count <= texts_max ? calloc((size_t)count, sizeof *texts) : NULL;
    herr_t result = count == 0 ? 0 : -1; /* a null dataspace, or an array without elements */
    if (texts && kind == H5T_STRING && H5Tis_variable_str(type) > 0)
        result = take_variable(attribute, H5Tget_cset(type), space, texts, (size_t)count);
    else if (texts && kind == H5T_STRING)
        result = take_fixed(attribute, H5Tget_cset(type), H5Tget_size(type), texts, (size_t)count);
    else if (texts && (kind == H5T_INTEGER || kind == H5T_FLOAT))
        result = take_numbers(attribute, texts, (size_t)count);
    H5Tclose(type);
    H5Sclose(space);
    if (result < 0) {
        nsym_texts_free(texts, count > 0 ? (size_t)count : 0);
        return -1;
    }
    *out = texts;
    *n = (size_t)count;
    return 0;
}
