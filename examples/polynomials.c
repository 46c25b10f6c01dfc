/* The energy-flow polynomials of degree 2 and less of an event of three particles, with kappa = 1 and beta = 2.
   cc polynomials.c $(pkg-config --cflags --libs nearsym) -o polynomials && ./polynomials */
#include <nearsym/nearsym.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    static const double kappa[] = {1}, beta[] = {2};
    static const double particles[3][3] = {{60, 0, 0}, {30, 0.1, 0}, {10, 0, 0.3}}; /* pt, eta, phi */
    static const uint64_t offsets[] = {0, 3};
    const nsym_efp_options options = {.kappas = 1, .betas = 1, .kappa = kappa, .beta = beta};
    nsym_efp_set *set;
    if (nsym_efp_set_new(&set, "d<=2") != NSYM_OK) return fprintf(stderr, "%s\n", nsym_message()), 1;
    size_t n = nsym_efp_set_count(set);
    double *values = malloc(n * sizeof *values);
    if (!values || nsym_efp_compute(values, set, &options, 1, offsets, *particles) != NSYM_OK) return 1;
    for (size_t g = 0; g < n; g++) {
        char name[64];
        nsym_efp_identity(nsym_efp_set_graph(set, g), name, sizeof name);
        printf("%-10s %.6g\n", name, values[g]);
    }
    free(values);
    nsym_efp_set_free(set);
}
