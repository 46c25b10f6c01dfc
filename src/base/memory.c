#include "base/memory.h"

#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

nsym_status nsym_memory_check(const char *what) {
    const size_t enough = (size_t)64 << 20;
    void *memory = mmap(NULL, enough, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return nsym_fail(NSYM_ENOMEM, "%s: no memory: less than %zu MB are left to this process", what, enough >> 20);
    munmap(memory, enough);
    return NSYM_OK;
}

/* The number that a file begins with; false where there is none, as in "max". */
static bool read_number(const char *path, const char *format, uint64_t *value) {
    unsigned long long number;
    FILE *file = fopen(path, "r");
    bool found = false;
    char line[256];
    while (file && !found && fgets(line, sizeof line, file)) found = sscanf(line, format, &number) == 1;
    if (file) fclose(file);
    if (found) *value = number;
    return found;
}

static uint64_t below(uint64_t limit, uint64_t used) {
    return used < limit ? limit - used : 0;
}

static uint64_t smaller(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

uint64_t nsym_memory_free(void) {
    uint64_t left = UINT64_MAX, value, used;
    struct rlimit limit;
    if (read_number("/proc/meminfo", "MemAvailable: %llu", &value)) left = value * 1024;
    bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    if (limited && read_number("/proc/self/statm", "%llu", &used))
        left = smaller(left, below(limit.rlim_cur, used * (uint64_t)sysconf(_SC_PAGESIZE)));
    if (read_number("/sys/fs/cgroup/memory.max", "%llu", &value) &&
        read_number("/sys/fs/cgroup/memory.current", "%llu", &used))
        left = smaller(left, below(value, used));
    return left;
}
