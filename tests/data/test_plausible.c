#include "data/temporary.h"

#include "data/npy.h"
#include "data/plausible.h"
#include <nearsym/remarks.h>

static char heard[4096];

static void hear(void *context, nsym_remark_kind kind, const char *text) {
    (void)context;
    size_t used = strlen(heard);
    snprintf(heard + used, sizeof heard - used, "%s%s\n", kind == NSYM_WARNING ? "warning: " : "note: ", text);
}

/* What is said of two particles of these names and values (2, features). */
static const char *said(size_t features, const char *const *names, const double *values) {
    static const uint64_t offsets[] = {0, 1, 2};
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, features, names, NULL, offsets), NSYM_OK);
    memcpy(events->particles, values, 2 * features * sizeof *values);
    heard[0] = '\0';
    nsym_remarks_listen(hear, NULL);
    nsym_plausible_tell(events, "x.npz");
    nsym_remarks_listen(NULL, NULL);
    nsym_events_free(events);
    return heard;
}

static const char *const usual[] = {"pt", "eta", "phi", "pid"};

static void assert_says(const char *text, const char *words) {
    if (!strstr(text, words)) fail_msg("\"%s\" is not said in:\n%s", words, text);
}

static void particles_as_their_features_are_called_are_fine(void **state) {
    (void)state;
    static const double energyflow[] = {20, 0.3, 6.28, 211, 0.5, -4, -3.1, -11},
                        small_ids[] = {20, 0.3, 6.28, 0.1, 0.5, -4, -3.1, (double)1.3f},
                        massless[] = {(double)50.0001f, 30, 40, 0, 13, 0, 5, 12};
    assert_string_equal(said(4, usual, energyflow), "");
    assert_string_equal(said(4, usual, small_ids), "");
    static const char *const momenta[] = {"energy", "px", "py", "pz"};
    assert_string_equal(said(4, momenta, massless), "");
    static const char *const scaled[] = {"log_pt", "d_eta", "d_phi"};
    static const double anything[] = {-5, 300, 7, -1, -50, -700};
    assert_string_equal(said(3, scaled, anything), "");
}

static void what_they_look_like_is_said(void **state) {
    (void)state;
    static const struct {
        size_t features;
        double values[8];
        const char *names;
    } cases[] = {
        {4, {60, 30, 40, 20, 13, -5, -12, 0.1}, "energy,px,py,pz"},
        {4, {30, 40, 20, 60, -5, -12, 0.1, 14}, "px,py,pz,energy"},
        {4, {-0.1, 0.2, 0.5, 1, 0.2, -0.1, 0.1, 1}, "eta,phi,pt,mask"},
        {3, {-0.1, 0.2, 50, 0.2, -0.1, 10}, "eta,phi,pt"},
        {4, {50, 0.1, 0.2, 0.13957, 10, -2, 3, 0.1057}, "pt,eta,phi,mass"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[64];
        snprintf(words, sizeof words, "--columns %s` or", cases[i].names);
        assert_says(said(cases[i].features, usual, cases[i].values), words);
    }
    static const double degrees[] = {50, 0.1, 170, 10, -2, -90};
    assert_says(said(3, usual, degrees), "phi is beyond 2 pi in 2 of 2 particles; phi looks like degrees");
    static const double momenta[] = {50, 10, -170, -10, -2, -90};
    assert_says(said(3, usual, momenta), "pt is below 0 in 1 of 2 particles, phi is beyond 2 pi in 2");
}

static void names_that_a_file_gives_are_checked_too(void **state) {
    (void)state;
    static const char *const names[] = {"e", "px", "py", "pz"};
    static const double light[] = {50, 30, 41, 0, 13, 0, 5, 12};
    assert_says(said(4, names, light), "x.npz: the names of the particle features may be wrong: e is less than "
                                       "the momentum in 1 of 2 particles\n");
}

/* New: bytes of an npy array (2, 2, 4). */
static unsigned char *four_by_two(size_t *n) {
    static const double values[16] = {60, 30, 40, 20, 13, -5, -12, 0.1, 60, 30, 40, 20, 0, 0, 0, 0};
    static const uint64_t shape[] = {2, 2, 4};
    char header[NSYM_NPY_HEADER];
    size_t length = nsym_npy_header(header, "f8", 3, shape);
    *n = length + sizeof values;
    unsigned char *bytes = malloc(*n);
    assert_non_null(bytes);
    memcpy(bytes, header, length);
    memcpy(bytes + length, values, sizeof values);
    return bytes;
}

static void names_are_given_to_arrays_without_any(void **state) {
    (void)state;
    size_t n;
    unsigned char *bytes = four_by_two(&n);
    nsym_events *events;
    write_bytes(in_folder("p.npy"), bytes, n);
    free(bytes);
    const char *path = in_folder("p.npy");
    heard[0] = '\0';
    nsym_remarks_listen(hear, NULL);
    assert_int_equal(nsym_events_read(&events, path, NULL), NSYM_OK);
    nsym_events_free(events);
    assert_says(heard, "p.npy: the names of the particle features may be");
    heard[0] = '\0';
    nsym_read_options options = {.features = "energy,px,py,pz"};
    assert_int_equal(nsym_events_read(&events, path, &options), NSYM_OK);
    assert_string_equal(heard, "");
    nsym_remarks_listen(NULL, NULL);
    assert_string_equal(events->feature_names[3], "pz");
    assert_int_equal(events->offsets[2], 3);
    nsym_events_free(events);
    options.features = "energy,px,py";
    assert_int_equal(nsym_events_read(&events, path, &options), NSYM_EINVAL);
    assert_says(nsym_message(), "p.npy: 3 names are given (energy,px,py), but the particles have 4 features");
    options.features = "energy,px,py,px";
    assert_int_equal(nsym_events_read(&events, path, &options), NSYM_EINVAL);
    assert_says(nsym_message(), "two particle features are named \"px\"");
    options.features = "energy,,py,px";
    assert_int_equal(nsym_events_read(&events, path, &options), NSYM_EINVAL);
    assert_says(nsym_message(), "name 2 of the particles' features is empty");
}

static void names_for_what_has_some_are_refused(void **state) {
    (void)state;
    static const char text[] = "pt_0,pt_1\n1,2\n";
    nsym_events *events;
    write_bytes(in_folder("p.csv"), text, sizeof text - 1);
    assert_int_equal(nsym_events_read(&events, in_folder("p.csv"), &(nsym_read_options){.features = "a"}), NSYM_EINVAL);
    assert_says(nsym_message(), "there is a feature \"pt\", which --rename can rename");
    write_bytes(in_folder("c.csv"), "m\n1\n", 4);
    assert_int_equal(nsym_events_read(&events, in_folder("c.csv"), &(nsym_read_options){.features = "a"}), NSYM_EINVAL);
    assert_says(nsym_message(), "c.csv: names for particle features are given (a)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(particles_as_their_features_are_called_are_fine),
        cmocka_unit_test(what_they_look_like_is_said),
        cmocka_unit_test(names_that_a_file_gives_are_checked_too),
        cmocka_unit_test(names_are_given_to_arrays_without_any),
        cmocka_unit_test(names_for_what_has_some_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
