#!/bin/sh
# usage: test_every_epoch.sh PROGRAM FOLDER
# The test sample is measured after every epoch where the card shows that; a run with these numbers serves one without.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

cat >final.yaml <<'END'
study: final
seed: 5
members: 2
data: {generate: dimuon, events: 400}
split: {size: 400, test: 0.25}
train: {epochs: 3, batch: 32}
models:
  plain: {kind: fcn, event: lorentz, hidden: [16]}
  dropping: {kind: fcn, event: lorentz, hidden: [16], dropout: 0.2, norm: feature}
experiments: {one: {grid: {model: [plain, dropping]}}}
tables: [{name: final, metric: auc_final, rows: model}]
figures: []
END
cat >curves.yaml <<'END'
figures: [{name: epochs, kind: curves, metric: auc, where: {model: plain}}]
END
sed '/^figures:/d' final.yaml | cat - curves.yaml >epochs.yaml

# rows FOLDER METRIC: how many results there are.
rows() {
    grep -c "\"metric\": \"$2\"" "$1/results.json"
}

# counts FOLDER METRIC NUMBER...
counts() {
    of=$1
    shift
    while [ $# -gt 0 ]; do
        [ "$(rows "$of" "$1")" -eq "$2" ] || fail "$of has $(rows "$of" "$1") results of $1, wanted $2"
        shift 2
    done
}

# study CARD FOLDER DONE ARGUMENT...: so many runs are done already.
study() {
    card=$1 folder=$2 done=$3
    shift 3
    expect 0 study run "$card.yaml" --out "$folder" --jobs 2 "$@"
    if [ "$done" = 0 ]; then
        if grep -q "done already" err; then fail "runs are done already in $folder"; fi
    else
        says err "$done runs are done already"
    fi
}

# A table of the end leaves the test sample alone until then; a figure by epoch has its points measured, and no others.
study final final 0
counts final auc 0 auc_best 0 loss 0 train_loss 6 auc_final 2
study epochs epochs 0
counts epochs auc 3 auc_best 1 loss 3 train_loss 6 auc_final 2
study final always 0 --set train.every_epoch=true
counts always auc 6 auc_best 2 loss 6 train_loss 6 auc_final 2
study epochs never 0 --set train.every_epoch=false
counts never auc 0 train_loss 6 auc_final 2
same_numbers final never

# A run that was measured by epoch serves, to the bit, and shows no more than was asked for.
study final always "4 of 4"
same_numbers final always
study epochs always "4 of 4"
same_numbers epochs always

# What is shown later is measured then, in the folder that is there; the runs of before are kept.
cp -r final grown
study epochs grown "2 of 4"
same_numbers epochs grown
study final grown "4 of 4"
same_numbers final grown

# Members with and without these numbers stand beside each other.
study final mixed 0 --set train.every_epoch=true --set members=1
study final mixed "2 of 4"
same_numbers final mixed
study final mixed "4 of 4"
same_numbers final mixed
expect 0 study run final.yaml --out mixed --dry-run
says out "4, of which 4 are done already"

# Other settings are refused as ever.
expect 1 study run final.yaml --out always --set train.epochs=2
says err "train.epochs was 3 and is now 2"

# Kept files go with the run, as long as they are whole.
study final kept 0 --set train.every_epoch=true --set experiments.one.keep=true
study final kept "4 of 4" --set experiments.one.keep=true
[ "$(find kept/scores -name '*.h5' | wc -l)" -eq 4 ] || fail "scores were written anew"
grep -o 'scores/[^"]*' kept/results.json | while read -r file; do
    [ -s "kept/$file" ] || fail "results.json names $file, which is not there"
done || exit 1
file=$(find kept/scores -name 'one-plain-1-*.h5')
printf 'XXXX' | dd of="$file" bs=1 seek=2000 conv=notrunc 2>/dev/null || fail "cannot damage $file"
study final kept "3 of 4" --set experiments.one.keep=true
study final kept "4 of 4" --set experiments.one.keep=true

expect 1 study run final.yaml --out no --set train.every_epoch=show
says err "train.every_epoch is 'show', must be one of shown, true, false; did you mean 'shown'?"
