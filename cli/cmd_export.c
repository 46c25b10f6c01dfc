/* nearsym export: a trained model for other programs. */
#include "commands.h"
#include "options.h"
#include "tell.h"

#include <nearsym/export.h>

#include <string.h>

/* The layout of a name. False: there is none. */
static bool find_layout(nsym_export_layout *out, const char *name) {
    *out = strcmp(name, "packed") == 0 ? NSYM_EXPORT_PACKED : NSYM_EXPORT_PADDED;
    return strcmp(name, "packed") == 0 || strcmp(name, "padded") == 0;
}

int cmd_export(int argc, char **argv) {
    nsym_export_options o = nsym_export_defaults();
    const char *out = NULL, *layout = "padded";
    const option options[] = {
        {"output", 'o', OPTION_TEXT, &out, "FILE.onnx", "the file to write"},
        {"layout", 0, OPTION_TEXT, &layout, "LAYOUT",
         "how particles come: padded (events, particles, features) with a mask, or packed (particles, features) with "
         "the event of each"},
        {"single", 0, OPTION_FLAG, &o.single, NULL, "inputs in single precision, for callers that have no other"},
    };
    const option_table table = {"nearsym export MODEL -o FILE.onnx [--layout packed] [--single]",
                                "Writes a trained model as an ONNX file, standardisation included. Its metadata say "
                                "what each input value is,\nand what was done to the events before.",
                                sizeof options / sizeof *options, options};
    int words, go = options_parse(&table, argc, argv, &words);
    if (go != OPTIONS_GO_ON) return go;
    if (words != 1) return options_wrong(&table, "export takes a model");
    if (!out) return options_wrong(&table, "where to? -o FILE.onnx");
    if (!find_layout(&o.layout, layout))
        return options_wrong(&table, "--layout is '%s', must be padded or packed", layout);
    nsym_model *model;
    if (nsym_model_load(&model, argv[0]) != NSYM_OK) return command_failed();
    nsym_status status = nsym_export_onnx(model, out, &o);
    nsym_model_free(model);
    return status == NSYM_OK ? 0 : command_failed();
}
