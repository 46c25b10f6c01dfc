/* What the files of the LHE reader share. */
#ifndef NSYM_DATA_LHE_READER_H
#define NSYM_DATA_LHE_READER_H

#include "data/lhe_text.h"
#include "data/lines.h"

#include <nearsym/formats/lhe.h>

struct nsym_lhe_reader {
    char *name; /* of the file, for messages */
    nsym_lines lines;
    char *line;   /* the present line, comments hidden; NULL at the end of the file */
    char *cursor; /* the rest of it that is not used yet; NULL where it is used up */
    nsym_lhe_hidden hidden;
    size_t hidden_line; /* where that began */
    nsym_lhe_header header;
    size_t init_tag, init_body; /* offsets of "<init" and of what follows its '>' in header.text */
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
    } weights;
    bool ahead; /* the first event is read and waits for nsym_lhe_next */
    bool ended; /* </LesHouchesEvents> or the end of the file */
    nsym_status failed;
};

/* As nsym_lhe_open, with nsym_read_options' max_unpacked. */
NSYM_MUST_CHECK nsym_status nsym_lhe_open_packed(nsym_lhe_reader **out, const char *path, uint64_t max_unpacked);

/* Reads header and first event from memory; `name` stands for the file's in messages. `data` is borrowed until close.
 */
NSYM_MUST_CHECK nsym_status nsym_lhe_open_memory(nsym_lhe_reader **out, const char *name, const void *data,
                                                 size_t size);

/* A failure at the present line and event. */
nsym_status nsym_lhe_fail(const nsym_lhe_reader *reader, nsym_status status, const char *format, ...) NSYM_PRINTF(3, 4);

/* A text that grows. */
typedef struct nsym_lhe_buffer {
    char *text;
    size_t used, room;
} nsym_lhe_buffer;
NSYM_MUST_CHECK nsym_status nsym_lhe_append(nsym_lhe_buffer *buffer, const char *text, size_t length);

/* The next line in reader->line and reader->cursor, comments hidden; in *raw, unless NULL, a copy as it stands is
   appended, ended by a line feed. */
NSYM_MUST_CHECK nsym_status nsym_lhe_next_line(nsym_lhe_reader *reader, nsym_lhe_buffer *raw);

/* Everything up to </init>. */
NSYM_MUST_CHECK nsym_status nsym_lhe_read_header(nsym_lhe_reader *reader);

/* The ids of the <weight> tags in the <initrwgt> blocks of `text` (comments hidden, `end` its end), each once, in
   order: new strings in a new array. On failure *line is the number of line feeds before the fault. */
NSYM_MUST_CHECK nsym_status nsym_lhe_declared_weights(const char *text, const char *end, char ***names, size_t *count,
                                                      size_t *line);
void nsym_lhe_free_names(char **names, size_t count);

/* The event that begins behind its <event> tag, into reader->event. */
NSYM_MUST_CHECK nsym_status nsym_lhe_read_event(nsym_lhe_reader *reader);

/* The weights of an event: begin, any number of gives, end, which checks that none is missing. */
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_prepare(nsym_lhe_reader *reader);
void nsym_lhe_weights_begin(nsym_lhe_reader *reader);
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_find(nsym_lhe_reader *reader, const char *id, size_t length,
                                                  size_t *index);
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_find_position(nsym_lhe_reader *reader, size_t position, size_t *index);
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_give(nsym_lhe_reader *reader, size_t index, double value);
NSYM_MUST_CHECK nsym_status nsym_lhe_weights_end(nsym_lhe_reader *reader);

#endif
