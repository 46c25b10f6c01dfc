/* The ledger's file: a SQLite database that is only ever written whole, beside its place, and renamed. So it needs no
   lock, and readers see one or another whole state, on network file systems too. An earlier nearsym wrote it in place
   (WAL); what such a one left is brought in order once, under SQLite's own locks. */
#ifndef NSYM_LEDGER_SNAPSHOT_H
#define NSYM_LEDGER_SNAPSHOT_H

#include "base/atomic_file.h"
#include "ledger/database.h"

/* Makes the tables of an empty database in memory. */
nsym_status nsym_snapshot_begin(const nsym_database *d) NSYM_MUST_CHECK;

/* Copies the runs that the database does not have yet from the file at d->path, but for those of
   temp.forgotten. Nothing is copied where there is no file, or an empty one. The file is left as it is. Errors: not a
   ledger (a foreign or damaged file), a newer version, a file that another program has locked. */
nsym_status nsym_snapshot_read(const nsym_database *d) NSYM_MUST_CHECK;

/* Writes all runs of the database beside the file; to be committed (base/atomic_file.h) or abandoned. */
nsym_status nsym_snapshot_write(nsym_atomic_file **out, const nsym_database *d) NSYM_MUST_CHECK;

#endif
