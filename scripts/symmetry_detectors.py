#!/usr/bin/env python3
"""usage: symmetry_detectors.py NEARSYM OUT.png

How far the detectors of both studies of broken symmetries are from commuting with them: docs/symmetry-detectors.png. Some
minutes on two CPUs. The numbers stand beside the figure, as OUT.csv.
"""

import json
import subprocess
import sys
from pathlib import Path

CELLS = (64, 32, 16, 8, 4)
RESOLUTIONS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4)

SCRIPT = """
set terminal pngcairo size 1200,460 enhanced background 'white' font 'Arial,13'
set output '{png}'
set datafile separator comma
set multiplot layout 1,2
set yrange [0.45:1.02]; set ylabel 'AUC between D(g z) and g D(z)'; set grid ytics lc rgb '#dddddd'
set arrow from graph 0, first 0.5 to graph 1, first 0.5 nohead lc rgb '#888888' dt 2
set key at graph 0.04, graph 0.5 left Left reverse samplen 2
set title 'cells against rotations (arXiv:2311.05952)'
set logscale x 2; set xrange [80:3.2]; set xtics (64, 32, 16, 8, 4); set xlabel 'cells a side (larger cells to the right)'
of(name) = "< grep '^".name.",' {csv}"
plot of('exact') using 2:3:4 with yerrorlines pt 7 lw 2 title 'interpolated images', \\
     of('nearest') using 2:3:4 with yerrorlines pt 7 lw 2 title 'nearest cells', \\
     of('floor') using 2:3:4 with yerrorlines pt 6 lc rgb '#888888' title 'noise floor'
unset logscale; set xrange [0:42]; set xtics autofreq; set key at graph 0.04, graph 0.92 left Left reverse samplen 2; set yrange [0.48:0.58]
set title 'momentum resolution against boosts (PRD 111, 072002)'; set xlabel 'resolution of p_T [%]'
plot of('pz') using 2:3:4 with yerrorlines pt 7 lw 2 title 'p_z kept', \\
     of('eta') using 2:3:4 with yerrorlines pt 7 lw 2 title '{{/Symbol h}} kept', \\
     of('floor pz') using 2:3:4 with yerrorlines pt 6 lc rgb '#888888' title 'noise floor'
"""


def asked(program, *arguments):
    """What `nearsym symmetry` says."""
    command = [program, "symmetry", *arguments, "--json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)


def rows(program):
    """Lines of the csv: what, x, AUC, its error."""
    for cells in CELLS:
        for image in ("exact", "nearest"):
            r = asked(program, "encouraged-invariance", "-n", "2000", "--image", image, "--set", f"detector.cells=[{cells},{cells}]")
            yield image, cells, r["commutator"]
            if image == "nearest":
                yield "floor", cells, r["noise_floor"]
    for resolution in RESOLUTIONS:
        for keep in ("pz", "eta"):
            r = asked(program, "approximate-invariance", "-t", "boost", "--range", "2", "-n", "20000", "--at", "recipe=described",
                      "--set", f"detector.smear.resolution={resolution}", "--set", f"detector.smear.keep={keep}")
            yield keep, 100 * resolution, r["commutator"]
            if keep == "pz":
                yield "floor pz", 100 * resolution, r["noise_floor"]


def main():
    program, png = sys.argv[1:]
    csv = str(Path(png).with_suffix(".csv"))
    with open(csv, "w", encoding="utf8") as out:
        for what, x, answer in rows(program):
            out.write(f"{what},{x:g},{answer['auc']:.5f},{answer['auc_error']:.5f}\n")
            out.flush()
    subprocess.run(["gnuplot"], input=SCRIPT.format(png=png, csv=csv), text=True, check=True)


main()
