/* nearsym doctor: is everything there that a study needs? */
#include "cluster.h"
#include "commands.h"
#include "machine.h"
#include "options.h"

#include <nearsym/bench.h>
#include <nearsym/cpu.h>
#include <nearsym/libraries.h>
#include <nearsym/study.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef NSYM_COMMIT
#define NSYM_COMMIT "unknown" /* the build knows it in a checkout: cmake/commit.cmake */
#endif

static void count_study(void *context, const char *name, const char *title) {
    (void)name;
    (void)title;
    ++*(size_t *)context;
}

/* A line of a library, of those that are there. */
static void print_library(void *context, const char *name, const char *version, const char *purpose) {
    (void)context;
    if (version) printf("  %-11s %-9s %s\n", name, *version ? version : "there", purpose);
}

static void print_missing_library(void *context, const char *name, const char *version, const char *purpose) {
    (void)context;
    if (!version)
        printf("%-9s missing: without %s; install %s-dev (Debian) and build nearsym anew\n", name, purpose, name);
}

static void print_program(const char *name, const char *program, const char *advice) {
    printf("%-9s %s\n", name, machine_has(program) ? "there" : advice);
}

/* How figures, clusters and Python are served. */
static void print_parts(void) {
    char text[1024];
    printf("MPI       %s\n", cluster_library() ? cluster_library()
                                               : "none: studies run on one machine; install libmpich-dev and mpich "
                                                 "(Debian) and build nearsym anew");
    if (cluster_library())
        print_program("mpiexec", "mpiexec", "missing: nothing starts processes but srun; install mpich");
    print_program("gnuplot", "gnuplot", "missing: reports have no drawings; install gnuplot-nox");
    printf("fonts     %s\n",
           machine_has_fonts() ? "there" : "missing: drawings have no letters; install fonts-dejavu-core");
    machine_answer("python3 -c 'import importlib.util as u; s = u.find_spec(\"nearsym\"); print(s.origin if s else "
                   "\"\")' 2>/dev/null",
                   text, sizeof text);
    printf("Python    %s\n", *text ? text : "no package for python3: `pip install .` in nearsym's sources");
    nsym_libraries(print_missing_library, NULL);
}

/* What is of interest to nobody but who looks for a bug. */
static void print_details(void) {
    char text[1024];
    printf("commit    %s\ncompiler  %s\nsystem    %s\n", NSYM_COMMIT, nsym_compiler(),
           machine_system(text, sizeof text));
    printf("CPU       %s\nlibraries\n", machine_cpu(text, sizeof text));
    nsym_libraries(print_library, NULL);
    puts("environment");
    machine_print_environment();
}

/* Gives whether nothing is missing that studies and their reports need. */
static bool print_all(void) {
    size_t studies = 0;
    bool listed = nsym_study_list(count_study, &studies) == NSYM_OK;
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
    fflush(stdout);
    print_parts();
    return listed && machine_has("gnuplot");
}

int cmd_doctor(int argc, char **argv) {
    bool report = false;
    const option options[] = {
        {"report", 0, OPTION_FLAG, &report, NULL,
         "print a block for a bug report, also with versions, system, compiler and environment variables"},
    };
    const option_table table = {"nearsym doctor [--report]",
                                "Prints what this machine offers, what is missing, and how to install it.\nExit status "
                                "1 means that studies or their drawings do not work.",
                                1, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words != 0) return options_wrong(&table, "doctor takes no argument");
    if (report) puts("```");
    bool well = print_all();
    if (report) {
        print_details();
        puts("```");
    } else {
        puts("\n`nearsym doctor --report` prints a block for a bug report.");
    }
    return well ? 0 : 1;
}
