/* nearsym data convert: event files from format to format, several into one. */
#ifndef NEARSYM_CLI_CONVERT_H
#define NEARSYM_CLI_CONVERT_H

int convert_files(int argc, char **argv);

#endif
