/* Reads rows of what a layout describes. Integers beyond 2^53 are rounded, which is told. */
#include "data/layout.h"

#include "base/fail.h"
#include "base/remark.h"
#include "data/number.h"
#include "data/texts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers that are read at once; more where the file stores more together, which it would unpack for every part. */
enum { BLOCK_VALUES = 1 << 20, BLOCK_VALUES_MAX = 1 << 24 };

/* Turns integers of 64 bits into doubles, in place; `from` is the row of the first. */
static void to_doubles(nsym_layout *l, nsym_rows *rows, uint64_t from, size_t n, double *values) {
    bool no_sign = strcmp(rows->array.type, "uint64") == 0;
    for (size_t i = 0; i < n; i++) {
        int64_t whole;
        memcpy(&whole, &values[i], sizeof whole);
        double value = no_sign ? (double)(uint64_t)whole : (double)whole;
        bool exact = nsym_integer_is_exact(no_sign || whole >= 0 ? (uint64_t)whole : 0 - (uint64_t)whole);
        if (!exact && !rows->told) {
            const char *field = rows->fields > 0 ? rows->field[0] : NULL;
            nsym_remark(NSYM_WARNING,
                        "%s: %s%s%s: %lld in row %llu is beyond 2^53 and is rounded, and others may be as well: "
                        "different numbers can become equal",
                        l->path, rows->dataset, field ? "." : "", field ? field : "", (long long)whole,
                        (unsigned long long)(from + i / (rows->width > 0 ? rows->width : 1) + 1));
            rows->told = true;
        }
        values[i] = value;
    }
}

static nsym_status read_numbers(nsym_layout *l, size_t at, uint64_t first, uint64_t count, double *values) {
    nsym_rows *rows = &l->rows[at];
    nsym_h5_type type = !rows->array.whole64                      ? NSYM_H5_DOUBLE
                        : strcmp(rows->array.type, "uint64") == 0 ? NSYM_H5_UINT64
                                                                  : NSYM_H5_INT64;
    NSYM_TRY(nsym_h5_read_fields(l->file, rows->dataset, rows->field, rows->fields, type, first, count, values));
    if (type != NSYM_H5_DOUBLE) to_doubles(l, rows, first, (size_t)count * rows->width, values);
    return NSYM_OK;
}

/* Rows to read at once, where a row has `width` numbers. */
static uint64_t step_of(uint64_t chunk_rows, size_t width, uint64_t count) {
    uint64_t step = width < BLOCK_VALUES ? BLOCK_VALUES / (width > 0 ? width : 1) : 1;
    if (chunk_rows > 0 && chunk_rows <= BLOCK_VALUES_MAX / (width > 0 ? width : 1))
        step = step < chunk_rows ? chunk_rows : step / chunk_rows * chunk_rows;
    return step < count ? step : count;
}

/* A buffer for such rows. */
static nsym_status new_block(double **block, uint64_t step, size_t width) {
    *block = malloc((size_t)step * width * sizeof **block + 1);
    return *block ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %llu rows", (unsigned long long)step);
}

/* The columns of one array of numbers. */
static nsym_status read_columns(nsym_layout *l, size_t rows, nsym_events *events, uint64_t first) {
    size_t width = l->rows[rows].width;
    uint64_t count = events->count, step = step_of(l->rows[rows].array.chunk_rows, width, count);
    double *block;
    NSYM_TRY(new_block(&block, step, width));
    nsym_status status = NSYM_OK;
    for (uint64_t at = 0; at < count && status == NSYM_OK; at += step) {
        uint64_t n = count - at < step ? count - at : step;
        status = read_numbers(l, rows, first + at, n, block);
        for (size_t k = 0; k < l->n_columns && status == NSYM_OK; k++) {
            const nsym_layout_column *column = &l->column[k];
            if (column->rows != rows) continue;
            double *to = events->column[k].values + at * column->width;
            for (uint64_t i = 0; i < n; i++)
                memcpy(to + i * column->width, block + i * width + column->first, column->width * sizeof *to);
        }
    }
    free(block);
    return status;
}

/* Texts on their way to the columns that have their numbers. */
typedef struct text_taking {
    nsym_layout *layout;
    nsym_events *events;
    size_t rows, next;
} text_taking;

static nsym_status take_text(void *context, const char *text, size_t n) {
    text_taking *to = context;
    const nsym_layout *l = to->layout;
    size_t width = l->rows[to->rows].width, row = to->next / width, at = to->next % width;
    to->next++;
    for (size_t k = 0; k < l->n_columns; k++) {
        if (l->column[k].rows != to->rows || l->column[k].first != at) continue;
        double *value = &to->events->column[k].values[row];
        *value = NAN;
        if (!nsym_layout_is_nothing(l, text, n)) NSYM_TRY(nsym_categories_number(l->column[k].words, text, n, value));
    }
    return NSYM_OK;
}

static nsym_status read_all_columns(nsym_layout *l, nsym_events *events, uint64_t first) {
    for (size_t k = 0; k < l->n_columns; k++) {
        const nsym_layout_column *column = &l->column[k];
        NSYM_TRY(nsym_events_add_column(events, column->name, column->unit, column->meaning, column->width, NULL));
        if (!column->labels) continue;
        events->column[k].labels = nsym_texts_copy((const char *const *)column->labels, column->width);
        if (!events->column[k].labels) return nsym_fail(NSYM_ENOMEM, "%s: no memory", column->name);
    }
    for (size_t i = 0; i < l->n_rows; i++) {
        bool used = false;
        for (size_t k = 0; k < l->n_columns; k++) used |= l->column[k].rows == i;
        if (!used) continue;
        const nsym_rows *rows = &l->rows[i];
        text_taking to = {.layout = l, .events = events, .rows = i};
        NSYM_TRY(rows->array.text ? nsym_h5_read_texts(l->file, rows->dataset, rows->fields ? rows->field[0] : NULL,
                                                       first, events->count, take_text, &to)
                                  : read_columns(l, i, events, first));
    }
    return NSYM_OK;
}

/* Ragged: where events first ... first + count begin, as offsets[0 ... count] in the file's rows. */
static nsym_status read_offsets(nsym_layout *l, uint64_t first, uint64_t count, uint64_t *offsets) {
    const nsym_rows *begins = &l->rows[l->begins.rows];
    const char *name = begins->dataset;
    uint64_t events = begins->array.shape[0] - 1;
    NSYM_TRY(nsym_h5_read(l->file, name, NSYM_H5_INT64, first, count + 1, offsets));
    if (first == 0 && offsets[0] != 0)
        return nsym_fail(NSYM_EFORMAT, "%s: begins with %lld, must be 0", name, (long long)offsets[0]);
    for (uint64_t i = 0; i < count; i++)
        if (offsets[i + 1] < offsets[i] || offsets[i + 1] > l->particle_rows)
            return nsym_fail(NSYM_EFORMAT, "%s: goes from %lld to %lld at event %llu; must rise, and end at %llu rows",
                             name, (long long)offsets[i], (long long)offsets[i + 1], (unsigned long long)(first + i),
                             (unsigned long long)l->particle_rows);
    if (first + count == events && offsets[count] != l->particle_rows)
        return nsym_fail(NSYM_EFORMAT, "%s: ends at %lld, but %s has %llu rows", name, (long long)offsets[count],
                         l->rows[l->feature[0].rows].dataset, (unsigned long long)l->particle_rows);
    return NSYM_OK;
}

/* One number of each of these rows. */
static nsym_status read_place(nsym_layout *l, nsym_place place, uint64_t first, uint64_t count, double *values) {
    size_t width = l->rows[place.rows].width;
    double *block;
    NSYM_TRY(new_block(&block, count, width));
    nsym_status status = read_numbers(l, place.rows, first, count, block);
    for (uint64_t i = 0; i < count && status == NSYM_OK; i++) values[i] = block[i * width + place.at];
    free(block);
    return status;
}

/* Likewise where every event says where its particles begin and how many they are. */
static nsym_status read_counted(nsym_layout *l, uint64_t first, uint64_t count, uint64_t *offsets) {
    double *begins = malloc((size_t)(2 * count) * sizeof *begins + 1), *counts = begins + count;
    nsym_status status =
        begins ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %llu events", (unsigned long long)count);
    if (status == NSYM_OK) status = read_place(l, l->begins, first, count, begins);
    if (status == NSYM_OK) status = read_place(l, l->counts, first, count, counts);
    offsets[0] = status == NSYM_OK && count > 0 && begins[0] > 0 && begins[0] < 0x1p53 ? (uint64_t)begins[0] : 0;
    for (uint64_t i = 0; i < count && status == NSYM_OK; i++) {
        double end = begins[i] + counts[i];
        if (begins[i] != (double)offsets[i] || !(counts[i] >= 0) || end > (double)l->particle_rows)
            status =
                nsym_fail(NSYM_EFORMAT,
                          "%s: event %llu has %g particles from row %g on; events must follow each other in the %llu "
                          "rows",
                          l->rows[l->begins.rows].dataset, (unsigned long long)(first + i), counts[i], begins[i],
                          (unsigned long long)l->particle_rows);
        else
            offsets[i + 1] = (uint64_t)end;
    }
    free(begins);
    return status;
}

/* The wanted features' names, units and places. */
typedef struct wanted_features {
    const char **name, **unit;
    const nsym_layout_feature **feature;
    size_t n;
} wanted_features;

static nsym_status find_wanted(const nsym_layout *l, wanted_features *w) {
    w->name = calloc(l->n_features + 1, sizeof *w->name);
    w->unit = calloc(l->n_features + 1, sizeof *w->unit);
    w->feature = calloc(l->n_features + 1, sizeof *w->feature);
    if (!w->name || !w->unit || !w->feature) return nsym_fail(NSYM_ENOMEM, "no memory for names");
    for (size_t k = 0; k < l->n_features; k++) {
        if (!l->feature[k].wanted) continue;
        w->name[w->n] = l->feature[k].name;
        w->unit[w->n] = l->feature[k].unit;
        w->feature[w->n++] = &l->feature[k];
    }
    return NSYM_OK;
}

/* The features of one array, for rows `base` ... of ragged particles. */
static nsym_status read_ragged_rows(nsym_layout *l, size_t rows, const wanted_features *w, uint64_t base,
                                    uint64_t count, double *particles) {
    size_t width = l->rows[rows].width;
    uint64_t step = step_of(l->rows[rows].array.chunk_rows, width, count);
    double *block;
    NSYM_TRY(new_block(&block, step, width));
    nsym_status status = NSYM_OK;
    for (uint64_t at = 0; at < count && status == NSYM_OK; at += step) {
        uint64_t n = count - at < step ? count - at : step;
        status = read_numbers(l, rows, base + at, n, block);
        for (size_t k = 0; k < w->n && status == NSYM_OK; k++) {
            if (w->feature[k]->rows != rows) continue;
            double *to = particles + at * w->n + k;
            for (uint64_t i = 0; i < n; i++) to[i * w->n] = block[i * width + w->feature[k]->first];
        }
    }
    free(block);
    return status;
}

/* Features that are all that the rows hold, in their order, are read in place. */
static bool are_rows_themselves(const nsym_layout *l, const wanted_features *w) {
    if (w->n == 0) return false;
    const nsym_rows *rows = &l->rows[w->feature[0]->rows];
    bool same = rows->width == w->n && !rows->array.whole64;
    for (size_t k = 0; k < w->n; k++) same &= w->feature[k]->rows == w->feature[0]->rows && w->feature[k]->first == k;
    return same;
}

static nsym_status read_ragged(nsym_layout *l, const wanted_features *w, nsym_events *events, uint64_t first) {
    uint64_t *offsets = malloc((events->count + 1) * sizeof *offsets), base = 0;
    nsym_status status = offsets ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    if (status == NSYM_OK)
        status = l->counted ? read_counted(l, first, events->count, offsets)
                            : read_offsets(l, first, events->count, offsets);
    if (status == NSYM_OK) base = offsets[0];
    for (size_t i = 0; i <= events->count && status == NSYM_OK; i++) offsets[i] -= base;
    if (status == NSYM_OK) status = nsym_events_set_particles(events, w->n, w->name, w->unit, offsets);
    uint64_t count = status == NSYM_OK ? offsets[events->count] : 0;
    free(offsets);
    if (status == NSYM_OK && are_rows_themselves(l, w))
        return read_numbers(l, w->feature[0]->rows, base, count, events->particles);
    for (size_t i = 0; i < l->n_rows && status == NSYM_OK; i++) {
        bool used = false;
        for (size_t k = 0; k < w->n; k++) used |= w->feature[k]->rows == i;
        if (used) status = read_ragged_rows(l, i, w, base, count, events->particles);
    }
    return status;
}

/* Padded events on their way: blocks of the arrays that hold them, and the particles found so far. */
typedef struct padded {
    double **block; /* (n_rows) of those that are needed, or NULL */
    uint64_t *offsets;
    double *particles;
    size_t room, count; /* numbers */
} padded;

/* Whether place `slot` of the event whose rows are the blocks' i-th holds zeros (or NaN) alone. */
static bool is_padding(const nsym_layout *l, const padded *p, uint64_t i, size_t slot) {
    for (size_t k = 0; k < l->n_features; k++) {
        const nsym_layout_feature *f = &l->feature[k];
        double value = p->block[f->rows][i * l->rows[f->rows].width + f->first + slot * f->step];
        if (value != 0 && !isnan(value)) return false;
    }
    return true;
}

static nsym_status take_padded(const nsym_layout *l, const wanted_features *w, padded *p, uint64_t i) {
    size_t slots = l->slots;
    if (p->room - p->count < slots * w->n) {
        size_t room = p->room + p->room / 2 + slots * w->n;
        double *more = realloc(p->particles, room * sizeof *more);
        if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for the particles");
        p->particles = more;
        p->room = room;
    }
    while (!l->masked && slots > 0 && is_padding(l, p, i, slots - 1)) slots--;
    const double *mask = l->masked ? p->block[l->mask.rows] + i * l->rows[l->mask.rows].width : NULL;
    size_t mask_step = l->masked ? l->rows[l->mask.rows].width / (l->slots > 0 ? l->slots : 1) : 0;
    for (size_t slot = 0; slot < slots; slot++) {
        if (mask && !(fabs(mask[slot * mask_step + l->mask.at]) > 0)) continue;
        for (size_t k = 0; k < w->n; k++) {
            const nsym_layout_feature *f = w->feature[k];
            p->particles[p->count++] = p->block[f->rows][i * l->rows[f->rows].width + f->first + slot * f->step];
        }
    }
    return NSYM_OK;
}

/* Whether an array is needed for padded particles. */
static bool is_needed(const nsym_layout *l, size_t rows) {
    bool needed = l->masked && l->mask.rows == rows;
    for (size_t k = 0; k < l->n_features; k++)
        needed |= l->feature[k].rows == rows && (l->feature[k].wanted || !l->masked);
    return needed;
}

static nsym_status fill_padded(nsym_layout *l, const wanted_features *w, nsym_events *events, uint64_t first,
                               padded *p) {
    size_t width = 0;
    uint64_t chunk_rows = 0, count = events->count;
    for (size_t i = 0; i < l->n_rows; i++) {
        if (!is_needed(l, i)) continue;
        width += l->rows[i].width;
        if (l->rows[i].array.chunk_rows > chunk_rows) chunk_rows = l->rows[i].array.chunk_rows;
    }
    uint64_t step = step_of(chunk_rows, width, count);
    for (size_t i = 0; i < l->n_rows; i++)
        if (is_needed(l, i)) NSYM_TRY(new_block(&p->block[i], step, l->rows[i].width));
    for (uint64_t at = 0; at < count; at += step) {
        uint64_t n = count - at < step ? count - at : step;
        for (size_t i = 0; i < l->n_rows; i++)
            if (p->block[i]) NSYM_TRY(read_numbers(l, i, first + at, n, p->block[i]));
        for (uint64_t i = 0; i < n; i++) {
            NSYM_TRY(take_padded(l, w, p, i));
            p->offsets[at + i + 1] = w->n > 0 ? p->count / w->n : 0;
        }
    }
    NSYM_TRY(nsym_events_set_particles(events, w->n, w->name, w->unit, p->offsets));
    double *fitting = realloc(p->particles, p->count * sizeof *fitting + 1);
    free(events->particles);
    events->particles = fitting ? fitting : p->particles;
    p->particles = NULL;
    return events->particles ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the particles");
}

static nsym_status read_padded(nsym_layout *l, const wanted_features *w, nsym_events *events, uint64_t first) {
    padded p = {.block = calloc(l->n_rows + 1, sizeof *p.block),
                .offsets = calloc(events->count + 1, sizeof *p.offsets)};
    nsym_status status = p.block && p.offsets ? fill_padded(l, w, events, first, &p)
                                              : nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    for (size_t i = 0; p.block && i < l->n_rows; i++) free(p.block[i]);
    free(p.block);
    free(p.offsets);
    free(p.particles);
    return status;
}

/* The words of a column or feature that is not read stay behind, too. */
static bool is_left_behind(const nsym_layout *l, const char *attribute) {
    size_t n = strlen(NSYM_CATEGORIES);
    if (strncmp(attribute, NSYM_CATEGORIES, n) != 0) return false;
    for (size_t k = 0; k < l->n_columns; k++)
        if (strcmp(l->column[k].name, attribute + n) == 0) return false;
    for (size_t k = 0; k < l->n_features; k++)
        if (l->feature[k].wanted && strcmp(l->feature[k].name, attribute + n) == 0) return false;
    return true;
}

static nsym_status set_facts(const nsym_layout *l, nsym_events *events) {
    for (size_t i = 0; i < l->n_attributes; i++)
        if (!is_left_behind(l, l->attribute[i].name))
            NSYM_TRY(nsym_events_set_attribute(events, l->attribute[i].name, l->attribute[i].value));
    for (size_t k = 0; k < l->n_columns; k++)
        if (l->column[k].words) NSYM_TRY(nsym_categories_keep(l->column[k].words, events, l->column[k].name));
    return NSYM_OK;
}

nsym_status nsym_layout_read(nsym_events **out, nsym_layout *l, uint64_t first, uint64_t count) {
    wanted_features w = {0};
    NSYM_TRY(nsym_events_new(out, (size_t)count));
    nsym_status status = find_wanted(l, &w);
    if (status == NSYM_OK && l->particles == NSYM_LAYOUT_RAGGED) status = read_ragged(l, &w, *out, first);
    if (status == NSYM_OK && l->particles == NSYM_LAYOUT_PADDED) status = read_padded(l, &w, *out, first);
    if (status == NSYM_OK) status = read_all_columns(l, *out, first);
    if (status == NSYM_OK) status = set_facts(l, *out);
    free(w.name);
    free(w.unit);
    free(w.feature);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return strncmp(nsym_message(), l->path, strlen(l->path)) == 0 ? status : nsym_fail_in(status, "%s: ", l->path);
}
