#!/bin/sh
# usage: bench/precision.sh NEARSYM FOLDER [OPTION...]
# Small forms of the four studies in single precision and in bf16, ten seeds each, with the same events, first weights
# and order of events in both; prints a Markdown table of the differences of the AUC. FOLDER keeps the studies' output;
# a run that is stopped goes on. OPTIONs are those of `nearsym study run`, such as --dry-run or --jobs 1.
set -eu
nearsym=$1 folder=$2
shift 2
mkdir -p "$folder"

# study STUDY MODELS AXES [SETTING...]
study() {
    name=$1 models=$2 axes=$3
    shift 3
    for setting in "$@"; do set -- "$@" --set "$setting"; shift; done
    # shellcheck disable=SC2086 # options are words
    "$nearsym" study run "$name" --preset quick --out "$folder/$name" --set "only=[precision]" --set \
        "experiments.precision={compare: {precision: single}, members: 10, grid: {${axes}train.precision: [single, bf16], model: [$models]}}" \
        "$@" $options
}
options=$*

study approximate-invariance general,invariant,hybrid "recipe: [described], " \
    data.events=5000 train.epochs=10
study encouraged-invariance fcn,pfn "recipe: [described], binning: [nonuniform], method: [pre_inv], train.size: [480], " \
    data.events=40000 train.epochs=16 models.pfn.epochs=128 copies.count=4
study muon-isolation-data iso_9,pfn "" data.events=10000 train.epochs=6 models.pfn.epochs=4
study muon-isolation-simulation iso_10,cnn,efn,pfn "" data.events=8000 train.epochs=6 models.cnn.epochs=4
case " $options " in *" --dry-run "*) exit 0 ;; esac

python3 - "$folder" <<'PYTHON'
import json, pathlib, sys

print("| study | network | AUC in single precision | change with bf16 |")
print("|---|---|---:|---:|")
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/results.json")):
    rows = json.loads(path.read_text())["results"]
    found = {(r["metric"], r["model"], r["precision"]): r for r in rows if "precision" in r}
    for model in dict.fromkeys(r["model"] for r in rows if "precision" in r):
        single = found["auc_final", model, "single"]
        difference = found["auc_final_difference", model, "bf16"]
        print(
            f"| `{path.parent.name}` | {model} | {single['mean']:.4f} "
            f"| {difference['mean']:+.5f} ± {difference['error']['total']:.5f} |"
        )
PYTHON
