"""sWeights: weights of events that leave, on average, one species of a sample."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from ._arrays import numbers, pointer, same_length
from ._library import check
from ._native import lib
from ._scalars import number
from ._tables import Cells, Table
from .estimates import Estimates

SPECIES = ("signal", "background")  # of a mass fit


class Sweights(Table):
    """sWeights of events.

    Attributes
    ----------
    weights : array (n, species)
        The weight of an event in a histogram of a species: its sWeight times its own count. The sums are the yields.
    yields : Estimates
        The yields with the covariance of the sWeights, for events that count once.
    """

    def __init__(self, weights: np.ndarray, yields: Estimates):
        self.weights, self.yields = weights, yields

    @property
    def covariance(self) -> np.ndarray | None:
        """The covariance of the yields, (species, species); None with the published formula."""
        return self.yields.covariance

    def __getitem__(self, species: str | int) -> np.ndarray:
        """The weights (n,) of a species."""
        return self.weights[:, self.yields._place(species)]

    def __len__(self) -> int:
        return len(self.weights)

    def _cells(self) -> Cells:
        return self.yields._cells()._replace(title=f"sWeights of {len(self)} events")


def sweights(
    densities: Any,
    yields: Any,
    counts: Any = None,
    *,
    names: Sequence[str] | None = None,
    tolerance: float = 1e-3,
) -> Sweights:
    """sWeights: weights that leave, on average, one species of a sample. They use a control variable such as the mass.

    Parameters
    ----------
    densities : array (n, species)
        The normalised density of the control variable in each species, at every event.
    yields : array (species,)
        The yields of an extended maximum-likelihood fit with these densities.
    counts : array (n,), optional
        The weight of each event in the fit.
    names : sequence of str, optional
        The names of the species.
    tolerance : float
        Allowed deviation from the sum rules, which are exact at the maximum of the likelihood.

    Returns
    -------
    Sweights

    Raises
    ------
    TypeError, ValueError
        If arrays have wrong shapes; if a density is negative or NaN (with its index); if an event has no density; if
        species cannot be separated; if the yields are not those of a maximum-likelihood fit to these events.

    Notes
    -----
    Pivk and Le Diberder, Nucl. Instrum. Meth. A 555 (2005) 356 (physics/0402083). The quantity that you plot with these
    weights must not depend on the control variable within a species.

    Examples
    --------
    >>> found = sweights([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.1, 0.9]], [2, 2])
    >>> found.weights.round(3)
    array([[ 1.125, -0.125],
           [ 1.125, -0.125],
           [-0.125,  1.125],
           [-0.125,  1.125]])
    """
    densities, yields = numbers(densities, "densities", 2), numbers(yields, "yields", finite=True)
    counts = None if counts is None else numbers(counts, "counts", finite=True)
    n = same_length(densities=densities, counts=counts)
    species = len(yields)
    if densities.shape[1] != species:
        raise ValueError(f"densities has shape {densities.shape} for {species} yields, must be (n, {species})")
    weights, covariance = np.empty((n, species)), np.empty((species, species))
    check(
        lib.nsym_splot_weights(
            pointer(weights),
            pointer(covariance),
            pointer(densities),
            pointer(yields),
            pointer(counts),
            n,
            species,
            number("tolerance", tolerance),
        )
    )
    names = [str(k) for k in range(species)] if names is None else names
    if len(names) != species:
        raise ValueError(f"names has {len(names)} names for {species} species")
    found = Estimates(names, yields, covariance=covariance, units=["events"] * species)
    return Sweights(weights if counts is None else weights * counts[:, None], found)


def published_sweights(densities: np.ndarray, yields: np.ndarray, counts: np.ndarray | None) -> Sweights:
    """sWeights of a published mass fit, whose yields maximise no likelihood; the covariance is not known."""
    probabilities = densities * yields
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    weights = np.empty_like(probabilities)
    check(
        lib.nsym_splot_weights_published(
            pointer(weights), pointer(probabilities), pointer(counts), len(weights), len(yields)
        )
    )
    return Sweights(
        weights if counts is None else weights * counts[:, None], Estimates(SPECIES, yields, units=["events"] * 2)
    )
