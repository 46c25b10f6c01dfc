#!/bin/sh
# nearsym symmetry: tables, JSON, and what is refused.
. "$(dirname "$0")/common.sh"

# Isotropic points, and the same stretched.
points() {
    awk -v stretch="$1" 'BEGIN { srand(7)
        for (i = 0; i < 600; i++) { r = sqrt(-2 * log(1 - rand())); a = 6.283185307 * rand()
            printf "{\"label\": %d, \"particles\": [{\"x\": %.9g, \"y\": %.9g}]}\n", i % 2, r * cos(a), stretch * r * sin(a) } }'
}
points 1 >round.jsonl
points 5 >long.jsonl
for name in round long; do expect 0 data convert $name.jsonl -o $name.h5; done
expect 0 symmetry round.h5 --transform rotate
says out "sample          600 of 600 events, as they were measured"
says out "symmetric as far as 600 events can tell: AUC below"
says out "No detector is known"
! grep -q "commutes" out || fail "a file has no detector"
expect 0 symmetry long.h5 -t rotate --events 500
says out "500 of 600 events"
says out "broken: "

# A pipe gives its bytes once.
mkfifo pipe.jsonl
cat long.jsonl >pipe.jsonl &
timeout -k 1 60 "$program" symmetry pipe.jsonl -t rotate --events 500 >piped 2>err || fail "a pipe is not read"
sed 's/pipe.jsonl/long.h5/' piped | cmp - out || fail "a pipe gives other numbers than a file"

# The same bits again, and for any number of jobs.
expect 0 symmetry long.h5 -t rotate --json --jobs 1
cp out first.json
expect 0 symmetry long.h5 -t rotate --json --jobs 2
cmp out first.json || fail "the numbers depend on the jobs"
says first.json '"as_measured": {'
says first.json '"transform": "rotate"'

# A card: before and after its detector, and the detector.
cat >cells.yaml <<'CARD'
study: cells
data: {generate: showers, events: 400}
showers: {deposits: 4, points: 4, noise: 0}
detector: {cells: [8, 8]}
copies: {where: before, transform: rotate, count: 2}
models: {m: {kind: pfn, particles: cells, particle_map: [8], latent: 4, hidden: [8]}}
split: {test: 0.3}
train: {epochs: 1}
CARD
expect 0 symmetry cells.yaml
for line in "sample, before the detector" "sample, as measured" "detector commutes" "noise floor" "8 x 8 cells over [-1, 1]"; do
    says out "$line"
done
expect 0 symmetry cells.yaml --set detector.cells=[1,1] --transform rotate --image nearest
says out "symmetric exactly: both are the same in every event"
expect 0 symmetry approximate-invariance --transform boost --range 1 --at recipe=described -n 300
says out "recipe described"
says out "boost, rapidity from -1 to 1"
says out "only the commutator says what the detector breaks"

# A card needs neither a name nor models: a file of raw events, and a detector.
expect 0 data simulate showers --events 120 --level points -o points.h5
printf 'data: {file: points.h5, select: count() > 0}\ndetector: {cells: [8, 8]}\n' >raw.yaml
expect 0 symmetry raw.yaml -t rotate
says out "sample          raw.yaml, 120 events"
says out "detector commutes"

# Transformations of momenta in space, the mirror image, and the matrices of a card.
for name in boost_transverse rotate_3d reflect; do
    expect 0 symmetry approximate-invariance --transform $name --at recipe=described -n 200
    says out "transformation  $name, "
    says out "detector commutes"
done
says out "reflect, y changes sign"
expect 0 symmetry cells.yaml --set 'copies={where: before, matrices: [0, 1, 1, 0]}' --image unbinned
says out "matrices, one of the card's list"
expect 0 symmetry cells.yaml --set 'copies={where: before, matrices: [0, 1, 1, 0]}'
says out "images are only rotated and mirrored"

# A network of the card, on rotated points that the card's detector measures.
expect 0 train cells.yaml -o model.h5
expect 0 symmetry cells.yaml --model model.h5 --steps 3 --json
cp out net.json
for key in '"network": {' '"spread":' '"local_error":' '"size": 180.0' '"relative_error_84":' '"agreement":'; do
    says net.json "$key"
done
expect 0 symmetry cells.yaml --model model.h5 --steps 3
says out "network, 400 events"
says out "spread of the output"

expect 0 symmetry cells.yaml --model model.h5 --steps 4 -o figures
for file in symmetry.csv network-auc.csv network-auc.gp network-relative-error.csv network-relative-error.gp; do
    [ -s figures/$file ] || fail "there is no figures/$file"
done
[ "$(wc -l <figures/symmetry.csv)" -eq 5 ] || fail "symmetry.csv has not a line for each question"
[ "$(wc -l <figures/network-auc.csv)" -eq 5 ] || fail "network-auc.csv has not a line for each size"
[ "$(wc -l <figures/network-relative-error.csv)" -eq 4 ] || fail "no logarithm of 0 is drawn"
if command -v gnuplot >/dev/null; then
    for file in network-auc.svg network-relative-error.svg; do [ -s figures/$file ] || fail "there is no figures/$file"; done
fi
expect 1 symmetry cells.yaml -o nowhere/figures
says err "nowhere"

# What cannot be asked.
expect 1 symmetry round.h5
says err "which transformation? There are rotate, boost, shift_phi, boost_transverse, rotate_3d, reflect"
expect 1 symmetry round.h5 -t rotation
says err "there is no transformation 'rotation'; did you mean 'rotate'?"
expect 1 symmetry round.h5 -t boost
says err "'boost' acts on particles with pz and energy; these have x, y"
expect 1 symmetry round.h5 -t rotate -n 50
says err "there are 50 events, too few to train a classifier on one half and judge it on the other; at least 100 are needed"
expect 1 symmetry round.h5 -t rotate --range 1
says err "'rotate' has a period of 360 degrees"
expect 1 symmetry round.h5 -t rotate_3d
says err "'rotate_3d' acts on particles with px, py and pz; these have x, y"
expect 1 symmetry round.h5 -t boost_transverse
says err "'boost_transverse' acts on particles with px, py and energy; these have x, y"
expect 1 symmetry round.h5 -t rotate --columns mass
says err "the events have no column 'mass'"
expect 1 symmetry round.h5 -t rotate --model nowhere.h5
says err "nowhere.h5"
expect 1 symmetry approximate-invariance
says err "which transformation? The card's section \`copies\` names none"
expect 1 symmetry approximate-invariance -t boost --at recipe=none
says err "no run of the card has recipe=none"
expect 1 symmetry nothing.h5 -t rotate
says err "nothing.h5"
expect 1 symmetry encouraged-invarianc -t rotate
says err "encouraged-invariance"
expect 2 symmetry
expect 2 symmetry round.h5 -t rotate --image smooth
says err "must be exact, opencv, nearest or unbinned"
expect 2 symmetry round.h5 -t rotate --at recipe=none
says err "round.h5 is a file of events; --at, --preset and --set need a card"
