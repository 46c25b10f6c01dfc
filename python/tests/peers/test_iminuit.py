"""The mass fit beside iminuit: the same likelihood, written in scipy, its minimum, errors and MINOS intervals."""

import numpy as np
import pytest

import nearsym as ns

iminuit = pytest.importorskip("iminuit")
special = pytest.importorskip("scipy.special")

LOW, HIGH, CENTRE = 70.0, 110.0, 90.8
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(600)
GRID = (HIGH + LOW) / 2 + (HIGH - LOW) / 2 * NODES
STARTS = {"slope": 0.05, "sigma": 0.8, "gamma": 1.4}
BOUNDS = {"slope": (1e-3, 0.9), "sigma": (0.02, 20), "gamma": (0, 20)}


def sample(seed=11, signal=6000, background=900):
    random = np.random.default_rng(seed)
    peak = CENTRE + 1.55 * random.standard_cauchy(signal) + 0.9 * random.normal(size=signal)
    falling = LOW - 17 * np.log1p(-random.uniform(size=background) * (1 - np.exp(-(HIGH - LOW) / 17)))
    masses = np.concatenate([peak, falling])
    return masses[(masses > LOW) & (masses < HIGH)]


def parts(x, slope, sigma, gamma, centre=CENTRE):
    """Both densities, normalised in the window by quadrature."""
    norm = np.sum(NODE_WEIGHTS * special.voigt_profile(GRID - centre, sigma, gamma)) * (HIGH - LOW) / 2
    falling = np.exp(-slope * (x - LOW)) * slope / -np.expm1(-slope * (HIGH - LOW))
    return special.voigt_profile(x - centre, sigma, gamma) / norm, falling


def minimised(cost, starts, bounds, errordef=0.5):
    cost.errordef = errordef
    minuit = iminuit.Minuit(cost, **starts)
    minuit.tol, minuit.strategy = 1e-7, 2
    for name, pair in bounds.items():
        minuit.limits[name] = pair
    minuit.migrad(iterate=20)
    minuit.hesse()
    assert minuit.valid
    return minuit


@pytest.fixture(scope="module")
def masses():
    return sample()


@pytest.fixture(scope="module")
def fit(masses):
    return ns.fit_mass(masses)


@pytest.fixture(scope="module")
def shapes(masses):
    """Of the parameters, with the signal's share."""

    def cost(slope, sigma, gamma, s):
        signal, background = parts(masses, slope, sigma, gamma)
        return -np.sum(np.log(s * signal + (1 - s) * background))

    return minimised(cost, {**STARTS, "s": 0.85}, {**BOUNDS, "s": (0, 1)})


@pytest.fixture(scope="module")
def extended(masses):
    """The extended likelihood, with both yields."""

    def cost(slope, sigma, gamma, signal, background):
        f, g = parts(masses, slope, sigma, gamma)
        return signal + background - np.sum(np.log(signal * f + background * g))

    starts = {**STARTS, "signal": 0.85 * len(masses), "background": 0.15 * len(masses)}
    return minimised(cost, starts, {**BOUNDS, "signal": (1, None), "background": (1, None)})


EDM = "MIGRAD stops at a small distance from the minimum"
HESSE = "HESSE's derivatives are finite differences"
MINOS = "MINOS stops within 0.01 of the rise by default"


def test_the_minimum_is_iminuits(fit, shapes, compared):
    compared("iminuit", "mass fit: minimum of -log L", fit.minimum, shapes.fval, 1e-11, EDM)


def test_parameters_are_iminuits(fit, shapes, compared):
    ours = [1 / fit["tau"].value, *(fit[name].value for name in ("sigma", "gamma", "s"))]
    name = "mass fit: 1/tau, sigma, gamma, s"
    compared("iminuit", name, ours, list(shapes.values), 1e-3, EDM, list(shapes.errors), " sd")


def test_errors_and_correlations_are_hesses(fit, shapes, compared):
    names = ("sigma", "gamma", "s")
    theirs = np.array([[shapes.covariance[a, b] for b in names] for a in names])
    places = [fit.parameters.names.index(name) for name in names]
    scale = np.sqrt(np.outer(np.diag(theirs), np.diag(theirs)))
    ours = fit.parameters.covariance[np.ix_(places, places)]
    compared("iminuit", "mass fit: covariance of sigma, gamma, s", ours, theirs, 5e-3, HESSE, scale, " sd²")
    # tau = 1 / slope: to first order its error is that of the slope over the slope's square.
    tau = shapes.errors["slope"] / shapes.values["slope"] ** 2
    compared("iminuit", "mass fit: error of tau", fit["tau"].error, tau, 5e-3, HESSE)


def test_yields_and_their_covariance_are_those_of_the_extended_fit(fit, extended, compared):
    names = ("signal", "background")
    theirs = np.array([[extended.covariance[a, b] for b in names] for a in names])
    values = [extended.values[name] for name in names]
    errors = np.sqrt(np.diag(theirs))
    compared("iminuit", "mass fit: yields", fit.yields.values, values, 1e-3, EDM, errors, " sd")
    compared(
        "iminuit", "mass fit: covariance of the yields", fit.yields.covariance, theirs, 5e-3, HESSE,
        np.outer(errors, errors), " sd²",
    )  # fmt: skip


def test_intervals_are_minos(fit, shapes, extended, compared):
    ours, ends = fit.minos(), {}
    for minuit, names in ((shapes, ("slope", "sigma", "gamma", "s")), (extended, ("signal", "background"))):
        minuit.tol = 0.01  # of MINOS too, which finds nothing where it is far smaller
        minuit.minos(*names)
        for name in names:
            merror = minuit.merrors[name]
            assert merror.is_valid
            ends[name] = (minuit.values[name] + merror.lower, minuit.values[name] + merror.upper)
    ends["tau"] = tuple(1 / end for end in reversed(ends.pop("slope")))
    for name, theirs in ends.items():
        width = (theirs[1] - theirs[0]) / 2
        compared("iminuit", f"mass fit: MINOS interval of {name}", ours[name], theirs, 1e-2, MINOS, width, " sd")


def test_a_fit_of_weighted_events_has_iminuits_minimum(masses, compared):
    weights = np.random.default_rng(3).choice([0.5, 1.0, 2.0, -0.3], len(masses), p=[0.3, 0.4, 0.25, 0.05])

    def cost(slope, sigma, gamma, s, centre):
        signal, background = parts(masses, slope, sigma, gamma, centre)
        return -np.sum(weights * np.log(s * signal + (1 - s) * background))

    theirs = minimised(cost, {**STARTS, "s": 0.85, "centre": 90.7}, {**BOUNDS, "s": (0, 1)})
    fit = ns.fit_mass(masses, weights=weights, fixed=(), minos=False)
    ours = [1 / fit["tau"].value, *(fit[name].value for name in ("sigma", "gamma", "s", "centre"))]
    name = "mass fit of weighted events, centre free: 1/tau, sigma, gamma, s, centre"
    compared("iminuit", name, ours, list(theirs.values), 1e-3, EDM, list(theirs.errors), " sd")
