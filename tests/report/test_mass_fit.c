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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_and_drawings_stand_beside_each_other, make_folder, remove_folder),
        cmocka_unit_test(other_names_and_missing_folders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
