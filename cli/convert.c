/* Files are read and written block by block, so that with HDF5 no more than a block is in memory. */
#include "convert.h"

#include "cells.h"
#include "class_weights.h"
#include "commands.h"
#include "convert_events.h"
#include "convert_inputs.h"
#include "convert_layout.h"
#include "reading.h"
#include "remarks.h"
#include "simulate.h"
#include "tell.h"

#include <nearsym/io.h>
#include <nearsym/scores.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

typedef struct convert {
    const char *out, *select, *labels, *rename, *grid;
    bool pair_mass;
    bool label_file; /* `labels` is a file's name */
    reading read;
    cell_grid cells; /* what `grid` says */
    convert_layout layout;
} convert;

/* A conversion under way. */
typedef struct work {
    const convert *c;
    size_t inputs;
    nsym_events_writer *writer;
    input_records records;
    nsym_scores labels; /* of a file of labels */
    sample_size size;
    class_weights weights;
} work;

/* Tells the library's message about a file, and gives 1. */
static int refused(const char *path) {
    tell_error("%s: %s", path, nsym_message());
    return 1;
}

/* Changes events of input `i` as the options say. */
static int change_events(const work *w, const char *path, size_t i, nsym_events *events, nsym_notes_lost *lost) {
    const convert *c = w->c;
    double label = 0;
    if (c->rename && !rename_all(events, path, c->rename)) return 1;
    if (c->grid && !add_cells(events, &c->cells, path)) return 1;
    if (c->select && !keep_final(events, path, lost)) return 1;
    if (c->pair_mass && !add_pair_mass(events, path)) return 1;
    if (c->labels && !c->label_file && label_of(c->labels, i, w->inputs, &label) && set_label(events, label) != NSYM_OK)
        return refused(path);
    return 0;
}

/* The labels of a file for the next events. */
static int label_events(const work *w, nsym_events *events) {
    if (w->labels.count - w->size.events < events->count) {
        tell_error("%s: has %zu labels, and there are more events", w->c->labels, w->labels.count);
        return 1;
    }
    nsym_status status = set_label(events, 0);
    if (status != NSYM_OK) return command_failed();
    nsym_column *column = nsym_events_column(events, "label");
    for (size_t i = 0; i < events->count; i++)
        for (size_t k = 0; k < column->width; k++)
            column->values[i * column->width + k] = w->labels.values[w->size.events + i];
    return 0;
}

/* Puts a block of input `i` behind those before. */
static int take_block(work *w, const char *path, size_t i, nsym_events *events, nsym_notes_lost *lost) {
    int status = change_events(w, path, i, events, lost);
    if (status == 0 && w->c->label_file) status = label_events(w, events);
    if (status == 0 && events->features + events->columns == 0) {
        tell_error("%s: no particles and no columns are left of it", path);
        return 1;
    }
    if (status == 0 && w->inputs > 1) status = note_input(&w->records, path, i, events);
    if (status != 0) return status;
    if (nsym_events_writer_add(w->writer, events) != NSYM_OK) {
        if (i == 0) return command_failed();
        tell_error("%s cannot be joined to the files before: %s", path, nsym_message());
        return 1;
    }
    sample_size_add(&w->size, events);
    class_weights_add(&w->weights, events);
    return 0;
}

static bool is_lhe(const char *path) {
    size_t n = strlen(path);
    return (n > 4 && strcasecmp(path + n - 4, ".lhe") == 0) || (n > 7 && strcasecmp(path + n - 7, ".lhe.gz") == 0);
}

static int take_input(work *w, const char *path, size_t i) {
    nsym_events_reader *reader = NULL;
    nsym_events *block = NULL;
    nsym_notes_lost lost = {0};
    nsym_status status = nsym_events_reader_new(&reader, path, &w->c->read.options);
    if (status == NSYM_OK) status = nsym_events_writer_source(w->writer, path);
    int failed = 0;
    while (status == NSYM_OK && !failed && (status = nsym_events_reader_next(&block, reader, 0)) == NSYM_OK && block) {
        failed = take_block(w, path, i, block, &lost);
        nsym_events_free(block);
    }
    nsym_events_reader_free(reader);
    if (status != NSYM_OK) return command_failed();
    nsym_notes_tell(&lost, is_lhe(w->c->out) ? NSYM_WARNING : NSYM_NOTE, path,
                    "because they describe all particles, and --select final is given");
    return failed;
}

/* A file of labels has one for each event, or more where events were left out at the end. */
static int check_labels(const work *w) {
    bool more = w->c->read.options.max_events && w->inputs == 1 && w->labels.count > w->size.events;
    if (!w->c->label_file || w->labels.count == w->size.events || more) return 0;
    tell_error("%s: has %zu labels for %zu events", w->c->labels, w->labels.count, w->size.events);
    return 1;
}

static int convert_inputs(work *w, char **paths) {
    const convert *c = w->c;
    if (c->label_file && nsym_scores_read(&w->labels, c->labels, "label") != NSYM_OK) return command_failed();
    if (nsym_events_writer_new(&w->writer, c->out) != NSYM_OK) return command_failed();
    int status = 0;
    for (size_t i = 0; i < w->inputs && status == 0; i++) status = take_input(w, paths[i], i);
    if (status == 0) status = check_labels(w);
    if (status == 0 && w->inputs > 1) status = tell_inputs(&w->records, w->writer);
    if (status == 0 && nsym_events_writer_close(w->writer) != NSYM_OK) status = command_failed();
    if (status != 0) return status;
    class_weights_tell(stderr, &w->weights);
    sample_size_tell(&w->size, c->out);
    return 0;
}

/* What a layout of folders takes, and no other options. */
static int check_folder(const option_table *table, const convert *c, int inputs) {
    if (c->select || c->rename || c->grid || c->labels || c->pair_mass || reading_is_asked(&c->read))
        return options_wrong(table,
                             "--layout goes with --max-events, --efps, --kinds, --store, --jobs and --trusted only");
    if (inputs > 1) return options_wrong(table, "--layout reads one folder, not %d", inputs);
    return OPTIONS_GO_ON;
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
    if (c->layout.name) return check_folder(table, c, inputs);
    if (c->select && strcmp(c->select, "final") != 0)
        return options_wrong(table, "--select is \"%s\", must be final", c->select);
    if (c->rename && !is_rename_list(c->rename))
        return options_wrong(table, "--rename is \"%s\", must be OLD=NEW, several separated by commas", c->rename);
    if (c->grid && !read_cell_grid(c->grid, &c->cells))
        return options_wrong(table, "--grid is \"%s\", must be cells in eta and phi and half the width: 32x32:0.45",
                             c->grid);
    if (inputs > 1 && is_lhe(c->out))
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

int convert_files(int argc, char **argv) {
    convert c = {0};
    option options[READING_OPTIONS + 11] = {
        {"output", 'o', OPTION_TEXT, &c.out, "FILE", "file to write; its ending sets the format"},
        {"max-events", 'n', OPTION_COUNT, &c.read.options.max_events, "N",
         "maximum number of events from each input; 0: all"},
        {"select", 0, OPTION_TEXT, &c.select, "final", "particles to keep: final (status 1); default: all"},
        {"rename", 0, OPTION_TEXT, &c.rename, "OLD=NEW,...", "rename features and columns"},
        {"grid", 0, OPTION_TEXT, &c.grid, "NxM:R",
         "make d_eta, d_phi (cells of [-R, R]) and cell = i M + j from the features i and j"},
        {"label", 0, OPTION_TEXT, &c.labels, "L,...",
         "set the column label: one number for all inputs, one for each input, or a file with one for each event"},
        {"pair-mass", 0, OPTION_FLAG, &c.pair_mass, NULL,
         "add the column mass, GeV, for events with two particles px, py, pz, energy"},
        {"efps", 0, OPTION_TEXT, &c.layout.efps, "NAME,...", "for a layout: polynomials to write as columns"},
        {"kinds", 0, OPTION_TEXT, &c.layout.kinds, "PID=KIND,...", "for a layout: kind of particle for each pid"},
        {"store", 0, OPTION_TEXT, &c.layout.store, "NAME",
         "for a layout: store of the objects: pfn, pfn_sim_fixed or pfn_sim"},
        {"jobs", 'j', OPTION_COUNT, &c.layout.workers, "N", "for a layout: number of threads; 0: one per CPU"},
    };
    const option_table table = {
        "nearsym data convert IN... -o OUT [OPTION...]\n"
        "       nearsym data convert FOLDER -o OUT --layout cms-muons|cms-muons-sim [--efps NAME,...] [--kinds "
        "PID=KIND,...] "
        "[--store NAME] [--max-events N] [--jobs N]",
        "Reads event files (.lhe, .h5, .npy, .npz, .csv, .jsonl and similar, also compressed), joins them in the given "
        "order\nand writes one file. docs/formats.md shows what files may look like.\nImages are converted to their "
        "cells that are not 0: x, y (the centre), energy and cell = i m + j.",
        sizeof options / sizeof *options, options};
    reading_rows(options + 11, &c.read);
    int inputs, status = options_parse(&table, argc, argv, &inputs);
    if (status == OPTIONS_GO_ON) status = check_convert(&table, &c, inputs);
    if (status != OPTIONS_GO_ON) return status;
    if (c.layout.name) return convert_folder(&table, &c.layout, argv[0], c.read.options.max_events, c.out);
    remarks_show_notes();
    work w = {.c = &c, .inputs = (size_t)inputs};
    status = convert_inputs(&w, argv);
    nsym_events_writer_free(w.writer);
    nsym_scores_free(&w.labels);
    free_inputs(&w.records);
    class_weights_free(&w.weights);
    return status;
}
