/* Named arrays of numbers, such as the weights of another program's network, and the files that hold them. */
#ifndef NSYM_NN_NAMED_H
#define NSYM_NN_NAMED_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { NSYM_NAMED_DIMENSIONS = 8 };

/* An array. Owned by its list. */
typedef struct nsym_named {
    char *name;
    size_t dimensions; /* 0: a single number */
    uint64_t shape[NSYM_NAMED_DIMENSIONS], size;
    bool single;    /* is written in single precision, else in double */
    double *values; /* (size) in C order: the last index runs fastest */
} nsym_named;

/* Starts as {0}, free with nsym_named_free. */
typedef struct nsym_named_list {
    size_t count;
    nsym_named *entry; /* (count) */
} nsym_named_list;

/* Adds an array of zeros, which is then the last entry. Errors: no memory; a product of the shape that overflows. */
nsym_status nsym_named_add(nsym_named_list *list, const char *name, size_t dimensions, const uint64_t *shape,
                           bool single) NSYM_MUST_CHECK;
void nsym_named_free(nsym_named_list *list);

/* Reads numpy's .npz or a safetensors file; its content tells which. Errors: neither of them, with what to do about a
   PyTorch .pt file; damage; texts; types that are not read. On an error the list is empty. */
nsym_status nsym_named_read(nsym_named_list *out, const char *path) NSYM_MUST_CHECK;

/* The bytes of a safetensors file (https://github.com/huggingface/safetensors, section Format): the length of the
   header as eight bytes, lowest first, the header as JSON, the arrays. F64, F32, F16, BF16, whole numbers and BOOL are
   read. */
nsym_status nsym_named_from_safetensors(nsym_named_list *out, const unsigned char *bytes, size_t n) NSYM_MUST_CHECK;

/* Writes all arrays to a stream that can seek. */
nsym_status nsym_named_write_npz(const nsym_named_list *list, FILE *file) NSYM_MUST_CHECK;
nsym_status nsym_named_write_safetensors(const nsym_named_list *list, FILE *file) NSYM_MUST_CHECK;

/* Bytes (size) of an array as they are written, little endian; new (free with free), NULL where there is no memory. */
unsigned char *nsym_named_bytes(const nsym_named *array, size_t *size);

#endif
