/* HDF5's string attributes, for hdf5.c alone: the caller holds its lock. Negative where HDF5 refuses. */
#ifndef NSYM_DATA_HDF5_TEXT_H
#define NSYM_DATA_HDF5_TEXT_H

#include <hdf5.h>
#include <stddef.h>

/* Writes an attribute of `space` (scalar, or 1-D) texts to object `name`. */
herr_t nsym_h5_put_attribute(hid_t file, const char *name, const char *attribute, hid_t space,
                             const char *const *texts);

/* Reads all texts of an open attribute, variable or fixed in length; numbers are given as text. New (n). */
herr_t nsym_h5_take_attribute(hid_t attribute, char ***texts, size_t *n);

#endif
