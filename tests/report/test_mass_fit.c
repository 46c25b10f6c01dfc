#include "report/folder.h"

static int make_folder(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    strcpy(f->folder, "/tmp/nearsym-mass-fit-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    *state = f;
    return 0;
}

static int remove_folder(void **state) {
    static const char *const endings[] = {"csv", "gp", "svg", "pdf"};
    fixture *f = *state;
    char path[256];
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/a & peak.%s", f->folder, endings[i]);
        unlink(path);
    }
    rmdir(f->folder);
    free(f);
    return 0;
}

static const nsym_mass_fit fit = {
    .low = 70, .high = 110, .value = {15, 1, 1.5, 0.75, 90.8}, .signal = 75, .background = 25, .converged = true};

static void numbers_and_drawings_stand_beside_each_other(void **state) {
    const fixture *f = *state;
    char path[256], line[256], *note = NULL;
    double masses[101], events = 0, expected = 0, mass, seen, error, both, signal, background, pull;
    for (int i = 0; i < 100; i++) masses[i] = 70.2 + 0.4 * i - (i == 99 ? 0.3 : 0); /* 5 in each of 20 bins */
    masses[100] = 300;
    snprintf(path, sizeof path, "%s/a & peak.svg", f->folder);
    assert_int_equal(nsym_report_mass_fit(&note, path, &fit, masses, NULL, 101, 20), NSYM_OK);
    if (note) { /* there is no gnuplot here */
        assert_non_null(strstr(note, "gnuplot was not found"));
        free(note);
    } else {
        assert_true(exists(f, "a & peak.svg") && exists(f, "a & peak.pdf"));
    }
    assert_true(exists(f, "a & peak.gp"));
    snprintf(path, sizeof path, "%s/a & peak.csv", f->folder);
    FILE *csv = fopen(path, "r");
    assert_non_null(csv);
    assert_non_null(fgets(line, sizeof line, csv));
    assert_string_equal(line, "mass,events,error,fit,signal,background,pull\n");
    for (int k = 0; k < 20; k++) {
        assert_non_null(fgets(line, sizeof line, csv));
        assert_int_equal(
            sscanf(line, "%lf,%lf,%lf,%lf,%lf,%lf,%lf", &mass, &seen, &error, &both, &signal, &background, &pull), 7);
        assert_true(fabs(mass - 71 - 2 * k) < 1e-9 && seen == 5 && fabs(error - sqrt(5)) < 1e-8);
        assert_true(fabs(signal + background - both) < 1e-7 && fabs(pull - (seen - both) / sqrt(both)) < 1e-6);
        events += seen, expected += both;
    }
    assert_true(events == 100 && fabs(expected - 100) < 1e-5);
    assert_null(fgets(line, sizeof line, csv));
    fclose(csv);
}

static void other_names_and_missing_folders_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"peak.png", "peak", ".svg", "/tmp/.pdf", "a.svg/peak"};
    char *note;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(nsym_report_mass_fit(&note, bad[i], &fit, NULL, NULL, 0, 0), NSYM_EINVAL);
        assert_non_null(strstr(nsym_message(), "must end in .svg or .pdf"));
    }
    assert_int_equal(nsym_report_mass_fit(&note, "it's.pdf", &fit, NULL, NULL, 0, 0), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "has a quote"));
    assert_int_equal(nsym_report_mass_fit(&note, "/nowhere/at/all/peak.pdf", &fit, NULL, NULL, 0, 0), NSYM_EIO);
    assert_non_null(strstr(nsym_message(), "/nowhere/at/all/peak.csv: cannot be written"));
    assert_int_equal(nsym_report_mass_fit(&note, "peak.pdf", &fit, NULL, NULL, 0, 1000000), NSYM_EINVAL);
}

/* 700 events of a peak and 300 of a falling spectrum, by their quantiles; label 1 is the window, truth the peak. */
static void write_spectrum(const fixture *f) {
    char path[256];
    double *mass, *label, *truth;
    nsym_events *events;
    snprintf(path, sizeof path, "%s/sample.h5", f->folder);
    assert_int_equal(nsym_events_new(&events, 1000), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mass", "GeV", "", 1, &mass), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "truth", "", "", 1, &truth), NSYM_OK);
    for (int i = 0; i < 1000; i++) {
        double u = i < 700 ? (i + 0.5) / 700 : (i - 699.5) / 300;
        truth[i] = i < 700;
        mass[i] =
            i < 700 ? 90.8 + 1.5 * tan(acos(-1) * (0.97 * u - 0.485)) : 70 - 15 * log(1 - u * (1 - exp(-40. / 15)));
        label[i] = mass[i] > 84 && mass[i] < 96;
    }
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
}

static void a_samples_mass_is_fitted_and_the_shares_are_told(void **state) {
    fixture *f = *state;
    write_spectrum(f);
    write_text(f, "results.json", "{\"study\":\"s\",\"results\":[],\"files\":[{\"path\":\"sample.h5\"}]}");
    write_text(f, "reference.yaml", "values: []\ncurves: [{figure: m, x: [80, 90], y: [0.01, 0.02]}]\n");
    write_text(f, "study.resolved.yaml",
               "reference: reference.yaml\nfigures: [{name: m, kind: mass_fit, bins: 20, title: The fit}]\n");
    report_is_written(f);
    const char *gp = read_text(f, "figures/m.gp"), *csv = read_text(f, "figures/m.csv");
    double share = 0, error = 0;
    const char *all = strstr(gp, "signal in all pairs: ");
    assert_non_null(all);
    assert_int_equal(sscanf(all, "signal in all pairs: %lf ± %lf %% (truth: 70.0)", &share, &error), 2);
    assert_true(fabs(share - 70) < 2 * error && error > 0.5 && error < 5);
    assert_has(gp, "signal in signal region: ");
    assert_has(gp, "signal in all others: ");
    assert_has(csv, "mass,events,error,fit,signal,background,pull,paper\n");
    double paper[2] = {0}, events = 0, mass, seen;
    for (const char *line = strchr(csv, '\n'); line && sscanf(line + 1, "%lf,%lf,", &mass, &seen) == 2;
         line = strchr(line + 1, '\n'))
        events += seen;
    const char *paper_at = strstr(csv, "\n80,,,,,,,");
    assert_non_null(paper_at);
    assert_int_equal(sscanf(paper_at, "\n80,,,,,,,%lf\n90,,,,,,,%lf\n", &paper[0], &paper[1]), 2);
    assert_true(events > 900 && fabs(paper[0] - 0.01 * 2 * events) < 1e-6 && fabs(paper[1] - 0.02 * 2 * events) < 1e-6);
}

static void a_mass_that_is_not_there_is_said(void **state) {
    fixture *f = *state;
    write_spectrum(f);
    write_text(f, "results.json", "{\"study\":\"s\",\"results\":[],\"files\":[{\"path\":\"sample.h5\"}]}");
    write_text(f, "study.resolved.yaml", "figures: [{name: m, kind: mass_fit, column: energy}]\n");
    report_is_written(f);
    assert_has(read_text(f, "report.html"), "sample.h5 has no event column &#39;energy&#39;");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_and_drawings_stand_beside_each_other, make_folder, remove_folder),
        cmocka_unit_test(other_names_and_missing_folders_are_refused),
        TEST(a_samples_mass_is_fitted_and_the_shares_are_told),
        TEST(a_mass_that_is_not_there_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
