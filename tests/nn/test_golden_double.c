/* The claims of test_golden.c for the networks compiled in double precision, where nothing hides in rounding. */
#include "test_golden.c"
