/* What a card says about events in two mixtures, whose classes are not known. */
#include "study/card.h"

#include "base/fail.h"
#include "study/names.h"

#include <string.h>

enum { MANY = 1000000000 };

/* Two numbers; *n stays 0, or as it is, where the card has none. */
static nsym_status read_pair(nsym_reader r, const char *key, double low, double high, bool rising, double out[2],
                             size_t *n) {
    const nsym_node *node = r.node ? nsym_node_at(r.node, key) : NULL;
    if (!node) return NSYM_OK;
    NSYM_TRY(nsym_read_numbers(r, key, low, high, 2, out, n));
    if (*n == 2 && (!rising || out[0] < out[1])) return NSYM_OK;
    return nsym_fail_at(r.tree, node, "%s.%s must be two %snumbers", r.where, key, rising ? "rising " : "");
}

static nsym_status read_mixture(nsym_mixture_card *m, const nsym_tree *card) {
    static const char *const known[] = {"window",  "abundant", "pt_min",    "eta_max",
                                        "weights", "balance",  "fractions", NULL};
    static const char *const weights[] = {"none", "published", "described", NULL};
    nsym_reader r;
    size_t two = 2, choice = m->weights;
    NSYM_TRY(nsym_card_section(&r, card, "mixture", known));
    NSYM_TRY(read_pair(r, "window", 0, 1e6, true, m->window, &two));
    NSYM_TRY(read_pair(r, "abundant", 0, 1e6, true, m->abundant, &two));
    NSYM_TRY(read_pair(r, "fractions", 0, 1, false, m->fraction, &m->fractions));
    NSYM_TRY(nsym_read_number(r, "pt_min", 0, 1e6, &m->pt_min));
    NSYM_TRY(nsym_read_number(r, "eta_max", 0, 100, &m->eta_max));
    NSYM_TRY(nsym_read_choice(r, "weights", weights, &choice));
    NSYM_TRY(nsym_read_bool(r, "balance", &m->balance));
    m->weights = (nsym_cwola_weights)choice;
    if (m->abundant[0] < m->window[0] || m->abundant[1] > m->window[1])
        return nsym_fail_at(card, nsym_node_at(r.node, "abundant"),
                            "mixture.abundant is [%g, %g], must lie in mixture.window, [%g, %g]", m->abundant[0],
                            m->abundant[1], m->window[0], m->window[1]);
    if (m->fractions && m->fraction[0] <= m->fraction[1])
        return nsym_fail_at(card, nsym_node_at(r.node, "fractions"),
                            "mixture.fractions are [%g, %g]; label 1 has more signal than label 0", m->fraction[0],
                            m->fraction[1]);
    return NSYM_OK;
}

/* Enough to know an error to a sixth. */
enum { BOOTSTRAPS = 20 };

static nsym_status read_splot(nsym_mixture_card *m, const nsym_tree *card) {
    static const char *const known[] = {"method", "bootstraps", "toys", NULL};
    static const char *const methods[] = {"likelihood", "published", NULL};
    nsym_reader r;
    size_t method = 0;
    NSYM_TRY(nsym_card_section(&r, card, "splot", known));
    NSYM_TRY(nsym_read_choice(r, "method", methods, &method));
    m->bootstraps = BOOTSTRAPS;
    NSYM_TRY(nsym_read_size(r, "bootstraps", 0, 100000, &m->bootstraps));
    NSYM_TRY(nsym_read_size(r, "toys", 0, 100000, &m->toys));
    m->method = method ? NSYM_MASS_PUBLISHED : NSYM_MASS_LIKELIHOOD;
    return NSYM_OK;
}

nsym_status nsym_mixture_read(nsym_data_card *data, nsym_train_card *train, const nsym_tree *card) {
    static const char *const known[] = {"file",  "shuffle", "events",     "signal", "label",
                                        "split", "test",    "validation", NULL};
    static const char *const splits[] = {"last", "first", NULL}, *const labels[] = {"mixture", "truth", NULL};
    nsym_mixture_card *m = &data->mixture;
    nsym_reader r;
    size_t split = 0, label = 0;
    *m = (nsym_mixture_card){.used = true,
                             .window = {70, 110},
                             .abundant = {84, 96},
                             .pt_min = 25,
                             .eta_max = 2.1,
                             .signal = 0.956,
                             .weights = NSYM_CWOLA_DESCRIBED,
                             .balance = true};
    data->events = 300000;
    data->particle_level = data->stratify = true;
    train->test = train->validation = 1. / 6;
    NSYM_TRY(nsym_card_section(&r, card, "data", known));
    NSYM_TRY(nsym_read_text(r, "file", &data->file));
    NSYM_TRY(nsym_read_size(r, "events", 100, MANY, &data->events));
    NSYM_TRY(nsym_read_number(r, "signal", 0.01, 0.99, &m->signal));
    NSYM_TRY(nsym_read_bool(r, "shuffle", &data->shuffle));
    NSYM_TRY(nsym_read_choice(r, "label", labels, &label));
    NSYM_TRY(nsym_read_choice(r, "split", splits, &split));
    NSYM_TRY(nsym_read_number(r, "test", 0.001, 0.999, &train->test));
    NSYM_TRY(nsym_read_number(r, "validation", 0, 0.999, &train->validation));
    NSYM_TRY(nsym_read_names((nsym_reader){card, card->root, ""}, "observables", data->observables));
    train->split = (nsym_split)split;
    m->truth = label == 1;
    m->test = train->test;
    m->validation = train->validation;
    m->test_first = split == 1;
    NSYM_TRY(read_mixture(m, card));
    return read_splot(m, card);
}
