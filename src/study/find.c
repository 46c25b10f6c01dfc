/* Where studies are: folders that hold a study.yaml. They are looked for from the place of this code on upwards, in
   share/nearsym/studies, so that an installation may be moved; a build folder has such a folder, too. */
#define _GNU_SOURCE /* dladdr */
#include <nearsym/study.h>

#include "base/fail.h"
#include "options/tree.h"

#include <dirent.h>
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = PATH_MAX, STUDIES_MAX = 256, LEVELS_UP = 3 };

static bool is_folder(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool is_file(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

static char found[PATH_SIZE] = NSYM_STUDIES_DIR;

/* The shared library that holds this code, or the program. Shape: path (PATH_MAX). */
static bool own_place(char *path) {
    Dl_info about;
    bool shared = dladdr(found, &about) && about.dli_fname && strstr(about.dli_fname, ".so");
    return realpath(shared ? about.dli_fname : "/proc/self/exe", path) != NULL;
}

static void find_folder(void) {
    char path[PATH_SIZE], folder[PATH_SIZE];
    if (!own_place(path)) return;
    for (int level = 0; level < LEVELS_UP; level++) {
        char *slash = strrchr(path, '/');
        if (!slash) return;
        *slash = '\0';
        int n = snprintf(folder, sizeof folder, "%s/share/nearsym/studies", path);
        if (n < PATH_SIZE && is_folder(folder) && realpath(folder, found)) return;
    }
}

static const char *studies_folder(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const char *asked = getenv("NSYM_STUDIES");
    if (asked && asked[0]) return asked;
    pthread_once(&once, find_folder);
    return found;
}

static int with_card(const struct dirent *entry) {
    char path[PATH_SIZE];
    int n = snprintf(path, sizeof path, "%s/%s/study.yaml", studies_folder(), entry->d_name);
    return entry->d_name[0] != '.' && n < PATH_SIZE && is_file(path);
}

static void free_entries(struct dirent **entries, int n) {
    for (int i = 0; i < n; i++) free(entries[i]);
    free(entries);
}

static nsym_status title_of(const char *name, void (*visit)(void *, const char *, const char *), void *context) {
    char path[PATH_SIZE];
    const char *title = "";
    nsym_tree *card;
    if (snprintf(path, sizeof path, "%s/%s/study.yaml", studies_folder(), name) >= PATH_SIZE)
        return nsym_fail(NSYM_EIO, "the path of study %s is too long", name);
    NSYM_TRY(nsym_tree_read(&card, path));
    nsym_status status = nsym_read_text((nsym_reader){card, card->root, ""}, "title", &title);
    if (status == NSYM_OK) visit(context, name, title);
    nsym_tree_free(card);
    return status;
}

nsym_status nsym_study_list(void (*visit)(void *context, const char *name, const char *title), void *context) {
    struct dirent **entries = NULL;
    int n = scandir(studies_folder(), &entries, with_card, alphasort);
    if (n < 0)
        return nsym_fail(NSYM_ENOTFOUND, "no folder of studies at %s; set NSYM_STUDIES to one", studies_folder());
    nsym_status status = NSYM_OK;
    for (int i = 0; status == NSYM_OK && i < n; i++) status = title_of(entries[i]->d_name, visit, context);
    free_entries(entries, n);
    return status;
}

static nsym_status no_such(const char *name) {
    struct dirent **entries = NULL;
    const char *known[STUDIES_MAX + 1] = {NULL};
    int n = scandir(studies_folder(), &entries, with_card, alphasort);
    for (int i = 0; i < n && i < STUDIES_MAX; i++) known[i] = entries[i]->d_name;
    const char *near = nsym_nearest(name, known);
    nsym_status status =
        nsym_fail(NSYM_ENOTFOUND, "there is no study or card '%s'%s%s%s", name, near ? "; did you mean '" : "",
                  near ? near : "; `nearsym study list` shows the studies", near ? "'?" : "");
    free_entries(entries, n);
    return status;
}

nsym_status nsym_study_find(char **path, const char *name) {
    char at[PATH_SIZE];
    int n = snprintf(at, sizeof at, "%s", name);
    if (!is_file(name)) n = snprintf(at, sizeof at, "%s/%s/study.yaml", studies_folder(), name);
    if (n >= PATH_SIZE || !is_file(at)) return no_such(name);
    *path = strdup(at);
    return *path ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a path");
}
