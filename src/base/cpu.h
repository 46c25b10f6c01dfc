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
   for any CPU and for AVX2 (NSYM_TWO_PATHS), and for AVX-512 as well (NSYM_THREE_PATHS), by the path in use. In files
   that are compiled without fused multiply-adds each rounds as any CPU does. */
#define NSYM_LOOP static inline __attribute__((always_inline)) void
#ifdef NSYM_X86
#ifdef __clang__ /* has whole vectors by itself */
#define NSYM_AVX512 "avx512f,avx512dq,avx512vl,avx512bw"
#else
#define NSYM_AVX512 "avx512f,avx512dq,avx512vl,avx512bw,prefer-vector-width=512"
#endif
#define NSYM_ON_PATH(path, instructions, name, parameters, arguments)                                                  \
    __attribute__((target(instructions))) static void name##_##path parameters {                                       \
        name##_loop arguments;                                                                                         \
    }
#define NSYM_TWO_PATHS(name, parameters, arguments)                                                                    \
    NSYM_ON_PATH(avx2, "avx2", name, parameters, arguments)                                                            \
    static void name##_plain parameters {                                                                              \
        name##_loop arguments;                                                                                         \
    }                                                                                                                  \
    static void name parameters {                                                                                      \
        if (nsym_cpu_in_use() >= NSYM_CPU_AVX2)                                                                        \
            name##_avx2 arguments;                                                                                     \
        else                                                                                                           \
            name##_plain arguments;                                                                                    \
    }
#define NSYM_THREE_PATHS(name, parameters, arguments)                                                                  \
    NSYM_ON_PATH(avx512, NSYM_AVX512, name, parameters, arguments)                                                     \
    NSYM_ON_PATH(avx2, "avx2", name, parameters, arguments)                                                            \
    static void name##_plain parameters {                                                                              \
        name##_loop arguments;                                                                                         \
    }                                                                                                                  \
    static void name parameters {                                                                                      \
        if (nsym_cpu_in_use() >= NSYM_CPU_AVX512)                                                                      \
            name##_avx512 arguments;                                                                                   \
        else if (nsym_cpu_in_use() >= NSYM_CPU_AVX2)                                                                   \
            name##_avx2 arguments;                                                                                     \
        else                                                                                                           \
            name##_plain arguments;                                                                                    \
    }
#else
#define NSYM_TWO_PATHS(name, parameters, arguments)                                                                    \
    static void name parameters {                                                                                      \
        name##_loop arguments;                                                                                         \
    }
#define NSYM_THREE_PATHS NSYM_TWO_PATHS
#endif

#endif
