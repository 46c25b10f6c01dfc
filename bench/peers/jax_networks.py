#!/usr/bin/env python3
"""JAX's rates of the work of `nearsym bench train` and `nearsym bench predict`: one jitted function, compiled by XLA.

Variants: a call for each step, or a scan over eight steps in one call, whose start then costs an eighth; the first layer of
fcn as a product or as a sum over hit cells; the PFN's cells packed or padded.

    jax_networks.py [TASK ROW BATCH]        train | predict, a name of networks.py
"""
import functools
import itertools
import os

import numpy as np

import networks
from common import serve

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
import jax  # noqa: E402 (reads the variables above)
from jax import numpy as jnp  # noqa: E402

MOMENTUM = 0.1  # of a batch norm's running mean and variance
CONVOLVED = ("NHWC", "HWIO", "NHWC")


def dense(rng, read, written):
    bound = read**-0.5
    return {"w": jnp.asarray(rng.uniform(-bound, bound, (read, written)), jnp.float32),
            "b": jnp.asarray(rng.uniform(-bound, bound, written), jnp.float32)}  # fmt: skip


def parameters(name):
    """Weights of all chains, and the state of the batch norms."""
    rng, weights, state = np.random.default_rng(314), {}, {}
    for key, spec in networks.NETWORKS[name].chains.items():
        layers = [dense(rng, *sizes) for sizes in zip(spec.sizes, spec.sizes[1:])]
        for layer, width in zip(layers[:-1], spec.sizes[1:]) if spec.norm else ():
            n = 2 if spec.norm == "slots" else width
            layer.update(gamma=jnp.ones(n), beta=jnp.zeros(n))
        weights[key] = layers
        state[key] = [{"mean": jnp.zeros_like(x["beta"]), "variance": jnp.ones_like(x["beta"])}
                      for x in layers if "beta" in x]  # fmt: skip
    if name == "cnn":
        channels = [1] + [networks.FILTERS] * networks.BLOCKS * networks.CONVOLUTIONS
        made = [dense(rng, 9 * a, b) for a, b in zip(channels, channels[1:])]
        weights["convolutions"] = [{"w": x["w"].reshape(3, 3, a, -1), "b": x["b"]} for x, a in zip(made, channels)]
    return weights, state


class Chain:
    """A chain at work; `after` becomes the state of its norms. key: of the dropout of a network that trains."""

    def __init__(self, spec, layers, state, train, key=None):
        self.spec, self.layers, self.state, self.train, self.key, self.after = spec, layers, state, train, key, []

    def norm(self, x, layer):
        slots = self.spec.norm == "slots"
        over, shape = ((0, 2), (1, -1, 1)) if slots else ((0,), (1, -1))
        state = self.state[len(self.after)]
        mean, variance = (x.mean(over), x.var(over)) if self.train else (state["mean"], state["variance"])
        if self.train:
            state = {"mean": (1 - MOMENTUM) * state["mean"] + MOMENTUM * mean,
                     "variance": (1 - MOMENTUM) * state["variance"] + MOMENTUM * variance}  # fmt: skip
        self.after.append(state)
        scale = layer["gamma"] * jax.lax.rsqrt(variance + 1e-5)
        return x * scale.reshape(shape) + (layer["beta"] - mean * scale).reshape(shape)

    def __call__(self, x):
        for i, layer in enumerate(self.layers):
            x = x @ layer["w"] + layer["b"]
            if i < len(self.layers) - 1 or not self.spec.closed:
                x = jax.nn.relu(self.norm(x, layer) if "gamma" in layer else x)
                if self.key is not None:
                    kept = jax.random.bernoulli(jax.random.fold_in(self.key, i), 1 - networks.DROPOUT, x.shape)
                    x = jnp.where(kept, x / (1 - networks.DROPOUT), 0)
        return x


class Ops:
    softmax = staticmethod(functools.partial(jax.nn.softmax, axis=1))

    @staticmethod
    def sums(latent, image, images):
        return jax.ops.segment_sum(latent, image, images, indices_are_sorted=True)

    @staticmethod
    def bag(net, cells, image, first, energies):
        layer, *net["hidden"].layers = net["hidden"].layers
        rows = layer["w"][cells] * energies[:, None]
        total = jax.ops.segment_sum(rows, image, first.shape[0], indices_are_sorted=True)
        return jax.nn.relu(total + layer["b"])

    @staticmethod
    def affine(chain, total, counts):
        return total @ chain.layers[0]["w"] + counts * chain.layers[0]["b"]

    @staticmethod
    def convolutions(net, image):
        x = image.reshape(-1, networks.SIDE, networks.SIDE, 1)
        for i, layer in enumerate(net["convolutions"]):
            x = jax.lax.conv_general_dilated(x, layer["w"], (1, 1), "SAME", dimension_numbers=CONVOLVED)
            x = jax.nn.relu(x + layer["b"])
            if i % networks.CONVOLUTIONS == networks.CONVOLUTIONS - 1:
                x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        return x.reshape(x.shape[0], -1)


def forward(name, weights, state, read, train, key=None):
    """Logits, and the norms' state after this batch."""
    of = networks.NETWORKS[name]
    net = {k: Chain(spec, weights[k], state[k], train, key) for k, spec in of.chains.items()}
    net["convolutions"] = weights.get("convolutions")
    logits = networks.FORWARD[name](net, Ops, *read)[:, 0]
    return logits, {k: net[k].after for k in of.chains}


def loss_of(weights, name, state, read, labels, key):
    copies = networks.NETWORKS[name].copies
    logits, state = forward(name, weights, state, read, True, key if name == "cnn" else None)
    loss = (jax.nn.softplus(logits) - labels * logits).mean()
    if copies > 1:
        loss += jax.nn.sigmoid(logits).reshape(-1, copies).var(1, ddof=1).mean()
    return loss, state


def adam(of, weights, gradients, moments, step):
    """AdamW or Adam, with PyTorch's settings."""
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradients)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, moments[1], gradients)
    size, root = of.learning_rate / (1 - 0.9**step), jax.lax.rsqrt(1 - 0.999**step)

    def moved(w, m, v):
        return w * (1 - of.learning_rate * of.weight_decay) - size * m / (jnp.sqrt(v) * root + 1e-8)

    return jax.tree.map(moved, weights, first, second), (first, second)


def one_step(name, carry, batch):
    weights, state, moments, step, key = carry
    key_of_step = jax.random.fold_in(key, step)
    (_, state), gradients = jax.value_and_grad(loss_of, has_aux=True)(weights, name, state, *batch, key_of_step)
    weights, moments = adam(networks.NETWORKS[name], weights, gradients, moments, step + 1.0)
    return (weights, state, moments, step + 1, key), None


@functools.lru_cache(4)
def sample_of(name, form, batch):
    return [jax.tree.map(jnp.asarray, (read, labels)) for read, labels in networks.batches(name, form, batch)]


def training(name, form, batch, scanned):
    weights, state = parameters(name)
    zeros = jax.tree.map(jnp.zeros_like, weights)
    carry = [(weights, state, (zeros, jax.tree.map(jnp.copy, zeros)), jnp.asarray(0), jax.random.key(1))]
    sample, step = sample_of(name, form, batch), functools.partial(one_step, name)
    if scanned:
        sample = [jax.tree.map(lambda *x: jnp.stack(x), *sample)]
        run = jax.jit(lambda carry, sample: jax.lax.scan(step, carry, sample), donate_argnums=0)
    else:
        run = jax.jit(step, donate_argnums=0)
    again = itertools.cycle(sample)

    def work():
        carry[0] = jax.block_until_ready(run(carry[0], next(again))[0])

    return work, batch * (networks.BATCHES if scanned else 1)


def prediction(name, form, batch):
    weights, state = parameters(name)
    run = jax.jit(lambda weights, state, read: forward(name, weights, state, read, False)[0])
    again = itertools.cycle(read for read, _ in sample_of(name, form, batch))
    return lambda: run(weights, state, next(again)).block_until_ready(), batch


def variants(task, row, batch):
    table = {}
    for form in networks.NETWORKS[row].forms:
        words = f"{form}, " if len(networks.NETWORKS[row].forms) > 1 else ""
        if task == "predict":
            table[words + "jit"] = functools.partial(prediction, row, form, batch)
            continue
        table[words + "jit"] = functools.partial(training, row, form, batch, False)
        if row != "cnn":  # XLA has no fast convolutions inside of a loop
            table[words + "jit, scanned"] = functools.partial(training, row, form, batch, True)
    return table


if __name__ == "__main__":
    serve(variants, f"JAX {jax.__version__}", __doc__)
