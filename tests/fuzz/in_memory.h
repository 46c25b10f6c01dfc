/* A file of some bytes that is nowhere on a disk. */
#ifndef TESTS_FUZZ_IN_MEMORY_H
#define TESTS_FUZZ_IN_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { IN_MEMORY_PATH = 64 };

/* Fills a file (its descriptor is the caller's to close) and gives its path; -1 where the system has none. */
static inline int in_memory(const uint8_t *bytes, size_t n, char path[IN_MEMORY_PATH]) {
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file >= 0 && write(file, bytes, n) != (ssize_t)n) {
        close(file);
        return -1;
    }
    snprintf(path, IN_MEMORY_PATH, "/proc/self/fd/%d", file);
    return file;
}

#endif
