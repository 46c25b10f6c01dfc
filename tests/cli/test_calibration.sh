#!/bin/sh
# usage: test_calibration.sh PROGRAM FOLDER
# Whether probabilities hold, a temperature that mends them and leaves the ranking alone, and the mean score of members.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# Two columns that tell the classes a little, so that a long training on few events is too sure of itself.
awk 'BEGIN {
    srand(4)
    print "label,a,b,weight"
    for (i = 0; i < 1200; i++) {
        k = i % 2
        printf "%d,%.6f,%.6f,%.3f\n", k, rand() + rand() + rand() + 0.6 * k, rand() + rand() + 0.4 * k, 0.5 + rand()
    }
}' >toy.csv

cat >toy.yaml <<'END'
study: toy
data: {file: toy.csv}
split: {test: 0.5, validation: 0.3}
train: {epochs: 30, batch: 16, learning_rate: 0.02, scale: true, weighted: true, patience: 0, size: 60}
measure: {calibration: 5}
models:
  net: {kind: fcn, event: columns, columns: [a, b], hidden: [24, 24]}
experiments:
  warm: {keep: true, average: true, members: 2, grid: {model: net, train.temperature: [false, true]}}
END
expect 0 study run toy.yaml --out study --jobs 1
says out "report: "

# rows METRIC: the numbers of results.json, without and with the temperature.
rows() {
    awk -v metric="$1" '
        function text(line) { sub(/^[^:]*: "?/, "", line); sub(/"?,?$/, "", line); return line }
        /^  \{/ { k = "" }
        /^   "metric"/ { k = text($0) }
        k == metric && /^   "mean"/ { print text($0) }' study/results.json
}
rows auc_final >auc
[ "$(sort -u auc | wc -l)" -eq 1 ] || fail "the AUC moved: $(tr '\n' ' ' <auc)"
[ "$(rows brier | sort -u | wc -l)" -eq 2 ] || fail "the Brier score did not move"
[ "$(rows reliability | wc -l)" -eq 10 ] || fail "there are not two curves of five bins"
says study/figures/reliability.csv 'curve,bin,predicted,observed,error'
[ "$(rows temperature | wc -l)" -eq 1 ] || fail "there is not one temperature"
rows ece_floor | awk '!($1 > 0.005 && $1 < 0.1) { exit 1 }' || fail "the floor is $(rows ece_floor)"

# A model that has a temperature answers with it, from its file as in the study.
grep -l '"temperature"' study/models/*.h5 >with
[ "$(wc -l <with)" -eq 2 ] || fail "there are not two models with a temperature"
warm=$(head -1 with)
expect 0 predict "$warm" toy.csv -o warm.csv
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["logit"] > 0.2 || $at["logit"] < -0.2 {
        t = $at["logit"] / log($at["output"] / (1 - $at["output"]))
        if (!low || t < low) low = t
        if (t > high) high = t
    }
    END { exit !(high - low < 1e-6 && (high > 1.0001 || low < 0.9999)) }' warm.csv || fail "no one temperature divides the logits"

# The mean of two members is that by hand.
one=$(sed -n 1p with) two=$(sed -n 2p with)
expect 0 predict "$one" toy.csv -o one.csv
expect 0 predict "$two" toy.csv -o two.csv
expect 0 predict "$one" "$two" toy.csv -o mean.csv
says err "and 1 more, their mean"
paste -d, one.csv two.csv mean.csv | awk -F, '
    NR == 1 { n = NF / 3; for (i = 1; i <= n; i++) at[$i] = i; next }
    {
        o = at["output"]; l = at["logit"]
        d = $o / 2 + $(n + o) / 2 - $(2 * n + o)
        e = 1 / (1 + exp(-$(2 * n + l))) - $(2 * n + o)
        if (d > 1e-12 || d < -1e-12 || e > 1e-12 || e < -1e-12) exit 1
    }' || fail "the mean score is not the mean"
expect 0 predict "$one" "$one" toy.csv -o twice.csv
expect 0 evaluate twice.csv --json
says out '"floor": '

# So is that of the study's members: each with its temperature, judged on the test sample.
for kind in false true; do
    set -- study/scores/warm-net-$kind-*.h5
    [ $# -eq 2 ] || fail "there are not two files of scores"
    expect 0 data convert "$1" -o one.csv
    expect 0 data convert "$2" -o two.csv
    paste -d, one.csv two.csv | awk -F, '
        NR == 1 { n = NF / 2; for (i = 1; i <= n; i++) at[$i] = i; print "label,output,weight"; next }
        { printf "%d,%.17g,%s\n", $at["label"], ($at["output"] + $(n + at["output"])) / 2, $at["weight"] }' >hand.csv
    expect 0 evaluate hand.csv --json
    awk -F'"auc": ' '{ split($2, a, ","); printf "%.9f\n", a[1] }' out >>hand
done
rows auc_final_average | awk '{ printf "%.9f\n", $1 }' >average
cmp hand average || fail "the AUC of the mean score is $(tr '\n' ' ' <average), by hand $(tr '\n' ' ' <hand)"
[ "$(rows ece_average | wc -l)" -eq 2 ] || fail "there is no ECE of the mean score"

# A curve of probabilities that hold: the ECE beside what chance makes of it.
awk 'BEGIN { srand(2); print "label,output"; for (i = 0; i < 4000; i++) { p = rand(); printf "%d,%.12f\n", rand() < p, p } }' >fine.csv
expect 0 evaluate fine.csv
says out "calibration         ECE 0.0"
says out "of a calibrated score 0.01"
[ "$(grep -c 'of 400 events' out)" -eq 10 ] || fail "there are not ten bins of 400 events"
expect 2 predict toy.csv
says err "predict takes a model, or several, and a file of events"

# One network of the card, with its temperature.
expect 0 train toy.yaml --set train.temperature=true -o one.h5
says out "temperature  "

# What has no effect, or nothing to go by, is refused.
expect 1 study run toy.yaml --set split.validation=0 --set train.temperature=true --out other
says err "train.temperature has no effect here: there are no validation events"
expect 1 study run toy.yaml --set experiments.warm.members=1 --out other
says err "experiments.warm.average averages the kept scores of the members"
expect 1 study run toy.yaml --set measure.calibration=101 --out other
says err "measure.calibration is 101, must be"
