/* What an LHE file holds beside numbers: kept as it stands, for another program to read. The parts of the present line
   that are read as numbers are cut out (nsym_lhe_use_from, nsym_lhe_use_to); comments of either kind, elements that are
   not known and attributes of <event> that are no numbers stay. */
#include "base/fail.h"
#include "data/lhe_events.h"
#include "data/lhe_number.h"
#include "data/lhe_reader.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 << 20, MAX_ATTRIBUTES = 64, NAME = 64 };

static bool is_blank(const char *text, size_t length) {
    while (length > 0 && strchr(" \t\r", *text)) text++, length--;
    return length == 0;
}

/* Keeps [taken, end) of the present line, with a line feed behind it. */
static nsym_status keep(nsym_lhe_reader *reader, size_t end) {
    const char *text = reader->raw + reader->taken;
    size_t length = end - reader->taken;
    while (length > 0 && text[length - 1] == '\r') length--;
    if (is_blank(text, length) && reader->hidden == NSYM_LHE_SHOWN) return NSYM_OK;
    if (reader->keep->used + length > LONGEST)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "here are more than 64 MiB of text that is not numbers");
    NSYM_TRY(nsym_lhe_append(reader->keep, text, length));
    return nsym_lhe_append(reader->keep, "\n", 1);
}

nsym_status nsym_lhe_use_from(nsym_lhe_reader *reader, const char *from) {
    if (!reader->keep || reader->using) return NSYM_OK;
    NSYM_TRY(keep(reader, (size_t)(from - reader->line)));
    reader->using = true;
    return NSYM_OK;
}

void nsym_lhe_use_to(nsym_lhe_reader *reader, const char *to) {
    reader->taken = (size_t)(to - reader->line);
    reader->using = false;
}

nsym_status nsym_lhe_keep_line(nsym_lhe_reader *reader) {
    if (!reader->line || !reader->keep || reader->using) return NSYM_OK;
    return keep(reader, strlen(reader->line));
}

/* Whether an attribute is a number that a double holds. */
static bool is_number(const nsym_lhe_attribute *attribute, double *value) {
    char text[NAME];
    if (attribute->value_length >= sizeof text) return false;
    memcpy(text, attribute->value, attribute->value_length);
    text[attribute->value_length] = '\0';
    const char *end = nsym_lhe_number_read(text, value);
    return end && *end == '\0' && isfinite(*value) && (fabs(*value) < 9007199254740992. || strpbrk(text, ".eEdD"));
}

/* Whether its name may be a column's. */
static bool is_name(const nsym_lhe_attribute *attribute) {
    if (attribute->name_length >= NAME || !nsym_lhe_is_name(attribute->name, attribute->name_length)) return false;
    for (size_t k = 0; k < NSYM_LHE_COLUMNS; k++)
        if (strlen(nsym_lhe_columns[k].name) == attribute->name_length &&
            memcmp(nsym_lhe_columns[k].name, attribute->name, attribute->name_length) == 0)
            return false;
    return attribute->name_length != 7 || memcmp(attribute->name, "weights", 7) != 0;
}

/* The column of an attribute; NSYM_NONE where it has none. */
static size_t find(const nsym_lhe_header *header, const nsym_lhe_attribute *attribute) {
    for (size_t i = 0; i < header->attributes; i++)
        if (strncmp(header->attribute_names[i], attribute->name, attribute->name_length) == 0 &&
            header->attribute_names[i][attribute->name_length] == '\0')
            return i;
    return NSYM_NONE;
}

static nsym_status add(nsym_lhe_reader *reader, const nsym_lhe_attribute *attribute) {
    nsym_lhe_header *header = &reader->header;
    if (header->attributes == reader->attribute_room) {
        size_t room = 2 * reader->attribute_room + 4;
        char **names = realloc(header->attribute_names, room * sizeof *names);
        if (names) header->attribute_names = names;
        double *values = realloc(reader->attribute_values, room * sizeof *values);
        if (values) reader->attribute_values = values;
        if (!names || !values) return nsym_lhe_fail(reader, NSYM_ENOMEM, "no memory for %zu attributes", room);
        reader->attribute_room = room;
    }
    char *name = strndup(attribute->name, attribute->name_length);
    if (!name) return nsym_lhe_fail(reader, NSYM_ENOMEM, "no memory for an attribute's name");
    reader->attribute_values[header->attributes] = NAN;
    header->attribute_names[header->attributes++] = name;
    return NSYM_OK;
}

/* Numbers that the first event has too are values; other attributes are notes. */
static nsym_status read_attributes(nsym_lhe_reader *reader, const char *tag, const char *end) {
    nsym_lhe_header *header = &reader->header;
    for (size_t i = 0; i < header->attributes; i++) reader->attribute_values[i] = NAN;
    nsym_lhe_attribute attribute;
    for (const char *p = tag + 1; nsym_lhe_next_attribute(&p, end, &attribute);) {
        double value;
        bool number = is_number(&attribute, &value);
        size_t at = find(header, &attribute);
        if (at == NSYM_NONE && number && reader->events == 1 && is_name(&attribute) &&
            header->attributes < MAX_ATTRIBUTES) {
            at = header->attributes;
            NSYM_TRY(add(reader, &attribute));
        }
        if (number && at != NSYM_NONE && isnan(reader->attribute_values[at])) {
            reader->attribute_values[at] = value;
            continue;
        }
        NSYM_TRY(nsym_lhe_append(&reader->note, " ", 1));
        NSYM_TRY(nsym_lhe_append(&reader->note, attribute.name, (size_t)(attribute.end - attribute.name)));
    }
    reader->event.attributes = header->attributes;
    reader->event.attribute_values = reader->attribute_values;
    return NSYM_OK;
}

static nsym_status end_part(nsym_lhe_reader *reader) {
    return nsym_lhe_append(&reader->note, "", 1);
}

nsym_status nsym_lhe_note_begin(nsym_lhe_reader *reader, const char *tag, const char *end) {
    reader->note.used = 0;
    NSYM_TRY(nsym_lhe_append(&reader->note, reader->between.text, reader->between.used));
    NSYM_TRY(end_part(reader));
    NSYM_TRY(read_attributes(reader, tag, end));
    NSYM_TRY(end_part(reader));
    nsym_lhe_use_to(reader, end);
    reader->keep = &reader->note;
    return NSYM_OK;
}

nsym_status nsym_lhe_note_end(nsym_lhe_reader *reader, const char *tag, const char *end) {
    NSYM_TRY(nsym_lhe_use_from(reader, tag));
    nsym_lhe_use_to(reader, end);
    NSYM_TRY(end_part(reader));
    reader->between.used = 0;
    reader->keep = &reader->between;
    return NSYM_OK;
}

nsym_status nsym_lhe_note_finish(nsym_lhe_reader *reader) {
    if (reader->ended && reader->between.used > 0) {
        NSYM_TRY(nsym_lhe_append(&reader->note, reader->between.text, reader->between.used));
        NSYM_TRY(end_part(reader));
    }
    bool nothing = reader->note.used == 3; /* zeros of the parts */
    reader->event.note = nothing ? NULL : reader->note.text;
    reader->event.note_length = nothing ? 0 : reader->note.used;
    return NSYM_OK;
}

/* The number behind `phrase`, blanks and a colon, in `text`; 0 where there is none. */
static double number_behind(const char *text, const char *phrase) {
    double value;
    const char *p = strstr(text, phrase);
    if (!p) return 0;
    p += strlen(phrase);
    p += strspn(p, " \t:=");
    return nsym_lhe_number_read(p, &value) && value >= 1 && value < 1e15 ? floor(value) : 0;
}

/* LHEF 3's <xsecinfo neve="...">, MadGraph's generation info, the card that POWHEG repeats. The events that were asked
   of MadGraph ("nevents") may be more than it made. */
double nsym_lhe_announced(const char *header) {
    const char *info = nsym_lhe_find_tag(header, header + strlen(header), "xsecinfo");
    const char *end = info ? nsym_lhe_tag_end(info) : NULL;
    size_t length;
    const char *count = end ? nsym_lhe_tag_attribute(info, end, "neve", &length) : NULL;
    if (count) {
        nsym_lhe_attribute attribute = {.value = count, .value_length = length};
        double value;
        if (is_number(&attribute, &value) && value >= 1) return floor(value);
    }
    double generated = number_behind(header, "#  Number of Events");
    if (generated > 0 || !strstr(header, "POWHEG")) return generated;
    return number_behind(header, "\nnumevts");
}
