#!/bin/sh
# usage: test_fit.sh PROGRAM FOLDER
# Mass fits and sWeights of pairs that are drawn here: what is found, files in and out, and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# Three in four are signal; its scores are a uniform number's square root, AUC 2/3.
awk 'BEGIN {
    srand(7)
    print "mass,score,copy,label"
    for (i = 0; i < 4000;) {
        signal = rand() < 0.75
        gauss = sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand())
        angle = 3.141592654 * (rand() - 0.5)
        mass = signal ? 90.8 + 0.9 * gauss + 1.25 * sin(angle) / cos(angle) : 70 - 20 * log(1 - rand())
        if (mass <= 70 || mass >= 110) continue
        score = signal ? sqrt(rand()) : rand()
        printf "%.6f,%.6f,%.6f,%d\n", mass, score, 3 * score - 1, signal
        i++
    }
    print "30,0.5,0.5,0"
}' >pairs.csv

# between VALUE LOW HIGH WHAT
between() {
    awk -v x="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(x > low && x < high) }' || fail "$4 is $1, not in $2 ... $3"
}
# field NAME...: the number after those words of the text in the file out.
field() {
    sed -n "s/^ *$1  *\([-0-9.]*\).*/\1/p" out | head -n 1
}

expect 0 fit mass pairs.csv
silent err
says out "4000 events between 70 and 110 GeV, 1 outside; unbinned maximum likelihood"
says out "90.8000 GeV, fixed"
says out "KS distance"
between "$(field s)" 0.69 0.81 s
between "$(field sigma)" 0.5 1.3 sigma
between "$(field tau)" 12 35 tau
expect 0 fit mass pairs.csv --centre free --bins 40
says out " in 40 bins"
between "$(field centre)" 90.5 91.1 centre
expect 0 fit mass pairs.csv --method published --average
says out "least squares as published"
between "$(field s)" 0.6 0.9 s
expect 0 fit mass pairs.csv --window 80,100 --json
silent err
for key in method window events signal parameters correlations chi2 ndf ks_distance converged; do
    says out "\"$key\":"
done

expect 0 fit mass pairs.csv --figure peak.svg
[ -s peak.csv ] && [ -s peak.gp ] || fail "no numbers of the figure"
if command -v gnuplot >where; then [ -s peak.svg ] && [ -s peak.pdf ] || fail "no figure"; fi
expect 1 fit mass pairs.csv --figure peak.png
says err "must end in .svg or .pdf"

expect 0 splot pairs.csv --score score,copy --bootstraps 20 --toys 10 -j 1 -o weighted.h5
silent err
between "$(field AUC)" 0.61 0.72 AUC
says out "± 0.0"
says out "efficiency at 50 % background"
cp out first.txt
expect 0 splot pairs.csv --score score,copy --bootstraps 20 --toys 10 -j 3
cmp out first.txt || fail "the number of threads changes the numbers"
expect 0 data inspect weighted.h5
says out "sweight_signal"
tr -s ' ' <out | grep -q '^sweight_background float64 (4001) ' || fail "no weights of that shape"
expect 0 data convert weighted.h5 -o weighted.csv
tail -n 1 weighted.csv | grep -q ',0,0$' || fail "an event outside the window has a weight"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { signal += $column["sweight_signal"]; all += $column["sweight_signal"] + $column["sweight_background"] }
    END { exit !(all > 3999.99 && all < 4000.01 && signal > 2700 && signal < 3300) }' weighted.csv ||
    fail "the weights do not add up to the yields"
expect 0 splot pairs.csv --score score --method published --bootstraps 5 --toys 5 --json
for key in fit auc tpr error error_of_fit dependence_on_mass bootstraps; do says out "\"$key\":"; done
expect 0 splot pairs.csv --score score --bootstraps 0 --toys 0 --json
says out '"error": null'
expect 0 splot weighted.h5 --score mass --bootstraps 0 --toys 0
says err "mass depends on the mass within the signal"

# refused STATUS TEXT ARGUMENT...
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" "$@"
    silent out
    says err "$text"
}
refused 1 "pairs.csv: there is no column 'mas'; did you mean 'mass'?" fit mass pairs.csv --mass mas
refused 1 "there is no column 'scores'; did you mean 'score'?" splot pairs.csv --score scores
refused 1 "0 of 4001 masses are in the window 200 to 300" fit mass pairs.csv --window 200,300 --centre 250
refused 1 "the peak is outside the window" fit mass pairs.csv --window 200,300
refused 1 "nowhere.csv" fit mass nowhere.csv
refused 2 "--window is \"70\"" fit mass pairs.csv --window 70
refused 2 "--window is \"110,70\"" splot pairs.csv --window 110,70
refused 2 "--method is \"best\", must be likelihood or published" fit mass pairs.csv --method best
refused 2 "the published method has no free centre" fit mass pairs.csv --method published --centre free
refused 2 "--average is the published method's" fit mass pairs.csv --average
refused 2 "--fpr is 1, must be between 0 and 1" splot pairs.csv --fpr 1
refused 2 "--score is \",\", names no column" splot pairs.csv --score ,
refused 2 "no file is given" splot
refused 2 "more than one file is given" fit mass pairs.csv pairs.csv
sed '5s/^[^,]*/nan/' pairs.csv >nan.csv
refused 1 "nan.csv: mass 3 is NaN" fit mass nan.csv
for words in fit "fit mass" splot; do
    # shellcheck disable=SC2086 # words
    expect 0 $words --help
    says out "usage: nearsym"
done
