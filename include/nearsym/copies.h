/* Symmetry copies of an event. Before the detector its points are transformed; after the detector its image is. */
#ifndef NEARSYM_COPIES_H
#define NEARSYM_COPIES_H

#include <nearsym/pixels.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A transformation of points (n, 3), x, y, energy, before the detector. `matrix` (2, 2, row-major) acts on (x, y). If
   `apply` is set, it is called in place of the matrix, with `context`, and maps `in` to `out`. */
typedef struct nsym_transform {
    double matrix[4];
    void (*apply)(const void *context, const double *in, size_t n, double *out);
    const void *context;
} nsym_transform;

/* Names of the transformations that can make copies, as in a card's copies.transform: NULL-terminated, borrowed, always
   valid. */
NSYM_API const char *const *nsym_transform_names(void);

/* Period of the values of the transformation of that name, such as 360 for degrees. 0: the values have no period and
   lie within copies.range. NaN: there is no such transformation. */
NSYM_API double nsym_transform_period(const char *name);

/* Rotation about the origin, counter-clockwise, by an angle in degrees, and reflection about the axis at that angle.
   Multiples of 90 degrees are exact. */
NSYM_API nsym_transform nsym_rotation(double degrees);
NSYM_API nsym_transform nsym_reflection(double degrees);

/* Transforms points. Shapes: in, out (n, 3); they may not overlap. */
NSYM_API void nsym_transform_apply(const nsym_transform *transform, const double *in, size_t n, double *out);

/* Fills the image (nx, ny) of the transformed points (n, 3). `work` (n, 3) is the caller's buffer, used by all
   transformations but rotations. */
NSYM_API void nsym_transform_fill(const nsym_transform *transform, const nsym_pixels *pixels, const double *points,
                                  size_t n, double *work, double *image);

/* How an image is rotated after the detector. An image of unequal sides is first stretched to a square (bilinear
   interpolation), rotated, and shrunk back. */
typedef enum nsym_image_style {
    NSYM_IMAGE_EXACT,     /* bilinear interpolation about the image's centre, (side - 1) / 2 */
    NSYM_IMAGE_PUBLISHED, /* as the code of arXiv:2311.05952, which uses OpenCV's warpAffine: source coordinates in
                             steps of 1/32 of a cell, about (side / 2, side / 2), so that quarter turns are off by one
                             cell. The cell that holds the origin is emptied first, because that code wrote zero padding
                             there */
    NSYM_IMAGE_NEAREST,   /* about the centre; every cell of the copy takes the energy of the nearest cell */
    NSYM_IMAGE_UNBINNED   /* no image: the cells' centres are rotated as points and keep their energies. An image map
                             cannot do this */
} nsym_image_style;

/* Names of these styles in this order, as in a card's copies.image: NULL-terminated, borrowed, always valid. */
NSYM_API const char *const *nsym_image_style_names(void);

/* A linear map of the images of a grid, stored sparsely: how much each cell gives to which others. New (free with
   nsym_image_map_free, NULL is fine). Errors: a grid of unequal cells; an angle that is not finite. */
typedef struct nsym_image_map nsym_image_map;
NSYM_API NSYM_MUST_CHECK nsym_status nsym_image_rotation(nsym_image_map **out, const nsym_pixels *pixels,
                                                         double degrees, nsym_image_style style);

/* Mirrors images about the axis at 0 degrees (y changes sign), 90, 45 or 135 degrees; 45 and 135 need nx = ny. New.
   Errors: as above; another angle. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_image_reflection(nsym_image_map **out, const nsym_pixels *pixels,
                                                           double degrees);
NSYM_API void nsym_image_map_free(nsym_image_map *map);

/* Applies the map: from (nx, ny) to `to` (nx, ny); they may not overlap. The time grows with the number of cells above
   0. */
NSYM_API void nsym_image_map_apply(const nsym_image_map *map, const double *from, double *to);

#ifdef __cplusplus
}
#endif
#endif
