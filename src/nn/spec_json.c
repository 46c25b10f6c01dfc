#include "nn/spec_json.h"

#include "base/fail.h"
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

enum { CHOICES = 5 };

static const char *const kinds[CHOICES] = {"fcn", "pfn", "hybrid", "cnn", "efn"};
static const char *const norms[CHOICES] = {"none", "feature", "slot"};
static const char *const activations[CHOICES] = {"relu", "leaky_relu"};
static const char *const pools[CHOICES] = {"sum", "mean"};
static const char *const mixes[CHOICES] = {"sum", "concat_weighted", "concat_weights", "concat_input"};

static const char *const initialisations[CHOICES] = {"pytorch", "glorot_uniform", "glorot_normal", "he_normal",
                                                     "orthogonal"};

typedef enum member_type { INPUT, SIZE, SIZES, NUMBER, CHOICE, FLAG, COLUMNS } member_type;

/* Where a member stands in nsym_model_spec. Every choice is an enum, which is read and written as an unsigned int.
   Specs of older files lack the late members, which then are 0. */
static const struct member {
    const char *key;
    member_type type;
    size_t offset;
    const char *const *words;
    bool late;
} members[] = {
    {"kind", CHOICE, offsetof(nsym_model_spec, kind), kinds, false},
    {"particle_input", INPUT, offsetof(nsym_model_spec, particle_input), NULL, false},
    {"event_input", INPUT, offsetof(nsym_model_spec, event_input), NULL, false},
    {"weight_input", INPUT, offsetof(nsym_model_spec, weight_input), NULL, false},
    {"slots", SIZE, offsetof(nsym_model_spec, slots), NULL, false},
    {"particle_map", SIZES, offsetof(nsym_model_spec, particle_map), NULL, false},
    {"event_map", SIZES, offsetof(nsym_model_spec, event_map), NULL, false},
    {"weight_map", SIZES, offsetof(nsym_model_spec, weight_map), NULL, false},
    {"latent", SIZE, offsetof(nsym_model_spec, latent), NULL, false},
    {"hidden", SIZES, offsetof(nsym_model_spec, hidden), NULL, false},
    {"norm", CHOICE, offsetof(nsym_model_spec, norm), norms, false},
    {"activation", CHOICE, offsetof(nsym_model_spec, activation), activations, false},
    {"leak", NUMBER, offsetof(nsym_model_spec, leak), NULL, false},
    {"pool", CHOICE, offsetof(nsym_model_spec, pool), pools, false},
    {"mix", CHOICE, offsetof(nsym_model_spec, mix), mixes, false},
    {"padded", SIZE, offsetof(nsym_model_spec, padded), NULL, true},
    {"columns", COLUMNS, offsetof(nsym_model_spec, columns), NULL, true},
    {"linear_first", FLAG, offsetof(nsym_model_spec, linear_first), NULL, true},
    {"dropout", NUMBER, offsetof(nsym_model_spec, dropout), NULL, true},
    {"image_rows", SIZE, offsetof(nsym_model_spec, image_rows), NULL, true},
    {"image_columns", SIZE, offsetof(nsym_model_spec, image_columns), NULL, true},
    {"filters", SIZES, offsetof(nsym_model_spec, filters), NULL, true},
    {"convolutions", SIZE, offsetof(nsym_model_spec, convolutions), NULL, true},
    {"kernel", SIZE, offsetof(nsym_model_spec, kernel), NULL, true},
    {"initialisation", CHOICE, offsetof(nsym_model_spec, initialisation), initialisations, true},
};
enum { MEMBERS = sizeof members / sizeof *members };

_Static_assert(sizeof(nsym_model_kind) == sizeof(unsigned) && sizeof(nsym_mix) == sizeof(unsigned), "choices");

static json_t *write_sizes(const nsym_sizes *sizes) {
    json_t *list = json_array();
    for (size_t i = 0; i < sizes->count; i++) json_array_append_new(list, json_integer((json_int_t)sizes->size[i]));
    return list;
}

static json_t *write_member(const struct member *m, const void *from) {
    const nsym_input *input = from;
    switch (m->type) {
    case INPUT:
        return json_pack("{s:s, s:I}", "name", input->name, "width", (json_int_t)input->width);
    case SIZE:
        return json_integer((json_int_t) * (const size_t *)from);
    case SIZES:
        return write_sizes(from);
    case NUMBER:
        return json_real(*(const double *)from);
    case FLAG:
        return json_boolean(*(const bool *)from);
    case COLUMNS:
        return json_string(from);
    case CHOICE:
        break;
    }
    return json_string(m->words[*(const unsigned *)from]);
}

nsym_status nsym_spec_to_json(char **out, const nsym_model_spec *spec) {
    json_t *object = json_object();
    bool whole = object != NULL;
    for (size_t i = 0; i < MEMBERS; i++) {
        json_t *value = write_member(&members[i], (const char *)spec + members[i].offset);
        whole = json_object_set_new(object, members[i].key, value) == 0 && whole;
    }
    *out = whole ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(object);
    return *out ? NSYM_OK : nsym_fail(NSYM_EINVAL, "the spec cannot be written: a name in it is not UTF-8 text");
}

static bool read_size(size_t *to, const json_t *value) {
    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    *to = (size_t)json_integer_value(value);
    return true;
}

static bool read_sizes(nsym_sizes *to, const json_t *value) {
    if (!json_is_array(value) || json_array_size(value) > NSYM_SIZES_MAX) return false;
    to->count = json_array_size(value);
    for (size_t i = 0; i < to->count; i++)
        if (!read_size(&to->size[i], json_array_get(value, i))) return false;
    return true;
}

static bool read_input(nsym_input *to, const json_t *value) {
    const char *name = json_string_value(json_object_get(value, "name"));
    if (json_object_size(value) != 2 || !name || strlen(name) >= NSYM_INPUT_NAME) return false;
    strcpy(to->name, name);
    return read_size(&to->width, json_object_get(value, "width"));
}

static bool read_columns(char to[NSYM_COLUMNS_SIZE], const json_t *value) {
    const char *text = json_string_value(value);
    if (!text || strlen(text) >= NSYM_COLUMNS_SIZE) return false;
    strcpy(to, text);
    return true;
}

static bool read_choice(unsigned *to, const json_t *value, const char *const *words) {
    const char *word = json_string_value(value);
    for (unsigned i = 0; word && i < CHOICES && words[i]; i++) {
        if (strcmp(word, words[i]) != 0) continue;
        *to = i;
        return true;
    }
    return false;
}

static bool read_member(const struct member *m, void *to, const json_t *value) {
    switch (m->type) {
    case INPUT:
        return read_input(to, value);
    case SIZE:
        return read_size(to, value);
    case SIZES:
        return read_sizes(to, value);
    case NUMBER:
        *(double *)to = json_number_value(value);
        return json_is_number(value);
    case FLAG:
        *(bool *)to = json_is_true(value);
        return json_is_boolean(value);
    case COLUMNS:
        return read_columns(to, value);
    case CHOICE:
        break;
    }
    return read_choice(to, value, m->words);
}

nsym_status nsym_spec_from_json(nsym_model_spec *out, const char *text) {
    json_error_t error;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(object)) {
        json_decref(object);
        return nsym_fail(NSYM_EFORMAT, "the spec is no JSON object: %s", object ? "another value" : error.text);
    }
    memset(out, 0, sizeof *out);
    nsym_status status = NSYM_OK;
    size_t known = MEMBERS;
    for (size_t i = 0; i < MEMBERS && status == NSYM_OK; i++) {
        const json_t *value = json_object_get(object, members[i].key);
        if (!value && members[i].late) {
            known--;
            continue;
        }
        if (!value || !read_member(&members[i], (char *)out + members[i].offset, value))
            status = nsym_fail(NSYM_EFORMAT, "the spec's member %s is %s", members[i].key,
                               value ? "not what it should be" : "missing");
    }
    if (status == NSYM_OK && json_object_size(object) != known)
        status = nsym_fail(NSYM_EFORMAT, "the spec has %zu members, this program knows %zu of them",
                           json_object_size(object), known);
    json_decref(object);
    return status;
}
