#!/bin/sh
# usage: test_default_report.sh PROGRAM FOLDER
# A card without tables and figures: the report has those that its results allow, and their numbers are right.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# The signal is even in u, the background in u^2: above a threshold t are 1 - t of the one and 1 - sqrt(t) of the other.
awk 'BEGIN {
    print "label,score,mass"
    for (i = 0; i < 4000; i++) {
        u = (int(i / 2) + 0.5) / 2000
        printf "%d,%.9g,%d\n", i % 2, i % 2 ? u : u * u, i % 7
    }
}' >events.csv
cat >card.yaml <<'END_OF_CARD'
study: exact
data: {file: events.csv}
split: {test: 0.5, validation: 0.2}
train: {epochs: 3, batch: 100, learning_rate: 1.0e-2, scale: true, sampling: each}
models:
  exact: {kind: column, column: score}
  network: {kind: fcn, event: columns, columns: [score], hidden: [8]}
experiments:
  e: {keep: true, grid: {model: [exact, network]}}
END_OF_CARD
expect 0 study run card.yaml --out made
says out "Separation of signal and background"
if grep -q warning err; then fail "something could not be drawn"; fi

# rejection EFFICIENCY: 1 / (1 - sqrt(1 - EFFICIENCY)), within five of its errors, which are those of 1000 events a class.
rejection() {
    awk -F, -v at="$1" '$1 == "exact" && $2 == at && $3 == "rejection" {
        found = 1
        b = 1 - sqrt(1 - at)
        if ($4 < 1 / b - 5 * $7 || $4 > 1 / b + 5 * $7 || $7 < 0.3 * sqrt(b * (1 - b) / 1000) / b / b ||
            $7 > 3 * sqrt(b * (1 - b) / 1000) / b / b) exit 1
    }
    END { if (!found) exit 1 }' made/tables/rejection.csv || fail "the rejection at $1 is wrong"
}
for at in 0.3 0.5 0.7 0.9; do rejection $at; done
for figure in roc scores confusion inputs sculpting auc-epochs loss-epochs; do
    [ -s made/figures/$figure.csv ] || fail "there is no figure $figure"
    command -v gnuplot >/dev/null || continue
    [ -s made/figures/$figure.svg ] || fail "figure $figure is not drawn"
done
grep -q ',best_epoch,' made/figures/loss-epochs.csv || fail "the best epoch is not marked"
grep -q 'mass' made/figures/inputs.csv || fail "the events' columns are not shown"
