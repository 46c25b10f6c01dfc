"""Whatever is given to polynomials and observables: numbers come back, or a TypeError or ValueError."""

import any_input
import numpy as np
import pytest

import nearsym as ns
from nearsym import energyflow as ef

JETS = [[[1.0, 0.1, 0.2], [2.0, 0.3, 0.1]]]
MUONS = {"mu_pt": [30.0], "pt": [[1.0]], "d_eta": [[0.1]], "d_phi": [[0.0]]}
NAMES = ["pt", "eta", "phi", "d_eta", "d_phi", "mu_pt", "energy", "px", "py", "pz", "x"]
GRAPH_LETTERS, NAME_LETTERS = "nedvkcph<>=!0123456789(),-_ ", "isoefp_kb.0123456789-,: "


def kinds():
    """Strategies by name."""
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as arrays

    value = st.floats() | st.integers() | st.text(max_size=3) | st.none() | st.booleans() | st.complex_numbers()
    nested = st.recursive(value, lambda inner: st.lists(inner, max_size=4), max_leaves=30)
    shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
    array = arrays.arrays(arrays.scalar_dtypes(), shapes) | arrays.arrays(np.dtype(object), shapes, elements=value)
    columns = st.dictionaries(st.sampled_from(NAMES), nested | array, max_size=4)
    return {
        "events": nested | array | columns,
        "numbers": value | st.lists(value, max_size=3) | array,
        "selection": st.text(GRAPH_LETTERS, max_size=20),
        "names": st.text(NAME_LETTERS, max_size=20),
        "edges": st.lists(st.tuples(value, value) | nested, max_size=5),
    }


def answers(compute, *names):
    """Calls with values of those kinds: each is answered by numbers or by an error that has a message."""
    pytest.importorskip("hypothesis")
    strategies = kinds()
    chosen = [strategies[name] for name in names]
    any_input.answers(compute, chosen, lambda values: np.asarray(values).dtype.kind == "f", examples=50)


@pytest.mark.parametrize("coordinates", [None, "p4"])
def test_any_events_give_polynomials_or_an_error(coordinates):
    answers(lambda events: ns.efp(events, "d<=2", coordinates=coordinates), "events")


@pytest.mark.parametrize("measure", ["hadr", "ee"])
def test_any_events_give_energyflows_polynomials_or_an_error(measure):
    answers(ef.EFPSet("d<=2", measure=measure).batch_compute, "events")


def test_any_events_give_observables_or_an_error():
    answers(lambda events: list(ns.observables(events, "sum_pt,width,iso_0.4").values()), "events")


def test_any_kappa_and_beta_give_polynomials_or_an_error():
    answers(lambda kappa, beta: ns.efp(JETS, "d<=2", kappa=kappa, beta=beta), "numbers", "numbers")


def test_any_selection_gives_graphs_or_an_error():
    answers(lambda selection: ns.EFPSet(selection).specs.astype(float), "selection")


def test_any_name_gives_an_observable_or_an_error():
    answers(lambda names: list(ns.observables(MUONS, names).values()), "names")


def test_any_edges_give_a_polynomial_or_an_error():
    answers(lambda edges: ef.EFP(edges)(JETS[0]), "edges")
