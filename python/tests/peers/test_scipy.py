"""Kernel densities and the published mass fit beside scipy."""

import numpy as np
import pytest

import nearsym as ns

stats = pytest.importorskip("scipy.stats")
optimize = pytest.importorskip("scipy.optimize")

ROUNDING = "same formula, sums in another order"


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_kernel_densities_are_scipys(compared, dimensions):
    random = np.random.default_rng(dimensions)
    points = random.normal(size=(2000, dimensions)) @ random.normal(size=(dimensions, dimensions))
    weights, at = random.exponential(size=2000), points[:500] + 0.1
    theirs = stats.gaussian_kde(points.T, weights=weights)(at.T)
    name = f"kernel density of weighted points, {dimensions}D"
    compared("scipy", name, ns.KDE(points, weights)(at), theirs, 1e-11, ROUNDING)


def test_ratios_of_densities_are_scipys(compared):
    random = np.random.default_rng(7)
    target, source = random.normal(size=(1500, 2)) + [0.5, 0], random.normal(size=(2500, 2))
    theirs = stats.gaussian_kde(target.T)(source.T) / stats.gaussian_kde(source.T)(source.T)
    ours = ns.kde_weights(source, target, source, own_factors=True)
    compared("scipy", "kde_weights, each with its own factor", ours, theirs, 1e-10, ROUNDING)


def published(x, tau, sigma, gamma, s):
    """The model of arXiv:2306.15737: both parts normalised by the trapezoid over the bins' centres."""
    from scipy.special import voigt_profile

    signal, background = voigt_profile(x - 90.8, sigma, gamma), np.exp(-x / tau)
    return s * signal / np.trapezoid(signal, x) + (1 - s) * background / np.trapezoid(background, x)


def test_the_published_fit_is_curve_fits(compared):
    from .test_iminuit import sample

    masses = sample()
    width = 2 * np.subtract(*np.percentile(masses, [75, 25])) * len(masses) ** (-1 / 3)
    density, edges = np.histogram(masses, int((masses.max() - masses.min()) / width), density=True)
    bounds = ([0, 0, 0, 0], [50, 2, 2, 1])
    theirs, covariance = optimize.curve_fit(
        published, (edges[1:] + edges[:-1]) / 2, density, p0=(15, 1.5, 1.1, 0.8), bounds=bounds, xtol=1e-12, ftol=1e-12
    )
    fit = ns.fit_mass(masses, method="published")
    names, errors = ("tau", "sigma", "gamma", "s"), np.sqrt(np.diag(covariance))
    why = "both fits stop at a tolerance; derivatives are finite differences"
    ours = [fit[name].value for name in names]
    compared("scipy", "published mass fit: tau, sigma, gamma, s", ours, theirs, 1e-3, why, errors, " sd")
    compared("scipy", "published mass fit: errors", [fit[name].error for name in names], errors, 1e-3, why, errors)
