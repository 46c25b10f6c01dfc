/* A calorimeter's cells: a rectangular grid that sums the energies of points into an image, and so breaks rotations. */
#ifndef NEARSYM_PIXELS_H
#define NEARSYM_PIXELS_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most cells that a study's detector has in x and in y. */
enum { NSYM_CELLS_MAX = 1024 };

/* A grid: nx x ny cells. An image of it is (nx, ny), row-major: y runs fastest. */
typedef struct nsym_pixels nsym_pixels;

/* New grid (free with nsym_pixels_free, NULL is fine) with edges x (nx + 1) and y (ny + 1), copied. A cell holds its
   lower edge, and the last one its upper edge too, as numpy.histogram2d has it. Errors: no cells, more than 4096 a
   side, edges that are not finite or do not rise. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_pixels_new(nsym_pixels **out, size_t nx, const double *x, size_t ny,
                                                     const double *y);

/* New grid of equal cells over [low, high] on both sides. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_pixels_new_equal(nsym_pixels **out, size_t nx, size_t ny, double low,
                                                           double high);
NSYM_API void nsym_pixels_free(nsym_pixels *pixels);

NSYM_API size_t nsym_pixels_nx(const nsym_pixels *pixels);
NSYM_API size_t nsym_pixels_ny(const nsym_pixels *pixels);
NSYM_API const double *nsym_pixels_x(const nsym_pixels *pixels); /* edges (nx + 1), borrowed */
NSYM_API const double *nsym_pixels_y(const nsym_pixels *pixels); /* edges (ny + 1), borrowed */
NSYM_API bool nsym_pixels_equal(const nsym_pixels *pixels);      /* are all cells of one size? */

/* Image (nx, ny) of points (n, 3): x, y, energy; points outside the grid are dropped. Overwrites `image`. */
NSYM_API void nsym_pixels_fill(const nsym_pixels *pixels, const double *points, size_t n, double *image);

/* The same of points that are first rotated about the origin, counter-clockwise: x' = x cosine - y sine,
   y' = x sine + y cosine. */
NSYM_API void nsym_pixels_fill_rotated(const nsym_pixels *pixels, double cosine, double sine, const double *points,
                                       size_t n, double *image);

/* Images (copies, nx, ny) of the points under each of `matrices` (copies, 2, 2), row-major, on (x, y): rotations,
   reflections or whatever is linear. Many copies at once cost less than each by itself; orthogonal matrices, equal
   cells and points in the largest circle about the origin that fits in the grid are fastest. The order in which a
   cell's energies are summed is not that of the points. */
NSYM_API void nsym_pixels_fill_linear(const nsym_pixels *pixels, const double *matrices, size_t copies,
                                      const double *points, size_t n, double *images);

/* The cells of an image with an energy above 0: x, y of the centre, energy, number in the image; in its order. Gives
   how many there are; cells (at most nx x ny, 4). */
NSYM_API size_t nsym_pixels_cells(const nsym_pixels *pixels, const double *image, double *cells);

/* The index of the cell of a point, or NSYM_NO_CELL where it lies outside. */
#define NSYM_NO_CELL ((size_t)-1)
NSYM_API size_t nsym_pixels_find(const nsym_pixels *pixels, double x, double y);

#ifdef __cplusplus
}
#endif
#endif
