/* libFuzzer: a file of energy-flow polynomials that was left half done, with any other end: the first byte says how
   much of the sound one is cut off, and the rest stands in its place. Going on with it makes a file or says why not. */
#include "efp_write.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static bool at_once(void) {
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static uint8_t *sound;
    static size_t size;
    char path[IN_FOLDER_PATH], part[IN_FOLDER_PATH];
    in_folder(path, "efps.h5");
    in_folder(part, "efps.h5.part");
    if (!sound) {
        if (efp_write(path, at_once) != NSYM_EINTERRUPTED) abort();
        sound = in_folder_bytes(part, &size);
    }
    if (n == 0 || bytes[0] > size) return 0;
    size_t kept = size - bytes[0];
    uint8_t *changed = malloc(kept + n);
    memcpy(changed, sound, kept);
    memcpy(changed + kept, bytes + 1, n - 1);
    in_folder_write(part, changed, kept + n - 1);
    free(changed);
    if ((efp_write(path, NULL) == NSYM_OK) == (access(part, F_OK) == 0)) abort(); /* it is there, or its part is */
    in_folder_clear();
    return 0;
}
