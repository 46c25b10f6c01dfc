"""The networks that are measured, once for every library: sizes, forward passes, random inputs, losses.

A network is a few chains of dense layers and a forward pass that joins them, written so that PyTorch's tensors and
JAX's arrays both go through it; torch_networks.py and jax_networks.py say what a chain is there. Sizes and settings are
those of `nearsym bench train` (cli/bench_networks.c).

general, invariant, hybrid: the published dimuon networks (Nabat et al., PRD 111, 072002). Each hidden layer has a batch
norm, in the particle map one for each of the two muons.
fcn, fcn_list, pfn: calorimeter images of 32 x 32 cells, of which 26 to 52 are hit, as images, as lists of 172 x (x, y,
energy), and as sets of cells. They come as eight copies each, and the squared sample deviation of the copies' outputs is
added to the loss (encouraged invariance, arXiv:2311.05952). The particle map's last layer is affine, so it is applied
once an image, to the sum.
cnn: three blocks of three convolutions and a pooling, two dense layers with dropout (the muon study, arXiv:2102.02278).
"""
from dataclasses import dataclass, field

import numpy as np

SIDE, FEWEST, MOST, LISTED, BATCHES = 32, 26, 52, 172, 8
BLOCKS, CONVOLUTIONS, FILTERS, DENSE, DROPOUT = 3, 3, 48, 74, 0.2388


@dataclass(frozen=True)
class Chain:
    """Dense layers with ReLU between them. norm: of each hidden layer, for each "feature" or each of two "slots".
    closed: the last layer is affine, without a ReLU."""

    sizes: tuple
    norm: str = ""
    closed: bool = True


@dataclass(frozen=True)
class Network:
    chains: dict
    unit: str = "event"
    copies: int = 1
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    forms: tuple = ("dense",)  # of the inputs, see inputs()
    inputs: dict = field(default_factory=dict)  # of an event, where there is one form


def general(net, ops, particles):
    return net["hidden"](net["map"](particles).sum(1))


def invariant(net, ops, invariants):
    return net["hidden"](invariants)


def hybrid(net, ops, particles, invariants, pt):
    w = ops.softmax(net["gate"](pt))
    return net["hidden"](w[:, :1] * net["map"](particles).sum(1) + w[:, 1:] * net["event"](invariants))


def fcn(net, ops, *image):
    if len(image) == 1:
        return net["hidden"](*image)
    return net["hidden"](ops.bag(net, *image))


def pfn(net, ops, cells, where, counts):
    """counts (images, 1), where: each cell's image, of packed cells, or which cells there are, of padded ones."""
    latent = net["map"](cells)
    total = ops.sums(latent, where, counts.shape[0]) if where.ndim == 1 else (latent * where).sum(1)
    return net["hidden"](ops.affine(net["last"], total, counts))


def cnn(net, ops, image):
    return net["hidden"](ops.convolutions(net, image))


FORWARD = {"general": general, "invariant": invariant, "hybrid": hybrid, "fcn": fcn, "fcn_list": fcn, "pfn": pfn,
           "cnn": cnn}  # fmt: skip
DIMUON = {"learning_rate": 1e-5, "weight_decay": 0.01}
CALORIMETER = {"unit": "image", "copies": 8}
NETWORKS = {
    "general": Network({"map": Chain((4, 128, 128, 128, 16), "slots"),
                        "hidden": Chain((16, 512, 256, 128, 128, 1), "feature")},
                       inputs={"particles": (2, 4)}, **DIMUON),
    "invariant": Network({"hidden": Chain((2, 512, 256, 256, 128, 128, 1), "feature")},
                         inputs={"invariants": (2,)}, **DIMUON),
    "hybrid": Network({"map": Chain((4, 64, 64, 16), "slots"), "event": Chain((2, 64, 64, 16), "feature"),
                       "gate": Chain((1, 64, 64, 64, 2), "feature"),
                       "hidden": Chain((16, 512, 256, 128, 128, 1), "feature")},
                      inputs={"particles": (2, 4), "invariants": (2,), "pt": (1,)}, **DIMUON),
    "fcn": Network({"hidden": Chain((SIDE * SIDE, 256, 256, 256, 1))}, forms=("dense", "bag"), **CALORIMETER),
    "fcn_list": Network({"hidden": Chain((3 * LISTED, 256, 256, 256, 1))}, forms=("list",), **CALORIMETER),
    "pfn": Network({"map": Chain((3, 128, 128), closed=False), "last": Chain((128, 128)),
                    "hidden": Chain((128, 128, 128, 128, 1))}, forms=("packed", "padded"), **CALORIMETER),
    "cnn": Network({"hidden": Chain((FILTERS * (SIDE >> BLOCKS) ** 2, DENSE, DENSE, 1))}, unit="image",
                   learning_rate=3e-4, forms=("image",)),
}  # fmt: skip


def inputs(name, form, batch, rng):
    """Random inputs of one batch in a form that the network reads: a list of arrays.

    Calorimeter images: dense (images, cells); bag (cells hit, their images, the first of each image, energies); list (images, 3 x 172);
    packed (cells (rows, 3), each cell's image, counts); padded (cells (images, 52, 3), which there are, counts); image."""
    network = NETWORKS[name]
    if network.inputs:
        return [rng.standard_normal((batch, *shape), np.float32) for shape in network.inputs.values()]
    counts = hits(batch, rng)
    there = np.arange(MOST) < counts[:, None]
    cell = rng.random((batch, SIDE * SIDE)).argsort(1)[:, :MOST]
    energy = (rng.random((batch, MOST), np.float32) * there).astype(np.float32)
    if form in ("dense", "image"):
        image = np.zeros((batch, SIDE * SIDE), np.float32)
        np.put_along_axis(image, cell, energy, 1)
        return [image if form == "dense" else image.reshape(batch, 1, SIDE, SIDE)]
    if form == "bag":
        return [cell[there], np.repeat(np.arange(batch), counts), np.append(0, counts.cumsum()[:-1]), energy[there]]
    cells = np.stack([cell % SIDE / SIDE - 0.5, cell // SIDE / SIDE - 0.5, energy], 2).astype(np.float32)
    cells *= there[:, :, None]
    if form == "list":
        return [np.pad(cells.reshape(batch, -1), ((0, 0), (0, 3 * (LISTED - MOST))))]
    number = counts[:, None].astype(np.float32)
    if form == "padded":
        return [cells, there[:, :, None].astype(np.float32), number]
    return [cells[there], np.repeat(np.arange(batch), counts), number]


def hits(batch, rng):
    """How many cells of each image are hit: evenly spread, 39 in the mean. Their sum is the same in each batch, so that
    compiled code meets one shape."""
    return rng.permutation(np.linspace(FEWEST, MOST, batch).round().astype(int))


def batches(name, form, batch):
    """The same few batches of inputs and labels for everyone; copies share their label."""
    rng, copies = np.random.default_rng(314), NETWORKS[name].copies
    return [(inputs(name, form, batch, rng), np.repeat(rng.integers(0, 2, batch // copies), copies).astype(np.float32))
            for _ in range(BATCHES)]
