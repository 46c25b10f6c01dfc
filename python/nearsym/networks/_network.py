"""What the classifiers share: fit, predict, files."""

from __future__ import annotations

import inspect
import os
import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .._library import c_text, logger
from .._simulation import as_predicted, renewal, run, steps_of
from ..events import Events
from . import _spec
from ._base import BaseEstimator, ClassifierMixin, NotFittedError
from ._data import (
    TAKEN,
    Sample,
    check_classes,
    column,
    division,
    encode,
    group_numbers,
    is_named,
    names_of,
    places,
    seed_of,
)
from ._model import Model, precision_of, without
from ._spec import Sizes
from ._training import train

SPECIFIED = (*_spec.LAYERS, *_spec.WORDS, *_spec.NUMBERS, *_spec.FLAGS, "dropout", "leak", "references")
"""Arguments that are members of the library's specification."""
_ORDER = "which events validate, and which stand in a step together, depends on the order and the number of rows"
EXEMPT = {
    "check_sample_weights_invariance": _ORDER,
    "check_sample_weight_equivalence_on_dense_data": _ORDER,
}
"""Checks of scikit-learn that a training by steps on some of the events cannot pass, and why."""
FACTS = "python"
"""The attribute of a model's file that keeps what a classifier is beyond its network, as JSON."""


@dataclass(eq=False, repr=False)
class Network(ClassifierMixin, BaseEstimator):
    """
    hidden : sequence of int
        Sizes of the classifier's hidden layers.
    activation : "relu", "leaky_relu" or "silu"
        The activation after every hidden layer.
    leak : float
        Slope of the leaky ReLU below 0.
    linear_first : bool
        The first layers of the particle map and of the classifier have neither norm nor activation.
    norm : "none", "feature" or "slot"
        Batch norm. "feature": one mean and variance per feature. "slot": in the particle map, one per place in the
        event.
    dropout : float
        Fraction of the values after each hidden layer that a training step sets to 0.
    initialisation : str
        First weights: "pytorch", "glorot_uniform", "glorot_normal", "he_normal" or "orthogonal".
    epochs, batch : int
        Largest number of epochs; number of rows in a step. The copies of an event are rows and stay in one step.
    learning_rate, weight_decay : float
        Parameters of the optimiser, AdamW.
    sampling : "each", "weight", "bootstrap" or "bootstrap_class"
        The events of an epoch. "each": every event once. "weight": drawn anew in proportion to the weights.
        "bootstrap": drawn once, with replacement, among all events; "bootstrap_class": among those of the same class.
    shuffle : bool
        Use another order in every epoch.
    standardise : bool
        Standardise the inputs with the training events.
    validation : float
        Fraction of the events of each class used for validation, if `fit` has no `eval_set`. The network of the best
        epoch is kept. With 0, or if a class has one event, there is no validation, and the last epoch is kept.
    patience : int
        The training stops after this number of epochs without improvement of the validation loss; 0: never.
    min_change : float
        Smallest decrease of the validation loss that counts as improvement.
    invariance : float
        Factor of the penalty: the variance of the outputs on the copies of an event, which is added to the loss
        (arXiv:2311.05952).
    invariance_of : "output" or "logit"
        Whether the penalty uses probabilities or logits.
    temperature : bool
        After the training, fit the temperature to the validation events: a number that divides the logits before they
        become probabilities (docs/calibration.md). `decision_function` does not change.
    precision : "single" or "bf16"
        Precision of matrix products in training and prediction; bf16 needs a CPU with instructions for it
        (docs/precision.md).
    random_state : int, numpy.random.RandomState, numpy.random.Generator or None
        Seed of first weights, random draws and the split. An int gives the same bits on one kind of CPU; None draws a
        seed.
    verbose : bool or "auto"
        Show a progress bar, if tqdm is installed; "auto": on a terminal. Epochs also go to the log `nearsym`.

    Attributes
    ----------
    classes_ : array (classes,)
        The labels, sorted. With two classes `decision_function` is high for the second.
    history_ : dict of arrays (epochs,)
        `epoch`, `train_loss`, `validation_loss`, `validation_auc`; NaN without validation.
    best_epoch_ : int
        The epoch, from 1, whose weights are kept.
    temperature_ : float
        The number that divides the logits before they become probabilities; 1 without `temperature`.
    n_features_in_ : int
        Number of values of an event, or of features of a particle.
    detector_ : optional
        The detector that acts on the events; after `load`, the part that the file contains.
    """

    hidden: Sizes = (64, 64)
    activation: str = "relu"
    leak: float = 0.01
    linear_first: bool = False
    norm: str = "none"
    dropout: float = 0.0
    initialisation: str = "pytorch"
    epochs: int = 100
    batch: int = 128
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    sampling: str = "each"
    shuffle: bool = True
    standardise: bool = True
    validation: float = 0.2
    patience: int = 10
    min_change: float = 0.0
    invariance: float = 0.0
    invariance_of: str = "output"
    temperature: bool = False
    precision: str = "single"
    random_state: Any = 1
    verbose: bool | str = False

    kind: ClassVar[str]
    _inputs_are: ClassVar[str] = "3darray"

    def _more_tags(self) -> dict[str, Any]:
        return {"X_types": [self._inputs_are], "_xfail_checks": EXEMPT}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.two_d_array = self._inputs_are == "2darray"
        tags.input_tags.three_d_array = self._inputs_are == "3darray"
        return tags

    # What a kind of network says: how its events are read, and what it is made of.

    def _read(self, X: Any) -> Events:
        raise NotImplementedError

    def _read_again(self, X: Any) -> Events:
        """Events for the fitted network."""
        return self._read(X)

    def _lacks_columns(self, names: list[str]) -> bool:
        """Lacks a data frame of these columns some that the fitted network reads by name?"""
        return True

    def _inputs(self, events: Events) -> dict[str, Any]:
        raise NotImplementedError

    def _members(self, events: Events) -> dict[str, Any]:
        fixed = [name for name in ("lorentz", "momenta") if name in self._inputs(events).values()]
        if not fixed and self.norm != "slot":
            return {}
        counts = np.unique(events.counts)
        if len(counts) != 1:
            why = "norm='slot' needs" if self.norm == "slot" else f"the input {fixed[0]!r} is of"
            raise ValueError(f"{why} one number of particles in every event, and these have {list(counts[:5])}")
        return {"slots": int(counts[0])}

    def _width(self, X: Any, events: Events) -> int:
        return len(events.features)

    def _spec(self, events: Events, classes: int) -> Any:
        """The network's specification for events."""
        inputs = self._inputs(events)
        for items in inputs.values():
            names = [] if items is None or isinstance(items, str) else _spec.features(items)[0]
            taken = [name for name in names if name in TAKEN]
            if taken:
                raise ValueError(f"{taken[0]!r} cannot be an input: the training needs this name; rename the column")
        values = {name: getattr(self, name) for name in SPECIFIED if hasattr(self, name)}
        values["classes"] = classes if classes > 2 else 0
        return _spec.build(self.kind, inputs, {**values, **self._members(events)})

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        groups: Any = None,
        eval_set: tuple | None = None,
        copies: Any = None,
        detector: Any = None,
        start_from: Any = None,
        frozen: Any = (),
    ) -> Any:
        """Trains the network.

        Parameters
        ----------
        X : events
            The events, as described for the class.
        y : array (events,) or str
            Labels (integers, bools or texts) of 2 to 16 classes, or the name of the column of X that has them. A column
            named here, or for weights or groups, is not an input. If y is an array, a column of X with the same values
            stays an input.
        sample_weight : array (events,) or str, optional
            Weights of the events in the loss, of any sign. Those of each class must add up to more than 0. Events of
            weight 0 are left out.
        groups : array (events,) or str, optional
            The number of the event of which each row is a copy. Rows with the same number stay in one part of the
            sample and in one step, and `invariance` acts on them.
        eval_set : (X, y) or (X, y, sample_weight), optional
            Validation events, instead of a part of X.
        copies : nearsym.copies.Copies, optional
            Transformed copies of every event, made before or after the detector: `nearsym.rotations(8)`,
            `nearsym.Copies(function, count=8)`. They stay in one part and in one step, and `invariance` acts on them.
            New ones in every epoch: `nearsym.rotations(8, values="random", fresh=True)`.
        detector : optional
            The detector that acts on the events first: `nearsym.Cells(32, 32)`, `nearsym.Smear(0.1)`, a Python function
            of (arrays, seed), or a list of these. `predict` applies it too; see `nearsym.copies`.
        start_from : a fitted classifier, or the file of a model, optional
            Fine-tuning: the training begins with the weights of this model and keeps its standardisation of the inputs.
            Both networks must be built alike; only dropout may differ. With `epochs=0` the result is this model.
        frozen : str or list of str
            With start_from: layers whose weights do not change, such as "particle_map" or "hidden.0".

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            If events, labels or weights cannot be used, or arguments are out of range.
        KeyboardInterrupt
            After Ctrl-C. The classifier is unchanged.
        """
        seed = seed_of(self.random_state)
        if copies is not None and groups is not None:
            raise ValueError("groups says which rows are copies of one event, and copies makes such rows: give one")
        steps = steps_of(detector)
        events = self._read(X)
        classes, codes = encode(y, events)
        weights = column(sample_weight, "sample_weight", events)
        rows = group_numbers(groups, events)
        beside = [name for name in (y, sample_weight, groups) if isinstance(name, str)]
        events = without(events, beside)
        sample = Sample(events, codes, weights, rows, None).of_weight()
        there, codes = np.unique(sample.codes, return_inverse=True)
        classes, sample = classes[there], sample._replace(codes=codes.reshape(-1))
        check_classes(classes)
        if eval_set is not None:
            sample = sample.with_checks(self._checks(eval_set, classes, beside))
        else:
            sample = sample._replace(validates=division(sample.codes, sample.groups, self.validation, seed))
            if sample.validates is None and self.validation:
                logger.info("a class has one event only, so nothing validates; the network is that of the last epoch")
        before, fresh = sample.events, None
        if copies is not None or steps:
            made, parent = run(sample.events, copies, detector, seed)
            sample = sample.take(made, parent)
            sample = sample._replace(groups=parent if sample.groups is None else sample.groups)
            fresh = renewal(before, copies, steps, seed)
        spec = self._spec(sample.events, len(classes))
        model, history, best = train(spec, self.get_params(), seed, sample.ready(), start_from, frozen, fresh)
        self._model, self.history_, self.best_epoch_ = model, history, best
        self.detector_, self._detector_known, self._seed = detector, True, seed
        self._beside = beside
        names = self._input_names(X)
        self.classes_, self.n_features_in_ = classes, len(names) if names else self._width(X, events)
        self._set_names(names)
        self._tell_model(seed, sample.events, steps)
        return self

    def _checks(self, eval_set: tuple, classes: np.ndarray, beside: list[str]) -> Sample:
        """The events that validate, without the columns of these names, as those that train have them."""
        if not isinstance(eval_set, (tuple, list)) or len(eval_set) not in (2, 3):
            raise TypeError("eval_set must be (X, y) or (X, y, sample_weight)")
        X, y, weight = (*eval_set, None)[:3]
        events = self._read(X)
        known, codes = encode(y, events)
        at = places(known, classes)
        if (at < 0).any():
            raise ValueError(f"eval_set has the label {known[at < 0].tolist()[0]!r}, which is not in y")
        weights = column(weight, "the sample_weight of eval_set", events)
        events = without(events, [*beside, *(name for name in (y, weight) if isinstance(name, str))])
        return Sample(events, at[codes], weights, None, None).of_weight()

    def _input_names(self, X: Any) -> list[str] | None:
        """The names of a data frame's columns but for those that hold labels, weights or groups."""
        names = names_of(X)
        return [name for name in names if name not in self._beside] if names else None

    def _set_names(self, names: list[str] | None) -> None:
        if names is not None:
            self.feature_names_in_ = np.array(names, object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    # Answers.

    @property
    def temperature_(self) -> float:
        """The number that divides the logits before they become probabilities; 1 if none was fitted."""
        return self._fitted().temperature

    def _fitted(self) -> Model:
        if not hasattr(self, "_model"):
            raise NotFittedError(f"This {type(self).__name__} instance is not fitted yet: call fit, or load a model")
        return self._model

    def _scores(self, X: Any) -> dict[str, np.ndarray]:
        model = self._fitted()
        self._check_names(X)
        events = self._read_again(X)
        if not is_named(X):
            self._check_width(self._width(X, events))
        events = as_predicted(events, steps_of(self.detector_), self._seed)
        return model.predict(events, precision_of(self.precision))

    def _check_width(self, width: int) -> None:
        """An array without names has as many values as that which trained."""
        if width != self.n_features_in_:
            name, wanted = type(self).__name__, self.n_features_in_
            raise ValueError(f"X has {width} features, but {name} is expecting {wanted} features as input")

    def _check_names(self, X: Any) -> None:
        """A data frame has the columns that trained, in their order."""
        names, trained = self._input_names(X), getattr(self, "feature_names_in_", None)
        name = type(self).__name__
        if names is None and trained is not None and not is_named(X):
            text = f"X does not have valid feature names, but {name} was fitted with feature names"
            warnings.warn(text, stacklevel=4)
        if names is not None and trained is None and self._lacks_columns(names):
            warnings.warn(f"X has feature names, but {name} was fitted without feature names", stacklevel=4)
        if names is None or trained is None or names == list(trained):
            return
        parts = ["The feature names should match those that were passed during fit."]
        for title, some in (
            ("Feature names unseen at fit time:", sorted(set(names) - set(trained))),
            ("Feature names seen at fit time, yet now missing:", sorted(set(trained) - set(names))),
        ):
            parts += [title, *(f"- {one}" for one in some[:5])] if some else []
        if len(parts) == 1:
            parts.append("Feature names must be in the same order as they were in fit.")
        raise ValueError("\n".join(parts) + "\n")

    def decision_function(self, X: Any) -> np.ndarray:
        """The network's logits: its outputs before they become probabilities.

        Returns
        -------
        array (events,), or (events, classes) for three or more classes
            Logits, in double precision. They still separate events whose probabilities are almost 0 or 1. NaN for
            events that fail the cuts of a model that the program trained.
        """
        return self._scores(X)["logit"]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of the classes, (events, classes), in the order of `classes_`."""
        output = self._scores(X)["output"]
        return output if output.ndim == 2 else np.column_stack([1 - output, output])

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class of each event, (events,)."""
        codes = self._codes(X)
        return self.classes_[codes]

    def _codes(self, X: Any) -> np.ndarray:
        """The number of the most probable class of each event, (events,)."""
        logit = self.decision_function(X)
        cut = np.isnan(logit[:, None] if logit.ndim == 1 else logit).any(axis=1)
        if cut.any():
            raise ValueError(f"the model's cuts leave {cut.sum()} of {len(cut)} events out, which have no class")
        return logit.argmax(axis=1) if logit.ndim == 2 else (logit > 0).astype(int)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The accuracy: the weighted share of events whose class is predicted. y and weights are as for `fit`."""
        called = self._codes(X)
        events = self._read_again(X)
        labels, codes = encode(y, events)
        right = called == places(labels, self.classes_)[codes]
        weights = column(sample_weight, "sample_weight", events)
        if weights is not None and weights.sum() == 0:
            raise ValueError("sample_weight adds up to 0, so there is no share of it")
        return float(np.average(right, weights=weights))

    # Files.

    def save(self, path: str | os.PathLike) -> None:
        """Writes the trained network to a file, which `load` and the program's `nearsym predict` read.

        The file appears complete or not at all. It contains the arguments, the labels, and a detector that consists of
        the library's parts, but no Python function. If a Python function acts on events in `predict`, the file does not
        contain the detector. Then `load` warns and says what you must apply to events before you predict, with
        `nearsym.simulate` or by yourself.

        Hashes of up to 1024 training events are in the file. With them `nearsym predict` and `nearsym.symmetry` say how
        many of their events trained the network.
        """
        self._fitted().save(path)

    def export(self, path: str | os.PathLike, *, layout: str = "padded", single: bool = False) -> None:
        """Writes the trained network as an ONNX file, including its standardisation; see ``docs/onnx.md``.

        Parameters
        ----------
        path : str or path
        layout : "padded" or "packed"
            Layout of the particles: "padded" is (events, particles, features) with a `mask` (events, particles);
            "packed" is (particles, features) with `event_of` (particles,) and `events` (1,).
        single : bool
            True: inputs are in single precision, for callers that have no other. False: in double precision.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        self._fitted().export(path, layout, single)

    def export_c(self, path: str | os.PathLike, function: str = "network") -> None:
        """Writes the trained network as a C99 file with one function, which scores one event; see ``docs/onnx.md``.

        Parameters
        ----------
        path : str or path
        function : str
            Name of the function.

        Raises
        ------
        ValueError
            If the name is not one of a C function.
        OSError
            If the file cannot be written.
        """
        self._fitted().export_c(path, c_text(function, "function").decode())

    def export_weights(self, path: str | os.PathLike) -> None:
        """Writes the weights as a PyTorch ``state_dict``, and the standardisation; see ``docs/onnx.md``.

        Parameters
        ----------
        path : str or path
            The file; its name must end in ``.npz`` or ``.safetensors``.

        Raises
        ------
        OSError
            If the file cannot be written.
        ValueError
            If the name has another ending.
        """
        if not os.fspath(path).endswith((".npz", ".safetensors")):
            raise ValueError(f"path is {os.fspath(path)!r}, must end in .npz or .safetensors")
        self._fitted().export_weights(path)

    @classmethod
    def load(cls, path: str | os.PathLike) -> Any:
        """Reads a trained classifier from a file written by `save` or by the program's `nearsym train`."""
        from ._files import load

        found = load(path)
        if not isinstance(found, cls):
            raise ValueError(f"{os.fspath(path)} is a {type(found).__name__}, not a {cls.__name__}")
        return found

    def _tell_model(self, seed: int, events: Events, steps: list) -> None:
        """What the model's file says beyond its network."""
        from ._files import tell

        tell(self._model, self, seed, events, steps)


def documented(classifier: type) -> type:
    """Adds the arguments and attributes that all classifiers have to the documentation of one."""
    own, _, examples = inspect.cleandoc(classifier.__doc__ or "").partition("\nExamples\n")
    shared = inspect.cleandoc(Network.__doc__ or "")
    classifier.__doc__ = f"{own.rstrip()}\n{shared}\n" + (f"\nExamples\n{examples}\n" if examples else "")
    return classifier
