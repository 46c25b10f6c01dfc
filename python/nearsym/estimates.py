"""Numbers with errors and covariance."""

from __future__ import annotations

from typing import Any, Iterator, Sequence

import numpy as np

from ._tables import Cells, Table, asymmetric, rounded


class Estimates(Table):
    """Named numbers with their errors and covariance.

    Functions for statistics return this. For a single number use `value`, `error` or ``float()``. With several numbers,
    ``estimates["name"]`` selects one. It prints as a table, with two digits of each error.

    Attributes
    ----------
    names : tuple of str
    values, errors : arrays (n,)
        The errors are standard deviations; NaN if unknown.
    covariance : array (n, n) or None
        None if unknown; its diagonal has the squares of the errors.
    units : tuple of str
        The unit of each number; "" for none.
    intervals : array (n, 2) or None
        The ends of intervals, which may be asymmetric; None unless requested.

    Examples
    --------
    >>> aucs = Estimates(["pfn", "fcn"], [0.842, 0.831], covariance=[[4e-6, 3e-6], [3e-6, 4e-6]])
    >>> aucs
    pfn  0.8420  ± 0.0020
    fcn  0.8310  ± 0.0020
    >>> aucs["pfn"].value
    0.842
    >>> aucs.difference("pfn", "fcn")
    pfn - fcn  0.0110  ± 0.0014
    """

    def __init__(
        self,
        names: Sequence[str],
        values: Any,
        errors: Any = None,
        covariance: Any = None,
        units: Sequence[str] | None = None,
        intervals: Any = None,
        notes: Sequence[str] = (),
    ):
        self.names = tuple(names)
        self.values = np.asarray(values, np.float64)
        self.covariance = None if covariance is None else np.asarray(covariance, np.float64)
        if errors is None:
            errors = np.full(len(self.names), np.nan) if self.covariance is None else np.sqrt(np.diag(self.covariance))
        self.errors = np.asarray(errors, np.float64)
        self.units = tuple(units) if units is not None else ("",) * len(self.names)
        self.intervals = None if intervals is None else np.asarray(intervals, np.float64)
        self._notes = tuple(notes)

    @property
    def value(self) -> float:
        """The number, if there is only one."""
        return float(self.values[self._only()])

    @property
    def error(self) -> float:
        """The error of the number, if there is only one."""
        return float(self.errors[self._only()])

    @property
    def correlation(self) -> np.ndarray:
        """The correlations (n, n); NaN if an error is 0.

        Raises
        ------
        ValueError
            The covariance is not known.
        """
        scale = np.where(self.errors > 0, self.errors, np.nan)
        return self._covariance() / np.outer(scale, scale)

    def difference(self, a: str | int, b: str | int) -> Estimates:
        """The difference a - b and its error. Fluctuations common to both cancel in this error.

        Raises
        ------
        ValueError
            The covariance is not known.
        KeyError
            There is no such name.
        """
        i, j = self._place(a), self._place(b)
        covariance = self._covariance()
        variance = covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
        name, value = f"{self.names[i]} - {self.names[j]}", self.values[i] - self.values[j]
        return Estimates([name], [value], covariance=[[max(variance, 0)]], units=[self.units[i]])

    def to_dict(self) -> dict[str, tuple[float, float]]:
        """The values and errors, by name."""
        return {name: (float(v), float(e)) for name, v, e in zip(self.names, self.values, self.errors)}

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, key: str | int) -> Estimates:
        i = self._place(key)
        covariance = None if self.covariance is None else self.covariance[i : i + 1, i : i + 1]
        intervals = None if self.intervals is None else self.intervals[i : i + 1]
        of = slice(i, i + 1)
        return Estimates(self.names[of], self.values[of], self.errors[of], covariance, self.units[of], intervals)

    def __float__(self) -> float:
        return self.value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        values = np.asarray(self.values, dtype)
        return values.copy() if copy else values

    def _only(self) -> int:
        if len(self.names) != 1:
            raise ValueError(f"there are {len(self.names)} numbers; name one of: {', '.join(self.names)}")
        return 0

    def _covariance(self) -> np.ndarray:
        if self.covariance is None:
            raise ValueError("the covariance of these numbers is not known, and so no error of a difference")
        return self.covariance

    def _place(self, key: str | int) -> int:
        if isinstance(key, (int, np.integer)) and -len(self.names) <= key < len(self.names):
            return int(key) % len(self.names)
        if key in self.names:
            return self.names.index(str(key))
        raise KeyError(f"there is no {key!r}; there are: {', '.join(self.names)}")

    def _row(self, i: int) -> list[str]:
        value, error = rounded(self.values[i], self.errors[i])
        error = f"± {error}" if error else ""
        if self.intervals is not None and is_asymmetric(self.values[i], self.errors[i], *self.intervals[i]):
            value, error = asymmetric(self.values[i], *self.intervals[i])
        return [self.names[i], value, error, self.units[i]]

    def _cells(self) -> Cells:
        return Cells(rows=[self._row(i) for i in range(len(self.names))], notes=self._notes, left=(0, 2, 3))


def is_asymmetric(value: float, error: float, low: float, high: float) -> bool:
    """Is an end of the interval more than a tenth elsewhere than the error has it?"""
    if low == high:
        return False
    return not (abs(high - value - error) <= 0.1 * error and abs(value - low - error) <= 0.1 * error)
