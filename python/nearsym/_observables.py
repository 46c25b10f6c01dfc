"""Observables of events by name."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from ._arrays import pointer
from ._convert import as_events
from ._library import STOP, c_text, check, interruptible, new, text
from ._native import ffi, lib
from ._scalars import threads


def observables(events: Any, names: str | Sequence[str], *, frame: bool = False, workers: int = 0) -> Any:
    """Computes isolation, sums, energy-flow polynomials and columns of events, by name.

    Parameters
    ----------
    events : anything that `nearsym.as_events` accepts
        Particles need pt (or et), and d_eta, d_phi (or deta, dphi) relative to the muon. They may also have eta and
        phi, if there are columns mu_eta and mu_phi. Isolation needs the column mu_pt.
    names : str or sequence of str
        A sequence of names, or a text with commas:

        - ``iso_R``: the sum of pt of the particles nearer to the muon than R, divided by mu_pt; "iso_0.025:0.45:18"
          stands for 18 radii, evenly spaced
        - ``iso_pileup_R``: the same with CMS's correction for pile-up (JINST 13 (2018) P06015), by the feature `kind`
          of the particles (1 charged hadron, 2 neutral hadron, 3 photon, 4 lepton, 5 pile-up)
        - ``sum_pt``: the sum of pt of all particles, GeV
        - ``width``: the mean distance of the particles from their axis, both weighted by pt
        - ``efp_kK_bB_N-D-K``: the energy-flow polynomial at kappa K and beta B of the graph (n,d,k),
          "efp_k1_b0.25_3-3-0"; of a product "efp_k1_b1_2-1-0_3-3-0"
        - ``ln_NAME``: the natural logarithm of any of these; values below 1e-100 count as 1e-100
        - anything else: the column of that name. If a column has the name of an observable, the column is used
    frame : bool
        Whether to return a pandas DataFrame.
    workers : int
        Number of threads; 0: one per CPU. The values do not depend on it.

    Returns
    -------
    dict of name to array (events,), or DataFrame
        In the order of the names; ranges are written out. An event without particles has 0.

    Raises
    ------
    nearsym.Error
        If an observable is unknown or given twice; if the events lack a feature or column (with the nearest name); if
        values are impossible (with event and particle).
    TypeError, ValueError
        If events are not numbers.

    Notes
    -----
    See ``docs/observables.md``. For energy-flow polynomials of events without a muon use `nearsym.efp`.

    Examples
    --------
    >>> muons = {"mu_pt": [50.0, 20.0], "pt": [[5.0, 1.0], [8.0]], "d_eta": [[0.1, 0.3], [0.2]],
    ...          "d_phi": [[0.0, 0.1], [-0.1]]}
    >>> for name, values in observables(muons, "iso_0.2:0.4:2, sum_pt, efp_k1_b2_2-1-0").items():
    ...     print(name, values.round(4))
    iso_0.2 [0.1 0. ]
    iso_0.4 [0.12 0.4 ]
    sum_pt [6. 8.]
    efp_k1_b2_2-1-0 [0.0139 0.    ]
    """
    wanted = _parsed(names)
    sample = as_events(events)
    labels = [text(lib.nsym_observables_name(wanted, i)) for i in range(lib.nsym_observables_count(wanted))]
    values = np.empty((len(sample), len(labels)))
    with interruptible():
        check(lib.nsym_observables_compute(pointer(values), wanted, sample.c, threads(workers), ffi.NULL, STOP))
    columns = dict(zip(labels, np.ascontiguousarray(values.T)))
    return _frame(columns) if frame else columns


def _parsed(names: Any) -> Any:
    if isinstance(names, str):
        return new("nsym_observables", lib.nsym_observables_parse, c_text(names, "names"))
    words = [_name(name) for name in names]
    return new("nsym_observables", lib.nsym_observables_new, words, len(words))


def _name(name: Any) -> Any:
    return ffi.new("char[]", c_text(name, "an observable"))


def _frame(columns: dict[str, np.ndarray]) -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("frame=True needs pandas: pip install pandas") from error
    return pd.DataFrame(columns)
