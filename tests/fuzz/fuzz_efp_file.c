/* libFuzzer: a sound file of energy-flow polynomials with other datasets and attributes (hdf5_made.h), listed and read
   as events. */
#include "efp_write.h"
#include "hdf5_made.h"

#include <nearsym/io.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void ignore(void *context, const nsym_array_info *array) {
    (void)context, (void)array;
}

static uint8_t *make_sound(size_t *n) {
    char path[IN_FOLDER_PATH];
    in_folder(path, "efps.h5");
    if (efp_write(path, NULL) != NSYM_OK) abort();
    return in_folder_bytes(path, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static uint8_t *sound;
    static size_t size;
    static char path[IN_FOLDER_PATH];
    nsym_events *events;
    if (!sound) {
        in_folder(path, "changed.h5");
        sound = make_sound(&size);
        hdf5_made(path, NULL, 0, sound, size);
        if (nsym_inspect(path, NULL, ignore, NULL) != NSYM_OK) abort(); /* else nothing would be tested */
    }
    hdf5_made(path, bytes, n, sound, size);
    nsym_status status = nsym_inspect(path, NULL, ignore, NULL);
    if (status == NSYM_EINTERNAL) abort(); /* not a mistake of the file */
    status = nsym_events_read(&events, path, NULL);
    if (status == NSYM_OK) nsym_events_free(events);
    if (status == NSYM_EINTERNAL) abort();
    hdf5_must_be_closed();
    return 0;
}
