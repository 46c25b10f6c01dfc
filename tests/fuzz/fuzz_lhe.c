/* libFuzzer: any bytes are an LHE file or an error, and what is read obeys the reader's promises. Build with
   clang -fsanitize=fuzzer,address,undefined, start with the folder corpus/lhe. */
#include "data/lhe_reader.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const nsym_lhe_header *header, const nsym_lhe_event *event) {
    if (event->weights != header->weights || event->attributes != header->attributes) abort();
    for (size_t i = 0; i < event->weights; i++)
        if (isinf(event->weights_values[i]) || !header->weight_names[i][0]) abort();
    for (size_t i = 0; i < event->attributes; i++)
        if (isinf(event->attribute_values[i]) || !header->attribute_names[i][0]) abort();
    if ((event->note != NULL) != (event->note_length > 0)) abort();
    if (event->note && event->note[event->note_length - 1] != '\0') abort();
    for (size_t i = 0; i < event->particles; i++) {
        const nsym_lhe_particle *p = &event->particle[i];
        if (!isfinite(p->px) || !isfinite(p->py) || !isfinite(p->pz) || !isfinite(p->energy)) abort();
        if (p->mother[0] < 0 || (size_t)p->mother[0] > event->particles) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    nsym_lhe_reader *reader;
    if (nsym_lhe_open_memory(&reader, "fuzz", data, size) != NSYM_OK) return 0;
    const nsym_lhe_event *event;
    while (nsym_lhe_next(reader, &event) == NSYM_OK && event) check(nsym_lhe_header_of(reader), event);
    nsym_lhe_close(reader);
    return 0;
}
