"""Ratios of energy correlation functions, D2, C2 and C3."""

from __future__ import annotations

from typing import Any

import numpy as np

from .efp import EFPSet

LINE = [(0, 1)]
TRIANGLE = [(0, 1), (1, 2), (2, 0)]
KITE = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
DOT: list[tuple[int, int]] = []


class Ratio:
    """Base class of the ratios.

    Parameters
    ----------
    measure, beta, kappa, normed, coords, check_input, kappa_normed_behavior
        See `Measure`.
    strassen : bool
        Has no effect; values are always summed by matrix products. It exists for compatibility with EnergyFlow.
    reg : float
        Added to the denominator, so that an event with fewer than two constituents gives 0 and not NaN; 1e-30 or less.
    """

    graphs = [DOT, LINE, TRIANGLE, KITE]

    def __init__(
        self, measure: str = "hadr", beta: float = 2, strassen: bool = False, reg: float = 0.0, **options: Any
    ):
        self.efpset = EFPSet(*self.graphs, measure=measure, beta=beta, **options)
        self.strassen, self.reg = strassen, reg

    def __call__(self, *args: Any, **kwargs: Any) -> float:
        return self.compute(*args, **kwargs)

    def compute(self, event: Any = None, zs: Any = None, thetas: Any = None, nhats: Any = None) -> float:
        """The value for one event, or for weights and distances; see `EFP.compute`."""
        return self._ratio(*self.efpset.compute(event, zs, thetas, nhats))

    def batch_compute(self, events: Any, n_jobs: int | None = None) -> np.ndarray:
        """The values (events,)."""
        return self._ratio(*self.efpset.batch_compute(events, n_jobs).T)

    def _ratio(self, *values: Any) -> Any:
        raise NotImplementedError


class D2(Ratio):
    """Tags two prongs (Larkoski, Moult and Neill, arXiv:1409.6298): triangle dot^3 / line^3.

    See `Ratio` for the parameters.

    Examples
    --------
    >>> jet = [[2.0, 0.0, 0.0], [1.0, 0.1, 0.0], [1.0, 0.0, 0.2]]
    >>> D2(beta=1).batch_compute([jet, jet[:2]]).round(3)
    array([0.768, 0.   ])
    """

    graphs = [DOT, LINE, TRIANGLE]

    def _ratio(self, *values: Any) -> Any:
        dot, line, triangle = values
        return triangle * dot**3 / (line**3 + self.reg)


class C2(Ratio):
    """Tags two prongs (Larkoski, Salam and Thaler, arXiv:1305.0007): triangle dot / line^2.

    See `Ratio` for the parameters, and `D2` for an example.
    """

    graphs = [DOT, LINE, TRIANGLE]

    def _ratio(self, *values: Any) -> Any:
        dot, line, triangle = values
        return triangle * dot / (line**2 + self.reg)


class C3(Ratio):
    """Tags three prongs (Larkoski, Salam and Thaler, arXiv:1305.0007): kite line / triangle^2.

    See `Ratio` for the parameters, and `D2` for an example.
    """

    graphs = [LINE, TRIANGLE, KITE]

    def _ratio(self, *values: Any) -> Any:
        line, triangle, kite = values
        return kite * line / (triangle**2 + self.reg)
