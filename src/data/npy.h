/* numpy's array format, versions 1 to 3 (numpy.lib.format), in memory. */
#ifndef NSYM_DATA_NPY_H
#define NSYM_DATA_NPY_H

#include <nearsym/io.h>
#include <stdbool.h>

enum { NSYM_NPY_DIMENSIONS = 8, NSYM_NPY_HEADER = 512, NSYM_NPY_WHOLE = 24 };

typedef struct nsym_npy {
    char kind;    /* f, i, u, b: numbers; U, S: text */
    size_t item;  /* bytes per value */
    bool swapped; /* not in this machine's byte order */
    bool fortran; /* the first index runs fastest */
    size_t dimensions;
    uint64_t shape[NSYM_NPY_DIMENSIONS], size; /* size: product of the shape, 1 for a single number */
    const unsigned char *data;                 /* (size x item) */
} nsym_npy;

/* Reads the header of the `n` bytes of a .npy file and finds its data, which is borrowed from `bytes`. Errors: no npy;
   an unsupported type; fewer bytes than the shape needs; others than zeros behind them. */
NSYM_MUST_CHECK nsym_status nsym_npy_parse(nsym_npy *array, const unsigned char *bytes, size_t n);

/* Whether its values are numbers. */
bool nsym_npy_is_number(const nsym_npy *array);

/* The values first ... first + count - 1 in C order, numbers only. */
void nsym_npy_values(const nsym_npy *array, uint64_t first, uint64_t count, double *values);

/* Whether value `index`, in C order, is the same number as a double; else `text` is it. */
bool nsym_npy_is_exact(const nsym_npy *array, uint64_t index, char text[NSYM_NPY_WHOLE]);

/* Text number `i` as UTF-8, text arrays only; new (free with free), NULL where there is no memory. */
char *nsym_npy_text(const nsym_npy *array, uint64_t i);

/* Writes a header for an array in this machine's byte order ("f8", "i8", "U12") and gives its length. */
size_t nsym_npy_header(char text[NSYM_NPY_HEADER], const char *type, size_t dimensions, const uint64_t *shape);

/* Gives `events` the first of the array's values: 3-D (events, particles, features) as particles, whose rows of zeros
   at an event's end are padding and dropped, or images as the options say; 1-D or 2-D (events, width) as column `name`,
   texts (events) as numbers of words (data/categories.h); a single number or text as attribute `name`. Whole numbers
   that are rounded are told, and words, as of the file `path`. Errors: other shapes; what may be images and is not said
   to be particles; fewer rows than events; particles there already. */
NSYM_MUST_CHECK nsym_status nsym_npy_add(nsym_events *events, const char *path, const char *name, const nsym_npy *array,
                                         const nsym_read_options *options);
NSYM_MUST_CHECK nsym_status nsym_npy_add_column(nsym_events *events, const char *path, const char *name,
                                                const nsym_npy *array);

/* Sums an array up under `name`. */
NSYM_MUST_CHECK nsym_status nsym_npy_describe(const nsym_npy *array, const char *name,
                                              void (*visit)(void *context, const nsym_array_info *), void *context);

/* New events from the bytes of a .npy (whose column is called as the file) or .npz file; `path` is the file's, options
   not NULL. */
NSYM_MUST_CHECK nsym_status nsym_npy_from_memory(nsym_events **out, const char *path, const unsigned char *bytes,
                                                 size_t n, const nsym_read_options *options);
NSYM_MUST_CHECK nsym_status nsym_npz_from_memory(nsym_events **out, const char *path, const unsigned char *bytes,
                                                 size_t n, const nsym_read_options *options);

#endif
