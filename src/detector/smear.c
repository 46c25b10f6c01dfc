#include "detector/smear.h"

#include <math.h>

/* The factor on a transverse momentum `pt` for a Gaussian of width resolution * reference. */
static double factor(const nsym_smear *smear, nsym_random *random, double pt, double reference) {
    for (;;) {
        double scaled = 1 + nsym_random_normal(random) * smear->resolution * reference / pt;
        if (scaled > 0) return scaled;
    }
}

static void scale(double *p, double f, nsym_smear_keep keep) {
    double f_z = keep == NSYM_KEEP_ETA ? f : 1;
    double gained = (f * f - 1) * (p[0] * p[0] + p[1] * p[1]) + (f_z * f_z - 1) * p[2] * p[2];
    p[0] *= f;
    p[1] *= f;
    p[2] *= f_z;
    p[3] = sqrt(fmax(p[3] * p[3] + gained, 0)); /* an energy rounded below |p| can leave less than nothing */
}

void nsym_smear_event(const nsym_smear *smear, nsym_random *random, double *p4, size_t n) {
    if (smear->resolution == 0 || n == 0) return;
    double first = hypot(p4[0], p4[1]), shift = 0;
    for (size_t i = 0; i < n; i++, p4 += 4) {
        double pt = hypot(p4[0], p4[1]);
        if (pt == 0) continue; /* no direction to smear along */
        if (!smear->shared || i == 0) shift = (factor(smear, random, pt, smear->shared ? first : pt) - 1) * pt;
        scale(p4, fabs(1 + shift / pt), smear->keep);
    }
}
