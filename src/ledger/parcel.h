/* What a run measured as bytes, for journals and messages: numbers as they are in memory, so they keep every bit. */
#ifndef NSYM_LEDGER_PARCEL_H
#define NSYM_LEDGER_PARCEL_H

#include "ledger/ledger.h"

/* Measures (n) as new bytes (free with free), 8 at a time. */
nsym_status nsym_parcel_pack(void **bytes, size_t *size, const nsym_measure *measures, size_t n) NSYM_MUST_CHECK;

/* And back: new list (free with free) that borrows from the bytes, which stand at a multiple of 8. Errors: they are not
   whole. */
nsym_status nsym_parcel_unpack(nsym_measure **measures, size_t *n, const void *bytes, size_t size) NSYM_MUST_CHECK;

/* A run, likewise. Borrowed. */
typedef struct nsym_parcel_run {
    const char *key, *coordinates, *cpu, *finished_at; /* finished_at: "2024-05-31 12:00:00", UTC */
    double seconds;
    const nsym_measure *measures; /* (n) */
    size_t n;
} nsym_parcel_run;

/* New bytes; of a run that was unpacked, free its measures. */
nsym_status nsym_parcel_pack_run(void **bytes, size_t *size, const nsym_parcel_run *run) NSYM_MUST_CHECK;
nsym_status nsym_parcel_unpack_run(nsym_parcel_run *run, const void *bytes, size_t size) NSYM_MUST_CHECK;

#endif
