/* Tables out: a row an event. Events with fewer particles than others end in empty cells. */
#include "base/atomic_file.h"
#include "base/fail.h"
#include "data/categories.h"
#include "data/csv.h"
#include "data/formats.h"
#include "data/number.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_BUFFER = 1 << 18 };

/* Writes one cell of the header, quoted where it must be. `index` is put behind it in the manner of `kind`. */
static bool put_name(gzFile file, bool first, const char *name, char kind, size_t index) {
    bool quoted = strpbrk(name, ",;\t\"\r\n #") != NULL, fine = first || gzputc(file, ',') >= 0;
    if (quoted) fine = fine && gzputc(file, '"') >= 0;
    for (; *name && fine; name++) {
        if (*name == '"') fine = gzputc(file, '"') >= 0;
        fine = fine && gzputc(file, *name) >= 0;
    }
    if (kind == '_') fine = fine && gzprintf(file, "_%zu", index) > 0;
    if (kind == '[') fine = fine && gzprintf(file, "[%zu]", index) > 0;
    return quoted ? fine && gzputc(file, '"') >= 0 : fine;
}

static bool put_value(gzFile file, bool first, double value) {
    char text[NSYM_NUMBER_SIZE + 1] = ",";
    size_t n = nsym_number_format(text + 1, value) + 1;
    return gzwrite(file, first ? text + 1 : text, (unsigned)(first ? n - 1 : n)) > 0;
}

static bool put_header(gzFile file, const nsym_events *events, size_t per_event) {
    bool fine = true, first = true;
    for (size_t i = 0; i < per_event; i++)
        for (size_t k = 0; k < events->features && fine; k++, first = false)
            fine = put_name(file, first, events->feature_names[k], '_', i);
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = &events->column[i];
        for (size_t k = 0; k < column->width && fine; k++, first = false)
            fine = put_name(file, first, column->name, column->width > 1 ? '[' : '\0', k);
    }
    return fine && gzputc(file, '\n') >= 0;
}

/* A number, or the word that it stands for. */
static bool put_cell(gzFile file, bool first, double value, const nsym_words *words) {
    const char *word = nsym_categories_word_of(words, value);
    return word ? put_name(file, first, word, '\0', 0) : put_value(file, first, value);
}

static size_t particles_of(const nsym_events *events, size_t event) {
    return events->offsets ? (size_t)(events->offsets[event + 1] - events->offsets[event]) : 0;
}

static bool put_event(gzFile file, const nsym_events *events, size_t event, size_t most, const nsym_words *words) {
    size_t features = events->features, rows = particles_of(events, event);
    const double *values = rows > 0 ? events->particles + events->offsets[event] * features : NULL;
    bool fine = true, first = true;
    for (size_t k = 0; k < rows * features && fine; k++, first = false)
        fine = put_cell(file, first, values[k], &words[k % features]);
    for (size_t k = rows * features; k < most * features && fine; k++, first = false)
        fine = first || gzputc(file, ',') >= 0;
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = &events->column[i];
        for (size_t k = 0; k < column->width && fine; k++, first = false)
            fine = put_cell(file, first, column->values[event * column->width + k], &words[features + i]);
    }
    return fine && gzputc(file, '\n') >= 0;
}

/* The places for particles that every row has. Errors: rows that would not be read again. */
static nsym_status count_places(const nsym_events *events, size_t *most) {
    size_t least = SIZE_MAX, cells;
    *most = 0;
    for (size_t i = 0; events->offsets && i < events->count; i++) {
        size_t n = particles_of(events, i);
        if (n > *most) *most = n;
        if (n < least) least = n;
    }
    cells = *most * events->features;
    for (size_t i = 0; i < events->columns; i++) cells += events->column[i].width;
    if (cells == 0) return nsym_fail(NSYM_EINVAL, "there is nothing to write: no particles and no columns");
    if (cells > NSYM_CSV_COLUMNS_MAX)
        return nsym_fail(NSYM_EINVAL,
                         "a table of %zu columns (up to %zu particles of %zu features) would not be read, which is "
                         "done up to %d; write .h5 instead",
                         cells, *most, events->features, (int)NSYM_CSV_COLUMNS_MAX);
    if (cells == 1 && *most > least)
        return nsym_fail(NSYM_EINVAL, "an event without particles would be an empty line; write .h5 instead");
    return NSYM_OK;
}

static nsym_status write_table(const nsym_events *events, const char *path, size_t per_event, bool packed) {
    nsym_words *words;
    NSYM_TRY(nsym_categories_read_all(&words, events));
    gzFile file = gzopen(path, packed ? "wb4" : "wbT");
    bool fine = file != NULL;
    if (file) gzbuffer(file, GZIP_BUFFER);
    fine = fine && put_header(file, events, per_event);
    for (size_t i = 0; i < events->count && fine; i++) fine = put_event(file, events, i, per_event, words);
    if (file && gzclose(file) != Z_OK) fine = false;
    int problem = errno;
    nsym_categories_free_all(words, events);
    errno = problem;
    return fine ? NSYM_OK : nsym_fail(NSYM_EIO, "cannot be written: %s", strerror(errno));
}

nsym_status nsym_csv_write_events(const nsym_events *events, const char *path) {
    size_t per_event, n = strlen(path);
    nsym_atomic_file *atomic;
    nsym_status status = count_places(events, &per_event);
    if (status != NSYM_OK) return nsym_fail_in(status, "%s: ", path);
    NSYM_TRY(nsym_atomic_file_new(&atomic, path));
    bool packed = n > 3 && strcmp(path + n - 3, ".gz") == 0;
    status = write_table(events, nsym_atomic_file_path(atomic), per_event, packed);
    if (status == NSYM_OK) return nsym_atomic_file_commit(atomic);
    nsym_atomic_file_abandon(atomic);
    return nsym_fail_in(status, "%s: ", path);
}
