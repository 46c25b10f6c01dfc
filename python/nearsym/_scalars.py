"""Single numbers that users bring, checked before the library is given them."""

from __future__ import annotations

import os
from reprlib import repr as shown  # of long numbers and texts the ends
from typing import Any

MOST = 2**63 - 1  # fits all of the library's types of whole numbers


def whole(name: str, value: Any, least: int = 0, most: int = MOST) -> int:
    """A whole number from `least` to `most`.

    Raises TypeError for what is no whole number, ValueError for one out of range; `name` is in the message.
    """
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or number != value:
        raise TypeError(f"{name} is {shown(value)}, must be a whole number")
    if number < least:
        raise ValueError(f"{name} is {shown(value)}, must be at least {least}")
    if number > most:
        raise ValueError(f"{name} is {shown(value)}, must be at most {most}")
    return number


def threads(workers: Any, name: str = "workers") -> int:
    """A number of threads as C takes it, 0 for one per CPU. More than 1024 are as good as 1024."""
    return min(whole(name, workers), 1024)


def pool_size(workers: Any) -> int:
    """A number of threads as Python's pools take it: for 0 as many as this process has CPUs."""
    return threads(workers) or len(os.sched_getaffinity(0))


def number(name: str, value: Any) -> float:
    """A number; whether it is in range is for the library to say. TypeError for what is none, ValueError for a whole
    number beyond all floats."""
    if isinstance(value, (str, bytes)):
        raise TypeError(f"{name} is {shown(value)}, must be a number")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is {shown(value)}, must be a number") from None
    except OverflowError:
        raise ValueError(f"{name} is {shown(value)}, must be a number below 1e308") from None
