#include "nn/kernels.h"
#include <nearsym/bench.h>

const nsym_kernels *nsym_kernels_best(void) {
#ifdef NSYM_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return &nsym_kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &nsym_kernels_avx2;
#endif
    return &nsym_kernels_baseline;
}

const char *nsym_cpu_target(void) {
    return nsym_kernels_best()->name;
}
