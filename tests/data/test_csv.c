#include "data/temporary.h"

#include "data/number.h"

#include <nearsym/random.h>
#include <zlib.h>

static nsym_events *read_text(const char *text) {
    write_bytes(in_folder("a.csv"), text, strlen(text));
    return read_events(in_folder("a.csv"));
}

static void assert_text_refused(const char *text, const char *words) {
    write_bytes(in_folder("a.csv"), text, strlen(text));
    assert_refused(in_folder("a.csv"), words);
}

static void numbered_names_become_particles(void **state) {
    (void)state;
    nsym_events *events =
        read_text("id_0,px_0,id_1,px_1,w[0],w[1],w[2],n\n-13,1.5,13,-1.5,1,2,3,5\n11,2,-11,-2,4,5,6,4\n");
    const double particles[] = {-13, 1.5, 13, -1.5, 11, 2, -11, -2}, w[] = {1, 2, 3, 4, 5, 6}, n[] = {5, 4};
    assert_int_equal(events->features, 2);
    assert_string_equal(events->feature_names[0], "id");
    assert_string_equal(events->feature_names[1], "px");
    assert_int_equal(events->offsets[1], 2);
    assert_same_values(events->particles, particles, 8);
    assert_int_equal(events->columns, 2);
    assert_int_equal(nsym_events_column(events, "w")->width, 3);
    assert_same_values(nsym_events_column(events, "w")->values, w, 6);
    assert_same_values(nsym_events_column(events, "n")->values, n, 2);
    nsym_events_free(events);
}

static void numbers_with_gaps_or_of_another_count_stay_columns(void **state) {
    (void)state;
    nsym_events *events = read_text("a_0,a_2,b_0,b_1,c_0,c_1,d_0,d_1,d_2,e_0,f_01,_0\n1,2,3,4,5,6,7,8,9,10,11,12\n");
    assert_int_equal(events->features, 2);
    assert_string_equal(events->feature_names[1], "c");
    assert_int_equal(events->columns, 8);
    assert_true(nsym_events_column(events, "a_2")->values[0] == 2);
    assert_true(nsym_events_column(events, "d_2")->values[0] == 9);
    assert_true(nsym_events_column(events, "e_0")->values[0] == 10);
    nsym_events_free(events);
}

static void every_dialect_gives_the_same_events(void **state) {
    (void)state;
    static const char *const texts[] = {
        "x,y z,w\n1,2,3\n4,,6\n",
        "x,\"y z\",w\r\n1,2,3\r\n4,nan,6",
        "# made by hand\n\nx;\"y z\";w\n\n1;2;3\n# middle\n4;NaN;6\n\n",
        "x\ty z\tw\n1\t2\t3\n4\t\t6\n",
        "\xEF\xBB\xBFx , y z , w\n 1 , 2 , 3\n 4 , , 6 ",
        "  x \"y z\"   w  \n 1  2 3\n4\t\"nan\" 6\n",
    };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        nsym_events *events = read_text(texts[k]);
        assert_int_equal(events->count, 2);
        assert_int_equal(events->columns, 3);
        const nsym_column *y = nsym_events_column(events, "y z");
        assert_non_null(y);
        assert_true(y->values[0] == 2 && isnan(y->values[1]));
        assert_true(nsym_events_column(events, "w")->values[1] == 6);
        nsym_events_free(events);
    }
}

static void a_first_line_of_numbers_is_data(void **state) {
    (void)state;
    nsym_events *events = read_text("1,2.5\n-3,inf\n");
    assert_int_equal(events->count, 2);
    assert_true(nsym_events_column(events, "c0")->values[0] == 1);
    assert_true(isinf(nsym_events_column(events, "c1")->values[1]));
    nsym_events_free(events);
}

static void what_is_wrong_is_named_with_its_line(void **state) {
    (void)state;
    assert_text_refused("x,class\n1,2\n1,signal\n", "line 3: column \"class\" is \"signal\"");
    assert_text_refused("x,y\n1,2\n\n3\n", "line 4: 1 cells for 2 columns");
    assert_text_refused("x,y\n1,2,3\n", "3 cells for 2");
    assert_text_refused("x,x\n1,2\n", "both named \"x\"");
    assert_text_refused("x,y\n1,\"2\n3,4\n", "line 2: a quote is not closed");
    assert_text_refused("x,y\n1,\"2\"3\n", "line 2: text follows a closed quote");
    assert_text_refused("x,y\n1,0x10\n2,1\n3,1\n", "\"0x10\"");
    assert_text_refused("x,y\n1,1.5.2\n2,1\n3,1\n", "\"1.5.2\"");
    assert_text_refused("", "is empty");
    assert_text_refused("# nothing\n\n", "is empty");
    write_bytes(in_folder("a.csv"), "x,y\n1,\0 2\n", 11);
    assert_refused(in_folder("a.csv"), "zero byte");
}

static void columns_of_words_are_kept_as_numbers(void **state) {
    (void)state;
    nsym_events *events = read_text("x,type1,y,type2\n1,T,2,T\n3,G,4,7\n5,,6,NA\n7,T,8,T\n");
    assert_int_equal(events->columns, 4);
    assert_same_values(column(events, "x"), (const double[]){1, 3, 5, 7}, 4);
    assert_same_values(column(events, "y"), (const double[]){2, 4, 6, 8}, 4);
    assert_same_values(column(events, "type1"), (const double[]){1, 0, NAN, 1}, 4);
    assert_same_values(column(events, "type2"), (const double[]){1, 0, NAN, 1}, 4);
    assert_string_equal(nsym_events_attribute(events, "categories:type1"), "[\"G\",\"T\"]");
    assert_string_equal(nsym_events_attribute(events, "categories:type2"), "[\"7\",\"T\"]");
    nsym_events_free(events);
    events = read_text("id_0,id_1,flag[0],flag[1],yes\nmu,e,on,off,True\ne,tau,off,off,FALSE\n");
    assert_int_equal(events->features, 1);
    assert_same_values(events->particles, (const double[]){1, 0, 0, 2}, 4);
    assert_string_equal(nsym_events_attribute(events, "categories:id"), "[\"e\",\"mu\",\"tau\"]");
    assert_same_values(column(events, "flag"), (const double[]){1, 0, 0, 0}, 4);
    assert_same_values(column(events, "yes"), (const double[]){1, 0}, 2);
    nsym_events_free(events);
    assert_text_refused("x,weight\n1,one\n2,1\n", "line 2: column \"weight\" is \"one\", must be a number");
    assert_text_refused("x,m\n1,-\n2,-\n3,-\n4,1.5\n5,2.5\n6,3.5\n7,8\n",
                        "line 2: column \"m\" is \"-\", must be a number; --drop m leaves it out");
}

static void words_come_back_as_words(void **state) {
    (void)state;
    static const char text[] = "kind_0,kind_1,x,trigger\nmu,e,1,\"a, \"\"b\"\"\"\nnan,e,2,#1\n";
    nsym_events *events = read_text(text);
    assert_int_equal(nsym_events_write(events, in_folder("back.csv")), NSYM_OK);
    nsym_events_free(events);
    size_t n;
    unsigned char *bytes = read_bytes(in_folder("back.csv"), &n);
    bytes[n] = '\0';
    assert_string_equal((char *)bytes, "kind_0,kind_1,x,trigger\nmu,e,1,\"a, \"\"b\"\"\"\nnan,e,2,\"#1\"\n");
    free(bytes);
}
static void a_round_trip_changes_no_number(void **state) {
    (void)state;
    static const char *const names[] = {"a.csv", "a.csv.gz"}, *const features[] = {"px", "q \"x\", y"};
    static const double numbers[] = {0.1, 1. / 3, 1e300, 5e-324, -0.0, 123456789012345678., 1e-7, -INFINITY};
    nsym_events *events;
    double *mass, *w;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, features, NULL, (uint64_t[]){0, 2, 4}), NSYM_OK);
    memcpy(events->particles, numbers, sizeof numbers);
    assert_int_equal(nsym_events_add_column(events, "mass", "", "", 1, &mass), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "w", "", "", 3, &w), NSYM_OK);
    mass[0] = NAN, mass[1] = 91.1876;
    for (int i = 0; i < 6; i++) w[i] = i / 7.;
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(nsym_events_write(events, in_folder(names[k])), NSYM_OK);
        nsym_events *back = read_events(in_folder(names[k]));
        assert_same(events, back);
        nsym_events_free(back);
    }
    nsym_events_free(events);
    empty_folder();
}

static void ragged_events_end_in_empty_cells(void **state) {
    (void)state;
    nsym_events *events = sample(), *back;
    assert_int_equal(nsym_events_write(events, in_folder("a.csv")), NSYM_OK);
    assert_int_equal(nsym_events_read(&back, in_folder("a.csv"), NULL), NSYM_OK);
    assert_same(events, back);
    nsym_events_free(back);
    nsym_events_free(events);
    assert_int_equal(empty_folder(), 1);
}

static void tables_that_would_not_be_read_are_refused_with_a_way_out(void **state) {
    (void)state;
    static const char *const names[] = {"pt", "eta"};
    for (uint64_t most = 1; most <= 4097; most += 4096) {
        const uint64_t offsets[] = {0, 0, most};
        nsym_events *events;
        assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
        assert_int_equal(nsym_events_set_particles(events, most > 1 ? 2 : 1, names, NULL, offsets), NSYM_OK);
        assert_int_equal(nsym_events_write(events, in_folder("a.csv")), NSYM_EINVAL);
        assert_non_null(strstr(nsym_message(), ".h5"));
        nsym_events_free(events);
    }
    assert_int_equal(empty_folder(), 0);
}

static void empty_places_at_the_end_hold_no_particle(void **state) {
    (void)state;
    nsym_events *events = read_text("E_0,PX_0,q_0,E_1,PX_1,q_1\n5,3,1,2,1,-1\n5,3,0,0,0,0\n0,0,0,2,1,0\n,,,,,\n");
    static const uint64_t offsets[] = {0, 2, 3, 5, 5};
    static const double values[] = {5, 3, 1, 2, 1, -1, 5, 3, 0, 0, 0, 0, 2, 1, 0};
    for (size_t i = 0; i < 5; i++) assert_int_equal(events->offsets[i], offsets[i]);
    assert_same_values(events->particles, values, 15);
    nsym_events_free(events);
    events = read_text("q_0,eta_0,q_1,eta_1\n1,0.5,0,0\n"); /* zeros that may be meant */
    assert_int_equal(events->offsets[1], 2);
    nsym_events_free(events);
}

static void a_gzip_stream_cut_anywhere_is_refused(void **state) {
    (void)state;
    gzFile file = gzopen(in_folder("a.csv.gz"), "wb");
    assert_true(gzputs(file, "x,y\n1,2\n3,4\n") > 0);
    assert_int_equal(gzclose(file), Z_OK);
    size_t n;
    unsigned char *bytes = read_bytes(in_folder("a.csv.gz"), &n);
    for (size_t cut = 0; cut < n; cut++) {
        write_bytes(in_folder("cut.csv.gz"), bytes, cut);
        assert_refused(in_folder("cut.csv.gz"), "cut.csv.gz");
    }
    free(bytes);
}

/* The C library's strtod rounds to nearest: any text must give what it gives. */
static void numbers_are_read_and_written_to_the_last_bit(void **state) {
    (void)state;
    nsym_random random = nsym_random_stream(5, "numbers", 0);
    for (int i = 0; i < 200000; i++) {
        uint64_t bits = (uint64_t)nsym_random_u32(&random) << 32 | nsym_random_u32(&random);
        double value, back = 0;
        memcpy(&value, &bits, sizeof value);
        if (i % 2) value = (double)(int64_t)(bits >> 20) / 1e6;
        if (!isfinite(value)) continue;
        char text[64];
        size_t n = nsym_number_format(text, value);
        assert_int_equal(n, strlen(text));
        assert_true(nsym_number_parse(text, n, &back));
        assert_memory_equal(&back, &value, sizeof value);
        snprintf(text, sizeof text, "%.*g", (int)(bits % 20), value);
        assert_true(nsym_number_parse(text, strlen(text), &back));
        value = strtod(text, NULL);
        assert_memory_equal(&back, &value, sizeof value);
    }
    static const char *const wrong[] = {"-",   "+",   ".",    "e5",  "1e",   "1e+", "1 2",
                                        "--1", "1,5", "nanx", "0x1", "1e5.", "inf1"};
    double value;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (nsym_number_parse(wrong[i], strlen(wrong[i]), &value)) fail_msg("\"%s\" is taken for a number", wrong[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbered_names_become_particles),
        cmocka_unit_test(numbers_with_gaps_or_of_another_count_stay_columns),
        cmocka_unit_test(every_dialect_gives_the_same_events),
        cmocka_unit_test(a_first_line_of_numbers_is_data),
        cmocka_unit_test(what_is_wrong_is_named_with_its_line),
        cmocka_unit_test(columns_of_words_are_kept_as_numbers),
        cmocka_unit_test(words_come_back_as_words),
        cmocka_unit_test(a_round_trip_changes_no_number),
        cmocka_unit_test(ragged_events_end_in_empty_cells),
        cmocka_unit_test(tables_that_would_not_be_read_are_refused_with_a_way_out),
        cmocka_unit_test(empty_places_at_the_end_hold_no_particle),
        cmocka_unit_test(a_gzip_stream_cut_anywhere_is_refused),
        cmocka_unit_test(numbers_are_read_and_written_to_the_last_bit),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
