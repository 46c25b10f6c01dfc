/* What a card says about events in two mixtures, whose classes are not known. */
#include "study/card.h"

#include "base/fail.h"

static nsym_status check_window(const nsym_tree *card, const char *path, const double ends[2], size_t n) {
    if (n == 2 && ends[0] < ends[1]) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(card->root, path), "%s must be two rising numbers", path);
}

nsym_status nsym_mixture_check(nsym_data_card *data, const nsym_train_card *train, const nsym_tree *card) {
    nsym_mixture_card *m = &data->mixture;
    const nsym_node *fractions = nsym_node_at(card->root, "mixture.fractions");
    NSYM_TRY(check_window(card, "mixture.window", m->window, m->ends[0]));
    NSYM_TRY(check_window(card, "mixture.abundant", m->abundant, m->ends[1]));
    if (m->abundant[0] < m->window[0] || m->abundant[1] > m->window[1])
        return nsym_fail_at(card, nsym_node_at(card->root, "mixture.abundant"),
                            "mixture.abundant is [%g, %g], must lie in mixture.window, [%g, %g]", m->abundant[0],
                            m->abundant[1], m->window[0], m->window[1]);
    if (fractions && m->fractions != 2) return nsym_fail_at(card, fractions, "mixture.fractions must be two numbers");
    if (m->fractions && m->fraction[0] <= m->fraction[1])
        return nsym_fail_at(card, fractions, "mixture.fractions are [%g, %g]; label 1 has more signal than label 0",
                            m->fraction[0], m->fraction[1]);
    m->test = train->test;
    m->validation = train->validation;
    m->test_first = train->split == NSYM_SPLIT_FIRST;
    return NSYM_OK;
}
