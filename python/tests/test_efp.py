"""Energy-flow polynomials of arrays: values against sums written out, shapes, every form of input, errors."""

import os
import pickle
import signal
import subprocess
import threading
import tracemalloc

import numpy as np
import pytest

import nearsym as ns
from nearsym._arrays import pointer
from nearsym._constituents import ANGLES, ENERGIES, MOMENTA, constituents
from nearsym._library import check
from nearsym._native import ffi, lib


def jets(count=5, constituents=8, seed=1):
    """(events, constituents, 3): pt, eta, phi around 0."""
    rng = np.random.default_rng(seed)
    pt = rng.exponential(10, (count, constituents)) + 0.1
    return np.stack([pt, *rng.uniform(-0.5, 0.5, (2, count, constituents))], axis=-1)


def by_sums(jet, graph, kappa=1.0, beta=1.0, normed=True):
    """The definition: a sum over all choices of a constituent for each vertex."""
    z = (jet[:, 0] / jet[:, 0].sum() if normed else jet[:, 0]) ** kappa
    d = jet[:, None, 1:] - jet[None, :, 1:]
    theta = (d**2).sum(axis=-1) ** (beta / 2)
    total = np.ones([len(jet)] * graph.n)
    for vertex in range(graph.n):
        total = total * z.reshape([-1 if axis == vertex else 1 for axis in range(graph.n)])
    for a, b in graph.edges:
        shape = [len(jet) if axis in (a, b) else 1 for axis in range(graph.n)]
        total = total * theta.reshape(shape)
    return total.sum()


@pytest.mark.parametrize("kappa, beta, normed", [(1, 1, True), (0.5, 2, True), (2, 0.5, False), (-1, 1, True)])
def test_values_are_the_sums_of_the_definition(kappa, beta, normed):
    sample, graphs = jets(2, 5), ns.EFPSet("d<=4")
    values = graphs.compute(sample, kappa=kappa, beta=beta, normed=normed)
    small = [i for i, graph in enumerate(graphs) if graph.n <= 6]
    want = [[by_sums(jet, graphs[i], kappa, beta, normed) for i in small] for jet in sample]
    np.testing.assert_allclose(values[:, small], want, rtol=1e-13)  # sums of up to 5^6 rounded terms, all positive


def test_axes_of_kappa_and_beta_are_there_for_arrays_alone():
    sample = jets()
    assert ns.efp(sample, "d<=2").shape == (5, 5)
    assert ns.efp(sample, "d<=2", beta=[1]).shape == (5, 1, 5)
    assert ns.efp(sample, "d<=2", kappa=[0.5, 1]).shape == (5, 2, 5)
    values = ns.efp(sample, "d<=2", kappa=[0.5, 1], beta=(0.5, 1, 2))
    assert values.shape == (5, 2, 3, 5)
    np.testing.assert_array_equal(values[:, 1, 2], ns.efp(sample, "d<=2", kappa=1, beta=2))


def test_every_form_of_events_gives_the_same_bits():
    sample = jets()
    want = ns.efp(sample, "d<=3")
    flat, offsets = sample.reshape(-1, 3), np.arange(6) * 8
    by_name = {name: [list(jet[:, k]) for jet in sample] for k, name in enumerate(("pt", "eta", "phi"))}
    objects = np.empty(5, object)
    objects[:] = list(sample)
    structured = np.zeros(sample.shape[:2], [("pt", float), ("y", float), ("phi", float)])
    for k, name in enumerate(structured.dtype.names):
        structured[name] = sample[..., k]
    with_pid = np.concatenate([sample, np.full((5, 8, 1), 211.0)], axis=2)
    forms = [
        list(sample), sample.tolist(), objects, structured, by_name, with_pid, list(with_pid),
        np.asfortranarray(sample), ns.Events(flat, offsets),
        ns.Events(flat[:, [2, 0, 1]], offsets, features=["dphi", "et", "deta"]),
    ]  # fmt: skip
    for form in forms:
        np.testing.assert_array_equal(ns.efp(form, "d<=3"), want)


def test_awkward_arrays_give_the_same_bits():
    ak = pytest.importorskip("awkward")
    sample = jets()
    array = ak.zip({name: sample[..., k] for k, name in enumerate(("pt", "eta", "phi"))})
    ragged = ak.from_regular(array, axis=1)
    np.testing.assert_array_equal(ns.efp(ragged, "d<=3"), ns.efp(sample, "d<=3"))


def test_single_precision_is_that_of_the_numbers():
    sample = jets().astype(np.float32)
    np.testing.assert_array_equal(ns.efp(sample, "d<=3"), ns.efp(sample.astype(float), "d<=3"))


def test_doubles_side_by_side_are_not_copied():
    sample = jets()
    events = ns.Events(sample.reshape(-1, 3), np.arange(6) * 8)
    assert np.shares_memory(constituents(sample).particles, sample)
    assert np.shares_memory(constituents(events).particles, sample)
    momenta = np.ones((2, 3, 4))
    assert np.shares_memory(constituents(momenta, "p4").particles, momenta)


def test_values_are_all_the_memory_that_python_takes():
    sample = jets(20_000, 20)  # 9.6 MB
    ns.efp(sample[:1], "(2,1,0)")
    tracemalloc.start()
    values = ns.efp(sample, "(2,1,0)", workers=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    offsets = 8 * 20_001
    assert peak < values.nbytes + 2 * offsets + 50_000


def test_padding_changes_nothing():
    sample = jets()
    padded = np.concatenate([sample, np.zeros((5, 3, 3))], axis=1)
    np.testing.assert_array_equal(ns.efp(padded, "d<=3", kappa=[0, 1]), ns.efp(sample, "d<=3", kappa=[0, 1]))


def test_events_of_different_lengths_are_those_alone():
    sample = [jet[: 8 - i] for i, jet in enumerate(jets())]
    values = ns.efp(sample, "d<=3")
    for jet, value in zip(sample, values):
        np.testing.assert_array_equal(ns.efp([jet], "d<=3")[0], value)


def test_events_without_constituents_have_zeros():
    sample = [jets()[0], np.zeros((0, 3)), jets()[1]]
    values = ns.efp(sample, "d<=2")
    assert (values[1] == 0).all() and (values[[0, 2]] > 0).all()
    assert ns.efp([[], []], "d<=2").tolist() == [[0] * 5] * 2
    assert ns.efp(np.zeros((0, 4, 3)), "d<=2").shape == (0, 5)


def test_momenta_without_mass_have_the_values_of_pt_eta_phi():
    pt, eta, phi = np.moveaxis(jets(), 2, 0)
    momenta = np.stack([pt * np.cosh(eta), pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)], axis=-1)
    for measure in ("hadr", "hadrdot"):
        want = ns.efp(jets(), "d<=4", measure=measure)
        np.testing.assert_allclose(ns.efp(momenta, "d<=4", measure=measure, coordinates="p4"), want, rtol=1e-11)
    events = ns.Events(momenta.reshape(-1, 4), np.arange(6) * 8, features=["energy", "px", "py", "pz"])
    np.testing.assert_array_equal(ns.efp(events, "d<=4"), ns.efp(momenta, "d<=4", coordinates="p4"))


def test_the_order_of_constituents_and_a_turn_in_phi_change_rounding_alone():
    sample = jets()
    turned = sample[:, ::-1] + [0, 0, 3.0]
    np.testing.assert_allclose(ns.efp(turned, "d<=4"), ns.efp(sample, "d<=4"), rtol=1e-12)


def test_a_scale_of_pt_changes_rounding_alone_and_unnormed_values_by_its_power():
    sample, scaled = jets(), jets() * [4, 1, 1]
    np.testing.assert_allclose(ns.efp(scaled, "d<=3"), ns.efp(sample, "d<=3"), rtol=1e-13)
    graphs = ns.EFPSet("d<=3")
    powers = 4.0 ** graphs.specs[:, 0]
    want = graphs.compute(sample, normed=False) * powers
    np.testing.assert_allclose(graphs.compute(scaled, normed=False), want, rtol=1e-13)


def test_values_are_the_same_for_any_number_of_workers():
    sample = jets(100)
    want = ns.efp(sample, "d<=4", workers=1)
    np.testing.assert_array_equal(ns.efp(sample, "d<=4", workers=3), want)
    np.testing.assert_array_equal(ns.efp(sample, "d<=4"), want)
    np.testing.assert_array_equal(ns.efp(sample, "d<=4", workers=10**9), want)


def test_values_are_those_that_the_program_writes(tmp_path):
    h5py = pytest.importorskip("h5py")
    graphs, sample = ns.EFPSet("d<=4"), jets()
    ns.as_events(sample).write(tmp_path / "jets.h5")
    kappa, beta = np.array([0.5, 1.0]), np.array([1.0, 2.0])
    options = ffi.new("nsym_efp_options *", {"kappas": 2, "betas": 2, "workers": 1})
    kappas, betas = pointer(kappa), pointer(beta)
    options.kappa, options.beta = kappas, betas
    paths = [os.fsencode(tmp_path / name) for name in ("jets.h5", "efps.h5")]
    check(lib.nsym_efp_write(graphs._c, b"d<=4", options, *paths))
    with h5py.File(tmp_path / "efps.h5") as file:
        np.testing.assert_array_equal(file["efps"][:], graphs.compute(sample, kappa=kappa, beta=beta))
        np.testing.assert_array_equal(file["graphs"][:], graphs.specs)


WAYS = [(pt, *angles) for angles in ANGLES for pt in MOMENTA] + [(energy, "px", "py", "pz") for energy in ENERGIES]


@pytest.mark.skipif("NEARSYM" not in os.environ, reason="NEARSYM, the path of the program, is not set")
@pytest.mark.parametrize("way, other", [*zip(WAYS, WAYS[1:]), (WAYS[-1], ())])
def test_the_same_features_are_measured_as_by_the_program(way, other, tmp_path):
    """Where events have those of two neighbouring ways, which shows the order too."""
    h5py = pytest.importorskip("h5py")
    names = sorted({*way, *other})
    particles = np.random.default_rng(3).uniform(0.1, 0.5, (12, len(names)))
    for energy in set(ENERGIES) & set(names):
        particles[:, names.index(energy)] += 1
    sample = ns.Events(particles, [0, 5, 12], features=names)
    sample.write(tmp_path / "jets.h5")
    command = [os.environ["NEARSYM"], "efp", "compute", "jets.h5", "--graphs", "d<=2", "-o", "efps.h5"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    with h5py.File(tmp_path / "efps.h5") as file:
        np.testing.assert_array_equal(file["efps"][:].reshape(2, -1), ns.efp(sample, "d<=2"))


def test_a_set_tells_its_graphs():
    graphs = ns.EFPSet("(3,3,1) (2,1,0)(2,2,0)")
    triangle, product = graphs
    assert (len(graphs), triangle.identity, product.identity) == (2, "(3,3,1)", "(2,1,0)(2,2,0)")
    assert triangle.edges == [(0, 1), (0, 2), (1, 2)] and triangle.c == 3
    assert (product.p, product.factors, product.multiplicities) == (2, [(2, 1, 0), (2, 2, 0)], [1, 2])
    assert product.latex == r"\sum_{abcd} z_{a} z_{b} z_{c} z_{d} \theta_{ab} \theta_{cd}^{2}"
    assert triangle._repr_svg_().startswith("<svg") and "<svg" in graphs._repr_html_()
    assert "graph 1: " in graphs.plan
    np.testing.assert_array_equal(graphs.specs[0], [3, 3, 3, 2, 1, 3, 1, 0])


def test_the_cost_of_all_graphs_is_that_of_the_docs():
    cost = ns.EFPSet().cost(100)
    assert len(ns.EFPSet()) == 467
    assert (cost.matrix_products, cost.fourth_order) == (17, 1)
    assert cost.flops == pytest.approx(79.3e6, rel=1e-3)  # docs/efp.md


def test_sets_and_graphs_can_be_pickled():
    graphs = ns.EFPSet(["(3,3,1)", "4-3-0"])
    again = pickle.loads(pickle.dumps(graphs))
    assert again.graphs == graphs.graphs
    assert pickle.loads(pickle.dumps(graphs[1])) == graphs[1] != graphs[0]
    np.testing.assert_array_equal(ns.efp(jets(), again), ns.efp(jets(), graphs))


def test_a_graph_outlives_its_set():
    assert ns.EFPSet("(3,3,1)")[0].edges == [(0, 1), (0, 2), (1, 2)]


def test_ctrl_c_ends_a_long_computation():
    sample = jets(200_000, 20)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        ns.efp(sample, workers=1)  # 10 seconds
    timer.join()


def with_value(value):
    sample = jets()
    sample[3, 2, 0] = value
    return sample


@pytest.mark.parametrize(
    "events, message",
    [
        (with_value(np.nan), "event 3, particle 2: pt is nan"),
        (with_value(np.inf), "event 3, particle 2: pt is inf"),
        (with_value(-1), "event 3, particle 2: pt is -1"),
        (np.ma.masked_equal(with_value(77), 77), "masked"),
        (None, "None"),
        ("jets.h5", "path|dtype"),
        ([["a", "b", "c"]], "a"),
        ([[[1.0, 0.1, None]]], "missing"),
        (jets().astype(complex), "complex128"),
        (jets()[0], r"event\[None\]"),
        (jets()[..., :2], "shape|pt"),
        (np.zeros((2, 3, 5)), "must be"),
        ([np.zeros((2, 3)), np.zeros((2, 4))], "different numbers"),
        (ns.Events(columns={"x": [1.0]}), "polynomials need particles"),
        (ns.Events(np.zeros((2, 2)), [0, 2], features=["pt", "eta"]), "pt, eta, must have pt"),
        (np.ones((1, 2049, 3)), "2049 constituents"),
    ],
)
def test_what_is_no_sample_of_constituents_is_refused(events, message):
    with pytest.raises((TypeError, ValueError), match=message):
        ns.efp(events, "d<=1")


@pytest.mark.parametrize(
    "options, message",
    [
        ({"kappa": np.nan}, "kappa is nan"),
        ({"kappa": 11}, "kappa is 11"),
        ({"kappa": []}, "0 kappas"),
        ({"kappa": "pf"}, "kappa has dtype"),
        ({"kappa": [[1]]}, "kappa has shape"),
        ({"beta": 0}, "beta is 0"),
        ({"beta": [1, -2]}, "beta is -2"),
        ({"measure": "ee"}, "measure is 'ee', must be one of hadr, hadrdot"),
        ({"coordinates": "xyz"}, "coordinates is 'xyz'"),
        ({"coordinates": "p4"}, "4 columns"),
        ({"workers": -1}, "workers is -1"),
        ({"workers": 1.5}, "workers is 1.5"),
    ],
)
def test_an_option_out_of_range_is_refused(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        ns.efp(jets(), "d<=1", **options)


@pytest.mark.parametrize(
    "selection, message",
    [
        ("d<=", "character 4"),
        ("x<=3", "character 1"),
        ("d==9", "up to 7"),
        ("(3,3,9)", "identity"),
        ([3], "a graph is 3"),
        ("d<=2\0x", "NUL"),
        (["(2,1,0)\0x"], "NUL"),
    ],
)
def test_a_selection_that_cannot_be_read_is_refused(selection, message):
    with pytest.raises((TypeError, ValueError), match=message):
        ns.EFPSet(selection)


def test_graphs_that_there_are_not_are_refused_and_not_left_out():
    for selection in ("d<=10", "connected,d<=8", "d=12", "n<=8"):
        with pytest.raises(ValueError, match="up to 7"):
            ns.EFPSet(selection)
    assert len(ns.EFPSet("d<8")) == len(ns.EFPSet("d<=7"))


@pytest.mark.parametrize("graphs", [3, [[(0, 1)]], [3]])
def test_what_is_no_graph_is_told(graphs):
    with pytest.raises(TypeError, match="must be a text"):
        ns.efp([[[1.0, 0.0, 0.0]]], graphs)
