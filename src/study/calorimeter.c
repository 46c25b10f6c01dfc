#include "study/calorimeter.h"

#include "base/fail.h"
#include "study/source.h"
#include <nearsym/io.h>
#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static nsym_status check_point(const nsym_calorimeter *c, const double *point, size_t event, size_t number) {
    for (size_t k = 0; k < 3; k++)
        if (!isfinite(point[c->feature[k]]))
            return nsym_fail(NSYM_ENUMERIC, "row %zu: point %zu has a value that is %g", event, number,
                             point[c->feature[k]]);
    if (point[c->feature[2]] >= 0) return NSYM_OK;
    return nsym_fail(NSYM_ENUMERIC,
                     "row %zu: point %zu has an energy of %g, must be >= 0, as only cells above 0 are kept; cut noise "
                     "off at a threshold before",
                     event, number, point[c->feature[2]]);
}

static nsym_status open_file(nsym_calorimeter *c) {
    static const char *const names[] = {"x", "y", "energy"};
    NSYM_TRY(nsym_events_read(&c->file, c->card->file, NULL));
    NSYM_TRY(nsym_labels_check(c->file));
    for (size_t k = 0; k < 3; k++) {
        c->feature[k] = c->file->offsets ? nsym_events_feature(c->file, names[k]) : NSYM_NONE;
        if (c->feature[k] == NSYM_NONE)
            return nsym_fail(NSYM_EFORMAT, "the particles have no '%s'; calorimeter points are x, y, energy", names[k]);
    }
    c->events = c->file->count;
    for (size_t i = 0; i < c->events; i++)
        for (uint64_t row = c->file->offsets[i]; row < c->file->offsets[i + 1]; row++)
            NSYM_TRY(check_point(c, c->file->particles + row * c->file->features, i + 1,
                                 (size_t)(row - c->file->offsets[i]) + 1));
    return NSYM_OK;
}

/* The most points of an event. */
static size_t most_points(const nsym_calorimeter *c) {
    size_t most = c->card->shower.deposits * c->card->shower.points;
    if (!c->file) return most;
    most = 1;
    for (size_t i = 0; i < c->file->count; i++) {
        size_t n = (size_t)(c->file->offsets[i + 1] - c->file->offsets[i]);
        if (n > most) most = n;
    }
    return most;
}

/* The image maps of copies after the detector; the mirrored ones follow the others. */
static nsym_status open_maps(nsym_calorimeter *c) {
    const nsym_copies_card *copying = &c->card->copying;
    size_t copies = nsym_copies_of(c->card);
    if (copying->where != NSYM_COPIES_AFTER) return NSYM_OK;
    c->map = calloc(copies + 1, sizeof(nsym_image_map *)); /* the last one mirrors */
    if (!c->map) return nsym_fail(NSYM_ENOMEM, "no memory for %zu image rotations", copies);
    for (size_t i = 0; i < copying->count; i++)
        NSYM_TRY(nsym_image_rotation(&c->map[i], c->pixels, nsym_calorimeter_angle(c->card, 0, i), copying->style));
    return copying->reflect ? nsym_image_reflection(&c->map[copies], c->pixels, 0) : NSYM_OK;
}

static nsym_status open_all(nsym_calorimeter *c) {
    const nsym_cells_card *cells = &c->card->cells;
    c->events = c->card->events;
    if (c->card->file[0])
        NSYM_TRY(open_file(c));
    else
        NSYM_TRY(nsym_shower_limit_new(&c->limit, &c->card->shower));
    NSYM_TRY(nsym_pixels_new(&c->pixels, cells->nx, cells->x, cells->ny, cells->y));
    NSYM_TRY(open_maps(c));
    size_t points = most_points(c), image = cells->nx * cells->ny;
    c->deposits = calloc(3 * c->card->shower.deposits, sizeof(double));
    c->points = calloc(3 * points, sizeof(double));
    c->work = calloc(3 * points + image, sizeof(double));
    c->first = calloc(image, sizeof(double));
    c->image = calloc(image, sizeof(double));
    c->copies = calloc(nsym_copies_of(c->card) * image, sizeof(double));
    if (c->deposits && c->points && c->work && c->first && c->image && c->copies) return NSYM_OK;
    return nsym_fail(NSYM_ENOMEM, "no memory for an event of %zu points", points);
}

nsym_status nsym_calorimeter_open(nsym_calorimeter *out, const nsym_data_card *card) {
    *out = (nsym_calorimeter){.card = card};
    nsym_status status = open_all(out);
    if (status == NSYM_OK) return status;
    bool read = out->file != NULL; /* reading names the file itself */
    nsym_calorimeter_close(out);
    return read ? nsym_fail_in(status, "%s: ", card->file) : status;
}

void nsym_calorimeter_close(nsym_calorimeter *c) {
    for (size_t i = 0; c->map && i <= nsym_copies_of(c->card); i++) nsym_image_map_free(c->map[i]);
    free(c->map);
    nsym_events_free(c->file);
    nsym_shower_limit_free(c->limit);
    nsym_pixels_free(c->pixels);
    double *blocks[] = {c->deposits, c->points, c->work, c->first, c->image, c->copies};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    *c = (nsym_calorimeter){0};
}

static void take_from_file(nsym_calorimeter *c, size_t index, nsym_calorimeter_event *event) {
    const nsym_events *file = c->file;
    uint64_t first = file->offsets[index];
    c->n = (size_t)(file->offsets[index + 1] - first);
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < 3; k++)
            c->points[3 * i + k] = file->particles[(first + i) * file->features + c->feature[k]];
    *event = (nsym_calorimeter_event){.signal = nsym_events_column(file, "label")->values[index]};
}

void nsym_calorimeter_take(nsym_calorimeter *c, size_t index, nsym_calorimeter_event *event) {
    if (c->file) {
        take_from_file(c, index, event);
    } else {
        const nsym_shower_options *shower = &c->card->shower;
        nsym_shower_deposits(shower, index, c->deposits);
        nsym_shower_spread(shower, index, c->deposits, c->points);
        c->n = shower->deposits * shower->points;
        *event = (nsym_calorimeter_event){.signal = (double)(index % 2),
                                          .log_ratio = nsym_shower_log_ratio(c->limit, c->deposits, false),
                                          .log_ratio_energies = nsym_shower_log_ratio(c->limit, c->deposits, true)};
    }
    nsym_pixels_fill(c->pixels, c->points, c->n, c->first);
    c->copied = false;
}

double nsym_calorimeter_angle(const nsym_data_card *card, size_t index, size_t copy) {
    const nsym_copies_card *copying = &card->copying;
    size_t turn = copy % copying->count;
    if (turn == 0) return 0;
    if (copying->angles == NSYM_ANGLES_LISTED) return copying->angle[turn];
    if (copying->angles == NSYM_ANGLES_EVEN) return 360 * (double)turn / (double)copying->count;
    nsym_random random = nsym_random_stream(card->seed, "angle", (uint64_t)index * NSYM_COPIES_MAX + turn);
    return 360 * nsym_random_uniform(&random);
}

static size_t image_size(const nsym_calorimeter *c) {
    return nsym_pixels_nx(c->pixels) * nsym_pixels_ny(c->pixels);
}

/* The matrix of a copy before the detector: rotated, mirrored first where asked, or the card's own. */
static nsym_transform copy_transform(const nsym_calorimeter *c, size_t index, size_t copy) {
    const nsym_copies_card *copying = &c->card->copying;
    nsym_transform transform = nsym_rotation(nsym_calorimeter_angle(c->card, index, copy));
    if (copying->matrices && copy > 0) {
        memcpy(transform.matrix, copying->matrix + 4 * (copy - 1), sizeof transform.matrix);
    } else if (copy >= copying->count) { /* y changes sign before the rotation */
        transform.matrix[1] = -transform.matrix[1];
        transform.matrix[3] = -transform.matrix[3];
    }
    return transform;
}

static void copy_before(nsym_calorimeter *c, size_t index, size_t copy) {
    double matrices[4 * 2 * NSYM_COPIES_MAX];
    size_t copies = nsym_copies_of(c->card), size = image_size(c);
    if (!c->copied) {
        for (size_t i = 0; i < copies; i++)
            memcpy(matrices + 4 * i, copy_transform(c, index, i).matrix, 4 * sizeof *matrices);
        nsym_pixels_fill_linear(c->pixels, matrices, copies, c->points, c->n, c->copies);
        c->copied = true;
    }
    memcpy(c->image, c->copies + copy * size, size * sizeof *c->image);
}

static void copy_after(nsym_calorimeter *c, size_t copy) {
    const nsym_copies_card *copying = &c->card->copying;
    const double *from = c->first;
    if (copy >= copying->count) {
        nsym_image_map_apply(c->map[nsym_copies_of(c->card)], c->first, c->work);
        from = c->work;
    }
    nsym_image_map_apply(c->map[copy % copying->count], from, c->image);
}

void nsym_calorimeter_copy(nsym_calorimeter *c, size_t index, size_t copy) {
    const nsym_copies_card *copying = &c->card->copying;
    if (copying->where == NSYM_COPIES_NONE || copy == 0)
        memcpy(c->image, c->first, image_size(c) * sizeof *c->image);
    else if (copying->where == NSYM_COPIES_BEFORE)
        copy_before(c, index, copy);
    else
        copy_after(c, copy);
}

void nsym_calorimeter_turn(nsym_calorimeter *c, double degrees) {
    nsym_transform rotation = nsym_rotation(degrees);
    nsym_transform_fill(&rotation, c->pixels, c->points, c->n, c->work, c->image);
}
