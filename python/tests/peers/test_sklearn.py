"""Areas, curves and classes beside scikit-learn."""

import numpy as np
import pytest

import nearsym as ns

metrics = pytest.importorskip("sklearn.metrics")

ROUNDING = "same formula, sums in another order"


@pytest.fixture(scope="module")
def sample():
    """Labels, scores with many ties, positive weights."""
    random = np.random.default_rng(2)
    labels = random.integers(0, 2, 20_000)
    return labels, np.round(random.normal(size=20_000) + labels, 2), random.exponential(size=20_000)


@pytest.mark.parametrize("weighted", [False, True])
def test_areas_are_scikit_learns(sample, compared, weighted):
    labels, scores, weights = sample
    weights = weights if weighted else None
    theirs = metrics.roc_auc_score(labels, scores, sample_weight=weights)
    name = f"AUC of 20,000 {'weighted ' if weighted else ''}events with ties"
    compared("scikit-learn", name, ns.auc(labels, scores, weights).value, theirs, 1e-12, ROUNDING)


def test_curves_are_scikit_learns(sample, compared):
    labels, scores, weights = sample
    fpr, tpr, _ = metrics.roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
    rates = np.linspace(0.001, 0.999, 400)  # at none of which the curve rises upright
    ours = ns.roc(labels, scores, weights, fpr=rates).tpr
    theirs = np.interp(rates, fpr, tpr)
    compared("scikit-learn", "ROC curve of weighted events at 400 rates", ours, theirs, 1e-12, ROUNDING)


@pytest.fixture(scope="module")
def flavours():
    random = np.random.default_rng(4)
    labels, logits = random.integers(0, 4, 10_000), random.normal(size=(10_000, 4))
    logits[np.arange(10_000), labels] += 1.2
    return labels, logits, random.exponential(size=10_000)


def test_classes_are_told_apart_as_scikit_learn_says(flavours, compared):
    labels, logits, weights = flavours
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    found = ns.class_metrics(labels, logits, weights)
    theirs = metrics.roc_auc_score(labels, probabilities, sample_weight=weights, multi_class="ovr")
    compared("scikit-learn", "AUC of 4 classes, one-vs-rest, macro, weighted", found.auc.value, theirs, 1e-12, ROUNDING)


def test_confusion_and_accuracy_are_scikit_learns(flavours, compared):
    labels, logits, weights = flavours
    found, called = ns.class_metrics(labels, logits, weights), logits.argmax(axis=1)
    theirs = metrics.confusion_matrix(labels, called, sample_weight=weights, normalize="true")
    compared("scikit-learn", "confusion matrix of 4 classes, weighted", found.confusion, theirs, 1e-12, ROUNDING)
    theirs = metrics.accuracy_score(labels, called, sample_weight=weights)
    compared("scikit-learn", "accuracy of 4 classes, weighted", found.accuracy.value, theirs, 1e-12, ROUNDING)
