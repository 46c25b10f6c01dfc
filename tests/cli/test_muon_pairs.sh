#!/bin/sh
# usage: test_muon_pairs.sh PROGRAM FOLDER
# Muon pairs without labels: what is made, that one seed gives one sample for any number of threads, and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# A line of the table that the program shows of a file: holds FILE NAME REST (blanks count once).
holds() {
    expect 0 data inspect "$1"
    silent err
    tr -s ' ' <out | grep -q "^$2 $3" || fail "$1: $2 is not \"$3\""
}

expect 0 data simulate muon_pairs -n 9000 --seed 3 -j 1 -o pairs.h5
silent out
says err "pairs.h5: 9000 events"
holds pairs.h5 truth "float64 (9000) 0 1 0.956 "
holds pairs.h5 mass "float64 (9000) 7[0-9.]* 10[0-9.]* 90.[0-9]* "
for muon in mu mu2; do
    holds pairs.h5 ${muon}_pt "float64 (9000) 25"
    holds pairs.h5 ${muon}_eta "float64 (9000) -2.0[0-9]* 2.0[0-9]* "
    holds pairs.h5 ${muon}_charge "float64 (9000) -1 1 "
done
for feature in pt d_eta d_phi kind; do holds pairs.h5 "particles/values: $feature" "float64 (1[34][0-9]*) "; done

# The same seed, the same bytes, whatever the number of threads.
expect 0 data simulate muon_pairs -n 9000 --seed 3 -j 3 -o twin.h5
cmp pairs.h5 twin.h5 || fail "one seed gives two samples"
expect 0 data simulate muon_pairs -n 9000 --seed 4 -o twin.h5
if cmp -s pairs.h5 twin.h5; then fail "two seeds give one sample"; fi

# Every option tells: the sample differs, and its numbers say how.
expect 0 data simulate muon_pairs -n 4000 --signal 0.25 -o few.h5
holds few.h5 truth "float64 (4000) 0 1 0.25 "
expect 0 data simulate muon_pairs -n 4000 --mass 100 --sigma 0.1 --gamma 0 --signal 1 -o narrow.h5
holds narrow.h5 mass "float64 (4000) 99.[5-9][0-9]* 100.[0-4][0-9]* "
expect 0 data simulate muon_pairs -n 4000 --mass-min 80 --mass-max 81 --tau 1 --signal 0 --same-sign 0 -o window.h5
holds window.h5 mass "float64 (4000) 80[.0-9]* 80.99[0-9]* 80.4[0-9]* "
expect 0 data simulate muon_pairs -n 1000 --pile-up 0 --core-share 0 --tail 0 --signal 0 -o quiet.h5
holds quiet.h5 npu "float64 (1000) 0 0 0 "
holds quiet.h5 "particles/values: kind" "float64 ([0-9]*) 1 3 "
expect 0 data simulate muon_pairs -n 1000 --stray 1 --signal 1 -o stray.h5
holds stray.h5 "particles/values: kind" "float64 ([0-9]*) 1 3 "
expect 0 data simulate muon_pairs -n 1000 --pile-up 0 --signal 0 --jet-charged 0 --jet-pions 1 --jet-leptons 0 --core-hadrons 0 -o photons.h5
expect 0 data simulate muon_pairs -n 1000 --pile-up 0 --signal 0 --jet-charged 0 --jet-pions 1 --jet-leptons 0 --core-hadrons 9 -o more.h5
if cmp -s photons.h5 more.h5; then fail "the number of hadrons has no effect"; fi
expect 0 data simulate muon_pairs -n 50 --seed 3 -o few.npz
holds few.npz mu2_phi "float64 (50) "

# The fit of the mass finds what was put in, 0.956 of the events, within five standard errors of 0.006, and isolation
# goes by particles of this sample.
expect 0 data simulate muon_pairs -n 60000 --seed 5 -o many.h5
expect 0 fit mass many.h5
grep -Eq "^s +0\.(9[3-7]|98[0-5])[0-9]* " out || fail "the fit of the mass does not give the share of prompt pairs back"
expect 0 observables many.h5 --names iso_pileup_0.4 -o isolation.h5
holds isolation.h5 iso_pileup_0.4 "float64 (60000) 0 "
holds isolation.h5 truth "float64 (60000) 0 1 0.956 "

# refused STATUS TEXT ARGUMENT...
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" data simulate muon_pairs "$@" -o none.h5
    silent out
    says err "$text"
    [ ! -e none.h5 ] || fail "what was refused is there"
}
refused 1 "events is 0, must be at least 1" --events 0
refused 1 "signal is 1.5, must be 0 to 1" --signal 1.5
refused 1 "same_sign is 2, must be 0 to 1" --same-sign 2
refused 1 "stray is 2, must be 0 to 1" --stray 2
refused 1 "jet.pions and jet.leptons are 1.1 together, must be at most 1" --jet-charged 0.8 --jet-pions 0.2 --jet-leptons 0.1
refused 1 "tau_gev is -1, must be" --tau -1
refused 1 "mass_min_gev is 120, must be below mass_max_gev, 110" --mass-min 120
refused 1 "none lies within mass_min_gev, 70, and mass_max_gev, 71" --gamma 0 --mass-max 71
refused 2 "--events is \"-3\", must be a whole number from 0" --events -3
refused 2 "\"extra\" is no option" extra
expect 2 data simulate muon_pairs
says err "no output is given"
expect 1 data simulate muon_pairs -n 10 -o nowhere/none.h5
says err "nowhere/none.h5"
expect 0 data simulate muon_pairs --help
says out "--same-sign FRACTION"
