/* A small card, and cards opened from text. */
#ifndef TESTS_STUDY_CARD_TEXT_H
#define TESTS_STUDY_CARD_TEXT_H

#include "data/temporary.h"
#include "study/card.h"

/* Line numbers matter to the tests: add at the end. */
static const char small_card[] = "study: small\n"
                                 "seed: 7\n"
                                 "recipe: [plain, rough]\n"
                                 "data: {generate: dimuon, events: 400}\n"
                                 "split:\n"
                                 "  test: 0.25\n"
                                 "detector: {smear: {resolution: 0.1}}\n"
                                 "train:\n"
                                 "  epochs: 3\n"
                                 "  batch: 32\n"
                                 "  learning_rate: 0.01\n"
                                 "recipes:\n"
                                 "  plain: {}\n"
                                 "  rough:\n"
                                 "    data.events: 100\n"
                                 "    detector.smear.resolution: 0.3\n"
                                 "models:\n"
                                 "  general: {kind: pfn, particles: p4, particle_map: [8, 6], latent: 4, hidden: [5]}\n"
                                 "  invariant:\n"
                                 "    kind: fcn\n"
                                 "    event: lorentz\n"
                                 "    hidden: [8]\n"
                                 "    learning_rate: 0.002\n"
                                 "experiments:\n"
                                 "  first:\n"
                                 "    set: {train.epochs: 5}\n"
                                 "    grid: {train.size: [100, 50], model: [general, invariant]}\n"
                                 "presets:\n"
                                 "  quick: {data.events: 60, train.epochs: 2}\n";

static inline void assert_says(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static inline char *card_file(const char *text) {
    char *path = in_folder("card.yaml");
    write_bytes(path, text, strlen(text));
    return path;
}

/* The card of a text after a preset (or NULL) and settings (NULL-terminated, or NULL). */
static inline nsym_status open_text(nsym_tree **out, const char *text, const char *preset, const char *const *set) {
    nsym_study_options options = {.card = card_file(text), .preset = preset, .set = set};
    while (set && set[options.sets]) options.sets++;
    *out = NULL;
    return nsym_card_open(out, &options);
}

static inline nsym_tree *opened(const char *text, const char *preset, const char *const *set) {
    nsym_tree *card;
    if (open_text(&card, text, preset, set) != NSYM_OK) fail_msg("%s", nsym_message());
    return card;
}

#endif
