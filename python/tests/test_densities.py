"""Kernel densities and the weights made of them."""

import pickle

import numpy as np
import pytest

import nearsym as ns
from nearsym import densities as densities_module


@pytest.fixture
def points():
    return np.random.default_rng(4).normal(size=(300, 2)) @ [[1, 0.5], [0, 2]]


def direct(at, points, weights, factor):
    """Sum of kernels by its formula."""
    share = weights / weights.sum()
    inverse = np.linalg.inv(factor**2 * np.cov(points.T, aweights=weights))
    apart = at[:, None, :] - points
    exponents = -0.5 * np.einsum("mnd,de,mne->mn", apart, inverse, apart)
    return np.exp(exponents) @ share * np.sqrt(np.linalg.det(inverse)) / (2 * np.pi)


def test_a_density_is_the_sum_of_its_kernels(points):
    weights = np.random.default_rng(1).uniform(0, 2, 300)
    density = ns.KDE(points, weights)
    assert density.factor == pytest.approx((weights.sum() ** 2 / (weights**2).sum()) ** (-1 / 6), rel=1e-12)
    assert density(points[:20]) == pytest.approx(direct(points[:20], points, weights, density.factor), rel=1e-10)


def test_blocks_change_no_bit(points, monkeypatch):
    whole = ns.KDE(points)(points), ns.kde_weights(points, points + 0.3, points)
    monkeypatch.setattr(densities_module, "KERNELS_AT_ONCE", 7000)
    assert (ns.KDE(points)(points) == whole[0]).all()
    assert (ns.kde_weights(points, points + 0.3, points) == whole[1]).all()


def test_a_cut_is_off_by_no_more_than_it_says(points):
    density = ns.KDE(points)
    lost = density(points) - density(points, cut=3)
    assert (lost >= -1e-15).all() and lost.max() <= density.cut_error(3)


def test_cells_give_the_sum_of_kernels():
    random = np.random.default_rng(8)
    points, at = random.normal(size=(6000, 2)), 3 * random.normal(size=(500, 2))
    for d in (1, 2):
        density = ns.KDE(points[:, :d], random.uniform(size=6000))
        assert density(at[:, :d]) == pytest.approx(density(at[:, :d], cut=np.inf), rel=1e-12, abs=0)


def test_a_point_is_named_by_its_place_among_all(points, monkeypatch):
    monkeypatch.setattr(densities_module, "KERNELS_AT_ONCE", 3000)
    at, far = points.copy(), points.copy()
    at[57, 1], far[57] = np.inf, 1e6
    with pytest.raises(ValueError, match="coordinate 1 of point 57 is inf"):
        ns.KDE(points)(at)
    with pytest.raises(ValueError, match="the source's density is 0 at point 57"):
        ns.kde_weights(far, points, points)


def test_a_wider_factor_makes_a_flatter_density(points):
    assert ns.KDE(points, factor=2)(points).max() < ns.KDE(points, factor=0.2)(points).max()


def test_weights_turn_one_density_into_the_other(points):
    target = points + [1.0, 0]
    weights = ns.kde_weights(points, target, points)
    expected = ns.KDE(target)(points) / ns.KDE(points)(points)
    assert weights == pytest.approx(expected, rel=1e-9)


def test_own_factors_are_those_of_each_sample(points):
    target = points[:50]
    weights = ns.kde_weights(points, target, points, own_factors=True)
    assert weights == pytest.approx(ns.KDE(target)(points) / ns.KDE(points)(points), rel=1e-9)
    assert (weights != ns.kde_weights(points, target, points)).any()


def test_a_density_can_be_pickled(points):
    weights = np.linspace(0, 1, 300)
    density = ns.KDE(points, weights, factor=0.3)
    values = density(points)
    points[:], weights[:] = 0, 0  # it keeps its own
    again = pickle.loads(pickle.dumps(density))
    at = np.random.default_rng(4).normal(size=(300, 2)) @ [[1, 0.5], [0, 2]]
    assert again.factor == density.factor and (again(at) == values).all()


def test_numbers_are_points_of_one_coordinate():
    values = np.arange(10.0)
    assert (ns.KDE(values)(values) == ns.KDE(values[:, None])(values[:, None])).all()
    assert repr(ns.KDE(values)).startswith("KDE of 10 points of 1 coordinates")


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda p: ns.KDE([[1.0, 2.0]]), "needs 2"),
        (lambda p: ns.KDE(np.ones(5)), "vary"),
        (lambda p: ns.KDE(p, factor=0), "factor is 0"),
        (lambda p: ns.KDE(p, [1.0]), "points has 300, weights has 1"),
        (lambda p: ns.KDE(p)(np.ones(3)), "must have 2 coordinates"),
        (lambda p: ns.KDE(p)([[1.0, np.nan]]), "0"),
        (lambda p: ns.KDE(p)(p, cut=-1), "cut"),
        (lambda p: ns.KDE(p)(p, workers=-1), "workers is -1"),
        (lambda p: ns.kde_weights(p, p[:, 0], p), "target has 1"),
        (lambda p: ns.kde_weights(p + 1e6, p, p), "density"),
    ],
)
def test_what_has_no_density_is_refused(points, call, message):
    with pytest.raises(ValueError, match=message):
        call(points)
