/* libFuzzer: any content of a sound HDF5 file as events. A first line "read ..." chooses how it is read; the others
   make the file (hdf5_made.h). */
#include "hdf5_made.h"
#include "in_folder.h"

#include <nearsym/io.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void ignore(void *context, const nsym_array_info *array) {
    (void)context, (void)array;
}

/* "read LAYOUT RAGGED ONLY DROP FEATURES EVENTS", each - for none. Changes the line. */
static nsym_read_options options_of(char *line) {
    char *word[7] = {NULL}, *rest;
    for (size_t i = 0; i < 7; i++) {
        word[i] = strtok_r(i == 0 ? line : NULL, " ", &rest);
        if (word[i] && strcmp(word[i], "-") == 0) word[i] = NULL;
    }
    return (nsym_read_options){.layout = word[1],
                               .ragged = word[2],
                               .only = word[3],
                               .drop = word[4],
                               .features = word[5],
                               .max_events = word[6] ? strtoul(word[6], NULL, 10) : 0};
}

static size_t count_blocks(const char *path, const nsym_read_options *options) {
    nsym_events_reader *reader;
    nsym_events *block = NULL;
    size_t count = 0;
    if (nsym_events_reader_new(&reader, path, options) != NSYM_OK) return 0;
    while (nsym_events_reader_next(&block, reader, 3) == NSYM_OK && block) {
        count += block->count;
        nsym_events_free(block);
    }
    nsym_events_reader_free(reader);
    return count;
}

/* What is read whole is read in blocks, too. */
static nsym_status read_file(const char *path, const nsym_read_options *options) {
    nsym_events *events;
    nsym_status status = nsym_inspect(path, options, ignore, NULL);
    if (status == NSYM_EINTERNAL) abort(); /* not a mistake of the file */
    status = nsym_events_read(&events, path, options);
    size_t count = count_blocks(path, options);
    if (status != NSYM_OK) return status;
    if (count != events->count) abort();
    for (size_t i = 0; i < events->count && events->offsets; i++)
        if (events->offsets[i] > events->offsets[i + 1]) abort();
    nsym_events_free(events);
    return NSYM_OK;
}

/* A plain file is read, else nothing would be tested. */
static void check_plain(const char *path) {
    static const char plain[] = "data label f8 2 - 1,0";
    hdf5_made(path, (const uint8_t *)plain, strlen(plain), NULL, 0);
    if (read_file(path, NULL) != NSYM_OK) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static char path[IN_FOLDER_PATH];
    char line[256] = "";
    if (!path[0]) {
        in_folder(path, "events.h5");
        check_plain(path);
    }
    if (n > 5 && memcmp(bytes, "read ", 5) == 0) {
        const uint8_t *end = memchr(bytes, '\n', n);
        size_t length = end ? (size_t)(end - bytes) : n;
        if (length >= sizeof line) return 0;
        memcpy(line, bytes, length);
        bytes += length, n -= length;
    }
    nsym_read_options options = options_of(line);
    hdf5_made(path, bytes, n, NULL, 0);
    nsym_status status = read_file(path, &options);
    if (status == NSYM_EINTERNAL) abort(); /* not a mistake of the file */
    hdf5_must_be_closed();
    return 0;
}
