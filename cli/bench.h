/* What the measurements of `nearsym bench` share. */
#ifndef NEARSYM_CLI_BENCH_H
#define NEARSYM_CLI_BENCH_H

#include <stddef.h>

enum { BENCH_REPEATS_MAX = 99 };
static const char bench_repeats_range[] = "--repeats must be 1 to %d";

/* The median of values (n), which it sorts. */
double bench_median(double *values, size_t n);

int bench_train(int argc, char **argv);
int bench_predict(int argc, char **argv);
int bench_efp(int argc, char **argv);
int bench_ado(int argc, char **argv);

#endif
