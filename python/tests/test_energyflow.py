"""EnergyFlow's classes: graphs and their numbers, values by the library and by numpy, what is refused."""

import pickle

import numpy as np
import pytest

import nearsym as ns
from nearsym import energyflow as ef
from nearsym.energyflow.graphs import chi, graph_of
from nearsym.energyflow.measure import MEASURES

# Komiske, Metodiev and Thaler, arXiv:1712.07124, table II: graphs of d edges, connected and all.
CONNECTED = [1, 1, 2, 5, 12, 33, 103, 333]
ALL = [1, 1, 3, 8, 23, 66, 212, 686]


def jets(count=4, constituents=9, columns=3, seed=3):
    rng = np.random.default_rng(seed)
    jet = np.stack([rng.exponential(10, (count, constituents)), *rng.uniform(-0.5, 0.5, (2, count, constituents))], -1)
    masses = rng.uniform(0, 1, (count, constituents, columns - 3))
    return np.concatenate([jet, masses], axis=-1)


def momenta(count=4, constituents=9, mass=0.0, seed=4):
    p = np.random.default_rng(seed).normal(size=(count, constituents, 3))
    return np.concatenate([np.sqrt((p**2).sum(-1, keepdims=True) + mass**2), p], axis=-1)


def by_numpy(polynomials, event):
    """The values by Measure and sums over given weights and distances."""
    zs, second = ef.Measure(
        polynomials.measure, polynomials.beta, polynomials.kappa, polynomials.normed, polynomials.coords,
        kappa_normed_behavior=polynomials.kappa_normed_behavior,
    ).evaluate(event)  # fmt: skip
    name = "nhats" if "efm" in polynomials.measure else "thetas"
    return polynomials.compute(zs=zs, **{name: second})


def test_there_are_as_many_graphs_as_in_the_paper():
    polynomials = ef.EFPSet("d<=7")
    assert [polynomials.count(("d==", d)) for d in range(8)] == ALL
    assert [polynomials.count(("d==", d), "p==1") for d in range(8)] == CONNECTED
    assert len(polynomials.cspecs) == 490 == len(polynomials.efps)


def test_products_stand_in_energyflows_order_with_its_k():
    polynomials = ef.EFPSet("d<=5", "n>=5", "n<=6", "p>=2")
    got = [(tuple(spec), graph) for spec, graph in zip(polynomials.specs, polynomials.graphs())]
    assert got[0] == ((5, 3, 3, 2, 0, 2, 2, 4), [(0, 1), (2, 3), (2, 4)])
    assert [spec[4] for spec, _ in got if spec[:1] == (5,)] == [0, 3, 3, 4, 11, 11, 12, 11, 12, 13]


def test_conditions_select_rows_of_specs():
    polynomials = ef.EFPSet("d<=4", ("p==", 1))
    assert list(polynomials.cols) == ["n", "e", "d", "v", "k", "c", "p", "h"]
    mask = polynomials.sel("n==3", "d <= 3", ("v>=", 2))
    np.testing.assert_array_equal(mask, (polynomials.specs[:, 0] == 3) & (polynomials.specs[:, 2] <= 3))
    assert polynomials.count("n==3", "d<=3") == mask.sum() == len(polynomials.graphs("n==3", "d<=3"))
    assert polynomials.graphs(6) == [(0, 1), (0, 2), (0, 2)]
    assert polynomials.simple_graphs(6) == [(0, 1), (0, 2)]


def test_a_set_selected_by_k_has_those_graphs_alone():
    polynomials = ef.EFPSet("d==4", "k==1", "p==1")
    assert {tuple(spec) for spec in polynomials.specs[:, [2, 4]]} == {(4, 1)}


@pytest.mark.parametrize(
    "edges, numbers",
    [
        ([], (1, 0, 0, 0, -1, 1, 1, 0)),
        ([(0, 1)], (2, 1, 1, 1, -1, 2, 1, 2)),
        ([(5, 9), (9, 5), (9, 7)], (3, 2, 3, 3, -1, 2, 1, 1)),
        ([("a", "b"), ("b", "c"), ("c", "a"), ("x", "y")], (5, 4, 4, 2, -1, 3, 2, 2)),
        ([(a, b) for a in range(5) for b in range(a)], (5, 10, 10, 4, -1, 5, 1, 0)),
    ],
)
def test_a_graph_of_edges_has_its_numbers(edges, numbers):
    assert tuple(ef.EFP(edges).spec) == numbers


def test_edges_with_weights_are_edges_that_often():
    weighted, written = ef.EFP([(0, 1), (1, 2)], weights=[3, 1]), ef.EFP([(0, 1), (1, 2), (1, 0), (0, 1)])
    assert weighted.graph == written.graph == [(0, 1)] * 3 + [(1, 2)]
    assert (weighted.weights, weighted.simple_graph, weighted.weight_set) == ((3, 1), [(0, 1), (1, 2)], {1, 3})
    assert weighted(jets()[0]) == written(jets()[0])


def test_every_graph_of_the_library_is_recognised_after_its_vertices_are_renamed():
    rng = np.random.default_rng(5)
    for graph in ns.EFPSet("d<=7,n>=2"):
        names = rng.permutation(50)[: graph.n]
        edges = [(names[b], names[a]) if rng.random() < 0.5 else (names[a], names[b]) for a, b in graph.edges]
        rng.shuffle(edges)
        assert graph_of(edges).factors == tuple(sorted(graph.factors))


def test_chi_of_all_graphs_is_the_librarys():
    assert all(chi(graph.n, graph.simple_edges) == graph.c for graph in ns.EFPSet("d<=7,n<=8"))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    "kappa, normed, behavior", [(1, True, "new"), (0.5, True, "orig"), (0, True, "new"), (2, False, "new")]
)
def test_the_library_and_numpy_give_the_same_values(measure, kappa, normed, behavior):
    beta = 2 if "efm" in measure else 1
    polynomials = ef.EFPSet("d<=5", measure=measure, beta=beta, kappa=kappa, normed=normed, coords="epxpypz",
                            kappa_normed_behavior=behavior)  # fmt: skip
    sample = momenta(mass=0.0 if measure == "hadr" else 0.3)
    for event, values in zip(sample, polynomials.batch_compute(sample)):
        np.testing.assert_allclose(values, by_numpy(polynomials, event), rtol=1e-12)  # 9^6 terms, rounding of theta


def test_masses_count_in_hadrdot_and_without_them_numpy_agrees():
    massive, massless = jets(columns=4), jets(columns=3)
    polynomials = ef.EFPSet("d<=4", measure="hadrdot", beta=2)
    both = polynomials.batch_compute([massive[0], massless[1]])
    np.testing.assert_allclose(both, [by_numpy(polynomials, event) for event in (massive[0], massless[1])], rtol=1e-12)
    assert (both[0, 1:] != polynomials.compute(massive[0, :, :3])[1:]).all()


def test_particle_flow_weighs_by_the_momenta():
    event = momenta()[0]
    polynomial = ef.EFP([(0, 1), (1, 2)], measure="ee", kappa="pf", normed=False, beta=2)
    dots = 2 * (event * [1, -1, -1, -1]) @ event.T
    assert polynomial(event) == pytest.approx((dots.sum(axis=0) ** 2).sum(), rel=1e-13)


def test_weights_and_distances_may_be_given():
    rng = np.random.default_rng(6)
    zs, thetas = rng.random(7), rng.random((7, 7))  # not symmetric: edges go from the smaller number to the larger
    value = ef.EFP([(0, 1), (2, 0), (0, 2)]).compute(zs=zs, thetas=thetas)
    assert value == pytest.approx(np.einsum("a,b,c,ab,ac,ac", zs, zs, zs, thetas, thetas, thetas), rel=1e-13)


def test_graphs_of_more_edges_than_the_library_has_are_summed_by_numpy():
    square = [(0, 1)] * 2 + [(1, 2)] * 3 + [(2, 3)] * 4 + [(3, 0)] * 3
    event = jets()[0]
    zs, thetas = ef.Measure("hadr").evaluate(event)
    want = np.einsum("a,b,c,d,ab,bc,cd,ad", zs, zs, zs, zs, thetas**2, thetas**3, thetas**4, thetas**3, optimize=True)
    assert ef.EFP(square)(event) == pytest.approx(want, rel=1e-12)
    mixed = ef.EFPSet(square, [(0, 1)])
    np.testing.assert_allclose(mixed.batch_compute([event, event]), [[want, ef.EFP([(0, 1)])(event)]] * 2, rtol=1e-12)


def test_a_set_gives_what_its_polynomials_give_alone():
    sample = jets()
    polynomials = ef.EFPSet("d<=3", beta=0.5, kappa=2)
    alone = np.array([ef.EFP(graph, beta=0.5, kappa=2).batch_compute(sample) for graph in polynomials.graphs()]).T
    np.testing.assert_allclose(polynomials.batch_compute(sample), alone, rtol=1e-13)
    np.testing.assert_array_equal(polynomials.batch_compute(sample), [polynomials(event) for event in sample])


def test_products_follow_from_connected_graphs():
    polynomials = ef.EFPSet("d<=4")
    values = polynomials.batch_compute(jets())
    connected = values[:, : len(polynomials.cspecs)]
    np.testing.assert_allclose(polynomials.calc_disc(connected), values, rtol=1e-13)
    np.testing.assert_allclose(polynomials.calc_disc(connected[0]), values[0], rtol=1e-13)
    assert ef.EFPSet([(0, 1)], [(0, 1), (2, 3)]).calc_disc([1.0, 2.0]).tolist() == [1, 2]


def test_values_are_the_same_for_any_number_of_jobs():
    for measure in ("hadr", "ee"):
        polynomials = ef.EFPSet("d<=3", measure=measure, coords="epxpypz")
        one = polynomials.batch_compute(momenta(20), n_jobs=1)
        np.testing.assert_array_equal(polynomials.batch_compute(momenta(20), n_jobs=2), one)
        np.testing.assert_array_equal(polynomials.batch_compute(momenta(20)), one)


def test_lists_ragged_arrays_and_events_are_taken():
    sample, polynomials = jets(), ef.EFPSet("d<=3")
    want = polynomials.batch_compute(sample)
    by_name = ns.Events(sample.reshape(-1, 3), np.arange(5) * 9)
    for form in (list(sample), sample.tolist(), by_name, np.concatenate([sample, np.ones((4, 9, 1))], axis=2)):
        np.testing.assert_array_equal(polynomials.batch_compute(form), want)
    dots = ef.EFPSet("d<=3", measure="hadrdot")
    np.testing.assert_array_equal(dots.batch_compute(by_name), dots.batch_compute(sample))


class Constituent:
    def __init__(self, p4):
        self.p4 = [float(x) for x in p4]

    def e(self):
        return self.p4[0]

    def px(self):
        return self.p4[1]

    def py(self):
        return self.p4[2]

    def pz(self):
        return self.p4[3]


class Jet:
    """What a fastjet.PseudoJet offers."""

    def __init__(self, event):
        self.event = event

    def constituents(self):
        return [Constituent(p4) for p4 in self.event]


def test_jets_of_fastjet_are_their_constituents():
    sample = momenta(mass=0.1)
    for measure in ("hadr", "hadrdot", "ee"):
        given = ef.EFPSet("d<=3", measure=measure, coords="epxpypz").batch_compute(sample)
        for coords in (None, "epxpypz", "ptyphim"):
            polynomials = ef.EFPSet("d<=3", measure=measure, coords=coords)
            np.testing.assert_allclose(polynomials.batch_compute([Jet(event) for event in sample]), given, rtol=1e-11)


def test_constituents_without_pt_count_for_nothing():
    padded = np.concatenate([jets(), np.zeros((4, 2, 3))], axis=1)
    for measure in ("hadr", "hadrdot", "ee"):
        polynomials = ef.EFPSet("d<=3", measure=measure, coords="ptyphim", kappa=0)
        np.testing.assert_allclose(polynomials.batch_compute(padded), polynomials.batch_compute(jets()), rtol=1e-13)


def test_events_without_constituents_have_zeros():
    for options in ({}, {"measure": "ee"}, {"kappa_normed_behavior": "orig"}):
        polynomials = ef.EFPSet("d<=3", **options)
        assert (polynomials.compute(np.zeros((0, 4))) == 0).all()
        assert polynomials.batch_compute([]).shape == (0, 13)


def test_ratios_are_those_of_their_polynomials():
    sample = jets()
    line, triangle, kite = (
        ef.EFP(graph, beta=1.5).batch_compute(sample)
        for graph in ([(0, 1)], [(0, 1), (1, 2), (0, 2)], [(a, b) for a in range(4) for b in range(a)])
    )
    np.testing.assert_allclose(ef.D2(beta=1.5).batch_compute(sample), triangle / line**3, rtol=1e-12)
    np.testing.assert_allclose(ef.C2(beta=1.5).batch_compute(sample), triangle / line**2, rtol=1e-12)
    np.testing.assert_allclose(ef.C3(beta=1.5).batch_compute(sample), kite * line / triangle**2, rtol=1e-12)
    for ratio in (ef.D2, ef.C2, ef.C3):  # no unit, whatever weighs
        np.testing.assert_allclose(ratio(normed=False)(sample[0]), ratio()(sample[0]), rtol=1e-12)
    assert ef.C2(reg=1e-30)([[1.0, 0.0, 0.0]]) == 0


def test_polynomials_can_be_pickled():
    for measure in ("hadr", "ee"):
        polynomials = ef.EFPSet("d<=3", beta=0.5, measure=measure, coords="epxpypz")
        values = polynomials.batch_compute(momenta())
        again = pickle.loads(pickle.dumps(polynomials))
        np.testing.assert_array_equal(again.batch_compute(momenta()), values)


def test_properties_are_the_arguments():
    polynomial = ef.EFP(
        [(0, 1)], measure="hadrdot", beta=0.5, kappa=2, normed=False, coords="epxpypz", check_input=False
    )
    got = [getattr(polynomial, name) for name in ("measure", "beta", "kappa", "normed", "coords", "check_input")]
    assert got == ["hadrdot", 0.5, 2, False, "epxpypz", False]
    assert (ef.EFP([]).coords, ef.EFP([], measure="ee").coords, ef.EFP([]).ndk) == ("ptyphim", "epxpypz", (1, 0, -1))
    assert ef.EFPSet("d<=3").efps[4].ndk == (3, 2, 0)


@pytest.mark.parametrize("args", [(), ("n<=4",), ("d<=8",), ("d==9",), ("d>=3", "d<10")])
def test_graphs_of_more_than_seven_edges_cannot_be_selected(args):
    with pytest.raises(NotImplementedError, match="up to 7 edges"):
        ef.EFPSet(*args)


@pytest.mark.parametrize("name", ["EFM", "Generator", "emd", "gen_random_events"])
def test_what_energyflow_alone_has_is_named(name):
    with pytest.raises(NotImplementedError, match=name):
        getattr(ef, name)
    assert not hasattr(ef, "something")


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: ef.EFPSet("d<=3", "x==1"), "'x'"),
        (lambda: ef.EFPSet("d<=3", "p"), "condition"),
        (lambda: ef.EFPSet("d<=3", ("p==", 1, 2)), "condition|pair"),
        (lambda: ef.EFPSet("d<=3", "n==9"), "matches no graph"),
        (lambda: ef.EFPSet("d<=3", "n==3", "k==7"), "fits"),
        (lambda: ef.EFPSet("d<=3", filename="graphs.npz"), "files of graphs"),
        (lambda: ef.EFPSet("d<=3").sel(3), "condition is 3"),
        (lambda: ef.EFP([(0, 0)]), "itself"),
        (lambda: ef.EFP([(0, 1, 2)]), "pair"),
        (lambda: ef.EFP([(0, 1)], weights=[1, 2]), "2 weights for 1 edge"),
        (lambda: ef.EFP([(0, 1)], weights=[0]), "weight of an edge is 0, must be at least 1"),
        (lambda: ef.EFP([(0, 1)], weights=[np.inf]), "weight of an edge is inf"),
        (lambda: ef.EFP([(0, 1)], measure="hadron"), "'hadron'"),
        (lambda: ef.EFP([(0, 1)], coords="xyz"), "'xyz'"),
        (lambda: ef.EFP([(0, 1)], beta=0), "beta is 0"),
        (lambda: ef.EFP([(0, 1)], kappa="flow"), "'flow'"),
        (lambda: ef.EFP([(0, 1)], kappa="pf"), "'pf'"),
        (lambda: ef.EFP([(0, 1)], kappa=np.nan), "kappa is nan"),
        (lambda: ef.EFP([(0, 1)], beta=np.inf), "beta is inf"),
        (lambda: ef.EFP([(0, 1)], beta="2"), "beta is '2'"),
        (lambda: ef.EFP([(0, 1)], kappa_normed_behavior="old"), "'old'"),
        (lambda: ef.EFP([(0, 1)], masure="hadr"), "masure"),
        (lambda: ef.EFP([(0, 1)])(), "event, or zs and thetas"),
        (lambda: ef.EFP([(0, 1)], measure="eeefm")(zs=[1.0]), "event, or zs and nhats"),
        (lambda: ef.EFP([(0, 1)])(zs=[1.0], thetas=np.ones((2, 2))), r"thetas has shape \(2, 2\) for 1 zs"),
        (lambda: ef.EFP([(0, 1)])(jets()), "shape"),
        (lambda: ef.EFP([(0, 1)], coords="epxpypz")(jets()[0]), "energy, px, py, pz"),
        (lambda: ef.EFP([(0, 1)])([[np.nan, 0, 0]]), "nan"),
        (lambda: ef.EFP([(0, 1)])([[-1.0, 0, 0]]), "pt is -1"),
        (lambda: ef.EFP([(0, 1)], measure="ee")([[-1.0, 0, 0, 0]]), "energy -1"),
        (lambda: ef.EFP([(0, 1)])([["a", "b", "c"]]), "dtype"),
        (lambda: ef.EFP([(0, 1)]).batch_compute(jets(), n_jobs=-1), "n_jobs is -1"),
        (lambda: ef.EFP([(0, 1)], measure="ee").batch_compute(jets(), n_jobs=1.5), "n_jobs is 1.5"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises((TypeError, ValueError, NotImplementedError), match=message):
        make()
