/* The cells of a calorimeter: a rectangular grid that sums the energies of points into an image, and so breaks
   rotations. */
#ifndef NEARSYM_PIXELS_H
#define NEARSYM_PIXELS_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Largest number of cells in x and in y for a study's detector. */
enum { NSYM_CELLS_MAX = 1024 };

/* A grid of nx x ny cells. Its images are (nx, ny), row-major: y runs fastest. */
typedef struct nsym_pixels nsym_pixels;

/* New grid (free with nsym_pixels_free, NULL is fine) with edges x (nx + 1) and y (ny + 1), copied. A cell includes its
   lower edge, and the last cell also its upper edge, as in numpy.histogram2d. Errors: no cells; more than 4096 in a
   direction; edges that are not finite or do not rise. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_pixels_new(nsym_pixels **out, size_t nx, const double *x, size_t ny,
                                                     const double *y);

/* New grid of equal cells over [low, high] in x and in y. Errors: as above. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_pixels_new_equal(nsym_pixels **out, size_t nx, size_t ny, double low,
                                                           double high);
NSYM_API void nsym_pixels_free(nsym_pixels *pixels);

NSYM_API size_t nsym_pixels_nx(const nsym_pixels *pixels);
NSYM_API size_t nsym_pixels_ny(const nsym_pixels *pixels);
NSYM_API const double *nsym_pixels_x(const nsym_pixels *pixels); /* edges (nx + 1), borrowed */
NSYM_API const double *nsym_pixels_y(const nsym_pixels *pixels); /* edges (ny + 1), borrowed */
NSYM_API bool nsym_pixels_equal(const nsym_pixels *pixels);      /* do all cells have the same size? */

/* Fills the image (nx, ny) of points (n, 3): x, y, energy. Points outside the grid are dropped. Overwrites `image`. */
NSYM_API void nsym_pixels_fill(const nsym_pixels *pixels, const double *points, size_t n, double *image);

/* The same for points that are first rotated about the origin, counter-clockwise: x' = x cosine - y sine, y' = x sine +
   y cosine. */
NSYM_API void nsym_pixels_fill_rotated(const nsym_pixels *pixels, double cosine, double sine, const double *points,
                                       size_t n, double *image);

/* Images (copies, nx, ny) of the points (n, 3) under each of `matrices` (copies, 2, 2), row-major, on (x, y):
   rotations, reflections or any linear map. Many copies at once cost less than one by one. Fastest are orthogonal
   matrices, equal cells, and points within the largest circle about the origin that fits in the grid. The energies of a
   cell are not summed in the order of the points. */
NSYM_API void nsym_pixels_fill_linear(const nsym_pixels *pixels, const double *matrices, size_t copies,
                                      const double *points, size_t n, double *images);

/* Lists the cells of an image with an energy above 0, in the image's order: cells (at most nx x ny, 4) has x and y of
   the centre, energy, and number in the image. Returns their number. */
NSYM_API size_t nsym_pixels_cells(const nsym_pixels *pixels, const double *image, double *cells);

/* Index of the cell of a point, or NSYM_NO_CELL outside the grid. */
#define NSYM_NO_CELL ((size_t)-1)
NSYM_API size_t nsym_pixels_find(const nsym_pixels *pixels, double x, double y);

#ifdef __cplusplus
}
#endif
#endif
