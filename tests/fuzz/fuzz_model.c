/* libFuzzer: a sound model with other datasets and attributes, sealed, as a model; one that is accepted predicts, or
   says why not. The first byte chooses one of a few models, the rest changes it (hdf5_made.h). */
#include "data/hdf5_seal.h"
#include "hdf5_made.h"
#include "in_folder.h"
#include "nn/model.h"

#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const nsym_model_spec specs[] = {
    {.kind = NSYM_FCN,
     .event_input = {"columns", 2},
     .columns = "a,b",
     .column_transforms = "log,",
     .hidden = {1, {3}}},
    {.kind = NSYM_FCN, .event_input = {"lorentz", 2}, .hidden = {2, {3, 3}}, .norm = NSYM_NORM_FEATURE, .classes = 3},
    {.kind = NSYM_PFN, .particle_input = {"p4", 4}, .particle_map = {1, {3}}, .latent = 2, .hidden = {1, {3}}},
    {.kind = NSYM_EFN, .particle_input = {"p4", 4}, .particle_map = {1, {3}}, .latent = 2, .hidden = {1, {3}}},
    {.kind = NSYM_HYBRID,
     .particle_input = {"p4", 4},
     .event_input = {"lorentz", 2},
     .gate_input = {"pt", 1},
     .particle_map = {1, {3}},
     .event_map = {1, {3}},
     .gate_map = {1, {3}},
     .latent = 2,
     .hidden = {1, {3}},
     .slots = 2,
     .norm = NSYM_NORM_SLOT},
    {.kind = NSYM_CNN,
     .event_input = {"image", 16},
     .hidden = {1, {3}},
     .image_rows = 4,
     .image_columns = 4,
     .filters = {1, {2}},
     .convolutions = 1,
     .kernel = 3}};
enum { MODELS = sizeof specs / sizeof *specs, EVENTS = 2 };

static struct {
    uint8_t *bytes;
    size_t n;
} sound[MODELS];

static void make_sound(const char *path) {
    for (size_t i = 0; i < MODELS; i++) {
        nsym_model *model;
        if (nsym_model_new(&model, &specs[i]) != NSYM_OK || nsym_model_save(model, path) != NSYM_OK) abort();
        nsym_model_free(model);
        sound[i].bytes = in_folder_bytes(path, &sound[i].n);
        sound[i].n -= NSYM_H5_SEAL;
    }
}

static void predict(nsym_model *model) {
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    size_t slots = spec->slots ? spec->slots : 2, width[NSYM_MODEL_PARTS], outputs = nsym_model_outputs(spec);
    float *values[NSYM_MODEL_PARTS] = {NULL};
    double *logits = calloc(EVENTS * outputs, sizeof *logits);
    const uint64_t offsets[EVENTS + 1] = {0, slots, 2 * slots};
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        size_t rows = part == NSYM_PARTICLE_INPUT ? EVENTS * slots : EVENTS;
        width[part] = nsym_model_width(spec, part);
        if (width[part]) values[part] = malloc(rows * width[part] * sizeof(float));
        for (size_t i = 0; i < rows * width[part]; i++) values[part][i] = 0.5f + (float)(i % 7);
    }
    const nsym_model_inputs inputs = {EVENTS, offsets, values[0], values[1], values[2]};
    nsym_status status = nsym_model_logits(model, &inputs, logits, NULL);
    (void)status;
    for (size_t part = 0; part < NSYM_MODEL_PARTS; part++) free(values[part]);
    free(logits);
}

static nsym_status load(const char *path, size_t kind, const uint8_t *text, size_t n) {
    nsym_model *model;
    hdf5_made(path, text, n, sound[kind].bytes, sound[kind].n);
    if (nsym_h5_seal(path, path) != NSYM_OK) abort();
    nsym_status status = nsym_model_load(&model, path);
    if (status != NSYM_OK) return status;
    predict(model);
    nsym_model_free(model);
    return NSYM_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static char path[IN_FOLDER_PATH];
    if (!path[0]) {
        in_folder(path, "model.h5");
        make_sound(path);
        for (size_t kind = 0; kind < MODELS; kind++)
            if (load(path, kind, NULL, 0) != NSYM_OK) abort(); /* else nothing would be tested */
    }
    if (n == 0) return 0;
    nsym_status status = load(path, bytes[0] % MODELS, bytes + 1, n - 1);
    if (status == NSYM_EINTERNAL) abort(); /* not a mistake of the file */
    hdf5_must_be_closed();
    return 0;
}
