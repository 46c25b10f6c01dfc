"""nearsym: learning from collider data whose symmetry is only nearly true."""

from typing import TYPE_CHECKING

from . import generate
from ._convert import as_events
from ._doctor import doctor
from ._efp import EFPGraph, EFPSet, efp
from ._library import VERSION as __version__
from ._library import (
    Error,
    FileError,
    FileWarning,
    FormatError,
    InvalidError,
    LibraryError,
    NotFoundError,
    NumericError,
    OutOfMemoryError,
)
from ._methods import Methods, compare_methods
from ._observables import observables
from ._simulation import simulate
from ._sweights import Sweights, sweights
from ._symmetry import Symmetry, symmetry
from ._trust import check_file
from .calibration import Calibration, Match, calibration, events_to_match, fit_temperature, mean_proba, mean_score
from .copies import Cells, Copies, Detector, Smear, Threshold, boosts, reflections, rotations, shifts
from .densities import KDE, kde_weights
from .estimates import Estimates
from .events import Events, concat, read
from .invariance import invariance_of
from .mass import MassFit, fit_mass
from .reweighting import flatten, reweight
from .root import read_root
from .statistics import ClassMetrics, Roc, ado, auc, class_metrics, roc
from .studies import Study, studies
from .unlabelled import Slope, Splot, splot

if TYPE_CHECKING:
    from . import energyflow, plots
    from .networks import CNNClassifier, EFNClassifier, FCNClassifier, HybridClassifier, PFNClassifier, load

NETWORKS = ("CNNClassifier", "EFNClassifier", "FCNClassifier", "HybridClassifier", "PFNClassifier", "load")
MODULES = ("energyflow", "plots")


def __getattr__(name):
    """Networks and these modules are imported when they are asked for: scikit-learn alone takes a second."""
    from importlib import import_module

    if name in NETWORKS:
        return getattr(import_module(".networks", __name__), name)
    if name in MODULES:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *NETWORKS, *MODULES])
