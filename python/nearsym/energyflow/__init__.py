"""EnergyFlow's energy-flow polynomials, computed by nearsym: ``from nearsym import energyflow as ef``.

`EFP`, `EFPSet`, `Measure`, `D2`, `C2` and `C3` have the signatures, graphs, order and values of EnergyFlow 1.4.
``docs/python-energyflow.md`` lists what differs and what is missing.
"""

from . import efp, measure, obs
from .efp import EFP, EFPSet
from .measure import Measure
from .obs import C2, C3, D2

__all__ = ["EFP", "EFPSet", "Measure", "D2", "C2", "C3"]

# Names of EnergyFlow's that users may look for here.
ELSEWHERE = """
    archs algorithms base datasets efm emd gen utils mod qg_jets qg_nsubs zjets_delphes EFM EFMSet efp2efms Generator
    image_activity zg zg_from_pj emds emd_pot emds_pot gen_random_events gen_random_events_mcom gen_massless_phase_space
    ptyphims_from_p4s pts_from_p4s pt2s_from_p4s ys_from_p4s etas_from_p4s phis_from_p4s m2s_from_p4s ms_from_p4s
    ms_from_ps etas_from_pts_ys_ms ys_from_pts_etas_ms p4s_from_ptyphims p4s_from_ptyphipids sum_ptyphims
    sum_ptyphipids center_ptyphims rotate_ptyphims reflect_ptyphims pids2ms pids2chrgs ischrgd phi_fix flat_metric
""".split()


def __getattr__(name: str) -> object:
    if name in ELSEWHERE:
        raise NotImplementedError(f"nearsym.energyflow has no {name}; take it from EnergyFlow: import energyflow")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
