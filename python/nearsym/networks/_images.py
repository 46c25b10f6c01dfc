"""Images as events of cells, which is how the library has them."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from .._arrays import numbers
from .._scalars import whole
from ..events import Events


def cells_of(images: Any) -> Events:
    """Events of the cells that are not 0, of images (events, rows, columns); `cell` counts them row by row."""
    array = numbers(images, "X", (2, 3, 4), finite=True)
    if array.ndim != 3:
        raise ValueError(f"X has shape {array.shape}, must be (events, rows, columns): images of one channel")
    n, rows, columns = array.shape
    event, row, column = np.nonzero(array)
    particles = np.column_stack([row * columns + column, array[event, row, column]]).astype(np.float64)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(event, minlength=n))])
    return Events(particles, offsets, features=["cell", "energy"], attributes={"grid": f"{rows}x{columns}"})


def image_shape(events: Events, shape: Sequence[int] | None) -> tuple[int, int]:
    """Rows and columns of an image: as is said, or as the events' attribute `grid` says."""
    if shape is None:
        shape = [int(side) for side in events.attributes.get("grid", "").split("x") if side]  # type: ignore[misc]
    if len(shape) != 2:  # type: ignore[arg-type]
        raise ValueError(
            "nothing says how many rows and columns the images have: give the classifier `shape`, such as (32, 32)"
        )
    return whole("shape", shape[0], 1), whole("shape", shape[1], 1)  # type: ignore[index]
