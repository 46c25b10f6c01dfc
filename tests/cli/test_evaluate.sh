#!/bin/sh
# usage: test_evaluate.sh PROGRAM FOLDER
# How good scores are: which column is taken, in double precision, with weights; what is unknown, and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

expect 0 evaluate --help
says out "usage: nearsym evaluate SCORES"

# refused STATUS TEXT ARGUMENT...: fails so, says so on standard error, and prints nothing.
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" evaluate "$@"
    silent out
    says err "$text"
}

# Scores that differ in double precision only: of 4 pairs, 3 are in order.
cat >saturated.csv <<'END'
label,output
0,0.9999999999999970
1,0.9999999999999980
0,0.9999999999999990
1,0.9999999999999995
END
expect 0 evaluate saturated.csv
silent err
says out "AUC                 0.7500 ± "
says out "accuracy at 0.5     0.5000"
expect 0 evaluate saturated.csv --json
says out '"score": "output", "auc": 0.75, "auc_error": '
for ending in h5 npz csv.gz; do
    expect 0 data convert saturated.csv -o "s.$ending"
    expect 0 evaluate "s.$ending"
    says out "AUC                 0.7500 ± "
done

# The logit tells apart what its sigmoid does not; an output that is asked for by name is taken.
printf 'label,output,logit\n0,1,40\n1,1,42\n0,1,41\n1,1,43\n' >logits.csv
expect 0 evaluate logits.csv
says out "score               logit"
says out "AUC                 1.0000 ± 0.0000"
says out "accuracy at 0 "
expect 0 evaluate logits.csv --score output
says out "AUC                 0.5000 ± 0.0000"

# So does a study whose model is a column.
awk 'BEGIN { print "label,output"; for (i = 1; i <= 80; i++) printf "%d,%.17g\n", i % 2, 1 - (i + 100 * (1 - i % 2)) * 1e-15 }' \
    >column.csv
cat >column.yaml <<'END'
study: column
data: {file: column.csv}
split: {test: 0.5}
models:
  cut: {kind: column, column: output}
experiments:
  e: {keep: true, grid: {model: [cut]}}
END
expect 0 study run column.yaml --out column --jobs 1
says err "e-cut-1-"
says err "auc 1.0000"

# Of one event in a class nothing is known of the error.
printf 'label,output\n0,0.1\n1,0.3\n0,0.4\n0,0.2\n' >one.csv
expect 0 evaluate one.csv
says out "AUC                 0.6667 ± unknown: a class has fewer than two events"
expect 0 evaluate one.csv --json
says out '"auc_error": null'

# Weights of both signs: a negative one takes back an event.
printf 'label,output,weight\n0,0.1,1\n1,0.3,1\n0,0.4,1\n0,0.4,-1\n0,0.2,1\n1,0.1,1\n' >signed.csv
printf 'label,output\n0,0.1\n1,0.3\n0,0.2\n1,0.1\n' >without.csv
for file in signed without; do
    expect 0 evaluate $file.csv
    says out "AUC                 0.6250 ± "
done

refused 2 "evaluate takes one file of scores"
refused 1 "there is no column 'net'" one.csv --score net
for weight in inf nan -inf; do
    sed "4s/,1\$/,$weight/" signed.csv >weights.csv
    refused 1 "weights.csv: row 3: weight is $weight, must be finite" weights.csv
done
sed 's/^1\(.*\),1$/1\1,-1/' signed.csv >negative.csv
refused 1 "negative.csv: an AUC needs both classes: weight of the background 2, of the signal -2" negative.csv
sed '3s/^1/2/' one.csv >labels.csv
refused 1 "labels.csv: row 2: label is 2, must be 0 or 1" labels.csv
sed '3s/0.3/nan/' one.csv >scores.csv
refused 1 "scores.csv: row 2: output is NaN" scores.csv

# Which of several weights is meant, nobody says: not the first, and not none.
printf 'label,output,%s[0],%s[1]\n0,0.1,1,1\n1,0.3,1,2\n0,0.4,0,1\n' weight weight >weights.csv
printf 'label,output,%s[0],%s[1]\n0,0.1,1,1\n1,0.3,1,2\n0,0.4,0,1\n' part part >parts.csv
refused 1 "weights.csv: column 'weight' has 2 values an event, must have one; \`nearsym data convert IN -o OUT --drop weight\` leaves it out" weights.csv
refused 1 "parts.csv: column 'part' has 2 values an event" parts.csv
expect 1 ado weights.csv
says err "weights.csv: column 'weight' has 2 values an event"
printf "data: {file: weights.csv}\nmodels: {net: {kind: fcn, event: [output], hidden: [8]}}\n" >train.yaml
expect 1 train train.yaml -o none.h5
says err "weights.csv: column 'weight' has 2 values an event"
expect 0 data convert weights.csv -o without.h5 --drop weight
expect 0 evaluate without.h5

# Labels and weights under other names are told, and what there is.
printf 'y,w,output\n1,2,0.7\n0,1,0.2\n' >other.csv
expect 0 data convert other.csv -o other.h5
says err 'no column is called label, so there are no classes; if "y" is it: --rename y=label'
says err 'no column is called weight, so all events weigh 1; if "w" is it: --rename w=weight'
expect 1 evaluate other.csv
says err "other.csv: there is no column 'label' of one value an event; there are: y, w, output; \`nearsym data convert IN -o OUT --rename OLD=label\`"
expect 0 data convert other.csv --rename y=label,w=weight -o named.csv
if grep -q "is called" err; then fail "what is named is told of"; fi
