/* libFuzzer: any bytes as a safetensors file, and what is read of it as weights of a small network. */
#include "nn/import.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const nsym_model_spec spec = {
        .kind = NSYM_FCN, .event_input = {"columns", 2}, .hidden = {1, {2}}, .norm = NSYM_NORM_FEATURE};
    nsym_named_list list;
    nsym_model *model;
    if (nsym_named_from_safetensors(&list, bytes, n) != NSYM_OK) return 0;
    if (nsym_model_new(&model, &spec) != NSYM_OK) abort();
    nsym_status status = nsym_model_import(model, &list);
    if (status == NSYM_EINTERNAL) abort(); /* not a mistake of the file */
    nsym_model_free(model);
    nsym_named_free(&list);
    return 0;
}
