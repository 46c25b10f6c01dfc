"""Areas, ROC curves, decision ordering, and several classes."""

import tracemalloc

import numpy as np
import pytest

import nearsym as ns


@pytest.fixture
def sample():
    """Labels, scores of two related classifiers, weights; some scores tie."""
    random = np.random.default_rng(7)
    labels = random.integers(0, 2, 400)
    a = np.round(random.normal(size=400) + labels, 1)
    b = np.round(a + 0.5 * random.normal(size=400), 1)
    return labels, a, b, random.uniform(-0.2, 2, 400)


def area(labels, scores, weights):
    """By its definition, over all pairs."""
    signal, background = labels == 1, labels == 0
    above = np.sign(scores[signal][:, None] - scores[background]) / 2 + 0.5
    pairs = np.outer(weights[signal], weights[background])
    return (pairs * above).sum() / pairs.sum()


def test_an_area_is_the_share_of_pairs_in_order(sample):
    labels, a, _, weights = sample
    assert ns.auc(labels, a).value == pytest.approx(area(labels, a, np.ones(400)), rel=1e-12)
    assert ns.auc(labels, a, weights).value == pytest.approx(area(labels, a, weights), rel=1e-12)


def test_the_error_of_an_area_is_delongs(sample):
    labels, a, _, _ = sample
    above = np.sign(a[labels == 1][:, None] - a[labels == 0]) / 2 + 0.5
    of_signal, of_background = above.mean(axis=1), above.mean(axis=0)
    expected = of_signal.var(ddof=1) / len(of_signal) + of_background.var(ddof=1) / len(of_background)
    assert ns.auc(labels, a).error == pytest.approx(np.sqrt(expected), rel=1e-12)


def test_several_areas_have_the_names_and_values_of_each(sample):
    labels, a, b, weights = sample
    both = ns.auc(labels, {"a": a, "b": b}, weights)
    assert both.names == ("a", "b")
    assert both.values == pytest.approx([ns.auc(labels, s, weights).value for s in (a, b)], rel=1e-12)
    assert both.errors == pytest.approx([ns.auc(labels, s, weights).error for s in (a, b)], rel=1e-12)
    assert (ns.auc(labels, np.stack([a, b]), weights).covariance == both.covariance).all()


def test_the_difference_of_related_classifiers_is_better_known_than_either(sample):
    labels, a, b, _ = sample
    both = ns.auc(labels, {"a": a, "b": b})
    assert 0 < both.difference("a", "b").error < both.errors.min()


def test_a_class_of_one_event_leaves_the_error_unknown():
    found = ns.auc([0, 0, 1], [1, 2, 1.5])
    assert found.value == 0.5 and np.isnan(found.error)
    assert repr(found) == "auc  0.5"


def test_labels_may_be_bool_and_scores_of_any_kind(sample):
    labels, a, _, _ = sample
    expected = ns.auc(labels, a).value
    assert ns.auc(labels.astype(bool), a.astype(np.float32).astype(float).round(1)).value == expected
    assert ns.auc(labels.tolist(), a.tolist()).value == expected
    assert ns.auc(labels, np.round(10 * a).astype(int)).value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "labels, scores, weights, error, message",
    [
        ([0, 1], [0.1, np.nan], None, ValueError, "score 1 of 'auc' is NaN"),
        ([0, 1], {"a": [1, 2], "b": [np.nan, 2]}, None, ValueError, "score 0 of 'b' is NaN"),
        ([0, 2], [0.1, 0.2], None, ValueError, "label"),
        ([1, 1], [0.1, 0.2], None, ValueError, "label 0|background|class"),
        ([0, 1], [0.1, 0.2, 0.3], None, ValueError, "labels has 2, scores has 3"),
        ([0, 1], [0.1, 0.2], [1, np.inf], ValueError, "weight"),
        ([0, 1], [0.1, 0.2], [1], ValueError, "labels has 2, weights has 1"),
        ([0, 1], ["a", "b"], None, TypeError, "scores"),
        ([0, 1], [None, 0.5], None, TypeError, "scores"),
        ([0, 1], [0.5, 10**400], None, ValueError, r"scores: the value at \(1,\) is a whole number beyond all floats"),
        (["s", "b"], [0.1, 0.2], None, TypeError, "labels"),
        ([], [], None, ValueError, "no events"),
        ([0, 1], {}, None, ValueError, "no classifier"),
        ([0, 1], {"a": [1, 2], "b": [1]}, None, ValueError, "a has 2, b has 1"),
        ([0, 1], np.ma.masked_array([0.1, 0.2], [0, 1]), None, ValueError, "masked"),
    ],
)
def test_what_makes_no_area_is_refused(labels, scores, weights, error, message):
    with pytest.raises(error, match=message):
        ns.auc(labels, scores, weights)


def test_a_curve_goes_through_the_rates_of_cuts(sample):
    labels, a, _, _ = sample
    cuts = np.unique(a)[::40]
    fpr = np.array([(a[labels == 0] >= cut).mean() for cut in cuts])[::-1]
    tpr = np.array([(a[labels == 1] >= cut).mean() for cut in cuts])[::-1]
    assert ns.roc(labels, a, fpr=fpr).tpr == pytest.approx(tpr, rel=1e-12)


def test_a_curve_knows_its_area_and_the_errors_of_its_points(sample):
    labels, a, _, weights = sample
    curve = ns.roc(labels, a, np.abs(weights))
    assert curve.auc.value == ns.auc(labels, a, np.abs(weights)).value
    assert curve.fpr[0] == 0 and curve.fpr[-1] == 1 and (np.diff(curve.tpr) >= 0).all()
    assert (curve.error[(curve.fpr > 0.05) & (curve.fpr < 0.5)] > 0).all()
    assert np.isinf(curve.rejection[0]) and curve.rejection[-1] == 1


def test_one_rate_gives_a_curve_of_one_point(sample):
    labels, a, _, _ = sample
    assert len(ns.roc(labels, a, fpr=0.5)) == 1


def test_rates_outside_0_to_1_are_refused(sample):
    labels, a, _, _ = sample
    with pytest.raises(ValueError, match="1.5"):
        ns.roc(labels, a, fpr=[0.5, 1.5])


def test_the_ordering_with_the_labels_is_the_area(sample):
    labels, a, _, weights = sample
    assert ns.ado(labels, a, labels, weights, bootstraps=0).value == pytest.approx(ns.auc(labels, a, weights).value)


def test_bootstraps_give_the_error_of_an_ordering(sample):
    labels, a, _, _ = sample
    found = ns.ado(labels, a, labels, bootstraps=200)
    assert found.error == pytest.approx(ns.auc(labels, a).error, rel=0.2)  # 200 know it to a twentieth
    assert ns.ado(labels, a, labels, bootstraps=200, workers=1).error == found.error
    assert np.isnan(ns.ado(labels, a, labels, bootstraps=0).error)


def test_a_classifier_orders_as_any_rising_function_of_it(sample):
    labels, a, _, _ = sample
    assert ns.ado(labels, a, np.exp(a), bootstraps=0).value == pytest.approx(1 - tied(labels, a) / 2, rel=1e-12)


def tied(labels, scores):
    """Share of the pairs that tie."""
    return (scores[labels == 1][:, None] == scores[labels == 0]).mean()


def test_a_negative_number_of_bootstraps_is_refused(sample):
    labels, a, b, _ = sample
    with pytest.raises(ValueError, match="bootstraps is -1"):
        ns.ado(labels, a, b, bootstraps=-1)


def test_the_error_of_an_ordering_of_four_events_is_known():
    found = ns.ado([0, 0, 1, 1], [0.1, 0.4, 0.3, 0.8], [1, 2, 3, 4])
    assert found.value == 0.75 and 0 < found.error < 0.5


@pytest.mark.parametrize(
    "labels, weights, message", [([1, 1], None, "label 0|background|class"), ([0, 1], [1, np.inf], "weight 1|event 1")]
)
def test_wrong_input_of_an_ordering_is_told_of_before_samples_are_drawn(labels, weights, message, monkeypatch):
    monkeypatch.setattr(np.random, "default_rng", None)
    with pytest.raises(ValueError, match=message):
        ns.ado(labels, [1.0, 2.0], [1.0, 2.0], weights)


@pytest.fixture
def flavours():
    random = np.random.default_rng(3)
    labels, logits = random.integers(0, 3, 300), random.normal(size=(300, 3))
    logits[np.arange(300), labels] += 1
    return labels, logits


def test_classes_are_told_apart_as_each_against_all_others(flavours):
    labels, logits = flavours
    found = ns.class_metrics(labels, logits, names=["light", "c", "b"])
    odds = logits - np.log([[np.exp(np.delete(row, k)).sum() for k in range(3)] for row in logits])
    expected = [ns.auc(labels == k, odds[:, k]) for k in range(3)]
    assert found.auc_of.values == pytest.approx([e.value for e in expected], rel=1e-12)
    assert found.auc_of.errors == pytest.approx([e.error for e in expected], rel=1e-12)
    assert found.auc.value == pytest.approx(found.auc_of.values.mean(), rel=1e-12)
    assert found.auc_of["c"].value == found.auc_of.values[1]


def test_confusion_is_the_share_that_is_called(flavours):
    labels, logits = flavours
    found, called = ns.class_metrics(labels, logits), logits.argmax(axis=1)
    expected = [[(called[labels == i] == j).mean() for j in range(3)] for i in range(3)]
    assert found.confusion == pytest.approx(np.array(expected), rel=1e-12)
    assert found.accuracy.value == pytest.approx((called == labels).mean(), rel=1e-12)
    assert (found.events == np.bincount(labels)).all()


def test_a_pair_is_judged_by_its_own_events_and_the_difference_of_logits(flavours):
    labels, logits = flavours
    found, pair = ns.class_metrics(labels, logits), labels != 2
    expected = ns.auc(labels[pair], logits[pair, 1] - logits[pair, 0])
    assert found.auc_of_pair[1, 0] == pytest.approx(expected.value, rel=1e-12)
    assert found.auc_of_pair_error[1, 0] == pytest.approx(expected.error, rel=1e-9)
    assert np.isnan(np.diag(found.auc_of_pair)).all()


def test_probabilities_tell_what_their_logits_tell(flavours):
    labels, logits = flavours
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    by_logits = ns.class_metrics(labels, logits)
    by_probabilities = ns.class_metrics(labels, probabilities=probabilities)
    assert by_probabilities.auc_of.values == pytest.approx(by_logits.auc_of.values, rel=1e-12)
    assert (by_probabilities.confusion == by_logits.confusion).all()


def test_probabilities_of_0_are_the_least():
    found = ns.class_metrics([0, 1, 0, 1], probabilities=[[1, 0], [0, 1], [0.5, 0.5], [0.2, 0.8]])
    assert found.auc.value == 1


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"logits": [[1.0, 2], [3, 4]], "probabilities": [[0.5, 0.5]] * 2}, TypeError, "one of them"),
        ({}, TypeError, "one of them"),
        ({"logits": [1.0, 2]}, ValueError, "logits has shape"),
        ({"logits": [[1.0, np.nan], [1, 2]]}, ValueError, "class 1 of event 0 is NaN"),
        ({"probabilities": [[0.5, 0.5], [-0.5, 1.5]]}, ValueError, r"\(1, 0\) is -0.5"),
        ({"logits": [[1.0, 2]]}, ValueError, "labels has 2, logits has 1"),
        ({"logits": [[1.0], [2]]}, ValueError, "class"),
        ({"logits": [[1.0, 2], [3, 4]], "names": ["b"]}, ValueError, "1 names for 2 classes"),
    ],
)
def test_what_are_no_scores_of_classes_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        ns.class_metrics([0, 1], **arguments)


def test_tables_say_what_was_found(sample, flavours):
    labels, a, b, _ = sample
    assert repr(ns.auc(labels, {"pfn": a, "fcn": b})).splitlines()[1].startswith("fcn  0.")
    assert "0.5" in repr(ns.roc(labels, a)) and "points" in repr(ns.roc(labels, a))
    table = repr(ns.class_metrics(*flavours, names=["light", "c", "b"]))
    assert "called light" in table and table.startswith("accuracy 0.") and "±" in table
    assert "<table>" in ns.class_metrics(*flavours)._repr_html_()


def test_scores_and_weights_of_doubles_are_not_copied():
    labels, scores, weights = np.tile([0, 1], 50_000).astype(np.float32), np.arange(1e5), np.ones(100_000)
    tracemalloc.start()
    try:
        ns.auc(labels, scores, weights)
        assert tracemalloc.get_traced_memory()[1] < 200_000  # a copy of one has 400,000 bytes or more
    finally:
        tracemalloc.stop()


def test_a_table_of_probabilities_is_told_from_scores_of_several_classifiers():
    labels = np.arange(20) % 2
    with pytest.raises(ValueError, match="predict_proba"):
        ns.auc(labels, np.column_stack([1 - labels, labels]))
