#!/usr/bin/env python3
"""Writes data/classes.json with numpy and scikit-learn, which test_classes.c reads back: make_class_goldens.py [FOLDER]

Logits of four classes, true classes and weights, and of these, without and with weights: the AUC of each class against
the others (by its probability) and their mean (roc_auc_score, multi_class="ovr"), the AUCs of pairs of classes by the
difference of their logits, the confusion matrix as shares of the true class, accuracy, and the log loss."""
import json
import os
import sys

import numpy as np
import sklearn
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, roc_auc_score

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
os.makedirs(folder, exist_ok=True)

K, n = 4, 240
random = np.random.RandomState(29)
labels = random.choice(K, n, p=[0.4, 0.3, 0.2, 0.1])
logits = 1.5 * random.normal(size=(n, K)) + 1.2 * np.eye(K)[labels]
weights = random.exponential(1, n)
p = np.exp(logits - logits.max(axis=1, keepdims=True))
p /= p.sum(axis=1, keepdims=True)


def measures(w):
    pairs = [[roc_auc_score((labels == i)[m], (logits[:, i] - logits[:, j])[m], sample_weight=None if w is None else w[m])
              if i != j else 0 for j in range(K) for m in [(labels == i) | (labels == j)]] for i in range(K)]
    return {"auc": roc_auc_score(labels, p, multi_class="ovr", average="macro", sample_weight=w),
            "auc_of": [roc_auc_score(labels == k, p[:, k], sample_weight=w) for k in range(K)],
            "auc_of_pair": pairs,
            "confusion": confusion_matrix(labels, logits.argmax(axis=1), sample_weight=w, normalize="true").tolist(),
            "accuracy": accuracy_score(labels, logits.argmax(axis=1), sample_weight=w),
            "loss": log_loss(labels, p, sample_weight=w)}


with open(os.path.join(folder, "classes.json"), "w") as file:
    json.dump({"made_by": "scikit-learn %s" % sklearn.__version__, "logits": logits.tolist(), "labels": labels.tolist(),
               "weights": weights.tolist(), "unweighted": measures(None), "weighted": measures(weights)},
              file, indent=0)
    file.write("\n")
