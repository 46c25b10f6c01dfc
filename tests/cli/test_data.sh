#!/bin/sh
# usage: test_data.sh PROGRAM FOLDER
# Events survive every format, and broken files are refused with status 1 and a message that names them.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# The same seed, the same bytes.
expect 0 data simulate dimuon --process z -n 50 --seed 6 -o events.lhe
expect 0 data simulate dimuon --process z -n 50 --seed 6 -o twin.lhe
cmp events.lhe twin.lhe || fail "one seed gives two files"
expect 0 data simulate dimuon --process z -n 50 --seed 4 -o twin.lhe
if cmp -s events.lhe twin.lhe; then fail "two seeds give one file"; fi

# A file's numbers by the short name of their array: shape, range, mean, NaN and infinities.
ranges() {
    expect 0 data inspect --json "$1"
    silent err
    awk -F'"' '
        /"arrays"/ { inside = 1 }
        inside && $2 == "name" { name = $4; sub(/^particles\/values: /, "", name); line = name }
        inside && $2 ~ /^(min|max|mean|nan|infinite)$/ { line = line $3 }
        inside && /^ *[0-9]+,?$/ { gsub(/[ ,]/, ""); line = line " [" $0 "]" }
        inside && $2 == "infinite" { if (name !~ /^particles/) print line }' out | LC_ALL=C sort >"$1.ranges"
    [ -s "$1.ranges" ] || fail "$1: nothing is inspected"
}

# same_ranges FILE FILE
same_ranges() {
    ranges "$1"
    ranges "$2"
    cmp "$1.ranges" "$2.ranges" || fail "$1 and $2 hold different numbers"
}

# All particles, as often as an event has them.
expect 0 data convert events.lhe -o events.h5
same_ranges events.lhe events.h5
expect 0 data convert events.h5 -o events.npz
expect 0 data convert events.npz -o back.h5
same_ranges events.h5 back.h5
expect 0 data convert events.h5 -o copy.lhe.gz
same_ranges events.lhe copy.lhe.gz
printf 'root\0\0\367\050' >tree.root
for words in "inspect tree.root" "convert tree.root -o tree.h5"; do
    expect 1 data $words
    says err "nearsym: tree.root: is a ROOT file, which the Python package reads"
    says err "python -m nearsym convert tree.root --tree NAME -o tree.h5"
done
expect 0 data convert events.h5 -o events.csv
expect 0 data convert events.csv -o events.csv.h5
says err "particle slots are empty or hold zeros"

# The muons alone go through csv too.
expect 0 data convert events.lhe --select final --label 1 -o muons.h5
mkdir in.lhe.d # is no ending
expect 0 data convert muons.h5 muons.h5 -o in.lhe.d/both.h5
expect 2 data convert muons.h5 muons.h5 -o both.LHE.gz
says err "so 2 files cannot be joined in one"
expect 0 data convert muons.h5 -o muons.npz
expect 0 data convert muons.npz -o muons.csv
expect 0 data convert muons.csv -o muons.csv.gz
expect 0 data convert muons.csv -o muons.CSV.GZ
gzip -dc <muons.CSV.GZ | cmp - muons.csv || fail "a .GZ is not packed"
expect 0 data convert events.lhe -o events.LHE.GZ
gzip -t <events.LHE.GZ || fail "a .LHE.GZ is not packed"
expect 0 data convert muons.csv.gz -o round.h5
same_ranges muons.h5 round.h5
expect 0 data convert round.h5 -o round.csv
cmp muons.csv round.csv || fail "csv changes on its way through the other formats"
printf 'mass\n91.2\nnan\n-1e-300\n' >mass.csv
expect 0 data convert mass.csv -o mass.npy
expect 0 data convert mass.npy -o mass.npz
expect 0 data inspect mass.npy
says out "(3)"
expect 0 data convert muons.h5 muons.npz -n 20 --label 1,0 -o joined.h5
expect 0 data inspect joined.h5
grep -q '^label .* 0 *1 *0.5 ' out || fail "two inputs have not their labels"

# The mass of a pair is the generator's own scale; what is no pair is refused.
expect 0 data convert events.lhe --select final --pair-mass -o pairs.csv
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "mass") m = i; if ($i == "scale") s = i } }
    NR > 1 { d = $m / $s - 1; if (d > 1e-9 || d < -1e-9) bad++ } END { exit !(NR == 51 && !bad) }' pairs.csv ||
    fail "--pair-mass is not the pair's mass"
expect 1 data convert events.lhe --pair-mass -o none.h5
says err "events.lhe: event 1 has 5 particles, and --pair-mass is of two; --select final"
expect 1 data convert pairs.csv --pair-mass -o none.h5
says err "pairs.csv: --pair-mass: "
expect 1 data convert mass.csv --pair-mass -o none.h5
says err "mass.csv: its particles have no feature px, which --pair-mass takes"
[ ! -e none.h5 ] || fail "a refused file is there"

# Percentiles of every column and feature, between two values where none stands there; what is not finite has none.
{ echo x,y; for i in $(seq 0 100); do echo "$i,nan"; done; } >hundred.csv
expect 0 data inspect hundred.csv
says out "percentiles                        1 %      16 %      50 %      84 %      99 %"
says out "x                                    1        16        50        84        99"
says out "y                                    -         -         -         -         -"
printf 'x\n3\n1\n' >two.csv
expect 0 data inspect two.csv --json
tr -d ' \n' <out >flat
says flat '"percentiles":[{"name":"x","1":1.02,"16":1.3200000000000001,"50":2.0,"84":2.6799999999999997,"99":2.98}]'
expect 0 data inspect muons.h5
says out "energy  "

# Broken files.
for file in events.lhe copy.lhe.gz events.h5 events.npz mass.npy muons.csv muons.csv.gz; do
    cut=cut.${file#*.}
    size=$(wc -c <$file)
    for bytes in 0 7 $((size / 2)) $((size - 25)); do
        [ $file = muons.csv ] && [ $bytes -eq 7 ] && continue # the names of columns alone are a table without rows
        head -c $bytes $file >"$cut"
        for words in "inspect $cut" "convert $cut -o none.h5"; do
            # shellcheck disable=SC2086 # words
            expect 1 data $words
            silent out
            says err "nearsym: $cut"
            [ ! -e none.h5 ] || fail "a broken file gave an output"
        done
    done
done
expect 1 data inspect missing.h5
says err "missing.h5"
expect 1 data convert muons.h5 mass.csv -o none.h5
says err "mass.csv"
expect 1 data convert muons.h5 -o none.xyz
says err ".lhe .h5"
expect 1 data convert muons.h5 -o nowhere/none.h5
says err "nowhere/none.h5"

# Images are not guessed: what they are is said, with labels of their own file; a study reads their cells.
arrays=$data/../../data/data
expect 1 data convert "$arrays/images.npy" -o cells.h5
says err "shape (6, 8, 8) may be 8 particles with 8 features each or, more likely, images of 8 x 8 cells"
says err "--arrays particles, or --arrays images:R"
expect 0 data convert "$arrays/images.npy" --arrays images:2 --label "$arrays/image_labels.npy" -o cells.h5
says err "cells.h5: 6 events, 18 particles of 4 features, 1 columns"
expect 0 data inspect cells.h5
tr -s ' ' <out >shown
says shown "particles/values: x float64 (18) -1.25 1.25 "
says shown "particles/values: energy float64 (18) 0.5 5.5 "
says shown "label float64 (6) 0 1 0.5 "
expect 0 data convert "$arrays/images.npy" --arrays images --rename x=d_eta,y=d_phi,energy=pt -o muons.npz
expect 0 data convert "$arrays/images.npy" --arrays particles --label 1 -o eight.h5
says err "eight.h5: 6 events, "
expect 2 data convert "$arrays/images.npy" --arrays images:0 -o none.h5
says err "--arrays is \"images:0\", must be particles, images or images:R with R above 0"
expect 2 data convert "$arrays/images.npy" --label nowhere.npy -o none.h5
says err "one for each of 1 inputs or a file of labels"
expect 1 data convert "$arrays/images.npy" "$arrays/images.npy" --arrays images --label "$arrays/image_labels.npy" -o none.h5
says err "has 6 labels, and there are more events"

# Names are exchanged at once; one that is taken stays.
printf 'a,b,c\n1,2,3\n' >names.csv
expect 0 data convert names.csv --rename a=b,b=c,c=a -o turned.csv
[ "$(tr '\n' ' ' <turned.csv)" = "b,c,a 1,2,3 " ] || fail "names are not exchanged"
expect 1 data convert names.csv --rename a=b -o none.h5
says err 'names.csv: "a" cannot be renamed to "b": the name is taken'
expect 1 data convert names.csv --rename x=b -o none.h5
says err 'names.csv: there is no feature and no column "x" to rename to "b"'

# One broken file of several: the others are shown, and the status tells.
expect 1 data inspect muons.h5 missing.h5
says out "muons.h5"
[ -z "$(find . -name '*.part*')" ] || fail "a half-written file is left behind"

# A pipe, a socket or a folder in place of a file: nothing waits for what never comes.
mkdir folder.h5
for ending in h5 npz npy; do
    mkfifo pipe.$ending
    for command in "data inspect" "data convert -o converted.csv" evaluate "fit mass"; do
        # shellcheck disable=SC2086 # words
        timeout 60 "$program" $command pipe.$ending >out 2>err </dev/null
        [ $? -eq 1 ] || fail "$command of a pipe: not status 1"
        says err "pipe.$ending: is a"
        says err "cat pipe.$ending > events.$ending"
    done
done
mkfifo pipe.csv
timeout 60 "$program" data inspect pipe.csv >out 2>err
[ $? -eq 1 ] || fail "data inspect of a pipe: not status 1"
says err "pipe.csv: is a pipe, and data inspect needs a regular file: cat pipe.csv > events.csv"
cat >pipe.yaml <<'END2'
data: {file: pipe.csv}
models: {m: {kind: fcn, event: [x], hidden: [4]}}
experiments: {s: {members: 1, grid: {model: [m]}}}
END2
timeout 60 "$program" study run pipe.yaml --out piped >out 2>err
[ $? -eq 1 ] || fail "a study of a pipe: not status 1"
says err "pipe.csv: is a named pipe; this needs a regular file, which can be read more than once"
expect 1 data inspect folder.h5
says err "folder.h5: is a folder, not a file"
