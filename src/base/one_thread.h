/* oneDNN would use every core; our networks are one of many that run at once. It divides its work among the threads it
   sees both when a primitive is made and when it runs. */
#ifndef NSYM_BASE_ONE_THREAD_H
#define NSYM_BASE_ONE_THREAD_H

/* Of whichever OpenMP library oneDNN runs on; compilers differ in where they keep omp.h. */
int omp_get_max_threads(void);
void omp_set_num_threads(int threads);

/* Lets OpenMP see the calling thread alone; gives what the caller had set for its own loops, to be put back. */
static inline int nsym_one_thread(void) {
    int threads = omp_get_max_threads();
    if (threads != 1) omp_set_num_threads(1);
    return threads;
}

static inline void nsym_threads_again(int threads) {
    if (threads != 1) omp_set_num_threads(threads);
}

#endif
