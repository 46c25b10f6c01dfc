"""EFP and EFPSet with EnergyFlow's signatures, computed by nearsym."""

from __future__ import annotations

import operator
import re
from typing import Any, Sequence

import numpy as np

from .._arrays import numbers
from .._native import lib
from ._measured import Measured
from .graphs import COLUMNS, Graph, graph_of, selected
from .measure import Measure

COMPARISONS = {"<": operator.lt, ">": operator.gt, "==": operator.eq, "!=": operator.ne, "<=": operator.le,
               ">=": operator.ge}  # fmt: skip
CONDITION = re.compile(r"(\w+)(<=|>=|==|!=|<|>)(\d+)$")


class EFP(Measured):
    """One energy-flow polynomial.

    Parameters
    ----------
    edges : sequence of pairs of vertices
        The edges of the graph, each as often as it occurs; ``[]`` is a single vertex.
    weights : sequence of int, optional
        The multiplicity of each edge, if `edges` has each once.
    measure, beta, kappa, normed, coords, check_input, kappa_normed_behavior
        See `Measure`.

    Notes
    -----
    Komiske, Metodiev and Thaler, arXiv:1712.07124. Measures "hadr", and "hadrdot" and "hadrefm" of massless
    constituents, of graphs of up to 7 edges are nearsym's; others are summed by numpy.

    Examples
    --------
    >>> triangle = EFP([(0, 1), (1, 2), (2, 0)], beta=2)
    >>> triangle.n, triangle.d, triangle.c
    (3, 3, 3)
    >>> float(triangle.compute([[2.0, 0.0, 0.0], [1.0, 0.1, 0.0], [1.0, 0.0, 0.2]]).round(8))
    3.75e-06
    """

    def __init__(self, edges: Sequence[Any], weights: Sequence[int] | None = None, **measure: Any):
        self._set_up(graph_of(edges, weights), Measure(measure.pop("measure", "hadr"), **measure))

    def _set_up(self, graph: Graph, measure: Measure) -> EFP:
        super().__init__([graph], measure)
        self._graph = graph
        return self

    @classmethod
    def of_graph(cls, graph: Graph, measure: Measure) -> EFP:
        """That of a graph which is known already."""
        return cls.__new__(cls)._set_up(graph, measure)

    def compute(self, event: Any = None, zs: Any = None, thetas: Any = None, nhats: Any = None) -> float:
        """The value for one event.

        Parameters
        ----------
        event : array (constituents, columns), list of lists, or fastjet.PseudoJet with constituents
        zs, thetas : arrays (constituents,) and (constituents, constituents)
            Weights and distances, instead of an event.
        nhats : array (constituents, 4)
            Momenta divided by pt or energy, with `zs` and instead of `thetas`, for "hadrefm" and "eeefm".
        """
        return self._values_at(event, zs, thetas, nhats)[0]

    def batch_compute(self, events: Any, n_jobs: int | None = None) -> np.ndarray:
        """The values (events,); see `EFPSet.batch_compute`."""
        self.n_jobs = n_jobs
        return self._values(events, n_jobs)[:, 0]

    @property
    def graph(self) -> list[tuple[int, int]]:
        """The edges, each as often as it occurs."""
        return [(a, b) for a, b in self._graph.multigraph]

    @property
    def simple_graph(self) -> list[tuple[int, int]]:
        """The edges, each once."""
        return [(a, b) for a, b in self._graph.edges]

    @property
    def weights(self) -> tuple[int, ...]:
        """The multiplicity of each edge of `simple_graph`."""
        return self._graph.weights

    @property
    def spec(self) -> np.ndarray:
        """(n, e, d, v, k, c, p, h): numbers of vertices, of edges without and with multiplicity; most at a vertex;
        number among the graphs of that n and d, -1 unless an `EFPSet` gave it; chi; numbers of connected factors and of
        vertices with one edge.
        """
        return np.array(self._graph.spec)

    @property
    def ndk(self) -> tuple[int, int, int]:
        return self.n, self.d, self.k

    @property
    def n(self) -> int:
        return self._graph.spec[0]

    @property
    def e(self) -> int:
        return self._graph.spec[1]

    @property
    def d(self) -> int:
        return self._graph.spec[2]

    @property
    def v(self) -> int:
        return self._graph.spec[3]

    @property
    def k(self) -> int:
        return self._graph.spec[4]

    @property
    def c(self) -> int:
        return self._graph.spec[5]

    @property
    def p(self) -> int:
        return self._graph.spec[6]

    @property
    def h(self) -> int:
        return self._graph.spec[7]


class EFPSet(Measured):
    """Energy-flow polynomials that are computed together.

    Parameters
    ----------
    *args
        Conditions or graphs. A condition is a text such as "d<=5", or a tuple ("d<=", 5), with a name from `cols`. A
        graph is a list of edges. nearsym has the graphs of up to 7 edges, so conditions must limit the number of edges.
    measure, beta, kappa, normed, coords, check_input, kappa_normed_behavior
        See `Measure`.
    filename : None
        Not available: nearsym reads no files of graphs.
    verbose : int
        Above 0: print the number of graphs.

    Notes
    -----
    Komiske, Metodiev and Thaler, arXiv:1712.07124. Graphs, k and their order are EnergyFlow's, products included.

    Examples
    --------
    >>> polynomials = EFPSet("d<=3", ("p==", 1), measure="hadr", beta=1)
    >>> polynomials.count(), polynomials.graphs(4)
    (9, [(0, 1), (0, 2)])
    >>> jets = [[[1.0, 0.0, 0.0], [1.0, 0.3, 0.4]], [[2.0, 0.1, 0.0]]]
    >>> polynomials.batch_compute(jets).round(3)
    array([[1.   , 0.25 , 0.125, 0.062, 0.062, 0.031, 0.   , 0.016, 0.016],
           [1.   , 0.   , 0.   , 0.   , 0.   , 0.   , 0.   , 0.   , 0.   ]])
    """

    def __init__(self, *args: Any, filename: str | None = None, verbose: int = 0, **measure: Any):
        if filename not in (None, "default"):
            raise NotImplementedError("nearsym.energyflow reads no files of graphs; give the graphs as lists of edges")
        self.filename, self.verbose = filename, verbose
        if args and not isinstance(args[0], (str, tuple, list)):
            raise NotImplementedError(f"nearsym.energyflow takes no {type(args[0]).__name__}; give conditions or edges")
        self._is_selection = not args or all(is_condition(arg) for arg in args)
        graphs = self._select(args) if self._is_selection else [graph_of(edges) for edges in args]
        super().__init__(graphs, Measure(measure.pop("measure", "hadr"), **measure))
        self.cols = np.array(COLUMNS)
        self.specs = np.array([graph.spec for graph in graphs])
        if verbose > 0:
            self.print_stats()

    @staticmethod
    def _select(args: Sequence[Any]) -> list[Graph]:
        conditions = [parsed(arg) for arg in args]
        if most_edges(conditions) > lib.NSYM_EFP_DEGREE_MAX:
            raise NotImplementedError(
                f"nearsym has the graphs of up to {lib.NSYM_EFP_DEGREE_MAX} edges, EnergyFlow those of up to 10: "
                f"add 'd<={lib.NSYM_EFP_DEGREE_MAX}' to the conditions, or give larger graphs as lists of edges"
            )
        graphs = selected(",".join(f"{name}{sign}{number}" for name, sign, number in conditions if name != "k"))
        fits = matches(np.array([graph.spec for graph in graphs]), conditions)
        graphs = [graph for graph, is_fit in zip(graphs, fits) if is_fit]
        if not graphs:
            raise ValueError(f"no graph of up to {lib.NSYM_EFP_DEGREE_MAX} edges fits {args}")
        return graphs

    def compute(self, event: Any = None, zs: Any = None, thetas: Any = None, nhats: Any = None) -> np.ndarray:
        """The values (polynomials,) for one event; see `EFP.compute`."""
        return self._values_at(event, zs, thetas, nhats)

    def batch_compute(self, events: Any, n_jobs: int | None = None) -> np.ndarray:
        """The values (events, polynomials).

        Parameters
        ----------
        events : list of arrays (constituents, columns), or array (events, constituents, columns)
            Also anything that `nearsym.as_events` accepts, with named features.
        n_jobs : int, optional
            Number of threads; by default one per CPU. The values do not depend on it.
        """
        self.n_jobs = n_jobs
        return self._values(events, n_jobs)

    def calc_disc(self, X: Any) -> np.ndarray:
        """Values of all polynomials (events, polynomials) from those of the connected ones (events, connected). The
        others are products of these. For sets of given graphs X is returned unchanged."""
        values = numbers(X, "X", (1, 2))
        products = self._products()
        if not products:
            return values
        columns = np.stack([values[..., factors].prod(axis=-1) for factors in products], axis=-1)
        return np.concatenate([values, columns], axis=-1)

    def _products(self) -> list[list[int]]:
        """Where the factors of each product stand among the connected graphs of a selection."""
        if not self._is_selection:
            return []
        factors = [graph.factors or () for graph in self._computed]
        place = {of[0]: i for i, of in enumerate(factors) if len(of) == 1}
        try:
            return [[place[factor] for factor in of] for of in factors if len(of) > 1]
        except KeyError as error:
            raise ValueError(f"the factor (n, d, k) = {error} of a product is not among the set's graphs") from error

    def sel(self, *args: Any, specs: np.ndarray | None = None) -> np.ndarray:
        """Mask (graphs,) of the graphs that fulfil all conditions, such as "d<=5" or ("d<=", 5)."""
        return matches(self.specs if specs is None else np.asarray(specs), [parsed(arg) for arg in args])

    def csel(self, *args: Any) -> np.ndarray:
        """The mask of the connected graphs; see `sel`."""
        return self.sel(*args, specs=self.cspecs)

    def count(self, *args: Any, specs: np.ndarray | None = None) -> int:
        """The number of graphs that fulfil all conditions."""
        return int(np.count_nonzero(self.sel(*args, specs=specs)))

    def graphs(self, *args: Any) -> Any:
        """The graphs that fulfil all conditions, as an array of lists of edges; or the edges of one, by its index."""
        return self._listed([graph.multigraph for graph in self._computed], args)

    def simple_graphs(self, *args: Any) -> Any:
        """The graphs with every edge once; see `graphs`."""
        return self._listed([list(graph.edges) for graph in self._computed], args)

    def _listed(self, graphs: list[Any], args: Sequence[Any]) -> Any:
        if args and isinstance(args[0], (int, np.integer)):
            return graphs[args[0]]
        array = np.empty(len(graphs), object)
        array[:] = graphs
        return array[self.sel(*args)]

    def print_stats(self, specs: np.ndarray | None = None, lws: int = 0) -> None:
        """Prints the numbers of connected graphs, of products, and of both."""
        prime, composite = self.count("p==1", specs=specs), self.count("p>1", specs=specs)
        for name, number in (("Prime", prime), ("Composite", composite), ("Total", prime + composite)):
            print(f"{' ' * lws}{name}: {number}")

    @property
    def cspecs(self) -> np.ndarray:
        """The rows of `specs` for connected graphs; for a set of given graphs, all rows."""
        return self.specs[self.specs[:, 6] == 1] if self._is_selection else self.specs

    @property
    def efps(self) -> list[EFP]:
        """An EFP for each connected graph; for a set of given graphs, for each graph."""
        graphs = [graph for graph in self._computed if graph.spec[6] == 1 or not self._is_selection]
        return [EFP.of_graph(graph, self._measure) for graph in graphs]


def is_condition(arg: Any) -> bool:
    return isinstance(arg, str) or (len(arg) == 2 and isinstance(arg[0], str))


def parsed(arg: Any) -> tuple[str, str, int]:
    """The name, comparison and number of a condition."""
    if not isinstance(arg, (str, tuple, list)):
        raise TypeError(f"a condition is {arg!r}, must be a text such as 'd<=5', or ('d<=', 5)")
    if not is_condition(arg):
        raise ValueError(f"a condition is {arg!r}, must be a text such as 'd<=5', or ('d<=', 5)")
    text = (arg if isinstance(arg, str) else f"{arg[0]}{arg[1]}").replace(" ", "")
    match = CONDITION.match(text)
    if match is None:
        signs = " ".join(COMPARISONS)
        raise ValueError(f"the condition is {text!r}, must be a name, one of {signs} and a whole number")
    name, sign, number = match.groups()
    if name not in COLUMNS:
        raise ValueError(f"the condition {text!r} is about {name!r}, must be about one of {', '.join(COLUMNS)}")
    return name, sign, int(number)


def most_edges(conditions: Sequence[tuple[str, str, int]]) -> float:
    """How many edges a graph may have."""
    bounds = [n - (sign == "<") for name, sign, n in conditions if name == "d" and sign in ("<", "<=", "==")]
    return min(bounds, default=float("inf"))


def matches(specs: np.ndarray, conditions: Sequence[tuple[str, str, int]]) -> np.ndarray:
    """Which rows of specs fit all conditions."""
    mask = np.ones(len(specs), bool)
    for name, sign, number in conditions:
        mask &= COMPARISONS[sign](specs[:, COLUMNS.index(name)], number)
    return mask
