#!/bin/sh
# usage: test_variations.sh PROGRAM FOLDER
# Networks judged under variations of the detector: nothing moves where nothing changes, whatever the sample and the
# network; resume and jobs; and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

cat >pairs.yaml <<'END'
study: pairs
seed: 3
data: {generate: dimuon, events: 1500}
detector: {smear: {resolution: 0.1, keep: pz}}
split: {test: 0.5, reserve: 1000, validation: 0.2}
weights: {reweight: {binning: quantile, bins: 20}}
copies: {where: none, transform: boost, values: random, count: 3}
train: {epochs: 12, batch: 60, learning_rate: 3e-3, scale: true, weighted: true}
variations:
  same: {detector.threshold: 1.0e-9}
  worse: {detector.smear.resolution: 1.2x}
  better: {detector.smear.resolution: 0.08}
models:
  invariant: {kind: fcn, event: lorentz, hidden: [16]}
  general: {kind: pfn, particles: p4, particle_map: [16], latent: 8, hidden: [16]}
  mass: {kind: column, column: mass}
choices:
  approach: {none: {}, boosted: {copies.where: before}}
experiments:
  networks: {members: 2, compare: {approach: none}, grid: {model: [invariant, general], approach: [none, boosted]}}
  columns: {grid: {model: [mass]}}
END

# mean FOLDER MODEL METRIC VARIATION: the mean of the first such result without copies (variation "": none).
mean() {
    awk -v model="$2" -v metric="$3" -v variation="$4" '
        /^  \{/ { m = v = q = mean = ""; boosted = 0 }
        { gsub(/[",]/, "") }
        $1 == "model:" { m = $2 }
        $1 == "approach:" && $2 == "boosted" { boosted = 1 }
        $1 == "variation:" { v = $2 }
        $1 == "metric:" { q = $2 }
        $1 == "mean:" { mean = $2 }
        /^  \}/ && m == model && q == metric && v == variation && !boosted { print mean; exit }' "$1/results.json"
}

# unmoved FOLDER NUMBER: of the variation `same` there are so many shifts, and each is 0.
unmoved() {
    awk -v wanted="$2" '
        /^  \{/ { v = q = mean = "" }
        { gsub(/[",]/, "") }
        $1 == "variation:" { v = $2 }
        $1 == "metric:" { q = $2 }
        $1 == "mean:" { mean = $2 }
        /^  \}/ && q == "auc_shift" && v == "same" { n++; bad += mean != 0 }
        END { exit !(n == wanted && !bad) }' "$1/results.json" || fail "shifts of nothing in $1 are not $2 zeros"
}

expect 0 study run pairs.yaml --jobs 2 --out pairs
unmoved pairs 5
says out "Shift of the AUC under variations of the detector"
[ "$(grep -c '"auc_shift_difference"' pairs/results.json)" -eq 6 ] || fail "shifts are not compared"
[ -s pairs/figures/variations-networks.csv ] || fail "no figure of shifts"

# A worse resolution costs a network on the mass some AUC, a better one gives some.
awk -v worse="$(mean pairs invariant auc_shift worse)" -v better="$(mean pairs invariant auc_shift better)" \
    'BEGIN { exit !(worse < -0.005 && better > 0.005) }' || fail "resolution does not move the mass"

# A column under a variation is that of a study with this detector, weights and all, to the bit.
sed -e '/^variations:/,/^models:/{/^models:/!d}' -e 's/resolution: 0.1/resolution: 0.12/' pairs.yaml >direct.yaml
expect 0 study run direct.yaml --out direct
[ "$(mean pairs mass auc_varied worse)" = "$(mean direct mass auc_final '')" ] || fail "mass: the direct run differs"

# The nominal numbers are those of the card without variations.
sed -e '/^variations:/,/^models:/{/^models:/!d}' pairs.yaml >nominal.yaml
expect 0 study run nominal.yaml --out nominal
for model in invariant general mass; do
    [ "$(mean pairs $model auc_final '')" = "$(mean nominal $model auc_final '')" ] || fail "$model is another network"
done

# What is done stays done, with any number of jobs; another variation trains anew.
expect 0 study run pairs.yaml --jobs 1 --set experiments.networks.members=1 --out begun
expect 0 study run pairs.yaml --jobs 4 --out begun
says err "5 of 9 runs are done already"
same_numbers pairs begun
expect 0 study run pairs.yaml --out begun
says err "9 of 9 runs are done already"
expect 0 study run pairs.yaml --dry-run --out begun --set 'variations.best={detector.smear.resolution: 0.01}'

# Any sample, any network: cells as sets, lists and images, observables, copies of which all test, folds, whole samples.
cat >cells.yaml <<'END'
study: cells
data: {generate: showers, events: 900}
detector: {cells: [8, 4]}
split: {test: 0.3, stratify: true}
copies: {where: before, count: 2}
observables: [width, sum_pt]
train: {epochs: 2, batch: 32, scale: true}
variations:
  same: {detector.threshold: 1.0e-12}
  coarse: {detector.cells: 0.5x}
  noise: {showers.noise: 10}
models:
  set: {kind: pfn, particles: cells, particle_map: [8], latent: 4, hidden: [8]}
  list: {kind: fcn, event: list, padded: 20, hidden: [8]}
  image: {kind: fcn, event: image, padded: 32, hidden: [8]}
  cnn: {kind: cnn, event: image, filters: [4], convolutions: 1, hidden: [8]}
  hybrid: {kind: hybrid, particles: cells, event: columns, columns: [width], gate: columns, particle_map: [8], event_map: [4],
           gate_map: [4], latent: 4, hidden: [8]}
choices:
  tested: {one: {}, all: {copies.test: all}}
experiments:
  sets: {grid: {model: [set, list, hybrid], tested: [one, all]}}
  images: {set: {variations.coarse: {}}, grid: {model: [image, cnn]}}
  folds: {members: 2, set: {split.folds: 3, copies.where: none}, grid: {model: [set]}}
END
expect 0 study run cells.yaml --jobs 2 --out cells
unmoved cells 9
[ "$(grep -c '"variation": "coarse"' cells/results.json)" -eq 14 ] || fail "coarse cells are not where they should be"
expect 1 study run cells.yaml --set 'experiments.images.set={variations.noise: {}}' --out refused
says err "variations.coarse changes the number of cells to 4 x 2, but model 'image' reads images of 8 x 4"
says err "experiments.images.set: {variations.coarse: {}}"

# Pile-up around muons, and a file of one's own.
cat >muons.yaml <<'END'
study: muons
data: {generate: muons, events: 600}
muons: {level: particles, pile_up: 20}
split: {test: 0.4}
train: {epochs: 2, batch: 32, scale: true}
observables: [sum_pt]
variations:
  same: {detector.threshold: 1.0e-12}
  pile_up: {muons.pile_up: 1.5x}
  threshold: {detector.threshold: 1}
models:
  set: {kind: pfn, particles: objects, particle_map: [8], latent: 4, hidden: [8]}
  sum: {kind: column, column: sum_pt}
experiments: {all: {grid: {model: [set, sum]}}}
END
expect 0 study run muons.yaml --out muons
unmoved muons 2
[ "$(mean muons sum auc_shift pile_up)" != 0 ] || fail "pile-up moves nothing"
expect 0 data simulate muons --level particles --events 600 -o muons.h5
sed -e 's/^data:.*/data: {file: muons.h5}/' -e '/^muons:/d' -e '/pile_up:/d' muons.yaml >file.yaml
expect 0 study run file.yaml --out file
unmoved file 2
expect 1 study run file.yaml --set 'variations.more={muons.pile_up: 3}' --out refused
says err "muons.pile_up has no effect here: the events are those of 'file'"

# refused SETTINGS TEXT: a variation with these settings is, with the reason.
refused() {
    expect 1 study run pairs.yaml --set "variations={v: $1}" --out refused
    says err "$2"
    [ ! -e refused/ledger.sqlite ] || fail "a refused card has a ledger"
}
refused '{train.epochs: 3}' "variations.v sets train.epochs, but a variation changes only how test events are made"
refused '{seed: 7}' "its paths begin with 'detector.'"
refused '{detector.smear.resolution: 0.1}' "variations.v changes nothing: its settings are the same as the card's"
refused '{detector.range: 2x}' "2x is a factor, but the card does not set detector.range"
refused '{detector.smear.keep: 2x}' "detector.smear.keep is not a number that 2x can multiply"
refused '{showers.noise: 3}' "showers.noise has no effect here: the events are those of 'dimuon'"
refused '{detector.smear: {resolution: 0.2}}' "'detector.smear' would replace the whole section"
refused '{detector.smear.resolution: 20x}' "detector.smear.resolution is 2, must be >= 0 and <= 1"
refused '{detector.smear.resolutoin: 0.2}' "did you mean 'resolution'?"
refused 7 "variations.v must be a map of settings"
expect 1 study run pairs.yaml --set 'variations=[a]' --out refused
says err "variations must be a map of names and settings"
expect 1 study run pairs.yaml --set 'experiments.networks.set={variations.new: {detector.threshold: 1}}' --out refused
says err "variations.new is set only here"
sed -e '/^weights:/d' -e 's/^models:/models:\n  truth: {kind: column, column: mass_true}/' -e 's/grid: {model: \[mass\]}/grid: {model: [truth]}/' pairs.yaml >truth.yaml
expect 1 study run truth.yaml --set only=columns --set 'variations={v: {detector.smear.resolution: 0.3}}' --out refused
says err "variations.v changes nothing: no model of the card reads the quantities that it varies"

# Under a variation the same events test, or it is refused by name.
expect 1 study run muons.yaml --set 'variations={v: {muons.pile_up: 40}}' --set 'data.select=npu > 18' --out refused
says err "under variations.v:"
says err "a variation must keep the events"
exit 0
