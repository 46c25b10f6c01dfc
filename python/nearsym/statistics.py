"""How well scores separate signal and background: AUC, ROC curves, decision ordering, several classes."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Mapping, Sequence

import numpy as np

from ._arrays import numbers, pointer, same_length
from ._library import Error, check
from ._native import ffi, lib
from ._scalars import pool_size, whole
from ._tables import Cells, Table, grid, plus_minus, rounded
from .estimates import Estimates

BOOTSTRAPS_MOST = 1_000_000
DRAWS_MOST = 100  # of a bootstrap sample that has no value


def labelled(labels: Any, weights: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """Labels as the library takes them, and weights; ValueError where their lengths differ."""
    labels = numbers(labels, "labels", dtype=np.float32)
    weights = None if weights is None else numbers(weights, "weights")
    if same_length(labels=labels, weights=weights) == 0:
        raise ValueError("there are no events: labels has shape (0,)")
    return labels, weights


def named_scores(scores: Any, only: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Names (m) and scores (m, n) of an array (n,) or (m, n), a mapping of names to arrays, or a data frame.

    Raises ValueError for scores of unequal lengths, none at all, and NaN.
    """
    if isinstance(scores, Mapping) or hasattr(scores, "columns"):
        keys = scores if isinstance(scores, Mapping) else scores.columns
        named = {str(name): numbers(scores[name], f"scores[{name!r}]") for name in keys}
        if not named:
            raise ValueError("scores is empty: there is no classifier")
        same_length(**named)
        names, table = tuple(named), np.stack(list(named.values()))
    else:
        table = numbers(scores, "scores", (1, 2))
        if table.ndim == 2 and len(table) > table.shape[1]:
            hint = "of predict_proba's answer take a column, [:, 1]"
            raise ValueError(f"scores has shape {table.shape}, must be (events,) or (classifiers, events); {hint}")
        names = (only,) if table.ndim == 1 else tuple(map(str, range(len(table))))
        table = table.reshape(len(names), -1)
    if np.isnan(table).any():
        classifier, event = np.argwhere(np.isnan(table))[0]
        raise ValueError(f"score {event} of {names[classifier]!r} is NaN")
    return names, table


def auc(labels: Any, scores: Any, weights: Any = None) -> Estimates:
    """Area under the ROC curve (AUC) with its error; for several classifiers, with their covariance.

    Parameters
    ----------
    labels : array (n,)
        1 for signal, 0 for background.
    scores : array (n,) or (m, n), or mapping of name to array (n,)
        Scores of one classifier or of m classifiers; higher is more like signal. Ties count half.
    weights : array (n,), optional
        Negative weights are allowed.

    Returns
    -------
    Estimates
        One number (`value`, `error`), or m numbers with their covariance. ``difference(a, b)`` has the error of the
        difference, in which common fluctuations cancel. Errors are NaN if a class has fewer than two events.

    Raises
    ------
    TypeError, ValueError
        If arrays are not numbers or have unequal lengths; if a score is NaN, a label is not 0 or 1, or a weight is not
        finite (with its index); if a class has no weight.

    Notes
    -----
    DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837. ``nearsym/stats.h`` has the form for weighted events.

    Examples
    --------
    >>> auc([0, 0, 1, 1, 1], [0.1, 0.4, 0.35, 0.8, 0.9])
    auc  0.83  ± 0.24
    >>> both = auc([0, 0, 1, 1], {"a": [0.1, 0.4, 0.3, 0.8], "b": [0.2, 0.4, 0.3, 0.9]})
    >>> both.difference("a", "b").value
    0.0
    """
    labels, weights = labelled(labels, weights)
    names, table = named_scores(scores, "auc")
    same_length(labels=labels, scores=table[0])
    m, n = table.shape
    areas, covariance = np.empty(m), np.empty((m, m))
    check(
        lib.nsym_auc_covariance(
            pointer(areas), pointer(covariance), pointer(table), pointer(labels, "float"), pointer(weights), m, n
        )
    )
    return Estimates(names, areas, covariance=covariance)


class Roc(Table):
    """A ROC curve: true-positive rates at false-positive rates.

    Attributes
    ----------
    fpr, tpr, error : arrays (points,)
        The rates of background and signal, and the standard error of the signal's rate.
    auc : Estimates
        The area under the whole curve.
    """

    def __init__(self, fpr: np.ndarray, tpr: np.ndarray, error: np.ndarray, area: Estimates):
        self.fpr, self.tpr, self.error, self.auc = fpr, tpr, error, area

    @property
    def rejection(self) -> np.ndarray:
        """Background rejection 1 / fpr; infinite at 0."""
        with np.errstate(divide="ignore"):
            return 1 / self.fpr

    def plot(self, ax: Any = None, *, rejection: bool = False) -> Any:
        """Draws the curve; see `nearsym.plots.roc`."""
        from . import plots

        return plots.roc(self, ax=ax, rejection=rejection)

    def __len__(self) -> int:
        return len(self.fpr)

    def _cells(self) -> Cells:
        usual = np.searchsorted(self.fpr, [0.001, 0.01, 0.1, 0.3, 0.5])
        rows = np.arange(len(self)) if len(self) <= 12 else np.unique(usual)
        texts = []
        for i in rows:
            value, error = rounded(self.tpr[i], self.error[i])
            texts.append([f"{self.fpr[i]:.4g}", value, f"± {error}" if error else ""])
        shown = [] if len(self) <= 12 else [f"{len(texts)} of {len(self)} points"]
        title = f"auc {plus_minus(self.auc.value, self.auc.error)}"
        return Cells(title, ["fpr", "tpr", ""], texts, shown, (0, 2))


def usual_rates(labels: np.ndarray) -> np.ndarray:
    """False-positive rates to draw a curve at: even steps of 1/200, and even ratios down to ten background events."""
    least = min(0.01, 10 / max(1, int(np.sum(labels == 0))))
    return np.unique(np.concatenate([np.linspace(0, 1, 201), np.geomspace(least, 0.01, 40)]))


def roc(labels: Any, scores: Any, weights: Any = None, fpr: Any = None) -> Roc:
    """ROC curve of a classifier, with the error of every point.

    Parameters
    ----------
    labels, scores : arrays (n,)
        1 for signal and 0 for background; higher scores are more like signal.
    weights : array (n,), optional
        Negative weights are allowed.
    fpr : float or array (points,), optional
        Rising false-positive rates at which to give the true-positive rate; by default enough for a figure.

    Returns
    -------
    Roc
        Rates from linear interpolation, and the standard error of the signal's rate. It contains the binomial error,
        and the error of the background's rate times the slope of the curve.

    Raises
    ------
    TypeError, ValueError
        As for `auc`; if a rate is outside [0, 1], or rates do not rise.

    Examples
    --------
    >>> roc([0, 0, 1, 1, 1], [0.1, 0.4, 0.35, 0.8, 0.9], fpr=[0.0, 0.5, 1.0]).tpr
    array([0.66666667, 1.        , 1.        ])
    """
    labels, weights = labelled(labels, weights)
    scores = numbers(scores, "scores")
    n = same_length(labels=labels, scores=scores)
    rates = usual_rates(labels) if fpr is None else np.atleast_1d(numbers(fpr, "fpr", (0, 1)))
    tpr, error = np.empty(len(rates)), np.empty(len(rates))
    check(
        lib.nsym_roc_error(
            pointer(tpr),
            pointer(error),
            pointer(scores),
            pointer(labels, "float"),
            pointer(weights),
            n,
            pointer(rates),
            len(rates),
        )
    )
    return Roc(rates, tpr, error, auc(labels, scores, weights))


def ado(
    labels: Any, f: Any, g: Any, weights: Any = None, *, bootstraps: int = 50, seed: int = 1, workers: int = 0
) -> Estimates:
    """Average decision ordering: how often two classifiers order a signal and a background event in the same way.

    Parameters
    ----------
    labels, f, g : arrays (n,)
        1 for signal and 0 for background; the scores of the two classifiers.
    weights : array (n,), optional
        Negative weights are allowed.
    bootstraps : int
        Number of bootstrap samples for the error, at most a million; below 2 the error is NaN.
    seed : int
        The seed of the bootstrap samples.
    workers : int
        Number of threads; 0: one per CPU. The result does not depend on it.

    Returns
    -------
    Estimates
        1 if one score is a rising function of the other, 1/2 if they are independent, 0 if they are opposite.
        All pairs count; ties count half. With 50 bootstrap samples the error is known to 10 %.

    Raises
    ------
    TypeError, ValueError
        As for `auc`; if the number of bootstraps is negative.

    Notes
    -----
    Faucett, Thaler and Whiteson, PRD 103 (2021) 036020 (arXiv:2010.11998). With the labels as g it is the AUC of f.
    The error is the standard deviation of a Poisson bootstrap: in each sample every event counts a Poisson number of
    times, with mean 1 (Hanley and MacGibbon, Comput. Methods Programs Biomed. 83 (2006) 57). A sample that leaves a
    class without weight is drawn again, up to 100 times.

    Examples
    --------
    >>> ado([0, 0, 1, 1], [0.1, 0.4, 0.3, 0.8], [1, 2, 3, 4], bootstraps=0).value
    0.75
    """
    labels, weights = labelled(labels, weights)
    f, g = numbers(f, "f"), numbers(g, "g")
    n = same_length(labels=labels, f=f, g=g)

    def once(of: np.ndarray | None) -> float:
        out = ffi.new("double *")
        check(lib.nsym_ado(out, pointer(f), pointer(g), pointer(labels, "float"), pointer(of), n))
        return out[0]

    samples, seed, value = whole("bootstraps", bootstraps, most=BOOTSTRAPS_MOST), whole("seed", seed), once(weights)

    def redrawn(sample: int) -> float:
        random = np.random.default_rng([seed, sample])
        for _ in range(DRAWS_MOST):
            counts = random.poisson(1.0, n).astype(np.float64)
            with contextlib.suppress(Error):
                return once(counts if weights is None else weights * counts)
        return np.nan

    with ThreadPoolExecutor(pool_size(workers)) as pool:
        values = np.array(list(pool.map(redrawn, range(samples))))
    values = values[np.isfinite(values)]
    return Estimates(["ado"], [value], [np.std(values, ddof=1) if len(values) > 1 else np.nan])


class ClassMetrics(Table):
    """How well several classes are separated; each number has its standard error.

    Attributes
    ----------
    names : tuple of str
        The names of the classes.
    events : array (classes,)
        The number of events of each class.
    accuracy, auc : Estimates
        The weighted share of events assigned to their own class; the mean of `auc_of`.
    auc_of : Estimates
        AUC of each class against all others.
    auc_of_pair, auc_of_pair_error : arrays (classes, classes)
        AUC of class i against class j, with the events of these two classes only; NaN for i = j.
    confusion, confusion_error : arrays (classes, classes)
        The weighted share of the events of class i that are assigned to class j.
    """

    def __init__(self, results: Any, names: Sequence[str]):
        n = len(names)

        def square(field):
            return np.array([list(getattr(results, field)[i][0:n]) for i in range(n)])

        self.names = tuple(names)
        self.events = np.array(list(results.events[0:n]))
        self.accuracy = Estimates(["accuracy"], [results.accuracy], [results.accuracy_error])
        self.auc = Estimates(["auc"], [results.auc], [results.auc_error])
        self.auc_of = Estimates(self.names, list(results.auc_of[0:n]), list(results.auc_of_error[0:n]))
        self.auc_of_pair, self.auc_of_pair_error = square("auc_of_pair"), square("auc_of_pair_error")
        self.confusion, self.confusion_error = square("confusion"), square("confusion_error")

    def plot(self, ax: Any = None) -> Any:
        """Draws the confusion matrix; see `nearsym.plots.confusion`."""
        from . import plots

        return plots.confusion(self, ax=ax)

    def _cells(self) -> Cells:
        called = [f"called {name}" for name in self.names]
        rows = grid(self.names, self.confusion, self.confusion_error)
        for i, row in enumerate(rows):
            row.insert(1, plus_minus(self.auc_of.values[i], self.auc_of.errors[i]))
        summary = [f"{e.names[0]} {plus_minus(e.value, e.error)}" for e in (self.accuracy, self.auc)]
        return Cells(", ".join(summary), ["class", "auc", *called], rows)


def class_metrics(
    labels: Any,
    logits: Any = None,
    weights: Any = None,
    *,
    probabilities: Any = None,
    names: Sequence[str] | None = None,
) -> ClassMetrics:
    """How well several classes are separated: accuracy, AUCs one-vs-rest and of pairs, confusion matrix.

    Parameters
    ----------
    labels : array (n,)
        The events' classes: 0, 1, ..., classes - 1.
    logits : array (n, classes)
        A network's outputs before the softmax.
    weights : array (n,), optional
        Negative weights are allowed.
    probabilities : array (n, classes), optional
        Instead of logits, for classifiers that give only probabilities. A probability of 0 counts as the smallest
        number above 0.
    names : sequence of str, optional
        The names of the classes.

    Returns
    -------
    ClassMetrics

    Raises
    ------
    TypeError, ValueError
        If arrays have wrong shapes; if there are fewer than 2 classes or more than 16; if a label is not a class, a
        number is NaN, or a weight is not finite (with its index); if a class has no weight.

    Notes
    -----
    AUCs one-vs-rest follow Fawcett, Pattern Recognition Letters 27 (2006) 861, section 9; their mean is scikit-learn's
    ``roc_auc_score(multi_class="ovr", average="macro")``. Errors are DeLong's.

    Examples
    --------
    >>> logits = [[2.0, 0, 0], [1, 0, 3], [0, 1, 0], [0, 2, 1], [0, 1, 3], [1, 0, 2]]
    >>> class_metrics([0, 0, 1, 1, 2, 2], logits, names=["light", "c", "b"]).confusion
    array([[0.5, 0. , 0.5],
           [0. , 1. , 0. ],
           [0. , 0. , 1. ]])
    """
    labels, weights = labelled(labels, weights)
    if (logits is None) == (probabilities is None):
        raise TypeError("class_metrics() takes logits or probabilities, one of them")
    table = numbers(logits, "logits", 2) if probabilities is None else log_probabilities(probabilities)
    n = same_length(labels=labels, **{"logits" if probabilities is None else "probabilities": table})
    classes = table.shape[1]
    names = [f"{k}" for k in range(classes)] if names is None else list(names)
    if len(names) != classes:
        raise ValueError(f"names has {len(names)} names for {classes} classes")
    scores = ffi.new("nsym_class_scores *", {"n": n, "classes": classes})
    scores.logits, scores.labels, scores.weights = pointer(table), pointer(labels, "float"), pointer(weights)
    results = ffi.new("nsym_class_results *")
    check(lib.nsym_class_measure(results, scores))
    return ClassMetrics(results, names)


def log_probabilities(probabilities: Any) -> np.ndarray:
    """Logits whose softmax the probabilities (n, classes) are; 0 becomes the smallest number."""
    array = numbers(probabilities, "probabilities", 2, finite=True)
    if array.size and (array.min() < 0 or array.max() > 1):
        at = tuple(int(i) for i in np.argwhere((array < 0) | (array > 1))[0])
        raise ValueError(f"probabilities: the value at {at} is {array[at]}, must be from 0 to 1")
    return np.log(np.maximum(array, np.finfo(np.float64).tiny))
