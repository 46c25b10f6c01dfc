"""sWeights: events weighed so that one species of a sample is left on average."""

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
        What an event counts in a histogram of a species: sWeight times the event's own count. Their sums are the
        yields.
    yields : Estimates
        With the covariance of the sWeights, of events that count once.
    """

    def __init__(self, weights: np.ndarray, yields: Estimates):
        self.weights, self.yields = weights, yields

    @property
    def covariance(self) -> np.ndarray | None:
        """Of the yields, (species, species); None with the published formula."""
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
    """Weights that leave one species of a sample on average, by a control variable such as the mass.

    Parameters
    ----------
    densities : array (n, species)
        Each species' density of the control variable at every event, normalised.
    yields : array (species,)
        Those of an extended maximum-likelihood fit with these densities.
    counts : array (n,), optional
        How often an event counts in the fit: its weight.
    names : sequence of str, optional
        Of the species.
    tolerance : float
        By how much the sum rules may miss, which are exact at the likelihood's maximum.

    Returns
    -------
    Sweights

    Raises
    ------
    TypeError, ValueError
        Arrays of wrong shapes; a density that is negative or NaN, with its index; an event without density; species
        that cannot be told apart; yields that are not those of a maximum-likelihood fit to these events.

    Notes
    -----
    Pivk and Le Diberder, Nucl. Instrum. Meth. A 555 (2005) 356 (physics/0402083). What is weighed must not depend on
    the control variable within a species.

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
