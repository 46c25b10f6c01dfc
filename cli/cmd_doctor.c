/* nearsym doctor: is everything there that a study needs? */
#include "cluster.h"
#include "commands.h"
#include "options.h"

#include <nearsym/bench.h>
#include <nearsym/cpu.h>
#include <nearsym/study.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Is a program on the PATH? */
static bool on_path(const char *program) {
    const char *path = getenv("PATH");
    for (size_t length; path && *path; path += length + (path[length] == ':')) {
        char whole[4096];
        length = strcspn(path, ":");
        int n = snprintf(whole, sizeof whole, "%.*s/%s", (int)length, path, program);
        if (n > 0 && (size_t)n < sizeof whole && access(whole, X_OK) == 0) return true;
    }
    return false;
}

static void count_study(void *context, const char *name, const char *title) {
    (void)name;
    (void)title;
    ++*(size_t *)context;
}

int cmd_doctor(int argc, char **argv) {
    static const option_table table = {"nearsym doctor", "Tells what this machine offers, and what is missing.", 0,
                                       NULL};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 0) return options_wrong(&table, "doctor takes no argument");
    size_t studies = 0;
    bool listed = nsym_study_list(count_study, &studies) == NSYM_OK, gnuplot = on_path("gnuplot");
    const char *asked = getenv("NSYM_CPU"); /* empty: as if it were not set */
    printf("nearsym   %s\n", NSYM_VERSION);
    printf("CPUs      %ld, instructions: %s%s\n", sysconf(_SC_NPROCESSORS_ONLN), nsym_cpu_path(),
           asked && asked[0] ? " (NSYM_CPU)" : "");
    printf("bf16      %s\n", nsym_cpu_bf16_path());
    printf("networks  %s\n", nsym_arithmetic());
    if (listed)
        printf("studies   %zu\n", studies);
    else
        printf("studies   missing: %s\n", nsym_message());
    printf("MPI       %s\n", cluster_library() ? cluster_library() : "none: studies run on one machine");
    printf("gnuplot   %s\n", gnuplot ? "there" : "missing: reports have no drawings; install gnuplot-nox");
    return listed && gnuplot ? 0 : 1;
}
