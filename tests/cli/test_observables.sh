#!/bin/sh
# usage: test_observables.sh PROGRAM FOLDER
# Observables by name as columns: values by hand, formats, ranges, and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# Two particles of 2 and 3 GeV, 0.1 and 0.5 from muons of 10 and 20 GeV.
cat >events.csv <<'END'
pt_0,d_eta_0,d_phi_0,kind_0,pt_1,d_eta_1,d_phi_1,kind_1,mu_pt,label
2,0,0.1,1,3,0.3,0.4,2,10,1
2,0,0.1,2,3,0.3,0.4,5,20,0
END
expect 0 data convert events.csv -o events.h5
for ending in csv npz h5; do
    expect 0 observables events.h5 --names "sum_pt,iso_0.4, iso_pileup_1,efp_k1_b1_2-1-0,label" --cones 0.2:0.6:2 \
        -o "out.$ending"
    silent out
    says err "out.$ending: 2 events, 0 particles of 0 features, 8 columns"
    expect 0 data convert "out.$ending" -o again.csv
    head -n 1 again.csv | grep -qx 'mu_pt,label,sum_pt,iso_0.4,iso_pileup_1,efp_k1_b1_2-1-0,iso_0.2,iso_0.6' ||
        fail "out.$ending has other columns"
    # 2 z z' theta, theta^2 = 0.3^2 + 0.3^2
    awk -F, 'function near(a, b) { return (a - b) ^ 2 < 1e-24 }
        NR == 2 && !($1 == 10 && $3 == 5 && $4 == 0.2 && $5 == 0.5 && near($6, 0.48 * sqrt(0.18)) && $7 == 0.2 && $8 == 0.5) ||
        NR == 3 && !($1 == 20 && $3 == 5 && $4 == 0.1 && $5 == 0.025 && near($6, 0.48 * sqrt(0.18)) && $7 == 0.1 && $8 == 0.25) {
            print NR; bad = 1
        }
        END { exit bad || NR != 3 }' again.csv || fail "out.$ending has other values"
done
expect 0 observables events.h5 --names iso_0.025:0.45:18 -j 1 -o cones.csv
head -n 1 cones.csv | grep -q 'label,iso_0.025,iso_0.05,iso_0.075,iso_0.1,.*,iso_0.425,iso_0.45$' || fail "other radii"
expect 0 observables events.h5 --names iso_0.025:0.45:18 -j 3 -o twin.csv
cmp cones.csv twin.csv || fail "other values with more threads"

# What has its columns needs no particles.
expect 0 observables cones.csv --names iso_0.4,iso_0.05 -o twin.csv
cmp cones.csv twin.csv || fail "columns that are there are not taken"

# refused STATUS TEXT ARGUMENT...
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" observables "$@" -o none.h5
    silent out
    says err "$text"
    [ ! -e none.h5 ] || fail "what was refused is there"
}
refused 2 "no file is given" --names sum_pt
refused 2 "no observables are given" events.h5
refused 2 'observable "iso_4x": must be iso_ and a radius' events.h5 --names iso_4x
refused 2 "a range has 2 to" events.h5 --cones 0.1:0.4:1
refused 2 "there is no graph (3,3,9)" events.h5 --names efp_k1_b1_3-3-9
refused 2 '"sum_pt" is named twice' events.h5 --names sum_pt,sum_pt
refused 2 "did you mean --names?" events.h5 --name sum_pt
expect 2 observables events.h5 --names sum_pt
says err "no output is given"
refused 1 'events.h5: "lable" is neither an observable' events.h5 --names lable
says err 'did you mean "label"?'
for name in iso_x efp_x; do
    refused 1 "\"$name\" is neither" events.h5 --names $name
    if grep -q "did you mean \"$name\"" err; then fail "a name is its own correction"; fi
done
refused 1 "out.h5: its events have no particles" out.h5 --names iso_0.7
refused 1 "nowhere.h5" nowhere.h5 --names sum_pt
sed 's/d_eta/i/g; s/d_phi/j/g' events.csv >cells.csv
refused 1 "cells.csv: its particles have no d_eta and d_phi" cells.csv --names iso_0.4
sed '3s/^2,/-2,/' events.csv >negative.csv
refused 1 "negative.csv: row 2: pt of particle 1 is -2, must be at least 0" negative.csv --names sum_pt
sed '2s/,10,1$/,0,1/' events.csv >muon.csv
refused 1 "muon.csv: row 1: mu_pt is 0, must be above 0" muon.csv --names iso_0.4
sed '3s/,5,20/,7,20/' events.csv >kind.csv
refused 1 "kind.csv: row 2: kind of particle 2 is 7, must be 1, 2, 3, 4 or 5" kind.csv --names iso_pileup_0.4
head -c 2000 events.h5 >cut.h5
refused 1 "cut.h5" cut.h5 --names sum_pt
expect 1 observables events.h5 --names sum_pt -o none.lhe
says err "none.lhe"
[ ! -e none.lhe ] || fail "a file was written that cannot hold the columns"
