#!/bin/sh
# usage: test_guard.sh PROGRAM FOLDER
# An output folder holds one study, which may grow there; damaged files in it are made anew, and what others left is not counted.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

tiny() {
    wanted=$1
    shift
    expect "$wanted" study run "$data/tiny.yaml" "$@"
}

# refused OUT WORDS ARGUMENT...: the folder keeps every file as it is.
refused() {
    out=$1 words=$2
    shift 2
    find "$out" -type f ! -name 'ledger.sqlite*' -exec cksum {} + | sort >before
    tiny 1 --out "$out" "$@"
    says err "$words"
    says err "Choose another output folder"
    find "$out" -type f ! -name 'ledger.sqlite*' -exec cksum {} + | sort >after
    cmp before after || fail "a refused run changed files in $out"
}

# A study grows in its folder: members, points, other experiments, what only the report reads; and goes back.
tiny 0 --out one --set members=1 --set 'only=[rates]'
tiny 0 --out one --set members=1 --set title=Other
says err "4 of 12 runs are done already"
tiny 0 --out one
says err "12 of 24 runs are done already"
tiny 0 --out one --set 'experiments.rates.grid.train.size=[100, 200, 400]'
says err "24 of 28 runs are done already"
tiny 0 --out one
says err "24 of 24 runs are done already"

# Another study, other settings and other data are refused, and the message says what differs.
refused one "one holds the results of another study: tiny, and this is other" --set study=other
refused one "train.epochs was 3 and is now 2 (of 'epochs-plain-400-invariant')" --preset quick
refused one "seed was 7 and is now 8; data.events was 400 and is now 300; train.epochs was 3 and is now 4" --set seed=8 --set data.events=300 --set train.epochs=4
refused one "models.hybrid.latent was 4 and is now 5 (of 'epochs-plain-400-hybrid')" --set models.hybrid.latent=5
sed -e '/^  rates:/,/^      model/d' -e 's/^  epochs:$/  others:/' -e 's/experiment: epochs/experiment: others/' "$data/tiny.yaml" >others.yaml
cp "$data/published.yaml" .
expect 1 study run others.yaml --out one
says err "one holds 28 runs of other experiments, such as 'epochs-plain-400-hybrid'"

# A file of another content is other data.
events() {
    awk -v seed="$1" 'BEGIN { srand(seed); print "label,a,b"; for (i = 0; i < 400; i++) print i % 2 "," rand() + i % 2 "," rand() }' >own.csv
}
cat >own.yaml <<'END'
data: {file: own.csv}
train: {epochs: 2}
models: {small: {kind: fcn, event: [a, b], hidden: [8]}}
experiments: {networks: {keep: true, grid: {model: [small]}}}
END
events 1
expect 0 study run own.yaml --out own --jobs 1
events 2
expect 1 study run own.yaml --out own --jobs 1
says err "own holds runs of other settings: data.file is another file, or its content changed (of 'networks-small')"

# --fresh moves what is there aside, as often as it takes, and nothing that is not a study's.
echo mine >one/notes.txt
tiny 0 --out one --set seed=8 --set members=1 --fresh
says err "moved the old results to one/old-"
says err "[12/12]"
old=$(find one -maxdepth 1 -name 'old-*')
numbers one >new.json
numbers "$old" >old.json
if cmp -s new.json old.json; then fail "the results are those of before"; fi
expect 0 study report "$old"
[ -s one/notes.txt ] || fail "a file of somebody else was moved"
tiny 0 --out one --set seed=8 --set members=1 --fresh
[ -s "$old-2/results.json" ] || fail "no second folder of old results"
same_numbers one "$old-2"
expect 1 study run one/study.resolved.yaml --out one --fresh
says err "one/study.resolved.yaml is among the old results"
tiny 0 --out new --set members=1 --set 'only=[rates]' --fresh
[ -z "$(find new -name 'old-*')" ] || fail "nothing was moved aside into a folder"
tiny 2 --out one --fresh --dry-run

# Nobody loses files to --fresh who is at work in the folder.
"$program" study run "$data/tiny.yaml" --set train.epochs=3000000 --jobs 1 --out busy >/dev/null 2>told &
process=$!
for _ in $(seq 1000); do
    [ -s busy/study.resolved.yaml ] && break
    sleep 0.01
done
tiny 1 --out busy --fresh
says err ":$process is at work there, so the old results cannot be moved aside"

# Nor are there two cards at a time, even before the first run is recorded.
for other in study=other members=1 title=Other; do
    tiny 1 --out busy --set train.epochs=3000000 --set $other
    says err ":$process is at work there on another card or with other settings"
done

# What a killed process left is no hindrance, not even beside a damaged ledger.
kill -KILL $process
wait $process
head -c 100 /dev/zero >busy/ledger.sqlite
tiny 0 --out busy --set members=1 --set 'only=[rates]' --fresh
says err "moved the old results to busy/old-"

# A process of another machine is watched: it gives signs of life, or it is dead.
far=busy/ledger/node9-deadbee1-77-00000001.runs
NSYM_CLAIM_SECONDS=2
export NSYM_CLAIM_SECONDS
mkdir busy/ledger && echo >$far
while [ -e $far ]; do touch -c $far && sleep 0.1; done &
process=$!
tiny 1 --out busy --fresh
says err "waiting for at most 2 s to see whether process node9:77 is still alive"
says err "process node9:77 is at work there"
kill $process
wait $process
tiny 0 --out busy --set members=1 --set 'only=[rates]' --fresh
[ ! -e $far ] || fail "a dead process's journal is still there"
unset NSYM_CLAIM_SECONDS

# Files of somebody else are not replaced.
mkdir else && echo "- where: {}" >else/chosen.yaml
tiny 1 --out else
says err "else has a file chosen.yaml, but is not the output folder of a study"
[ "$(ls else)" = chosen.yaml ] || fail "a refused run left files"

# The seconds are of this study's runs alone.
tiny 0 --out two
all=$(sed -n 's/^ "seconds": \(.*\),$/\1/p' two/results.json)
tiny 0 --out two --set 'only=[rates]' --set members=1
part=$(sed -n 's/^ "seconds": \(.*\),$/\1/p' two/results.json)
awk "BEGIN { exit !($part > 0 && $part < $all) }" || fail "4 runs took $part s, all 24 took $all s"
grep -q '^  "runs": 4,' two/results.json || fail "provenance counts other runs"

# Damaged scores, models and samples are made anew, like missing ones, and damaged results are replaced.
tiny 0 --out two
cp -r two whole
break_file() {
    printf 'XXXX' | dd of="$1" bs=1 seek=2000 conv=notrunc 2>/dev/null || fail "cannot damage $1"
}
scores=$(find two/scores -name '*.h5' | sort | head -n 1)
model=$(find two/models -name '*.h5' | sort | tail -n 1)
sample=$(find two/samples -name '*.h5' | sort | head -n 1)
for file in "$scores" "$model" "$sample"; do break_file "$file"; done
head -c 3000 two/results.json >cut && mv cut two/results.json
tiny 0 --out two
says err "warning: two: the kept model or scores of 2 runs are damaged; training again"
says err "[2/2]"
same_numbers two whole
for file in "$scores" "$model" "$sample"; do
    cmp "$file" "whole/${file#two/}" || fail "$file is not as it was"
done
scores=$(find two/scores -name '*.h5' | sort | head -n 1)
head -c 500 "$scores" >cut && mv cut "$scores"
tiny 0 --out two
says err "the kept model or scores of 1 run are damaged"

# A damaged results.json is no answer: the report is of what the ledger has.
head -c 3000 whole/results.json >two/results.json
expect 0 study report two
says out "AUC by epoch"

# What killed processes left is gone after the next run: files that were being written, and folders of work files.
mkdir work
TMPDIR=$PWD/work "$program" study run "$data/tiny.yaml" --set data.events=200000 --dry-run --out none >/dev/null 2>&1 &
process=$!
for _ in $(seq 1000); do
    left=$(ls work)
    [ -n "$left" ] && break
    sleep 0.01
done
kill -KILL $process
wait $process
case $left in
nearsym-????????-"$process"-??????) ;;
*) fail "a folder of work files is called $left" ;;
esac
part=.part-$(echo "$left" | cut -d - -f 2)-$process-0-x.h5
alive=.part-$(echo "$left" | cut -d - -f 2)-$$-0-x.h5
for place in two two/scores two/models two/samples two/figures; do
    echo half >"$place/$part" && echo half >"$place/$alive"
done
TMPDIR=$PWD/work tiny 0 --out two --dry-run
[ -z "$(ls work)" ] || fail "folders of work files are left: $(ls work)"
tiny 0 --out two
[ -z "$(find two -name "$part")" ] || fail "half-written files are left"
[ "$(find two -name "$alive" -exec rm {} + -print | wc -l)" -eq 5 ] || fail "files of a process that is at work are gone"

# A damaged file of choices says where.
printf 'chosen:\n  - where: {model: small\n' >chosen.yaml
{ echo "chosen: chosen.yaml" && cat own.yaml; } >choosing.yaml
expect 1 study run choosing.yaml --out choices
says err "chosen.yaml:3: "
printf 'values:\n  - where: 3\n    set: {train.epochs: 1}\n' >chosen.yaml
expect 1 study run choosing.yaml --out choices
says err "chosen.yaml: entry 1 of 'chosen' needs the maps 'where' and 'set'"
