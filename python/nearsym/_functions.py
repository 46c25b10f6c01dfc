"""Python functions of (arrays, seed) at work on events: what they are given, and checks of what they give back."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np

from ._arrays import numbers
from .events import Events

OFFSETS = "offsets"


def arrays_of(events: Events) -> dict[str, np.ndarray]:
    """Features (particles,), columns (events,) and offsets (events + 1,), all fresh."""
    both = set(events.features) & set(events.columns)
    if both or OFFSETS in (*events.features, *events.columns):
        name = both.pop() if both else OFFSETS
        raise ValueError(f"{name!r} is the name of a feature and of a column, or of offsets; rename one of them")
    arrays = {name: events.feature(name).copy() for name in events.features}
    arrays.update({name: np.array(values) for name, values in events.columns.items()})
    if events.offsets is not None:
        arrays[OFFSETS] = events.offsets.astype(np.int64)
    return arrays


def singled(events: Events) -> Events:
    """Events whose columns of several values with names are a column for each."""
    made = events.with_columns()
    made.columns = {}
    for name, values in events.columns.items():
        labels = events.labels.get(name) if values.ndim == 2 else None
        for k, label in enumerate(labels or [name]):
            made[label] = values[:, k] if labels else values
    return made


def name_of(function: Any) -> str:
    """What a message calls a function."""
    return getattr(function, "__qualname__", None) or repr(function)


def offsets_of(given: Any, events: Events, name: str) -> np.ndarray:
    """Checked offsets (events + 1,)."""
    offsets = numbers(given, name)
    n = len(events)
    if len(offsets) != n + 1:
        found = f"{name} has {len(offsets)} numbers, must have {n + 1}"
        raise ValueError(f"{found}: a function may change the particles, but not the number of events")
    if offsets[0] != 0 or (np.diff(offsets) < 0).any() or (offsets != np.floor(offsets)).any():
        raise ValueError(f"{name} must be whole numbers that rise from 0")
    return offsets.astype(np.uint64)


def events_of(arrays: Any, events: Events, what: str) -> Events:
    """The events that a function gave back for `events`, checked; `what` calls it in messages."""
    if not isinstance(arrays, Mapping):
        forgotten = "; is there a `return`?" if arrays is None else ""
        raise TypeError(f"{what} gave back {type(arrays).__name__}, must be a dict of arrays{forgotten}")
    offsets = events.offsets
    if OFFSETS in arrays:
        offsets = offsets_of(arrays[OFFSETS], events, f"{what}: offsets")
    particles = int(offsets[-1]) if offsets is not None else -1
    features: dict[str, np.ndarray] = {}
    columns: dict[str, np.ndarray] = {}
    for name, given in arrays.items():
        if name == OFFSETS:
            continue
        values = numbers(given, f"{what}: {name}", (1, 2), finite=True)
        is_feature = name in events.features or (name not in events.columns and len(values) == particles)
        wanted = particles if is_feature else len(events)
        if len(values) != wanted or (is_feature and values.ndim != 1):
            kind = f"({wanted},), one for each {'particle' if is_feature else 'event'}"
            raise ValueError(f"{what}: {name} has shape {values.shape}, must be {kind}")
        (features if is_feature else columns)[name] = values
    if offsets is not None and not features:
        raise ValueError(f"{what} gave back no features of particles; it must keep those that are read")
    made = events.with_columns()
    made.columns = columns
    if features:
        made.particles, made.offsets = np.stack(list(features.values()), axis=1), offsets
        made.features = tuple(features)
    return made


def call(function: Any, events: Events, seed: int, role: str) -> Events:
    """What a function makes of events. Raises TypeError or ValueError for what it may not give back, with its name."""
    return events_of(function(arrays_of(events), seed), events, f"the {role} {name_of(function)}")
