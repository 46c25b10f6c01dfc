/* nearsym export: a trained model for other programs. */
#include "commands.h"
#include "options.h"
#include "tell.h"

#include <nearsym/export.h>

#include <string.h>

/* What the command line says. */
typedef struct {
    const char *out, *format, *layout, *function;
    nsym_export_options onnx;
} asked;

/* The format of a name, or else of the file's ending; NULL: there is none. */
static const char *find_format(const asked *a) {
    static const char *const formats[] = {"onnx", "c", "npz", "safetensors"};
    const char *ending = strrchr(a->out, '.'), *word = a->format ? a->format : ending ? ending + 1 : "";
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++)
        if (strcmp(word, formats[k]) == 0) return formats[k];
    return NULL;
}

/* OPTIONS_GO_ON, or the status of wrong usage. */
static int check(const option_table *table, asked *a, int words) {
    if (words != 1) return options_wrong(table, "export takes a model");
    if (!a->out) return options_wrong(table, "where to? -o FILE.onnx");
    const char *format = find_format(a);
    if (!format && a->format)
        return options_wrong(table, "--format is '%s', must be onnx, c, npz or safetensors", a->format);
    if (!format)
        return options_wrong(table, "%s: a file ends in .onnx, .c, .npz or .safetensors; else say --format FORMAT",
                             a->out);
    a->format = format;
    bool onnx = strcmp(format, "onnx") == 0;
    if (!onnx && (a->layout || a->onnx.single))
        return options_wrong(table, "--layout and --single apply to ONNX files only");
    if (strcmp(format, "c") != 0 && a->function) return options_wrong(table, "--function applies to C files only");
    if (!a->layout || strcmp(a->layout, "padded") == 0) return OPTIONS_GO_ON;
    a->onnx.layout = NSYM_EXPORT_PACKED;
    if (strcmp(a->layout, "packed") == 0) return OPTIONS_GO_ON;
    return options_wrong(table, "--layout is '%s', must be padded or packed", a->layout);
}

static nsym_status write_file(nsym_model *model, const asked *a) {
    if (strcmp(a->format, "onnx") == 0) return nsym_export_onnx(model, a->out, &a->onnx);
    if (strcmp(a->format, "npz") == 0) return nsym_export_weights(model, a->out, NSYM_WEIGHTS_NPZ);
    if (strcmp(a->format, "safetensors") == 0) return nsym_export_weights(model, a->out, NSYM_WEIGHTS_SAFETENSORS);
    return nsym_export_c(model, a->out, a->function ? a->function : "network");
}

int cmd_export(int argc, char **argv) {
    asked a = {.onnx = nsym_export_defaults()};
    const option options[] = {
        {"output", 'o', OPTION_TEXT, &a.out, "FILE", "file to write: FILE.onnx, FILE.c, FILE.npz or FILE.safetensors"},
        {"format", 0, OPTION_TEXT, &a.format, "FORMAT",
         "format, if the file's name does not tell it: onnx, c, npz or safetensors"},
        {"layout", 0, OPTION_TEXT, &a.layout, "LAYOUT",
         "ONNX: shape of the particle input: padded (events, particles, features) with a mask, or packed (particles, "
         "features) with the event of each (default: padded)"},
        {"single", 0, OPTION_FLAG, &a.onnx.single, NULL,
         "ONNX: take inputs in single precision, for programs that have no double precision"},
        {"function", 0, OPTION_TEXT, &a.function, "NAME", "C: name of the function (default: network)"},
    };
    const option_table table = {
        "nearsym export MODEL -o FILE.onnx|FILE.c|FILE.npz|FILE.safetensors [--layout packed] [--single]",
        "Writes a trained model with its standardisation for other programs: as an ONNX file, whose metadata tell what "
        "each\ninput value is and what was done to the events before; as a C99 file that needs nothing else; or as "
        "weights that\nPyTorch and `nearsym import` read.",
        sizeof options / sizeof *options, options};
    int words, go = options_parse(&table, argc, argv, &words);
    if (go == OPTIONS_GO_ON) go = check(&table, &a, words);
    if (go != OPTIONS_GO_ON) return go;
    nsym_model *model;
    if (nsym_model_load(&model, argv[0]) != NSYM_OK) return command_failed();
    nsym_status status = write_file(model, &a);
    nsym_model_free(model);
    return status == NSYM_OK ? 0 : command_failed();
}
