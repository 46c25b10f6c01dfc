/* The instructions that nearsym's loops and oneDNN use. They are chosen when the program starts: the newest that the
   CPU has, or those named by the environment variable NSYM_CPU: plain (any CPU), avx2, avx512, avx512_bf16 or amx. The
   last two differ from avx512 only in products in bf16. Results of different choices differ in their last digits,
   because sums are taken in another order. */
#ifndef NEARSYM_CPU_H
#define NEARSYM_CPU_H

#include <nearsym/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The instructions in use: "plain", "avx2" or "avx512". Borrowed, valid for ever. */
NSYM_API const char *nsym_cpu_path(void);

/* The instructions in use for products in bf16 (NSYM_BF16 in nearsym/model.h): "amx" or "avx512_bf16"; without such
   instructions, for example, "avx2 (bf16 rounded)". Borrowed, valid for ever. */
NSYM_API const char *nsym_cpu_bf16_path(void);

/* Checks that NSYM_CPU could be followed; if not, the CPU's newest instructions are in use. Functions that train or
   predict fail with the same message. Errors: NSYM_CPU is no known name, names instructions that this CPU lacks, or was
   set after the choice. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_cpu_check(void);

#ifdef __cplusplus
}
#endif
#endif
