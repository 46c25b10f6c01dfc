"""Results that print as tables: on a terminal as aligned text, in a notebook as HTML."""

from __future__ import annotations

import html
import math
from typing import NamedTuple, Sequence

import numpy as np


class Cells(NamedTuple):
    """What a table says: a title, a header, rows of texts, and lines below; `left` are columns set to the left."""

    title: str = ""
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()
    left: Sequence[int] = (0,)


class Table:
    """What prints as the table that its `_cells` gives."""

    def _cells(self) -> Cells:
        raise NotImplementedError

    def __repr__(self) -> str:
        return as_text(self._cells())

    def _repr_html_(self) -> str:
        return as_html(self._cells())


def as_text(cells: Cells) -> str:
    """A table as lines."""
    lines = [cells.header, *cells.rows] if any(cells.header) else list(cells.rows)
    widths = [max(map(len, column)) for column in zip(*lines)]
    texts = [cells.title] if cells.title else []
    for line in lines:
        padded = [c.ljust(w) if i in cells.left else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths))]
        texts.append("  ".join(padded))
    return "\n".join(text.rstrip() for text in [*texts, *cells.notes])


def as_html(cells: Cells) -> str:
    """A table as HTML."""

    def line(row, tag):
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in row) + "</tr>"

    caption = f"<caption>{html.escape(cells.title)}</caption>" if cells.title else ""
    head = f"<thead>{line(cells.header, 'th')}</thead>" if any(cells.header) else ""
    body = "".join(line(row, "td") for row in cells.rows)
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in cells.notes)
    return f"<table>{caption}{head}<tbody>{body}</tbody></table>{notes}"


def decimals_of(error: float) -> int:
    """Decimals that show an error's two highest digits: 0.0531 -> 3, 103 -> 0."""
    return max(0, 1 - math.floor(math.log10(float(f"{abs(error):.1e}"))))


def rounded(value: float, error: float) -> tuple[str, str]:
    """A value and its error, the error with two digits; six digits of the value and "" where there is none.

    >>> rounded(0.842133, 0.00531)
    ('0.8421', '0.0053')
    >>> rounded(7067.92, 103.04)
    ('7068', '103')
    >>> rounded(90.8, 0)
    ('90.8', '')
    """
    if not (math.isfinite(value) and math.isfinite(error) and error > 0):
        return f"{value:.6g}", ""
    decimals = decimals_of(error)
    if decimals > 9 or abs(value) >= 1e12:
        return f"{value:.4g}", f"{error:.1e}"
    return f"{value:.{decimals}f}", f"{error:.{decimals}f}"


def plus_minus(value: float, error: float) -> str:
    """ "0.8421 ± 0.0053"; the value alone where there is no error."""
    return " ± ".join(filter(None, rounded(value, error)))


def asymmetric(value: float, low: float, high: float) -> tuple[str, str]:
    """A value and the ends of its interval as "+high -low", the smaller side with two digits."""
    sides = [side for side in (high - value, value - low) if math.isfinite(side) and side > 0]
    if not sides:
        return f"{value:.6g}", ""
    decimals = decimals_of(min(sides))
    up = f"+{high - value:.{decimals}f}" if math.isfinite(high) else "+?"
    down = f"-{value - low:.{decimals}f}" if math.isfinite(low) else "-?"
    return f"{value:.{decimals}f}", f"{up} {down}"


def grid(names: Sequence[str], values: np.ndarray, errors: np.ndarray) -> list[list[str]]:
    """Rows of a square of numbers with errors, each behind its name; an empty cell for NaN."""

    def cell(value, error):
        return "" if math.isnan(value) else plus_minus(value, error)

    return [[name, *map(cell, row, row_errors)] for name, row, row_errors in zip(names, values, errors)]
