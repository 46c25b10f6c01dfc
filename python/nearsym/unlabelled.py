"""How well scores separate signal and background in data without labels: ROC curves by sWeights."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, NamedTuple, Sequence

import numpy as np

from ._arrays import numbers, pointer, same_length
from ._library import STOP, check, interruptible, logger, new
from ._native import ffi, lib
from ._progress import listening
from ._scalars import number, threads, whole
from ._tables import Cells, Table, rounded
from ._sweights import SPECIES, Sweights
from .estimates import Estimates
from .mass import MassFit, mass_options
from .statistics import BOOTSTRAPS_MOST, named_scores


class Slope(NamedTuple):
    """How the mean score depends on the mass within a species. sWeights assume that it does not."""

    slope: float
    """The slope of the mean score, per GeV."""
    significance: float
    """The slope in standard deviations. Beyond +-3 there is a warning."""
    correlation: float
    """The correlation: the slope in units of the two spreads."""


class Splot(Table):
    """Test of scores by sWeights, as `splot` returns it.

    Attributes
    ----------
    fit : MassFit
    auc, tpr : Estimates
        For each score, the area under the ROC curve and the true-positive rate at `fpr`. The covariance comes from the
        bootstraps and includes the mass fit; ``auc.difference(a, b)`` has the error of the difference.
    auc_of_fit, tpr_of_fit : Estimates
        The same values with only the mass fit's part of the error, from toys.
    slopes : dict of score to dict of species to Slope
    fpr : float
    bootstraps, toys : int
        The numbers that succeeded. Failed ones are left out, and the log says so.
    """

    def __init__(self, fit: MassFit, names: Sequence[str], fpr: float, result: Any):
        self.fit, self.names, self.fpr = fit, tuple(names), fpr
        self.bootstraps, self.toys = result.bootstraps, result.toys
        self.failed = (result.failed_bootstraps, result.failed_toys)
        self.auc: Estimates
        self.tpr: Estimates
        self.auc_of_fit: Estimates
        self.tpr_of_fit: Estimates
        self.slopes: dict[str, dict[str, Slope]] = {}

    @property
    def sweights(self) -> Sweights:
        """The events' sWeights; see `MassFit.sweights`."""
        return self.fit.sweights()

    def _fill(self, points: Any, bootstraps: np.ndarray) -> None:
        kept = bootstraps[:, np.isfinite(bootstraps).all(axis=(0, 2)), :]
        for k, what in enumerate(("auc", "tpr")):
            values = [getattr(point.value, what) for point in points]
            covariance = np.atleast_2d(np.cov(kept[:, :, k])) if kept.shape[1] > 1 else None
            setattr(self, what, Estimates(self.names, values, covariance=covariance))
            errors = [getattr(point.toys, what) if self.toys > 1 else np.nan for point in points]
            setattr(self, f"{what}_of_fit", Estimates(self.names, values, errors))
        for name, point in zip(self.names, points):
            slopes = [Slope(s.slope, s.significance, s.correlation) for s in point.slope]
            self.slopes[name] = dict(zip(SPECIES, slopes))

    def _warnings(self) -> list[str]:
        told = [
            f"{name} depends on the mass within the {species} (correlation {slope.correlation:.3f}, "
            f"{slope.significance:.1f} standard deviations): sWeights assume that it does not, and its AUC may be wrong."
            for name, of_species in self.slopes.items()
            for species, slope in of_species.items()
            if abs(slope.significance) > 3
        ]
        if any(self.failed):
            told.append(f"{self.failed[0]} bootstraps and {self.failed[1]} toys failed and are left out.")
        return told

    def _cells(self) -> Cells:
        def cell(estimates, fit_part, i):
            value, error = rounded(estimates.values[i], estimates.errors[i])
            of_fit = rounded(fit_part.values[i], fit_part.errors[i])[1]
            return [value, f"± {error}" if error else "", of_fit]

        rows = [
            [
                name,
                *cell(self.auc, self.auc_of_fit, i),
                *cell(self.tpr, self.tpr_of_fit, i),
                *(f"{self.slopes[name][species].significance:.1f}" for species in SPECIES),
            ]
            for i, name in enumerate(self.names)
        ]
        slopes = ["slope/sd: signal", "background"]
        header = ["score", "auc", "", "of fit", f"tpr at fpr {self.fpr:g}", "", "of fit", *slopes]
        title = f"{self.fit.events} events; {self.bootstraps} bootstraps, {self.toys} toys of the fit"
        return Cells(title, header, rows, self._warnings(), (0, 2, 5))


def splot(
    masses: Any,
    scores: Any,
    weights: Any = None,
    window: Sequence[float] = (70, 110),
    method: str = "likelihood",
    *,
    fpr: float = 0.5,
    bootstraps: int = 100,
    toys: int = 100,
    seed: int = 1,
    workers: int = 0,
    progress: bool | str = "auto",
    start: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    fixed: Iterable[str] = ("centre",),
) -> Splot:
    """Tests scores on data without labels: fits the masses, makes sWeights, and computes ROC curves with them.

    Parameters
    ----------
    masses : array (n,)
        Masses in GeV.
    scores : array (n,) or (m, n), or mapping of name to array (n,)
        Higher is more like signal. Scores must not depend on the mass within signal or background; see `Splot.slopes`.
    weights : array (n,), optional
        Weights of any sign.
    window, method, start, bounds, fixed
        As for `fit_mass`. The method "published" also uses the published formula and ROC curve.
    fpr : float
        The false-positive rate at which to give the true-positive rate.
    bootstraps : int
        Number of bootstrap samples of the events, at most a million. Each is fitted again, so their spread is the
        complete error.
    toys : int
        Number of draws of the fit's parameters, for the fit's part of the error; at most a million.
    seed : int
    workers : int
        Number of threads; 0: one per CPU. The results do not depend on it.
    progress : bool or "auto"
        Whether to show a progress bar, if tqdm is installed; "auto": on a terminal and in a notebook.

    Returns
    -------
    Splot

    Raises
    ------
    TypeError, ValueError
        As for `fit_mass`; if the fit has no signal or background, a score is NaN, or more than one bootstrap or toy in
        ten failed.

    Notes
    -----
    Pivk and Le Diberder, physics/0402083. ``nearsym/splot.h`` describes the test of independence.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> peak = 90.8 + 1.5 * random.standard_cauchy(2000) + 0.9 * random.normal(size=2000)
    >>> masses = np.concatenate([peak, random.uniform(70, 110, 1000)])
    >>> score = random.normal(size=3000) + np.repeat([1.0, 0.0], [2000, 1000])
    >>> result = splot(masses, score, bootstraps=10, toys=0)
    >>> abs(result.auc.value - 0.76) < 4 * result.auc.error
    True
    """
    masses = numbers(masses, "masses")
    weights = None if weights is None else numbers(weights, "weights")
    names, table = named_scores(scores, "score")
    n = same_length(masses=masses, weights=weights, scores=table[0])
    mass = mass_options(window, method, start, bounds, fixed, 0, False)
    options = ffi.new("nsym_splot_options *", lib.nsym_splot_defaults(mass.method, mass.low, mass.high))
    options.mass, options.fpr = mass[0], number("fpr", fpr)
    options.seed, options.workers = whole("seed", seed), threads(workers)
    options.bootstraps, options.toys = (
        whole(name, count, most=BOOTSTRAPS_MOST) for name, count in (("bootstraps", bootstraps), ("toys", toys))
    )
    result, points = ffi.new("nsym_splot_result *"), ffi.new("nsym_splot_score[]", len(names))
    values = np.empty((len(names), options.bootstraps, 2))
    with listening(progress) as options.progress, interruptible():
        options.stop = STOP
        fits = new("nsym_splot_fits", lib.nsym_splot_fits_new, options, pointer(masses), pointer(weights), n)
        check(
            lib.nsym_splot_measure(
                result,
                points,
                ffi.NULL,
                ffi.from_buffer("nsym_splot_roc_point[]", values),
                fits,
                pointer(table),
                len(names),
            )
        )
    fit = MassFit(ffi.addressof(result, "fit"), mass, masses, weights)
    judged = Splot(fit, names, options.fpr, result)
    judged._fill(points, values)
    for warning in [fit.warning, *judged._warnings()]:
        if warning:
            logger.warning("%s", warning)
    return judged
