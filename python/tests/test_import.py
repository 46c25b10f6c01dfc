"""PyTorch's weights: what is exported comes back to the bit, and the published networks give the published outputs."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from exported import MODELS, SAMPLES, inputs_of, own, trained

import nearsym as ns
from nearsym.networks._model import Model

NETWORKS = {
    "general": {"kind": "pfn", "particles": "p4", "particle_map": [128, 128], "latent": 16,
                "hidden": [512, 256, 128, 128], "norm": "slot"},
    "invariant": {"kind": "fcn", "event": "lorentz", "hidden": [512, 256, 256, 128, 128], "norm": "feature"},
    "hybrid": {"kind": "hybrid", "particles": "p4", "event": "lorentz", "gate": "pt", "particle_map": [128, 128],
               "event_map": [128, 128], "gate_map": [64, 64, 64], "latent": 16, "hidden": [512, 256, 128, 128],
               "norm": "slot"},
}  # fmt: skip


def card_of(name):
    sample, network = MODELS[name]
    return {**SAMPLES[sample], "models": {"net": network}}


@pytest.mark.parametrize("ending", ["npz", "safetensors"])
@pytest.mark.parametrize("name", MODELS)
def test_what_is_exported_comes_back_to_the_bit(name, ending, tmp_path):
    model = trained(name, tmp_path)
    model["temperature"] = "1.25"
    model.export_weights(tmp_path / f"weights.{ending}")
    ns.Study(card_of(name)).import_weights(tmp_path / f"weights.{ending}", tmp_path / "back.h5")
    back = Model.load(tmp_path / "back.h5")
    back.export_weights(tmp_path / f"again.{ending}")
    assert (tmp_path / f"again.{ending}").read_bytes() == (tmp_path / f"weights.{ending}").read_bytes()
    arrays = inputs_of(model.spec)
    for first, second in zip(own(model, *arrays), own(back, *arrays)):
        np.testing.assert_array_equal(first, second)
    assert back.temperature == 1.25
    for fact in ("chain", "source", "grid"):
        if fact != "grid" or MODELS[name][0] != "muons":  # whose generator's own cells no card tells
            assert back[fact] == model[fact]
    assert f"weights.{ending} (" in back["imported_from"]


def test_numpy_reads_what_is_exported(tmp_path):
    trained("pfn_slot_norm", tmp_path).export_weights(tmp_path / "weights.npz")
    shapes = {name: array.shape for name, array in np.load(tmp_path / "weights.npz").items()}
    wanted = {"particles.mean": (4,), "particle_map.0.weight": (16, 4), "particle_map.1.running_var": (2,),
              "particle_map.6.weight": (8, 16), "hidden.1.bias": (16,), "hidden.3.weight": (1, 16)}  # fmt: skip
    assert {name: shapes[name] for name in wanted} == wanted


@pytest.mark.parametrize("what", ["half", "double", "brain"])
def test_other_types_of_numbers_are_read(what, tmp_path):
    values = np.array([[1.5, -2, 0.25, 8]])
    dtype, raw = {"half": ("F16", values.astype("<f2").tobytes()), "double": ("F64", values.astype("<f8").tobytes()),
                  "brain": ("BF16", (values.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes())}[what]  # fmt: skip
    n = len(raw)
    header = {"__metadata__": {"format": "pt"}, "0.weight": {"dtype": dtype, "shape": [1, 4], "data_offsets": [0, n]},
              "0.bias": {"dtype": "F32", "shape": [1], "data_offsets": [n, n + 4]}}  # fmt: skip
    text = json.dumps(header).encode()
    data = len(text).to_bytes(8, "little") + text + raw + np.float32(3).tobytes()
    (tmp_path / "weights.safetensors").write_bytes(data)
    card = {"data": {"generate": "dimuon"}, "models": {"net": {"kind": "fcn", "event": ["pt", "m", "a", "b"], "hidden": []}}}
    ns.Study(card).import_weights(tmp_path / "weights.safetensors", tmp_path / "net.h5")
    Model.load(tmp_path / "net.h5").export_weights(tmp_path / "weights.npz")
    np.testing.assert_array_equal(np.load(tmp_path / "weights.npz")["hidden.0.weight"], values)


def test_weights_of_another_network_are_refused(tmp_path):
    trained("fcn", tmp_path).export_weights(tmp_path / "weights.npz")
    with pytest.raises(ns.FormatError, match=r"weights.npz: hidden.0.weight has shape \(16, 2\), but the network's hidden.0.weight has shape \(16, 8\)"):
        ns.Study(card_of("pfn")).import_weights(tmp_path / "weights.npz", tmp_path / "net.h5")
    assert not (tmp_path / "net.h5").exists()


@pytest.fixture(scope="module")
def reference():
    """The folder of published weights and outputs."""
    if "NSYM_DATA" not in os.environ:
        pytest.skip("NSYM_DATA is not set: the published weights and outputs are not at hand")
    return Path(os.environ["NSYM_DATA"], "dimuon", "reference")


@pytest.fixture(scope="module")
def sample(reference):
    """Momenta (events, 2, 4) and labels (events,) of the published sample."""
    rows = np.fromfile(reference / "reconstructed_full_dataset.f32", "<f4").reshape(-1, 10)
    return rows[:, :8].reshape(-1, 2, 4), rows[:, 8]


def import_published(reference, name, folder):
    entries = json.loads((reference / "weights_flat" / f"{name}_e5b81a2.json").read_text())
    values = np.fromfile(reference / "weights_flat" / f"{name}_e5b81a2.f32", "<f4")
    arrays = {e["name"]: values[e["offset_floats"] :][: int(np.prod(e["shape"]))].reshape(e["shape"]) for e in entries}
    np.savez(folder / "weights.npz", **arrays)
    card = {"data": {"generate": "dimuon"}, "models": NETWORKS}
    ns.Study(card).import_weights(folder / "weights.npz", folder / "net.h5", model=name)
    return Model.load(folder / "net.h5")


def rows_of(sample, pt, mass, labels):
    """The event of each pT, mass and label, nearest within 1e-3 GeV."""
    p, truth = sample[0].astype(float), sample[1]
    total = p.sum(axis=1)
    own_pt = np.hypot(p[:, 0, 0], p[:, 0, 1])
    own_mass = np.sqrt(np.maximum(total[:, 3] ** 2 - (total[:, :3] ** 2).sum(axis=1), 0))
    order = np.argsort(own_pt)
    low, high = (np.searchsorted(own_pt[order], pt + side) for side in (-1e-3, 1e-3))
    out = np.empty(len(pt), dtype=int)
    for i in range(len(pt)):
        near = order[low[i] : high[i]]
        near = near[truth[near] == labels[i]]
        distance = abs(own_pt[near] - pt[i]) + abs(own_mass[near] - mass[i])
        assert distance.min() < 1e-3
        out[i] = near[distance.argmin()]
    return out


# v = (p1 - p0)^2 is a difference of large numbers, and the published inputs carry its rounding in single precision
@pytest.mark.parametrize(("name", "file", "allowed"), [("general", "general_analysis.csv", 1e-5),
                                                       ("invariant", "invariant_analysis.csv", 2e-4),
                                                       ("hybrid", "hybrid_pT_vs_acc_analysis.csv", 2e-4)])  # fmt: skip
def test_published_outputs_are_reproduced(name, file, allowed, reference, sample, tmp_path):
    model = import_published(reference, name, tmp_path)
    pt, mass, output, label = np.loadtxt(reference / file, delimiter=",", skiprows=1, usecols=(0, 1, 3, 4)).T
    found = sample[0][rows_of(sample, pt, mass, label)].astype(float)
    offsets = np.arange(0, 2 * len(found) + 1, 2)
    events = ns.Events(found.reshape(-1, 4), offsets=offsets, features=["px", "py", "pz", "energy"])
    largest = np.abs(model.predict(events)["output"] - output).max()
    print(f"{name}: largest deviation of {len(pt)} outputs {largest:.2e}")
    assert largest < allowed


def test_published_gate_weights_are_reproduced(reference, tmp_path):
    model = import_published(reference, "hybrid", tmp_path)
    file = reference / "hybrid_weight_subnet_analysis.csv"
    pt, weight = np.loadtxt(file, delimiter=",", skiprows=1, usecols=(0, 1)).T
    p = np.zeros((len(pt), 2, 4))
    p[:, :, 0] = p[:, :, 3] = pt[:, None]
    events = ns.Events(p.reshape(-1, 4), offsets=np.arange(0, 2 * len(p) + 1, 2), features=["px", "py", "pz", "energy"])
    assert np.abs(model.predict(events)["general_weight"] - weight).max() < 1e-5
