#include "base/cpu.h"

#include "base/fail.h"
#include "base/nearest.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#ifdef NSYM_X86
#include <cpuid.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

/* What NSYM_CPU may say. */
static const char *const names[] = {[NSYM_CPU_PLAIN] = "plain",   [NSYM_CPU_AVX2] = "avx2",
                                    [NSYM_CPU_AVX512] = "avx512", [NSYM_CPU_AVX512_BF16] = "avx512_bf16",
                                    [NSYM_CPU_AMX] = "amx",       NULL};

/* The same of products in bf16. */
static const char *const bf16_names[] = {[NSYM_CPU_PLAIN] = "plain (bf16 rounded)",
                                         [NSYM_CPU_AVX2] = "avx2 (bf16 rounded)",
                                         [NSYM_CPU_AVX512] = "avx512 (bf16 rounded)",
                                         [NSYM_CPU_AVX512_BF16] = "avx512_bf16",
                                         [NSYM_CPU_AMX] = "amx"};

#ifdef NSYM_X86

/* Does the system let programs use AMX's tiles? (Linux: arch_prctl ARCH_GET_XCOMP_SUPP, bit 18.) */
static bool tiles_allowed(void) {
#if defined __linux__ && defined SYS_arch_prctl
    enum { SUPPORTED = 0x1021, TILES = 18 };
    uint64_t features = 0;
    return syscall(SYS_arch_prctl, SUPPORTED, &features) == 0 && (features >> TILES & 1);
#else
    return false;
#endif
}

/* CPUID's leaf 7: AVX512-BF16 is bit 5 of eax in subleaf 1; AMX-BF16, AMX-TILE and AMX-INT8 are bits 22, 24 and 25 of
   edx in subleaf 0. */
static bool has_bf16(void) {
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 5 & 1);
}

static bool has_amx(void) {
    const unsigned wanted = 1u << 22 | 1u << 24 | 1u << 25;
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & wanted) == wanted && tiles_allowed();
}

#endif

static nsym_cpu newest(void) {
#ifdef NSYM_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw")) {             /* which oneDNN needs, too */
        bool vnni = __builtin_cpu_supports("avx512vnni"); /* for oneDNN it comes before bf16 */
        if (!vnni || !has_bf16()) return NSYM_CPU_AVX512;
        return has_amx() ? NSYM_CPU_AMX : NSYM_CPU_AVX512_BF16;
    }
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

nsym_cpu nsym_cpu_for_loops(void) {
    nsym_cpu path = nsym_cpu_in_use();
    return path > NSYM_CPU_AVX512 ? NSYM_CPU_AVX512 : path;
}

const char *nsym_cpu_path(void) {
    return names[nsym_cpu_for_loops()];
}

const char *nsym_cpu_bf16_path(void) {
    return bf16_names[nsym_cpu_in_use()];
}

nsym_status nsym_cpu_check(void) {
    const char *name = asked(), *in_use = names[nsym_cpu_in_use()];
    if (!name || strcmp(name, in_use) == 0) return NSYM_OK;
    const char *const *found = find(name);
    if (found && (nsym_cpu)(found - names) > newest())
        return nsym_fail(NSYM_EINVAL, "NSYM_CPU is %s, but this CPU supports at most %s; set it to that or unset it",
                         name, names[newest()]);
    if (found)
        return nsym_fail(NSYM_EINVAL,
                         "NSYM_CPU was set to %s when nearsym already used %s; set it before the program starts", name,
                         in_use);
    const char *near = nsym_nearest(name, names);
    return nsym_fail(NSYM_EINVAL, "NSYM_CPU is '%s', must be plain, avx2, avx512, avx512_bf16 or amx%s%s%s", name,
                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}
