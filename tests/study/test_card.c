/* A card: what it says about a training, and what it must not say. */
#include "sources/source.h"
#include "study/card_text.h"

static nsym_run_card run_of(const nsym_tree *card, const char *model) {
    nsym_run_card run = {0};
    if (nsym_card_read(&run, card, model) != NSYM_OK) fail_msg("%s", nsym_message());
    return run;
}

/* The small card with settings is refused when `model` is read. */
static void refused_for(const char *model, const char *const *set, const char *words) {
    nsym_run_card run;
    nsym_tree *card = opened(small_card, NULL, set);
    nsym_status status = nsym_card_read(&run, card, model);
    nsym_tree_free(card);
    assert_int_not_equal(status, NSYM_OK);
    assert_says(words);
}

static void refused(const char *setting, const char *words) {
    refused_for("general", (const char *const[]){setting, NULL}, words);
}

static void every_value_of_a_card_arrives(void **state) {
    (void)state;
    static const char *const set[] = {
        "seed=9007199254740992",
        "data={generate: dimuon, signal: s, background: b, events: 10, repeat: 3}",
        "split={size: 40, order: first, test: 0.5, validation: 0.1, group: false, "
        "shuffle: false, stratify: true}",
        "detector={smear: {resolution: 0.2, shared: true, keep: pz}}",
        "weights={reweight: {binning: equal, bins: 13, low: 5, high: 90}, flatten: 3, "
        "kde: published, balance: true}",
        "train={epochs: 4, batch: 8, learning_rate: 1e-4, weight_decay: 0.5, size: 20, "
        "redraw_test: true}",
        "models.mixed={kind: hybrid, particles: p4, event: lorentz, gate: pt, "
        "particle_map: [3], event_map: [4, 5], gate_map: [6], latent: 7, hidden: [], "
        "norm: slot, activation: leaky_relu, leak: 0.2, pooling: mean, combination: concat_weights, "
        "epochs: 6, batch: 9, learning_rate: 2, weight_decay: 0}",
        NULL};
    nsym_tree *tree = opened(small_card, NULL, set);
    nsym_run_card card = run_of(tree, "mixed"), other = run_of(tree, "general");
    const nsym_data_card *data = &card.data;
    assert_ptr_equal(data->source, &nsym_source_dimuon);
    assert_true(data->seed == (uint64_t)1 << 53);
    assert_string_equal(data->signal, "s");
    assert_string_equal(data->background, "b");
    assert_true(data->events == 10 && data->repeat == 3);
    assert_true(data->detector.smear.resolution == 0.2 && data->detector.smear.shared &&
                data->detector.smear.keep == NSYM_KEEP_PZ);
    assert_true(data->weights.reweight.binning == NSYM_BINS_EQUAL && data->weights.reweight.bins == 13);
    assert_true(data->weights.reweight.low == 5 && data->weights.reweight.high == 90);
    assert_true(data->weights.flatten == 3 && data->weights.kde == NSYM_KDE_PUBLISHED && data->weights.balance);
    const nsym_split_card *split = &data->split;
    assert_true(split->size == 40 && split->order == NSYM_SPLIT_FIRST && split->test == 0.5);
    assert_true(split->validation == 0.1 && !split->group && !split->shuffle && split->stratify);
    const nsym_train_card *train = &card.train;
    assert_true(train->size == 20 && train->redraw_test && train->epochs == 6 &&
                train->batch == 9); /* the model's own come first */
    assert_true(train->learning_rate == 2 && train->weight_decay == 0);
    assert_true(other.train.epochs == 4 && other.train.batch == 8 && other.train.learning_rate == 1e-4);
    const nsym_model_spec *spec = &card.spec;
    assert_true(spec->kind == NSYM_HYBRID && spec->slots == 2 && spec->latent == 7 && spec->hidden.count == 0);
    assert_true(spec->particle_input.width == 4 && spec->event_input.width == 2 && spec->gate_input.width == 1);
    assert_true(spec->event_map.count == 2 && spec->event_map.size[1] == 5 && spec->gate_map.size[0] == 6);
    assert_true(spec->norm == NSYM_NORM_SLOT && spec->activation == NSYM_LEAKY_RELU && spec->leak == 0.2);
    assert_true(spec->pooling == NSYM_POOL_MEAN && spec->combination == NSYM_COMBINE_CONCAT_WEIGHTS);
    nsym_tree_free(tree);
}

static void a_card_that_says_little_has_defaults(void **state) {
    (void)state;
    nsym_tree *tree = opened("data: {generate: dimuon}\nmodels: {m: {kind: fcn, event: lorentz}}\n", NULL, NULL);
    nsym_run_card card = run_of(tree, "m");
    assert_ptr_equal(card.data.source, &nsym_source_dimuon);
    assert_string_equal(card.data.signal, "");
    assert_string_equal(card.data.file, "");
    assert_true(card.data.seed == 1 && card.data.events == 50000 && card.data.repeat == 1);
    assert_true(card.data.detector.smear.resolution == 0 && card.data.detector.cells.nx == 0);
    assert_true(card.data.detector.threshold == 0 && card.data.copies.where == NSYM_COPIES_NONE);
    const nsym_weights_card *weights = &card.data.weights;
    assert_true(weights->reweight.binning == NSYM_BINS_NONE && weights->flatten == 0);
    assert_true(weights->kde == NSYM_KDE_NONE && !weights->balance && card.data.labels.from == NSYM_LABELS_COLUMN);
    const nsym_split_card *split = &card.data.split;
    assert_true(split->test == 0.2 && split->validation == 0 && split->folds == 0 && split->size == 0);
    assert_true(split->order == NSYM_SPLIT_LAST && split->group && split->shuffle && !split->stratify);
    assert_true(split->reserve == 0 && !split->overlap);
    assert_true(card.train.epochs == 100 && card.train.batch == 128 && card.train.size == 0);
    assert_true(card.spec.norm == NSYM_NORM_NONE && card.spec.activation == NSYM_RELU);
    nsym_tree_free(tree);
}

/* A file in data.file wins over the generator that a card names; one of the two must be there. */
static void events_are_those_of_the_file_or_of_the_generator(void **state) {
    (void)state;
    static const char *const names[] = {"dimuon", "showers", "muons", "muon_pairs"};
    static const nsym_source *const sources[] = {&nsym_source_dimuon, &nsym_source_showers, &nsym_source_muons,
                                                 &nsym_source_muon_pairs};
    static const size_t events[] = {50000, 600000, 100000, 300000};
    for (size_t i = 0; i < 4; i++) {
        char text[128];
        snprintf(text, sizeof text, "data: {generate: %s}\nmodels: {m: {event: columns, columns: [a]}}\n", names[i]);
        nsym_tree *tree = opened(text, NULL, NULL);
        nsym_run_card card = run_of(tree, "m");
        assert_ptr_equal(card.data.source, sources[i]);
        assert_int_equal(card.data.events, events[i]);
        nsym_tree_free(tree);
        tree = opened(text, NULL, (const char *const[]){"data.file=events.csv", NULL});
        card = run_of(tree, "m");
        assert_ptr_equal(card.data.source, &nsym_source_file);
        assert_string_equal(card.data.file, "events.csv");
        nsym_tree_free(tree);
    }
    refused("data={events: 10}", "--set data={events: 10}: there are no events: set data.file to a file, "
                                 "data.files to several, or data.generate to dimuon, showers, muons or muon_pairs");
    refused("data={signal: a.h5, background: b.h5}", "or muon_pairs; data.signal is for dimuon only, for other files "
                                                     "with one class each use data.files: [{path: A, label: 1}");
    refused("data={generate: none}",
            "there are no events: set data.file to a file, data.files to several, or data.generate to dimuon");
    refused("data.generate=trijet", "data.generate is 'trijet', must be one of none, dimuon, showers, muons");
}

static void keys_of_before_are_refused_with_their_names_of_today(void **state) {
    (void)state;
    static const char *const keys[][2] = {
        {"source=dimuon", "'source' is now 'data.generate, or data.file'"},
        {"data.copies=2", "'data.copies' is now 'data.repeat'"},
        {"data.group=false", "'data.group' is now 'split.group'"},
        {"data.size=100", "'data.size' is now 'split.size'"},
        {"data.test=0.2", "'data.test' is now 'split.test'"},
        {"data.validation=0.1", "'data.validation' is now 'split.validation'"},
        {"data.split=first", "'data.split' is now 'split.order'"},
        {"data.shuffle=true", "'data.shuffle' is now 'split.shuffle'"},
        {"data.pool=100", "'data.pool' is now 'split.reserve'"},
        {"data.overlap=true", "'data.overlap' is now 'split.overlap'"},
        {"data.level=cells", "'data.level' is now 'muons.level'"},
        {"data.threshold=1", "'data.threshold' is now 'detector.threshold'"},
        {"data.flatten=32", "'data.flatten' is now 'weights.flatten'"},
        {"data.label=truth", "'data.label' is now 'labels.from'"},
        {"train.folds=3", "'train.folds' is now 'split.folds'"},
        {"smear.resolution=0.1", "'smear' is now 'detector.smear'"},
        {"reweight={bins: 3}", "'reweight' is now 'weights.reweight'"},
        {"shower.noise=3", "'shower' is now 'showers'"},
        {"copies.angles=random", "'copies.angles' is now 'copies.values'"},
        {"mixture.window=[70, 110]", "'mixture.window' is now 'labels.mass'"},
        {"mixture.abundant=[84, 96]", "'mixture.abundant' is now 'labels.signal_region'"},
        {"mixture.pt_min=20", "'mixture.pt_min' is now 'labels.pt_min'"},
        {"mixture.eta_max=2", "'mixture.eta_max' is now 'labels.eta_max'"},
        {"mixture.fractions=[0.9, 0.5]", "'mixture.fractions' is now 'labels.fractions'"},
        {"mixture.weights=none", "'mixture.weights' is now 'weights.kde'"},
        {"mixture.balance=true", "'mixture.balance' is now 'weights.balance'"},
        {"mixture={}", "'mixture' is now 'labels and weights'"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) refused(keys[i][0], keys[i][1]);
}

static void unknown_keys_are_told_with_line_and_suggestion(void **state) {
    (void)state;
    static const struct {
        const char *known, *unknown, *message;
    } cases[] = {
        {"  test: 0.25\n", "  tset: 0.25\n", "card.yaml:6: unknown key 'tset' in split; did you mean 'test'?"},
        {"{resolution", "{resolutoin",
         "card.yaml:7: unknown key 'resolutoin' in detector.smear; did you mean 'resolution'?"},
        {"  learning_rate: 0.01", "  lerning_rate: 0.01",
         "card.yaml:11: unknown key 'lerning_rate' in train; did you mean 'learning_rate'?"},
        {"latent: 4", "lantent: 4", "card.yaml:18: unknown key 'lantent' in models.general; did you mean 'latent'?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[sizeof small_card + 32];
        const char *at = strstr(small_card, cases[i].known);
        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - small_card), small_card, cases[i].unknown,
                 at + strlen(cases[i].known));
        nsym_tree *tree = opened(text, NULL, NULL);
        nsym_run_card card;
        assert_int_equal(nsym_card_read(&card, tree, "general"), NSYM_EINVAL);
        assert_says(cases[i].message);
        nsym_tree_free(tree);
    }
}

static void values_out_of_range_are_told_with_their_place(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"data.events=1", "--set data.events=1: data.events is 1, must be >= 2"},
        {"data.events=2.5", "data.events is 2.5, must be a whole number"},
        {"data.cells=[7, 9]",
         "data.cells is the grid of particles that are cells, but the particles of 'dimuon' are not cells"},
        {"data.repeat=0", "data.repeat is 0"},
        {"data.repeat=1001", "data.repeat is 1001"},
        {"split.test=0", "split.test is 0"},
        {"split.test=1", "split.test is 1"},
        {"split.group=yes", "split.group is 'yes', must be true or false"},
        {"split.order=middle", "split.order is 'middle'"},
        {"detector.smear.resolution=-0.1", "detector.smear.resolution is -0.1"},
        {"detector.smear.resolution=1.5", "detector.smear.resolution is 1.5"},
        {"detector.smear.keep=et", "did you mean 'eta'?"},
        {"weights.reweight={binning: quantiles}", "did you mean 'quantile'?"},
        {"weights.reweight={bins: 0}", "weights.reweight.bins is 0"},
        {"train.epochs=0", "train.epochs is 0"},
        {"train.batch=1", "train.batch is 1"},
        {"train.learning_rate=0", "train.learning_rate is 0"},
        {"train.learning_rate=2e3", "train.learning_rate is 2e3"},
        {"train.weight_decay=-1", "train.weight_decay is -1"},
        {"seed=-1", "seed is -1"},
        {"data.generate=dimuons", "did you mean 'dimuon'?"},
        {"models.general.kind=pfm", "did you mean 'pfn'?"},
        {"models.general.latent=0", "models.general.latent is 0"},
        {"models.general.particle_map=[8, 0]", "models.general.particle_map[1] is 0"},
        {"models.general.leak=2", "models.general.leak is 2"},
        {"models.general.norm=batch", "models.general.norm is 'batch'"},
        {"train=5", "train"},
        {"models.general=5", "models.general"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refused(cases[i][0], cases[i][1]);
}

static void layers_are_lists_of_at_most_sixteen_sizes(void **state) {
    (void)state;
    refused("models.general.hidden=8", "models.general.hidden");
    refused("models.general.hidden=[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "has 17 entries, must have at most 16");
    nsym_tree *tree = opened(small_card, NULL, (const char *const[]){"models.general.hidden=[]", NULL});
    assert_true(run_of(tree, "general").spec.hidden.count == 0);
    nsym_tree_free(tree);
}

static void inputs_are_known_names_in_their_places(void **state) {
    (void)state;
    refused("models.general.particles=p3", "models.general.particles: there is no input 'p3'");
    refused("models.general.particles=lorentz", "input 'lorentz' is made per event, not per particle");
    refused("models.general.event=p4", "models.general.event: input 'p4' is made per particle, not per event");
    refused("models.general.event=an_input_with_a_name_beyond_32_characters", "is too long a name");
}

static void a_model_must_be_there_and_have_what_its_kind_needs(void **state) {
    (void)state;
    refused_for("genral", NULL, "there is no model 'genral'");
    refused("models.general={kind: pfn, latent: 4}",
            "models.general: a model of kind pfn needs 'particles', such as particles: p4");
    refused("models.general={kind: pfn, particles: p4}", "needs 'latent'");
    refused("models.general={kind: fcn, particles: p4}", "a model of kind fcn needs 'event'");
    refused("models.general={kind: hybrid, particles: p4, event: lorentz, latent: 4}", "needs 'gate'");
}

static void an_energy_flow_network_weighs_particles_with_their_energies(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"latent: 4", "models.general: a model of kind efn needs 'particles', such as particles: objects"},
        {"particles: objects", "needs 'latent'"},
        {"particles: p4, latent: 4", "models.general.particles: input 'p4' does not begin with an energy"},
        {"particles: objects, latent: 4, norm: feature", "models.general: norm must be none for kind: efn"},
        {"particles: objects, latent: 4, pooling: mean", "models.general: pooling must be sum for kind: efn"},
        {"particles: objects, latent: 4, padded: 9", "models.general: padded is 9, must be 0"},
        {"particles: objects, latent: 4, masked: true", "a model of kind efn has no such sum"},
        {"particles: objects, latent: 4", "'pt', which 'dimuon' does not have"}, /* all else is well */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char setting[256];
        snprintf(setting, sizeof setting, "models.general={kind: efn, %s}", cases[i][0]);
        refused(setting, cases[i][1]);
    }
}

static void an_epochs_events_are_chosen_as_a_card_says(void **state) {
    (void)state;
    static const char *const words[] = {"weight", "bootstrap", "each", "bootstrap_class"};
    static const nsym_sampling samplings[] = {NSYM_BY_WEIGHT, NSYM_BOOTSTRAP, NSYM_EACH, NSYM_BOOTSTRAP_CLASS};
    for (size_t i = 0; i < 4; i++) {
        char setting[64];
        snprintf(setting, sizeof setting, "train.sampling=%s", words[i]);
        nsym_tree *tree = opened(small_card, NULL, (const char *const[]){setting, NULL});
        assert_int_equal(run_of(tree, "general").train.sampling, samplings[i]);
        nsym_tree_free(tree);
    }
    refused("train.sampling=bootstrap_clas", "did you mean 'bootstrap_class'?");
}

/* Cells of muons have no kind; their particles, and those of files, have. */
static void what_reads_kinds_needs_a_source_that_has_them(void **state) {
    (void)state;
    static const char *const inputs[] = {"objects_kind", "objects_onehot"}, *const kinds[] = {"pfn", "efn"};
    static const size_t widths[] = {4, 8};
    for (size_t k = 0; k < 4; k++) {
        char text[512], model[128];
        snprintf(model, sizeof model, "models: {m: {kind: %s, particles: %s, slots: 0, latent: 4}}\n", kinds[k % 2],
                 inputs[k / 2]);
        static const char *const sources[] = {"data: {generate: muons}\nmuons: {level: particles}\n",
                                              "data: {file: pairs.h5}\n", "data: {generate: muons}\n"};
        for (size_t s = 0; s < 3; s++) {
            nsym_run_card card = {0};
            snprintf(text, sizeof text, "%s%s", sources[s], model);
            nsym_tree *tree = opened(text, NULL, NULL);
            nsym_status status = nsym_card_read(&card, tree, "m");
            nsym_tree_free(tree);
            assert_int_equal(status == NSYM_OK, s < 2);
            if (s == 2) assert_says("needs the particle feature 'kind', which 'muons' does not have");
            if (s < 2) assert_int_equal(card.spec.particle_input.width, widths[k / 2]);
        }
    }
}

/* A card's section is taken away by one that is empty. */
static void a_detector_sums_particles_but_no_cells(void **state) {
    (void)state;
    static const char text[] = "data: {generate: muons}\ndetector: {cells: [16, 16]}\n"
                               "models: {m: {kind: pfn, particles: objects, slots: 0, latent: 4}}\n";
    static const char *const set[] = {"detector={}", "data.cells=[32, 32]", NULL};
    nsym_tree *tree = opened(text, NULL, (const char *const[]){"muons.level=particles", NULL});
    nsym_run_card card = run_of(tree, "m");
    assert_int_equal(card.data.detector.cells.nx, 16);
    nsym_tree_free(tree);
    tree = opened(text, NULL, NULL);
    assert_int_equal(nsym_card_read(&card, tree, "m"), NSYM_EINVAL);
    assert_says("card.yaml:2: detector.cells sums positions in cells, but the particles of 'muons' are cells already");
    nsym_tree_free(tree);
    tree = opened(text, NULL, set);
    card = run_of(tree, "m");
    assert_true(card.data.detector.cells.nx == 0 && card.data.sides == 2 && card.data.grid[1] == 32);
    nsym_tree_free(tree);
    tree = opened(text, NULL, set + 1);
    assert_int_equal(nsym_card_read(&card, tree, "m"), NSYM_EINVAL);
    assert_says(
        "data.cells says that the particles are cells already, and detector.cells would sum them in cells; keep one");
    nsym_tree_free(tree);
    tree = opened(text, NULL, (const char *const[]){"detector={}", "data.cells=[32]", NULL});
    assert_int_equal(nsym_card_read(&card, tree, "m"), NSYM_EINVAL);
    assert_says("data.cells must be two numbers, such as [32, 32]");
    nsym_tree_free(tree);
}

static void first_weights_are_drawn_as_a_card_says(void **state) {
    (void)state;
    static const char *const words[] = {"pytorch", "glorot_uniform", "glorot_normal", "he_normal", "orthogonal"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char setting[64];
        snprintf(setting, sizeof setting, "models.general.initialisation=%s", words[i]);
        nsym_tree *tree = opened(small_card, NULL, (const char *const[]){setting, NULL});
        assert_int_equal(run_of(tree, "general").spec.initialisation, i);
        nsym_tree_free(tree);
    }
    refused("models.general.initialisation=glorot", "models.general.initialisation is 'glorot', must be one of");
}

static void presets_and_settings_hold_in_recipes_and_experiments_too(void **state) {
    (void)state;
    static const char *const set[] = {"train.epochs=9", "detector.smear.resolution=0.2", NULL};
    nsym_tree *tree = opened(small_card, "quick", set);
    assert_string_equal(nsym_node_at(tree->root, "data.events")->text, "60");
    assert_string_equal(nsym_node_at(tree->root, "train.epochs")->text, "9"); /* a setting after the preset */
    const nsym_node *rough = nsym_node_at(tree->root, "recipes.rough"),
                    *first = nsym_node_at(tree->root, "experiments.first.set");
    assert_int_equal(rough->count, 2);
    assert_int_equal(first->count, 1);
    assert_string_equal(rough->child[0]->key, "data.events");
    assert_string_equal(rough->child[0]->text, "60");
    assert_string_equal(rough->child[1]->text, "0.2");
    assert_string_equal(first->child[0]->text, "9");
    nsym_tree_free(tree);
}

static void a_setting_takes_the_place_of_an_axis(void **state) {
    (void)state;
    nsym_tree *card = opened(small_card, NULL, (const char *const[]){"train.size=30", NULL});
    char *grid;
    assert_int_equal(nsym_node_text(&grid, nsym_node_at(card->root, "experiments.first.grid")), NSYM_OK);
    assert_string_equal(grid, "{train.size: 30, model: [general, invariant]}");
    free(grid);
    nsym_tree_free(card);
}

static void a_section_in_a_preset_or_recipe_is_refused(void **state) {
    (void)state;
    static const char *const edits[][2] = {
        {"  quick: {data.events: 60, train.epochs: 2}", "  quick: {train: {epochs: 2}}"},
        {"  plain: {}", "  plain: {train: {epochs: 2}}"},
        {"    set: {train.epochs: 5}", "    set: {train: {epochs: 5}}"},
    };
    for (size_t i = 0; i < 3; i++) {
        char text[sizeof small_card + 64];
        const char *at = strstr(small_card, edits[i][0]);
        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - small_card), small_card, edits[i][1],
                 at + strlen(edits[i][0]));
        nsym_tree *card;
        assert_int_equal(open_text(&card, text, NULL, NULL), NSYM_EINVAL);
        assert_says("write one line per key, such as train.epochs: ...");
    }
}

static void settings_are_laid_in_their_order(void **state) {
    (void)state;
    static const char *const set[] = {"train.batch=5", "train.batch=6", "train={epochs: 1}", "train.batch=7", NULL};
    nsym_tree *tree = opened(small_card, NULL, set);
    nsym_run_card card = run_of(tree, "general");
    assert_true(card.train.batch == 7 && card.train.epochs == 1 && card.train.learning_rate == 1e-3);
    nsym_tree_free(tree);
}

static void wrong_presets_and_settings_are_refused(void **state) {
    (void)state;
    nsym_tree *tree;
    assert_int_equal(open_text(&tree, small_card, "fast", NULL), NSYM_ENOTFOUND);
    assert_says("no preset 'fast'");
    assert_null(tree);
    assert_int_equal(open_text(&tree, "presets: {quick: 5}\n", "quick", NULL), NSYM_EINVAL);
    assert_says("card.yaml:1: preset 'quick' must be a map");
    assert_int_not_equal(open_text(&tree, "presets: [quick]\n", "quick", NULL), NSYM_OK);
    assert_int_not_equal(open_text(&tree, "presets: quick\n", "quick", NULL), NSYM_OK);
    static const char *const bad[] = {"train.epochs", "=5", "train..epochs=5", "study.name=5", "data.events=[1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_not_equal(open_text(&tree, small_card, NULL, (const char *const[]){bad[i], NULL}), NSYM_OK);
        assert_says(bad[i]);
        assert_null(tree);
    }
    nsym_study_options options = {.card = "/nowhere/card.yaml"};
    assert_int_equal(nsym_card_open(&tree, &options), NSYM_ENOTFOUND);
    assert_says("/nowhere/card.yaml");
}

static void a_key_tells_cards_apart_by_what_decides_a_result(void **state) {
    (void)state;
    static const char *const all[] = {"seed=8",
                                      "data.events=401",
                                      "data.repeat=2",
                                      "detector.smear.resolution=0.2",
                                      "detector.smear.shared=true",
                                      "detector.smear.keep=pz",
                                      "weights.reweight={binning: equal}",
                                      "weights.reweight={binning: equal, low: -1}",
                                      "weights.reweight={binning: quantile, bins: 7}",
                                      "split.shuffle=false",
                                      "split.stratify=true"};
    static const char *const training[] = {"split.size=100",
                                           "split.order=first",
                                           "split.test=0.3",
                                           "split.validation=0.1",
                                           "train.weighted=true",
                                           "train.same_start=true",
                                           "train.epochs=4",
                                           "train.batch=33",
                                           "train.learning_rate=0.011",
                                           "train.weight_decay=0.1",
                                           "train.size=50",
                                           "train.redraw_test=true",
                                           "models.general.latent=5",
                                           "models.general.norm=slot",
                                           "models.general.dropout=0.1",
                                           "models.general.initialisation=orthogonal",
                                           "models.general.pooling=mean"};
    char *key, *data_key, *other;
    nsym_tree *tree = opened(small_card, NULL, NULL);
    nsym_run_card card = run_of(tree, "general");
    assert_int_equal(nsym_card_key(&key, &card, false), NSYM_OK);
    assert_int_equal(nsym_card_key(&data_key, &card, true), NSYM_OK);
    nsym_tree_free(tree);
    for (size_t i = 0; i < sizeof all / sizeof *all + sizeof training / sizeof *training; i++) {
        bool data = i < sizeof all / sizeof *all;
        const char *set = data ? all[i] : training[i - sizeof all / sizeof *all];
        tree = opened(small_card, NULL, (const char *const[]){set, NULL});
        card = run_of(tree, "general");
        assert_int_equal(nsym_card_key(&other, &card, false), NSYM_OK);
        assert_string_not_equal(key, other);
        free(other);
        assert_int_equal(nsym_card_key(&other, &card, true), NSYM_OK);
        assert_true((strcmp(data_key, other) != 0) == data);
        free(other);
        nsym_tree_free(tree);
    }
    free(key);
    free(data_key);
}

static const char cones_card[] = "data: {file: events.csv}\n"
                                 "split: {validation: 0.1}\n"
                                 "observables: [iso_0.4, sum_pt]\n"
                                 "train: {patience: 4}\n"
                                 "models:\n"
                                 "  cones: {event: columns, columns: [iso_0.4, sum_pt], hidden: [4]}\n";

static nsym_run_card cones_of(nsym_tree **tree, const char *set) {
    nsym_run_card card;
    *tree = opened(cones_card, NULL, set ? (const char *const[]){set, NULL} : NULL);
    if (nsym_card_read(&card, *tree, "cones") != NSYM_OK) fail_msg("%s", nsym_message());
    return card;
}

static void columns_and_observables_are_read_by_name(void **state) {
    (void)state;
    nsym_tree *tree;
    nsym_run_card card = cones_of(&tree, NULL);
    assert_string_equal(card.data.observables, "iso_0.4,sum_pt");
    assert_string_equal(card.spec.columns, "iso_0.4,sum_pt");
    assert_string_equal(card.spec.event_input.name, "columns");
    assert_int_equal(card.spec.event_input.width, 2);
    assert_true(card.data.split.validation == 0.1 && card.train.patience == 4 && !card.train.weighted);
    nsym_tree_free(tree);
    card = cones_of(&tree, "models.cones.columns=\"iso_0.1:0.3:3, mass\"");
    assert_string_equal(card.spec.columns, "iso_0.1,iso_0.2,iso_0.3,mass");
    assert_int_equal(card.spec.event_input.width, 4);
    nsym_tree_free(tree);
}

static void columns_and_observables_that_cannot_be_are_refused(void **state) {
    (void)state;
    static const char *const wrong[][2] = {
        {"models.cones.columns=[]", "needs the names of event columns ('columns')"},
        {"models.cones.columns=[iso_0.4, iso_0.4]", "\"iso_0.4\" is named twice"},
        {"observables=[iso_0.4, \"\"]", "observables: an entry is empty"},
        {"observables=[efp_k1_b1_3-3-9]", "there is no graph (3,3,9)"},
        {"split.validation=0.8",
         "split.test is 0.2 and split.validation 0.8; together they must leave training events"},
        {"split.validation=-0.1", "split.validation"},
        {"train.weighted=2", "train.weighted"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        nsym_run_card card;
        nsym_tree *tree = opened(cones_card, NULL, (const char *const[]){wrong[i][0], NULL});
        assert_int_not_equal(nsym_card_read(&card, tree, "cones"), NSYM_OK);
        assert_says(wrong[i][1]);
        nsym_tree_free(tree);
    }
}

static void what_the_columns_are_changes_the_key(void **state) {
    (void)state;
    static const char *const sets[] = {"observables=[iso_0.4, sum_pt, iso_0.1]", "observables=[sum_pt, iso_0.4]",
                                       "models.cones.columns=[iso_0.4, mass]", "models.cones.columns=[sum_pt, iso_0.4]",
                                       "split.validation=0.2"};
    nsym_tree *tree;
    char *key, *data_key, *other;
    nsym_run_card card = cones_of(&tree, NULL);
    assert_int_equal(nsym_card_key(&key, &card, false), NSYM_OK);
    assert_int_equal(nsym_card_key(&data_key, &card, true), NSYM_OK);
    nsym_tree_free(tree);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        card = cones_of(&tree, sets[i]);
        assert_int_equal(nsym_card_key(&other, &card, false), NSYM_OK);
        assert_string_not_equal(key, other);
        free(other);
        assert_int_equal(nsym_card_key(&other, &card, true), NSYM_OK);
        assert_true((strcmp(data_key, other) != 0) == (i < 2)); /* the sample */
        free(other);
        nsym_tree_free(tree);
    }
    card = cones_of(&tree, "observables=\"iso_0.4,sum_pt\""); /* the same in other words */
    assert_int_equal(nsym_card_key(&other, &card, false), NSYM_OK);
    assert_string_equal(key, other);
    free(other);
    nsym_tree_free(tree);
    free(key);
    free(data_key);
}

/* Of 800 rows in fours, 200 test. */
static void copies_are_not_parted_by_what_validates(void **state) {
    (void)state;
    static const char *const fine[] = {"data.repeat=4", "data.events=100", "split.validation=0.01", NULL};
    static const char *const parting[] = {"data.repeat=4", "data.events=100", "split.validation=0.0125", NULL};
    nsym_run_card card;
    nsym_tree *tree = opened(small_card, NULL, fine);
    assert_int_equal(nsym_card_read(&card, tree, "general"), NSYM_OK);
    nsym_tree_free(tree);
    tree = opened(small_card, NULL, parting);
    assert_int_equal(nsym_card_read(&card, tree, "general"), NSYM_EINVAL);
    assert_says("800 events with 200 test events and 10 validation events would separate some");
    nsym_tree_free(tree);
    refused_for("general", (const char *const[]){"data.repeat=4", "data.events=100", "split.folds=7", NULL},
                "with 200 test events and 85 validation events would separate some; choose split.size, split.test and "
                "split.folds");
    refused_for("general", (const char *const[]){"data.repeat=4", "detector.smear.resolution=0", NULL},
                "data.repeat is 4, but nothing in a repeat is random (detector.smear.resolution is 0)");
    refused_for("general", (const char *const[]){"split.folds=5", "split.validation=0.1", NULL},
                "split.folds is 5 and split.validation is 0.1, but the folds are the validation samples");
}

static void a_file_is_known_by_its_content(void **state) {
    (void)state;
    char a[NSYM_MARK_SIZE], b[NSYM_MARK_SIZE], none[NSYM_MARK_SIZE];
    write_bytes(in_folder("a"), "123456789", 9);
    write_bytes(in_folder("b"), "123456780", 9);
    assert_int_equal(nsym_file_mark(a, in_folder("a")), NSYM_OK);
    assert_string_equal(a, "9:cbf43926"); /* CRC-32's check value */
    assert_int_equal(nsym_file_mark(b, in_folder("b")), NSYM_OK);
    assert_string_not_equal(a, b);
    assert_int_equal(nsym_file_mark(none, ""), NSYM_OK);
    assert_string_equal(none, "built-in");
    assert_int_equal(nsym_file_mark(none, in_folder("c")), NSYM_EIO);
    assert_int_equal(nsym_file_mark(none, folder), NSYM_EIO);
    assert_says(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_of_a_card_arrives),
        cmocka_unit_test(a_card_that_says_little_has_defaults),
        cmocka_unit_test(events_are_those_of_the_file_or_of_the_generator),
        cmocka_unit_test(keys_of_before_are_refused_with_their_names_of_today),
        cmocka_unit_test(unknown_keys_are_told_with_line_and_suggestion),
        cmocka_unit_test(values_out_of_range_are_told_with_their_place),
        cmocka_unit_test(layers_are_lists_of_at_most_sixteen_sizes),
        cmocka_unit_test(inputs_are_known_names_in_their_places),
        cmocka_unit_test(a_model_must_be_there_and_have_what_its_kind_needs),
        cmocka_unit_test(an_energy_flow_network_weighs_particles_with_their_energies),
        cmocka_unit_test(an_epochs_events_are_chosen_as_a_card_says),
        cmocka_unit_test(what_reads_kinds_needs_a_source_that_has_them),
        cmocka_unit_test(a_detector_sums_particles_but_no_cells),
        cmocka_unit_test(first_weights_are_drawn_as_a_card_says),
        cmocka_unit_test(presets_and_settings_hold_in_recipes_and_experiments_too),
        cmocka_unit_test(a_setting_takes_the_place_of_an_axis),
        cmocka_unit_test(a_section_in_a_preset_or_recipe_is_refused),
        cmocka_unit_test(settings_are_laid_in_their_order),
        cmocka_unit_test(wrong_presets_and_settings_are_refused),
        cmocka_unit_test(a_key_tells_cards_apart_by_what_decides_a_result),
        cmocka_unit_test(columns_and_observables_are_read_by_name),
        cmocka_unit_test(columns_and_observables_that_cannot_be_are_refused),
        cmocka_unit_test(what_the_columns_are_changes_the_key),
        cmocka_unit_test(copies_are_not_parted_by_what_validates),
        cmocka_unit_test(a_file_is_known_by_its_content),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
