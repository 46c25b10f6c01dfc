"""Trained networks of every kind, random inputs for them, and the library's own answers."""

import numpy as np

import nearsym as ns
from nearsym._library import check
from nearsym._native import ffi, lib
from nearsym.networks._model import Model

EVENTS = 1000
HYBRID = {"kind": "hybrid", "particles": "p4", "event": "lorentz", "gate": "pt", "particle_map": [16, 16],
          "event_map": [16], "gate_map": [8], "latent": 8, "hidden": [16]}  # fmt: skip
PFN = {"kind": "pfn", "particles": "p4", "particle_map": [16, 16], "latent": 8, "hidden": [16]}
CELLS = {**PFN, "particles": "cells"}
MODELS = {
    "fcn": ("dimuon", {"kind": "fcn", "event": "lorentz", "hidden": [16, 16]}),
    "fcn_silu_norm": ("dimuon", {"kind": "fcn", "event": "lorentz", "hidden": [16], "activation": "silu",
                                 "norm": "feature"}),
    "fcn_list": ("showers", {"kind": "fcn", "event": "list", "padded": 150, "hidden": [16]}),
    "fcn_image": ("showers", {"kind": "fcn", "event": "image", "padded": 256, "hidden": [16], "dropout": 0.2}),
    "fcn_lola": ("dimuon", {"kind": "fcn", "event": "momenta", "lola": 3, "hidden": [16]}),
    "fcn_references": ("dimuon", {"kind": "fcn", "event": "lorentz", "references": "beam", "hidden": [16]}),
    "pfn_pairs": ("dimuon", {**PFN, "particles": "pairs"}),
    "pfn": ("dimuon", PFN),
    "pfn_leaky_mean": ("showers", {**CELLS, "activation": "leaky_relu", "leak": 0.1, "pooling": "mean"}),
    "pfn_silu": ("showers", {**CELLS, "activation": "silu"}),
    "pfn_padded": ("showers", {**CELLS, "padded": 200}),
    "pfn_padded_silu": ("showers", {**CELLS, "padded": 200, "activation": "silu"}),
    "pfn_norm": ("showers", {**CELLS, "norm": "feature"}),
    "pfn_slot_norm": ("dimuon", {**PFN, "norm": "slot"}),
    "pfn_linear_first": ("showers", {**CELLS, "linear_first": True}),
    "pfn_beside": ("dimuon", {**PFN, "event": "lorentz"}),
    "efn": ("muons", {"kind": "efn", "particles": "objects", "particle_map": [16], "latent": 8, "hidden": [16]}),
    "hybrid": ("dimuon", HYBRID),
    "hybrid_concat_weighted": ("dimuon", {**HYBRID, "combination": "concat_weighted"}),
    "hybrid_concat_weights": ("dimuon", {**HYBRID, "combination": "concat_weights"}),
    "hybrid_concat_input": ("dimuon", {k: v for k, v in HYBRID.items() if k != "gate_map"} | {"combination": "concat_input"}),
    "hybrid_concat": ("dimuon", {k: v for k, v in HYBRID.items() if "gate" not in k} | {"combination": "concat"}),
    "hybrid_gate_set": ("dimuon", {**HYBRID, "gate_set": True}),
    "cnn": ("showers", {"kind": "cnn", "event": "image", "filters": [4, 6],
                        "convolutions": 2, "kernel": 3, "hidden": [16]}),
    "cnn_wide": ("showers", {"kind": "cnn", "event": "image", "filters": [5],
                             "convolutions": 1, "kernel": 5, "hidden": [16], "activation": "leaky_relu"}),
}  # fmt: skip
SAMPLES = {
    "dimuon": {"data": {"generate": "dimuon", "events": 200}, "detector": {"smear": {"resolution": 0.1}}},
    "showers": {"data": {"generate": "showers", "events": 200}, "detector": {"cells": [16, 16]}},
    "muons": {"data": {"generate": "muons", "events": 200}},
}


def trained(name, folder):
    """A trained model."""
    sample, network = MODELS[name]
    path = folder / f"{name}.h5"
    common = {"split": {"validation": 0.2}, "train": {"epochs": 2, "sampling": "each", "scale": True}}
    ns.Study({**SAMPLES[sample], **common, "models": {"net": network}}).train(path, progress=False)
    return Model.load(path)


def inputs_of(spec, seed=1):
    """Random inputs of events with no particle, one, and many: offsets and single-precision arrays."""
    rng = np.random.default_rng(seed)
    most = spec.padded if spec.kind == lib.NSYM_PFN and spec.padded else 40
    counts = np.full(EVENTS, spec.slots) if spec.slots else rng.integers(0, most + 1, EVENTS)
    if not spec.slots:
        counts[:3] = 0, 1, most
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64)

    def normal(rows, width):
        return rng.normal(size=(rows, width)).astype(np.float32)

    particles = normal(int(offsets[-1]), spec.particle_input.width)
    if spec.kind == lib.NSYM_EFN:
        particles[:, 0] = np.abs(particles[:, 0])
    return offsets, particles, normal(EVENTS, spec.event_input.width), normal(EVENTS, spec.gate_input.width)


def own(model, offsets, particles, event, gate):
    """The library's logits and gate weights."""
    spec = model.spec
    given = ffi.new("nsym_model_inputs *", {"events": EVENTS})
    given.offsets = ffi.from_buffer("uint64_t[]", offsets)
    for name, array in [("particles", particles), ("event", event), ("gate", gate)]:
        if array.size:
            setattr(given, name, ffi.from_buffer("float[]", array))
    logits = np.empty((EVENTS, lib.nsym_model_outputs(spec)))
    weights = np.empty((EVENTS, 2))
    gated = spec.kind == lib.NSYM_HYBRID and spec.combination not in (lib.NSYM_COMBINE_CONCAT, lib.NSYM_COMBINE_CONCAT_INPUT)
    check(lib.nsym_model_logits(model._owner, given, ffi.from_buffer("double[]", logits),
                                ffi.from_buffer("double[]", weights) if gated else ffi.NULL))  # fmt: skip
    return logits, weights if gated else None
