#!/bin/sh
# usage: test_trust.sh PROGRAM FOLDER
# Files of HDF5 are checked in a process of their own before they are read: once, with a message where that ends badly.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"
cache=$XDG_CACHE_HOME/nearsym/hdf5-checked

# known NUMBER END: so many files are known to end so: "1 0" sound, "2 11" a crash, "3 24" a hang, "4 0" hungry for memory.
known() {
    [ "$(grep -c " $2 \\.\$" "$cache")" -eq "$1" ] || fail "not $1 files of verdict $2: $(cat "$cache")"
}

# As another program would have written it: without nearsym's seal.
awk 'BEGIN { print "label,mass,logit"; for (i = 0; i < 50; i++) print i % 2 "," 80 + i % 20 "," i % 7 }' >events.csv
expect 0 data convert events.csv -o sealed.h5
[ ! -e "$cache" ] || fail "a file that is written was checked"
head -c $(($(wc -c <sealed.h5) - 16)) sealed.h5 >events.h5

# A file is checked once, and again when it changes.
expect 0 data inspect events.h5
silent err
known 1 "1 0"
cp "$cache" before
expect 0 evaluate events.h5
cmp -s before "$cache" || fail "a file that is known was checked again"
touch events.h5
expect 0 evaluate events.h5
known 2 "1 0"
expect 0 data inspect sealed.h5
silent err
known 3 "1 0"
[ "$(ls "$XDG_CACHE_HOME/nearsym")" = hdf5-checked ] || fail "something is left in the cache"

# What is known of a file decides; --trusted and NSYM_TRUSTED read it all the same.
# refused TEXT: by commands, and by what a card names
refused() {
    for words in "data inspect events.h5" "data convert events.h5 -o out.csv" "evaluate events.h5" "ado events.h5" \
        "predict model.h5 events.h5" "train card.yaml" "fit mass events.h5" "study run card.yaml --out out.study"; do
        # shellcheck disable=SC2086 # words are words
        expect 1 $words
        says err "events.h5: reading it $1; --trusted reads it all the same"
    done
    for words in "data inspect events.h5" "data convert events.h5 -o out.csv" "evaluate events.h5" "ado events.h5"; do
        # shellcheck disable=SC2086
        expect 0 $words --trusted
        (NSYM_TRUSTED=1 && export NSYM_TRUSTED && expect 0 $words) || exit 1
    done
    expect 0 train card.yaml --trusted -o other.h5
}
cat >card.yaml <<'END'
study: trust
data: {file: events.h5}
split: {test: 0.25}
train: {epochs: 1, batch: 64}
models:
  net: {kind: fcn, event: [mass], hidden: [4]}
experiments:
  only: {grid: {model: [net]}}
END
expect 0 train card.yaml
for verdict in "2 11:crashes the HDF5 library (signal 11, Segmentation fault): the file is damaged" \
    "2 6:crashes the HDF5 library (signal 6, Aborted): the file is damaged" \
    "3 24:keeps the HDF5 library busy without an end: the file is damaged" \
    "4 0:takes far more memory than a file of its size should: it may be damaged"; do
    rm "$cache"
    expect 0 evaluate events.h5
    sed "s/ 1 0 \\.\$/ ${verdict%%:*} ./" "$cache" >changed && mv changed "$cache"
    cp "$cache" before
    refused "${verdict#*:}"
    known 1 "${verdict%%:*}"
    touch events.h5
    expect 0 evaluate events.h5
done

# Nothing is checked that is trusted, and only commands that read files can be told so.
rm -r "$XDG_CACHE_HOME"
expect 0 data inspect --trusted events.h5
[ ! -e "$cache" ] || fail "a file that is trusted was checked"
expect 2 doctor --trusted
expect 2 efp list --trusted

# Where nothing can be remembered it does as well; other versions found other things, and a torn line says nothing.
echo >nofolder
(XDG_CACHE_HOME=$PWD/nofolder && export XDG_CACHE_HOME && expect 0 evaluate events.h5 && silent err) || exit 1
(unset XDG_CACHE_HOME HOME && expect 0 evaluate events.h5 && silent err) || exit 1
mkdir -p "$(dirname "$cache")"
printf 'nearsym 0.0 HDF5 0.0\n1 2 3 4 5 1 0 .\n' >"$cache"
expect 0 evaluate events.h5
[ "$(wc -l <"$cache")" -eq 2 ] || fail "what another version found is kept"
sed '2s/ 1 0 \.$/ 2/' "$cache" >torn && mv torn "$cache"
expect 0 evaluate events.h5
known 1 "1 0"

# Ten at once leave one whole file.
rm "$cache"
for i in 1 2 3 4 5 6 7 8 9 10; do cp sealed.h5 "$i.h5"; done
for i in 1 2 3 4 5 6 7 8 9 10; do "$program" evaluate "$i.h5" >/dev/null & done
wait
[ "$(sed 1d "$cache" | grep -vc ' 1 0 \.$')" -eq 0 ] || fail "a torn line: $(cat "$cache")"
[ "$(ls "$XDG_CACHE_HOME/nearsym")" = hdf5-checked ] || fail "something is left in the cache"

# Without a process of its own for the check, a file is read with a warning. (Root may always start one.)
if [ "$(id -u)" -ne 0 ] && command -v prlimit >/dev/null; then
    cp sealed.h5 unchecked.h5
    prlimit --nproc=0 "$program" data inspect unchecked.h5 >out 2>err || fail "it is not read without a check"
    says err "unchecked.h5: cannot be checked for damage"
fi
