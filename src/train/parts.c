#include "train/parts.h"

#include "base/fail.h"
#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

void nsym_class_count(nsym_class_counts *counts, double label) {
    counts->of[(size_t)label]++;
    counts->all++;
}

nsym_status nsym_class_counts_check(const nsym_class_counts *counts, const char *what) {
    if (counts->classes <= 2) {
        if (counts->of[1] > 0 && counts->of[1] < counts->all) return NSYM_OK;
        return nsym_fail(NSYM_EINVAL, "%zu of %zu %s events are signal; both classes are needed", counts->of[1],
                         counts->all, what);
    }
    for (size_t k = 0; k < counts->classes; k++)
        if (counts->of[k] == 0)
            return nsym_fail(NSYM_EINVAL,
                             "none of %zu %s events is of class %zu; all %zu classes are needed, and split.stratify: "
                             "true spreads them evenly",
                             counts->all, what, k, counts->classes);
    return NSYM_OK;
}

static nsym_status check_parts(const nsym_parts *parts, size_t classes, const double *labels) {
    nsym_class_counts train = {.classes = classes}, test = {.classes = classes};
    for (size_t i = 0; i < parts->train_count; i++) nsym_class_count(&train, labels[parts->train_first + i]);
    for (size_t i = 0; i < parts->test_count; i++) nsym_class_count(&test, labels[parts->test_first + i]);
    if (classes > 2) {
        NSYM_TRY(nsym_class_counts_check(&train, "training"));
        return nsym_class_counts_check(&test, "test");
    }
    if (train.of[1] > 0 && train.of[1] < train.all && test.of[1] > 0 && test.of[1] < test.all) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "%zu of %zu training and %zu of %zu test events are signal; both classes are needed in "
                     "both",
                     train.of[1], train.all, test.of[1], test.all);
}

nsym_status nsym_parts_of(nsym_parts *out, const nsym_split_card *split, size_t train_size, const double *labels,
                          size_t count) {
    size_t used = split->size ? split->size : count;
    if (used > count)
        return nsym_fail(NSYM_EINVAL,
                         "split.size is %zu, but the sample has %zu events; lower split.size, also in the experiments' "
                         "grids, or take more events",
                         used, count);
    size_t test = split->given.is ? split->given.test : (size_t)llround((double)used * split->test);
    size_t checks = split->given.is ? split->given.checks : (size_t)llround((double)used * split->validation);
    if (checks > used - test) checks = used - test;
    if (split->validation > 0 && checks == 0 && !split->given.is)
        return nsym_fail(NSYM_EINVAL, "split.validation is %g, less than one of %zu events; raise it",
                         split->validation, used);
    size_t train = used - test - checks;
    if (train_size > train)
        return nsym_fail(NSYM_EINVAL, "train.size is %zu, but only %zu events are left outside the test sample",
                         train_size, train);
    bool first = split->order == NSYM_SPLIT_FIRST;
    *out = (nsym_parts){.train_first = first ? test : 0,
                        .train_count = train_size ? train_size : train,
                        .copies = 1,
                        .test_first = first ? 0 : train + checks,
                        .test_count = test,
                        .check_first = checks ? train : 0,
                        .check_count = checks,
                        .classes = split->classes};
    return check_parts(out, split->classes, labels);
}

/* A bootstrap sample: as many draws with replacement. */
static void resample(uint32_t *events, size_t n, uint64_t seed, size_t member) {
    nsym_random random = nsym_random_stream(seed, "bootstrap", member);
    uint32_t *from = events + n; /* room for as many again */
    memcpy(from, events, n * sizeof *from);
    for (size_t i = 0; i < n; i++) events[i] = from[nsym_random_below(&random, (uint32_t)n)];
}

static size_t class_of(const nsym_parts *parts, const double *labels, uint32_t event) {
    return (size_t)labels[nsym_part_first(parts, event)];
}

/* The same within each class: an event gives its place to one of the same label. */
static void resample_classes(uint32_t *events, size_t n, const nsym_parts *parts, const double *labels, uint64_t seed,
                             size_t member) {
    nsym_random random = nsym_random_stream(seed, "bootstrap", member);
    uint32_t *from = events + n, count[NSYM_CLASSES_MAX] = {0}, first[NSYM_CLASSES_MAX] = {0};
    size_t used[NSYM_CLASSES_MAX] = {0};
    for (size_t i = 0; i < n; i++) count[class_of(parts, labels, events[i])]++;
    for (size_t k = 2; k < NSYM_CLASSES_MAX; k++) first[k] = first[k - 1] + count[k - 1];
    first[0] = (uint32_t)n - count[0]; /* from the end on */
    for (size_t i = 0; i < n; i++) {
        size_t k = class_of(parts, labels, events[i]);
        from[k ? first[k] + used[k] : n - 1 - used[k]] = events[i];
        used[k]++;
    }
    for (size_t i = 0; i < n; i++) {
        size_t k = class_of(parts, labels, events[i]);
        events[i] = from[first[k] + nsym_random_below(&random, count[k])];
    }
}

static nsym_status check_classes(const uint32_t *events, size_t n, const nsym_parts *parts, const double *labels,
                                 const char *what) {
    nsym_class_counts counts = {.classes = parts->classes};
    for (size_t i = 0; i < n; i++) nsym_class_count(&counts, labels[nsym_part_first(parts, events[i])]);
    return nsym_class_counts_check(&counts, what);
}

uint64_t nsym_member_seed(uint64_t seed, const char *purpose, size_t member) {
    nsym_random random = nsym_random_stream(seed, purpose, member);
    uint64_t high = nsym_random_u32(&random);
    return high << 32 | nsym_random_u32(&random);
}

nsym_status nsym_training_events(uint32_t **events, size_t *n, uint32_t **checked, size_t *n_checked,
                                 const nsym_train_card *card, size_t folds, const nsym_parts *parts,
                                 const double *labels, uint64_t seed, size_t member) {
    size_t all = parts->train_count, first = all, last = all; /* the fold */
    if (folds) {
        first = all * member / folds;
        last = all * (member + 1) / folds;
    }
    size_t left = all - (last - first), used = card->size ? card->size : left;
    size_t checks = folds ? last - first : parts->check_count, check_first = folds ? first : parts->check_first;
    if (used > left)
        return nsym_fail(NSYM_EINVAL, "train.size is %zu, but there are only %zu training events%s", used, left,
                         folds ? ", the others are validation events" : "; raise split.reserve");
    *events = calloc(2 * used + 1, sizeof **events);
    *checked = checks ? calloc(checks, sizeof **checked) : NULL;
    if (!*events || (checks && !*checked)) {
        free(*events);
        free(*checked);
        *events = *checked = NULL;
        return nsym_fail(NSYM_ENOMEM, "no memory for a training of %zu events", used);
    }
    for (size_t i = 0; i < used; i++) (*events)[i] = (uint32_t)(i < first ? i : i + last - first);
    for (size_t i = 0; i < checks; i++) (*checked)[i] = (uint32_t)(check_first + i);
    if (card->sampling == NSYM_BOOTSTRAP) resample(*events, used, seed, member);
    if (card->sampling == NSYM_BOOTSTRAP_CLASS) resample_classes(*events, used, parts, labels, seed, member);
    *n = used;
    *n_checked = checks;
    nsym_status status = check_classes(*events, used, parts, labels, "training");
    if (status == NSYM_OK && checks) status = check_classes(*checked, checks, parts, labels, "validation");
    if (status == NSYM_OK) return NSYM_OK;
    free(*events);
    free(*checked);
    *events = *checked = NULL;
    return status;
}
