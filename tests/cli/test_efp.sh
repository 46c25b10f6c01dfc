#!/bin/sh
# usage: test_efp.sh PROGRAM FOLDER
# Energy-flow polynomials: the graphs that are listed, files in and out, what is refused, and going on after a stop.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

expect 0 efp list
silent err
[ "$(wc -l <out)" -eq 467 ] || fail "not 467 graphs"
says out "  13  (3,5,1)      0-1 0-1 0-1 0-2 0-2          sum_abc z_a z_b z_c theta_ab^3 theta_ac^2"
expect 0 efp list --graphs 'd<=7'
[ "$(wc -l <out)" -eq 1000 ] || fail "not 1000 graphs"
expect 0 efp list --graphs '(2,2,0)' --latex
says out '\sum_{ab} z_{a} z_{b} \theta_{ab}^{2}'
expect 0 efp list --graphs '(2,2,0)' --json
says out '"identity": "(2,2,0)"'
expect 0 efp list --plan
says out "467 graphs: "
says out "MFLOP an event"
expect 0 efp list --graphs 'n<=3,connected' --svg pictures
[ -s pictures/3-5-1.svg ] || fail "no picture"
expect 1 efp list --graphs 'd<=x'
says err "selection \"d<=x\": at character 4, \"x\": must be a whole number"
expect 2 efp list extra
expect 2 efp list --plan --json
says err "only one of --plan, --latex, --svg and --json"
expect 1 efp list --svg "$(printf '%5000s' x | tr ' ' x)"
says err "cannot be made"

# Two particles 0.5 apart with half of the pt each.
cat >events.csv <<'END'
pt_0,eta_0,phi_0,pt_1,eta_1,phi_1
2,0,0,2,0.3,0.4
1,0,0,3,0,0.5
END
expect 0 data convert events.csv -o events.h5
expect 0 efp compute events.h5 --graphs '(1,0,0) (2,1,0)' --kappa 1,2 --beta 1,2,4 -o efps.h5
silent out
says err "efps.h5: 2 graphs at 2 kappas and 3 betas"
expect 0 data inspect efps.h5
tr -s ' ' <out | grep -q '^efps float64 (2, 2, 3, 2) ' || fail "not of that shape"
tr -s ' ' <out | grep -q '^graphs: n uint64 (2) 1 2 ' || fail "no table of graphs"
for ending in npz csv; do
    expect 0 data convert events.h5 -o "again.$ending"
    expect 0 efp compute "again.$ending" --graphs '(1,0,0) (2,1,0)' --kappa 1,2 --beta 1,2,4 -o twin.h5
    cmp efps.h5 twin.h5 || fail "$ending gives other values"
done

# refused STATUS TEXT ARGUMENT...
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" efp compute "$@" -o none.h5
    silent out
    says err "$text"
    [ ! -e none.h5 ] || fail "what was refused is there"
}
head -c 3000 events.h5 >cut.h5
refused 1 "cut.h5" cut.h5
refused 1 "nowhere.h5" nowhere.h5
refused 1 "matches no graph" events.h5 --graphs 'd<=2,n==9'
refused 1 "beta is 0" events.h5 --beta 0
refused 2 "--kappa is \"1,x\", must be at most" events.h5 --kappa 1,x
refused 2 "--measure is \"ee\"" events.h5 --measure ee
refused 2 "no file is given"
sed 's/^1,/-1,/' events.csv >negative.csv
refused 1 "negative.csv: event 1, particle 0: pt is -1, must be at least 0" negative.csv
sed 's/^1,/nan,/' events.csv >nan.csv
refused 1 "pt is nan, must be finite" nan.csv
echo "x_0,y_0,x_1,y_1
1,2,3,4" >other.csv
refused 1 "must have pt (or et), eta" other.csv

# Differences from an axis, and a calorimeter's et, are as good.
for names in 's/eta/d_eta/g; s/phi/d_phi/g' 's/eta/deta/g; s/phi/dphi/g; s/pt/et/g'; do
    sed "$names" events.csv >differences.csv
    expect 0 efp compute differences.csv --graphs '(1,0,0) (2,1,0)' --kappa 1,2 --beta 1,2,4 -o twin.h5
    cmp efps.h5 twin.h5 || fail "$names gives other values"
done

# Killed, and gone on with: the same bytes as in one go, with any number of threads.
expect 0 data simulate showers -n 3000 --level points --points 3 -o points.h5
expect 0 data convert points.h5 -o points.csv
sed -e '1s/energy_/pt_/g' -e '1s/x_/eta_/g' -e '1s/y_/phi_/g' points.csv >jets.csv
expect 0 efp compute jets.csv --kappa 1,2 -j 1 -o whole.h5
# Read in one piece, or from a pipe, which gives its bytes once, the same.
expect 0 data convert jets.csv -o jets.npz
mkfifo pipe.csv
cat jets.csv >pipe.csv &
expect 0 efp compute jets.csv --graphs '(3,3,1)' -o few.h5
for events in jets.npz pipe.csv; do
    expect 0 efp compute $events --graphs '(3,3,1)' -o twin.h5
    cmp few.h5 twin.h5 || fail "$events gives other values"
done
"$program" efp compute jets.csv --kappa 1,2 -j 2 -o parts.h5 >out 2>err &
process=$!
sleep 0.4
kill -KILL $process 2>/dev/null
wait $process 2>/dev/null
if [ -e parts.h5.part ]; then
    expect 1 efp compute jets.csv --kappa 1 -o parts.h5
    says err "parts.h5.part: exists, but belongs to other events, graphs or options, or is damaged; remove it to start again"
fi
[ -e parts.h5 ] || expect 0 efp compute jets.csv --kappa 1,2 -j 3 -o parts.h5
cmp whole.h5 parts.h5 || fail "other values after a stop"
[ ! -e parts.h5.part ] || fail "what was going on is left behind"
[ ! -e parts.h5.lock ] || fail "a lock is left behind"

# Killed between the last block and the end: with its seal, half of it, or none, nothing is computed again.
for cut in 0 7 16; do
    head -c -$cut whole.h5 >parts.h5.part
    expect 0 efp compute jets.csv --kappa 1,2 -j 1 -o parts.h5
    says err "parts.h5.part: 188 of 188 blocks are there"
    cmp whole.h5 parts.h5 || fail "other values after a stop at the very end ($cut)"
    [ ! -e parts.h5.part ] || fail "what was going on is left behind"
done

# The event that is wrong is told by its number in the file, also behind many others; nothing is begun.
sed '2500s/^\([^,]*,[^,]*\),[^,]*/\1,-1/' jets.csv >negative.csv
refused 1 "negative.csv: event 2498, particle 0: pt is -1, must be at least 0" negative.csv
[ ! -e none.h5.part ] || fail "what was refused is begun"

# A part whose tail says that the values are where no values can be.
cp whole.h5 parts.h5.part
printf '\177' | dd of=parts.h5.part bs=1 seek=$(($(wc -c <whole.h5) - 16 - 188 - 1)) conv=notrunc 2>dd
expect 1 efp compute jets.csv --kappa 1,2 -o parts.h5
says err "or is damaged; remove it to start again"
[ "$(wc -c <parts.h5.part)" -eq "$(wc -c <whole.h5)" ] || fail "a damaged part grew"
rm parts.h5.part

# Another process at work is told of before anything is read; its lock does not outlive it.
if command -v flock >where; then
    exec 9>>parts.h5.lock
    flock -n 9
    echo "process 1 on host here" >&9
    expect 1 efp compute nowhere.csv -o parts.h5
    says err "parts.h5: process 1 on host here is writing this file; wait until it has finished, or stop it"
    cmp whole.h5 parts.h5 || fail "a file at work was touched"
    exec 9<&-
    expect 0 efp compute jets.csv --kappa 1,2 -o parts.h5
    [ ! -e parts.h5.lock ] || fail "a lock is left behind"
fi
mkdir folder.h5
expect 1 efp compute nowhere.csv -o folder.h5
says err "folder.h5: exists and is not a regular file"
expect 1 efp compute nowhere.csv -o nowhere/at/all.h5
says err "nowhere/at/all.h5: cannot be written: No such file or directory"

# A graph by the name that cards and columns have; a format that is not written is refused by name.
expect 0 efp list --graphs '(4,7,26) (2,1,0)(2,1,0)'
mv out identities
for names in '4-7-26 2-1-0_2-1-0' '4-7-26,2-1-0_2-1-0'; do
    expect 0 efp list --graphs "$names"
    cmp out identities || fail "other graphs by their names"
done
expect 1 efp list --graphs 4-7
says err "must be a hyphen: n-d-k"
expect 1 efp list --graphs 4-7-9999
says err "must be the identity of a graph, (n,d,k)"
for ending in npz csv; do
    expect 2 efp compute jets.csv -o "x.$ending"
    says err "-o is \"x.$ending\": all polynomials are written as HDF5, name a file that ends in .h5"
    [ ! -e "x.$ending" ] || fail "a refused file is there"
done
