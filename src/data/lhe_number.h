/* Numbers as event generators write them: the same in every locale, and exact in both directions. */
#ifndef NSYM_DATA_LHE_NUMBER_H
#define NSYM_DATA_LHE_NUMBER_H

#include <stddef.h>

enum { NSYM_LHE_NUMBER_SIZE = 40 }; /* room for any number as text, its end included */

/* Reads the number that follows blanks (not line ends) at `text`: C or Fortran style ("1.0D+02", "+1.", ".5E-3",
   "1.0-101"), "nan" and "inf" in any case. Gives where it ends; NULL where no number stands, or one with something
   other than a blank, a line end, '<' or '#' right behind it. The nearest double, ties to even; too large is
   infinity. */
const char *nsym_lhe_number_read(const char *text, double *value);

/* The same for a whole number; NULL also where it does not fit an int. */
const char *nsym_lhe_number_read_int(const char *text, int *value);

/* Writes a finite `value` with the fewest of `digits`, 16 and 17 significant digits that read back equal, as printf's
   `style` 'e' or 'g' does in the C locale. Gives the length. `out` has NSYM_LHE_NUMBER_SIZE bytes. */
size_t nsym_lhe_number_write(char *out, char style, int digits, double value);

#endif
