#!/bin/sh
# usage: test_studies.sh PROGRAM FOLDER
# The cards that come with nearsym are listed and are right in each of their presets; what a quick one takes can be told.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

expect 0 study list
awk '{ print $1 }' out >names
for name in approximate-invariance boosted-muons encouraged-invariance fine-tuning how-many-copies lorentz-yardsticks muon-isolation-data muon-isolation-simulation \
    own-muon-pairs own-sample own-showers pixel-hybrid; do
    grep -qx "$name" names || fail "study list has no $name"
done

while read -r name; do
    case $name in own-* | fine-tuning) continue ;; esac # these want a file
    expect 0 study show "$name"
    silent err
    awk '/^[a-z]/ { inside = /^presets:/ } inside && /^  [a-z]/ { sub(":", "", $1); print $1 }' out >presets
    grep -qx quick presets || fail "$name has no preset quick"
    while read -r preset; do
        expect 0 study show "$name" --preset "$preset"
        silent err
    done <presets
done <names

for name in boosted-muons lorentz-yardsticks pixel-hybrid; do
    expect 0 study run "$name" --preset quick --jobs 1 --out dry --dry-run
    says out "runs "
    [ ! -e dry ] || fail "$name: a dry run wrote something"
done
