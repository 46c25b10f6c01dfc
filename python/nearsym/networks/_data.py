"""What a classifier is given: tables, labels, weights, copies; as a sample that the library trains on."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple, Sequence

import numpy as np

from .._arrays import is_awkward, numbers, pointer, refuse_missing
from .._native import ffi, lib
from .._scalars import number
from .._simulation import GROUP
from ..events import Events, concat
from ._base import DataConversionWarning
from ._model import without
from ._spec import Feature, features
from ._training import VALIDATES

TABLE = "nearsym_table"
"""The column that a table is: its memory is the caller's, its values are read by their labels."""
TAKEN = ("label", "weight", GROUP, VALIDATES)


def seed_of(random_state: Any) -> int:
    """The seed that scikit-learn's `random_state` stands for: itself, or one that is drawn."""
    if random_state is None:
        return int(np.random.randint(2**31 - 1))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31 - 1))
    if isinstance(random_state, (int, np.integer)) and 0 <= random_state < 2**53:
        return int(random_state)
    raise ValueError(f"random_state is {random_state!r}, must be a whole number from 0, None, or numpy's generator")


def names_of(X: Any) -> list[str] | None:
    """The names of a data frame's columns, where all are texts; else None."""
    columns = getattr(X, "columns", None)
    if isinstance(X, Events) or columns is None or not hasattr(X, "iloc"):
        return None
    names = list(columns)
    return names if names and all(isinstance(name, str) for name in names) else None


def is_named(X: Any) -> bool:
    """Does a table bring the names of its columns?"""
    structured = isinstance(X, np.ndarray) and bool(X.dtype.names)
    return isinstance(X, (Events, dict)) or is_awkward(X) or structured or names_of(X) is not None


def refuse_sparse(X: Any) -> None:
    """TypeError for scipy's sparse matrices and arrays, of which some are dicts."""
    if hasattr(X, "toarray"):
        raise TypeError(f"X is a sparse {type(X).__name__}, and networks read dense arrays: X.toarray()")


def table(X: Any, columns: str | Sequence[Feature] | None = None) -> Events:
    """A table (events, values) as events: without a copy where it is a C-contiguous array of doubles.

    columns : the names of its values, if there are as many; else they are x0, x1, ...
    """
    if getattr(getattr(X, "dtype", None), "kind", "") == "c":
        raise ValueError("X: Complex data not supported, must be real numbers")
    array = numbers(X, "X", (0, 1, 2))
    if array.ndim < 2:
        raise ValueError(
            f"X has shape {array.shape}, must be (events, values): a table. Reshape your data: X.reshape(-1, 1) if it "
            "has one value for each event, X.reshape(1, -1) if it is one event"
        )
    n, width = array.shape
    if n == 0 or width == 0:
        what = "feature" if n else "sample"
        raise ValueError(f"X has 0 {what}(s) (shape={array.shape}) while a minimum of 1 is required.")
    if not is_finite(array):
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"Input X contains NaN or inf: the value at {at} is {array[at]}; fill it or leave it out")
    listed = [] if columns is None or isinstance(columns, str) else list(columns)
    names = features(listed)[0] if len(listed) == width else [f"x{k}" for k in range(width)]
    return Events(columns={TABLE: array}, labels={TABLE: names})


def values_of(events: Events) -> list[str]:
    """The names of all values of the events' columns: of a column of several values its labels."""
    names: list[str] = []
    for name, values in events.columns.items():
        names += [name] if values.ndim == 1 else events.labels.get(name, [])
    return names


def is_finite(array: np.ndarray) -> bool:
    """Neither NaN nor infinity? Without room for an answer for each value, as long as the sum does not overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum())) or bool(np.isfinite(array).all())


def encode(y: Any, events: Events) -> tuple[np.ndarray, np.ndarray]:
    """The classes (k,) of labels of any kind, sorted, and the number of each event's class (events,), from 0."""
    if y is None:
        raise ValueError("a classifier requires y to be passed, but the target y is None")
    refuse_missing(y, "y")
    labels = np.asarray(named(y, "y", events))
    if len(events) == 0:
        raise ValueError("there are no events to learn from: X has 0")
    if labels.ndim == 2 and labels.shape[1] == 1:
        text = "A column-vector y was passed when a 1d array was expected"
        warnings.warn(text, DataConversionWarning, stacklevel=4)
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {labels.shape} instead.")
    if len(labels) != len(events):
        raise ValueError(f"y has {len(labels)} labels for {len(events)} events")
    if labels.dtype.kind == "T":  # numpy's texts of any length, which few functions take
        labels = labels.astype(str)
    check_labels(labels)
    try:
        classes, codes = np.unique(labels, return_inverse=True)
    except TypeError as error:
        raise TypeError(f"y mixes labels that cannot be compared: {error}") from error
    return classes, codes.reshape(-1)


def named(values: Any, name: str, events: Events) -> Any:
    """The values themselves, or, for a text, the events' column that it names. ValueError where there is none."""
    if not isinstance(values, str):
        return values
    if values not in events.columns:
        there = ", ".join(events.columns) or "none"
        raise ValueError(f"{name} is {values!r}, which is not a column; there are: {there}")
    return events[values]


def check_labels(labels: np.ndarray) -> None:
    """ValueError or TypeError for labels (events,) that are neither whole numbers nor bools nor texts."""
    kind = labels.dtype.kind
    if kind == "c":
        raise ValueError("y: Complex data not supported, labels are numbers or texts")
    if kind == "f":
        check_whole(labels)
    elif kind == "O":
        for label in labels:
            check_label(label)
    elif kind not in "biuU":
        advice = "; decode them: y.astype(str)" if kind == "S" else ""
        raise TypeError(f"y has dtype {labels.dtype}, and labels are whole numbers, bools or texts{advice}")


def check_label(label: Any) -> None:
    """The same of one label that is a Python object."""
    if label is None or (isinstance(label, (float, np.floating)) and label != label):
        raise ValueError("Input y contains NaN: a label is missing (None or NaN); leave the event out")
    if isinstance(label, (float, np.floating)):
        check_whole(np.array([label]))
    elif not isinstance(label, (str, int, np.integer, np.bool_)):
        raise TypeError(f"y has a label {label!r}, a {type(label).__name__}, must be a whole number, a bool or a text")


def check_whole(labels: np.ndarray) -> None:
    """ValueError for labels that are no classes."""
    if not np.isfinite(labels).all():
        raise ValueError("Input y contains NaN or infinity or a value too large for a label; leave such events out")
    fractions = labels[labels != np.floor(labels)]
    if len(fractions):
        raise ValueError(f"Unknown label type: continuous. A label is {fractions[0]}, and classes are whole or texts")


def places(labels: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Where each label stands among the classes, -1 for one that is not there."""
    at = {label: k for k, label in enumerate(classes.tolist())}
    return np.array([at.get(label, -1) for label in labels.tolist()], int)


def check_classes(classes: np.ndarray) -> None:
    """ValueError for a number of classes that cannot be."""
    if len(classes) < 2:
        raise ValueError(f"y has one class only, {classes.tolist()[0]!r}; a classifier needs at least 2 classes")
    if len(classes) > lib.NSYM_CLASSES_MAX:
        raise ValueError(f"y has {len(classes)} classes, and networks tell at most {lib.NSYM_CLASSES_MAX} apart")


def column(values: Any, name: str, events: Events) -> np.ndarray | None:
    """One number for each event, of an array, or of the events' own column of that name; None as it is."""
    if values is None:
        return None
    array = numbers(named(values, name, events), name, finite=True)
    if len(array) != len(events):
        raise ValueError(f"{name} has {len(array)} values for {len(events)} events")
    return array


def group_numbers(groups: Any, events: Events) -> np.ndarray | None:
    """A number for the event that each row is a copy of, from 0."""
    if groups is None:
        return None
    refuse_missing(groups, "groups")
    values = np.asarray(named(groups, "groups", events))
    if values.shape != (len(events),):
        raise ValueError(f"groups has shape {values.shape}, must be ({len(events)},): the event that each row is of")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError("groups has a value that is not finite")
    return np.unique(values, return_inverse=True)[1].reshape(-1)


def shuffled(n: int, seed: int) -> np.ndarray:
    """The numbers below n in an order that the library draws by the seed."""
    order = np.arange(n, dtype=np.uint32)
    lib.nsym_random_shuffle(
        ffi.new("nsym_random *", lib.nsym_random_stream(seed, b"division", 0)), pointer(order, "uint32_t"), n
    )
    return order


def division(codes: np.ndarray, groups: np.ndarray | None, fraction: float, seed: int) -> np.ndarray | None:
    """Which rows validate: so large a part of the events of each class, an event's copies together.

    None where no part is wanted, or a class has one event alone.
    """
    if not 0 <= number("validation", fraction) < 1:
        raise ValueError(f"validation is {fraction!r}, must be at least 0 and below 1")
    of_row = np.arange(len(codes)) if groups is None else groups
    first = np.unique(of_row, return_index=True)[1]
    labels = codes[first]
    counts = np.bincount(labels)
    if fraction == 0 or counts.min() < 2:
        return None
    order = shuffled(len(labels), seed)
    checks = np.zeros(len(labels), bool)
    for label, count in enumerate(counts):
        wanted = min(max(round(fraction * count), 1), count - 1)
        checks[order[labels[order] == label][-wanted:]] = True
    return checks[of_row]


class Sample(NamedTuple):
    """Events with what a training needs to know of each: arrays (events,), or None."""

    events: Events
    codes: np.ndarray
    weights: np.ndarray | None
    groups: np.ndarray | None
    validates: np.ndarray | None

    def with_checks(self, other: Sample) -> Sample:
        """These events to train on, others to validate on."""
        return Sample(
            concat([self.events, other.events]),
            np.concatenate([self.codes, other.codes]),
            joined(self.weights, other.weights, len(self.events), len(other.events)),
            joined_groups(self.groups, len(other.events)),
            np.repeat([False, True], [len(self.events), len(other.events)]),
        )

    def of_weight(self) -> Sample:
        """Without the events of weight 0, which are no part of a training."""
        if self.weights is None or self.weights.all():
            return self
        keep = np.flatnonzero(self.weights)
        if len(keep) == 0:
            raise ValueError("sample_weight is zero for all events")
        return self.take(self.events[keep], keep)

    def take(self, events: Events, rows: np.ndarray) -> Sample:
        """What is known of `rows`, for `events` that stand in their place."""
        weights, groups, validates = (None if values is None else values[rows] for values in self[2:])
        return Sample(events, self.codes[rows], weights, groups, validates)

    def ready(self) -> Events:
        """The events with columns for the library."""
        known = zip(TAKEN, (self.codes, self.weights, self.groups, self.validates))
        return without(self.events, TAKEN).with_columns(**{k: values for k, values in known if values is not None})


def joined_groups(groups: np.ndarray | None, n: int) -> np.ndarray | None:
    """Groups of a part, and of n further events, each its own."""
    return None if groups is None else np.concatenate([groups, groups.max() + 1 + np.arange(n)])


def joined(a: np.ndarray | None, b: np.ndarray | None, n: int, m: int) -> np.ndarray | None:
    """Weights of two parts, 1 where a part has none."""
    if a is None and b is None:
        return None
    return np.concatenate([np.ones(n) if a is None else a, np.ones(m) if b is None else b])
