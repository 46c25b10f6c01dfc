/* nearsym data convert | inspect | simulate: event files in, out, and made. */
#include "class_weights.h"
#include "commands.h"
#include "convert.h"
#include "data_bin.h"
#include "options.h"
#include "percentiles.h"
#include "reading.h"
#include "remarks.h"
#include "simulate.h"
#include "tell.h"

#include <nearsym/io.h>

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CELLS = 9, CELL = 64 };

/* The table of one file, as text, and as JSON where that is asked for. */
typedef struct listing {
    size_t rows;
    char (*cell)[CELLS][CELL]; /* (rows) */
    json_t *arrays;            /* NULL: as text */
    bool failed;
} listing;

static json_t *number_or_null(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static void add_json(listing *list, const nsym_array_info *array) {
    json_t *shape = json_array();
    for (size_t i = 0; i < array->dimensions; i++)
        json_array_append_new(shape, json_integer((json_int_t)array->shape[i]));
    json_t *object = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:I}", "name", array->name, "type",
                               array->type, "unit", array->unit, "shape", shape, "min", number_or_null(array->min),
                               "max", number_or_null(array->max), "mean", number_or_null(array->mean), "nan",
                               (json_int_t)array->nan, "infinite", (json_int_t)array->infinite);
    if (!object || json_array_append_new(list->arrays, object) != 0) list->failed = true;
}

static void print_shape(char text[CELL], const nsym_array_info *array) {
    size_t used = (size_t)snprintf(text, CELL, "(");
    for (size_t i = 0; i < array->dimensions && used < CELL; i++)
        used +=
            (size_t)snprintf(text + used, CELL - used, i > 0 ? ", %llu" : "%llu", (unsigned long long)array->shape[i]);
    if (used < CELL) snprintf(text + used, CELL - used, ")");
}

static void add_row(void *context, const nsym_array_info *array) {
    listing *list = context;
    if (list->arrays) {
        add_json(list, array);
        return;
    }
    char(*grown)[CELLS][CELL] = realloc(list->cell, (list->rows + 1) * sizeof *grown);
    if (!grown) {
        list->failed = true;
        return;
    }
    list->cell = grown;
    char(*row)[CELL] = list->cell[list->rows++];
    snprintf(row[0], CELL, "%s", array->name);
    snprintf(row[1], CELL, "%s", array->type);
    print_shape(row[2], array);
    const double values[] = {array->min, array->max, array->mean};
    for (size_t i = 0; i < 3; i++) snprintf(row[3 + i], CELL, isnan(values[i]) ? "-" : "%.6g", values[i]);
    snprintf(row[6], CELL, "%llu", (unsigned long long)array->nan);
    snprintf(row[7], CELL, "%llu", (unsigned long long)array->infinite);
    snprintf(row[8], CELL, "%s", array->unit);
}

static void print_rows(const listing *list) {
    static const char *const head[CELLS] = {"name", "type", "shape", "min", "max", "mean", "NaN", "inf", "unit"};
    int width[CELLS];
    for (size_t k = 0; k < CELLS; k++) {
        width[k] = (int)strlen(head[k]);
        for (size_t i = 0; i < list->rows; i++) {
            int n = (int)strlen(list->cell[i][k]);
            if (n > width[k]) width[k] = n;
        }
    }
    for (size_t i = 0; i <= list->rows; i++) {
        for (size_t k = 0; k < CELLS; k++) {
            const char *text = i == 0 ? head[k] : list->cell[i - 1][k];
            bool number = k >= 3 && k <= 7;
            if (k + 1 == CELLS)
                printf("%s%s\n", *text ? "  " : "", text);
            else
                printf("%s%*s", k > 0 ? "  " : "", number ? width[k] : -width[k], text);
        }
    }
}

/* What the events of a file say beside its arrays: percentiles, and what the classes weigh. Of arrays that are no
   events it is said why. */
static int tell_events(const char *path, const nsym_read_options *options, bool several, json_t *list) {
    nsym_events *events;
    if (nsym_events_read(&events, path, options) != NSYM_OK) {
        fprintf(stderr, "%s; so these arrays are not read as events\n", nsym_message());
        return 0;
    }
    int status = percentiles_of(events, path, list);
    if (several && !list) putchar('\n');
    class_weights weights = {0};
    class_weights_add(&weights, events);
    if (!list) class_weights_tell(stdout, &weights);
    class_weights_free(&weights);
    nsym_events_free(events);
    return status;
}

/* A pipe's bytes come once, and inspecting reads them twice. */
static bool comes_once(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode));
}

static int inspect_file(const char *path, const nsym_read_options *options, bool several, json_t *files) {
    if (comes_once(path)) {
        const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
        tell_error("%s: is a pipe, and data inspect needs a regular file: cat %s > events%s", path, path,
                   dot ? dot : ".csv");
        return 1;
    }
    listing list = {.arrays = files ? json_array() : NULL};
    int status = nsym_inspect(path, options, add_row, &list) == NSYM_OK ? 0 : command_failed();
    if (status == 0 && list.failed) {
        tell_error("%s: no memory", path);
        status = 1;
    }
    if (status == 0 && !files) {
        if (several) printf("%s\n", path);
        print_rows(&list);
        status = tell_events(path, options, several, NULL);
    }
    if (status == 0 && files) {
        json_t *percentiles = json_array();
        status = tell_events(path, options, several, percentiles);
        json_array_append_new(
            files, json_pack("{s:s, s:O, s:o}", "file", path, "arrays", list.arrays, "percentiles", percentiles));
    }
    if (list.arrays) json_decref(list.arrays);
    free(list.cell);
    return status;
}

static int run_inspect(int argc, char **argv) {
    bool json = false;
    reading read = {0};
    option options[READING_OPTIONS + 1] = {{"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object, not a table"}};
    reading_rows(options + 1, &read);
    const option_table table = {"nearsym data inspect FILE... [--json] [OPTION...]",
                                "Prints shape, range and NaN count of every array in event files or in any HDF5 or npz "
                                "file. For events it also\nprints percentiles of every column and feature.",
                                READING_OPTIONS + 1, options};
    int files, status = options_parse(&table, argc, argv, &files);
    if (status == OPTIONS_GO_ON) status = reading_check(&table, &read);
    if (status != OPTIONS_GO_ON) return status;
    if (files == 0) return options_wrong(&table, "no file is given");
    remarks_show_notes();
    json_t *all = json ? json_array() : NULL;
    status = 0;
    for (int i = 0; i < files; i++)
        if (inspect_file(argv[i], &read.options, files > 1, all) != 0) status = 1;
    if (all) {
        json_t *object = json_pack("{s:o}", "files", all);
        json_dumpf(object, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
        putchar('\n');
        json_decref(object);
    }
    return status;
}

int cmd_data(int argc, char **argv) {
    static const option_action actions[] = {
        {"convert", convert_files}, {"inspect", run_inspect}, {"bin", run_bin}, {"simulate", simulate}};
    static const option_table table = {
        "nearsym data convert|inspect|bin|simulate ...",
        "convert   convert event files to another format, or several into one\ninspect   print shapes, ranges and NaN "
        "counts of a file\nbin       sum points of a calorimeter in its cells\nsimulate  make events with the built-in "
        "generators\nEach has its own --help.",
        0, NULL};
    return options_choose(&table, actions, 4, argc, argv);
}
