#!/bin/sh
# usage: test_train.sh PROGRAM FOLDER
# nearsym train: one network of a card of ten lines, its file and its history, and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

cat >card.yaml <<'END'
data: {generate: dimuon, events: 500}
copies: {where: before, transform: boost, count: 3}
detector: {smear: {resolution: 0.1}}
split: {validation: 0.1}
train: {epochs: 3, sampling: each, shuffle: true, scale: true, invariance: 1}
models:
  m: {kind: hybrid, particles: p4, event: lorentz, gate: pt, particle_map: [8], event_map: [8], gate_map: [4],
      latent: 4, hidden: [8]}
END

expect 0 train card.yaml -o a.h5
says out "700 train, 100 validate, 200 test"
says out "test AUC"
says err "epoch   3"
expect 0 train card.yaml -o b.h5 --json
says out '"best_epoch"'
says out '"training_events": 700'
[ "$(grep -c '"train_loss"' out)" -eq 3 ] || fail "the history does not have three epochs"
cmp a.h5 b.h5 || fail "the same card gave two models"

# A model scores events as they come from a generator: pairs of four-momenta.
expect 0 data simulate dimuon --process z --events 50 -o z.h5
expect 0 predict a.h5 z.h5 -o scores.csv
[ "$(wc -l <scores.csv)" -eq 51 ] || fail "there are not 50 scores"

# Its pt and mass are computed as for the training.
expect 0 train card.yaml -o columns.h5 --set 'models.m={kind: fcn, event: columns, columns: [pt, mass]}'
expect 0 predict columns.h5 z.h5 -o scores.csv
[ "$(wc -l <scores.csv)" -eq 51 ] || fail "there are not 50 scores"

# Cells have energies, which a threshold cuts on, in the training and after it.
cat >cells.yaml <<'END'
data: {generate: showers, events: 300}
detector: {cells: [16, 16], threshold: 0.5}
train: {epochs: 1}
models: {m: {kind: pfn, particles: cells, particle_map: [4], latent: 2, hidden: [4]}}
END
expect 0 train cells.yaml -o cells.h5
expect 0 data simulate showers --level cells --grid 16x16 --events 50 -o shown.h5
expect 0 predict cells.h5 shown.h5 -o seen.csv
awk -F, 'NR > 1 { print $4 }' seen.csv | sort -u | wc -l | awk '{ exit !($1 > 5) }' || fail "the scores are all alike"

# All copies may test; each event counts once in the error.
expect 0 train card.yaml -o c.h5 --set copies.test=all
says out "700 train, 100 validate, 200 test"

refused() { # refused TEXT ARGUMENT...
    text=$1
    shift
    expect 1 train "$@" -o none.h5
    silent out
    says err "$text"
    [ ! -e none.h5 ] || fail "a model was written"
}
refused "copies.count has no effect here: copies.where is none" card.yaml --set copies.where=none --set copies.count=2 \
    --set train.invariance=0
refused "train.invariance is 1, but events have no copies" card.yaml --set copies.where=none
refused "models.m.weight' is now 'models.m.gate'" card.yaml --set models.m.weight=pt
refused "'source' is now 'data.generate, or data.file'" card.yaml --set source=dimuon
expect 1 train card.yaml -o nowhere/x.h5
says err "nowhere/x.h5: cannot be written: No such file or directory"
if grep -q epoch err; then fail "a model that cannot be written was trained"; fi
refused "the card has 3 models: general, invariant, hybrid; name one (--model NAME)" own-sample
refused "there is no model 'n'" card.yaml --model n
refused "models.m is of kind column: nothing is trained" card.yaml --set 'models.m={kind: column, column: mass}' \
    --set train.invariance=0
expect 2 train
says err "train takes the name of a study or the path of a card"
