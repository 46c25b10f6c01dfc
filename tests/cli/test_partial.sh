#!/bin/sh
# usage: test_partial.sh PROGRAM FOLDER
# A report is written of whatever is done of a study, and says what is missing; the whole one is the same as ever.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

set -- study run "$data/tiny.yaml" --set train.epochs=150 --set members=3
expect 0 "$@" --jobs 2 --out whole
[ ! -e whole/results.partial.json ] || fail "a whole study has a part"
expect 0 study report whole
silent err
[ ! -e whole/results.partial.json ] || fail "the report of a whole study leaves a part"

# While a run is at work, and after it was killed.
wait_for() { # wait_for N: until so many runs were told
    for _ in $(seq 3000); do
        [ "$(grep -c '^\[' told)" -ge "$1" ] && return
        kill -0 $process 2>/dev/null || fail "the study was over before $1 runs were seen"
        sleep 0.01
    done
}
"$program" "$@" --jobs 1 --out part >/dev/null 2>told &
process=$!
wait_for 15 # first members come first: the third ones of the first sample are at work
kill -STOP $process # on a busy machine it would be done before the report
expect 0 study report part
says err "of 36 runs are done; missing: "
says err " are left on one CPU"
says out "report: part/report.html"
kill -KILL $process
wait $process
[ ! -e part/results.json ] || fail "the study was over before it was killed"
expect 0 study report part
says err "of 36 runs are done; missing: "
says err " of 12 of rates"
says out "AUC by epoch"
says part/results.partial.json '"name": "rates",'
grep -q '[0-9]* of 36 runs are done, and all numbers come from these. Missing runs: experiment' part/report.html ||
    fail "the page does not say what is missing"
sed -n '/<table/,$p' part/report.html >page
says page "0."

# Numbers of points that are whole are those of the whole study.
awk '/^  \{/ { row = "" } { row = row $0 } /^  \},?/ { print row }' whole/results.json | sed 's/},*$//' | sort >whole.rows
awk '/^  \{/ { row = "" } { row = row $0 } /^  \},?/ { print row }' part/results.partial.json | sed 's/},*$//' |
    grep '"members": 3' | grep '"metric"' | sort >part.rows
[ -s part.rows ] || fail "no point is whole yet"
[ -z "$(comm -13 whole.rows part.rows)" ] || fail "a point that is whole has other numbers than in the whole study"

# The same command goes on, and nothing of the part is left.
expect 0 "$@" --jobs 2 --out part
same_numbers whole part
[ ! -e part/results.partial.json ] || fail "the part is still there"
expect 0 study report part
silent err

# The study grew, and what it got was begun: what is done of that.
expect 1 study report nowhere
says err "nowhere is not an output folder of a study: it has no study.resolved.yaml"
"$program" "$@" --jobs 1 --set members=6 --out part >/dev/null 2>told &
process=$!
wait_for 1
kill -KILL $process
wait $process
expect 0 study report part
says err "of 72 runs are done; missing: "
same=$(cksum <whole/results.json)
expect 0 study report whole
[ "$same" = "$(cksum <whole/results.json)" ] || fail "a report changes the results"

# Between the last run and the results.
rm whole/results.json
expect 0 study report whole
says err "all 36 runs are done, but not the searches or choices that follow; the same command continues with them"
says whole/results.partial.json '"cpu_seconds_left": 0.0,'

# Results of a nearsym that did not say of which card, in a ledger that knows no such runs, stand as they are.
cp -r part old && rm old/ledger.sqlite old/results.partial.json && sed '/^ "card":/d' part/results.json >old/results.json
expect 0 study report old
silent err
rm old/results.json
expect 1 study report old
says err "none of the 72 runs of old is done yet"
