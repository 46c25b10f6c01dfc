/* The layouts of HDF5 files by name, and what they describe events with. */
#include "data/layout.h"

#include "base/fail.h"
#include "base/list.h"
#include "base/nearest.h"
#include "base/remark.h"
#include "data/texts.h"
#include "data/wanted.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the order in which a file is looked at; what is told by the file comes before what is only a name for it. */
static const nsym_layout_kind kinds[] = {
    {"pandas", nsym_layout_is_pandas, nsym_layout_plan_pandas, "a pandas table"},
    {"jetnet", nsym_layout_is_jetnet, nsym_layout_plan_jetnet, "a JetNet sample"},
    {"mod", nsym_layout_is_mod, nsym_layout_plan_mod, "an EnergyFlow MOD sample"},
    {"lheh5", nsym_layout_is_lheh5, nsym_layout_plan_lheh5, "an LHEH5 file"},
    {"toptag", NULL, nsym_layout_plan_toptag, "the top-tagging reference sample"},
    {"lhco", NULL, nsym_layout_plan_lhco, "a sample of the LHC Olympics"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The kind that a file looks like; NULL: none of the table, so plain arrays. */
static const nsym_layout_kind *kind_of(const nsym_layout *l) {
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].is && kinds[i].is(l)) return &kinds[i];
    return NULL;
}

void nsym_layout_set_kind(nsym_layout *l, const char *name) {
    for (size_t i = 0; i < KINDS && l->kind; i++)
        if (strcmp(kinds[i].name, name) == 0) l->kind = &kinds[i];
}

/* The layout's name may be followed by a colon and what of the file is meant: "pandas:/jets". */
static bool is_name(const char *given, const char *name) {
    size_t n = strcspn(given, ":");
    return n == strlen(name) && strncmp(given, name, n) == 0;
}

static nsym_status refuse_name(const char *given) {
    const char *names[KINDS + 1] = {NULL};
    for (size_t i = 0; i < KINDS; i++) names[i] = kinds[i].name;
    const char *nearest = nsym_nearest(given, names);
    return nsym_fail(NSYM_EINVAL,
                     "layout \"%s\" is unknown%s%s%s; there are pandas, toptag, lhco, jetnet, mod and lheh5", given,
                     nearest ? ", did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

static nsym_status plan(nsym_layout *l) {
    const char *given = l->options->layout;
    if (l->options->ragged) return nsym_layout_plan_ragged(l);
    if (!given) {
        l->kind = kind_of(l);
        return l->kind ? l->kind->plan(l) : nsym_layout_plan_plain(l);
    }
    for (size_t i = 0; i < KINDS; i++) {
        if (!is_name(given, kinds[i].name)) continue;
        if (!kinds[i].is || kinds[i].is(l)) return kinds[i].plan(l);
        const nsym_layout_kind *looks = kind_of(l);
        return nsym_fail(NSYM_EFORMAT, "does not look like %s%s%s", kinds[i].what, looks ? ", but like " : "",
                         looks ? looks->what : "");
    }
    return refuse_name(given);
}

/* Room for one more in an array of `n`. */
static nsym_status grow(void **array, size_t n, size_t size) {
    if (n > 0 && (n < 16 || (n & (n - 1)) != 0)) return NSYM_OK; /* there is room up to the next power of two */
    void *more = realloc(*array, (n < 16 ? 16 : 2 * n) * size);
    if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for names");
    *array = more;
    return NSYM_OK;
}

static const char *keep(nsym_layout *l, const char *text) {
    return text ? nsym_arena_strdup(l->arena, text) : NULL;
}

bool nsym_layout_has(const nsym_layout *l, const char *dataset) {
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->names[i], dataset) == 0) return true;
    return false;
}

void nsym_layout_set_events(nsym_layout *l, uint64_t events) {
    size_t most = l->options->max_events;
    l->events = most > 0 && most < events ? most : events;
}

nsym_status nsym_layout_offer(nsym_layout *l, const char *name, bool *wanted) {
    *wanted = nsym_wanted(l->options, name);
    NSYM_TRY(grow((void **)&l->offered, l->n_offered, sizeof *l->offered));
    l->offered[l->n_offered] = keep(l, name);
    return l->offered[l->n_offered++] ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for names");
}

nsym_status nsym_layout_add_rows(nsym_layout *l, const char *dataset, const char *const *fields, size_t n,
                                 const nsym_h5_array *array, size_t width, size_t *rows) {
    NSYM_TRY(grow((void **)&l->rows, l->n_rows, sizeof *l->rows));
    nsym_rows made = {.dataset = keep(l, dataset), .fields = n, .array = *array, .width = width};
    if (n > 0) made.field = nsym_arena_alloc(l->arena, n, sizeof *made.field);
    for (size_t i = 0; i < n && made.field; i++)
        if (!(made.field[i] = keep(l, fields[i]))) made.dataset = NULL;
    if (!made.dataset || (n > 0 && !made.field)) return nsym_fail(NSYM_ENOMEM, "%s: no memory", dataset);
    *rows = l->n_rows;
    l->rows[l->n_rows++] = made;
    return NSYM_OK;
}

/* The words of an enumeration, by value. */
static nsym_status add_enum_words(nsym_layout *l, const nsym_rows *rows, nsym_layout_column *column) {
    char **words;
    size_t n;
    double number;
    NSYM_TRY(nsym_h5_enum_words(l->file, rows->dataset, rows->fields ? rows->field[0] : NULL, &words, &n));
    nsym_status status = words ? nsym_categories_new(&column->words) : NSYM_OK;
    for (size_t i = 0; words && i < n && status == NSYM_OK; i++)
        status = nsym_categories_number(column->words, words[i], strlen(words[i]), &number);
    nsym_texts_free(words, n);
    return status;
}

nsym_status nsym_layout_add_column(nsym_layout *l, const char *name, size_t rows, size_t first, size_t width) {
    bool wanted;
    NSYM_TRY(nsym_layout_offer(l, name, &wanted));
    if (!wanted) return NSYM_OK;
    NSYM_TRY(grow((void **)&l->column, l->n_columns, sizeof *l->column));
    nsym_layout_column *column = &l->column[l->n_columns];
    *column = (nsym_layout_column){
        .name = keep(l, name), .unit = "", .meaning = "", .rows = rows, .first = first, .width = width};
    if (!column->name) return nsym_fail(NSYM_ENOMEM, "%s: no memory", name);
    l->n_columns++;
    l->rows[rows].used = true;
    return strcmp(l->rows[rows].array.type, "enum") == 0 && width == 1 ? add_enum_words(l, &l->rows[rows], column)
                                                                       : NSYM_OK;
}

nsym_status nsym_layout_add_feature(nsym_layout *l, const char *name, const char *unit, size_t rows, size_t first,
                                    size_t step) {
    NSYM_TRY(grow((void **)&l->feature, l->n_features, sizeof *l->feature));
    nsym_layout_feature made = {
        .name = keep(l, name), .unit = keep(l, unit ? unit : ""), .rows = rows, .first = first, .step = step};
    if (!made.name || !made.unit) return nsym_fail(NSYM_ENOMEM, "%s: no memory", name);
    NSYM_TRY(nsym_layout_offer(l, name, &made.wanted));
    l->feature[l->n_features++] = made;
    return NSYM_OK;
}

nsym_status nsym_layout_add_attribute(nsym_layout *l, const char *name, const char *value) {
    NSYM_TRY(grow((void **)&l->attribute, l->n_attributes, sizeof *l->attribute));
    char *own_name = nsym_arena_strdup(l->arena, name), *own_value = nsym_arena_strdup(l->arena, value);
    if (!own_name || !own_value) return nsym_fail(NSYM_ENOMEM, "attribute \"%s\": no memory", name);
    l->attribute[l->n_attributes++] = (nsym_attribute){own_name, own_value};
    return NSYM_OK;
}

nsym_status nsym_layout_add_attributes(nsym_layout *l) {
    char **names;
    size_t n;
    NSYM_TRY(nsym_h5_attributes(l->file, "/", &names, &n));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; i < n && status == NSYM_OK; i++) {
        char *text = NULL;
        if (nsym_h5_get_text(l->file, "/", names[i], &text) == NSYM_OK && text)
            status = nsym_layout_add_attribute(l, names[i], text);
        free(text);
    }
    nsym_texts_free(names, n);
    return status;
}

void nsym_layout_leave_out(nsym_layout *l, const char *name, const char *why, ...) {
    char reason[160], text[512];
    va_list values;
    va_start(values, why);
    vsnprintf(reason, sizeof reason, why, values);
    va_end(values);
    l->left++;
    snprintf(text, sizeof text, "%.300s (%s)", name, reason);
    nsym_list_tell(l->left_out, sizeof l->left_out, text);
}

const char *nsym_layout_text(nsym_layout *l, const char *object, const char *attribute) {
    char *text = NULL;
    if (nsym_h5_get_text(l->file, object, attribute, &text) != NSYM_OK) text = NULL;
    const char *kept = keep(l, text);
    free(text);
    return kept;
}

nsym_status nsym_layout_names(nsym_layout *l, const char *dataset, const char *attribute, size_t n,
                              const char *const **names) {
    char **texts;
    size_t found;
    *names = NULL;
    NSYM_TRY(nsym_h5_get_texts(l->file, dataset, attribute, &texts, &found));
    const char **kept = texts && found == n ? nsym_arena_alloc(l->arena, n + 1, sizeof *kept) : NULL;
    bool fine = true;
    for (size_t i = 0; kept && i < n; i++) fine &= (kept[i] = keep(l, texts[i])) != NULL;
    nsym_texts_free(texts, found);
    *names = kept;
    return fine ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "%s: no memory", dataset);
}

/* Collects the words of the columns of one array of texts, text by text. */
typedef struct words_of {
    nsym_layout *layout;
    nsym_categories **at; /* (width) of the columns at those places, or NULL */
    size_t width, next;
} words_of;

static nsym_status take_word(void *context, const char *text, size_t n) {
    words_of *all = context;
    nsym_categories *words = all->at[all->next++ % all->width];
    double number;
    if (!words || nsym_categories_count(words) > NSYM_CATEGORIES_MOST || nsym_layout_is_nothing(all->layout, text, n))
        return NSYM_OK;
    return nsym_categories_number(words, text, n, &number);
}

bool nsym_layout_is_nothing(const nsym_layout *l, const char *text, size_t n) {
    return n == 0 || (l->nothing && strlen(l->nothing) == n && memcmp(text, l->nothing, n) == 0);
}

static nsym_status collect_words(nsym_layout *l, size_t rows) {
    const nsym_rows *from = &l->rows[rows];
    words_of all = {.layout = l, .width = from->width};
    if (from->width == 0 || !(all.at = nsym_arena_alloc(l->arena, from->width, sizeof *all.at)))
        return nsym_fail(NSYM_ENOMEM, "%s: no memory", from->dataset);
    nsym_status status = NSYM_OK;
    for (size_t i = 0; i < l->n_columns && status == NSYM_OK; i++)
        if (l->column[i].rows == rows) {
            status = nsym_categories_new(&l->column[i].words);
            all.at[l->column[i].first] = l->column[i].words;
        }
    if (status == NSYM_OK)
        status = nsym_h5_read_texts(l->file, from->dataset, from->fields ? from->field[0] : NULL, 0, l->events,
                                    take_word, &all);
    return status;
}

/* Columns of texts have their words' numbers; one of too many words is left out. */
static nsym_status settle_texts(nsym_layout *l) {
    for (size_t i = 0; i < l->n_rows; i++)
        if (l->rows[i].used && l->rows[i].array.text) NSYM_TRY(collect_words(l, i));
    for (size_t i = l->n_columns; i-- > 0;) {
        nsym_layout_column *column = &l->column[i];
        if (!column->words) continue;
        size_t words = nsym_categories_count(column->words);
        bool text = l->rows[column->rows].array.text;
        if (text && nsym_categories_are_too_many(words, (size_t)l->events)) {
            nsym_layout_leave_out(l, column->name, "too many different texts for categories");
            nsym_categories_free(column->words);
            memmove(column, column + 1, (--l->n_columns - i) * sizeof *column);
            continue;
        }
        if (text) NSYM_TRY(nsym_categories_sort(column->words, NULL, 0, 1));
        nsym_categories_tell(column->words, l->path, column->name);
    }
    return NSYM_OK;
}

/* What is described is read so; says what is not read. */
static nsym_status settle(nsym_layout *l) {
    bool particles = false;
    NSYM_TRY(grow((void **)&l->offered, l->n_offered, sizeof *l->offered));
    l->offered[l->n_offered] = NULL;
    NSYM_TRY(nsym_wanted_check(l->options, l->offered));
    for (size_t i = 0; i < l->n_features; i++) particles |= l->feature[i].wanted;
    if (!particles) l->particles = NSYM_LAYOUT_NONE;
    for (size_t i = 0; i < l->n_features; i++) /* whether a place is padding depends on all features */
        if (particles && (l->feature[i].wanted || (l->particles == NSYM_LAYOUT_PADDED && !l->masked)))
            l->rows[l->feature[i].rows].used = true;
    if (l->kind)
        nsym_remark(NSYM_NOTE, "%s: is %s, which is read as such (--layout %s)", l->path, l->kind->what, l->kind->name);
    NSYM_TRY(settle_texts(l));
    for (size_t i = 0; i < l->n_rows; i++)
        if (l->rows[i].used && l->rows[i].array.unwritten)
            nsym_remark(NSYM_NOTE, "%s: %s: some of its values were never written; they are read as its fill value",
                        l->path, l->rows[i].dataset);
    if (l->left > 0)
        nsym_remark(NSYM_WARNING, "%s: %zu of its arrays %s left out: %s", l->path, l->left, l->left > 1 ? "are" : "is",
                    l->left_out);
    if (l->particles == NSYM_LAYOUT_NONE && l->n_columns == 0 && !l->options->only && !l->options->drop)
        return nsym_fail(NSYM_EFORMAT, "holds no events: no numbers of shape (events, ...)");
    return NSYM_OK;
}

void nsym_layout_free(nsym_layout *l) {
    if (!l) return;
    for (size_t i = 0; i < l->n_columns; i++) nsym_categories_free(l->column[i].words);
    nsym_texts_free(l->names, l->n);
    nsym_texts_free(l->groups, l->n_groups);
    nsym_h5_close(l->file);
    nsym_arena_free(l->arena);
    free(l->rows);
    free(l->column);
    free(l->feature);
    free(l->attribute);
    free(l->offered);
    free(l);
}

nsym_status nsym_layout_open(nsym_layout **out, const char *path, const nsym_read_options *options) {
    *out = NULL;
    nsym_layout *l = calloc(1, sizeof *l);
    if (!l) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    l->arena = nsym_arena_new();
    l->path = l->arena ? keep(l, path) : NULL;
    l->options = options;
    nsym_status status = l->path ? nsym_h5_open(&l->file, path) : nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    if (status == NSYM_OK) status = nsym_h5_list(l->file, &l->names, &l->n);
    if (status == NSYM_OK) status = nsym_h5_groups(l->file, &l->groups, &l->n_groups);
    if (status == NSYM_OK) status = plan(l);
    if (status == NSYM_OK) status = settle(l);
    if (status == NSYM_OK) {
        *out = l;
        return NSYM_OK;
    }
    nsym_layout_free(l);
    return strncmp(nsym_message(), path, strlen(path)) == 0 ? status : nsym_fail_in(status, "%s: ", path);
}
