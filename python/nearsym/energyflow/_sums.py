"""Polynomials of given weights and distances by numpy, graph by graph: for graphs that the library does not have, and
distances that are not symmetric."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from math import prod
from typing import Any, Sequence

import numpy as np

from .graphs import Graph, components


def totals(graphs: Sequence[Graph], zs: np.ndarray, thetas: np.ndarray) -> np.ndarray:
    """The values (graphs,) for weights (constituents,) and distances (constituents, constituents)."""
    powers = {weight: thetas**weight for weight in {weight for graph in graphs for weight in graph.weights}}
    parts = [components(graph.n, graph.edges, graph.weights) for graph in graphs]
    sums = {part: total(*part, zs, powers) for part in set(chain.from_iterable(parts))}
    return np.array([prod(sums[part] for part in factors) for factors in parts])


def total(n: int, edges: Any, weights: Any, zs: np.ndarray, powers: dict[int, np.ndarray]) -> float:
    """The sum over all constituents at every vertex of a connected graph."""
    return float(np.einsum(*operands(n, edges, weights, zs, powers), optimize=path(n, edges)))


def operands(n: int, edges: Any, weights: Any, zs: Any, powers: Any) -> list[Any]:
    """What einsum takes: theta^weight of each edge, z of each vertex."""
    pairs = [item for edge, weight in zip(edges, weights) for item in (powers[weight], list(edge))]
    return [*pairs, *(item for vertex in range(n) for item in (zs, [vertex])), []]


@lru_cache(maxsize=4096)
def path(n: int, edges: tuple[tuple[int, int], ...]) -> list[Any]:
    """The order in which einsum sums over the vertices, for a usual number of constituents."""
    usual = np.empty((32, 32))
    return np.einsum_path(*operands(n, edges, [1] * len(edges), usual[0], {1: usual}), optimize="greedy")[0]
