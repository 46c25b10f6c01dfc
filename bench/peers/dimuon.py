"""The published dimuon networks (Nabat et al., PRD 111, 072002) in PyTorch, on random data.

Each hidden layer is Linear, BatchNorm1d, ReLU; in the particle map the norm acts on the two muons, as published. A
training takes a batch's events from tensors by their shuffled indices, general_loader and so on by a DataLoader.
"""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

UNIT, BATCHES = "event", 128  # of an epoch
PIECES = {}


def batch_size(name, bench):
    return 128 if bench == "train" else 4096


def chain(sizes, slots=None):
    layers = []
    for inputs, outputs in zip(sizes[:-2], sizes[1:-1]):
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(slots or outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(*sizes[-2:]))


class General(nn.Module):
    def __init__(self):
        super().__init__()
        self.map = chain([4, 128, 128, 128, 16], slots=2)
        self.hidden = chain([16, 512, 256, 128, 128, 1])

    def forward(self, particles):
        return self.hidden(self.map(particles).sum(1))


class Invariant(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = chain([2, 512, 256, 256, 128, 128, 1])

    def forward(self, invariants):
        return self.hidden(invariants)


class Hybrid(nn.Module):
    def __init__(self):
        super().__init__()
        self.map = chain([4, 64, 64, 16], slots=2)
        self.event = chain([2, 64, 64, 16])
        self.weight = chain([1, 64, 64, 64, 2])
        self.hidden = chain([16, 512, 256, 128, 128, 1])

    def forward(self, particles, invariants, pt):
        w = torch.softmax(self.weight(pt), 1)
        return self.hidden(w[:, :1] * self.map(particles).sum(1) + w[:, 1:] * self.event(invariants))


# What each reads, in floats of an event, and how many parameters were published.
MODELS = {"general": (General, [(2, 4)], 227357), "invariant": (Invariant, [(2,)], 250753),
          "hybrid": (Hybrid, [(2, 4), (2,), (1,)], 211755)}
NAMES = [model + form for model in MODELS for form in ("", "_loader")]


def network(name):
    make, _, parameters = MODELS[name.removesuffix("_loader")]
    net = make()
    assert sum(p.numel() for p in net.parameters()) == parameters
    return net


def optimiser(name, net):
    return torch.optim.AdamW(net.parameters(), lr=1e-5, weight_decay=0.01)


def inputs(name, events):
    return [torch.randn(events, *shape) for shape in MODELS[name.removesuffix("_loader")][1]]


def batches(name, size):
    """Inputs and labels of one batch after the other, for ever."""
    events = BATCHES * size
    sample = [*inputs(name, events), (torch.rand(events) < 0.5).float()]
    loader = DataLoader(TensorDataset(*sample), batch_size=size, shuffle=True)
    while True:
        if name.endswith("_loader"):
            epoch = loader
        else:
            epoch = ([tensor[rows] for tensor in sample] for rows in torch.randperm(events).split(size))
        for *read, labels in epoch:
            yield read, labels


def loss(name, logits, labels):
    return nn.functional.binary_cross_entropy_with_logits(logits, labels)
