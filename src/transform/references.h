/* Reference vectors beside Lorentz invariants: fixed four-vectors n whose products p . n say where a symmetry ends.
   What is made of products with p_i . p_j alone is invariant under SO(1,3); with `time` under SO(3); with `beam`, a
   pair of light-like vectors that enters in products that boosts along it leave as they are, under SO(1,1) x SO(2);
   with both under SO(2); with time, x, y and z under nothing (spurions: arXiv:2211.00454 and references in it). */
#ifndef NSYM_TRANSFORM_REFERENCES_H
#define NSYM_TRANSFORM_REFERENCES_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { NSYM_REFERENCES_MOST = 8 };

typedef struct nsym_references {
    size_t vectors;
    double vector[NSYM_REFERENCES_MOST][4]; /* (px, py, pz, E), as momenta are */
    bool beam;
} nsym_references;

/* Reads "time,beam,1 0 0 -1": names among time, x, y, z and beam, and vectors as E, px, py, pz; "" are none. Errors: an
   unknown name, a vector that has not four finite numbers or is 0, one that is there twice, too many. */
nsym_status nsym_references_parse(nsym_references *out, const char *text) NSYM_MUST_CHECK;

/* Numbers that a particle has of its own, beside its mass, and those of a pair beside what SO(1,3) leaves. */
size_t nsym_references_own(const nsym_references *references);
size_t nsym_references_of_pair(const nsym_references *references);

/* What references add for n four-momenta (n, 4), each as sign(t) ln(1 + |t|). With the beam, of every pair i < j:
   E_i E_j - z_i z_j and px_i px_j + py_i py_j. Then of every particle: p . n for each vector, and, with the beam,
   E^2 - z^2 and pT^2. Shape: out (n (n - 1) / 2 of_pair + n own). */
void nsym_references_fill(const double *p4, size_t n, const nsym_references *references, double *out);

/* A row for each pair i < j of n four-momenta (n, 4), the off-diagonal part of their Gram matrix: m^2 of the two; p_i .
   p_j and, with the beam, the pair's numbers as above; the own numbers of the two, one's and then the other's. The one
   with the larger last own number comes first (without references the heavier), so that the rows of an event are the
   same set whatever the particles' order. All as sign(t) ln(1 + |t|). Shape: out (n (n - 1) / 2, nsym_gram_width). */
void nsym_gram_fill(const double *p4, size_t n, const nsym_references *references, double *out);
size_t nsym_gram_width(const nsym_references *references);

#endif
