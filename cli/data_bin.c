/* nearsym data bin: points of a calorimeter are summed in its cells. */
#include "data_bin.h"
#include "cells.h"
#include "commands.h"
#include "options.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/chain.h>
#include <nearsym/io.h>
#include <nearsym/pixels.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void print_edges(FILE *stream, const char *axis, const double *edges, size_t n) {
    fprintf(stream, "%s: [", axis);
    for (size_t i = 0; i < n; i++) fprintf(stream, "%s%.17g", i ? ", " : "", edges[i]);
    fputs("], ", stream);
}

/* New text (free with free): the card of a detector of these cells; NULL: no memory. */
static char *card_of(const nsym_pixels *pixels, double threshold) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    fputs("detector: {", stream);
    print_edges(stream, "x", nsym_pixels_x(pixels), nsym_pixels_nx(pixels) + 1);
    print_edges(stream, "y", nsym_pixels_y(pixels), nsym_pixels_ny(pixels) + 1);
    fprintf(stream, "threshold: %.17g}\n", threshold);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

static int bin(const char *path, const char *out, const nsym_pixels *pixels, double threshold) {
    nsym_events *events = NULL, *made = NULL;
    char *card = card_of(pixels, threshold);
    int failed = 1;
    if (!card) {
        tell_error("no memory for a grid");
    } else if (nsym_events_read(&events, path, NULL) != NSYM_OK) {
        failed = command_failed();
    } else if (nsym_events_apply(&made, NULL, events, card, NULL) != NSYM_OK) {
        tell_error("%s: %s", path, nsym_message());
    } else if (nsym_events_write(made, out) != NSYM_OK) {
        failed = command_failed();
    } else {
        fprintf(stderr, "%s: %zu events, %llu cells above 0\n", out, made->count,
                (unsigned long long)made->offsets[made->count]);
        failed = 0;
    }
    free(card);
    nsym_events_free(made);
    nsym_events_free(events);
    return failed;
}

/* "LOW:HIGH" */
static bool read_range(const char *text, double *low, double *high) {
    char *end;
    *low = strtod(text, &end);
    if (end == text || *end != ':') return false;
    *high = strtod(end + 1, &end);
    return !*end && isfinite(*low) && isfinite(*high) && *low < *high;
}

int run_bin(int argc, char **argv) {
    const char *out = NULL, *cells = NULL, *range = "-1:1";
    double threshold = 0, low, high;
    size_t nx, ny;
    const option options[] = {
        {"output", 'o', OPTION_TEXT, &out, "FILE", "file to write; its ending sets the format"},
        {"cells", 0, OPTION_TEXT, &cells, "NxM", "number of equal cells in x and y, or in d_eta and d_phi"},
        {"range", 0, OPTION_TEXT, &range, "LOW:HIGH", "range of both coordinates; points outside are lost"},
        {"threshold", 0, OPTION_NUMBER, &threshold, "E", "minimum energy or pt of a cell; cells below it are dropped"},
        trust_option(),
    };
    const option_table table = {"nearsym data bin EVENTS -o FILE --cells NxM [--range LOW:HIGH] [--threshold E]",
                                "Sums points (x, y, energy, or d_eta, d_phi, pt) in the cells of a calorimeter. Writes "
                                "the same features and `cell`,\nthe number in the grid, for every cell above 0. A "
                                "model that was trained on points does this by itself.",
                                sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "data bin takes one file of events");
    if (!out) return options_wrong(&table, "no output is given: -o FILE");
    const char *end = cells ? read_cells(cells, &nx, &ny) : NULL;
    if (!end || *end)
        return options_wrong(&table, "--cells is \"%s\", must be cells in x and y: 32x32", cells ? cells : "");
    if (!read_range(range, &low, &high))
        return options_wrong(&table, "--range is \"%s\", must be two rising numbers: -1:1", range);
    if (nx > NSYM_CELLS_MAX || ny > NSYM_CELLS_MAX)
        return options_wrong(&table, "--cells is %s, must be at most %d a side", cells, (int)NSYM_CELLS_MAX);
    nsym_pixels *pixels;
    if (nsym_pixels_new_equal(&pixels, nx, ny, low, high) != NSYM_OK) return command_failed();
    int failed = bin(argv[0], out, pixels, threshold);
    nsym_pixels_free(pixels);
    return failed;
}
