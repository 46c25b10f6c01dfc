#include "base/host.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void nsym_host_mark(char mark[NSYM_HOST_SIZE]) {
    char about[512] = "";
    uint32_t hash = 2166136261u;
    if (gethostname(about, 256) != 0) about[0] = '\0';
    size_t used = strnlen(about, 256);
    ssize_t more = readlink("/proc/self/ns/pid", about + used, sizeof about - used - 1);
    about[more > 0 ? used + (size_t)more : used] = '\0';
    for (const char *c = about; *c; c++) hash = (hash ^ (unsigned char)*c) * 16777619u;
    snprintf(mark, NSYM_HOST_SIZE, "%08x", (unsigned)hash);
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
