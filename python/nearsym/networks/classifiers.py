"""The five networks as classifiers that follow scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Sequence

import numpy as np

from .._convert import as_events
from ..events import Events
from ._data import TAKEN, is_named, names_of, refuse_sparse, table, values_of
from ._images import cells_of, image_shape
from ._network import Network, documented
from ._sets import SetNetwork
from . import _spec
from ._spec import Feature, References, Sizes


@documented
@dataclass(eq=False, repr=False)
class FCNClassifier(Network):
    """A fully connected network on a table, one row of numbers for each event.

    `fit` and `predict` take an array (events, values), a data frame, a dict of arrays, or `Events` with columns. A
    C-contiguous array of doubles is not copied.

    Parameters
    ----------
    columns : list or str, optional
        The columns that the network reads, each with an optional transformation:
        ``["pt: log", "n_tracks", {"charge": {"onehot": [-1, 1]}}]``. The transformations are log, log1p, sqrt, asinh
        (of x / s, if a number s follows), abs, clip LOW HIGH, onehot A B ... and raw (not standardised). By default the
        network reads all columns unchanged, except those whose names you give to `fit`: ``fit(events, "label")``. If y
        is an array, a column of X with the same values stays an input. The values of an array are called x0, x1, ...;
        if this list has as many names, they have these names. `columns` may also be a built-in input of particles:
        "lorentz" (their invariant products), "momenta" or "pt".
    references : list or str, optional
        Further vectors for the products of "lorentz", which break a part of the symmetry: "time", "beam", "x", "y", "z"
        or four numbers (E, px, py, pz). Products with "beam" are invariant under boosts along z (docs/card.md).
    lola : int
        With "momenta": the number of learned combinations of momenta in a combination layer and a Lorentz layer
        (arXiv:1707.08966) before the hidden layers; use it with `norm="feature"`. 0: no such layers.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.RandomState(1)
    >>> y = rng.choice(["background", "signal"], 400)
    >>> X = rng.normal(size=(400, 3)) + 2 * (y == "signal")[:, None]
    >>> clf = FCNClassifier(hidden=(16,), epochs=10, learning_rate=0.01).fit(X, y)
    >>> clf.predict(X[:2]).shape, clf.predict_proba(X[:2]).shape
    ((2,), (2, 2))
    >>> bool(clf.score(X, y) > 0.9)
    True
    """

    columns: str | Sequence[Feature] | None = None
    references: References = None
    lola: int = 0

    kind: ClassVar[str] = "fcn"
    _inputs_are: ClassVar[str] = "2darray"

    def _read(self, X: Any) -> Events:
        refuse_sparse(X)
        if not is_named(X):
            return table(X, self.columns)
        if isinstance(X, np.ndarray) and len(X.dtype.names) and X.ndim == 1:
            return Events(columns={name: X[name] for name in X.dtype.names})
        return as_events(X)

    def _read_again(self, X: Any) -> Events:
        trained = getattr(self, "feature_names_in_", None)
        names = names_of(X)
        unnamed = trained is None and names is not None and self._lacks_columns(names)
        if is_named(X) and not unnamed:
            return self._read(X)
        refuse_sparse(X)
        events = table(X, self.columns if trained is None else trained)
        names = values_of(events)
        if trained is None and len(names) == self.n_features_in_ and self._lacks_columns(names):
            raise ValueError("X has no names, and the network was trained on columns by their names: give them again")
        return events

    def _lacks_columns(self, names: list[str]) -> bool:
        reads = _spec.read_input(self._fitted().spec, "event_input")
        return not isinstance(reads, list) or not {*_spec.features(reads)[0]} <= {*names}

    def _width(self, X: Any, events: Events) -> int:
        if isinstance(self.columns, str):
            return len(events.features)
        return len(self._columns(events) if is_named(X) else values_of(events))

    def _columns(self, events: Events) -> str | list[Feature]:
        if self.columns is not None:
            return self.columns if isinstance(self.columns, str) else list(self.columns)
        names: list[Feature] = [*values_of(events)]
        unclear = [name for name in names if name in TAKEN]
        if unclear:
            raise ValueError(
                f"X has a column {unclear[0]!r}, a name that the training needs for its own: give y='label' or "
                "sample_weight='weight' where it is that, rename it where it is an input, or list the columns= to read"
            )
        return names

    def _inputs(self, events: Events) -> dict[str, Any]:
        return {"event_input": self._columns(events)}


@documented
@dataclass(eq=False, repr=False)
class PFNClassifier(SetNetwork):
    """A particle-flow network: it maps each particle to a few numbers, sums these over the event's particles, and
    classifies the sums (arXiv:1810.05165).

    `fit` and `predict` take anything that `nearsym.as_events` accepts: `Events`, awkward arrays, padded arrays (events,
    particles, features), lists of arrays, dicts. An event may have any number of particles, in any order.

    Parameters
    ----------
    features : list or str, optional
        The features of a particle that the network reads, each with an optional transformation:
        ``["pt: log", "d_eta", "d_phi", {"d0": {"clip": [-1, 1]}}]``; or a built-in input: "p4", "cells", "objects",
        "objects_kind", "objects_onehot"; or "pairs", the invariant products of all pairs of particles. By default all
        features, unchanged, except `cell`, the number of a cell.
    columns : list or str, optional
        Columns of the event that the network reads in addition to the pooled particles, with transformations as above;
        or "lorentz" or "pt".
    particle_map : sequence of int
        Sizes of the hidden layers of the particle map.
    latent : int
        Number of outputs of the particle map.
    pooling : "sum" or "mean"
        How the outputs of an event's particles are combined.
    padded : int
        Pad events to this number of particles with rows of zeros, which count; 0: no padding.
    references : list or str, optional
        Further vectors for the products of "pairs" and "lorentz", as for `FCNClassifier`.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.RandomState(1)
    >>> y = np.repeat([0, 1], 100)
    >>> jets = [rng.normal(k, 1, (rng.randint(1, 5), 3)) for k in y]
    >>> clf = PFNClassifier(particle_map=(16,), latent=8, hidden=(16,), epochs=5).fit(jets, y)
    >>> clf.decision_function(jets[:3]).shape
    (3,)
    """

    particle_map: Sizes = (64, 64)
    latent: int = 32
    pooling: str = "sum"
    padded: int = 0
    references: References = None

    kind: ClassVar[str] = "pfn"


@documented
@dataclass(eq=False, repr=False)
class EFNClassifier(SetNetwork):
    """An energy-flow network: a PFN whose map does not read a particle's first feature, its energy or pt. Instead, the
    sum over the event is weighted with this energy. This makes the network safe against soft and collinear particles
    (arXiv:1810.05165).

    `fit` and `predict` take anything that `nearsym.as_events` accepts.

    Parameters
    ----------
    features : list or str, optional
        The features of a particle, as for `PFNClassifier`. The first is the energy and has no transformation. By
        default all features; the first is `pt`, or else `energy`.
    columns : list or str, optional
        Columns of the event that the network reads in addition to the pooled particles.
    particle_map : sequence of int
        Sizes of the hidden layers of the particle map.
    latent : int
        Number of outputs of the particle map.
    """

    particle_map: Sizes = (64, 64)
    latent: int = 32

    kind: ClassVar[str] = "efn"

    def _all_features(self, events: Events) -> list[str]:
        names = super()._all_features(events)
        energies = [name for name in ("pt", "energy") if name in names] or names[:1]
        return energies[:1] + [name for name in names if name != energies[0]]


@documented
@dataclass(eq=False, repr=False)
class HybridClassifier(SetNetwork):
    """A network that learns how far to trust a symmetry. It joins a latent of all particles and a latent of invariants
    with weights that depend on a third input, the gate (Nabat et al., PRD 111, 072002).

    `fit` and `predict` take anything that `nearsym.as_events` accepts. By default particles need px, py, pz and energy,
    and all events the same number of particles.

    Parameters
    ----------
    features : list or str
        Input of the general part: a list of features of a particle, or a built-in input such as "p4".
    columns : list or str
        Input of the invariant part: a list of columns of the event, or "lorentz", the invariants of all pairs.
    gate : list or str
        Input of the gate, on which the weights depend: a list of columns, or "pt", the pt of the first particle. May be
        None with `gate_set`.
    gate_set : bool
        The weights also depend on the latent of all particles, so on the set itself.
    particle_map, event_map, gate_map : sequence of int
        Sizes of the hidden layers of the three maps.
    latent : int
        Number of outputs of the first two maps.
    combination : str
        How the latents are joined. "sum": their weighted sum. "concat_weighted": side by side, each times its weight.
        "concat_weights": side by side, followed by the two weights. "concat_input": side by side, followed by the
        gate's input, without a gate map. "concat": side by side, without a gate.
    pooling : "sum" or "mean"
        How the outputs of an event's particles are combined.
    references : list or str, optional
        Further vectors for the products of "lorentz" and "pairs", as for `FCNClassifier`.
    """

    features: str | Sequence[Feature] | None = "p4"
    columns: str | Sequence[Feature] | None = "lorentz"
    gate: str | Sequence[Feature] | None = "pt"
    gate_set: bool = False
    particle_map: Sizes = (64, 64)
    event_map: Sizes = (64, 64)
    gate_map: Sizes = (32, 32)
    latent: int = 16
    combination: str = "sum"
    pooling: str = "sum"
    references: References = None

    kind: ClassVar[str] = "hybrid"

    def _inputs(self, events: Events) -> dict[str, Any]:
        return {**super()._inputs(events), "gate_input": self.gate}

    def general_weight(self, X: Any) -> np.ndarray:
        """The weight (events,) of the general latent; the invariant latent has 1 minus this weight."""
        scores = self._scores(X)
        if "general_weight" not in scores:
            raise ValueError(f"combination is {self.combination!r}, which has no learned weights")
        return scores["general_weight"]


@documented
@dataclass(eq=False, repr=False)
class CNNClassifier(Network):
    """A convolutional network on images: blocks of convolutions with a 2 x 2 max pool after each.

    `fit` and `predict` take an array (events, rows, columns). They also take events of cells, with the features `cell`
    (the cell's number, counted row by row) and `energy` or `pt`; or, with the detector `nearsym.Cells`, events of
    points.

    Parameters
    ----------
    filters : sequence of int
        Number of filters of each block; multiples of 16 are fastest.
    convolutions : int
        Number of convolutions in each block.
    kernel : int
        Width of a filter in cells, an odd number; images keep their size.
    shape : (int, int), optional
        Numbers of rows and columns of the image. Needed for events of cells, unless a detector or their attribute
        `grid` gives them.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.RandomState(1)
    >>> y = np.repeat([0, 1], 50)
    >>> images = rng.uniform(size=(100, 8, 8)) + y[:, None, None]
    >>> clf = CNNClassifier(filters=(4,), convolutions=1, hidden=(8,), epochs=3).fit(images, y)
    >>> clf.predict_proba(images[:2]).shape
    (2, 2)
    """

    filters: Sizes = (16, 16)
    convolutions: int = 2
    kernel: int = 3
    shape: Sequence[int] | None = None

    kind: ClassVar[str] = "cnn"

    def _read(self, X: Any) -> Events:
        return cells_of(X) if isinstance(X, np.ndarray) and not X.dtype.names else as_events(X)

    def _check_width(self, width: int) -> None:
        """Images are of the grid that trained; that is for the library to say."""

    def _inputs(self, events: Events) -> dict[str, Any]:
        return {"event_input": "image"}

    def _members(self, events: Events) -> dict[str, Any]:
        rows, columns = image_shape(events, self.shape)
        return {"image_rows": rows, "image_columns": columns, "padded": rows * columns}


NAMES = ("FCNClassifier", "PFNClassifier", "EFNClassifier", "CNNClassifier", "HybridClassifier")
