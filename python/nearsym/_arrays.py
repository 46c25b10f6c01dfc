"""Numbers that users bring, as arrays that C can read: themselves where they are C-contiguous doubles already."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._native import ffi

# What numpy calls kinds of dtype: bool, int, unsigned, float.
NUMBER_KINDS = "biuf"

# Types of C, and the arrays that hold them.
DTYPES = {"double": np.float64, "float": np.float32, "int64_t": np.int64, "uint64_t": np.uint64, "uint32_t": np.uint32,
          "size_t": np.uintp, "bool": np.bool_, "char": np.uint8}  # fmt: skip


def is_awkward(values: Any) -> bool:
    """Is this an awkward array? awkward itself is not imported for it."""
    return type(values).__module__.partition(".")[0] == "awkward"


def refuse_missing(values: Any, name: str) -> None:
    """ValueError where an array has masked values, or an awkward array None."""
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        at = tuple(int(i) for i in np.argwhere(np.ma.getmaskarray(values))[0])
        raise ValueError(f"{name}: the value at {at} is masked; fill it, or leave the event out")
    if is_awkward(values):
        import awkward as ak

        layout = ak.to_layout(values)
        if may_have_none(layout) and has_none(ak.to_packed(layout, highlevel=False)):  # packing copies
            raise ValueError(f"{name} has None; fill it (awkward.fill_none), or leave it out (awkward.drop_none)")


def parts_of(layout: Any) -> list[Any]:
    """What an awkward layout is made of."""
    if layout.is_record or layout.is_union:
        return layout.contents
    content = getattr(layout, "content", None)
    return [] if content is None else [content]


def may_have_none(layout: Any) -> bool:
    """May values be missing by the type of an awkward layout?"""
    return layout.is_option or any(map(may_have_none, parts_of(layout)))


def has_none(layout: Any) -> bool:
    """Is there a None anywhere in an awkward layout that is packed?"""
    if layout.is_option and layout.mask_as_bool(valid_when=False).any():
        return True
    return any(map(has_none, parts_of(layout)))


def numbers(
    values: Any, name: str, ndim: int | tuple[int, ...] = 1, dtype: Any = np.float64, finite: bool = False
) -> np.ndarray:
    """The values as a C-contiguous array, without a copy where they are one of that dtype.

    values : array, list, pandas or awkward array of numbers
    name : what a message calls them
    ndim : dimensions that they must have, or a tuple of those allowed
    finite : whether NaN and infinite numbers are refused

    Raises TypeError for texts, objects and complex numbers; ValueError for masked or missing values, another number of
    dimensions, rows of unequal lengths, and numbers that are not finite.
    """
    refuse_missing(values, name)
    if is_awkward(values):
        import awkward as ak

        try:
            values = ak.to_numpy(values, allow_missing=False)
        except ValueError as error:
            raise ValueError(f"{name} has rows of unequal lengths, and must have {dimensions(ndim)}") from error
    try:
        array = np.asarray(values)
    except ValueError as error:  # a list of unequal lists
        raise ValueError(f"{name} is not an array of numbers: {error}") from error
    if array.dtype.kind == "O" and array.size and all(is_sequence(v) for v in array.flat):
        raise ValueError(f"{name} has rows of unequal lengths, and must have {dimensions(ndim)}")
    if array.dtype.kind == "O":
        array = objects(array, name)
    if array.dtype.kind not in NUMBER_KINDS:
        raise TypeError(f"{name} has dtype {array.dtype}, must be numbers (float, int or bool)")
    if array.ndim not in (ndim if isinstance(ndim, tuple) else (ndim,)):
        raise ValueError(f"{name} has shape {array.shape}, must have {dimensions(ndim)}")
    array = np.ascontiguousarray(array, dtype=dtype).reshape(array.shape)
    if finite and array.dtype.kind == "f" and not np.isfinite(array).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}: the value at {at} is {array[at]}, must be finite (neither NaN nor infinity)")
    return array


def is_sequence(value):
    """Does an object stand for several values? Without making an array of it, which a range may be too long for."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.ndim > 0
    return hasattr(value, "__len__") and not isinstance(value, (str, bytes, dict))


def objects(array: np.ndarray, name: str) -> np.ndarray:
    """An array of Python objects as numbers, where all are."""
    for at, value in np.ndenumerate(array):
        if value is None or isinstance(value, (str, bytes)) or is_sequence(value):
            what = "missing" if value is None else f"a {type(value).__name__}"
            way = "; numpy.unique(words, return_inverse=True) numbers words" if isinstance(value, str) else ""
            raise TypeError(f"{name}: the value at {at} is {what}, must be a number{way}")
        try:
            float(value)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{name}: the value at {at} is no number: {error}") from error
        except OverflowError:
            raise ValueError(f"{name}: the value at {at} is a whole number beyond all floats") from None
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} is not an array of numbers: {error}") from error


def dimensions(ndim: int | tuple[int, ...]) -> str:
    """ "1 dimension", "2 or 3 dimensions" """
    allowed = ndim if isinstance(ndim, tuple) else (ndim,)
    return " or ".join(str(n) for n in allowed) + (" dimension" if allowed[-1] == 1 else " dimensions")


def same_length(**arrays: Any) -> int:
    """ValueError where arrays, by name, have different lengths; None is left out. Gives the length."""
    lengths = {name: len(array) for name, array in arrays.items() if array is not None}
    if len(set(lengths.values())) > 1:
        raise ValueError("lengths differ: " + ", ".join(f"{name} has {n}" for name, n in lengths.items()))
    return next(iter(lengths.values()))


def pointer(array: np.ndarray | None, kind: str = "double") -> Any:
    """A C pointer to an array's numbers, which keeps the array alive; NULL for None."""
    if array is None:
        return ffi.NULL
    if array.dtype != DTYPES[kind]:
        raise TypeError(f"an array of {array.dtype} cannot be read as numbers of type {kind}")
    return ffi.from_buffer(f"{kind}[]", array)


def view(pointer_: Any, shape: tuple[int, ...], owner: Any, dtype: Any = np.float64) -> np.ndarray:
    """An array over C memory, without a copy; `owner` lives as long as the array."""
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    if size == 0:
        return np.zeros(shape, dtype)
    kept = ffi.gc(pointer_, lambda _, owner=owner: None)
    return np.frombuffer(ffi.buffer(kept, size), dtype).reshape(shape)
