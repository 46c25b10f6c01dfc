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
says out "AUC less that of score"
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

# Weights: signal counts three times and background once, every fifth event not at all.
awk -F, -v OFS=, 'NR == 1 { print $0, "weight"; next } { print $0, NR % 5 ? ($4 ? 3 : 1) : 0 }' pairs.csv >weights.csv
true_signal=$(awk -F, 'NR > 1 && $1 > 70 && $1 < 110 && $4 { sum += $5 } END { print sum }' weights.csv)
expect 0 fit mass weights.csv
silent err
says out "weights of column 'weight' add up to"
says out "800 events of weight 0 are left out"
between "$(field signal)" "$(awk -v x="$true_signal" 'BEGIN { print 0.94 * x }')" "$(awk -v x="$true_signal" 'BEGIN { print 1.06 * x }')" signal
expect 0 fit mass weights.csv --weight none
cp out plain.txt
expect 0 fit mass pairs.csv
cmp out plain.txt || fail "--weight none is not the fit without weights"
expect 0 fit mass weights.csv --method published
between "$(field s)" 0.85 0.97 s
expect 0 fit mass weights.csv --json
for key in weights effective_events of_weight_0 interval; do says out "\"$key\":"; done
expect 0 splot weights.csv --score score --bootstraps 10 --toys 5 -j 2 -o weighted.csv
between "$(field AUC)" 0.61 0.72 AUC
awk -F, -v wanted="$true_signal" 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { signal += $column["sweight_signal"]; if ($column["weight"] == 0 && $column["sweight_signal"] != 0) exit 1 }
    END { exit !(signal > 0.94 * wanted && signal < 1.06 * wanted) }' weighted.csv ||
    fail "the weighted sWeights do not add up to the signal's yield"
expect 0 fit mass weights.csv --figure weighted.svg
awk -F, 'NR > 1 { sum += $2 } END { exit !(sum > 6000) }' weighted.csv || fail "the figure has no weights"

# What is at its bound has a limit, and a bound that was set makes no verdict.
awk -F, 'NR == 1 || $4' pairs.csv >nobackground.csv
expect 0 fit mass nobackground.csv --window 82,100
if grep -q '^s  *1.0000' out; then says out "at 95 %"; fi
awk 'BEGIN {
    srand(11)
    print "mass"
    for (i = 0; i < 3000;) {
        angle = 3.141592654 * (rand() - 0.5)
        mass = rand() < 0.9 ? 90.8 + 2.9 * sin(angle) / cos(angle) : 70 + 40 * rand()
        if (mass > 70 && mass < 110) { print mass; i++ }
    }
}' >broad.csv
expect 0 fit mass broad.csv --method published
says err "gamma = 2 is at a bound that was set; the data prefer a value beyond it"
says err "It finds tau"

# A constant score depends on nothing.
awk -F, -v OFS=, '{ print $1, NR == 1 ? "flat" : 0.5 }' pairs.csv >flat.csv
expect 0 splot flat.csv --score flat --bootstraps 0 --toys 0
silent err
says out "0.000 (0.0 sd) in the signal, 0.000 (0.0 sd) in the background"

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
refused 1 "nan.csv: the mass of event 4 is NaN" fit mass nan.csv
sed '5s/^[^,]*/inf/' pairs.csv >inf.csv
refused 1 "inf.csv: the mass of event 4 is inf" fit mass inf.csv
sed '2,$s/[^,]*$/0/' weights.csv >zero.csv
refused 1 "zero.csv: all 4001 weights are 0" fit mass zero.csv
refused 1 "zero.csv: all 4001 weights are 0" splot zero.csv --score score
refused 1 "there is no column 'wieght'; did you mean 'weight'?" fit mass weights.csv --weight wieght
for words in fit "fit mass" splot; do
    # shellcheck disable=SC2086 # words
    expect 0 $words --help
    says out "usage: nearsym"
done

# A score that falls is one that rises, mirrored.
expect 0 splot pairs.csv --score score --bootstraps 0 --toys 0
rising=$(awk '/ AUC / { print $2 }' out)
expect 0 splot pairs.csv --score score --bootstraps 0 --toys 0 --falling
awk -v a="$rising" '/ AUC / { exit !($2 + a > 0.9999 && $2 + a < 1.0001) }' out || fail "--falling does not mirror the AUC"
