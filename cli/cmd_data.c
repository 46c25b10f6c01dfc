/* nearsym data convert | inspect | simulate: event files in, out, and made. */
#include "cells.h"
#include "class_weights.h"
#include "commands.h"
#include "convert_inputs.h"
#include "convert_layout.h"
#include "data_bin.h"
#include "options.h"
#include "percentiles.h"
#include "reading.h"
#include "remarks.h"
#include "simulate.h"
#include "tell.h"

#include <nearsym/io.h>
#include <nearsym/scores.h>

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME = 256 };

/* Keeps the final particles (status 1) of every event, in place. */
static bool keep_final(nsym_events *events, const char *path) {
    size_t status = nsym_events_feature(events, "status"), features = events->features;
    if (status == NSYM_NONE) {
        tell_error("%s: its particles have no feature \"status\", so none is known to be final", path);
        return false;
    }
    uint64_t kept = 0, row = 0;
    for (size_t i = 0; i < events->count; i++) {
        for (; row < events->offsets[i + 1]; row++) {
            const double *particle = events->particles + row * features;
            if (particle[status] != 1) continue;
            memmove(events->particles + kept++ * features, particle, features * sizeof *particle);
        }
        events->offsets[i + 1] = kept;
    }
    static const char *const mothers[] = {"mother1", "mother2"}; /* what a final particle came from is gone */
    for (size_t m = 0; m < 2; m++) {
        size_t mother = nsym_events_feature(events, mothers[m]);
        for (uint64_t i = 0; mother != NSYM_NONE && i < kept; i++) events->particles[i * features + mother] = 0;
    }
    nsym_events_drop_notes(events, path, "for they speak of all particles, and --select final is given");
    return true;
}

static nsym_status set_label(nsym_events *events, double label) {
    nsym_column *column = nsym_events_column(events, "label");
    double *values = column ? column->values : NULL;
    if (!column) {
        nsym_status status = nsym_events_add_column(events, "label", "", "class of the event", 1, &values);
        if (status != NSYM_OK) return status;
    }
    size_t width = column ? column->width : 1;
    for (size_t i = 0; i < events->count * width; i++) values[i] = label;
    return NSYM_OK;
}

/* Number `i` of a comma-separated list, or its only one; false where the list is not of `n` or 1 numbers. */
static bool label_of(const char *list, size_t i, size_t n, double *label) {
    size_t count = 0;
    for (const char *at = list;; at++) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || (*end && *end != ',') || !isfinite(value)) return false;
        if (count == i || count == 0) *label = value;
        count++;
        at = end;
        if (!*end) return count == n || count == 1;
    }
}

typedef struct convert {
    const char *out, *select, *labels, *rename, *grid;
    bool pair_mass;
    bool label_file; /* `labels` is a file's name */
    reading read;
    cell_grid cells; /* what `grid` says */
    convert_layout layout;
} convert;

/* The next "old=new" of a list, which it is moved behind, in `text` (size). False: it is no such list. */
static bool next_rename(const char **list, char *text, size_t size, char **from, char **to) {
    size_t n = strcspn(*list, ",");
    if (n + 1 > size) return false;
    memcpy(text, *list, n);
    text[n] = '\0';
    *list += n + ((*list)[n] == ',');
    *from = text;
    *to = strchr(text, '=');
    if (!*to || *to == text || !(*to)[1] || strchr(*to + 1, '=')) return false;
    *(*to)++ = '\0';
    return true;
}

static bool is_rename_list(const char *list) {
    char text[NAME], *from, *to;
    if (!*list || list[strlen(list) - 1] == ',') return false;
    while (*list)
        if (!next_rename(&list, text, sizeof text, &from, &to)) return false;
    return true;
}

/* Renames everything in the list, by way of names that nothing has: two names may be exchanged. False after a message.
 */
static bool rename_all(nsym_events *events, const char *path, const char *list) {
    char text[NAME], between[32], *from, *to;
    size_t n = 0;
    for (const char *at = list; *at && next_rename(&at, text, sizeof text, &from, &to); n++) {
        snprintf(between, sizeof between, "\001%zu", n);
        bool there = nsym_events_column(events, from) || nsym_events_feature(events, from) != NSYM_NONE;
        if (nsym_events_rename(events, from, there ? between : to) == NSYM_OK) continue;
        tell_error("%s: %s", path, nsym_message());
        return false;
    }
    n = 0;
    for (const char *at = list; *at && next_rename(&at, text, sizeof text, &from, &to); n++) {
        snprintf(between, sizeof between, "\001%zu", n);
        if (nsym_events_rename(events, between, to) == NSYM_OK) continue;
        tell_error("%s: \"%s\" cannot be renamed to \"%s\": the name is taken", path, from, to);
        return false;
    }
    return true;
}

/* The invariant mass of the two particles of every event, as column mass. */
static bool add_pair_mass(nsym_events *events, const char *path) {
    static const char *const names[] = {"px", "py", "pz", "energy"};
    size_t at[4];
    double *mass;
    for (size_t k = 0; k < 4; k++) {
        at[k] = nsym_events_feature(events, names[k]);
        if (at[k] != NSYM_NONE) continue;
        tell_error("%s: its particles have no feature %s, which --pair-mass takes", path, names[k]);
        return false;
    }
    if (nsym_events_add_column(events, "mass", "GeV", "invariant mass of the two particles", 1, &mass) != NSYM_OK) {
        tell_error("%s: --pair-mass: %s", path, nsym_message());
        return false;
    }
    for (size_t i = 0; i < events->count; i++) {
        const double *p = events->particles + events->offsets[i] * events->features, *q = p + events->features;
        if (events->offsets[i + 1] - events->offsets[i] != 2) {
            tell_error("%s: event %zu has %llu particles, and --pair-mass is of two%s", path, i + 1,
                       (unsigned long long)(events->offsets[i + 1] - events->offsets[i]),
                       nsym_events_feature(events, "status") != NSYM_NONE ? "; --select final keeps those of the end"
                                                                          : "");
            return false;
        }
        double sum[4];
        for (size_t k = 0; k < 4; k++) sum[k] = p[at[k]] + q[at[k]];
        double squared = sum[3] * sum[3] - sum[0] * sum[0] - sum[1] * sum[1] - sum[2] * sum[2];
        mass[i] = squared > 0 ? sqrt(squared) : 0;
    }
    return true;
}

/* Tells the library's message about a file, and gives 1. */
static int refused(const char *path) {
    tell_error("%s: %s", path, nsym_message());
    return 1;
}

/* Changes an input as the options say. */
static int change_input(const convert *c, const char *path, size_t i, size_t n, nsym_events *events) {
    double label = 0;
    if (c->rename && !rename_all(events, path, c->rename)) return 1;
    if (c->grid && !add_cells(events, &c->cells, path)) return 1;
    if (c->select && !keep_final(events, path)) return 1;
    if (c->pair_mass && !add_pair_mass(events, path)) return 1;
    if (c->labels && !c->label_file && label_of(c->labels, i, n, &label) && set_label(events, label) != NSYM_OK)
        return refused(path);
    return 0;
}

/* Reads input `i` of `n` and puts it behind *all (NULL before the first). */
static int take_input(const convert *c, const char *path, size_t i, size_t n, nsym_events **all,
                      input_records *records) {
    nsym_events *events, *joined = NULL;
    if (nsym_events_read(&events, path, &c->read.options) != NSYM_OK) return command_failed();
    int status = change_input(c, path, i, n, events);
    if (status == 0 && n > 1) status = note_input(records, path, i, events);
    if (status == 0 && *all && nsym_events_concat(&joined, *all, events) != NSYM_OK) {
        tell_error("%s cannot be joined to the files before: %s", path, nsym_message());
        status = 1;
    }
    if (status == 0 && !*all) {
        *all = events;
        return 0;
    }
    nsym_events_free(events);
    if (status == 0) {
        nsym_events_free(*all);
        *all = joined;
    }
    return status;
}

/* The labels of a file for all events. */
static int label_events(const convert *c, int inputs, nsym_events *all) {
    nsym_scores labels;
    if (nsym_scores_read(&labels, c->labels, "label") != NSYM_OK) return command_failed();
    bool fits = labels.count == all->count || (c->read.options.max_events && inputs == 1 && labels.count > all->count);
    nsym_status status = fits ? set_label(all, 0) : NSYM_OK;
    nsym_column *column = nsym_events_column(all, "label");
    for (size_t i = 0; fits && status == NSYM_OK && i < all->count; i++)
        for (size_t k = 0; k < column->width; k++) column->values[i * column->width + k] = labels.values[i];
    if (!fits) tell_error("%s: has %zu labels for %zu events", c->labels, labels.count, all->count);
    nsym_scores_free(&labels);
    return fits && status == NSYM_OK ? 0 : fits ? command_failed() : 1;
}

/* Whether the options fit each other and the inputs; else tells what is wrong. */
static int check_convert(const option_table *table, convert *c, int inputs) {
    const char *name;
    double label;
    if (layout_is_folder(c->read.options.layout)) c->layout.name = c->read.options.layout;
    if (inputs < 1) return options_wrong(table, "no input file is given");
    if (!c->out) return options_wrong(table, "no output is given: -o FILE");
    if (!c->layout.name && layout_has_options(&c->layout, &name))
        return options_wrong(table, "%s is for --layout cms-muons", name);
    if (c->layout.name &&
        (c->select || c->read.options.ragged || c->rename || c->grid || c->labels || c->read.arrays || c->pair_mass))
        return options_wrong(table, "--layout goes with --max-events, --efps, --kinds, --store and --jobs only");
    if (c->layout.name && inputs > 1) return options_wrong(table, "--layout reads one folder, not %d", inputs);
    if (c->select && strcmp(c->select, "final") != 0)
        return options_wrong(table, "--select is \"%s\", must be final", c->select);
    if (c->rename && !is_rename_list(c->rename))
        return options_wrong(table, "--rename is \"%s\", must be OLD=NEW, several separated by commas", c->rename);
    if (c->grid && !read_cell_grid(c->grid, &c->cells))
        return options_wrong(table, "--grid is \"%s\", must be cells in eta and phi and half the width: 32x32:0.45",
                             c->grid);
    if (inputs > 1 && strstr(c->out, ".lhe"))
        return options_wrong(table, "an LHE file has one <init> block, so %d files cannot be joined in one; write .h5",
                             inputs);
    int status = reading_check(table, &c->read);
    if (status != OPTIONS_GO_ON) return status;
    c->label_file = c->labels && !label_of(c->labels, 0, (size_t)inputs, &label);
    if (c->label_file && (strspn(c->labels, "0123456789.,+-eE") == strlen(c->labels) || access(c->labels, R_OK) != 0))
        return options_wrong(table,
                             "--label is \"%s\", must be one number, one for each of %d inputs or a file of labels",
                             c->labels, inputs);
    return OPTIONS_GO_ON;
}

static int run_convert(int argc, char **argv) {
    convert c = {0};
    option options[READING_OPTIONS + 11] = {
        {"output", 'o', OPTION_TEXT, &c.out, "FILE", "where to write; the ending tells the format"},
        {"max-events", 'n', OPTION_COUNT, &c.read.options.max_events, "N", "events of each input, 0: all"},
        {"select", 0, OPTION_TEXT, &c.select, "final", "only these particles: final (status 1); all if not given"},
        {"rename", 0, OPTION_TEXT, &c.rename, "OLD=NEW,...", "other names for features and columns"},
        {"grid", 0, OPTION_TEXT, &c.grid, "NxM:R",
         "of features i and j make d_eta, d_phi (cells of [-R, R]) and cell = i M + j"},
        {"label", 0, OPTION_TEXT, &c.labels, "L,...",
         "set column label: one number for all inputs, one for each, or a file with one for each event"},
        {"pair-mass", 0, OPTION_FLAG, &c.pair_mass, NULL,
         "of events of two particles px, py, pz, energy: their mass as column mass, GeV"},
        {"efps", 0, OPTION_TEXT, &c.layout.efps, "NAME,...", "of a layout: polynomials that become columns"},
        {"kinds", 0, OPTION_TEXT, &c.layout.kinds, "PID=KIND,...", "of a layout: what kind of particle each pid is"},
        {"store", 0, OPTION_TEXT, &c.layout.store, "NAME", "of a layout: the objects; pfn, pfn_sim_fixed or pfn_sim"},
        {"jobs", 'j', OPTION_COUNT, &c.layout.workers, "N", "of a layout: threads; 0: one per CPU"},
    };
    const option_table table = {
        "nearsym data convert IN... -o OUT [OPTION...]\n"
        "       nearsym data convert FOLDER -o OUT --layout cms-muons|cms-muons-sim [--efps NAME,...] [--kinds "
        "PID=KIND,...] "
        "[--store NAME] [--max-events N] [--jobs N]",
        "Reads event files (.lhe[.gz], .h5, .npy, .npz, .csv[.gz]), joins them in the order given, writes one.\n"
        "Images become the cells that are not 0: x, y (the centre), energy and cell = i m + j.",
        sizeof options / sizeof *options, options};
    reading_rows(options + 11, &c.read);
    int inputs, status = options_parse(&table, argc, argv, &inputs);
    if (status == OPTIONS_GO_ON) status = check_convert(&table, &c, inputs);
    if (status != OPTIONS_GO_ON) return status;
    if (c.layout.name) return convert_folder(&table, &c.layout, argv[0], c.read.options.max_events, c.out);
    remarks_show_notes();
    nsym_events *all = NULL;
    status = 0;
    input_records records = {0};
    for (int i = 0; i < inputs && status == 0; i++)
        status = take_input(&c, argv[i], (size_t)i, (size_t)inputs, &all, &records);
    if (status == 0 && all && c.label_file) status = label_events(&c, inputs, all);
    if (status == 0 && all && inputs > 1) status = tell_inputs(&records, all);
    if (status == 0 && all) tell_class_weights(stderr, all);
    if (status == 0 && all) status = write_sample(all, c.out);
    free_inputs(&records);
    nsym_events_free(all);
    return status;
}

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

/* What the events of a file say beside its arrays: percentiles, and what the classes weigh. Other arrays have none. */
static int tell_events(const char *path, const nsym_read_options *options, bool several, json_t *list) {
    nsym_events *events;
    if (nsym_events_read(&events, path, options) != NSYM_OK) return 0;
    int status = percentiles_of(events, path, list);
    if (several && !list) putchar('\n');
    if (!list) tell_class_weights(stdout, events);
    nsym_events_free(events);
    return status;
}

static int inspect_file(const char *path, const nsym_read_options *options, bool several, json_t *files) {
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
    option options[READING_OPTIONS + 1] = {{"json", 0, OPTION_FLAG, &json, NULL, "one JSON object instead of a table"}};
    reading_rows(options + 1, &read);
    const option_table table = {
        "nearsym data inspect FILE... [--json] [OPTION...]",
        "Shape, range and NaN counts of every array of event files, and of any HDF5 or npz file; of events also\n"
        "percentiles of every column and feature.",
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
        {"convert", run_convert}, {"inspect", run_inspect}, {"bin", run_bin}, {"simulate", simulate}};
    static const option_table table = {"nearsym data convert|inspect|bin|simulate ...",
                                       "convert   event files from format to format, several into one\n"
                                       "inspect   shapes, ranges and NaN counts of a file\n"
                                       "bin       points of a calorimeter summed in its cells\n"
                                       "simulate  events of the built-in generators\n"
                                       "Each has its own --help.",
                                       0, NULL};
    return options_choose(&table, actions, 4, argc, argv);
}
