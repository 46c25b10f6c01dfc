/* The networks of a study of methods. */
#ifndef NSYM_SYMMETRY_METHODS_MODEL_H
#define NSYM_SYMMETRY_METHODS_MODEL_H

#include "symmetry/card_events.h"

/* What makes the network a hybrid: settings as YAML text, from the tree's arena; or why there is none. */
typedef struct nsym_methods_hybrid {
    const char *text, *reason;
} nsym_methods_hybrid;

/* Have events few particles? Then a network learns from their products, late and cheaply. */
bool nsym_methods_few(const nsym_events *events);

/* `tree` is the card at the chosen place; `columns` are invariant, with commas between, or NULL. A hybrid of the card
   lends its inputs; else the columns are read; else momenta make Lorentz products. */
nsym_status nsym_methods_hybrid_of(nsym_methods_hybrid *out, const nsym_tree *tree, const nsym_card_events *card,
                                   const char *columns) NSYM_MUST_CHECK;

/* A small particle-flow network as YAML text, from the tree's arena; NULL: no memory. It reads what the card's own
   network reads of the particles, else their features. */
char *nsym_methods_network(const nsym_tree *tree, const nsym_card_events *card);

#endif
