"""A trained network: the library's model, as a file, as bytes, and at work on events in memory."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import Any

from .._library import check, new, tell_notes, text
from .._native import ffi, lib
from ..events import Events, read


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

    def predict(self, events: Events) -> Events:
        """Columns `output`, `logit` and, of a hybrid, `general_weight`, for events as those that trained.

        The events go through the model's chain: cuts, new columns, detector, observables. Events that are cut have no
        score; `origin` says where those that are left stood.
        """
        told = ffi.new("nsym_prediction *")
        with tempfile.TemporaryDirectory() as folder:
            model, sample, scores = (Path(folder, name) for name in ("model.h5", "events.h5", "scores.h5"))
            self.save(model)
            events.write(sample)
            check(lib.nsym_predict(told, bytes(model), bytes(sample), bytes(scores)))
            tell_notes(text(told.note))
            return read(scores)
