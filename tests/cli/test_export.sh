#!/bin/sh
# usage: test_export.sh PROGRAM FOLDER
# A trained model becomes an ONNX file or C; what cannot be is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

cat >card.yaml <<END
data: {generate: showers, events: 100}
detector: {cells: [8, 8]}
split: {validation: 0.2}
train: {epochs: 1, scale: true}
models:
  net: {kind: pfn, particles: cells, particle_map: [8], latent: 4, hidden: [8]}
END
expect 0 train card.yaml -o net.h5

expect 0 export net.h5 -o net.onnx
for word in particles mask logit probability nearsym.chain 'x of a particle' nearsym.version; do
    grep -qa "$word" net.onnx || fail "no '$word' in net.onnx"
done
expect 0 export net.h5 -o again.onnx
cmp net.onnx again.onnx || fail "the same model gives another file"
expect 0 export net.h5 -o packed.onnx --layout packed
grep -qa event_of packed.onnx || fail "no event_of in packed.onnx"
expect 0 export net.h5 -o single.onnx --single
cmp -s net.onnx single.onnx && fail "--single changes nothing"

expect 0 export net.h5 -o net.c --function score
grep -q '^void score(double \*logits, const double \*particles, size_t n)$' net.c || fail "no such function in net.c"
expect 0 export net.h5 -o net.txt --format c
grep -q '^void network(' net.txt || fail "no function in net.txt"

expect 2 export net.h5 -o net.pt
says err "a file ends in .onnx, .c, .npz or .safetensors"
expect 2 export net.h5 -o net.c --layout packed
says err "apply to ONNX files only"
expect 2 export net.h5 -o net.onnx --function score
says err "--function applies to C files only"
expect 1 export net.h5 -o x.onnx --format c --function 2score
says err "'2score' cannot be the name of a C function"
expect 2 export net.h5
says err "where to?"
expect 2 export net.h5 -o x.onnx --layout ragged
says err "--layout is 'ragged', must be padded or packed"
expect 1 export card.yaml -o x.onnx
says err "card.yaml"
expect 1 export net.h5 -o nowhere/x.onnx
says err "nowhere"
[ ! -e x.onnx ] || fail "a refused export left a file"
