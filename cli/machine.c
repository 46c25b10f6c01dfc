#define _GNU_SOURCE /* nftw, environ */
#include "machine.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

bool machine_has(const char *program) {
    const char *path = getenv("PATH");
    for (size_t length; path && *path; path += length + (path[length] == ':')) {
        char whole[4096];
        length = strcspn(path, ":");
        int n = snprintf(whole, sizeof whole, "%.*s/%s", (int)length, path, program);
        if (n > 0 && (size_t)n < sizeof whole && access(whole, X_OK) == 0) return true;
    }
    return false;
}

/* Ends the walk at the first font. */
static int is_font(const char *path, const struct stat *about, int kind, struct FTW *place) {
    (void)about;
    (void)place;
    const char *ending = strrchr(path, '.');
    static const char *const endings[] = {".ttf", ".otf", ".ttc", ".pfb"};
    for (size_t i = 0; kind == FTW_F && ending && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(ending, endings[i]) == 0) return 1;
    return 0;
}

static bool folder_has_fonts(const char *variable, const char *below) {
    char path[4096];
    const char *top = *variable ? getenv(variable) : "";
    if (!top || snprintf(path, sizeof path, "%s%s", top, below) >= (int)sizeof path) return false;
    return nftw(path, is_font, 8, FTW_PHYS) == 1;
}

bool machine_has_fonts(void) {
    return folder_has_fonts("", "/usr/share/fonts") || folder_has_fonts("", "/usr/local/share/fonts") ||
           folder_has_fonts("HOME", "/.local/share/fonts") || folder_has_fonts("HOME", "/.fonts") ||
           folder_has_fonts("CONDA_PREFIX", "/fonts") || folder_has_fonts("CONDA_PREFIX", "/share/fonts");
}

const char *machine_answer(const char *shell_command, char *text, size_t size) {
    FILE *pipe = popen(shell_command, "r"); /* NOLINT(cert-env33-c): the words are ours */
    *text = '\0';
    if (!pipe) return text;
    bool read = fgets(text, (int)size, pipe) != NULL;
    while (fgetc(pipe) != EOF) {
    }
    if (pclose(pipe) != 0 || !read) *text = '\0';
    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* What stands behind `key` and `mark` in the first such line of a file. Gives text, "" where there is none. */
static const char *line_of(const char *path, const char *key, char mark, char *text, size_t size) {
    FILE *file = fopen(path, "r");
    char line[8192];
    *text = '\0';
    while (file && !*text && fgets(line, sizeof line, file)) {
        const char *value = strncmp(line, key, strlen(key)) == 0 ? strchr(line, mark) : NULL;
        if (!value) continue;
        value += 1 + strspn(value + 1, " \"");
        snprintf(text, size, "%.*s", (int)strcspn(value, "\"\n"), value);
    }
    if (file) fclose(file);
    return text;
}

const char *machine_system(char *text, size_t size) {
    char name[256];
    struct utsname about;
    if (uname(&about) != 0) return strcpy(text, "unknown");
    line_of("/etc/os-release", "PRETTY_NAME", '=', name, sizeof name);
    snprintf(text, size, "%s%s%s %s %s", name, *name ? ", " : "", about.sysname, about.release, about.machine);
    return text;
}

const char *machine_cpu(char *text, size_t size) {
    static const char *const known[] = {"sse4_1", "avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16"};
    char flags[8192], name[256];
    line_of("/proc/cpuinfo", "model name", ':', name, sizeof name);
    line_of("/proc/cpuinfo", "flags", ':', flags, sizeof flags);
    size_t used = (size_t)snprintf(text, size, "%s,", *name ? name : "unknown");
    char *rest = flags;
    for (const char *flag; (flag = strsep(&rest, " "));)
        for (size_t i = 0; i < sizeof known / sizeof *known && used < size; i++)
            if (strcmp(flag, known[i]) == 0) used += (size_t)snprintf(text + used, size - used, " %s", flag);
    return text;
}

void machine_print_environment(void) {
    static const char *const begins[] = {"NSYM_",       "OMP_",         "KMP_",    "DNNL_",
                                         "ONEDNN_",     "HDF5_",        "TMPDIR=", "LD_LIBRARY_PATH=",
                                         "LD_PRELOAD=", "CONDA_PREFIX="};
    for (char **variable = environ; *variable; variable++)
        for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
            if (strncmp(*variable, begins[i], strlen(begins[i])) == 0) puts(*variable);
}
