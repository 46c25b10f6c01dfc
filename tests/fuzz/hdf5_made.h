/* HDF5 files that a text describes, for fuzzing. The HDF5 library writes them itself, so that they are sound files of
   odd content: bytes that are no sound file make HDF5 1.10 crash, which is not what is tested (nearsym/trust.h).

   A line makes one thing; what cannot be made is passed over:

     data NAME TYPE SHAPE HOW VALUES     a dataset; one of that name is replaced
     attr OBJECT NAME TYPE SHAPE VALUES  an attribute, likewise
     group NAME
     soft NAME TARGET    hard NAME TARGET    else NAME TARGET      links; `else`: into a file that is not there
     drop NAME                                                     takes a link away

   TYPE: f4 f8 i1 i2 i4 i8 u1 u2 u4 u8, > behind it: big endian; b a bool, e an enumeration; s5 text of five bytes, v of
   any length; l lists of whole numbers; r a reference; o five bytes; x a byte of bits; a3TYPE an array of three;
   {a:f4,b:v} a record.
   SHAPE: 4,3 or - for one value or 0- for none at all.
   HOW, letters: c in chunks, z deflated, s shuffled, f with checksums, n with n-bit packing, u never written, m
   compact, v virtual (of the dataset VALUES), x in a file that is not there; - for nothing.
   VALUES: numbers or words with commas between, which repeat; all of it is the one text of SHAPE -. */
#ifndef TESTS_FUZZ_HDF5_MADE_H
#define TESTS_FUZZ_HDF5_MADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the text's file to `path`. It begins with the file in `start` (start_bytes), or with an empty one where that
   is NULL. */
void hdf5_made(const char *path, const uint8_t *text, size_t n, const void *start, size_t start_bytes);

/* Ends the process where the HDF5 library still holds a file or an object open. */
void hdf5_must_be_closed(void);

#endif
