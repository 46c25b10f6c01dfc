#!/bin/sh
# usage: test_streams.sh PROGRAM FOLDER
# Events come from standard input and go to standard output as they come from files and go there.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

mkdir work && TMPDIR=$PWD/work && export TMPDIR

# piped STATUS FILE ARGUMENT...: runs the program on a file as standard input.
piped() {
    wanted=$1 input=$2
    shift 2
    "$program" "$@" >out 2>err <"$input"
    got=$?
    [ $got -eq "$wanted" ] || fail "nearsym $* <$input: exit status $got, wanted $wanted"
    [ -z "$(ls work)" ] || fail "nearsym $*: work files are left behind"
}

expect 0 data simulate dimuon --process z -n 40 --seed 5 -o z.lhe
expect 0 data convert z.lhe --select final --label 1 -o z.csv
expect 0 data convert z.csv -o z.npz
piped 0 z.csv data convert - --format csv -o -
cmp out z.csv || fail "csv is not the same behind the streams"
piped 0 z.npz data convert - --format=npz -o -
cmp out z.npz || fail "npz is not the same behind the streams"
piped 0 z.npz data convert - --format npz -o back.csv
cmp back.csv z.csv || fail "standard input is read otherwise than a file"
piped 0 z.csv data convert z.npz -o -
cmp out z.csv || fail "standard output is csv where nothing else is said"

# Predictions, polynomials, observables, evaluations.
printf 'label,output\n0,0.1\n1,0.3\n0,0.4\n1,0.9\n' >scores.csv
expect 0 evaluate scores.csv
mv out wanted
piped 0 scores.csv evaluate - --format csv
cmp out wanted || fail "another evaluation of standard input"
cat >card.yaml <<'END'
data: {generate: dimuon, events: 200}
split: {validation: 0.1}
train: {epochs: 1}
models: {m: {kind: fcn, event: lorentz, hidden: [4]}}
END
expect 0 train card.yaml -o model.h5
expect 0 predict model.h5 z.csv -o predicted.csv
piped 0 z.csv predict model.h5 - --format csv -o -
cmp out predicted.csv || fail "other predictions of standard input"
printf 'pt_0,eta_0,phi_0,pt_1,eta_1,phi_1,mu_eta,mu_phi,mu_pt\n1,0.1,0.1,2,0.2,0,0,0,10\n3,0,0.3,1,0.1,0.1,0,0,12\n' >jets.csv
expect 0 observables jets.csv --names iso_0.4 -o table.csv
piped 0 jets.csv observables - --format csv --names iso_0.4 -o -
cmp out table.csv || fail "other observables of standard input"
expect 0 efp compute jets.csv --graphs d=1 -o wanted.h5
piped 0 jets.csv efp compute - --format csv --graphs d=1 -o got.h5
cmp wanted.h5 got.h5 || fail "other polynomials of standard input"

# What is refused.
piped 2 z.csv data convert - -o x.h5
says err "- is standard input; say its format: --format csv or --format npz"
piped 2 z.csv data convert - - --format csv -o x.h5
says err "standard input can be read once, and - is given twice"
piped 2 z.csv data convert - --format lhe -o x.h5
says err "--format is \"lhe\", must be csv or npz"
piped 2 z.csv data convert z.csv --format csv -o x.h5
says err "--format applies to standard input and output, but no file is given as -"
piped 1 scores.csv data convert - --format npz -o x.h5
says err "standard-input.npz"
silent out
piped 2 jets.csv efp compute - --format csv -o -
says err "all polynomials are written as HDF5"
silent out
