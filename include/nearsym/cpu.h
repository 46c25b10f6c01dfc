/* Which instructions nearsym's loops and oneDNN's use. They are chosen when the program starts: the newest that the CPU
   has, or what the environment variable NSYM_CPU names: plain (any CPU), avx2, avx512, avx512_bf16 or amx; the last two
   are avx512 in all but products in bf16. Numbers that were computed by different paths differ in their last digits,
   for sums are taken in another order. */
#ifndef NEARSYM_CPU_H
#define NEARSYM_CPU_H

#include <nearsym/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The path in use: "plain", "avx2" or "avx512". Borrowed for ever. */
NSYM_API const char *nsym_cpu_path(void);

/* The same of products in bf16 (NSYM_BF16 in nearsym/model.h): "amx", "avx512_bf16", or, where the path has no
   instructions for them, such as "avx2 (bf16 rounded)". Borrowed for ever. */
NSYM_API const char *nsym_cpu_bf16_path(void);

/* Fails where NSYM_CPU cannot be followed; the path in use is the CPU's newest then. Functions that train or predict
   fail with the same message.
   Errors: NSYM_CPU names no path, or one whose instructions this CPU lacks, or was set after the choice. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_cpu_check(void);

#ifdef __cplusplus
}
#endif
#endif
