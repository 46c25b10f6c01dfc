#define _GNU_SOURCE /* strsignal, sigabbrev */
#include "trust.h"

#include "tell.h"
#include "verdicts.h"

#include <nearsym/trust.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* How the other process ends; any other number is no answer. */
enum { ENDED_SOUND = 80, ENDED_SOUND_ELSEWHERE, ENDED_HUNGRY };

static const char program[] = "/proc/self/exe";
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* one check at a time; it guards what is remembered */
static bool trusted;

option trust_option(void) {
    return (option){"trusted", 0,    OPTION_FLAG,
                    &trusted,  NULL, "read HDF5 files without checking them for damage first"};
}

/* A process that reads the file; how it ended, as waitpid has it, in *status. 0, or why there was none. */
static int run_other(const char *path, bool whole, int *status) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    sigset_t none, all;
    pid_t other;
    char *const words[] = {(char *)"nearsym", (char *)TRUST_COMMAND, (char *)(whole ? "whole" : "ends"), (char *)path,
                           NULL}; /* nobody writes to them: the type is older than const */
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_init(&files);
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        posix_spawn_file_actions_addopen(&files, i, "/dev/null", i == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
    int error = posix_spawn(&other, program, &files, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (error != 0) return error;
    while (waitpid(other, status, 0) < 0)
        if (errno != EINTR) return errno;
    return 0;
}

/* What the end of the other process says; VERDICT_NONE: nothing, as it was stopped from outside or is no nearsym. */
static verdict judge(int status, bool *elsewhere) {
    *elsewhere = WIFEXITED(status) && WEXITSTATUS(status) == ENDED_SOUND_ELSEWHERE;
    if (WIFEXITED(status)) {
        int ended = WEXITSTATUS(status);
        return ended == ENDED_SOUND || *elsewhere ? VERDICT_SOUND
               : ended == ENDED_HUNGRY            ? VERDICT_HUNGRY
                                                  : VERDICT_NONE;
    }
    switch (WTERMSIG(status)) {
    case SIGSEGV:
    case SIGBUS:
    case SIGABRT:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
        return VERDICT_CRASH;
    case SIGXCPU:
        return VERDICT_HANG;
    default:
        return VERDICT_NONE;
    }
}

static bool is_stop(int status) {
    int stop = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return stop == SIGINT || stop == SIGTERM || stop == SIGHUP || stop == SIGQUIT;
}

static bool explain(verdict found, int signal_number, char *reason, size_t size) {
    static const char end[] = "; --trusted reads it all the same";
    switch (found) {
    case VERDICT_CRASH:
        snprintf(reason, size, "reading it crashes the HDF5 library (signal %d, %s): the file is damaged%s",
                 signal_number, strsignal(signal_number), end);
        return false;
    case VERDICT_HANG:
        snprintf(reason, size, "reading it keeps the HDF5 library busy without an end: the file is damaged%s", end);
        return false;
    case VERDICT_HUNGRY:
        snprintf(reason, size, "reading it takes far more memory than a file of its size should: it may be damaged%s",
                 end);
        return false;
    default:
        return true;
    }
}

/* Where the user limits the memory (ulimit -v), the other process may fail for that alone. */
static bool memory_is_limited(void) {
    struct rlimit memory;
    return getrlimit(RLIMIT_AS, &memory) == 0 && memory.rlim_cur != RLIM_INFINITY;
}

/* Checks a file of which nothing is known; the lock is held. */
static bool check(const char *path, bool sealed, const struct stat *file, char *reason, size_t size) {
    int status = 0, error = run_other(path, !sealed, &status);
    struct stat now;
    bool elsewhere = false;
    verdict found = error == 0 ? judge(status, &elsewhere) : VERDICT_NONE;
    int signal_number = error == 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (found == VERDICT_NONE && error == 0 && is_stop(status)) {
        snprintf(reason, size, "the check before it is read was stopped (signal %d)", signal_number);
        return false;
    }
    if (found == VERDICT_NONE) {
        tell_warning("%s: cannot be checked for damage in a separate process (%s), so it is read unchecked", path,
                     error           ? strerror(error)
                     : signal_number ? strsignal(signal_number)
                                     : "it did not start");
        found = VERDICT_SOUND;
        elsewhere = true;
    }
    if ((found == VERDICT_HUNGRY || found == VERDICT_CRASH) && memory_is_limited()) {
        snprintf(reason, size, "reading it takes more memory than this process may have: raise the limit (ulimit -v)");
        return false;
    }
    bool same = stat(path, &now) == 0 && now.st_mtim.tv_sec == file->st_mtim.tv_sec &&
                now.st_mtim.tv_nsec == file->st_mtim.tv_nsec && now.st_size == file->st_size;
    if (same) verdict_remember(file, found, signal_number, !elsewhere);
    return explain(found, signal_number, reason, size);
}

static bool allow(void *context, const char *path, bool sealed, char *reason, size_t size) {
    (void)context;
    struct stat file;
    int signal_number = 0;
    if (trusted || stat(path, &file) != 0 || !S_ISREG(file.st_mode)) return true;
    pthread_mutex_lock(&lock);
    verdict found = verdict_of(&file, &signal_number);
    bool fine =
        found != VERDICT_NONE ? explain(found, signal_number, reason, size) : check(path, sealed, &file, reason, size);
    pthread_mutex_unlock(&lock);
    return fine;
}

void trust_watch(void) {
    const char *word = getenv("NSYM_TRUSTED");
    struct sigaction children;
    trusted = word && word[0] && strcmp(word, "0") != 0;
    if (sigaction(SIGCHLD, NULL, &children) == 0 && children.sa_handler == SIG_IGN)
        signal(SIGCHLD, SIG_DFL); /* or nobody would know how a process ended */
    nsym_hdf5_guard(allow, NULL);
}

int trust_check(int argc, char **argv) {
    static const int ends[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP};
    bool elsewhere;
    if (argc != 3) return EXIT_WRONG_USAGE;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) signal(ends[i], SIG_DFL); /* libraries of MPI catch them */
    prctl(PR_SET_PDEATHSIG, SIGKILL);                                                 /* whoever waits for it is gone */
    prctl(PR_SET_DUMPABLE, 0);
    if (nsym_hdf5_probe(&elsewhere, argv[2], strcmp(argv[1], "whole") == 0) != NSYM_OK) return ENDED_HUNGRY;
    return elsewhere ? ENDED_SOUND_ELSEWHERE : ENDED_SOUND;
}
