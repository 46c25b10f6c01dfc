"""What a network is made of: from a classifier's arguments to the library's specification, and back."""

from __future__ import annotations

from typing import Any, Mapping, Sequence, Tuple, Union

import numpy as np

from .._library import names, text
from .._native import ffi, lib
from .._scalars import number, whole

Feature = Union[str, Mapping[str, Any]]
Sizes = Sequence[int]
Reference = Union[str, Sequence[float]]
References = Union[str, Sequence[Reference], None]

KINDS = {"fcn": lib.NSYM_FCN, "pfn": lib.NSYM_PFN, "efn": lib.NSYM_EFN, "cnn": lib.NSYM_CNN, "hybrid": lib.NSYM_HYBRID}
WORDS = {
    "activation": {"relu": lib.NSYM_RELU, "leaky_relu": lib.NSYM_LEAKY_RELU, "silu": lib.NSYM_SILU},
    "norm": {"none": lib.NSYM_NORM_NONE, "feature": lib.NSYM_NORM_FEATURE, "slot": lib.NSYM_NORM_SLOT},
    "pooling": {"sum": lib.NSYM_POOL_SUM, "mean": lib.NSYM_POOL_MEAN},
    "combination": {
        "sum": lib.NSYM_COMBINE_SUM,
        "concat_weighted": lib.NSYM_COMBINE_CONCAT_WEIGHTED,
        "concat_weights": lib.NSYM_COMBINE_CONCAT_WEIGHTS,
        "concat_input": lib.NSYM_COMBINE_CONCAT_INPUT,
        "concat": lib.NSYM_COMBINE_CONCAT,
    },
    "initialisation": {
        "pytorch": lib.NSYM_INIT_PYTORCH,
        "glorot_uniform": lib.NSYM_INIT_GLOROT_UNIFORM,
        "glorot_normal": lib.NSYM_INIT_GLOROT_NORMAL,
        "he_normal": lib.NSYM_INIT_HE_NORMAL,
        "orthogonal": lib.NSYM_INIT_ORTHOGONAL,
    },
}
LAYERS = ("particle_map", "event_map", "gate_map", "hidden", "filters")
NUMBERS = ("latent", "padded", "convolutions", "kernel", "lola")
FLAGS = ("linear_first", "gate_set")
# An input of named values, and where its names and their transformations stand; the last is the gate's.
NAMED = {
    "particle_input": ("features", "features", "feature_transforms"),
    "event_input": ("columns", "columns", "column_transforms"),
    "gate_input": ("columns", "gate_columns", "gate_transforms"),
}
INPUTS = {"particle_input": "features", "event_input": "columns", "gate_input": "gate"}
"""The argument of a classifier that says what an input is."""


def word(name: str, value: Any) -> int:
    """The library's number for the word of a choice."""
    words = WORDS[name]
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"{name} is {value!r}, must be one of {', '.join(map(repr, words))}")
    return words[value]


def flag(name: str, value: Any) -> bool:
    """True or False. TypeError for anything else."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise TypeError(f"{name} is {value!r}, must be True or False")


def sizes(name: str, value: Any) -> list[int]:
    """The widths of a chain of layers; one number is one layer."""
    values = [value] if isinstance(value, int) else value
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        raise TypeError(f"{name} is {value!r}, must be a list of whole numbers, such as (64, 64)")
    widths = [whole(name, width, 1) for width in values]
    if len(widths) > lib.NSYM_SIZES_MAX:
        raise ValueError(f"{name} has {len(widths)} layers, at most {lib.NSYM_SIZES_MAX} are possible")
    return widths


TRANSFORMS = names(lib.nsym_feature_transform_names())
"""Of a feature, as `nsym_model_spec` has them."""


def feature(item: Feature) -> Tuple[str, str]:
    """Name and transformation of an entry of a list of features.

    >>> [feature(f) for f in ("d_eta", "pt: log", "d0: clip -1 1", {"d0": "clip -1 1"}, {"d0": {"clip": [-1, 1]}})]
    [('d_eta', ''), ('pt', 'log'), ('d0', 'clip -1 1'), ('d0', 'clip -1 1'), ('d0', 'clip -1 1')]
    """
    if isinstance(item, str):
        name, _, how = item.partition(": ")
        before, _, after = name.partition(":")
        if not how and after.split(" ")[0] in TRANSFORMS:
            raise ValueError(f"{item!r} lacks a blank behind the colon; write '{before}: {after}'")
    elif isinstance(item, Mapping) and len(item) == 1:
        ((name, how),) = item.items()
    else:
        raise TypeError(f"{item!r} is no feature; write 'pt', 'pt: log' or {{'d0': {{'clip': [-1, 1]}}}}")
    if isinstance(how, Mapping) and len(how) == 1:
        ((transform, values),) = how.items()
        listed = values if isinstance(values, (list, tuple)) else [values]
        for value in listed:
            number(str(transform), value)
        how = " ".join(map(str, [transform, *listed]))
    if not isinstance(name, str) or not name.strip() or "," in name or not isinstance(how, str) or "," in how:
        raise ValueError(f"{item!r} is no feature: a name is a text without commas, 'pt', 'pt: log'")
    return name.strip(), how.strip()


def features(items: Sequence[Feature]) -> Tuple[list[str], list[str]]:
    """Names and transformations of a list of features."""
    pairs = [feature(item) for item in items]
    return [name for name, _ in pairs], [how for _, how in pairs]


def references(value: References) -> str:
    """Reference vectors as the library's text.

    >>> references("time"), references(["time", "beam", (1, 0, 0, -1)]), references(None)
    ('time', 'time,beam,1 0 0 -1', '')
    """
    if value is None:
        return ""
    items: list[Reference] = [value] if isinstance(value, str) else [*value]
    return ",".join(item if isinstance(item, str) else vector(item) for item in items)


def vector(item: Sequence[float]) -> str:
    """Four numbers as the library's text."""
    if len(item) != 4:
        raise ValueError(f"{item!r} is no reference vector; write 'time' or four numbers, E, px, py, pz")
    return " ".join(f"{number('references', x):.17g}" for x in item)


def read_references(value: str) -> Tuple[Reference, ...] | None:
    """What `references` made a text of.

    >>> read_references("time,1 0 0 -1"), read_references("")
    (('time', (1.0, 0.0, 0.0, -1.0)), None)
    """
    words = value.split(",") if value else []
    return tuple(tuple(map(float, w.split(" "))) if " " in w else w for w in words) or None


def set_text(spec: Any, member: str, value: str) -> None:
    """Writes a text into an array of chars of the specification."""
    data, room = value.encode(), ffi.sizeof(getattr(spec, member))
    if len(data) >= room:
        raise ValueError(f"the names of {member} are {len(data)} letters together, and a model holds {room - 1}")
    setattr(spec, member, data)


def set_input(spec: Any, part: str, items: str | Sequence[Feature] | None) -> None:
    """Says what an input is: the name of a built-in one, such as "p4", or a list of features or columns."""
    named, names_at, transforms_at = NAMED[part]
    place = getattr(spec, part)
    if items is None:
        return
    if len(items) == 0:
        raise ValueError(f"the list of {named} is empty, and the network would read nothing of it; leave it out")
    if isinstance(items, str):
        set_text(place, "name", items)
        return
    names, transforms = features(items)
    set_text(place, "name", named)
    set_text(spec, names_at, ",".join(names))
    set_text(spec, transforms_at, ",".join(transforms) if any(transforms) else "")


def build(kind: str, inputs: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """A `nsym_model_spec *`.

    kind : "fcn", "pfn", "efn", "cnn" or "hybrid"
    inputs : what the particle_input, event_input and gate_input are, where the network has them
    values : the specification's members by name: layers, numbers and words
    """
    spec = ffi.new("nsym_model_spec *", {"kind": KINDS[kind]})
    for part, items in inputs.items():
        set_input(spec, part, items)
    for name, value in values.items():
        if name in LAYERS:
            place, widths = getattr(spec, name), sizes(name, value)
            place.count = len(widths)
            place.size[0 : len(widths)] = widths
        elif name in WORDS:
            setattr(spec, name, word(name, value))
        elif name in ("dropout", "leak"):
            setattr(spec, name, number(name, value))
        elif name in FLAGS:
            setattr(spec, name, flag(name, value))
        elif name == "references":
            set_text(spec, name, references(value))
        else:
            setattr(spec, name, whole(name, value))
    return spec


def read_input(spec: Any, part: str) -> str | list[str] | None:
    """What an input of a specification is, as an argument of a classifier."""
    named, names_at, transforms_at = NAMED[part]
    name = text(getattr(spec, part).name)
    if name != named:
        return name or None
    names = text(getattr(spec, names_at)).split(",")
    transforms = text(getattr(spec, transforms_at)).split(",")
    transforms += [""] * (len(names) - len(transforms))
    return [f"{n}: {how}" if how else n for n, how in zip(names, transforms)]


def read(spec: Any) -> dict[str, Any]:
    """The arguments of a classifier that a specification tells, by name."""
    found: dict[str, Any] = {argument: read_input(spec, part) for part, argument in INPUTS.items()}
    for name in LAYERS:
        place = getattr(spec, name)
        found[name] = tuple(place.size[i] for i in range(place.count))
    for name, words in WORDS.items():
        found[name] = {number: w for w, number in words.items()}[getattr(spec, name)]
    found.update({name: getattr(spec, name) for name in NUMBERS}, dropout=spec.dropout, leak=spec.leak)
    found.update({name: bool(getattr(spec, name)) for name in FLAGS})
    found["references"] = read_references(text(spec.references))
    return found


def kind_of(spec: Any) -> str:
    """ "fcn", "pfn", "efn", "cnn" or "hybrid" """
    return {number: kind for kind, number in KINDS.items()}[spec.kind]
