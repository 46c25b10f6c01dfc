/* nearsym study runs | merge: finished runs go from one output folder to another. */
#ifndef NEARSYM_CLI_STUDY_RUNS_H
#define NEARSYM_CLI_STUDY_RUNS_H

int study_runs(int argc, char **argv);
int study_merge(int argc, char **argv);

#endif
