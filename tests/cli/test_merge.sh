#!/bin/sh
# usage: test_merge.sh PROGRAM FOLDER
# Runs that were done in other folders, or that a file brings, count as those of the folder itself.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

tiny() {
    expect 0 study run "$data/tiny.yaml" "$@"
}

tiny --out whole
tiny --out first --set 'only=[epochs]'
tiny --out second --set 'only=[rates]'

# Two folders make one: nothing is left to train, and the numbers are the same.
expect 0 study merge both first second
says out "first: 16 runs added, 0 were there"
says out "second: 8 runs added, 0 were there"
tiny --out both
says err "24 of 24 runs are done already"
same_numbers whole both
ls whole/models >wanted
ls both/models >found
cmp wanted found || fail "models are missing"

# A file likewise, packed or plain, but for what runs leave in files.
expect 0 study runs whole -o runs.jsonl.gz
says out "24 runs in runs.jsonl.gz"
expect 0 study runs whole -o runs.jsonl
gzip -dc runs.jsonl.gz | cmp - runs.jsonl || fail "the packed file is another one"
expect 0 study merge filed runs.jsonl.gz
expect 0 study merge filed runs.jsonl
says out "runs.jsonl: 0 runs added, 24 were there"
silent err
expect 0 study runs filed -o again.jsonl
cmp runs.jsonl again.jsonl || fail "a file's runs come out changed"
tiny --out filed --set experiments.epochs.keep=false --set experiments.rates.keep=false
says err "24 of 24 runs are done already"

# Runs with other numbers do not replace those that are there.
sed '1s/"value":[0-9.]*/"value":0.25/' runs.jsonl >other.jsonl
expect 0 study merge filed other.jsonl
says err "1 runs of other.jsonl have other numbers than those in filed, which are kept"
expect 0 study runs filed -o again.jsonl
cmp runs.jsonl again.jsonl || fail "runs were replaced"

# Faults name their place; what stands before is kept.
head -n 3 runs.jsonl >cut.jsonl
sed -n 4p runs.jsonl | cut -c 1-200 >>cut.jsonl
expect 1 study merge part cut.jsonl
says err "cut.jsonl:4: column"
expect 0 study merge part runs.jsonl
says out "runs.jsonl: 21 runs added, 3 were there"
echo '{"label": "a"}' >none.jsonl
expect 1 study merge part none.jsonl
says err 'none.jsonl:1: not a finished run: it needs "label", "key"'
sed '1s/"metric":"[a-z_]*"/"metric":3/' runs.jsonl >metric.jsonl
expect 1 study merge part metric.jsonl
says err 'metric.jsonl:1: a measure has no "metric"'
expect 1 study merge part missing.jsonl
says err "missing.jsonl: No such file"
mkdir -p empty
expect 1 study merge part empty
says err "empty is not an output folder of a study: it has no ledger.sqlite"
expect 1 study runs empty -o x.jsonl
says err "empty is not an output folder of a study"
expect 2 study runs whole
says err "say which file to write"
expect 2 study merge part
says err "study merge takes an output folder, and what to merge into it"

# The runs that come with the studies are whole.
for file in "$NSYM_STUDIES"/*/results/*.jsonl.gz; do
    expect 0 study merge kept "$file"
    grep -q '[1-9][0-9]* runs added, 0 were there' out || fail "no runs in $file"
done
