"""Reliability curves, temperatures, mean scores and the events that a rival needs."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

import nearsym as ns
from nearsym.networks import FCNClassifier, load

PROGRAM = Path(ns.__file__).parents[2] / "nearsym"
program = pytest.mark.skipif(not PROGRAM.exists(), reason=f"there is no program {PROGRAM}")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def toy(n=4000, seed=1):
    """Logits that are right, and the labels they give."""
    rng = np.random.default_rng(seed)
    z = 1.5 * rng.normal(size=n)
    return z, (rng.uniform(size=n) < sigmoid(z)).astype(int)


def table(n=400, seed=2):
    """Two classes of rows that overlap."""
    rng = np.random.RandomState(seed)
    y = np.arange(n) % 2
    return rng.normal(size=(n, 2)) + 0.7 * y[:, None], y


def test_a_curve_is_that_by_numpy():
    z, y = toy()
    p, w = sigmoid(2 * z), np.random.default_rng(3).uniform(0.5, 2, len(z))
    curve = ns.calibration(y, p, w)
    bins = np.array_split(np.argsort(p), 10)
    predicted = [np.average(p[b], weights=w[b]) for b in bins]
    observed = [np.average(y[b], weights=w[b]) for b in bins]
    share = [w[b].sum() / w.sum() for b in bins]
    assert np.allclose(curve.predicted, predicted, rtol=1e-12) and np.allclose(curve.observed, observed, rtol=1e-12)
    ece = np.sum(np.array(share) * np.abs(np.subtract(observed, predicted)))
    assert curve.ece.value == pytest.approx(ece, rel=1e-12)
    assert curve.ece.value > 5 * curve.floor and "by chance" in repr(curve)


def test_a_calibrated_score_stands_at_its_floor():
    pulls = []
    for seed in range(40):
        z, y = toy(seed=seed)
        curve = ns.calibration(y, sigmoid(z))
        pulls.append((curve.ece.value - curve.floor) / curve.floor_spread)
    assert abs(np.mean(pulls)) < 4 / np.sqrt(40) and 0.6 < np.std(pulls) < 1.5


def test_several_classes_are_judged_by_confidence():
    p = np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.1, 0.1, 0.8]])
    curve = ns.calibration([0, 2, 2], p, bins=3)
    assert list(curve.predicted) == [0.6, 0.7, 0.8] and list(curve.observed) == [0, 1, 1]


def test_a_temperature_is_found_again():
    z, y = toy()
    found = ns.fit_temperature(y, 2.5 * z)
    assert abs(found.value - 2.5) < 4 * found.error and found.error < 0.2
    two = ns.fit_temperature(y, 2.5 * np.column_stack([0 * z, z]))
    assert two.value == pytest.approx(found.value, rel=1e-10)


def test_a_mean_score_is_the_mean():
    a, b = toy(seed=1)[0], toy(seed=2)[0]
    p, z = ns.mean_score([a, b])
    assert np.allclose(p, (sigmoid(a) + sigmoid(b)) / 2, rtol=1e-14) and np.allclose(sigmoid(z), p, rtol=1e-12)


def test_events_to_match_are_read_off_a_line():
    size = np.geomspace(100, 100000, 7)
    match = ns.events_to_match(size, 0.5 + 0.03 * np.log(size), 7 * [0.003], target=0.5 + 0.03 * np.log(5000))
    assert match.place == "within" and match.events == pytest.approx(5000) and match.low < 5000 < match.high
    assert ns.events_to_match(size, np.log(size), target=20.0).place == "more"
    assert ns.events_to_match(size, np.log(size), target=1.0).place == "fewer"


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: ns.calibration([0, 1], [0.5, 1.5]), "probability 1 is 1.5"),
        (lambda: ns.calibration([0, 1], [0.5, 0.6], bins=0), "bins"),
        (lambda: ns.fit_temperature([0, 1], [np.nan, 1]), "logit 0 is nan"),
        (lambda: ns.events_to_match([10, 1], [1, 2], target=1.5), "size 1 is 1"),
        (lambda: ns.mean_proba([], None), "classifiers is empty"),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_temperature_moves_probabilities_and_not_the_ranking(tmp_path):
    X, y = table()
    plain = FCNClassifier(hidden=(32, 32), epochs=40, patience=0, random_state=3).fit(X, y)
    warm = FCNClassifier(hidden=(32, 32), epochs=40, patience=0, random_state=3, temperature=True).fit(X, y)
    assert plain.temperature_ == 1 and warm.temperature_ != 1
    assert (plain.decision_function(X) == warm.decision_function(X)).all()
    p = sigmoid(warm.decision_function(X) / warm.temperature_)
    assert np.allclose(warm.predict_proba(X)[:, 1], p, rtol=1e-14)
    warm.save(tmp_path / "warm.h5")
    again = load(tmp_path / "warm.h5")
    assert again.temperature_ == warm.temperature_ and (again.predict_proba(X) == warm.predict_proba(X)).all()
    with pytest.raises(ns.Error, match="validation events"):
        FCNClassifier(temperature=True, validation=0).fit(X, y)


@program
def test_the_mean_of_classifiers_is_the_programs(tmp_path):
    X, y = table()
    ns.Events(columns={"x0": X[:, 0], "x1": X[:, 1]}).write(tmp_path / "events.h5")
    events = ns.read(tmp_path / "events.h5")
    fitted = []
    for seed in (1, 2):
        network = FCNClassifier(hidden=(8,), epochs=3, random_state=seed, temperature=True)
        fitted.append(network.fit(events, y))
        fitted[-1].save(tmp_path / f"{seed}.h5")
    line = [PROGRAM, "predict", "1.h5", "2.h5", "events.h5", "-o", "mean.h5"]
    subprocess.run(line, cwd=tmp_path, check=True, capture_output=True)
    mean = ns.mean_proba(fitted, events)[:, 1]
    assert np.allclose(ns.read(tmp_path / "mean.h5")["output"], mean, rtol=1e-14, atol=0)
