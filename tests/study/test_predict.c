/* A study's model files at work: the scores that predict gives are those the study kept, and bad input is refused. */
#include "nn/model.h"
#include "train/inputs.h"
#include <nearsym/generate/dimuon.h>
#include <nearsym/io.h>
#include <nearsym/predict.h>
#include <nearsym/random.h>
#include <nearsym/study.h>

#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/nearsym-predict-XXXXXX";
static char at[4200];

static const char *in_folder(const char *name) {
    snprintf(at, sizeof at, "%s/%s", folder, name);
    return at;
}

static void find(const char *pattern, char *path, size_t size) {
    glob_t found;
    assert_int_equal(glob(in_folder(pattern), 0, NULL, &found), 0);
    snprintf(path, size, "%s", found.gl_pathv[0]);
    globfree(&found);
}

static const char card[] =
    "study: tiny\nseed: 5\ndata: {generate: dimuon, events: 300}\n"
    "detector: {smear: {resolution: 0.1}}\nweights: {reweight: {binning: quantile, bins: 5}}\n"
    "train: {epochs: 2, batch: 32}\n"
    "models:\n"
    "  hybrid: {kind: hybrid, particles: p4, event: lorentz, gate: pt, particle_map: [8], event_map: [8],\n"
    "    gate_map: [8], latent: 4, hidden: [8], norm: slot}\n"
    "  plain: {kind: hybrid, particles: p4, event: lorentz, gate: pt, particle_map: [8], event_map: [8],\n"
    "    latent: 4, hidden: [8], combination: concat_input}\n"
    "  feature: {kind: pfn, particles: p4, particle_map: [8], latent: 4, hidden: [8], norm: feature}\n"
    "  slot: {kind: pfn, particles: p4, particle_map: [8], latent: 4, hidden: [8], norm: slot}\n"
    "  products: {kind: fcn, event: lorentz, references: [time, beam, [1, 0, 0, -1]], hidden: [8]}\n"
    "  gram: {kind: pfn, particles: pairs, references: beam, particle_map: [8], latent: 4, hidden: [8]}\n"
    "  lola: {kind: fcn, event: momenta, lola: 3, hidden: [8], norm: feature}\n"
    "experiments: {only: {keep: true, grid: {model: [hybrid, plain, feature, slot, products, gram, lola]}}}\n";

static int run_study(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    FILE *file = fopen(in_folder("card.yaml"), "w");
    if (!file || fputs(card, file) < 0 || fclose(file) != 0) return -1;
    char path[4200], out[4200];
    snprintf(path, sizeof path, "%s", in_folder("card.yaml"));
    snprintf(out, sizeof out, "%s", in_folder("out"));
    nsym_status status = nsym_study_run(&(nsym_study_options){.card = path, .out = out, .jobs = 1});
    if (status != NSYM_OK) print_error("%s\n", nsym_message());
    return status == NSYM_OK ? 0 : -1;
}

static int remove_study(void **state) {
    (void)state;
    char command[4300];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void kept_samples_score_as_the_study_did(void **state) {
    (void)state;
    char model[4200], sample[4200], kept[4200], scores[4200];
    find("out/models/only-hybrid*.h5", model, sizeof model);
    find("out/samples/*.h5", sample, sizeof sample);
    find("out/scores/only-hybrid*.h5", kept, sizeof kept);
    snprintf(scores, sizeof scores, "%s", in_folder("scores.npz"));
    assert_int_equal(nsym_predict(NULL, model, sample, scores), NSYM_OK);
    nsym_events *ours, *study;
    assert_int_equal(nsym_events_read(&ours, scores, NULL), NSYM_OK);
    assert_int_equal(nsym_events_read(&study, kept, NULL), NSYM_OK);
    assert_int_equal(study->count, 120); /* the last 0.2 of 600 */
    static const char *const columns[] = {"output", "general_weight", "label", "pt"};
    for (size_t c = 0; c < 4; c++) {
        const double *a = nsym_events_column(ours, columns[c])->values + 480,
                     *b = nsym_events_column(study, columns[c])->values;
        /* the same float arithmetic in batches of other sizes */
        for (size_t i = 0; i < 120; i++) assert_true(fabs(a[i] - b[i]) <= 1e-5 * (1 + fabs(b[i])));
    }
    nsym_events_free(ours);
    nsym_events_free(study);
}

static void a_hybrid_without_weights_has_no_column_of_them(void **state) {
    (void)state;
    char kept[4200];
    nsym_events *scores;
    find("out/scores/only-plain*.h5", kept, sizeof kept);
    assert_int_equal(nsym_events_read(&scores, kept, NULL), NSYM_OK);
    assert_non_null(nsym_events_column(scores, "output"));
    assert_null(nsym_events_column(scores, "general_weight"));
    nsym_events_free(scores);
}

static void a_generators_record_is_reduced_to_its_muons(void **state) {
    (void)state;
    char model[4200], events_path[4200], scores[4200];
    nsym_dimuon_options options = nsym_dimuon_defaults(NSYM_DIMUON_Z);
    options.events = 50;
    nsym_events *events;
    find("out/models/only-hybrid*.h5", model, sizeof model);
    snprintf(events_path, sizeof events_path, "%s", in_folder("z.lhe.gz"));
    snprintf(scores, sizeof scores, "%s", in_folder("scores.csv"));
    assert_int_equal(nsym_dimuon_generate(&events, &options), NSYM_OK);
    assert_int_equal(nsym_events_write(events, events_path), NSYM_OK);
    nsym_events_free(events);
    assert_int_equal(nsym_predict(NULL, model, events_path, scores), NSYM_OK);
    assert_int_equal(nsym_events_read(&events, scores, NULL), NSYM_OK);
    assert_int_equal(events->count, 50);
    const nsym_column *output = nsym_events_column(events, "output"), *logit = nsym_events_column(events, "logit");
    for (size_t i = 0; i < 50; i++) assert_true(fabs(output->values[i] - 1 / (1 + exp(-logit->values[i]))) < 1e-12);
    nsym_events_free(events);
}

/* The largest difference of a model's outputs when the two muons of each event change places. */
static double exchange(const char *pattern) {
    enum { N = 200 };
    static const char *const names[] = {"px", "py", "pz", "energy"};
    char model[4200], path[4200], scores[4200];
    uint64_t offsets[N + 1];
    double output[2][N], worst = 0;
    find(pattern, model, sizeof model);
    snprintf(path, sizeof path, "%s", in_folder("pairs.h5"));
    snprintf(scores, sizeof scores, "%s", in_folder("scores.h5"));
    for (size_t i = 0; i <= N; i++) offsets[i] = 2 * i;
    for (size_t swap = 0; swap < 2; swap++) {
        nsym_events *events;
        nsym_random random = nsym_random_stream(3, "pairs", 0);
        assert_int_equal(nsym_events_new(&events, N), NSYM_OK);
        assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
        for (size_t row = 0; row < 2 * N; row++) {
            double *p = events->particles + 4 * (swap ? row ^ 1 : row), square = 0;
            for (size_t k = 0; k < 3; k++) p[k] = 30 * nsym_random_normal(&random), square += p[k] * p[k];
            p[3] = sqrt(square);
        }
        assert_int_equal(nsym_events_write(events, path), NSYM_OK);
        nsym_events_free(events);
        assert_int_equal(nsym_predict(NULL, model, path, scores), NSYM_OK);
        assert_int_equal(nsym_events_read(&events, scores, NULL), NSYM_OK);
        memcpy(output[swap], nsym_events_column(events, "output")->values, sizeof output[swap]);
        nsym_events_free(events);
    }
    for (size_t i = 0; i < N; i++) worst = fmax(worst, fabs(output[1][i] - output[0][i]));
    return worst;
}

/* A sum over particles in single precision knows no order; a norm for each slot does. */
static void only_a_norm_by_slot_knows_the_order_of_the_muons(void **state) {
    (void)state;
    double feature = exchange("out/models/only-feature*.h5"), slot = exchange("out/models/only-slot*.h5");
    print_message("with a norm by feature %.1e, by slot %.1e\n", feature, slot);
    assert_true(feature < 1e-6);
    assert_true(slot > 1e-4);
}

/* Of the study's 300 events of a class, 480 of 600 in a shuffled order train: so many of the events that the same seed
   gives, in any file and before they were smeared, and none of another seed's; an evaluation knows it from the scores.
 */
static void events_that_trained_are_recognised(void **state) {
    (void)state;
    static const char *const names[] = {"trained.lhe", "trained.h5", "trained.npz"};
    char model[4200], events_path[4200], scores[4200];
    find("out/models/only-hybrid*.h5", model, sizeof model);
    for (int k = 0; k < 6; k++) {
        nsym_dimuon_options options = nsym_dimuon_defaults(NSYM_DIMUON_Z);
        nsym_events *events;
        nsym_prediction p;
        nsym_evaluation e;
        double *label;
        options.events = 300, options.seed = k < 3 ? 5 : 6;
        snprintf(events_path, sizeof events_path, "%s", in_folder(names[k % 3]));
        snprintf(scores, sizeof scores, "%s", in_folder("scores.h5"));
        assert_int_equal(nsym_dimuon_generate(&events, &options), NSYM_OK);
        if (k % 3) {
            assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
            for (size_t i = 0; i < 150; i++) label[i] = 1;
        }
        assert_int_equal(nsym_events_write(events, events_path), NSYM_OK);
        nsym_events_free(events);
        assert_int_equal(nsym_predict(&p, model, events_path, scores), NSYM_OK);
        assert_int_equal(p.events, 300);
        if (k < 3)
            assert_true(p.trained > 215 && p.trained < 265); /* 240 of 300, and 4 standard deviations */
        else
            assert_true(p.trained == 0);
        if (k % 3 == 0) continue;
        assert_int_equal(nsym_evaluate(&e, scores, NULL), NSYM_OK);
        assert_true(fabs(e.trained - p.trained) <= 0.5);
    }
    nsym_prediction p; /* what the study wrote of its own sample: 480 train, 120 test */
    find("out/samples/*.h5", events_path, sizeof events_path);
    assert_int_equal(nsym_predict(&p, model, events_path, scores), NSYM_OK);
    assert_true(fabs(p.trained - 480) < 1e-9); /* all of 480 have fingerprints */
}

/* Values (n) in memory that nobody may write to; for ever. */
static double *read_only(const double *values, size_t n) {
    double *page = mmap(NULL, n * sizeof *page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(page != MAP_FAILED);
    memcpy(page, values, n * sizeof *page);
    assert_int_equal(mprotect(page, n * sizeof *page, PROT_READ), 0);
    return page;
}

/* The columns and particles of a sample in memory that nobody may write to. */
static nsym_events locked(const nsym_events *events, nsym_column *column) {
    nsym_events view = *events;
    view.column = column;
    for (size_t k = 0; k < events->columns; k++) {
        column[k] = events->column[k];
        column[k].values = read_only(column[k].values, events->count * column[k].width);
    }
    view.particles = read_only(events->particles, events->offsets[events->count] * events->features);
    return view;
}

static void assert_same_columns(const nsym_events *a, const nsym_events *b) {
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->columns, b->columns);
    for (size_t k = 0; k < a->columns; k++) {
        assert_string_equal(a->column[k].name, b->column[k].name);
        assert_int_equal(a->column[k].width, b->column[k].width);
        assert_memory_equal(a->column[k].values, b->column[k].values,
                            a->count * a->column[k].width * sizeof *a->column[k].values);
    }
}

static void events_in_memory_score_as_their_file_and_are_only_read(void **state) {
    (void)state;
    static const char *const models[] = {"out/models/only-hybrid*.h5", "out/models/only-slot*.h5",
                                         "out/models/only-products*.h5", "out/models/only-gram*.h5",
                                         "out/models/only-lola*.h5"};
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        char path[4200], sample[4200], scores_path[4200];
        nsym_model *model;
        nsym_events *events, *of_file, *scores;
        nsym_column column[16];
        nsym_prediction a, b;
        find(models[k], path, sizeof path);
        find("out/samples/*.h5", sample, sizeof sample);
        snprintf(scores_path, sizeof scores_path, "%s", in_folder("scores.h5"));
        assert_int_equal(nsym_predict(&a, path, sample, scores_path), NSYM_OK);
        assert_int_equal(nsym_events_read(&of_file, scores_path, NULL), NSYM_OK);
        assert_int_equal(nsym_events_read(&events, sample, NULL), NSYM_OK);
        assert_true(events->columns <= 16);
        assert_int_equal(nsym_model_load(&model, path), NSYM_OK);
        const nsym_events view = locked(events, column);
        if (nsym_predict_events(&b, &scores, model, &view) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_same_columns(scores, of_file);
        assert_true(!scores->offsets && scores->features == 0 && !scores->origin);
        assert_true(a.events == b.events && a.trained == b.trained && b.trained == 480);
        assert_string_equal(a.note, b.note);
        assert_string_equal(nsym_events_attribute(scores, "events_trained"), "480");
        nsym_events_free(scores);
        assert_int_equal(nsym_predict_events(NULL, &scores, model, &view), NSYM_OK); /* and again */
        assert_same_columns(scores, of_file);
        assert_null(nsym_events_attribute(scores, "events_trained")); /* nobody asked */
        nsym_events_free(scores);
        nsym_events_free(of_file);
        nsym_events_free(events);
        nsym_model_free(model);
    }
}

static void scores_say_which_rows_the_cuts_of_a_model_left(void **state) {
    (void)state;
    char path[4200], sample[4200];
    nsym_model *model;
    nsym_events *events, *scores, *all;
    nsym_column column[16];
    nsym_prediction p;
    find("out/models/only-slot*.h5", path, sizeof path);
    find("out/samples/*.h5", sample, sizeof sample);
    assert_int_equal(nsym_events_read(&events, sample, NULL), NSYM_OK);
    assert_int_equal(nsym_model_load(&model, path), NSYM_OK);
    const nsym_events view = locked(events, column);
    assert_int_equal(nsym_predict_events(NULL, &all, model, &view), NSYM_OK);
    assert_int_equal(nsym_model_set_attribute(model, "chain",
                                              "{data: {define: {far: 'max(abs(pz))', pz: pz + 0}, select: far > 50}}"),
                     NSYM_OK);
    if (nsym_predict_events(&p, &scores, model, &view) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(scores->origin && scores->count > 0 && scores->count < events->count && p.events == scores->count);
    assert_non_null(strstr(p.note, "data.select keeps"));
    const double *logit = nsym_events_column(scores, "logit")->values, *far = nsym_events_column(scores, "far")->values;
    for (size_t i = 0; i < scores->count; i++) {
        const double *particles = events->particles + 2 * scores->origin[i] * events->features;
        assert_true(far[i] == fmax(fabs(particles[2]), fabs(particles[events->features + 2])));
        double other = nsym_events_column(all, "logit")->values[scores->origin[i]];
        assert_true(fabs(logit[i] - other) <= 1e-5 * (1 + fabs(other))); /* float, in other batches */
    }
    nsym_events_free(scores);
    assert_int_equal(nsym_model_set_attribute(model, "chain", "{data: {select: far > 50}}"), NSYM_OK);
    assert_int_not_equal(nsym_predict_events(&p, &scores, model, &view), NSYM_OK);
    assert_null(scores);
    assert_non_null(strstr(nsym_message(), "far"));
    nsym_events_free(all);
    nsym_events_free(events);
    nsym_model_free(model);
}

/* 0 to 4 objects of five kinds around a muon in each of so many events. */
static nsym_events *objects(size_t count) {
    static const char *const names[] = {"pt", "d_eta", "d_phi", "kind"};
    double *mu_pt;
    uint64_t offsets[101] = {0};
    nsym_events *events;
    nsym_random random = nsym_random_stream(4, "objects", 0);
    for (size_t i = 0; i < count; i++) offsets[i + 1] = offsets[i] + nsym_random_below(&random, 5);
    assert_int_equal(nsym_events_new(&events, count), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
    for (double *object = events->particles; object < events->particles + 4 * offsets[count]; object += 4) {
        object[0] = 20 * nsym_random_uniform(&random);
        object[1] = nsym_random_normal(&random);
        object[2] = nsym_random_normal(&random);
        object[3] = 1 + nsym_random_below(&random, 5);
    }
    assert_int_equal(nsym_events_add_column(events, "mu_pt", "GeV", "", 1, &mu_pt), NSYM_OK);
    for (size_t i = 0; i < count; i++) mu_pt[i] = 20 + 20 * nsym_random_uniform(&random);
    return events;
}

/* A model of standardised objects, saved, scores a file of raw ones as its network did in training. Gives how its first
   column was scaled. */
static double score_raw_objects(nsym_model_kind kind, nsym_input input) {
    enum { N = 100 };
    const nsym_model_spec spec = {.kind = kind,
                                  .particle_input = input,
                                  .particle_map = {1, {8}},
                                  .latent = 4,
                                  .hidden = {1, {8}},
                                  .initialisation = NSYM_INIT_ORTHOGONAL};
    char path[4200], raw[4200], scores[4200];
    snprintf(path, sizeof path, "%s", in_folder("efn.h5"));
    snprintf(raw, sizeof raw, "%s", in_folder("objects.h5"));
    snprintf(scores, sizeof scores, "%s", in_folder("scores.h5"));
    nsym_events *events = objects(N);
    uint32_t rows[N];
    float trained[N];
    nsym_inputs inputs;
    nsym_network *network;
    nsym_model *model;
    for (uint32_t i = 0; i < N; i++) rows[i] = i;
    assert_int_equal(nsym_inputs_new(&inputs, &spec, events), NSYM_OK);
    assert_int_equal(nsym_inputs_standardise(&inputs, &spec, events, NULL, rows, N), NSYM_OK);
    assert_int_equal(nsym_network_new(&network, &spec, N, 4 * N), NSYM_OK);
    nsym_network_initialise(network, 1);
    const nsym_batch batch = {.events = N, .offsets = inputs.offsets, .particles = inputs.particles};
    memcpy(trained, nsym_network_forward(network, &batch, false), sizeof trained);
    assert_int_equal(nsym_model_from_network(&model, network), NSYM_OK);
    const double *mean = inputs.scaling[0], *scale = mean + input.width, first = *scale;
    assert_true((mean[0] == 0) == (kind == NSYM_EFN));
    assert_int_equal(nsym_model_standardise(model, NSYM_PARTICLE_INPUT, mean, scale), NSYM_OK);
    assert_int_equal(nsym_model_save(model, path), NSYM_OK);
    assert_int_equal(nsym_events_write(events, raw), NSYM_OK);
    nsym_inputs_free(&inputs);
    nsym_network_free(network);
    nsym_model_free(model);
    nsym_events_free(events);

    assert_int_equal(nsym_predict(NULL, path, raw, scores), NSYM_OK);
    assert_int_equal(nsym_events_read(&events, scores, NULL), NSYM_OK);
    const double *logits = nsym_events_column(events, "logit")->values;
    double spread = 0;
    for (size_t i = 0; i < N; i++) {
        assert_true(fabs(logits[i] - (double)trained[i]) < 1e-5 * (1 + fabs(logits[i]))); /* float, in other batches */
        spread = fmax(spread, fabs(logits[i] - logits[0]));
    }
    assert_true(spread > 0.1);
    nsym_events_free(events);
    return first;
}

static void models_score_raw_objects(void **state) {
    (void)state;
    static const nsym_input inputs[] = {{"objects", 3}, {"objects_kind", 4}, {"objects_onehot", 8}};
    for (size_t k = 0; k < 3; k++) {
        double energy = score_raw_objects(NSYM_EFN, inputs[k]), deviation = score_raw_objects(NSYM_PFN, inputs[k]);
        double muon = k ? 30 : 1;                                  /* GeV */
        assert_true(energy > 10 / muon && energy < 30 / muon);     /* GeV an event, or of the muon's */
        assert_true(deviation > 4 / muon && deviation < 8 / muon); /* 20 GeV / sqrt(12) */
    }
}

static void scores_are_evaluated_by_name(void **state) {
    (void)state;
    nsym_events *events;
    double *label, *score;
    char path[4200];
    snprintf(path, sizeof path, "%s", in_folder("four.csv"));
    assert_int_equal(nsym_events_new(&events, 4), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mine", "", "", 1, &score), NSYM_OK);
    memcpy(label, (double[]){0, 1, 0, 1}, 4 * sizeof *label);
    memcpy(score, (double[]){0.1, 0.4, 0.6, 0.9}, 4 * sizeof *score);
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
    nsym_evaluation e;
    assert_int_equal(nsym_evaluate(&e, path, "mine"), NSYM_OK);
    assert_int_equal(e.signal, 2);
    assert_true(fabs(e.auc - 0.75) < 1e-12);     /* three of four pairs in order */
    assert_true(fabs(e.accuracy - 0.5) < 1e-12); /* 0.1 and 0.9 are on their sides */
    assert_int_equal(nsym_evaluate(&e, path, NULL), NSYM_ENOTFOUND);
    assert_non_null(strstr(nsym_message(), "output"));
}

static void a_model_that_is_none_and_events_that_do_not_fit_are_refused(void **state) {
    (void)state;
    char model[4200], four[4200];
    find("out/models/only-hybrid*.h5", model, sizeof model);
    snprintf(four, sizeof four, "%s", in_folder("four.csv"));
    assert_int_equal(nsym_predict(NULL, four, four, in_folder("never.csv")), NSYM_EFORMAT);
    assert_int_equal(nsym_predict(NULL, model, four, in_folder("never.csv")), NSYM_ENOTFOUND);
    assert_non_null(strstr(nsym_message(), "px"));
    assert_int_equal(access(in_folder("never.csv"), F_OK), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_samples_score_as_the_study_did),
        cmocka_unit_test(a_hybrid_without_weights_has_no_column_of_them),
        cmocka_unit_test(a_generators_record_is_reduced_to_its_muons),
        cmocka_unit_test(events_that_trained_are_recognised),
        cmocka_unit_test(events_in_memory_score_as_their_file_and_are_only_read),
        cmocka_unit_test(scores_say_which_rows_the_cuts_of_a_model_left),
        cmocka_unit_test(only_a_norm_by_slot_knows_the_order_of_the_muons),
        cmocka_unit_test(models_score_raw_objects),
        cmocka_unit_test(scores_are_evaluated_by_name),
        cmocka_unit_test(a_model_that_is_none_and_events_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, run_study, remove_study);
}
