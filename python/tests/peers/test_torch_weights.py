"""Weights from and to PyTorch by the code of docs/onnx.md: the same logits on both sides."""

from pathlib import Path

import numpy as np
import pytest

import nearsym as ns
from nearsym.networks._model import Model

torch = pytest.importorskip("torch")

CARD = {"data": {"generate": "dimuon", "events": 200}, "split": {"validation": 0.2},
        "train": {"epochs": 2, "scale": True},
        "models": {"net": {"kind": "pfn", "particles": "p4", "particle_map": [16], "latent": 8, "hidden": [16]}}}  # fmt: skip


@pytest.fixture(scope="module")
def blocks():
    """The Python code of the section: what writes a state_dict, and what reads an exported one."""
    text = (Path(__file__).parents[3] / "docs" / "onnx.md").read_text(encoding="utf-8")
    section = text.split("## From and to PyTorch")[1]
    return [part.split("```")[0] for part in section.split("```python\n")[1:]]


@pytest.fixture
def events():
    """A hundred pairs of momenta."""
    particles = np.random.default_rng(4).normal(size=(200, 4))
    return ns.Events(particles, offsets=np.arange(0, 201, 2), features=["px", "py", "pz", "energy"])


def test_weights_of_torch_give_its_logits(blocks, events, tmp_path, monkeypatch, compared):
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(1)
    scope = {}
    exec(blocks[0], scope)
    ns.Study(CARD).import_weights("weights.npz", "model.h5")
    ours = Model.load("model.h5").predict(events)["logit"]
    theirs = scope["net"](torch.from_numpy(events.particles.reshape(-1, 2, 4)).float()).detach().numpy()[:, 0]
    compared("torch", "logits of imported weights", ours, theirs, 1e-5, "both in single precision")


def test_safetensors_are_the_same_weights(blocks, tmp_path, monkeypatch):
    safetensors = pytest.importorskip("safetensors.torch")
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(blocks[0], scope)
    safetensors.save_file(scope["net"].state_dict(), "weights.safetensors")
    for ending in ("npz", "safetensors"):
        ns.Study(CARD).import_weights(f"weights.{ending}", f"{ending}.h5")
        Model.load(f"{ending}.h5").export_weights(f"again_{ending}.npz")
    assert Path("again_npz.npz").read_bytes() == Path("again_safetensors.npz").read_bytes()
    Model.load("npz.h5").export_weights("again.safetensors")
    read = safetensors.load_file("again.safetensors")
    for name, tensor in scope["net"].state_dict().items():
        assert torch.equal(read[name], tensor)


def test_torch_gives_the_logits_of_exported_weights(blocks, events, tmp_path, monkeypatch, compared):
    monkeypatch.chdir(tmp_path)
    ns.Study(CARD).train("model.h5", progress=False)
    model = Model.load("model.h5")
    model.export_weights("exported.npz")
    scope = {"particles": events.particles.reshape(-1, 2, 4)}
    for block in blocks:
        exec(block, scope)
    ours = model.predict(events)["logit"]
    theirs = scope["logits"].detach().numpy()[:, 0]
    compared("torch", "logits of exported weights", ours, theirs, 1e-5, "both in single precision")
