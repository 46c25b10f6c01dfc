"""nearsym.energyflow beside EnergyFlow: graphs, numbers, order, and values of every measure."""

import importlib.util
import sys
import types

import numpy as np
import pytest

from nearsym import energyflow as ours

if importlib.util.find_spec("energyflow"):
    # EnergyFlow 1.4 imports wasserstein for its distances between events; the wheel of that needs numpy 1.
    sys.modules["wasserstein"] = types.ModuleType("wasserstein")
theirs = pytest.importorskip("energyflow")

ROUNDING = "relative to each value; rounding in sums of positive terms"


def jets(count=3, constituents=12, columns=3):
    rng = np.random.default_rng(7)
    jet = np.stack([rng.exponential(10, (count, constituents)), *rng.uniform(-0.4, 0.4, (2, count, constituents))], -1)
    jet[0, :, 2] += np.pi  # across the end of phi
    return np.concatenate([jet, rng.uniform(0.1, 1, (count, constituents, columns - 3))], axis=-1)


def momenta(count=3, constituents=12, mass=0.0):
    p = np.random.default_rng(8).normal(size=(count, constituents, 3))
    return np.concatenate([np.sqrt((p**2).sum(-1, keepdims=True) + mass**2), p], axis=-1)


def both(args, sample, **options):
    """Values (events, graphs) by both packages."""
    return [package.EFPSet(*args, **options).batch_compute(sample, n_jobs=1) for package in (ours, theirs)]


def test_graphs_of_up_to_seven_edges_are_energyflows_in_its_order():
    mine, other = ours.EFPSet("d<=7"), theirs.EFPSet("d<=7")
    np.testing.assert_array_equal(mine.specs, other.specs)
    np.testing.assert_array_equal(mine.cspecs, other.cspecs)
    for a, b in zip(mine.graphs(), other.graphs()):
        assert sorted(a) == sorted(tuple(edge) for edge in b)
    for args in (("n<=4",), ("d==6", ("p==", 2)), ("k>=3", "c==3"), ("h!=0", "v<4", "e>2")):
        np.testing.assert_array_equal(mine.sel(*args), other.sel(*args))
        assert mine.count(*args) == other.count(*args)


def test_numbers_of_single_graphs_are_energyflows():
    for graph in theirs.EFPSet("d<=6").graphs():
        np.testing.assert_array_equal(ours.EFP(graph).spec, theirs.EFP(graph).spec)


def test_values_of_all_graphs(compared):
    values, want = both(("d<=7",), jets())
    compared("energyflow", "1000 EFPs, d <= 7, hadr", values, want, 1e-12, ROUNDING, scale=want)


@pytest.mark.parametrize("normed", [True, False])
def test_values_for_kappa_beta_and_coordinates(compared, normed):
    worst = [[], []]
    for coords, sample in (("ptyphim", jets(columns=4)), ("epxpypz", momenta(mass=0.3))):
        for kappa in (0.5, 1, 2):
            for beta in (0.5, 1, 2):
                pair = both(("d<=5",), sample, kappa=kappa, beta=beta, normed=normed, coords=coords)
                for values, into in zip(pair, worst):
                    into.append(values)
    values, want = map(np.array, worst)
    name = f"EFPs, d <= 5, hadr, {'normed' if normed else 'not normed'}, 3 kappa, 3 beta, both coords"
    compared("energyflow", name, values, want, 1e-12, ROUNDING, scale=want)


def test_values_of_the_older_norm(compared):
    values, want = both(("d<=5",), jets(), kappa=0.5, kappa_normed_behavior="orig")
    name = "EFPs, d <= 5, hadr, kappa_normed_behavior='orig'"
    compared("energyflow", name, values, want, 1e-12, ROUNDING, scale=want)


@pytest.mark.parametrize("beta", [0.5, 1, 2])
def test_values_of_hadrdot_without_mass(compared, beta):
    """EnergyFlow's theta of a constituent with itself is rounding, raised to beta/2; it is set to 0 for it here."""
    sample, graphs = jets(), theirs.EFPSet("d<=5", measure="hadrdot", beta=beta)
    want = []
    for jet in sample:
        zs, thetas = theirs.Measure("hadrdot", beta).evaluate(jet)
        np.fill_diagonal(thetas, 0)
        want.append(graphs.compute(zs=zs, thetas=thetas))
    values = ours.EFPSet("d<=5", measure="hadrdot", beta=beta).batch_compute(sample)
    why = "relative to each value; EnergyFlow loses digits in cosh - cos of close constituents"
    compared("energyflow", f"EFPs, d <= 5, hadrdot, beta = {beta}", values, want, 1e-11, why, scale=want)


@pytest.mark.parametrize(
    "options",
    [
        {"measure": "hadrdot", "beta": 1, "coords": "epxpypz"},
        {"measure": "hadrdot", "beta": 2, "coords": "epxpypz", "kappa": "pf", "normed": False},
        {"measure": "hadrefm", "beta": 2, "coords": "epxpypz"},
        {"measure": "ee", "beta": 0.5, "kappa": 2},
        {"measure": "ee", "beta": 1, "kappa": "pf", "normed": False},
        {"measure": "eeefm", "beta": 2, "normed": False},
    ],
)
def test_values_of_massive_constituents_by_other_measures(compared, options):
    values, want = both(("d<=5",), momenta(mass=0.3), **options)
    name = ", ".join(f"{key}={value}" for key, value in options.items())
    compared("energyflow", f"EFPs, d <= 5, massive, {name}", values, want, 1e-12, ROUNDING, scale=want)


def test_values_of_given_weights_and_distances(compared):
    rng = np.random.default_rng(9)
    zs, thetas = rng.random(10), rng.random((10, 10))
    values, want = (package.EFPSet("d<=5").compute(zs=zs, thetas=thetas) for package in (ours, theirs))
    compared("energyflow", "EFPs, d <= 5, of zs and thetas, not symmetric", values, want, 1e-12, ROUNDING, scale=want)


def test_values_of_graphs_of_eight_to_ten_edges(compared):
    graphs = list(theirs.EFPSet("d>=8", "p==1").graphs()[::300])
    values, want = both(graphs, jets(2, 8))
    compared("energyflow", f"{len(graphs)} EFPs, d = 8 to 10", values, want, 1e-12, ROUNDING, scale=want)


def test_values_of_ratios(compared):
    sample = jets()
    for name in ("D2", "C2", "C3"):
        values = getattr(ours, name)(beta=1).batch_compute(sample)
        want = getattr(theirs, name)(beta=1).batch_compute(sample, n_jobs=1)
        compared("energyflow", f"{name}, beta = 1", values, want, 1e-12, ROUNDING, scale=want)
