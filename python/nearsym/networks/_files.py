"""Classifiers as files: the library's models, with what Python knows beside it."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import numpy as np

from .._functions import name_of
from .._library import logger
from .._simulation import acting, carried, parts_of, section_of
from ..copies import Detector
from ..events import Events
from . import _spec
from ._model import Model
from ._network import FACTS


def plain(value: Any) -> Any:
    """What JSON has for numpy's numbers and arrays; None for what it cannot have."""
    if isinstance(value, np.generic):
        return value.item()
    return value.tolist() if isinstance(value, np.ndarray) else None


def tell(model: Model, classifier: Any, seed: int, events: Events, steps: list) -> None:
    """Writes what a classifier is into the attributes of its model."""
    parts = carried(steps)
    facts = {
        "class": type(classifier).__name__,
        "params": {**classifier.get_params(), "random_state": seed},
        "classes": classifier.classes_.tolist(),
        "dtype": classifier.classes_.dtype.str,
        "n_features_in": classifier.n_features_in_,
        "feature_names_in": getattr(classifier, "feature_names_in_", None),
        "best_epoch": classifier.best_epoch_,
        "history": classifier.history_,
        "beside": classifier._beside,
        "functions": any(isinstance(step, Detector) for step in steps),
        "to_apply": [] if parts is not None else [described(part) for part in acting(steps)],
    }
    model[FACTS] = json.dumps(facts, default=plain)
    model["seed"] = str(seed)
    names = [str(label) for label in classifier.classes_]
    if len(names) > 2 and not any("," in name for name in names):
        model["classes"] = ",".join(names)
    if parts:
        model["chain"] = json.dumps({"detector": section_of(parts)})
    if "grid" in events.attributes:
        model["grid"] = events.attributes["grid"]


def described(part: Any) -> str:
    """A part of a detector as a message has it."""
    return name_of(part.function) if isinstance(part, Detector) else repr(part)


def tuples(value: Any) -> Any:
    """Lists of numbers as the tuples that they were."""
    if isinstance(value, list) and all(isinstance(item, (int, float)) for item in value):
        return tuple(value)
    return value


def load(path: str | os.PathLike) -> Any:
    """Reads a trained classifier from a file written by its `save` or by the program's `nearsym train`.

    Parameters
    ----------
    path : str or path
        A model's file.

    Returns
    -------
    FCNClassifier, PFNClassifier, EFNClassifier, CNNClassifier or HybridClassifier
        For a model that the program trained, `classes_` has the names of its classes, or 0 and 1, and there is no
        `history_`.

    Raises
    ------
    nearsym.Error
        If the file is not a model, or is damaged.
    """
    from . import classifiers

    model = Model.load(path)
    kinds = {getattr(classifiers, name).kind: getattr(classifiers, name) for name in classifiers.NAMES}
    make = kinds[_spec.kind_of(model.spec)]
    classifier = make()
    told = model[FACTS]
    if told:
        known = restore(classifier, json.loads(told))
    else:
        known = restore_program(classifier, model)
    section = detector_section(model["chain"] or "")
    classifier._model, classifier._seed, classifier._detector_known = model, 0, known and section is not None
    classifier.detector_ = parts_of(section) if section else None
    return classifier


def detector_section(chain: str) -> dict[str, Any] | None:
    """The section `detector` of a model's chain: JSON in files of `save`, YAML in one line in the program's.

    None where it cannot be read.

    >>> detector_section("{data: {select: m > 1}, detector: {cells: [6, 5], smear: {shared: true, keep: pz}}}")
    {'cells': [6, 5], 'smear': {'shared': True, 'keep': 'pz'}}
    """
    begin = re.search(r'(?<!\w)"?detector"?: (?=\{)', chain)
    if begin is None:
        return {}
    quoted = re.sub(r'"?\b([a-z]\w*)\b"?', r'"\1"', chain[begin.end() :])
    quoted = re.sub(r'"(true|false)"', r"\1", quoted)
    try:
        return json.JSONDecoder().raw_decode(quoted)[0]
    except ValueError:
        return None


def restore(classifier: Any, facts: dict[str, Any]) -> bool:
    """Sets what `tell` wrote. Is all of the detector known?"""
    known = classifier.get_params()
    classifier.set_params(**{name: tuples(value) for name, value in facts["params"].items() if name in known})
    classifier.classes_ = np.array(facts["classes"], facts["dtype"])
    classifier.n_features_in_, classifier.best_epoch_ = facts["n_features_in"], facts["best_epoch"]
    classifier.history_ = {name: np.array(values) for name, values in facts["history"].items()}
    classifier._set_names(facts["feature_names_in"])
    classifier._beside = facts["beside"]
    if facts["to_apply"]:
        text = "the network was trained behind %s, which its file does not carry: apply this to events before `predict`"
        logger.warning(text, ", then ".join(facts["to_apply"]))
    return not facts["functions"]


def restore_program(classifier: Any, model: Model) -> bool:
    """Sets what a specification says, of a model that the program trained. Is all of the detector known?"""
    known, found = classifier.get_params(), _spec.read(model.spec)
    classifier.set_params(**{name: value for name, value in found.items() if name in known})
    if "shape" in known:
        classifier.shape = (model.spec.image_rows, model.spec.image_columns)
    count = max(2, model.spec.classes)
    names = [name.strip() for name in (model["classes"] or "").split(",")]
    classifier.classes_ = np.array(names) if count > 2 and len(names) == count else np.arange(count)
    items = found["columns"] if classifier.kind == "fcn" else found["features"]
    classifier.n_features_in_ = len(items) if isinstance(items, list) else model.spec.particle_input.width
    classifier._beside = []
    logger.info("a model of the program; its arguments for training are not known and stand at their defaults")
    return True
