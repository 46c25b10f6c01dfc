"""Graphs as EnergyFlow's users write them, lists of edges, and which of the library's they are."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import chain, combinations, product
from typing import Any, Hashable, NamedTuple, Sequence

from .._efp import EFPGraph, EFPSet
from .._native import lib
from .._scalars import whole

COLUMNS = ("n", "e", "d", "v", "k", "c", "p", "h")
Edge = tuple  # of two vertices

# The order in which EnergyFlow's file has products, d <= 7: for each number of vertices, from 4, and edges, the n and d
# of the factors. "21.43" is a product of a graph of n = 2, d = 1 with one of n = 4, d = 3.
PRODUCTS = """
21.21
21.22
21.23 22.22
22.23 21.24
22.24 21.25 23.23
21.26 23.24 22.25
21.32
22.32 21.33
23.32 22.33 21.34
23.33 24.32 22.34 21.35
22.35 25.32 23.34 24.33 21.36
21.21.21
21.43 32.32 21.21.22
21.44 22.43 32.33 21.21.23 21.22.22
22.44 23.43 21.45 33.33 32.34 22.22.22 21.22.23 21.21.24
24.43 22.45 23.44 21.46 32.35 33.34 21.21.25 21.22.24 22.22.23 21.23.23
21.21.32
21.54 32.43 21.22.32 21.21.33
22.54 21.55 33.43 32.44 21.22.33 21.21.34 21.23.32 22.22.32
23.54 22.55 21.56 32.45 34.43 33.44 22.22.33 21.24.32 21.21.35 21.23.33 22.23.32 21.22.34
21.21.21.21
21.21.43 21.32.32 21.21.21.22
21.65 32.54 43.43 21.22.43 21.21.44 21.32.33 22.32.32 21.21.22.22 21.21.21.23
22.65 21.66 32.55 33.54 43.44 21.23.43 21.22.44 22.22.43 21.21.45 21.32.34 23.32.32 21.33.33 22.32.33
21.21.22.23 21.21.21.24 21.22.22.22
21.21.21.32
21.21.54 21.32.43 32.32.32 21.21.21.33 21.21.22.32
21.76 32.65 43.54 21.21.55 21.22.54 22.32.43 21.33.43 21.32.44 32.32.33 21.21.23.32 21.22.22.32 21.21.21.34
21.21.22.33
21.21.21.21.21
21.21.21.43 21.21.32.32 21.21.21.21.22
21.21.65 21.32.54 21.43.43 32.32.43 21.21.21.44 21.21.22.43 21.21.32.33 21.22.32.32 21.21.21.21.23 21.21.21.22.22
21.21.21.21.32
21.21.21.54 21.21.32.43 21.32.32.32 21.21.21.22.32 21.21.21.21.33
21.21.21.21.21.21
21.21.21.21.43 21.21.21.32.32 21.21.21.21.21.22
21.21.21.21.21.32
21.21.21.21.21.21.21
""".split()


class Graph(NamedTuple):
    """A multigraph; vertices are 0 to n - 1."""

    n: int
    edges: tuple[Edge, ...]  # each once
    weights: tuple[int, ...]  # and how often it stands
    spec: tuple[int, ...]  # numbers of COLUMNS
    factors: tuple[tuple[int, int, int], ...] | None  # (n, d, k) of its connected factors; None: not in the library

    @property
    def multigraph(self) -> list[Edge]:
        return [edge for edge, weight in zip(self.edges, self.weights) for _ in range(weight)]

    @property
    def identity(self) -> str | None:
        return None if self.factors is None else "".join("({},{},{})".format(*factor) for factor in self.factors)


def graph_of(edges: Sequence[Sequence[Hashable]], weights: Sequence[int] | None = None) -> Graph:
    """The graph of a user's edges. Vertices, whatever they are called, are numbered in their order."""
    pairs = [pair_of(edge) for edge in edges]
    names = set(chain.from_iterable(pairs))
    try:
        order = sorted(names)  # type: ignore[type-var]
    except TypeError:  # names that have no order
        order = list(dict.fromkeys(chain.from_iterable(pairs)))
    number = {name: i for i, name in enumerate(order)}
    numbered = [tuple(sorted((number[a], number[b]))) for a, b in pairs]
    if weights is None:
        counts = Counter(numbered)
        return described(max(1, len(order)), tuple(counts), tuple(counts.values()))
    if len(weights) != len(numbered):
        raise ValueError(f"there are {len(weights)} weights for {len(numbered)} edges")
    counted = tuple(whole("the weight of an edge", weight, 1) for weight in weights)
    return described(max(1, len(order)), tuple(numbered), counted)


def pair_of(edge: Any) -> tuple[Hashable, Hashable]:
    try:
        a, b = edge
    except (TypeError, ValueError) as error:
        raise ValueError(f"an edge is {edge!r}, must be a pair of vertices") from error
    if a == b:
        raise ValueError(f"the edge {edge!r} joins a vertex with itself; there theta is 0")
    return a, b


@lru_cache(maxsize=4096)
def described(n: int, edges: tuple[Edge, ...], weights: tuple[int, ...]) -> Graph:
    d, valency = sum(weights), valencies(n, edges, weights)
    parts = components(n, edges, weights)
    factors = None
    if d <= lib.NSYM_EFP_DEGREE_MAX:
        factors = tuple(sorted((graph.n, graph.d, graph.k) for graph in (recognised(*part) for part in parts)))
    c = max(chi(m, ends) for m, ends, _ in parts)
    spec = (n, len(set(edges)), d, max(valency), -1, c, len(parts), valency.count(1))
    return Graph(n, edges, weights, spec, factors)


def valencies(n, edges, weights):
    """The number of edges at each vertex."""
    return [sum(weight for edge, weight in zip(edges, weights) if vertex in edge) for vertex in range(n)]


@lru_cache(maxsize=4096)
def components(n, edges, weights) -> tuple[tuple[int, tuple[Edge, ...], tuple[int, ...]], ...]:
    """(n, edges, weights) of each connected factor, vertices numbered anew."""
    root = list(range(n))
    for a, b in edges:
        old, new = root[b], root[a]
        root = [new if r == old else r for r in root]
    parts = []
    for r in dict.fromkeys(root):
        number = {vertex: i for i, vertex in enumerate(v for v in range(n) if root[v] == r)}
        chosen = [((number[a], number[b]), w) for (a, b), w in zip(edges, weights) if a in number]
        parts.append((len(number), tuple(edge for edge, _ in chosen), tuple(w for _, w in chosen)))
    return tuple(parts)


@lru_cache(maxsize=None)
def connected(n: int, d: int) -> tuple[EFPGraph, ...]:
    """The library's connected graphs of n vertices and d edges."""
    return EFPSet(f"n=={n},d=={d},connected").graphs


def recognised(n, edges, weights) -> EFPGraph:
    """The connected graph of the library that only the numbers of its vertices tell from this one."""
    ours = adjacency(n, edges, weights)
    for graph in connected(n, sum(weights)):
        if is_same(ours, adjacency(n, graph.simple_edges, graph.multiplicities)):
            return graph
    raise AssertionError(f"no connected graph has the edges {edges}")


def adjacency(n, edges, weights) -> list[list[int]]:
    matrix = [[0] * n for _ in range(n)]
    for (a, b), weight in zip(edges, weights):
        matrix[a][b] += weight
        matrix[b][a] += weight
    return matrix


def is_same(x: list[list[int]], y: list[list[int]]) -> bool:
    """Are two graphs the same but for the numbers of their vertices? Tries places for one vertex after the other."""
    n, rows_x, rows_y = len(x), [sorted(row) for row in x], [sorted(row) for row in y]

    def place(chosen: list[int]) -> bool:
        i = len(chosen)
        return i == n or any(
            j not in chosen
            and rows_x[i] == rows_y[j]
            and all(x[i][a] == y[j][b] for a, b in enumerate(chosen))
            and place([*chosen, j])
            for j in range(n)
        )

    return sorted(rows_x) == sorted(rows_y) and place([])


def chi(n: int, edges: Sequence[Edge]) -> int:
    """The least k for which some order of summing over the vertices never holds more than k of them at once."""
    neighbours = [{a if b == v else b for a, b in edges if v in (a, b)} for v in range(n)]

    def fits(near: dict[int, set[int]], k: int) -> bool:
        if len(near) <= k:
            return True
        return any(len(near[v]) < k and fits(without(near, v), k) for v in near)

    return next(k for k in range(1, n + 1) if fits(dict(enumerate(neighbours)), k))


def without(near: dict[int, set[int]], v: int) -> dict[int, set[int]]:
    """The graph after the sum over v, which joins all neighbours of v."""
    left = {u: set(them) - {v} for u, them in near.items() if u != v}
    for a, b in combinations(near[v], 2):
        left[a].add(b)
        left[b].add(a)
    return left


def selected(conditions: str) -> list[Graph]:
    """The library's graphs, in EnergyFlow's order and with its k for products."""
    graphs = [as_graph(graph) for graph in EFPSet(conditions)]
    order = product_order()
    products = []
    for graph in graphs:
        if graph.factors is not None and len(graph.factors) > 1:
            place, k = order[graph.factors]
            products.append((place, graph._replace(spec=(*graph.spec[:4], k, *graph.spec[5:]))))
    return [graph for graph in graphs if graph.spec[6] == 1] + [graph for _, graph in sorted(products)]


def as_graph(of: EFPGraph) -> Graph:
    """A graph of the library, of a product the vertices of the factors one behind the other."""
    factors = tuple(sorted(of.factors))
    parts = [connected(n, d)[k] for n, d, k in factors]
    first = [sum(part.n for part in parts[:i]) for i in range(len(parts))]
    edges = tuple((a + at, b + at) for part, at in zip(parts, first) for a, b in part.simple_edges)
    weights = tuple(chain.from_iterable(part.multiplicities for part in parts))
    return Graph(of.n, edges, weights, tuple(getattr(of, name) for name in COLUMNS), factors)


@lru_cache(maxsize=None)
def product_order() -> dict[tuple[tuple[int, int, int], ...], tuple[int, int]]:
    """By its factors, the place of a product in EnergyFlow's order, and its k there."""
    order: dict[tuple[tuple[int, int, int], ...], tuple[int, int]] = {}
    for kinds in PRODUCTS:
        pairs = [(int(kind[0]), int(kind[1])) for kind in kinds.split(".")]
        n, d = sum(n for n, _ in pairs), sum(d for _, d in pairs)
        first = len(connected(n, d)) if n <= d + 1 else 0
        for k, numbers in enumerate(product(*(range(len(connected(*pair))) for pair in pairs)), first):
            factors = tuple(sorted((*pair, number) for pair, number in zip(pairs, numbers)))
            order.setdefault(factors, (len(order), k))
    return order
