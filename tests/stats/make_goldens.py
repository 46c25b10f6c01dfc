#!/usr/bin/env python3
"""Writes data/auc.golden with scikit-learn, which test_auc.c reads back:  make_goldens.py [FOLDER]

A line that starts with # is a comment. One line with the areas under the ROC curve, unweighted and weighted, then one
line `score label weight` an event: scores that single precision holds and of which many are tied, weights that it does
not hold."""
import os
import sys

import numpy as np
import sklearn
from sklearn.metrics import roc_auc_score

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
os.makedirs(folder, exist_ok=True)

random = np.random.RandomState(17)
n = 400
labels = random.randint(0, 2, n)
scores = (np.round(16 * random.normal(labels, 1)) / 16).astype(np.float32)
weights = random.exponential(1, n) * random.choice([0, 1, 1, 7], n)
assert len(set(scores)) < 0.5 * n

with open(os.path.join(folder, "auc.golden"), "w") as file:
    file.write("# scikit-learn %s: roc_auc_score\n" % sklearn.__version__)
    file.write("%.17g %.17g\n" % (roc_auc_score(labels, scores), roc_auc_score(labels, scores, sample_weight=weights)))
    for score, label, weight in zip(scores, labels, weights):
        file.write("%.9g %d %.17g\n" % (score, label, weight))
