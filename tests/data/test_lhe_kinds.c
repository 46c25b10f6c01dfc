/* LHE files as generators write them: what is no number is kept, weights are named, odd layouts are read, and files
   that are cut off say so. */
#include "data/formats.h"
#include "data/temporary.h"

#include <nearsym/remarks.h>

#define INIT "<init>\n 2212 2212 6500 6500 0 0 247000 247000 -4 1\n 1.5 0.01 1.5 1\n</init>\n"
#define NUMBERS " 2 1 +1.5 91.2 0.0075 0.118\n"
#define FIRST " 11 -1 0 0 0 0 0 0 45.6 45.6 0 0 9\n"
#define SECOND " -11 -1 0 0 0 0 0 0 -45.6 45.6 0 0 9\n"
#define PARTICLES FIRST SECOND
#define EVENT "<event>\n" NUMBERS PARTICLES "</event>\n"
#define ROOT "<LesHouchesEvents version=\"3.0\">\n"
#define END "</LesHouchesEvents>\n"
#define WEIGHTS                                                                                                        \
    "<header>\n<initrwgt>\n<weight id='1001'> muR=1 </weight>\n<weight id='1002'> muR=2\n muF=1 </weight>\n"           \
    "</initrwgt>\n</header>\n"
#define WGT(id, value) "<wgt id='" id "'> " value " </wgt>\n"

static char said[4096];

static void hear(void *context, nsym_remark_kind kind, const char *text) {
    (void)context;
    assert_int_equal(kind, NSYM_WARNING);
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s\n", text);
}

static nsym_events *read_with(const char *path, const nsym_read_options *options) {
    nsym_events *events;
    *said = '\0';
    nsym_remarks_listen(hear, NULL);
    if (nsym_events_read(&events, path, options) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_remarks_listen(NULL, NULL);
    return events;
}

static nsym_events *read_text(const char *text) {
    const char *path = in_folder("events.lhe");
    write_bytes(path, text, strlen(text));
    return read_with(path, NULL);
}

static void assert_said(const char *part) {
    if (!strstr(said, part)) fail_msg("\"%s\" is not in \"%s\"", part, said);
}

/* New: the text of the file that the events are written to. */
static char *written(const nsym_events *events) {
    size_t n;
    const char *path = in_folder("written.lhe");
    *said = '\0';
    nsym_remarks_listen(hear, NULL);
    if (nsym_events_write(events, path) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_remarks_listen(NULL, NULL);
    char *text = (char *)read_bytes(path, &n);
    text[n] = '\0';
    return text;
}

static double at(const nsym_events *events, const char *name, size_t i, size_t k) {
    return column(events, name)[i * nsym_events_column(events, name)->width + k];
}

static const char kept[] =
    ROOT "<header>\n<MGRunCard>\n a < b\n</MGRunCard>\n</header>\n" INIT "<!-- before the first -->\n"
         "<event npLO=' -1 ' npNLO=\"1\" trials='2.5' kind='signal'>\n" NUMBERS PARTICLES
         "#aMCatNLO 1  6  2 0.9E+00\n<mgrwt>\n<rscale>  2 0.9E+02</rscale>\n</mgrwt>\n"
         "<scales muf='1.0E+01' pt_clust_1=\"1.3E+04\"></scales>\n</event>\n"
         "# between\n"
         "<event npNLO='0'>\n# on top\n" NUMBERS FIRST "<!-- two\n lines -->\n" SECOND
         "<a><![CDATA[\n <event> & </event>\n\n]]></a>\n</event>\n" END " #Random number generator exit values: 5 6\n";

static void what_is_no_number_is_written_as_it_stood(void **state) {
    (void)state;
    nsym_events *events = read_text(kept);
    assert_string_equal(said, "");
    assert_true(at(events, "npLO", 0, 0) == -1 && isnan(at(events, "npLO", 1, 0)));
    assert_true(at(events, "npNLO", 0, 0) == 1 && at(events, "npNLO", 1, 0) == 0 && at(events, "trials", 0, 0) == 2.5);
    assert_null(nsym_events_column(events, "kind"));
    char *text = written(events);
    assert_string_equal(said, "");
    static const char *const parts[] = {
        " a < b\n</MGRunCard>\n",
        "</init>\n<!-- before the first -->\n<event npLO='-1' npNLO='1' trials='2.5' kind='signal'>\n2 1 ",
        "\n#aMCatNLO 1  6  2 0.9E+00\n<mgrwt>\n<rscale>  2 0.9E+02</rscale>\n</mgrwt>\n<scales muf='1.0E+01' "
        "pt_clust_1=\"1.3E+04\"></scales>\n</event>\n# between\n<event npNLO='0'>\n2 1 ",
        "\n# on top\n<!-- two\n lines -->\n<a><![CDATA[\n <event> & </event>\n\n]]></a>\n</event>\n" END
        " #Random number generator exit values: 5 6\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i])) fail_msg("part %zu \"%s\" is not in \"%s\"", i, parts[i], text);
    nsym_events *back = read_text(text);
    char *again = written(back);
    assert_string_equal(text, again);
    nsym_events_free(back);
    nsym_events_free(events);
    free(again);
    free(text);
}

static void selected_events_take_what_is_theirs(void **state) {
    (void)state;
    nsym_events *events = read_text(kept), *chosen;
    static const size_t index[] = {1, 0};
    assert_int_equal(nsym_events_select(&chosen, events, index, 2), NSYM_OK);
    char *text = written(chosen);
    const char *first = strstr(text, "<a><![CDATA["), *second = strstr(text, "#aMCatNLO"), *end = strstr(text, END);
    assert_true(first && second && end && first < second && second < end);
    assert_string_equal(end, END); /* what stood behind the last event is gone with its place */
    nsym_read_options one = {.max_events = 1};
    nsym_events *few = read_with(in_folder("events.lhe"), &one);
    char *cut = written(few);
    assert_non_null(strstr(cut, "#aMCatNLO"));
    assert_null(strstr(cut, "CDATA"));
    nsym_events_free(few);
    nsym_events_free(chosen);
    nsym_events_free(events);
    free(cut);
    free(text);
}

static void columns_without_a_place_are_attributes_of_the_event(void **state) {
    (void)state;
    nsym_events *events = read_text(ROOT INIT EVENT EVENT END);
    double *label, *pair, *odd;
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "pair", "", "", 2, &pair), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "m / GeV", "", "", 1, &odd), NSYM_OK);
    label[0] = 1. / 3;
    label[1] = 2;
    char *text = written(events);
    assert_said("left out: pair, m / GeV\n");
    nsym_events *back = read_text(text);
    assert_memory_equal(column(back, "label"), label, 2 * sizeof *label);
    label[0] = INFINITY;
    assert_int_equal(nsym_events_write(events, in_folder("none.lhe")), NSYM_ENUMERIC);
    nsym_events_free(back);
    nsym_events_free(events);
    free(text);
}

static void numbers_beyond_doubles_and_taken_names_stay_texts(void **state) {
    (void)state;
    nsym_events *events = read_text(
        ROOT INIT "<event id='9007199254740993' scale='7' n='1' n='2' x='nan'>\n" NUMBERS PARTICLES "</event>\n" END);
    assert_int_equal(events->columns, 6);
    assert_true(at(events, "n", 0, 0) == 1 && at(events, "scale", 0, 0) == 91.2);
    char *text = written(events);
    assert_non_null(strstr(text, "<event n='1' id='9007199254740993' scale='7' n='2' x='nan'>\n"));
    nsym_events_free(events);
    free(text);
}

static void weights_have_names_and_texts(void **state) {
    (void)state;
    nsym_events *events = read_text(ROOT WEIGHTS "<init>\n 11 -11 250 250 -1 -1 -1 -1 3 1\n 7.2 0.0025 1 1\n<generator "
                                                 "version='3.1.6'>WHIZARD</generator>\n</init>\n"
                                                 "<event>\n" NUMBERS PARTICLES "<rwgt>\n" WGT("1001", "1.5")
                                                     WGT("1002", "2.5") "</rwgt>\n</event>\n" END);
    const nsym_column *weights = nsym_events_column(events, "weights");
    assert_string_equal(weights->labels[1], "1002");
    assert_string_equal(nsym_events_attribute(events, "generator"), "WHIZARD 3.1.6");
    assert_string_equal(nsym_events_attribute(events, "weight_texts"), "{\"1001\":\"muR=1\",\"1002\":\"muR=2 muF=1\"}");
    nsym_events_free(events);
}

static void a_list_beside_other_weights_has_weights_of_its_own(void **state) {
    (void)state;
    nsym_events *events = read_text(ROOT WEIGHTS INIT "<event>\n" NUMBERS PARTICLES "<rwgt>\n" WGT("1001", "1.5")
                                        WGT("1002", "2.5") "</rwgt>\n<weights> 1.0 0.2\n 1.25 </weights>\n</event>\n"
                                                           "<event>\n" NUMBERS PARTICLES
                                                           "<weights>7 8 9</weights>\n<rwgt>\n" WGT("1002", "3.5")
                                                               WGT("1001", "4.5") "</rwgt>\n</event>\n" END);
    const nsym_column *weights = nsym_events_column(events, "weights");
    static const char *const names[] = {"1001", "1002", "weights_1", "weights_2", "weights_3"};
    const double values[] = {1.5, 2.5, 1, 0.2, 1.25, 4.5, 3.5, 7, 8, 9};
    assert_int_equal(weights->width, 5);
    for (size_t i = 0; i < 5; i++) assert_string_equal(weights->labels[i], names[i]);
    assert_memory_equal(weights->values, values, sizeof values);
    assert_string_equal(said, "");
    char *text = written(events);
    assert_non_null(strstr(text, "<weight id='1002'> muR=2\n muF=1 </weight>\n<weight id='weights_1'></weight>\n"));
    nsym_events *back = read_text(text);
    assert_memory_equal(column(back, "weights"), values, sizeof values);
    nsym_events_free(back);
    nsym_events_free(events);
    free(text);
}

static void a_weight_that_an_event_lacks_is_nan_and_counted(void **state) {
    (void)state;
    nsym_events *events = read_text(ROOT WEIGHTS INIT "<event>\n" NUMBERS PARTICLES "<rwgt>\n" WGT(
        "1002", "2.5") "</rwgt>\n</event>\n" EVENT "<event>\n" NUMBERS PARTICLES "<rwgt>\n" WGT("1001", "3.5")
                                        WGT("1002", "nan") "</rwgt>\n</event>\n" END);
    assert_said("events.lhe: 3 of 3 events lack weights, which are NaN there: \"1001\" in event 1 first\n");
    const double *weights = column(events, "weights");
    assert_true(isnan(weights[0]) && weights[1] == 2.5 && isnan(weights[2]) && isnan(weights[3]));
    assert_true(weights[4] == 3.5 && isnan(weights[5]));
    static const size_t index[] = {1, 0, 2};
    nsym_events *chosen, *back;
    assert_int_equal(nsym_events_select(&chosen, events, index, 3), NSYM_OK);
    char *text = written(chosen); /* the first event has none of the weights, which stay all the same */
    back = read_text(text);
    const double *same = column(back, "weights");
    assert_true(isnan(same[0]) && isnan(same[1]) && isnan(same[2]) && same[3] == 2.5 && same[4] == 3.5);
    nsym_events_free(back);
    nsym_events_free(chosen);
    nsym_events_free(events);
    free(text);
}

static void a_file_that_is_cut_between_events_says_so(void **state) {
    (void)state;
    static const struct {
        const char *header, *events, *message;
    } cases[] = {
        {"<header>\n#  Number of Events        :       3\n</header>\n" INIT, EVENT EVENT,
         "events.lhe: has 2 events, but its header announces 3: the file is cut off, or a part of another\n"},
        {"<header>\n#  Number of Events        :       3\n</header>\n" INIT, EVENT EVENT END, "announces 3"},
        {"<!--\nfile generated with POWHEG-BOX-V2\nnumevts 1d2 ! events\n-->\n" INIT, EVENT END, "announces 100"},
        {"<init>\n 11 -11 45.6 45.6 0 0 0 0 3 1\n 1 1 1 1\n<xsecinfo neve='7' totxsec='1'/>\n</init>\n", EVENT END,
         "announces 7"},
        {INIT, EVENT, "events.lhe: ends after 1 event without </LesHouchesEvents>: it may be cut off\n"},
        /* no more was announced, or it was only asked for */
        {"<header>\n#  Number of Events        :       3\n</header>\n" INIT, EVENT EVENT EVENT END, ""},
        {"<header>\n#  Number of Events        :       3\n</header>\n" INIT, EVENT EVENT EVENT EVENT END, ""},
        {"<header>\n  1000 = nevents ! Number of unweighted events requested\n</header>\n" INIT, EVENT END, ""},
        {"<header>\nnumevts 100\n</header>\n" INIT, EVENT END, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[4096];
        snprintf(text, sizeof text, ROOT "%s%s", cases[i].header, cases[i].events);
        nsym_events_free(read_text(text));
        if (*cases[i].message)
            assert_said(cases[i].message);
        else
            assert_string_equal(said, "");
    }
    char text[4096];
    snprintf(text, sizeof text, ROOT "%s%s", cases[5].header, cases[5].events);
    const char *path = in_folder("events.lhe");
    write_bytes(path, text, strlen(text));
    nsym_events_free(read_with(path, &(nsym_read_options){.max_events = 1}));
    assert_string_equal(said, "");
}

/* All are two events of two particles. */
static void odd_layouts_are_read(void **state) {
    (void)state;
    static const char *const texts[] = {
        "<?xml version=\"1.0\"?>\n<!DOCTYPE LesHouchesEvents [\n<!ELEMENT init (#PCDATA)>\n]>\n<!-- words -->\n" ROOT
            INIT EVENT EVENT END,
        "\xef\xbb\xbf<?xml version=\"1.0\"\n encoding='UTF-8'?><!DOCTYPE LesHouchesEvents SYSTEM "
        "\"lhe.dtd\"><LesHouchesEvents version=\"1.0\"><header></header>\n" INIT EVENT EVENT END,
        "<LesHouchesEvents><header/><init> 11 -11 45.6 45.6 0 0 0 0 3 1 1 0.1 1 1 </init><event>2 1 1 91 0 0 11 -1 0 0 "
        "0 0 0 0 45.6 45.6 0 0 9 -11 -1 0 0 0 0 0 0 -45.6 45.6 0 0 9</event><event>2 1 1 91 0 0 11 -1 0 0 0 0 0 0 45.6 "
        "45.6 0 0 9 -11 -1 0 0 0 0 0 0 -45.6 45.6 0 0 9<scales muf='1'/></event></LesHouchesEvents>",
        ROOT INIT "<event> " NUMBERS FIRST " -11 -1 0 0 0 0 0 0 -45.6 45.6 0 0 9 </event><event>\n" NUMBERS PARTICLES
                  "</event>" END,
        ROOT "<header>\n# see <init> and </init>, <!-- and <![CDATA[ of the manual\nor see <init> of the manual, or "
             "</init>\n x <!-- y\n<event>\n</header>\n" INIT EVENT EVENT END,
        ROOT "<header>\n<!-- <init> </header> -->\n<a><![CDATA[\n </init>\n]]></a>\n</header>\n" INIT EVENT EVENT END,
        ROOT INIT "<event>\n" NUMBERS PARTICLES "# merged with <!-- x\n</event>\n# and <![CDATA[ y\n" EVENT END,
        ROOT INIT "<event>\n" NUMBERS FIRST " -11 -1 0 0 0 0 0 0 -45.6 45.6 0 0 9 # as <!-- x\n</event>\n" EVENT END,
        ROOT "<init>\n 14 2112 5 0 0 0 0 0 3 1\n</init>\n" EVENT EVENT END,
        ROOT "<init>\n</init>\n" EVENT EVENT END,
        ROOT INIT "<event\n npLO='1'\n npNLO='2' >\n" NUMBERS PARTICLES
                  "<scales muf='1'\n mur='2'/>\n</event\n>\n" EVENT END,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        nsym_events *events = read_text(texts[i]);
        if (events->count != 2 || events->offsets[1] != 2 || events->offsets[2] != 4)
            fail_msg("text %zu: %zu events", i, events->count);
        assert_true(at(events, "weight", 1, 0) == (i == 2 ? 1 : 1.5));
        assert_true(events->particles[13 + 8] == -45.6 && events->particles[3 * 13 + 12] == 9);
        if (i == 8 || i == 9) {
            assert_said(i == 8 ? "no lines of processes: the cross section is not known" : "block is empty");
            assert_null(nsym_events_attribute(events, "cross_section_pb"));
        } else {
            assert_string_equal(said, "");
        }
        char *text = written(events);
        nsym_events *back = read_text(text);
        assert_memory_equal(back->particles, events->particles, 4 * 13 * sizeof(double));
        nsym_events_free(back);
        nsym_events_free(events);
        free(text);
    }
}

static void numbers_out_of_place_stay_errors(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {ROOT INIT "<event>\n 2 1 +1.5 91.2 0.0075 0.118 5\n" PARTICLES "</event>\n" END,
         "event 1: \"5\" follows the line's last number"},
        {"<LesHouchesEvents><init> 11 -11 45.6 45.6 0 0 0 0 3 1 1 0.1 1 1 </init><event>1 1 1 91 0 0 11 -1 0 0 0 0 0 0 "
         "45.6 45.6 0 0 9 11</event></LesHouchesEvents>",
         "follows the 1 particles"},
        {ROOT INIT "<event>\n" NUMBERS PARTICLES "<scales muf='1'\n</event>\n" END, "the tag \"<scales muf='1'\""},
        {ROOT INIT EVENT "<event>\n" NUMBERS PARTICLES "<rwgt>\n" WGT("7", "1") "</rwgt>\n</event>\n" END,
         "event 2: weight \"7\", but the first event has no weights"},
        {ROOT "<!DOCTYPE", "the file ends before </init>"},
        {ROOT "<header/>\n<event>\n</event>\n" INIT EVENT END, "an <event> before </init>"},
        {ROOT "<init>\n 1\n" INIT EVENT END, "in the <init> block"},
        {"<!doctype HTML><html>", "it is a web page"},
        {"<!DOCTYPE svg><svg>", "it is something else"},
    };
    const char *path = in_folder("wrong.lhe");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_events *events;
        write_bytes(path, cases[i].text, strlen(cases[i].text));
        nsym_status status = nsym_events_read(&events, path, NULL);
        if (status != NSYM_EFORMAT) fail_msg("case %zu: status %d", i, (int)status);
        if (!strstr(nsym_message(), cases[i].message)) fail_msg("case %zu: \"%s\"", i, nsym_message());
    }
}

static void tags_between_events_are_counted(void **state) {
    (void)state;
    nsym_events_free(read_text(ROOT INIT "<eventgroup nreal='1'>\n" EVENT EVENT "</eventgroup>\n" END));
    assert_string_equal(strchr(said, ':'), ": 2 tags between events, such as <eventgroup>, are not kept\n");
}

static void files_with_other_attributes_are_joined(void **state) {
    (void)state;
    nsym_events *with = read_text(kept), *without = read_text(ROOT INIT EVENT END), *joined;
    nsym_remarks_listen(hear, NULL);
    assert_int_equal(nsym_events_concat(&joined, with, without), NSYM_OK);
    assert_said("\"npLO\"");
    assert_true(joined->count == 3 && at(joined, "npNLO", 0, 0) == 1 && isnan(at(joined, "npNLO", 2, 0)));
    nsym_events_free(joined);
    *said = '\0';
    assert_int_equal(nsym_events_concat(&joined, without, with), NSYM_OK);
    nsym_remarks_listen(NULL, NULL);
    assert_said("its column \"trials\" is left out");
    assert_true(joined->count == 3 && !nsym_events_column(joined, "npLO") && at(joined, "weight", 2, 0) == 1.5);
    nsym_events_free(joined);
    nsym_events_free(with);
    nsym_events_free(without);
}

static void blocks_are_the_whole_file(void **state) {
    (void)state;
    const char *path = in_folder("blocks.lhe");
    write_bytes(path, kept, sizeof kept - 1);
    nsym_events *whole = read_with(path, NULL);
    char *text = written(whole);
    for (size_t most = 1; most < 4; most++) {
        nsym_events_reader *reader;
        nsym_events *all = NULL, *block;
        assert_int_equal(nsym_events_reader_new(&reader, path, NULL), NSYM_OK);
        for (;;) {
            if (nsym_events_reader_next(&block, reader, most) != NSYM_OK) fail_msg("%s", nsym_message());
            if (!block) break;
            assert_int_equal(nsym_events_row(block, 0), all ? 2 : 1);
            nsym_events *joined = block;
            if (all) assert_int_equal(nsym_events_concat(&joined, all, block), NSYM_OK);
            if (all) nsym_events_free(block);
            nsym_events_free(all);
            all = joined;
        }
        nsym_events_reader_free(reader);
        char *same = written(all);
        assert_string_equal(text, same);
        nsym_events_free(all);
        free(same);
    }
    nsym_events_free(whole);
    free(text);
    nsym_events_reader *reader;
    nsym_events *none, *after;
    write_bytes(path, ROOT INIT END, strlen(ROOT INIT END));
    assert_int_equal(nsym_events_reader_new(&reader, path, NULL), NSYM_OK);
    assert_int_equal(nsym_events_reader_next(&none, reader, 7), NSYM_OK);
    assert_true(none && none->count == 0 && none->columns == 5);
    assert_int_equal(nsym_events_reader_next(&after, reader, 7), NSYM_OK);
    assert_null(after);
    nsym_events_free(none);
    nsym_events_reader_free(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_number_is_written_as_it_stood),
        cmocka_unit_test(selected_events_take_what_is_theirs),
        cmocka_unit_test(columns_without_a_place_are_attributes_of_the_event),
        cmocka_unit_test(numbers_beyond_doubles_and_taken_names_stay_texts),
        cmocka_unit_test(weights_have_names_and_texts),
        cmocka_unit_test(a_list_beside_other_weights_has_weights_of_its_own),
        cmocka_unit_test(a_weight_that_an_event_lacks_is_nan_and_counted),
        cmocka_unit_test(a_file_that_is_cut_between_events_says_so),
        cmocka_unit_test(odd_layouts_are_read),
        cmocka_unit_test(numbers_out_of_place_stay_errors),
        cmocka_unit_test(tags_between_events_are_counted),
        cmocka_unit_test(files_with_other_attributes_are_joined),
        cmocka_unit_test(blocks_are_the_whole_file),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
