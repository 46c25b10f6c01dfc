/* A folder of this process, in memory where the system has such a place, for what must have a name on a disk. It goes
   when the process ends well. */
#ifndef TESTS_FUZZ_IN_FOLDER_H
#define TESTS_FUZZ_IN_FOLDER_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { IN_FOLDER_PATH = 512 };

static char in_folder_name[64];

/* Removes all files in the folder. */
static inline void in_folder_clear(void) {
    char path[IN_FOLDER_PATH];
    struct dirent *entry;
    DIR *folder = opendir(in_folder_name);
    while (folder && (entry = readdir(folder))) {
        snprintf(path, sizeof path, "%s/%s", in_folder_name, entry->d_name);
        if (entry->d_name[0] != '.') remove(path);
    }
    if (folder) closedir(folder);
}

static inline void in_folder_remove(void) {
    in_folder_clear();
    rmdir(in_folder_name);
}

/* The path of a file in the folder, which is made by the first call. */
static inline void in_folder(char path[IN_FOLDER_PATH], const char *name) {
    if (!in_folder_name[0]) {
        snprintf(in_folder_name, sizeof in_folder_name, "%s/nsym-fuzz-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        if (!mkdtemp(in_folder_name)) abort();
        atexit(in_folder_remove);
    }
    snprintf(path, IN_FOLDER_PATH, "%s/%s", in_folder_name, name);
}

/* A file's bytes; new. */
static inline uint8_t *in_folder_bytes(const char *path, size_t *n) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) abort();
    long size = ftell(file);
    uint8_t *bytes = malloc((size_t)size + 1);
    rewind(file);
    if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size) abort();
    fclose(file);
    *n = (size_t)size;
    return bytes;
}

static inline void in_folder_write(const char *path, const void *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, n, file) != n || fclose(file) != 0) abort();
}

#endif
