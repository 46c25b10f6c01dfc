"""Exported models beside the library: ONNX Runtime gives nearsym's logits, of every kind of network and odd shapes."""

import numpy as np
import pytest

from exported import EVENTS, MODELS, inputs_of, own, trained

onnx = pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module", params=list(MODELS))
def model(request, tmp_path_factory):
    """A trained model."""
    return trained(request.param, tmp_path_factory.mktemp("models"))


def feed(session, offsets, particles, event, gate, number):
    """What the graph's inputs are given."""
    counts = np.diff(offsets.astype(int))
    names = {i.name for i in session.get_inputs()}
    padded = np.full((EVENTS, max(counts.max(), 1), particles.shape[1]), np.nan, dtype=number)
    mask = np.arange(padded.shape[1]) < counts[:, None]
    padded[mask] = particles
    all_inputs = {
        "particles": particles.astype(number) if "event_of" in names else padded,
        "mask": mask.astype(number),
        "event_of": np.repeat(np.arange(EVENTS), counts),
        "events": np.array([EVENTS]),
        "event": event.astype(number),
        "gate": gate.astype(number),
    }
    return {name: all_inputs[name] for name in names}


@pytest.mark.parametrize("layout", ["padded", "packed"])
@pytest.mark.parametrize("single", [False, True])
def test_onnx_runtime_gives_the_same_logits(model, layout, single, tmp_path):
    path = tmp_path / "model.onnx"
    model.export(path, layout, single)
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    arrays = inputs_of(model.spec)
    logits, weights = own(model, *arrays)
    given = feed(session, *arrays, np.float32 if single else np.float64)
    answer = dict(zip([o.name for o in session.get_outputs()], session.run(None, given)))
    allowed = 1e-5 * np.maximum(1, np.abs(logits))
    assert (np.abs(answer["logit"] - logits) <= allowed).all()
    np.testing.assert_allclose(answer["probability"], 1 / (1 + np.exp(-logits)), rtol=0, atol=1e-5)
    if weights is not None:
        np.testing.assert_allclose(answer["gate_weights"], weights, rtol=0, atol=1e-5)
