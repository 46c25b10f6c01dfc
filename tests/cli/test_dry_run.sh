#!/bin/sh
# usage: test_dry_run.sh PROGRAM FOLDER
# What a study takes is told before it is run, and nothing is left behind by telling it.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

mkdir work && TMPDIR=$PWD/work && export TMPDIR
number() { # number KEY: its value in the JSON object in the file out
    sed -n "s/^ \"$1\": \([0-9.e+-]*\),*\$/\1/p" out
}

# Of runs that are not done: counts, time, memory and disk; nothing is written.
larger="--set data.events=8000 --set experiments.epochs.grid.split.size=[8000,16000]"
# shellcheck disable=SC2086 # words
set -- study run "$data/tiny.yaml" $larger --jobs 2 --out dry
expect 0 "$@" --dry-run
says out "epochs                         16        0"
says out "rates                           8        0"
says out "runs      24, of which 0 are done already"
says out "with 2 jobs"
says out "in dry"
says err "5 of 5 kinds of runs; accurate to a factor of two"
[ ! -e dry ] || fail "--dry-run made the output folder"
[ -z "$(ls work)" ] || fail "work files are left behind"
expect 0 "$@" --dry-run --json
[ "$(number runs)" = 24 ] && [ "$(number done)" = 0 ] || fail "the runs are not counted"
awk -v t="$(number cpu_seconds)" -v m="$(number memory_bytes)" 'BEGIN { exit !(t > 0 && m > 1e7) }' || fail "no time or memory"
disk=$(number disk_bytes)

# What is written is within a factor of two of what was told.
expect 0 "$@"
written=$(find dry/samples dry/scores dry/models dry/ledger.sqlite -type f -exec cat {} + | wc -c)
awk -v told="$disk" -v is="$written" 'BEGIN { exit !(told < 2 * is && is < 2 * told) }' ||
    fail "$disk bytes of disk were told, $written are used"
before=$(find dry -type f -exec ls -l --time-style=full-iso {} + | cksum)
expect 0 "$@" --dry-run
says out "runs      24, of which 24 are done already"
says out "CPU time  0 s"
[ "$before" = "$(find dry -type f -exec ls -l --time-style=full-iso {} + | cksum)" ] || fail "--dry-run changed the folder"

# A part of a file stands for it; a search's tries are counted by rungs.
expect 0 data simulate dimuon --process z -n 6000 --seed 1 -o z.h5
expect 0 data simulate dimuon --process photon -n 6000 --seed 2 -o a.h5
expect 0 data convert z.h5 a.h5 --select final --label 1,0 -o pairs.h5
cat >file.yaml <<'END'
data: {file: pairs.h5}
split: {test: 0.25, folds: 3, shuffle: true}
train: {epochs: 9, batch: 64}
models:
  m: {kind: fcn, event: lorentz, hidden: [8]}
experiments:
  s: {members: 2, set: {train.size: 300}, grid: {model: [m]}, search: {method: halving, tries: 9, reduction: 3,
      space: {train.learning_rate: {from: 1.0e-4, to: 0.1, scale: log}}}}
END
expect 0 study run file.yaml --out searched --dry-run --json
[ "$(number runs)" = 26 ] || fail "9 tries, 3 and 1 of two members are 26 runs, not $(number runs)"
expect 0 study run file.yaml --out searched
expect 0 study run file.yaml --out searched --dry-run --json
[ "$(number runs)" = 26 ] && [ "$(number done)" = 26 ] || fail "the finished runs of a search are not counted"

# More than an hour is told before it begins.
"$program" study run "$data/tiny.yaml" --set train.epochs=3000000 --jobs 1 --out long >out 2>err &
process=$!
for _ in $(seq 3000); do
    grep -q "this takes about" err && break
    kill -0 $process 2>/dev/null || break
    sleep 0.01
done
kill -INT $process
wait $process
says err "You can stop it at any time (Ctrl-C); the same command continues"
expect 0 study run "$data/tiny.yaml" --out short
if grep -q "this takes about" err; then fail "a study of a second is told to take long"; fi

# What is refused.
expect 2 study run "$data/tiny.yaml" --dry-run --check
says err "--dry-run has no results to --check"
TMPDIR=$PWD/nowhere expect 1 study run "$data/tiny.yaml" --dry-run
says err "cannot make a temporary folder in $PWD/nowhere: No such file or directory; set TMPDIR"
