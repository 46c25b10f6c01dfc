#!/usr/bin/env python3
"""EnergyFlow's rate of the work of `nearsym bench efp`: all 467 connected multigraphs of d <= 7 edges and n <= 7 vertices
at kappa = beta = 1 (measure hadr, normed), random constituents in a cone of 0.45, one job. One JSON line per size: medians.

    efp.py [--source FOLDER] [--constituents 20,50,100] [--seconds 2] [--repeats 3]

--source: src/ of EnergyFlow's repository, where it is not installed; packages that this task does not need are left out.
"""
import argparse
import importlib.util
import json
import statistics
import sys
import time
import types
import warnings

import numpy as np


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
    wall, cpu = [], []
    for _ in range(options.repeats):
        clock, used = time.perf_counter(), time.process_time()
        polynomials.batch_compute(sample[:count], n_jobs=1)
        wall.append(count / (time.perf_counter() - clock))
        cpu.append(count / (time.process_time() - used))
    return {"bench": "efp", "peer": "energyflow", "constituents": constituents, "threads": 1, "unit": "event",
            "per_second": statistics.median(wall), "per_cpu_second": statistics.median(cpu),
            "repeats": options.repeats}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source")
    parser.add_argument("--constituents", default="20,50,100")
    parser.add_argument("--seconds", type=float, default=2, help="of CPU time a repeat")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    energyflow = load(options.source)
    polynomials = energyflow.EFPSet(("d<=", 7), ("n<=", 7), ("p==", 1), measure="hadr", beta=1, kappa=1, normed=True,
                                    coords="ptyphim")
    assert len(polynomials.efps) == 467
    for constituents in options.constituents.split(","):
        print(json.dumps(measure(polynomials, int(constituents), options)), flush=True)


if __name__ == "__main__":
    main()
