#!/bin/sh
# usage: test_showers.sh PROGRAM FOLDER
# The toy calorimeter: what is made, that one seed gives one sample for any number of threads, and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# A line of the table that the program shows of a file: holds FILE NAME REST (blanks count once).
holds() {
    expect 0 data inspect "$1"
    silent err
    tr -s ' ' <out | grep -q "^$2 $3" || fail "$1: $2 is not \"$3\""
}

expect 0 data simulate showers -n 40000 --seed 3 -j 1 -o deposits.h5
silent out
says err "deposits.h5: 40000 events"
holds deposits.h5 "particles/values: energy" "float64 (640000)"
holds deposits.h5 label "float64 (40000) 0 1 0.5 "
holds deposits.h5 event "float64 (40000) 0 39999 "
if grep -q '^angle' out; then fail "an angle where none is asked for"; fi

# The same seed, the same bytes, whatever the number of threads.
expect 0 data simulate showers -n 40000 --seed 3 -j 3 -o twin.h5
cmp deposits.h5 twin.h5 || fail "one seed gives two samples"
expect 0 data simulate showers -n 40000 --seed 4 -o twin.h5
if cmp -s deposits.h5 twin.h5; then fail "two seeds give one sample"; fi

expect 0 data simulate showers -n 10 --level points --deposits 4 --noise 0 --points 8 --pairing tiled -o points.h5
holds points.h5 "particles/values: x" "float64 (320)"
expect 0 data simulate showers -n 10 --level cells --grid 32x4 --angles 0,45,-90,1e1 -o cells.h5
says err "cells.h5: 10 events, each at 4 angles"
holds cells.h5 angle "float64 (40) -90 45 -8.75 0 0 degrees"
holds cells.h5 "particles/values: y" "float64 ([0-9]*) -0.75 0.75 "
holds cells.h5 "particles/values: cell" "float64 ([0-9]*) "

# Formats that do not grow.
expect 0 data simulate showers -n 20000 -o deposits.npz
expect 0 data simulate showers -n 20 -o deposits.csv
expect 0 data convert deposits.npz -n 20 -o head.csv
cmp deposits.csv head.csv || fail "npz and csv hold different events"
expect 0 data simulate showers -n 10 --level cells -o cells.csv

# refused STATUS TEXT ARGUMENT...
refused() {
    wanted_status=$1 text=$2
    shift 2
    expect "$wanted_status" data simulate showers "$@" -o none.h5
    silent out
    says err "$text"
    [ ! -e none.h5 ] || fail "what was refused is there"
}
refused 1 "events is 0, must be at least 1" --events 0
refused 1 "deposits is 0, must be 1 to" --deposits 0
refused 1 "noise is 16, must be below deposits, 16" --noise 16
refused 1 "noise is 8, must be below deposits, 8" --deposits 8
refused 1 "points is 0" --points 0
refused 1 "variance is -1" --variance -1
refused 1 "spread is -0.1" --spread -0.1
for angles in abc 0,45x 0,,90 '0,' ,0 '' nan inf 0:45 '0 45'; do
    refused 2 "--angles is \"$angles\", must be numbers separated by commas" --level cells --angles "$angles"
done
for grid in 32x 0x4 4x0 x4 32 32x-1 32x4x2 axb '' 3.5x4; do
    refused 2 "--grid is \"$grid\", must be cells in x and in y, such as 32x4" --level cells --grid "$grid"
done
refused 1 "must be at most 4096 a side" --level cells --grid 5000x5000
refused 1 "must be at most 4096 a side" --level cells --grid 99999999999999999999x2
refused 2 "--level is \"pixels\", must be deposits, points or cells" --level pixels
refused 2 "--core is \"soft\", must be hardest or any" --core soft
refused 2 "--pairing is \"published\", must be paired or tiled" --pairing published
refused 2 "--events is \"-3\", must be a whole number from 0" --events -3
refused 2 "\"extra\" is no option" extra
expect 2 data simulate showers
says err "no output is given"
expect 1 data simulate showers -n 10 -o nowhere/none.h5
says err "nowhere/none.h5"

# Ctrl-C leaves nothing.
"$program" data simulate showers -n 100000000 -o long.h5 >out 2>err &
process=$!
for _ in $(seq 3000); do
    [ -n "$(find . -name '*.part*' -size +100k)" ] && break
    sleep 0.01
done
kill -INT $process || fail "the simulation was over before it could be stopped"
wait $process
[ $? -eq 1 ] || fail "stopped by Ctrl-C: not status 1"
says err "stopped on request after"
[ ! -e long.h5 ] || fail "a stopped simulation left a file"
[ -z "$(find . -name '*.part*')" ] || fail "a half-written file is left behind"
"$program" data simulate dimuon -n 100000000 -o long.h5 >out 2>err &
process=$!
sleep 1
kill -INT $process || fail "the simulation was over before it could be stopped"
wait $process
[ $? -eq 1 ] || fail "a simulation of dimuon events stopped by Ctrl-C: not status 1"
says err "stopped on request after"
[ -z "$(find . -name 'long*')" ] || fail "a stopped simulation of dimuon events left a file"
