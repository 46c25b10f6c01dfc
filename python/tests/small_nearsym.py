#!/usr/bin/env python3
"""Replaces the program when a test runs the blocks of the documents. It runs the real program, which NEARSYM names, with small
samples and short trainings. The published studies take minutes to days: for them it only reads the card (`study show`)."""

import os
import sys

EVENTS = {"muon_pairs": 2000, "muons": 120, "showers": 400, "dimuon": 400}
QUICK = {
    "own-sample": ["members=1", "split.size=200", "split.reserve=0"],
    "own-showers": ["members=1", "split.reserve=200", "measure.events=20"],
    "fine-tuning --preset first": ["data.events=600", "split.reserve=300", "train.size=200"],
    "own-muon-pairs": ["members=1", "splot.bootstraps=3", "splot.toys=3"],
}
OPTIONS = {
    "symmetry": ["--events=200", "--epochs=1", "--steps=3"],
    "splot": ["--bootstraps=3", "--toys=3"],
    "efp compute": ["--graphs=d<=3,connected"],
    "efp search": ["--graphs=d<=2,connected", "--kappa=1", "--beta=1", "--pairs=2000", "--steps=1", "--epochs=1", "--hidden=8"],
}
METHODS = ["--sizes=40", "--members=2", "--set=train.epochs=1"]


def settings(args):
    """The card's settings among a command's arguments."""
    given = []
    for i, arg in enumerate(args):
        if arg in ("--preset", "--set"):
            given += args[i : i + 2]
        elif arg.startswith(("--preset=", "--set=")):
            given.append(arg)
    return given


def smaller(args):
    """A command's arguments that make it a matter of a second."""
    command = " ".join(args[:2])
    if command == "data simulate" and len(args) > 2:
        at = args.index("--events") + 1 if "--events" in args else None
        few = str(min(EVENTS[args[2]], int(args[at]) if at else EVENTS[args[2]]))
        return [*args[:at], few, *args[at + 1 :]] if at else [*args, "--events", few]
    if command == "study run" or args[0] == "train":
        card = args[2 if args[0] == "study" else 1]
        quick = QUICK.get(card, QUICK.get(" ".join(args[1:4])))
        if quick is None and not os.path.exists(card):
            return ["study", "show", card, *settings(args)]
        return [*args, *(f"--set={setting}" for setting in ["train.epochs=1", *(quick or [])])]
    if args[0] == "symmetry":
        if "--methods" in args and not os.path.exists(args[1]):
            args = args[: args.index("--methods")]  # a card of the reader's is trained, a study's is looked at
        return [*args, *OPTIONS["symmetry"], *(METHODS if "--methods" in args else [])]
    return [*args, *OPTIONS.get(command, OPTIONS.get(args[0], []))]


if __name__ == "__main__":
    program = os.environ["NEARSYM"]
    args = smaller(sys.argv[1:])
    if args[:2] == ["study", "show"]:  # many pages show the same command
        read = os.path.join(os.path.dirname(__file__), "read")
        if not set(args) & {"--set"} and os.path.exists(read) and " ".join(args) in open(read).read().splitlines():
            sys.exit()
        open(read, "a").write(" ".join(args) + "\n")
    os.execv(program, [program, *args])
