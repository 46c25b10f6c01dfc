/* Symmetry copies of an event: before the detector its points are transformed, after the detector its image is. */
#ifndef NEARSYM_COPIES_H
#define NEARSYM_COPIES_H

#include <nearsym/pixels.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A transformation of points, x, y, energy (n, 3), before the detector: `matrix` (2, 2, row-major) on (x, y), or, where
   `apply` is set, whatever it does from `in` to `out`. */
typedef struct nsym_transform {
    double matrix[4];
    void (*apply)(const void *context, const double *in, size_t n, double *out);
    const void *context;
} nsym_transform;

/* Rotation about the origin, counter-clockwise, and reflection about the axis at that angle; degrees. Multiples of 90
   degrees are exact. */
NSYM_API nsym_transform nsym_rotation(double degrees);
NSYM_API nsym_transform nsym_reflection(double degrees);

/* The transformed points. Shapes: in, out (n, 3); they may not overlap. */
NSYM_API void nsym_transform_apply(const nsym_transform *transform, const double *in, size_t n, double *out);

/* The image (nx, ny) of the transformed points (n, 3). `work` (n, 3) is the caller's, used by all but rotations. */
NSYM_API void nsym_transform_fill(const nsym_transform *transform, const nsym_pixels *pixels, const double *points,
                                  size_t n, double *work, double *image);

/* How an image is rotated after the detector. An image of unequal sides is first stretched to a square (bilinear),
   rotated there, and shrunk back. */
typedef enum nsym_image_style {
    NSYM_IMAGE_EXACT,     /* bilinear about the image's centre, (side - 1) / 2 */
    NSYM_IMAGE_PUBLISHED, /* as arXiv:2311.05952's code did with OpenCV's warpAffine: source coordinates in 1/32 of a
                            cell, about (side / 2, side / 2), which moves quarter turns by a cell; and the cell that
                            holds the origin is emptied first (its zero padding was written there) */
    NSYM_IMAGE_NEAREST,   /* about the centre, every cell of the copy takes the nearest one's energy */
    NSYM_IMAGE_UNBINNED /* no image: the cells' centres turn as points, and keep their energies; no image map does this
                         */
} nsym_image_style;

/* A linear map of images of a grid, sparse: what each cell gives to which others. New (free with nsym_image_map_free,
   NULL is fine). Errors: a grid of unequal cells; an angle that is not finite. */
typedef struct nsym_image_map nsym_image_map;
NSYM_API NSYM_MUST_CHECK nsym_status nsym_image_rotation(nsym_image_map **out, const nsym_pixels *pixels,
                                                         double degrees, nsym_image_style style);

/* Mirrors images about the axis at 0 (y changes sign), 90, 45 or 135 degrees; the latter two need nx = ny. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_image_reflection(nsym_image_map **out, const nsym_pixels *pixels,
                                                           double degrees);
NSYM_API void nsym_image_map_free(nsym_image_map *map);

/* to (nx, ny) = map of from (nx, ny); they may not overlap. Costs what the cells above 0 cost. */
NSYM_API void nsym_image_map_apply(const nsym_image_map *map, const double *from, double *to);

#ifdef __cplusplus
}
#endif
#endif
