/* What a card says of events in two mixtures: the sections labels, weights and splot, and what they change. */
#include "sources/source.h"
#include "study/card_text.h"

static const char mixed[] = "data: {generate: muon_pairs}\n"
                            "labels: {from: mixtures}\n"
                            "weights: {kde: described, balance: true}\n"
                            "split: {test: 0.15, validation: 0.15, stratify: true}\n"
                            "seed: 7\n"
                            "models:\n"
                            "  cones: {event: columns, columns: [sum_pt], hidden: [4]}\n"
                            "  set: {kind: pfn, particles: objects_onehot, latent: 4}\n"
                            "  cut: {kind: column, column: sum_pt, falling: true}\n";

static nsym_run_card read_as(nsym_tree **tree, const char *model, const char *const *set) {
    nsym_run_card card;
    *tree = opened(mixed, NULL, set);
    if (nsym_card_read(&card, *tree, model) != NSYM_OK) fail_msg("%s", nsym_message());
    return card;
}

static void refused_for(const char *model, const char *set, const char *words) {
    nsym_run_card card;
    nsym_tree *tree = opened(mixed, NULL, (const char *const[]){set, NULL});
    if (nsym_card_read(&card, tree, model) == NSYM_OK) fail_msg("%s is taken", set);
    assert_says(words);
    nsym_tree_free(tree);
}

static void sections_that_are_left_out_have_their_defaults(void **state) {
    (void)state;
    nsym_tree *tree;
    nsym_run_card card = read_as(&tree, "cones", NULL);
    const nsym_labels_card *labels = &card.data.labels;
    const nsym_judge_card *judge = &card.data.judge;
    double purity;
    memcpy(&purity, card.data.options, sizeof purity); /* the one option of these events */
    assert_true(labels->from == NSYM_LABELS_MIXTURES && labels->fractions == 0);
    assert_true(labels->mass[0] == 70 && labels->mass[1] == 110);
    assert_true(labels->signal_region[0] == 84 && labels->signal_region[1] == 96);
    assert_true(labels->pt_min == 25 && labels->eta_max == 2.1 && purity == 0.956);
    assert_true(judge->method == NSYM_MASS_LIKELIHOOD && judge->bootstraps == 20 && judge->toys == 0);
    assert_true(nsym_mass_judges(&card.data) && judge->mass[0] == 70 && judge->mass[1] == 110); /* as the labels' */
    assert_true(card.data.events == 300000 && card.data.split.shuffle && card.data.file[0] == 0);
    assert_true(card.data.split.order == NSYM_SPLIT_LAST);
    assert_false(card.falling);
    nsym_tree_free(tree);
    assert_int_equal(read_as(&tree, "set", NULL).spec.slots, 0);
    nsym_tree_free(tree);
    assert_true(read_as(&tree, "cut", NULL).falling);
    nsym_tree_free(tree);
}

static void sections_are_read(void **state) {
    (void)state;
    static const char *const set[] = {
        "data={file: pairs.h5}",
        "split={order: first, test: 0.3, validation: 0.1}",
        "labels={from: truth, mass: [60, 120], signal_region: [80, 100], pt_min: 20, eta_max: 2.4, "
        "fractions: [0.9, 0.5]}",
        "weights={kde: published, balance: false}",
        "splot={mass: [65, 115], method: published, bootstraps: 50, toys: 20}",
        NULL};
    nsym_tree *tree;
    nsym_run_card card = read_as(&tree, "cones", set);
    const nsym_labels_card *labels = &card.data.labels;
    const nsym_judge_card *judge = &card.data.judge;
    assert_string_equal(card.data.file, "pairs.h5");
    assert_ptr_equal(card.data.source, &nsym_source_file);
    assert_true(labels->from == NSYM_LABELS_TRUTH && labels->fractions == 2);
    assert_true(labels->fraction[0] == 0.9 && labels->fraction[1] == 0.5);
    assert_true(labels->mass[0] == 60 && labels->mass[1] == 120);
    assert_true(labels->signal_region[0] == 80 && labels->signal_region[1] == 100);
    assert_true(labels->pt_min == 20 && labels->eta_max == 2.4);
    assert_true(card.data.weights.kde == NSYM_KDE_PUBLISHED && !card.data.weights.balance);
    assert_true(judge->mass[0] == 65 && judge->mass[1] == 115);
    assert_true(judge->method == NSYM_MASS_PUBLISHED && judge->bootstraps == 50 && judge->toys == 20);
    const nsym_split_card *split = &card.data.split;
    assert_true(split->test == 0.3 && split->validation == 0.1 && split->order == NSYM_SPLIT_FIRST);
    assert_false(split->stratify);
    nsym_tree_free(tree);
}

static void what_cannot_be_is_refused_with_its_place(void **state) {
    (void)state;
    static const char *const wrong[][2] = {
        {"labels.mas=[70, 110]", "unknown key 'mas' in labels; did you mean 'mass'?"},
        {"splot.bootstrap=5", "unknown key 'bootstrap' in splot; did you mean 'bootstraps'?"},
        {"weights.flattn=5", "unknown key 'flattn' in weights; did you mean 'flatten'?"},
        {"muon_pairs.signal=0.9", "unknown key 'signal' in muon_pairs"},
        {"splot.mass=[110, 70]", "splot.mass must be two rising numbers"},
        {"splot.mass=[70]", "splot.mass must be two rising numbers"},
        {"labels.mass=[70]", "labels.mass must be two rising numbers"},
        {"labels.mass=[]", "labels.mass must be two rising numbers"},
        {"labels.mass=[110, 70]", "labels.mass must be two rising numbers"},
        {"labels.mass=[70, 90, 110]", "labels.mass has 3 entries"},
        {"labels.mass=70", "labels.mass is 70, must be a list of numbers"},
        {"labels.signal_region=[90, 90]", "labels.signal_region must be two rising numbers"},
        {"labels.signal_region=[84, 111]", "labels.signal_region is [84, 111], must lie in labels.mass, [70, 110]"},
        {"labels.signal_region=[60, 96]", "must lie in labels.mass, [70, 110]"},
        {"labels.mass=[85, 110]", "labels.signal_region is [84, 96], must lie in labels.mass, [85, 110]"},
        {"labels.fractions=[0.5, 0.9]", "labels.fractions are [0.5, 0.9]; the first, of label 1, must be larger"},
        {"labels.fractions=[0.5, 0.5]", "the first, of label 1, must be larger"},
        {"labels.fractions=[0.9]", "labels.fractions must be two numbers"},
        {"labels.fractions=[1.1, 0.5]", "labels.fractions[0] is 1.1"},
        {"labels.pt_min=-1", "labels.pt_min is -1"},
        {"weights.kde=publishd", "did you mean 'published'?"},
        {"weights.balance=1", "weights.balance is 1, must be true or false"},
        {"splot.method=unbinned", "splot.method is 'unbinned', must be one of likelihood, published"},
        {"splot.bootstraps=-1", "splot.bootstraps is -1"},
        {"splot.toys=2.5", "splot.toys is 2.5, must be a whole number"},
        {"labels.from=mixtur", "did you mean 'mixtures'?"},
        {"muon_pairs.purity=1", "muon_pairs.purity is 1"},
        {"split.test=0", "split.test is 0"},
        {"split={test: 0.6, validation: 0.5}", "together they must leave training events"},
        {"detector={smear: {resolution: 0.1}}", "detector.smear acts on momenta, but 'muon_pairs' has none"},
        {"models.cones={kind: pfn, particles: p4, latent: 4}", "'px', which 'muon_pairs' does not have"},
        {"models.cones={kind: cnn, event: image, filters: [4]}",
         "a model of kind cnn reads an image: sum the events in cells"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) refused_for("cones", wrong[i][0], wrong[i][1]);
    refused_for("cut", "models.cut.falling=yes", "models.cut.falling is 'yes', must be true or false");
    refused_for("cut", "models.cut.rising=true", "unknown key 'rising' in models.cut");
    refused_for("cones", "models.cones.falling=true", "unknown key 'falling' in models.cones");
}

/* Whether its events have the columns is for the sample to say. */
static void any_source_may_be_mixed_and_judged(void **state) {
    (void)state;
    static const char *const data[] = {"generate: dimuon", "generate: showers", "generate: muons", "file: pairs.h5"};
    for (size_t k = 0; k < 4; k++) {
        char text[256];
        nsym_run_card card;
        snprintf(text, sizeof text,
                 "data: {%s}\nlabels: {from: mixtures}\nmodels: {m: {event: columns, columns: [a]}}\n", data[k]);
        nsym_tree *tree = opened(text, NULL, NULL);
        if (nsym_card_read(&card, tree, "m") != NSYM_OK) fail_msg("%s", nsym_message());
        assert_true(card.data.labels.from == NSYM_LABELS_MIXTURES && nsym_mass_judges(&card.data));
        nsym_tree_free(tree);
        tree = opened(text, NULL, (const char *const[]){"labels={}", NULL});
        assert_int_equal(nsym_card_read(&card, tree, "m"), NSYM_OK);
        assert_false(nsym_mass_judges(&card.data));
        nsym_tree_free(tree);
        tree = opened(text, NULL, (const char *const[]){"labels={}", "splot.mass=[60, 120]", NULL});
        assert_int_equal(nsym_card_read(&card, tree, "m"), NSYM_OK); /* labelled events that the mass judges */
        assert_true(nsym_mass_judges(&card.data) && card.data.judge.mass[0] == 60);
        nsym_tree_free(tree);
    }
}

/* New: the key of a run, or of its sample alone. */
static char *key_of(const char *model, const char *set, bool data_only) {
    nsym_tree *tree;
    char *key;
    nsym_run_card card = read_as(&tree, model, set ? (const char *const[]){set, NULL} : NULL);
    assert_int_equal(nsym_card_key(&key, &card, data_only), NSYM_OK);
    nsym_tree_free(tree);
    return key;
}

static void what_changes_a_run_changes_its_key(void **state) {
    (void)state;
    static const char *const sets[] = {"seed=8",
                                       "data.events=5000",
                                       "muon_pairs.purity=0.9",
                                       "split.shuffle=false",
                                       "labels.from=truth",
                                       "split.test=0.2",
                                       "split.validation=0.2",
                                       "split.order=first",
                                       "split.stratify=false",
                                       "split.size=1000",
                                       "observables=[sum_pt]",
                                       "labels.mass=[71, 110]",
                                       "labels.mass=[70, 111]",
                                       "labels.signal_region=[85, 96]",
                                       "labels.signal_region=[84, 95]",
                                       "labels.pt_min=26",
                                       "labels.eta_max=2",
                                       "weights.kde=published",
                                       "weights.kde=none",
                                       "weights.balance=false",
                                       "labels.fractions=[0.99, 0.56]",
                                       "labels.fractions=[0.99, 0.57]",
                                       "splot.mass=[71, 110]",
                                       "splot.method=published",
                                       "splot.bootstraps=1",
                                       "splot.toys=1"};
    enum { SETS = sizeof sets / sizeof *sets };
    char *key[2][SETS + 1];
    for (size_t d = 0; d < 2; d++)
        for (size_t i = 0; i <= SETS; i++) { /* and each its own; the sample has the fits that judge */
            key[d][i] = key_of("cones", i ? sets[i - 1] : NULL, d);
            for (size_t k = 0; k < i; k++)
                if (strcmp(key[d][k], key[d][i]) == 0) fail_msg("%s against %zu", sets[i - 1], k);
        }
    for (size_t i = 0; i <= SETS; i++) free(key[0][i]), free(key[1][i]);
}

static void which_way_a_column_falls_changes_the_run_but_not_the_sample(void **state) {
    (void)state;
    for (int data_only = 0; data_only < 2; data_only++) {
        char *falling = key_of("cut", NULL, data_only), *rising = key_of("cut", "models.cut.falling=false", data_only);
        assert_true((strcmp(falling, rising) == 0) == data_only);
        free(falling);
        free(rising);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_that_are_left_out_have_their_defaults),
        cmocka_unit_test(sections_are_read),
        cmocka_unit_test(what_cannot_be_is_refused_with_its_place),
        cmocka_unit_test(any_source_may_be_mixed_and_judged),
        cmocka_unit_test(what_changes_a_run_changes_its_key),
        cmocka_unit_test(which_way_a_column_falls_changes_the_run_but_not_the_sample),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
