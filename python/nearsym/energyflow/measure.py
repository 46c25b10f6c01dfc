"""EnergyFlow's measures in numpy: the weight of a constituent, and the distance of two."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._arrays import numbers
from .._scalars import number

MEASURES = ("hadr", "hadrdot", "hadrefm", "ee", "eeefm")
ROUNDING = 2.0**-48  # of E^2: a smaller mass^2 may be rounding alone, as in nearsym/efp.h


class Measure:
    """Weights z and distances theta of the constituents of an event.

    Parameters
    ----------
    measure : {"hadr", "hadrdot", "hadrefm", "ee", "eeefm"}
        z comes from pt, for "ee" from the energy. theta is (dy^2 + dphi^2)^(beta/2) for "hadr". For the others it is
        ``|2 p_i.p_j|^(beta/2)``, with momenta divided by their pt ("hadrdot") or energy ("ee"). "hadrefm" and "eeefm"
        are "hadrdot" and "ee" at beta = 2.
    beta : float
        Exponent of the distances, above 0.
    kappa : float or "pf"
        Exponent of the weights. "pf": weights are 1 and momenta are not divided; not possible with "hadr" or `normed`.
    normed : bool
        Whether weights are fractions of the sum.
    coords : {"ptyphim", "epxpypz"}, optional
        The columns: pt, y, phi and optionally the mass; or energy, px, py, pz. The default is the first, for "ee" the
        second.
    check_input : bool
        Has no effect; every event is checked. It exists for compatibility with EnergyFlow.
    kappa_normed_behavior : {"new", "orig"}
        "new": normed weights are (pt / sum of pt)^kappa. "orig": pt^kappa / sum of pt^kappa.

    Examples
    --------
    >>> zs, thetas = Measure("hadr").evaluate([[3.0, 0.0, 0.0], [1.0, 0.3, 0.4]])
    >>> zs
    array([0.75, 0.25])
    >>> thetas
    array([[0. , 0.5],
           [0.5, 0. ]])
    """

    def __init__(
        self,
        measure: str,
        beta: float = 1,
        kappa: float | str = 1,
        normed: bool | None = True,
        coords: str | None = None,
        check_input: bool = True,
        kappa_normed_behavior: str = "new",
    ):
        if measure not in MEASURES:
            raise ValueError(f"measure is {measure!r}, must be one of {', '.join(MEASURES)}")
        if coords not in (None, "ptyphim", "epxpypz"):
            raise ValueError(f"coords is {coords!r}, must be 'ptyphim', 'epxpypz' or None")
        if kappa_normed_behavior not in ("new", "orig"):
            raise ValueError(f"kappa_normed_behavior is {kappa_normed_behavior!r}, must be 'new' or 'orig'")
        if kappa == "pf" and (measure == "hadr" or normed):
            raise ValueError("kappa='pf' goes with normed=False, and not with measure 'hadr'")
        if kappa != "pf" and not np.isfinite(number("kappa", kappa)):
            raise ValueError(f"kappa is {kappa}, must be finite")
        self.hadronic = measure.startswith("hadr")
        self.with_moments = measure.endswith("efm")
        self.measure, self.kappa, self.normed, self.check_input = measure, kappa, normed, check_input
        self.beta = 2.0 if self.with_moments else number("beta", beta)
        self.coords = coords or ("ptyphim" if self.hadronic else "epxpypz")
        self.kappa_normed_behavior = kappa_normed_behavior
        if not 0 < self.beta < np.inf:
            raise ValueError(f"beta is {beta}, must be above 0 and finite")

    def array(self, event: Any) -> np.ndarray:
        """An event as an array (constituents, columns); of a fastjet.PseudoJet its constituents."""
        if hasattr(event, "constituents"):
            p4s = np.array([[c.e(), c.px(), c.py(), c.pz()] for c in event.constituents()]).reshape(-1, 4)
            return p4s if self.coords == "epxpypz" else places_of(p4s)
        is_array = type(event) is np.ndarray and event.dtype == np.float64
        array = event if is_array else numbers(event, "event", (1, 2))
        if array.shape == (0,):
            return np.zeros((0, 4))
        if array.ndim != 2 or not self.is_width(array.shape[1]):
            names = "pt, y, phi and perhaps mass" if self.coords == "ptyphim" else "energy, px, py, pz"
            raise ValueError(f"the event has shape {array.shape}, must be (constituents, columns), columns {names}")
        return array

    def is_width(self, columns: int) -> bool:
        if self.coords == "ptyphim":
            return columns in (3, 4)
        return columns == 4 if self.hadronic else columns >= 2

    def momenta(self, array: np.ndarray) -> np.ndarray:
        """(constituents, 4) energy, px, py, pz; of "ee" any number of components."""
        if self.coords == "epxpypz":
            return array
        pt, rapidity, phi = array[:, :3].T
        across = np.hypot(pt, array[:, 3]) if array.shape[1] == 4 else pt
        return np.stack(
            [across * np.cosh(rapidity), pt * np.cos(phi), pt * np.sin(phi), across * np.sinh(rapidity)], axis=1
        )

    def energies(self, array: np.ndarray) -> np.ndarray:
        """What weighs the constituents, (constituents,): pt, for "ee" the energy."""
        if self.hadronic:
            return array[:, 0] if self.coords == "ptyphim" else np.hypot(array[:, 1], array[:, 2])
        return self.momenta(array)[:, 0]

    def is_massless(self, array: np.ndarray) -> bool:
        """Have all constituents no mass, but for rounding?"""
        if self.coords == "ptyphim":
            return array.shape[1] == 3 or not array[:, 3].any()
        return not masses2(array).any()

    @property
    def coordinates(self) -> str:
        """What nearsym.efp calls them."""
        return "pt_eta_phi" if self.coords == "ptyphim" else "p4"

    def is_in_library(self, array: np.ndarray) -> bool:
        """Does the library measure such constituents so? Its "hadrdot" has no theta of a constituent with itself."""
        return self.hadronic and self.kappa != "pf" and (self.measure == "hadr" or self.is_massless(array))

    def weights(self, energies: np.ndarray) -> np.ndarray:
        if isinstance(self.kappa, str):
            return np.ones_like(energies)
        raised = energies**self.kappa
        if not self.normed:
            return raised
        return raised / (raised.sum() if self.kappa_normed_behavior == "orig" else energies.sum() ** self.kappa)

    def evaluate(self, event: Any) -> tuple[np.ndarray, np.ndarray]:
        """The weights (constituents,), and the distances (constituents, constituents); with "hadrefm" and "eeefm" the
        momenta divided by pt or energy instead. Constituents without pt, or energy, are left out."""
        array = numbers(self.array(event), "event", 2, finite=True)
        energies = self.energies(array)
        if (energies < 0).any():
            at = int(np.argmax(energies < 0))
            raise ValueError(f"constituent {at} has {'pt' if self.hadronic else 'energy'} {energies[at]}, must be >= 0")
        array, energies = array[energies > 0], energies[energies > 0]
        if self.measure == "hadr":
            places = array if self.coords == "ptyphim" else places_of(array)
            return self.weights(energies), separations2(places) ** (self.beta / 2)
        directions = self.momenta(array)
        if self.kappa != "pf":
            directions = directions / energies[:, None]
        if self.with_moments:
            return self.weights(energies), directions
        return self.weights(energies), np.abs(products(directions)) ** (self.beta / 2)


def places_of(p4s: np.ndarray) -> np.ndarray:
    """(pt, y, phi, mass) of (energy, px, py, pz)."""
    energy, px, py, pz = p4s.T
    pt, across2 = np.hypot(px, py), (energy - pz) * (energy + pz)
    rapidity = np.arcsinh(pz / np.sqrt(np.where(across2 > 0, across2, pt**2)))
    return np.stack([pt, rapidity, np.arctan2(py, px), np.sqrt(masses2(p4s))], axis=1)


def products(momenta: np.ndarray) -> np.ndarray:
    """2 p_i.p_j of Minkowski's metric."""
    metric = np.full(momenta.shape[1], -2.0)
    metric[0] = 2.0
    return (momenta * metric) @ momenta.T


def masses2(p4s: np.ndarray) -> np.ndarray:
    """m^2 of (energy, px, py, pz), 0 where rounding alone can make it."""
    p = np.hypot(np.hypot(p4s[:, 1], p4s[:, 2]), p4s[:, 3])
    mass2 = (p4s[:, 0] - p) * (p4s[:, 0] + p)
    return np.where(mass2 < ROUNDING * p4s[:, 0] ** 2, 0.0, mass2)


def separations2(places: np.ndarray) -> np.ndarray:
    """dy^2 + dphi^2 of (pt, y, phi), dphi in [-pi, pi]."""
    y, phi = places[:, 1], places[:, 2]
    turned = np.abs(np.remainder(phi[:, None] - phi + np.pi, 2 * np.pi) - np.pi)
    return (y[:, None] - y) ** 2 + turned**2
