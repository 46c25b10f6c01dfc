"""How invariant a trained network is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._simulation import run
from .copies import Copies
from .estimates import Estimates

if TYPE_CHECKING:
    from .networks._network import Network


def spreads(outputs: np.ndarray, parent: np.ndarray) -> np.ndarray:
    """Standard deviation (events,) of the outputs (rows, values) of each event's copies, of which it is `parent`.

    Of several values it is the root of the sum of their variances.
    """
    order = np.argsort(parent, kind="stable")
    by_event = outputs[order].reshape(parent.max() + 1, -1, outputs.shape[1])
    return np.sqrt(by_event.var(axis=1, ddof=1).sum(axis=1))


def invariance_of(
    classifier: Network, X: Any, copies: Copies, detector: Any = None, *, of: str = "output", seed: int = 1
) -> Estimates:
    """How much a network's outputs differ between copies of an event: 0 for an invariant network.

    Parameters
    ----------
    classifier : a fitted classifier of nearsym
    X : events, raw, as given to `predict`
    copies : `nearsym.rotations(64)` or the like
        The transformations under which the outputs should not change.
    detector : optional
        The detector that acts on the copies; [] for none. By default the detector of `fit`, smearing included. If the
        classifier comes from a file and was fitted with a Python function, give the detector here.
    of : "output" or "logit"
        Compare probabilities or logits.
    seed : int
        The seed of the detector's random numbers.

    Returns
    -------
    Estimates
        `spread`: the standard deviation over the copies of an event, averaged over the events, with its statistical
        error. With three or more classes it is the root of the sum of the variances of their outputs.

    Examples
    --------
    >>> import numpy as np, nearsym as ns
    >>> rng = np.random.RandomState(1)
    >>> y = np.arange(300) % 2
    >>> points = rng.normal(size=(300, 5, 3)) * (1 + y[:, None, None])
    >>> events = ns.Events(points.reshape(-1, 3), 5 * np.arange(301), features=["x", "y", "energy"])
    >>> def turn(arrays, seed):
    ...     phi = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    ...     x, y = arrays["x"], arrays["y"]
    ...     arrays["x"], arrays["y"] = np.cos(phi) * x - np.sin(phi) * y, np.sin(phi) * x + np.cos(phi) * y
    ...     return arrays
    >>> clf = ns.PFNClassifier(epochs=3).fit(events, y)
    >>> spread = ns.invariance_of(clf, events, ns.Copies(turn, count=4))
    >>> bool(0 < spread.error < spread.value < 0.5)
    True
    """
    if of not in ("output", "logit"):
        raise ValueError(f"of is {of!r}, must be 'output' or 'logit'")
    from .networks._network import Network

    if not isinstance(classifier, Network):
        raise TypeError(f"classifier is {classifier!r}, must be a fitted one of nearsym's, such as PFNClassifier")
    model = classifier._fitted()
    if detector is None and not classifier._detector_known:
        raise ValueError(
            "the classifier is of a file, which does not say all that it was trained behind: give detector=, as `fit` "
            "was given it, or [] for nothing"
        )
    events = classifier._read_again(X)
    if len(events) == 0:
        raise ValueError("there are no events whose copies could be compared: X has 0")
    rows, parent = run(events, copies, classifier.detector_ if detector is None else detector, seed)
    if len(rows) < 2 * len(events):
        raise ValueError(f"copies are {len(rows) // max(1, len(events))} of each event, and a spread needs at least 2")
    scores = model.predict(rows)[of]
    if np.isnan(scores).any():
        raise ValueError("the model's cuts leave some of these events or copies out: choose events that pass them")
    each = spreads(scores.reshape(len(rows), -1), parent)
    error = each.std(ddof=1) / np.sqrt(len(each)) if len(each) > 1 else np.nan
    return Estimates(["spread"], [each.mean()], [error])
