/* What a card says about calorimeter events, what it must not say, and what its key is made of. */
#include "sources/source.h"
#include "study/calorimeter_card.h"
#include <nearsym/generate/shower.h>

/* A card after settings (NULL-terminated) is refused when `model` is read. */
static void refused_card(const char *text, const char *model, const char *const *set, const char *words) {
    nsym_run_card run;
    nsym_tree *card = opened(text, NULL, set);
    nsym_status status = nsym_card_read(&run, card, model);
    nsym_tree_free(card);
    if (status == NSYM_OK) fail_msg("%s is not refused", set[0]);
    assert_says(words);
}

static void refused_for(const char *model, const char *setting, const char *words) {
    refused_card(calorimeter_card, model, (const char *const[]){setting, NULL}, words);
}

static void refused(const char *setting, const char *words) {
    refused_for("fcn", setting, words);
}

/* The card with one of its texts replaced is refused. */
static void refused_text(const char *known, const char *other, const char *words) {
    char text[sizeof calorimeter_card + 200];
    const char *at = strstr(calorimeter_card, known);
    nsym_run_card run;
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - calorimeter_card), calorimeter_card, other, at + strlen(known));
    nsym_tree *card = opened(text, NULL, NULL);
    nsym_status status = nsym_card_read(&run, card, "fcn");
    nsym_tree_free(card);
    if (status == NSYM_OK) fail_msg("%s is not refused", other);
    assert_says(words);
}

static nsym_shower_options options_of(const nsym_data_card *data) {
    nsym_shower_options options;
    memcpy(&options, data->options, sizeof options);
    return options;
}

static void every_value_of_a_calorimeter_card_arrives(void **state) {
    (void)state;
    static const char *const set[] = {
        "data={generate: showers, events: 100}",
        "split={test: 0.5, reserve: 30, overlap: true, folds: 3}",
        "showers={deposits: 10, noise: 3, hardest_core: false, variance: 0.2, points: 7, spread: 0.5, pairing: tiled}",
        "detector={x: [-1, 0, 1], y: [0, 3, 6, 9]}",
        "copies={where: after, values: [0, 10, -370], reflect: true, image: opencv}",
        "measure={events: 9, rotations: 5}",
        "train={sampling: each, shuffle: true, same_start: true, scale: true, every_epoch: false, "
        "patience: 4, min_change: 0.01, classification: 0.5, invariance: 2, invariance_of: logit, variance: "
        "population}",
        NULL};
    nsym_tree *tree;
    nsym_run_card card = read_set(&tree, "pfn", set);
    const nsym_data_card *data = &card.data;
    assert_ptr_equal(data->source, &nsym_source_showers);
    assert_true(data->seed == 5 && data->events == 100);
    const nsym_split_card *split = &data->split;
    assert_true(split->test == 0.5 && split->reserve == 30 && split->overlap && split->shuffle && split->folds == 3);
    const nsym_shower_options shower = options_of(data);
    assert_true(shower.deposits == 10 && shower.noise == 3 && !shower.hardest_core);
    assert_true(shower.variance == 0.2 && shower.points == 7 && shower.spread == 0.5);
    assert_true(shower.pairing == NSYM_TILED);
    const nsym_cells_card *cells = &data->detector.cells;
    assert_true(cells->nx == 2 && cells->ny == 3 && cells->x[2] == 1 && cells->y[3] == 9);
    const nsym_copies_card *copies = &data->copies;
    assert_true(copies->where == NSYM_COPIES_AFTER && copies->spacing == NSYM_SPACING_LISTED && copies->count == 3);
    assert_true(copies->symmetry == &nsym_rotate && copies->value[2] == -370 && copies->reflect);
    assert_true(copies->style == NSYM_IMAGE_PUBLISHED && !copies->test_all && copies->group[0] == 0);
    assert_true(nsym_copies_of(data) == 6 && data->measured == 9 && data->rotations == 5);
    const nsym_train_card *train = &card.train;
    assert_true(train->sampling == NSYM_EACH && train->shuffle && train->same_start && train->scale);
    assert_true(!train->every_epoch && train->patience == 4 && train->min_change == 0.01);
    assert_true(train->classification == 0.5 && train->invariance.weight == 2);
    assert_true(train->invariance.on_logits && train->invariance.population);
    assert_true(card.spec.kind == NSYM_PFN && card.spec.padded == 64 && card.spec.slots == 0 && !card.column);
    nsym_tree_free(tree);
}

static void a_calorimeter_card_that_says_little_has_defaults(void **state) {
    (void)state;
    nsym_tree *tree = opened("data: {generate: showers}\nmodels: {m: {kind: column, column: log_ratio}}\n", NULL, NULL);
    nsym_run_card card = {0};
    assert_int_equal(nsym_card_read(&card, tree, "m"), NSYM_OK);
    const nsym_data_card *data = &card.data;
    const nsym_shower_options shower = options_of(data);
    assert_true(data->events == 600000 && data->split.reserve == 0 && data->split.test == 0.2 && !data->split.overlap);
    assert_true(shower.deposits == 16 && shower.noise == 8 && shower.pairing == NSYM_PAIRED);
    assert_true(data->detector.cells.nx == 0 && data->detector.cells.ny == 0 && data->detector.threshold == 0);
    assert_true(data->copies.where == NSYM_COPIES_NONE && nsym_copies_of(data) == 1 && data->measured == 0);
    assert_true(card.train.classification == 1 && card.train.invariance.weight == 0);
    assert_string_equal(card.column, "log_ratio");
    nsym_tree_free(tree);
    card = read_set(&tree, "fcn", (const char *const[]){"detector={cells: [4, 2]}", NULL});
    const nsym_cells_card *cells = &card.data.detector.cells;
    assert_true(cells->x[0] == -1 && cells->x[4] == 1 && cells->y[0] == -1 && cells->y[2] == 1);
    nsym_tree_free(tree);
}

static void copies_are_counted(void **state) {
    (void)state;
    static const struct {
        const char *copies;
        size_t count;
    } cases[] = {{"copies={where: before}", 8},
                 {"copies={where: none, count: 5}", 1},
                 {"copies={where: before, count: 5}", 5},
                 {"copies={where: before, count: 5, values: random, reflect: true}", 10},
                 {"copies={where: after, values: [0]}", 1},
                 {"copies={where: before, matrices: [1, 0, 0, -1, 0, 1, 1, 0]}", 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_tree *tree;
        nsym_run_card card = read_set(&tree, "fcn", (const char *const[]){cases[i].copies, NULL});
        assert_int_equal(nsym_copies_of(&card.data), cases[i].count);
        nsym_tree_free(tree);
    }
}

static void faults_are_told_with_file_and_line(void **state) {
    (void)state;
    refused_text("  deposits: 6", "  deposits: 0", "card.yaml:6: showers.deposits is 0, must be >= 1");
    refused_text("  noise: 2", "  noise: 6", "card.yaml:7: showers.noise is 6, must be below showers.deposits, 6");
    refused_text("[0, 90, 180]", "[0, quarter]", "card.yaml:13: copies.values[1] is 'quarter', must be a number");
    refused_text("[0, 90, 180]", "[10, 90]", "card.yaml:13: copies.values must begin with 0, the event itself");
    refused_text("[8, 8]", "[32]", "card.yaml:10: detector.cells must be two numbers, such as [32, 4]");
    refused_text("  batch: 12", "  batch: 2",
                 "card.yaml:14: train.batch is 2 rows, but the 3 copies of an event must fit");
    refused_text("  values: [0, 90, 180]", "  vlaues: [0]",
                 "card.yaml:13: unknown key 'vlaues' in copies; did you mean 'values'?");
    refused_text("  noise: 2", "  nosie: 2", "card.yaml:7: unknown key 'nosie' in showers; did you mean 'noise'?");
    refused_text("  cells: [8, 8]", "  cell: [8, 8]",
                 "card.yaml:10: unknown key 'cell' in detector; did you mean 'cells'?");
    refused_text("reserve: 60", "resreve: 60", "card.yaml:4: unknown key 'resreve' in split; did you mean 'reserve'?");
    refused_text("train:\n", "measure: {event: 3}\ntrain:\n",
                 "card.yaml:14: unknown key 'event' in measure; did you mean 'events'?");
    refused_text("generate: showers", "generate: shower",
                 "card.yaml:2: data.generate is 'shower', must be one of none, dimuon, showers, muons, muon_pairs; did "
                 "you mean 'showers'?");
}

static void bad_showers_and_reserves_are_refused(void **state) {
    (void)state;
    refused("showers={noise: 16}", "showers.noise is 16, must be below showers.deposits, 16");
    refused("showers={deposits: 8}", "showers.noise is 8, must be below showers.deposits, 8"); /* the default noise */
    refused("showers.variance=0", "showers.variance is 0");
    refused("showers.variance=101", "showers.variance is 101");
    refused("showers.points=0", "showers.points is 0");
    refused("showers.spread=-1", "showers.spread is -1");
    refused("showers.pairing=tile", "did you mean 'tiled'?");
    refused("showers.pairing=deposit", "must be one of paired, tiled");
    refused("split.reserve=-1", "split.reserve is -1");
    refused("split.test=0", "split.test is 0");
    refused(
        "split={test: 0.25, reserve: 151}",
        "of 200 events 50 are test events and 150 are left for split.reserve, which is 151; measure.events is 0. Make "
        "split.reserve at most the events left");
    refused("measure={events: 51}", "card.yaml:4: of 200 events 50 are test events");
    refused("split={test: 0.25, reserve: 60, overlap: true, shuffle: false}", "the reserve would be the test sample");
    refused("data.repeat=2", "data.repeat is 2, must be 1 with split.reserve");
    refused("measure={rotations: 1}", "measure.rotations is 1, must be >= 2");
}

static void bad_grids_are_refused(void **state) {
    (void)state;
    refused("detector={x: [-1, 0, 0, 1], y: [0, 1]}", "detector.x[2] is 0, must be above the edge before it, 0");
    refused("detector={x: [0, 1], y: [1, 0.5]}", "detector.y[1] is 0.5, must be above the edge before it, 1");
    refused("detector={x: [0, 1]}", "detector.y must be at least two edges; x and y are given together");
    refused("detector={y: [0, 1]}", "detector.x must be at least two edges; x and y are given together");
    refused("detector={x: [0, nan], y: [0, 1]}", "detector.x[1] is 'nan', must be a number");
    refused("detector={x: [0, 1], y: [0, 1], cells: [2, 2]}", "keep one");
    refused("detector.cells=[0, 4]", "detector.cells[0] is 0, must be >= 1");
    refused("detector.cells=[1025, 4]", "detector.cells[0] is 1025, must be >= 1 and <= 1024");
    refused("detector={cells: [4, 4, 4]}", "detector.cells");
    refused("detector.range=[1, -1]", "detector.range must be two rising numbers, such as [-1, 1]");
    refused("detector.range=[1]", "detector.range must be two rising numbers");
    refused("detector={range: [-2, 2]}", "detector.cells must be two numbers"); /* of what? */
}

static void a_cnn_reads_the_detectors_image(void **state) {
    (void)state;
    static const char *const set[] = {
        "models={cnn: {kind: cnn, event: image, filters: [8, 16], kernel: 5, hidden: [32], dropout: 0.25}}",
        "detector.cells=[12, 9]", NULL};
    nsym_tree *tree;
    nsym_run_card card = read_set(&tree, "cnn", set);
    assert_true(card.spec.kind == NSYM_CNN && card.spec.event_input.width == 108 && card.spec.padded == 108);
    assert_true(card.spec.image_rows == 12 && card.spec.image_columns == 9);
    assert_true(card.spec.filters.count == 2 && card.spec.filters.size[1] == 16);
    assert_true(card.spec.convolutions == 3 && card.spec.kernel == 5 && card.spec.dropout == 0.25);
    nsym_tree_free(tree);
    refused_for("cnn", "models={cnn: {kind: cnn, event: image}}", "needs 'filters', such as filters: [48, 48, 48]");
    refused_for("cnn", "models={cnn: {kind: cnn, filters: [8]}}", "needs 'event', such as event: image");
    refused_for("cnn", "models={cnn: {kind: cnn, event: list, filters: [8]}}", "not for models of kind cnn");
    refused_for("cnn", "models={cnn: {kind: cnn, event: image, filters: [8], kernel: 2}}", "kernel is 2, must be odd");
    refused_for("cnn", "models={cnn: {kind: cnn, event: image, filters: [8], dropout: 1}}", "dropout is 1");
}

/* Numbers of layers and blocks, as a search sets them: each as large as the first of its list, or as `width` says. */
static void layers_and_blocks_are_numbers_too(void **state) {
    (void)state;
    static const char model[] = "models={cnn: {kind: cnn, event: image, filters: [8, 16], hidden: [32, 5], %s}}";
    static const struct {
        const char *setting;
        size_t layers, width, blocks, filters;
    } cases[] = {{"dropout: 0", 2, 5, 2, 16}, {"layers: 3", 3, 32, 2, 16},
                 {"layers: 1", 1, 32, 2, 16}, {"layers: 4, width: 7", 4, 7, 2, 16},
                 {"blocks: 3", 2, 5, 3, 8},   {"blocks: 1, layers: 2", 2, 32, 1, 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char setting[200];
        nsym_tree *tree;
        snprintf(setting, sizeof setting, model, cases[i].setting);
        nsym_run_card card = read_set(&tree, "cnn", (const char *const[]){setting, NULL});
        const nsym_sizes *hidden = &card.spec.hidden, *filters = &card.spec.filters;
        assert_true(hidden->count == cases[i].layers && hidden->size[hidden->count - 1] == cases[i].width);
        assert_true(filters->count == cases[i].blocks && filters->size[filters->count - 1] == cases[i].filters);
        nsym_tree_free(tree);
    }
    refused_for("cnn", "models={cnn: {kind: cnn, event: image, filters: [8], blocks: 17}}", "blocks is 17, must be");
    refused_for("cnn", "models={cnn: {kind: cnn, event: image, filters: [8], layers: 0}}", "layers is 0, must be");
}

static void bad_copies_are_refused(void **state) {
    (void)state;
    refused("copies.values=[]", "copies.values must begin with 0");
    refused("copies.values=45", "copies.values is 45, must be one of even, random");
    refused("copies.count=2", "copies.values lists 3 values and copies.count is 2; leave out the count");
    refused("copies={where: before, count: 0}", "copies.count is 0");
    refused("copies={where: before, count: 257}", "copies.count is 257, must be >= 1 and <= 256");
    refused("copies={where: before, count: 13}", "raise it to at least 13");
    refused("copies={where: after, values: random}", "copies.values: random is for copies before the detector");
    refused("copies={where: before, matrices: [1, 0, 0]}", "copies.matrices has 3 numbers, must be four for each copy");
    refused("copies={where: after, matrices: [1, 0, 0, 1]}",
            "copies.matrices (4 numbers) act on points, so on copies made before a detector that sums cells");
    refused("copies.matrices=[1, 0, 0, 1]", "copies has both matrices and values");
    refused("copies={where: before, count: 2, matrices: [1, 0, 0, 1]}", "copies has both matrices and count");
    refused("copies={where: before, reflect: true, matrices: [1, 0, 0, 1]}", "copies has both matrices and reflect");
    refused("copies.where=behind", "copies.where is 'behind', must be one of none, before, after");
    refused("copies.image=cv", "copies.image is 'cv'");
}

static void bad_trainings_are_refused(void **state) {
    (void)state;
    static const char *const uneven[] = {"detector={x: [-1, 0, 0.5], y: [0, 1, 4]}", "copies.where=after", NULL},
                             *const lonely[] = {"copies.where=none", "train.invariance=0.5", NULL};
    nsym_run_card run;
    nsym_tree *card = opened(calorimeter_card, NULL, uneven);
    assert_int_not_equal(nsym_card_read(&run, card, "fcn"), NSYM_OK);
    nsym_tree_free(card);
    assert_says("--set copies.where=after: copies.where is 'after', and images of detector.x and detector.y, cells of "
                "unequal sizes, cannot be rotated");
    card = opened(calorimeter_card, NULL, lonely);
    assert_int_not_equal(nsym_card_read(&run, card, "fcn"), NSYM_OK);
    nsym_tree_free(card);
    assert_says("train.invariance is 0.5, but events have no copies; see the section 'copies'");
    refused("split.folds=1", "--set split.folds=1: split.folds is 1, must be 0 (none) or at least 2");
    refused("split.folds=61", "split.folds is 61, must be at most split.reserve, 60");
    refused("train.size=61",
            "train.size is 61, but split.reserve is 60 events, of which 60 can train; raise split.reserve");
    refused_card(calorimeter_card, "fcn", (const char *const[]){"split.folds=4", "train.size=46", NULL},
                 "45 can train (the others validate)");
    refused_card(calorimeter_card, "fcn", (const char *const[]){"split.validation=0.25", "train.size=46", NULL},
                 "45 can train (the others validate)");
    refused("train.classification=-1", "train.classification is -1");
    refused("train.precision=half", "train.precision is 'half'");
    refused("train.sampling=boot", "train.sampling is 'boot'");
    refused("train.min_change=2", "train.min_change is 2");
    refused_for("limit", "models.limit={kind: column}", "a model of kind column needs 'column'");
    refused_for("limit", "models.limit.column=''", "a model of kind column needs 'column'");
    refused_for("limit", "models.limit.hidden=[3]", "unknown key 'hidden' in models.limit");
    refused_for("pfn", "models.pfn.particles=list", "input 'list' is made per event, not per particle");
    refused_for("fcn", "models.fcn.padded=0", "needs its number of cells ('padded')");
    refused_for(
        "pfn", "models.pfn.pooling=mean",
        "card.yaml:23: models.pfn: padded is 64, must be 0 except for kind: pfn with norm: none and pooling: sum");
    refused_for("fcn", "models.fcn.masked=true", "models.fcn.masked leaves the padding out of a pfn's sum");
}

static void what_a_model_reads_must_be_in_the_sample(void **state) {
    (void)state;
    refused_for("image", "models.image.padded=65", "models.image.padded is 65, must be 64, the number of cells, 8 x 8");
    refused_for("image", "detector.cells=[8, 4]",
                "card.yaml:22: models.image.padded is 64, must be 32, the number of cells, 8 x 4");
    refused_for("pfn", "models.pfn.particles=p4",
                "models.pfn.particles: input 'p4' needs the particle feature 'px', which 'showers' does not have; "
                "its particles have x, y, energy, cell");
    refused_for("image", "detector={}",
                "models.image.event: input 'image' needs the particle feature 'cell', which 'showers' does not have; "
                "its particles have x, y, energy; use detector.cells to sum them in cells");
}

static void what_a_source_lacks_for_its_detector_is_refused(void **state) {
    (void)state;
    refused("detector={smear: {resolution: 0.1}}", "detector.smear acts on momenta, but 'showers' has none");
    refused("detector.smear={resolution: 0.1}",
            "detector.smear acts on momenta and detector.cells on positions; keep one");
    refused_card(small_card, "general", (const char *const[]){"detector={cells: [4, 4]}", NULL},
                 "detector.cells sums positions in cells, but 'dimuon' has no positions");
}

/* Copies, a reserve, folds and rotations are any source's. */
static void sections_are_read_whatever_the_source(void **state) {
    (void)state;
    static const char *const set[] = {"copies={where: before, values: [0, 120, 240]}", "measure={events: 7}",
                                      "split={test: 0.25, reserve: 100, folds: 4}", NULL};
    nsym_tree *tree = opened(small_card, NULL, set);
    nsym_run_card run;
    if (nsym_card_read(&run, tree, "general") != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(nsym_copies_of(&run.data) == 3 && run.data.measured == 7);
    assert_true(run.data.split.folds == 4 && run.data.split.reserve == 100);
    nsym_tree_free(tree);
}

/* The options of another generator are of no use, and unknown ones are told all the same. */
static void options_of_another_source_change_nothing_but_must_be_known(void **state) {
    (void)state;
    nsym_tree *tree = opened(small_card, NULL, (const char *const[]){"showers={noise: 2}", NULL});
    nsym_run_card run;
    if (nsym_card_read(&run, tree, "general") != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_tree_free(tree);
    refused_card(small_card, "general", (const char *const[]){"showers={nosie: 2}", NULL},
                 "unknown key 'nosie' in showers; did you mean 'noise'?");
}

/* New: the key of the card after settings (NULL-terminated). */
static char *key_of(const char *model, const char *const *set, bool data_only) {
    nsym_tree *tree;
    nsym_run_card card = read_set(&tree, model, set);
    char *key;
    assert_int_equal(nsym_card_key(&key, &card, data_only), NSYM_OK);
    nsym_tree_free(tree);
    return key;
}

/* Does a setting, after one that stands already (or ""), change the key? */
static bool changes(const char *model, const char *standing, const char *setting, bool data_only) {
    const char *before[] = {standing, NULL}, *after[] = {standing, setting, NULL};
    char *a = key_of(model, standing[0] ? before : NULL, data_only);
    char *b = key_of(model, standing[0] ? after : after + 1, data_only);
    bool other = strcmp(a, b) != 0;
    free(a);
    free(b);
    return other;
}

static void what_changes_a_run_changes_its_key(void **state) {
    (void)state;
    static const char *const data[] = {"seed=6",
                                       "data.events=300",
                                       "split.test=0.5",
                                       "split.validation=0.1",
                                       "split.reserve=50",
                                       "split.overlap=true",
                                       "split.shuffle=false",
                                       "showers.deposits=7",
                                       "showers.noise=3",
                                       "showers.hardest_core=false",
                                       "showers.variance=0.4",
                                       "showers.points=5",
                                       "showers.spread=0.02",
                                       "showers.pairing=tiled",
                                       "detector.cells=[8, 7]",
                                       "detector.range=[-1, 1.5]",
                                       "copies.where=after",
                                       "copies.where=none",
                                       "copies.values=[0, 90, 181]",
                                       "copies.values=[0, 90]",
                                       "copies.values=random",
                                       "copies.reflect=true",
                                       "copies={where: after, image: opencv}",
                                       "copies={where: before, matrices: [1, 0, 0, 1]}",
                                       "measure={events: 3}"};
    static const char *const train[] = {
        "train.size=40",         "train.epochs=2",         "train.batch=13",         "train.learning_rate=0.1",
        "split.folds=3",         "train.weight_decay=0.1", "train.scale=false",      "train.shuffle=true",
        "train.same_start=true", "train.sampling=each",    "train.every_epoch=true", "train.classification=0.5",
        "train.precision=bf16",  "train.invariance=1",     "models.fcn.hidden=[5]",  "models.fcn.padded=65"};
    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        if (!changes("fcn", "", data[i], true)) fail_msg("%s is not in the key", data[i]);
    for (size_t i = 0; i < sizeof train / sizeof *train; i++) {
        if (!changes("fcn", "", train[i], false)) fail_msg("%s is not in the key", train[i]);
        if (changes("fcn", "", train[i], true)) fail_msg("%s is in the sample's key", train[i]);
    }
    static const char *const after[][2] = {{"split.folds=3", "train.patience=3"},
                                           {"split.folds=3", "train.min_change=0.1"},
                                           {"train.invariance=1", "train.invariance_of=logit"},
                                           {"train.invariance=1", "train.variance=population"}};
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        if (!changes("fcn", after[i][0], after[i][1], false)) fail_msg("%s is not in the key", after[i][1]);
        if (changes("fcn", after[i][0], after[i][1], true)) fail_msg("%s is in the sample's key", after[i][1]);
    }
    assert_true(changes("limit", "", "models.limit.column=log_ratio_energies", false));
}

static void the_shape_of_a_cnn_is_in_its_key(void **state) {
    (void)state;
    static const char cnn[] = "models={cnn: {kind: cnn, event: image, filters: [8, 8], hidden: [4]}}";
    static const char *const shape[] = {"models.cnn.filters=[8, 9]", "models.cnn.filters=[8]",
                                        "models.cnn.convolutions=2", "models.cnn.kernel=5",
                                        "models.cnn.dropout=0.2",    "models.cnn.initialisation=he_normal",
                                        "detector.cells=[8, 9]"};
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++)
        if (!changes("cnn", cnn, shape[i], false)) fail_msg("%s is not in the key", shape[i]);
    assert_false(changes("cnn", cnn, "models.cnn.kernel=3", false)); /* the default */
}

static void what_changes_nothing_does_not_change_the_key(void **state) {
    (void)state;
    assert_false(changes("fcn", "copies.where=none", "copies.values=[0, 45]", false));
    assert_false(changes("fcn", "copies.where=none", "copies.reflect=true", false));
    assert_false(changes("fcn", "copies.where=none", "copies.image=opencv", false));
    assert_false(changes("fcn", "copies.where=none", "copies={where: none, matrices: [1, 0, 0, 1]}", false));
    assert_false(changes("fcn", "", "copies.values=[0, 90.0, 1.8e2]", false));
    assert_false(changes("fcn", "", "showers.pairing=paired", false)); /* the default */
    assert_false(changes("fcn", "",
                         "detector={x: [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1], "
                         "y: [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]}",
                         false));
    assert_false(changes("fcn", "", "models.pfn.latent=7", false)); /* another model's */
    assert_false(changes("fcn", "", "title=Another", false));
    assert_false(changes("limit", "", "train.epochs=7", false)); /* a column trains nothing */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_of_a_calorimeter_card_arrives),
        cmocka_unit_test(a_calorimeter_card_that_says_little_has_defaults),
        cmocka_unit_test(copies_are_counted),
        cmocka_unit_test(faults_are_told_with_file_and_line),
        cmocka_unit_test(bad_showers_and_reserves_are_refused),
        cmocka_unit_test(bad_grids_are_refused),
        cmocka_unit_test(a_cnn_reads_the_detectors_image),
        cmocka_unit_test(layers_and_blocks_are_numbers_too),
        cmocka_unit_test(bad_copies_are_refused),
        cmocka_unit_test(bad_trainings_are_refused),
        cmocka_unit_test(what_a_model_reads_must_be_in_the_sample),
        cmocka_unit_test(what_a_source_lacks_for_its_detector_is_refused),
        cmocka_unit_test(sections_are_read_whatever_the_source),
        cmocka_unit_test(options_of_another_source_change_nothing_but_must_be_known),
        cmocka_unit_test(what_changes_a_run_changes_its_key),
        cmocka_unit_test(the_shape_of_a_cnn_is_in_its_key),
        cmocka_unit_test(what_changes_nothing_does_not_change_the_key),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
