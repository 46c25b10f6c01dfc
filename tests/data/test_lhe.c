#include "data/formats.h"
#include "data/lhe_reader.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char folder[] = "/tmp/nearsym-lhe-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

/* A whole file of tests/data/data, new, with a zero behind it. */
static char *load(const char *name, size_t *size) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", NSYM_TEST_DATA, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 16);
    assert_non_null(text);
    *size = fread(text, 1, (1 << 16) - 1, file);
    fclose(file);
    return text;
}

/* A file in the temporary folder; the caller unlinks it. */
static char *save_as(const char *name, const void *bytes, size_t size, const char *mode) {
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    gzFile file = gzopen(path, mode);
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)size), size);
    assert_int_equal(gzclose(file), Z_OK);
    return path;
}

static char *save(const char *name, const void *bytes, size_t size) {
    return save_as(name, bytes, size, "wbT");
}

static char *save_gzipped(const char *name, const void *bytes, size_t size) {
    return save_as(name, bytes, size, "wb");
}

/* Reads to the end or the first failure. */
static nsym_status drain(nsym_status opened, nsym_lhe_reader *reader, size_t *events) {
    *events = 0;
    nsym_status status = opened;
    const nsym_lhe_event *event = NULL;
    while (status == NSYM_OK && (status = nsym_lhe_next(reader, &event)) == NSYM_OK && event) ++*events;
    nsym_lhe_close(reader);
    return status;
}

static nsym_status count_memory(const void *bytes, size_t size, size_t *events) {
    nsym_lhe_reader *reader;
    nsym_status opened = nsym_lhe_open_memory(&reader, "memory", bytes, size);
    return drain(opened, reader, events);
}

static nsym_status count_file(const char *path, size_t *events) {
    nsym_lhe_reader *reader;
    nsym_status opened = nsym_lhe_open(&reader, path);
    return drain(opened, reader, events);
}

/* `text` with the first `from` made `to`, new. */
static char *replaced(const char *text, const char *from, const char *to) {
    const char *place = strstr(text, from);
    assert_non_null(place);
    char *changed = calloc(1, strlen(text) + strlen(to) + 1);
    assert_non_null(changed);
    sprintf(changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
    return changed;
}

static void assert_message(const char *part) {
    if (strstr(nsym_message(), part)) return;
    fail_msg("\"%s\" is not in \"%s\"", part, nsym_message());
}

static nsym_events *read_sample(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", NSYM_TEST_DATA, name);
    nsym_events *events;
    if (nsym_lhe_read_events(&events, path, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

static double particle(const nsym_events *events, size_t event, size_t i, const char *feature) {
    return events->particles[(events->offsets[event] + i) * events->features + nsym_events_feature(events, feature)];
}

static double value(const nsym_events *events, const char *column, size_t event, size_t k) {
    const nsym_column *found = nsym_events_column(events, column);
    assert_non_null(found);
    return found->values[event * found->width + k];
}

static void a_madgraph_file_is_read_with_its_intermediate_particles_and_weights(void **state) {
    (void)state;
    nsym_events *events = read_sample("madgraph.lhe");
    assert_int_equal(events->count, 2);
    assert_int_equal(events->offsets[1], 5);
    assert_int_equal(events->offsets[2], 9);
    assert_true(particle(events, 0, 2, "pdg") == 23 && particle(events, 0, 2, "status") == 2);
    assert_true(particle(events, 0, 3, "mother1") == 3 && particle(events, 0, 0, "colour2") == 501);
    assert_true(particle(events, 0, 3, "px") == -1.0741783943 && particle(events, 0, 4, "pz") == -202.22475811);
    assert_true(particle(events, 0, 2, "mass") == 93.971198951 && particle(events, 0, 4, "spin") == -1);
    assert_true(value(events, "weight", 1, 0) == -627.56 && value(events, "scale", 1, 0) == 91.53607);
    assert_true(value(events, "alpha_qcd", 0, 0) == 0.129351 && value(events, "process", 0, 0) == 1);
    const nsym_column *weights = nsym_events_column(events, "weights");
    assert_int_equal(weights->width, 3);
    assert_string_equal(weights->labels[2], "rwgt_1");
    const double expected[] = {500, -700, 0.6, -501, 701, 0.7};
    assert_memory_equal(weights->values, expected, sizeof expected);
    assert_string_equal(nsym_events_attribute(events, "cross_section_pb"), "627.56");
    assert_string_equal(nsym_events_attribute(events, "beam_energy_gev"), "6500");
    assert_string_equal(nsym_events_attribute(events, "generator"), "MadGraph5_aMC@NLO 3.0.0");
    assert_non_null(strstr(nsym_events_attribute(events, "lhe_header"), "don't <event>"));
    assert_memory_equal(nsym_events_attribute(events, "lhe_init"), "\n2212", 5);
    nsym_events_free(events);
}

static void a_powheg_file_is_read_with_fortran_numbers_and_two_processes(void **state) {
    (void)state;
    nsym_events *events = read_sample("powheg.lhe");
    assert_int_equal(events->count, 1);
    assert_true(particle(events, 0, 0, "pz") == 100 && particle(events, 0, 0, "energy") == 100);
    assert_true(particle(events, 0, 0, "mass") == 2.989934778e-106);
    assert_true(particle(events, 0, 1, "pz") == -50 && particle(events, 0, 1, "energy") == 50);
    assert_true(particle(events, 0, 3, "lifetime") == 0.15);
    assert_true(value(events, "weight", 0, 0) == -1223.55 && value(events, "weights", 0, 1) == -1100);
    assert_string_equal(nsym_events_attribute(events, "cross_section_pb"), "1234");
    assert_string_equal(nsym_events_attribute(events, "cross_section_error_pb"), "5");
    assert_string_equal(nsym_events_attribute(events, "beam_energy_gev"), "4000 4500");
    assert_string_equal(nsym_events_attribute(events, "generator"), "POWHEG-BOX-V2");
    nsym_events_free(events);
}

static void a_pythia_file_without_a_trailer_is_read_with_its_list_of_weights(void **state) {
    (void)state;
    nsym_events *events = read_sample("pythia.lhe");
    assert_int_equal(events->count, 2);
    assert_int_equal(events->offsets[2], 3);
    assert_true(value(events, "weights", 0, 3) == -0.5 && value(events, "weights", 1, 3) == 4);
    assert_string_equal(nsym_events_column(events, "weights")->labels[3], "4");
    assert_string_equal(nsym_events_attribute(events, "generator"), "Pythia8::LHAupPlugin");
    nsym_events_free(events);
}

static void reading_stops_after_the_events_asked_for(void **state) {
    (void)state;
    nsym_events *events;
    nsym_read_options options = {.max_events = 1};
    assert_int_equal(nsym_lhe_read_events(&events, NSYM_TEST_DATA "/madgraph.lhe", &options), NSYM_OK);
    assert_int_equal(events->count, 1);
    assert_int_equal(events->offsets[1], 5);
    nsym_events_free(events);
}

static void assert_same(const nsym_events *a, const nsym_events *b) {
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->columns, b->columns);
    assert_memory_equal(a->offsets, b->offsets, (a->count + 1) * sizeof *a->offsets);
    assert_memory_equal(a->particles, b->particles, a->offsets[a->count] * a->features * sizeof(double));
    for (size_t i = 0; i < a->columns; i++) {
        const nsym_column *column = nsym_events_column(b, a->column[i].name);
        assert_non_null(column);
        assert_int_equal(column->width, a->column[i].width);
        assert_memory_equal(column->values, a->column[i].values, a->count * column->width * sizeof(double));
        for (size_t k = 0; column->labels && k < column->width; k++)
            assert_string_equal(column->labels[k], a->column[i].labels[k]);
    }
}

static void assert_round_trip(const nsym_events *events, const char *name) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    nsym_events *back;
    if (nsym_lhe_write_events(events, path) != NSYM_OK) fail_msg("%s", nsym_message());
    if (nsym_lhe_read_events(&back, path, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_same(events, back);
    const char *facts[] = {"cross_section_pb", "cross_section_error_pb", "beam_energy_gev"};
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(nsym_events_attribute(events, facts[i]), nsym_events_attribute(back, facts[i]));
    nsym_events_free(back);
    unlink(path);
}

static void written_files_read_back_exactly(void **state) {
    (void)state;
    const char *names[] = {"madgraph.lhe", "powheg.lhe", "pythia.lhe"};
    for (size_t i = 0; i < 3; i++) {
        nsym_events *events = read_sample(names[i]);
        assert_round_trip(events, "round.lhe");
        assert_round_trip(events, "round.lhe.gz");
        nsym_events_free(events);
    }
}

static void any_double_reads_back_exactly(void **state) {
    (void)state;
    nsym_events *events = read_sample("madgraph.lhe");
    const double hard[] = {1. / 3,
                           0.1,
                           M_PI * 1e100,
                           5e-324,
                           1.7976931348623157e308,
                           9007199254740993.,
                           -0.0,
                           1e22 / 3.0,
                           2.2250738585e-308,
                           123456.7,
                           1e-300 / 7};
    for (size_t i = 0; i < 7; i++) events->particles[2 * 13 + 6 + i] = hard[i];
    for (size_t i = 0; i < 6; i++) nsym_events_column(events, "weights")->values[i] = hard[5 + i];
    assert_round_trip(events, "hard.lhe");
    nsym_events_free(events);
}

static void renamed_weights_are_declared_anew(void **state) {
    (void)state;
    nsym_events *events = read_sample("madgraph.lhe");
    char **labels = nsym_events_column(events, "weights")->labels;
    free(labels[0]);
    labels[0] = strdup("it's \xce\xbc");
    assert_round_trip(events, "renamed.lhe");
    free(labels[0]);
    labels[0] = strdup("both \" and '");
    char path[128];
    snprintf(path, sizeof path, "%s/both.lhe", folder);
    assert_int_equal(nsym_lhe_write_events(events, path), NSYM_EINVAL);
    assert_true(access(path, F_OK) != 0);
    nsym_events_free(events);
}

static void an_init_block_is_made_from_the_attributes(void **state) {
    (void)state;
    nsym_events *read = read_sample("madgraph.lhe"), *events, *bare;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(
        nsym_events_set_particles(events, 13, (const char *const *)read->feature_names, NULL, read->offsets), NSYM_OK);
    memcpy(events->particles, read->particles, 9 * 13 * sizeof(double));
    char path[128];
    snprintf(path, sizeof path, "%s/made.lhe", folder);
    assert_int_equal(nsym_lhe_write_events(events, path), NSYM_EINVAL);
    assert_message("beam_energy_gev");
    assert_true(access(path, F_OK) != 0);
    assert_int_equal(nsym_events_set_attribute(events, "beam_energy_gev", "6500"), NSYM_OK);
    assert_int_equal(nsym_events_set_attribute(events, "cross_section_pb", "13.07"), NSYM_OK);
    if (nsym_lhe_write_events(events, path) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_lhe_reader *reader;
    assert_int_equal(nsym_lhe_open(&reader, path), NSYM_OK);
    const nsym_lhe_header *header = nsym_lhe_header_of(reader);
    assert_int_equal(header->weight_strategy, 3);
    assert_int_equal(header->processes, 1);
    assert_true(header->process[0].cross_section == 13.07 && header->beam_energy[1] == 6500);
    nsym_lhe_close(reader);
    unlink(path);
    events->particles[7] = NAN;
    assert_int_equal(nsym_lhe_write_events(events, path), NSYM_ENUMERIC);
    assert_message("event 1: py");
    assert_int_equal(nsym_events_new(&bare, 1), NSYM_OK);
    assert_int_equal(nsym_lhe_write_events(bare, path), NSYM_EINVAL);
    nsym_events_free(bare);
    nsym_events_free(events);
    nsym_events_free(read);
}

static void carriage_returns_change_nothing(void **state) {
    (void)state;
    const char *names[] = {"madgraph.lhe", "powheg.lhe", "pythia.lhe"};
    for (size_t n = 0; n < 3; n++) {
        size_t size, used = 0;
        char *text = load(names[n], &size), *crlf = malloc(2 * size + 1);
        assert_non_null(crlf);
        for (size_t i = 0; i < size; i++) {
            if (text[i] == '\n') crlf[used++] = '\r';
            crlf[used++] = text[i];
        }
        const char *path = save("crlf.lhe", crlf, used);
        nsym_events *events = read_sample(names[n]), *same;
        if (nsym_lhe_read_events(&same, path, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_same(events, same);
        unlink(path);
        nsym_events_free(events);
        nsym_events_free(same);
        free(text);
        free(crlf);
    }
}

/* A cut is an error, or the end right behind an </event>. */
static void a_file_cut_at_any_byte_is_an_error_or_ends_between_events(void **state) {
    (void)state;
    const char *names[] = {"madgraph.lhe", "powheg.lhe", "pythia.lhe"};
    for (size_t n = 0; n < 3; n++) {
        size_t size, events;
        char *text = load(names[n], &size);
        for (size_t cut = 0; cut < size; cut++) {
            char *copy = malloc(cut + 1); /* of its own, so that a sanitizer sees a read beyond it */
            assert_non_null(copy);
            memcpy(copy, text, cut);
            nsym_status status = count_memory(copy, cut, &events);
            copy[cut] = '\0';
            size_t whole = 0;
            const char *init = strstr(copy, "\n</init>"); /* the first one is in a comment, in the middle of a line */
            for (const char *p = init; p && (p = strstr(p, "\n</event>")); p++) whole++;
            if (status == NSYM_OK)
                assert_int_equal(events, whole);
            else
                assert_int_equal(status, NSYM_EFORMAT);
            assert_true(events <= whole);
            free(copy);
        }
        free(text);
    }
}

static void a_cut_or_damaged_gzip_stream_is_an_error(void **state) {
    (void)state;
    size_t size, events;
    char *text = load("madgraph.lhe", &size);
    char *path = save_gzipped("whole.lhe.gz", text, size);
    assert_int_equal(count_file(path, &events), NSYM_OK);
    assert_int_equal(events, 2);
    unsigned char bytes[1 << 14];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t packed = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    unlink(path);
    for (size_t cut = 0; cut < packed; cut += 1 + packed / 97) {
        path = save("cut.lhe.gz", bytes, cut);
        assert_int_equal(count_file(path, &events), NSYM_EFORMAT);
        if (cut > 20) assert_message("cut off");
        unlink(path);
    }
    for (size_t i = 10; i < packed - 4; i += 1 + packed / 97) {
        bytes[i] ^= 0x55;
        path = save("damaged.lhe.gz", bytes, packed);
        assert_int_equal(count_file(path, &events), NSYM_EFORMAT);
        assert_message("damaged.lhe.gz:");
        bytes[i] ^= 0x55;
        unlink(path);
    }
    path = save_gzipped("twice.lhe.gz", bytes, packed);
    assert_int_equal(count_file(path, &events), NSYM_EFORMAT);
    assert_message("compressed twice");
    unlink(path);
    path = save("plain.lhe.gz", text, size); /* a plain file may be named .gz */
    assert_int_equal(count_file(path, &events), NSYM_OK);
    unlink(path);
    free(text);
}

static void a_change_of_one_place_is_an_error_that_names_event_and_line(void **state) {
    (void)state;
    static const struct {
        const char *from, *to, *message;
    } changes[] = {
        {"+1.0269891387e+01", "nan", "memory:51: event 2: pz is nan"},
        {"+1.0269891387e+01", "-Infinity", "memory:51: event 2: pz is -Infinity"},
        {"+1.0269891387e+01", "1e999", "event 2: pz is 1e999"},
        {"+1.0269891387e+01", "**********", "pz is \"**********\", must be a number"},
        {"+1.0269891387e+01", "1.0x", "pz is \"1.0x\""},
        {"1.0269891387e+01 0.0000000000e+00 0.0000e+00 1.0000e+00", "1.0269891387e+01", "event 2: the line ends"},
        {"0.0000e+00 -1.0000e+00\n       23", "0.0000e+00 -1.0000e+00 7\n       23",
         "memory:33: event 1: \"7\" follows"},
        {"       -1 -1", "     -1.5 -1", "pdg is -1.5, must be a whole number"},
        {"-13  1    3    3", "-13  1    3    6", "mother2 is 6, must be 0 to 5"},
        {"-13  1    3    3", "-13  1    -1    3", "mother1 is -1, must be 0 to 5"},
        {" 5      1 +", " 6      1 +", "memory:37: event 1: 5 particle lines, but the event's first line announces 6"},
        {" 5      1 +", " 4      1 +", "follows the 4 particles"},
        {" 5      1 +", " 10001  1 +", "number of particles is 10001"},
        {" 5      1 +", " -1     1 +", "number of particles is -1"},
        {" 5      1 +", " 99999999999  1 +", "event 1: the number of particles"},
        {"<wgt id='1'>-501</wgt>\n", "<wgt id='9'>-501</wgt>", "event 2: weight \"9\" is not among the 3"},
        {"<wgt id='1'>-501</wgt>\n", "<wgt id='2'>5</wgt>", "weight \"2\" is given twice"},
        {"<wgt id='1'>-501</wgt>\n", "<wgt>-501</wgt>", "<wgt> without an id"},
        {"<wgt id='1'>-501</wgt>\n", "<wgt id='1'></wgt>", "weight \"1\" has no value"},
        {"<wgt id='1'>-501</wgt>\n", "<wgt id='1'>5 6</wgt>", "\"6\" follows the value of weight \"1\""},
        {"</event>", "", "<event> before this event's </event>"},
        {"<!-- between events -->", "words", "memory:47: event 1: \"words\" is found where an <event> should begin"},
        {"<!-- between events -->", "<LesHouchesEvents>", "a second file"},
        {"</LesHouchesEvents>", "</LesHouchesEvents>\n<LesHouchesEvents>", "a second <LesHouchesEvents>"},
        {"particles -->", "particles", "the file ends inside the comment opened on line 54"},
        {"\n</init>\n", "\n", "the init block is missing or cut"},
        {"-4 1\n6", "-4 2\n6", "memory:28: in the <init> block, fewer process lines"},
        {"6.500000e+03 6", "inf 6", "memory:26: in the <init> block, a number that is not finite"},
        {"<weight id=\"1\"", "<weight no=\"1\"", "memory:17: <weight> in <initrwgt> has no id"},
        {"<LesHouchesEvents", "<html><LesHouchesEvents", "it is a web page"},
    };
    size_t size, events;
    char *text = load("madgraph.lhe", &size);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *changed = replaced(text, changes[i].from, changes[i].to);
        nsym_status status = count_memory(changed, strlen(changed), &events);
        if (status != NSYM_EFORMAT && status != NSYM_ENUMERIC) fail_msg("change %zu: status %d", i, (int)status);
        assert_message(changes[i].message);
        free(changed);
    }
    free(text);
}

static void a_file_that_is_no_lhe_file_is_an_error(void **state) {
    (void)state;
    size_t events;
    assert_int_equal(count_memory("", 0, &events), NSYM_EFORMAT);
    assert_message("empty");
    assert_int_equal(count_memory("\x89HDF\r\n\x1a\n\0\0", 10, &events), NSYM_EFORMAT);
    assert_message("HDF5");
    assert_int_equal(count_memory("<!DOCTYPE html>\n<html>", 22, &events), NSYM_EFORMAT);
    assert_message("web page");
    unsigned char noise[5000];
    for (size_t i = 0; i < sizeof noise; i++) noise[i] = (unsigned char)(i * i * 2654435761u >> 7);
    assert_int_equal(count_memory(noise, sizeof noise, &events), NSYM_EFORMAT);
    assert_int_equal(count_file("/nonexistent/file.lhe", &events), NSYM_ENOTFOUND);
    assert_int_equal(count_file(folder, &events), NSYM_EIO);
    size_t size;
    char *text = load("powheg.lhe", &size);
    text[strstr(text, "-1.22355E+03  1.5") - text] = '\0';
    assert_int_equal(count_memory(text, size, &events), NSYM_EFORMAT);
    assert_message("binary");
    free(text);
}

static void a_line_over_a_mebibyte_is_an_error(void **state) {
    (void)state;
    size_t size, events, length = (1 << 20) + 1;
    char *text = load("pythia.lhe", &size), *large = malloc(size + length);
    assert_non_null(large);
    memcpy(large, text, size);
    memset(large + size, ' ', length);
    assert_int_equal(count_memory(large, size + length - 1, &events), NSYM_OK);
    assert_int_equal(events, 2);
    assert_int_equal(count_memory(large, size + length, &events), NSYM_EFORMAT);
    assert_message("over 1 MiB");
    free(large);
    free(text);
}

static void weights_not_declared_are_named_by_the_first_event(void **state) {
    (void)state;
    size_t size;
    char *text = load("powheg.lhe", &size);
    char *more = replaced(text, "<wgt id='c'>", "<wgt id='new'>3</wgt><wgt id='c'>");
    nsym_lhe_reader *reader;
    assert_int_equal(nsym_lhe_open_memory(&reader, "memory", more, strlen(more)), NSYM_OK);
    assert_int_equal(nsym_lhe_header_of(reader)->weights, 3);
    assert_string_equal(nsym_lhe_header_of(reader)->weight_names[2], "new");
    const nsym_lhe_event *event;
    assert_int_equal(nsym_lhe_next(reader, &event), NSYM_OK);
    assert_true(event->weights_values[0] == -1223.55 && event->weights_values[2] == 3);
    nsym_lhe_close(reader);
    char *none = replaced(text, "<rwgt>", "<!--");
    char *closed = replaced(none, "</rwgt>", "-->");
    assert_int_equal(nsym_lhe_open_memory(&reader, "memory", closed, strlen(closed)), NSYM_OK);
    assert_int_equal(nsym_lhe_header_of(reader)->weights, 0);
    nsym_lhe_close(reader);
    free(closed);
    free(none);
    free(more);
    free(text);
}

static void weights_in_comments_of_old_powheg_files_are_kept(void **state) {
    (void)state;
    size_t size;
    char *text = load("powheg.lhe", &size);
    char *old = replaced(text, "#rwgt            1",
                         "#new weight,renfact,facfact,pdf1,pdf2 32.5 0.5 1.00000000000000 11000 11000 lha\n"
                         "#new weight,renfact,facfact,pdf1,pdf2 33.5 0.5 1.00000000000000 11000 11000 lha\n#rwgt");
    nsym_lhe_reader *reader;
    const nsym_lhe_event *event;
    assert_int_equal(nsym_lhe_open_memory(&reader, "memory", old, strlen(old)), NSYM_OK);
    const nsym_lhe_header *header = nsym_lhe_header_of(reader);
    assert_int_equal(header->weights, 4);
    assert_string_equal(header->weight_names[2], "renfact=0.5 facfact=1 pdf1=11000 pdf2=11000");
    assert_string_equal(header->weight_names[3], "renfact=0.5 facfact=1 pdf1=11000 pdf2=11000 (2)");
    assert_int_equal(nsym_lhe_next(reader, &event), NSYM_OK);
    assert_true(event->weights_values[2] == 32.5 && event->weights_values[3] == 33.5);
    nsym_lhe_close(reader);
    free(old);
    free(text);
}

static void a_failed_reader_goes_on_failing(void **state) {
    (void)state;
    size_t size;
    char *text = load("madgraph.lhe", &size), *bad = replaced(text, "+1.0269891387e+01", "nan");
    nsym_lhe_reader *reader;
    const nsym_lhe_event *event;
    assert_int_equal(nsym_lhe_open_memory(&reader, "memory", bad, strlen(bad)), NSYM_OK);
    assert_int_equal(nsym_lhe_next(reader, &event), NSYM_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(nsym_lhe_next(reader, &event), NSYM_ENUMERIC);
        assert_null(event);
    }
    nsym_lhe_close(reader);
    free(bad);
    free(text);
}

static void a_locale_with_a_decimal_comma_changes_nothing(void **state) {
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8")) {
        print_message("no locale with a decimal comma is installed\n");
        skip();
    }
    nsym_events *events = read_sample("powheg.lhe");
    assert_true(particle(events, 0, 0, "mass") == 2.989934778e-106);
    assert_round_trip(events, "locale.lhe");
    nsym_events_free(events);
    setlocale(LC_NUMERIC, "C");
}

/* A file of the large data; skips where NSYM_DATA is unset. */
static nsym_events *read_large(const char *name) {
    const char *data = getenv("NSYM_DATA");
    if (!data) {
        print_message("NSYM_DATA is unset\n");
        skip();
    }
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", data, name);
    nsym_events *events;
    if (nsym_lhe_read_events(&events, path, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

static void the_dimuon_samples_have_their_events_and_cross_sections(void **state) {
    (void)state;
    nsym_events *z = read_large("dimuon/zmm_mll70_train.lhe.gz");
    assert_int_equal(z->count, 100000);
    size_t five = 0;
    for (size_t i = 0; i < z->count; i++) five += z->offsets[i + 1] - z->offsets[i] == 5;
    assert_true(five > 99400 && five < 99600); /* the README's 99.5 % */
    assert_string_equal(nsym_events_attribute(z, "cross_section_pb"), "627.56");
    nsym_events_free(z);
    nsym_events *photon = read_large("dimuon/amm_mll70_train.lhe.gz");
    assert_int_equal(photon->count, 100000);
    assert_int_equal(photon->offsets[100000], 400000);
    assert_string_equal(nsym_events_attribute(photon, "cross_section_pb"), "13.068");
    nsym_events_free(photon);
}

static void other_generators_samples_keep_every_weight(void **state) {
    (void)state;
    nsym_events *jets = read_large("lhe_samples/pylhe-testfile-madgraph5-3.5.8-pp_to_jj.lhe.gz");
    assert_int_equal(jets->count, 1000);
    assert_int_equal(nsym_events_column(jets, "weights")->width, 145);
    assert_true(value(jets, "weights", 0, 0) == 7.5079318e+08 && value(jets, "weights", 999, 144) == 6.8589487e+08);
    assert_round_trip(jets, "jets.lhe.gz");
    nsym_events_free(jets);
    nsym_events *powheg = read_large("lhe_samples/pylhe-testfile-powheg-box-v2-Z.lhe");
    assert_int_equal(powheg->count, 100);
    assert_round_trip(powheg, "powheg.lhe");
    nsym_events_free(powheg);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_madgraph_file_is_read_with_its_intermediate_particles_and_weights),
        cmocka_unit_test(a_powheg_file_is_read_with_fortran_numbers_and_two_processes),
        cmocka_unit_test(a_pythia_file_without_a_trailer_is_read_with_its_list_of_weights),
        cmocka_unit_test(reading_stops_after_the_events_asked_for),
        cmocka_unit_test(written_files_read_back_exactly),
        cmocka_unit_test(any_double_reads_back_exactly),
        cmocka_unit_test(renamed_weights_are_declared_anew),
        cmocka_unit_test(an_init_block_is_made_from_the_attributes),
        cmocka_unit_test(carriage_returns_change_nothing),
        cmocka_unit_test(a_file_cut_at_any_byte_is_an_error_or_ends_between_events),
        cmocka_unit_test(a_cut_or_damaged_gzip_stream_is_an_error),
        cmocka_unit_test(a_change_of_one_place_is_an_error_that_names_event_and_line),
        cmocka_unit_test(a_file_that_is_no_lhe_file_is_an_error),
        cmocka_unit_test(a_line_over_a_mebibyte_is_an_error),
        cmocka_unit_test(weights_not_declared_are_named_by_the_first_event),
        cmocka_unit_test(weights_in_comments_of_old_powheg_files_are_kept),
        cmocka_unit_test(a_failed_reader_goes_on_failing),
        cmocka_unit_test(a_locale_with_a_decimal_comma_changes_nothing),
        cmocka_unit_test(the_dimuon_samples_have_their_events_and_cross_sections),
        cmocka_unit_test(other_generators_samples_keep_every_weight),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
