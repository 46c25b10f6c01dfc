"""How much of a sample is signal, and which events: a fit of the mass spectrum, and its sWeights."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

import numpy as np

from ._arrays import numbers, pointer, same_length
from ._library import STOP, NumericError, check, interruptible, logger, text
from ._native import ffi, lib
from ._scalars import number, whole
from ._tables import Cells, Table
from ._sweights import SPECIES, Sweights, published_sweights, sweights
from .estimates import Estimates

PARAMETERS = tuple(text(lib.nsym_mass_parameter_name(i)) for i in range(lib.NSYM_MASS_PARAMETERS))
UNITS = ("GeV", "GeV", "GeV", "", "GeV")
METHODS = {"likelihood": lib.NSYM_MASS_LIKELIHOOD, "published": lib.NSYM_MASS_PUBLISHED}


def place_of(name: str) -> int:
    """The number of a parameter."""
    if name not in PARAMETERS:
        raise ValueError(f"there is no parameter {name!r}; parameters are: {', '.join(PARAMETERS)}")
    return PARAMETERS.index(name)


def mass_options(
    window: Sequence[float],
    method: str,
    start: Mapping[str, float] | None,
    bounds: Mapping[str, tuple[float, float]] | None,
    fixed: Iterable[str],
    bins: int,
    average: bool,
) -> Any:
    """A mass fit's options as the library takes them."""
    if method not in METHODS:
        raise ValueError(f"method is {method!r}, must be one of: {', '.join(METHODS)}")
    ends = numbers(window, "window", finite=True)
    if len(ends) != 2:
        raise ValueError(f"window has {len(ends)} numbers, must have 2: where it begins and ends")
    options = ffi.new("nsym_mass_options *", lib.nsym_mass_defaults(METHODS[method], *ends))
    for name, value in (start or {}).items():
        options.start[place_of(name)] = number(f"start of {name}", value)
    for name, pair in (bounds or {}).items():
        if np.shape(pair) != (2,):
            raise TypeError(f"bounds of {name} is {pair!r}, must be two numbers")
        lower, upper = (number(f"bounds of {name}", end) for end in pair)
        options.lower[place_of(name)], options.upper[place_of(name)] = lower, upper
    if isinstance(fixed, str):
        raise TypeError(f"fixed is {fixed!r}, must be a list of names: [{fixed!r}]")
    options.fixed = sum(1 << place_of(name) for name in set(fixed))
    options.bins, options.average = whole("bins", bins), bool(average)
    return options


class MassFit(Table):
    """A fitted mass spectrum, as `fit_mass` returns it.

    ``fit["tau"]`` or ``fit["signal"]`` gives one of the numbers. Results can be pickled.

    Attributes
    ----------
    parameters : Estimates
        tau, sigma, gamma, s and centre, with their covariance (0 for parameters that are fixed or at a bound).
    yields : Estimates
        Signal and background in the window, with their covariance; with weights these are sums of weights.
    method : str
    window : tuple of float
    events, outside, weightless : int
        Numbers of events in the window, outside it, and of weight 0, which count as neither.
    chi2, ndf : float, int
        Pearson's chi2, over the bins of a histogram with five or more expected events.
    ks_distance : float
        The largest difference between the cumulative distributions of events and fit.
    minimum : float
        The minimum of -log likelihood, without the extended term, or of the sum of squares.
    warning : str
        Warnings about the fit, or "". They also go to the log.
    masses, weights : arrays (n,)
        The fitted events; weights may be None.
    """

    def __init__(self, fit: Any, options: Any, masses: np.ndarray, weights: np.ndarray | None):
        self._fit, self._options = bytes(ffi.buffer(fit)), bytes(ffi.buffer(options))
        self.masses, self.weights = masses, weights
        self.method = next(name for name, code in METHODS.items() if code == fit.method)
        self.window = (fit.low, fit.high)
        self.events, self.outside, self.weightless = fit.events, fit.outside, fit.weightless
        self.chi2, self.ndf, self.bins, self.ks_distance = fit.chi2, fit.ndf, fit.bins, fit.ks_distance
        self.minimum, self.iterations = fit.minimum, fit.iterations
        self.warning = text(fit.warning)
        self.fixed, self.at_bound = (
            tuple(name for i, name in enumerate(PARAMETERS) if bits >> i & 1) for bits in (fit.fixed, fit.at_bound)
        )
        covariance = [list(row) for row in fit.covariance]
        self.parameters = Estimates(PARAMETERS, list(fit.value), list(fit.error), covariance, UNITS)
        self.yields = Estimates(
            SPECIES,
            [fit.signal, fit.background],
            covariance=[list(row) for row in fit.yield_covariance],
            units=["events"] * 2,
        )

    def __getitem__(self, name: str) -> Estimates:
        return self.yields[name] if name in self.yields else self.parameters[name]

    def minos(self, sigmas: float = 1.0) -> dict[str, tuple[float, float]]:
        """Intervals from the profile likelihood, which may be asymmetric.

        Parameters
        ----------
        sigmas : float
            -log L rises by sigmas^2 / 2 at the ends. With 1.645 the far end is a limit at 95 %.

        Returns
        -------
        dict of name to (low, high)
            The intervals of all parameters and both yields. If the likelihood never falls so far, the end is the
            parameter's bound; it is NaN if none was found.

        Raises
        ------
        ValueError
            If the method of the fit is "published", which has no likelihood.

        Notes
        -----
        F. James and M. Roos, Comput. Phys. Commun. 10 (1975) 343; with weights as R. Chandler and S. Bate,
        Biometrika 94 (2007) 167.
        """
        out, masses, weights = ffi.new("nsym_mass_intervals *"), pointer(self.masses), pointer(self.weights)
        fit, options, sigmas = self._as_c("fit"), self._as_c("options"), number("sigmas", sigmas)
        with interruptible():
            options.stop = STOP
            check(lib.nsym_mass_find_intervals(out, options, fit, masses, weights, len(self.masses), sigmas))
        found = dict(zip(PARAMETERS, out.parameter), signal=out.signal, background=out.background)
        return {name: (interval.low, interval.high) for name, interval in found.items()}

    def densities(self, masses: Any = None) -> np.ndarray:
        """Densities (n, 2) of signal and background per GeV, normalised in the window.

        Parameters
        ----------
        masses : array (n,), optional
            Masses in the window; by default the fitted ones.

        Raises
        ------
        ValueError
            If a mass is not in the window.
        """
        masses = self.masses[self.inside] if masses is None else numbers(masses, "masses")
        parts = np.empty((2, len(masses)))
        check(
            lib.nsym_mass_densities(
                pointer(parts[0]), pointer(parts[1]), self._as_c("fit"), pointer(masses), len(masses)
            )
        )
        return np.ascontiguousarray(parts.T)

    def expected(self, edges: Any) -> np.ndarray:
        """The fitted numbers of signal and background events (bins, 2) between rising edges (bins + 1,)."""
        edges = numbers(edges, "edges", finite=True)
        if len(edges) < 2:
            raise ValueError(f"edges has {len(edges)} numbers, must have 2 or more")
        parts = np.empty((2, len(edges) - 1))
        check(
            lib.nsym_mass_shares(
                pointer(parts[0]), pointer(parts[1]), self._as_c("fit"), pointer(edges), len(edges) - 1
            )
        )
        return parts.T * self.yields.values

    @property
    def inside(self) -> np.ndarray:
        """Mask (n,) of the events that count: those in the window whose weight is not 0."""
        low, high = self.window
        inside = (self.masses > low) & (self.masses < high)
        return inside if self.weights is None else inside & (self.weights != 0)

    def sweights(self) -> Sweights:
        """sWeights of signal and background; rows of 0 for events that the fit left out."""
        inside = self.inside
        counts = None if self.weights is None else self.weights[inside]
        densities = self.densities()
        if self.method == "likelihood":
            found = sweights(densities, self.yields.values, counts, names=SPECIES, tolerance=1e-8)
        else:
            found = published_sweights(densities, self.yields.values, counts)
        weights = np.zeros((len(self.masses), 2))
        weights[inside] = found.weights
        return Sweights(weights, found.yields)

    def plot(self, ax: Any = None, *, bins: int = 80, log: bool = False) -> Any:
        """Draws the spectrum, the fit with its two parts, and the pulls; see `nearsym.plots.mass_fit`."""
        from . import plots

        return plots.mass_fit(self, ax=ax, bins=bins, log=log)

    def _as_c(self, what: str) -> Any:
        struct = ffi.new(f"nsym_mass_{what} *")
        ffi.buffer(struct)[:] = getattr(self, f"_{what}")
        return struct

    def _add_intervals(self) -> None:
        try:
            ends = self.minos()
        except NumericError as error:
            logger.warning("no intervals of the mass fit: %s", error)
            return
        for estimates in (self.parameters, self.yields):
            estimates.intervals = np.array([ends[name] for name in estimates])

    def _remark(self, name: str) -> str:
        return ", fixed" if name in self.fixed else ", at its bound" if name in self.at_bound else ""

    def _cells(self) -> Cells:
        how = "unbinned maximum likelihood" if self.method == "likelihood" else "least squares, as published"
        low, high = self.window
        title = f"{self.events} events between {low:g} and {high:g} GeV, {self.outside} outside; {how}"
        rows = [*self.yields._cells().rows, *self.parameters._cells().rows]
        named = [[*row[:3], (row[3] + self._remark(row[0])).lstrip(", ")] for row in rows]
        agreement = f"chi2 {self.chi2:.1f} / {self.ndf}, Kolmogorov-Smirnov distance {self.ks_distance:.4f}"
        return Cells(title, (), named, [agreement, *([self.warning] if self.warning else [])], (0, 2, 3))


def fit_mass(
    masses: Any,
    window: Sequence[float] = (70, 110),
    weights: Any = None,
    method: str = "likelihood",
    *,
    start: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    fixed: Iterable[str] = ("centre",),
    minos: bool = True,
    bins: int = 0,
    average: bool = False,
) -> MassFit:
    """Fits a resonance on a falling background, to find how many events are signal.

    ``s Voigt(m - centre; sigma, gamma) + (1 - s) exp(-m / tau)``, both parts normalised in the window.

    Parameters
    ----------
    masses : array (n,)
        Masses in GeV; those on the window's edges or outside are left out.
    window : (low, high)
        The range of the fit in GeV.
    weights : array (n,), optional
        Weights of any sign.
    method : {"likelihood", "published"}
        Unbinned extended maximum likelihood, or least squares on a histogram's density as in arXiv:2306.15737.
    start : mapping of parameter to value, optional
        Start values of tau, sigma, gamma (the half width), s (the signal's share) and centre. Missing ones are chosen
        from the window. The centre is 90.8 GeV unless you give a start value or let it vary.
    bounds : mapping of parameter to (lower, upper), optional
    fixed : sequence of parameters
        The parameters that keep their start value; ``()`` fits the centre too.
    minos : bool
        Whether to find the likelihood's intervals too, which may be asymmetric (the published method has none).
    bins : int
        Number of bins of the histogram that is fitted (published) or compared with the fit; 0: by the rule of Freedman
        and Diaconis.
    average : bool
        Published method: use the model's mean over a bin instead of its value at the centre.

    Returns
    -------
    MassFit

    Raises
    ------
    TypeError, ValueError
        If arrays are not numbers; if a mass or weight is NaN or infinite (with its index); for an unknown parameter or
        method; if fewer than 10 masses are in the window, or all are on one side of the centre; if the fit does not
        converge.

    Notes
    -----
    The covariance is the inverse of the second derivatives; with weights it follows C. Langenbruch, arXiv:1911.01303.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> peak = 90.8 + 1.5 * random.standard_cauchy(3000) + 0.9 * random.normal(size=3000)
    >>> fit = fit_mass(np.concatenate([peak, 70 - 17 * np.log1p(-random.uniform(size=300) * 0.9)]))
    >>> abs(fit["gamma"].value - 1.5) < 3 * fit["gamma"].error
    True
    >>> float(round(fit.yields.values.sum())) == fit.events
    True
    """
    masses = numbers(masses, "masses")
    weights = None if weights is None else numbers(weights, "weights")
    n = same_length(masses=masses, weights=weights)
    options = mass_options(window, method, start, bounds, fixed, bins, average)
    fit = ffi.new("nsym_mass_fit *")
    with interruptible():
        options.stop = STOP
        check(lib.nsym_mass_fit_events(fit, options, pointer(masses), pointer(weights), n))
    options.stop = ffi.NULL  # the result can be pickled
    result = MassFit(fit, options, masses, weights)
    if result.warning:
        logger.warning("%s", result.warning)
    if minos and method == "likelihood":
        result._add_intervals()
    return result
