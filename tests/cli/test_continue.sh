#!/bin/sh
# usage: test_continue.sh PROGRAM FOLDER
# A study that is killed at any moment, or stopped by Ctrl-C, goes on by the same command and gives the same numbers.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# Becomes a study long enough to be caught in the middle. Arguments: the folder, then more options.
study() {
    out=$1
    shift
    exec "$program" study run "$data/tiny.yaml" --set train.epochs=12 --out "$out" "$@"
}

# Waits until the program of that number has told so many finished runs, or has ended.
wait_for() {
    for _ in $(seq 3000); do
        [ "$(grep -c '^\[' err)" -ge "$2" ] && return
        kill -0 "$1" 2>/dev/null || return
        sleep 0.01
    done
    fail "no $2 runs were finished in half a minute"
}

(study whole --jobs 2) >out 2>err || fail "the uninterrupted study"

# Killed again and again in one folder: at once, after some runs, and while results and report are written.
caught=0
for runs in 0 1 4 3 2 30; do
    : >err
    study killed --jobs 2 >out 2>err &
    process=$!
    if [ $runs -eq 30 ]; then
        for _ in $(seq 3000); do
            [ -f killed/results.json ] && break
            kill -0 $process 2>/dev/null || break
            sleep 0.01
        done
    else
        wait_for $process $runs
    fi
    kill -KILL $process 2>/dev/null
    wait $process
    [ $? -eq 137 ] && caught=$((caught + 1))
done
[ $caught -ge 2 ] || fail "the study was caught $caught times only"
(study killed --jobs 2) >out 2>err || fail "a killed study does not go on"
says err "runs are done already"
same_numbers whole killed
[ -s killed/report.html ] || fail "a killed study leaves no report"

# Ctrl-C: status 1, a way to go on, no results that are not there yet.
for signal in INT TERM; do
    : >err
    study stopped-$signal --jobs 2 --set train.epochs=200 >out 2>err &
    process=$!
    wait_for $process 1
    kill -$signal $process || fail "the study was over before it could be stopped"
    wait $process
    status=$?
    [ $status -eq 1 ] || fail "stopped by SIG$signal: exit status $status, wanted 1"
    silent out
    says err "stopped; the finished runs are kept in stopped-$signal. The same command continues."
    [ ! -e stopped-$signal/results.json ] || fail "a stopped study has results"
    [ -s stopped-$signal/ledger.sqlite ] || fail "a stopped study has no ledger"
done
(study whole-200 --jobs 2 --set train.epochs=200) >out 2>err || fail "the longer study"
(study stopped-INT --jobs 2 --set train.epochs=200) >out 2>err || fail "a stopped study does not go on"
says err "of 24 runs are done already"
same_numbers whole-200 stopped-INT

# A search by halving that is killed on any rung climbs on.
halving() {
    out=$1
    shift
    exec "$program" study run "$data/tiny.yaml" --jobs 2 --set train.epochs=27 --out "$out" --set 'experiments={s: {members: 2,
        set: {split.folds: 2}, grid: {model: [invariant, hybrid]}, search: {method: halving, tries: 9, space: {train.learning_rate:
        {from: 1.0e-4, to: 0.1, scale: log}}}}}' "$@"
}
(halving halved) >out 2>err || fail "the uninterrupted search"
caught=0
for runs in 5 9 40 8 6 3; do
    : >err
    halving killed-halved >out 2>err &
    process=$!
    wait_for $process $runs
    kill -KILL $process 2>/dev/null
    wait $process
    [ $? -eq 137 ] && caught=$((caught + 1))
done
[ $caught -ge 2 ] || fail "the search was caught $caught times only"
(halving killed-halved) >out 2>err || fail "a killed search does not go on"
same_numbers halved killed-halved
cmp halved/chosen.yaml killed-halved/chosen.yaml || fail "a killed search chose something else"
