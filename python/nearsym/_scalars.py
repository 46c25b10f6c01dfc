"""Single numbers that users bring, checked before the library is given them."""

from __future__ import annotations

from typing import Any


def whole(name: str, value: Any, least: int = 0) -> int:
    """A whole number, at least `least`.

    Raises TypeError for what is no whole number, ValueError for one that is too small; `name` is in the message.
    """
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or number != value:
        raise TypeError(f"{name} is {value!r}, must be a whole number")
    if number < least:
        raise ValueError(f"{name} is {value!r}, must be at least {least}")
    return number


def threads(workers: Any) -> int:
    """A number of threads as C takes it, 0 for one per CPU. More than 1024 are as good as 1024."""
    return min(whole("workers", workers), 1024)


def number(name: str, value: Any) -> float:
    """A number; whether it is in range is for the library to say. TypeError for what is none."""
    if isinstance(value, (str, bytes)):
        raise TypeError(f"{name} is {value!r}, must be a number")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is {value!r}, must be a number") from None
