"""How broken a symmetry is: of a sample, of a detector, of a network."""

from __future__ import annotations

import json
import os
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

import numpy as np

from ._convert import as_events
from ._library import STOP, c_text, check, interruptible, text
from ._native import ffi, lib
from ._progress import listening
from ._scalars import number, threads, whole
from ._simulation import run, section_of, steps_of
from ._tables import Cells, Table, plus_minus
from .copies import IMAGES, Copies, has_range, reflections
from .events import Events, read
from .studies import setting_of

QUESTIONS = ("before_detector", "as_measured", "commutator", "noise_floor")


class Answer(NamedTuple):
    """How well a classifier separates two versions of the same events, measured on held-out events."""

    events: int
    auc: float
    """0.5: it cannot separate them."""
    auc_error: float
    accuracy: float
    accuracy_error: float
    q: float
    """Mean of ln sigmoid(phi) + ln 2, phi the difference of the versions' logits. 0 if symmetric, at most ln 2."""
    q_error: float
    same: bool
    """Whether both versions are identical in every event."""
    verdict: str
    """The result in words, such as "broken: 5.2 sigma"."""


class Invariance(NamedTuple):
    """A network's outputs on transformed events, as a function of the size of the transformation: arrays (sizes,)."""

    events: int
    trained: float
    """Approximate number of these events that are training events of the network."""
    spread: float
    spread_error: float
    local: float
    """Mean of abs(d output / d t) at t = 0, per radian or unit of rapidity."""
    local_error: float
    size: np.ndarray
    auc: np.ndarray
    auc_error: np.ndarray
    relative: np.ndarray
    """Median of the logit's relative change; the next two fields are its 16 % and 84 % quantiles."""
    relative_low: np.ndarray
    relative_high: np.ndarray
    agreement: np.ndarray
    """Share of events whose decision does not change."""


class Symmetry(Table, Mapping):
    """The measurements by name. It prints as a table.

    Attributes
    ----------
    transform, unit : str
    sample, detector : str
        Descriptions of the sample and the detector; detector is "" if none is known.
    network : Invariance or None
    notes : str
        Remarks, one per line.
    """

    def __init__(self, answers: dict[str, Answer], network: Invariance | None = None, **facts: str):
        self._answers = answers
        self.network = network
        self.transform, self.unit = facts.get("transform", ""), facts.get("unit", "")
        self.sample, self.detector = facts.get("sample", ""), facts.get("detector", "")
        self.notes = facts.get("notes", "")
        self._c: Any = None  # the library's own, where it is one

    def __getitem__(self, question: str) -> Answer:
        if question not in self._answers:
            raise KeyError(f"there is no answer {question!r}; there are: {', '.join(self._answers)}")
        return self._answers[question]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)

    def _cells(self) -> Cells:
        rows = [
            (name, plus_minus(a.auc, a.auc_error), f"{a.accuracy:.4f}", plus_minus(a.q, a.q_error), a.verdict)
            for name, a in self._answers.items()
        ]
        notes = self.notes.splitlines()
        if self.network:
            spread = plus_minus(self.network.spread, self.network.spread_error)
            local = plus_minus(self.network.local, self.network.local_error)
            notes.insert(0, f"network: spread {spread}, local error {local}")
        title = f"{self.transform}: {self.sample}" + (f"; detector: {self.detector}" if self.detector else "")
        return Cells(title, ("", "AUC", "accuracy", "Q", ""), rows, notes, left=(0, 4))


def answer_of(c: Any, question: int) -> Answer:
    """An answer of the library's."""
    words = ffi.new("char[]", lib.NSYM_SYMMETRY_TEXT)
    lib.nsym_symmetry_verdict(words, question, ffi.addressof(c))
    return Answer(c.events, c.auc, c.auc_error, c.accuracy, c.accuracy_error, c.q, c.q_error, bool(c.same), text(words))


def invariance_of(c: Any) -> Invariance | None:
    """What the library found of a network; None where there was none."""
    if not c.events:
        return None
    names = ("size", "auc", "auc_error", "relative", "relative_low", "relative_high", "agreement")
    arrays = [np.array([getattr(c.at[k], name) for k in range(c.sizes)]) for name in names]
    return Invariance(c.events, c.trained, c.spread, c.spread_error, c.local, c.local_error, *arrays)


def result_of(owner: Any) -> Symmetry:
    """A result of the library's, `nsym_symmetry_result *`."""
    r = owner[0]
    answers = {name: answer_of(r.answer[k], k) for k, name in enumerate(QUESTIONS) if r.asked[k]}
    facts = {name: text(getattr(r, name)) for name in ("transform", "unit", "sample", "detector")}
    found = Symmetry(answers, invariance_of(r.network), notes=text(r.note), **facts)
    found._c = owner
    return found


def is_card(path: str) -> bool:
    """Is it a card's path or a study's name, not a file of events?"""
    if path.endswith((".yaml", ".yml")):
        return True
    return not os.path.exists(path) and "." not in path and "/" not in path


def model_of(model: Any) -> Any:
    """The library's model of a fitted classifier, or of a file."""
    from .networks._model import Model
    from .networks._network import Network

    if isinstance(model, (str, os.PathLike)):
        return Model.load(model)
    if isinstance(model, Network):
        return model._fitted()
    raise TypeError(f"model is {model!r}, must be a fitted classifier of nearsym or the path of a model")


class Asked:
    """What the library is asked: `nsym_symmetry_options *`, and the texts that it points at."""

    def __init__(self, transform: Any, range: float | None, columns: Sequence[str], image: str, seed: int, jobs: int):
        if image not in IMAGES:
            raise ValueError(f"image is {image!r}, must be one of {', '.join(IMAGES)}")
        self._alive: list[Any] = []
        self.options = options = ffi.new("nsym_symmetry_options *", lib.nsym_symmetry_defaults())
        options.transform = ffi.NULL if callable(transform) else self.kept(transform, "transform")
        options.columns = self.kept(",".join(columns) or None, "columns")
        options.range = 0 if range is None else number("range", range)
        options.seed, options.style = whole("random_state", seed), IMAGES.index(image)
        options.jobs, options.stop = threads(jobs, "jobs"), STOP

    def kept(self, value: Any, name: str) -> Any:
        """A text as the library takes it, for as long as this lives."""
        self._alive.append(ffi.NULL if value is None else ffi.new("char[]", c_text(value, name)))
        return self._alive[-1]

    def card(self, card: Any, preset: str | None, set: Mapping[str, Any] | None, at: Mapping[str, Any] | None) -> Any:
        """`nsym_study_options *` of a card, and which of its runs is meant."""
        study = ffi.new("nsym_study_options *")
        texts = [self.kept(setting_of(item), "set") for item in (set or {}).items()]
        study.card, study.preset = self.kept(os.fspath(card), "card"), self.kept(preset, "preset")
        listed = ffi.new("char *[]", texts or 1)
        self._alive.append(listed)
        study.set, study.sets = ffi.cast("const char *const *", listed), len(texts)
        return study, self.kept(",".join(f"{name}={value}" for name, value in (at or {}).items()) or None, "at")


def by_function(events: Events, name: Any, detector: Any, options: Any, seed: int) -> Symmetry:
    """Versions that Python functions make: of the detector, of the transformation, or of both."""
    how: dict[str, Any] = {"count": 2}
    if not callable(name):
        how["values"] = "random"
        if has_range(name):
            how["range"] = options.range or 0.5
    rng = np.random.default_rng(seed)
    events = events[np.sort(rng.choice(len(events), min(len(events), options.events), replace=False))]

    def versions(where: str, behind: Any, draws: int) -> tuple[Events, Events]:
        copies = reflections(where) if name == "reflect" else Copies(name, where=where, **how)
        rows, parent = run(events, copies, behind, draws)
        order = np.argsort(parent, kind="stable").reshape(-1, 2)
        return rows[order[:, 0]], rows[order[:, 1]]

    z, g_z = versions("before", None, seed)
    d_z, d_g_z = versions("before", detector, seed)
    _, g_d_z = versions("after", detector, seed)
    again, _ = run(events, None, detector, seed + 1)
    pairs = {"before_detector": (z, g_z), "as_measured": (d_z, g_d_z), "commutator": (d_g_z, g_d_z)}
    pairs["noise_floor"] = (d_z, again)
    answers = {}
    for question, (a, b) in pairs.items():
        out = ffi.new("nsym_distinguished *")
        with interruptible():
            check(lib.nsym_symmetry_compare(out, a.c, b.c, options))
        answers[question] = answer_of(out[0], QUESTIONS.index(question))
    words = getattr(name, "__name__", str(name))
    return Symmetry(answers, transform=words, sample=f"{len(events)} events", detector="given in Python")


def symmetry(
    sample: Any,
    transform: Any = None,
    *,
    detector: Any = None,
    model: Any = None,
    events: int = 10000,
    range: float | None = None,
    columns: Sequence[str] = (),
    image: str = "exact",
    at: Mapping[str, Any] | None = None,
    preset: str | None = None,
    set: Mapping[str, Any] | None = None,
    steps: int = 13,
    epochs: int = 30,
    random_state: int = 1,
    jobs: int = 0,
    progress: bool | str = "auto",
) -> Symmetry:
    """Measures how broken a symmetry is: of a sample, of a detector, and of a network. See ``docs/symmetry.md``.

    Classifiers try to separate events from their transformed copies, with one random transformation per event. Each is
    trained on one half of the events and tested on the other. An AUC of 0.5 means that they cannot.

    Parameters
    ----------
    sample : events, a path of events, a card's path, or a study's name
        With a detector, events in memory must be raw. Without one, they are taken as measured.
    transform : a name of `nearsym.copies.TRANSFORMS`, "reflect", or a function of (arrays, seed), see `nearsym.copies`
        "rotate", "boost", "shift_phi", "boost_transverse", "rotate_3d"; "reflect": y changes sign. By default, a card's
        transformation of copies, or its matrices, one for each event.
    detector : `nearsym.Cells(32, 32)` or the like, a function of (arrays, seed), or a list of these, optional
        The detector for events in memory or in a file.
    model : a fitted classifier or the path of a model, optional
        A network whose invariance is measured too.
    events : int
        The largest number of events to use.
    range : float, optional
        A boost's rapidity is drawn from -range to range. By default the card's, or 0.5.
    columns : names of event columns that the transformation does not change
        The classifier reads them together with the particles.
    image : "exact", "opencv", "nearest" or "unbinned"
        How images are rotated after the detector.
    at : dict, optional
        Which of a card's runs, such as ``{"recipe": "published"}``; by default the first with a detector.
    preset, set : preset and settings of a card, as for `nearsym.Study`
    steps : int
        Number of sizes of the transformation at which to measure a network.
    epochs : int
        The largest number of epochs of a classifier.
    random_state : int
    jobs : int
        Number of classifiers trained at once; 0: one per CPU.
    progress : True, False or "auto"

    Returns
    -------
    Symmetry
        The measurements by name: `before_detector`, `as_measured`, `commutator` (does the detector commute with the
        transformation?) and `noise_floor`, if they are possible; and `network`.

    Raises
    ------
    nearsym.InvalidError
        If the transformation is unknown, there are too few events, or the card has a mistake.
    nearsym.FormatError
        If particles lack the features that the transformation changes.

    Examples
    --------
    >>> import numpy as np, nearsym as ns
    >>> points = np.random.RandomState(1).normal(size=(400, 5, 3)) ** [1, 1, 2] * [0.2, 0.2, 1]
    >>> events = ns.Events(points.reshape(-1, 3), 5 * np.arange(401), features=["x", "y", "energy"])
    >>> broken = ns.symmetry(events, "rotate", detector=ns.Cells(8, 8))
    >>> bool(abs(broken["before_detector"].auc - 0.5) < 0.1), bool(broken["commutator"].auc > 0.8)
    (True, True)
    """
    asked = Asked(transform, range, columns, image, random_state, jobs)
    options = asked.options
    options.events, options.steps = whole("events", events), whole("steps", steps)
    options.epochs = whole("epochs", epochs, 1)
    card = isinstance(sample, (str, os.PathLike)) and is_card(os.fspath(sample))
    if card and detector is not None:
        raise ValueError("detector is for events; a card's detector is in the card: set={'detector.cells': [32, 32]}")
    if not card and (at or preset or set):
        raise ValueError("at, preset and set are a card's, and sample is none")
    with listening(progress) as options.progress:
        if card:
            return _asked(lib.nsym_symmetry_of_card, model, options, *asked.card(sample, preset, set, at))
        of = read(os.fspath(sample)) if isinstance(sample, (str, os.PathLike)) else as_events(sample)
        parts = steps_of(detector)
        if callable(transform) or any(not isinstance(step, list) for step in parts):
            if model is not None:
                raise ValueError("a network is measured behind the library's detectors and transformations alone")
            return by_function(of, transform, detector, options, options.seed)
        if detector is None:
            return _asked(lib.nsym_symmetry_of_events, model, options, of.c)
        section = json.dumps({"detector": section_of(step) for step in parts if isinstance(step, list)})
        return _asked(lib.nsym_symmetry_of_detector, model, options, of.c, asked.kept(section, "detector"))


def _asked(ask: Any, model: Any, options: Any, *what: Any) -> Symmetry:
    """What the library answers."""
    out = ffi.new("nsym_symmetry_result *")
    if model is None:
        with interruptible():
            check(ask(out, *what, ffi.NULL, options))
        return result_of(out)
    own = model_of(model)
    with own._lock, interruptible():
        check(ask(out, *what, own._owner, options))
    return result_of(out)
