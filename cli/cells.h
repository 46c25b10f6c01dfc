/* The cells of a calorimeter around a muon, as places. */
#ifndef NEARSYM_CLI_CELLS_H
#define NEARSYM_CLI_CELLS_H

#include <nearsym/events.h>
#include <stdbool.h>

/* n x m equal cells of [-half, half] in d_eta and d_phi. */
typedef struct cell_grid {
    size_t n, m;
    double half;
} cell_grid;

/* "32x4": two whole numbers from 1, and where they end (NULL: they are no such numbers). */
const char *read_cells(const char *text, size_t *n, size_t *m);

/* "32x32:0.45". */
bool read_cell_grid(const char *text, cell_grid *grid);

/* Gives particles that have the features i and j, numbers of a cell in eta and phi, its centre d_eta, d_phi and its
   number `cell` = i m + j. Tells on standard error what is wrong with those of `path`. */
bool add_cells(nsym_events *events, const cell_grid *grid, const char *path);

#endif
