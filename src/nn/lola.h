/* The combination layer and the Lorentz layer of DeepTopLoLa (Butter, Kasieczka, Plehn & Russell, arXiv:1707.08966).

   Of the momenta k_i (i = 1 ... N) it makes J = 1 + N + M combinations q_j = sum_i k_i C_ij: their sum, each of them,
   and M whose C_ij are learned. Of every combination come four numbers: q_j^2; its pT; sum_m w_jm E_m with the energies
   of all combinations; sum_m v_jm (q_j - q_m)^2, where w and v (J, J) are learned.

   The paper has several copies of the last two, with a minimum over m in place of the sum in some: here there is one
   copy, with the sum. And the four numbers t leave as sign(t) ln(1 + |t|), as the invariants of the input "lorentz" do,
   because GeV^2 span too many decades for the layers behind. */
#ifndef NSYM_NN_LOLA_H
#define NSYM_NN_LOLA_H

#include "nn/layers.h"

enum { NSYM_LOLA_NUMBERS = 4, NSYM_LOLA_MOST = 1024 };

/* Combinations of `particles` momenta. */
static inline size_t nsym_lola_combinations(size_t particles, size_t learned) {
    return 1 + particles + learned;
}

void nsym_lola_forward(const nsym_pass *pass, const nsym_layer *layer);
void nsym_lola_backward(const nsym_pass *pass, const nsym_layer *layer);

#endif
