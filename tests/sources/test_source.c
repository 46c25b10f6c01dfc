/* Samples: what is in them, in which order, and which files cannot serve. */
#include "sources/dimuon_pairs.h"
#include "sources/refused.h"
#include "sources/sample.h"
#include "study/card_text.h"
#include "transform/lorentz.h"

static const nsym_data_card plain = {.source = &nsym_source_dimuon,
                                     .seed = 3,
                                     .signal = "",
                                     .background = "",
                                     .file = "",
                                     .files = "",
                                     .folder = "",
                                     .particles = "",
                                     .define = "",
                                     .select = "",
                                     .events = 150,
                                     .repeat = 1,
                                     .copies = {.group = "", .symmetry = &nsym_rotate, .count = 1},
                                     .detector = {.smear = {.resolution = 0.1}},
                                     .split = {.test = 0.2, .shuffle = true, .group = true}};

static nsym_events *load(nsym_data_card card) {
    nsym_sample sample;
    if (nsym_sample_load(&sample, &card, 2, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_events *events = sample.events;
    sample.events = NULL;
    nsym_sample_free(&sample);
    return events;
}

static void every_event_is_there_as_often_as_it_is_repeated(void **state) {
    (void)state;
    for (int k = 0; k < 4; k++) {
        nsym_data_card card = plain;
        card.repeat = k % 2 ? 3 : 1;
        card.split.group = k / 2;
        nsym_events *events = load(card);
        const double *label = column(events, "label"), *group = column(events, "group"), *pt = column(events, "pt");
        size_t signal = 0, seen[300] = {0};
        assert_int_equal(events->count, 300 * card.repeat);
        for (size_t i = 0; i < events->count; i++) {
            size_t g = (size_t)group[i];
            assert_true(g < 300 && label[i] == (g < 150 ? 0 : 1)); /* one group is one event of one class */
            assert_true(column(events, "weight")[i] == 1);
            assert_int_equal(events->offsets[i + 1] - events->offsets[i], 2);
            signal += label[i] == 1;
            seen[g]++;
        }
        assert_int_equal(2 * signal, events->count);
        for (size_t g = 0; g < 300; g++) assert_int_equal(seen[g], card.repeat);
        size_t together = 0;
        for (size_t i = 0; i + 2 < events->count; i += 3)
            together += group[i] == group[i + 1] && group[i] == group[i + 2] && pt[i] != pt[i + 1]; /* smeared anew */
        assert_int_equal(together, k == 3 ? 300 : 0);
        nsym_events_free(events);
    }
}

static void classes_are_mixed(void **state) {
    (void)state;
    nsym_events *events = load(plain);
    const double *label = column(events, "label");
    size_t first = 0, changes = 0;
    for (size_t i = 0; i < 150; i++) first += label[i] == 1;
    for (size_t i = 1; i < 300; i++) changes += label[i] != label[i - 1];
    assert_true(first > 50 && first < 100 && changes > 100); /* 75 +- 4.3 and 150 +- 9 */
    nsym_events_free(events);
}

static void the_order_depends_on_the_seed_only(void **state) {
    (void)state;
    nsym_data_card other = plain, reseeded = plain;
    other.detector.smear = (nsym_smear){0.3, true, NSYM_KEEP_PZ};
    other.weights.reweight = (nsym_reweight){.binning = NSYM_BINS_QUANTILE, .bins = 5};
    reseeded.seed = 4;
    nsym_events *a = load(plain), *again = load(plain), *b = load(other), *c = load(reseeded);
    assert_same(a, again);
    assert_memory_equal(column(a, "group"), column(b, "group"), 300 * sizeof(double));
    assert_memory_equal(column(a, "pt_true"), column(b, "pt_true"), 300 * sizeof(double));
    assert_memory_not_equal(column(a, "group"), column(c, "group"), 300 * sizeof(double));
    nsym_events_free(a);
    nsym_events_free(again);
    nsym_events_free(b);
    nsym_events_free(c);
}

static void columns_are_the_particles_own(void **state) {
    (void)state;
    nsym_data_card sharp = plain;
    sharp.detector.smear.resolution = 0;
    nsym_events *smeared = load(plain), *events = load(sharp);
    for (size_t i = 0; i < 300; i++) {
        const double *p4 = smeared->particles + 8 * i, *q4 = events->particles + 8 * i;
        assert_true(fabs(column(smeared, "pt")[i] - hypot(p4[0], p4[1])) < 1e-12);
        assert_true(fabs(column(smeared, "mass")[i] - nsym_mass(p4, 2)) < 1e-12);
        assert_true(fabs(column(smeared, "pt_true")[i] - hypot(q4[0], q4[1])) < 1e-12);
        assert_true(fabs(column(smeared, "mass_true")[i] - nsym_mass(q4, 2)) < 1e-12);
        assert_true(column(smeared, "pt")[i] != column(smeared, "pt_true")[i]);
        assert_true(column(events, "pt")[i] == column(events, "pt_true")[i]);
        assert_true(column(events, "mass_true")[i] > 70);
    }
    nsym_events_free(smeared);
    nsym_events_free(events);
}

static void reweighting_gives_the_classes_one_spectrum(void **state) {
    (void)state;
    nsym_data_card card = plain;
    card.weights.reweight = (nsym_reweight){.binning = NSYM_BINS_QUANTILE, .bins = 1};
    card.repeat = 2;
    nsym_events *events = load(card);
    double sum[2] = {0};
    for (size_t i = 0; i < events->count; i++) sum[column(events, "label")[i] == 1] += column(events, "weight")[i];
    assert_true(fabs(sum[0] / sum[1] - 1) < 1e-10);
    nsym_events_free(events);
    card.weights.reweight.bins = 601;
    refused(card, "601 bins for 600 events");
}

/* Events of one class in a file: mu- first, a photon between, weights of mean 2. */
static char *muons(const char *name, const char *extra) {
    char text[4096];
    int n =
        snprintf(text, sizeof text,
                 "pdg_0,px_0,py_0,pz_0,energy_0,pdg_1,px_1,py_1,pz_1,energy_1,pdg_2,px_2,py_2,pz_2,energy_2,weight\n"
                 "13,-30,0,10,40,22,1,1,1,2,-13,30,1,5,45,1\n"
                 "13,-40,0,10,50,22,1,1,1,2,-13,20,2,5,45,3\n%s",
                 extra);
    char *path = in_folder(name);
    write_bytes(path, text, (size_t)n);
    return path;
}

static void muons_come_from_files_mu_plus_first_with_weights_of_mean_1(void **state) {
    (void)state;
    const double first[] = {30, 1, 5, 45, -30, 0, 10, 40};
    char *path = muons("good.csv", "13,-1,0,0,2,22,1,1,1,2,-13,1,0,0,2,20\n");
    nsym_pairs pairs;
    assert_int_equal(nsym_pairs_load(&pairs, path, NSYM_DIMUON_Z, 2, 1, NULL), NSYM_OK);
    assert_int_equal(pairs.count, 2); /* the third is not asked for */
    assert_memory_equal(pairs.p4, first, sizeof first);
    assert_true(pairs.weight[0] == 0.5 && pairs.weight[1] == 1.5);
    nsym_pairs_free(&pairs);
    nsym_data_card card = plain;
    card.signal = path, card.events = 2, card.detector.smear.resolution = 0;
    nsym_events *events = load(card);
    for (size_t i = 0; i < 4; i++) {
        if (column(events, "label")[i] != 1) continue;
        size_t event = column(events, "group")[i] == 2 ? 0 : 1;
        assert_true(column(events, "weight")[i] == 0.5 + (double)event);
        assert_true(fabs(column(events, "pt_true")[i] - (event ? hypot(20, 2) : hypot(30, 1))) < 1e-12);
    }
    nsym_events_free(events);
}

static void electrons_serve_where_there_are_no_muons(void **state) {
    (void)state;
    char *path = muons("electrons.csv", "11,3,4,0,5,22,1,1,1,2,-11,1,2,2,3,2\n");
    nsym_pairs pairs;
    assert_int_equal(nsym_pairs_load(&pairs, path, NSYM_DIMUON_Z, 3, 1, NULL), NSYM_OK);
    const double positron_first[] = {1, 2, 2, 3, 3, 4, 0, 5};
    assert_memory_equal(pairs.p4 + 16, positron_first, sizeof positron_first);
    nsym_pairs_free(&pairs);
}

static void files_that_cannot_serve_are_refused_with_the_event(void **state) {
    (void)state;
    static const struct {
        const char *third, *words;
    } cases[] = {
        {"", "holds 2 events and data.events asks for 3; set data.events to at most 2"},
        {"15,1,0,0,1,22,1,1,1,2,-15,1,0,0,1,1\n", "row 3 has 0 final mu+ and 0 mu-, 0 e+ and 0 e-"},
        {"13,1,0,0,1,13,1,1,1,2,-13,1,0,0,1,1\n", "row 3 has 1 final mu+ and 2 mu-"},
        {"13,1,0,0,1,22,1,1,1,2,-13,nan,0,0,1,1\n", "row 3: px of a lepton is"},
        {"13,1,0,0,1,22,1,1,1,2,-13,1,0,0,1,-0.5\n", "row 3: weight is -0.5"},
        {"13,1,0,0,1,22,1,1,1,2,-13,1,0,0,1,nan\n", "row 3: weight is"},
        {"13,1,0,0,1,22,1,1,1,2,-13,1,0,0,1,inf\n", "row 3: weight is inf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_data_card card = plain;
        card.events = 3;
        card.background = muons("bad.csv", cases[i].third);
        refused(card, cases[i].words);
        assert_says("bad.csv: ");
    }
}

static void refused_text(const char *text, const char *words) {
    nsym_data_card card = plain;
    card.events = 2;
    card.signal = in_folder("text.csv");
    write_bytes(card.signal, text, strlen(text));
    refused(card, words);
}

static void files_without_particles_or_their_features_are_refused(void **state) {
    (void)state;
    refused_text("pt,weight\n1,2\n3,4\n", "no particles");
    refused_text("px_0,px_1\n1,2\n3,4\n", "no 'pdg' (or 'id')");
    refused_text("pdg_0,px_0,py_0,energy_0,pdg_1,px_1,py_1,energy_1\n13,1,1,2,-13,1,1,2\n13,1,1,2,-13,1,1,2\n",
                 "no 'pz'");
    refused_text("pdg_0,px_0,py_0,pz_0,energy_0,pdg_1,px_1,py_1,pz_1,energy_1,weight\n13,1,1,0,2,-13,1,1,0,2,0\n"
                 "13,1,1,0,2,-13,1,1,0,2,0\n",
                 "all event weights are zero");
}

static void only_final_muons_count(void **state) {
    (void)state;
    static const char text[] =
        "id_0,status_0,px_0,py_0,pz_0,energy_0,id_1,status_1,px_1,py_1,pz_1,energy_1,id_2,status_2,px_2,"
        "py_2,pz_2,energy_2\n13,2,9,9,9,20,13,1,3,4,0,5,-13,1,-3,-4,0,5\n";
    char *path = in_folder("status.csv");
    write_bytes(path, text, strlen(text));
    nsym_pairs pairs;
    assert_int_equal(nsym_pairs_load(&pairs, path, NSYM_DIMUON_Z, 1, 1, NULL), NSYM_OK);
    assert_true(pairs.p4[0] == -3 && pairs.p4[4] == 3 && pairs.weight[0] == 1);
    nsym_pairs_free(&pairs);
}

static nsym_data_card file_card(const char *text) {
    nsym_data_card card = plain;
    card.source = &nsym_source_file;
    card.split.shuffle = false;
    card.detector.smear.resolution = 0;
    card.file = in_folder("ready.csv");
    write_bytes(card.file, text, strlen(text));
    return card;
}

static void a_ready_sample_is_shuffled_by_the_seed(void **state) {
    (void)state;
    char text[4096] = "label,px_0,py_0,pz_0,energy_0,px_1,py_1,pz_1,energy_1\n";
    for (int i = 0; i < 60; i++) sprintf(text + strlen(text), "%d,%d,4,0,99,-3,-4,0,5\n", i < 30, i);
    nsym_data_card card = file_card(text);
    card.split.shuffle = true;
    nsym_events *once = load(card), *again = load(card);
    double sum = 0, signal_in_front = 0;
    for (size_t i = 0; i < 60; i++) {
        assert_true(once->particles[8 * i] == again->particles[8 * i]);
        assert_true(column(once, "label")[i] == (once->particles[8 * i] < 30)); /* columns move with their event */
        sum += once->particles[8 * i];
        signal_in_front += i < 30 ? column(once, "label")[i] : 0;
    }
    assert_true(sum == 59 * 30);                              /* each event once */
    assert_true(signal_in_front > 5 && signal_in_front < 25); /* hypergeometric: probability below 1e-6 */
    nsym_events_free(once);
    nsym_events_free(again);
}

static void a_ready_sample_is_taken_as_it_is(void **state) {
    (void)state;
    nsym_events *events = load(file_card("label,px_0,py_0,pz_0,energy_0,px_1,py_1,pz_1,energy_1\n"
                                         "1,3,4,0,5,-3,-4,0,5\n0,6,8,0,10,-6,-8,0,10\n0,1,0,0,1,0,1,0,1\n"));
    const double label[] = {1, 0, 0}, pt[] = {5, 10, 1}, ones[] = {1, 1, 1};
    assert_memory_equal(column(events, "label"), label, sizeof label);
    assert_memory_equal(column(events, "pt"), pt, sizeof pt);
    assert_memory_equal(column(events, "weight"), ones, sizeof ones);
    assert_true(column(events, "mass")[1] == 20 && fabs(column(events, "mass")[2] - sqrt(2)) < 1e-15);
    assert_true(events->particles[0] == 3);
    nsym_events_free(events);
    events = load(file_card("label,weight,pt,px_0,py_0,pz_0,energy_0,px_1,py_1,pz_1,energy_1\n"
                            "1,0.5,77,3,4,0,5,-3,-4,0,5\n0,2,78,6,8,0,10,-6,-8,0,10\n"));
    assert_true(column(events, "weight")[1] == 2 && column(events, "pt")[0] == 77); /* the file's own */
    nsym_events_free(events);
}

static void a_ready_sample_that_is_not_is_refused(void **state) {
    (void)state;
    nsym_data_card none = plain;
    none.source = &nsym_source_file;
    none.file = in_folder("none.csv");
    refused(none, "none.csv");
    refused(file_card("px_0,py_0,pz_0,energy_0,px_1,py_1,pz_1,energy_1\n1,0,0,1,0,1,0,1\n"), "no column 'label'");
    refused(file_card("label,px_0,py_0,pz_0,energy_0,px_1,py_1,pz_1,energy_1\n1,1,0,0,1,0,1,0,1\n2,1,0,0,1,0,1,0,1\n"),
            "ready.csv: row 2: label is 2");
    refused(file_card("label,weight,iso\n1,1,1\n0,inf,1\n"), "ready.csv: row 2: weight is inf, must be finite");
    refused(file_card("label,weight,iso\n1,nan,1\n0,1,1\n"), "ready.csv: row 1: weight is");
    nsym_data_card flat = file_card("label,weight,mu_pt,mu_eta\n1,1,1,1\n0,-1,1,1\n");
    flat.weights.flatten = 2;
    refused(flat, "ready.csv: row 2: weight is -1; weights.flatten divides by sums of weights");
}

/* Samples beyond leading order have negative weights; which of them can train is for the training to say. */
static void negative_weights_are_read_and_rows_are_those_of_the_file(void **state) {
    (void)state;
    nsym_data_card card = file_card("label,weight,iso\n1,1,0\n0,-1,1\n1,2,2\n0,1,3\n1,-3,4\n0,1,5\n1,1,6\n");
    card.split.shuffle = true;
    nsym_events *events = load(card);
    bool moved = false;
    for (size_t i = 0; i < 7; i++) {
        size_t row = nsym_events_row(events, i);
        assert_true(column(events, "iso")[i] == (double)row - 1);
        moved = moved || row != i + 1;
    }
    assert_true(moved); /* shuffled */
    nsym_events_free(events);
}

static void a_ready_sample_may_be_columns_alone(void **state) {
    (void)state;
    nsym_events *events = load(file_card("label,iso,dxy\n1,0.5,2\n0,0.25,1\n"));
    assert_int_equal(events->count, 2);
    assert_null(nsym_events_column(events, "mass"));
    assert_true(column(events, "iso")[0] + column(events, "iso")[1] == 0.75);
    assert_true(column(events, "weight")[0] == 1);
    nsym_events_free(events);
}

static void a_ready_sample_gets_the_observables_that_the_card_names(void **state) {
    (void)state;
    nsym_data_card card = file_card("label,mu_pt,pt_0,d_eta_0,d_phi_0,pt_1,d_eta_1,d_phi_1\n1,10,1,0.1,0,3,0.3,0\n"
                                    "0,10,2,0,0.1,4,0,0.3\n");
    strcpy(card.observables, "iso_0.2,sum_pt");
    nsym_events *events = load(card);
    assert_true(fabs(column(events, "iso_0.2")[0] - 0.1) < 1e-12 && fabs(column(events, "iso_0.2")[1] - 0.2) < 1e-12);
    assert_true(column(events, "sum_pt")[0] == 4 && column(events, "sum_pt")[1] == 6);
    nsym_events_free(events);
    strcpy(card.observables, "iso_pileup_0.2");
    refused(card, "ready.csv");
}

static void a_source_is_known_by_its_name_and_no_other(void **state) {
    (void)state;
    for (size_t i = 0; nsym_sources[i]; i++)
        assert_ptr_equal(nsym_source_named(nsym_sources[i]->name), nsym_sources[i]);
    assert_null(nsym_source_named("trijet"));
}

static size_t asked, patience;

static bool later(void) {
    return ++asked > patience;
}

/* While the first or the second class is generated, and while the events' rows are made. */
static void a_sample_that_is_stopped_is_none(void **state) {
    (void)state;
    static const size_t patiences[] = {0, 100, 200, 400};
    for (size_t k = 0; k < sizeof patiences / sizeof *patiences; k++) {
        nsym_sample sample;
        asked = 0, patience = patiences[k];
        assert_int_equal(nsym_sample_load(&sample, &plain, 2, later), NSYM_EINTERRUPTED);
        assert_int_equal(asked, patience + 1);
        assert_null(sample.events);
        assert_says("stopped on request");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_that_is_stopped_is_none),
        cmocka_unit_test(every_event_is_there_as_often_as_it_is_repeated),
        cmocka_unit_test(classes_are_mixed),
        cmocka_unit_test(the_order_depends_on_the_seed_only),
        cmocka_unit_test(columns_are_the_particles_own),
        cmocka_unit_test(reweighting_gives_the_classes_one_spectrum),
        cmocka_unit_test(muons_come_from_files_mu_plus_first_with_weights_of_mean_1),
        cmocka_unit_test(electrons_serve_where_there_are_no_muons),
        cmocka_unit_test(files_that_cannot_serve_are_refused_with_the_event),
        cmocka_unit_test(files_without_particles_or_their_features_are_refused),
        cmocka_unit_test(only_final_muons_count),
        cmocka_unit_test(a_ready_sample_is_shuffled_by_the_seed),
        cmocka_unit_test(a_ready_sample_is_taken_as_it_is),
        cmocka_unit_test(a_ready_sample_that_is_not_is_refused),
        cmocka_unit_test(negative_weights_are_read_and_rows_are_those_of_the_file),
        cmocka_unit_test(a_ready_sample_may_be_columns_alone),
        cmocka_unit_test(a_ready_sample_gets_the_observables_that_the_card_names),
        cmocka_unit_test(a_source_is_known_by_its_name_and_no_other),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
