"""The mass fit and its sWeights."""

import logging
import pickle

import numpy as np
import pytest

import nearsym as ns

SIGMA, GAMMA, TAU, CENTRE = 0.9, 1.5, 17.0, 90.8


def spectrum(signal, background, seed=5):
    """Masses of a peak on a falling background, between 70 and 110 GeV for the background."""
    random = np.random.default_rng(seed)
    peak = CENTRE + GAMMA * random.standard_cauchy(signal) + SIGMA * random.normal(size=signal)
    falling = 70 - TAU * np.log1p(-random.uniform(size=background) * (1 - np.exp(-40 / TAU)))
    return np.concatenate([peak, falling])


@pytest.fixture(scope="module")
def masses():
    return spectrum(4000, 800)


@pytest.fixture(scope="module")
def fit(masses):
    return ns.fit_mass(masses)


def test_a_fit_finds_what_the_sample_was_made_of(fit):
    for name, truth in {"sigma": SIGMA, "gamma": GAMMA, "tau": TAU}.items():
        assert abs(fit[name].value - truth) < 4 * fit[name].error
    assert abs(fit["background"].value - 800) < 4 * fit["background"].error


def test_the_yields_add_up_to_the_events_and_fluctuate_with_them(fit):
    assert fit.yields.values.sum() == pytest.approx(fit.events, rel=1e-12)
    assert fit.yields.covariance.sum() == pytest.approx(fit.events, rel=1e-9)
    assert fit.events + fit.outside == len(fit.masses)


def test_what_is_fixed_stays_and_has_no_error(masses):
    fit = ns.fit_mass(masses, start={"centre": 91.2, "sigma": 1.0}, fixed=["centre", "sigma"], minos=False)
    assert (fit["centre"].value, fit["sigma"].value, fit["sigma"].error) == (91.2, 1.0, 0)
    assert set(fit.fixed) == {"centre", "sigma"}
    assert (fit.parameters.covariance[fit.parameters.names.index("sigma")] == 0).all()


def test_a_free_centre_is_fitted(masses):
    fit = ns.fit_mass(masses, fixed=(), minos=False)
    assert fit["centre"].error > 0 and abs(fit["centre"].value - CENTRE) < 4 * fit["centre"].error


def test_bounds_hold_and_are_told_of(masses, caplog):
    with caplog.at_level(logging.WARNING, "nearsym"):
        fit = ns.fit_mass(masses, bounds={"gamma": (0, 1.2)}, minos=False)
    assert fit["gamma"].value == 1.2 and fit.at_bound == ("gamma",)
    assert "gamma" in fit.warning and fit.warning in caplog.text
    assert "at its bound" in repr(fit)


def test_intervals_hold_the_value_and_are_about_as_wide_as_the_errors(fit):
    ends = fit.minos()
    for estimates in (fit.parameters, fit.yields):
        for i, name in enumerate(estimates):
            assert tuple(estimates.intervals[i]) == ends[name]
            if name != "centre":
                low, high = ends[name]
                assert low < estimates.values[i] < high
                assert (high - low) / 2 == pytest.approx(estimates.errors[i], rel=0.3)
    assert ends["centre"] == (90.8, 90.8)


def test_intervals_grow_with_the_number_of_standard_deviations(fit):
    one, two = fit.minos(1)["gamma"], fit.minos(2)["gamma"]
    assert two[0] < one[0] < one[1] < two[1]
    assert (two[1] - two[0]) / (one[1] - one[0]) == pytest.approx(2, rel=0.05)


def test_weights_of_one_change_no_bit_and_weights_of_zero_leave_out(masses, fit):
    weighted = ns.fit_mass(masses, weights=np.ones(len(masses)), minos=False)
    assert (weighted.parameters.values == fit.parameters.values).all()
    dropped = ns.fit_mass(masses, weights=np.arange(len(masses)) % 2, minos=False)
    half = ns.fit_mass(masses[1::2], minos=False)
    assert dropped.parameters.values == pytest.approx(half.parameters.values, rel=1e-9)
    assert dropped.weightless == len(masses[::2])
    assert (dropped.events, dropped.outside) == (half.events, half.outside)


def test_doubled_weights_double_the_yields_and_double_their_errors(masses, fit):
    doubled = ns.fit_mass(masses, weights=np.full(len(masses), 2.0), minos=False)
    assert doubled.yields.values == pytest.approx(2 * fit.yields.values, rel=1e-6)
    # Var(sum of w) is sum of w^2: four times that of the events.
    assert doubled.yields.errors == pytest.approx(2 * fit.yields.errors, rel=0.1)


def test_densities_are_normalised_in_the_window(fit):
    grid = np.linspace(70, 110, 4002)[1:-1]
    assert (fit.densities(grid).sum(axis=0) * (grid[1] - grid[0])) == pytest.approx([1, 1], abs=2e-3)
    assert fit.densities().shape == (fit.events, 2)


def test_what_is_expected_between_edges_adds_up_to_the_yields(fit):
    expected = fit.expected(np.linspace(70, 110, 41))
    assert expected.shape == (40, 2)
    assert expected.sum(axis=0) == pytest.approx(fit.yields.values, rel=1e-9)


def test_masses_outside_the_window_have_no_density(fit):
    with pytest.raises(ValueError, match="120"):
        fit.densities([90.0, 120.0])


def test_sweights_add_up_to_the_yields_and_to_one(fit):
    found = fit.sweights()
    assert found.weights.shape == (len(fit.masses), 2)
    assert found.weights.sum(axis=0) == pytest.approx(fit.yields.values, rel=1e-8)
    assert found.weights[fit.inside].sum(axis=1) == pytest.approx(1, abs=1e-8)
    assert (found.weights[~fit.inside] == 0).all()
    assert (found["signal"] == found.weights[:, 0]).all() and len(found) == len(fit.masses)


def test_sweights_of_weighted_events_have_the_weights_in_them(masses):
    weights = np.random.default_rng(1).choice([1.0, 2, -0.5], len(masses))
    fit = ns.fit_mass(masses, weights=weights, minos=False)
    found = fit.sweights()
    assert found.weights.sum(axis=0) == pytest.approx(fit.yields.values, rel=1e-8)
    assert found.weights[fit.inside].sum(axis=1) == pytest.approx(weights[fit.inside], abs=1e-8)


def test_sweights_of_a_published_fit_have_its_yields(masses):
    fit = ns.fit_mass(masses, method="published")
    assert fit.sweights().weights[:, 0].sum() > 0 and fit.sweights().covariance is None
    assert fit.yields.names == ("signal", "background") and fit.parameters.intervals is None
    with pytest.raises(ValueError, match="published"):
        fit.minos()


def test_sweights_take_any_number_of_species():
    random = np.random.default_rng(2)
    densities = random.dirichlet([1, 1, 1], 500) * 3
    yields = np.full(3, 500 / 3)
    for _ in range(2000):  # expectation maximisation finds the extended likelihood's yields
        shares = densities * yields
        yields = (shares / shares.sum(axis=1, keepdims=True)).sum(axis=0)
    found = ns.sweights(densities, yields, names=["a", "b", "c"], tolerance=1e-6)
    assert found.weights.sum(axis=0) == pytest.approx(yields, rel=1e-6)
    inverse = (densities.T / (densities @ yields) ** 2) @ densities
    assert found.covariance == pytest.approx(np.linalg.inv(inverse), rel=1e-8)
    assert "c" in repr(found)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (([[0.5, 0.5]] * 4, [2, 2]), "told apart"),
        (([[0.9, 0.1], [0.1, 0.9]], [2.0, 5.0]), "sum|yields|likelihood"),
        (([[0.9, -0.1], [0.1, 0.9]], [1, 1]), "event 0"),
        (([[0.9, 0.1], [0.1, 0.9]], [1, 1, 1]), r"must be \(n, 3\)"),
        (([[0.9, 0.1], [0.1, 0.9]], [1, 1], [1]), "densities has 2, counts has 1"),
        (([0.9, 0.1], [1, 1]), "densities has shape"),
    ],
)
def test_what_gives_no_sweights_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ns.sweights(*arguments)


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"masses": [90.0, np.nan] * 20}, ValueError, "nan|NaN"),
        ({"masses": [90.0] * 3}, ValueError, "10"),
        ({"masses": [[90.0]]}, ValueError, "masses has shape"),
        ({"masses": ["a"] * 20}, TypeError, "masses"),
        ({"window": (110, 70)}, ValueError, "window|110"),
        ({"window": (70,)}, ValueError, "window has 1 numbers"),
        ({"method": "newton"}, ValueError, "method is 'newton'"),
        ({"start": {"width": 1}}, ValueError, "no parameter 'width'; parameters are: tau"),
        ({"start": {"tau": "wide"}}, TypeError, "start of tau"),
        ({"bounds": {"tau": 3}}, TypeError, "bounds of tau"),
        ({"fixed": "centre"}, TypeError, "must be a list of names"),
        ({"fixed": ["middle"]}, ValueError, "no parameter 'middle'"),
        ({"weights": [1.0]}, ValueError, "weights has 1"),
        ({"bins": -1}, ValueError, "bins is -1"),
    ],
)
def test_what_cannot_be_fitted_is_refused(masses, arguments, error, message):
    with pytest.raises(error, match=message):
        ns.fit_mass(**{"masses": masses, **arguments})


def test_a_fit_survives_pickling(fit):
    again = pickle.loads(pickle.dumps(fit))
    assert repr(again) == repr(fit)
    assert (again.sweights().weights == fit.sweights().weights).all()
    assert again.minos(2) == fit.minos(2)


def test_the_table_has_all_numbers_with_units(fit):
    table = repr(fit)
    assert table.startswith(f"{fit.events} events between 70 and 110 GeV")
    assert "GeV, fixed" in table and "events" in table and "chi2" in table and "±" in table
    assert "<table>" in fit._repr_html_()


def test_parameters_are_known_by_name_only(fit):
    with pytest.raises(KeyError, match="no 'width'"):
        fit["width"]
