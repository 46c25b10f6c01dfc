/* The processes that mpirun or srun started together, as a cluster: MPI carries the messages. */
#ifndef NEARSYM_CLI_CLUSTER_H
#define NEARSYM_CLI_CLUSTER_H

#include <nearsym/cluster.h>

/* This process's place: ranks is 1 where it was started alone. Warns where the processes of a machine, each with `jobs`
   threads (0: one per CPU that it may use), have more than they may use CPUs. Gives OPTIONS_GO_ON, or the status to
   exit with (told on standard error): the launcher and this program do not speak the same MPI. */
int cluster_join(nsym_cluster *out, size_t jobs);

/* Before the program ends, on every process: the others wait here for rank 0. */
void cluster_leave(const nsym_cluster *cluster);

/* "MPICH Version: 4.0.2"; NULL: built without MPI. */
const char *cluster_library(void);

#endif
