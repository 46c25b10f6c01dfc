#include "base/fail.h"
#include "data/lhe_number.h"
#include "data/lhe_reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PARTICLES = 10000 };

static const char *skip_blanks(const char *p) {
    return p + strspn(p, " \t\r");
}

static int field_length(const char *p) {
    size_t length = strcspn(p, " \t\r\n<");
    return (int)(length < 40 ? length : 40);
}

static nsym_status bad_field(const nsym_lhe_reader *reader, const char *p, const char *what) {
    p = skip_blanks(p);
    if (*p == '\0' || *p == '#') return nsym_lhe_fail(reader, NSYM_EFORMAT, "the line ends before its %s", what);
    int length = field_length(p);
    return nsym_lhe_fail(reader, NSYM_EFORMAT, "%s is \"%.*s\", must be a number", what, length ? length : 1, p);
}

static nsym_status read_real(const nsym_lhe_reader *reader, const char **p, const char *what, double *value) {
    const char *end = nsym_lhe_number_read(*p, value);
    if (!end) return bad_field(reader, *p, what);
    if (!isfinite(*value)) {
        const char *field = skip_blanks(*p);
        return nsym_lhe_fail(reader, NSYM_ENUMERIC, "%s is %.*s, must be finite", what, field_length(field), field);
    }
    *p = end;
    return NSYM_OK;
}

static nsym_status read_whole(const nsym_lhe_reader *reader, const char **p, const char *what, int *value) {
    const char *end = nsym_lhe_number_read_int(*p, value);
    if (!end) {
        double real;
        if (nsym_lhe_number_read(*p, &real))
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "%s is %g, must be a whole number", what, real);
        return bad_field(reader, *p, what);
    }
    *p = end;
    return NSYM_OK;
}

/* A "#" line means nothing, but that POWHEG up to version 1 keeps weights there: weight, factors of the renormalisation
   and factorisation scales, two parton densities. Such a weight is named by them, and numbered where they repeat. */
static nsym_status read_comment(nsym_lhe_reader *reader) {
    static const char start[] = "#new weight,renfact,facfact,pdf1,pdf2";
    if (strncmp(reader->cursor, start, sizeof start - 1) != 0) return NSYM_OK;
    const char *p = reader->cursor + sizeof start - 1;
    NSYM_TRY(nsym_lhe_use_from(reader, reader->cursor));
    nsym_lhe_use_to(reader, reader->cursor + strlen(reader->cursor));
    double value, factor[2];
    int pdf[2];
    NSYM_TRY(read_real(reader, &p, "the weight", &value));
    NSYM_TRY(read_real(reader, &p, "renfact", &factor[0]));
    NSYM_TRY(read_real(reader, &p, "facfact", &factor[1]));
    NSYM_TRY(read_whole(reader, &p, "pdf1", &pdf[0]));
    NSYM_TRY(read_whole(reader, &p, "pdf2", &pdf[1]));
    char text[2][NSYM_LHE_NUMBER_SIZE], id[160];
    for (int i = 0; i < 2; i++) nsym_lhe_number_write(text[i], 'g', 15, factor[i]);
    int length = snprintf(id, sizeof id, "renfact=%s facfact=%s pdf1=%d pdf2=%d", text[0], text[1], pdf[0], pdf[1]);
    size_t index;
    NSYM_TRY(nsym_lhe_weights_find(reader, id, (size_t)length, &index));
    for (int i = 2; reader->weights.event[index] == reader->events; i++) {
        int more = snprintf(id + length, sizeof id - (size_t)length, " (%d)", i);
        NSYM_TRY(nsym_lhe_weights_find(reader, id, (size_t)(length + more), &index));
    }
    return nsym_lhe_weights_give(reader, index, value);
}

/* Goes to the next line of the event that has something on it and is no "#" line, in reader->cursor. */
static nsym_status next_content(nsym_lhe_reader *reader) {
    for (;;) {
        if (!reader->cursor) NSYM_TRY(nsym_lhe_next_line(reader));
        if (!reader->line) return nsym_lhe_fail(reader, NSYM_EFORMAT, "the file ends inside this event: it is cut off");
        reader->cursor += strspn(reader->cursor, " \t\r");
        if (*reader->cursor == '#')
            NSYM_TRY(read_comment(reader));
        else if (*reader->cursor != '\0')
            return NSYM_OK;
        reader->cursor = NULL;
    }
}

/* After the last number of a line: nothing but a comment, or the next tag, may follow, or more numbers where the whole
   event stands on this line. */
static nsym_status end_of_line(nsym_lhe_reader *reader, const char *p) {
    nsym_lhe_use_to(reader, p);
    p = skip_blanks(p);
    if (*p != '\0' && *p != '#' && *p != '<' && !reader->one_line)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "\"%.40s\" follows the line's last number", p);
    bool goes_on = *p == '<' || (*p != '\0' && *p != '#');
    reader->cursor = goes_on ? reader->line + (p - reader->line) : NULL;
    return NSYM_OK;
}

static nsym_status read_first_line(nsym_lhe_reader *reader) {
    nsym_lhe_event *event = &reader->event;
    NSYM_TRY(next_content(reader));
    const char *p = reader->cursor;
    int particles;
    reader->one_line = nsym_lhe_find_tag(p, p + strlen(p), "/event") != NULL;
    NSYM_TRY(nsym_lhe_use_from(reader, p));
    NSYM_TRY(read_whole(reader, &p, "the number of particles", &particles));
    if (particles < 0 || particles > MAX_PARTICLES)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "the number of particles is %d, must be 0 to %d", particles,
                             MAX_PARTICLES);
    event->particles = (size_t)particles;
    NSYM_TRY(read_whole(reader, &p, "the process", &event->process));
    NSYM_TRY(read_real(reader, &p, "the weight", &event->weight));
    NSYM_TRY(read_real(reader, &p, "the scale", &event->scale));
    NSYM_TRY(read_real(reader, &p, "alpha_qed", &event->alpha_qed));
    NSYM_TRY(read_real(reader, &p, "alpha_qcd", &event->alpha_qcd));
    return end_of_line(reader, p);
}

static nsym_status read_particle(nsym_lhe_reader *reader, nsym_lhe_particle *particle) {
    const char *p = reader->cursor;
    NSYM_TRY(nsym_lhe_use_from(reader, p));
    NSYM_TRY(read_whole(reader, &p, "pdg", &particle->pdg));
    NSYM_TRY(read_whole(reader, &p, "status", &particle->status));
    NSYM_TRY(read_whole(reader, &p, "mother1", &particle->mother[0]));
    NSYM_TRY(read_whole(reader, &p, "mother2", &particle->mother[1]));
    NSYM_TRY(read_whole(reader, &p, "colour1", &particle->colour[0]));
    NSYM_TRY(read_whole(reader, &p, "colour2", &particle->colour[1]));
    NSYM_TRY(read_real(reader, &p, "px", &particle->px));
    NSYM_TRY(read_real(reader, &p, "py", &particle->py));
    NSYM_TRY(read_real(reader, &p, "pz", &particle->pz));
    NSYM_TRY(read_real(reader, &p, "energy", &particle->energy));
    NSYM_TRY(read_real(reader, &p, "mass", &particle->mass));
    NSYM_TRY(read_real(reader, &p, "lifetime", &particle->lifetime));
    NSYM_TRY(read_real(reader, &p, "spin", &particle->spin));
    for (int i = 0; i < 2; i++)
        if (particle->mother[i] < 0 || (size_t)particle->mother[i] > reader->event.particles)
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "mother%d is %d, must be 0 to %zu", i + 1, particle->mother[i],
                                 reader->event.particles);
    return end_of_line(reader, p);
}

static nsym_status read_particles(nsym_lhe_reader *reader) {
    nsym_lhe_event *event = &reader->event;
    if (event->particles > reader->particle_room) {
        size_t room = 2 * event->particles;
        nsym_lhe_particle *particle = realloc(event->particle, room * sizeof *particle);
        if (!particle) return nsym_lhe_fail(reader, NSYM_ENOMEM, "no memory for %zu particles", room);
        event->particle = particle;
        reader->particle_room = room;
    }
    for (size_t i = 0; i < event->particles; i++) {
        NSYM_TRY(next_content(reader));
        if (*reader->cursor == '<')
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "%zu particle lines, but the event's first line announces %zu",
                                 i, event->particles);
        NSYM_TRY(read_particle(reader, &event->particle[i]));
    }
    return NSYM_OK;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Where the reader stands between the particles and </event>. */
typedef struct rest {
    enum { OUTSIDE, IN_WEIGHT, IN_LIST } place;
    bool valued;     /* IN_WEIGHT: its value has been read */
    size_t index;    /* IN_WEIGHT: of the weight */
    size_t position; /* IN_LIST: of the next value */
    size_t depth;    /* of tags that are open and not understood, or of <rwgt> */
} rest;

/* The value of a weight at *p; "nan" says that it is missing. */
static nsym_status read_weight(nsym_lhe_reader *reader, rest *tail, const char **p) {
    double value;
    const char *end = nsym_lhe_number_read(*p, &value);
    if (end && isnan(value))
        *p = end;
    else
        NSYM_TRY(read_real(reader, p, "a weight", &value));
    if (tail->place == IN_LIST) return nsym_lhe_weights_give_listed(reader, tail->position++, value);
    tail->valued = true;
    return nsym_lhe_weights_give(reader, tail->index, value);
}

/* The text at reader->cursor, up to the next tag or the line's end. */
static nsym_status read_text(nsym_lhe_reader *reader, rest *tail) {
    const char *p = skip_blanks(reader->cursor);
    while (*p != '\0' && *p != '<' && tail->place != OUTSIDE) {
        if (tail->place == IN_WEIGHT && tail->valued)
            return nsym_lhe_fail(reader, NSYM_EFORMAT, "\"%.*s\" follows the value of weight \"%s\"", field_length(p),
                                 p, reader->header.weight_names[tail->index]);
        NSYM_TRY(read_weight(reader, tail, &p));
        p = skip_blanks(p);
    }
    if (tail->depth == 0 && *p != '\0' && strchr("+-.0123456789", *p))
        return nsym_lhe_fail(reader, NSYM_EFORMAT,
                             "\"%.40s\" follows the %zu particles that the event's first line announces", p,
                             reader->event.particles);
    while ((p = strchr(p, '<')) && !is_letter(p[1]) && p[1] != '/') p++;
    reader->cursor = p ? reader->line + (p - reader->line) : NULL;
    return NSYM_OK;
}

/* The opening tag [tag, end). */
static nsym_status open_tag(nsym_lhe_reader *reader, rest *tail, const char *tag, const char *end) {
    if (nsym_lhe_is_tag(tag, "event") || nsym_lhe_is_tag(tag, "LesHouchesEvents"))
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "%.*s before this event's </event>", (int)strcspn(tag, " \t>") + 1,
                             tag);
    bool empty = end[-2] == '/', is_block = nsym_lhe_is_tag(tag, "rwgt");
    if (is_block || nsym_lhe_is_tag(tag, "wgt") || nsym_lhe_is_tag(tag, "weights"))
        NSYM_TRY(nsym_lhe_use_from(reader, tag));
    if (reader->using && (is_block || empty)) nsym_lhe_use_to(reader, end);
    if (nsym_lhe_is_tag(tag, "wgt")) {
        size_t length;
        const char *id = nsym_lhe_tag_attribute(tag, end, "id", &length);
        if (!id || length == 0) return nsym_lhe_fail(reader, NSYM_EFORMAT, "<wgt> without an id");
        NSYM_TRY(nsym_lhe_weights_find(reader, id, length, &tail->index));
        if (empty) return nsym_lhe_fail(reader, NSYM_EFORMAT, "weight \"%.*s\" has no value", field_length(id), id);
        tail->place = IN_WEIGHT;
        tail->valued = false;
    } else if (nsym_lhe_is_tag(tag, "weights") && !empty) {
        tail->place = IN_LIST;
        tail->position = 0;
    }
    if (!empty) tail->depth++;
    return NSYM_OK;
}

/* The closing tag [tag, end). */
static nsym_status close_tag(nsym_lhe_reader *reader, rest *tail, const char *tag, const char *end) {
    bool closes_weight = nsym_lhe_is_tag(tag, "/wgt"), closes_list = nsym_lhe_is_tag(tag, "/weights");
    if (closes_weight && tail->place == IN_WEIGHT && !tail->valued)
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "weight \"%s\" has no value",
                             reader->header.weight_names[tail->index]);
    if (closes_weight || closes_list || nsym_lhe_is_tag(tag, "/rwgt")) {
        NSYM_TRY(nsym_lhe_use_from(reader, tag));
        nsym_lhe_use_to(reader, end);
    }
    tail->place = OUTSIDE;
    if (tail->depth > 0) tail->depth--;
    return NSYM_OK;
}

/* The tag at reader->cursor; *done where it is </event>. */
static nsym_status read_tag(nsym_lhe_reader *reader, rest *tail, bool *done) {
    const char *end;
    NSYM_TRY(nsym_lhe_whole_tag(reader, &end));
    char *tag = reader->cursor;
    reader->cursor += end - tag;
    if ((tail->place == IN_WEIGHT && !nsym_lhe_is_tag(tag, "/wgt")) ||
        (tail->place == IN_LIST && !nsym_lhe_is_tag(tag, "/weights")))
        return nsym_lhe_fail(reader, NSYM_EFORMAT, "\"%.*s\" is inside %s", (int)(end - tag < 40 ? end - tag : 40), tag,
                             tail->place == IN_LIST ? "<weights>" : "<wgt>");
    if (tag[1] != '/') return open_tag(reader, tail, tag, end);
    *done = nsym_lhe_is_tag(tag, "/event");
    return *done ? nsym_lhe_note_end(reader, tag, end) : close_tag(reader, tail, tag, end);
}

/* What follows the particles, up to </event>. */
static nsym_status read_tail(nsym_lhe_reader *reader) {
    rest tail = {0};
    bool done = false;
    while (!done) {
        if (!reader->cursor) NSYM_TRY(next_content(reader));
        NSYM_TRY(read_text(reader, &tail));
        if (reader->cursor) NSYM_TRY(read_tag(reader, &tail, &done));
    }
    return nsym_lhe_weights_end(reader);
}

nsym_status nsym_lhe_read_event(nsym_lhe_reader *reader) {
    nsym_lhe_weights_begin(reader);
    NSYM_TRY(read_first_line(reader));
    NSYM_TRY(read_particles(reader));
    return read_tail(reader);
}
