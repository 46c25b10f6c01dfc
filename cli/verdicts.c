#define _DEFAULT_SOURCE
#include "verdicts.h"

#include <nearsym/api.h>
#include <nearsym/trust.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT = 2048, LINE = 256, PATH = 4096 };

typedef struct entry {
    uintmax_t device, inode, size;
    intmax_t written, changed; /* nanoseconds */
    unsigned found;
    int signal_number;
    bool lasting;
} entry;

static entry known[KEPT]; /* the latest, oldest first */
static size_t count;
static bool loaded;

static intmax_t nanoseconds(const struct timespec *time) {
    return (intmax_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static entry entry_of(const struct stat *file) {
    return (entry){.device = file->st_dev,
                   .inode = file->st_ino,
                   .size = (uintmax_t)file->st_size,
                   .written = nanoseconds(&file->st_mtim),
                   .changed = nanoseconds(&file->st_ctim)};
}

static bool same_file(const entry *a, const entry *b) {
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->written == b->written &&
           a->changed == b->changed;
}

/* The latest takes the place of what was known of the file, or of the oldest. */
static void add(const entry *e) {
    size_t old = 0;
    while (old < count && !same_file(&known[old], e)) old++;
    if (old == count && count == KEPT) old = 0;
    if (old < count) {
        memmove(&known[old], &known[old + 1], (count - old - 1) * sizeof *known);
        count--;
    }
    known[count++] = *e;
}

/* The folder for it, made where it is missing; false where there is none. */
static bool cache_folder(char folder[PATH]) {
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int n = -1;
    if (cache && cache[0] == '/')
        n = snprintf(folder, PATH, "%s", cache);
    else if (home && home[0] == '/')
        n = snprintf(folder, PATH, "%s/.cache", home);
    if (n < 0 || n >= PATH - 64) return false;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) return false;
    strcat(folder, "/nearsym");
    return mkdir(folder, 0700) == 0 || errno == EEXIST;
}

/* Other versions find other things. */
static void head_line(char line[LINE]) {
    snprintf(line, LINE, "nearsym %s HDF5 %s\n", NSYM_VERSION, nsym_hdf5_version());
}

/* Adds what the cache has; a line that is not whole is passed over. */
static void load(const char *path) {
    char line[LINE], head[LINE];
    FILE *file = fopen(path, "r");
    head_line(head);
    bool ours = file && fgets(line, sizeof line, file) && strcmp(line, head) == 0;
    while (ours && fgets(line, sizeof line, file)) {
        entry e;
        char end[2];
        int fields = sscanf(line, "%ju %ju %ju %jd %jd %u %d %1[.]", &e.device, &e.inode, &e.size, &e.written,
                            &e.changed, &e.found, &e.signal_number, end);
        if (fields == 8 && e.found > VERDICT_NONE && e.found <= VERDICT_HUNGRY) {
            e.lasting = true;
            add(&e);
        }
    }
    if (file) fclose(file);
}

/* Writes all of it beside the file, and renames: other processes read the old or the new one, whole. */
static void save(const char *path) {
    char part[PATH + 32], head[LINE];
    snprintf(part, sizeof part, "%s.%ld", path, (long)getpid());
    FILE *file = fopen(part, "w");
    if (!file) return;
    head_line(head);
    fputs(head, file);
    for (size_t i = 0; i < count; i++) {
        if (!known[i].lasting) continue;
        fprintf(file, "%ju %ju %ju %jd %jd %u %d .\n", known[i].device, known[i].inode, known[i].size, known[i].written,
                known[i].changed, known[i].found, known[i].signal_number);
    }
    bool whole = !ferror(file);
    if (fclose(file) != 0 || !whole || rename(part, path) != 0) remove(part);
}

static bool cache_file(char path[PATH]) {
    if (!cache_folder(path)) return false;
    strcat(path, "/hdf5-checked");
    return true;
}

verdict verdict_of(const struct stat *file, int *signal_number) {
    char path[PATH];
    entry wanted = entry_of(file);
    if (!loaded && cache_file(path)) load(path);
    loaded = true;
    for (size_t i = count; i-- > 0;)
        if (same_file(&known[i], &wanted)) {
            *signal_number = known[i].signal_number;
            return known[i].found;
        }
    return VERDICT_NONE;
}

void verdict_remember(const struct stat *file, verdict found, int signal_number, bool lasting) {
    char path[PATH];
    entry e = entry_of(file);
    e.found = found;
    e.signal_number = signal_number;
    e.lasting = lasting;
    if (lasting && cache_file(path)) {
        load(path); /* what others found meanwhile */
        add(&e);
        save(path);
    } else {
        add(&e);
    }
}
