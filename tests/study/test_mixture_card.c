/* What a card says of events in two mixtures: the sections mixture and splot, and what they change. */
#include "study/card_text.h"

static const char mixed[] = "source: mixture\n"
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
    const nsym_mixture_card *m = &card.data.mixture;
    assert_true(m->used && !m->truth && m->fractions == 0 && m->balance && m->weights == NSYM_CWOLA_DESCRIBED);
    assert_true(m->window[0] == 70 && m->window[1] == 110 && m->abundant[0] == 84 && m->abundant[1] == 96);
    assert_true(m->pt_min == 25 && m->eta_max == 2.1 && m->signal == 0.956);
    assert_true(m->method == NSYM_MASS_LIKELIHOOD && m->bootstraps == 20 && m->toys == 0);
    assert_true(card.data.events == 300000 && card.data.shuffle && card.data.stratify && card.data.file[0] == 0);
    assert_true(card.train.test == 1. / 6 && card.train.validation == 1. / 6 && card.train.split == NSYM_SPLIT_LAST);
    assert_false(card.falling);
    nsym_tree_free(tree);
    assert_int_equal(read_as(&tree, "set", NULL).spec.slots, 0);
    nsym_tree_free(tree);
    assert_true(read_as(&tree, "cut", NULL).falling);
    nsym_tree_free(tree);
}

static void sections_are_read(void **state) {
    (void)state;
    static const char *const set[] = {"data={file: pairs.h5, label: truth, split: first, test: 0.3, validation: 0.1}",
                                      "mixture={window: [60, 120], abundant: [80, 100], pt_min: 20, eta_max: 2.4, "
                                      "weights: published, balance: false, fractions: [0.9, 0.5]}",
                                      "splot={method: published, bootstraps: 50, toys: 20}", NULL};
    nsym_tree *tree;
    nsym_run_card card = read_as(&tree, "cones", set);
    const nsym_mixture_card *m = &card.data.mixture;
    assert_string_equal(card.data.file, "pairs.h5");
    assert_true(m->truth && m->fractions == 2 && m->fraction[0] == 0.9 && m->fraction[1] == 0.5 && !m->balance);
    assert_true(m->window[0] == 60 && m->window[1] == 120 && m->abundant[0] == 80 && m->abundant[1] == 100);
    assert_true(m->pt_min == 20 && m->eta_max == 2.4 && m->weights == NSYM_CWOLA_PUBLISHED);
    assert_true(m->method == NSYM_MASS_PUBLISHED && m->bootstraps == 50 && m->toys == 20);
    assert_true(m->test == 0.3 && m->validation == 0.1 && m->test_first); /* as the training divides the sample */
    assert_true(card.train.test == 0.3 && card.train.validation == 0.1 && card.train.split == NSYM_SPLIT_FIRST);
    nsym_tree_free(tree);
}

static void what_cannot_be_is_refused_with_its_place(void **state) {
    (void)state;
    static const char *const wrong[][2] = {
        {"mixture.windw=[70, 110]", "unknown key 'windw' in mixture; did you mean 'window'?"},
        {"splot.bootstrap=5", "unknown key 'bootstrap' in splot; did you mean 'bootstraps'?"},
        {"split.size=5", "unknown key 'size' in data"},
        {"weights.flatten=5", "unknown key 'flatten' in data"},
        {"labels.mass=[70]", "labels.mass must be two rising numbers"},
        {"labels.mass=[]", "labels.mass must be two rising numbers"},
        {"labels.mass=[110, 70]", "labels.mass must be two rising numbers"},
        {"labels.mass=[70, 90, 110]", "labels.mass has 3 entries"},
        {"labels.mass=70", "labels.mass is 70, must be a list of numbers"},
        {"labels.signal_region=[90, 90]", "labels.signal_region must be two rising numbers"},
        {"labels.signal_region=[84, 111]", "labels.signal_region is [84, 111], must lie in labels.mass, [70, 110]"},
        {"labels.signal_region=[60, 96]", "must lie in labels.mass, [70, 110]"},
        {"labels.mass=[85, 110]", "labels.signal_region is [84, 96], must lie in labels.mass, [85, 110]"},
        {"labels.fractions=[0.5, 0.9]", "labels.fractions are [0.5, 0.9]; label 1 has more signal than label 0"},
        {"labels.fractions=[0.5, 0.5]", "label 1 has more signal than label 0"},
        {"labels.fractions=[0.9]", "labels.fractions must be two numbers"},
        {"labels.fractions=[1.1, 0.5]", "labels.fractions[0] is 1.1"},
        {"labels.pt_min=-1", "labels.pt_min is -1"},
        {"weights.kde=publishd", "did you mean 'published'?"},
        {"weights.balance=1", "weights.balance is 1, must be true or false"},
        {"splot.method=unbinned", "splot.method is 'unbinned', must be one of likelihood, published"},
        {"splot.bootstraps=-1", "splot.bootstraps is -1"},
        {"splot.toys=2.5", "splot.toys is 2.5, must be a whole number"},
        {"labels.from=mixtur", "did you mean 'mixture'?"},
        {"data.signal=1", "data.signal is 1"},
        {"split.test=0", "split.test is 0"},
        {"data={test: 0.6, validation: 0.5}", "together they must leave events that train"},
        {"smear={resolution: 0.1}", "the source 'mixture' has no section 'smear'"},
        {"reweight={bins: 2}", "the source 'mixture' has no section 'reweight'"},
        {"shower={noise: 2}", "the source 'mixture' has no section 'shower'"},
        {"detector={cells: [32, 32]}", "the source 'mixture' has no section 'detector'"},
        {"copies={where: none}", "the source 'mixture' has no section 'copies'"},
        {"measure={events: 2}", "the source 'mixture' has no section 'measure'"},
        {"models.cones={kind: pfn, particles: p4, latent: 4}", "'px', which the source 'mixture' does not have"},
        {"models.cones={kind: cnn, event: image, filters: [4]}", "the source 'mixture' has none"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) refused_for("cones", wrong[i][0], wrong[i][1]);
    refused_for("cut", "models.cut.falling=yes", "models.cut.falling is 'yes', must be true or false");
    refused_for("cut", "models.cut.rising=true", "unknown key 'rising' in models.cut");
    refused_for("cones", "models.cones.falling=true", "unknown key 'falling' in models.cones");
}

static void other_sources_have_neither_section(void **state) {
    (void)state;
    static const char *const sources[] = {"dimuon", "file", "showers", "muons"}, *const sections[] = {"mixture",
                                                                                                      "splot"};
    for (size_t k = 0; k < 8; k++) {
        char text[256], words[128];
        nsym_run_card card;
        snprintf(text, sizeof text, "source: %s\n%s: {}\nmodels: {m: {event: columns, columns: [a]}}\n", sources[k / 2],
                 sections[k % 2]);
        snprintf(words, sizeof words, "the source '%s' has no section '%s'", sources[k / 2], sections[k % 2]);
        nsym_tree *tree = opened(text, NULL, NULL);
        assert_int_not_equal(nsym_card_read(&card, tree, "m"), NSYM_OK);
        assert_says(words);
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
                                       "data.signal=0.9",
                                       "split.shuffle=false",
                                       "labels.from=truth",
                                       "split.test=0.2",
                                       "split.validation=0.2",
                                       "split.order=first",
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
                                       "splot.method=published",
                                       "splot.bootstraps=1",
                                       "splot.toys=1"};
    enum { SETS = sizeof sets / sizeof *sets, OF_SAMPLE = SETS - 2 }; /* the last two leave the sample as it is */
    char *key[2][SETS + 1];
    for (size_t d = 0; d < 2; d++)
        for (size_t i = 0; i <= SETS; i++) { /* and each its own */
            key[d][i] = key_of("cones", i ? sets[i - 1] : NULL, d);
            for (size_t k = 0; k < i; k++)
                if ((strcmp(key[d][k], key[d][i]) == 0) != (d && i > OF_SAMPLE && (k == 0 || k > OF_SAMPLE)))
                    fail_msg("%s against %zu", sets[i - 1], k);
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
        cmocka_unit_test(other_sources_have_neither_section),
        cmocka_unit_test(what_changes_a_run_changes_its_key),
        cmocka_unit_test(which_way_a_column_falls_changes_the_run_but_not_the_sample),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
