/* Time that passes. */
#ifndef NSYM_BASE_CLOCK_H
#define NSYM_BASE_CLOCK_H

/* Seconds of the monotonic clock: only differences mean anything. */
double nsym_seconds(void);

/* Seconds that this thread has had a CPU. */
double nsym_cpu_seconds(void);

/* Seconds that all threads of this process together have had a CPU. */
double nsym_process_seconds(void);

/* Waits; a signal may end it early. */
void nsym_nap(double seconds);

#endif
