#!/usr/bin/env python3
"""Rates of energy-flow polynomials from Python, one thread, in pairs of runs: EnergyFlow beside nearsym.energyflow, and
nearsym.efp beside nsym_bench_efp, which is `nearsym bench efp`. Events a CPU second; medians of the rounds' ratios.

    PYTHONPATH=build/python efp_python.py [--constituents 20,50,100] [--events 0] [--seconds 1] [--repeats 5]
                                          [--tasks peer,library] [--measure hadr]

--measure: of EnergyFlow's classes; others than "hadr" take four-momenta without mass, made of the same events
--events: of a call of nearsym; 0: as many as take a twentieth of a second
"""
import statistics
import sys
import time
import types
import warnings

import numpy as np

import nearsym as ns
from common import parser, show
from efp import events
from nearsym import energyflow as ours
from nearsym._library import check
from nearsym._native import ffi, lib

SETS = {"d<=7,n<=7,connected": ("d<=7", "n<=7", "p==1"), "d<=4": ("d<=4",), "(3,3,1)": ([(0, 1), (0, 2), (1, 2)],)}
COORDS = {True: "ptyphim", False: "epxpypz"}


def momenta(sample):
    """(energy, px, py, pz) of (pt, eta, phi)."""
    pt, eta, phi = np.moveaxis(sample, -1, 0)
    return np.stack([pt * np.cosh(eta), pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)], axis=-1)


def rate(work, items, seconds):
    """Items a CPU second."""
    used, done = time.process_time(), 0
    while time.process_time() - used < seconds or done == 0:
        work()
        done += items
    return done / (time.process_time() - used)


def batch(work_of, sample, asked):
    """How many events a call has: those asked for, or as many as take a twentieth of a second."""
    if asked:
        return asked
    work_of(sample[:64])
    return int(min(100_000, max(16, 0.05 * rate(lambda: work_of(sample[:64]), 64, 0.05))))


def pairs(options, name, first, second):
    """Rates of two, in turn, and the median ratio of the second to the first."""
    rows = [(first(), second()) for _ in range(options.repeats)]
    a, b = (statistics.median(column) for column in zip(*rows))
    show(bench="efp_python", **name, first=a, second=b, ratio=statistics.median(y / x for x, y in rows))


def beside_energyflow(options, energyflow, selection, constituents):
    theirs, mine = (
        package.EFPSet(*SETS[selection], measure=options.measure, beta=1, coords=COORDS[options.measure == "hadr"])
        for package in (energyflow, ours)
    )
    sample = np.array(events(2000, constituents, np.random.default_rng(1)))
    if options.measure != "hadr":
        sample = momenta(sample)
    few = list(sample[: max(1, int(min(2000, options.seconds * rate(lambda: theirs(sample[0]), 1, 0.05))))])
    n = batch(lambda part: mine.batch_compute(part, 1), sample, options.events)
    many = np.resize(sample, (n, *sample.shape[1:]))
    name = {"set": selection, "constituents": constituents, "pair": "EnergyFlow, nearsym.energyflow", "events": n}

    def peer():
        return rate(lambda: theirs.batch_compute(few, n_jobs=1), len(few), options.seconds)

    pairs(options, {**name, "measure": options.measure}, peer,
          lambda: rate(lambda: mine.batch_compute(many, n_jobs=1), n, options.seconds))  # fmt: skip


def beside_the_library(options, selection, constituents):
    graphs = ns.EFPSet(selection)
    sample = np.array(events(2000, constituents, np.random.default_rng(1)))
    n = batch(lambda part: graphs.compute(part, workers=1), sample, options.events)
    many, out = np.resize(sample, (n, constituents, 3)), ffi.new("nsym_efp_rate *")

    def bench():
        check(lib.nsym_bench_efp(out, graphs._c, constituents, 1, options.seconds))
        return out.per_cpu_second

    name = {"set": selection, "constituents": constituents, "pair": "nsym_bench_efp, nearsym.efp", "events": n}
    pairs(options, name, bench, lambda: rate(lambda: graphs.compute(many, workers=1), n, options.seconds))


def main():
    options_of = parser(__doc__)
    options_of.add_argument("--constituents", default="20,50,100")
    options_of.add_argument("--events", type=int, default=0)
    options_of.add_argument("--measure", default="hadr")
    options_of.add_argument("--tasks", default="library,peer")
    options = options_of.parse_args()
    for constituents in map(int, options.constituents.split(",")):
        for selection in SETS:
            if "library" in options.tasks:
                beside_the_library(options, selection, constituents)
            if "peer" in options.tasks:
                beside_energyflow(options, load(), selection, constituents)


def load():
    """EnergyFlow, without its distances between events, whose wheel needs numpy 1."""
    sys.modules.setdefault("wasserstein", types.ModuleType("wasserstein"))
    warnings.simplefilter("ignore")
    import energyflow

    return energyflow


if __name__ == "__main__":
    main()
