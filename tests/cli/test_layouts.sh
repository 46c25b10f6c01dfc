#!/bin/sh
# usage: test_layouts.sh PROGRAM FOLDER
# HDF5 files of other programs: told by the file or by --layout, parts of them, and what cannot be read.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"
layouts=$data/../../data/data/layouts

expect 0 data inspect "$layouts/toptag.h5"
says err "is the top-tagging reference sample, which is read as such (--layout toptag)"
expect 0 data inspect "$layouts/pandas_table.h5"
says err "is a pandas table, which is read as such (--layout pandas)"
expect 0 data convert "$layouts/toptag.h5" -o top.h5
says err "top.h5: 6 events, 13 particles of 4 features, 3 columns"
expect 1 observables "$layouts/toptag.h5" --names sum_pt -o none.csv
says err "they have energy, px, py, pz; a card's data.define computes pt, eta and phi from momenta"
expect 0 data convert "$layouts/toptag.h5" --layout toptag --only energy,label -o top.h5
says err "top.h5: 6 events, 13 particles of 1 features, 1 columns"
expect 0 data convert "$layouts/pandas_table.h5" -o frame.csv
says frame.csv "pt,eta,label,good,kind"
grep -qx '2.5,0.5,0,0,w' frame.csv || fail "a row of pandas is another"

# What leads elsewhere is followed from any folder, and joined by name.
expect 0 data convert "$layouts/links.h5" "$layouts/links.h5" --only weight,other,virtual -o links.csv
grep -qx '9,0,1.5,0' links.csv || fail "no other 9, virtual 0, weight 1.5 of input 0"
expect 1 data convert "$layouts/lost.h5" -o none.h5
says err "--drop a) or mend the file"
[ ! -e none.h5 ] || fail "what was refused is there"
expect 0 data inspect "$layouts/lost.h5"
says err "weight: is a link to /nowhere, where there is nothing"
says err "so these arrays are not read as events"
says out "x  "

expect 1 data convert "$layouts/jetnet.h5" --layout jetnte -o none.h5
says err 'layout "jetnte" is unknown, did you mean "jetnet"?; there are pandas, toptag, lhco, jetnet, mod and lheh5'
expect 1 data convert "$layouts/jetnet.h5" --layout mod -o none.h5
says err "does not look like an EnergyFlow MOD sample, but like a JetNet sample"
expect 1 data convert frame.csv --layout pandas -o none.h5
says err 'is csv, but layout "pandas" is for HDF5 files'

# What is read is of use: Les Houches events, jets with d_eta and d_phi.
expect 0 data convert "$layouts/lheh5_2.h5" -o events.lhe
says events.lhe "<LesHouchesEvents"
expect 0 data convert "$layouts/jetnet.h5" --rename pt_rel=pt,eta_rel=d_eta,phi_rel=d_phi -o jets.h5
expect 0 efp compute jets.h5 --graphs 'd<=1' -o efp.h5
