#!/bin/sh
# usage: test_own_csv.sh PROGRAM FOLDER
# A table of one's own trains: with sentinels of weight 0, with large offsets, with weights of both signs; what cannot is
# named by its row in the file. A model answers as it did in its study.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

cat >card.yaml <<'END'
study: own
members: 1
data: {file: ""}
split: {test: 0.25}
train: {epochs: 8, batch: 64, learning_rate: 1.0e-3, scale: true, sampling: each, shuffle: true, weighted: true}
models:
  net: {kind: fcn, event: columns, columns: [x1, x2], hidden: [16, 16], norm: none}
experiments:
  e: {keep: true, grid: {model: [net]}}
END

# sample OFFSET JUNK SIGNED: 3000 events of two columns, x2 by 0.01 about the offset; the best AUC is that of a distance
# of 1.4 between normal distributions, 0.84. JUNK: as many events of weight 0 with -999. SIGNED: each tenth event is a
# signal in the background's place and takes its weight from the one before it, which is drawn alike.
sample() {
    awk -v offset="$1" -v junk="$2" -v signed="$3" 'function normal() {
            return sqrt(-2 * log(1 - rand())) * cos(6.283185307179586 * rand())
        }
        BEGIN {
            srand(7)
            print "label,x1,x2,weight"
            for (i = 0; i < 3000; i++) {
                label = i % 2; shift = label; weight = 1
                if (signed && i % 20 == 8) shift = 1
                if (signed && i % 20 == 18) { shift = 1; weight = -1 }
                printf "%d,%.17g,%.17g,%d\n", label, normal() + shift, offset + 0.01 * (normal() + shift), weight
                if (junk) printf "%d,-999,-999,0\n", i % 2
            }
        }'
}

# auc FOLDER: the AUC of its only network.
auc() {
    "$program" evaluate "$1"/scores/*.h5 --json | sed 's/.*"auc": \([0-9.]*\).*/\1/'
}

# learnt FOLDER: within five standard errors of 750 events, or of what its weights leave of them, from 0.84.
learnt() {
    auc "$1" | awk '{ if ($1 < 0.76 || $1 > 0.92) exit 1 }' || fail "$1 has an AUC of $(auc "$1")"
}

sample 0 0 0 >plain.csv
sample 0 1 0 >junk.csv
sample 100000 0 0 >offset.csv
sample 0 0 1 >signed.csv
for name in plain junk offset signed; do
    expect 0 study run card.yaml --set data.file=$name.csv --out $name --jobs 1
    learnt $name
done

# A model gives the test sample of its study the same scores, to the last bits of float.
for name in junk offset; do
    expect 0 data convert $name/scores/*.h5 --rename output=old_output,logit=old_logit -o $name.h5
    expect 0 predict $name/models/*.h5 $name.h5 -o again.csv
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { off = $at["logit"] - $at["old_logit"]; if (off * off > 1e-11 * (1 + $at["logit"] ^ 2)) bad++; n++ }
        END { if (bad || n < 750) { print bad, "of", n; exit 1 } }' again.csv || fail "other scores than in the study $name"
done

# What cannot train is named by its row, wherever it was shuffled to.
refused() {
    text=$1
    shift
    expect 1 study run card.yaml --out refused --jobs 1 "$@"
    says err "$text"
}
awk -F, -v OFS=, 'NR == 11 { $3 = "nan" } 1' plain.csv >nan.csv
refused "nan.csv: row 10: x2 is nan, must be finite for a network" --set data.file=nan.csv
awk -F, -v OFS=, 'NR == 1501 { $2 = "1e200" } 1' plain.csv >large.csv
refused "large.csv: row 1500: x1 is 1e+200, but networks read numbers up to 3.4e+38" --set data.file=large.csv
refused "large.csv: row 1500: x1 is 1e+200" --set data.file=large.csv --set train.scale=false
awk -F, -v OFS=, 'NR == 21 { $4 = "inf" } 1' plain.csv >infinite.csv
refused "infinite.csv: row 20: weight is inf, must be finite" --set data.file=infinite.csv
refused "signed.csv: row " --set data.file=signed.csv --set train.sampling=weight --set train.weighted=false
says err ": weight is -1.125; train.sampling: weight draws events in proportion to their weights"
