"""Weights that make spectra alike, or flat."""

import numpy as np
import pytest

import nearsym as ns


@pytest.fixture
def sample():
    """Labels; pt of a harder signal and a softer background; eta."""
    random = np.random.default_rng(6)
    labels = random.integers(0, 2, 4000)
    return labels, 20 + random.exponential(size=4000) * (20 + 20 * labels), random.normal(size=4000)


def quantiles(values):
    """Edges of ten bins of equal numbers of events; the outer ones are open."""
    inner = np.sort(values)[len(values) * np.arange(1, 10) // 10]
    return np.concatenate([[-np.inf], inner, [np.inf]])


def spectrum(values, edges, weights):
    return np.histogram(values, edges, weights=weights)[0]


@pytest.mark.parametrize("binning", ["quantile", "equal"])
def test_the_background_gets_the_signals_spectrum(sample, binning):
    labels, pt, _ = sample
    signal = labels == 1
    ends = {"low": 20, "high": 120} if binning == "equal" else {}
    weights = ns.reweight(labels, pt, bins=10, binning=binning, **ends)
    edges = np.linspace(20, 120, 11) if binning == "equal" else quantiles(pt)
    inside = pt < 120  # what lies outside shares the last bin
    of_signal = spectrum(pt[signal & inside], edges, weights[signal & inside])
    of_background = spectrum(pt[~signal & inside], edges, weights[~signal & inside])
    assert of_background[:-1] == pytest.approx(of_signal[:-1], rel=1e-9)
    assert (weights[signal] == 1).all()


def test_weights_that_are_there_count_and_stay(sample):
    labels, pt, _ = sample
    there = np.random.default_rng(1).uniform(0.5, 2, 4000)
    before = there.copy()
    weights = ns.reweight(labels, pt, there, bins=10)
    edges = quantiles(pt)
    both = [spectrum(pt[labels == k], edges, weights[labels == k]) for k in (0, 1)]
    assert both[0] == pytest.approx(both[1], rel=1e-9)
    assert (there == before).all() and (weights[labels == 1] == there[labels == 1]).all()


def test_classes_are_flat_and_keep_their_weight(sample):
    labels, pt, eta = sample
    weights = ns.flatten(labels, pt, eta, bins=4)
    for k in (0, 1):
        of = labels == k
        edges = [np.linspace(v.min(), v.max(), 5) for v in (pt, eta)]
        cells, _, _ = np.histogram2d(pt[of], eta[of], edges, weights=weights[of])
        filled = cells[cells > 0]
        assert filled == pytest.approx(np.full(len(filled), of.sum() / len(filled)), rel=1e-9)
        assert weights[of].sum() == pytest.approx(of.sum(), rel=1e-12)


def test_values_and_weights_are_not_changed(sample):
    labels, pt, eta = sample
    given = [pt.copy(), eta.copy(), np.ones(4000)]
    ns.flatten(labels, given[0], given[1], given[2])
    assert (given[0] == pt).all() and (given[1] == eta).all() and (given[2] == 1).all()


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda y, a, b: ns.reweight(y, a, binning="even"), ValueError, "binning is 'even'"),
        (lambda y, a, b: ns.reweight(y, a, bins=0), ValueError, "bins is 0"),
        (lambda y, a, b: ns.reweight(y, a, bins=5000), ValueError, "4000"),
        (lambda y, a, b: ns.reweight(y, a[:-1]), ValueError, "values has 3999"),
        (lambda y, a, b: ns.reweight(y, np.where(a > 30, a, np.nan)), ValueError, "NaN"),
        (lambda y, a, b: ns.reweight(np.ones(4000), a), ValueError, "both classes"),
        (lambda y, a, b: ns.reweight(y + 1, a), ValueError, "label"),
        (lambda y, a, b: ns.reweight(y, a, np.full(4000, np.inf)), ValueError, "weights"),
        (lambda y, a, b: ns.reweight(y, ["x"] * 4000), TypeError, "values"),
        (lambda y, a, b: ns.flatten(y, a, b, bins=0), ValueError, "bins is 0"),
        (lambda y, a, b: ns.flatten(y, a, b, bins=1.5), TypeError, "bins is 1.5"),
        (lambda y, a, b: ns.flatten(y, a, np.full(4000, np.inf)), ValueError, "inf"),
        (lambda y, a, b: ns.flatten([], [], []), ValueError, "no events"),
    ],
)
def test_what_has_no_spectrum_is_refused(sample, call, error, message):
    with pytest.raises(error, match=message):
        call(*sample)


@pytest.mark.parametrize("wrong", [{"low": 1.0, "high": 2.0}, {"binning": "equal", "low": 2.0, "high": 1.0}])
def test_edges_without_an_effect_or_the_wrong_way_round_are_refused(wrong):
    with pytest.raises(ValueError, match="low"):
        ns.reweight([1, 1, 0, 0], [1.0, 2.0, 3.0, 4.0], bins=2, **wrong)
