"""Events in memory: any number of particles in each event, and columns with one quantity per event."""

from __future__ import annotations

import copy
import os
import weakref
from typing import Any, Iterable, Iterator, Mapping, Sequence

import numpy as np

from ._arrays import numbers, pointer, view
from ._library import c_text, check, new, text
from ._native import ffi, lib
from ._scalars import number, whole
from ._trust import check_file

_kept: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # what a C structure points at


class Events:
    """A sample of events.

    `as_events` makes a sample from awkward arrays, numpy arrays, data frames and dicts; `read` reads a file.

    Parameters
    ----------
    particles : array (particles, features), optional
        The particles of all events, event after event. A C-contiguous array of doubles is not copied.
    offsets : array (events + 1,), optional
        The index of the first particle of each event, from 0. The last number is the total number of particles.
    columns : mapping of name to array (events,) or (events, width), optional
        Quantities of the event: `label`, `weight`, `jet_pt`, ... Arrays of doubles are not copied.
    features : sequence of str, optional
        Names of the particles' features: `pt`, `eta`, `phi`, ...
    units : mapping of name to str, optional
        Units of features and columns: ``{"pt": "GeV"}``.
    meanings, labels : mappings, optional
        meanings: a line of text about a column. labels: names of the values of a column that has several values.
    attributes : mapping of str to str, optional
        Facts about the whole sample, such as ``{"generator": "MadGraph5_aMC@NLO"}``.
    origin : array (events,), optional
        The index of each event, from 0, in the original sample, before any selection.

    Raises
    ------
    TypeError, ValueError
        If arrays are not numbers, or their shapes do not fit together.

    Examples
    --------
    >>> events = Events([[50.0, 0.1], [20.0, 0.3], [30.0, 0.2]], [0, 2, 3], {"label": [1, 0]}, features=["pt", "r"])
    >>> len(events)
    2
    >>> events.feature("pt")
    array([50., 20., 30.])
    >>> events[events["label"] == 1]
    Events: 1 event with 2 particles (pt, r); columns label
    """

    def __init__(
        self,
        particles: Any = None,
        offsets: Any = None,
        columns: Mapping[str, Any] | None = None,
        *,
        features: Sequence[str] | None = None,
        units: Mapping[str, str] | None = None,
        meanings: Mapping[str, str] | None = None,
        labels: Mapping[str, Sequence[str]] | None = None,
        attributes: Mapping[str, str] | None = None,
        origin: Any = None,
    ):
        self.particles: np.ndarray | None = None
        self.offsets: np.ndarray | None = None
        self.features: tuple[str, ...] = ()
        self.columns: dict[str, np.ndarray] = {}
        self.units, self.meanings = texts(units, "units"), texts(meanings, "meanings")
        self.labels: dict[str, Sequence[str]] = {}
        self.attributes = texts(attributes, "attributes")
        self.origin = None if origin is None else whole_numbers(origin, "origin")
        self._notes: tuple[np.ndarray, np.ndarray] | None = None  # what an LHE file says beside numbers: bytes, offsets
        self._count: int | None = None
        if particles is not None:
            self._set_particles(particles, offsets, features)
        elif offsets is not None or features is not None:
            raise ValueError("offsets and features are given, and no particles")
        for name, values in (columns or {}).items():
            self[name] = values
        if self._count is None:
            raise ValueError("events need particles or at least one column")
        for name, names in (labels or {}).items():
            self.labels[name] = list(names)
            check_column(self, name)
        if self.origin is not None and len(self.origin) != self._count:
            raise ValueError(f"origin has {len(self.origin)} numbers for {self._count} events")

    def _set_particles(self, particles, offsets, features):
        self.particles = numbers(particles, "particles", 2)
        if offsets is None:
            raise ValueError("particles are given, and no offsets, which say where each event begins")
        given = numbers(offsets, "offsets", dtype=np.asarray(offsets).dtype)
        if given.dtype.kind == "f":
            raise TypeError("offsets are floating-point numbers, must be whole ones")
        self.offsets = given.view(np.uint64) if given.dtype == np.int64 else given.astype(np.uint64, copy=False)
        self.features = tuple(features) if features is not None else usual_features(self.particles.shape[1])
        self._count = len(given) - 1
        check_particles(self)

    def __len__(self) -> int:
        return self._count or 0

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def keys(self) -> Iterable[str]:
        """The names of the columns."""
        return self.columns.keys()

    def __delitem__(self, name: str) -> None:
        del self.columns[name]
        self.labels.pop(name, None)
        self._forget_words(name)

    def _forget_words(self, name):
        """The numbers of a column that was one of words stand for words no more."""
        if name not in self.features:
            self.attributes.pop(f"categories:{name}", None)

    def __setitem__(self, name: str, values: Any) -> None:
        if not isinstance(name, str) or not name:
            raise TypeError(f"the name of a column is {name!r}, must be a text")
        array = numbers(values, f"column {name!r}", (1, 2))
        if self._count is None:
            self._count = len(array)
        if len(array) != self._count:
            raise ValueError(f"column {name!r} has {len(array)} values for {self._count} events")
        if array.ndim == 2 and array.shape[1] == 0:
            raise ValueError(f"column {name!r} has shape {array.shape}: no values")
        if name in self.labels and len(self.labels[name]) != width_of(array):
            del self.labels[name]
        if name in self.columns:
            self._forget_words(name)
        self.columns[name] = array

    def __getitem__(self, key: Any) -> Any:
        """A column by its name; or selected events, by a slice, a mask or indices."""
        if isinstance(key, str):
            if key not in self.columns:
                there = ", ".join(self.columns) or "none"
                raise KeyError(f"there is no column {key!r}; columns are: {there}; features by events.feature(name)")
            return self.columns[key]
        return self._select(key)

    def _select(self, key):
        if isinstance(key, (int, np.integer)):
            key = [key]
        index = np.arange(len(self))[key]
        if index.ndim != 1:
            raise IndexError(f"events are chosen by a slice, a mask or a list of indices, not by shape {index.shape}")
        particles = offsets = None
        if self.offsets is not None and self.particles is not None:
            particles, offsets = ragged_at(self.particles, self.offsets, index)
        selected = self._copy()
        selected.particles, selected.offsets, selected._count = particles, offsets, len(index)
        selected._notes = self._notes and ragged_at(*self._notes, index)
        selected.columns = {name: np.ascontiguousarray(values[index]) for name, values in self.columns.items()}
        selected.origin = (index if self.origin is None else self.origin[index]).astype(np.uintp)
        return selected

    def _copy(self) -> Events:
        """The same events, whose names of things are their own; the arrays are shared."""
        other = copy.copy(self)
        for name in ("columns", "units", "meanings", "labels", "attributes"):
            setattr(other, name, dict(getattr(self, name)))
        return other

    @property
    def counts(self) -> np.ndarray:
        """The number of particles of each event, (events,)."""
        if self.offsets is None:
            return np.zeros(len(self), np.int64)
        return np.diff(self.offsets.astype(np.int64))

    @property
    def shape(self) -> tuple[int]:
        """(events,). It tells scikit-learn's splitters that events may be chosen by indices."""
        return (len(self),)

    def feature(self, name: str) -> np.ndarray:
        """A feature of all particles, (particles,), event after event: a view, not a copy."""
        if self.particles is None or name not in self.features:
            raise KeyError(f"particles have no feature {name!r}; they have: {', '.join(self.features) or 'none'}")
        return self.particles[:, self.features.index(name)]

    def with_columns(self, **columns: Any) -> Events:
        """The same events with columns added or replaced. The particles are shared."""
        other = self._copy()
        for name, values in columns.items():
            other[name] = values
        return other

    def __repr__(self) -> str:
        n, whole = len(self), int(self.offsets[-1]) if self.offsets is not None else 0
        line = f"Events: {n:,} event{'' if n == 1 else 's'}"
        if self.offsets is not None:
            line += f" with {whole:,} particle{'' if whole == 1 else 's'} ({', '.join(self.features)})"
        if self.columns:
            names = [name if v.ndim == 1 else f"{name}[{v.shape[1]}]" for name, v in self.columns.items()]
            line += "; columns " + ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
        return line

    def write(self, path: str | os.PathLike) -> None:
        """Writes the events. The ending of the name chooses the format: .h5, .npz, .npy, .csv, .csv.gz, .jsonl or .lhe.

        HDF5 keeps everything except the texts of an LHE file. For the other formats see ``docs/formats.md``. The file
        appears complete or not at all.
        """
        check(lib.nsym_events_write(self.c, os.fsencode(path)))

    def to_numpy(self, features: Sequence[str] | None = None, particles: int | None = None) -> np.ndarray:
        """The particles as a padded array, (events, particles, features), with zeros after an event's last particle.

        Parameters
        ----------
        features : names of the features; by default all
        particles : number of places in each event; by default that of the longest event. Further particles are dropped.
        """
        from ._convert import pad

        return pad(self, features, particles)

    def to_awkward(self) -> Any:
        """An awkward array of records: the columns, and `particles` as lists of records. Numbers are not copied."""
        from ._convert import to_awkward

        return to_awkward(self)

    def to_pandas(self) -> Any:
        """The columns as a pandas DataFrame. A column of several values becomes name_0, name_1, ..."""
        from ._convert import to_pandas

        return to_pandas(self)

    @property
    def c(self) -> Any:
        """A `const nsym_events *` that views these arrays, for calls of the library. It lives as long as you keep it."""
        return c_view(self)

    @classmethod
    def from_c(cls, owner: Any) -> Events:
        """Events over an `nsym_events *` that frees itself (`ffi.gc`). The numbers are not copied."""
        c, n = owner[0], owner.count
        features = [text(c.feature_names[k]) for k in range(c.features)]
        units = {name: text(c.feature_units[k]) for k, name in enumerate(features)}
        particles = offsets = origin = None
        if c.offsets:
            offsets = view(c.offsets, (n + 1,), owner, np.uint64)
            particles = view(c.particles, (int(offsets[-1]), c.features), owner)
        if c.origin:
            origin = view(c.origin, (n,), owner, np.uintp)
        notes = None
        if c.notes:
            bounds = view(c.note_offsets, (n + 1,), owner, np.uint64)
            notes = view(c.notes, (int(bounds[-1]),), owner, np.uint8), bounds
        columns, meanings = {}, {}
        labels: dict[str, Sequence[str]] = {}
        for k in range(c.columns):
            column = c.column[k]
            name = text(column.name)
            columns[name] = view(column.values, (n,) if column.width == 1 else (n, column.width), owner)
            units.setdefault(name, text(column.unit))
            meanings[name] = text(column.meaning)
            if column.labels:
                labels[name] = [text(column.labels[i]) for i in range(column.width)]
        attributes = {text(c.attribute[k].name): text(c.attribute[k].value) for k in range(c.attributes)}
        events = cls.__new__(cls)
        events.particles, events.offsets, events.features = particles, offsets, tuple(features)
        events.columns, events.units, events.meanings, events.labels = columns, units, meanings, labels
        events.attributes, events.origin, events._count, events._notes = attributes, origin, n, notes
        return events


def ragged_at(values: np.ndarray, offsets: np.ndarray, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values and offsets of the events `index`."""
    bounds = offsets.astype(np.int64)
    first, counts = bounds[:-1][index], np.diff(bounds)[index]
    chosen = np.concatenate([[0], np.cumsum(counts)])
    if len(index) and (np.diff(index) == 1).all():  # side by side: no copy
        values = values[first[0] : first[0] + chosen[-1]]
    else:
        values = values[np.repeat(first - chosen[:-1], counts) + np.arange(chosen[-1])]
    return values, chosen.astype(np.uint64)


def usual_features(width: int) -> tuple[str, ...]:
    """Names of features that nobody named: as the library gives them to arrays in npy files."""
    return ("pt", "eta", "phi", "pid")[:width] if width in (3, 4) else tuple(f"f{k}" for k in range(width))


def width_of(column: np.ndarray) -> int:
    """Values of an event."""
    return 1 if column.ndim == 1 else column.shape[1]


def whole_numbers(values: Any, name: str) -> np.ndarray:
    """Whole numbers from 0, as C's size_t."""
    array = numbers(values, name, dtype=np.asarray(values).dtype)
    if (array < 0).any() or (array != np.floor(array)).any():
        raise ValueError(f"{name} has a value that is no whole number from 0")
    return array.astype(np.uintp)


def check_particles(events: Events) -> None:
    """ValueError for offsets that are not those of the particles, or another number of names."""
    particles, offsets = events.particles, events.offsets
    if particles is None or offsets is None:
        raise ValueError("events have both particles and offsets, or neither")
    n, width = particles.shape
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != n or (offsets[1:] < offsets[:-1]).any():
        raise ValueError(f"offsets must rise from 0 to the number of particles, {n}")
    if len(events.features) != width:
        raise ValueError(f"features has {len(events.features)} names for particles of {width} numbers")


def texts(given: Mapping[str, Any] | None, name: str) -> dict[str, str]:
    """A copy of a mapping of texts to texts. TypeError for anything else among them."""
    for key, value in (given or {}).items():
        c_text(key, f"a name in {name}")
        c_text(value, f"{name}[{key!r}]")
    return dict(given or {})


def check_column(events: Events, name: str) -> np.ndarray:
    """A column as C reads it, whatever was put among the columns."""
    if name not in events.columns:
        raise ValueError(f"there are labels for {name!r}, which is no column")
    values = numbers(events.columns[name], f"column {name!r}", (1, 2))
    if len(values) != len(events):
        raise ValueError(f"column {name!r} has {len(values)} values for {len(events)} events")
    labels = events.labels.get(name)
    if labels is not None and len(labels) != width_of(values):
        raise ValueError(f"column {name!r} has {width_of(values)} values an event, and labels for {len(labels)}")
    for label in labels or ():
        c_text(label, f"a label of column {name!r}")
    return values


class Keeper:
    """Makes parts of a C structure and keeps them."""

    def __init__(self):
        self.all: list[Any] = []

    def keep(self, cdata: Any) -> Any:
        self.all.append(cdata)
        return cdata

    def word(self, value: Any, name: str) -> Any:
        return self.keep(ffi.new("char[]", c_text(value, name)))

    def words(self, values: Iterable[Any], name: str) -> Any:
        return self.keep(ffi.new("char *[]", [self.word(value, name) for value in values]))


def c_view(events: Events) -> Any:
    """The C structure of events, which points at their arrays."""
    c, kept = ffi.new("nsym_events *", {"count": len(events)}), Keeper()
    if events.particles is not None:
        check_particles(events)
        c.features = len(events.features)
        c.feature_names = kept.words(events.features, "the name of a feature")
        c.feature_units = kept.words((events.units.get(name, "") for name in events.features), "a unit")
        c.particles = kept.keep(pointer(numbers(events.particles, "particles", 2)))
        c.offsets = kept.keep(pointer(events.offsets, "uint64_t"))
    c.columns, c.attributes = len(events.columns), len(events.attributes)
    columns = c.column = kept.keep(ffi.new("nsym_column[]", max(1, len(events.columns))))
    for column, name in zip(columns, events.columns):
        values = check_column(events, name)
        column.name, column.unit = kept.word(name, "the name of a column"), kept.word(events.units.get(name, ""), "a unit")
        column.meaning, column.width = kept.word(events.meanings.get(name, ""), "a meaning"), width_of(values)
        if name in events.labels:
            column.labels = kept.words(events.labels[name], f"a label of column {name!r}")
        column.values = kept.keep(pointer(values))
    attributes = c.attribute = kept.keep(ffi.new("nsym_attribute[]", max(1, len(events.attributes))))
    for attribute, (name, value) in zip(attributes, events.attributes.items()):
        attribute.name, attribute.value = kept.word(name, "an attribute"), kept.word(str(value), f"attribute {name!r}")
    if events.origin is not None:
        c.origin = kept.keep(pointer(events.origin, "size_t"))
    if events._notes is not None:
        c.notes = kept.keep(pointer(events._notes[0], "char"))
        c.note_offsets = kept.keep(pointer(events._notes[1], "uint64_t"))
    _kept[c] = kept
    return c


ARRAYS = {"ask": lib.NSYM_ARRAYS_ASK, "particles": lib.NSYM_ARRAYS_PARTICLES, "images": lib.NSYM_ARRAYS_IMAGES}


def read(
    path: str | os.PathLike,
    *,
    max_events: int | None = None,
    ragged: str | None = None,
    arrays: str = "ask",
    images_half: float = 1.0,
    layout: str | None = None,
    features: str | Sequence[str] | None = None,
    only: str | Sequence[str] | None = None,
    drop: str | Sequence[str] | None = None,
    header: bool | int | None = None,
    delimiter: str | None = None,
    comment: str | None = None,
    encoding: str | None = None,
    max_unpacked: int | None = None,
    check: bool = False,
) -> Events:
    """Reads a file of events: LHE, HDF5, npy, npz, csv or JSON lines.

    All formats except HDF5 and npz may be compressed: .gz, .xz, .zst or .bz2. Words in csv and JSON lines become
    numbers; the attribute `categories:NAME` lists the words. For ROOT files use `read_root`.

    Parameters
    ----------
    path : the file; its content decides the format if possible, otherwise its name
    max_events : read at most this many events
    ragged : `NAME` of an HDF5 file with flat arrays NAME_offset, NAME_pt, NAME_eta, ..., as awkward-array exports them
    arrays : content of arrays of three dimensions: "particles", "images", or "ask", which refuses arrays that look
        like images
    images_half : images span -images_half to images_half in x and y
    layout : layout of another program's HDF5 file: "pandas", "lhco", "toptag", "jetnet", "mod", "lheh5"; or
        "pandas:KEY" for one of several tables; by default recognised from the file
    features : names of the m features of an array (events, particles, m), if the file does not name them
    only, drop : names of the columns and features to read, or not to read
    header : csv: whether the first line names the columns, or the number, from 1, of the line that does
    delimiter, comment, encoding : csv: the character between cells; the beginning of a comment ("": there are none);
        "utf-8" or "latin-1". By default recognised from the first lines
    max_unpacked : largest number of bytes that a compressed file may unpack to
    check : let another process read an HDF5 file first, because a damaged file may crash Python; see `check_file`

    Returns
    -------
    Events
        The numbers are in the library's memory and are not copied.

    Raises
    ------
    nearsym.Error
        If the file cannot be read; the message names the event, line or dataset.

    Warns
    -----
    nearsym.FileWarning
        If numbers may not be what their names say.
    """
    if arrays not in ARRAYS:
        raise ValueError(f"arrays is {arrays!r}, must be one of {', '.join(ARRAYS)}")
    texts = {
        "ragged": ragged,
        "layout": layout,
        "features": _names_text("features", features),
        "only": _names_text("only", only),
        "drop": _names_text("drop", drop),
        "header": _header_text(header),
        "delimiter": delimiter,
        "comment": comment,
        "encoding": encoding,
    }
    kept = {name: ffi.new("char[]", c_text(value, name)) for name, value in texts.items() if value is not None}
    options = ffi.new(
        "nsym_read_options *",
        {
            "max_events": 0 if max_events is None else whole("max_events", max_events, 1),
            "arrays": ARRAYS[arrays],
            "images_half": number("images_half", images_half),
            "max_unpacked": 0 if max_unpacked is None else whole("max_unpacked", max_unpacked, 1),
            **kept,
        },
    )
    if check:
        check_file(path)
    return Events.from_c(new("nsym_events", lib.nsym_events_read, os.fsencode(path), options))


def _names_text(name: str, names: str | Sequence[str] | None) -> str | None:
    """A name, or a list of names, as C reads it; `name` says whose."""
    if names is None or isinstance(names, str):
        return names
    listed = list(names)
    for item in listed:
        if not isinstance(item, str) or "," in item:
            raise ValueError(f"{name} has {item!r}, must have names without commas")
    return ",".join(listed)


def _header_text(header: bool | int | None) -> str | None:
    if header is None or isinstance(header, bool):
        return {None: None, True: "yes", False: "no"}[header]
    return str(whole("header", header, 1))


def concat(samples: Iterable[Events]) -> Events:
    """Joins samples, one after the other. Features and columns are matched by name.

    All samples must have the same features and columns, in any order. Values of a column with `labels` are matched by
    their labels. Values in another unit of the same quantity (MeV and GeV) are converted to the first sample's unit.
    Attributes are kept if they are the same in all samples.

    Raises
    ------
    nearsym.InvalidError
        If features or columns differ; the message names them.

    Warns
    -----
    nearsym.FileWarning
        If values were converted, one sample lacks a unit, or attributes differ.
    """
    samples = list(samples)
    return join_named(samples, [f"samples[{i}]" for i in range(len(samples))])


def join_named(samples: Sequence[Events], names: Sequence[str]) -> Events:
    """As `concat`; messages call the samples by their names."""
    for sample, name in zip(samples, names):
        if not isinstance(sample, Events):
            raise TypeError(f"{name} is a {type(sample).__name__}, must be Events: nearsym.as_events makes them")
    if not samples:
        raise ValueError("there are no samples to join")
    parts = list(zip(samples, names))
    while len(parts) > 1:  # neighbours first, so that no event is copied more often than log2(samples) times
        odd = parts[-1:] if len(parts) % 2 else []
        parts = [(pair(*a, *b), a[1]) for a, b in zip(parts[::2], parts[1::2])] + odd
    return parts[0][0]


def pair(a: Events, name_a: str, b: Events, name_b: str) -> Events:
    """Two samples joined. Of one that was joined before, its first tells what it holds, and names it."""
    return Events.from_c(new("nsym_events", lib.nsym_events_concat_named, a.c, b.c, name_a.encode(), name_b.encode()))
