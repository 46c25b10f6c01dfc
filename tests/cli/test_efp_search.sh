#!/bin/sh
# usage: test_efp_search.sh PROGRAM FOLDER
# The polynomials that explain a classifier, from files: steps, the folder, going on, and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

expect 0 efp search --help
silent err
says out "usage: nearsym efp search --events FILE --guide SCORES --start NAME,... -o DIR"
says out "197,197"
says out "0.0547"

# 800 events of 5 particles around a muon; the guide is one polynomial and a cone, and labels are drawn by it.
awk 'function random() { state = state * 16807 % 2147483647; return state / 2147483647 }
    BEGIN {
        state = 42
        for (j = 0; j < 5; j++) printf "pt_%d,d_eta_%d,d_phi_%d,", j, j, j
        print "mu_pt"
        for (i = 0; i < 800; i++) {
            for (j = 0; j < 5; j++) printf "%.6f,%.6f,%.6f,", -log(random()), 0.8 * random() - 0.4, 0.8 * random() - 0.4
            print 30
        }
    }' >particles.csv
expect 0 observables particles.csv --names iso_0.3,efp_k1_b1_3-3-1 -o columns.csv
awk -F, 'function random() { state = state * 16807 % 2147483647; return state / 2147483647 }
    NR == 1 { next }
    { cone[NR] = $2; efp[NR] = $3; n++; c += $2; e += $3; cc += $2 ^ 2; ee += $3 ^ 2 }
    END {
        state = 7
        print "output,label,weight"
        for (i = 2; i <= n + 1; i++) {
            score = (cone[i] - c / n) / sqrt(cc / n - (c / n) ^ 2) + 2 * (efp[i] - e / n) / sqrt(ee / n - (e / n) ^ 2)
            print score "," (random() < 1 / (1 + exp(-score))) "," 1 + i % 2
        }
    }' columns.csv >guide.csv
cut -d, -f2,3 guide.csv | paste -d, particles.csv - >events.csv
expect 0 data convert events.csv -o events.h5
expect 0 data convert events.csv -o events.npz

# search FOLDER ARGUMENT...: one small search of the events.
search() {
    into=$1
    shift
    expect "${status:-0}" efp search -o "$into" --pairs 5000 --hidden 8 --dropout 0 --epochs 15 --batch 32 \
        --learning-rate 0.01 --steps 2 --start iso_0.3 "$@"
}
search found --events events.csv --guide guide.csv
says out "step  AUC               ADO     disordered pairs   added"
says out "the start"
grep -q '^   1  0\.[0-9]* ± 0.0000   0.9[0-9]* .* efp_k1_b1_3-3-1$' out || fail "the planted polynomial is not the first"
says err "found: search.json and the ranking of every step"
for file in search.json ranking-1.csv ledger.sqlite candidates.bin; do
    [ -s "found/$file" ] || fail "there is no $file"
done
sed -n 2p found/ranking-1.csv | grep -q '^efp_k1_b1_3-3-1,' || fail "the planted polynomial does not head the ranking"
for text in '"events": "events.csv"' '"guide": "guide.csv"' '"start": "iso_0.3"' '"added": ""' \
    '"added": "efp_k1_b1_3-3-1"' '"kept": true' '"auc_std": 0.0' '"disordered": '; do
    says found/search.json "$text"
done
[ "$(grep -c '"added"' found/search.json)" -eq "$(grep -c '^ *[0-9]  ' out)" ] || fail "other steps in search.json"
cp out first
cp found/search.json first.json

# The same command goes on, or finds all done; files and threads change nothing but the names.
search found --events events.csv --guide guide.csv
cmp out first || fail "the same command gives other steps"
cmp found/search.json first.json || fail "the same command writes another search.json"
rm found/search.json
search found --events events.csv --guide guide.csv -j 1 --steps 1
head -n 3 first | sed 's/  (no.*//' >begin
cmp out begin || fail "fewer steps are not the first of them"
for ending in h5 npz; do
    search "of_$ending" --events "events.$ending" --guide guide.csv:output -j 2
    cmp out first || fail "events.$ending gives other steps"
done

# A search stopped on the way and gone on with gives the same.
"$program" efp search -o stopped --pairs 5000 --hidden 8 --dropout 0 --epochs 15 --batch 32 --learning-rate 0.01 --steps 2 \
    --start iso_0.3 --events events.csv --guide guide.csv >out 2>err </dev/null &
running=$!
while [ ! -s stopped/ledger.sqlite ] && kill -0 $running 2>/dev/null; do :; done
{ kill -9 $running; wait $running; } 2>/dev/null
search stopped --events events.csv --guide guide.csv
cmp out first || fail "a search that was killed goes on to other steps"

# Spaces, ranges of cones, event columns, members.
search quadratic --events events.h5 --guide guide.csv --space quadratic --steps 1
[ "$(wc -l <quadratic/ranking-1.csv)" -eq $((1 + 3 * 36)) ] || fail "the quadratic space has other candidates"
search own --events events.h5 --guide guide.csv --graphs '(2,1,0) (3,3,1)' --kappa 1,2 --beta 0.5 --steps 1
[ "$(wc -l <own/ranking-1.csv)" -eq 5 ] || fail "the space is not the one that was given"
search cones --events events.h5 --guide guide.csv --start iso_0.1:0.3:3,mu_pt --steps 1 --members 2 --graphs '(3,3,1)'
says cones/search.json '"start": "iso_0.1,iso_0.2,iso_0.3,mu_pt"'
grep -q '^   0  0\.[0-9]* ± 0\.0*[1-9]' out || fail "members do not differ"
search spent --events events.h5 --guide guide.csv --graphs '(3,3,1)' --beta 1 --min-gain 0
[ "$(grep -c '^ *[0-9]  ' out)" -eq 2 ] || fail "a space that is used up does not end the search"

# refused STATUS TEXT ARGUMENT...
refused() {
    status=$1 text=$2
    shift 2
    search none "$@"
    status=0
    silent out
    says err "$text"
    [ ! -e none/search.json ] || fail "what was refused has results"
    rm -rf none
}
status=2
for missing in events guide start o; do
    # shellcheck disable=SC2046 # words
    expect 2 efp search $(for given in events guide start; do
        [ $given = $missing ] || echo "--$given x"
    done) $([ $missing = o ] || echo "-o none")
    says err "--events, --guide, --start and -o must all be given"
done
status=0
both="--events events.csv --guide guide.csv"
# shellcheck disable=SC2086 # words
{
    refused 2 '--space is "all", must be safe, full or quadratic' $both --space all
    refused 2 '--kappa is "1,x", must be numbers separated by commas' $both --kappa 1,x
    refused 2 '--beta is "", must be numbers separated by commas' $both --beta ""
    refused 2 '--hidden is "8,0", must be sizes separated by commas' $both --hidden 8,0
    refused 2 "did you mean --guide?" $both --guides x
    refused 2 'there is nothing to do with "word"' $both word
    refused 2 "steps is 0, must be 1 to 64" $both --steps 0
    refused 2 "steps is 65, must be 1 to 64" $both --steps 65
    refused 2 "judge is 1, must be 0.001 to 0.999" $both --judge 1
    refused 2 "min_gain is -0.1, must be 0 to 1" $both --min-gain=-0.1
    refused 2 "dropout is 1.5" $both --dropout 1.5
    refused 2 "learning_rate is 0" $both --learning-rate 0
    refused 2 "epochs is 0" $both --epochs 0
    refused 2 "pairs is 0" $both --pairs 0
    refused 2 "members is 0" $both --members 0
    refused 2 "batch is 1, must be 2" $both --batch 1
    refused 1 "no graph" $both --graphs 'n<=2,d>=5,m<=2'
    refused 1 "must be the identity of a graph" $both --graphs '(3,3,9)'
    refused 1 'events.csv: "isolation" is neither an observable' $both --start isolation
    refused 1 'events.csv: "iso_x" is neither an observable' $both --start iso_x
}
head -n 700 guide.csv >short.csv
refused 1 "short.csv has 699 scores and events.csv has 800 events" --events events.csv --guide short.csv
sed '5s/^[^,]*/nan/' guide.csv >nan.csv
refused 1 "nan.csv: row 4: output is NaN" --events events.csv --guide nan.csv
refused 1 "guide.csv: there is no column 'net'" --events events.csv --guide guide.csv:net
cut -d, -f1 guide.csv >bare.csv
awk -F, -v OFS=, 'NR > 1 { $17 = 1 } { print }' events.csv >signal.csv
refused 1 "an order needs both classes: weight of the background 0" --events signal.csv --guide bare.csv
refused 1 "the label is 1 in signal.csv and 0 in guide.csv" --events signal.csv --guide guide.csv
awk -F, -v OFS=, 'NR == 3 { $17 = 2 } { print }' events.csv >classes.csv
refused 1 "classes.csv: row 2: label is 2, must be 0 or 1" --events classes.csv --guide bare.csv
refused 1 "columns.csv: there is no column 'label'" --events columns.csv --guide guide.csv
refused 1 "nowhere.csv" --events nowhere.csv --guide guide.csv
refused 1 "nowhere.csv" --events events.csv --guide nowhere.csv
head -n 6 events.csv >few.csv
head -n 6 bare.csv >five.csv
refused 1 "few.csv: of 5 events" --events few.csv --guide five.csv
expect 1 efp search -o events.csv --start iso_0.3 --events events.csv --guide guide.csv
says err "cannot make the folder events.csv"
search bare --events events.csv --guide bare.csv # labels are the events' own
cmp out first || fail "a guide without labels gives other steps"
