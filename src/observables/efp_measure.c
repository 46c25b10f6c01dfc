#include "observables/efp_measure.h"

#include <math.h>

nsym_efp_place nsym_efp_place_of(nsym_efp_coordinates coordinates, const double *q, double pt) {
    if (coordinates == NSYM_EFP_PT_ETA_PHI) return (nsym_efp_place){q[1], q[2], 0};
    double p = hypot(pt, q[3]), m2 = (q[0] - p) * (q[0] + p);
    if (m2 < 0x1p-48 * q[0] * q[0]) m2 = 0;
    return (nsym_efp_place){asinh(q[3] / hypot(pt, sqrt(m2))), atan2(q[2], q[1]), m2 / pt / pt};
}
