"""A trained network: the library's model, as a file, as bytes, and at work on events in memory."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import Any, Sequence

import numpy as np

from .._library import check, new, tell_notes, text
from .._native import ffi, lib
from ..events import Events

LAYOUTS = ("padded", "packed")
FORMATS = (lib.NSYM_WEIGHTS_NPZ, lib.NSYM_WEIGHTS_SAFETENSORS)
ANSWERS = ("output", "logit", "general_weight")
BLOCK = 65536
"""Events that are scored at a time."""


def precision_of(word: Any) -> int:
    """The library's number of a precision."""
    out = ffi.new("nsym_precision *")
    if not isinstance(word, str) or not lib.nsym_precision_named(out, word.encode()):
        raise ValueError(f"precision is {word!r}, must be 'single' or 'bf16'")
    return out[0]


class Model:
    """A trained network with the standardisation of its inputs and facts about it. Several threads may share one.

    owner : an `nsym_model *` that frees itself
    """

    def __init__(self, owner: Any):
        self._owner = owner
        self._lock = threading.Lock()  # the library lets one thread at a time use a model

    @classmethod
    def load(cls, path: str | os.PathLike) -> Model:
        """A model from its file. Raises nearsym.FormatError for what is none, or damaged."""
        return cls(new("nsym_model", lib.nsym_model_load, os.fsencode(path)))

    def save(self, path: str | os.PathLike) -> None:
        """Writes a file that `nearsym predict` reads, too; it appears whole or not at all."""
        with self._lock:
            check(lib.nsym_model_save(self._owner, os.fsencode(path)))

    def export(self, path: str | os.PathLike, layout: str = "padded", single: bool = False) -> None:
        """Writes an ONNX file; see `nearsym/export.h`."""
        if layout not in LAYOUTS:
            raise ValueError(f"layout is {layout!r}, must be one of {', '.join(LAYOUTS)}")
        options = ffi.new("nsym_export_options *", {"layout": LAYOUTS.index(layout), "single": bool(single)})
        with self._lock:
            check(lib.nsym_export_onnx(self._owner, os.fsencode(path), options))

    def export_c(self, path: str | os.PathLike, function: str) -> None:
        """Writes a C99 file with one function; see `nearsym/export.h`."""
        with self._lock:
            check(lib.nsym_export_c(self._owner, os.fsencode(path), function.encode()))

    def export_weights(self, path: str | os.PathLike) -> None:
        """Writes a PyTorch state_dict, as .safetensors where the name ends so, else as .npz; see `nearsym/export.h`."""
        safe = os.fspath(path).endswith(".safetensors")
        with self._lock:
            check(lib.nsym_export_weights(self._owner, os.fsencode(path), FORMATS[safe]))

    def __reduce__(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.h5")
            self.save(path)
            return Model.from_bytes, (path.read_bytes(),)

    @staticmethod
    def from_bytes(data: bytes) -> Model:
        """A model from the contents of its file."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.h5")
            path.write_bytes(data)
            return Model.load(path)

    @property
    def spec(self) -> Any:
        """What the network is made of, a `const nsym_model_spec *` that lives as long as the model."""
        return lib.nsym_model_spec_of(self._owner)

    def __getitem__(self, name: str) -> str | None:
        """A fact about the model as text, None where there is none."""
        value = lib.nsym_model_attribute(self._owner, name.encode())
        return text(value) if value else None

    def __setitem__(self, name: str, value: str) -> None:
        check(lib.nsym_model_set_attribute(self._owner, name.encode(), value.encode()))

    @property
    def temperature(self) -> float:
        """What divides logits where probabilities are made of them; 1 where none was fitted."""
        return float(lib.nsym_model_temperature(self._owner))

    def predict(self, events: Events, precision: int = lib.NSYM_SINGLE) -> dict[str, np.ndarray]:
        """Arrays `output` and `logit`, (events,) or (events, classes), and, of a hybrid, `general_weight`, (events,).

        The events go through the model's chain: cuts, new columns, detector, observables. Events that are cut have NaN.
        """
        if len(events) <= BLOCK:
            return self._predict(events, precision)
        parts = [self._predict(events[first : first + BLOCK], precision) for first in range(0, len(events), BLOCK)]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _predict(self, events: Events, precision: int) -> dict[str, np.ndarray]:
        """The same of a block of events, which is as much as the library copies."""
        told = ffi.new("nsym_prediction *") if self["chain"] else ffi.NULL
        sample = without(events, ANSWERS)
        sample.origin = None
        with self._lock:
            check(lib.nsym_model_set_precision(self._owner, precision))
            owner = new("nsym_events", lambda out: lib.nsym_predict_events(told, out, self._owner, sample.c))
        if told:
            tell_notes(text(told.note))
        scores = Events.from_c(owner)
        return {name: at_rows(scores[name], scores.origin, len(events)) for name in ANSWERS if name in scores}


def without(events: Events, names: Sequence[str]) -> Events:
    """Events without some of their columns."""
    other = events.with_columns()
    other.columns = {name: values for name, values in events.columns.items() if name not in names}
    return other


def at_rows(values: np.ndarray, rows: np.ndarray | None, n: int) -> np.ndarray:
    """Values at their rows among n, NaN elsewhere; all of them where `rows` is None."""
    if rows is None:
        return np.array(values)
    whole = np.full((n, *values.shape[1:]), np.nan)
    whole[rows.astype(int)] = values
    return whole
