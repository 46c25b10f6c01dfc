/* nearsym data bin. */
#ifndef CLI_DATA_BIN_H
#define CLI_DATA_BIN_H

int run_bin(int argc, char **argv);

#endif
