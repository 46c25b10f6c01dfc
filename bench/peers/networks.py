#!/usr/bin/env python3
"""PyTorch's rates of the work of `nearsym bench train` and `nearsym bench predict`, on random data.

A training step is forward, the loss, backward, AdamW (dimuon networks) or Adam. A prediction is a forward pass in
inference mode, of the PFNs on pieces of the batch that stay in the cache, which they gain much from; NAME_jit is NAME
traced, frozen and optimised for inference. The networks: dimuon.py and calorimeter.py.
One JSON line per model: medians over the repeats. gflops counts the products of the layers, all inputs of a first one.

    networks.py [--bench train|predict] [--models general,general_loader,...] [--batch N] [--threads 1]
                [--piece N] [--seconds 1] [--repeats 5]
"""
import torch
from torch import nn

import calorimeter
import dimuon
from common import parser, rates, show


def flops(net, inputs, train):
    """Of a batch: a layer's product, when training also those of its two gradients, but none by the data."""
    total = 0

    def count(layer, read, written):
        nonlocal total
        products = 1 if not train else 3 if read[0].requires_grad else 2
        total += products * 2 * written.numel() * layer.weight[0].numel()

    hooks = [layer.register_forward_hook(count) for layer in net.modules() if isinstance(layer, (nn.Linear, nn.Conv2d))]
    net(*inputs)
    for hook in hooks:
        hook.remove()
    return total


def training(peer, name, net, size):
    """A function that makes one step."""
    optimiser, batches = peer.optimiser(name, net), peer.batches(name, size)

    def step():
        inputs, labels = next(batches)
        optimiser.zero_grad(set_to_none=True)
        peer.loss(name, net(*inputs)[:, 0], labels).backward()
        optimiser.step()

    return step


def prediction(net, pieces, compiled):
    """A function that predicts one batch."""
    net.eval()
    if compiled:
        net = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net, pieces[0])))

    def predict():
        with torch.inference_mode():
            for piece in pieces:
                net(*piece)

    return predict


def square_gflops(n=1024):
    """The rate of a product of square matrices: about 6 tells that PyTorch has no optimised BLAS."""
    a, b = torch.randn(n, n), torch.randn(n, n)
    options = parser("").parse_args(["--repeats", "3", "--seconds", "0.05"])
    return rates(lambda: torch.mm(a, b), 2e-9 * n**3, options)["per_cpu_second"]


def measure(name, options):
    torch.manual_seed(314)
    model = name.removesuffix("_jit")
    peer = dimuon if model in dimuon.NAMES else calorimeter
    net, size = peer.network(model), options.batch or peer.batch_size(model, options.bench)
    if options.bench == "train":
        work, inputs = training(peer, model, net, size), peer.inputs(model, size)
        operations = flops(net, inputs, True) / size
    else:
        piece = min(options.piece or peer.PIECES.get(model, size), size)
        pieces = [peer.inputs(model, piece) for _ in range(size // piece)]
        operations = flops(net, pieces[0], False) / piece
        size = piece * len(pieces)
        work = prediction(net, pieces, model != name)
    line = rates(work, size, options, warm_up=3)
    show(bench=options.bench, peer="pytorch", model=name, batch=size, threads=options.threads, unit=peer.UNIT, **line,
         gflops=1e-9 * operations * line["per_cpu_second"], parameters=sum(p.numel() for p in net.parameters()),
         sgemm_gflops=square_gflops(), version=torch.__version__)


def main():
    names = dimuon.NAMES + calorimeter.NAMES
    options_of = parser(__doc__)
    options_of.add_argument("--bench", choices=["train", "predict"], default="train")
    options_of.add_argument("--models", default=",".join(names))
    options_of.add_argument("--batch", type=int, default=0, help="0: 128 to 4096, as the model and the work are")
    options_of.add_argument("--threads", type=int, default=1)
    options_of.add_argument("--piece", type=int, default=0, help="events passed forward at once; 0: 128 of the PFNs, else all")
    options = options_of.parse_args()
    models = options.models.split(",")
    for name in models:
        base = name.removesuffix("_jit") if options.bench == "predict" else name
        if base not in names:
            options_of.error(f"there is no model {name} to {options.bench}; there are {', '.join(names)}")
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    for name in models:
        measure(name, options)


if __name__ == "__main__":
    main()
