/* Calorimeter samples: which rows there are, what their copies are, which files serve, and what figures show. */
#include "sources/sample.h"
#include "study/calorimeter_card.h"
#include <nearsym/pixels.h>

enum { SIDE = 8, CELLS = SIDE * SIDE };

/* The data of the small card after settings (NULL-terminated); the tree owns its texts. */
static nsym_data_card data_of(nsym_tree **tree, const char *const *set) {
    return read_set(tree, "fcn", set).data;
}

static nsym_sample loaded(const char *const *set) {
    nsym_tree *tree;
    nsym_sample sample;
    nsym_data_card card = data_of(&tree, set);
    if (nsym_sample_load(&sample, &card, 2, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_tree_free(tree);
    return sample;
}

#define LOADED(...) loaded((const char *const[]){__VA_ARGS__, NULL})

/* The card is refused, or else the sample. */
static void refused(const char *const *set, const char *words) {
    nsym_run_card card;
    nsym_sample sample = {0};
    nsym_tree *tree = opened(calorimeter_card, NULL, set);
    nsym_status status = nsym_card_read(&card, tree, "fcn");
    if (status == NSYM_OK) status = nsym_sample_load(&sample, &card.data, 2, NULL);
    assert_int_not_equal(status, NSYM_OK);
    assert_null(sample.events);
    assert_says(words);
    nsym_tree_free(tree);
}

/* A row as a dense image. Shape: image (nx, ny). */
static void image_of(const nsym_events *events, size_t row, size_t cells, double *image) {
    memset(image, 0, cells * sizeof *image);
    for (uint64_t p = events->offsets[row]; p < events->offsets[row + 1]; p++)
        image[(size_t)events->particles[4 * p + 3]] = events->particles[4 * p + 2];
}

static void assert_same_row(const nsym_events *a, size_t i, const nsym_events *b, size_t k) {
    double x[CELLS], y[CELLS];
    image_of(a, i, CELLS, x);
    image_of(b, k, CELLS, y);
    for (size_t c = 0; c < CELLS; c++) assert_true(fabs(x[c] - y[c]) < 1e-12);
}

static void rows_are_the_reserve_with_copies_then_tests_then_rotations(void **state) {
    (void)state;
    nsym_sample s = LOADED("measure={events: 4, rotations: 6}");
    assert_true(s.divided && s.parts.train_first == 0 && s.parts.train_count == 60 && s.parts.copies == 3);
    assert_true(s.parts.test_first == 180 && s.parts.test_count == 50 && !s.parts.groups && !s.parts.tests);
    assert_true(s.turned_first == 230 && s.measured == 4 && s.rotations == 6);
    assert_int_equal(s.events->count, 60 * 3 + 50 + 4 * 6);
    for (size_t i = 0; i < 180; i++) assert_true(column(s.events, "label")[i] == column(s.events, "label")[i / 3 * 3]);
    for (size_t i = 0; i < 4; i++) /* the first test events, first as they are */
        assert_same_row(s.events, 180 + i, s.events, 230 + 6 * i);
    for (size_t i = 0; i < s.events->count; i++) {
        double label = column(s.events, "label")[i];
        assert_true((label == 0 || label == 1) && column(s.events, "weight")[i] == 1);
        assert_true(s.events->offsets[i + 1] - s.events->offsets[i] <= 24); /* 6 deposits of 4 points */
    }
    nsym_sample_free(&s);
}

static void cells_say_where_they_are(void **state) {
    (void)state;
    nsym_sample s = LOADED("detector={x: [-1, -0.5, 0.1, 1], y: [-1, 0.2, 1]}", "copies.where=none");
    static const double x[] = {-0.75, -0.2, 0.55}, y[] = {-0.4, 0.6};
    assert_int_equal(s.events->features, 4);
    for (size_t p = 0; p < s.events->offsets[s.events->count]; p++) {
        const double *cell = s.events->particles + 4 * p;
        size_t number = (size_t)cell[3];
        assert_true(number < 6 && cell[2] > 0);
        assert_true(fabs(cell[0] - x[number / 2]) < 1e-12 && fabs(cell[1] - y[number % 2]) < 1e-12);
    }
    nsym_sample_free(&s);
}

static void half_of_the_events_are_signal(void **state) {
    (void)state;
    nsym_sample s = LOADED("data.events=4000", "split.reserve=1000", "copies.where=none");
    double reserve = 0, test = 0;
    for (size_t i = 0; i < 1000; i++) reserve += column(s.events, "label")[i];
    for (size_t i = 1000; i < 2000; i++) test += column(s.events, "label")[i];
    assert_true(fabs(reserve - 500) < 80 && fabs(test - 500) < 80); /* 5 sigma, sqrt(1000) / 2 each */
    nsym_sample_free(&s);
}

/* Test events that are in the reserve too: events are told apart by their likelihood ratio. */
static size_t shared_events(const nsym_sample *s) {
    const double *ratio = column(s->events, "log_ratio_energies");
    size_t first = s->parts.test_first, shared = 0;
    for (size_t i = 0; i < s->parts.train_count; i++)
        for (size_t k = 0; k < s->parts.test_count; k++) shared += ratio[i * s->parts.copies] == ratio[first + k];
    return shared;
}

static void tests_are_apart_from_the_reserve_unless_the_card_says_otherwise(void **state) {
    (void)state;
    nsym_sample apart = LOADED("data.events=1000", "split={test: 0.2, reserve: 800}", "copies.where=none");
    nsym_sample overlap =
        LOADED("data.events=1000", "split={test: 0.2, reserve: 800, overlap: true}", "copies.where=none");
    assert_int_equal(shared_events(&apart), 0);
    size_t shared = shared_events(&overlap); /* a fifth of the reserve, 160 +- 5 */
    assert_true(shared > 130 && shared < 190);
    assert_true(overlap.parts.test_count == 200 && overlap.parts.train_count == 800);
    for (size_t i = 0; i < 200; i++) assert_same_row(apart.events, 800 + i, overlap.events, 800 + i);
    nsym_sample_free(&apart);
    nsym_sample_free(&overlap);
}

static void a_seed_gives_the_same_sample_and_another_others(void **state) {
    (void)state;
    nsym_sample a = LOADED("seed=5"), again = LOADED("seed=5"), other = LOADED("seed=6");
    assert_same(a.events, again.events);
    assert_same(a.shown, again.shown);
    assert_same(a.pictures, again.pictures);
    assert_memory_not_equal(column(a.events, "log_ratio"), column(other.events, "log_ratio"), 50 * sizeof(double));
    nsym_sample_free(&a);
    nsym_sample_free(&again);
    nsym_sample_free(&other);
}

static void the_first_copy_is_the_event_itself(void **state) {
    (void)state;
    static const char *const copies[] = {
        "copies={where: before, count: 4, reflect: true}", "copies={where: after, count: 4, reflect: true}",
        "copies={where: after, count: 4, image: opencv}", "copies={where: before, values: random, count: 3}",
        "copies={where: before, matrices: [2, 0, 0, 2]}"};
    nsym_sample plain = LOADED("copies.where=none");
    for (size_t k = 0; k < sizeof copies / sizeof *copies; k++) {
        nsym_sample s = LOADED(copies[k]);
        for (size_t i = 0; i < s.parts.train_count; i++) assert_same_row(s.events, i * s.parts.copies, plain.events, i);
        for (size_t i = 0; i < s.parts.test_count; i++) /* tests have no copies */
            assert_same_row(s.events, s.parts.test_first + i, plain.events, plain.parts.test_first + i);
        nsym_sample_free(&s);
    }
    nsym_sample_free(&plain);
}

/* A quarter turn takes (x, y) to (-y, x): cell (i, j) to (side - 1 - j, i); a mirror, (x, -y): (i, side - 1 - j). */
static void a_quarter_turn_before_a_square_grid_moves_whole_cells(void **state) {
    (void)state;
    nsym_sample s = LOADED("copies={where: before, values: [0, 90], reflect: true}");
    assert_int_equal(s.parts.copies, 4);
    for (size_t e = 0; e < s.parts.train_count; e++) {
        double image[4][CELLS];
        for (size_t c = 0; c < 4; c++) image_of(s.events, 4 * e + c, CELLS, image[c]);
        for (size_t i = 0; i < SIDE; i++)
            for (size_t j = 0; j < SIDE; j++) {
                double energy = image[0][SIDE * i + j];
                assert_true(fabs(image[1][SIDE * (SIDE - 1 - j) + i] - energy) < 1e-12);
                assert_true(fabs(image[2][SIDE * i + SIDE - 1 - j] - energy) < 1e-12);
                assert_true(fabs(image[3][SIDE * j + i] - energy) < 1e-12); /* mirrored, then turned: (y, x) */
            }
    }
    nsym_sample_free(&s);
}

static void matrices_act_on_points(void **state) {
    (void)state;
    nsym_sample s = LOADED("copies={where: before, matrices: [0, -1, 1, 0, 1, 0, 0, -1]}"), /* a turn, a mirror */
        turned = LOADED("copies={where: before, values: [0, 90], reflect: true}");
    assert_int_equal(s.parts.copies, 3);
    for (size_t e = 0; e < s.parts.train_count; e++)
        for (size_t c = 1; c < 3; c++) assert_same_row(s.events, 3 * e + c, turned.events, 4 * e + c);
    nsym_sample_free(&s);
    nsym_sample_free(&turned);
}

static void a_copy_after_the_detector_is_the_image_rotated(void **state) {
    (void)state;
    nsym_pixels *pixels;
    assert_int_equal(nsym_pixels_new_equal(&pixels, SIDE, SIDE, -1, 1), NSYM_OK);
    for (int style = 0; style < 2; style++) {
        char copies[100];
        snprintf(copies, sizeof copies, "copies={where: after, values: [0, 45, 90], image: %s, reflect: true}",
                 style ? "opencv" : "exact");
        nsym_sample s = LOADED(copies);
        nsym_image_map *turn[3], *mirror;
        assert_int_equal(nsym_image_reflection(&mirror, pixels, 0), NSYM_OK);
        for (int c = 0; c < 3; c++)
            assert_int_equal(
                nsym_image_rotation(&turn[c], pixels, 45 * c, style ? NSYM_IMAGE_PUBLISHED : NSYM_IMAGE_EXACT),
                NSYM_OK);
        assert_int_equal(s.parts.copies, 6);
        for (size_t e = 0; e < s.parts.train_count; e++) {
            double from[2][CELLS], expected[CELLS], image[CELLS];
            image_of(s.events, 6 * e, CELLS, from[0]);
            nsym_image_map_apply(mirror, from[0], from[1]);
            for (size_t c = 1; c < 6; c++) {
                nsym_image_map_apply(turn[c % 3], from[c / 3], expected);
                image_of(s.events, 6 * e + c, CELLS, image);
                for (size_t k = 0; k < CELLS; k++) assert_true(fabs(image[k] - expected[k]) < 1e-12);
            }
        }
        for (int c = 0; c < 3; c++) nsym_image_map_free(turn[c]);
        nsym_image_map_free(mirror);
        nsym_sample_free(&s);
    }
    nsym_pixels_free(pixels);
}

/* Without a new image a copy has the event's cells, turned, with their energies, in the order of the cells that they
   now lie in. */
static void cells_may_turn_as_points(void **state) {
    (void)state;
    nsym_pixels *pixels;
    assert_int_equal(nsym_pixels_new_equal(&pixels, SIDE, SIDE, -1, 1), NSYM_OK);
    nsym_sample s = LOADED("copies={where: after, values: [0, 30], image: unbinned}");
    const double c = cos(acos(-1) / 6), n = sin(acos(-1) / 6);
    size_t turned = 0;
    for (size_t e = 0; e < s.parts.train_count; e++) {
        uint64_t from = s.events->offsets[2 * e], first = s.events->offsets[2 * e + 1],
                 end = s.events->offsets[2 * e + 2], inside = 0;
        for (uint64_t k = first + 1; k < end; k++)
            assert_true(s.events->particles[4 * k + 3] >= s.events->particles[4 * k - 1]);
        for (; from < first; from++) {
            const double *a = s.events->particles + 4 * from;
            double x = c * a[0] - n * a[1], y = n * a[0] + c * a[1];
            size_t cell = nsym_pixels_find(pixels, x, y), found = 0;
            if (cell == NSYM_NO_CELL) continue; /* it has left the grid */
            for (uint64_t k = first; k < end; k++) {
                const double *b = s.events->particles + 4 * k;
                found += fabs(b[0] - x) < 1e-12 && fabs(b[1] - y) < 1e-12 && b[2] == a[2] && b[3] == (double)cell;
            }
            assert_int_equal(found, 1);
            inside++;
        }
        assert_true(inside == end - first);
        turned += (size_t)inside;
    }
    assert_true(turned > 100);
    nsym_sample_free(&s);
    nsym_pixels_free(pixels);
}

static void random_values_are_every_events_own(void **state) {
    (void)state;
    nsym_sample s = LOADED("copies={where: before, values: random, count: 2}"),
                even = LOADED("copies={where: before, count: 2}");
    size_t other = 0;
    for (size_t e = 0; e < s.parts.train_count; e++) {
        double a[CELLS], b[CELLS], sum = 0;
        image_of(s.events, 2 * e + 1, CELLS, a);
        image_of(even.events, 2 * e + 1, CELLS, b);
        for (size_t c = 0; c < CELLS; c++) sum += fabs(a[c] - b[c]);
        other += sum > 1e-9;
    }
    assert_true(other > 55);
    nsym_sample_free(&s);
    nsym_sample_free(&even);
}

/* Writes `events` labelled events of two points each, (0.3, 0.3) and (-0.3, -0.3), of energy event + 1; one x is given.
 */
static void write_points(const char *name, size_t events, double first_label, double other_label, double x) {
    static const char *const features[] = {"energy", "y", "x"};
    nsym_events *file;
    uint64_t offsets[101];
    double *label;
    for (size_t i = 0; i <= events; i++) offsets[i] = 2 * i;
    assert_int_equal(nsym_events_new(&file, events), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(file, 3, features, NULL, offsets), NSYM_OK);
    assert_int_equal(nsym_events_add_column(file, "label", "", "", 1, &label), NSYM_OK);
    for (size_t i = 0; i < events; i++) {
        label[i] = i % 2 ? other_label : first_label;
        const double points[6] = {(double)i + 1, 0.3, 0.3, (double)i + 1, -0.3, -0.3};
        memcpy(file->particles + 6 * i, points, sizeof points);
    }
    file->particles[6 * 7 + 5] = x; /* event 8, point 2 */
    assert_int_equal(nsym_events_write(file, in_folder(name)), NSYM_OK);
    nsym_events_free(file);
}

static char *file_setting(const char *name) {
    static char setting[600];
    snprintf(setting, sizeof setting, "data={file: %s}", in_folder(name));
    return setting;
}

static void a_users_file_is_a_source(void **state) {
    (void)state;
    write_points("points.h5", 100, 0, 1, -0.3);
    nsym_sample s = LOADED(file_setting("points.h5"), "copies={where: before, values: [0, 180]}");
    assert_true(s.parts.test_count == 25 && s.parts.train_count == 60 && s.parts.copies == 2);
    assert_null(nsym_events_column(s.events, "log_ratio"));
    for (size_t i = 0; i < s.events->count; i++) {
        const double *cells = s.events->particles + 4 * s.events->offsets[i];
        assert_int_equal(s.events->offsets[i + 1] - s.events->offsets[i], 2);
        assert_true(cells[0] == -0.375 && cells[1] == -0.375 && cells[4] == 0.375 && cells[7] == 5 * SIDE + 5);
        assert_true(cells[2] == cells[6]);
        assert_true(column(s.events, "label")[i] == (double)(((size_t)cells[2] + 1) % 2));
    }
    for (size_t i = 0; i < s.pictures->count; i++) /* it has no deposits */
        assert_true(column(s.pictures, "stage")[i] > 0);
    nsym_sample_free(&s);
}

static void files_that_cannot_serve_are_refused(void **state) {
    (void)state;
    nsym_events *bare;
    double *label;
    write_points("two.h5", 100, 0, 2, -0.3);
    write_points("one.h5", 100, 1, 1, -0.3);
    write_points("nan.h5", 100, 0, 1, NAN);
    write_points("few.h5", 40, 0, 1, -0.3);
    write_points("noise.h5", 100, 0, 1, -0.3);
    nsym_events *noisy = read_events(in_folder("noise.h5"));
    noisy->particles[6 * 10] = -0.5; /* event 11, point 1 */
    assert_int_equal(nsym_events_write(noisy, in_folder("noise.h5")), NSYM_OK);
    nsym_events_free(noisy);
    assert_int_equal(nsym_events_new(&bare, 100), NSYM_OK);
    assert_int_equal(nsym_events_add_column(bare, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_write(bare, in_folder("labels.h5")), NSYM_OK);
    nsym_events_free(bare);
    refused((const char *const[]){file_setting("two.h5"), NULL}, "two.h5: row 2: label is 2, must be 0 or 1");
    refused((const char *const[]){file_setting("one.h5"), NULL}, "one.h5: 25 of 25 test events are signal; both");
    refused((const char *const[]){file_setting("nan.h5"), NULL}, "nan.h5: row 8: point 2 has a value that is nan");
    refused((const char *const[]){file_setting("noise.h5"), NULL},
            "noise.h5: row 11: point 1 has an energy of -0.5, must be >= 0");
    refused((const char *const[]){file_setting("few.h5"), NULL},
            "of 40 events 10 are test events and 30 are left for split.reserve, which is 60");
    refused((const char *const[]){file_setting("labels.h5"), NULL},
            "labels.h5: detector.cells sums positions, but the particles have neither");
    refused((const char *const[]){file_setting("missing.h5"), NULL}, "missing.h5");
    write_bytes(in_folder("foreign.h5"), "abc", 3);
    refused((const char *const[]){file_setting("foreign.h5"), NULL}, "cannot be opened as HDF5");
    assert_null(strstr(strstr(nsym_message(), "foreign.h5") + 1, "foreign.h5")); /* named once */
    nsym_events *unlabelled = sample();
    assert_int_equal(nsym_events_write(unlabelled, in_folder("unlabelled.h5")), NSYM_OK);
    nsym_events_free(unlabelled);
    refused((const char *const[]){file_setting("unlabelled.h5"), NULL}, "unlabelled.h5: there is no column 'label'");
}

static void samples_that_do_not_fit_are_refused(void **state) {
    (void)state;
    refused((const char *const[]){"split.reserve=151", NULL},
            "of 200 events 50 are test events and 150 are left for split.reserve, which is 151");
    refused((const char *const[]){"measure={events: 51}", NULL}, "measure.events is 51");
    refused((const char *const[]){"split.test=0.001", NULL}, "of 200 events 0 are test events");
    refused((const char *const[]){"split.test=0.005", NULL}, "of 1 test events are signal; both classes are needed");
}

static void pictures_show_every_stage_of_an_event_of_each_class(void **state) {
    (void)state;
    nsym_sample s = LOADED("seed=5");
    const double *stage = column(s.pictures, "stage"), *label = column(s.pictures, "label"),
                 *angle = column(s.pictures, "angle");
    size_t count[2][9] = {{0}};
    for (size_t i = 0; i < s.pictures->count; i++) {
        count[(size_t)label[i]][(size_t)stage[i]]++;
        bool turned = stage[i] == 3 || stage[i] == 4 || stage[i] == 7 || stage[i] == 8;
        assert_true(turned ? angle[i] > 0 && fmod(angle[i], 45) == 0 : angle[i] == 0);
        size_t n = (size_t)(s.pictures->offsets[i + 1] - s.pictures->offsets[i]);
        if (stage[i] == 0) assert_int_equal(n, 6);
        if (stage[i] == 1) assert_int_equal(n, 24);
    }
    for (size_t k = 0; k < 2; k++) {
        static const size_t expected[] = {1, 1, 1, 7, 7, 1, 1, 1, 1};
        assert_memory_equal(count[k], expected, sizeof expected);
    }
    assert_int_equal(nsym_events_column(s.pictures, "x_edges")->width, SIDE + 1);
    assert_true(column(s.pictures, "y_edges")[SIDE] == 1);
    nsym_sample_free(&s);
}

static void the_average_image_is_the_mean_of_the_test_images(void **state) {
    (void)state;
    nsym_sample s = LOADED("measure={events: 3}");
    const double *stage = column(s.pictures, "stage"), *label = column(s.pictures, "label");
    for (size_t i = 0; i < s.pictures->count; i++) {
        if (stage[i] != 5) continue;
        double mean[CELLS] = {0}, image[CELLS], tests = 0;
        size_t row = s.parts.test_first, shown = 0;
        for (size_t k = row; k < row + s.parts.test_count; k++) {
            if (column(s.events, "label")[k] != label[i]) continue;
            image_of(s.events, k, CELLS, image);
            for (size_t c = 0; c < CELLS; c++) mean[c] += image[c];
            tests++;
        }
        for (uint64_t p = s.pictures->offsets[i]; p < s.pictures->offsets[i + 1]; p++, shown++) {
            const double *cell = s.pictures->particles + 3 * p;
            size_t at = (size_t)((cell[0] + 1) * SIDE / 2) * SIDE + (size_t)((cell[1] + 1) * SIDE / 2);
            assert_true(fabs(cell[2] - mean[at] / tests) < 1e-12);
            mean[at] = 0;
        }
        for (size_t c = 0; c < CELLS; c++) assert_true(mean[c] == 0); /* every cell with an energy is shown */
    }
    nsym_sample_free(&s);
}

static size_t asked;

static bool at_the_tenth(void) {
    return ++asked >= 10;
}

/* Of a source that makes events when they are asked for. */
static void a_sample_that_is_stopped_is_none(void **state) {
    (void)state;
    nsym_tree *tree;
    nsym_sample sample;
    nsym_data_card card = data_of(&tree, NULL);
    assert_int_equal(nsym_sample_load(&sample, &card, 2, at_the_tenth), NSYM_EINTERRUPTED);
    assert_int_equal(asked, 10);
    assert_null(sample.events);
    nsym_tree_free(tree);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_that_is_stopped_is_none),
        cmocka_unit_test(rows_are_the_reserve_with_copies_then_tests_then_rotations),
        cmocka_unit_test(cells_say_where_they_are),
        cmocka_unit_test(half_of_the_events_are_signal),
        cmocka_unit_test(tests_are_apart_from_the_reserve_unless_the_card_says_otherwise),
        cmocka_unit_test(a_seed_gives_the_same_sample_and_another_others),
        cmocka_unit_test(the_first_copy_is_the_event_itself),
        cmocka_unit_test(a_quarter_turn_before_a_square_grid_moves_whole_cells),
        cmocka_unit_test(matrices_act_on_points),
        cmocka_unit_test(a_copy_after_the_detector_is_the_image_rotated),
        cmocka_unit_test(cells_may_turn_as_points),
        cmocka_unit_test(random_values_are_every_events_own),
        cmocka_unit_test(a_users_file_is_a_source),
        cmocka_unit_test(files_that_cannot_serve_are_refused),
        cmocka_unit_test(samples_that_do_not_fit_are_refused),
        cmocka_unit_test(pictures_show_every_stage_of_an_event_of_each_class),
        cmocka_unit_test(the_average_image_is_the_mean_of_the_test_images),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
