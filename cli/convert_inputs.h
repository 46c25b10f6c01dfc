/* What `data convert` remembers of files that it joins: a column `input` and an attribute `inputs`. */
#ifndef CLI_CONVERT_INPUTS_H
#define CLI_CONVERT_INPUTS_H

#include <jansson.h>
#include <nearsym/io.h>

typedef struct input_records {
    json_t *list; /* an object for each input */
} input_records;

/* Gives events of input `i` the column `input`, its number from 0, and remembers its name, how many events it has, and
   its attributes. 0, or 1 with the reason on standard error. */
int note_input(input_records *records, const char *path, size_t i, nsym_events *events);

/* Gives the joined events the attribute `inputs`, a JSON list: of each file its cross section, generator and beams, and
   what else is not the same of all. */
int tell_inputs(const input_records *records, nsym_events_writer *writer);
void free_inputs(input_records *records);

#endif
