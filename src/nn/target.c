#include "nn/kernels.h"

#include "base/cpu.h"
#include <nearsym/bench.h>

const nsym_kernels *nsym_kernels_best(void) {
#ifdef NSYM_X86
    if (nsym_cpu_best() == NSYM_CPU_AVX512) return &nsym_kernels_avx512;
    if (nsym_cpu_best() == NSYM_CPU_AVX2) return &nsym_kernels_avx2;
#endif
    return &nsym_kernels_baseline;
}

const char *nsym_cpu_target(void) {
    return nsym_kernels_best()->name;
}
