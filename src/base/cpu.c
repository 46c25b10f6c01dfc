#include "base/cpu.h"

nsym_cpu nsym_cpu_best(void) {
#ifdef NSYM_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return NSYM_CPU_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return NSYM_CPU_AVX2;
#endif
    return NSYM_CPU_BASELINE;
}
