"""Energy-flow polynomials: sets of graphs, and their values."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any, Iterable, Iterator, NamedTuple, Sequence

import numpy as np

from ._arrays import numbers, pointer
from ._constituents import Constituents, constituents
from ._library import STOP, c_text, check, interruptible, new, owned_text
from ._native import ffi, lib
from ._scalars import threads, whole

MEASURES = {"hadr": lib.NSYM_EFP_HADR, "hadrdot": lib.NSYM_EFP_HADRDOT}
DEFAULT = "d<=7,n<=7,connected"
SHOWN = 24  # graphs of a set in a notebook


class EFPGraph:
    """A graph of a set. Vertices are sums over constituents, edges are distances.

    Attributes
    ----------
    n, e, d : int
        Number of vertices; of edges without multiplicity; of edges with multiplicity.
    v, m, h : int
        Largest number of edges at a vertex; largest number between the same two vertices; number of vertices with a
        single edge.
    k : int
        The number of the graph among the connected graphs with the same n and d, as in EnergyFlow; 0 for a product.
    c : int
        chi: the graph by itself takes a time of order M^chi for M constituents.
    p : int
        Number of connected factors.

    Examples
    --------
    >>> graph = EFPSet("(3,3,1)")[0]
    >>> graph
    EFPGraph (3,3,1): 0-1 0-2 1-2
    >>> graph.formula
    'sum_abc z_a z_b z_c theta_ab theta_ac theta_bc'
    """

    n: int
    e: int
    d: int
    v: int
    m: int
    k: int
    c: int
    p: int
    h: int

    def __init__(self, c_set: Any, index: int):
        self._owner, self._c = c_set, lib.nsym_efp_set_graph(c_set, index)
        for name in ("n", "e", "d", "v", "m", "k", "c", "p", "h"):
            setattr(self, name, getattr(self._c, name))

    def __reduce__(self):
        return _graph_of, (self.identity,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EFPGraph) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        return f"EFPGraph {self.identity}: {_text(lib.nsym_efp_edges, self._c)}".rstrip(": ")

    @property
    def simple_edges(self) -> list[tuple[int, int]]:
        """The edges, each listed once."""
        return [(self._c.ends[i][0], self._c.ends[i][1]) for i in range(self.e)]

    @property
    def multiplicities(self) -> list[int]:
        """The multiplicity of each of the `simple_edges`."""
        return [self._c.multiplicity[i] for i in range(self.e)]

    @property
    def edges(self) -> list[tuple[int, int]]:
        """The edges with their multiplicity; vertices are numbered from 0."""
        return [edge for edge, count in zip(self.simple_edges, self.multiplicities) for _ in range(count)]

    @property
    def factors(self) -> list[tuple[int, int, int]]:
        """(n, d, k) of each connected factor."""
        c = self._c
        return [(c.factor[i][0], c.factor[i][1], c.factor_k[i]) for i in range(self.p)]

    @property
    def identity(self) -> str:
        """(n,d,k) of each factor, such as "(2,1,0)(3,3,1)"; `EFPSet` accepts it."""
        return _text(lib.nsym_efp_identity, self._c)

    @property
    def formula(self) -> str:
        """The formula as plain text."""
        return _text(lib.nsym_efp_formula, self._c, lib.NSYM_EFP_PLAIN)

    @property
    def latex(self) -> str:
        """The formula in LaTeX, without dollar signs."""
        return _text(lib.nsym_efp_formula, self._c, lib.NSYM_EFP_LATEX)

    @property
    def svg(self) -> str:
        """A picture of the graph."""
        return _text(lib.nsym_efp_svg, self._c)

    def _repr_svg_(self) -> str:
        return self.svg


class EFPCost(NamedTuple):
    """The cost of one evaluation of a set, as `EFPSet.cost` returns it: numbers of steps of each kind, and of additions
    and multiplications for one event."""

    matrix_products: int
    matrix_vector: int
    element_wise: int
    vector: int
    fourth_order: int
    flops: float


class EFPSet:
    """A set of graphs, and the plan that computes their polynomials together. Common steps are done once.

    Parameters
    ----------
    graphs : str or sequence of str
        Conditions or identities; there are graphs of up to 7 edges. Conditions are joined by commas:
        "d<=5,connected". Each is a name (`n`, `e`, `d`, `v`, `m`, `k`, `c` or `chi`, `p`, `h`; see `EFPGraph`), one of
        ``< <= = == != >= >`` and a number, or `connected`. Identities are (n,d,k), and for a product several without
        a blank: "(4,7,12) (2,1,0)(2,1,0)". They may also be written as in names of columns, "4-7-12 2-1-0_2-1-0", or
        be a list.

    Raises
    ------
    nearsym.Error
        If the selection cannot be read (with the place), asks for too many edges, or fits no graph.

    Notes
    -----
    Komiske, Metodiev and Thaler, arXiv:1712.07124. Connected graphs come first, in EnergyFlow's order and with its
    numbers. Products follow, ordered by n, d, number of factors and factors.

    Examples
    --------
    >>> graphs = EFPSet("d<=3,connected")
    >>> graphs
    EFPSet of 9 graphs: (1,0,0) (2,1,0) (2,2,0) (2,3,0) (3,2,0) (3,3,0) (3,3,1) (4,3,0) (4,3,1)
    >>> graphs[4].edges
    [(0, 1), (0, 2)]
    >>> graphs.compute([[[1.0, 0.0, 0.0], [1.0, 0.3, 0.4]]]).round(4)
    array([[1.    , 0.25  , 0.125 , 0.0625, 0.0625, 0.0312, 0.    , 0.0156,
            0.0156]])
    """

    def __init__(self, graphs: str | Sequence[str] = DEFAULT):
        self.selection = selection_of(graphs)
        self._c = new("nsym_efp_set", lib.nsym_efp_set_new, c_text(self.selection, "graphs"))

    def __reduce__(self):
        return EFPSet, (self.selection,)

    def __len__(self) -> int:
        return lib.nsym_efp_set_count(self._c)

    def __getitem__(self, index: int) -> EFPGraph:
        return self.graphs[index]

    def __iter__(self) -> Iterator[EFPGraph]:
        return iter(self.graphs)

    def __repr__(self) -> str:
        shown = " ".join(graph.identity for graph in self.graphs[:9]) + (" ..." if len(self) > 9 else "")
        return f"EFPSet of {len(self)} graph{'' if len(self) == 1 else 's'}: {shown}"

    def _repr_html_(self) -> str:
        """The first graphs as pictures, in a notebook."""
        style = "display:inline-block;margin:4px;text-align:center"
        figure = f'<figure style="{style}">{{}}<figcaption>{{}}</figcaption></figure>'
        pictures = "".join(figure.format(graph.svg, graph.identity) for graph in self.graphs[:SHOWN])
        rest = f" The first {SHOWN}:" if len(self) > SHOWN else ""
        return f"<p>{len(self)} energy-flow polynomials.{rest}</p>{pictures}"

    @cached_property
    def graphs(self) -> tuple[EFPGraph, ...]:
        """The graphs, in the order of the values."""
        return tuple(EFPGraph(self._c, i) for i in range(len(self)))

    @property
    def specs(self) -> np.ndarray:
        """The table of graphs (graphs, 8): n, e, d, v, k, c, p, h."""
        return np.array([[getattr(graph, name) for name in "nedvkcph"] for graph in self.graphs])

    @property
    def plan(self) -> str:
        """The steps of the computation, one per line; m: matrix, v: vector, n: number."""
        text = owned_text(lib.nsym_efp_set_plan(self._c))
        if text is None:
            raise MemoryError("no memory for the text of a plan")
        return text

    def cost(self, constituents: int) -> EFPCost:
        """The steps and operations for one event with this number of constituents, for one kappa and beta."""
        cost = lib.nsym_efp_set_cost(self._c, whole("constituents", constituents))
        return EFPCost(*(getattr(cost, name) for name in EFPCost._fields))

    def compute(
        self,
        events: Any,
        *,
        kappa: Any = 1.0,
        beta: Any = 1.0,
        measure: str = "hadr",
        normed: bool = True,
        coordinates: str | None = None,
        workers: int = 0,
    ) -> np.ndarray:
        """The values for events; see `nearsym.efp`."""
        kappas, betas = numbers(kappa, "kappa", (0, 1)), numbers(beta, "beta", (0, 1))
        values = values_of(self._c, constituents(events, coordinates), kappas.reshape(-1), betas.reshape(-1), measure,
                           normed, workers)  # fmt: skip
        return values.reshape(len(values), *kappas.shape, *betas.shape, len(self))


def efp(
    events: Any,
    graphs: str | Sequence[str] | EFPSet = DEFAULT,
    *,
    kappa: Any = 1.0,
    beta: Any = 1.0,
    measure: str = "hadr",
    normed: bool = True,
    coordinates: str | None = None,
    workers: int = 0,
) -> np.ndarray:
    """Computes energy-flow polynomials of events, for all graphs at once.

    Parameters
    ----------
    events : Events, awkward array, dict, list of arrays, or array (events, constituents, 3 or 4)
        Anything that `nearsym.as_events` accepts. Features are found by name: pt (or et), eta (or y, rapidity, d_eta),
        phi (or d_phi), or energy, px, py, pz. For columns without names see `coordinates`. A C-contiguous array of
        doubles (events, constituents, 3), and the particles of Events with three such features, are not copied.
        Constituents with pt = 0, such as padding, are left out.
    graphs : str, sequence of str, or EFPSet
        The graphs, such as "d<=5,connected"; see `EFPSet`. If events come in many small parts, make an EFPSet once.
    kappa : number or array (kappas,)
        Exponents of the momenta, -10 to 10. With 1, polynomials are safe against soft and collinear emission.
    beta : number or array (betas,)
        Exponents of the distances, above 0, at most 10.
    measure : {"hadr", "hadrdot"}
        theta_ij is (d_eta^2 + d_phi^2)^(beta/2), or (2 p_i.p_j / (pt_i pt_j))^(beta/2), and 0 for i = j.
    normed : bool
        True: z_i is (pt_i / sum of pt)^kappa. False: z_i is pt_i^kappa.
    coordinates : {"pt_eta_phi", "p4"}, optional
        The columns of arrays without names: pt, eta, phi (default; a fourth column is ignored), or energy, px, py, pz.
        If events have named features of both kinds, it chooses one.
    workers : int
        Number of threads; 0: one per CPU. The values do not depend on it.

    Returns
    -------
    array (events[, kappas][, betas], graphs)
        The kappas have an axis if `kappa` is an array, the betas if `beta` is an array. An event without constituents
        has zeros. `EFPSet(graphs)` describes the graphs.

    Raises
    ------
    TypeError, ValueError
        If events are not numbers or have other columns; if the measure is unknown.
    nearsym.Error
        If the selection cannot be read; if a number is negative, infinite or NaN (with event and particle); if an event
        has more than 2048 constituents; if kappa or beta is out of range.

    Notes
    -----
    Komiske, Metodiev and Thaler, arXiv:1712.07124. See ``docs/efp.md``.

    Examples
    --------
    >>> jets = [[[50.0, 0.1, 0.2], [20.0, 0.3, -0.1], [30.0, -0.2, 0.0]], [[30.0, -0.2, 0.0], [10.0, 0.1, 0.4]]]
    >>> efp(jets, "d<=2,connected").round(4)
    array([[1.    , 0.2415, 0.0962, 0.0624],
           [1.    , 0.1875, 0.0938, 0.0469]])
    >>> efp(jets, "(2,1,0) (3,3,1)", kappa=1, beta=[0.5, 1, 2]).shape
    (2, 3, 2)
    """
    chosen = graphs if isinstance(graphs, EFPSet) else _set_of(selection_of(graphs))
    return chosen.compute(events, kappa=kappa, beta=beta, measure=measure, normed=normed, coordinates=coordinates,
                          workers=workers)  # fmt: skip


def values_of(
    c_set: Any,
    of: Constituents,
    kappas: np.ndarray,
    betas: np.ndarray,
    measure: str = "hadr",
    normed: bool = True,
    workers: int = 0,
) -> np.ndarray:
    """The values (events, kappas, betas, graphs)."""
    if measure not in MEASURES:
        raise ValueError(f"measure is {measure!r}, must be one of {', '.join(MEASURES)}")
    options = ffi.new("nsym_efp_options *")
    options.kappas, options.betas = len(kappas), len(betas)
    kappa, beta = pointer(kappas), pointer(betas)
    options.kappa, options.beta = kappa, beta
    options.measure = MEASURES[measure]
    options.coordinates = lib.NSYM_EFP_P4 if of.particles.shape[1] == 4 else lib.NSYM_EFP_PT_ETA_PHI
    options.unnormed, options.workers, options.stop = not normed, threads(workers), STOP
    events = len(of.offsets) - 1
    values = np.empty((events, len(kappas), len(betas), lib.nsym_efp_set_count(c_set)))
    with interruptible():
        check(lib.nsym_efp_compute(pointer(values), c_set, options, events, pointer(of.offsets, "uint64_t"),
                                   pointer(of.particles)))  # fmt: skip
    return values


@lru_cache(maxsize=64)
def _set_of(selection: str) -> EFPSet:
    return EFPSet(selection)


def _graph_of(identity: str) -> EFPGraph:
    return EFPSet(identity)[0]


def selection_of(graphs: Any) -> str:
    """Graphs as one text. TypeError for what is neither a text nor a list of texts."""
    if isinstance(graphs, str):
        return graphs
    if not isinstance(graphs, Iterable):
        raise TypeError(f"graphs is {graphs!r}, must be a text, a list of texts, or an EFPSet")
    return " ".join(map(_identity, graphs))


def _identity(graph: Any) -> str:
    if isinstance(graph, EFPGraph):
        return graph.identity
    if not isinstance(graph, str):
        hint = "a graph as a list of edges: nearsym.energyflow.EFP"
        raise TypeError(f"a graph is {graph!r}, must be a text such as '(4,7,12)' or '4-7-12'; {hint}")
    return graph


def _text(tell: Any, *arguments: Any) -> str:
    """What a function that cuts its text as snprintf does tells, whole."""
    size = tell(*arguments, ffi.NULL, 0) + 1
    text = ffi.new("char[]", size)
    tell(*arguments, text, size)
    return ffi.string(text).decode()
