/* What `data convert` remembers of files that it joins: a column `input` and an attribute `inputs`. */
#ifndef CLI_CONVERT_INPUTS_H
#define CLI_CONVERT_INPUTS_H

#include <jansson.h>
#include <nearsym/events.h>

typedef struct input_records {
    json_t *list; /* an object for each input */
} input_records;

/* Gives the events of input `i` the column `input`, its number from 0, and remembers its name, its events, its cross
   section and what generated it, where it says so. 0, or 1 with the reason on standard error. */
int note_input(input_records *records, const char *path, size_t i, nsym_events *events);

/* Gives the joined events the attribute `inputs`, a JSON list, and takes the facts of the first input alone away. */
int tell_inputs(const input_records *records, nsym_events *all);
void free_inputs(input_records *records);

#endif
