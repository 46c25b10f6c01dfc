/* nearsym predict, nearsym evaluate: a trained model at work. */
#include "commands.h"
#include "options.h"

#include <nearsym/predict.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

/* An estimate with two digits, or all. */
static void warn_trained(double trained, size_t events) {
    double step = trained >= 100 ? pow(10, floor(log10(trained)) - 1) : 1;
    if (trained <= 0) return;
    fprintf(stderr,
            "nearsym: warning: about %.0f of %zu events trained this model; judge it by events that are new to it\n",
            fmin(step * floor(trained / step + 0.5), (double)events), events);
}

int cmd_predict(int argc, char **argv) {
    const char *out = NULL;
    const option options[] = {
        {"out", 'o', OPTION_TEXT, &out, "SCORES", "where the scores go: .h5, .npz, .npy or .csv (default: scores.h5)"}};
    const option_table table = {
        "nearsym predict MODEL EVENTS [-o SCORES]",
        "Scores events (LHE, HDF5, npz, csv) with a trained model, such as a study's models/NAME.h5.", 1, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 2) return options_wrong(&table, "predict takes a model and a file of events");
    if (!out) out = "scores.h5";
    nsym_prediction p;
    if (nsym_predict(&p, argv[0], argv[1], out) != NSYM_OK) return command_failed();
    fprintf(stderr, "%s: scores of %s by %s\n", out, argv[1], argv[0]);
    warn_trained(p.trained, p.events);
    return 0;
}

int cmd_evaluate(int argc, char **argv) {
    const char *score = "output";
    bool json = false;
    const option options[] = {{"score", 0, OPTION_TEXT, &score, "COLUMN", "the column of scores"},
                              {"json", 0, OPTION_FLAG, &json, NULL, "print one JSON object"}};
    const option_table table = {"nearsym evaluate SCORES [--score COLUMN] [--json]",
                                "How well scores tell the labels apart, with weights where the file has them.", 2,
                                options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "evaluate takes one file of scores");
    nsym_evaluation e;
    if (nsym_evaluate(&e, argv[0], score) != NSYM_OK) return command_failed();
    warn_trained(e.trained, e.events);
    const char *form =
        json ? "{\"events\": %zu, \"signal\": %zu, \"auc\": %.6f, \"auc_error\": %.6f, \"accuracy\": %.6f, "
               "\"tpr_at_fpr_0.1\": %.6f, \"tpr_at_fpr_0.5\": %.6f}\n"
             : "events              %zu, of which signal %zu\nAUC                 %.4f ± %.4f\n"
               "accuracy at 0.5     %.4f\nsignal efficiency   %.4f at 10 %% background, %.4f at 50 %%\n";
    printf(form, e.events, e.signal, e.auc, e.auc_error, e.accuracy, e.tpr_at_10, e.tpr_at_50);
    return 0;
}
