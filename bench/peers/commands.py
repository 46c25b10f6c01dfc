#!/usr/bin/env python3
"""Rates of statistics and of reading csv: nearsym's Python package beside scikit-learn, scipy and pandas. Calls a second.

auc     the area under the ROC curve of a million scores; nearsym's has its error with it
csv     200,000 lines of ten columns of numbers
kde     the density of 2,000 points of two dimensions at 10,000 others
voigt   how much of 20,000 masses is signal: an unbinned likelihood fit of a Voigt profile on an exponential, four parameters

    commands.py [commands ROW]
"""
import functools
import os
import tempfile

import numpy as np

import nearsym
from common import serve

LOW, HIGH, CENTRE = 70.0, 110.0, 90.8
START = {"tau": 60.0, "sigma": 2.0, "gamma": 1.2, "s": 0.5}


@functools.cache
def scores(n=1_000_000):
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, n)
    return labels, rng.standard_normal(n) + labels


@functools.cache
def csv_file():
    folder = tempfile.TemporaryDirectory()
    path = os.path.join(folder.name, "events.csv")
    values = np.random.default_rng(2).standard_normal((200_000, 10))
    np.savetxt(path, values, "%.7g", ",", header=",".join(f"x{i}" for i in range(10)), comments="")
    return path, folder


@functools.cache
def cloud():
    rng = np.random.default_rng(3)
    return rng.standard_normal((2_000, 2)), rng.standard_normal((10_000, 2))


@functools.cache
def masses(n=20_000):
    rng = np.random.default_rng(4)
    found = np.concatenate([CENTRE + 1.25 * rng.standard_cauchy(n) + 1.8 * rng.standard_normal(n),
                            LOW + rng.exponential(50, n)])  # fmt: skip
    return rng.permutation(found[(found > LOW) & (found < HIGH)])[:n]


def nearsym_work(row):
    if row == "auc":
        return lambda: nearsym.auc(*scores())
    if row == "csv":
        return lambda: nearsym.read(csv_file()[0])
    if row == "kde":
        points, others = cloud()
        return lambda: nearsym.KDE(points)(others)
    return lambda: nearsym.fit_mass(masses(), (LOW, HIGH), start=START, minos=False)


def scikit_learn():
    from sklearn.metrics import roc_auc_score

    return lambda: roc_auc_score(*scores())


def ranks():
    """The rank sum by hand: without scikit-learn's checks and the curve itself."""
    from scipy.stats import rankdata

    labels, values = scores()
    signal = labels == 1
    m = signal.sum()

    def area():
        return (rankdata(values)[signal].sum() - m * (m + 1) / 2) / (m * (len(values) - m))

    assert abs(area() - nearsym.auc(labels, values).value) < 1e-9
    return area


def pandas(engine):
    from pandas import read_csv

    return lambda: read_csv(csv_file()[0], engine=engine)


def gaussian_kde():
    from scipy.stats import gaussian_kde

    points, others = cloud()
    assert np.allclose(gaussian_kde(points.T)(others.T), nearsym.KDE(points)(others), rtol=1e-6, atol=1e-12)
    return lambda: gaussian_kde(points.T)(others.T)


def voigt_fit():
    """The same likelihood by scipy, normalised in the window by Gauss and Legendre's rule."""
    from scipy.optimize import minimize
    from scipy.special import voigt_profile

    events = masses()
    nodes, weights = np.polynomial.legendre.leggauss(128)
    nodes, weights = LOW + (nodes + 1) * (HIGH - LOW) / 2, weights * (HIGH - LOW) / 2

    def minus_log_likelihood(p):
        tau, sigma, gamma, s = p
        peak = voigt_profile(events - CENTRE, sigma, gamma) / (weights @ voigt_profile(nodes - CENTRE, sigma, gamma))
        slope = np.exp(-(events - LOW) / tau) / (tau * -np.expm1(-(HIGH - LOW) / tau))
        return -np.log(s * peak + (1 - s) * slope).sum()

    def fit():
        return minimize(minus_log_likelihood, list(START.values()), method="L-BFGS-B",
                        bounds=[(5, 500), (0.05, 10), (0.05, 10), (0, 1)]).x  # fmt: skip

    ours = nearsym.fit_mass(events, (LOW, HIGH), start=START, minos=False)
    assert abs(fit()[3] - share(ours)) < 1e-3, (fit(), ours)
    return fit


def share(fit):
    return float(fit.parameters["s"].value)


PEERS = {"auc": {"scikit-learn": scikit_learn, "scipy's ranks": ranks},
         "csv": {"pandas": functools.partial(pandas, "c"), "pandas, pyarrow": functools.partial(pandas, "pyarrow")},
         "kde": {"scipy": gaussian_kde}, "voigt": {"scipy": voigt_fit}}  # fmt: skip


def variants(task, row, batch):
    table = {"nearsym": lambda: (nearsym_work(row), 1)}
    for name, make in PEERS[row].items():
        table[name] = lambda make=make: (make(), 1)
    return table


def version():
    found = []
    for module, name in (("sklearn", "scikit-learn"), ("scipy", "scipy"), ("pandas", "pandas")):
        try:
            found.append(f"{name} {__import__(module).__version__}")
        except ImportError:
            pass
    return ", ".join(found)


if __name__ == "__main__":
    serve(variants, version(), __doc__)
