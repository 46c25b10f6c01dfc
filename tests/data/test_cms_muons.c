/* The published CMS muon sample: tables and stores in its layout, made here, become events. */
#define _GNU_SOURCE /* nftw */
#include "data/make_lmdb.h"

#include <nearsym/formats/cms_muons.h>

#include <ftw.h>
#include <sys/stat.h>

enum { EVENTS = 9000, FEW = 7 };

static int remove_one(const char *path, const struct stat *about, int flag, struct FTW *walk) {
    (void)about, (void)flag, (void)walk;
    return remove(path);
}

static int remove_tree(void **state) {
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static size_t objects_of(size_t event) {
    return event * 5 % 13;
}

/* Events have 0 to 12 objects; that at 2 is followed by a row of zeros, as padding within. Row r of event i has
   pT = 1 + r, d_eta = i / 1000, d_phi = -r / 8 and PID r % 3. */
static size_t objects(size_t event, unsigned char *room) {
    double values[128][4] = {{0}};
    for (size_t r = 0; r < objects_of(event); r++) {
        double *row = values[r + (r > 2)];
        row[0] = 1 + (double)r;
        row[1] = (double)event / 1000;
        row[2] = -(double)r / 8;
        row[3] = (double)(r % 3);
    }
    memcpy(room, values, sizeof values);
    return sizeof values;
}

static size_t cones(size_t event, unsigned char *room) {
    double values[18];
    for (size_t k = 0; k < 18; k++) values[k] = (double)event + (double)k / 100;
    memcpy(room, values, sizeof values);
    return sizeof values;
}

static size_t polynomials(size_t event, unsigned char *room) {
    double values[467];
    for (size_t k = 0; k < 467; k++) values[k] = (double)(1000 * event + k);
    memcpy(room, values, sizeof values);
    return sizeof values;
}

/* As `objects`, but one number of one event is NaN. */
static size_t objects_with_nan(size_t event, unsigned char *room) {
    size_t n = objects(event, room);
    double bad = NAN;
    if (event == 5) memcpy(room + (4 + 1) * sizeof bad, &bad, sizeof bad);
    return n;
}

static size_t objects_too_short(size_t event, unsigned char *room) {
    return objects(event, room) - (event == 3 ? 8 : 0);
}

static size_t simulated(size_t event, unsigned char *room) {
    double values[512][3] = {{0}};
    for (size_t r = 0; r <= event % 4; r++) values[r][0] = (double)(event + r + 1), values[r][2] = 0.25;
    memcpy(room, values, sizeof values);
    return sizeof values;
}

static void put_store(const char *name, size_t count, value_maker make) {
    char file[64];
    snprintf(file, sizeof file, "%s/data.mdb", name);
    mkdir(in_folder(name), 0700);
    make_store(in_folder(file), count, make);
}

/* A table of `numbers` a line; number k of event i is first + i / 4 + 100 k. */
static void put_table(const char *name, size_t count, size_t numbers, double first) {
    FILE *file = fopen(in_folder(name), "w");
    assert_non_null(file);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < numbers; k++)
            fprintf(file, "%.17g%s", first + (double)i / 4 + 100 * (double)k, k + 1 < numbers ? "," : "\n");
    assert_int_equal(fclose(file), 0);
}

static const char *const pairs[] = {"muon_pTs", "muon_etas", "muon_phis", "muon_charges"};

static void put_sample(size_t count) {
    mkdir(in_folder("cms_csvs"), 0700);
    put_table("cms_csvs/dimuon_invariant_mass.csv", count, 1, 91);
    for (size_t i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "cms_csvs/%s.csv", pairs[i]);
        put_table(name, count, 2, 10 * (double)(i + 1));
    }
    put_store("pfn", count, objects);
    put_store("iso", count, cones);
    put_store("cms_efp_k1.0_b0.25", count, polynomials);
    put_store("cms_efp_k-1_b4", count, polynomials); /* a user's own, as plainer names have it */
}

static nsym_cms_muons *open_sample(const nsym_cms_muons_options *given) {
    nsym_cms_muons_options options = given ? *given : (nsym_cms_muons_options){0};
    nsym_cms_muons *muons;
    if (!options.folder) options.folder = folder;
    if (nsym_cms_muons_open(&muons, &options) != NSYM_OK) fail_msg("%s", nsym_message());
    return muons;
}

static nsym_events *read_block(const nsym_cms_muons *muons, size_t first, size_t count) {
    nsym_events *events;
    if (nsym_cms_muons_read(&events, muons, first, count) != NSYM_OK) fail_msg("%s", nsym_message());
    return events;
}

/* Opening or, if that goes well, reading says these words. */
static void assert_says(const nsym_cms_muons_options *given, nsym_status wanted, const char *words) {
    nsym_cms_muons_options options = *given;
    nsym_cms_muons *muons;
    nsym_events *events = NULL;
    if (!options.folder) options.folder = folder;
    nsym_status status = nsym_cms_muons_open(&muons, &options);
    if (status == NSYM_OK) status = nsym_cms_muons_read(&events, muons, 0, nsym_cms_muons_count(muons));
    if (status != wanted || !strstr(nsym_message(), words))
        fail_msg("status %d, \"%s\" does not say \"%s\"", (int)status, nsym_message(), words);
    assert_null(events);
    nsym_cms_muons_free(muons);
}

static double value_of(const nsym_events *events, const char *column, size_t i) {
    const nsym_column *found = nsym_events_column(events, column);
    if (!found) fail_msg("there is no column %s", column);
    return found->values[i];
}

static void every_number_of_the_data_arrives(void **state) {
    (void)state;
    put_sample(FEW);
    const nsym_cms_polynomial wanted[] = {{"a", 1, 0.25, 93}, {"b", -1, 4, 0}, {"c", 1, 0.25, 466}};
    nsym_cms_muons *muons = open_sample(&(nsym_cms_muons_options){.polynomial = wanted, .polynomials = 3});
    assert_int_equal(nsym_cms_muons_count(muons), FEW);
    nsym_events *events = read_block(muons, 2, 4);
    assert_int_equal(events->count, 4);
    assert_int_equal(events->features, 4);
    static const char *const features[] = {"pt", "d_eta", "d_phi", "pid"};
    for (size_t k = 0; k < 4; k++) assert_string_equal(events->feature_names[k], features[k]);
    assert_string_equal(events->feature_units[0], "GeV");
    assert_int_equal(events->columns, 1 + 8 + 18 + 3);
    for (size_t i = 0; i < 4; i++) {
        size_t event = 2 + i, row = events->offsets[i];
        assert_int_equal(events->offsets[i + 1] - row, objects_of(event));
        for (size_t r = 0; r < objects_of(event); r++) {
            const double *p = events->particles + 4 * (row + r);
            assert_true(p[0] == 1 + (double)r && p[1] == (double)event / 1000 && p[2] == -(double)r / 8);
            assert_true(p[3] == (double)(r % 3));
        }
        double quarter = (double)event / 4;
        assert_true(value_of(events, "mass", i) == 91 + quarter);
        assert_true(value_of(events, "mu_pt", i) == 10 + quarter && value_of(events, "mu2_pt", i) == 110 + quarter);
        assert_true(value_of(events, "mu_eta", i) == 20 + quarter && value_of(events, "mu2_eta", i) == 120 + quarter);
        assert_true(value_of(events, "mu_phi", i) == 30 + quarter && value_of(events, "mu2_phi", i) == 130 + quarter);
        assert_true(value_of(events, "mu_charge", i) == 40 + quarter);
        assert_true(value_of(events, "mu2_charge", i) == 140 + quarter);
        assert_true(value_of(events, "iso_pileup_0.025", i) == (double)event);
        assert_true(value_of(events, "iso_pileup_0.075", i) == (double)event + 2. / 100);
        assert_true(value_of(events, "iso_pileup_0.45", i) == (double)event + 17. / 100);
        assert_true(value_of(events, "a", i) == (double)(1000 * event + 93));
        assert_true(value_of(events, "b", i) == (double)(1000 * event));
        assert_true(value_of(events, "c", i) == (double)(1000 * event + 466));
    }
    nsym_events_free(events);
    nsym_cms_muons_free(muons);
}

static void kinds_are_told_by_the_callers_map_alone(void **state) {
    (void)state;
    put_sample(FEW);
    const nsym_cms_kind kinds[] = {{0, 1}, {1, 5}, {2, 3}, {2, 2}};
    nsym_cms_muons *muons = open_sample(&(nsym_cms_muons_options){.kind = kinds, .kinds = 3});
    nsym_events *events = read_block(muons, 0, FEW);
    assert_int_equal(events->features, 5);
    assert_string_equal(events->feature_names[4], "kind");
    assert_true(events->offsets[FEW] > 10);
    for (uint64_t r = 0; r < events->offsets[FEW]; r++) {
        const double *p = events->particles + 5 * r;
        assert_true(p[4] == (p[3] == 0 ? 1 : p[3] == 1 ? 5 : 3));
    }
    nsym_events_free(events);
    nsym_cms_muons_free(muons);
    assert_says(&(nsym_cms_muons_options){.kind = kinds, .kinds = 2}, NSYM_EINVAL,
                "an object has PID 2, for which no kind is given");
    assert_says(&(nsym_cms_muons_options){.kind = kinds, .kinds = 4}, NSYM_EINVAL, "kind of PID 2 is given twice");
    assert_says(&(nsym_cms_muons_options){.kind = &(nsym_cms_kind){0, 6}, .kinds = 1}, NSYM_EINVAL,
                "kind of PID 0 is 6, must be 1 to 5");
}

/* More events than a block, on several threads. */
static void a_file_written_by_blocks_is_what_is_read_at_once(void **state) {
    (void)state;
    put_sample(EVENTS);
    nsym_cms_muons *muons = open_sample(NULL);
    nsym_events *whole = read_block(muons, 0, EVENTS);
    for (size_t workers = 1; workers <= 3; workers += 2) {
        if (nsym_cms_muons_write(muons, workers, NULL, NULL, in_folder("out.h5")) != NSYM_OK)
            fail_msg("%s", nsym_message());
        nsym_events *written = read_events(in_folder("out.h5"));
        assert_same(whole, written);
        assert_non_null(strstr(nsym_events_attribute(written, "source"), "2306.15737"));
        nsym_events_free(written);
    }
    nsym_events_free(whole);
    nsym_cms_muons_free(muons);
    muons = open_sample(&(nsym_cms_muons_options){.max_events = 5000});
    assert_int_equal(nsym_cms_muons_count(muons), 5000);
    nsym_events *none;
    assert_int_equal(nsym_cms_muons_read(&none, muons, 4999, 2), NSYM_EINVAL);
    assert_null(none);
    nsym_cms_muons_free(muons);
}

static void put_simulation(size_t count, const char *store) {
    static const char *const names[] = {"masses", "muon_pTs", "muon_etas", "muon_phis", "muon_labels"};
    mkdir(in_folder("sim_csvs"), 0700);
    for (size_t i = 0; i < 5; i++) {
        char name[64];
        snprintf(name, sizeof name, "sim_csvs/%s.csv", names[i]);
        put_table(name, count, 1, (double)i);
    }
    put_store(store, count, simulated);
}

static void the_simulation_is_read_from_the_store_that_is_there(void **state) {
    (void)state;
    put_simulation(FEW, "pfn_sim");
    nsym_cms_muons *muons = open_sample(&(nsym_cms_muons_options){.simulation = true});
    nsym_events *events = read_block(muons, 0, FEW);
    assert_int_equal(events->features, 3);
    assert_int_equal(events->columns, 5);
    for (size_t i = 0; i < FEW; i++) {
        assert_int_equal(events->offsets[i + 1] - events->offsets[i], i % 4 + 1);
        assert_true(events->particles[3 * events->offsets[i]] == (double)(i + 1));
        assert_true(value_of(events, "label", i) == 4 + (double)i / 4);
        assert_true(value_of(events, "mu_phi", i) == 3 + (double)i / 4);
    }
    nsym_events_free(events);
    nsym_cms_muons_free(muons);
    put_store("pfn_sim_fixed", FEW - 1, simulated); /* comes first; here it does not fit */
    assert_says(&(nsym_cms_muons_options){.simulation = true}, NSYM_EFORMAT,
                "pfn_sim_fixed: has 6 events, but the tables have 7 lines");
    muons = open_sample(&(nsym_cms_muons_options){.simulation = true, .store = "pfn_sim"});
    nsym_cms_muons_free(muons);
    const nsym_cms_polynomial wanted = {"a", 1, 0.25, 93};
    assert_says(&(nsym_cms_muons_options){.simulation = true, .polynomial = &wanted, .polynomials = 1}, NSYM_EINVAL,
                "the simulation has no stores of polynomials");
}

static void the_folder_may_be_the_one_above_and_isolation_may_be_missing(void **state) {
    (void)state;
    put_sample(FEW);
    static const char *const parts[] = {"cms_csvs", "pfn"};
    char to[64];
    mkdir(in_folder("data"), 0700);
    for (size_t i = 0; i < 2; i++) {
        snprintf(to, sizeof to, "data/%s", parts[i]);
        assert_int_equal(rename(in_folder(parts[i]), in_folder(to)), 0);
    }
    nsym_cms_muons *muons = open_sample(NULL);
    nsym_events *events = read_block(muons, 0, FEW);
    assert_int_equal(events->columns, 9);
    nsym_events_free(events);
    nsym_cms_muons_free(muons);
    assert_int_equal(nftw(in_folder("data"), remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void what_is_missing_is_named(void **state) {
    (void)state;
    put_sample(FEW);
    const nsym_cms_polynomial far = {"efp_a", 2, 0.5, 1}, beyond = {"efp_b", 1, 0.25, 467},
                              taken = {"mu_pt", 1, 0.25, 2};
    assert_says(&(nsym_cms_muons_options){.folder = "/nowhere"}, NSYM_ENOTFOUND, "/nowhere: has no folder cms_csvs");
    assert_says(&(nsym_cms_muons_options){.polynomial = &far, .polynomials = 1}, NSYM_ENOTFOUND,
                "cms_efp_k2.0_b0.5: there is no LMDB store");
    assert_says(&(nsym_cms_muons_options){.polynomial = &beyond, .polynomials = 1}, NSYM_EINVAL,
                "efp_b: is polynomial 467, but a store has 467");
    assert_says(&(nsym_cms_muons_options){.polynomial = &taken, .polynomials = 1}, NSYM_EINVAL, "mu_pt");
    assert_says(&(nsym_cms_muons_options){.store = "pfn2"}, NSYM_ENOTFOUND, "pfn2: there is no LMDB store");
    nftw(in_folder("sim_csvs"), remove_one, 8, FTW_DEPTH | FTW_PHYS);
    assert_says(&(nsym_cms_muons_options){.simulation = true}, NSYM_ENOTFOUND,
                "has no folder sim_csvs, nor data/sim_csvs, but it has cms_csvs");
    unlink(in_folder("cms_csvs/muon_etas.csv"));
    assert_says(&(nsym_cms_muons_options){0}, NSYM_ENOTFOUND, "cms_csvs/muon_etas.csv: there is no such file");
}

static void tables_that_do_not_fit_are_refused_by_their_line(void **state) {
    (void)state;
    static const struct {
        const char *file, *text;
        nsym_status status;
        const char *says;
    } cases[] = {
        {"muon_pTs", "1,2\n3,4\n", NSYM_EFORMAT, "muon_pTs.csv: has 2 lines, but the table of masses has 7"},
        {"muon_pTs", "pt0,pt1\n1,2\n", NSYM_EFORMAT, "muon_pTs.csv:1: \"pt0\" is not a number"},
        {"muon_etas", "1,2\n1,2,3\n", NSYM_EFORMAT, "muon_etas.csv:2: must have 2 numbers"},
        {"muon_etas", "1,2\n\n1\n", NSYM_EFORMAT, "muon_etas.csv:3: must have 2 numbers"},
        {"muon_phis", "1,2\n1,nan\n", NSYM_ENUMERIC, "muon_phis.csv:2: number 2 is nan, must be finite"},
        {"muon_phis", "1,2\n1,\n", NSYM_ENUMERIC, "muon_phis.csv:2: number 2 is nan"},
        {"muon_charges", "-inf,1\n", NSYM_ENUMERIC, "muon_charges.csv:1: number 1 is -inf"},
        {"muon_charges", "", NSYM_EFORMAT, "muon_charges.csv: has no line"},
        {"dimuon_invariant_mass", "1,2\n", NSYM_EFORMAT, "dimuon_invariant_mass.csv:1: must have 1 number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[64];
        put_sample(FEW);
        snprintf(name, sizeof name, "cms_csvs/%s.csv", cases[i].file);
        write_bytes(in_folder(name), cases[i].text, strlen(cases[i].text));
        assert_says(&(nsym_cms_muons_options){0}, cases[i].status, cases[i].says);
    }
}

static void stores_that_do_not_fit_are_refused_by_their_key(void **state) {
    (void)state;
    put_sample(FEW);
    put_store("pfn", FEW, objects_with_nan);
    assert_says(&(nsym_cms_muons_options){0}, NSYM_ENUMERIC,
                "pfn/data.mdb: key \"5\": d_eta of object 1 is nan, must be finite");
    put_store("pfn", FEW, objects_too_short);
    assert_says(&(nsym_cms_muons_options){0}, NSYM_EFORMAT,
                "pfn/data.mdb: key \"3\": its value has 4088 bytes, must have 4096");
    put_store("pfn", FEW + 1, objects);
    assert_says(&(nsym_cms_muons_options){0}, NSYM_EFORMAT, "pfn: has 8 events, but the tables have 7 lines");
    put_store("pfn", FEW, objects);
    put_store("iso", FEW, polynomials);
    assert_says(&(nsym_cms_muons_options){0}, NSYM_EFORMAT,
                "iso/data.mdb: key \"0\": its value has 3736 bytes, must have 144");
    write_bytes(in_folder("iso/data.mdb"), "nothing", 7);
    assert_says(&(nsym_cms_muons_options){0}, NSYM_EFORMAT, "iso/data.mdb: is not an LMDB store");
    assert_int_equal(truncate(in_folder("pfn/data.mdb"), 24576), 0);
    assert_says(&(nsym_cms_muons_options){0}, NSYM_EFORMAT, "it was cut short, copy or download it again");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_of_the_data_arrives),
        cmocka_unit_test(kinds_are_told_by_the_callers_map_alone),
        cmocka_unit_test(a_file_written_by_blocks_is_what_is_read_at_once),
        cmocka_unit_test(the_simulation_is_read_from_the_store_that_is_there),
        cmocka_unit_test(the_folder_may_be_the_one_above_and_isolation_may_be_missing),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(tables_that_do_not_fit_are_refused_by_their_line),
        cmocka_unit_test(stores_that_do_not_fit_are_refused_by_their_key),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_tree);
}
