#!/usr/bin/env python3
"""How well the errors of studies cover: reruns each study in a small form with many seeds, events redrawn, and compares,
for every entry, the mean of the squared `total` error with the variance over seeds.

    bench/coverage/studies.py [--nearsym build/nearsym] [--seeds 20] [--out coverage] [STUDY...]

Prints a table in markdown for docs/errors.md. A ratio below 1 says that errors are too large, above 1 too small."""
import argparse
import json
import math
import os
import subprocess
import sys

# What makes a study small, and which of its metrics are entries.
SMALL = {
    "approximate-invariance": {
        "metrics": {"auc", "auc_pooled", "auc_final", "accuracy", "loss"},
        "set": ["members=3", "data.events=4000", "train.epochs=4", "train.learning_rate=3e-4",
                "models.invariant.learning_rate=3e-4", "experiments.epochs.grid.split.size=[6000]",
                "experiments.sizes.skip=true", "experiments.enlarged.skip=true", "experiments.mixes.skip=true"]},
    "encouraged-invariance": {
        "metrics": {"auc_final", "signal_efficiency", "rotation_spread"},
        "set": ["members=4", "restarts=4", "data.events=20000", "experiments.tables.grid.train.size=[480]", "train.epochs=8",
                "experiments.tables.grid.binning=[nonuniform]", "experiments.tables.grid.method=[none,pre_inv]",
                "recipe=[described]", "measure.events=50", "chosen=", "experiments.noise.skip=true",
                "experiments.copies.skip=true", "experiments.no_copies.skip=true"]},
    "muon-isolation-simulation": {
        "metrics": {"auc_final", "signal_efficiency"},
        "set": ["members=4", "restarts=4", "data.events=5000", "detector.threshold=0.5", "train.epochs=12", "train.patience=3",
                "experiments.table.grid.model=[iso_1,iso_10,iso_10_sum,efn,pfn]", "models.pfn.learning_rate=1e-3",
                "models.efn.learning_rate=1e-3", "searches={}"]},
    "muon-isolation-data": {
        "metrics": {"splot_auc", "splot_efficiency", "true_auc", "true_efficiency"},
        "set": ["members=3", "restarts=3", "data.events=16000", "train.epochs=6", "train.patience=3", "train.learning_rate=5e-4",
                "models.pfn.width=64", "models.pfn.epochs=4", "experiments.table.grid.model=[iso_1,iso_9,pfn]",
                "experiments.closure.skip=true", "experiments.cones.skip=true", "experiments.mixtures.skip=true",
                "searches={}"]},
}
OTHERS = {"mean", "std", "standard_error", "error", "members", "reference", "reference_std", "reference_standard_error",
          "pull", "tolerance", "within", "better", "minus"}


def run(nearsym, study, seed, out):
    """The entries of one seed: {place: (mean, total error)}."""
    command = [nearsym, "study", "run", study, "--out", out, "--set", f"seed={seed}"]
    for value in SMALL[study]["set"]:
        command += ["--set", value]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    with open(os.path.join(out, "results.json")) as file:
        rows = json.load(file)["results"]
    entries = {}
    for row in rows:
        metric = row["metric"].removesuffix("_difference")
        if metric not in SMALL[study]["metrics"] or not row["error"]["total"]:
            continue
        place = tuple((key, row[key]) for key in row if key not in OTHERS)
        entries[place] = (row["mean"], row["error"]["total"])
    return entries


def compare(seeds):
    """[(place, mean, mean quoted error, spread over seeds, variance / mean squared error)]"""
    table = []
    for place in seeds[0]:
        values = [seed[place][0] for seed in seeds if place in seed]
        squares = [seed[place][1] ** 2 for seed in seeds if place in seed]
        if len(values) < len(seeds):
            continue
        mean = sum(values) / len(values)
        variance = sum((v - mean) ** 2 for v in values) / (len(values) - 1)
        quoted = sum(squares) / len(squares)
        table.append((place, mean, math.sqrt(quoted), math.sqrt(variance), variance / quoted))
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("studies", nargs="*", metavar="STUDY", help="default: all")
    parser.add_argument("--nearsym", default="build/nearsym")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--out", default="coverage-results", help="folder of the runs, which a second call goes on in")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    for study in options.studies or SMALL:
        seeds = [run(options.nearsym, study, seed, os.path.join(options.out, f"{study}-{seed}"))
                 for seed in range(1, options.seeds + 1)]
        table = compare(seeds)
        allowed = 3 * math.sqrt(2 / (options.seeds - 1))
        outside = [row for row in table if abs(row[4] - 1) > allowed]
        pooled = sum(row[4] for row in table) / len(table)
        print(f"### {study}: {len(table)} entries, pooled {pooled:.2f}, {len(outside)} beyond 1 ± {allowed:.2f}\n")
        print("| entry | mean | quoted | over seeds | ratio |\n|---|---:|---:|---:|---:|")
        for place, mean, quoted, spread, ratio in table:
            name = ", ".join(str(value) for key, value in place if key not in ("experiment",))
            mark = " ✗" if abs(ratio - 1) > allowed else ""
            print(f"| {name} | {mean:.4f} | {quoted:.4f} | {spread:.4f} | {ratio:.2f}{mark} |")
        print(flush=True)


if __name__ == "__main__":
    main()
