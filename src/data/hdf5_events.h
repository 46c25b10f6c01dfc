/* The layout of events in HDF5: `particles/values` (rows, features) with attributes `columns` and `units`,
   `particles/offsets` (events + 1), one dataset (events) or (events, width) per event column with attributes `unit`,
   `meaning` and, where the column has them, `labels`; the sample's attributes are the root's. */
#ifndef NSYM_DATA_HDF5_EVENTS_H
#define NSYM_DATA_HDF5_EVENTS_H

#include "data/hdf5.h"

#include <nearsym/events.h>

#define NSYM_HDF5_VALUES "particles/values"
#define NSYM_HDF5_OFFSETS "particles/offsets"

/* Where a block of events stands in the file that it is written to. */
typedef enum nsym_hdf5_place { NSYM_HDF5_WHOLE, NSYM_HDF5_FIRST, NSYM_HDF5_NEXT } nsym_hdf5_place;

/* Writes events to a file being made: all that it will hold, or its first block, or one behind `particles` others. A
   next block has the features and the columns of `head`, the columns in any order. No attributes of the sample. Errors:
   a column's name that HDF5 cannot take. */
NSYM_MUST_CHECK nsym_status nsym_hdf5_put_events(nsym_h5 *file, nsym_hdf5_place place, const nsym_events *head,
                                                 const nsym_events *block, uint64_t particles);

/* Writes the sample's attributes. */
NSYM_MUST_CHECK nsym_status nsym_hdf5_put_attributes(nsym_h5 *file, const nsym_events *events);

#endif
