/* Keys that an earlier nearsym read, and what they are called today. */
#include "study/card.h"

#include "base/fail.h"

static const struct {
    const char *old, *now;
} moved[] = {{"source", "data.generate, or data.file"},
             {"data.copies", "data.repeat"},
             {"data.group", "split.group"},
             {"data.size", "split.size"},
             {"data.test", "split.test"},
             {"data.validation", "split.validation"},
             {"data.split", "split.order"},
             {"data.shuffle", "split.shuffle"},
             {"data.pool", "split.reserve"},
             {"data.overlap", "split.overlap"},
             {"data.level", "muons.level"},
             {"data.threshold", "detector.threshold"},
             {"data.flatten", "weights.flatten"},
             {"data.label", "labels.from"},
             {"train.folds", "split.folds"},
             {"smear", "detector.smear"},
             {"reweight", "weights.reweight"},
             {"shower", "showers"},
             {"copies.angles", "copies.values"},
             {"mixture.window", "labels.mass"},
             {"mixture.abundant", "labels.signal_region"},
             {"mixture.pt_min", "labels.pt_min"},
             {"mixture.eta_max", "labels.eta_max"},
             {"mixture.fractions", "labels.fractions"},
             {"mixture.weights", "weights.kde"},
             {"mixture.balance", "weights.balance"},
             {"mixture", "labels and weights"}};

static const char *const of_models[][2] = {
    {"weight", "gate"}, {"weight_map", "gate_map"}, {"mix", "combination"}, {"pool", "pooling"}};

/* The keys of a model, whatever it is called. */
static nsym_status check_model(const nsym_tree *card, const nsym_node *model) {
    for (size_t i = 0; i < sizeof of_models / sizeof *of_models; i++) {
        const nsym_node *node = nsym_node_at(model, of_models[i][0]);
        if (node)
            return nsym_fail_at(card, node, "'models.%s.%s' is now 'models.%s.%s'", model->key, of_models[i][0],
                                model->key, of_models[i][1]);
    }
    return NSYM_OK;
}

nsym_status nsym_card_moved(const nsym_tree *card) {
    const nsym_node *models = nsym_node_at(card->root, "models");
    for (size_t i = 0; models && i < models->count; i++) NSYM_TRY(check_model(card, models->child[i]));
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
        const nsym_node *node = nsym_node_at(card->root, moved[i].old);
        if (node) return nsym_fail_at(card, node, "'%s' is now '%s'", moved[i].old, moved[i].now);
    }
    return NSYM_OK;
}
