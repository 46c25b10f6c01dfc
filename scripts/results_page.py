#!/usr/bin/env python3
"""Prints docs/results.md: compares what the runs under studies/*/results measured with what the papers print.

    scripts/results_page.py [NEARSYM=build/nearsym] > docs/results.md

It merges each study's runs into a temporary folder; nothing is trained. The file results/settings of a study has the
options of `nearsym study run` for these runs, one a line. The file results/note.md says what the reader of the page
should know about them.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STUDIES = os.path.join(HERE, "studies")
SHOWN_EPOCHS = (1, 10, 100)  # of a curve against epochs
ONLY_COUNTED = ("roc", "background_efficiency", "rejection", "splot_roc")  # points of curves: in chi², not in the table

HEAD = """# nearsym and the published numbers

Does nearsym reproduce the numbers that the four papers print? This page compares them with full-size runs of `nearsym study run`. The runs are kept under `studies/*/results`;
`scripts/results_page.py` writes this page from them and trains nothing. Each study with kept runs has a section. To continue these
runs up to the number of members in the cards, or to draw the reports of the studies from them:

    nearsym study merge out studies/encouraged-invariance/results/*.jsonl.gz
    nearsym study run encouraged-invariance --preset paper --out out

How to read the tables:

- A line is one entry of a published table or figure.
- **nearsym** ± holds trainings, the finite training sample and the finite test sample ([docs/errors.md](errors.md)).
- **Difference** is nearsym minus paper, divided by both errors in quadrature.
- **χ²** sums the square of the difference over all entries of the study, also over points of curves. Entries share samples and trainings, so this is
  not a statistical test. It shows how close a study is to its paper.
- **Within tolerance** counts the entries that have a tolerance in the study's `reference.yaml` and stay within it. A tolerance covers what the paper leaves open: settings that are lost, samples that are not public.
"""


def run(nearsym, *words):
    done = subprocess.run([nearsym, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
    if done.returncode != 0:
        sys.exit(f"results_page.py: nearsym {' '.join(words)}: {done.stderr}")
    return done.stdout


def results_of(nearsym, study, folder):
    """results.json of a study's kept runs, by a folder that has them."""
    kept = os.path.join(STUDIES, study, "results")
    files = [os.path.join(kept, name) for name in sorted(os.listdir(kept)) if name.endswith(".jsonl.gz")]
    with open(os.path.join(kept, "settings")) as file:
        options = [word for line in file if line.strip() for word in line.rstrip("\n").split(" ", 1)]
    run(nearsym, "study", "merge", folder, *files)
    with open(os.path.join(folder, "study.resolved.yaml"), "w") as file:
        file.write(run(nearsym, "study", "show", study, *options))
    shutil.copy(os.path.join(STUDIES, study, "reference.yaml"), folder)
    run(nearsym, "study", "report", folder)
    for name in ("results.json", "results.partial.json"):
        if os.path.exists(os.path.join(folder, name)):
            with open(os.path.join(folder, name)) as file:
                return json.load(file), options
    sys.exit(f"results_page.py: {study}: no results")


def pulled(row):
    """Ours minus the paper's, divided by both errors in quadrature."""
    theirs = row.get("reference_standard_error", row.get("reference_std", 0)) or 0
    error = math.hypot(row["error"]["total"] or 0, theirs)
    return (row["mean"] - row["reference"]) / error if error > 0 else math.nan


def quoted(options):
    return " ".join(word if word.startswith("-") or word.isalpha() else f"'{word}'" for word in options)


def number(value, error):
    decimals = max(0, 1 - math.floor(math.log10(error))) if error and error > 0 else 4
    return f"{value:.{decimals}f}" + (f" ± {error:.{decimals}f}" if error and error > 0 else "")


def place_of(row):
    words = []
    for name, value in row.items():
        if name == "metric":
            break
        if name != "experiment":
            words.append(f"{name} {value}" if isinstance(value, (int, float)) else str(value))
    return ", ".join(words)


def is_shown(row):
    return row["metric"] not in ONLY_COUNTED and row.get("epoch", 1) in SHOWN_EPOCHS


def page_of(study, results, options):
    rows = [row for row in results["results"] if "reference" in row and math.isfinite(pulled(row))]
    judged = [row for row in rows if "within" in row]
    chi2 = sum(pulled(row) ** 2 for row in rows)
    members = sorted({row["members"] for row in rows})
    print(f"\n## {study}\n")
    print(f"`nearsym study run {study} {quoted(options)}`: {results['seconds'] / 3600:.1f} hours on one core of a busy"
          f" machine ({results['cpu']}); {' to '.join(str(m) for m in members[:1] + members[1:][-1:])} trainings per point.\n")  # fmt: skip
    print(f"χ² = {chi2:.0f} for {len(rows)} entries" +
          (f"; {sum(row['within'] for row in judged)} of {len(judged)} within their tolerance." if judged else "."))  # fmt: skip
    note = os.path.join(STUDIES, study, "results", "note.md")
    if os.path.exists(note):
        with open(note) as file:
            print("\n" + file.read().strip())
    print("\n| experiment | place | metric | nearsym | paper | difference / error |\n|---|---|---|---|---|---:|")
    for row in filter(is_shown, rows):
        theirs = row.get("reference_standard_error", row.get("reference_std"))
        print(f"| {row['experiment']} | {place_of(row)} | {row['metric']} | {number(row['mean'], row['error']['total'])}"
              f" | {number(row['reference'], theirs)} | {pulled(row):+.1f} |")  # fmt: skip


if __name__ == "__main__":
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "build", "nearsym"))
    ENVIRONMENT = {**os.environ, "NSYM_STUDIES": STUDIES}
    print(HEAD, end="")
    for name in sorted(os.listdir(STUDIES)):
        if os.path.isdir(os.path.join(STUDIES, name, "results")):
            with tempfile.TemporaryDirectory() as work:
                page_of(name, *results_of(program, name, os.path.join(work, "out")))
