/* libFuzzer: a sound zip archive of any arrays as .npz. A first line "read COLUMNS ONLY DROP EVENTS" (each - for
   nothing) chooses how it is read. Every other line is a member:

     NAME DESCR SHAPE VALUES     x.npy <f8 (2,3) 1,2,3

   whose header says what the line does, with as many values, which repeat; or, where VALUES begin with an exclamation
   mark, just the bytes behind it. A name that begins with - has no header, but these bytes alone. */
#include "data/npy.h"
#include "data/zip.h"
#include "in_memory.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 1024, MEMBERS = 24, BYTES_MAX = 1 << 14 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static char *next_word(char **line) {
    char *word = *line + strspn(*line, " ");
    *line = word + strcspn(word, " ");
    if (**line) *(*line)++ = '\0';
    return word;
}

/* A value, as it stands in the file. */
static void put_value(unsigned char *to, char kind, size_t item, const char *word) {
    double value = strtod(word, NULL);
    float small = (float)value;
    long long whole = strtoll(word, NULL, 10);
    if (kind == 'f' && item == sizeof value) memcpy(to, &value, item);
    if (kind == 'f' && item == sizeof small) memcpy(to, &small, item);
    if ((kind == 'i' || kind == 'u' || kind == 'b') && item <= sizeof whole) memcpy(to, &whole, item);
    if (kind == 'S') memcpy(to, word, strnlen(word, item));
    for (size_t i = 0; kind == 'U' && i < item / 4 && word[i]; i++) to[4 * i] = (unsigned char)word[i];
}

/* Bytes of one value, and of all of the shape; 0 where they are too many or unknown. */
static size_t room_of(const char *descr, const char *shape, size_t *item) {
    size_t all = 1;
    *item = descr[0] && descr[1] ? strtoul(descr + 2, NULL, 10) : 0;
    if (descr[0] && descr[1] == 'U') *item = *item > BYTES_MAX ? 0 : 4 * *item;
    for (const char *at = shape; *at; at++) {
        char *end;
        size_t extent = strtoul(at, &end, 10);
        if (end == at) continue;
        if (extent > BYTES_MAX) return 0;
        all *= extent;
        if (all > BYTES_MAX || !*(at = end)) break;
    }
    return all <= BYTES_MAX && *item <= BYTES_MAX && all * *item <= BYTES_MAX ? all * *item : 0;
}

/* Fills `data` (room) with the words of `values`, over and over. */
static void fill(unsigned char *data, size_t room, const char *descr, size_t item, const char *values) {
    const char *word = values;
    char one[64];
    for (size_t at = 0; item > 0 && at + item <= room; at += item) {
        size_t length = strcspn(word, ",");
        snprintf(one, sizeof one, "%.*s", (int)length, word);
        put_value(data + at, descr[1], item, one);
        word = word[length] ? word + length + 1 : values;
    }
}

static nsym_status add_member(nsym_zip_writer *writer, char *line) {
    const char *name = next_word(&line);
    if (name[0] == '-') return nsym_zip_add(writer, name + 1, &(nsym_bytes){line, strlen(line)}, 1);
    const char *descr = next_word(&line), *shape = next_word(&line);
    char header[LINE + 128] = "\x93NUMPY\1";
    size_t item, room = room_of(descr, shape, &item);
    int text = snprintf(header + 10, sizeof header - 10, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", descr,
                        strchr(shape, 'F') ? "True" : "False", shape);
    header[8] = (char)(text & 0xFF), header[9] = (char)(text >> 8);
    unsigned char *data = calloc(room + 1, 1);
    if (line[0] != '!') fill(data, room, descr, item, line);
    const nsym_bytes piece[] = {{header, (size_t)text + 10}, {data, room}, {line + 1, line[0] ? strlen(line + 1) : 0}};
    nsym_status status = line[0] == '!' ? nsym_zip_add(writer, name, (const nsym_bytes[]){piece[0], piece[2]}, 2)
                                        : nsym_zip_add(writer, name, piece, 2);
    free(data);
    return status;
}

static nsym_read_options options_of(char *line) {
    char *words[4];
    for (size_t i = 0; i < 4; i++) {
        words[i] = next_word(&line);
        if (!words[i][0] || strcmp(words[i], "-") == 0) words[i] = NULL;
    }
    return (nsym_read_options){.features = words[0],
                               .only = words[1],
                               .drop = words[2],
                               .max_events = words[3] ? strtoul(words[3], NULL, 10) : 0};
}

/* Makes all members; gives how the archive is read. */
static nsym_read_options add_members(nsym_zip_writer *writer, const uint8_t *bytes, size_t n, char reading[LINE]) {
    char line[LINE];
    for (size_t i = 0; n > 0 && i < MEMBERS; i++) {
        const uint8_t *end = memchr(bytes, '\n', n);
        size_t length = end ? (size_t)(end - bytes) : n, kept = length < LINE ? length : LINE - 1;
        memcpy(line, bytes, kept);
        line[kept] = '\0';
        if (i == 0 && strncmp(line, "read ", 5) == 0)
            strcpy(reading, line + 5);
        else if (add_member(writer, line) != NSYM_OK)
            abort();
        length += end != NULL;
        bytes += length, n -= length;
    }
    if (nsym_zip_finish(writer) != NSYM_OK || fflush(writer->file) != 0) abort();
    return options_of(reading);
}

static nsym_status read_archive(const uint8_t *bytes, size_t n) {
    char path[IN_MEMORY_PATH], reading[LINE] = "";
    int file = in_memory(NULL, 0, path);
    nsym_zip_writer writer = {.file = fdopen(file, "w+b")};
    nsym_events *events;
    if (!writer.file) abort();
    nsym_read_options options = add_members(&writer, bytes, n, reading);
    size_t size = (size_t)lseek(file, 0, SEEK_END);
    unsigned char *archive = malloc(size);
    if (!archive || pread(file, archive, size, 0) != (ssize_t)size) abort();
    nsym_zip_release(&writer);
    fclose(writer.file);
    nsym_status status = nsym_npz_from_memory(&events, "x", archive, size, &options);
    if (status == NSYM_OK) nsym_events_free(events);
    free(archive);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const char plain[] = "label.npy <f8 (2,) 1,0";
    static bool works;
    if (!works) works = read_archive((const uint8_t *)plain, strlen(plain)) == NSYM_OK;
    if (!works) abort(); /* else nothing would be tested */
    nsym_status status = read_archive(bytes, n);
    if (status == NSYM_EINTERNAL) abort(); /* not a mistake of the file */
    return 0;
}
