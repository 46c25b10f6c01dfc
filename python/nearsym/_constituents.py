"""The constituents of events as C measures them: pt, eta, phi, or energy, px, py, pz."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ._arrays import numbers
from ._convert import as_events

ANGLES = (("d_eta", "d_phi"), ("deta", "dphi"), ("eta", "phi"), ("y", "phi"), ("rapidity", "phi"))
MOMENTA = ("pt", "et")
ENERGIES = ("energy", "e", "E")
COORDINATES = {"pt_eta_phi": ("pt", "eta", "phi"), "p4": ("energy", "px", "py", "pz")}


class Constituents(NamedTuple):
    """All constituents, one event behind the other."""

    particles: np.ndarray  # (constituents, 3) pt, eta, phi, or (constituents, 4) energy, px, py, pz
    offsets: np.ndarray  # (events + 1), uint64: the first one of each event


def constituents(events: Any, coordinates: str | None = None) -> Constituents:
    """What C measures, of whatever a user has.

    events : what `nearsym.as_events` takes. A padded array (events, constituents, 3 or 4) stays as it is, padding too:
        constituents without pt count for nothing
    coordinates : what the columns of arrays without names are, "pt_eta_phi" (a fourth one is left out) or "p4"
    """
    if coordinates is not None and coordinates not in COORDINATES:
        raise ValueError(f"coordinates is {coordinates!r}, must be one of {', '.join(COORDINATES)}")
    if isinstance(events, np.ndarray) and events.dtype == object and events.ndim == 1:
        events = list(events)
    if isinstance(events, np.ndarray) and events.ndim == 3 and not events.dtype.names:
        return padded(numbers(events, "events", 3), coordinates)
    if isinstance(events, np.ndarray) and events.ndim == 2 and not events.dtype.names:
        wanted = "(events, constituents, 3 or 4); of a single event: event[None]"
        raise ValueError(f"events has shape {events.shape}, must be {wanted}")
    if isinstance(events, (list, tuple)) and len(events) > 0 and all(np.size(event) == 0 for event in events):
        return Constituents(np.zeros((0, 3)), np.zeros(len(events) + 1, np.uint64))
    sample = as_events(events, features=names_of(events, coordinates))
    if sample.particles is None or sample.offsets is None:
        raise ValueError("polynomials need particles, and these events have none")
    return Constituents(select(sample.particles, measured(sample.features, coordinates)), sample.offsets)


def padded(array: np.ndarray, coordinates: str | None) -> Constituents:
    events, room, width = array.shape
    if width not in (3, 4):
        raise ValueError(f"events has shape {array.shape}, must be (events, constituents, 3 or 4)")
    if width == 3 and coordinates == "p4":
        raise ValueError(f"events has shape {array.shape}; energy, px, py, pz are 4 columns")
    particles = select(array.reshape(-1, width), range(4 if coordinates == "p4" else 3))
    return Constituents(particles, np.arange(events + 1, dtype=np.uint64) * np.uint64(room))


def names_of(events: Any, coordinates: str | None) -> tuple[str, ...] | None:
    """Names for the columns of arrays without any."""
    return COORDINATES["p4"] if coordinates == "p4" and isinstance(events, (list, tuple)) else None


def measured(features: tuple[str, ...], coordinates: str | None) -> list[int]:
    """Which features are measured, as `nearsym efp compute` chooses them."""
    ways: list[tuple[str, ...]] = []
    if coordinates != "p4":
        ways += [(pt, *angles) for angles in ANGLES for pt in MOMENTA]
    if coordinates != "pt_eta_phi":
        ways += [(energy, "px", "py", "pz") for energy in ENERGIES]
    for way in ways:
        if set(way) <= set(features):
            return [features.index(name) for name in way]
    raise ValueError(
        f"particles have {', '.join(features)}, must have pt (or et), eta (or y, rapidity, d_eta) and phi (or d_phi), "
        "or energy (or e), px, py and pz"
    )


def select(particles: np.ndarray, columns: Any) -> np.ndarray:
    """Those columns; the array itself where they are all that there are."""
    columns = list(columns)
    if columns == list(range(particles.shape[1])):
        return particles
    return np.ascontiguousarray(particles[:, columns])
