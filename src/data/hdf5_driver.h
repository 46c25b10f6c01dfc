/* How HDF5 writes a file of ours. HDF5 1.10 crashes when the program ends after a file could not be closed, as on a
   full disk. This driver keeps the first failure of the system and lets HDF5 go on as if all were well: what it still
   has to tell of its structure is kept in memory, where it may read it again, and values are dropped. HDF5 closes the
   file, and whoever writes it asks here how the writing went. */
#ifndef NSYM_DATA_HDF5_DRIVER_H
#define NSYM_DATA_HDF5_DRIVER_H

#include <hdf5.h>

typedef struct nsym_h5_fault {
    int error; /* errno of the first failure; 0: none */
} nsym_h5_fault;

/* A new, empty file, or an invalid identifier. `fault` must outlive it. The caller holds the lock of HDF5. */
hid_t nsym_h5_driver_create(const char *path, hid_t creation, nsym_h5_fault *fault);

#endif
