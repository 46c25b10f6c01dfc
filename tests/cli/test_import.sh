#!/bin/sh
# usage: test_import.sh PROGRAM FOLDER
# Exported weights become the same model again, by a card whose sample is not made; what cannot be is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

cat >card.yaml <<END
data: {generate: showers, events: 100}
detector: {cells: [8, 8]}
split: {validation: 0.2}
train: {epochs: 1, scale: true}
models:
  net: {kind: pfn, particles: cells, particle_map: [8], latent: 4, hidden: [8]}
  wide: {kind: pfn, particles: cells, particle_map: [9], latent: 4, hidden: [8]}
END
expect 0 train card.yaml --model net -o net.h5
expect 0 data simulate showers --level cells --grid 8x8 --events 50 -o events.h5
expect 0 predict net.h5 events.h5 -o wanted.csv
for ending in npz safetensors; do
    expect 0 export net.h5 -o "weights.$ending"
    expect 0 import "weights.$ending" --card card.yaml --model net -o "$ending.h5" --set data.events=1e6
    expect 0 predict "$ending.h5" events.h5 -o scores.csv
    cmp scores.csv wanted.csv || fail "other scores through $ending"
done
expect 0 export net.h5 -o weights --format npz
cmp weights weights.npz || fail "--format npz writes another file"

expect 1 import weights.npz --card card.yaml --model wide -o x.h5
says err "particle_map.0.weight has shape (8, 3), but the network's particle_map.0.weight has shape (9, 3)"
expect 1 import weights.npz --card card.yaml -o x.h5
says err "the card has 2 models: net, wide; name one (--model NAME)"
expect 1 import card.yaml --card card.yaml --model net -o x.h5
says err "card.yaml: is neither .npz nor .safetensors"
head -c 300 weights.safetensors >cut.safetensors
expect 1 import cut.safetensors --card card.yaml --model net -o x.h5
says err "cut.safetensors: "
expect 1 import nowhere.npz --card card.yaml --model net -o x.h5
says err "nowhere.npz"
expect 2 import weights.npz
says err "which network is it? --card CARD"
expect 2 import
says err "import takes a file of weights"
[ ! -e x.h5 ] || fail "a refused import left a file"
