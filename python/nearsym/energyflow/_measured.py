"""What EFP and EFPSet have in common: a measure, and graphs to compute, by the library where it can."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import Any, Iterable, Iterator, Sequence

import numpy as np

from .._arrays import numbers
from .._constituents import Constituents, constituents
from .._efp import EFPSet as LibrarySet
from .._efp import values_of
from .._scalars import pool_size, threads
from ._plan import Computed, compiled
from ._sums import totals
from .graphs import Graph
from .measure import Measure, products


class Measured:
    """Graphs and their measure."""

    def __init__(self, graphs: Sequence[Graph], measure: Measure):
        self._measure, self._computed = measure, list(graphs)
        self._known = [i for i, graph in enumerate(graphs) if graph.factors is not None]
        self._others = [i for i, graph in enumerate(graphs) if graph.factors is None]

    @cached_property
    def _library(self) -> LibrarySet:
        """The graphs that the library knows."""
        return LibrarySet([str(self._computed[i].identity) for i in self._known])

    @cached_property
    def _planned(self) -> Computed:
        """The plan for them, by numpy."""
        return compiled(self._library.plan)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_planned"}

    def compute(self, event: Any = None, zs: Any = None, thetas: Any = None, nhats: Any = None) -> Any:
        raise NotImplementedError

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.compute(*args, **kwargs)

    @property
    def measure(self) -> str:
        """The name of the measure; the following are its parameters, see `Measure`."""
        return self._measure.measure

    @property
    def beta(self) -> float:
        return self._measure.beta

    @property
    def kappa(self) -> float | str:
        return self._measure.kappa

    @property
    def normed(self) -> bool | None:
        return self._measure.normed

    @property
    def coords(self) -> str:
        return self._measure.coords

    @property
    def check_input(self) -> bool:
        return self._measure.check_input

    @property
    def kappa_normed_behavior(self) -> str:
        return self._measure.kappa_normed_behavior

    @property
    def weight_set(self) -> frozenset[int]:
        """All multiplicities of edges."""
        return frozenset(weight for graph in self._computed for weight in graph.weights)

    def _values_at(self, event: Any, zs: Any, thetas: Any, nhats: Any) -> np.ndarray:
        """The values (graphs,) of an event, or of weights and distances."""
        if event is not None:
            return self._values([event], 1)[0]
        second, name = (nhats, "nhats") if self._measure.with_moments else (thetas, "thetas")
        if zs is None or second is None:
            raise TypeError(f"compute() needs an event, or zs and {name}")
        zs, second = numbers(zs, "zs"), numbers(second, name, 2)
        if len(second) != len(zs) or (name == "thetas" and second.shape[1] != len(zs)):
            raise ValueError(f"{name} has shape {second.shape} for {len(zs)} zs")
        thetas = products(second) if name == "nhats" else second
        if not np.array_equal(thetas, thetas.T):
            return totals(self._computed, zs, thetas)
        values = np.empty(len(self._computed))
        for columns, compute in self._ways():
            values[columns] = compute(zs, thetas)
        return values

    def _values(self, events: Any, n_jobs: int | None) -> np.ndarray:
        """The values (events, graphs)."""
        workers = 0 if n_jobs is None else threads(n_jobs, "n_jobs")
        is_plain = self.measure == "hadr" and not self._others
        if is_plain and not isinstance(events, (list, tuple)):
            return self._by_library(constituents(events, self._measure.coordinates), workers)
        arrays = self._arrays(events)
        fast = np.array([is_plain or self._measure.is_in_library(array) for array in arrays], bool)
        if fast.all() and not self._others:
            return self._by_library(self._joined(arrays), workers)
        values = np.empty((len(arrays), len(self._computed)))
        if fast.any() and self._known:
            values[np.ix_(fast, np.array(self._known))] = self._by_library(self._joined(chosen(arrays, fast)), workers)
        for columns, compute in self._ways():
            rows = ~fast if columns is self._known else np.ones_like(fast)
            if rows.any():
                values[np.ix_(rows, np.array(columns))] = self._by_numpy(chosen(arrays, rows), compute, workers)
        return values

    def _ways(self) -> Iterator[tuple[list[int], Computed]]:
        """By numpy: which graphs, and the function of z and theta that gives their values."""
        if self._known:
            yield self._known, self._planned
        if self._others:
            yield self._others, partial(totals, [self._computed[i] for i in self._others])

    def _arrays(self, events: Any) -> list[np.ndarray]:
        """Each event as an array (constituents, columns)."""
        if isinstance(events, (list, tuple, np.ndarray)):
            return [self._measure.array(event) for event in events]
        particles, offsets = constituents(events, self._measure.coordinates)
        return np.split(particles, offsets[1:-1].astype(np.intp))

    def _joined(self, arrays: list[np.ndarray]) -> Constituents:
        width = 3 if self.coords == "ptyphim" else 4
        parts = [a if a.shape[1] == width else a[:, :width] for a in arrays] or [np.zeros((0, width))]
        particles = np.ascontiguousarray(parts[0]) if len(parts) == 1 else np.concatenate(parts)
        return Constituents(particles, np.cumsum([0, *map(len, arrays)], dtype=np.uint64))

    def _by_library(self, events: Constituents, workers: int) -> np.ndarray:
        """The values (events, known graphs)."""
        measure = self._measure
        name = "hadr" if measure.measure == "hadr" else "hadrdot"
        kappas, betas = np.array([float(measure.kappa)]), np.array([measure.beta])

        def values(of: LibrarySet) -> np.ndarray:
            return values_of(of._c, events, kappas, betas, name, bool(measure.normed), workers)[:, 0, 0]

        found = values(self._library)
        if measure.normed and measure.kappa_normed_behavior == "orig":
            sums = values(LibrarySet("(1,0,0)"))
            found /= np.where(sums > 0, sums, 1) ** [self._computed[i].n for i in self._known]
        return found

    def _by_numpy(self, arrays: list[np.ndarray], compute: Computed, workers: int) -> np.ndarray:
        """The values (events, graphs of `compute`)."""

        def values(array: np.ndarray) -> np.ndarray:
            zs, second = self._measure.evaluate(array)
            return compute(zs, products(second) if self._measure.with_moments else second)

        if workers == 1:
            return np.array([values(array) for array in arrays])
        with ThreadPoolExecutor(pool_size(workers)) as pool:
            return np.array(list(pool.map(values, arrays)))


def chosen(arrays: Iterable[np.ndarray], mask: np.ndarray) -> list[np.ndarray]:
    return [array for array, is_chosen in zip(arrays, mask) if is_chosen]
