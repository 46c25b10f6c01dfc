"""Are scores probabilities? Reliability curves, temperatures, mean scores, and events to match another method."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from ._arrays import numbers, pointer, same_length
from ._library import check
from ._native import ffi, lib
from ._scalars import whole
from ._tables import Cells, Table, plus_minus, rounded
from .estimates import Estimates
from .statistics import labelled


class Calibration(Table):
    """A reliability curve, in order of probability, and the expected calibration error (ECE).

    Attributes
    ----------
    ece : Estimates
        The mean of abs(observed - predicted) over bins, weighted with their share, and its statistical error.
    floor, floor_spread : float
        The ECE expected by chance from a calibrated score with these probabilities: mean and standard deviation.
    predicted, observed, error : arrays (bins,)
        The mean probability; the observed share of signal events, and its binomial error.
    events, share, low, high : arrays (bins,)
        The number of events in a bin, and its share of all weights; its smallest and largest probability.
    """

    def __init__(self, result: Any):
        bins = [result.bin[i] for i in range(result.bins)]
        self.ece = Estimates(["ece"], [result.ece], [result.ece_error])
        self.floor, self.floor_spread = float(result.floor), float(result.floor_spread)
        self.predicted = np.array([b.predicted for b in bins])
        self.observed = np.array([b.observed for b in bins])
        self.error = np.array([b.error for b in bins])
        self.events = np.array([b.events for b in bins], int)
        self.share = np.array([b.share for b in bins])
        self.low, self.high = np.array([b.low for b in bins]), np.array([b.high for b in bins])

    def plot(self, ax: Any = None, *, label: str | None = None) -> Any:
        """Draws the curve and that of a calibrated score; see `nearsym.plots.reliability`."""
        from . import plots

        return plots.reliability(self, ax=ax, label=label)

    def __len__(self) -> int:
        return len(self.predicted)

    def _cells(self) -> Cells:
        rows = []
        for i in range(len(self)):
            value, error = rounded(self.observed[i], self.error[i])
            rows.append([f"{self.predicted[i]:.4f}", value, f"± {error}" if error else "", f"{self.events[i]}"])
        chance = plus_minus(self.floor, self.floor_spread)
        title = f"ece {plus_minus(self.ece.value, self.ece.error)}; of a calibrated score {chance} by chance"
        return Cells(title, ["predicted", "observed", "", "events"], rows, [], (0, 2))


def calibration(labels: Any, probabilities: Any, weights: Any = None, *, bins: int = 10) -> Calibration:
    """Whether scores are probabilities: of the events with a score of 0.8, are 80 % signal?

    Parameters
    ----------
    labels : array (n,)
        1 for signal, 0 for background; with several classes 0, 1, ..., classes - 1.
    probabilities : array (n,) or (n, classes)
        The probability of label 1, or of each class. With several classes the largest probability of an event is
        tested, the confidence; it is right if that class is the label.
    weights : array (n,), optional
        Negative weights are allowed.
    bins : int
        Number of bins of equal counts, 1 to 100; events with equal probabilities are in the same bin.

    Returns
    -------
    Calibration

    Raises
    ------
    TypeError, ValueError
        If arrays have wrong shapes; if a probability is outside 0 to 1, a label is not a class, or a weight is not
        finite (with its index); if the weights of a bin add up to 0 or less.

    Notes
    -----
    Guo, Pleiss, Sun and Weinberger, arXiv:1706.04599, equations 2 and 3; Naeini, Cooper and Hauskrecht, AAAI 2015.

    Examples
    --------
    >>> curve = calibration([0, 1, 1, 1], [0.1, 0.2, 0.8, 0.9], bins=2)
    >>> curve.predicted, curve.observed
    (array([0.15, 0.85]), array([0.5, 1. ]))
    """
    labels, weights = labelled(labels, weights)
    table = numbers(probabilities, "probabilities", (1, 2))
    n = same_length(labels=labels, probabilities=table)
    bins = whole("bins", bins, 1)
    out = ffi.new("nsym_calibration *")
    arrays = pointer(table), pointer(labels, "float"), pointer(weights)
    if table.ndim == 1:
        check(lib.nsym_calibration_of(out, *arrays, n, bins))
    else:
        check(lib.nsym_class_calibration_of(out, arrays[0], table.shape[1], *arrays[1:], n, bins))
    return Calibration(out)


def fit_temperature(labels: Any, logits: Any, weights: Any = None) -> Estimates:
    """Fits the temperature: the number that divides the logits so that the probabilities fit the labels best.

    Parameters
    ----------
    labels : array (n,)
        1 for signal, 0 for background; with several classes 0, 1, ..., classes - 1. Do not use training events.
    logits : array (n,) or (n, classes)
        A network's outputs before the sigmoid or the softmax.
    weights : array (n,), optional

    Returns
    -------
    Estimates
        The temperature, 0.01 to 100, and its error, which is NaN at an end of that range. Above 1, the network is too
        sure of itself.

    Raises
    ------
    TypeError, ValueError
        If arrays have wrong shapes; if a logit or weight is not finite, or a label is not a class (with its index).

    Notes
    -----
    Guo, Pleiss, Sun and Weinberger, arXiv:1706.04599, section 4.2.

    Examples
    --------
    >>> fit_temperature([0, 1, 1, 1, 0, 0], [-4, 4, 4, -4, 4, -4]).value > 1
    True
    """
    labels, weights = labelled(labels, weights)
    table = numbers(logits, "logits", (1, 2))
    n = same_length(labels=labels, logits=table)
    outputs = table.shape[1] if table.ndim == 2 else 1
    out = ffi.new("double[2]")
    check(
        lib.nsym_temperature_fit(
            out, out + 1, pointer(table), outputs, pointer(labels, "float"), pointer(weights), n
        )
    )
    return Estimates(["temperature"], [out[0]], [out[1]])


def mean_score(logits: Any) -> tuple[np.ndarray, np.ndarray]:
    """The mean score of several networks.

    Parameters
    ----------
    logits : array (networks, n) or (networks, n, classes), or a sequence of such arrays
        Each network's logits, divided by its temperature if it has one.

    Returns
    -------
    probabilities, logits : arrays (n,) or (n, classes)
        The mean of the networks' probabilities, and its log odds (with several classes its logarithm), which still
        separates events whose probability is almost 0 or 1.

    Notes
    -----
    Lakshminarayanan, Pritzel and Blundell, arXiv:1612.01474, section 2.4.

    Examples
    --------
    >>> mean_score([[0.0, 2.0], [0.0, -2.0]])[0]
    array([0.5, 0.5])
    """
    table = numbers(logits, "logits", (2, 3))
    probabilities, mean = np.empty(table.shape[1:]), np.empty(table.shape[1:])
    outputs = table.shape[2] if table.ndim == 3 else 1
    lib.nsym_mean_score(pointer(probabilities), pointer(mean), pointer(table), len(table), table.shape[1], outputs)
    return probabilities, mean


def mean_proba(classifiers: Sequence[Any], X: Any) -> np.ndarray:
    """Mean probabilities of the classes, (events, classes), over several trained classifiers.

    Raises ValueError if there are no classifiers, or their classes differ.
    """
    networks = list(classifiers)
    if not networks:
        raise ValueError("classifiers is empty: there is nothing to take the mean of")
    for network in networks[1:]:
        if list(network.classes_) != list(networks[0].classes_):
            raise ValueError(f"classifiers of {list(networks[0].classes_)} and of {list(network.classes_)} have no mean")
    return np.mean([network.predict_proba(X) for network in networks], axis=0)


class Match(Table):
    """How many events another method needs to match a value.

    Attributes
    ----------
    place : "within", "fewer" or "more"
        Whether the number lies between the sizes, below the smallest, or above the largest.
    events, low, high : float
        The number of events, and the ends of its interval of one standard deviation. Outside the sizes: the nearest
        size, and NaN.
    level : bool
        Outside the sizes: whether the value at the nearest size is within two standard deviations of the target.
    """

    def __init__(self, result: Any):
        self.place = ("within", "fewer", "more")[result.place]
        self.events, self.low, self.high = float(result.events), float(result.low), float(result.high)
        self.level = bool(result.level)

    def _cells(self) -> Cells:
        if self.place == "within":
            texts = [f"{self.events:.3g}", f"{self.low:.3g} to {self.high:.3g}"]
        else:
            texts = [f"{self.place} than {self.events:g}", "level within two errors" if self.level else ""]
        return Cells("", ["events", ""], [texts], [], (0, 1))


def events_to_match(sizes: Any, values: Any, errors: Any = None, *, target: float, target_error: float = 0.0) -> Match:
    """The number of training events with which another method reaches a value.

    Parameters
    ----------
    sizes, values, errors : arrays (n,)
        The method's curve: rising numbers of events, the values it reaches (larger is better), and their errors.
    target, target_error : float
        The value to match, and its error.

    Returns
    -------
    Match
        The first crossing, with straight lines in the logarithm of the size. The errors are taken as independent.

    Raises
    ------
    TypeError, ValueError
        If arrays have wrong shapes, sizes do not rise, or values are not finite.

    Examples
    --------
    >>> round(events_to_match([100, 1000], [0.6, 0.7], target=0.65).events)
    316
    """
    at, of = numbers(sizes, "sizes"), numbers(values, "values")
    known = None if errors is None else numbers(errors, "errors")
    n = same_length(sizes=at, values=of, errors=known)
    out = ffi.new("nsym_match *")
    check(lib.nsym_match_events(out, pointer(at), pointer(of), pointer(known), n, float(target), float(target_error)))
    return Match(out)
