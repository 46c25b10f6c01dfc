#!/bin/sh
# usage: test_own_files.sh PROGRAM FOLDER
# Samples of one's own: several files with labels and weights, cuts and new columns, labels by an expression, features with
# transformations beside event columns; and a model that scores the raw files by the chain that it carries.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# jets SEED EVENTS SIGNAL WEIGHT: jets of one class as JSON lines; the signal's tracks have larger d0.
jets() {
    awk -v seed="$1" -v n="$2" -v signal="$3" -v weight="$4" 'function normal() {
            return sqrt(-2 * log(1 - rand())) * cos(6.283185307179586 * rand())
        }
        BEGIN {
            srand(seed)
            for (i = 0; i < n; i++) {
                printf "{\"jet_pt\": %.6f, \"met\": %.6f, \"flavour\": %d, \"weight\": %g, \"particles\": [", 20 + 100 * rand(),
                    10 * rand() + 5 * signal, signal ? (i % 2 ? 5 : -5) : i % 4, weight
                tracks = 1 + int(4 * rand())
                for (k = 0; k < tracks; k++)
                    printf "%s{\"pt\": %.6f, \"d0\": %.6f, \"q\": %d, \"status\": %d}", k ? ", " : "", 0.5 + 20 * rand(),
                        (0.1 + 0.3 * signal) * normal(), rand() < 0.5 ? 1 : -1, k == tracks - 1 && i % 5 == 0 ? 2 : 1
                print "]}"
            }
        }'
}
mkdir data
jets 1 600 1 1 >data/b_1.jsonl
jets 2 600 1 1 >data/b_2.jsonl
jets 3 1200 0 100 >data/light.jsonl
jets 4 300 1 1 >data/b_test.jsonl
jets 5 300 0 100 >data/light_test.jsonl
mkdir cards
cat >cards/card.yaml <<'END'
study: jets
data:
  files:
    - {path: "../data/b_[12].jsonl", label: 1}
    - {path: ../data/light.jsonl, label: 0}
    - {path: ../data/b_test.jsonl, label: 1, part: test}
    - {path: ../data/light_test.jsonl, label: 0, part: test}
  particles: "status == 1"
  define: {n_tracks: count(), log_pt: log(pt), hardest: max(pt)}
  select: "jet_pt > 25 and n_tracks > 0"
train: {epochs: 8, batch: 64, sampling: each, shuffle: true, scale: true, weighted: true}
models:
  set: {kind: pfn, particles: [log_pt, d0: {clip: [-1, 1]}, q: {onehot: [-1, 1]}], event: [jet_pt: log, met],
        particle_map: [16, 16], latent: 8, hidden: [16]}
END

# The test is that of its files, cuts aside; classes are balanced; d0 and met tell them apart.
expect 0 train cards/card.yaml -o model.h5 --json
grep -q '"test_events": 5[0-9][0-9]' out || fail "the test sample is not that of its files"
auc=$(sed -n 's/^ "auc": \([0-9.]*\),$/\1/p' out)
awk -v auc="$auc" 'BEGIN { exit !(auc > 0.85) }' || fail "the AUC is $auc"
says err "data.particles keeps "
says err "data.select keeps "
says err "balanced, so that each class has the same sum"
expect 0 train cards/card.yaml -o as_is.h5 --set weights.balance=false
says err "warning: the weights of one class add up to "

# Columns beside the particles are read: without them the same network knows less.
expect 0 train cards/card.yaml -o less.h5 --json --set models.set.event='[jet_pt]'
awk -v auc="$auc" -v less="$(sed -n 's/^ "auc": \([0-9.]*\),$/\1/p' out)" 'BEGIN { exit !(auc > less + 0.01) }' ||
    fail "met beside the particles changes nothing"

# The model scores raw files: what fails its cuts is left out, and said.
expect 0 predict model.h5 data/b_test.jsonl -o scores.csv
says err "data.select keeps "
kept=$(sed -n 's/data.select keeps \([0-9]*\) of 300 events/\1/p' err)
[ "$(wc -l <scores.csv)" -eq $((kept + 1)) ] || fail "scores are not those of the events that pass"

# A label by an expression is that of the files.
cat >flavour.yaml <<'END'
study: flavour
data: {files: [data/b_1.jsonl, data/b_2.jsonl, data/light.jsonl]}
labels: {column: "abs(flavour) == 5"}
train: {epochs: 2, batch: 64, sampling: each}
models: {net: {kind: fcn, event: [jet_pt, met: {asinh: 5}], hidden: [8]}}
END
expect 0 train flavour.yaml -o flavour.h5
says err "label 0: 1200 events, weights 120000; label 1: 1200 events, weights 1200"

# Cross sections are what weights add up to; a pattern without a file, and a feature that is not there, are named.
expect 0 train flavour.yaml -o x.h5 --set 'data.files=[{path: "data/b_?.jsonl", cross_section: 2.5}, {path: data/light.jsonl, weight: 0.5}]'
says err "label 0: 1200 events, weights 60000; label 1: 1200 events, weights 2.5"
expect 1 train flavour.yaml -o x.h5 --set 'data.files=[data/none*.jsonl]'
says err "there is no file 'data/none*.jsonl'"
expect 1 train cards/card.yaml -o x.h5 --set models.set.particles='[pt, z0]'
says err "no feature 'z0'"
expect 1 train cards/card.yaml -o x.h5 --set data.select='pt > 5'
says err "count(...) > 0"
expect 1 train cards/card.yaml -o x.h5 --set data.define.y='jet_pt / mt'
says err "data.define.y: \"jet_pt / mt\": the events have neither a column nor a particle feature 'mt'; did you mean 'met'?"
expect 1 train cards/card.yaml -o x.h5 --set split.test=0.3
says err "data.files has test files, and split.test is 0.3; keep one"

# Points: the model sums them in its own detector's cells, and data bin does the same by itself.
expect 0 data simulate showers --events 400 --level points -o points.h5
cat >cells.yaml <<'END'
study: cells
data: {file: points.h5}
detector: {cells: [8, 8], range: [-1, 1], threshold: 0.01}
train: {epochs: 1, batch: 64, sampling: each}
models: {net: {kind: pfn, particles: cells, particle_map: [8], latent: 4, hidden: [8]}}
END
expect 0 train cells.yaml -o cells_model.h5
expect 0 predict cells_model.h5 points.h5 -o of_points.csv
says err "events trained this model"
expect 0 data bin points.h5 --cells 8x8 --range -1:1 -o cells.h5
expect 0 predict cells_model.h5 cells.h5 -o of_cells.csv
cmp of_points.csv of_cells.csv || fail "cells that were summed before have other scores"
expect 0 train cells.yaml -o cut_model.h5 --set 'data.particles=energy > 0.02'
expect 0 predict cut_model.h5 points.h5 -o cut_points.csv
! grep -q "already has cells" err || fail "points are taken for cells"
expect 0 predict cut_model.h5 cells.h5 -o cut_cells.csv
says err "warning: the file already has cells, so data.particles and data.define act on cells"
expect 0 data bin points.h5 --cells 4x4 -o coarse.h5
expect 1 predict cells_model.h5 coarse.h5 -o x.csv
says err "the cells belong to a grid of 4x4, but the model was trained on a grid of 8x8"
expect 1 data bin cells.h5 --cells 8x8 -o x.h5
says err "are cells already"
expect 2 data bin points.h5 --cells 8 -o x.h5
says err "must be cells in x and y"

# Joined files are remembered, and the sums of weights are said.
expect 0 data convert data/b_1.jsonl data/light.jsonl --label 1,0 -o joined.h5
says err "label 0: 1200 events, whose weights add up to 120000"
says err "warning: the weights of one class add up to 200 times"
expect 0 data inspect joined.h5
says out "label 1: 600 events, whose weights add up to 600"

# Scores have the label that trained where the file has what it is made of, so they can be evaluated.
cat data/b_test.jsonl data/light_test.jsonl >data/both.jsonl
expect 0 predict flavour.h5 data/both.jsonl -o flavour.csv
expect 0 evaluate flavour.csv
says out "of which signal 300"

# A study's results name every file of the list.
cat >>cards/card.yaml <<'END'
experiments: {e: {grid: {model: [set]}}}
END
expect 0 study run cards/card.yaml --out named --set train.epochs=1
for file in b_1 b_2 light b_test light_test; do
    grep -q "\"path\": \".*data/$file.jsonl\"" named/results.json || fail "results.json does not name $file.jsonl"
done

# A study whose files stand beside its card is looked at, and run again, by the card in its output folder from anywhere.
cp data/both.jsonl cards/both.jsonl
cat >cards/one.yaml <<'END'
data: {file: both.jsonl}
labels: {column: abs(flavour) == 5}
train: {epochs: 1, sampling: each}
models: {net: {kind: fcn, event: [jet_pt, met], hidden: [4]}}
experiments: {e: {keep: true, members: 2, grid: {model: [net]}}}
END
for card in card one; do
    expect 0 study run cards/$card.yaml --out of_$card --set train.epochs=1
    expect 0 study run of_$card/study.resolved.yaml --out of_$card --dry-run
    says out "CPU time  0 s"
done
rm of_one/results.json
find of_one/models -name 'e-net-1-*' -exec rm {} +
mkdir elsewhere
(cd elsewhere && expect 0 study report ../of_one) || exit 1
says elsewhere/err "1 of 2 runs"
