#!/bin/sh
# usage: test_ado.sh PROGRAM FOLDER
# Decision ordering of scores: the table, JSON, where labels and weights come from, and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

expect 0 ado --help
silent err
says out "usage: nearsym ado SCORES..."

# refused STATUS TEXT ARGUMENT...: fails so, says so on standard error, and prints nothing.
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" ado "$@"
    silent out
    says err "$text"
}

# Signal 5 4 2, background 3 2 1: of 9 pairs `output` has 7 in order, 1 tied and 1 against; `turned` is its opposite.
cat >a.csv <<'END'
label,output,turned,other
1,5,-5,6
0,3,-3,4
1,4,-4,3
0,2,-2,1
1,2,-2,5
0,1,-1,2
END
expect 0 ado a.csv a.csv:turned
silent err
says out "6 events, of which signal 3; all 9 pairs"
says out "  1  AUC 0.8333 ± "
says out "  2  AUC 0.1667 ± "
says out "  a.csv:turned"
says out "  1  0.9444  0.0556"
says out "  2  0.0556  0.9444"

# `other` has signal 6 3 5, background 4 1 2: it orders 2 of the pairs differently, and one is tied in `output`.
expect 0 ado a.csv a.csv:other
says out "  1  0.9444  0.7222"
says out "  2  0.7222  1.0000"
expect 0 ado a.csv a.csv:other --json
silent err
says out '"events": 6,'
says out '"signal": 3,'
says out '"weighted": false,'
says out '"column": "other",'
says out '0.72222222222222221'

# Nothing is known of the error of one event: JSON has no NaN.
sed -n '1,3p;5p' a.csv >one.csv
expect 0 ado one.csv
says out "  1  AUC 1.0000 ± unknown"
expect 0 ado one.csv --json
says out '"auc_error": null'

# The same from other formats, and with the labels from a file of their own.
for ending in h5 npz csv.gz; do
    expect 0 data convert a.csv -o "b.$ending"
    expect 0 ado a.csv "b.$ending:other"
    says out "  1  0.9444  0.7222"
done
printf 'other\n6\n4\n3\n1\n5\n2\n' >bare.csv
printf 'truth\n1\n0\n1\n0\n1\n0\n' >truth.csv
expect 0 data convert bare.csv -o bare.npy
expect 0 data convert truth.csv -o truth.npy
expect 0 ado bare.npy a.csv
says out "  1  1.0000  0.7222"
says out "bare.npy:bare"
for labels in a.csv truth.csv truth.npy truth.csv:truth b.h5; do
    expect 0 ado bare.npy --labels "$labels"
    says out "  1  AUC 0.8889 ± "
done
expect 0 ado a.csv b.h5 --score other
says out "b.h5:other"

# An integer weight is a repeated event, wherever the weights come from.
awk -F, 'NR == 1 { print $0 ",weight"; next } { print $0 "," 1 + NR % 3 }' a.csv >weighted.csv
awk -F, 'NR == 1 { print; next } { for (i = 0; i < 1 + NR % 3; i++) print }' a.csv >repeated.csv
expect 0 ado repeated.csv repeated.csv:other
grep '^  [12]  [01]' out >repeated
[ -s repeated ] || fail "no matrix"
for files in "weighted.csv weighted.csv:other" "weighted.csv a.csv:other" "a.csv weighted.csv:other" \
    "a.csv bare.csv --labels weighted.csv"; do
    # shellcheck disable=SC2086 # words
    expect 0 ado $files
    says out ", weighted"
    grep '^  [12]  [01]' out >matrix
    cmp matrix repeated || fail "$files: other values than of repeated events"
done

# What is refused.
refused 2 "no file of scores is given"
refused 2 "did you mean --labels?" a.csv --label a.csv
refused 1 "nowhere.csv: cannot be opened" a.csv nowhere.csv
refused 1 "a.csv: there is no column 'net'; say FILE:COLUMN with one of: label, output, turned, other" a.csv:net
refused 1 "there is no column 'net'" a.csv --score net
refused 1 "bare.csv has no column 'label'; say --labels FILE" bare.csv
refused 1 "as every other file" bare.csv bare.npy
head -n 5 a.csv >short.csv
refused 1 "a.csv has 6 events, short.csv has 4; both files must have the same events" a.csv short.csv
refused 1 "bare.csv has 6 events, short.csv has 4" bare.csv --labels short.csv
sed '2s/^1/0/' a.csv >relabelled.csv
refused 1 "row 1: the label is 1 in a.csv and 0 in relabelled.csv" a.csv relabelled.csv
refused 1 "row 1: the label is 0 in relabelled.csv and 1 in a.csv" a.csv --labels relabelled.csv
sed 's/^[01],/1,/' a.csv >signal.csv
refused 1 "an order needs both classes: weight of the background 0, of the signal 6" signal.csv
sed '3s/^0/2/' a.csv >classes.csv
refused 1 "row 2: label is 2, must be 0 or 1" classes.csv
refused 1 "bare.csv: row 1: label is 6, must be 0 or 1" a.csv --labels bare.csv
sed '4s/,4,/,nan,/' a.csv >nan.csv
refused 1 "nan.csv: row 3: output is NaN" nan.csv
sed '2s/[0-9]*$/inf/' weighted.csv >infinite.csv
refused 1 "infinite.csv: row 1: weight is inf, must be finite" infinite.csv
sed '2s/[0-9]*$/-9/' weighted.csv >negative.csv
refused 1 "weight of the background 6, of the signal -6" negative.csv
sed '2s/[0-9]*$/-1/' weighted.csv >negative.csv
expect 0 ado negative.csv # some are negative, the sum is not
head -c 3000 b.h5 >cut.h5
refused 1 "cut.h5" a.csv cut.h5

# A measurement of a ranking: its rate.
expect 0 bench ado --events 100 --pairs 1000 --repeats 1 --seconds 0.01 --json
silent err
says out '{"bench": "ado", "events": 100, "pairs": 1000, "threads": 1, "unit": "candidate", "per_second": '
expect 0 bench ado --events 2 --pairs 1 --threads 2 --repeats 2 --seconds 0.01
says out " ns a pair (medians of 2)"
expect 2 bench ado --events 1
says err "--events must be 2 to 10000000"
expect 2 bench ado --seconds 0
says err "--seconds is 0, must be > 0"
expect 2 bench ado --repeats 0
expect 2 bench ado extra

# Files whose events have other numbers are not of the same events, however many they are.
printf 'event,label,output\n1,0,0.1\n2,1,0.3\n3,0,0.4\n4,1,0.6\n' >one.csv
printf 'event,label,output\n1,0,0.2\n2,1,0.4\n3,0,0.1\n5,1,0.7\n' >other.csv
expect 1 ado one.csv other.csv
says err "row 4: event is 4 in one.csv and 5 in other.csv; both files must have the same events in the same order"
sed 's/^5/4/' other.csv >same.csv
expect 0 ado one.csv same.csv
