/* nearsym bench efp. */
#ifndef NEARSYM_CLI_BENCH_EFP_H
#define NEARSYM_CLI_BENCH_EFP_H

int bench_efp(int argc, char **argv);

#endif
