#!/bin/sh
# usage: test_muons.sh PROGRAM FOLDER
# Muons with their surroundings: what is made, that one seed gives one sample for any number of threads, and what is
# refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# A line of the table that the program shows of a file: holds FILE NAME REST (blanks count once).
holds() {
    expect 0 data inspect "$1"
    silent err
    tr -s ' ' <out | grep -q "^$2 $3" || fail "$1: $2 is not \"$3\""
}

expect 0 data simulate muons -n 9000 --seed 3 -j 1 -o cells.h5
silent out
says err "cells.h5: 9000 events"
holds cells.h5 label "float64 (9000) 0 1 0.5 "
holds cells.h5 weight "float64 (9000) 1 1 1 "
holds cells.h5 mu_pt "float64 (9000) 10[.0-9]* 1[45][.0-9]* 1[12][.0-9]* "
holds cells.h5 mu_charge "float64 (9000) -1 1 "
holds cells.h5 npu "float64 (9000) "
for feature in pt d_eta d_phi cell; do holds cells.h5 "particles/values: $feature" "float64 (5[0-9]*) "; done

# The same seed, the same bytes, whatever the number of threads.
expect 0 data simulate muons -n 9000 --seed 3 -j 3 -o twin.h5
cmp cells.h5 twin.h5 || fail "one seed gives two samples"
expect 0 data simulate muons -n 9000 --seed 4 -o twin.h5
if cmp -s cells.h5 twin.h5; then fail "two seeds give one sample"; fi

expect 0 data simulate muons -n 2000 --level particles --signal 0.25 -o particles.h5
holds particles.h5 label "float64 (2000) 0 1 0.25 "
holds particles.h5 "particles/values: kind" "float64 ([0-9]*) 1 5 "
expect 0 data simulate muons -n 100 --threshold 1.5 --pile-up 20 -o hard.h5
holds hard.h5 "particles/values: pt" "float64 ([0-9]*) 1.[5-9]"
expect 0 data simulate muons -n 100 --pile-up 0 -o quiet.h5
holds quiet.h5 npu "float64 (100) 0 0 0 "

# Formats that do not grow.
expect 0 data simulate muons -n 50 --seed 3 -o few.npz
holds few.npz mu_eta "float64 (50) "

# refused STATUS TEXT ARGUMENT...
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" data simulate muons "$@" -o none.h5
    silent out
    says err "$text"
    [ ! -e none.h5 ] || fail "what was refused is there"
}
refused 1 "events is 0, must be at least 1" --events 0
refused 1 "signal is 1.5, must be 0 to 1" --signal 1.5
refused 1 "signal is -0.1, must be 0 to 1" --signal -0.1
refused 1 "pile_up is -1, must be 0 to 1000" --pile-up -1
refused 1 "threshold_gev is -2, must be 0 to 1000" --threshold -2
refused 2 "--threshold is 1, but level particles has no cells" --level particles --threshold 1
refused 2 "--level is \"deposits\", must be cells or particles" --level deposits
refused 2 "--events is \"-3\", must be a whole number from 0" --events -3
refused 2 "\"extra\" is no option" extra
expect 2 data simulate muons
says err "no output is given"
expect 1 data simulate muons -n 10 -o nowhere/none.h5
says err "nowhere/none.h5"
expect 0 data simulate muons --help
says out "--pile-up MU"
