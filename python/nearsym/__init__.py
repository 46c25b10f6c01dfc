"""nearsym: learning from collider data whose symmetry is only nearly true."""

from typing import TYPE_CHECKING

from . import energyflow, generate, plots
from ._convert import as_events
from ._efp import EFPGraph, EFPSet, efp
from ._library import VERSION as __version__
from ._library import (
    Error,
    FileError,
    FormatError,
    InvalidError,
    LibraryError,
    NotFoundError,
    NumericError,
    OutOfMemoryError,
)
from ._observables import observables
from ._simulation import simulate
from ._sweights import Sweights, sweights
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
    from .networks import CNNClassifier, EFNClassifier, FCNClassifier, HybridClassifier, PFNClassifier, load

NETWORKS = ("CNNClassifier", "EFNClassifier", "FCNClassifier", "HybridClassifier", "PFNClassifier", "load")


def __getattr__(name):
    """Networks are imported when they are asked for: scikit-learn, whose manners they have, takes a second."""
    if name in NETWORKS:
        from . import networks

        return getattr(networks, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *NETWORKS])
