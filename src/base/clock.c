#include "base/clock.h"

#include <time.h>

static double seconds_of(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double nsym_seconds(void) {
    return seconds_of(CLOCK_MONOTONIC);
}

double nsym_cpu_seconds(void) {
    return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

double nsym_process_seconds(void) {
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

void nsym_nap(double seconds) {
    const time_t whole = (time_t)seconds;
    nanosleep(&(const struct timespec){whole, (long)((seconds - (double)whole) * 1e9)}, NULL);
}
