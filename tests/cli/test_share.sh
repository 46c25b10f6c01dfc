#!/bin/sh
# usage: test_share.sh PROGRAM FOLDER
# Processes that know nothing of each other share the runs of one output folder, also where one of them is killed.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"
NSYM_CLAIM_SECONDS=3
export NSYM_CLAIM_SECONDS
p1='' p2='' p3='' started=''
# shellcheck disable=SC2086 # numbers
trap 'kill -KILL $p1 $p2 $p3 $started 2>/dev/null' EXIT

# begin N OUT ARGUMENT...: process N on a folder, as one of several at once; its number is left in started.
begin() {
    n=$1 out=$2
    shift 2
    "$program" study run "$data/tiny.yaml" --jobs 1 --out "$out" "$@" >"out.$n" 2>"err.$n" </dev/null &
    started=$!
}

# ended N PROCESS
ended() {
    wait "$2"
    got=$?
    cp "out.$1" out && cp "err.$1" err
    [ $got -eq 0 ] || fail "process $1: exit status $got"
    if grep -qE 'Sanitizer|runtime error:' err; then fail "process $1: a sanitizer's finding"; fi
    grep -q '^report: ' out || fail "process $1 does not end as if it were alone"
}

# until_true COMMAND: waits for at most a minute.
until_true() {
    for _ in $(seq 6000); do
        eval "$1" && return
        sleep 0.01
    done
    fail "in a minute there was not: $1"
}

# trained: how many runs were trained by all processes together.
trained() {
    cat err.* | grep -c '^\[[0-9]*/[0-9]*\] .*: auc'
}

# tidy OUT: nothing but results is left.
tidy() {
    [ -z "$(find "$1" -name '*.part*' -o -name '*.runs' -o -name claims -o -name ledger)" ] || fail "something is left in $1"
}

# Three processes: the numbers of one, every run trained once, all end alike.
expect 0 study run "$data/tiny.yaml" --jobs 1 --out one --set train.epochs=60
for n in 1 2 3; do begin $n three --set train.epochs=60 && eval "p$n=$started"; done
for n in 1 2 3; do eval "ended $n \$p$n"; done
same_numbers one three
[ "$(trained)" -eq 24 ] || fail "$(trained) of 24 runs were trained"
tidy three
for kind in scores models samples; do
    ls one/$kind >first.list
    ls three/$kind >second.list
    cmp first.list second.list || fail "other files in $kind"
done

# One is killed and one hangs for good, while they are at a run: the third does all.
rm -f err.*
for n in 1 2; do begin $n killed --set train.epochs=60 && eval "p$n=$started"; done
until_true '[ -s killed/study.resolved.yaml ] && [ "$(find killed/claims -type f 2>/dev/null | wc -l)" -ge 2 ]'
kill -KILL "$p1"
kill -STOP "$p2"
wait "$p1"
begin 3 killed --set train.epochs=60 && ended 3 "$started"
grep -q 'is gone; starting its run .* again' err || fail "nobody took over the runs of the dead"
kill -KILL "$p2"
wait "$p2"

# A process that is killed while it writes there leaves a part of a file.
"$program" data simulate dimuon --events 3000000 -o killed/samples/more.csv >/dev/null 2>&1 &
p3=$!
until_true '[ -n "$(find killed/samples -name ".part*")" ]'
kill -KILL "$p3"
wait "$p3"
same_numbers one killed
[ "$(trained)" -eq 24 ] || fail "$(trained) of 24 runs were trained"
expect 0 study report killed
tidy killed

# A search by halving: all climb its rungs alike.
search='experiments={s: {members: 2, set: {split.folds: 2}, grid: {model: [invariant, hybrid]}, search: {method: halving, tries: 9, space: {train.learning_rate: {from: 1.0e-4, to: 0.1, scale: log}}}}}'
expect 0 study run "$data/tiny.yaml" --set "$search" --set train.epochs=9 --jobs 1 --out halved
for n in 1 2 3; do begin $n shared --set "$search" --set train.epochs=9 && eval "p$n=$started"; done
for n in 1 2 3; do eval "ended $n \$p$n"; done
same_numbers halved shared
cmp halved/chosen.yaml shared/chosen.yaml || fail "three processes chose something else"
tidy shared

# Who waits for another says for whom, and can be stopped.
rm -f err.*
set -- waits --set members=1 --set 'only=[rates]' --set 'experiments.rates.grid.train.size=[200]' --set 'recipe=[plain]' --set train.epochs=3000000
begin 1 "$@" && p1=$started
until_true '[ -s waits/study.resolved.yaml ] && [ -n "$(find waits/claims -type f 2>/dev/null)" ]'
begin 2 "$@"
until_true 'grep -qs "waiting for 1 run of" err.2'
grep -q "waiting for 1 run of .*:$p1\$" err.2 || fail "nobody says whom it waits for: $(cat err.2)"
kill -INT "$started"
wait "$started"
[ $? -eq 1 ] || fail "a process that waits cannot be stopped"
exit 0
