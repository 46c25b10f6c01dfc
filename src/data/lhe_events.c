/* A whole LHE file as a sample in memory. */
#include "data/lhe_events.h"
#include "base/fail.h"
#include "data/events.h"
#include "data/formats.h"
#include "data/lhe_number.h"
#include "data/lhe_reader.h"
#include "data/texts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const nsym_lhe_feature_names[NSYM_LHE_FEATURES] = {"pdg",     "status",   "mother1", "mother2", "colour1",
                                                               "colour2", "px",       "py",      "pz",      "energy",
                                                               "mass",    "lifetime", "spin"};
static const char *const feature_units[NSYM_LHE_FEATURES] = {"",    "",    "",    "",    "",   "", "GeV",
                                                             "GeV", "GeV", "GeV", "GeV", "mm", ""};

const nsym_lhe_column nsym_lhe_columns[NSYM_LHE_COLUMNS] = {
    {"weight", "", "event weight (XWGTUP)"},
    {"scale", "GeV", "scale of the event (SCALUP)"},
    {"alpha_qed", "", "electromagnetic coupling at the scale"},
    {"alpha_qcd", "", "strong coupling at the scale"},
    {"process", "", "number of the process (IDPRUP)"},
};

/* What is read so far; arrays grow to twice their size. */
typedef struct gathered {
    size_t count, rows, weights, attributes, note_bytes;
    size_t event_room, row_room, note_room;
    uint64_t *offsets;                 /* (event_room + 1) */
    double *columns[NSYM_LHE_COLUMNS]; /* (event_room) each */
    double *named;                     /* (event_room, weights) */
    double **attribute;                /* (attributes) of (event_room) each */
    double *particles;                 /* (row_room, NSYM_LHE_FEATURES) */
    char *notes;                       /* (note_room) */
    uint64_t *note_offsets;            /* (event_room + 1) */
} gathered;

static void free_gathered(gathered *all) {
    free(all->offsets);
    for (size_t k = 0; k < NSYM_LHE_COLUMNS; k++) free(all->columns[k]);
    for (size_t k = 0; all->attribute && k < all->attributes; k++) free(all->attribute[k]);
    free(all->attribute);
    free(all->named);
    free(all->particles);
    free(all->notes);
    free(all->note_offsets);
}

static bool resize(double **array, size_t count, size_t width) {
    if (count > SIZE_MAX / sizeof(double) / width) return false;
    double *grown = realloc(*array, (count > 0 ? count : 1) * width * sizeof(double));
    if (grown) *array = grown;
    return grown != NULL;
}

static bool resize_events(gathered *all, size_t room) {
    uint64_t *offsets = realloc(all->offsets, (room + 1) * sizeof *offsets);
    if (offsets) all->offsets = offsets;
    uint64_t *note_offsets = realloc(all->note_offsets, (room + 1) * sizeof *note_offsets);
    if (note_offsets) all->note_offsets = note_offsets;
    bool done = offsets && note_offsets;
    for (size_t k = 0; done && k < NSYM_LHE_COLUMNS; k++) done = resize(&all->columns[k], room, 1);
    for (size_t k = 0; done && k < all->attributes; k++) done = resize(&all->attribute[k], room, 1);
    if (done && all->weights) done = resize(&all->named, room, all->weights);
    all->event_room = room;
    return done;
}

static bool resize_rows(gathered *all, size_t room) {
    all->row_room = room;
    return resize(&all->particles, room, NSYM_LHE_FEATURES);
}

static bool gather_note(gathered *all, const nsym_lhe_event *event) {
    if (event->note_length > all->note_room - all->note_bytes) {
        size_t room = 2 * (all->note_bytes + event->note_length);
        char *notes = realloc(all->notes, room);
        if (!notes) return false;
        all->notes = notes;
        all->note_room = room;
    }
    if (event->note) memcpy(all->notes + all->note_bytes, event->note, event->note_length);
    all->note_bytes += event->note_length;
    all->note_offsets[all->count + 1] = all->note_bytes;
    return true;
}

static bool gather(gathered *all, const nsym_lhe_event *event) {
    if (all->count == all->event_room && !resize_events(all, 2 * all->event_room)) return false;
    if (event->particles > all->row_room - all->rows && !resize_rows(all, 2 * (all->rows + event->particles)))
        return false;
    if (!gather_note(all, event)) return false;
    const double columns[NSYM_LHE_COLUMNS] = {event->weight, event->scale, event->alpha_qed, event->alpha_qcd,
                                              event->process};
    for (size_t k = 0; k < NSYM_LHE_COLUMNS; k++) all->columns[k][all->count] = columns[k];
    for (size_t k = 0; k < all->attributes; k++) all->attribute[k][all->count] = event->attribute_values[k];
    if (all->weights)
        memcpy(all->named + all->count * all->weights, event->weights_values, all->weights * sizeof(double));
    for (size_t i = 0; i < event->particles; i++) {
        const nsym_lhe_particle *p = &event->particle[i];
        const double values[NSYM_LHE_FEATURES] = {p->pdg,       p->status,   p->mother[0], p->mother[1], p->colour[0],
                                                  p->colour[1], p->px,       p->py,        p->pz,        p->energy,
                                                  p->mass,      p->lifetime, p->spin};
        memcpy(all->particles + all->rows++ * NSYM_LHE_FEATURES, values, sizeof values);
    }
    all->offsets[++all->count] = all->rows;
    return true;
}

/* The next events, at most `most`. */
static nsym_status gather_all(gathered *all, nsym_lhe_reader *reader, size_t most) {
    const nsym_lhe_header *header = nsym_lhe_header_of(reader);
    size_t first = most < 1024 ? most : 1024;
    all->weights = header->weights;
    all->attributes = header->attributes;
    all->attribute = calloc(all->attributes + 1, sizeof *all->attribute);
    if (!all->attribute || !resize_events(all, first) || !resize_rows(all, 4 * first))
        return nsym_fail(NSYM_ENOMEM, "no memory for events");
    all->offsets[0] = all->note_offsets[0] = 0;
    while (all->count < most) {
        const nsym_lhe_event *event;
        NSYM_TRY(nsym_lhe_next(reader, &event));
        if (!event) break;
        if (!gather(all, event))
            return nsym_fail(NSYM_ENOMEM, "%s: no memory for more than %zu events", reader->name, all->count);
    }
    if (!resize_events(all, all->count) || !resize_rows(all, all->rows))
        return nsym_fail(NSYM_ENOMEM, "no memory for events");
    return NSYM_OK;
}

/* Gives the array at *from to *to, which frees what it had. */
static void hand_over(double **to, double **from) {
    free(*to);
    *to = *from;
    *from = NULL;
}

static nsym_status add_attributes(nsym_events *events, gathered *all, const nsym_lhe_header *header) {
    for (size_t k = 0; k < all->attributes; k++) {
        const char *name = header->attribute_names[k];
        NSYM_TRY(nsym_events_add_column(events, name, "", NSYM_MEANING_OF_ATTRIBUTES, 1, NULL));
        hand_over(&nsym_events_column(events, name)->values, &all->attribute[k]);
    }
    return NSYM_OK;
}

static void hand_over_notes(nsym_events *events, gathered *all) {
    if (all->note_bytes == 0) return;
    events->notes = all->notes;
    events->note_offsets = all->note_offsets;
    all->notes = NULL;
    all->note_offsets = NULL;
}

static nsym_status add_weights(nsym_events *events, gathered *all, const nsym_lhe_header *header) {
    if (all->weights == 0) return NSYM_OK;
    NSYM_TRY(nsym_events_add_column(events, "weights", "", "event weights by name", all->weights, NULL));
    nsym_column *column = nsym_events_column(events, "weights");
    column->labels = nsym_texts_copy((const char *const *)header->weight_names, all->weights);
    if (!column->labels) return nsym_fail(NSYM_ENOMEM, "no memory for the names of %zu weights", all->weights);
    hand_over(&column->values, &all->named);
    return NSYM_OK;
}

static nsym_status set_number(nsym_events *events, const char *name, double value) {
    char text[NSYM_LHE_NUMBER_SIZE];
    nsym_lhe_number_write(text, 'g', 15, value);
    return nsym_events_set_attribute(events, name, text);
}

static nsym_status set_part(nsym_events *events, const char *name, const char *begin, size_t length) {
    char *text = strndup(begin, length);
    if (!text) return nsym_fail(NSYM_ENOMEM, "no memory for attribute \"%s\"", name);
    nsym_status status = nsym_events_set_attribute(events, name, text);
    free(text);
    return status;
}

/* What made the file, where it says so: <generator name='...' version='...'>, <generator
   version='...'>name</generator>, or a POWHEG or Pythia comment. */
static nsym_status set_generator(nsym_events *events, const char *text) {
    const char *tag = nsym_lhe_find_tag(text, text + strlen(text), "generator");
    const char *end = tag ? nsym_lhe_tag_end(tag) : NULL;
    if (end) {
        size_t name_length, version_length = 0;
        const char *name = nsym_lhe_tag_attribute(tag, end, "name", &name_length);
        const char *version = nsym_lhe_tag_attribute(tag, end, "version", &version_length);
        char both[256];
        if (!name) {
            name = end + strspn(end, " \t");
            name_length = strcspn(name, "<\r\n");
            while (name_length > 0 && strchr(" \t", name[name_length - 1])) name_length--;
        }
        if (name_length > 0) {
            snprintf(both, sizeof both, "%.*s%s%.*s", (int)(name_length < 120 ? name_length : 120), name,
                     version_length ? " " : "", (int)(version_length < 120 ? version_length : 120),
                     version ? version : "");
            return nsym_events_set_attribute(events, "generator", both);
        }
    }
    static const char *const phrases[] = {"file generated with ", "File generated with ", "File written by "};
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        const char *phrase = strstr(text, phrases[i]);
        if (!phrase) continue;
        phrase += strlen(phrases[i]);
        size_t length = strcspn(phrase, " \t\r\n");
        if (length > 0) return set_part(events, "generator", phrase, length);
    }
    return NSYM_OK;
}

static nsym_status set_facts(nsym_events *events, const nsym_lhe_reader *reader) {
    const nsym_lhe_header *header = &reader->header;
    double sum = 0, variance = 0;
    for (size_t i = 0; i < header->processes; i++) {
        sum += header->process[i].cross_section;
        variance += header->process[i].error * header->process[i].error;
    }
    /* of a single process the error itself, which a square and a root could change in its last digit */
    double error = header->processes == 1 ? header->process[0].error : sqrt(variance);
    if (header->processes > 0) {
        NSYM_TRY(set_number(events, "cross_section_pb", sum));
        NSYM_TRY(set_number(events, "cross_section_error_pb", error));
    }
    char beams[2 * NSYM_LHE_NUMBER_SIZE];
    size_t used = nsym_lhe_number_write(beams, 'g', 15, header->beam_energy[0]);
    if (header->beam_energy[1] != header->beam_energy[0]) {
        beams[used++] = ' ';
        nsym_lhe_number_write(beams + used, 'g', 15, header->beam_energy[1]);
    }
    NSYM_TRY(nsym_events_set_attribute(events, "beam_energy_gev", beams));
    NSYM_TRY(set_generator(events, header->text));
    NSYM_TRY(nsym_events_set_attribute(events, "lhe_init", header->text + reader->init_body));
    return set_part(events, "lhe_header", header->text + reader->root_body, reader->init_tag - reader->root_body);
}

static nsym_status make_events(nsym_events *events, gathered *all, const nsym_lhe_reader *reader) {
    NSYM_TRY(nsym_events_set_particles(events, NSYM_LHE_FEATURES, nsym_lhe_feature_names, feature_units, all->offsets));
    hand_over(&events->particles, &all->particles);
    for (size_t k = 0; k < NSYM_LHE_COLUMNS; k++) {
        const nsym_lhe_column *column = &nsym_lhe_columns[k];
        NSYM_TRY(nsym_events_add_column(events, column->name, column->unit, column->meaning, 1, NULL));
        hand_over(&nsym_events_column(events, column->name)->values, &all->columns[k]);
    }
    NSYM_TRY(add_weights(events, all, &reader->header));
    NSYM_TRY(add_attributes(events, all, &reader->header));
    hand_over_notes(events, all);
    NSYM_TRY(nsym_lhe_describe_weights(events, reader->header.text));
    return set_facts(events, reader);
}

/* New sample of the next events, at most `most`. */
static nsym_status read_block(nsym_events **out, nsym_lhe_reader *reader, size_t most) {
    gathered all = {0};
    nsym_events *events = NULL;
    nsym_status status = gather_all(&all, reader, most);
    if (status == NSYM_OK) status = nsym_events_new(&events, all.count);
    if (status == NSYM_OK) status = make_events(events, &all, reader);
    free_gathered(&all);
    if (status == NSYM_OK)
        *out = events;
    else
        nsym_events_free(events);
    return status;
}

nsym_status nsym_lhe_read_events(nsym_events **out, const char *path, const nsym_read_options *options) {
    *out = NULL;
    nsym_lhe_reader *reader;
    NSYM_TRY(nsym_lhe_open_packed(&reader, path, options ? options->max_unpacked : 0));
    nsym_status status = read_block(out, reader, options && options->max_events ? options->max_events : SIZE_MAX);
    nsym_lhe_close(reader);
    return status;
}

/* A file that is read block by block. */
typedef struct stream {
    nsym_lhe_reader *reader;
    size_t given, most; /* events so far, and in all */
    bool begun;
} stream;

static nsym_status next_block(void *state, nsym_events **block, size_t most) {
    stream *s = state;
    size_t left = s->most - s->given;
    *block = NULL;
    if (left == 0) return NSYM_OK;
    NSYM_TRY(read_block(block, s->reader, most < left ? most : left));
    s->given += (*block)->count;
    if ((*block)->count == 0 && s->begun) {
        nsym_events_free(*block);
        *block = NULL;
    }
    s->begun = true;
    return NSYM_OK;
}

static void close_stream(void *state) {
    stream *s = state;
    nsym_lhe_close(s->reader);
    free(s);
}

nsym_status nsym_lhe_open_events(nsym_block_source *out, const char *path, const nsym_read_options *options) {
    stream *s = calloc(1, sizeof *s);
    if (!s) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    s->most = options->max_events ? options->max_events : SIZE_MAX;
    nsym_status status = nsym_lhe_open_packed(&s->reader, path, options->max_unpacked);
    if (status == NSYM_OK)
        *out = (nsym_block_source){.state = s, .next = next_block, .close = close_stream};
    else
        free(s);
    return status;
}
