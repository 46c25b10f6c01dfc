/* Tables as programs and people write them: what is decided from the first rows, what is told, and what the options say
   otherwise. */
#include "data/temporary.h"

#include <nearsym/remarks.h>

static char said[4096]; /* all remarks, a line each, warnings with a '!' before them */

static void hear(void *context, nsym_remark_kind kind, const char *text) {
    (void)context;
    size_t used = strlen(said);
    snprintf(said + used, sizeof said - used, "%s%s\n", kind == NSYM_WARNING ? "!" : "", text);
}

static nsym_events *read_as(const char *text, size_t n, const nsym_read_options *options) {
    nsym_events *events;
    write_bytes(in_folder("a.csv"), text, n);
    said[0] = '\0';
    nsym_remarks_listen(hear, NULL);
    nsym_status status = nsym_events_read(&events, in_folder("a.csv"), options);
    nsym_remarks_listen(NULL, NULL);
    if (status != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

static void assert_said(const char *words) {
    if (!strstr(said, words)) fail_msg("\"%s\" does not say \"%s\"", said, words);
}

static void assert_refused_as(const char *text, const nsym_read_options *options, const char *words) {
    nsym_events *events;
    write_bytes(in_folder("a.csv"), text, strlen(text));
    assert_int_not_equal(nsym_events_read(&events, in_folder("a.csv"), options), NSYM_OK);
    assert_null(events);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_non_null(strstr(nsym_message(), "a.csv: "));
}

/* The names, with blanks between, and the values row by row. */
static void assert_table(const nsym_events *events, const char *names, const double *values, size_t n) {
    char all[512] = "";
    for (size_t k = 0; k < events->columns; k++) {
        strcat(all, k > 0 ? " " : "");
        strcat(all, events->column[k].name);
    }
    assert_string_equal(all, names);
    assert_int_equal(events->count * events->columns, n);
    for (size_t i = 0; i < n; i++) {
        double value = events->column[i % events->columns].values[i / events->columns];
        if (!(isnan(value) && isnan(values[i])) && value != values[i])
            fail_msg("value %zu is %g, must be %g", i, value, values[i]);
    }
}

#define N(...) (const double[]){__VA_ARGS__}, sizeof(const double[]){__VA_ARGS__} / sizeof(double)

typedef struct example {
    const char *text, *names;
    const double *values;
    size_t n;
    const char *said;
    const nsym_read_options *options; /* NULL: none */
} example;

static void assert_examples(const example *all, size_t n) {
    for (size_t i = 0; i < n; i++) {
        nsym_events *events = read_as(all[i].text, strlen(all[i].text), all[i].options);
        assert_table(events, all[i].names, all[i].values, all[i].n);
        if (all[i].said) assert_said(all[i].said);
        nsym_events_free(events);
    }
}

static void lines_end_as_they_like(void **state) {
    (void)state;
    static const char *const texts[] = {
        "x,y\n1,2\n3,4\n",   "x,y\r1,2\r3,4\r",           "x,y\r\n1,2\r\n3,4",          "x,y\r1,2\r3,4",
        "x,y\r\n1,2\n3,4\r", "x,y\r\n\r\n1,2\r3,4\n\r\n", "x,y\r\r\n1,2\r\r\n3,4\r\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        nsym_events *events = read_as(texts[i], strlen(texts[i]), NULL);
        assert_table(events, "x y", N(1, 2, 3, 4));
        nsym_events_free(events);
    }
}

/* Ends of lines across the pieces in which a file is read. */
static void long_tables_of_any_line_end_are_read_whole(void **state) {
    (void)state;
    static const char *const ends[] = {"\n", "\r", "\r\n"};
    for (size_t k = 0; k < 3; k++) {
        enum { ROWS = 120000 };
        char *text = malloc(32 * ROWS), *to = text + sprintf(text, "x,y%s", ends[k]);
        for (int i = 0; i < ROWS; i++) to += sprintf(to, "%d,%d.5%s", i, 2 * i, ends[k]);
        nsym_events *events = read_as(text, (size_t)(to - text), NULL);
        assert_int_equal(events->count, ROWS);
        for (int i = 0; i < ROWS; i++)
            if (column(events, "x")[i] != i || column(events, "y")[i] != 2 * i + 0.5) fail_msg("row %d", i);
        nsym_events_free(events);
        free(text);
    }
}

static void headers_are_told_from_events(void **state) {
    (void)state;
    const example all[] = {
        {"pt,eta\n1,2\n", "pt eta", N(1, 2), "a.csv: line 1 names 2 columns; cells are separated by ','\n", NULL},
        {"0,1,2\n1.5,2,3\n", "0 1 2", N(1.5, 2, 3), "line 1 names 3 columns", NULL},
        {"0,1\n1.5,2\n3.5,4\n", "0 1", N(1.5, 2, 3.5, 4), "!", NULL},
        {",0,1\n0,1.5,2\n1,3.5,4\n", "c0 0 1", N(0, 1.5, 2, 1, 3.5, 4), NULL, NULL},
        {"0,1,2\n7,8,9\n", "0 1 2", N(7, 8, 9), "!", NULL},
        {"0,1,2\n7,8,9\n", "0 1 2", N(7, 8, 9), "if that line is an event, read it with --header no", NULL},
        {"0,1\n1,1\n0,0\n", "c0 c1", N(0, 1, 1, 1, 0, 0), "no line names the columns, which are c0 to c1", NULL},
        {"0.5,,1\n0.6,2,1\n", "c0 c1 c2", N(0.5, NAN, 1, 0.6, 2, 1), NULL, NULL},
        {"NA;0.5\n1;0.6\n", "c0 c1", N(NAN, 0.5, 1, 0.6), "1 cell such as \"NA\" in line 1 is read as NaN", NULL},
        {"#N/A,0.5\n1,0.6\n", "c0 c1", N(NAN, 0.5, 1, 0.6), NULL, NULL},
        {"null,nan,1\n1,2,3\n", "c0 c1 c2", N(NAN, NAN, 1, 1, 2, 3), NULL, NULL},
        {"\"0\",\"7\"\n1,2\n", "0 7", N(1, 2), NULL, NULL},
        {"1,2.5\n", "c0 c1", N(1, 2.5), NULL, NULL},
        {"label,0,1\n1,2.5,3\n", "label 0 1", N(1, 2.5, 3), NULL, NULL},
        {"1,G\n2,T\n", "c0 c1", N(1, 0, 2, 1), "column \"c1\" is kept as numbers: 0 is \"G\", 1 is \"T\"", NULL},
        {"type,name\nG,b\nT,a\n", "type name", N(0, 1, 1, 0), NULL, NULL},
        {"sep=;\npt;eta\n1;2\n", "pt eta", N(1, 2), "line 2 names 2 columns; cells are separated by ';'", NULL},
        {"\"sep=|\"\r\n1|2\r\n", "c0 c1", N(1, 2), NULL, NULL},
        {"pt\teta\n1\t\n", "pt eta", N(1, NAN), "separated by tabs", NULL},
    };
    assert_examples(all, sizeof all / sizeof *all);
}

static void lines_that_begin_with_a_hash_are_what_they_are(void **state) {
    (void)state;
    const example all[] = {
        {"# made by hand on Monday\npt,eta\n1,2\n", "pt eta", N(1, 2), "line 2 names", NULL},
        {"#event,pt\n1,2\n", "event pt", N(1, 2), "line 1 names 2 columns", NULL},
        {"# event pt\n1.0e+00 2.0e+00\n", "event pt", N(1, 2), NULL, NULL},
        {"# run 7\n# event, pt\n# units: GeV, none, at all\n1,2\n", "event pt", N(1, 2), "line 2 names", NULL},
        {"# event,pt\n1 2\n", "event pt", N(1, 2), NULL, NULL},
        {"## event\n1\n2\n", "event", N(1, 2), NULL, NULL},
        {"# a comment\n1\n2\n", "c0", N(1, 2), NULL, NULL},
        {"# 5,6\n1,2\n", "c0 c1", N(1, 2), NULL, NULL},
        {"#type,pt\nG,1\nT,2\n", "type pt", N(0, 1, 1, 2), NULL, NULL},
        {"m,pt\n1,2\n#N/A,3\n#DIV/0!,4\n", "m pt", N(1, 2, NAN, 3, NAN, 4), "2 cells such as \"#N/A\" in line 3 are",
         NULL},
        {"m,pt\n1,2\n#3,4\n5,6\n", "m pt", N(1, 2, 5, 6), "1 line between the rows that begins with '#' is left out",
         NULL},
        {"m,id\n1,#5\n2,#6\n", "m id", N(1, 0, 2, 1), NULL, NULL},
        {"#id,m\n#5,1\n#6,2\n", "#id m", N(0, 1, 1, 2), NULL, &(nsym_read_options){.comment = ""}},
        {"% no, header\nm,pt\n% x\n1,2\n", "m pt", N(1, 2), NULL,
         &(nsym_read_options){.comment = "%", .header = "yes"}},
        {"m,pt\n1,2\n%3,4\n", "m pt", N(1, 2), "begins with '%'", &(nsym_read_options){.comment = "%"}},
    };
    assert_examples(all, sizeof all / sizeof *all);
}

static void options_overrule_what_the_first_rows_tell(void **state) {
    (void)state;
    const example all[] = {
        {"0,1,2\n7,8,9\n", "c0 c1 c2", N(0, 1, 2, 7, 8, 9), "no line names", &(nsym_read_options){.header = "no"}},
        {"1,5\n7,8\n", "1 5", N(7, 8), "line 1 names", &(nsym_read_options){.header = "yes"}},
        {"#pt,eta\n7,8\n", "pt eta", N(7, 8), "line 1 names", &(nsym_read_options){.header = "yes"}},
        {"a \"title\nof, it\npt,eta\n7,8\n", "pt eta", N(7, 8), "line 3 names", &(nsym_read_options){.header = "3"}},
        {"#x\n#pt eta\n7 8\n", "pt eta", N(7, 8), "line 2 names", &(nsym_read_options){.header = "2"}},
        {"a,b;c\n1;2\n", "a,b c", N(1, 2), "';'", &(nsym_read_options){.delimiter = ";"}},
        {"a/b\n1/2\n", "a b", N(1, 2), "'/'", &(nsym_read_options){.delimiter = "/"}},
        {"a b\n1  2\n", "a b", N(1, 2), "blanks", &(nsym_read_options){.delimiter = " "}},
    };
    assert_examples(all, sizeof all / sizeof *all);
    const nsym_read_options wrong[] = {{.header = "maybe"}, {.header = "0"},     {.header = "2x"},
                                       {.delimiter = ""},   {.delimiter = ";;"}, {.delimiter = "1"},
                                       {.comment = "//"},   {.comment = "-"},    {.encoding = "utf8"}};
    static const char *const words[] = {"the header is \"maybe\", must be yes, no",
                                        "the header is \"0\"",
                                        "the header is \"2x\"",
                                        "the delimiter is \"\", must be one",
                                        "the delimiter is \";;\"",
                                        "the delimiter is \"1\"",
                                        "a comment begins with \"//\", must be",
                                        "begins with \"-\"",
                                        "the encoding is \"utf8\", must be utf-8"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_refused_as("x\n1\n", &wrong[i], words[i]);
    assert_refused_as("x\n1\n", &(nsym_read_options){.header = "4"}, "line 4 should name the columns, but");
    assert_refused_as("x\n\n1\n", &(nsym_read_options){.header = "2"}, "line 2 should name the columns, but");
}

static void decimal_commas_are_read_where_they_are_sure(void **state) {
    (void)state;
    const example all[] = {
        {"1,5;2,5\n3;-4,25e1\n", "c0 c1", N(1.5, 2.5, 3, -42.5), "separated by ';'; decimal commas", NULL},
        {"x;y\n1,500;0,1\n", "x y", N(1.5, 0.1), NULL, NULL},
        {"x\ty\n1,5\t2\n", "x y", N(1.5, 2), NULL, NULL},
        {"x y\n1,5 2\n", "x y", N(1.5, 2), NULL, NULL},
        {"x,y\n\"1,5\",\"0,25\"\n", "x y", N(1.5, 0.25), "separated by ','; decimal commas", NULL},
        {"x;y\n1;2\n", "x y", N(1, 2), "separated by ';'\n", NULL},
    };
    assert_examples(all, sizeof all / sizeof *all);
    assert_refused_as("x;y\n1,500;2\n", NULL,
                      "line 2: column \"x\" is \"1,500\", must be a number (does the comma mark decimals");
    assert_refused_as("x;y\n1,5;2.5\n", NULL, "line 2: column \"x\" is \"1,5\", must be a number with a decimal point");
    assert_refused_as("x,y\n\"1,500\",2\n", NULL,
                      "line 2: column \"x\" is \"1,500\", must be a number with a decimal point");
    assert_refused_as("x,y\n\"1,500,000\",2\n", NULL, "\"1,500,000\", must be a number without commas or points");
    char late[4096] = "x;y\n", *to = late + 4;
    for (int i = 0; i < 100; i++) to += sprintf(to, "%d;1\n", i);
    strcpy(to, "0,5;1\n");
    nsym_events *events = read_as(late, strlen(late), NULL);
    assert_true(column(events, "x")[100] == 0.5);
    nsym_events_free(events);
    strcat(late, "1.5;1\n");
    assert_refused_as(late, NULL, "line 103: column \"x\" is \"1.5\", must be a number with a decimal comma");
    assert_refused_as("x;y\n1.234,5;2\n", NULL,
                      "column \"x\" is \"1.234,5\", must be a number without commas or points between");
}

static void encodings_are_told_or_asked_for(void **state) {
    (void)state;
    const example all[] = {
        {"p_T [GeV],\xE9ta,\x96\n1,2,3\n", "p_T [GeV] \xC3\xA9ta \xE2\x80\x93", N(1, 2, 3), "; Latin-1\n", NULL},
        {"\xC3\xA9ta\n1\n", "\xC3\xA9ta", N(1), "by ','\n", NULL},
        {"\xC3\xA9ta\n1\n", "\xC3\xA9ta", N(1), NULL, &(nsym_read_options){.encoding = "latin-1"}},
    };
    assert_examples(all, sizeof all / sizeof *all);
    assert_refused_as("\xE9ta\n1\n", &(nsym_read_options){.encoding = "utf-8"},
                      "line 1: \"\xE9ta\" is not UTF-8; --encoding latin-1 reads it");
    static const char little[] = "\xFF\xFEp\0\xE9\0,\0\x3D\xD8\x00\xDE\n\0"
                                 "1\0,\0"
                                 "2\0\n\0";
    nsym_events *events = read_as(little, sizeof little - 1, NULL);
    assert_table(events, "p\xC3\xA9 \xF0\x9F\x98\x80", N(1, 2));
    assert_said("UTF-16");
    nsym_events_free(events);
    static const char big[] = "\xFE\xFF\0x\0,\0y\0\n\0"
                              "1\0,\0"
                              "2";
    events = read_as(big, sizeof big - 1, NULL);
    assert_table(events, "x y", N(1, 2));
    nsym_events_free(events);
    write_bytes(in_folder("b.csv"), little + 2, sizeof little - 3);
    assert_refused(in_folder("b.csv"), "UTF-16 without a byte-order mark");
}

static void only_what_is_wanted_is_read(void **state) {
    (void)state;
    const example all[] = {
        {"x,y,z\n1,bad,3\n2,5,4\n3,6,4\n", "x z", N(1, 3, 2, 4, 3, 4), NULL, &(nsym_read_options){.drop = "y"}},
        {"x,y,z\n1,bad,3\n2,5,4\n3,6,4\n", "z", N(3, 4, 4), NULL, &(nsym_read_options){.only = "z"}},
        {"x,a[0],a[1]\n1,2,3\n", "x", N(1), NULL, &(nsym_read_options){.drop = "a"}},
    };
    assert_examples(all, sizeof all / sizeof *all);
    assert_refused_as("x,y,z\n1,2,3\n1,bad,3\n", NULL, "line 3: column \"y\" is \"bad\", must be a number; --drop y");
    assert_refused_as("x,pt\n1,2\n", &(nsym_read_options){.drop = "pT"}, "there is no column or feature \"pT\"");
    const char text[] = "pt_0,eta_0,pt_1,eta_1,m\n1,2,3,4,5\n";
    nsym_events *events = read_as(text, sizeof text - 1, &(nsym_read_options){.only = "eta,m"});
    assert_int_equal(events->features, 1);
    assert_same_values(events->particles, (const double[]){2, 4}, 2);
    assert_table(events, "m", N(5));
    nsym_events_free(events);
    events = read_as(text, sizeof text - 1, &(nsym_read_options){.drop = "pt,eta"});
    assert_true(events->features == 0 && !events->offsets);
    nsym_events_free(events);
}

static void what_may_be_wrong_is_told_once(void **state) {
    (void)state;
    const example big = {
        "event,x\n9007199254740993,1\n9007199254740992,2\n-18446744073709551617,9007199254740993.5\n", "event x",
        N(9007199254740992, 1, 9007199254740992, 2, -18446744073709551616., 9007199254740994), "!", NULL};
    assert_examples(&big, 1);
    assert_said("column \"event\": 2 whole numbers beyond 2^53, the first 9007199254740993 in line 2, are rounded");
    assert_null(strstr(said, "\"x\""));
    const char lines[] = "\"a\nb\",x\n\"two\r\nlines\",1\n";
    nsym_events_free(read_as(lines, sizeof lines - 1, NULL));
    assert_said("a.csv: column \"a b\" is kept as numbers: 0 is \"two  lines\"\n");
    const char label[] = "label,x\nsignal,1\nbackground,2\n";
    nsym_events_free(read_as(label, sizeof label - 1, NULL));
    assert_said("!");
    assert_said("column \"label\" is kept as numbers: 0 is \"background\", 1 is \"signal\"");
}

static void texts_that_are_no_categories_are_left_out_with_a_warning(void **state) {
    (void)state;
    enum { ROWS = 10500 };
    char *text = malloc(40 * ROWS), *to = text + sprintf(text, "time,x\n");
    for (int i = 0; i < 1500; i++) to += sprintf(to, "t%d,%d\n", i, i);
    nsym_events *events = read_as(text, (size_t)(to - text), NULL);
    assert_int_equal(events->columns, 1);
    assert_said("!");
    assert_said(
        "column \"time\" is left out: 1500 different words in 1500 rows are too many for categories; --drop time");
    nsym_events_free(events);
    for (int i = 1500; i < ROWS; i++) to += sprintf(to, "t%d,%d\n", i, i);
    events = read_as(text, (size_t)(to - text), NULL);
    assert_said("over 10000 different words in 10500 rows");
    assert_null(nsym_events_column(events, "time"));
    nsym_events_free(events);
    to = text + sprintf(text, "m,x\nbad,1\nworse,1\nugly,1\n");
    for (int i = 0; i < 70; i++) to += sprintf(to, "bad,%d\n", i);
    for (int i = 0; i < 100; i++) to += sprintf(to, "%d.5,%d\n", i, i);
    assert_refused_as(text, NULL, "column \"m\" has numbers and words such as \"ugly\"; write NA");
    free(text);
}

/* Numbers come in blocks as they are read; words, which are sorted, when all are. */
static void blocks_are_the_whole_table(void **state) {
    (void)state;
    static const char *const headers[] = {"pt_0,pt_1,m\n", "pt_0,pt_1,kind\n"};
    static const size_t sizes[] = {1, 7, 999, 1000, 5000};
    for (size_t k = 0; k < 2; k++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            char *text = malloc(64000), *to = text + sprintf(text, "%s", headers[k]);
            for (int i = 0; i < 1000; i++) to += sprintf(to, "%d,%d,%s%d\n", i + 1, 2 * i + 1, k > 0 ? "w" : "", i % 7);
            nsym_events *whole = read_as(text, (size_t)(to - text), NULL), *block;
            nsym_events_reader *reader;
            const nsym_read_options options = {.max_events = 1000 - s};
            assert_int_equal(nsym_events_reader_new(&reader, in_folder("a.csv"), &options), NSYM_OK);
            size_t done = 0;
            for (;; done += block->count, nsym_events_free(block)) {
                assert_int_equal(nsym_events_reader_next(&block, reader, sizes[s]), NSYM_OK);
                if (!block) break;
                assert_true(block->count > 0 && block->count <= sizes[s]);
                assert_int_equal(nsym_events_row(block, 0), done + 1);
                assert_same_values(block->particles, whole->particles + 2 * done, 2 * block->count);
                assert_same_values(block->column[0].values, whole->column[0].values + done, block->count);
            }
            assert_int_equal(done, options.max_events);
            nsym_events_reader_free(reader);
            nsym_events_free(whole);
            free(text);
        }
    nsym_events_free(read_as("x,y\n", 4, NULL));
    nsym_events_reader *reader;
    nsym_events *block;
    assert_int_equal(nsym_events_reader_new(&reader, in_folder("a.csv"), NULL), NSYM_OK);
    assert_int_equal(nsym_events_reader_next(&block, reader, 10), NSYM_OK);
    assert_true(block && block->count == 0 && block->columns == 2);
    nsym_events_free(block);
    assert_int_equal(nsym_events_reader_next(&block, reader, 10), NSYM_OK);
    assert_null(block);
    nsym_events_reader_free(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_as_they_like),
        cmocka_unit_test(long_tables_of_any_line_end_are_read_whole),
        cmocka_unit_test(headers_are_told_from_events),
        cmocka_unit_test(lines_that_begin_with_a_hash_are_what_they_are),
        cmocka_unit_test(options_overrule_what_the_first_rows_tell),
        cmocka_unit_test(decimal_commas_are_read_where_they_are_sure),
        cmocka_unit_test(encodings_are_told_or_asked_for),
        cmocka_unit_test(only_what_is_wanted_is_read),
        cmocka_unit_test(what_may_be_wrong_is_told_once),
        cmocka_unit_test(blocks_are_the_whole_table),
        cmocka_unit_test(texts_that_are_no_categories_are_left_out_with_a_warning),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
