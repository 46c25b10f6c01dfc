#include "commands.h"
#include "completion.h"
#include "manual.h"
#include "options.h"
#include "remarks.h"
#include "streams.h"
#include "tell.h"
#include "trust.h"

#include <nearsym/cpu.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const command commands[] = {
    {"study", cmd_study, "run a published study or your own card and write a report"},
    {"train", cmd_train, "train one network of a card"},
    {"predict", cmd_predict, "score events with a trained model"},
    {"evaluate", cmd_evaluate, "measure the AUC and the efficiencies of scores"},
    {"ado", cmd_ado, "measure how often classifiers order events alike (decision ordering)"},
    {"data", cmd_data, "convert, inspect, bin or simulate event files"},
    {"observables", cmd_observables, "compute isolation and energy-flow polynomials as event columns"},
    {"efp", cmd_efp, "list, compute or search energy-flow polynomials"},
    {"fit", cmd_fit, "fit a mass spectrum and measure its signal fraction"},
    {"splot", cmd_splot, "evaluate scores in data without labels, by a fit of the mass"},
    {"export", cmd_export, "write a trained model for other programs: ONNX, C, PyTorch"},
    {"import", cmd_import, "make a model from weights that PyTorch trained"},
    {"symmetry", cmd_symmetry, "measure how broken a symmetry is in a sample, a detector, a network"},
    {"bench", cmd_bench, "measure how fast this machine is"},
    {"cite", cmd_cite, "print BibTeX of nearsym and of a study's paper"},
    {"doctor", cmd_doctor, "check what this machine offers and what is missing"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

int command_failed(void) {
    tell_error("%s", nsym_message());
    return 1;
}

static void print_help(FILE *out) {
    fprintf(
        out,
        "nearsym %s: learning from collider data whose symmetry is only nearly true\n\nusage: nearsym COMMAND ...\n\n",
        NSYM_VERSION);
    for (size_t i = 0; i < COMMANDS; i++) fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].about);
    fprintf(out, "\n`nearsym help COMMAND` shows the options of a command and their defaults.\ndata convert, predict, "
                 "efp compute, observables and evaluate accept - for a file. As input it is standard\ninput, with "
                 "--format csv or npz. After -o it is standard output, in the same format or else csv.\n");
}

/* The status of a command whose standard output may not have been written, on a full disk. */
static int told(int status) {
    errno = 0;
    if ((fflush(stdout) == 0 && !ferror(stdout)) || status != 0) return status; /* a failure has been told of */
    tell_error("standard output cannot be written: %s", strerror(errno ? errno : EIO));
    return 1;
}

/* `nearsym help COMMAND ...` is `nearsym COMMAND ... --help`: the words move to the front, as there is room for one. */
static void turn_help(int argc, char **argv) {
    static char help[] = "--help";
    for (int i = 1; i + 1 < argc; i++) argv[i] = argv[i + 1];
    argv[argc - 1] = help;
}

/* `nearsym help --man | --bash | --zsh`: what an installation holds beside the program. False: something else. */
static bool print_installed(const char *word) {
    if (strcmp(word, "--man") == 0)
        print_manual(commands, COMMANDS);
    else if (strcmp(word, "--bash") == 0 || strcmp(word, "--zsh") == 0)
        print_completion(word + 2, commands, COMMANDS);
    else
        return false;
    return true;
}

/* Runs a command; "-" among its words is a standard stream, where it takes that. */
static int run(int (*of)(int argc, char **argv), int argc, char **argv) {
    streams s;
    if (!streams_taken(argc, argv)) return of(argc, argv);
    int status = streams_open(&s, &argc, argv);
    if (status == OPTIONS_GO_ON) status = of(argc, argv);
    return streams_close(&s, status);
}

int main(int argc, char **argv) {
    const char *names[COMMANDS];
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told of, as a full disk is */
    if (argc == 3 && strcmp(argv[1], "help") == 0 && print_installed(argv[2])) return told(0);
    if (argc > 2 && strcmp(argv[1], "help") == 0) turn_help(argc, argv);
    if (argc < 2) {
        print_help(stderr);
        return EXIT_WRONG_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("nearsym %s\n", NSYM_VERSION);
        return 0;
    }
    if (strcmp(argv[1], TRUST_COMMAND) == 0) return trust_check(argc - 1, argv + 1);
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(argv[1], commands[i].name) != 0) continue;
        if (nsym_cpu_check() != NSYM_OK) return command_failed();
        remarks_listen();
        trust_watch();
        return told(run(commands[i].run, argc - 1, argv + 1));
    }
    const char *near = options_nearest(argv[1], names, COMMANDS);
    tell_error("there is no command '%s'%s%s%s", argv[1], near ? "; did you mean '" : "; see nearsym --help",
               near ? near : "", near ? "'?" : "");
    return EXIT_WRONG_USAGE;
}
