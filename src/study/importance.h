/* Which inputs a network needs: how much AUC it loses on the test part where one of them is permuted. */
#ifndef NSYM_STUDY_IMPORTANCE_H
#define NSYM_STUDY_IMPORTANCE_H

#include "ledger/measures.h"
#include "nn/network.h"
#include "study/test_part.h"
#include "train/features.h"
#include "train/inputs.h"

/* Room for an input's name. */
enum { NSYM_IMPORTANCE_NAME = NSYM_FEATURE_NAME + 16 };

/* Adds `importance`, numbered from 1, of every input of the network: its AUC on the test part less that with the
   input's values permuted, the mean over `permutations`, which belong to the seed (Breiman, Machine Learning 45 (2001)
   5, section 10; Fisher, Rudin and Dominici, JMLR 20 (2019) 177). Of several classes it is the mean AUC of each against
   all others. An input is a column of the events, wherever it is read; a feature of the particles, whose values are
   permuted among all particles of the test events; or a value of a built-in input. Images and lists of cells have none.
   The error is for the finite test sample: that of the difference, event by event, each with the values that it was
   given. The inputs are changed and restored.
   Errors: memory; a class without events. */
nsym_status nsym_importance_measure(nsym_measures *f, nsym_network *network, nsym_inputs *inputs,
                                    const nsym_test_part *r, size_t permutations, uint64_t seed) NSYM_MUST_CHECK;

/* The name of input `number` of a model: "jet_pt", "d0", "lorentz 2"; " (event)" is added to that of an event where
   particles have the same. False: there is none, or no memory. */
bool nsym_importance_name(char name[NSYM_IMPORTANCE_NAME], const nsym_model_spec *spec, size_t number);

#endif
