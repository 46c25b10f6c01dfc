/* Event files in and out: LHE (.lhe, .lhe.gz), HDF5 (.h5, .hdf5), numpy (.npy, .npz) and csv (.csv, .csv.gz). */
#ifndef NEARSYM_IO_H
#define NEARSYM_IO_H

#include <nearsym/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What to read: all zero means everything. */
typedef struct nsym_read_options {
    size_t max_events; /* stop after so many events; 0: all */
} nsym_read_options;

/* New sample from a file; what it is, is told by its content where that is possible (LHE, gzip, HDF5, npy and zip have
   magic bytes), else by its name. `options` may be NULL. Errors name the file and the event, line or dataset. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_read(nsym_events **out, const char *path,
                                                      const nsym_read_options *options);

/* Writes a sample in the format of the name's ending; the file appears whole or not at all (written beside it under
   another name, then renamed). HDF5 keeps everything; npz and csv keep the numbers and the names of features and
   columns, but no units, meanings, labels or attributes; npy one column, or padded particles, without names. Errors: an
   unknown ending; what the format cannot hold is named. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_write(const nsym_events *events, const char *path);

/* One array of a file, as nsym_inspect sees it. Borrowed during the call. */
typedef struct nsym_array_info {
    const char *name; /* dataset, npz member, csv column or event column */
    const char *type; /* "float64", "int32", ... */
    const char *unit; /* "" where there is none */
    size_t dimensions;
    uint64_t shape[8];
    uint64_t nan, infinite; /* how many */
    double min, max, mean;  /* over the finite values; NaN where there are none or it is not a number */
} nsym_array_info;

/* Calls `visit` for every array of any file that nsym_events_read knows, and of any other HDF5 or npz file of numbers,
   in the file's order. Errors as nsym_events_read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_inspect(const char *path,
                                                  void (*visit)(void *context, const nsym_array_info *), void *context);

#ifdef __cplusplus
}
#endif
#endif
