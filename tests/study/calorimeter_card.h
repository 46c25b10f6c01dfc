/* A small card of calorimeter events. */
#ifndef TESTS_STUDY_CALORIMETER_CARD_H
#define TESTS_STUDY_CALORIMETER_CARD_H

#include "study/card_text.h"

/* Line numbers matter to the tests: add at the end. */
static const char calorimeter_card[] =
    "study: tiny\n"
    "data: {generate: showers, events: 200}\n"
    "seed: 5\n"
    "split: {test: 0.25, reserve: 60}\n"
    "showers:\n"
    "  deposits: 6\n"
    "  noise: 2\n"
    "  points: 4\n"
    "detector:\n"
    "  cells: [8, 8]\n"
    "copies:\n"
    "  where: before\n"
    "  values: [0, 90, 180]\n"
    "train:\n"
    "  epochs: 1\n"
    "  batch: 12\n"
    "  sampling: bootstrap\n"
    "  every_epoch: false\n"
    "  scale: true\n"
    "models:\n"
    "  fcn: {kind: fcn, event: list, padded: 64, hidden: [4]}\n"
    "  image: {kind: fcn, event: image, padded: 64, hidden: [4]}\n"
    "  pfn: {kind: pfn, particles: cells, padded: 64, particle_map: [4], latent: 4, hidden: [4]}\n"
    "  limit: {kind: column, column: log_ratio}\n"
    "experiments:\n"
    "  first:\n"
    "    grid: {model: [fcn]}\n";

/* What a card says about `model` after the settings (NULL-terminated). The tree owns its texts. */
static inline nsym_run_card read_set(nsym_tree **tree, const char *model, const char *const *set) {
    nsym_run_card card = {0};
    *tree = opened(calorimeter_card, NULL, set);
    if (nsym_card_read(&card, *tree, model) != NSYM_OK) fail_msg("%s", nsym_message());
    return card;
}

/* Runs the calorimeter card with settings (NULL-terminated) into a folder of that name. */
static inline nsym_status run_calorimeter(const char *name, size_t jobs, const char *const *set, bool (*stop)(void)) {
    char out[512];
    nsym_study_options options = {.card = card_file(calorimeter_card), .set = set, .jobs = jobs, .stop = stop};
    while (set[options.sets]) options.sets++;
    snprintf(out, sizeof out, "%s", in_folder(name));
    options.out = out;
    return nsym_study_run(&options);
}

#endif
