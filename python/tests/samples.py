"""Files that the blocks of the documents read and the program does not make; run where samples.sh has run."""

import h5py
import numpy as np

import nearsym as ns

rng = np.random.default_rng(1)
n, most = 120, 6
label = np.arange(n) % 2
counts = rng.integers(1, most, n)
offsets = np.concatenate([[0], np.cumsum(counts)]).astype("uint64")
total = int(offsets[-1])

# Flat arrays, as a framework writes them: tracks and cells around muons.
with h5py.File("flat.h5", "w") as f:
    f["label"], f["mu_pt"], f["mu_eta"] = label, rng.uniform(10, 15, n), rng.uniform(-2, 2, n)
    f["pf_offset"], f["pf_pt"], f["pf_cls"] = offsets, rng.exponential(1, total), rng.integers(1, 6, total)
    f["pf_deta"], f["pf_dphi"] = rng.uniform(-0.3, 0.3, (2, total))
    f["cell_offset"], f["cell_et"] = offsets, rng.exponential(1, total)
    f["cell_i"], f["cell_j"] = rng.integers(0, 32, (2, total))

# Jets with tracks, three flavours.
for name in ("train.h5", "test.h5", "train-2.h5"):
    with h5py.File(name, "w") as f:
        f["flavour"], f["label"] = np.choose(np.arange(n) % 3, [0, 4, 5]), np.arange(n) % 3
        f["jet_pt"], f["jet_eta"] = rng.uniform(30, 60, n), rng.uniform(-2, 2, n)
        names = ["pt", "d_eta", "d_phi", "d0", "z0", "charge"]
        f["particles/values"] = np.column_stack(
            [rng.exponential(2, total), *rng.uniform(-0.4, 0.4, (2, total)), *rng.normal(0, 0.1, (2, total)), rng.choice([-1, 1], total)]
        )
        f["particles/values"].attrs["columns"] = names
        f["particles/offsets"] = offsets
with h5py.File("packed.h5", "w") as f:
    f["label"] = label

# Arrays of numpy: images, jets of four-momenta and of angles.
np.save("images.npy", rng.exponential(1, (n, 16, 16)))
np.savez("images.npz", images=rng.exponential(1, (n, 16, 16)), label=label)
np.save("labels.npy", label)
pt, eta, phi = rng.exponential(2, (n, most)), rng.uniform(-0.4, 0.4, (n, most)), rng.uniform(-0.4, 0.4, (n, most))
p4 = np.stack([pt * np.cosh(eta), pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)], axis=2)
np.savez("p4.npz", particles=p4, label=label)
np.savez("jets.npz", particles=np.stack([pt, eta, phi], axis=2), label=label)
np.save("jets.npy", np.stack([pt, eta, phi], axis=2))
np.save("jetnet.npy", np.stack([eta, phi, pt, np.ones((n, most))], axis=2))

# Tables: with commas for points, and pairs of muons as a csv of collision data has them.
with open("jets.csv", "w") as f:
    f.write("jet_pt;m;flavour\n" + "".join(f"{30 + i % 7},5;{i % 5},25;{'b' if i % 2 else 'light'}\n" for i in range(n)))
with open("events.csv", "w") as f:
    f.write("M,Q1,Q2,pt1,pt2,eta1,eta2\n")
    f.writelines(f"{61 + i % 50},1,{1 - 2 * (i % 2)},{20 + i % 9},{22 + i % 7},{0.1 * (i % 20)},0.5\n" for i in range(n))
pairs = ns.read("pairs.h5")
columns = {"Run": np.ones(len(pairs)), "M": pairs["mass"]}
for k, muon in ((1, "mu"), (2, "mu2")):
    columns |= {f"{to}{k}": pairs[f"{muon}_{name}"] for to, name in (("pt", "pt"), ("eta", "eta"), ("phi", "phi"), ("Q", "charge"))}
    columns |= {f"iso{k}": rng.exponential(0.1, len(pairs)), f"dxy{k}": rng.normal(0, 0.01, len(pairs))}
table = np.column_stack(list(columns.values()))
np.savetxt("Zmumu_Run2011A.csv", table, delimiter=",", header=",".join(columns), comments="")
with h5py.File("own-pairs.h5", "w") as f:
    for name, values in columns.items():
        to = {"1": "mu_", "2": "mu2_"}.get(name[-1], "")
        f[{"M": "mass", "Run": "run"}.get(name) or (name if name[:2] in ("is", "dx") else to + name[:-1].replace("Q", "charge"))] = values

# Scores of the cells of showers, by others.
cells = ns.read("cells.h5")
np.save("scores.npy", rng.normal(0, 1, len(cells)) + cells["label"])
for name in ("none-2", "copies-1", "copies-2", "penalty-1", "cones", "network"):
    with h5py.File(f"{name}.h5", "w") as f:
        f["label"], f["logit"] = cells["label"], rng.normal(0, 1, len(cells)) + cells["label"]
np.savetxt("other.csv", np.column_stack([cells["label"], cells["label"] + rng.normal(0, 1, len(cells))]), delimiter=",",
           header="label,score", comments="")  # fmt: skip
muons = ns.read("muon-cells.h5")
with h5py.File("muon-scores.h5", "w") as f:
    f["label"], f["logit"] = muons["label"], rng.normal(0, 1, len(muons)) + muons["label"]
np.save("muon-scores.npy", rng.normal(0, 1, len(muons)) + muons["label"])
