#include "report/results.h"

#include "base/fail.h"
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

int nsym_error_decimals(double error) {
    double exponent = floor(log10(error)), digits = floor(error / pow(10, exponent) * 100 + 1e-9);
    double kept = digits >= 950 ? exponent : digits >= 355 ? exponent : exponent - 1;
    return (int)fmin(fmax(-kept, 0), 6);
}

double nsym_reference_error(const nsym_result *result, nsym_error error) {
    double same = result->reference_error[error], mean = result->reference_error[NSYM_STANDARD_ERROR];
    return isfinite(same) ? same : isfinite(mean) ? mean : result->reference_error[NSYM_STD];
}

nsym_status nsym_error_read(nsym_reader reader, nsym_error *out) {
    const char *names[NSYM_ERRORS + 1] = {NULL};
    for (size_t i = 0; i < NSYM_ERRORS; i++) names[i] = nsym_error_name[i];
    size_t choice = *out;
    NSYM_TRY(nsym_read_choice(reader, "error", names, &choice));
    *out = (nsym_error)choice;
    return NSYM_OK;
}

/* All names of a row that are no coordinates. */
static bool is_coordinate(const char *name) {
    static const char *const others[] = {"metric",    "minus",          "mean",
                                         "std",       "standard_error", "members",
                                         "reference", "reference_std",  "reference_standard_error",
                                         "pull",      "path",           "tolerance",
                                         "within",    "better",         "error",
                                         NULL};
    for (size_t i = 0; others[i]; i++)
        if (strcmp(name, others[i]) == 0) return false;
    return true;
}

static const char *value_text(nsym_arena *arena, const json_t *value) {
    if (json_is_string(value)) return nsym_arena_strdup(arena, json_string_value(value));
    if (json_is_integer(value)) return nsym_arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    if (json_is_real(value)) return nsym_arena_printf(arena, "%.15g", json_real_value(value));
    if (json_is_boolean(value)) return json_is_true(value) ? "true" : "false";
    return "";
}

static nsym_status read_place(nsym_place *place, nsym_arena *arena, json_t *row) {
    size_t room = json_object_size(row);
    place->name = nsym_arena_alloc(arena, room + 1, sizeof *place->name);
    place->value = nsym_arena_alloc(arena, room + 1, sizeof *place->value);
    if (!place->name || !place->value) return no_memory();
    const char *name;
    json_t *value;
    json_object_foreach(row, name, value) {
        if (!is_coordinate(name) || json_is_null(value)) continue;
        place->name[place->count] = nsym_arena_strdup(arena, name);
        place->value[place->count] = value_text(arena, value);
        if (!place->name[place->count] || !place->value[place->count]) return no_memory();
        place->count++;
    }
    return NSYM_OK;
}

static double number(const json_t *row, const char *name) {
    const json_t *value = json_object_get(row, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static nsym_status read_row(nsym_result *result, nsym_results *results, json_t *row, size_t index) {
    const char *metric = json_string_value(json_object_get(row, "metric"));
    if (!metric)
        return nsym_fail(NSYM_EFORMAT, "%s/results.json: results[%zu] has no text \"metric\"", results->folder, index);
    NSYM_TRY(read_place(&result->place, results->arena, row));
    result->metric = nsym_arena_strdup(results->arena, metric);
    if (!result->metric) return no_memory();
    const json_t *error = json_object_get(row, "error");
    result->mean = number(row, "mean");
    for (nsym_error e = NSYM_TOTAL; e <= NSYM_FIT; e++) result->error[e] = number(error, nsym_error_name[e]);
    for (nsym_error e = NSYM_TOTAL; e < NSYM_ERRORS; e++) result->reference_error[e] = NAN;
    result->error[NSYM_STD] = number(row, "std");
    result->error[NSYM_STANDARD_ERROR] = number(row, "standard_error");
    if (!error) /* a file of an older version */
        result->error[NSYM_TOTAL] = result->error[NSYM_TRAININGS] =
            isfinite(result->error[NSYM_STANDARD_ERROR]) ? result->error[NSYM_STANDARD_ERROR] : result->error[NSYM_STD];
    result->reference = number(row, "reference");
    result->reference_error[NSYM_STD] = number(row, "reference_std");
    result->reference_error[NSYM_STANDARD_ERROR] = number(row, "reference_standard_error");
    result->pull = number(row, "pull");
    result->tolerance = number(row, "tolerance");
    result->within = json_is_true(json_object_get(row, "within"));
    result->better = json_is_true(json_object_get(row, "better"));
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(row, "minus"), name, value) {
        result->minus_name = nsym_arena_strdup(results->arena, name);
        result->minus_value = value_text(results->arena, value);
        if (!result->minus_name || !result->minus_value) return no_memory();
    }
    double members = number(row, "members");
    result->members = members > 0 && members < 1e9 ? (size_t)members : 0;
    return NSYM_OK;
}

/* A path that stays in the folder: results.json is data, and data must not make us read elsewhere. */
static bool path_stays(const char *path) {
    return *path && *path != '/' && strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0 && !strstr(path, "/../");
}

static nsym_status read_file(nsym_result_file *file, nsym_results *results, json_t *entry, size_t index) {
    const char *path = json_string_value(json_object_get(entry, "path"));
    if (!path || !path_stays(path))
        return nsym_fail(NSYM_EFORMAT, "%s/results.json: files[%zu] has no \"path\" below the folder", results->folder,
                         index);
    NSYM_TRY(read_place(&file->place, results->arena, entry));
    file->path = nsym_arena_strdup(results->arena, path);
    return file->path ? NSYM_OK : no_memory();
}

/* The text of a key, from the arena; "" where there is none. */
static const char *text_of(nsym_arena *arena, const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return nsym_arena_strdup(arena, text ? text : "");
}

static nsym_status read_origin(nsym_origin *origin, nsym_arena *arena, const json_t *root) {
    const json_t *from = json_object_get(root, "provenance"), *files = json_object_get(from, "files"),
                 *settings = json_object_get(from, "settings");
    *origin = (nsym_origin){.folder = text_of(arena, from, "folder"),
                            .cpu = text_of(arena, root, "cpu"),
                            .source = nsym_arena_alloc(arena, json_array_size(files) + 1, sizeof *origin->source),
                            .setting = nsym_arena_alloc(arena, json_array_size(settings) + 1, sizeof *origin->setting),
                            .runs = number(from, "runs"),
                            .elapsed = number(from, "elapsed")};
    if (!origin->folder || !origin->cpu || !origin->source || !origin->setting) return no_memory();
    for (; origin->sources < json_array_size(files); origin->sources++) {
        const json_t *file = json_array_get(files, origin->sources);
        nsym_source_file *source = &origin->source[origin->sources];
        *source = (nsym_source_file){text_of(arena, file, "role"), text_of(arena, file, "path"),
                                     text_of(arena, file, "crc32"), number(file, "bytes")};
        if (!source->role || !source->path || !source->crc32) return no_memory();
    }
    for (; origin->settings < json_array_size(settings); origin->settings++) {
        const char *setting = json_string_value(json_array_get(settings, origin->settings));
        origin->setting[origin->settings] = nsym_arena_strdup(arena, setting ? setting : "");
        if (!origin->setting[origin->settings]) return no_memory();
    }
    return NSYM_OK;
}

static nsym_status read_root(nsym_results *results, json_t *root) {
    json_t *rows = json_object_get(root, "results"), *files = json_object_get(root, "files");
    if (!json_is_object(root) || !json_is_array(rows))
        return nsym_fail(NSYM_EFORMAT, "%s/results.json: no list \"results\" in it", results->folder);
    const char *study = json_string_value(json_object_get(root, "study"));
    const char *preset = json_string_value(json_object_get(root, "preset"));
    const char *version = json_string_value(json_object_get(root, "version"));
    const char *rerun = json_string_value(json_object_get(root, "rerun"));
    results->study = nsym_arena_strdup(results->arena, study ? study : "");
    results->preset = nsym_arena_strdup(results->arena, preset ? preset : "");
    results->version = nsym_arena_strdup(results->arena, version ? version : "");
    results->rerun = nsym_arena_strdup(results->arena, rerun ? rerun : "");
    results->seconds = number(root, "seconds");
    results->count = json_array_size(rows);
    results->files = json_array_size(files);
    results->result = nsym_arena_alloc(results->arena, results->count + 1, sizeof *results->result);
    results->file = nsym_arena_alloc(results->arena, results->files + 1, sizeof *results->file);
    if (!results->study || !results->preset || !results->version || !results->rerun || !results->result ||
        !results->file)
        return no_memory();
    NSYM_TRY(read_origin(&results->origin, results->arena, root));
    json_t *notes = json_object_get(root, "notes");
    for (size_t i = 0; i < json_array_size(notes); i++) {
        const char *note = json_string_value(json_array_get(notes, i));
        const char *copy = nsym_arena_strdup(results->arena, note ? note : "");
        if (!copy) return no_memory();
        NSYM_TRY(nsym_texts_add(&results->notes, results->arena, copy));
    }
    for (size_t i = 0; i < results->count; i++)
        NSYM_TRY(read_row(&results->result[i], results, json_array_get(rows, i), i));
    for (size_t i = 0; i < results->files; i++)
        NSYM_TRY(read_file(&results->file[i], results, json_array_get(files, i), i));
    return NSYM_OK;
}

/* What there is so far goes first: it is removed once the results are whole. */
static const char *path_of(nsym_arena *arena, const char *folder) {
    const char *part = nsym_arena_printf(arena, "%s/results.partial.json", folder);
    if (part && access(part, F_OK) == 0) return part;
    return nsym_arena_printf(arena, "%s/results.json", folder);
}

nsym_status nsym_results_read(nsym_results **out, const char *folder) {
    *out = NULL;
    nsym_arena *arena = nsym_arena_new();
    nsym_results *results = arena ? nsym_arena_alloc(arena, 1, sizeof *results) : NULL;
    const char *path = results ? path_of(arena, folder) : NULL;
    if (!path) {
        nsym_arena_free(arena);
        return no_memory();
    }
    results->arena = arena;
    results->path = path;
    results->folder = nsym_arena_strdup(arena, folder);
    nsym_status status = NSYM_OK;
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!results->folder)
        status = no_memory();
    else if (!root && error.line < 0)
        status = nsym_fail(NSYM_EIO, "%s: %s", path, error.text);
    else if (!root)
        status = nsym_fail(NSYM_EFORMAT, "%s:%d:%d: %s; the file is damaged: run the study again to write it anew",
                           path, error.line, error.column, error.text);
    else
        status = read_root(results, root);
    json_decref(root);
    if (status == NSYM_OK)
        *out = results;
    else
        nsym_arena_free(arena);
    return status;
}

nsym_status nsym_results_add_published(nsym_results *results, const nsym_tree *card) {
    const char *name = "";
    NSYM_TRY(nsym_read_text((nsym_reader){card, card->root, ""}, "reference", &name));
    const char *path = nsym_arena_printf(results->arena, "%s/reference.yaml", results->folder);
    if (!path) return no_memory();
    if (!*name || access(path, F_OK) != 0) return NSYM_OK;
    NSYM_TRY(nsym_tree_read(&results->reference, path));
    return nsym_published_read(&results->published, results->arena, results->reference);
}

void nsym_results_free(nsym_results *results) {
    if (!results) return;
    nsym_tree_free(results->reference);
    nsym_arena_free(results->arena);
}

static bool passes(const nsym_result *row, const char *metric, const nsym_filter *filter) {
    return strcmp(row->metric, metric) == 0 && nsym_filter_passes(filter, &row->place);
}

/* The largest or smallest value of a condition's coordinate among the rows of a metric (files: NULL) that pass; or
 * NULL. */
static const char *extreme_of(const nsym_results *results, const char *metric, const nsym_filter *filter,
                              const nsym_condition *condition) {
    bool last = strcmp(condition->choice[0], "last") == 0;
    const char *best = NULL;
    double best_number = 0, number;
    for (size_t i = 0; i < (metric ? results->count : results->files); i++) {
        const nsym_place *place = metric ? &results->result[i].place : &results->file[i].place;
        if (metric && strcmp(results->result[i].metric, metric) != 0) continue;
        if (!nsym_filter_passes(filter, place)) continue;
        const char *value = nsym_place_value(place, condition->name);
        if (!value) continue;
        if (!nsym_value_number(value, &number))
            number = last ? INFINITY : -INFINITY; /* words go by the order of their coming */
        bool word = !isfinite(number);
        if (best && (word ? !last : last ? number <= best_number : number >= best_number)) continue;
        best = value;
        best_number = number;
    }
    return best;
}

nsym_status nsym_filter_resolve(nsym_filter *out, nsym_arena *arena, const nsym_filter *filter,
                                const nsym_results *results, const char *metric) {
    *out = *filter;
    for (size_t i = 0; i < filter->count; i++) {
        if (!nsym_condition_is_extreme(&filter->condition[i])) continue;
        const char *value = extreme_of(results, metric, out, &filter->condition[i]);
        if (value) NSYM_TRY(nsym_filter_add(out, arena, out, filter->condition[i].name, value));
    }
    return NSYM_OK;
}

nsym_status nsym_results_select(const nsym_results *results, nsym_arena *arena, const char *metric,
                                const nsym_filter *filter, const nsym_result ***rows, size_t *n) {
    nsym_filter resolved;
    NSYM_TRY(nsym_filter_resolve(&resolved, arena, filter, results, metric));
    size_t passing = 0;
    for (size_t i = 0; i < results->count; i++) passing += passes(&results->result[i], metric, &resolved);
    *n = 0;
    *rows = nsym_arena_alloc(arena, passing + 1, sizeof **rows);
    if (!*rows) return no_memory();
    for (size_t i = 0; i < results->count; i++)
        if (passes(&results->result[i], metric, &resolved)) (*rows)[(*n)++] = &results->result[i];
    return NSYM_OK;
}

/* The first coordinate in which two rows differ. */
static const char *difference(const nsym_place *a, const nsym_place *b) {
    for (size_t i = 0; i < a->count; i++) {
        const char *other = nsym_place_value(b, a->name[i]);
        if (!other || !nsym_value_same(a->value[i], other)) return a->name[i];
    }
    for (size_t i = 0; i < b->count; i++)
        if (!nsym_place_value(a, b->name[i])) return b->name[i];
    return "nothing";
}

nsym_status nsym_results_one(const nsym_results *results, nsym_arena *arena, const char *metric,
                             const nsym_filter *filter, const nsym_result **row) {
    const nsym_result **rows;
    size_t n;
    *row = NULL;
    NSYM_TRY(nsym_results_select(results, arena, metric, filter, &rows, &n));
    if (n > 1)
        return nsym_fail(NSYM_ENOTFOUND, "%zu results are %s with %s; they differ in %s: name one in `where`", n,
                         metric, nsym_filter_text(filter, arena), difference(&rows[0]->place, &rows[1]->place));
    if (n == 1) *row = rows[0];
    return NSYM_OK;
}

const char *nsym_card_label(const nsym_tree *card, const char *value) {
    const nsym_node *names = nsym_node_at(card->root, "names");
    for (size_t i = 0; names && names->kind == NSYM_MAP && i < names->count; i++)
        if (names->child[i]->kind == NSYM_SCALAR && nsym_value_same(names->child[i]->key, value))
            return names->child[i]->text;
    return value;
}
