/* Named weights. The names are those of <initrwgt>, then those that the first event gives beyond them; where the first
   event gives none, the file has none. Every event must give all of them, by any of <wgt id='...'> and <weights> (a
   plain list in the order of the names, "1", "2", ... where nothing is declared); what is given twice must be equal. */
#include "base/fail.h"
#include "data/lhe_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static nsym_status reserve(nsym_lhe_reader *reader, size_t room) {
    if (room <= reader->weights.room) return NSYM_OK;
    if (room < 2 * reader->weights.room) room = 2 * reader->weights.room;
    double *values = realloc(reader->weights.values, room * sizeof *values);
    if (values) reader->weights.values = values;
    size_t *event = realloc(reader->weights.event, room * sizeof *event);
    if (event) reader->weights.event = event;
    size_t *order = realloc(reader->weights.order, room * sizeof *order);
    if (order) reader->weights.order = order;
    char **names = realloc(reader->header.weight_names, room * sizeof *names);
    if (names) reader->header.weight_names = names;
    if (!values || !event || !order || !names)
        return nsym_lhe_fail(reader, NSYM_ENOMEM, "no memory for %zu weights", room);
    for (size_t i = reader->weights.room; i < room; i++) {
        event[i] = 0;
        order[i] = i;
    }
    reader->weights.room = room;
    return NSYM_OK;
}

nsym_status nsym_lhe_weights_prepare(nsym_lhe_reader *reader) {
    reader->weights.declared = reader->header.weights;
    return reserve(reader, reader->header.weights);
}

void nsym_lhe_weights_begin(nsym_lhe_reader *reader) {
    reader->weights.given = 0;
}

static nsym_status add(nsym_lhe_reader *reader, const char *id, size_t length) {
    NSYM_TRY(reserve(reader, reader->header.weights + 1));
    char *name = strndup(id, length);
    if (!name) return nsym_lhe_fail(reader, NSYM_ENOMEM, "no memory for a weight's name");
    reader->header.weight_names[reader->header.weights++] = name;
    return NSYM_OK;
}

static bool is_named(const nsym_lhe_reader *reader, size_t index, const char *id, size_t length) {
    const char *name = reader->header.weight_names[index];
    return strncmp(name, id, length) == 0 && name[length] == '\0';
}

nsym_status nsym_lhe_weights_find(nsym_lhe_reader *reader, const char *id, size_t length, size_t *index) {
    size_t count = reader->header.weights, given = reader->weights.given;
    *index = given < count ? reader->weights.order[given] : 0;
    if (*index < count && is_named(reader, *index, id, length)) return NSYM_OK;
    for (*index = 0; *index < count; ++*index)
        if (is_named(reader, *index, id, length)) break;
    if (*index == count && reader->events > 1)
        return nsym_lhe_fail(reader, NSYM_EFORMAT,
                             "weight \"%.*s\" is none of the %zu that <initrwgt> and the first event name",
                             (int)(length < 60 ? length : 60), id, count);
    if (*index == count) NSYM_TRY(add(reader, id, length));
    if (given < reader->weights.room) reader->weights.order[given] = *index;
    return NSYM_OK;
}

nsym_status nsym_lhe_weights_find_position(nsym_lhe_reader *reader, size_t position, size_t *index) {
    *index = position;
    if (position < reader->header.weights) return NSYM_OK;
    if (reader->events > 1 || reader->weights.declared > 0)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "<weights> lists more than the %zu weights of this file",
                             reader->header.weights);
    char name[24];
    int length = snprintf(name, sizeof name, "%zu", position + 1);
    return add(reader, name, (size_t)length);
}

nsym_status nsym_lhe_weights_give(nsym_lhe_reader *reader, size_t index, double value) {
    bool again = reader->weights.event[index] == reader->events;
    if (again && reader->weights.values[index] != value)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "weight \"%s\" is given twice, as %.10g and as %.10g",
                             reader->header.weight_names[index], reader->weights.values[index], value);
    reader->weights.event[index] = reader->events;
    reader->weights.values[index] = value;
    reader->weights.given++;
    return NSYM_OK;
}

nsym_status nsym_lhe_weights_end(nsym_lhe_reader *reader) {
    nsym_lhe_header *header = &reader->header;
    if (reader->events == 1 && reader->weights.given == 0) {
        while (header->weights > 0) free(header->weight_names[--header->weights]);
        reader->weights.declared = 0;
    }
    for (size_t i = 0; i < header->weights; i++)
        if (reader->weights.event[i] != reader->events)
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "weight \"%s\" is missing, %s", header->weight_names[i],
                                 i < reader->weights.declared ? "which <initrwgt> declares"
                                                              : "which the first event gives");
    reader->event.weights = header->weights;
    reader->event.weights_values = header->weights ? reader->weights.values : NULL;
    return NSYM_OK;
}
