/* Pictures of muons: an event of each class and the classes' average images. */
#include "sources/pictures.h"
#include "study/card_text.h"

#include <math.h>

enum { EVENTS = 4, NX = 3, NY = 2, CELLS = NX * NY };

/* Two events of each class; event 2 has no cells, and one of event 3 has two parts. */
static nsym_events *make_events(double last_cell) {
    static const char *const names[] = {"pt", "cell"};
    static const uint64_t offsets[] = {0, 1, 3, 3, 6};
    static const double labels[] = {0, 1, 1, 0}, weights[] = {1, 2, 6, 3};
    const double particles[] = {5, 0, 1, 1, 2, 4, 3, 5, 1, 5, 7, last_cell};
    nsym_events *events;
    double *label, *weight;
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, names, NULL, offsets), NSYM_OK);
    memcpy(events->particles, particles, sizeof particles);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &weight), NSYM_OK);
    memcpy(label, labels, sizeof labels);
    memcpy(weight, weights, sizeof weights);
    return events;
}

/* The picture of a class and a stage as an image, by the places of its cells' centres. */
static void image_of(const nsym_events *pictures, double label, double stage, double image[CELLS]) {
    size_t found = 0;
    for (size_t c = 0; c < CELLS; c++) image[c] = 0;
    for (size_t i = 0; i < pictures->count; i++) {
        if (column(pictures, "label")[i] != label || column(pictures, "stage")[i] != stage) continue;
        assert_true(column(pictures, "angle")[i] == 0);
        found++;
        for (uint64_t row = pictures->offsets[i]; row < pictures->offsets[i + 1]; row++) {
            const double *p = pictures->particles + 3 * row;
            image[(size_t)((p[0] + 0.45) / 0.9 * NX) * NY + (size_t)((p[1] + 0.45) / 0.9 * NY)] += p[2];
        }
    }
    assert_int_equal(found, 1);
}

static void assert_image(const double *image, const double *expected) {
    for (size_t c = 0; c < CELLS; c++) assert_true(fabs(image[c] - expected[c]) < 1e-12);
}

static void a_class_has_its_first_event_and_its_weighted_average(void **state) {
    (void)state;
    nsym_events *events = make_events(2), *pictures;
    double image[CELLS];
    assert_int_equal(nsym_pictures_of_grid(&pictures, events, NX, NY), NSYM_OK);
    assert_int_equal(pictures->count, 4);
    image_of(pictures, 1, 2, image);
    assert_image(image, (const double[]){0, 1, 0, 0, 2, 0});
    image_of(pictures, 0, 2, image);
    assert_image(image, (const double[]){5, 0, 0, 0, 0, 0});
    image_of(pictures, 1, 5, image); /* a quarter of event 1, three of event 2, which is empty */
    assert_image(image, (const double[]){0, 0.25, 0, 0, 0.5, 0});
    image_of(pictures, 0, 5, image); /* a quarter of event 0, three of event 3 */
    assert_image(image, (const double[]){1.25, 0, 5.25, 0, 0, 3});
    const double *x = column(pictures, "x_edges"), *y = column(pictures, "y_edges");
    assert_int_equal(nsym_events_column(pictures, "x_edges")->width, NX + 1);
    assert_true(x[0] == -0.45 && x[NX] == 0.45 && fabs(x[1] + 0.15) < 1e-12);
    assert_int_equal(nsym_events_column(pictures, "y_edges")->width, NY + 1);
    assert_true(y[0] == -0.45 && y[NY] == 0.45);
    nsym_events_free(pictures);
    nsym_events_free(events);
}

static void a_class_that_is_missing_or_has_no_weight_is_no_mistake(void **state) {
    (void)state;
    nsym_events *events = make_events(2), *pictures;
    double image[CELLS], *label = nsym_events_column(events, "label")->values,
                         *weight = nsym_events_column(events, "weight")->values;
    for (size_t i = 0; i < EVENTS; i++) label[i] = 1, weight[i] = 0;
    assert_int_equal(nsym_pictures_of_grid(&pictures, events, NX, NY), NSYM_OK);
    assert_int_equal(pictures->count, 2);
    image_of(pictures, 1, 5, image);
    assert_image(image, (const double[CELLS]){0});
    nsym_events_free(pictures);
    nsym_events_free(events);
}

/* Particles that no detector sums in cells are shown where data.cells says of which grid their own cells are. */
static void without_cells_in_the_card_there_are_no_pictures(void **state) {
    (void)state;
    nsym_events *events = make_events(2), *pictures = events;
    nsym_data_card card = {.events = EVENTS};
    nsym_chain chain = {0};
    const nsym_sample sample = {.events = events, .count = EVENTS};
    const nsym_shown shown = {.card = &card, .chain = &chain, .sample = &sample};
    assert_int_equal(nsym_pictures_make(&pictures, &shown), NSYM_OK);
    assert_null(pictures);
    card.sides = 2, card.grid[0] = NX, card.grid[1] = NY;
    assert_int_equal(nsym_pictures_make(&pictures, &shown), NSYM_OK);
    assert_int_equal(pictures->count, 4);
    nsym_events_free(pictures);
    nsym_events_free(events);
}

static void cells_that_are_not_the_cards_are_named(void **state) {
    (void)state;
    static const double wrong[] = {CELLS, -1, NAN};
    for (size_t i = 0; i < 3; i++) {
        nsym_events *events = make_events(wrong[i]), *pictures;
        assert_int_equal(nsym_pictures_of_grid(&pictures, events, NX, NY), NSYM_EFORMAT);
        assert_null(pictures);
        assert_says("row 4: cell is ");
        assert_says("must be below 6");
        nsym_events_free(events);
    }
}

static void what_is_missing_is_named(void **state) {
    (void)state;
    nsym_events *events, *whole = make_events(2), *pictures;
    assert_int_equal(nsym_events_columns(&events, whole, 0, EVENTS), NSYM_OK);
    assert_int_equal(nsym_pictures_of_grid(&pictures, events, NX, NY), NSYM_EFORMAT);
    assert_says("no particles with pt and cell");
    nsym_events_free(events);
    nsym_events_free(whole);
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    assert_int_equal(nsym_pictures_of_grid(&pictures, events, NX, NY), NSYM_EFORMAT);
    assert_says("no column 'label'");
    nsym_events_free(events);
}

/* Particles at (d_eta, d_phi): event 0 in the middle and outside, event 1 in a corner, event 2 in the middle. */
static nsym_events *make_mixture(bool placed) {
    static const char *const names[] = {"pt", "d_eta", "d_phi"}, *const columns[] = {"sweight_background",
                                                                                     "sweight_signal"};
    static const uint64_t offsets[] = {0, 2, 3, 4};
    static const double sweights[2][3] = {{-0.5, 2, 0.5}, {1.5, -1, 0.5}};
    const double particles[] = {4, 0.01, 0.01, 9, 0.46, 0, 3, -0.44, 0.44, 8, 0.02, 0.02};
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 3), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, placed ? 3 : 1, names, NULL, offsets), NSYM_OK);
    if (placed) memcpy(events->particles, particles, sizeof particles);
    for (size_t k = 0; k < 2; k++) {
        double *column;
        assert_int_equal(nsym_events_add_column(events, columns[k], "", "", 1, &column), NSYM_OK);
        memcpy(column, sweights[k], sizeof sweights[k]);
    }
    return events;
}

static void a_mixture_has_the_average_images_by_its_sweights(void **state) {
    (void)state;
    nsym_events *events = make_mixture(true), *pictures;
    assert_int_equal(nsym_pictures_of_sweights(&pictures, events), NSYM_OK);
    assert_int_equal(pictures->count, 2);
    assert_int_equal(nsym_events_column(pictures, "x_edges")->width, 33);
    for (size_t i = 0; i < 2; i++) { /* signal: 1.5 x 4 + 0.5 x 8 in the middle, the corner negative and so left out */
        bool signal = column(pictures, "label")[i] == 1;
        uint64_t row = pictures->offsets[i], cells = pictures->offsets[i + 1] - row;
        const double *p = pictures->particles + 3 * row, step = 0.9 / 32;
        assert_true(column(pictures, "stage")[i] == 5);
        assert_int_equal(cells, signal ? 1 : 2);
        if (!signal) { /* 2 x 3 in the corner; -0.5 x 4 + 0.5 x 8 in the middle; over 2 */
            assert_true(fabs(p[0] + 0.45 - step / 2) < 1e-12 && fabs(p[1] - 0.45 + step / 2) < 1e-12);
            assert_true(fabs(p[2] - 3) < 1e-12);
            p += 3;
        }
        assert_true(fabs(p[0] - step / 2) < 1e-12 && fabs(p[1] - step / 2) < 1e-12);
        assert_true(fabs(p[2] - (signal ? 10 : 1)) < 1e-12);
    }
    nsym_events_free(pictures);
    nsym_events_free(events);
}

static void a_mixture_without_places_has_no_pictures_and_one_without_sweights_is_refused(void **state) {
    (void)state;
    nsym_events *events = make_mixture(false), *pictures = events;
    assert_int_equal(nsym_pictures_of_sweights(&pictures, events), NSYM_OK);
    assert_null(pictures);
    nsym_events_free(events);
    events = make_mixture(true);
    nsym_column *last = &events->column[events->columns - 1];
    last->name[0] = 'S';
    assert_int_equal(nsym_pictures_of_sweights(&pictures, events), NSYM_EFORMAT);
    assert_says("no column 'sweight_signal'");
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_has_its_first_event_and_its_weighted_average),
        cmocka_unit_test(a_class_that_is_missing_or_has_no_weight_is_no_mistake),
        cmocka_unit_test(without_cells_in_the_card_there_are_no_pictures),
        cmocka_unit_test(cells_that_are_not_the_cards_are_named),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(a_mixture_has_the_average_images_by_its_sweights),
        cmocka_unit_test(a_mixture_without_places_has_no_pictures_and_one_without_sweights_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
