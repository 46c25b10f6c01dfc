"""Densities by Gaussian kernels, and weights that change one sample's density into another's."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._arrays import numbers, pointer, same_length
from ._library import NumericError, check, new
from ._native import lib
from ._scalars import number, threads

KERNELS_AT_ONCE = 50_000_000  # kernels per call; Ctrl-C is noticed between calls


def as_points(values: Any, name: str) -> np.ndarray:
    """Points (n, d) of an array (n, d), or of one (n,), whose points are numbers."""
    array = numbers(values, name, (1, 2))
    return array.reshape(-1, 1) if array.ndim == 1 else array


def same_dimensions(**points: np.ndarray) -> None:
    """ValueError where points have different numbers of coordinates."""
    if len({array.shape[1] for array in points.values()}) > 1:
        raise ValueError("coordinates differ: " + ", ".join(f"{name} has {p.shape[1]}" for name, p in points.items()))


def blocks(points: np.ndarray, kernels: int) -> Any:
    """Slices of the points that take about as long as it may take to hear of Ctrl-C."""
    step = max(1, KERNELS_AT_ONCE // max(1, kernels))
    for begin in range(0, len(points), step):
        yield slice(begin, begin + step)


class KDE:
    """A density estimate by Gaussian kernels, like scipy.stats.gaussian_kde, but with one point per row.

    Parameters
    ----------
    points : array (n, d) or (n,)
        The points, with 1 to 4 coordinates.
    weights : array (n,), optional
        Their weights, 0 or more.
    factor : float, optional
        The kernels' width in units of the sample's spread. The default is Scott's factor, n_eff^(-1 / (d + 4)).

    Raises
    ------
    TypeError, ValueError
        If points are not numbers (with their index), there are fewer than 2, a coordinate does not vary, all points
        lie on a line or plane, or the factor is not above 0.

    Notes
    -----
    Scott, Multivariate Density Estimation (Wiley, 1992).

    Examples
    --------
    >>> density = KDE([0.0, 1.0, 2.0, 4.0])
    >>> density([1.0, 3.0]).round(4)
    array([0.1967, 0.1429])
    """

    def __init__(self, points: Any, weights: Any = None, factor: float | None = None):
        points = as_points(points, "points")
        weights = None if weights is None else numbers(weights, "weights")
        factor = None if factor is None else number("factor", factor)
        if factor is not None and not factor > 0:
            raise ValueError(f"factor is {factor}, must be above 0")
        self.n, self.d = same_length(points=points, weights=weights), points.shape[1]
        self._given = (points.copy(), None if weights is None else weights.copy(), factor)
        self._kde = new("nsym_kde", lib.nsym_kde_new, pointer(points), pointer(weights), self.n, self.d, factor or 0)

    @property
    def factor(self) -> float:
        """The bandwidth factor in use."""
        return lib.nsym_kde_factor(self._kde)

    def __reduce__(self):
        return KDE, self._given

    def __call__(self, points: Any, cut: float = 0, workers: int = 0) -> np.ndarray:
        """Densities (m,) at points (m, d).

        Parameters
        ----------
        points : array (m, d), or (m,) of one coordinate
        cut : float
            0: all kernels count. A number above 0: kernels farther away than this many widths may be left out, which is
            faster in three and four dimensions; `cut_error` gives the largest error. np.inf: sums kernels one by one.
        workers : int
            Number of threads; 0: one per CPU. The results do not depend on it.

        Raises
        ------
        TypeError, ValueError
            If points are not numbers or have other dimensions; if the cut is negative.

        Notes
        -----
        With 1,000 points or more in one or two dimensions, near points are summed by the moments of their cell if that
        is faster. The relative error of each density is then at most 1e-12.
        """
        points = as_points(points, "points")
        if points.shape[1] != self.d:
            raise ValueError(f"points has shape {points.shape}, must have {self.d} coordinates")
        densities, cut, workers = np.empty(len(points)), number("cut", cut), threads(workers)
        for i, k in np.argwhere(~np.isfinite(points))[:1]:  # by its place among all blocks
            raise NumericError(f"coordinate {k} of point {i} is {points[i, k]:g}")
        for part in blocks(points, self.n):
            at, out = points[part], densities[part]
            check(lib.nsym_kde_evaluate(pointer(out), self._kde, pointer(at), len(at), cut, workers))
        return densities

    def cut_error(self, cut: float) -> float:
        """The largest amount by which this cut makes a density too low."""
        return lib.nsym_kde_cut_error(self._kde, number("cut", cut))

    def __repr__(self) -> str:
        return f"KDE of {self.n} points of {self.d} coordinates, factor {self.factor:.4g}"


def kde_weights(points: Any, target: Any, source: Any, *, own_factors: bool = False, workers: int = 0) -> np.ndarray:
    """Weights that change a source's density into a target's.

    Parameters
    ----------
    points : array (m, d) or (m,)
        The points that get weights; usually the source's own points.
    target, source : arrays (n, d) or (n,)
        The two samples, with 1 to 4 coordinates.
    own_factors : bool
        True: each density has its own bandwidth factor. False: both have the target's, as in arXiv:2306.15737.
    workers : int
        Number of threads; 0: one per CPU. The results do not depend on it.

    Returns
    -------
    array (m,)
        The ratio target(x) / source(x) of the two kernel densities.

    Raises
    ------
    TypeError, ValueError
        As for `KDE`; if dimensions differ, or the source has no density at a point.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> source, target = random.normal(size=2000), 0.5 + random.normal(size=2000)
    >>> weights = kde_weights(source, target, source)
    >>> bool(abs(np.average(source, weights=weights) - 0.5) < 0.1)
    True
    """
    points, target, source = as_points(points, "points"), as_points(target, "target"), as_points(source, "source")
    same_dimensions(points=points, target=target, source=source)
    above = KDE(target)
    below = KDE(source, factor=None if own_factors else above.factor)
    weights, densities = above(points, workers=workers), below(points, workers=workers)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights /= densities
    if not np.isfinite(weights).all():
        first = int(np.argmin(np.isfinite(weights)))
        raise NumericError(f"the source's density is {densities[first]:g} at point {first}: no weight there")
    return weights
