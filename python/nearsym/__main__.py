"""python -m nearsym convert: ROOT files become files that the program and the library read.
python -m nearsym doctor: what is installed, and how to get what is missing."""

from __future__ import annotations

import argparse
import shlex
import sys
import warnings
from pathlib import Path
from typing import Any, Sequence, TextIO

import numpy as np

from . import __version__
from ._doctor import doctor
from .events import Events, join_named
from .root import paths_of, read_root

DESCRIPTION = """Reads trees of ROOT files (by uproot) and writes events in a format of nearsym's.

Lists of numbers under one prefix become the particles, their features named without it; single numbers become columns.
All other formats are read by the program: nearsym data convert --help"""
EXAMPLES = """examples:
  python -m nearsym convert nano.root --tree Events --ragged pf=PFCand_ --columns "MET_*" -o events.h5
  python -m nearsym convert signal.root background.root --ragged Jet_ --features pt,eta,phi --label 1,0 -o jets.h5"""


def words(text: str) -> list[str]:
    """A list of names, with commas between them."""
    return [word.strip() for word in text.split(",") if word.strip()]


def pairs(text: str) -> dict[str, str]:
    """OLD=NEW,..."""
    found = [word.partition("=") for word in words(text)]
    wrong = [old for old, equals, new in found if not (old and equals and new)]
    if wrong or not found:
        raise argparse.ArgumentTypeError(f"write it as OLD=NEW,..., not {text!r}")
    return {old: new for old, _, new in found}


def numbers(text: str) -> list[float]:
    """One label for all files, or one for each."""
    try:
        return [float(word) for word in words(text)]
    except ValueError:
        raise argparse.ArgumentTypeError(f"labels are numbers with commas between them, not {text!r}") from None


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    top = argparse.ArgumentParser(prog="python -m nearsym", description="From Python; the program is `nearsym`.")
    top.add_argument("--version", action="version", version=f"nearsym {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    convert = commands.add_parser(
        "convert",
        help="convert ROOT files to HDF5, npz, csv, ...",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = convert.add_argument
    add("files", nargs="+", metavar="FILE.root", help="joined in the order given")
    add("-o", "--output", required=True, metavar="OUT", help="file to write; its ending sets the format")
    add("--tree", metavar="NAME", help="name of the tree; needed if a file has several")
    add("--ragged", action="append", default=[], metavar="[NAME=]PREFIX",
        help="prefix of the particles' branches; repeat it for further collections, which `collection` tells apart")
    add("--features", type=words, metavar="NAME,...", help="particle features, without the prefix (default: all)")
    add("--columns", type=words, metavar="NAME,...",
        help='branches of single numbers; * matches any text; "" for none (default: all)')
    add("--rename", type=pairs, metavar="OLD=NEW,...", help="rename features and columns")
    add("--select", metavar="CUT", help='cut on branches, a Python expression: "(nMuon >= 2) & (MET_pt > 30)"')
    add("--label", type=numbers, metavar="L,...", help="set the column label: one number, or one for each file")
    add("-n", "--max-events", type=int, metavar="N", help="maximum number of entries from each file (default: all)")
    commands.add_parser("doctor", help="check what is installed, and how to get what is missing")
    return top


def collections(given: Sequence[str]) -> dict[str, str]:
    """Prefixes of collections, by name."""
    found = {}
    for item in given:
        name, equals, prefix = item.partition("=")
        found[name] = prefix if equals else name
    return found


def convert(options: Any) -> str:
    """Reads, writes, and says what was written."""
    paths = [paths_of(path) for path in options.files]
    labels = options.label
    if labels is not None and len(labels) not in (1, len(paths)):
        raise ValueError(f"--label has {len(labels)} numbers for {len(paths)} files")
    samples = []
    for i, files in enumerate(paths):
        events = read_root(
            files,
            options.tree,
            ragged=collections(options.ragged),
            features=options.features,
            columns=options.columns,
            rename=options.rename,
            select=options.select,
            max_events=options.max_events,
        )
        samples.append(events if labels is None else labelled(events, labels[i % len(labels)]))
    whole = samples[0] if len(samples) == 1 else join_named(samples, options.files)
    whole.write(options.output)
    return f"{options.output}: {whole!r}"


def labelled(events: Events, label: float) -> Events:
    """The events with a column `label` of one number."""
    return events.with_columns(label=np.full(len(events), label))


def pointed(error: Exception, options: Any) -> str:
    """The message of an error; for files of other formats the command that reads them."""
    others = [path for path in options.files if Path(path).is_file() and not is_root(path)]
    if not others:
        return str(error)
    command = shlex.join(["nearsym", "data", "convert", *others, "-o", options.output])
    return f"{others[0]} is not a ROOT file; the program reads other formats: {command}"


def is_root(path: str) -> bool:
    """By the file's first letters."""
    with open(path, "rb") as file:
        return file.read(4) == b"root"


def tell_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Says a warning as the program does, in place of warnings.showwarning."""
    print(f"nearsym: warning: {message}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; gives the exit status."""
    options = parser().parse_args(arguments)
    if options.command == "doctor":
        print(doctor())
        return 0
    try:
        with warnings.catch_warnings():
            warnings.showwarning = tell_warning
            print(convert(options))
    except (ImportError, OSError, TypeError, ValueError) as error:
        print(f"nearsym: {pointed(error, options)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
