#include "streams.h"

#include "commands.h"
#include "options.h"
#include "tell.h"

#include <nearsym/work.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const option_table usage = {"nearsym data convert | predict | efp compute | observables | evaluate ... - "
                                   "--format csv|npz ... [-o -]",
                                   "", 0, NULL};

bool streams_taken(int argc, char **argv) {
    static const char *const taken[][2] = {
        {"data", "convert"}, {"efp", "compute"}, {"predict", NULL}, {"observables", NULL}, {"evaluate", NULL}};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strcmp(argv[0], taken[i][0]) == 0 && (!taken[i][1] || (argc > 1 && strcmp(argv[1], taken[i][1]) == 0)))
            return true;
    return false;
}

static int failed(const char *what, const char *path) {
    tell_error("%s %s: %s", what, path, strerror(errno));
    return 1;
}

static bool copy(FILE *from, FILE *to) {
    char buffer[65536];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, from)) > 0;)
        if (fwrite(buffer, 1, n, to) != n) return false;
    return !ferror(from);
}

static int make_folder(streams *s) {
    if (s->folder[0]) return OPTIONS_GO_ON;
    return nsym_work_folder_new(s->folder, sizeof s->folder) == NSYM_OK ? OPTIONS_GO_ON : command_failed();
}

static int read_input(streams *s, const char *format) {
    if (!format) return options_wrong(&usage, "- is standard input; say its format: --format csv or --format npz");
    if (s->input[0]) return options_wrong(&usage, "standard input can be read once, and - is given twice");
    int status = make_folder(s);
    if (status != OPTIONS_GO_ON) return status;
    snprintf(s->input, sizeof s->input, "%s/standard-input.%s", s->folder, format);
    FILE *file = fopen(s->input, "wb");
    bool whole = file && copy(stdin, file);
    if (file && fclose(file) != 0) whole = false;
    return whole ? OPTIONS_GO_ON : failed("cannot keep standard input in", s->input);
}

/* The word behind which a file to write stands. */
static bool is_output(const char *word) {
    return strcmp(word, "-o") == 0 || strcmp(word, "--out") == 0 || strcmp(word, "--output") == 0;
}

/* Takes `--format X` and `--format=X` out of the words. */
static int take_format(const char **format, int *argc, char **argv) {
    int n = 0;
    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], "--format") == 0 && i + 1 == *argc)
            return options_wrong(&usage, "--format needs a value: csv or npz");
        if (strcmp(argv[i], "--format") == 0)
            *format = argv[++i];
        else if (strncmp(argv[i], "--format=", 9) == 0)
            *format = argv[i] + 9;
        else
            argv[n++] = argv[i];
    }
    *argc = n;
    if (!*format || strcmp(*format, "csv") == 0 || strcmp(*format, "npz") == 0) return OPTIONS_GO_ON;
    return options_wrong(&usage, "--format is \"%s\", must be csv or npz", *format);
}

int streams_open(streams *s, int *argc, char **argv) {
    const char *format = NULL;
    *s = (streams){.folder = ""};
    int status = take_format(&format, argc, argv);
    for (int i = 1; status == OPTIONS_GO_ON && i < *argc && argv[i]; i++) {
        bool whole =
            strcmp(argv[i], "-o-") == 0 || strcmp(argv[i], "--out=-") == 0 || strcmp(argv[i], "--output=-") == 0;
        if (whole) return options_wrong(&usage, "standard output is written as: -o -");
        if (strcmp(argv[i], "-") != 0) continue;
        if (is_output(argv[i - 1])) {
            status = make_folder(s);
            if (status != OPTIONS_GO_ON) return status;
            snprintf(s->output, sizeof s->output, "%s/standard-output.%s", s->folder, format ? format : "csv");
            argv[i] = s->output;
        } else {
            status = read_input(s, format);
            argv[i] = s->input;
        }
    }
    if (status == OPTIONS_GO_ON && format && !s->folder[0])
        return options_wrong(&usage, "--format applies to standard input and output, but no file is given as -");
    return status;
}

int streams_close(streams *s, int status) {
    FILE *file = s->output[0] && status == 0 ? fopen(s->output, "rb") : NULL;
    if (s->output[0] && status == 0 && (!file || !copy(file, stdout))) status = failed("cannot copy", s->output);
    if (file) fclose(file);
    if (s->folder[0]) nsym_work_folder_remove(s->folder);
    return status;
}
