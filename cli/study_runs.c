#include "study_runs.h"
#include "commands.h"
#include "options.h"
#include "tell.h"

#include <nearsym/study.h>

#include <stdio.h>

int study_runs(int argc, char **argv) {
    const char *path = NULL;
    const option options[] = {
        {"out", 'o', OPTION_TEXT, &path, "FILE", "file to write; compressed if its name ends in .gz"}};
    const option_table table = {
        "nearsym study runs DIR -o FILE.jsonl.gz",
        "Writes the finished runs of a study's output folder to one file, with one JSON object per line:\nlabel, key, "
        "time, CPU path and all numbers. `nearsym study merge` reads this file.",
        1, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 1) return options_wrong(&table, "study runs takes the output folder of a study");
    if (!path) return options_wrong(&table, "say which file to write: -o runs.jsonl.gz");
    size_t runs;
    if (nsym_study_write_runs(&runs, argv[0], path) != NSYM_OK) return command_failed();
    printf("%zu runs in %s\n", runs, path);
    return 0;
}

int study_merge(int argc, char **argv) {
    const option_table table = {
        "nearsym study merge DIR FROM...",
        "Adds finished runs to the output folder DIR, and makes it if necessary. The runs come from other output "
        "folders, with\ntheir models and scores, or from files that `nearsym study runs` wrote. Runs that DIR has "
        "already stay as they are.\n`nearsym study run` with --out DIR continues from them.",
        0, NULL};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words < 2) return options_wrong(&table, "study merge takes an output folder, and what to merge into it");
    for (int i = 1; i < words; i++) {
        nsym_study_merged merged;
        if (nsym_study_merge(&merged, argv[0], argv[i]) != NSYM_OK) return command_failed();
        printf("%s: %zu runs added, %zu were there\n", argv[i], merged.added, merged.present);
        if (merged.differing)
            tell_warning("%zu runs of %s have other numbers than those in %s, which are kept; the reason may be "
                         "another kind of CPU "
                         "or other libraries",
                         merged.differing, argv[i], argv[0]);
    }
    return 0;
}
