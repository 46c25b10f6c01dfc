"""Events from and to the arrays that users have: awkward, numpy (padded, structured), pandas, dicts."""

from __future__ import annotations

import os
from typing import Any, Sequence

import numpy as np

from ._arrays import is_awkward, numbers, refuse_missing
from .events import Events, usual_features


def as_events(data: Any, *, features: Sequence[str] | None = None, particles: str | None = None) -> Events:
    """Makes events from your arrays.

    Parameters
    ----------
    data : one of
        - `Events`, which is returned unchanged
        - an awkward array: ``n * var * {pt, eta, phi}``, ``n * {jet_pt, tracks: var * {pt, eta}}``,
          ``n * {pt: var * float64, ...}`` or ``n * var * 3 * float64``; the last is not copied
        - a padded array (events, particles, features); rows of zeros after an event's last particle are left out
        - an array (events, values): one column `x`
        - a list of arrays (particles, features), one for each event
        - a structured array: (events,) columns, (events, particles) padded particles
        - a pandas DataFrame: columns
        - a dict: ragged arrays are features of the particles, other arrays are columns; the key `particles` may have
          any of the forms above
    features : names of the features, if the data has none; by default pt, eta, phi(, pid), else f0, f1, ...
    particles : common name of the lists that are the particles, if an awkward array or a dict has several

    Returns
    -------
    Events

    Raises
    ------
    TypeError, ValueError
        If data are not numbers, or do not fit together; the message has their name.

    Examples
    --------
    >>> as_events([[[50.0, 0.1, 0.2], [20.0, 0.3, -0.1]], [[30.0, -0.2, 0.0]]])
    Events: 2 events with 3 particles (pt, eta, phi)
    >>> as_events({"label": [1, 0], "pt": [[50.0, 20.0], [30.0]]})
    Events: 2 events with 3 particles (pt); columns label
    """
    if isinstance(data, Events):
        return data
    if data is None:
        raise TypeError("there are no events: None")
    if isinstance(data, (str, bytes, os.PathLike)):
        raise TypeError(f"{data!r} is a path; read the file first: nearsym.read, or nearsym.read_root")
    if is_awkward(data):
        return _from_awkward(data, features, particles)
    if isinstance(data, dict):
        return _from_dict(data, features, particles)
    if type(data).__module__.partition(".")[0] == "pandas":
        frame = data if hasattr(data, "columns") else data.to_frame("x" if data.name is None else str(data.name))
        return _from_dict({str(name): frame[name] for name in frame.columns}, features, particles)
    if isinstance(data, np.ndarray) and data.dtype.names:
        return _from_structured(data)
    if isinstance(data, (list, tuple)) and len(data) > 0 and is_awkward(data[0]):
        import awkward as ak

        return _from_awkward(ak.Array(list(data)), features, particles)
    if isinstance(data, (list, tuple)) and is_list_of_events(data):
        return _from_list(data, features)
    array = numbers(data, "events", (2, 3))
    return Events(columns={"x": array}) if array.ndim == 2 else _from_padded(array, features)


def is_list_of_events(data):
    """A list of arrays (particles, features)?"""
    return len(data) > 0 and all(np.ndim(event) == 2 or len(event) == 0 for event in data if hasattr(event, "__len__"))


def _from_list(data, features):
    arrays = [numbers(event, f"event {i}", (1, 2)) for i, event in enumerate(data)]
    widths = {array.shape[1] for array in arrays if array.ndim == 2}
    if len(widths) != 1:
        raise ValueError(f"the events' particles have different numbers of features: {sorted(widths)}")
    width = widths.pop()
    offsets = np.concatenate([[0], np.cumsum([len(array) for array in arrays])]).astype(np.int64)
    return Events(np.concatenate([a.reshape(-1, width) for a in arrays]), offsets, features=features)


def unpadded(array):
    """Particles (particles, features) and offsets of a padded array (events, particles, features)."""
    there = (array != 0).any(axis=2)
    counts = array.shape[1] - np.argmax(there[:, ::-1], axis=1) if array.shape[1] else np.zeros(len(array), np.int64)
    counts = np.where(there.any(axis=1), counts, 0)
    keep = np.arange(array.shape[1]) < counts[:, None]
    return array[keep], np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _from_padded(array, features):
    particles, offsets = unpadded(array)
    return Events(particles, offsets, features=features or usual_features(array.shape[2]))


def _from_structured(data):
    refuse_missing(data, "events")
    columns = {name: data[name] for name in data.dtype.names}
    if data.ndim == 1:
        return Events(columns=columns)
    if data.ndim != 2:
        raise ValueError(f"the structured array has shape {data.shape}, must be (events,) or (events, particles)")
    stacked = np.stack([numbers(values, f"field {name!r}", 2) for name, values in columns.items()], axis=2)
    return _from_padded(stacked, list(columns))


def _from_dict(data, features, particles):
    """Ragged values are features, others columns."""
    columns, ragged, given = {}, {}, None
    for name, values in data.items():
        if not isinstance(name, str):
            raise TypeError(f"the name of an array is {name!r}, must be a text")
        if name == (particles or "particles") and not is_flat(values):
            given = as_events(values, features=features)
        elif is_flat(values):
            columns[name] = values
        else:
            ragged[name] = values
    if given is not None:
        if ragged:
            raise ValueError(f"{', '.join(ragged)} are lists beside the particles; leave them out, or name what counts")
        return given.with_columns(**columns)
    if not ragged:
        return Events(columns=columns)
    return _from_ragged(ragged, columns)


def is_flat(values):
    """One number, or an equal number of them, for each event?"""
    if is_awkward(values):
        import awkward as ak

        return not ak.fields(values) and (values.ndim == 1 or (values.ndim == 2 and is_regular(values)))
    if isinstance(values, np.ndarray) and (values.dtype.kind != "O" or values.ndim != 1):
        return values.ndim <= 2 and not values.dtype.names
    if hasattr(values, "to_numpy") and getattr(values, "dtype", None) != object:
        return True
    lengths = {len(v) if hasattr(v, "__len__") and not isinstance(v, (str, bytes)) else -1 for v in values}
    return lengths <= {-1} or (len(lengths) == 1 and isinstance(values, np.ndarray))


def _from_ragged(ragged, columns):
    """Features of one particle each, in lists of the same lengths."""
    lengths, flat = [], []
    for name, values in ragged.items():
        counts, content = flatten(values, name)
        lengths.append(counts)
        if not np.array_equal(counts, lengths[0]):
            raise ValueError(f"{next(iter(ragged))} and {name} have lists of different lengths; particles need the same ones: name "
                             "those that count by `particles`, or leave the others out")
        flat.append(content)
    offsets = np.concatenate([[0], np.cumsum(lengths[0])])
    return Events(np.stack(flat, axis=1), offsets, columns, features=list(ragged))


def flatten(values, name):
    """Lengths (events,) of lists of numbers, and the numbers, one event behind the other."""
    if is_awkward(values):
        import awkward as ak

        refuse_missing(values, name)
        if values.ndim != 2:
            raise ValueError(f"{name} has {values.ndim} dimensions, must be a list of numbers for each event")
        return ak.to_numpy(ak.num(values, axis=1)), numbers(ak.flatten(values, axis=1), name)
    lists = [numbers(event, f"{name}: event {i}") for i, event in enumerate(values)]
    return np.array([len(v) for v in lists], np.int64), np.concatenate(lists or [np.zeros(0)])


def is_regular(array):
    """Are an awkward array's rows of one length by their type?"""
    try:
        return "var" not in str(array.type)
    except AttributeError:
        return False


def _from_awkward(array, features, particles):
    import awkward as ak

    refuse_missing(array, "events")
    fields = ak.fields(array)
    if not fields:
        return _from_plain_awkward(array, features)
    if all(name.isdigit() for name in fields):
        raise ValueError("the records are tuples, without names; give them some (awkward.zip)")
    if array.ndim == 2:  # n * var * {pt, eta, phi}
        return _from_ragged({name: array[name] for name in fields}, {})
    columns, ragged = {}, {}
    for name in fields:
        part = array[name]
        inner = ak.fields(part)
        refuse_missing(part, name)
        if inner and part.ndim == 2:
            ragged[name] = {field: part[field] for field in inner}
        elif inner:
            columns.update({f"{name}_{field}": part[field] for field in inner})
        elif is_flat(part):
            columns[name] = part
        else:
            ragged[name] = part
    return _from_groups(ragged, columns, particles)


def _from_groups(ragged, columns, particles):
    """Lists of records under one name are particles; else the lists of numbers are features."""
    groups = [name for name, values in ragged.items() if isinstance(values, dict)]
    if particles is not None:
        if particles not in groups:
            raise ValueError(f"there are no lists of records {particles!r}; there are: {', '.join(groups) or 'none'}")
        return _from_ragged(ragged[particles], columns)
    if len(groups) > 1 or (groups and len(ragged) > 1):
        raise ValueError(f"several lists could be the particles: {', '.join(ragged)}; name one by `particles`")
    if groups:
        return _from_ragged(ragged[groups[0]], columns)
    return _from_ragged(ragged, columns) if ragged else Events(columns=columns)


def _from_plain_awkward(array, features):
    """n * var * k * float64, or a table."""
    import awkward as ak

    if array.ndim == 2 and is_regular(array):
        return Events(columns={"x": numbers(array, "events", 2)})
    if array.ndim == 2:
        raise ValueError("events are lists of numbers without a name; give them one: {'pt': array}")
    if array.ndim != 3:
        raise ValueError(f"events have {array.ndim} dimensions, must be (events, particles, features)")
    counts = ak.to_numpy(ak.num(array, axis=1))
    content = numbers(ak.flatten(array, axis=1), "particles", 2)
    return Events(content, np.concatenate([[0], np.cumsum(counts)]), features=features)


def pad(events, features=None, particles=None):
    """(events, particles, features), zeros behind the last particle."""
    names = list(features or events.features)
    counts = events.counts
    room = int(particles if particles is not None else counts.max(initial=0))
    out = np.zeros((len(events), room, len(names)))
    if events.particles is None:
        raise ValueError("these events have no particles")
    there = np.arange(room) < counts[:, None]
    place = events.offsets[:-1, None].astype(np.int64) + np.arange(room)
    for k, name in enumerate(names):
        out[..., k][there] = events.feature(name)[place[there]]
    return out


def to_awkward(events):
    try:
        import awkward as ak
    except ImportError as error:
        raise ImportError("awkward arrays need awkward: pip install awkward") from error
    fields = {name: ak.from_numpy(values, regulararray=True) for name, values in events.columns.items()}
    if events.offsets is not None:
        contents = [ak.contents.NumpyArray(events.particles[:, k]) for k in range(len(events.features))]
        records = ak.contents.RecordArray(contents, list(events.features))
        offsets = ak.index.Index64(events.offsets.view(np.int64))
        fields["particles"] = ak.Array(ak.contents.ListOffsetArray(offsets, records))
    return ak.zip(fields, depth_limit=1)


def to_pandas(events):
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("data frames need pandas: pip install pandas") from error
    columns = {}
    for name, values in events.columns.items():
        if values.ndim == 1:
            columns[name] = values
        else:
            labels = events.labels.get(name) or range(values.shape[1])
            columns.update({f"{name}_{label}": values[:, k] for k, label in enumerate(labels)})
    return pd.DataFrame(columns)
