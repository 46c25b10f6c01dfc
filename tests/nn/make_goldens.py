#!/usr/bin/env python3
"""Makes data/*.golden: small networks trained for ten steps by PyTorch, in double precision.

The networks are those of Nabat et al. (PRD 111, 072002) in small widths, a few relatives, a padded network with the
encouraged invariance of arXiv:2311.05952, and an energy-flow network (arXiv:1810.05165). The files are made once
and checked in; test_golden.c repeats the training. A file is a list of arrays: a line `name rows columns`, then the
values, row by row; lines that start with # are comments. Weights stand as (inputs, outputs).

    python3 make_goldens.py [FOLDER]
"""
import os
import sys

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
EVENTS, STEPS, LATENT, HIDDEN, COPIES = 32, 10, 4, [16, 8], 8


class Chain(nn.Module):
    """Linear, norm and activation for each hidden size, then a plain Linear."""

    def __init__(self, sizes, outputs, norm, leak, linear_first=False):
        super().__init__()
        self.linear = nn.ModuleList(nn.Linear(i, o) for i, o in zip(sizes, sizes[1:] + [outputs]))
        channels = {"none": lambda width: 0, "feature": lambda width: width, "slot": lambda width: 2}[norm]
        self.norm = nn.ModuleList(nn.BatchNorm1d(channels(width)) for width in sizes[1:] if norm != "none")
        self.slot, self.leak, self.linear_first = norm == "slot", leak, linear_first

    def forward(self, x):
        for i, linear in enumerate(self.linear[:-1]):
            x = linear(x)
            if i == 0 and self.linear_first:
                continue
            if self.norm:  # a slot norm takes the particles of (events, particles, features) as its channels
                x = self.norm[i](x) if self.slot or x.dim() == 2 else self.norm[i](x.flatten(0, 1)).view(x.shape)
            x = nn.functional.leaky_relu(x, self.leak)
        return self.linear[-1](x)


class Net(nn.Module):
    def __init__(self, kind, norm="feature", pool="sum", mix="sum", leak=0.0, linear_first=False, padded=0):
        super().__init__()
        elsewhere = "feature" if norm == "slot" else norm
        self.kind, self.pool, self.mix, self.padded = kind, pool, mix, padded
        self.part = nn.ModuleDict()
        if kind != "fcn":  # an energy-flow network's map does not see the first value, the energy
            self.part["particle_map"] = Chain([3 if kind == "efn" else 4, 8, 8], LATENT, norm, leak, linear_first)
        if kind == "hybrid":
            self.part["event_map"] = Chain([2, 6, 6], LATENT, elsewhere, leak)
        if kind == "hybrid" and mix != "concat_input":
            self.part["weight_map"] = Chain([1, 5, 5], 2, elsewhere, leak)
        width = {"sum": LATENT, "concat_weighted": 2 * LATENT, "concat_weights": 2 * LATENT + 2,
                 "concat_input": 2 * LATENT + 1}[mix]
        self.part["hidden"] = Chain([2 if kind == "fcn" else width] + HIDDEN, 1, elsewhere, leak,
                                    linear_first)

    def latent(self, d):
        if self.kind == "fcn":
            return d["event"]
        if self.padded:  # rows of zeros, and nothing is masked
            missing = self.padded - d["particles"].shape[1]
            return self.part["particle_map"](nn.functional.pad(d["particles"], (0, 0, 0, missing))).sum(1)
        if self.kind == "efn":
            energies, rest = d["particles"][..., :1], d["particles"][..., 1:]
            return (energies * self.part["particle_map"](rest)).sum(1)  # padding rows have no energy
        counts = d["mask"].sum(1, keepdim=True)
        g = (self.part["particle_map"](d["particles"]) * d["mask"][..., None]).sum(1)
        g = g / counts if self.pool == "mean" else g
        if self.kind == "pfn":
            return g
        s = self.part["event_map"](d["event"])
        if self.mix == "concat_input":
            return torch.cat([g, s, d["weight"]], 1)
        self.mixing = w = torch.softmax(self.part["weight_map"](d["weight"]), 1)
        return {"sum": lambda: w[:, :1] * g + w[:, 1:] * s,
                "concat_weighted": lambda: torch.cat([w[:, :1] * g, w[:, 1:] * s], 1),
                "concat_weights": lambda: torch.cat([g, s, w], 1)}[self.mix]()

    def forward(self, d):
        return self.part["hidden"](self.latent(d))[:, 0]

    def tensors(self):
        """(name, tensor) of all parameters and running statistics."""
        for part, chain in self.part.items():
            for i, linear in enumerate(chain.linear):
                yield f"{part}.{i}.weight", linear.weight
                yield f"{part}.{i}.bias", linear.bias
                if i < len(chain.norm):
                    norm = chain.norm[i]
                    yield f"{part}.{i}.norm.scale", norm.weight
                    yield f"{part}.{i}.norm.shift", norm.bias
                    yield f"{part}.{i}.norm.running_mean", norm.running_mean
                    yield f"{part}.{i}.norm.running_var", norm.running_var


class Convolutions(nn.Module):
    """Blocks of two 3 x 3 convolutions with ReLU and a 2 x 2 pool, then HIDDEN."""

    def __init__(self, kind, rows, columns, filters):
        super().__init__()
        widths = [1] + [f for f in filters for _ in range(2)]
        self.convolution = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in zip(widths, widths[1:]))
        after = filters[-1] * (rows >> len(filters)) * (columns >> len(filters))
        self.shape, self.part = (rows, columns), {"hidden": Chain([after] + HIDDEN, 1, "none", 0)}
        self.hidden = self.part["hidden"]

    def forward(self, d):
        x = d["event"].view(-1, 1, *self.shape)
        for i, convolution in enumerate(self.convolution):
            x = torch.relu(convolution(x))
            x = nn.functional.max_pool2d(x, 2) if i % 2 else x
        return self.hidden(x.flatten(1))[:, 0]

    def tensors(self):
        for i, convolution in enumerate(self.convolution):
            yield f"convolution.{i}.weight", convolution.weight
            yield f"convolution.{i}.bias", convolution.bias
        for i, linear in enumerate(self.hidden.linear):
            yield f"hidden.{i}.weight", linear.weight
            yield f"hidden.{i}.bias", linear.bias


def as_ours(t):
    """Weights as (inputs, outputs); of a convolution the inputs are (rows, columns, channels)."""
    return t.permute(2, 3, 1, 0).flatten(0, 2) if t.dim() == 4 else t.T if t.dim() == 2 else t


def round4(x):
    """Four decimals keep the files small, and mean the same number to every reader."""
    return np.round(x, 4)


def events(ragged):
    """Inputs that look like a pair of particles (or one to five of them), and labels that depend on them."""
    g = np.random.default_rng(314)
    most = 5 if ragged else 2
    counts = g.integers(1, most + 1, EVENTS) if ragged else np.full(EVENTS, 2)
    mask = (np.arange(most) < counts[:, None]).astype(float)
    particles = round4(2 * g.standard_normal((EVENTS, most, 4))) * mask[..., None]
    event, weight = round4(g.normal(1, 2, (EVENTS, 2))), round4(g.exponential(2, (EVENTS, 1)))
    labels = (particles.sum((1, 2)) + event[:, 0] + g.standard_normal(EVENTS) > 1).astype(float)
    return {k: torch.from_numpy(v) for k, v in
            dict(particles=particles, mask=mask, event=event, weight=weight, labels=labels).items()}


def images(rows, columns):
    return round4(np.random.default_rng(1729).standard_normal((EVENTS, rows * columns)))


def write(stream, name, values):
    values = values.detach().numpy()
    values = values[:, None] if values.ndim == 1 else values
    stream.write("%s %d %d\n" % (name, *values.shape))
    for row in values:
        stream.write(" ".join("%.15g" % v for v in row) + "\n")


def spread(outputs):
    """As published: the deviation of an event's copies, for each copy, against zero."""
    deviations = outputs.view(-1, COPIES).std(1).repeat_interleave(COPIES)
    return nn.functional.mse_loss(deviations, torch.zeros_like(deviations))


def make_spread(path):
    g = np.random.default_rng(1618)
    logits = torch.from_numpy(round4(3 * g.standard_normal((6, COPIES)))).requires_grad_()
    value = spread(torch.sigmoid(logits))
    value.backward()
    with open(path, "w") as out:
        out.write("# made by make_goldens.py with PyTorch %s\n" % torch.__version__)
        write(out, "logits", logits)
        write(out, "value", value[None])
        write(out, "gradient", logits.grad)


def loss_of(logits, labels, invariance):
    if not invariance:
        return nn.functional.binary_cross_entropy_with_logits(logits, labels)
    outputs = torch.sigmoid(logits)
    return 3 * nn.functional.binary_cross_entropy(outputs, labels) + invariance * spread(outputs)


def make(path, ragged=False, invariance=0, **spec):
    torch.manual_seed(0)
    d, net = events(ragged), Convolutions(**spec) if spec["kind"] == "cnn" else Net(**spec)
    if spec["kind"] == "cnn":
        d["event"] = torch.from_numpy(images(*net.shape))
    if spec["kind"] == "efn":
        d["particles"][..., 0] = d["particles"][..., 0].abs()
    if invariance:
        d["labels"] = d["labels"][::COPIES].repeat_interleave(COPIES)
    g = np.random.default_rng(2718)
    with torch.no_grad():
        for name, t in net.tensors():
            if "running" in name:
                continue
            centre, spread = (1, 0.2) if name.endswith("scale") else (0, 1 / np.sqrt(t.shape[-1]))
            t.copy_(torch.from_numpy(round4(centre + spread * g.uniform(-1, 1, tuple(t.shape)))))
    with open(path, "w") as out:
        out.write("# %s; made by make_goldens.py with PyTorch %s\n" % (spec, torch.__version__))
        used = {"fcn": ["event"], "pfn": ["particles"], "efn": ["particles"], "hybrid": ["particles", "event", "weight"],
                "cnn": ["event"]}[spec["kind"]]
        if "particles" in used:
            write(out, "counts", d["mask"].sum(1))
        for name in used + ["labels"]:
            write(out, name, d[name][d["mask"] > 0] if name == "particles" else d[name])
        for name, t in net.tensors():
            if "running" not in name:
                write(out, name, as_ours(t))
        optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01)
        losses = []
        for _ in range(STEPS):
            optimiser.zero_grad()
            loss = loss_of(net(d), d["labels"], invariance)
            loss.backward()
            optimiser.step()
            losses.append(loss.detach())
        net.eval()
        write(out, "losses", torch.stack(losses))
        write(out, "logits", net(d))
        if "weight_map" in net.part:
            write(out, "mixing", net.mixing)
        for name, t in net.tensors():
            if "running" in name:
                write(out, name, t)


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
    make(f"{folder}/general.golden", kind="pfn", norm="slot")
    make(f"{folder}/invariant.golden", kind="fcn", norm="feature")
    for mix in "sum", "concat_weighted", "concat_weights", "concat_input":
        make(f"{folder}/hybrid_{mix}.golden", kind="hybrid", norm="slot", mix=mix)
    make(f"{folder}/feature.golden", kind="hybrid", norm="feature", pool="mean")
    make(f"{folder}/ragged.golden", ragged=True, kind="pfn", norm="none", leak=0.01)
    make(f"{folder}/efn.golden", ragged=True, kind="efn", norm="none")
    make(f"{folder}/shower.golden", ragged=True, invariance=10, kind="pfn", norm="none", leak=0.01, linear_first=True,
         padded=9)
    make(f"{folder}/cnn.golden", kind="cnn", rows=12, columns=9, filters=[4, 17])
    make_spread(f"{folder}/spread.golden")
