#define _GNU_SOURCE /* sched_getaffinity */
#include "cluster.h"
#include "options.h"
#include "tell.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Processes that a launcher says it started, this one among them; 1 where none says so. */
static size_t launched(void) {
    static const char *const names[] = {"PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = getenv(names[i]);
        long n = text ? strtol(text, NULL, 10) : 0;
        if (n > 0) return (size_t)n; /* mpirun within a step of Slurm: the inner one decides */
    }
    return 1;
}

#ifdef NSYM_MPI
#include <mpi.h>

enum { TAG = 1, POLL = 1 /* ms; MPI's own waiting would keep a CPU busy that trainings need */ };

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static int results = -1; /* standard output, while what MPI's libraries write there goes to standard error */

static void open_mpi(int *level) {
    fflush(stdout);
    results = dup(STDOUT_FILENO);
    if (results >= 0) dup2(STDERR_FILENO, STDOUT_FILENO);
    MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, level);
}

static void close_mpi(void) {
    MPI_Finalize();
    fflush(stdout);
    if (results < 0) return;
    dup2(results, STDOUT_FILENO);
    close(results);
}

static void nap(long milliseconds) {
    nanosleep(&(const struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

/* The others would wait for ever for a message that is lost. MPICH's launcher ends without a look at what waits in
 * the pipes, so it gets a moment to pass the reason on. */
static _Noreturn void give_up(const char *why) {
    tell_error("%s; all processes end", why);
    nap(500);
    MPI_Abort(MPI_COMM_WORLD, 1);
    abort();
}

static void end_all(void *context, const char *why) {
    (void)context;
    give_up(why);
}

static nsym_status send_message(void *context, size_t to, const void *bytes, size_t n) {
    (void)context;
    MPI_Request request;
    if (n > INT_MAX) give_up("a message of 2 GB");
    pthread_mutex_lock(&one_at_a_time);
    MPI_Isend(bytes, (int)n, MPI_BYTE, (int)to, TAG, MPI_COMM_WORLD, &request);
    for (int done = 0;;) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        pthread_mutex_unlock(&one_at_a_time);
        if (done) return NSYM_OK;
        nap(POLL);
        pthread_mutex_lock(&one_at_a_time);
    }
}

/* Takes a message where there is one. */
static void take_message(size_t *from, void **bytes, size_t *n) {
    int there = 0, size = 0;
    MPI_Status about;
    *bytes = NULL;
    MPI_Iprobe(MPI_ANY_SOURCE, TAG, MPI_COMM_WORLD, &there, &about);
    if (!there) return;
    MPI_Get_count(&about, MPI_BYTE, &size);
    *bytes = malloc((size_t)size + 1);
    if (!*bytes) give_up("no memory for a message");
    *n = (size_t)size;
    *from = (size_t)about.MPI_SOURCE;
    MPI_Recv(*bytes, size, MPI_BYTE, about.MPI_SOURCE, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static nsym_status receive_message(void *context, size_t *from, void **bytes, size_t *n) {
    (void)context;
    for (;; nap(POLL)) {
        pthread_mutex_lock(&one_at_a_time);
        take_message(from, bytes, n);
        pthread_mutex_unlock(&one_at_a_time);
        if (*bytes) return NSYM_OK;
    }
}

const char *cluster_library(void) {
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int n;
    MPI_Get_library_version(text, &n);
    text[strcspn(text, "\n")] = '\0';
    for (char *c = text; *c; c++)
        if (*c == '\t') *c = ' ';
    return text;
}

static void warn_of_crowd(size_t jobs) {
    MPI_Comm machine;
    int rank, processes;
    cpu_set_t own, together;
    if (sched_getaffinity(0, sizeof own, &own) != 0) return; /* more CPUs than the set holds */
    long threads = jobs ? (long)jobs : CPU_COUNT(&own), all = 0;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_rank(machine, &rank);
    MPI_Comm_size(machine, &processes);
    MPI_Reduce(&threads, &all, 1, MPI_LONG, MPI_SUM, 0, machine);
    MPI_Reduce(&own, &together, sizeof own, MPI_BYTE, MPI_BOR, 0, machine);
    MPI_Comm_free(&machine);
    if (rank == 0 && processes > 1 && all > CPU_COUNT(&together))
        fprintf(stderr,
                "nearsym: %d processes of one machine do %ld trainings at once on the %d CPUs that they may use; one "
                "process a machine, or a lower --jobs, wastes no time\n",
                processes, all, CPU_COUNT(&together));
}

int cluster_join(nsym_cluster *out, size_t jobs) {
    size_t wanted = launched();
    int level, rank, ranks;
    *out = (nsym_cluster){.ranks = 1, .send = send_message, .receive = receive_message, .give_up = end_all};
    if (wanted == 1) return OPTIONS_GO_ON;
    open_mpi(&level);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    if (level >= MPI_THREAD_SERIALIZED && (size_t)ranks == wanted) {
        out->rank = (size_t)rank;
        out->ranks = (size_t)ranks;
        warn_of_crowd(jobs);
        return OPTIONS_GO_ON;
    }
    if (level < MPI_THREAD_SERIALIZED)
        tell_error("this MPI cannot be used by several threads (%s)", cluster_library());
    else
        tell_error("%zu processes were started, and MPI sees %d: start them with the mpirun of %s, or with srun "
                   "--mpi=KIND, a kind it knows (srun --mpi=list)",
                   wanted, ranks, cluster_library());
    close_mpi();
    return 1;
}

void cluster_leave(const nsym_cluster *cluster) {
    size_t from, n;
    void *bytes = NULL;
    if (cluster->ranks == 1) return;
    for (size_t k = 1; cluster->rank == 0 && k < cluster->ranks; k++) (void)send_message(NULL, k, "", 0);
    if (cluster->rank > 0) (void)receive_message(NULL, &from, &bytes, &n);
    free(bytes);
    close_mpi();
}
#else
int cluster_join(nsym_cluster *out, size_t jobs) {
    (void)jobs;
    *out = (nsym_cluster){.ranks = 1};
    if (launched() == 1) return OPTIONS_GO_ON;
    tell_error("%zu processes were started, and this nearsym was built without MPI: start one, or build it anew where "
               "CMake finds an MPI",
               launched());
    return 1;
}

void cluster_leave(const nsym_cluster *cluster) {
    (void)cluster;
}

const char *cluster_library(void) {
    return NULL;
}
#endif
