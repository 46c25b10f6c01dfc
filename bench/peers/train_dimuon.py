#!/usr/bin/env python3
"""PyTorch's training rate of the published dimuon networks (Nabat et al., PRD 111, 072002), on random data.

Each hidden layer is Linear, BatchNorm1d, ReLU; in the particle map the norm acts on the two muons, as published. A step
is forward, BCE with logits, backward, AdamW. One JSON line per model: medians over the repeats.

    train_dimuon.py [--models general,invariant,hybrid] [--batch 128] [--threads 1] [--steps 200] [--repeats 7]
"""
import argparse
import json
import statistics
import time

import torch
from torch import nn


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

    def forward(self, particles, invariants, pt):
        return self.hidden(self.map(particles).sum(1))


class Invariant(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = chain([2, 512, 256, 256, 128, 128, 1])

    def forward(self, particles, invariants, pt):
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


MODELS = {"general": (General, 227357), "invariant": (Invariant, 250753), "hybrid": (Hybrid, 211755)}


def flops(net):
    """Of one event's training step: products of the linear layers, thrice, but twice where the input needs no gradient."""
    total = 0
    for name, layer in net.named_modules():
        if isinstance(layer, nn.Linear):
            first = name.endswith(".0") and (not name.startswith("hidden") or isinstance(net, Invariant))
            total += (2 if first else 3) * 2 * layer.weight.numel() * (2 if name.startswith("map") else 1)
    return total


def measure(name, options):
    torch.manual_seed(314)
    make, parameters = MODELS[name]
    net = make()
    assert sum(p.numel() for p in net.parameters()) == parameters
    batch = options.batch
    data = [torch.randn(batch, 2, 4), torch.randn(batch, 2), torch.rand(batch, 1)]
    labels = (torch.rand(batch) < 0.5).float()
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-5, weight_decay=0.01)
    loss = nn.BCEWithLogitsLoss()

    def steps(n):
        for _ in range(n):
            optimiser.zero_grad()
            loss(net(*data)[:, 0], labels).backward()
            optimiser.step()

    steps(20)
    wall, cpu = [], []
    for _ in range(options.repeats):
        clock, used = time.perf_counter(), time.process_time()
        steps(options.steps)
        wall.append(options.steps * batch / (time.perf_counter() - clock))
        cpu.append(options.steps * batch / (time.process_time() - used))
    rate = statistics.median(cpu)
    return {"bench": "train", "peer": "pytorch", "model": name, "batch": batch, "threads": options.threads,
            "unit": "event", "per_second": statistics.median(wall), "per_cpu_second": rate,
            "gflops": rate * flops(net) * 1e-9, "repeats": options.repeats, "version": torch.__version__}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default="general,invariant,hybrid")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=200, help="of each repeat")
    parser.add_argument("--repeats", type=int, default=7, help="at least 5")
    options = parser.parse_args()
    if options.repeats < 5:
        parser.error("--repeats must be at least 5")
    torch.set_num_threads(options.threads)
    for name in options.models.split(","):
        print(json.dumps(measure(name, options)), flush=True)


if __name__ == "__main__":
    main()
