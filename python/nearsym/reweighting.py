"""Weights that make spectra of two classes alike, or flat, so that a network cannot learn from what they differ in."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._arrays import numbers, pointer, same_length
from ._library import check
from ._native import ffi, lib
from ._scalars import number, whole


def prepared(labels: Any, weights: Any, **values: Any) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Labels, a copy of the weights (ones without), and values by name, all of one length."""
    labels = numbers(labels, "labels")
    arrays = {name: numbers(array, name) for name, array in values.items()}
    weights = np.ones(len(labels)) if weights is None else np.array(numbers(weights, "weights", finite=True))
    if same_length(labels=labels, weights=weights, **arrays) == 0:
        raise ValueError("there are no events: labels has shape (0,)")
    return labels, weights, arrays


def reweight(
    labels: Any,
    values: Any,
    weights: Any = None,
    *,
    bins: int = 100,
    binning: str = "quantile",
    low: float = 0,
    high: float = 0,
) -> np.ndarray:
    """Weights with which the background's spectrum becomes the signal's, such as that of pt.

    Parameters
    ----------
    labels : array (n,)
        1 for signal, 0 for background.
    values : array (n,)
        What is to be distributed alike.
    weights : array (n,), optional
        Weights that the events have already; this array is not changed.
    bins : int
    binning : {"quantile", "equal"}
        Bins of equal numbers of events, the outer ones open; or of equal widths between `low` and `high`, where what
        lies outside falls in the last bin, as in the published code of PRD 111, 072002.
    low, high : float
        Of equal bins; both 0: the background's smallest and largest value.

    Returns
    -------
    array (n,)
        Weights of the background times signal / background of its bin, 0 where a bin has no background; those of the
        signal as they are, or 0 where its bin has no signal among the binned ones.

    Raises
    ------
    TypeError, ValueError
        Arrays that are not numbers or of unequal lengths; a value that is NaN or a label other than 0 and 1, with the
        event; fewer events than bins; a class without events.

    Examples
    --------
    >>> reweight([1, 1, 1, 0, 0], [1.0, 1.1, 5.0, 1.2, 5.1], binning="equal", bins=2, low=0, high=6)
    array([1., 1., 1., 2., 1.])
    """
    ways = {"equal": lib.NSYM_BINS_EQUAL, "quantile": lib.NSYM_BINS_QUANTILE}
    if binning not in ways:
        raise ValueError(f"binning is {binning!r}, must be one of: {', '.join(ways)}")
    low, high = number("low", low), number("high", high)
    if low > high:
        raise ValueError(f"low is {low}, must be at most high, {high}")
    if (low or high) and binning != "equal":
        raise ValueError(f"low is {low} and high is {high}, which are of equal bins, and binning is {binning!r}")
    labels, weights, arrays = prepared(labels, weights, values=values)
    how = ffi.new("nsym_reweight *")
    how.binning, how.bins = ways[binning], whole("bins", bins, 1)
    how.low, how.high = low, high
    check(
        lib.nsym_reweight_background(
            how, pointer(arrays["values"]), pointer(labels), len(labels), ffi.from_buffer("double[]", weights)
        )
    )
    return weights


def flatten(labels: Any, a: Any, b: Any, weights: Any = None, *, bins: int = 20) -> np.ndarray:
    """Weights with which each class is flat in two quantities, such as pt and eta.

    Parameters
    ----------
    labels : array (n,)
        1 for signal, 0 for background.
    a, b : arrays (n,)
        The two quantities.
    weights : array (n,), optional
        Weights that the events have already; this array is not changed.
    bins : int
        Of each quantity, between the smallest and largest value of both classes together.

    Returns
    -------
    array (n,)
        All bins x bins cells that have events of a class get the same weight of it, and a class keeps its weight.

    Raises
    ------
    TypeError, ValueError
        Arrays that are not numbers or of unequal lengths; a value that is not finite or a label other than 0 and 1,
        with the event; a class whose weights do not add up to more than 0.

    Examples
    --------
    >>> flatten([1, 1, 1, 0, 0], [1.0, 1.1, 5.0, 1.2, 5.1], [0.0, 0.1, 1.0, 0.2, 0.9], bins=2)
    array([0.75, 0.75, 1.5 , 1.  , 1.  ])
    """
    labels, weights, arrays = prepared(labels, weights, a=a, b=b)
    check(
        lib.nsym_flatten(
            pointer(arrays["a"]),
            pointer(arrays["b"]),
            pointer(labels),
            len(labels),
            whole("bins", bins, 1),
            ffi.from_buffer("double[]", weights),
        )
    )
    return weights
