#!/usr/bin/env python3
"""Writes data/auc.golden and data/delong.json with numpy and scikit-learn, which test_auc.c reads back:
make_goldens.py [FOLDER]

auc.golden: a line that starts with # is a comment. One line with the areas under the ROC curve, unweighted and weighted, then one
line `score label weight` an event: scores that single precision holds and of which many are tied, weights that it does
not hold.

delong.json: three classifiers of one sample, of which the first is a network's saturated output (its scores differ in
double precision only), the second has ties and the third is unlike both; weights of which a fifth are negative, some 0,
and which depend on the scores. AUCs and their covariance (DeLong), without and with weights, from all pairs of a signal
and a background event."""
import json
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


def placements(score, label):
    """What share of the other class is on the wrong side: matrix (signal, background) of 1, 1/2 and 0."""
    signal, background = score[label == 1], score[label == 0]
    return (signal[:, None] > background[None, :]) + 0.5 * (signal[:, None] == background[None, :])


def areas(scores, label, weight):
    """AUCs (m) and their covariance (m, m)."""
    of = [weight[label == 1] / weight[label == 1].sum(), weight[label == 0] / weight[label == 0].sum()]
    wins = [placements(score, label) for score in scores]
    auc = np.array([of[0] @ w @ of[1] for w in wins])
    covariance = np.zeros((len(scores), len(scores)))
    for side, p in enumerate(of):
        v = np.array([w @ of[1] if side == 0 else of[0] @ w for w in wins]) - auc[:, None]
        unbiased = np.sum(p**2 * ((1 - p) ** 2 + np.sum(p**2) - p**2)) / np.sum(p**2)
        covariance += (v * p**2) @ v.T / unbiased
    return auc, covariance


n = 300
label = random.randint(0, 2, n)
logit = random.normal(label, 1.5) + 26
scores = np.array([1 / (1 + np.exp(-logit)), np.round(4 * random.normal(label, 1)) / 4, random.normal(0.3 * label, 1)])
weight = random.choice([-1, 0, 1, 1, 1, 3], n) * np.exp(0.2 * (logit - 26)) * random.uniform(0.5, 2, n)
assert len(set(scores[0])) > 0.9 * n and len(set(scores[0].astype(np.float32))) == 1
plain, covariance = areas(scores, label, np.ones(n))
weighted, weighted_covariance = areas(scores, label, weight)
for k in range(3):  # two other ways to the same: scikit-learn's area, numpy's sample covariance
    assert abs(plain[k] - roc_auc_score(label, scores[k])) < 1e-14
    assert abs(weighted[k] - np.sum(placements(scores[k], label) * np.outer(weight[label == 1], weight[label == 0]))
               / weight[label == 1].sum() / weight[label == 0].sum()) < 1e-14
by_signal = np.array([placements(s, label).mean(axis=1) for s in scores])
by_background = np.array([placements(s, label).mean(axis=0) for s in scores])
published = np.cov(by_signal) / np.sum(label == 1) + np.cov(by_background) / np.sum(label == 0)
assert np.allclose(covariance, published, rtol=1e-13, atol=0)

with open(os.path.join(folder, "delong.json"), "w") as file:
    json.dump({"made_by": "numpy %s, scikit-learn %s" % (np.__version__, sklearn.__version__),
               "scores": scores.tolist(), "labels": label.tolist(), "weights": weight.tolist(),
               "auc": plain.tolist(), "covariance": covariance.tolist(),
               "weighted_auc": weighted.tolist(), "weighted_covariance": weighted_covariance.tolist()}, file)
    file.write("\n")
