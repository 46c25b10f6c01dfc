/* The kinds of CPU that loops are compiled for, and the choice among them (nearsym/cpu.h). */
#ifndef NSYM_BASE_CPU_H
#define NSYM_BASE_CPU_H

#include <nearsym/cpu.h>
#include <stdbool.h>

/* Each has the instructions of those before it. The last two are for products in bf16 alone: all else is as with
   AVX-512. */
typedef enum nsym_cpu { NSYM_CPU_PLAIN, NSYM_CPU_AVX2, NSYM_CPU_AVX512, NSYM_CPU_AVX512_BF16, NSYM_CPU_AMX } nsym_cpu;

/* The path in use; the same for the life of the program. */
nsym_cpu nsym_cpu_in_use(void);

/* The same for loops that have no use for bf16: NSYM_CPU_AVX512 at the most. */
nsym_cpu nsym_cpu_for_loops(void);

/* Is there an NSYM_CPU? */
bool nsym_cpu_asked(void);

/* Defines `name`, a function of these parameters that returns nothing, from the loop name_loop (NSYM_LOOP): compiled
   for any CPU and for AVX2, by the path in use. AVX2 alone, without fused multiply-adds, rounds as any CPU does. */
#define NSYM_LOOP static inline __attribute__((always_inline)) void
#ifdef NSYM_X86
#define NSYM_TWO_PATHS(name, parameters, arguments)                                                                    \
    __attribute__((target("avx2"))) static void name##_avx2 parameters {                                               \
        name##_loop arguments;                                                                                         \
    }                                                                                                                  \
    static void name##_plain parameters {                                                                              \
        name##_loop arguments;                                                                                         \
    }                                                                                                                  \
    static void name parameters {                                                                                      \
        if (nsym_cpu_in_use() >= NSYM_CPU_AVX2)                                                                        \
            name##_avx2 arguments;                                                                                     \
        else                                                                                                           \
            name##_plain arguments;                                                                                    \
    }
#else
#define NSYM_TWO_PATHS(name, parameters, arguments)                                                                    \
    static void name parameters {                                                                                      \
        name##_loop arguments;                                                                                         \
    }
#endif

#endif
