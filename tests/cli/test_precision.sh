#!/bin/sh
# usage: test_precision.sh PROGRAM FOLDER
# Networks in bf16: trained, predicted with, and side by side with single precision in a study.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

cat >card.yaml <<'END'
data: {generate: dimuon, events: 500}
detector: {smear: {resolution: 0.1}}
train: {epochs: 3, learning_rate: 1.0e-3}
models:
  m: {kind: pfn, particles: p4, particle_map: [32, 32], latent: 32, hidden: [32, 32]}
END

# The program says which instructions there are, and warns where there are none.
"$program" doctor >out # which fails where something is missing
path=$(sed -n 's/^bf16  *//p' out)
[ "$path" ] || fail "doctor does not tell of bf16"
NSYM_CPU='' "$program" doctor >out
if grep -q '(NSYM_CPU)' out; then fail "doctor takes an empty NSYM_CPU for a choice"; fi
warned() {
    case $path in *rounded*) says err "warning: the CPU instructions in use (${path%% *}) have no bf16" ;; esac
}
expect 0 train card.yaml -o single.h5
silent_of() { if grep -q "bf16" "$1"; then fail "$1 speaks of bf16"; fi; }
silent_of err
expect 0 train card.yaml -o bf16.h5 --set train.precision=bf16
warned
expect 0 train card.yaml -o again.h5 --set train.precision=bf16
cmp bf16.h5 again.h5 || fail "the same card gave two models"
if cmp -s bf16.h5 single.h5; then fail "bf16 changed nothing"; fi
expect 1 train card.yaml -o none.h5 --set train.precision=half
says err "train.precision is 'half'"

# Scores of one model in both precisions: others, and close.
expect 0 data simulate dimuon --process z --events 50 -o z.h5
expect 0 predict bf16.h5 z.h5 -o single.csv
expect 0 predict bf16.h5 z.h5 -o same.csv --precision single
cmp single.csv same.csv || fail "single is not the default"
expect 0 predict bf16.h5 z.h5 -o bf16.csv --precision bf16
warned
expect 0 predict bf16.h5 z.h5 -o twice.csv --precision bf16
cmp bf16.csv twice.csv || fail "the same prediction gave other scores"
if cmp -s bf16.csv single.csv; then fail "--precision changed nothing"; fi
column=$(head -n 1 single.csv | tr , '\n' | grep -n '^output$' | cut -d : -f 1)
paste -d , single.csv bf16.csv | awk -F, -v c="$column" 'NR > 1 && ($c - $(NF / 2 + c)) ^ 2 > 1e-4 { exit 1 }' ||
    fail "scores differ by more than .01"
expect 2 predict bf16.h5 z.h5 --precision half
says err '--precision is "half", must be single or bf16'

# Side by side in a study, whose results say by what they were computed; going on is no change of instructions.
cat >study.yaml <<END
study: sides
$(cat card.yaml)
members: 2
experiments: {sides: {compare: {precision: single}, grid: {train.precision: [single, bf16], model: [m]}}}
END
expect 0 study run study.yaml --out sides --jobs 2
"$program" doctor >out # which fails where something is missing
single=$(sed -n 's/^CPUs .*instructions: \([a-z0-9]*\).*/\1/p' out)
grep -q "\"cpu\": \".*$single" sides/results.json || fail "results.json does not tell of $single"
grep -qF "$path" sides/results.json || fail "results.json does not tell of $path"
says sides/results.json '"auc_final_difference"'
expect 0 study run study.yaml --out sides --jobs 1 --set members=3
if grep -q "instructions and new runs use" err; then fail "a warning of other instructions"; fi
expect 0 bench train --model pfn --precision bf16 --seconds 0.01 --repeats 1 --json
says out '"precision": "bf16"'
