#include "base/host.h"

#include "base/hash.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void nsym_host_name(char name[NSYM_HOST_NAME]) {
    if (gethostname(name, NSYM_HOST_NAME) != 0 && errno != ENAMETOOLONG) name[0] = '\0';
    name[NSYM_HOST_NAME - 1] = '\0';
    if (!name[0]) strcpy(name, "unknown");
}

void nsym_host_mark(char mark[NSYM_HOST_SIZE]) {
    char name[NSYM_HOST_NAME], numbers[64] = "";
    nsym_host_name(name);
    ssize_t n = readlink("/proc/self/ns/pid", numbers, sizeof numbers - 1);
    if (n > 0) numbers[n] = '\0';
    uint64_t hash = nsym_hash_text(nsym_hash_text(NSYM_HASH_START, name), numbers);
    snprintf(mark, NSYM_HOST_SIZE, "%08x", (unsigned)nsym_hash_mix(hash));
}

bool nsym_host_left(const char *name, const char *before) {
    char mark[NSYM_HOST_SIZE], start[64], *end;
    if (strncmp(name, before, strlen(before)) != 0) return false; /* nearly always, in a folder of many files */
    nsym_host_mark(mark);
    snprintf(start, sizeof start, "%s-%s-", before, mark);
    if (strncmp(name, start, strlen(start)) != 0) return false;
    long process = strtol(name + strlen(start), &end, 10);
    return process > 0 && *end == '-' && kill((pid_t)process, 0) != 0 && errno == ESRCH;
}
