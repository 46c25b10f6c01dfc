#!/usr/bin/env python3
"""Rates of others at the work of `nearsym bench efp`: connected energy-flow polynomials at kappa = beta = 1 (measure hadr,
normed) of random constituents in a cone of 0.45.

EnergyFlow's batch_compute, one job; and its graphs for many events at once: opt_einsum contracts them along its best paths,
shares what graphs have in common, and works by numpy or PyTorch.

    efp.py [efp "d<=7"|"d<=3"|triangle CONSTITUENTS]
"""
import collections
import functools
import sys
import types
import warnings

import numpy as np

from common import rate, serve

sys.modules.setdefault("wasserstein", types.ModuleType("wasserstein"))  # EnergyFlow's distances of events: it needs numpy 1
warnings.simplefilter("ignore")
SETS = {"d<=7": ([("d<=", 7), ("n<=", 7), ("p==", 1)], 467), "d<=3": ([("d<=", 3), ("p==", 1)], 9), "triangle": ([(3, 3, 1)], 1)}
BYTES = 64 << 20  # of the largest intermediate of a batch, M^3 an event


def events(count, constituents, rng):
    radius, angle = 0.45 * np.sqrt(rng.random((count, constituents))), 2 * np.pi * rng.random((count, constituents))
    pt = 0.05 + rng.exponential(1, (count, constituents))
    return list(np.stack([pt, radius * np.cos(angle), radius * np.sin(angle)], -1))


@functools.cache
def polynomials(row):
    import energyflow

    selection, count = SETS[row]
    if row == "triangle":
        made = [energyflow.EFP([(0, 1), (0, 2), (1, 2)], measure="hadr", beta=1, kappa=1, normed=True, coords="ptyphim")]
    else:
        made = energyflow.EFPSet(*selection, measure="hadr", beta=1, kappa=1, normed=True, coords="ptyphim")
    assert len(graphs_of(made)) == count, len(graphs_of(made))
    return made[0] if row == "triangle" else made


def graphs_of(made):
    """Edge lists of all polynomials."""
    return [made[0].graph] if isinstance(made, list) else [efp.graph for efp in getattr(made, "efps", [made])]


@functools.cache
def sample_of(constituents, count=2000):
    return events(count, constituents, np.random.default_rng(1))


def by_energyflow(row, constituents):
    made, sample = polynomials(row), sample_of(constituents)
    few = int(max(2, min(len(sample), 0.1 * rate(lambda: made.compute(sample[0]), 1, 0.05)["per_cpu_second"])))
    return lambda: made.batch_compute(sample[:few], n_jobs=1), few


def equation(graph):
    """Vertices are letters, events A; powers of the distances are operands: ('Aa,Ab,Aab->A', [2])."""
    powers = collections.Counter(map(tuple, graph))
    letters = "abcdefgh"[: max([vertex for edge in graph for vertex in edge], default=0) + 1]
    terms = ["A" + x for x in letters] + ["A" + letters[i] + letters[j] for i, j in powers]
    return ",".join(terms) + "->A", len(letters), list(powers.values())


def contractions(row, count, constituents):
    """For each graph, an expression and what it reads."""
    import opt_einsum

    made = []
    for text, vertices, powers in map(equation, graphs_of(polynomials(row))):
        shapes = [(count, constituents)] * vertices + [(count, constituents, constituents)] * len(powers)
        made.append((opt_einsum.contract_expression(text, *shapes, optimize="greedy"), vertices, powers))
    return made


def batched(row, constituents, library):
    import opt_einsum

    count = int(min(256, max(2, BYTES // (8 * constituents**3))))
    sample, expressions = np.array(sample_of(constituents)[:count]), contractions(row, count, constituents)
    given = __import__("torch").from_numpy if library == "torch" else np.asarray

    def compute():
        pt, eta, phi = np.moveaxis(sample, -1, 0)
        across = np.pi - np.abs(np.pi - np.abs(phi[:, :, None] - phi[:, None]))
        theta = np.sqrt((eta[:, :, None] - eta[:, None]) ** 2 + across**2)
        z, power = given(pt / pt.sum(1, keepdims=True)), {1: given(theta)}
        for k in range(2, 8):
            power[k] = power[k - 1] * power[1]
        with opt_einsum.shared_intermediates():
            return [expression(*[z] * vertices, *(power[k] for k in powers), backend=library)
                    for expression, vertices, powers in expressions]  # fmt: skip

    made, values = polynomials(row), np.stack([np.asarray(x) for x in compute()], -1)
    expected = np.reshape(made.batch_compute(list(sample[:2]), n_jobs=1), (2, -1))
    assert np.allclose(values[:2], expected, rtol=1e-10), "other values than EnergyFlow's"
    return compute, count


def variants(task, row, constituents):
    return {"EnergyFlow": functools.partial(by_energyflow, row, constituents),
            "batched, numpy": functools.partial(batched, row, constituents, "numpy"),
            "batched, PyTorch": functools.partial(batched, row, constituents, "torch")}  # fmt: skip


def version():
    import energyflow
    import opt_einsum
    import torch

    torch.set_num_threads(1)
    return f"EnergyFlow {energyflow.__version__}, opt_einsum {opt_einsum.__version__}"


if __name__ == "__main__":
    serve(variants, version(), __doc__)
