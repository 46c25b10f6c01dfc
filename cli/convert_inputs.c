#include "convert_inputs.h"
#include "commands.h"
#include "tell.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Facts of one file, which do not hold for several. */
static const char *const facts[] = {"cross_section_pb", "cross_section_error_pb", "generator", "beam_energy_gev"};
enum { FACTS = sizeof facts / sizeof *facts };

int note_input(input_records *records, const char *path, size_t i, nsym_events *events) {
    double *number = NULL;
    nsym_column *there = nsym_events_column(events, "input");
    if (there && there->width == 1)
        number = there->values; /* of an earlier join */
    else if (nsym_events_add_column(events, "input", "", "number of the joined file that the event is of, from 0", 1,
                                    &number) != NSYM_OK)
        return command_failed();
    for (size_t e = 0; e < events->count; e++) number[e] = (double)i;
    json_t *record = json_pack("{s:s, s:I}", "file", path, "events", (json_int_t)events->count);
    for (size_t k = 0; record && k < FACTS; k++) {
        const char *value = nsym_events_attribute(events, facts[k]);
        if (value) json_object_set_new(record, facts[k], json_string(value));
    }
    if (!records->list) records->list = json_array();
    if (record && records->list && json_array_append_new(records->list, record) == 0) return 0;
    tell_error("%s: its name is not UTF-8 text, or there is no memory", path);
    return 1;
}

/* Is a fact the same of all inputs? */
static bool is_shared(const json_t *list, const char *fact) {
    const json_t *first = json_object_get(json_array_get(list, 0), fact);
    for (size_t i = 1; i < json_array_size(list); i++)
        if (!first || !json_equal(first, json_object_get(json_array_get(list, i), fact))) return false;
    return true;
}

int tell_inputs(const input_records *records, nsym_events *all) {
    char *text = json_dumps(records->list, JSON_COMPACT);
    nsym_status status = text ? nsym_events_set_attribute(all, "inputs", text) : NSYM_ENOMEM;
    free(text);
    for (size_t k = 0; status == NSYM_OK && k < FACTS; k++)
        if (nsym_events_attribute(all, facts[k]) && !is_shared(records->list, facts[k]))
            status = nsym_events_set_attribute(all, facts[k], "see inputs");
    return status == NSYM_OK ? 0 : command_failed();
}

void free_inputs(input_records *records) {
    json_decref(records->list);
    records->list = NULL;
}
