/* What the files of the LHE reader share. */
#ifndef NSYM_DATA_LHE_READER_H
#define NSYM_DATA_LHE_READER_H

#include "data/lhe_text.h"
#include "data/lines.h"

#include <nearsym/formats/lhe.h>

/* A text that grows. */
typedef struct nsym_lhe_buffer {
    char *text;
    size_t used, room;
} nsym_lhe_buffer;
NSYM_MUST_CHECK nsym_status nsym_lhe_append(nsym_lhe_buffer *buffer, const char *text, size_t length);

struct nsym_lhe_reader {
    char *name; /* of the file, for messages */
    nsym_lines lines;
    char *line;      /* the present line, comments hidden; NULL at the end of the file */
    char *cursor;    /* the rest of it that is not used yet; NULL where it is used up */
    const char *raw; /* the present line as it stands, as long as `line` */
    bool in_header;  /* before </init> */
    /* What is no number is kept as it stands (lhe_note.c) */
    nsym_lhe_buffer *keep; /* where the present line's text goes: `between`, `note`; NULL: nowhere */
    size_t taken;          /* of the present line is kept or used already */
    bool using;            /* what follows `taken` is used as numbers, and not kept */
    nsym_lhe_buffer between, note;
    size_t tags_between; /* events, that are not kept */
    nsym_lhe_buffer raw_copy, tag_line, tag_raw;
    bool one_line; /* the present event stands on one line from its numbers to its end */
    nsym_lhe_hidden hidden;
    size_t hidden_line; /* where that began */
    nsym_lhe_header header;
    size_t init_tag, init_body; /* offsets of "<init" and of what follows its '>' in header.text; 0: not seen */
    double announced;           /* events, by the header; 0: it does not say */
    size_t root_body;           /* of what follows the '>' of <LesHouchesEvents> */
    nsym_lhe_event event;
    size_t particle_room;
    size_t events; /* begun so far */
    struct {
        size_t room, declared;
        double *values; /* (room) of the present event */
        size_t *event;  /* (room) the event that gave this weight last */
        size_t *order;  /* (room) which weight the event before gave n-th */
        size_t given;   /* weights given by the present event so far */
        /* The values of <weights> in the first event, whose names are known at its end only; then, if the list has
           weights of its own beside <wgt>, the first of them and their number */
        double *list; /* (list_room) */
        size_t list_room, listed, list_first;
        bool list_apart;
        size_t events_lacking, first_lacking, lacking; /* events that lack a weight; the first, and which */
    } weights;
    size_t attribute_room;
    double *attribute_values; /* (attribute_room) of the present event */
    bool ahead;               /* the first event is read and waits for nsym_lhe_next */
    bool ended;               /* </LesHouchesEvents> or the end of the file */
    nsym_status failed;
    nsym_status next_status; /* what stands behind the present event is wrong: tell it when the next is asked for */
    char *next_message;
};

/* As nsym_lhe_open, with nsym_read_options' max_unpacked. */
NSYM_MUST_CHECK nsym_status nsym_lhe_open_packed(nsym_lhe_reader **out, const char *path, uint64_t max_unpacked);

/* Reads header and first event from memory; `name` stands for the file's in messages. `data` is borrowed until close.
 */
NSYM_MUST_CHECK nsym_status nsym_lhe_open_memory(nsym_lhe_reader **out, const char *name, const void *data,
                                                 size_t size);

/* A failure at the present line and event. */
nsym_status nsym_lhe_fail(const nsym_lhe_reader *reader, nsym_status status, const char *format, ...) NSYM_PRINTF(3, 4);

/* The next line in reader->line and reader->cursor, comments hidden, and in reader->raw as it stands; what is left of
   the line before is kept. */
NSYM_MUST_CHECK nsym_status nsym_lhe_next_line(nsym_lhe_reader *reader);

/* Behind the '>' of the tag at reader->cursor, whose lines, where it has several, become one. */
NSYM_MUST_CHECK nsym_status nsym_lhe_whole_tag(nsym_lhe_reader *reader, const char **end);

/* The present line from `from` on is used as numbers and not kept; up to `to`, behind which it is kept again. */
NSYM_MUST_CHECK nsym_status nsym_lhe_use_from(nsym_lhe_reader *reader, const char *from);
void nsym_lhe_use_to(nsym_lhe_reader *reader, const char *to);

/* Keeps what is left of the present line. */
NSYM_MUST_CHECK nsym_status nsym_lhe_keep_line(nsym_lhe_reader *reader);

/* The notes of an event (formats/lhe.h): begin at its tag [tag, end), whose attributes are read; go behind its end tag
   [tag, end); and are handed to reader->event, with what stands behind the last event, once that is known. */
NSYM_MUST_CHECK nsym_status nsym_lhe_note_begin(nsym_lhe_reader *reader, const char *tag, const char *end);
NSYM_MUST_CHECK nsym_status nsym_lhe_note_end(nsym_lhe_reader *reader, const char *tag, const char *end);
NSYM_MUST_CHECK nsym_status nsym_lhe_note_finish(nsym_lhe_reader *reader);

/* How many events the header, as it stands, announces; 0: it does not say. */
double nsym_lhe_announced(const char *header);

/* Everything up to </init>. */
NSYM_MUST_CHECK nsym_status nsym_lhe_read_header(nsym_lhe_reader *reader);

/* The ids of the <weight> tags in the <initrwgt> blocks of `text` (comments hidden, `end` its end), each once, in
   order: new strings in a new array. On failure *line is the number of line feeds before the fault. */
NSYM_MUST_CHECK nsym_status nsym_lhe_declared_weights(const char *text, const char *end, char ***names, size_t *count,
                                                      size_t *line);
void nsym_lhe_free_names(char **names, size_t count);

/* The event that begins behind its <event> tag, into reader->event. */
NSYM_MUST_CHECK nsym_status nsym_lhe_read_event(nsym_lhe_reader *reader);

/* The weights of an event: begin, any number of gives, by name or by the place in a list, end, which counts those that
   are missing. */
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_prepare(nsym_lhe_reader *reader);
void nsym_lhe_weights_begin(nsym_lhe_reader *reader);
void nsym_lhe_weights_free(nsym_lhe_reader *reader);
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_find(nsym_lhe_reader *reader, const char *id, size_t length,
                                                  size_t *index);
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_give(nsym_lhe_reader *reader, size_t index, double value);
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_give_listed(nsym_lhe_reader *reader, size_t position, double value);
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_end(nsym_lhe_reader *reader);

#endif
