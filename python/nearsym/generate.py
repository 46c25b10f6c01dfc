"""Samples by the library's own generators, to try things out on: every one is a toy with known truth.

All of them give the same events for a seed whatever their number: event i of a longer sample is event i of a shorter
one. What was simulated stands in the events' `attributes`; all options, with their defaults, stand in the headers
``nearsym/generate/*.h``.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np

from ._arrays import numbers, pointer
from ._library import check, new
from ._native import ffi, lib
from ._scalars import number, whole
from .events import Events, concat

PROCESSES = {"z": lib.NSYM_DIMUON_Z, "photon": lib.NSYM_DIMUON_PHOTON}
MUONS = {"particles": lib.NSYM_MUONS_PARTICLES, "cells": lib.NSYM_MUONS_CELLS}
SHOWERS = {
    "deposits": lib.NSYM_SHOWERS_DEPOSITS,
    "points": lib.NSYM_SHOWERS_POINTS,
    "cells": lib.NSYM_SHOWERS_CELLS,
}
OWN = ("events", "seed", "workers", "angles")
MOMENTA = ("px", "py", "pz", "energy")


def chosen(what: str, word: str, words: Mapping[str, int]) -> int:
    """What a word stands for, or a ValueError."""
    if word not in words:
        raise ValueError(f"{what} is {word!r}, must be one of {', '.join(map(repr, words))}")
    return words[word]


def simple_members(place: Any) -> list[str]:
    """Members of a structure that are numbers, and no argument of these functions."""
    kind = ffi.typeof(place)
    members = (kind.item if kind.kind == "pointer" else kind).fields
    return [name for name, member in members if member.type.kind == "primitive" and name not in OWN]


def set_options(places: Sequence[Any], options: Mapping[str, Any]) -> None:
    """Sets members of the first structure that has them."""
    known = {name: place for place in reversed(places) for name in simple_members(place)}
    for name, value in options.items():
        if name not in known:
            raise TypeError(f"there is no option {name!r}; there are: {', '.join(known)}")
        is_float = isinstance(getattr(known[name], name), float)
        setattr(known[name], name, number(name, value) if is_float else whole(name, value))


def dimuon(events: int, process: str = "both", seed: int = 1, *, record: bool = False, **options: float) -> Events:
    """Pairs of muons at the LHC: q qbar -> Z -> mu+ mu-, and q qbar -> photon -> mu+ mu-, at leading order.

    Parameters
    ----------
    events : int
        Of each process.
    process : "z", "photon" or "both"
        Both: first those of the Z.
    seed : int
    record : bool
        All particles of the event's record, as an LHE file has them; else the two muons, mu+ first.
    **options
        `beam_energy_gev` (6500), `mass_min_gev` (70), `pt_min_gev` (10), `eta_max` (2.5), `delta_r_min` (0.4).

    Returns
    -------
    Events
        Features px, py, pz, energy in GeV, of the whole record further ones; column `label`: 1 Z, 0 photon.

    Raises
    ------
    TypeError, ValueError
        An unknown option, or one out of range.

    Notes
    -----
    The sample of Nabat et al., PRD 111, 072002; beside MadGraph: ``docs/generator.md``.

    Examples
    --------
    >>> dimuon(100, seed=3)
    Events: 200 events with 400 particles (px, py, pz, energy); columns label
    """
    if process == "both":
        return concat([dimuon(events, one, seed, record=record, **options) for one in PROCESSES])
    c = ffi.new("nsym_dimuon_options *", lib.nsym_dimuon_defaults(chosen("process", process, PROCESSES)))
    set_options([c], options)
    c.events, c.seed = whole("events", events, 1), whole("seed", seed, 0)
    whole_record = Events.from_c(new("nsym_events", lib.nsym_dimuon_generate, c))
    label = np.full(len(whole_record), float(process == "z"))
    if record:
        return whole_record.with_columns(label=label)
    muons = whole_record.feature("status") == 1
    particles = np.stack([whole_record.feature(name)[muons] for name in MOMENTA], axis=1)
    offsets = 2 * np.arange(len(whole_record) + 1)
    units = {name: "GeV" for name in MOMENTA}
    facts = whole_record.attributes
    return Events(particles, offsets, {"label": label}, features=MOMENTA, units=units, attributes=facts)


def muons(events: int, level: str = "cells", seed: int = 1, **options: float) -> Events:
    """Muons, prompt or of heavy flavour, with what lies around them: particles, or cells of a calorimeter.

    Parameters
    ----------
    events : int
    level : "particles" or "cells"
    seed : int
    **options
        Such as `signal`, the share of prompt muons (0.5), `mu_pt_min_gev` (10), `pile_up` (50).

    Returns
    -------
    Events
        Features pt in GeV, d_eta, d_phi from the muon, and `kind` of a particle or `cell`, its number of 32 x 32;
        columns `label` (1 prompt), `weight`, `mu_pt` in GeV, `mu_eta`, `mu_phi`, `mu_charge`, `npu`.

    Raises
    ------
    TypeError, ValueError
        An unknown option, or one out of range.

    Notes
    -----
    ``docs/muons.md``; the question is that of arXiv:2102.02278.

    Examples
    --------
    >>> muons(10, "particles")["label"].tolist()
    [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    """
    c = ffi.new("nsym_muons_options *", lib.nsym_muons_defaults())
    set_options([c, c.activity], options)
    c.level, c.activity.seed = chosen("level", level, MUONS), whole("seed", seed, 0)
    return Events.from_c(new("nsym_events", lib.nsym_muons_generate, c, 0, whole("events", events, 1)))


def muon_pairs(events: int, seed: int = 1, **options: float) -> Events:
    """Muon pairs with a mass spectrum, like unlabelled collision data: decays of a Z, and pairs whose first muon is of
    heavy flavour, with the particles around it.

    Parameters
    ----------
    events : int
    seed : int
    **options
        Such as `signal`, the share of prompt pairs (0.956), `same_sign` (0.098), `pile_up` (21).

    Returns
    -------
    Events
        Features pt in GeV, d_eta, d_phi, kind; columns `truth` (1 prompt), `mass` in GeV, `mu_pt`, `mu_eta`, `mu_phi`,
        `mu_charge`, the same of the second muon (`mu2_pt`, ...), `npu`.

    Raises
    ------
    TypeError, ValueError
        An unknown option, or one out of range.

    Notes
    -----
    ``docs/muon_pairs.md``; counts and fit of the mass are those of CMS data, arXiv:2306.15737.

    Examples
    --------
    >>> pairs = muon_pairs(50, signal=0.5)
    >>> bool((pairs["mass"] > 70).all() and pairs["truth"].mean() == 0.5)
    True
    """
    c = ffi.new("nsym_muon_pairs_options *", lib.nsym_muon_pairs_defaults())
    set_options([c, c.jet, c.activity], options)
    c.activity.seed = whole("seed", seed, 0)
    return Events.from_c(new("nsym_events", lib.nsym_muon_pairs_generate, c, 0, whole("events", events, 1)))


def showers(
    events: int,
    level: str = "points",
    seed: int = 1,
    *,
    cells: tuple[int, int] = (32, 32),
    angles: Sequence[float] | None = None,
    **options: float,
) -> Events:
    """Events of a toy calorimeter on the unit disk, which look the same after any rotation, until cells break that.

    Parameters
    ----------
    events : int
    level : "deposits", "points" or "cells"
        How far an event is taken: its 16 deposits; each spread over 32 points; these summed in cells.
    seed : int
    cells : (int, int)
        Equal cells over [-1, 1], of the last level.
    angles : sequence of float, optional
        Degrees: every event at each of them, one after the other, turned before the detector.
    **options
        Such as `deposits` (16), `noise` (8), `variance` (0.3), `points` (32), `spread` (0.01).

    Returns
    -------
    Events
        Features x, y (the disk's radius is 1), energy, and of cells `cell`; columns `label`, `event` and, with angles,
        `angle`.

    Raises
    ------
    TypeError, ValueError
        An unknown option, or one out of range.

    Notes
    -----
    The sample of arXiv:2311.05952; ``docs/showers.md``.

    Examples
    --------
    >>> showers(4, "cells", cells=(8, 4), angles=[0, 90])["angle"].tolist()
    [0.0, 90.0, 0.0, 90.0, 0.0, 90.0, 0.0, 90.0]
    """
    c = ffi.new("nsym_showers_options *", lib.nsym_showers_defaults())
    set_options([c, c.shower], options)
    c.level, c.shower.seed = chosen("level", level, SHOWERS), whole("seed", seed, 0)
    turned = None if angles is None else numbers(angles, "angles", finite=True)
    given = pointer(turned)
    c.angle, c.angles = given, 0 if turned is None else len(turned)
    if level == "cells":
        nx, ny = (whole("cells", side, 1) for side in cells)
        grid = new("nsym_pixels", lib.nsym_pixels_new_equal, nx, ny, -1.0, 1.0)
        c.pixels = grid
    return Events.from_c(new("nsym_events", lib.nsym_showers_generate, c, 0, whole("events", events, 1)))
