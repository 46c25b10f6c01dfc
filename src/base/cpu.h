/* The kinds of CPU that loops are compiled for. */
#ifndef NSYM_BASE_CPU_H
#define NSYM_BASE_CPU_H

typedef enum nsym_cpu { NSYM_CPU_BASELINE, NSYM_CPU_AVX2, NSYM_CPU_AVX512 } nsym_cpu;

/* The best that this CPU runs. */
nsym_cpu nsym_cpu_best(void);

#endif
