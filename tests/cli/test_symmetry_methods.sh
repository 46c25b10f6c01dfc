#!/bin/sh
# nearsym symmetry --methods: a card is written, run, stopped and gone on with, and a sentence says which method pays.
. "$(dirname "$0")/common.sh"

cat >muons.yaml <<'CARD'
study: muons
data: {generate: dimuon}
detector: {smear: {resolution: 0.1, keep: pz}}
weights: {reweight: {binning: quantile, bins: 20}}
CARD
cat >cells.yaml <<'CARD'
study: cells
data: {generate: showers}
showers: {deposits: 4, points: 4, noise: 0}
detector: {cells: [8, 8]}
copies: {where: before, transform: rotate, count: 3}
CARD
small="--methods --sizes 20,60 --members 2 -n 200"

# All methods, the table and the sentence.
expect 0 symmetry muons.yaml -t boost $small -o all --jobs 2
cp out all.out
grep -q "no copies  *[0-9.]" out || fail "no numbers of 'no copies'"
for name in "copies after the detector" "copies before the detector" "copies after, penalty" \
    "copies before, penalty" hybrid; do
    [ "$(grep -c "$name  *[0-9.+-]" out)" -ge 2 ] || fail "no numbers of '$name' in both tables"
done
says out "With 60 training events '"
says out "The detector "
! grep -q "left out" out || fail "nothing is left out"
[ "$(grep -c '^\[' err)" -eq 24 ] || fail "not 6 methods x 2 sizes x 2 members"
for file in all/methods.yaml all/symmetry.csv all/methods/report.html all/methods/results.json; do
    [ -s $file ] || fail "there is no $file"
done
says all/methods/report.html "Which method pays for this broken symmetry?"
says all/methods/report.html "AUC with the most training events, best first: "

# The sentence says what the numbers say: the largest mean AUC at the largest size.
python3 - <<'PYTHON' || fail "the sentence does not name the best method"
import json
rows = [r for r in json.load(open("all/methods/results.json"))["results"]
        if r["metric"] == "auc_final" and float(r["size"]) == 60]
best = max(rows, key=lambda r: r["mean"])
names = {"none": "no copies", "after": "copies after the detector", "before": "copies before the detector",
         "after_penalty": "copies after, penalty", "before_penalty": "copies before, penalty", "hybrid": "hybrid"}
assert len(rows) == 6
assert f"'{names[best['method']]}' has the best AUC, {best['mean']:.4f}" in open("all.out").read()
PYTHON

# Everything is there already: nothing is trained again. The card is one of the user's: it runs by itself.
expect 0 symmetry muons.yaml -t boost $small -o all --jobs 1
! grep -q '^\[' err || fail "finished runs were done again"
cmp out all.out || fail "the same command gives other numbers"
expect 0 study run all/methods.yaml --out all/methods
! grep -q '^\[' err || fail "the card is another study than the command's"
expect 0 symmetry muons.yaml -t boost $small -o all --json
says out '"methods": "'

# Another card at that place is not written over.
expect 1 symmetry muons.yaml -t boost --methods --sizes 20,70 --members 2 -n 200 -o all
says err "all/methods.yaml already exists and differs"
says all/methods.yaml "[20, 60]"

# Stopped, and gone on with: the numbers of a run that was not.
"$program" symmetry muons.yaml -t boost $small -o stopped --jobs 1 >out 2>err &
process=$!
for _ in $(seq 3000); do
    [ "$(grep -c '^\[' err)" -ge 3 ] && break
    kill -0 $process 2>/dev/null || break
    sleep 0.01
done
kill -INT $process 2>/dev/null
wait $process
got=$?
if [ $got -ne 0 ]; then
    says err "The same command"
    expect 0 symmetry muons.yaml -t boost $small -o stopped --jobs 2
    [ "$(grep -c '^\[' err)" -lt 24 ] || fail "finished runs were done again"
    cmp out all.out || fail "a run that was stopped gives other numbers"
fi

# No momenta and no columns: no hybrid, and the output says why. The card's own copies are taken.
expect 0 symmetry cells.yaml $small -o cells --jobs 2
says out "left out: the hybrid. It needs event columns"
! grep -q "^ *hybrid " out || fail "there is no hybrid"
says cells/methods.yaml "count: 3"
says cells/methods.yaml "train.batch: 33"

# Without a detector copies before it are those after it.
expect 0 symmetry cells.yaml $small -o bare --jobs 2 --set detector.cells=[] --set copies.where=none
says out "left out: copies before the detector. The card has no detector"
! grep -q "copies.where: before" bare/methods.yaml || fail "there is no detector"
! grep -q "^The detector" out || fail "there is no detector"

# A file's labels, and a column that rotations leave; a path of a card in another folder is found.
mkdir files
expect 0 data simulate showers --events 800 --level points -o files/points.h5
printf 'data: {file: points.h5, define: {total: sum(energy)}}\ndetector: {cells: [8, 8]}\n' >files/card.yaml
expect 0 symmetry files/card.yaml -t rotate $small --columns total -o own --jobs 2
says own/methods.yaml "models.network.event: [total]"
grep -q "hybrid  *[0-9.+-]" out || fail "a column makes a hybrid"
says own/methods.yaml "file: $(cd files && pwd -P)/points.h5"

# What cannot be.
for sizes in 300,x 300,,500 "" -5; do
    expect 2 symmetry muons.yaml -t boost --methods -o bad --sizes="$sizes"
    says err "must be whole numbers of training events, such as 300,1000,3000"
done
expect 1 symmetry muons.yaml -t boost -n 200 --methods -o bad --sizes 60,20
says err "sizes must increase: 20 comes after 60"
expect 1 symmetry muons.yaml -t boost -n 200 --methods -o bad --sizes 5,20
says err "a size is 5 training events, must be at least 20"
expect 1 symmetry files/card.yaml -t rotate -n 200 --methods -o bad --sizes 20,700
says err "are more than the sample's 800; take smaller sizes"
expect 1 symmetry muons.yaml -t boost -n 200 --methods -o bad --members 1
says err "members is 1, must be at least 2"
expect 2 symmetry muons.yaml -t boost --methods
says err "--methods needs a folder for its trainings: -o FOLDER"
expect 2 symmetry muons.yaml -t boost --sizes 20,60
says err "need --methods"
expect 2 symmetry muons.yaml -t boost --methods -o bad --size 50
says err "must be at least 200"
expect 2 symmetry files/points.h5 -t rotate --methods -o bad
says err "--methods trains on a card's sample"
