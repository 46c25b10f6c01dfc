#include "nn/spec_json.h"

#include "base/fail.h"
#include "nn/activation.h"
#include "options/fields_json.h"

#include <stdlib.h>
#include <string.h>

#define AT(place) .at = offsetof(nsym_model_spec, place)
#define LAYERS(place) AT(place.size), .beside = offsetof(nsym_model_spec, place.count), .room = NSYM_SIZES_MAX

static const char *const kinds[] = {"fcn", "pfn", "hybrid", "cnn", "efn", NULL};
const char *const nsym_norm_words[] = {"none", "feature", "slot", NULL};
const char *const nsym_pooling_words[] = {"sum", "mean", NULL};
const char *const nsym_combination_words[] = {"sum",          "concat_weighted", "concat_weights",
                                              "concat_input", "concat",          NULL};
const char *const nsym_initialisation_words[] = {"pytorch",   "glorot_uniform", "glorot_normal",
                                                 "he_normal", "orthogonal",     NULL};

/* Specs of older files lack the late members, which then are 0. Those that are told where they are not 0 alone leave a
   file as older programs read it. */
enum { FIRST, LATE, LATE_UNLESS_0 };

/* The members of a spec; those of no kind are inputs. */
static const nsym_field members[] = {
    {"kind", NSYM_FIELD_WORD, AT(kind), .words = kinds},
    {"particle_input", NSYM_FIELD_ANY, AT(particle_input)},
    {"event_input", NSYM_FIELD_ANY, AT(event_input)},
    {"weight_input", NSYM_FIELD_ANY, AT(gate_input)},
    {"slots", NSYM_FIELD_SIZE, AT(slots)},
    {"particle_map", NSYM_FIELD_SIZES, LAYERS(particle_map)},
    {"event_map", NSYM_FIELD_SIZES, LAYERS(event_map)},
    {"weight_map", NSYM_FIELD_SIZES, LAYERS(gate_map)},
    {"latent", NSYM_FIELD_SIZE, AT(latent)},
    {"hidden", NSYM_FIELD_SIZES, LAYERS(hidden)},
    {"norm", NSYM_FIELD_WORD, AT(norm), .words = nsym_norm_words},
    {"activation", NSYM_FIELD_WORD, AT(activation), .words = nsym_activation_words},
    {"leak", NSYM_FIELD_NUMBER, AT(leak)},
    {"pool", NSYM_FIELD_WORD, AT(pooling), .words = nsym_pooling_words},
    {"mix", NSYM_FIELD_WORD, AT(combination), .words = nsym_combination_words},
    {"padded", NSYM_FIELD_SIZE, AT(padded), .group = LATE},
    {"columns", NSYM_FIELD_NAMES, AT(columns), .room = NSYM_COLUMNS_SIZE, .group = LATE},
    {"column_transforms", NSYM_FIELD_NAMES, AT(column_transforms), .room = NSYM_COLUMNS_SIZE, .group = LATE},
    {"features", NSYM_FIELD_NAMES, AT(features), .room = NSYM_FEATURES_SIZE, .group = LATE},
    {"feature_transforms", NSYM_FIELD_NAMES, AT(feature_transforms), .room = NSYM_FEATURES_SIZE, .group = LATE},
    {"gate_columns", NSYM_FIELD_NAMES, AT(gate_columns), .room = NSYM_FEATURES_SIZE, .group = LATE},
    {"gate_transforms", NSYM_FIELD_NAMES, AT(gate_transforms), .room = NSYM_FEATURES_SIZE, .group = LATE},
    {"linear_first", NSYM_FIELD_BOOL, AT(linear_first), .group = LATE},
    {"dropout", NSYM_FIELD_NUMBER, AT(dropout), .group = LATE},
    {"image_rows", NSYM_FIELD_SIZE, AT(image_rows), .group = LATE},
    {"image_columns", NSYM_FIELD_SIZE, AT(image_columns), .group = LATE},
    {"filters", NSYM_FIELD_SIZES, LAYERS(filters), .group = LATE},
    {"convolutions", NSYM_FIELD_SIZE, AT(convolutions), .group = LATE},
    {"kernel", NSYM_FIELD_SIZE, AT(kernel), .group = LATE},
    {"initialisation", NSYM_FIELD_WORD, AT(initialisation), .words = nsym_initialisation_words, .group = LATE},
    {"classes", NSYM_FIELD_SIZE, AT(classes), .group = LATE_UNLESS_0},
    {"weight_set", NSYM_FIELD_BOOL, AT(gate_set), .group = LATE_UNLESS_0},
    {"references", NSYM_FIELD_NAMES, AT(references), .room = NSYM_REFERENCES_SIZE, .group = LATE_UNLESS_0},
    {"lola", NSYM_FIELD_SIZE, AT(lola), .group = LATE_UNLESS_0},
};
enum { MEMBERS = sizeof members / sizeof *members };

_Static_assert(sizeof(nsym_model_kind) == sizeof(unsigned) && sizeof(nsym_combination) == sizeof(unsigned), "words");

static json_t *write_member(const nsym_field *m, const nsym_model_spec *spec) {
    const nsym_input *input = (const void *)((const char *)spec + m->at);
    if (m->kind != NSYM_FIELD_ANY) return nsym_field_to_json(m, spec);
    return json_pack("{s:s, s:I}", "name", input->name, "width", (json_int_t)input->width);
}

static bool is_0(const nsym_field *m, const nsym_model_spec *spec) {
    const void *at = (const char *)spec + m->at;
    if (m->kind == NSYM_FIELD_NAMES) return *(const char *)at == '\0';
    return m->kind == NSYM_FIELD_BOOL ? !*(const bool *)at : *(const size_t *)at == 0;
}

nsym_status nsym_spec_to_json(char **out, const nsym_model_spec *spec) {
    json_t *object = json_object();
    bool whole = object != NULL;
    for (size_t i = 0; i < MEMBERS; i++) {
        if (members[i].group == LATE_UNLESS_0 && is_0(&members[i], spec)) continue;
        json_t *value = write_member(&members[i], spec);
        whole = json_object_set_new(object, members[i].key, value) == 0 && whole;
    }
    *out = whole ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(object);
    return *out ? NSYM_OK : nsym_fail(NSYM_EINVAL, "the spec cannot be written: a name in it is not UTF-8 text");
}

/* What a card calls a member. */
static const char *card_name(const char *member) {
    static const char *const names[][2] = {{"particle_input", "particles"},
                                           {"event_input", "event"},
                                           {"weight_input", "gate"},
                                           {"weight_map", "gate_map"},
                                           {"pool", "pooling"},
                                           {"mix", "combination"},
                                           {"weight_set", "gate_set"},
                                           {"features", "particles"},
                                           {"feature_transforms", "particles"},
                                           {"column_transforms", "event"},
                                           {"gate_columns", "gate"},
                                           {"gate_transforms", "gate"},
                                           {"image_rows", "the grid's rows"},
                                           {"image_columns", "the grid's columns"},
                                           {"classes", "the number of classes"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], member) == 0) return names[i][1];
    return member;
}

/* The value of a member as text, without the width of an input that is unnamed; new, or NULL. */
static char *member_text(const nsym_field *m, const nsym_model_spec *spec) {
    json_t *value = write_member(m, spec);
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    json_decref(value);
    return text;
}

nsym_status nsym_spec_same(const nsym_model_spec *spec, const nsym_model_spec *other) {
    for (size_t i = 0; i < MEMBERS; i++) {
        const nsym_field *m = &members[i];
        if (strcmp(m->key, "dropout") == 0 || strcmp(m->key, "initialisation") == 0) continue;
        char *a = member_text(m, spec), *b = member_text(m, other);
        bool there = a && b, same = there && strcmp(a, b) == 0;
        nsym_status status = NSYM_OK;
        if (!there) status = nsym_fail(NSYM_ENOMEM, "no memory to compare two models");
        if (there && !same)
            status = nsym_fail(NSYM_EINVAL, "%s is %s in the network and %s in the model", card_name(m->key), a, b);
        free(a);
        free(b);
        if (!same) return status;
    }
    return NSYM_OK;
}

static bool read_member(const nsym_field *m, nsym_model_spec *spec, const json_t *value) {
    if (m->kind != NSYM_FIELD_ANY) return nsym_field_from_json(m, spec, value);
    nsym_input *input = (void *)((char *)spec + m->at);
    const char *name = json_string_value(json_object_get(value, "name"));
    const json_t *width = json_object_get(value, "width");
    if (json_object_size(value) != 2 || !name || strlen(name) >= NSYM_INPUT_NAME) return false;
    if (!json_is_integer(width) || json_integer_value(width) < 0) return false;
    strcpy(input->name, name);
    input->width = (size_t)json_integer_value(width);
    return true;
}

nsym_status nsym_spec_from_json(nsym_model_spec *out, const char *text) {
    json_error_t error;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(object)) {
        json_decref(object);
        return nsym_fail(NSYM_EFORMAT, "the spec is not a JSON object: %s", object ? "another value" : error.text);
    }
    memset(out, 0, sizeof *out);
    nsym_status status = NSYM_OK;
    size_t known = MEMBERS;
    for (size_t i = 0; i < MEMBERS && status == NSYM_OK; i++) {
        const json_t *value = json_object_get(object, members[i].key);
        if (!value && members[i].group != FIRST) {
            known--;
            continue;
        }
        if (!value || !read_member(&members[i], out, value))
            status = nsym_fail(NSYM_EFORMAT, "the spec's member %s is %s", members[i].key,
                               value ? "of the wrong type" : "missing");
    }
    if (status == NSYM_OK && json_object_size(object) != known)
        status = nsym_fail(NSYM_EFORMAT, "the spec has %zu members, this program knows %zu of them",
                           json_object_size(object), known);
    json_decref(object);
    return status;
}
