#include "data/temporary.h"

#include <nearsym/copies.h>
#include <nearsym/generate/showers.h>

static nsym_events *generate(const nsym_showers_options *options, uint64_t first, size_t count) {
    nsym_events *events;
    nsym_status status = nsym_showers_generate(&events, options, first, count);
    if (status != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

static void refused(const nsym_showers_options *options, const char *words) {
    assert_int_equal(nsym_showers_write(options, in_folder("refused.h5")), NSYM_EINVAL);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_int_equal(empty_folder(), 0);
}

static void deposits_and_points_are_those_of_the_generator(void **state) {
    (void)state;
    nsym_showers_options o = nsym_showers_defaults();
    double deposits[16 * 3], points[512 * 3];
    nsym_events *d = generate(&o, 100, 5);
    o.level = NSYM_SHOWERS_POINTS;
    nsym_events *p = generate(&o, 100, 5);
    assert_int_equal(d->count, 5);
    assert_null(nsym_events_column(d, "angle"));
    for (size_t i = 0; i < 5; i++) {
        nsym_shower_deposits(&o.shower, 100 + i, deposits);
        nsym_shower_spread(&o.shower, 100 + i, deposits, points);
        for (size_t k = 0; k < 16 * 3; k++) assert_true(d->particles[i * 16 * 3 + k] == deposits[k]);
        for (size_t k = 0; k < 512 * 3; k++) assert_true(p->particles[i * 512 * 3 + k] == points[k]);
        assert_true(nsym_events_column(p, "label")->values[i] == (double)(i % 2));
        assert_true(nsym_events_column(p, "event")->values[i] == (double)(100 + i));
    }
    assert_string_equal(nsym_events_attribute(d, "noise"), "8");
    assert_string_equal(nsym_events_attribute(p, "variance"), "0.3");
    assert_null(nsym_events_attribute(d, "spread"));
    nsym_events_free(d);
    nsym_events_free(p);
}

static void copies_follow_each_other_and_are_turned_before_the_detector(void **state) {
    (void)state;
    static const double angle[] = {0, 45, -90};
    nsym_showers_options o = nsym_showers_defaults();
    o.level = NSYM_SHOWERS_CELLS, o.angles = 3, o.angle = angle;
    nsym_pixels *pixels;
    assert_int_equal(nsym_pixels_new_equal(&pixels, 32, 4, -1, 1), NSYM_OK);
    o.pixels = pixels;
    nsym_events *events = generate(&o, 7, 4);
    assert_int_equal(events->count, 12);
    assert_string_equal(nsym_events_attribute(events, "grid"), "32x4");
    assert_int_equal(nsym_events_feature(events, "cell"), 3);
    double deposits[16 * 3], points[512 * 3], image[32 * 4], cells[32 * 4 * 4];
    for (size_t i = 0; i < 12; i++) {
        nsym_transform turn = nsym_rotation(angle[i % 3]);
        nsym_shower_deposits(&o.shower, 7 + i / 3, deposits);
        nsym_shower_spread(&o.shower, 7 + i / 3, deposits, points);
        nsym_transform_fill(&turn, pixels, points, 512, NULL, image);
        size_t n = nsym_pixels_cells(pixels, image, cells);
        assert_int_equal(events->offsets[i + 1] - events->offsets[i], n);
        assert_memory_equal(events->particles + 4 * events->offsets[i], cells, n * 4 * sizeof *cells);
        assert_true(nsym_events_column(events, "angle")->values[i] == angle[i % 3]);
        assert_true(nsym_events_column(events, "event")->values[i] == (double)(7 + i / 3));
    }
    assert_string_equal(nsym_events_column(events, "angle")->unit, "degrees");
    nsym_events_free(events);
    nsym_pixels_free(pixels);
}

static void a_quarter_turn_of_deposits_is_exact(void **state) {
    (void)state;
    static const double angle[] = {0, 90};
    nsym_showers_options o = nsym_showers_defaults();
    o.angles = 2, o.angle = angle;
    nsym_events *events = generate(&o, 0, 3);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 16; k++) {
            const double *a = events->particles + 3 * (32 * i + k), *b = a + 3 * 16;
            assert_true(b[0] == -a[1] && b[1] == a[0] && b[2] == a[2]);
        }
    nsym_events_free(events);
}

static void a_file_is_the_same_for_any_number_of_workers(void **state) {
    (void)state;
    static const double angle[] = {0, 30};
    nsym_showers_options o = nsym_showers_defaults();
    nsym_pixels *pixels;
    assert_int_equal(nsym_pixels_new_equal(&pixels, 8, 8, -1, 1), NSYM_OK);
    o.pixels = pixels, o.angles = 2, o.angle = angle, o.shower.points = 4;
    static const nsym_showers_level levels[] = {NSYM_SHOWERS_DEPOSITS, NSYM_SHOWERS_CELLS};
    static const size_t events[] = {40000, 20000}; /* several blocks each */
    for (int l = 0; l < 2; l++) {
        o.level = levels[l], o.events = events[l], o.workers = 1;
        assert_int_equal(nsym_showers_write(&o, in_folder("one.h5")), NSYM_OK);
        o.workers = 5;
        assert_int_equal(nsym_showers_write(&o, in_folder("five.h5")), NSYM_OK);
        nsym_events *one = read_events(in_folder("one.h5")), *five = read_events(in_folder("five.h5"));
        nsym_events *whole = generate(&o, 0, o.events);
        assert_int_equal(one->count, 2 * o.events);
        assert_same(whole, one);
        assert_same(one, five);
        nsym_events_free(one);
        nsym_events_free(five);
        nsym_events_free(whole);
        assert_int_equal(empty_folder(), 2);
    }
    nsym_pixels_free(pixels);
}

static void options_out_of_range_are_refused_by_name(void **state) {
    (void)state;
    const nsym_showers_options right = nsym_showers_defaults();
    nsym_showers_options o = right;
    o.events = 0;
    refused(&o, "events is 0, must be at least 1");
    o = right, o.shower.deposits = 0;
    refused(&o, "deposits is 0");
    o = right, o.shower.noise = 16;
    refused(&o, "noise is 16, must be below deposits");
    o = right, o.level = NSYM_SHOWERS_CELLS;
    refused(&o, "pixels is missing");
    o = right, o.level = (nsym_showers_level)7;
    refused(&o, "no level has the number 7");
    o = right, o.angles = 2, o.angle = (const double[]){0, NAN};
    refused(&o, "angle 1 is nan");
    nsym_events *none;
    assert_int_equal(nsym_showers_generate(&none, &o, 0, 1), NSYM_EINVAL);
    assert_null(none);
    assert_int_equal(nsym_showers_generate(&none, &right, 0, SIZE_MAX / 2), NSYM_ENOMEM);
    assert_null(none);
    none = generate(&right, 5, 0);
    assert_int_equal(none->count, 0);
    nsym_events_free(none);
}

static bool always(void) {
    return true;
}

static void what_is_stopped_or_cannot_be_written_leaves_nothing(void **state) {
    (void)state;
    nsym_showers_options o = nsym_showers_defaults();
    o.events = 100000, o.workers = 3, o.stop = always;
    assert_int_equal(nsym_showers_write(&o, in_folder("stopped.h5")), NSYM_EINTERRUPTED);
    assert_non_null(strstr(nsym_message(), "after 0 of 100000 events"));
    nsym_events *events;
    assert_int_equal(nsym_showers_generate(&events, &o, 0, 10), NSYM_EINTERRUPTED);
    assert_null(events);
    o.stop = NULL, o.events = 10;
    assert_int_equal(nsym_showers_write(&o, in_folder("no/folder.h5")), NSYM_EIO);
    assert_int_equal(nsym_showers_write(&o, in_folder("ending.xyz")), NSYM_EINVAL);
    assert_int_equal(nsym_showers_write(&o, in_folder("particles.lhe")), NSYM_EINVAL);
    assert_int_equal(empty_folder(), 0);
}

static void a_measurement_takes_time_and_gives_rates(void **state) {
    (void)state;
    nsym_showers_rate showers = {0}, rotations = {0};
    assert_int_equal(nsym_bench_showers(0, &showers, &rotations), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "seconds is 0, must be > 0"));
    assert_int_equal(nsym_bench_showers(NAN, &showers, &rotations), NSYM_EINVAL);
    assert_int_equal(nsym_bench_showers(1e-3, &showers, &rotations), NSYM_OK);
    assert_true(showers.per_second > 0 && showers.per_cpu_second > 0);
    assert_true(rotations.per_second > 0 && rotations.per_cpu_second > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deposits_and_points_are_those_of_the_generator),
        cmocka_unit_test(copies_follow_each_other_and_are_turned_before_the_detector),
        cmocka_unit_test(a_quarter_turn_of_deposits_is_exact),
        cmocka_unit_test(a_file_is_the_same_for_any_number_of_workers),
        cmocka_unit_test(options_out_of_range_are_refused_by_name),
        cmocka_unit_test(what_is_stopped_or_cannot_be_written_leaves_nothing),
        cmocka_unit_test(a_measurement_takes_time_and_gives_rates),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
