#!/bin/sh
# usage: test_ragged.sh PROGRAM FOLDER
# Flat arrays in HDF5 become events; other names; cells become places; observables of both.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"
flat=$data/../../data/data/ragged.h5

# row NAME: min, max and mean of an array of the file that was inspected last.
row() {
    tr -s ' ' <out | sed -n "s|^particles/values: $1 float64 ([0-9]*) ||p; s|^$1 float64 ([0-9]*) ||p"
}

expect 0 data convert "$flat" --ragged cell --drop comment --rename et=pt,label=signal --grid 4x5:0.5 -o cells.h5
silent out
says err "cells.h5: 3 events, 5 particles of 6 features, 4 columns"
expect 0 data inspect cells.h5
# i 0 3 1 2 2 are at -0.375 0.375 -0.125 0.125 0.125; j 1 0 2 3 1 at -0.2 -0.4 0 0.2 -0.2
[ "$(row d_eta)" = "-0.375 0.375 0.025 0 0" ] || fail "d_eta is $(row d_eta)"
[ "$(row d_phi)" = "-0.4 0.2 -0.12 0 0" ] || fail "d_phi is $(row d_phi)"
[ "$(row cell)" = "1 15 9.4 0 0" ] || fail "cell is $(row cell)"
[ "$(row pt)" = "0.25 8 3.15 0 0 GeV" ] || fail "pt is $(row pt)"
[ "$(row signal)" = "0 1 0.666667 0 0" ] || fail "signal is $(row signal)"
expect 0 observables cells.h5 --names sum_pt,iso_0.2,iso_0.3,signal -o cones.csv
says cones.csv "signal,mu_pt,time_offset,weights[0],weights[1],sum_pt,iso_0.2,iso_0.3"
grep -qx '1,20,2.5,4,5,14,0.1,0.7' cones.csv || fail "other cones"
grep -qx '0,16,1.5,2,3,0,0,0' cones.csv || fail "an event without particles is not 0"

expect 0 data convert "$flat" --ragged pf --drop comment --rename deta=d_eta,dphi=d_phi,cls=kind -o pf.h5
expect 0 observables pf.h5 --names iso_pileup_0.4,iso_pileup_0.6 -o pf.csv
grep -qx '1,10,0.5,0,1,0.1,0.1' pf.csv || fail "no charged hadron of 1 in 10 GeV"
grep -qx '0,16,1.5,2,3,0,0' pf.csv || fail "2 of neutral hadrons and half of 4 of pile-up do not cancel"
grep -qx '1,20,2.5,4,5,0,0.4' pf.csv || fail "no photon of 8 in 20 GeV at 0.5"

# Several files, the first events, no particles.
expect 0 data convert "$flat" "$flat" --ragged cell --drop comment -n 2 --rename et=pt --label 1,0 -o two.h5
says err "two.h5: 4 events, 4 particles of 3 features, 5 columns"
expect 0 data convert cones.csv --rename iso_0.2=narrow -o narrow.csv
says narrow.csv "sum_pt,narrow,iso_0.3"

# refused STATUS TEXT ARGUMENT...
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" data convert "$@" -o none.h5
    silent out
    says err "$text"
    [ ! -e none.h5 ] || fail "what was refused is there"
}
refused 1 "(cell, cell_raw, with offsets): --ragged cell reads those" "$flat"
refused 1 "has no dataset cel_offset or cel_offsets; its ragged arrays are cell, cell_raw" "$flat" --ragged cel
refused 1 "is csv, but only HDF5 files have ragged arrays such as a_offset" cones.csv --ragged a
refused 1 'there is no feature and no column "ett" to rename to "pt"' "$flat" --ragged cell --rename ett=pt
refused 1 '"et" cannot be renamed to "i": the name is taken' "$flat" --ragged cell --rename et=i
for list in et et= =pt 'et=pt,' a=b=c '' ','; do
    refused 2 "must be OLD=NEW" "$flat" --ragged cell --rename "$list"
done
for grid in 32 32x32 32x32: 32x32:0 32x32:x 0x4:0.5 32x32:0.45x 99999x2:1 4x5:inf; do
    refused 2 "--grid is \"$grid\", must be cells" "$flat" --ragged cell --grid "$grid"
done
refused 1 "event 0, particle 1: is in cell 3, 0 of 3 x 5" "$flat" --ragged cell --grid 3x5:0.5
refused 1 "no features i and j" "$flat" --ragged pf --grid 3x5:0.5
refused 1 'have a feature "cell" already' cells.h5 --rename d_eta=a,d_phi=b --grid 4x5:0.5
refused 1 "no features i and j" cones.csv --grid 4x5:0.5
