/* Named weights. The names are those of <initrwgt>, then those that the first event gives beyond them; where the first
   event gives none, the file has none. An event gives them by any of <wgt id='...'> and <weights> (a plain list in the
   order of the names, "1", "2", ... where nothing is declared); what is given twice must be equal. A list that stands
   beside <wgt> in the first event and says something else has weights of its own: "weights_1", "weights_2", ... What an
   event does not give is NaN. */
#include "base/fail.h"
#include "data/lhe_reader.h"

#include <math.h>
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

void nsym_lhe_weights_free(nsym_lhe_reader *reader) {
    nsym_lhe_free_names(reader->header.weight_names, reader->header.weights);
    free(reader->weights.values);
    free(reader->weights.event);
    free(reader->weights.order);
    free(reader->weights.list);
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
    if (*index == count && count == 0 && reader->events > 1)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "weight \"%.*s\", but the first event has no weights",
                             (int)(length < 60 ? length : 60), id);
    if (*index == count && reader->events > 1)
        return nsym_lhe_fail(reader, NSYM_EFORMAT,
                             "weight \"%.*s\" is not among the %zu that <initrwgt> and the first event name",
                             (int)(length < 60 ? length : 60), id, count);
    if (*index == count) NSYM_TRY(add(reader, id, length));
    if (given < reader->weights.room) reader->weights.order[given] = *index;
    return NSYM_OK;
}

/* The weight at `position` of a list that has the names of the file. */
static nsym_status find_position(nsym_lhe_reader *reader, size_t position, size_t *index) {
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
    if (isnan(value)) { /* said to be missing */
        reader->weights.given++;
        return NSYM_OK;
    }
    bool again = reader->weights.event[index] == reader->events;
    if (again && reader->weights.values[index] != value)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "weight \"%s\" is given twice, as %.10g and as %.10g",
                             reader->header.weight_names[index], reader->weights.values[index], value);
    reader->weights.event[index] = reader->events;
    reader->weights.values[index] = value;
    reader->weights.given++;
    return NSYM_OK;
}

/* Remembers a value of the first event's list. */
static nsym_status note_listed(nsym_lhe_reader *reader, size_t position, double value) {
    size_t room = reader->weights.list_room;
    if (position >= room) {
        room = 2 * room + 16;
        double *list = realloc(reader->weights.list, room * sizeof *list);
        if (!list) return nsym_lhe_fail(reader, NSYM_ENOMEM, "no memory for %zu weights", room);
        reader->weights.list = list;
        reader->weights.list_room = room;
    }
    if (position == reader->weights.listed) {
        reader->weights.list[reader->weights.listed++] = value;
    } else if (reader->weights.list[position] != value) {
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "value %zu of <weights> is given twice, as %.10g and as %.10g",
                             position + 1, reader->weights.list[position], value);
    }
    return NSYM_OK;
}

/* Gives the weight at `position` of a list, as far as it is there. */
static nsym_status give_at(nsym_lhe_reader *reader, size_t position, double value) {
    size_t index = reader->weights.list_first + position;
    if (!reader->weights.list_apart)
        NSYM_TRY(find_position(reader, position, &index));
    else if (position >= reader->weights.listed)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "<weights> lists more than the first event's %zu weights",
                             reader->weights.listed);
    return nsym_lhe_weights_give(reader, index, value);
}

nsym_status nsym_lhe_weights_give_listed(nsym_lhe_reader *reader, size_t position, double value) {
    return reader->events == 1 ? note_listed(reader, position, value) : give_at(reader, position, value);
}

/* Whether the first event's list says the same as its named weights. */
static bool list_repeats(const nsym_lhe_reader *reader) {
    if (reader->weights.listed > reader->header.weights) return false;
    for (size_t i = 0; i < reader->weights.listed; i++)
        if (reader->weights.event[i] == reader->events && reader->weights.values[i] != reader->weights.list[i])
            return false;
    return true;
}

/* Gives the list of the first event its names and values. */
static nsym_status settle_list(nsym_lhe_reader *reader) {
    size_t listed = reader->weights.listed;
    reader->weights.list_apart = listed > 0 && reader->weights.given > 0 && !list_repeats(reader);
    reader->weights.list_first = reader->header.weights;
    for (size_t i = 0; reader->weights.list_apart && i < listed; i++) {
        char name[40];
        int length = snprintf(name, sizeof name, "weights_%zu", i + 1);
        for (size_t k = 0; k < reader->weights.list_first; k++)
            if (is_named(reader, k, name, (size_t)length))
                return nsym_lhe_fail(reader, NSYM_EFORMAT,
                                     "a weight is named \"%s\", like value %zu of the list <weights> in the same event",
                                     name, i + 1);
        NSYM_TRY(add(reader, name, (size_t)length));
    }
    for (size_t i = 0; i < listed; i++) NSYM_TRY(give_at(reader, i, reader->weights.list[i]));
    return NSYM_OK;
}

/* Sets the weights that the event does not give to NaN, and counts such events. */
static void fill_missing(nsym_lhe_reader *reader) {
    bool lacking = false;
    for (size_t i = 0; i < reader->header.weights; i++) {
        if (reader->weights.event[i] == reader->events) continue;
        reader->weights.values[i] = NAN;
        if (!lacking && reader->weights.events_lacking++ == 0) {
            reader->weights.first_lacking = reader->events;
            reader->weights.lacking = i;
        }
        lacking = true;
    }
}

nsym_status nsym_lhe_weights_end(nsym_lhe_reader *reader) {
    nsym_lhe_header *header = &reader->header;
    if (reader->events == 1) NSYM_TRY(settle_list(reader));
    if (reader->events == 1 && reader->weights.given == 0) {
        while (header->weights > 0) free(header->weight_names[--header->weights]);
        reader->weights.declared = 0;
    }
    fill_missing(reader);
    reader->event.weights = header->weights;
    reader->event.weights_values = header->weights ? reader->weights.values : NULL;
    return NSYM_OK;
}
