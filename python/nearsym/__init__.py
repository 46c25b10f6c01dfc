"""nearsym: learning from collider data whose symmetry is only nearly true."""

from ._convert import as_events
from ._efp import EFPGraph, EFPSet, efp
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
from .densities import KDE, kde_weights
from .estimates import Estimates
from .events import Events, concat, read
from .mass import MassFit, Sweights, fit_mass, sweights
from .statistics import ClassMetrics, Roc, ado, auc, class_metrics, roc
from .unlabelled import Slope, Splot, splot

__version__ = "0.1.0"
