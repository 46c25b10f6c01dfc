/* A model's weights under PyTorch's names, as nn/import.h reads them. */
#include "nn/state_dict.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "nn/model.h"
#include "nn/named.h"

#include <nearsym/export.h>
#include <string.h>

/* In double precision, ahead of the weights, so that each stands at a multiple of its size. */
static nsym_status add_scaling(nsym_named_list *list, const nsym_model *model) {
    char name[64];
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        uint64_t width = nsym_model_width(nsym_model_spec_of(model), part);
        for (size_t row = 0; row < 2 && width > 0; row++) {
            snprintf(name, sizeof name, "%s.%s", nsym_torch_parts[part], nsym_torch_rows[row]);
            NSYM_TRY(nsym_named_add(list, name, 1, &width, false));
            memcpy(list->entry[list->count - 1].values, nsym_model_scaling(model, part) + row * width,
                   width * sizeof(double));
        }
    }
    double temperature = nsym_model_temperature(model);
    if (temperature == 1) return NSYM_OK;
    NSYM_TRY(nsym_named_add(list, "temperature", 0, NULL, false));
    list->entry[list->count - 1].values[0] = temperature;
    return NSYM_OK;
}

static nsym_status add_weights(nsym_named_list *list, nsym_network *network) {
    const nsym_plan *plan = nsym_network_plan(network);
    for (size_t i = 0; i < plan->tensors; i++) {
        const nsym_tensor *t = &plan->tensor[i];
        const nsym_torch_tensor torch = nsym_torch_describe(plan, i);
        const real *from = (t->running ? nsym_network_state(network) : nsym_network_values(network)) + t->offset;
        NSYM_TRY(nsym_named_add(list, torch.name, torch.dimensions, torch.shape, true));
        nsym_named *to = &list->entry[list->count - 1];
        for (size_t k = 0; k < to->size; k++) to->values[k] = (double)from[nsym_torch_place(plan, i, k)];
    }
    return NSYM_OK;
}

nsym_status nsym_export_weights(nsym_model *model, const char *path, nsym_weights_format format) {
    nsym_named_list list = {0};
    nsym_atomic_file *file;
    FILE *stream;
    nsym_status status = add_scaling(&list, model);
    if (status == NSYM_OK) status = add_weights(&list, model->network);
    if (status == NSYM_OK) status = nsym_atomic_stream_open(&file, &stream, path);
    if (status == NSYM_OK) {
        status = format == NSYM_WEIGHTS_NPZ ? nsym_named_write_npz(&list, stream)
                                            : nsym_named_write_safetensors(&list, stream);
        status = nsym_atomic_stream_close(file, stream, status);
    }
    nsym_named_free(&list);
    return status;
}
