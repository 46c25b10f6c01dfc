#!/usr/bin/env python3
"""PyTorch's training rate of two networks for calorimeter images with encouraged invariance (arXiv:2311.05952).

Images of 32 x 32 cells, of which 26 to 52 are hit, at random, come as eight copies each; a batch is 32 events, 256
images. fcn reads the images; pfn the hit cells' x, y and energy, as one list of all cells in the batch; pfn_padded the
same in rows of equal length with a mask. A step is forward, BCE with logits plus the squared sample deviation of the
copies' outputs, backward, Adam. One JSON line per model: medians over the repeats.

    train_showers.py [--models fcn,pfn,pfn_padded] [--batch 256] [--threads 1] [--steps 20] [--repeats 7]
"""
import argparse
import json
import statistics
import time

import torch
from torch import nn

SIDE, COPIES, FEWEST, MOST, BATCHES = 32, 8, 26, 52, 8


def chain(*sizes):
    """Linear and ReLU in turns, a Linear at the end."""
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = chain(SIDE * SIDE, 256, 256, 256, 1)

    def forward(self, images):
        return self.hidden(images)


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.map = chain(3, 128, 128, 128)
        self.hidden = chain(128, 128, 128, 128, 1)


class Packed(Cells):
    def forward(self, cells, image, images):
        latent = self.map(cells)
        return self.hidden(latent.new_zeros(images, latent.shape[1]).index_add_(0, image, latent))


class Padded(Cells):
    def forward(self, cells, mask):
        return self.hidden((self.map(cells) * mask).sum(1))


def inputs(name, batch):
    """One random batch in the form that the network reads."""
    counts = torch.randint(FEWEST, MOST + 1, (batch,))
    hit = torch.rand(batch, SIDE * SIDE).argsort(1)[:, :MOST]  # different cells of an image
    there = torch.arange(MOST) < counts[:, None]
    energy = torch.rand(batch, MOST) * there
    if name == "fcn":
        return (torch.zeros(batch, SIDE * SIDE).scatter_(1, hit, energy),)
    x, y = hit % SIDE, torch.div(hit, SIDE, rounding_mode="floor")
    cells = torch.stack([x / SIDE - 0.5, y / SIDE - 0.5, energy], 2) * there[..., None]
    if name == "pfn_padded":
        return cells[:, : counts.max()].contiguous(), there[:, : counts.max(), None].float()
    return cells[there], torch.arange(batch).repeat_interleave(counts), batch


MODELS = {"fcn": Images, "pfn": Packed, "pfn_padded": Padded}


def measure(name, options):
    torch.manual_seed(314)
    net, batch = MODELS[name](), options.batch
    data = [inputs(name, batch) for _ in range(BATCHES)]
    labels = (torch.rand(batch // COPIES) < 0.5).float().repeat_interleave(COPIES)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    entropy = nn.BCEWithLogitsLoss()
    done = 0

    def steps(n):
        nonlocal done
        for _ in range(n):
            optimiser.zero_grad(set_to_none=True)
            logits = net(*data[done % BATCHES])[:, 0]
            deviations = torch.sigmoid(logits).view(-1, COPIES).std(1)
            (entropy(logits, labels) + (deviations * deviations).mean()).backward()
            optimiser.step()
            done += 1

    steps(10)
    wall, cpu = [], []
    for _ in range(options.repeats):
        clock, used = time.perf_counter(), time.process_time()
        steps(options.steps)
        wall.append(options.steps * batch / (time.perf_counter() - clock))
        cpu.append(options.steps * batch / (time.process_time() - used))
    return {"bench": "train", "peer": "pytorch", "model": name, "batch": batch, "threads": options.threads,
            "unit": "image", "per_second": statistics.median(wall), "per_cpu_second": statistics.median(cpu),
            "parameters": sum(p.numel() for p in net.parameters()), "repeats": options.repeats,
            "version": torch.__version__}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default="fcn,pfn,pfn_padded")
    parser.add_argument("--batch", type=int, default=256, help="images, a multiple of 8")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20, help="of each repeat")
    parser.add_argument("--repeats", type=int, default=7, help="at least 5")
    options = parser.parse_args()
    if options.repeats < 5:
        parser.error("--repeats must be at least 5")
    if options.batch % COPIES:
        parser.error("--batch must be a multiple of 8")
    torch.set_num_threads(options.threads)
    for name in options.models.split(","):
        print(json.dumps(measure(name, options)), flush=True)


if __name__ == "__main__":
    main()
