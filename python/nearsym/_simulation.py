"""Events through copies and a detector, by the library and by Python functions, in the order of physics."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Iterator, Sequence

import numpy as np

from . import _functions
from ._convert import as_events
from ._library import new, tell_notes, text
from ._native import ffi, lib
from .copies import Cells, Copies, Detector, Smear, Threshold
from .events import Events, concat

LIBRARY = (Smear, Cells, Threshold)
GROUP = "nearsym_group"
"""The column that says which rows are one event's copies."""


def steps_of(detector: Any) -> list[list[Any] | Detector]:
    """A detector as steps: functions, and runs of the library's parts, which have an order of their own."""
    parts = detector if isinstance(detector, (list, tuple)) else [] if detector is None else [detector]
    steps: list[list[Any] | Detector] = []
    for part in parts:
        if isinstance(part, LIBRARY) and steps and isinstance(steps[-1], list):
            check_order(steps[-1], part)
            steps[-1].append(part)
        elif isinstance(part, LIBRARY):
            steps.append([part])
        elif isinstance(part, Detector) or callable(part):
            steps.append(part if isinstance(part, Detector) else Detector(part))
        else:
            raise TypeError(f"{part!r} is no detector: give Cells, Smear, Threshold or a function of (arrays, seed)")
    return steps


def check_order(run: Sequence[Any], part: Any) -> None:
    """The library smears, sums cells, then cuts; anything else would not be done as it is written."""
    places = [LIBRARY.index(type(p)) for p in (*run, part)]
    if places != sorted(set(places)):
        raise ValueError(f"a detector smears, then sums cells, then cuts at a threshold, each once: {[*run, part]}")


def section_of(run: Sequence[Any]) -> dict[str, Any]:
    """The section `detector` of a card that does the same."""
    section: dict[str, Any] = {}
    for part in run:
        added = part.section()
        twice = sorted(set(section) & set(added))
        if twice:
            raise ValueError(f"{twice[0]} of the detector is given twice: {section[twice[0]]} and {added[twice[0]]}")
        section.update(added)
    return section


def parts_of(section: dict[str, Any]) -> list[Any]:
    """The parts of a detector from the section `detector` of a card."""
    parts: list[Any] = []
    if section.get("smear", {}).get("resolution"):
        parts.append(Smear(**section["smear"]))
    if section.get("cells") or section.get("x"):
        nx, ny = section.get("cells") or (0, 0)
        parts.append(Cells(nx, ny, section.get("range"), section.get("x"), section.get("y")))
    if section.get("threshold"):
        parts.append(Threshold(section["threshold"]))
    return parts


def acting(steps: Sequence[list[Any] | Detector]) -> list[Any]:
    """The parts of a detector that act on events to predict, in order: all but what counts as simulation."""
    parts: list[Any] = []
    for step in steps:
        parts += [part for part in step if not isinstance(part, Smear)] if isinstance(step, list) else [step]
    return [part for part in parts if not isinstance(part, Detector) or part.at_predict]


def carried(steps: Sequence[list[Any] | Detector]) -> list[Any] | None:
    """The parts that a model's file carries: all that act on events to predict. None where it cannot carry them."""
    if len(steps) == 1 and isinstance(steps[0], list):
        return steps[0]  # with its smearing
    parts = acting(steps)
    if any(isinstance(part, Detector) for part in parts):
        return None
    try:
        steps_of(parts)
        section_of(parts)
    except ValueError:  # in one run they would do something else
        return None
    return parts


def card_of(sections: dict[str, Any], seed: int) -> bytes:
    """A card of these sections."""
    return json.dumps({"seed": seed, **sections}).encode()


def once(copies: Copies) -> dict[str, Any]:
    """The section `copies` of a card that makes the copies of one epoch."""
    return replace(copies, fresh=False).section()


def chain(events: Events, sections: dict[str, Any], seed: int) -> tuple[Events, np.ndarray]:
    """What the sections of a card make of events: rows, and the event (rows,), from 0, that each is of."""
    name, note = GROUP.encode(), ffi.new("char[]", lib.NSYM_APPLIED_NOTE)
    rows = Events.from_c(new("nsym_events", lib.nsym_events_apply, note, events.c, card_of(sections, seed), name))
    tell_notes(text(note))
    return rows, rows.columns.pop(GROUP).astype(np.int64)


def seed_for(seed: int, copy: int, step: int) -> int:
    """The seed of a function's call for a copy."""
    return int(np.random.SeedSequence([seed, copy, step]).generate_state(1)[0])


def measure(events: Events, step: list[Any] | Detector, seed: int) -> Events:
    """Events after one step of a detector."""
    if isinstance(step, Detector):
        return _functions.call(step.function, events, seed, "detector")
    return chain(events, {"detector": section_of(step)}, seed)[0]


def transform(events: Events, copies: Copies, seed: int, step: int) -> Iterator[Events]:
    """The event itself, then its copies, all events at once."""
    if callable(copies.transform):
        yield events
        for k in range(1, copies.rows):
            yield _functions.call(copies.transform, events, seed_for(seed, k, step), "transformation")
    else:
        rows, parent = chain(events, {"copies": once(copies)}, seed)
        for k in range(copies.rows):
            yield rows[np.arange(k, len(rows), copies.rows)]


def run(events: Events, copies: Copies | None, detector: Any, seed: int) -> tuple[Events, np.ndarray]:
    """All copies of all events behind the detector, and the event (rows,), from 0, that each is of."""
    steps = steps_of(detector)
    if copies is not None and not isinstance(copies, Copies):
        raise TypeError(f"copies is {copies!r}, must be nearsym.rotations(8) or the like, or Copies(function, count=8)")
    if not copies and not steps:
        return events, np.arange(len(events))
    library = [step for step in steps if isinstance(step, list)]
    if len(library) == len(steps) and not (copies and callable(copies.transform)):
        sections = {"copies": once(copies)} if copies else {}
        return chain(events, {**sections, **{"detector": section_of(step) for step in library}}, seed)
    events = _functions.singled(events)
    blocks = [events]
    if copies and copies.where == "before":
        blocks = list(transform(events, copies, seed, 0))
    for number, step in enumerate(steps, 1):
        blocks = [measure(block, step, seed_for(seed, k, number)) for k, block in enumerate(blocks)]
    if copies and copies.where == "after":
        blocks = list(transform(blocks[0], copies, seed, len(steps) + 1))
    return concat(blocks), np.tile(np.arange(len(events)), len(blocks))


def renewal(events: Events, copies: Copies | None, steps: Sequence[list[Any] | Detector], seed: int) -> Any:
    """What makes the copies of `events` anew in every epoch: `nsym_fresh *` and what it points at; or None."""
    if copies is None or not copies.fresh:
        return None
    library = [step for step in steps if isinstance(step, list)]
    if len(library) < len(steps):
        raise ValueError("fresh copies are made during the training; a Python function as detector is called before it")
    smears = any(isinstance(part, Smear) for step in library for part in step)
    if copies.values != "random" and not (smears and copies.where == "before"):
        raise ValueError(
            "fresh makes other copies in every epoch, and nothing is drawn for these: give values='random', or Smear "
            "after copies made before the detector"
        )
    sections = {"copies": copies.section(), **{"detector": section_of(step) for step in library}}
    view = events.c
    return new("nsym_fresh", lib.nsym_fresh_new, view, card_of(sections, seed)), view


def as_predicted(events: Events, steps: Sequence[list[Any] | Detector], seed: int) -> Events:
    """Events to predict behind the parts of a detector that act on them. What the model carries is left to it."""
    if carried(steps) is not None:
        return events
    events = _functions.singled(events)
    for number, step in enumerate(steps, 1):
        kept = acting([step])
        if kept:
            events = measure(events, step if isinstance(step, Detector) else kept, seed_for(seed, 0, number))
    return events


def simulate(X: Any, copies: Copies | None = None, detector: Any = None, seed: int = 1) -> Events:
    """Makes copies of events and applies a detector, as `fit` does before training with the same arguments.

    Parameters
    ----------
    X : events
        Anything that `nearsym.as_events` accepts.
    copies : Copies, optional
        `nearsym.rotations(8)` or the like.
    detector : optional
        `nearsym.Cells(32, 32)`, `nearsym.Smear(0.1)`, a Python function of (arrays, seed), or a list of these.
    seed : int
        The seed of the detector's random numbers.

    Returns
    -------
    Events
        The rows, with a column `group`: the number of the event, from 0, of which each row is a copy.

    Examples
    --------
    >>> def shift(arrays, seed):
    ...     arrays["x"] += seed % 3
    ...     return arrays
    >>> events = Events([[1.0], [2.0]], [0, 1, 2], {"label": [0, 1]}, features=["x"])
    >>> copied = simulate(events, Copies(shift, count=3))
    >>> copied["group"]
    array([0., 1., 0., 1., 0., 1.])
    """
    events, parent = run(as_events(X), copies, detector, seed)
    return events.with_columns(group=parent)
