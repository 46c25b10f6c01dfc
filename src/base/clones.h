/* Loops compiled for more than one kind of CPU. */
#ifndef NSYM_BASE_CLONES_H
#define NSYM_BASE_CLONES_H

/* Before a function: once for any CPU and once for AVX2, chosen when the program starts. AVX2 alone, without fused
   multiply-adds, rounds like any CPU. Sanitizers are not up yet when the choice is made. */
#if defined(NSYM_X86) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&                 \
    !defined(__SANITIZE_THREAD__)
#define NSYM_CLONES __attribute__((target_clones("default", "avx2")))
#else
#define NSYM_CLONES
#endif

#endif
