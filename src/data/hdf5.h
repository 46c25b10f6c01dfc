/* HDF5 files as this library uses them: arrays of numbers by path ("particles/values") with texts as attributes.

   Debian's serial HDF5 is not safe to use from several threads, and its error stack is one for the whole process. Every
   function here holds one process-wide lock while it runs and keeps HDF5 from printing, so any thread may call them,
   each on its own file; no other file of the library calls HDF5. Errors name the file, the dataset and HDF5's own
   reason. */
#ifndef NSYM_DATA_HDF5_H
#define NSYM_DATA_HDF5_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct nsym_h5 nsym_h5;

enum { NSYM_H5_DIMENSIONS = 8 };

/* The type of the numbers in memory; a file may hold any numeric type, HDF5 converts. */
typedef enum nsym_h5_type { NSYM_H5_FLOAT, NSYM_H5_DOUBLE, NSYM_H5_INT64, NSYM_H5_UINT64 } nsym_h5_type;

/* What a dataset, or a field of its records, holds. */
typedef struct nsym_h5_array {
    const char
        *type; /* "float32", "int64", "bool", "enum", "string", "compound", "lists", "other"; borrowed for ever */
    bool number, text, record;
    bool whole64;   /* integers of 64 bits, of which doubles hold those up to 2^53 */
    bool bits;      /* a byte of bits, read as a number where it is read alone */
    bool empty;     /* a null dataspace: no values, shown as shape (0) */
    bool unwritten; /* not all of it was ever written; the rest reads as its fill value */
    size_t dimensions;
    uint64_t shape[NSYM_H5_DIMENSIONS];
    uint64_t size;       /* product of the shape: 1 for a single number */
    uint64_t chunk_rows; /* rows that are stored together; 0: it is not stored in chunks */
} nsym_h5_array;

/* One field of a dataset of records (a compound type). */
typedef struct nsym_h5_field {
    char *name;
    nsym_h5_array array; /* its shape is that of the dataset, and behind it that of the field where it is an array */
} nsym_h5_field;

/* New: a file to read. */
NSYM_MUST_CHECK nsym_status nsym_h5_open(nsym_h5 **out, const char *path);

/* New: a file to write. Nothing is at `path` before nsym_h5_commit. */
NSYM_MUST_CHECK nsym_status nsym_h5_create(nsym_h5 **out, const char *path);

/* Closes and frees a file made by nsym_h5_create and puts it in its place; on failure nothing is left behind. */
NSYM_MUST_CHECK nsym_status nsym_h5_commit(nsym_h5 *file);

/* A new dataset of doubles that another hand fills: stored in one piece, unfilled, from byte *offset of the file on. */
NSYM_MUST_CHECK nsym_status nsym_h5_reserve(nsym_h5 *file, const char *name, size_t dimensions, const uint64_t *shape,
                                            uint64_t *offset);

/* As nsym_h5_commit, but with these bytes in place of the seal: for a file that is written on. */
NSYM_MUST_CHECK nsym_status nsym_h5_commit_with(nsym_h5 *file, const void *tail, size_t bytes);

/* Closes and frees; a file being made and not committed is removed. NULL is fine. */
void nsym_h5_close(nsym_h5 *file);

/* The paths of all datasets in the file's order (creation order where the file keeps it, else by name), by every name
   that they have: links of all kinds are followed, and one that leads nowhere is listed, so that it can be told. New,
   (n), free with nsym_texts_free. */
NSYM_MUST_CHECK nsym_status nsym_h5_list(nsym_h5 *file, char ***names, size_t *n);

/* The paths of all groups below the root, likewise. */
NSYM_MUST_CHECK nsym_status nsym_h5_groups(nsym_h5 *file, char ***names, size_t *n);

/* Whether there is a dataset or group of that path, or a link that leads nowhere. */
bool nsym_h5_has(nsym_h5 *file, const char *name);

/* Type and shape of a dataset. Errors: no such dataset; more dimensions than NSYM_H5_DIMENSIONS; a shape far beyond
   what the file stores, which is damage. NSYM_ENOTFOUND where its values are elsewhere or in a form that cannot be
   read here: a link that leads nowhere, a lost file of a virtual dataset or of external values, a filter that HDF5
   lacks. */
NSYM_MUST_CHECK nsym_status nsym_h5_describe(nsym_h5 *file, const char *name, nsym_h5_array *array);

/* As nsym_h5_describe, and fine with a filter that HDF5 lacks. */
NSYM_MUST_CHECK nsym_status nsym_h5_outline(nsym_h5 *file, const char *name, nsym_h5_array *array);

/* The fields of a dataset of records; new (n), free with nsym_h5_fields_free. */
NSYM_MUST_CHECK nsym_status nsym_h5_fields(nsym_h5 *file, const char *name, nsym_h5_field **fields, size_t *n);
void nsym_h5_fields_free(nsym_h5_field *fields, size_t n);

/* The words of an enumeration whose values are 0, 1, ...; new (n), free with nsym_texts_free; NULL where it is none or
   has other values. `field` of records, or NULL. */
NSYM_MUST_CHECK nsym_status nsym_h5_enum_words(nsym_h5 *file, const char *name, const char *field, char ***words,
                                               size_t *n);

/* Reads rows first ... first + count - 1 (all dimensions but the first are whole; a single number is one row) into
   `values` (caller's, count x product of the other dimensions). Errors: rows beyond the end; no numbers. */
NSYM_MUST_CHECK nsym_status nsym_h5_read(nsym_h5 *file, const char *name, nsym_h5_type type, uint64_t first,
                                         uint64_t count, void *values);

/* As nsym_h5_read, of records the `n` fields: a record's numbers stand together, in the order of `fields`. */
NSYM_MUST_CHECK nsym_status nsym_h5_read_fields(nsym_h5 *file, const char *name, const char *const *fields, size_t n,
                                                nsym_h5_type type, uint64_t first, uint64_t count, void *values);

/* Gives every text of these rows to `take`, in order; its bytes live no longer than the call and end before a NUL.
   `field` of records, or NULL. Errors: no texts; what `take` gives. */
NSYM_MUST_CHECK nsym_status nsym_h5_read_texts(nsym_h5 *file, const char *name, const char *field, uint64_t first,
                                               uint64_t count,
                                               nsym_status (*take)(void *context, const char *text, size_t n),
                                               void *context);

/* A new dataset of `values` (shape), compressed (shuffle, gzip); groups in its path are made as needed. */
NSYM_MUST_CHECK nsym_status nsym_h5_write(nsym_h5 *file, const char *name, nsym_h5_type type, size_t dimensions,
                                          const uint64_t *shape, const void *values);

/* Adds shape[0] rows behind a dataset that grows so; the first call makes it, as nsym_h5_write does, and later ones
   give the same type and the same other dimensions (at least one dimension, none but the first 0). */
NSYM_MUST_CHECK nsym_status nsym_h5_append(nsym_h5 *file, const char *name, nsym_h5_type type, size_t dimensions,
                                           const uint64_t *shape, const void *values);

/* A text (or `n` of them) as attribute of the object `name`, "/" being the file. UTF-8, as h5py reads as str. */
NSYM_MUST_CHECK nsym_status nsym_h5_set_text(nsym_h5 *file, const char *name, const char *attribute, const char *text);
NSYM_MUST_CHECK nsym_status nsym_h5_set_texts(nsym_h5 *file, const char *name, const char *attribute,
                                              const char *const *texts, size_t n);

/* An attribute's text: new (free with free), NULL in *text where there is no such attribute. One number is given as
   its text. Errors: it is neither one text nor one number. */
NSYM_MUST_CHECK nsym_status nsym_h5_get_text(nsym_h5 *file, const char *name, const char *attribute, char **text);

/* An attribute's texts: new (n), free with nsym_texts_free; NULL where there is no such attribute or it is empty. */
NSYM_MUST_CHECK nsym_status nsym_h5_get_texts(nsym_h5 *file, const char *name, const char *attribute, char ***texts,
                                              size_t *n);

/* The names of an object's attributes; new (n), free with nsym_texts_free. */
NSYM_MUST_CHECK nsym_status nsym_h5_attributes(nsym_h5 *file, const char *name, char ***names, size_t *n);

#endif
