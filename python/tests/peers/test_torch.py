"""Networks beside PyTorch: the weights of a saved model, the forward pass written in torch, in double precision."""

import json

import numpy as np
import pytest

import nearsym as ns

torch = pytest.importorskip("torch")
h5py = pytest.importorskip("h5py")

WHY = "nearsym works in single precision, torch in double"


class Weights:
    """The parameters of a model file, layer behind layer."""

    def __init__(self, file):
        self.values = torch.tensor(file["parameters"][()], dtype=torch.float64)
        self.spec = json.loads(file.attrs["spec"])
        self.scales = {name: torch.tensor(file["standardisation"][name][()]) for name in file["standardisation"]}
        self.at = 0

    def take(self, *shape):
        size = int(np.prod(shape))
        self.at += size
        return self.values[self.at - size : self.at].reshape(shape)

    def chain(self, x, hidden, outputs):
        """Affine layers with ReLU between them."""
        for width in hidden:
            x = torch.relu(self.affine(x, width))
        return self.affine(x, outputs)

    def affine(self, x, width):
        weight = self.take(x.shape[-1], width)
        return x @ weight + self.take(width)

    def standardised(self, name, x):
        mean, scale = self.scales[name]
        return (torch.tensor(x, dtype=torch.float64) - mean) / scale


def fitted(classifier, path, X, y):
    """A classifier's logits after a short training, and its weights."""
    classifier.fit(X, y)
    classifier.save(path)
    with h5py.File(path) as file:
        return classifier.decision_function(X), Weights(file)


@pytest.fixture(scope="module")
def jets():
    """400 events of up to 7 particles, and labels that they tell."""
    random = np.random.default_rng(8)
    counts = random.integers(1, 8, 400)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    particles = np.abs(random.normal(size=(offsets[-1], 3)))
    labels = (np.add.reduceat(particles[:, 0], offsets[:-1]) > 3).astype(int)
    columns = {"met": random.exponential(size=400), "ht": random.normal(size=400), "lead": random.normal(size=400)}
    return ns.Events(particles, offsets, columns, features=["pt", "deta", "dphi"]), labels


def pooled(values, events):
    """Sums over the particles of each event."""
    index = torch.tensor(np.repeat(np.arange(len(events)), events.counts))
    return torch.zeros(len(events), values.shape[1], dtype=torch.float64).index_add_(0, index, values)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_fully_connected_network_is_torchs(tmp_path, compared, classes):
    random = np.random.default_rng(1)
    X = random.normal(size=(500, 4)) * [1, 2, 3, 4] + 1
    y = np.digitize(X[:, 0] + X[:, 1] ** 2, [2.0, 6.0][: classes - 1])
    ours, weights = fitted(ns.FCNClassifier(hidden=(32, 16), epochs=3), tmp_path / "m.h5", X, y)
    theirs = weights.chain(weights.standardised("event", X), (32, 16), 1 if classes == 2 else classes)
    assert weights.at == len(weights.values)
    theirs = theirs.squeeze(1) if classes == 2 else theirs
    compared("torch", f"logits of an FCN, {classes} classes", ours, theirs, 1e-6, WHY)


def test_a_particle_flow_network_is_torchs(tmp_path, jets, compared):
    events, y = jets
    classifier = ns.PFNClassifier(particle_map=(24, 16), latent=8, hidden=(16,), epochs=3)
    ours, weights = fitted(classifier, tmp_path / "m.h5", events, y)
    latent = weights.chain(weights.standardised("particles", events.particles), (24, 16), 8)
    theirs = weights.chain(pooled(latent, events), (16,), 1).squeeze(1)
    assert weights.at == len(weights.values)
    compared("torch", "logits of a PFN", ours, theirs, 1e-6, WHY)


def test_an_energy_flow_network_is_torchs(tmp_path, jets, compared):
    events, y = jets
    classifier = ns.EFNClassifier(particle_map=(24, 16), latent=8, hidden=(16,), epochs=3)
    ours, weights = fitted(classifier, tmp_path / "m.h5", events, y)
    read = weights.standardised("particles", events.particles)
    latent = read[:, :1] * weights.chain(read[:, 1:], (24, 16), 8)
    theirs = weights.chain(pooled(latent, events), (16,), 1).squeeze(1)
    assert weights.at == len(weights.values)
    compared("torch", "logits of an EFN", ours, theirs, 1e-6, WHY)


def test_a_hybrid_network_is_torchs(tmp_path, jets, compared):
    events, y = jets
    classifier = ns.HybridClassifier(
        features=["pt", "deta", "dphi"], columns=["met", "ht"], gate=["lead"], particle_map=(24,), event_map=(16,),
        gate_map=(8,), latent=8, hidden=(16,), epochs=3,
    )  # fmt: skip
    ours, weights = fitted(classifier, tmp_path / "m.h5", events, y)
    general = pooled(weights.chain(weights.standardised("particles", events.particles), (24,), 8), events)
    columns = np.stack([events["met"], events["ht"]], axis=1)
    invariant = weights.chain(weights.standardised("event", columns), (16,), 8)
    gate = torch.softmax(weights.chain(weights.standardised("weight", events["lead"][:, None]), (8,), 2), dim=1)
    theirs = weights.chain(gate[:, :1] * general + gate[:, 1:] * invariant, (16,), 1).squeeze(1)
    assert weights.at == len(weights.values)
    compared("torch", "logits of a hybrid", ours, theirs, 1e-6, WHY)
    compared("torch", "learned weight of a hybrid", classifier.general_weight(events), gate[:, 0], 1e-6, WHY)


def test_a_convolutional_network_is_torchs(tmp_path, compared):
    random = np.random.default_rng(2)
    y = random.integers(0, 2, 200)
    images = random.exponential(size=(200, 8, 8)) + y[:, None, None] * random.uniform(size=(8, 8))
    classifier = ns.CNNClassifier(filters=(16, 16), convolutions=1, hidden=(8,), epochs=2)
    ours, weights = fitted(classifier, tmp_path / "m.h5", images, y)
    x = weights.standardised("event", images.reshape(200, 64)).reshape(200, 1, 8, 8)
    for filters in (16, 16):
        kernel = weights.take(3, 3, x.shape[1], filters).permute(3, 2, 0, 1)
        x = torch.relu(torch.nn.functional.conv2d(x, kernel, weights.take(filters), padding=1))
        x = torch.nn.functional.max_pool2d(x, 2)
    theirs = weights.chain(x.flatten(1), (8,), 1).squeeze(1)
    assert weights.at == len(weights.values)
    compared("torch", "logits of a CNN", ours, theirs, 5e-6, WHY + "; Winograd's algorithm adds a few roundings")


def test_twenty_steps_of_training_are_torchs(tmp_path, compared):
    """From the same first weights, which a learning rate of next to nothing tells; each step is on all events."""
    random = np.random.default_rng(3)
    X = random.normal(size=(256, 4))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    how = {"hidden": (16,), "batch": 256, "validation": 0, "shuffle": False, "weight_decay": 0.01, "random_state": 5}
    _, first = fitted(ns.FCNClassifier(**how, epochs=1, learning_rate=1e-12), tmp_path / "first.h5", X, y)
    ours, last = fitted(ns.FCNClassifier(**how, epochs=20, learning_rate=1e-2), tmp_path / "last.h5", X, y)
    first.values.requires_grad_(True)
    optimizer = torch.optim.AdamW([first.values], lr=1e-2, weight_decay=0.01)
    read = first.standardised("event", X)
    for _ in range(20):
        first.at = 0
        logits = first.chain(read, (16,), 1).squeeze(1)
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor(y, dtype=torch.float64)).backward()
        optimizer.step()
    compared("torch", "weights of an FCN after 20 steps of AdamW", last.values, first.values.detach(), 1e-5, WHY)
