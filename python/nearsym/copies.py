"""Copies of events and what a detector does to them: the library's own, and any Python function.

A transformation or a detector may be a Python function of (arrays, seed)::

    def smear(arrays, seed):
        rng = np.random.default_rng(seed)
        arrays["pt"] *= rng.normal(1, 0.1, len(arrays["pt"]))
        return arrays

    clf = ns.PFNClassifier(invariance=1.0)
    clf.fit(events, y, copies=ns.rotations(8), detector=smear)

`arrays` is a dict of arrays that the function may change: each feature of the particles, (particles,), one event after
the other; each column of the events, (events,); and `offsets`, (events + 1,), where each event's particles begin. The
function returns such a dict. A detector may change the number of particles, if it returns new `offsets`, but not the
number of events. Names that are missing from the dict are dropped. A new name is a feature if it has one value for each
particle, and a column if it has one for each event.

The function is called on the caller's thread before the training, once for each copy, with all events at once and a
seed that depends on `random_state` and the copy's number. The order is: copies before the detector, detector, copies
after it.

`predict` takes raw events, as `fit` does, and they go through the same detector: cells, threshold, and functions, with
a fixed seed. Two things are left out: `Smear`, because measured momenta are smeared already, and functions that say so,
`Detector(function, at_predict=False)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence, Union

from ._library import c_text, names
from ._native import lib
from ._scalars import number, whole

Function = Callable[[dict, int], Mapping[str, Any]]

TRANSFORMS = names(lib.nsym_transform_names())
IMAGES = names(lib.nsym_image_style_names())


def has_range(transform: Any) -> bool:
    """Is it one of the library's transformations whose values lie within a range?"""
    return transform in TRANSFORMS and lib.nsym_transform_period(c_text(transform, "transform")) == 0


@dataclass(frozen=True)
class Copies:
    """Transformed copies of every event, the event itself first.

    `rotations`, `reflections`, `boosts` and `shifts` make the usual ones.

    Parameters
    ----------
    transform : "rotate", "boost", "shift_phi", "boost_transverse", "rotate_3d" or a function
        A rotation about the beam, or about the origin of positions, in degrees; a boost along the beam, in rapidity; a
        shift of azimuths, in degrees; a boost perpendicular to the beam, in rapidity, along a random direction if
        `values` is "random", else along x; a rotation about a random axis in space, only with values="random". Or a
        function of (arrays, seed), see `nearsym.copies`. `nearsym.copies.TRANSFORMS` lists the names.
    count : int, optional
        Number of copies, including the event itself: by default 8, or the number of `values`. A function is called for
        each copy except the event itself.
    where : "before" or "after"
        Whether the copies are made before the detector or after it.
    values : "even", "random" or a sequence of numbers
        The size of each copy's rotation, boost or shift. "even" divides 360 degrees, or the range, by the count;
        "random" draws values for each event; a list gives the values and must begin with 0.
    range : float
        For boosts without a list of values: rapidities lie within +- this number.
    reflect : bool
        Add the mirror image of each copy: twice as many copies.
    image : "exact", "opencv", "nearest" or "unbinned"
        How images are rotated after the detector; see ``docs/card.md``, `copies.image`.
    fresh : bool
        The training events get new copies in every epoch: with values="random" new values, and before the detector new
        draws of `Smear`. The events themselves and the copies of validation events stay. Only for the library's
        transformations and detectors: functions are called before the training.

    Examples
    --------
    >>> rotations(8, values="random", fresh=True).section()
    {'where': 'before', 'transform': 'rotate', 'count': 8, 'values': 'random', 'fresh': True}
    >>> rotations(4, where="after").section()
    {'where': 'after', 'transform': 'rotate', 'count': 4}
    >>> Copies(lambda arrays, seed: arrays, count=3).rows
    3
    """

    transform: Union[str, Function]
    count: Union[int, None] = None
    where: str = "before"
    values: Union[str, Sequence[float]] = "even"
    range: float = 1.0
    reflect: bool = False
    image: str = "exact"
    fresh: bool = False

    def __post_init__(self):
        listed = None if isinstance(self.values, str) else len(as_list("values", self.values))
        if self.count is None:
            object.__setattr__(self, "count", 8 if listed is None else listed)
        object.__setattr__(self, "count", whole("count", self.count, 1))
        if listed not in (None, self.count):
            raise ValueError(f"count is {self.count}, and values has {listed} numbers: give one of them")
        if self.where not in ("before", "after"):
            raise ValueError(f"where is {self.where!r}, must be 'before' or 'after' the detector")
        if callable(self.transform):
            others = listed or self.values != "even" or self.range != 1.0 or self.reflect or self.image != "exact"
            if others or self.fresh:
                raise ValueError(
                    "values, range, reflect, image and fresh apply only to the library's transformations, not to a "
                    "function"
                )
        elif self.transform not in TRANSFORMS:
            raise ValueError(f"transform is {self.transform!r}, must be a function or one of {', '.join(TRANSFORMS)}")
        if isinstance(self.values, str) and self.values not in ("even", "random"):
            raise ValueError(f"values is {self.values!r}, must be 'even', 'random' or a list of numbers")
        if self.range != 1.0 and (not has_range(self.transform) or listed):
            raise ValueError(f"range is {self.range!r}, which has an effect only on boosts whose values are not listed")
        if self.image not in IMAGES:
            raise ValueError(f"image is {self.image!r}, must be one of {', '.join(IMAGES)}")

    @property
    def rows(self) -> int:
        """The number of copies of an event, including itself."""
        return (self.count or 0) * (2 if self.reflect else 1)

    def section(self) -> dict[str, Any]:
        """The section `copies` of a card that makes the same copies. It cannot express a function."""
        section: dict[str, Any] = {"where": self.where, "transform": self.transform}
        if isinstance(self.values, str):
            section["count"] = self.count
            if self.values != "even":
                section["values"] = self.values
            if has_range(self.transform):
                section["range"] = number("range", self.range)
        else:
            section["values"] = [number("values", value) for value in self.values]
        if self.reflect:
            section["reflect"] = True
        if self.image != "exact":
            section["image"] = self.image
        if self.fresh:
            section["fresh"] = True
        return section


def as_list(name: str, values: Any) -> list[Any]:
    """A sequence as a list. TypeError for what is none."""
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        raise TypeError(f"{name} is {values!r}, must be a list of numbers")
    return list(values)


def rotations(count: Union[int, None] = None, where: str = "before", **options: Any) -> Copies:
    """Copies rotated about the beam, or about the origin of positions, by 360 / count degrees; see `Copies`."""
    return Copies("rotate", count, where, **options)


def reflections(where: str = "before") -> Copies:
    """Each event and its mirror image: y, or an azimuth, changes its sign."""
    return Copies("rotate", 1, where, reflect=True)


def boosts(count: Union[int, None] = None, range: float = 1.0, where: str = "before", **options: Any) -> Copies:
    """Copies boosted along the beam by rapidities within +- `range`; see `Copies`."""
    return Copies("boost", count, where, range=range, **options)


def shifts(count: Union[int, None] = None, where: str = "before", **options: Any) -> Copies:
    """Copies whose azimuths are shifted by 360 / count degrees; see `Copies`."""
    return Copies("shift_phi", count, where, **options)


@dataclass(frozen=True)
class Smear:
    """Momentum resolution, drawn anew for every event and copy. `predict` does not smear events.

    Parameters
    ----------
    resolution : float
        The relative resolution, sigma(pT) / pT.
    shared : bool
        Use one draw for all particles of an event.
    keep : "eta" or "pz"
        The quantity that stays the same when pT changes.
    """

    resolution: float
    shared: bool = False
    keep: str = "eta"

    def section(self) -> dict[str, Any]:
        """The entries of a card's section `detector`."""
        smear = {"resolution": number("resolution", self.resolution), "shared": bool(self.shared), "keep": self.keep}
        return {"smear": smear}


@dataclass(frozen=True)
class Cells:
    """A calorimeter: sums points in cells, by x, y and energy, or by d_eta, d_phi and pt.

    Parameters
    ----------
    nx, ny : int
        Numbers of equal cells in the two coordinates, 1 to 1024.
    range : (float, float), optional
        The range of both coordinates, by default (-1, 1). Points outside are lost.
    x, y : sequence of float, optional
        Rising edges of cells of any size, instead of nx, ny and range; 1 to 1024 cells in each coordinate.
    threshold : float
        Cells with less energy or pt are left out.
    """

    nx: int = 0
    ny: int = 0
    range: Union[Sequence[float], None] = None
    x: Union[Sequence[float], None] = None
    y: Union[Sequence[float], None] = None
    threshold: float = 0

    def section(self) -> dict[str, Any]:
        """The entries of a card's section `detector`."""
        section: dict[str, Any] = {"threshold": number("threshold", self.threshold)} if self.threshold else {}
        if self.x is None and self.y is None:
            section["cells"] = [whole("nx", self.nx, 1), whole("ny", self.ny, 1)]
            section["range"] = [number("range", value) for value in as_list("range", self.range or (-1, 1))]
            return section
        if self.x is None or self.y is None or self.nx or self.ny or self.range is not None:
            raise ValueError("cells have numbers nx and ny, with a range, or edges x and y: give both of either")
        for name, edges in (("x", self.x), ("y", self.y)):
            section[name] = [number(name, value) for value in as_list(name, edges)]
        return section


@dataclass(frozen=True)
class Threshold:
    """Leaves out particles with a smaller pt, or if they have no pt, with a smaller energy.

    Parameters
    ----------
    value : float
        The threshold, in GeV or in the unit of the energy.
    """

    value: float

    def section(self) -> dict[str, Any]:
        """The entries of a card's section `detector`."""
        return {"threshold": number("value", self.value)}


@dataclass(frozen=True)
class Detector:
    """Your own detector: a Python function of (arrays, seed), see `nearsym.copies`.

    Parameters
    ----------
    function : callable
        The function, which acts on all events at once.
    at_predict : bool
        Whether `predict` applies it too. Use False for a part of the simulation, such as a resolution, that measured
        events already contain.
    """

    function: Function
    at_predict: bool = True

    def __post_init__(self):
        if not callable(self.function):
            raise TypeError(f"function is {self.function!r}, must be a function of (arrays, seed)")
