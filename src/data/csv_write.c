/* Tables out: a row an event. Events with fewer particles than others end in empty cells. */
#include "base/fail.h"
#include "data/csv.h"
#include "data/number.h"
#include "data/text_sink.h"

#include <string.h>

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

static bool put_header(nsym_text_sink *sink, const nsym_text_block *block) {
    const nsym_events *events = block->events;
    bool fine = true, first = true;
    for (size_t i = 0; i < sink->per_event; i++)
        for (size_t k = 0; k < events->features && fine; k++, first = false)
            fine = put_name(sink->file, first, events->feature_names[k], '_', i);
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = block->column[i];
        for (size_t k = 0; k < column->width && fine; k++, first = false)
            fine = put_name(sink->file, first, column->name, column->width > 1 ? '[' : '\0', k);
    }
    return fine && gzputc(sink->file, '\n') >= 0;
}

/* A number, or the word that it stands for. */
static bool put_cell(gzFile file, bool first, double value, const nsym_words *words) {
    const char *word = nsym_categories_word_of(words, value);
    return word ? put_name(file, first, word, '\0', 0) : put_value(file, first, value);
}

static size_t particles_of(const nsym_events *events, size_t event) {
    return events->offsets ? (size_t)(events->offsets[event + 1] - events->offsets[event]) : 0;
}

static bool put_event(nsym_text_sink *sink, const nsym_text_block *block, size_t event) {
    const nsym_events *events = block->events;
    size_t features = events->features, rows = particles_of(events, event);
    const double *values = rows > 0 ? events->particles + events->offsets[event] * features : NULL;
    bool fine = true, first = true;
    for (size_t k = 0; k < rows * features && fine; k++, first = false)
        fine = put_cell(sink->file, first, values[k], &block->words[k % features]);
    for (size_t k = rows * features; k < sink->per_event * features && fine; k++, first = false)
        fine = first || gzputc(sink->file, ',') >= 0;
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = block->column[i];
        for (size_t k = 0; k < column->width && fine; k++, first = false)
            fine = put_cell(sink->file, first, column->values[event * column->width + k], &block->words[features + i]);
    }
    return fine && gzputc(sink->file, '\n') >= 0;
}

/* Finds the places for particles that every row has. Errors: rows that would not be read again. */
static nsym_status count_places(nsym_text_sink *sink, const nsym_events *events) {
    size_t least = SIZE_MAX, most = 0, cells;
    for (size_t i = 0; events->offsets && i < events->count; i++) {
        size_t n = particles_of(events, i);
        if (n > most) most = n;
        if (n < least) least = n;
    }
    cells = most * events->features;
    for (size_t i = 0; i < events->columns; i++) cells += events->column[i].width;
    if (cells == 0) return nsym_fail(NSYM_EINVAL, "there is nothing to write: no particles and no columns");
    if (cells > NSYM_CSV_COLUMNS_MAX)
        return nsym_fail(NSYM_EINVAL,
                         "the table would have %zu columns (up to %zu particles with %zu features), and nearsym reads "
                         "at most %d; write .h5 instead",
                         cells, most, events->features, (int)NSYM_CSV_COLUMNS_MAX);
    if (cells == 1 && most > least)
        return nsym_fail(NSYM_EINVAL, "an event without particles would be an empty line; write .h5 instead");
    sink->per_event = most;
    return NSYM_OK;
}

static const nsym_text_layout table = {.check = count_places, .put_head = put_header, .put_event = put_event};

nsym_status nsym_csv_write_events(const nsym_events *events, const char *path) {
    return nsym_text_sink_write(events, path, &table);
}

nsym_status nsym_csv_create_events(nsym_block_sink *out, const char *path) {
    NSYM_TRY(nsym_text_sink_create(out, path, &table));
    out->only_columns = true; /* the header has the most particles of all events */
    return NSYM_OK;
}
