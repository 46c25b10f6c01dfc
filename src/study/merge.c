/* Finished runs leave an output folder, and come into another. */
#include <nearsym/study.h>

#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/folder.h"
#include "ledger/runs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Opens the ledger of a folder that has one, to read. */
static nsym_status look(nsym_ledger **out, const char *folder) {
    char path[NSYM_PATH_SIZE];
    *out = NULL;
    if (!nsym_folder_has(folder, "ledger.sqlite"))
        return nsym_fail(NSYM_ENOTFOUND, "%s is not an output folder of a study: it has no ledger.sqlite", folder);
    NSYM_TRY(nsym_folder_path(path, folder, "ledger.sqlite"));
    return nsym_ledger_look(out, path);
}

nsym_status nsym_study_write_runs(size_t *runs, const char *folder, const char *path) {
    nsym_ledger *ledger;
    *runs = 0;
    nsym_status status = look(&ledger, folder);
    if (status == NSYM_OK) status = nsym_runs_file_write(ledger, path, runs);
    nsym_ledger_close(ledger);
    return status;
}

/* ---- Files that runs leave ---- */

static nsym_status copy_bytes(FILE *to, const char *path) {
    char buffer[1 << 16];
    FILE *from = fopen(path, "rb");
    if (!from) return nsym_fail(NSYM_EIO, "%s: %s", path, strerror(errno));
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, from)) > 0 && fwrite(buffer, 1, n, to) == n) {
    }
    nsym_status status = ferror(from) ? nsym_fail(NSYM_EIO, "%s: cannot be read", path) : NSYM_OK;
    fclose(from);
    return status;
}

static nsym_status copy_file(const char *from, const char *to) {
    nsym_atomic_file *file;
    FILE *stream;
    NSYM_TRY(nsym_atomic_stream_open(&file, &stream, to));
    return nsym_atomic_stream_close(file, stream, copy_bytes(stream, from));
}

/* Copies the files of a folder in `from` that the one in `folder` does not have: their names tell their runs' keys. */
static nsym_status copy_missing(const char *folder, const char *from, const char *name) {
    char source[NSYM_PATH_SIZE], target[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_folder_path(source, from, "%s", name));
    DIR *files = opendir(source);
    if (!files) return NSYM_OK;
    nsym_status status = nsym_folder_path(target, folder, "%s", name);
    if (status == NSYM_OK) status = nsym_folder_make(target);
    for (struct dirent *entry; status == NSYM_OK && (entry = readdir(files));) {
        if (entry->d_name[0] == '.' || nsym_folder_has(folder, "%s/%s", name, entry->d_name)) continue;
        status = nsym_folder_path(source, from, "%s/%s", name, entry->d_name);
        if (status == NSYM_OK) status = nsym_folder_path(target, folder, "%s/%s", name, entry->d_name);
        if (status == NSYM_OK) status = copy_file(source, target);
    }
    closedir(files);
    return status;
}

/* ---- Merging ---- */

/* The files first: a run that is recorded has what it left. */
static nsym_status merge_folder(nsym_ledger *ledger, const char *folder, const char *from, nsym_runs_taken *taken) {
    static const char *const left[] = {"models", "scores"};
    nsym_ledger *other;
    nsym_status status = look(&other, from);
    for (size_t i = 0; status == NSYM_OK && i < sizeof left / sizeof *left; i++)
        status = copy_missing(folder, from, left[i]);
    if (status == NSYM_OK) status = nsym_runs_take(ledger, other, taken);
    nsym_ledger_close(other);
    return status;
}

nsym_status nsym_study_merge(nsym_study_merged *out, const char *folder, const char *from) {
    char path[NSYM_PATH_SIZE];
    nsym_ledger *ledger;
    nsym_runs_taken taken = {0};
    struct stat about;
    *out = (nsym_study_merged){0};
    if (stat(from, &about) != 0) return nsym_fail(NSYM_ENOTFOUND, "%s: %s", from, strerror(errno));
    NSYM_TRY(nsym_folder_make(folder));
    NSYM_TRY(nsym_folder_path(path, folder, "ledger.sqlite"));
    NSYM_TRY(nsym_ledger_open(&ledger, path));
    nsym_status status =
        S_ISDIR(about.st_mode) ? merge_folder(ledger, folder, from, &taken) : nsym_runs_file_read(ledger, from, &taken);
    nsym_ledger_close(ledger);
    *out = (nsym_study_merged){taken.added, taken.present, taken.differing};
    return status;
}
