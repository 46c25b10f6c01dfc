/* Parton densities of the proton at leading order, from 40 GeV to 100 TeV. */
#ifndef NSYM_GENERATE_PARTON_H
#define NSYM_GENERATE_PARTON_H

#include <nearsym/status.h>

/* What a density table holds. Strange, charm and bottom are the same for quark and antiquark. */
typedef enum nsym_parton {
    NSYM_DOWN,
    NSYM_UP,
    NSYM_ANTIDOWN,
    NSYM_ANTIUP,
    NSYM_STRANGE,
    NSYM_CHARM,
    NSYM_BOTTOM,
    NSYM_GLUON,
    NSYM_PARTONS
} nsym_parton;

#define NSYM_PARTON_X_MIN 1e-6
#define NSYM_PARTON_Q_MIN_GEV 40.0
#define NSYM_PARTON_Q_MAX_GEV 1e5

typedef struct nsym_partons nsym_partons;

/* New table of the densities (free with nsym_partons_free, NULL is fine); takes some 20 ms. Errors: no memory. */
nsym_status nsym_partons_new(nsym_partons **out) __attribute__((warn_unused_result));
void nsym_partons_free(nsym_partons *partons);

/* x f(x, q) of every parton, from the logarithm of the momentum fraction x. Shape: xf (NSYM_PARTONS). Below
   NSYM_PARTON_X_MIN the value there; 0 above x = 0.97; scales outside the table's range are moved to its ends. */
void nsym_partons_at(const nsym_partons *partons, double log_x, double q_gev, double *xf);

/* The strong coupling at q_gev: two loops, five flavours, 0.13 at 91.188 GeV. For q_gev >= 5. */
double nsym_alpha_s(double q_gev);

#endif
