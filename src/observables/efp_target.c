#include "observables/efp_kernels.h"

const nsym_efp_kernels *nsym_efp_kernels_best(void) {
#ifdef NSYM_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return &nsym_efp_kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &nsym_efp_kernels_avx2;
#endif
    return &nsym_efp_kernels_baseline;
}
