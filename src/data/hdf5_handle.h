/* An open file as the parts of hdf5.h know it. The caller holds HDF5's lock wherever it calls HDF5. */
#ifndef NSYM_DATA_HDF5_HANDLE_H
#define NSYM_DATA_HDF5_HANDLE_H

#include "data/hdf5.h"
#include "data/hdf5_driver.h"

#include "base/atomic_file.h"

#include <hdf5.h>

/* A dataset that grows stays open: closing it would compress its last chunk, and the next rows would undo that. */
typedef struct nsym_h5_growing {
    struct nsym_h5_growing *next;
    char *name;
    hid_t set;
    uint64_t rows;
} nsym_h5_growing;

struct nsym_h5 {
    hid_t id;
    char *path;
    nsym_atomic_file *atomic; /* of a file being made */
    nsym_h5_fault fault;      /* likewise */
    nsym_h5_growing *growing;
};

/* Takes the lock and silences HDF5, keeping what the host program wants it to print; any depth. */
void nsym_h5_enter(void);
void nsym_h5_leave(void);

/* Fails with HDF5's own reason. */
NSYM_MUST_CHECK nsym_status nsym_h5_refused(const nsym_h5 *file, const char *name, const char *what);

hid_t nsym_h5_memory_type(nsym_h5_type type);

/* Lets HDF5 read what h5py packs with lzf, where that can be. */
void nsym_h5_use_lzf(void);

/* Opens a dataset to read it. Invalid where it fails, with the message set: a link that leads nowhere is named. */
NSYM_MUST_CHECK nsym_status nsym_h5_open_set(const nsym_h5 *file, const char *name, hid_t *set);

/* Fails with the link on the way to `name` that leads nowhere, if there is one; else gives NSYM_OK. */
NSYM_MUST_CHECK nsym_status nsym_h5_check_links(const nsym_h5 *file, const char *name);

/* Whether what an open dataset claims to hold, `bytes` in values of `value_bytes` each, can be in the file, or in the
   files that it names, and whether those are there. *unwritten: not all of it was ever written. */
NSYM_MUST_CHECK nsym_status nsym_h5_check_storage(const nsym_h5 *file, const char *name, hid_t set, uint64_t bytes,
                                                  size_t value_bytes, bool *unwritten);

/* Fails where a dataset is packed with a filter that HDF5 lacks here. */
NSYM_MUST_CHECK nsym_status nsym_h5_check_filters(const nsym_h5 *file, const char *name, hid_t set);

#endif
