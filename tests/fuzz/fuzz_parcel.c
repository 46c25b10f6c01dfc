/* libFuzzer: any bytes as a run of a ledger's journal; what is accepted is packed and read back the same. */
#include "ledger/parcel.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Packed, unpacked and packed again: the same bytes. */
static void check(const nsym_parcel_run *run) {
    nsym_parcel_run again = {0};
    void *packed = NULL, *twice = NULL;
    size_t size = 0, same = 0;
    if (nsym_parcel_pack_run(&packed, &size, run) != NSYM_OK) abort();
    if (nsym_parcel_unpack_run(&again, packed, size) != NSYM_OK || again.n != run->n) abort();
    if (nsym_parcel_pack_run(&twice, &same, &again) != NSYM_OK) abort();
    if (same != size || memcmp(packed, twice, size) != 0) abort();
    free((void *)again.measures);
    free(packed);
    free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    nsym_parcel_run run = {0};
    void *aligned = malloc(n + 1); /* malloc's memory stands at a multiple of 8 */
    if (!aligned) return 0;
    memcpy(aligned, bytes, n);
    if (nsym_parcel_unpack_run(&run, aligned, n) == NSYM_OK) {
        check(&run);
        free((void *)run.measures);
    }
    free(aligned);
    return 0;
}
