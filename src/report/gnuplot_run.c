/* Running gnuplot. A drawing appears whole or not at all: the script takes where to draw from the variables `svg` and
   `pdf`, where they are set, and what is drawn there is renamed. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "report/gnuplot.h"

#include "base/atomic_file.h"
#include "base/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Runs gnuplot with its output and messages into `output` (an open file); *exit_code: 127 where it cannot be started.
 */
static nsym_status spawn(char *const *arguments, const char *folder, int output, int *exit_code) {
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) return nsym_fail(NSYM_ENOMEM, "no memory to start gnuplot");
    int failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    if (!failed && folder) failed = posix_spawn_file_actions_addchdir_np(&actions, folder);
    pid_t child = 0;
    if (!failed) failed = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    *exit_code = 127;
    if (failed == ENOENT) return NSYM_OK;
    if (failed) return nsym_fail(NSYM_EIO, "cannot start gnuplot: %s", strerror(failed));
    int state = 0;
    while (waitpid(child, &state, 0) < 0)
        if (errno != EINTR) return nsym_fail(NSYM_EIO, "cannot wait for gnuplot: %s", strerror(errno));
    *exit_code = WIFEXITED(state) ? WEXITSTATUS(state) : 126;
    return NSYM_OK;
}

/* The first bytes of a file, as one line. */
static void first_words(FILE *stream, char *text, size_t size) {
    rewind(stream);
    text[fread(text, 1, size - 1, stream)] = '\0';
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ') *c = ' ';
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--) text[n - 1] = '\0';
    memmove(text, text + strspn(text, " "), strlen(text + strspn(text, " ")) + 1);
}

void nsym_gnuplot_version(char *text, size_t size) {
    text[0] = '\0';
    FILE *output = tmpfile();
    if (!output) return;
    char *const arguments[] = {"gnuplot", "--version", NULL};
    int exit_code;
    if (spawn(arguments, NULL, fileno(output), &exit_code) == NSYM_OK && exit_code == 0)
        first_words(output, text, size);
    fclose(output);
}

enum { DRAWINGS = 2, ROOM = 1 << 16 };

/* The kinds of drawing, and what a whole one ends with. */
static const struct { const char *ending, *mark; } kinds[DRAWINGS] = {{"svg", "</svg>"}, {"pdf", "%%EOF"}};

static void abandon(nsym_atomic_file *drawing[DRAWINGS]) {
    for (int i = 0; i < DRAWINGS; i++) nsym_atomic_file_abandon(drawing[i]);
}

static const char *name_in(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Where to draw, and the commands that tell gnuplot (new). */
static nsym_status begin(nsym_atomic_file *drawing[DRAWINGS], char **commands, const char *folder, const char *name) {
    for (int i = 0; i < DRAWINGS; i++) {
        char *path;
        if (asprintf(&path, "%s/%s.%s", folder, name, kinds[i].ending) < 0)
            return nsym_fail(NSYM_ENOMEM, "no memory for the report");
        nsym_status status = nsym_atomic_file_new(&drawing[i], path);
        free(path);
        NSYM_TRY(status);
    }
    int n = asprintf(commands, "%s='%s'; %s='%s'", kinds[0].ending, name_in(nsym_atomic_file_path(drawing[0])),
                     kinds[1].ending, name_in(nsym_atomic_file_path(drawing[1])));
    if (n < 0) *commands = NULL;
    return n < 0 ? nsym_fail(NSYM_ENOMEM, "no memory for the report") : NSYM_OK;
}

/* gnuplot does not notice a full disk, so the system is asked: errno is 0 where the file may grow. */
static bool may_grow(const char *path) {
    static const char zeros[ROOM];
    FILE *file = fopen(path, "ab");
    bool fine = file && fwrite(zeros, 1, ROOM, file) == ROOM && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int error = fine ? 0 : errno;
    if (file) fclose(file);
    errno = error;
    return fine;
}

static bool is_whole(const char *path, const char *mark) {
    char end[64]; /* what stands before the mark may be no text */
    FILE *file = fopen(path, "rb");
    size_t n = file && fseek(file, -(long)sizeof end, SEEK_END) == 0 ? fread(end, 1, sizeof end, file) : 0;
    if (file) fclose(file);
    return memmem(end, n, mark, strlen(mark)) != NULL;
}

/* Puts the drawings in their places. */
static nsym_status put(nsym_atomic_file *drawing[DRAWINGS], const char *folder, const char *name) {
    for (int i = 0; i < DRAWINGS; i++) {
        const char *path = nsym_atomic_file_path(drawing[i]);
        if (!is_whole(path, kinds[i].mark)) {
            const char *reason = may_grow(path) ? "gnuplot did not finish it" : strerror(errno);
            return nsym_fail(NSYM_EIO, "%s/%s.%s: cannot be written: %s", folder, name, kinds[i].ending, reason);
        }
        nsym_atomic_file *whole = drawing[i];
        drawing[i] = NULL;
        NSYM_TRY(nsym_atomic_file_commit_quickly(whole));
    }
    return NSYM_OK;
}

/* Why gnuplot failed: a full disk is a failure of the report, and the rest a note (new). */
static nsym_status tell_failure(nsym_atomic_file *drawing[DRAWINGS], FILE *output, const char *folder,
                                const char *shown, const char *name, char **note) {
    char words[400];
    if (!may_grow(nsym_atomic_file_path(drawing[0])))
        return nsym_fail(NSYM_EIO, "%s/%s.%s: cannot be written: %s", folder, name, kinds[0].ending, strerror(errno));
    nsym_gnuplot_version(words, sizeof words);
    bool found = *words;
    first_words(output, words, sizeof words);
    int printed = found
                      ? asprintf(note, "gnuplot could not draw %s/%s.gp: %s", shown, name, words)
                      : asprintf(note,
                                 "gnuplot was not found, so %s/%s.csv and %s/%s.gp are written but not drawn: install "
                                 "it (Debian: gnuplot-nox) and write the report again",
                                 shown, name, shown, name);
    if (printed >= 0) return NSYM_OK;
    *note = NULL;
    return nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

nsym_status nsym_gnuplot_run_in(const char *folder, const char *shown, const char *name, char **note) {
    *note = NULL;
    char *script = NULL, *commands = NULL;
    nsym_atomic_file *drawing[DRAWINGS] = {NULL};
    FILE *output = tmpfile();
    int exit_code = 0;
    nsym_status status = output ? begin(drawing, &commands, folder, name)
                                : nsym_fail(NSYM_EIO, "cannot make a temporary file: %s", strerror(errno));
    if (status == NSYM_OK && asprintf(&script, "%s.gp", name) < 0)
        status = nsym_fail(NSYM_ENOMEM, "no memory for the report");
    if (status == NSYM_OK) {
        char *const arguments[] = {"gnuplot", "-d", "-e", commands, script, NULL}; /* -d: not the user's own settings */
        status = spawn(arguments, folder, fileno(output), &exit_code);
    }
    if (status == NSYM_OK)
        status = exit_code == 0 ? put(drawing, folder, name) : tell_failure(drawing, output, folder, shown, name, note);
    abandon(drawing);
    if (output) fclose(output);
    free(commands);
    free(script);
    return status;
}

nsym_status nsym_gnuplot_run(const char *folder, const char *name, char **note) {
    char *figures = NULL;
    *note = NULL;
    if (asprintf(&figures, "%s/figures", folder) < 0) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
    nsym_status status = nsym_gnuplot_run_in(figures, "figures", name, note);
    free(figures);
    return status;
}
