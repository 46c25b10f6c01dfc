#!/usr/bin/env python3
"""Writes the folder cms-muons beside this script as the authors of arXiv:2306.15737 write theirs, with Python's lmdb and
numpy (apt install python3-lmdb python3-numpy):  make_cms_muons.py

Four events of the data, two of the simulation. The store of polynomials has, at the numbers 0, 1, 2, 13, 20 and 93 of
EnergyFlow's list, their values at kappa 1 and beta 0.25 by their formulas; at all others their number, negative."""
import os
import shutil

import lmdb
import numpy as np

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cms-muons")
rng = np.random.default_rng(8)


def put_store(name, values):
    path = os.path.join(folder, name)
    shutil.rmtree(path, ignore_errors=True)
    env = lmdb.open(path, map_size=1 << 20)
    with env.begin(write=True) as txn:
        for i, value in enumerate(values):
            txn.put(key=str(i).encode(), value=np.ascontiguousarray(value))
    env.close()
    os.remove(os.path.join(path, "lock.mdb"))


def put_table(name, values):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    np.savetxt(path, values, delimiter=",")


def polynomials(objects):
    values = -np.arange(467.0)
    pt, position = objects[:, 0], objects[:, 1:3]
    if len(pt) == 0:
        return np.zeros(467)
    z = pt / pt.sum()
    theta = (((position[:, None] - position[None]) ** 2).sum(2)) ** 0.125
    values[0] = z.sum()
    values[1] = np.einsum("a,b,ab", z, z, theta)
    values[2] = np.einsum("a,b,ab", z, z, theta**2)
    values[13] = np.einsum("a,b,c,ab,ac", z, z, z, theta**3, theta**2)
    values[20] = np.einsum("a,b,c,ab,bc,ca", z, z, z, theta, theta, theta)
    values[93] = np.einsum("a,b,c,d,ab,ac,bd,cd", z, z, z, z, theta, theta, theta, theta**4)
    return values


pids = np.array([211.0, 130.0, 22.0, -211.0])
mass = np.array([91.2, 88.5, 101.25, 77.0])
pt = np.array([[45.0, 38.5], [30.25, 60.0], [52.0, 25.5], [28.0, 27.0]])
counts = [3, 0, 9, 5]
objects, cones, efps = np.zeros((4, 128, 4)), np.zeros((4, 18)), np.zeros((4, 467))
for i, n in enumerate(counts):
    objects[i, :n, 0] = rng.exponential(2, n) + 0.3
    objects[i, :n, 1:3] = rng.uniform(-0.3, 0.3, (n, 2))
    objects[i, :n, 3] = pids[np.arange(n) % 4]
    part = objects[i, :n]
    distance = np.hypot(part[:, 1], part[:, 2])
    for k in range(18):
        near = part[distance < 0.025 * (k + 1)]
        charged = near[np.abs(near[:, 3]) == 211][:, 0].sum()
        neutral = near[np.isin(near[:, 3], (130, 22))][:, 0].sum()
        cones[i, k] = (charged + neutral) / pt[i, 0]
    efps[i] = polynomials(part)
put_table("cms_csvs/dimuon_invariant_mass.csv", mass)
put_table("cms_csvs/muon_pTs.csv", pt)
put_table("cms_csvs/muon_etas.csv", np.array([[0.5, -1.25], [2.0, 0.0], [-0.75, 1.5], [0.25, 0.125]]))
put_table("cms_csvs/muon_phis.csv", np.array([[0.5, -2.5], [3.0, 0.0], [-0.75, 1.5], [0.25, 3.125]]))
put_table("cms_csvs/muon_charges.csv", np.array([[1, -1], [-1, 1], [1, 1], [-1, 1]]))
put_store("pfn", objects)
put_store("iso", cones)
put_store("cms_efp_k1.0_b0.25", efps)

simulated = np.zeros((2, 512, 3))
simulated[0, :2] = [[1.5, 0.25, -0.125], [2.5, 0, 0.0625]]
simulated[1, :1] = [[8, -0.25, 0.5]]
for name, values in (("masses", [90.0, 60.0]), ("muon_pTs", [40.0, 32.0]), ("muon_etas", [0.5, -2.0]),
                     ("muon_phis", [1.0, 2.0]), ("muon_labels", [1, 0])):
    put_table("sim_csvs/%s.csv" % name, np.array(values))
put_store("pfn_sim", simulated)
