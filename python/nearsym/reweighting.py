"""Weights that make spectra of two classes equal, or flat, so that a network cannot learn from their difference."""

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
    """Weights that give the background the signal's spectrum, for example in pt.

    Parameters
    ----------
    labels : array (n,)
        1 for signal, 0 for background.
    values : array (n,)
        The quantity whose spectra shall be equal.
    weights : array (n,), optional
        The events' present weights; this array is not changed.
    bins : int
        Number of bins.
    binning : {"quantile", "equal"}
        "quantile": bins of equal numbers of events, the outer ones open. "equal": bins of equal width between `low` and
        `high`; values outside fall in the last bin, as in the published code of PRD 111, 072002.
    low, high : float
        The range of equal bins; if both are 0, the background's smallest and largest value.

    Returns
    -------
    array (n,)
        Background events: their weight times the ratio signal / background of their bin, 0 if a bin has no background.
        Signal events: their weight unchanged, or 0 if their bin has no signal among the binned events.

    Raises
    ------
    TypeError, ValueError
        If arrays are not numbers or have unequal lengths; if a value is NaN or a label is not 0 or 1 (with the event);
        if there are fewer events than bins; if a class has no events.

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
    """Weights that make each class flat in two quantities, such as pt and eta.

    Parameters
    ----------
    labels : array (n,)
        1 for signal, 0 for background.
    a, b : arrays (n,)
        The two quantities.
    weights : array (n,), optional
        The events' present weights; this array is not changed.
    bins : int
        Number of bins in each quantity, between the smallest and the largest value of both classes together.

    Returns
    -------
    array (n,)
        For each class, all of the bins x bins cells with events of the class have the same sum of weights. The total
        weight of a class stays the same.

    Raises
    ------
    TypeError, ValueError
        If arrays are not numbers or have unequal lengths; if a value is not finite or a label is not 0 or 1 (with the
        event); if the weights of a class do not add up to more than 0.

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
