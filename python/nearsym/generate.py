"""Samples from the library's own generators, for tests. Each generator is a toy with known truth.

A seed gives the same events for any sample size: event i of a longer sample is event i of a shorter one. The events'
`attributes` say what was simulated. The headers ``nearsym/generate/*.h`` list all options and their defaults.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np

from ._arrays import numbers, pointer
from ._library import STOP, interruptible, new
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


def made(generate: Any, options: Any, *arguments: int) -> Events:
    """The events of a generator, which Ctrl-C ends."""
    options.stop = STOP
    with interruptible():
        return Events.from_c(new("nsym_events", generate, options, *arguments))


def dimuon(events: int, process: str = "both", seed: int = 1, *, record: bool = False, **options: float) -> Events:
    """Pairs of muons at the LHC: q qbar -> Z -> mu+ mu-, and q qbar -> photon -> mu+ mu-, at leading order.

    Parameters
    ----------
    events : int
        The number of events of each process.
    process : "z", "photon" or "both"
        With "both", the events of the Z come first.
    seed : int
    record : bool
        True: all particles of the event's record, as in an LHE file. False: the two muons, mu+ first.
    **options
        `beam_energy_gev` (6500), `mass_min_gev` (70), `pt_min_gev` (10), `eta_max` (2.5), `delta_r_min` (0.4).

    Returns
    -------
    Events
        Features px, py, pz, energy in GeV, and with `record` further ones. Column `label`: 1 Z, 0 photon.

    Raises
    ------
    TypeError, ValueError
        If an option is unknown or out of range.

    Notes
    -----
    The sample of Nabat et al., PRD 111, 072002. ``docs/generator.md`` compares it with MadGraph.

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
    whole_record = made(lib.nsym_dimuon_generate, c)
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
    """Prompt muons and muons of heavy flavour, with the particles or calorimeter cells around them.

    Parameters
    ----------
    events : int
    level : "particles" or "cells"
    seed : int
    **options
        For example `signal`, the share of prompt muons (0.5), `mu_pt_min_gev` (10), `pile_up` (50).

    Returns
    -------
    Events
        Features pt in GeV, d_eta and d_phi relative to the muon, and `kind` of a particle, or `cell`, the number of the
        cell (32 x 32). Columns `label` (1 prompt), `weight`, `mu_pt` in GeV, `mu_eta`, `mu_phi`, `mu_charge`, `npu`.

    Raises
    ------
    TypeError, ValueError
        If an option is unknown or out of range.

    Notes
    -----
    See ``docs/muons.md``. The sample follows arXiv:2102.02278.

    Examples
    --------
    >>> muons(10, "particles")["label"].tolist()
    [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    """
    c = ffi.new("nsym_muons_options *", lib.nsym_muons_defaults())
    set_options([c, c.activity], options)
    c.level, c.activity.seed = chosen("level", level, MUONS), whole("seed", seed, 0)
    return made(lib.nsym_muons_generate, c, 0, whole("events", events, 1))


def muon_pairs(events: int, seed: int = 1, **options: float) -> Events:
    """Muon pairs with a mass spectrum, like unlabelled collision data, with the particles around the first muon.

    The pairs are decays of a Z, and pairs whose first muon comes from heavy flavour.

    Parameters
    ----------
    events : int
    seed : int
    **options
        For example `signal`, the share of prompt pairs (0.956), `same_sign` (0.098), `pile_up` (21).

    Returns
    -------
    Events
        Features pt in GeV, d_eta, d_phi, kind. Columns `truth` (1 prompt), `mass` in GeV, `mu_pt`, `mu_eta`, `mu_phi`,
        `mu_charge`, the same for the second muon (`mu2_pt`, ...), `npu`.

    Raises
    ------
    TypeError, ValueError
        If an option is unknown or out of range.

    Notes
    -----
    See ``docs/muon_pairs.md``. The counts and the mass fit follow CMS data, arXiv:2306.15737.

    Examples
    --------
    >>> pairs = muon_pairs(50, signal=0.5)
    >>> bool((pairs["mass"] > 70).all() and pairs["truth"].mean() == 0.5)
    True
    """
    c = ffi.new("nsym_muon_pairs_options *", lib.nsym_muon_pairs_defaults())
    set_options([c, c.jet, c.activity], options)
    c.activity.seed = whole("seed", seed, 0)
    return made(lib.nsym_muon_pairs_generate, c, 0, whole("events", events, 1))


def showers(
    events: int,
    level: str = "points",
    seed: int = 1,
    *,
    cells: tuple[int, int] = (32, 32),
    angles: Sequence[float] | None = None,
    **options: float,
) -> Events:
    """Events of a toy calorimeter on the unit disk. They are symmetric under rotations, until cells break this.

    Parameters
    ----------
    events : int
    level : "deposits", "points" or "cells"
        The level of detail: 16 deposits; each deposit spread over 32 points; the points summed in cells.
    seed : int
    cells : (int, int)
        The numbers of equal cells over [-1, 1], for the level "cells".
    angles : sequence of float, optional
        Angles in degrees. Every event is given at each angle, one after the other, rotated before the detector.
    **options
        For example `deposits` (16), `noise` (8), `variance` (0.3), `points` (32), `spread` (0.01).

    Returns
    -------
    Events
        Features x, y (the disk's radius is 1), energy, and for cells `cell`. Columns `label`, `event` and, with angles,
        `angle`.

    Raises
    ------
    TypeError, ValueError
        If an option is unknown or out of range.

    Notes
    -----
    The sample of arXiv:2311.05952; see ``docs/showers.md``.

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
    return made(lib.nsym_showers_generate, c, 0, whole("events", events, 1))
