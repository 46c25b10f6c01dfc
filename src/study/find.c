/* Where studies are: folders that hold a study.yaml. */
#include <nearsym/study.h>

#include "base/fail.h"
#include "study/tree.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096, STUDIES_MAX = 256 };

static bool is_folder(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool is_file(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

static const char *studies_folder(void) {
    const char *asked = getenv("NSYM_STUDIES");
    if (asked && asked[0]) return asked;
    return is_folder(NSYM_STUDIES_SOURCE_DIR) ? NSYM_STUDIES_SOURCE_DIR : NSYM_STUDIES_DIR;
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

nsym_status nsym_study_find(const char *name, char **path) {
    char at[PATH_SIZE];
    int n = snprintf(at, sizeof at, "%s", name);
    if (!is_file(name)) n = snprintf(at, sizeof at, "%s/%s/study.yaml", studies_folder(), name);
    if (n >= PATH_SIZE || !is_file(at)) return no_such(name);
    *path = strdup(at);
    return *path ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a path");
}
