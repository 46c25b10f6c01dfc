#!/usr/bin/env python3
"""EnergyFlow's rate of the work of `nearsym bench efp`: all 467 connected multigraphs of d <= 7 edges and n <= 7 vertices
at kappa = beta = 1 (measure hadr, normed), random constituents in a cone of 0.45, one job. One JSON line per size: medians.

    efp.py [--source FOLDER] [--constituents 20,50,100] [--seconds 1] [--repeats 5]

--source: src/ of EnergyFlow's repository, where it is not installed; packages that this task does not need are left out.
"""
import importlib.util
import sys
import time
import types
import warnings

import numpy as np

from common import parser, rates, show


def load(source):
    if source:
        sys.path.insert(0, source)
        sys.modules["energyflow._version"] = types.SimpleNamespace(version="unknown")
        for name in ("wasserstein", "h5py"):
            if importlib.util.find_spec(name) is None:
                sys.modules[name] = types.ModuleType(name)
    warnings.simplefilter("ignore")
    import energyflow

    return energyflow


def events(count, constituents, rng):
    radius, angle = 0.45 * np.sqrt(rng.random((count, constituents))), 2 * np.pi * rng.random((count, constituents))
    pt = 0.05 + rng.exponential(1, (count, constituents))
    return list(np.stack([pt, radius * np.cos(angle), radius * np.sin(angle)], -1))


def measure(polynomials, constituents, options):
    sample = events(2000, constituents, np.random.default_rng(1))
    polynomials.compute(sample[0])
    started = time.process_time()
    for event in sample[:2]:
        polynomials.compute(event)
    count = int(min(2000, max(3, options.seconds / ((time.process_time() - started) / 2))))
    show(bench="efp", peer="energyflow", constituents=constituents, threads=1, unit="event",
         **rates(lambda: polynomials.batch_compute(sample[:count], n_jobs=1), count, options, warm_up=0))


def main():
    options_of = parser(__doc__)
    options_of.add_argument("--source")
    options_of.add_argument("--constituents", default="20,50,100")
    options = options_of.parse_args()
    energyflow = load(options.source)
    polynomials = energyflow.EFPSet(("d<=", 7), ("n<=", 7), ("p==", 1), measure="hadr", beta=1, kappa=1, normed=True,
                                    coords="ptyphim")
    assert len(polynomials.efps) == 467
    for constituents in options.constituents.split(","):
        measure(polynomials, int(constituents), options)


if __name__ == "__main__":
    main()
