"""What networks on sets of particles share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np

from .._convert import as_events
from ..events import Events
from . import _spec
from ._network import Network
from ._spec import Feature

BUILT_IN = {
    "p4": ["px", "py", "pz", "energy"],
    "pairs": ["px", "py", "pz", "energy"],
    "cells": ["x", "y", "energy"],
    "objects": ["pt", "d_eta", "d_phi"],
    "objects_kind": ["pt", "d_eta", "d_phi", "kind"],
    "objects_onehot": ["pt", "d_eta", "d_phi", "kind"],
}
"""What the built-in inputs are made of."""


@dataclass(eq=False, repr=False)
class SetNetwork(Network):
    """What networks on sets of particles share."""

    features: str | Sequence[Feature] | None = None
    columns: str | Sequence[Feature] | None = None

    def _read(self, X: Any) -> Events:
        return as_events(X, features=self._feature_names())

    def _feature_names(self) -> list[str] | None:
        """Names for the features of arrays, which have none."""
        if self.features is None:
            return None
        if isinstance(self.features, str):
            return BUILT_IN.get(self.features)
        return _spec.features(self.features)[0]

    def _inputs(self, events: Events) -> dict[str, Any]:
        if events.offsets is None:
            raise ValueError(f"{type(self).__name__} reads sets of particles, and these events have none")
        features = self._all_features(events) if self.features is None else self.features
        return {"particle_input": features, "event_input": self.columns}

    def _all_features(self, events: Events) -> list[str]:
        """What is read by default: a cell's number says nothing that its place does not."""
        return [name for name in events.features if name != "cell"]
