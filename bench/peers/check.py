#!/usr/bin/env python3
"""Do the peers' networks compute the same? PyTorch's weights go to JAX and from one form of the inputs to another; logits
and losses are compared, and three steps of training. Prints a line a network and form.

    check.py [NAME...]
"""
import sys

import numpy as np
import torch
from jax import numpy as jnp

import jax_networks as ours_jax
import networks
import torch_networks as ours_torch

BATCH = 32


def to_jax(net, name):
    """PyTorch's weights as JAX's lists of layers."""
    weights, state = ours_jax.parameters(name)
    for key, layers in weights.items():
        parts = net.parts[key]
        parts = [parts] if isinstance(parts, ours_torch.After) else list(parts)
        dense = [x for x in parts if isinstance(x, (torch.nn.Linear, torch.nn.Conv2d))]
        for layer, x in zip(layers, dense):
            order = (2, 3, 1, 0) if x.weight.dim() == 4 else (1, 0)
            layer.update(w=jnp.asarray(x.weight.detach().permute(*order).numpy()), b=jnp.asarray(x.bias.detach().numpy()))
    if name == "cnn":  # JAX's channels are last
        layer = weights["hidden"][0]
        by_channel = layer["w"].reshape(networks.FILTERS, -1, networks.DENSE)
        layer["w"] = by_channel.transpose(1, 0, 2).reshape(layer["w"].shape)
    return weights, state


def losses(step, steps=3):
    return [float(step()) for _ in range(steps)]


def torch_losses(net, name, sample):
    of, made = networks.NETWORKS[name], iter(sample)
    optimiser = ours_torch.optimiser(of, net, "fused")

    def step():
        read, labels = next(made)
        loss = ours_torch.loss_of(net, of.copies, ours_torch.tensors(read, torch.contiguous_format), torch.from_numpy(labels))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss.detach()

    return losses(step)


def jax_losses(weights, state, name, sample):
    zeros = ours_jax.jax.tree.map(jnp.zeros_like, weights)
    carry, made = [(weights, state, (zeros, zeros), jnp.asarray(0), None)], iter(sample)

    def step():
        read, labels = next(made)
        weights, state, moments, count, _ = carry[0]
        take = ours_jax.jax.value_and_grad(ours_jax.loss_of, has_aux=True)
        (loss, state), gradients = take(weights, name, state, read, labels, None)
        weights, moments = ours_jax.adam(networks.NETWORKS[name], weights, gradients, moments, count + 1.0)
        carry[0] = weights, state, moments, count + 1, None
        return loss

    return losses(step)


def same_weights(name, form, first):
    """A network of this form with the weights of the first form's."""
    net = ours_torch.network(name, form, torch.contiguous_format)
    if form == "bag":
        dense, *rest = [x for x in first.parts["hidden"] if isinstance(x, torch.nn.Linear)]
        net.parts["cells"].weight.data.copy_(dense.weight.T)
        net.parts["cells"].bias.data.copy_(dense.bias)
        for mine, other in zip([x for x in net.parts["hidden"] if isinstance(x, torch.nn.Linear)], rest):
            mine.load_state_dict(other.state_dict())
    else:
        net.load_state_dict(first.state_dict())
    return net


def check(name):
    networks.DROPOUT = 0.0  # which draws its own numbers
    forms = networks.NETWORKS[name].forms
    for form in forms:
        first = ours_torch.network(name, forms[0], torch.contiguous_format)
        sample = networks.batches(name, form, BATCH)
        by_torch = torch_losses(same_weights(name, form, first), name, sample)
        by_jax = jax_losses(*to_jax(first, name), name, sample)
        if form == forms[0]:
            expected = by_torch
        print(f"{name:10s} {form:7s} losses {by_torch} by PyTorch, {by_jax} by JAX")
        for found in (by_torch, by_jax):
            assert np.allclose(found, expected, rtol=2e-5), f"{name}, {form}: {found} is not {expected}"


if __name__ == "__main__":
    for row in sys.argv[1:] or networks.NETWORKS:
        check(row)
