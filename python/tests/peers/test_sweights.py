"""sWeights beside the packages sweights and hepstats, from the same densities and yields."""

import numpy as np
import pytest

import nearsym as ns

from .test_iminuit import parts, sample

ROUNDING = "same formula, sums in another order"


@pytest.fixture(scope="module")
def fitted():
    """A mass fit, and its two densities as functions."""
    fit = ns.fit_mass(sample(), minos=False)
    shape = (1 / fit["tau"].value, fit["sigma"].value, fit["gamma"].value)
    return fit, [lambda x: parts(np.asarray(x), *shape)[0], lambda x: parts(np.asarray(x), *shape)[1]]


def test_densities_are_those_of_scipy(fitted, compared):
    fit, functions = fitted
    theirs = np.stack([f(fit.masses) for f in functions], axis=1)
    name = "densities of a Voigt profile and an exponential"
    compared("scipy", name, fit.densities(), theirs, 1e-11, "both are exact up to rounding")


def test_sweights_are_those_of_the_package_sweights(fitted, compared):
    package = pytest.importorskip("sweights")
    fit, functions = fitted
    peer = package.SWeight(
        fit.masses, functions, list(fit.yields.values), discvarranges=(fit.window,), method="summation", checks=False
    )
    theirs = np.stack([peer.get_weight(k, fit.masses) for k in range(2)], axis=1)
    compared("sweights", "sWeights of a mass fit (summation)", fit.sweights().weights, theirs, 1e-9, ROUNDING)


def test_the_covariance_of_the_yields_is_the_package_sweights(fitted, compared):
    package = pytest.importorskip("sweights")
    fit, functions = fitted
    peer = package.SWeight(
        fit.masses, functions, list(fit.yields.values), discvarranges=(fit.window,), method="summation", checks=False
    )
    name = "covariance of the yields, shapes fixed"
    compared("sweights", name, fit.sweights().covariance, peer.alphas, 1e-9, ROUNDING)


class Part:
    """As much of zfit's interface as hepstats asks for: a density, and its yield."""

    is_extended = True

    def __init__(self, function, events):
        self.function, self.events = function, events

    def get_params(self):
        return []

    def pdf(self, x):
        return self.function(x)

    def ext_pdf(self, x):
        return self.events * self.function(x)

    def get_yield(self):
        return self

    def value(self):
        return self.events

    integrate = sample = space = None


class Sum(Part):
    """Of two of them."""

    def __init__(self, parts_):
        super().__init__(lambda x: sum(p.pdf(x) * p.events for p in parts_) / sum(p.events for p in parts_), None)
        self.parts, self.events = parts_, sum(p.events for p in parts_)

    def get_models(self):
        return self.parts


@pytest.mark.parametrize("weighted", [False, True])
def test_sweights_are_those_of_hepstats(fitted, compared, weighted):
    splot = pytest.importorskip("hepstats.splot")
    masses, counts = sample(), None
    if weighted:
        counts = np.random.default_rng(3).choice([0.5, 1.0, 2.0], len(masses))
    fit = ns.fit_mass(masses, weights=counts, minos=False)
    shape = (1 / fit["tau"].value, fit["sigma"].value, fit["gamma"].value)
    models = [Part(lambda x, k=k: parts(np.asarray(x), *shape)[k], fit.yields.values[k]) for k in range(2)]
    extra = {"sample_weight": counts} if weighted else {}
    found = splot.compute_sweights(Sum(models), fit.masses, **extra)
    theirs = np.stack([found[model] for model in models], axis=1)
    ours = fit.sweights().weights if counts is None else fit.sweights().weights / counts[:, None]
    compared("hepstats", f"sWeights of {'weighted ' if weighted else ''}events", ours, theirs, 1e-9, ROUNDING)
