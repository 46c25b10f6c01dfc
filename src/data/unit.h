/* Units as texts: which of them measure the same, and by what factor they differ. */
#ifndef NSYM_DATA_UNIT_H
#define NSYM_DATA_UNIT_H

#include <stdbool.h>

/* How a unit turns into another. */
typedef enum nsym_unit_relation { NSYM_UNIT_SAME, NSYM_UNIT_SCALED, NSYM_UNIT_OTHER } nsym_unit_relation;

/* Values in one unit are those in another x `times` / `over`; of powers of ten one of them is 1, so that nothing is
   rounded twice. */
typedef struct nsym_unit_scale {
    double times, over;
} nsym_unit_scale;

/* "MeV" to "GeV": NSYM_UNIT_SCALED, *scale 1 / 1000 (1 / 1 where units are not scaled). Known are energies (eV to PeV;
   per c or c^2 they are the same), lengths, times, angles and cross sections, and powers of them ("GeV^2"); others are
   the same only where the texts are. */
nsym_unit_relation nsym_unit_convert(nsym_unit_scale *scale, const char *from, const char *to);

#endif
