#include "base/cpu.h"

#include "base/fail.h"
#include "base/nearest.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [NSYM_CPU_PLAIN] = "plain", [NSYM_CPU_AVX2] = "avx2", [NSYM_CPU_AVX512] = "avx512", NULL};

static nsym_cpu newest(void) {
#ifdef NSYM_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw")) /* which oneDNN needs, too */
        return NSYM_CPU_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return NSYM_CPU_AVX2;
#endif
    return NSYM_CPU_PLAIN;
}

static const char *asked(void) {
    const char *name = getenv("NSYM_CPU");
    return name && name[0] ? name : NULL;
}

/* The path that was asked for; NULL if it is none. */
static const char *const *find(const char *name) {
    for (const char *const *n = names; *n; n++)
        if (strcmp(*n, name) == 0) return n;
    return NULL;
}

static nsym_cpu choose(void) {
    const char *const *found = asked() ? find(asked()) : NULL;
    nsym_cpu best = newest();
    return found && (nsym_cpu)(found - names) < best ? (nsym_cpu)(found - names) : best;
}

nsym_cpu nsym_cpu_in_use(void) {
    static _Atomic int chosen = -1; /* threads that choose at once choose the same */
    int path = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (path < 0) {
        path = (int)choose();
        atomic_store_explicit(&chosen, path, memory_order_relaxed);
    }
    return (nsym_cpu)path;
}

bool nsym_cpu_asked(void) {
    return asked() != NULL;
}

const char *nsym_cpu_path(void) {
    return names[nsym_cpu_in_use()];
}

nsym_status nsym_cpu_check(void) {
    const char *name = asked(), *in_use = nsym_cpu_path();
    if (!name || strcmp(name, in_use) == 0) return NSYM_OK;
    const char *const *found = find(name);
    if (found && (nsym_cpu)(found - names) > newest())
        return nsym_fail(NSYM_EINVAL,
                         "NSYM_CPU is %s, but this CPU's newest path is %s; set it to that or leave it out", name,
                         names[newest()]);
    if (found)
        return nsym_fail(NSYM_EINVAL, "NSYM_CPU became %s when %s was in use; set it before the program starts", name,
                         in_use);
    const char *near = nsym_nearest(name, names);
    return nsym_fail(NSYM_EINVAL, "NSYM_CPU is '%s', must be plain, avx2 or avx512%s%s%s", name,
                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}
