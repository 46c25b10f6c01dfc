"""Networks for calorimeter images in PyTorch, on random images of 32 x 32 cells, of which 26 to 52 are hit.

fcn reads the images, fcn_list the hit cells' x, y and energy as one row of 172 x 3 values, zeros behind; pfn reads the
cells as one list of all in the batch, pfn_padded in rows of equal length with a mask. Images come as eight copies each,
and the squared sample deviation of the copies' outputs is added to the loss (encouraged invariance, arXiv:2311.05952).

cnn reads images without copies: three blocks of three convolutions and a pooling, two dense layers with dropout (the
network of a muon study). cnn_nhwc keeps the channels last in memory.
"""
import itertools

import torch
from torch import nn

UNIT, PIECES = "image", {"pfn": 128, "pfn_padded": 128}  # of a batch to predict
SIDE, COPIES, FEWEST, MOST, LISTED, BATCHES = 32, 8, 26, 52, 172, 8
FILTERS, DENSE, DROPOUT = 48, 74, 0.2388


def chain(*sizes):
    """Linear and ReLU in turns, a Linear at the end."""
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


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


def convolutions():
    layers, channels = [], 1
    for _ in range(3):
        for _ in range(3):
            layers += [nn.Conv2d(channels, FILTERS, 3, padding="same"), nn.ReLU()]
            channels = FILTERS
        layers.append(nn.MaxPool2d(2))
    layers.append(nn.Flatten())
    for inputs in (FILTERS * (SIDE // 8)**2, DENSE):
        layers += [nn.Linear(inputs, DENSE), nn.ReLU(), nn.Dropout(DROPOUT)]
    return nn.Sequential(*layers, nn.Linear(DENSE, 1))


NAMES = ["fcn", "fcn_list", "pfn", "pfn_padded", "cnn", "cnn_nhwc"]


def network(name):
    if name == "fcn":
        return chain(SIDE * SIDE, 256, 256, 256, 1)
    if name == "fcn_list":
        return chain(3 * LISTED, 256, 256, 256, 1)
    if name == "pfn":
        return Packed()
    if name == "pfn_padded":
        return Padded()
    return convolutions().to(memory_format=layout(name))


def layout(name):
    return torch.channels_last if name == "cnn_nhwc" else torch.contiguous_format


def batch_size(name, bench):
    if name.startswith("cnn"):
        return 128
    if bench == "predict":
        return 4096
    return 2048 if name == "fcn_list" else 256


def optimiser(name, net):
    return torch.optim.Adam(net.parameters(), lr=3e-4 if name.startswith("cnn") else 1e-3)


def inputs(name, images):
    """So many random images in the form that the network reads."""
    counts = torch.randint(FEWEST, MOST + 1, (images,))
    hit = torch.rand(images, SIDE * SIDE).argsort(1)[:, :MOST]  # different cells of an image
    there = torch.arange(MOST) < counts[:, None]
    energy = torch.rand(images, MOST) * there
    if name in ("fcn", "cnn", "cnn_nhwc"):
        cells = torch.zeros(images, SIDE * SIDE).scatter_(1, hit, energy)
        return [cells if name == "fcn" else cells.view(-1, 1, SIDE, SIDE).contiguous(memory_format=layout(name))]
    x, y = hit % SIDE, torch.div(hit, SIDE, rounding_mode="floor")
    cells = torch.stack([x / SIDE - 0.5, y / SIDE - 0.5, energy], 2) * there[..., None]
    if name == "fcn_list":
        return [nn.functional.pad(cells.flatten(1), (0, 3 * (LISTED - MOST)))]
    if name == "pfn_padded":
        return [cells[:, : counts.max()].contiguous(), there[:, : counts.max(), None].float()]
    return [cells[there], torch.arange(images).repeat_interleave(counts), torch.tensor(images)]


def batches(name, size):
    """Inputs and labels of one batch after the other, for ever. Copies have one label."""
    copies = 1 if name.startswith("cnn") else COPIES
    labels = (torch.rand(size // copies) < 0.5).float().repeat_interleave(copies)
    return itertools.cycle([(inputs(name, size), labels) for _ in range(BATCHES)])


def loss(name, logits, labels):
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, labels)
    if name.startswith("cnn"):
        return entropy
    deviations = torch.sigmoid(logits).view(-1, COPIES).std(1)
    return entropy + (deviations * deviations).mean()
