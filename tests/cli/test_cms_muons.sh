#!/bin/sh
# usage: test_cms_muons.sh PROGRAM FOLDER
# The published CMS muon sample, as its authors' tools write it, becomes one file; what its stores hold is what nearsym
# computes from its objects.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"
sample=$data/cms-muons
kinds=211=1,-211=1,130=2,22=3

expect 0 data convert --help
says out "--layout NAME"

# columns_alike A B N: the last N columns of two tables agree.
columns_alike() {
    awk -F, -v n="$3" '
        NR == FNR { for (i = 1; i <= n; i++) wanted[FNR, i] = $(NF - n + i); rows = FNR; next }
        FNR == 1 { for (i = 1; i <= n; i++) if ($(NF - n + i) != wanted[1, i]) { print "column " $(NF - n + i); exit 1 } next }
        { for (i = 1; i <= n; i++) { a = $(NF - n + i); b = wanted[FNR, i]; d = a - b; if (d < 0) d = -d
              if (d > 1e-13 * (1 + (a < 0 ? -a : a))) { print "row " FNR ": " a " and " b; exit 1 } if (a > 0) some++ } }
        END { if (FNR != rows || !some) exit 1 }' "$1" "$2" || fail "$1 and $2 differ"
}

# Polynomials: the stores' order of graphs is ours.
efps=efp_k1_b0.25_1-0-0,efp_k1_b0.25_2-1-0,efp_k1_b0.25_2-2-0,efp_k1_b0.25_3-5-1,efp_k1_b0.25_3-3-1,efp_k1_b0.25_4-7-26
expect 0 efp list
for graph in '13  (3,5,1)  *0-1 0-1 0-1 0-2 0-2' '20  (3,3,1)  *0-1 0-2 1-2' '93  (4,7,26)'; do
    grep -q "^ *$graph" out || fail "the list has another graph than $graph"
done
expect 0 data convert "$sample" --layout cms-muons --efps "$efps" -o stored.h5
silent out
says err "stored.h5: 4 events, 4 features, 33 columns"
expect 0 observables stored.h5 --names sum_pt -o stored.csv
says stored.csv ",efp_k1_b0.25_3-5-1,efp_k1_b0.25_3-3-1,efp_k1_b0.25_4-7-26,sum_pt"
cut -d, -f28-33 stored.csv >stored_efps.csv
expect 0 data convert "$sample" --layout cms-muons -o plain.h5
expect 0 observables plain.h5 --names "$efps" -o computed_efps.csv
columns_alike stored_efps.csv computed_efps.csv 6

# Isolation, with the objects' kinds told.
mkdir -p other/src/data
cp -r "$sample/cms_csvs" "$sample/pfn" other/src/data
expect 0 data convert other --layout cms-muons --kinds $kinds -o kinds.h5
says err "kinds.h5: 4 events, 5 features, 9 columns"
expect 0 observables kinds.h5 --names iso_pileup_0.025:0.45:18 -o computed_cones.csv
expect 0 observables plain.h5 --names sum_pt -o plain.csv
cut -d, -f10-27 plain.csv >stored_cones.csv
columns_alike stored_cones.csv computed_cones.csv 18
head -n 1 plain.csv | grep -q '^mass,mu_pt,mu2_pt,mu_eta,mu2_eta,mu_phi,mu2_phi,mu_charge,mu2_charge,iso_pileup_0.025,' || fail "other columns"
says plain.csv "101.25,52,25.5,-0.75,1.5,-0.75,1.5,1,1,"
expect 0 data inspect plain.h5
says out "particles/values: pid    float64  (17)"

expect 0 data convert "$sample" --layout cms-muons -n 2 -j 1 -o two.h5
says err "two.h5: 2 events, 4 features, 27 columns"
expect 0 data convert "$sample" --layout cms-muons-sim -o sim.h5
says err "sim.h5: 2 events, 3 features, 5 columns"
expect 0 observables sim.h5 --names sum_pt,iso_0.3 -o sim.csv
says sim.csv "90,40,0.5,1,1,4,0.1"
says sim.csv "60,32,-2,2,0,8,0"

# refused STATUS TEXT ARGUMENT...
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" data convert "$@" -o none.h5
    silent out
    says err "$text"
    [ ! -e none.h5 ] || fail "what was refused is there"
}
refused 2 '--layout is "cms", must be cms-muons or cms-muons-sim' "$sample" --layout cms
refused 2 "--layout reads one folder, not 2" "$sample" "$sample" --layout cms-muons
refused 2 "--layout goes with --max-events" "$sample" --layout cms-muons --label 1
refused 2 "--layout goes with --max-events" "$sample" --layout cms-muons --rename pid=kind
refused 2 "--layout goes with --max-events" "$sample" --layout cms-muons --only pt
refused 2 "--layout goes with --max-events" "$sample" --layout cms-muons --max-unpacked 1G
refused 2 "--efps is for --layout" plain.h5 --efps efp_k1_b1_2-1-0
refused 2 "--jobs is for --layout" plain.h5 --jobs 2
for list in 211 211= =1 211=0 211=6 211=1, 211=1x nan=1 ''; do
    refused 2 "--kinds is \"$list\", must be PID=KIND" "$sample" --layout cms-muons --kinds "$list"
done
refused 1 "is a folder, not a file" "$sample"
refused 1 "key \"0\": an object has PID 130, for which no kind is given" "$sample" --layout cms-muons --kinds 211=1,-211=1
refused 1 "efp_k1_b0.25_2-1-0_2-1-0 is not in the stores" "$sample" --layout cms-muons --efps efp_k1_b0.25_2-1-0_2-1-0
refused 1 "cms_efp_k2.0_b0.25: there is no LMDB store" "$sample" --layout cms-muons --efps efp_k2_b0.25_2-1-0
refused 1 "the simulation has no stores of polynomials" "$sample" --layout cms-muons-sim --efps efp_k1_b0.25_2-1-0
refused 1 "the simulation's objects have no PID" "$sample" --layout cms-muons-sim --kinds 1=1
refused 1 "pfn_old: there is no LMDB store" "$sample" --layout cms-muons --store pfn_old
refused 1 "has no folder cms_csvs, nor data/cms_csvs" "$data" --layout cms-muons
refused 1 "efps" "$sample" --layout cms-muons --efps efps
head -c 24576 "$sample/pfn/data.mdb" >other/src/data/pfn/data.mdb
refused 1 "other/src/data/pfn/data.mdb: page" other --layout cms-muons
says err "it was cut short, copy or download it again"
