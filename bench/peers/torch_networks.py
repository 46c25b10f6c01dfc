#!/usr/bin/env python3
"""PyTorch's rates of the work of `nearsym bench train` and `nearsym bench predict`, by all ways that may be the fastest.

A training step is forward, the loss, backward, AdamW or Adam; a prediction is a forward pass without gradients. Variants:
eager or compiled, also with max-autotune; the optimiser's loop over tensors, foreach, fused; images with channels first or
last; the first layer of fcn as a product or as embedding_bag over hit cells; cells packed or padded, batches in pieces that
stay in the cache; prediction also traced, frozen and optimised for inference. NSYM_BENCH_BF16=1: all under autocast.

    torch_networks.py [TASK ROW BATCH]      train | predict, a name of networks.py
"""
import functools
import itertools
import os

import torch
from torch import nn

import networks
from common import serve

BF16 = os.environ.get("NSYM_BENCH_BF16") == "1"
PIECE = 32  # images of the PFN, whose latent values then stay in the cache
COMPILED = (8, 128)  # batches for which torch.compile is tried: it takes up to a minute, and was never the fastest
LAYOUTS = {"image": {"channels first": torch.contiguous_format, "channels last": torch.channels_last}}


class After(nn.Linear):
    """An affine layer of each particle, applied to the sum of `counts` of them."""

    def forward(self, total, counts):
        return nn.functional.linear(total, self.weight) + counts * self.bias


def chain(spec, first=0):
    layers, steps = [], list(zip(spec.sizes, spec.sizes[1:]))
    for i, (read, written) in enumerate(steps[first:], first):
        layers.append(nn.Linear(read, written))
        if i < len(steps) - 1 or not spec.closed:
            if spec.norm:
                layers.append(nn.BatchNorm1d(2 if spec.norm == "slots" else written))
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def convolutions():
    layers, channels = [], 1
    for _ in range(networks.BLOCKS):
        for _ in range(networks.CONVOLUTIONS):
            layers += [nn.Conv2d(channels, networks.FILTERS, 3, padding=1), nn.ReLU()]
            channels = networks.FILTERS
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten())


class Ops:
    """What forward passes need beyond the chains."""

    @staticmethod
    def softmax(x):
        return torch.softmax(x, 1)

    @staticmethod
    def sums(latent, image, images):
        return latent.new_zeros(images, latent.shape[1]).index_add_(0, image, latent)

    @staticmethod
    def affine(layer, total, counts):
        return layer(total, counts)

    @staticmethod
    def bag(net, cells, image, first, energies):
        weight, bias = net["cells"].weight, net["cells"].bias
        product = nn.functional.embedding_bag(cells, weight, first, mode="sum", per_sample_weights=energies)
        return torch.relu(product + bias)

    @staticmethod
    def convolutions(net, image):
        return net["convolutions"](image)


class Cells(nn.Module):
    """The first layer of fcn, by cell."""

    def __init__(self, cells, written):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(cells, written).uniform_(-(cells**-0.5), cells**-0.5))
        self.bias = nn.Parameter(torch.zeros(written))


class Net(nn.Module):
    def __init__(self, name, form):
        super().__init__()
        self.forward_of, chains = networks.FORWARD[name], networks.NETWORKS[name].chains
        self.parts = nn.ModuleDict({key: chain(spec, first=form == "bag") for key, spec in chains.items()})
        if "last" in chains:
            self.parts["last"] = After(*chains["last"].sizes)
        if form == "bag":
            self.parts["cells"] = Cells(*chains["hidden"].sizes[:2])
        if form == "image":
            self.parts["convolutions"] = convolutions()
            dropped = [[layer, nn.Dropout(networks.DROPOUT)] if isinstance(layer, nn.ReLU) else [layer]
                       for layer in self.parts["hidden"]]  # fmt: skip
            self.parts["hidden"] = nn.Sequential(*itertools.chain(*dropped))

    def forward(self, *inputs):
        with torch.autocast("cpu", torch.bfloat16, enabled=BF16):
            logits = self.forward_of(self.parts, Ops, *inputs)[:, 0]
        return logits.float()


def network(name, form, layout):
    torch.manual_seed(314)
    return Net(name, form).to(memory_format=layout)


def tensors(arrays, layout):
    made = [torch.from_numpy(array) for array in arrays]
    return [x.contiguous(memory_format=layout) if x.dim() == 4 else x for x in made]


@functools.lru_cache(4)
def batches(name, form, batch, layout):
    return [(tensors(read, layout), torch.from_numpy(labels)) for read, labels in networks.batches(name, form, batch)]


def loss_of(net, copies, read, labels):
    logits = net(*read)
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, labels)
    return entropy if copies == 1 else entropy + torch.sigmoid(logits).view(-1, copies).var(1).mean()


def optimiser(network_of, net, kind):
    make = torch.optim.AdamW if network_of.weight_decay else torch.optim.Adam
    return make(net.parameters(), lr=network_of.learning_rate, weight_decay=network_of.weight_decay,
                foreach=kind == "foreach", fused=kind == "fused")  # fmt: skip


def compiled(work, mode, options=None):
    if mode:
        return torch.compile(work, fullgraph=True, dynamic=False, mode=mode)
    return torch.compile(work, fullgraph=True, dynamic=False, options=options)


def training(name, form, batch, layout, piece, compile_mode, kind):
    """A function that makes one step, and how many events it reads."""
    of, net = networks.NETWORKS[name], network(name, form, layout)
    step_of, pieces = optimiser(of, net, kind), batch // piece
    loss = functools.partial(loss_of, net, of.copies)
    if compile_mode is not None:
        loss = compiled(loss, compile_mode)
    sample = itertools.cycle(batches(name, form, piece, layout))

    def step():
        step_of.zero_grad(set_to_none=True)
        for read, labels in itertools.islice(sample, pieces):
            (loss(read, labels) / pieces).backward()
        step_of.step()

    return step, batch


TRAINED = {"eager": (None, ""), "eager, foreach": (None, "foreach"), "eager, fused": (None, "fused"),
           "compiled, fused": ("", "fused"), "max-autotune, fused": ("max-autotune", "fused")}  # fmt: skip


def frozen(net, read):
    return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net, read)))


PREDICTED = {"eager": lambda net, read: net, "traced": frozen,
             "compiled": lambda net, read: compiled(net, "", {"freezing": True, "cpp_wrapper": True}),
             "max-autotune": lambda net, read: compiled(net, "", {"freezing": True, "max_autotune": True})}  # fmt: skip


def prediction(name, form, batch, layout, piece, prepare):
    net, sample = network(name, form, layout).eval(), batches(name, form, piece, layout)
    with torch.no_grad():
        net = prepare(net, sample[0][0])
    again = itertools.cycle(sample)

    def predict():
        with torch.no_grad():
            for read, _ in itertools.islice(again, batch // piece):
                net(*read)

    return predict, batch


def worth_trying(way, row, form, batch, piece):
    """What never came near the fastest is left out, for it takes minutes: a padded PFN, or one in pieces, that is compiled
    or has a slower optimiser; of the CNN slower optimisers."""
    if ("compiled" in way or "max-autotune" in way) and batch not in COMPILED:
        return False
    quick = way in ("eager, fused", "traced")
    if row == "pfn" and (form == "padded" or piece < batch):
        return quick
    return row != "cnn" or way not in ("eager", "eager, foreach") or batch == 8


def variants(task, row, batch):
    table, of = {}, networks.NETWORKS[row]
    ways = TRAINED if task == "train" else PREDICTED
    for form, (way, how) in itertools.product(of.forms, ways.items()):
        for words, layout in LAYOUTS.get(form, {"": torch.contiguous_format}).items():
            for piece in {batch, min(batch, PIECE)} if row == "pfn" else {batch}:
                if not worth_trying(way, row, form, batch, piece):
                    continue
                name = [form if len(of.forms) > 1 else "", words, f"pieces of {piece}" if piece < batch else "", way]
                arguments = (row, form, batch, layout, piece)
                make = (training, *arguments, *how) if task == "train" else (prediction, *arguments, how)
                table[", ".join(filter(None, name))] = functools.partial(*make)
    return table


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    serve(variants, f"PyTorch {torch.__version__.split('+')[0]}", __doc__, torch._dynamo.reset)
