#!/bin/sh
# usage: test_part.sh PROGRAM FOLDER
# Samples and scores say which events trained, validated and tested, and what judges scores takes those that tested.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

cat >card.yaml <<'END'
data: {generate: dimuon, events: 500}
split: {test: 0.2, validation: 0.1, shuffle: true}
detector: {smear: {resolution: 0.1}}
train: {epochs: 2}
models:
  m: {kind: fcn, event: lorentz, hidden: [8]}
experiments:
  e: {keep: true, members: 1, grid: {model: [m]}}
END
expect 0 study run card.yaml --out out.study --jobs 1
sample=$(ls out.study/samples/*.h5) scores=$(ls out.study/scores/*.h5) model=$(ls out.study/models/*.h5)

# count VALUE FILE.csv: rows whose column part is that.
count() {
    awk -F, -v value="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "part") at = i } NR > 1 && $at == value { n++ }
        END { print n + 0 }' "$2"
}
expect 0 data convert "$sample" -o sample.csv
[ "$(count 0 sample.csv) $(count 1 sample.csv) $(count 2 sample.csv)" = "700 100 200" ] || fail "the sample's parts"
expect 0 data convert "$scores" -o scores.csv
[ "$(count 2 scores.csv) $(wc -l <scores.csv)" = "200 201" ] || fail "the scores are not all of events that test"
h5dump -a /part/meaning "$sample" 2>/dev/null | grep -q "0 trains, 1 validates, 2 tests, -1 is not used" ||
    ! command -v h5dump >/dev/null || fail "the column does not say what its numbers mean"

# Scores of the whole sample: those that tested count, and they have the AUC that the study has.
expect 0 predict "$model" "$sample" -o all.h5
expect 0 evaluate all.h5
says err "nearsym: all.h5: the 200 of 1000 events that tested, by their column part; --part chooses others"
if grep -q "trained this model" err; then fail "events that are left out are warned about"; fi
says out "events              200, of which signal "
auc=$(grep '^AUC' out)
expect 0 evaluate "$scores"
silent err
[ "$auc" = "$(grep '^AUC' out)" ] || fail "the test part of all scores has another AUC than the test's scores"
expect 0 evaluate all.h5 --part train
says err "the 700 of 1000 events that trained"
says out "events              700, of which"
expect 0 evaluate all.h5 --part validation
says out "events              100, of which"
expect 0 evaluate all.h5 --part all
says err "about 700 of 1000 events trained this model"
says out "events              1000, of which"

# Rows in messages are the file's.
expect 0 data convert all.h5 -o all.csv
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "part") at = i; if ($i == "label") label = i } }
    NR > 1 && $at == 2 && !done { $label = 7; done = NR - 1; print done >"row" } { print }' all.csv >wrong.csv
expect 1 evaluate wrong.csv
says err "wrong.csv: row $(cat row): label is 7, must be 0 or 1"

# ado: every file by its own column, one without by another's.
expect 0 ado all.h5 "$scores"
says err "all.h5: the 200 of 1000 events that tested"
says out "200 events, of which signal"
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "logit") at = i } { print $at }' all.csv >plain.csv
expect 0 ado all.h5 plain.csv
says err "plain.csv: the 200 of 1000 events that tested"
says out "  1  1.0000  1.0000"
expect 0 ado all.h5 plain.csv --part all
says out "1000 events, of which signal"
expect 0 ado plain.csv --labels all.csv:label --part all
says out "1000 events, of which signal"

# splot.
awk -v OFS=, 'BEGIN { srand(1); print "mass,output,part"
    for (i = 1; i <= 4000; i++) {
        s = i % 4 > 0; r = 0; for (k = 0; k < 12; k++) r += rand()
        print s ? 90.8 + 2.5 * (r - 6) : 70 + 40 * rand(), s * 0.3 + rand(), i % 8 < 4 ? 0 : 2
    } }' >parts.csv
expect 0 splot parts.csv --bootstraps 0 --toys 0
says err "parts.csv: the 2000 of 4000 events that tested"
expect 0 splot parts.csv --bootstraps 0 --toys 0 --part all -o weights.csv
if grep -q "events that tested" err; then fail "--part all takes a part"; fi
[ "$(wc -l <weights.csv)" = 4001 ] || fail "--part all does not take all"

# With folds nobody says more than that an event tests; runs that divide a sample differently say nothing of it.
expect 0 study run card.yaml --set 'split={test: 0.2, folds: 4, shuffle: true}' --out folds --jobs 1
expect 0 data convert "$(ls folds/samples/*.h5)" -o folds.csv
[ "$(count 0 folds.csv) $(count 1 folds.csv) $(count 2 folds.csv)" = "800 0 200" ] || fail "the parts with folds"
expect 0 study run card.yaml --set 'experiments.e.grid={split.size: [600, 1000], model: [m]}' --out mixed --jobs 1
expect 0 data convert "$(ls mixed/samples/*.h5)" -o mixed.csv
if head -n 1 mixed.csv | grep -q part; then fail "a sample that is divided in two ways says one"; fi
expect 0 data convert "$(find mixed/scores -name '*600*.h5')" -o mixed.csv
[ "$(count 2 mixed.csv) $(wc -l <mixed.csv)" = "120 121" ] || fail "scores say that their events tested"

# A column of that name that says something else is a column like any other.
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "part") at = i } NR > 1 { $at = NR % 5 } { print }' all.csv >own.csv
expect 0 evaluate own.csv
silent err
says out "events              1000, of which"
expect 1 evaluate own.csv --part test
says err "own.csv has no column part, which says of an event whether it trained (0), validated (1) or tested (2)"
expect 1 ado plain.csv --part train
says err "plain.csv has no column part"
expect 1 evaluate folds.csv --part validation
says err "no event is in the part \"validation\""
expect 2 evaluate all.h5 --part most
says err "--part is \"most\", must be train, validation, test or all"
