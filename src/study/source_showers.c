/* Toy calorimeter events as arXiv:2311.05952 prepares them: points fall into cells, and an event's symmetry copies are
   made before or after. Only the events that a study uses are made. */
#include "study/source.h"

#include "base/fail.h"
#include "study/shower_pictures.h"
#include <nearsym/io.h>
#include <nearsym/random.h>

#include <stdlib.h>
#include <string.h>

/* Which events train and which test. */
typedef struct {
    uint32_t *all; /* the events' numbers in two orders, one after the other, owned */
    const uint32_t *pool, *test;
    size_t tests;
} division;

static nsym_status divide(division *out, const nsym_data_card *card, size_t count) {
    NSYM_TRY(nsym_division_check(card, count));
    size_t tests = nsym_tests_of(card, count);
    uint32_t *all = calloc(2 * count, sizeof *all);
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory to divide %zu events", count);
    for (size_t i = 0; i < 2 * count; i++) all[i] = (uint32_t)(i % count);
    nsym_random order = nsym_random_stream(card->seed, "order", 0), other = nsym_random_stream(card->seed, "order", 1);
    if (card->shuffle) nsym_random_shuffle(&order, all, count);
    if (card->shuffle) nsym_random_shuffle(&other, all + count, count);
    *out = (division){.all = all, .test = all, .tests = tests, .pool = card->overlap ? all + count : all + tests};
    return NSYM_OK;
}

/* Rows of the sample while they are made; cells are x, y, energy, number. */
typedef struct {
    nsym_calorimeter *calorimeter;
    size_t rows, row;
    uint64_t *offsets; /* (rows + 1) */
    double *cells;     /* (room, 4) */
    size_t used, room;
    double *label, *ratio, *ratio_energies; /* (rows); the ratios NULL for events of a file */
    size_t *origin;                         /* (rows) the event that a row is or is a copy of */
} table;

static nsym_status add_row(table *t, const nsym_calorimeter_event *event, size_t index, const double *image) {
    const nsym_calorimeter *c = t->calorimeter;
    size_t cells = nsym_pixels_nx(c->pixels) * nsym_pixels_ny(c->pixels);
    if (t->used + cells > t->room) {
        size_t room = 2 * t->room + 64 * cells;
        double *more = realloc(t->cells, 4 * room * sizeof *more);
        if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for the cells of %zu images", t->rows);
        t->cells = more;
        t->room = room;
    }
    t->used += nsym_pixels_cells(c->pixels, image, t->cells + 4 * t->used);
    t->label[t->row] = event->signal;
    t->origin[t->row] = index;
    if (t->ratio) t->ratio[t->row] = event->log_ratio;
    if (t->ratio_energies) t->ratio_energies[t->row] = event->log_ratio_energies;
    t->offsets[++t->row] = t->used;
    return NSYM_OK;
}

/* All copies of an event, as the card makes them; or, for `turns` above 0, that many rotations before the detector. */
static nsym_status add_event(table *t, size_t index, size_t copies, size_t turns) {
    nsym_calorimeter_event event;
    nsym_calorimeter_take(t->calorimeter, index, &event);
    for (size_t c = 0; c < (turns ? turns : copies); c++) {
        if (turns)
            nsym_calorimeter_turn(t->calorimeter, 360 * (double)c / (double)turns);
        else
            nsym_calorimeter_copy(t->calorimeter, index, c);
        NSYM_TRY(add_row(t, &event, index, t->calorimeter->image));
    }
    return NSYM_OK;
}

static nsym_status add_all(table *t, const division *d, const nsym_data_card *card, size_t copies) {
    for (size_t i = 0; i < card->pool; i++) NSYM_TRY(add_event(t, d->pool[i], copies, 0));
    for (size_t i = 0; i < d->tests; i++) NSYM_TRY(add_event(t, d->test[i], 1, 0));
    for (size_t i = 0; i < card->probes; i++) NSYM_TRY(add_event(t, d->test[i], 1, card->turns));
    return NSYM_OK;
}

/* The sample's columns, with the table's rows to fill. */
static nsym_status open_table(table *t, nsym_events **out, nsym_calorimeter *calorimeter, size_t rows) {
    double *weight;
    *t = (table){.calorimeter = calorimeter, .rows = rows, .offsets = calloc(rows + 1, sizeof *t->offsets)};
    if (!t->offsets) return nsym_fail(NSYM_ENOMEM, "no memory for %zu images", rows);
    NSYM_TRY(nsym_events_new(out, rows));
    NSYM_TRY(nsym_events_add_column(*out, "label", "", "1: signal, 0: background", 1, &t->label));
    NSYM_TRY(nsym_events_add_column(*out, "weight", "", "relative probability to be drawn", 1, &weight));
    for (size_t i = 0; i < rows; i++) weight[i] = 1;
    t->origin = (*out)->origin = calloc(rows + 1, sizeof *t->origin);
    if (!t->origin) return nsym_fail(NSYM_ENOMEM, "no memory for %zu images", rows);
    if (!calorimeter->limit) return NSYM_OK;
    NSYM_TRY(
        nsym_events_add_column(*out, "log_ratio", "", "log likelihood ratio of the deposits' positions", 1, &t->ratio));
    return nsym_events_add_column(*out, "log_ratio_energies", "", "the same of positions and energies", 1,
                                  &t->ratio_energies);
}

static nsym_status set_cells(nsym_events *events, const table *t, const nsym_data_card *card) {
    static const char *const names[] = {"x", "y", "energy", "cell"};
    NSYM_TRY(nsym_grid_set(events, card));
    NSYM_TRY(nsym_events_set_particles(events, 4, names, NULL, t->offsets));
    memcpy(events->particles, t->cells, 4 * t->used * sizeof *t->cells);
    return NSYM_OK;
}

/* A test sample of one class measures nothing. */
static nsym_status check_test(const nsym_sample *sample, const double *label) {
    size_t signal = 0;
    for (size_t i = 0; i < sample->test; i++) signal += label[sample->pool * sample->copies + i] == 1;
    if (signal > 0 && signal < sample->test) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%zu of %zu test events are signal; both classes are needed", signal, sample->test);
}

static nsym_status build(nsym_sample *out, nsym_calorimeter *calorimeter, const division *d,
                         const nsym_data_card *card) {
    table t;
    *out = (nsym_sample){.pool = card->pool,
                         .copies = nsym_copies_of(card),
                         .test = d->tests,
                         .probes = card->probes,
                         .turns = card->turns};
    size_t rows = out->pool * out->copies + out->test + out->probes * out->turns;
    nsym_status status = open_table(&t, &out->events, calorimeter, rows);
    if (status == NSYM_OK) status = add_all(&t, d, card, out->copies);
    if (status == NSYM_OK) status = check_test(out, t.label);
    if (status == NSYM_OK) status = set_cells(out->events, &t, card);
    if (status == NSYM_OK) status = nsym_shower_pictures(&out->shown, calorimeter, d->test, out);
    free(t.offsets);
    free(t.cells);
    if (status != NSYM_OK) nsym_sample_free(out);
    return status;
}

nsym_status nsym_source_showers(nsym_sample *out, const nsym_data_card *card, size_t workers) {
    (void)workers; /* one thread: the training takes far longer */
    nsym_calorimeter calorimeter;
    division d = {0};
    NSYM_TRY(nsym_calorimeter_open(&calorimeter, card));
    nsym_status status = divide(&d, card, calorimeter.events);
    if (status == NSYM_OK) status = build(out, &calorimeter, &d, card);
    free(d.all);
    nsym_calorimeter_close(&calorimeter);
    return status == NSYM_OK || !card->file[0] ? status : nsym_fail_in(status, "%s: ", card->file);
}
