/* nearsym import: weights that another program trained become a model. */
#include "commands.h"
#include "options.h"

#include <nearsym/study.h>

#include <stdio.h>

int cmd_import(int argc, char **argv) {
    nsym_study_options study = {0};
    option_texts set = {0};
    const char *card = NULL, *model = NULL, *out = "model.h5";
    const option options[] = {
        {"card", 'c', OPTION_TEXT, &card, "CARD", "name of a study or path of a card that has the model"},
        {"model", 'm', OPTION_TEXT, &model, "NAME", "name of the model in the card (default: the only one)"},
        {"out", 'o', OPTION_TEXT, &out, "MODEL", "file for the model"},
        {"preset", 0, OPTION_TEXT, &study.preset, "NAME", "apply a preset of the card"},
        {"set", 0, OPTION_TEXTS, &set, "PATH=VALUE", "set a key of the card, after the preset"},
    };
    const option_table table = {
        "nearsym import WEIGHTS.npz|WEIGHTS.safetensors --card CARD [--model NAME] [-o MODEL]",
        "Makes a model from weights that PyTorch trained. The card gives the network, its inputs and the treatment of "
        "the events\nbefore it; the file gives the weights of a state_dict. docs/onnx.md shows how PyTorch writes the "
        "file and how its\ntensors are named. `nearsym export -o FILE.npz` writes such files too.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "import takes a file of weights");
    if (!card) return options_wrong(&table, "which network is it? --card CARD");
    study.card = card;
    study.set = set.text;
    study.sets = set.count;
    return nsym_study_import(&study, model, argv[0], out) == NSYM_OK ? 0 : command_failed();
}
