#!/bin/sh
# usage: test_study.sh PROGRAM FOLDER
# A study gives the same numbers whatever runs it, leaves every file it promises, and does nothing twice.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# The number of trainings at once changes nothing; progress is told on standard error, tables on standard output.
expect 0 study run "$data/tiny.yaml" --jobs 1 --out one
says out "AUC by epoch"
says out "report: one/report.html"
says err "[24/24]"
if grep '^\[24/24\].* left)' err; then fail "time is left after the last training"; fi
expect 0 study run "$data/tiny.yaml" --jobs 2 --out two
same_numbers one two
grep -q '"pull"' one/results.json || fail "no result stands beside its published value"

# Every file is there, and nothing half written.
for file in study.resolved.yaml reference.yaml ledger.sqlite results.json report.html tables/auc.csv tables/auc.md; do
    [ -s "one/$file" ] || fail "one/$file is missing"
done
for figure in spectrum auc-epochs output-by-mass mass-output; do
    for ending in csv gp svg pdf; do
        case $ending in svg | pdf) command -v gnuplot >/dev/null || continue ;; esac
        [ -s "one/figures/$figure.$ending" ] || fail "one/figures/$figure.$ending is missing"
    done
done
[ "$(find one/scores -name '*.h5' | wc -l)" -eq 16 ] || fail "one/scores has not one file for each member that is kept"
[ -z "$(find one -name '*.part*')" ] || fail "a half-written file is left behind"

# The page loads nothing, from the network or from elsewhere.
grep -q '</html>' one/report.html || fail "report.html is cut short"
if grep -niE '(src|srcset|data|poster|action)[[:space:]]*=[[:space:]]*["'\'']?[[:space:]]*(https?:|//|[a-z0-9_./-]+\.(js|css|svg|png))|<link|@import|url\([[:space:]]*["'\'']?(https?:|//)|<script[^>]*src' \
    one/report.html | cut -c1-200 | grep .; then
    fail "report.html loads what stands above"
fi

# Once more: nothing is trained, and the numbers stay.
cp one/results.json before.json
expect 0 study run "$data/tiny.yaml" --jobs 2 --out one
says err "24 of 24 runs are done already"
if grep -q '\[1/' err; then fail "a finished run was done again"; fi
cmp before.json one/results.json || fail "a second call changed results.json"

# The report's line runs the study again: what it was called with, quoted for a shell.
cp -r one again
expect 0 study run "$data/tiny.yaml" --set 'title=It is "one"' --out again
grep -q "nearsym study run .*tiny.yaml --set 'title=It is .*one.*' --out again" again/results.json || fail "no line to run again"
line=$(sed -n 's/^ "rerun": "\(.*\)",$/\1/p' again/results.json | sed 's/\\"/"/g; s/^.* nearsym //')
eval "expect 0 $line"
says err "24 of 24 runs are done already"
grep -q '<h1>It is &quot;one&quot;</h1>' again/report.html || fail "the line that runs again says something else"

# --json prints results.json and nothing else.
expect 0 study run "$data/tiny.yaml" --out fresh --json
cmp out fresh/results.json || fail "--json prints something else than results.json"
says err "[24/24]"
same_numbers one fresh

# --check: status 3 where a result lies outside its reference's tolerance, 1 where there is nothing to check.
expect 1 study report one --check
says err "no result whose reference has a tolerance"
mkdir own && cp "$data/tiny.yaml" own && cp -r one checked || fail "no copies"
sed 's/^    std: .*/    tolerance: [1, 1e-9]/' "$data/published.yaml" >own/published.yaml
expect 3 study run own/tiny.yaml --out checked --check --json
cmp out checked/results.json || fail "--check changes what --json prints"
says err "published 0.65, tolerance 1e-09: experiment epochs"
says err "1 of 2 results are outside"
sed 's/^    std: .*/    tolerance: 1/' "$data/published.yaml" >own/published.yaml
expect 0 study run own/tiny.yaml --out checked --check
says err "0 of 2 results are outside"

# What cannot be drawn is a warning with the coordinate that does not exist, and --check fails.
sed 's/^    panels: size$/    panels: sizes/' own/tiny.yaml >own/wrong.yaml
expect 0 study run own/wrong.yaml --out checked
says err "nearsym: warning: figure 'auc-epochs': no result of auc has a coordinate 'sizes'; there are experiment, recipe, size, model, epoch"
expect 1 study report checked --check
says err "0 of 2 results are outside"
says err "nearsym: 1 of the tables and figures could not be drawn"

# The resolved card says it all: preset and settings are in it, and so is the reference.
expect 0 study run "$data/tiny.yaml" --preset quick --set seed=11 --set train.batch=16 --out quick
expect 0 study run quick/study.resolved.yaml --out resolved
same_numbers quick resolved
cmp quick/study.resolved.yaml resolved/study.resolved.yaml || fail "a resolved card resolves to another one"
(cd quick && "$program" study run study.resolved.yaml --out ../inside >/dev/null 2>../err) || fail "a card beside its reference"
same_numbers quick inside
if cmp -s quick/results.json one/results.json; then fail "preset and settings change nothing"; fi

# A report can be written anew from the folder alone, wherever it is moved.
mv quick moved
rm -r moved/report.html moved/figures moved/tables
expect 0 study report moved
for file in report.html figures/auc-epochs.csv tables/auc.md; do
    [ -s "moved/$file" ] || fail "moved/$file is not written anew"
done

# Two folders side by side: the same numbers, the difference and its error, and what only one has.
expect 0 study compare one two
says out "one, two, their difference with both errors in quadrature"
if grep "difference" out | grep -v quadrature | grep -vE "difference \+0(\.0+)?( |$)" | grep .; then fail "one and two differ"; fi
if grep -q "only in" out; then fail "one and two have the same results"; fi
expect 0 study compare one moved --metric auc_final
says out "auc_final, experiment epochs, recipe plain, size 400, model hybrid"
says out "only in one:"
says out "  auc_final, experiment epochs, recipe plain, size 800, model hybrid"
grep -A 1 "^auc_final, experiment epochs, recipe plain, size 400, model hybrid" out | awk '
    /difference/ { gsub(/[+,]/, ""); d = $1 - $4; e = sqrt($3 ^ 2 + $6 ^ 2)
        exit !($8 - d < 0.011 && d - $8 < 0.011 && $10 - e < 0.02 && e - $10 < 0.02) }' || fail "the difference or its error"
expect 1 study compare one two --metric nothing
says err "one and two have no nothing at the same coordinates"
expect 1 study compare one nowhere
says err "nowhere/results.json"
expect 2 study compare one
says err "study compare takes two output folders of runs"

# Two processes may share a folder.
"$program" study run "$data/tiny.yaml" --jobs 1 --out shared >out2 2>err2 &
other=$!
expect 0 study run "$data/tiny.yaml" --jobs 1 --out shared
wait $other || { cat err2; fail "the second of two processes in one folder failed"; }
same_numbers one shared
