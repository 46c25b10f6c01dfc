#include <nearsym/work.h>

#include "base/fail.h"
#include "base/folder.h"
#include "base/host.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char start[] = "nearsym";

/* Removes what is in a folder, and so many levels of folders in it, and then the folder. */
static void remove_folder(const char *path, size_t levels) {
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char inside[NSYM_PATH_SIZE];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (nsym_folder_path(inside, path, "%s", entry->d_name) != NSYM_OK) continue;
        if (unlink(inside) != 0 && levels > 0) remove_folder(inside, levels - 1);
    }
    if (folder) closedir(folder);
    rmdir(path);
}

/* Removes those of processes that were killed. */
static void clean(const char *parent) {
    DIR *folder = opendir(parent);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char path[NSYM_PATH_SIZE];
        if (nsym_host_left(entry->d_name, start) && nsym_folder_path(path, parent, "%s", entry->d_name) == NSYM_OK)
            nsym_work_folder_remove(path);
    }
    if (folder) closedir(folder);
}

nsym_status nsym_work_folder_new(char *path, size_t size) {
    const char *named = getenv("TMPDIR"), *parent = named && named[0] ? named : "/tmp";
    char mark[NSYM_HOST_SIZE];
    nsym_host_mark(mark);
    clean(parent);
    int n = snprintf(path, size, "%s/%s-%s-%ld-XXXXXX", parent, start, mark, (long)getpid());
    bool fits = n > 0 && (size_t)n < size;
    if (fits && mkdtemp(path)) return NSYM_OK;
    const char *why = fits ? strerror(errno) : "its path is too long";
    path[0] = '\0';
    return nsym_fail(NSYM_EIO, "cannot make a temporary folder in %s: %s; set TMPDIR to a folder that you can write to",
                     parent, why);
}

void nsym_work_folder_remove(const char *path) {
    remove_folder(path, 1);
}
