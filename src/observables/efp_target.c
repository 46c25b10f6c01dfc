#include "observables/efp_kernels.h"

#include "base/cpu.h"

const nsym_efp_kernels *nsym_efp_kernels_in_use(void) {
#ifdef NSYM_X86
    if (nsym_cpu_in_use() == NSYM_CPU_AVX512) return &nsym_efp_kernels_avx512;
    if (nsym_cpu_in_use() == NSYM_CPU_AVX2) return &nsym_efp_kernels_avx2;
#endif
    return &nsym_efp_kernels_plain;
}
