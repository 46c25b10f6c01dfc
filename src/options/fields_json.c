#include "options/fields_json.h"

#include <string.h>

static json_t *list_to_json(const nsym_field *f, const char *values) {
    size_t n = *(const size_t *)(const void *)(values + f->beside);
    const void *at = values + f->at;
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, f->kind == NSYM_FIELD_SIZES ? json_integer((json_int_t)((const size_t *)at)[i])
                                                                : json_real(((const double *)at)[i]));
    return list;
}

json_t *nsym_field_to_json(const nsym_field *f, const void *values) {
    const void *at = (const char *)values + f->at;
    switch (f->kind) {
    case NSYM_FIELD_BOOL:
        return json_boolean(*(const bool *)at);
    case NSYM_FIELD_SIZE:
        return json_integer((json_int_t) * (const size_t *)at);
    case NSYM_FIELD_NUMBER:
        return json_real(*(const double *)at);
    case NSYM_FIELD_WORD:
        return json_string(f->words[*(const unsigned *)at]);
    case NSYM_FIELD_SIZES:
    case NSYM_FIELD_NUMBERS:
        return list_to_json(f, values);
    case NSYM_FIELD_NAMES:
        return json_string(at);
    default:
        return NULL;
    }
}

static bool size_from_json(size_t *to, const json_t *value) {
    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    *to = (size_t)json_integer_value(value);
    return true;
}

static bool list_from_json(const nsym_field *f, char *values, const json_t *value) {
    size_t *n = (void *)(values + f->beside);
    void *at = values + f->at;
    if (!json_is_array(value) || json_array_size(value) > f->room) return false;
    *n = json_array_size(value);
    for (size_t i = 0; i < *n; i++) {
        const json_t *entry = json_array_get(value, i);
        if (f->kind == NSYM_FIELD_SIZES && !size_from_json((size_t *)at + i, entry)) return false;
        if (f->kind == NSYM_FIELD_NUMBERS) ((double *)at)[i] = json_number_value(entry);
        if (f->kind == NSYM_FIELD_NUMBERS && !json_is_number(entry)) return false;
    }
    return true;
}

static bool word_from_json(const nsym_field *f, unsigned *to, const json_t *value) {
    const char *word = json_string_value(value);
    for (*to = 0; word && f->words[*to]; ++*to)
        if (strcmp(word, f->words[*to]) == 0) return true;
    return false;
}

static bool names_from_json(const nsym_field *f, char *to, const json_t *value) {
    const char *text = json_string_value(value);
    if (!text || strlen(text) >= f->room) return false;
    strcpy(to, text);
    return true;
}

bool nsym_field_from_json(const nsym_field *f, void *values, const json_t *value) {
    void *at = (char *)values + f->at;
    switch (f->kind) {
    case NSYM_FIELD_BOOL:
        *(bool *)at = json_is_true(value);
        return json_is_boolean(value);
    case NSYM_FIELD_SIZE:
        return size_from_json(at, value);
    case NSYM_FIELD_NUMBER:
        *(double *)at = json_number_value(value);
        return json_is_number(value);
    case NSYM_FIELD_WORD:
        return word_from_json(f, at, value);
    case NSYM_FIELD_SIZES:
    case NSYM_FIELD_NUMBERS:
        return list_from_json(f, values, value);
    case NSYM_FIELD_NAMES:
        return names_from_json(f, at, value);
    default:
        return false;
    }
}
