#include "convert_inputs.h"
#include "commands.h"
#include "tell.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1000 }; /* letters of an attribute that is remembered: no file's whole header */

/* What is told of every file, and what is nobody's attribute. */
static const char *const always[] = {"file",      "events",         "cross_section_pb", "cross_section_error_pb",
                                     "generator", "beam_energy_gev"};
enum { ALWAYS = sizeof always / sizeof *always };

/* The record of input `i`; new where it is its first block. NULL: no memory, or a name that is no text. */
static json_t *record_of(input_records *records, const char *path, size_t i) {
    if (!records->list) records->list = json_array();
    if (i < json_array_size(records->list)) return json_array_get(records->list, i);
    json_t *record = json_pack("{s:s, s:i}", "file", path, "events", 0);
    if (!record || !records->list || json_array_append_new(records->list, record) != 0) return NULL;
    return record;
}

/* Lists of words are joined, not remembered. */
static void note_attributes(json_t *record, const nsym_events *events) {
    for (size_t k = 0; k < events->attributes; k++) {
        const nsym_attribute *a = &events->attribute[k];
        if (strlen(a->value) > LONGEST || strncmp(a->name, "categories:", 11) == 0 || strcmp(a->name, "file") == 0 ||
            strcmp(a->name, "events") == 0)
            continue;
        json_object_set_new(record, a->name, json_string(a->value));
    }
}

int note_input(input_records *records, const char *path, size_t i, nsym_events *events) {
    double *number = NULL;
    nsym_column *there = nsym_events_column(events, "input");
    if (there && there->width == 1)
        number = there->values; /* of an earlier join */
    else if (nsym_events_add_column(events, "input", "", "number of the joined file that the event is of, from 0", 1,
                                    &number) != NSYM_OK)
        return command_failed();
    for (size_t e = 0; e < events->count; e++) number[e] = (double)i;
    json_t *record = record_of(records, path, i);
    if (!record) {
        tell_error("%s: its name is not UTF-8 text, or there is no memory", path);
        return 1;
    }
    json_int_t before = json_integer_value(json_object_get(record, "events"));
    json_object_set_new(record, "events", json_integer(before + (json_int_t)events->count));
    note_attributes(record, events);
    return 0;
}

/* Is a fact the same of all inputs? */
static bool is_shared(const json_t *list, const char *fact) {
    const json_t *first = json_object_get(json_array_get(list, 0), fact);
    for (size_t i = 1; i < json_array_size(list); i++)
        if (!first || !json_equal(first, json_object_get(json_array_get(list, i), fact))) return false;
    return true;
}

static bool is_always_told(const char *fact) {
    for (size_t k = 0; k < ALWAYS; k++)
        if (strcmp(fact, always[k]) == 0) return true;
    return false;
}

/* What all inputs share is an attribute of the whole. */
static void drop_shared(json_t *list) {
    json_t *first = json_array_get(list, 0);
    const char *fact;
    json_t *value;
    void *next;
    json_object_foreach_safe(first, next, fact, value) {
        if (is_always_told(fact) || !is_shared(list, fact)) continue;
        for (size_t i = json_array_size(list); i-- > 0;) /* the first, whose name `fact` is, last */
            json_object_del(json_array_get(list, i), fact);
    }
}

int tell_inputs(const input_records *records, nsym_events_writer *writer) {
    drop_shared(records->list);
    char *text = json_dumps(records->list, JSON_COMPACT);
    nsym_status status = text ? nsym_events_writer_set_attribute(writer, "inputs", text) : NSYM_ENOMEM;
    free(text);
    return status == NSYM_OK ? 0 : command_failed();
}

void free_inputs(input_records *records) {
    json_decref(records->list);
    records->list = NULL;
}
