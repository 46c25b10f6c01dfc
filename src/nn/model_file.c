/* A model's file is sealed HDF5 (data/hdf5_seal.h). Attributes of the file: format, version, spec and attributes (JSON
   texts). Datasets: parameters, state (float32) and, for each input that the model has, standardisation/<input> (2,
   width), mean and scale; fingerprints (uint64), which versions before them pass over, and whose files have none. */
#include "nn/model.h"

#include "base/fail.h"
#include "data/hdf5.h"
#include "data/hdf5_seal.h"
#include "nn/models.h"
#include "nn/spec_json.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1 };

static const char format[] = "nearsym model";
static const char *const scaling_names[NSYM_MODEL_PARTS] = {"standardisation/particles", "standardisation/event",
                                                            "standardisation/weight"};

/* New text. */
static nsym_status write_facts(char **out, const nsym_model *model) {
    json_t *object = json_object();
    bool whole = object != NULL;
    for (size_t i = 0; i < model->attributes && whole; i++)
        whole = json_object_set_new(object, model->attribute[i].name, json_string(model->attribute[i].value)) == 0;
    *out = whole ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return *out ? NSYM_OK : nsym_fail(NSYM_EINVAL, "an attribute of the model is not UTF-8 text");
}

static nsym_status read_facts(nsym_model *model, const char *text) {
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *value;
    const char *name;
    nsym_status status =
        json_is_object(object) ? NSYM_OK : nsym_fail(NSYM_EFORMAT, "the attributes are not a JSON object");
    json_object_foreach(object, name, value) {
        if (status != NSYM_OK) break;
        if (json_is_string(value))
            status = nsym_model_set_attribute(model, name, json_string_value(value));
        else
            status = nsym_fail(NSYM_EFORMAT, "attribute %s is not a text", name);
    }
    json_decref(object);
    return status;
}

static nsym_status write_texts(nsym_h5 *file, const char *spec, const char *facts) {
    char version[16];
    snprintf(version, sizeof version, "%d", (int)VERSION);
    NSYM_TRY(nsym_h5_set_text(file, "/", "format", format));
    NSYM_TRY(nsym_h5_set_text(file, "/", "version", version));
    NSYM_TRY(nsym_h5_set_text(file, "/", "spec", spec));
    return nsym_h5_set_text(file, "/", "attributes", facts);
}

static nsym_status write_blocks(nsym_h5 *file, const nsym_model *model) {
    nsym_network *network = model->network;
    uint64_t parameters = nsym_network_parameters(network), states = nsym_network_states(network);
    NSYM_TRY(nsym_h5_write(file, "parameters", NSYM_H5_FLOAT, 1, &parameters, nsym_network_values(network)));
    NSYM_TRY(nsym_h5_write(file, "state", NSYM_H5_FLOAT, 1, &states, nsym_network_state(network)));
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        uint64_t shape[2] = {2, nsym_model_width(nsym_model_spec_of(model), part)};
        if (shape[1])
            NSYM_TRY(nsym_h5_write(file, scaling_names[part], NSYM_H5_DOUBLE, 2, shape, model->scaling[part]));
    }
    uint64_t fingerprints = model->fingerprints.count;
    if (fingerprints == 0) return NSYM_OK;
    return nsym_h5_write(file, "fingerprints", NSYM_H5_UINT64, 1, &fingerprints, model->fingerprints.hash);
}

nsym_status nsym_model_save(const nsym_model *model, const char *path) {
    char *spec = NULL, *facts = NULL;
    nsym_h5 *file = NULL;
    nsym_status status = nsym_spec_to_json(&spec, nsym_model_spec_of(model));
    if (status == NSYM_OK) status = write_facts(&facts, model);
    if (status != NSYM_OK)
        nsym_fail_in(status, "%s: ", path);
    else
        status = nsym_h5_create(&file, path);
    if (status == NSYM_OK) status = write_texts(file, spec, facts);
    if (status == NSYM_OK) status = write_blocks(file, model);
    if (status == NSYM_OK)
        status = nsym_h5_commit(file);
    else
        nsym_h5_close(file);
    free(spec);
    free(facts);
    return status;
}

/* The texts of a file that says it is a model of a version we read. New. */
typedef struct texts {
    char *format, *version, *spec, *facts;
} texts;

static nsym_status read_texts(texts *t, nsym_h5 *file) {
    NSYM_TRY(nsym_h5_get_text(file, "/", "format", &t->format));
    if (!t->format || strcmp(t->format, format) != 0)
        return nsym_fail(NSYM_EFORMAT, "HDF5, but not a model: its attribute format is not \"%s\"", format);
    NSYM_TRY(nsym_h5_get_text(file, "/", "version", &t->version));
    long version = t->version ? strtol(t->version, NULL, 10) : 0;
    if (version > VERSION)
        return nsym_fail(NSYM_EFORMAT, "written by a newer nearsym (model version %ld, this one reads %d)", version,
                         (int)VERSION);
    if (version != VERSION) return nsym_fail(NSYM_EFORMAT, "its version is not a number");
    NSYM_TRY(nsym_h5_get_text(file, "/", "spec", &t->spec));
    NSYM_TRY(nsym_h5_get_text(file, "/", "attributes", &t->facts));
    if (t->spec && t->facts) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "it has no %s", t->spec ? "attributes" : "spec");
}

static nsym_status check_count(nsym_h5 *file, const char *name, size_t count) {
    nsym_h5_array array;
    NSYM_TRY(nsym_h5_describe(file, name, &array));
    if (array.size == count) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s holds %llu numbers, the spec asks for %zu", name, (unsigned long long)array.size,
                     count);
}

/* Compares the datasets' sizes with the spec before anything is made from it. */
static nsym_status check_counts(nsym_h5 *file, const nsym_model_spec *spec) {
    nsym_plan *plan = malloc(sizeof *plan);
    if (!plan) return nsym_fail(NSYM_ENOMEM, "no memory for a model");
    nsym_status status = nsym_plan_build(plan, spec);
    if (status != NSYM_OK) status = nsym_fail_in(NSYM_EFORMAT, "its spec is not valid: ");
    if (status == NSYM_OK) status = check_count(file, "parameters", plan->parameters);
    if (status == NSYM_OK) status = check_count(file, "state", plan->states);
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS && status == NSYM_OK; part++) {
        size_t width = nsym_model_width(spec, part);
        if (width) status = check_count(file, scaling_names[part], 2 * width);
    }
    free(plan);
    return status;
}

static nsym_status read_fingerprints(nsym_h5 *file, nsym_fingerprints *out) {
    nsym_h5_array array;
    if (!nsym_h5_has(file, "fingerprints")) return NSYM_OK;
    NSYM_TRY(nsym_h5_describe(file, "fingerprints", &array));
    if (array.dimensions != 1 || array.size > NSYM_FINGERPRINTS_MAX)
        return nsym_fail(NSYM_EFORMAT, "the fingerprints are %llu numbers, must be at most %d",
                         (unsigned long long)array.size, (int)NSYM_FINGERPRINTS_MAX);
    NSYM_TRY(nsym_h5_read(file, "fingerprints", NSYM_H5_UINT64, 0, array.size, out->hash));
    for (size_t i = 1; i < array.size; i++)
        if (out->hash[i] <= out->hash[i - 1])
            return nsym_fail(NSYM_EFORMAT, "the fingerprints are not in rising order");
    out->count = (size_t)array.size;
    return NSYM_OK;
}

static nsym_status read_blocks(nsym_h5 *file, nsym_model *model) {
    nsym_network *network = model->network;
    size_t parameters = nsym_network_parameters(network), states = nsym_network_states(network);
    NSYM_TRY(nsym_h5_read(file, "parameters", NSYM_H5_FLOAT, 0, parameters, nsym_network_values(network)));
    NSYM_TRY(nsym_h5_read(file, "state", NSYM_H5_FLOAT, 0, states, nsym_network_state(network)));
    for (nsym_model_part part = 0; part < NSYM_MODEL_PARTS; part++) {
        const double *mean = model->scaling[part];
        if (!mean) continue;
        NSYM_TRY(nsym_h5_read(file, scaling_names[part], NSYM_H5_DOUBLE, 0, 2, model->scaling[part]));
        size_t width = nsym_model_width(nsym_model_spec_of(model), part);
        if (nsym_model_standardise(model, part, mean, mean + width) != NSYM_OK) return NSYM_EFORMAT;
    }
    return NSYM_OK;
}

static nsym_status load(nsym_model **model, nsym_h5 *file, texts *t) {
    nsym_model_spec spec;
    NSYM_TRY(read_texts(t, file));
    NSYM_TRY(nsym_spec_from_json(&spec, t->spec));
    NSYM_TRY(check_counts(file, &spec));
    NSYM_TRY(nsym_model_new(model, &spec));
    NSYM_TRY(read_blocks(file, *model));
    NSYM_TRY(read_fingerprints(file, &(*model)->fingerprints));
    return read_facts(*model, t->facts);
}

nsym_status nsym_model_load(nsym_model **out, const char *path) {
    nsym_h5 *file;
    nsym_model *model = NULL;
    texts t = {0};
    NSYM_TRY(nsym_h5_check_seal(path, true));
    NSYM_TRY(nsym_h5_open(&file, path));
    nsym_status status = load(&model, file, &t);
    free(t.format), free(t.version), free(t.spec), free(t.facts);
    nsym_h5_close(file);
    if (status == NSYM_OK) {
        *out = model;
        return NSYM_OK;
    }
    nsym_model_free(model);
    if (!strstr(nsym_message(), path)) nsym_fail_in(status, "%s: ", path);
    return status;
}
