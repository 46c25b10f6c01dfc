/* A calorimeter around a muon: the energies of its neighbours with a resolution, summed in cells. */
#ifndef NSYM_DETECTOR_CALORIMETER_H
#define NSYM_DETECTOR_CALORIMETER_H

#include <nearsym/neighbours.h>
#include <nearsym/pixels.h>
#include <nearsym/random.h>

/* Relative resolutions; those of hadrons are added in quadrature. */
typedef struct nsym_resolution {
    double photon_stochastic, hadron_stochastic; /* times 1 / sqrt(E / GeV) */
    double hadron_constant;
} nsym_resolution;

/* Room for one event; begin with zeros. */
typedef struct nsym_calorimeter {
    const nsym_pixels *pixels; /* cells in d_eta and d_phi from the muon, borrowed */
    nsym_resolution resolution;
    size_t capacity;
    double *points; /* (capacity, 3) */
    float *normals; /* (capacity) */
} nsym_calorimeter;

void nsym_calorimeter_clear(nsym_calorimeter *calorimeter);

/* The image (nx, ny) of the transverse energies, GeV, about a muon at mu_eta. A measured energy is a Gaussian about the
   true one, 0 where that is negative; what does not reach the calorimeter leaves nothing. `random` is advanced by a
   block of normals. Errors: no memory. */
NSYM_MUST_CHECK nsym_status nsym_calorimeter_fill(nsym_calorimeter *calorimeter, nsym_random *random,
                                                  const nsym_activity *activity, double mu_eta, double *image);

#endif
