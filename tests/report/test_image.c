/* Pictures of calorimeter events, out of display files. */
#include "report/folder.h"

#include <math.h>
#include <nearsym/io.h>

enum { EVENTS = 4, PARTICLES = 5 };

/* Two deposits, their image on cells 1 x 2, a picture of an empty cell, and one of a point on the edge and one beyond.
 */
static const double particles[PARTICLES + 1][3] = {{-0.5, 0.5, 0.25}, {0.25, -0.5, 0.75}, {0, -0.5, 2},
                                                   {0, 0.5, 0},       {1, 1, 0.5},        {1.5, 0, 1}};
static const uint64_t offsets[EVENTS + 1] = {0, 2, 3, 4, 6};

/* What a test may spoil. */
typedef struct {
    const char *stage, *energy; /* the names of a column and a feature */
    double edges[3], x, label;  /* of y in event 1; of its particle; of event 1 */
    size_t width;               /* of x_edges */
    bool no_particles, stage_is_wide;
} display;

static const display whole = {.stage = "stage", .energy = "energy", .edges = {-1, 0, 1}, .label = 1, .width = 2};

static void write_display(const fixture *f, const char *name, const display *d) {
    char path[256];
    nsym_events *events;
    double *stage, *label, *angle, *x_edges, *y_edges;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    const char *const names[] = {"x", "y", d->energy};
    if (!d->no_particles) {
        assert_int_equal(nsym_events_set_particles(events, 3, names, NULL, offsets), NSYM_OK);
        memcpy(events->particles, particles, sizeof particles);
        events->particles[2 * 3] = d->x;
    }
    size_t wide = d->stage_is_wide ? 2 : 1;
    assert_int_equal(nsym_events_add_column(events, d->stage, "", "", wide, &stage), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "angle", "", "", 1, &angle), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "x_edges", "", "", d->width, &x_edges), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "y_edges", "", "", 3, &y_edges), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) {
        stage[wide * i] = (double[]){0, 2, 3, 4}[i];
        label[i] = i == 1 ? d->label : 1;
        angle[i] = 45;
        for (size_t k = 0; k < d->width; k++) x_edges[d->width * i + k] = -1 + 2 * (double)k;
        for (size_t k = 0; k < 3; k++) y_edges[3 * i + k] = i == 1 ? d->edges[k] : (double[]){-1, 0, 1}[k];
    }
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
}

static const char files[] = "{\"study\":\"s\",\"results\":[],\"files\":["
                            "{\"path\":\"scores.h5\",\"model\":\"pfn\",\"binning\":\"uniform\"},"
                            "{\"path\":\"other.h5\",\"binning\":\"nonuniform\"},"
                            "{\"path\":\"events.h5\",\"binning\":\"uniform\"},"
                            "{\"path\":\"display.h5\",\"binning\":\"uniform\"}]}";

/* An ordinary sample stands before the display file, and files that are not there are not asked for. */
static void write_folder(const fixture *f, const display *d) {
    const display sample = {.stage = "epoch", .energy = "pz", .edges = {-1, 0, 1}, .width = 1};
    write_display(f, "events.h5", &sample);
    write_display(f, "display.h5", d);
    write_text(f, "results.json", files);
}

#define IMAGE "figures:\n  - {name: i, kind: image, where: {binning: uniform}, panels: ["

static void deposits_are_dots_and_images_are_cells(void **state) {
    fixture *f = *state;
    write_folder(f, &whole);
    write_text(f, "study.resolved.yaml",
               IMAGE
               "{title: \"it's\", pick: {stage: 0}}, {pick: {stage: 2, label: 1, angle: 45.0}}, {pick: {stage: 4}}], "
               "columns: 2}\n");
    report_is_written(f);
    const char *gp = read_text(f, "figures/i.gp");
    assert_string_equal(read_text(f, "figures/i.csv"),
                        "panel,x,y,x_low,x_high,y_low,y_high,energy,title\n"
                        "1,0.25,-0.5,,,,,0.75,it's\n1,-0.5,0.5,,,,,0.25,it's\n"
                        "2,0,-0.5,-1,1,-1,0,2,\n"
                        "3,1,1,-1,1,0,1,0.5,\n"); /* the last cell has its upper edge; beyond it nothing is drawn */
    assert_has(gp, "set title 'it''s'");
    assert_has(gp, "with circles lc palette");
    assert_has(gp, "\"y_low\":\"y_high\":\"energy\" with boxxyerror");
    assert_has(gp, "set cbrange [0:0.75]");
    assert_has(gp, "set cbrange [0:2]");
    assert_has(gp, "$grid1 << EOD\nx,y\n-1,-1\n-1,1\n\n1,-1\n1,1\n\n-1,-1\n1,-1\n\n-1,0\n1,0\n\n-1,1\n1,1\n\nEOD\n");
    if (exists(f, "figures/i.svg")) assert_null(strstr(read_text(f, "report.html"), "Not shown"));
}

static void a_shared_scale_ends_at_the_largest_energy_of_all(void **state) {
    fixture *f = *state;
    write_folder(f, &whole);
    write_text(f, "study.resolved.yaml", IMAGE "{pick: {stage: 0}}, {pick: {stage: 2}}], shared_scale: true}\n");
    report_is_written(f);
    const char *gp = read_text(f, "figures/i.gp");
    assert_null(strstr(gp, "set cbrange [0:0.75]"));
    assert_has(gp, "set cbrange [0:2]");
}

/* An event's many points, 16 deposits of 32 each, would be a megabyte of circles. */
static void many_dots_are_points(void **state) {
    fixture *f = *state;
    const uint64_t all[] = {0, 512};
    const char *const names[] = {"x", "y", "energy"};
    const char *const columns[] = {"stage", "x_edges", "y_edges"};
    char path[256];
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 3, names, NULL, all), NSYM_OK);
    for (size_t i = 0; i < 512; i++) events->particles[3 * i + 2] = (double)i + 1;
    for (size_t k = 0; k < 3; k++) {
        double *values;
        assert_int_equal(nsym_events_add_column(events, columns[k], "", "", k ? 2 : 1, &values), NSYM_OK);
        values[0] = k ? -1 : 1;
        if (k) values[1] = 1;
    }
    snprintf(path, sizeof path, "%s/display.h5", f->folder);
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
    write_text(f, "results.json", "{\"results\":[],\"files\":[{\"path\":\"display.h5\"}]}");
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: i, kind: image, panels: [{pick: {stage: 1}}]}\n");
    report_is_written(f);
    assert_has(read_text(f, "figures/i.gp"), "with points pt 7 ps variable lc palette");
    assert_has(read_text(f, "figures/i.csv"), "title\n1,0,0,,,,,512,\n1,0,0,,,,,511,\n"); /* the largest first */
}

/* A picture without anything in it is still a picture: the grid. */
static void an_empty_picture_is_drawn(void **state) {
    fixture *f = *state;
    write_folder(f, &whole);
    write_text(f, "study.resolved.yaml", IMAGE "{pick: {stage: 3}}]}\n");
    report_is_written(f);
    assert_string_equal(read_text(f, "figures/i.csv"), "panel,x,y,x_low,x_high,y_low,y_high,energy,title\n");
    if (exists(f, "figures/i.svg")) assert_null(strstr(read_text(f, "report.html"), "Not shown"));
}

static void a_panels_own_condition_replaces_the_figures(void **state) {
    fixture *f = *state;
    write_folder(f, &whole);
    write_display(f, "other.h5", &whole);
    write_text(f, "study.resolved.yaml",
               IMAGE "{where: {binning: nonuniform}, pick: {stage: 2}}, {pick: {label: 7}}]}\n");
    report_is_written(f);
    assert_has(read_text(f, "report.html"),
               "Not shown: the study has no picture {label: 7} with binning uniform (yet)");
    write_text(f, "study.resolved.yaml", IMAGE "{where: {binning: nonuniform}, pick: {stage: 2}}]}\n");
    report_is_written(f);
    assert_true(exists(f, "figures/i.csv"));
}

static void a_display_that_is_not_whole_is_left_out_with_a_reason(void **state) {
    fixture *f = *state;
    display cases[9];
    for (size_t i = 0; i < 9; i++) cases[i] = whole;
    cases[0].stage = "step";
    cases[1].energy = "E";
    cases[2].no_particles = true;
    cases[3].width = 1;
    cases[4].edges[1] = 1;
    cases[5].edges[2] = NAN;
    cases[6].x = INFINITY;
    cases[7].label = NAN;
    cases[8].stage_is_wide = true;
    static const char *const words[] = {"the study has no picture {stage: 2, label: 1} with binning uniform (yet)",
                                        "display.h5 has no particles with &#39;energy&#39;",
                                        "display.h5 has no particles with &#39;x&#39;",
                                        "display.h5 has no event column &#39;x_edges&#39; of at least 2 values",
                                        "&#39;y_edges&#39; of event 1 does not rise from number to number at 2",
                                        "&#39;y_edges&#39; of event 1 does not rise from number to number at 2",
                                        "&#39;x&#39; of particle 0 of event 1 is inf",
                                        "the study has no picture {stage: 2, label: 1}",
                                        "the study has no picture {stage: 2, label: 1}"};
    write_text(f, "study.resolved.yaml", IMAGE "{pick: {stage: 2, label: 1}}]}\n");
    for (size_t i = 0; i < 9; i++) {
        write_folder(f, &cases[i]);
        report_is_written(f);
        assert_has(read_text(f, "report.html"), words[i]);
        assert_false(exists(f, "figures/i.csv"));
    }
    write_text(f, "display.h5", "no HDF5");
    report_is_written(f);
    assert_has(read_text(f, "report.html"), "Not shown: ");
}

/* They have no column to fill a histogram from. */
static void pictures_beside_a_sample_are_for_images_alone(void **state) {
    fixture *f = *state;
    const display sample = {.stage = "epoch", .energy = "pz", .edges = {-1, 0, 1}, .width = 1};
    write_display(f, "a.h5", &sample);
    write_display(f, "a.pictures.h5", &whole);
    write_text(f, "results.json",
               "{\"results\":[],\"files\":[{\"path\":\"a.h5\"},{\"path\":\"a.pictures.h5\",\"pictures\":true}]}");
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: h, kind: histogram, column: epoch, range: [0, 5], bins: 5}\n"
               "  - {name: i, kind: image, panels: [{pick: {stage: 2}}]}\n");
    report_is_written(f);
    assert_true(exists(f, "figures/h.csv"));
    assert_has(read_text(f, "figures/i.csv"), "1,0,-0.5,-1,1,-1,0,2,");
}

static void mistakes_in_an_image_are_named(void **state) {
    fixture *f = *state;
    static const char *const wrong[][2] = {
        {"columns: 2", "panels must be a list of 1 to 64 maps"},
        {"panels: binning", "panels must be a list of 1 to 64 maps"},
        {"panels: []", "panels must be a list of 1 to 64 maps"},
        {"panels: [binning]", "figures[0].panels[0]"},
        {"panels: [{title: a}]", "figures[0].panels[0].pick must be a map"},
        {"panels: [{pick: 2}]", "figures[0].panels[0].pick must be a map"},
        {"panels: [{pick: {stage: two}}]", "figures[0].panels[0].pick.stage must be a number"},
        {"panels: [{pick: {stage: [2]}}]", "figures[0].panels[0].pick.stage must be a number"},
        {"panels: [{pick: {}, where: a}]", "where must be a map"},
        {"panels: [{pick: {}, titel: a}]", "unknown key 'titel'"},
        {"panels: [{pick: {}}], columns: 5", "columns"},
        {"panels: [{pick: {}}], shared_scale: yes", "shared_scale"},
        {"panels: [{pick: {}}], metric: auc", "unknown key 'metric'"},
    };
    write_text(f, "results.json", files);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char card[256];
        snprintf(card, sizeof card, "figures:\n  - {name: i, kind: image, %s}\n", wrong[i][0]);
        write_text(f, "study.resolved.yaml", card);
        assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
        assert_has(nsym_message(), "study.resolved.yaml:2: ");
        assert_has(nsym_message(), wrong[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(deposits_are_dots_and_images_are_cells),
        TEST(a_shared_scale_ends_at_the_largest_energy_of_all),
        TEST(many_dots_are_points),
        TEST(an_empty_picture_is_drawn),
        TEST(a_panels_own_condition_replaces_the_figures),
        TEST(a_display_that_is_not_whole_is_left_out_with_a_reason),
        TEST(pictures_beside_a_sample_are_for_images_alone),
        TEST(mistakes_in_an_image_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
