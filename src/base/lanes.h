/* The widest vectors of the CPU that a file is compiled for, and a product and a sum with one rounding. The source says
   which products and sums those are, as every file is compiled with -ffp-contract=off. Compilers that choose for
   themselves may choose otherwise in the last steps of a loop, which are fewer than a vector holds, than in the steps
   before: GCC 14 does, and an event's last bits then depend on the events beside it. For files that are compiled once
   per kind of CPU. */
#ifndef NSYM_BASE_LANES_H
#define NSYM_BASE_LANES_H

#include <math.h>
#if defined(__FMA__) && defined(__AVX2__)
#include <immintrin.h>
#define NSYM_FUSES_X86
#elif defined(__ARM_FEATURE_FMA) && defined(__aarch64__)
#include <arm_neon.h>
#define NSYM_FUSES_ARM
#endif

#if defined(__AVX512F__)
enum { NSYM_VECTOR = 64 };
#elif defined(__AVX2__)
enum { NSYM_VECTOR = 32 };
#else
enum { NSYM_VECTOR = 16 };
#endif

typedef float nsym_floats __attribute__((vector_size(NSYM_VECTOR)));
typedef double nsym_doubles __attribute__((vector_size(NSYM_VECTOR)));

#define NSYM_INLINE static inline __attribute__((always_inline))

/* a b + c: rounded once where the CPU has such an instruction, else after the product and after the sum. */
NSYM_INLINE float nsym_fused_float(float a, float b, float c) {
#if defined(NSYM_FUSES_X86) || defined(NSYM_FUSES_ARM)
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}

NSYM_INLINE double nsym_fused_double(double a, double b, double c) {
#if defined(NSYM_FUSES_X86) || defined(NSYM_FUSES_ARM)
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

NSYM_INLINE nsym_floats nsym_fused_floats(nsym_floats a, nsym_floats b, nsym_floats c) {
#if defined(NSYM_FUSES_X86) && defined(__AVX512F__)
    return (nsym_floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(NSYM_FUSES_X86)
    return (nsym_floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(NSYM_FUSES_ARM)
    return (nsym_floats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
    return a * b + c;
#endif
}

NSYM_INLINE nsym_doubles nsym_fused_doubles(nsym_doubles a, nsym_doubles b, nsym_doubles c) {
#if defined(NSYM_FUSES_X86) && defined(__AVX512F__)
    return (nsym_doubles)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(NSYM_FUSES_X86)
    return (nsym_doubles)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(NSYM_FUSES_ARM)
    return (nsym_doubles)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
    return a * b + c;
#endif
}

#endif
